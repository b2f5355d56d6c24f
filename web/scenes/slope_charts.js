// The pictures of Slope: the curve above its derivative on one x axis, and the error of the nudge.

import { label, line, palette, sharp, short, ticks } from "../kit/axes.js";
import { h } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

/** @param {{put: (x: number) => void, view: (low: number, high: number) => void}} does */
export function slopeChart(does) {
  const canvas = h("canvas", {
    class: "slope-chart", role: "img", tabindex: 0, "aria-label": "the curve",
    title: "Drag the ball; arrow keys move it",
  });
  const element = h("div", { class: "slope-chart-box" }, canvas);
  /** @type {Frame | null} */
  let curve = null;
  /** @type {Frame | null} */
  let ball = null;
  let shown = NaN; // where the ball is drawn: on its way to where it is
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const boxes = (/** @type {number} */ width, /** @type {number} */ height) => {
    const left = width < 480 ? 40 : 54, right = width - 14, cut = Math.round(height * 0.62);
    return { above: { left, right, top: 12, bottom: cut }, below: { left, right, top: cut + 30, bottom: height - 34 } };
  };

  /** @param {CanvasRenderingContext2D} c @param {number} width @param {number} height */
  function draw(c, width, height) {
    if (!curve) return false;
    const colours = palette(), { above, below } = boxes(width, height);
    let moving = false;
    if (ball && ball.x !== null) {
      if (!Number.isFinite(shown) || still.matches || dragging) shown = ball.x;
      const way = ball.x - shown;
      moving = Math.abs(way) > 1e-4 * (curve.high - curve.low);
      shown = moving ? shown + 0.35 * way : ball.x;
    }
    const tall = curve.y_high - curve.y_low; // room for the words below minima and above maxima
    const top = plotter(c, above, curve.low, curve.high, curve.y_low - 0.07 * tall, curve.y_high + 0.06 * tall, colours);
    const under = plotter(c, below, curve.low, curve.high, curve.slope_low, curve.slope_high, colours);
    top.frame(false);
    under.frame(true);
    under.area(curve.arrays[1]);
    under.curve(curve.arrays[1], colours.ink, 2);
    top.curve(curve.arrays[0], colours.ink, 2.5);
    top.spots(curve.spots);
    if (ball) drawBall(c, curve, ball, shown, top, under, colours);
    top.words(curve.spots); // above all lines, so that none strikes them through
    top.title("f(x): what it costs");
    under.title("f′(x): its slope", true);
    return moving;
  }
  const screen = sharp(canvas, draw);

  let dragging = false;
  const put = (/** @type {PointerEvent} */ event) => {
    if (!curve) return;
    const { above } = boxes(canvas.clientWidth, canvas.clientHeight), at = event.clientX - canvas.getBoundingClientRect().left;
    const x = curve.low + (curve.high - curve.low) * (at - above.left) / (above.right - above.left);
    does.put(Number(Math.min(curve.high, Math.max(curve.low, x)).toPrecision(5)));
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragging = true;
    canvas.setPointerCapture(event.pointerId);
    put(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (dragging) put(event); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { dragging = false; });

  return {
    element,
    curve(/** @type {Frame} */ frame) {
      curve = frame;
      shown = NaN;
      screen.ask();
    },
    ball(/** @type {Frame} */ frame) {
      ball = frame;
      const spots = curve?.spots.filter((/** @type {any} */ s) => s.kind === "minimum").length ?? 0;
      canvas.setAttribute("aria-label", `The curve f(x) with ${spots} ${spots === 1 ? "minimum" : "minima"}, and its slope below. ` +
        `The ball is at x = ${short(frame.x ?? NaN)}, f = ${short(frame.value ?? NaN)}, slope ${short(frame.slope ?? NaN)}.`);
      screen.ask();
    },
    close: screen.close,
  };
}

/** Draws in the coordinates of one of the two charts.
 * @param {CanvasRenderingContext2D} c @param {Box} box @param {number} low @param {number} high
 * @param {number} bottom @param {number} top @param {ReturnType<typeof palette>} colours */
function plotter(c, box, low, high, bottom, top, colours) {
  const x = (/** @type {number} */ v) => box.left + (box.right - box.left) * (v - low) / (high - low);
  const y = (/** @type {number} */ v) => box.bottom - (box.bottom - box.top) * (v - bottom) / (top - bottom);
  const clip = (/** @type {() => void} */ fn) => {
    c.save();
    c.beginPath();
    c.rect(box.left, box.top - 6, box.right - box.left, box.bottom - box.top + 12);
    c.clip();
    fn();
    c.restore();
  };
  /** Runs of defined points. @param {ArrayLike<number>} values @param {(run: [number, number][]) => void} fn */
  const runs = (values, fn) => {
    /** @type {[number, number][]} */
    let run = [];
    for (let i = 0; i <= values.length; i++) {
      const v = i < values.length ? values[i] : NaN;
      const jump = run.length > 0 && Math.abs(v - values[i - 1]) > 0.5 * (top - bottom) && Math.sign(v - (top + bottom) / 2) !== Math.sign(values[i - 1] - (top + bottom) / 2);
      if ((!Number.isFinite(v) || jump) && run.length > 0) {
        fn(run);
        run = [];
      }
      if (Number.isFinite(v)) run.push([x(low + (high - low) * i / (values.length - 1)), Math.max(-1e4, Math.min(1e4, y(v)))]);
    }
  };
  return {
    x, y, box, clip, low, high,
    /** @param {boolean} labels of x below */
    frame(labels) {
      c.font = `12px ${colours.font}`;
      c.lineWidth = 1;
      c.textBaseline = "middle";
      c.textAlign = "right";
      for (const v of ticks(bottom, top, (box.bottom - box.top) / (labels ? 38 : 52))) {
        c.strokeStyle = v === 0 ? colours.soft : colours.line;
        line(c, box.left, Math.round(y(v)) + 0.5, box.right, Math.round(y(v)) + 0.5);
        c.fillStyle = colours.soft;
        c.fillText(short(v), box.left - 8, y(v), box.left - 10);
      }
      c.textAlign = "center";
      for (const v of ticks(low, high, (box.right - box.left) / 90)) {
        c.strokeStyle = v === 0 ? colours.soft : colours.line;
        line(c, Math.round(x(v)) + 0.5, box.top, Math.round(x(v)) + 0.5, box.bottom);
        c.fillStyle = colours.soft;
        if (labels) c.fillText(short(v), x(v), box.bottom + 14);
      }
      if (labels) {
        c.textAlign = "right";
        label(c, "x", box.right, box.bottom + 27, colours.soft, colours.surface, `12px ${colours.font}`);
      }
    },
    /** In the chart, or in the room above it. @param {string} title @param {boolean} [above] */
    title(title, above = false) {
      c.textAlign = "left";
      label(c, title, box.left + 6, box.top + (above ? -11 : 9), colours.soft, colours.surface, `600 12.5px ${colours.font}`);
    },
    curve(/** @type {ArrayLike<number>} */ values, /** @type {string} */ colour, /** @type {number} */ wide) {
      clip(() => {
        c.strokeStyle = colour;
        c.lineWidth = wide;
        c.lineJoin = "round";
        runs(values, (run) => {
          c.beginPath();
          for (const [px, py] of run) c.lineTo(px, py);
          c.stroke();
        });
      });
    },
    /** Where the slope is above 0 the curve rises (blue), below it falls (orange). */
    area(/** @type {ArrayLike<number>} */ values) {
      const zero = y(0);
      clip(() => runs(values, (run) => {
        for (const [sign, colour] of /** @type {[number, string][]} */ ([[1, colours.positive], [-1, colours.negative]])) {
          c.globalAlpha = 0.2;
          c.fillStyle = colour;
          c.beginPath();
          c.moveTo(run[0][0], zero);
          for (const [px, py] of run) c.lineTo(px, sign > 0 ? Math.min(zero, py) : Math.max(zero, py));
          c.lineTo(run[run.length - 1][0], zero);
          c.fill();
        }
        c.globalAlpha = 1;
      }));
    },
    /** @param {{kind: string, x: number, y: number, global: boolean, kink: boolean}[]} spots */
    spots(spots) {
      for (const s of spots) {
        const px = x(s.x), py = y(s.y);
        c.strokeStyle = c.fillStyle = s.kind === "minimum" ? colours.blue : colours.soft;
        c.lineWidth = 1.5;
        c.beginPath();
        c.arc(px, py, 4, 0, 2 * Math.PI);
        if (s.global) c.fill();
        else {
          c.fillStyle = colours.surface;
          c.fill();
        }
        c.stroke();
      }
    },
    /** @param {{kind: string, x: number, y: number, global: boolean, kink: boolean}[]} spots */
    words(spots) {
      const minima = spots.filter((s) => s.kind === "minimum"), crowded = spots.length > 6;
      for (const s of spots) {
        const px = x(s.x), py = y(s.y);
        const words = s.kind === "minimum" ? (minima.length === 1 ? "minimum" : s.global ? "global minimum" : "local minimum") :
          s.kind === "flat" ? "shelf" : "maximum";
        if (crowded && !(s.global && minima.length > 1)) continue;
        c.textAlign = px < box.left + 60 ? "left" : px > box.right - 60 ? "right" : "center";
        const below = s.kind === "minimum" && py + 26 < box.bottom;
        label(c, words, px, py + (below ? 17 : -15), colours.soft, colours.surface, `12px ${colours.font}`);
      }
    },
  };
}

/** @typedef {ReturnType<typeof plotter>} Plot */

/** The value of the curve at x, from its points. @param {Frame} curve @param {number} which @param {number} x */
function valueAt(curve, which, x) {
  const values = curve.arrays[which], at = (x - curve.low) / (curve.high - curve.low) * (values.length - 1);
  const i = Math.floor(at);
  if (i < 0 || i >= values.length - 1) return NaN;
  return values[i] + (at - i) * (values[i + 1] - values[i]);
}

/** @param {CanvasRenderingContext2D} c @param {Frame} curve @param {Frame} ball @param {number} shown
 * @param {Plot} top @param {Plot} under @param {ReturnType<typeof palette>} colours */
function drawBall(c, curve, ball, shown, top, under, colours) {
  const here = shown === ball.x ? ball.value : valueAt(curve, 0, shown);
  const slope = shown === ball.x ? ball.slope : valueAt(curve, 1, shown);
  drawTrail(c, ball, top, colours);
  if (shown === ball.x) drawNudge(c, ball, top, under, colours);
  if (!(shown >= curve.low && shown <= curve.high) || here === null || !Number.isFinite(here)) return;
  const px = top.x(shown), py = top.y(here);
  if (slope !== null && Number.isFinite(slope)) {
    top.clip(() => {
      const rise = slope * (top.y(0) - top.y(1)) / (top.x(1) - top.x(0)), long = 110 / Math.hypot(1, rise);
      c.strokeStyle = colours.blue;
      c.lineWidth = 2;
      line(c, px - long, py + long * rise, px + long, py - long * rise);
    });
    c.strokeStyle = colours.soft;
    c.setLineDash([2, 4]);
    c.lineWidth = 1;
    line(c, px, Math.min(top.box.bottom, py + 12), px, under.y(slope));
    c.setLineDash([]);
    const qy = Math.max(under.box.top, Math.min(under.box.bottom, under.y(slope)));
    disc(c, px, qy, 5, colours.blue, colours.surface);
    const left = px > (under.box.left + under.box.right) / 2;
    c.textAlign = left ? "right" : "left";
    label(c, `slope ${short(Number(slope.toPrecision(3)))}`, px + (left ? -11 : 11), qy, colours.blue, colours.surface, `600 13px ${colours.font}`);
  }
  c.save();
  c.shadowColor = "rgb(0 0 0 / 35%)";
  c.shadowBlur = 6;
  c.shadowOffsetY = 2;
  const shine = c.createRadialGradient(px - 3, py - 4, 1, px, py, 10);
  shine.addColorStop(0, "#ffd9a0");
  shine.addColorStop(1, colours.negative);
  c.fillStyle = shine;
  c.beginPath();
  c.arc(px, py, 9, 0, 2 * Math.PI);
  c.fill();
  c.restore();
  c.strokeStyle = colours.ink;
  c.lineWidth = 1.25;
  c.beginPath();
  c.arc(px, py, 9, 0, 2 * Math.PI);
  c.stroke();
}

/** @param {CanvasRenderingContext2D} c @param {number} x @param {number} y @param {number} r @param {string} fill @param {string} edge */
function disc(c, x, y, r, fill, edge) {
  c.beginPath();
  c.arc(x, y, r, 0, 2 * Math.PI);
  c.fillStyle = fill;
  c.fill();
  c.strokeStyle = edge;
  c.lineWidth = 1.5;
  c.stroke();
}

/** @param {CanvasRenderingContext2D} c @param {Frame} ball @param {Plot} top @param {ReturnType<typeof palette>} colours */
function drawTrail(c, ball, top, colours) {
  const [xs, ys] = ball.arrays, from = Math.max(0, xs.length - 150);
  if (xs.length < 2) return;
  top.clip(() => {
    c.strokeStyle = colours.negative;
    c.lineWidth = 1.25;
    for (let i = from + 1; i < xs.length; i++) {
      c.globalAlpha = 0.15 + 0.5 * (i - from) / (xs.length - from);
      line(c, top.x(xs[i - 1]), top.y(ys[i - 1]), top.x(xs[i]), top.y(ys[i]));
    }
    c.fillStyle = colours.negative;
    for (let i = from; i < xs.length; i++) {
      c.globalAlpha = 0.25 + 0.6 * (i - from) / (xs.length - from);
      c.beginPath();
      c.arc(top.x(xs[i]), top.y(ys[i]), 3.2, 0, 2 * Math.PI);
      c.fill();
    }
    c.globalAlpha = 1;
  });
}

/** The two legs h and f(x+h) - f(x), and the line through both points. @param {CanvasRenderingContext2D} c
 * @param {Frame} ball @param {Plot} top @param {Plot} under @param {ReturnType<typeof palette>} colours */
function drawNudge(c, ball, top, under, colours) {
  if (ball.next_value === null || ball.value === null || ball.measured === null) return;
  const ax = top.x(ball.x), ay = top.y(ball.value), bx = top.x(ball.next), by = top.y(ball.next_value);
  top.clip(() => {
    const rise = ball.measured * (top.y(0) - top.y(1)) / (top.x(1) - top.x(0)), long = 150 / Math.hypot(1, rise);
    c.strokeStyle = colours.orange;
    c.lineWidth = 2;
    c.setLineDash([7, 5]);
    line(c, ax - long, ay + long * rise, ax + Math.max(long, bx - ax), ay - Math.max(long, bx - ax) * rise);
    c.setLineDash([]);
    if (bx - ax < 5) return;
    c.lineWidth = 1.25;
    line(c, ax, ay, bx, ay);
    line(c, bx, ay, bx, by);
    disc(c, bx, by, 4.5, colours.orange, colours.surface);
    if (bx - ax < 26) return;
    c.textAlign = "center";
    label(c, "h", (ax + bx) / 2, ay + (by < ay ? 12 : -12), colours.orange, colours.surface, `600 13px ${colours.font}`);
    c.textAlign = "left";
    const room = bx + 104 < top.box.right; // without it the panel says it alone
    if (room && Math.abs(by - ay) > 16) label(c, "f(x+h) − f(x)", bx + 7, (ay + by) / 2, colours.orange, colours.surface, `600 12.5px ${colours.font}`);
  });
  under.clip(() => {
    c.strokeStyle = colours.orange;
    c.lineWidth = 2;
    c.beginPath();
    c.arc(ax, under.y(ball.measured), 6.5, 0, 2 * Math.PI);
    c.stroke();
  });
}

// ---- the error against h -------------------------------------------------------------------------

/** Both axes logarithmic; a click takes that h. @param {(h: number) => void} take */
export function errorChart(take) {
  const canvas = h("canvas", { class: "slope-error", role: "img", "aria-label": "error of the nudge" });
  /** @type {Frame | null} */
  let ball = null;
  const box = () => ({ left: 40, right: canvas.clientWidth - 8, top: 16, bottom: canvas.clientHeight - 32 });
  const lowest = () => (ball?.single ? -8 : -16);
  const power = (/** @type {number} */ e) => (e === 0 ? "1" : `10${String(e).replace("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)])}`);

  const screen = sharp(canvas, (c, width) => {
    if (!ball) return;
    const b = box(), colours = palette(), [, , hs, errors] = ball.arrays;
    const floor = ball.single ? -9 : -17, sizes = [...errors].filter((e) => e > 0 && Number.isFinite(e)).map(Math.log10);
    const top = Math.max(1, Math.ceil(Math.max(...sizes, 0))), bottom = Math.max(floor, Math.min(-2, Math.floor(Math.min(...sizes, -2))));
    const x = (/** @type {number} */ v) => b.left + (b.right - b.left) * Math.log10(v) / lowest();
    const y = (/** @type {number} */ v) => b.bottom - (b.bottom - b.top) * (Math.max(bottom, Math.log10(Math.max(v, 1e-300))) - bottom) / (top - bottom);
    c.font = `11.5px ${colours.font}`;
    c.textBaseline = "middle";
    c.lineWidth = 1;
    const stepY = Math.ceil((top - bottom) / 4), stepX = ball.single ? 2 : 4;
    for (let e = bottom; e <= top; e += stepY) {
      c.strokeStyle = colours.line;
      line(c, b.left, y(10 ** e), b.right, y(10 ** e));
      c.fillStyle = colours.soft;
      c.textAlign = "right";
      c.fillText(power(e), b.left - 6, y(10 ** e));
    }
    c.textAlign = "center";
    for (let e = 0; e >= lowest(); e -= stepX) c.fillText(power(e), Math.min(x(10 ** e), width - 16), b.bottom + 12);
    c.textAlign = "left";
    c.fillText("error", b.left + 2, 7);
    c.textAlign = "center";
    c.fillText("smaller and smaller h →", (b.left + b.right) / 2, b.bottom + 26);
    c.strokeStyle = colours.orange;
    c.lineWidth = 1.75;
    c.lineJoin = "round";
    c.beginPath();
    let pen = false;
    for (let i = 0; i < hs.length; i++) {
      if (!Number.isFinite(errors[i])) {
        pen = false;
        continue;
      }
      if (pen) c.lineTo(x(hs[i]), y(errors[i]));
      else c.moveTo(x(hs[i]), y(errors[i]));
      pen = true;
    }
    c.stroke();
    if (ball.h >= 10 ** lowest() && ball.error !== null && ball.h <= 1) {
      c.strokeStyle = colours.soft;
      c.setLineDash([2, 4]);
      line(c, x(ball.h), b.top, x(ball.h), b.bottom);
      c.setLineDash([]);
      disc(c, x(ball.h), y(ball.error), 5, colours.orange, colours.surface);
    }
  });
  const put = (/** @type {PointerEvent} */ event) => {
    const b = box(), share = (event.clientX - canvas.getBoundingClientRect().left - b.left) / (b.right - b.left);
    take(Number((10 ** (lowest() * Math.min(1, Math.max(0, share)))).toPrecision(3)));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    put(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons & 1) put(event); });
  return {
    element: canvas,
    set(/** @type {Frame} */ frame) {
      ball = frame;
      canvas.setAttribute("aria-label", `Error of the measured slope for nudges from 1 down to ${power(lowest())}: smallest, ` +
        `${Number(frame.best_error ?? NaN).toExponential(1)}, at h = ${Number(frame.best_h).toExponential(1)}, and larger to both sides.`);
      screen.ask();
    },
    close: screen.close,
  };
}
