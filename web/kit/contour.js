// A landscape from above: colours by height, contour lines, the ball and its trail, marks. Draws on a
// plain canvas, for where WebGL2 is missing and for those who like maps. Same calls as the view in
// kit/surface.js.

import { label, line, palette, sharp, short, stepFor, ticks } from "./axes.js";
import { h } from "./ui.js";

/** @typedef {import("./surface.js").Ground} Ground */
/** @typedef {import("./surface.js").Place} Place */
/** @typedef {import("./surface.js").Mark} Mark */

/** The colour of a height, 0 low to 1 high: blue, white, orange. @param {number} t */
export function heightColour(t) {
  const low = [8, 119, 189], middle = [232, 234, 235], high = [245, 147, 34];
  const smooth = (/** @type {number} */ x) => x * x * (3 - 2 * x), at = Math.min(1, Math.max(0, t));
  const [a, b, s] = at < 0.45 ? [low, middle, smooth(at / 0.45)] : [middle, high, smooth((at - 0.45) / 0.55)];
  return a.map((from, k) => from + s * (b[k] - from));
}

/** Height of a grid between its points. @param {Ground} g @param {number} u @param {number} v */
export function heightAt(g, u, v) {
  const i = (u - g.u[0]) / (g.u[1] - g.u[0]) * (g.n - 1), j = (v - g.v[0]) / (g.v[1] - g.v[0]) * (g.n - 1);
  if (!(i >= 0 && j >= 0 && i <= g.n - 1 && j <= g.n - 1)) return NaN;
  const a = Math.min(g.n - 2, Math.floor(i)), b = Math.min(g.n - 2, Math.floor(j)), fi = i - a, fj = j - b;
  const z = (/** @type {number} */ x, /** @type {number} */ y) => g.z[y * g.n + x];
  return (1 - fj) * ((1 - fi) * z(a, b) + fi * z(a + 1, b)) + fj * ((1 - fi) * z(a, b + 1) + fi * z(a + 1, b + 1));
}

/** A pin's shape: told apart by more than its colour. @param {CanvasRenderingContext2D} c @param {number} x
 * @param {number} y @param {string} kind @param {ReturnType<typeof palette>} colours */
function drawPin(c, x, y, kind, colours) {
  c.lineWidth = 1.5;
  c.strokeStyle = "#ffffff";
  c.fillStyle = kind === "minimum" ? colours.positive : kind === "saddle" ? "#7a5ea8" : "#9c4a00";
  c.beginPath();
  if (kind === "saddle") for (const [dx, dy] of [[0, -7], [6, 0], [0, 7], [-6, 0]]) c.lineTo(x + dx, y + dy);
  else if (kind === "maximum") for (const [dx, dy] of [[0, -7], [6, 5], [-6, 5]]) c.lineTo(x + dx, y + dy);
  else c.arc(x, y, 5, 0, 2 * Math.PI);
  c.closePath();
  c.fill();
  c.stroke();
}

/** Pins, then their words where there is room beside all pins and earlier words.
 * @param {CanvasRenderingContext2D} c @param {{x: number, y: number, mark: Mark, faint: boolean}[]} pins
 * @param {ReturnType<typeof palette>} colours @param {boolean} named
 * @param {{x: number, y: number, w: number, h: number}[]} others what words must not cover: middles and half sizes */
export function drawPins(c, pins, colours, named, others = []) {
  const taken = [...others, ...pins.map(({ x, y }) => ({ x, y, w: 8, h: 8 }))], font = `600 12px ${colours.font}`;
  for (const { x, y, mark, faint } of pins) {
    c.globalAlpha = faint ? 0.35 : 1;
    drawPin(c, x, y, mark.kind, colours);
  }
  c.globalAlpha = 1;
  c.font = font;
  for (const { x, y, mark, faint } of pins) {
    if (faint || !named) continue;
    const w = c.measureText(mark.text).width / 2 + 3, h = 9;
    const free = [[0, -19], [0, 19], [w + 12, 0], [-w - 12, 0], [0, -36], [0, 36]].find(([dx, dy]) =>
      !taken.some((t) => Math.abs(t.x - x - dx) < t.w + w && Math.abs(t.y - y - dy) < t.h + h));
    if (!free) continue;
    taken.push({ x: x + free[0], y: y + free[1], w, h });
    c.textAlign = "center";
    label(c, mark.text, x + free[0], y + free[1], colours.ink, colours.surface, font);
  }
}

/** Contour lines by marching squares: calls `each` with the two ends of every piece, in grid units.
 * @param {Float32Array} z @param {number} n @param {number} level
 * @param {(ax: number, ay: number, bx: number, by: number) => void} each */
export function contourLines(z, n, level, each) {
  for (let j = 0; j < n - 1; j++) {
    for (let i = 0; i < n - 1; i++) {
      const a = z[j * n + i] - level, b = z[j * n + i + 1] - level, c = z[(j + 1) * n + i + 1] - level, d = z[(j + 1) * n + i] - level;
      const cuts = [];
      if (a * b < 0) cuts.push([i + a / (a - b), j]);
      if (b * c < 0) cuts.push([i + 1, j + b / (b - c)]);
      if (d * c < 0) cuts.push([i + d / (d - c), j + 1]);
      if (a * d < 0) cuts.push([i, j + a / (a - d)]);
      for (let k = 0; k + 1 < cuts.length; k += 2) each(cuts[k][0], cuts[k][1], cuts[k + 1][0], cuts[k + 1][1]);
    }
  }
}

/** @param {{pick: (u: number, v: number) => void}} does @returns {import("./surface.js").View} */
export function contour(does) {
  const canvas = h("canvas", { class: "contour", role: "img", tabindex: 0, "aria-label": "map of the landscape" });
  const element = h("div", { class: "surface" }, canvas);
  /** @type {Ground | null} */
  let ground = null;
  /** @type {Place | null} */
  let ball = null;
  /** @type {Float32Array} */
  let trail = new Float32Array(0);
  /** @type {Mark[]} */
  let marks = [];
  /** @type {HTMLCanvasElement | null} */
  let painted = null;
  const box = () => {
    const width = canvas.clientWidth, height = canvas.clientHeight, side = Math.max(40, Math.min(width - 160, height - 62));
    const left = Math.max(62, (width - side) / 2 - 20);
    const top = 14 + Math.max(0, Math.min(60, (height - side - 62) / 2));
    return { left, right: left + side, top, bottom: top + side };
  };
  const place = (/** @type {Ground} */ g) => {
    const b = box();
    return {
      x: (/** @type {number} */ u) => b.left + (b.right - b.left) * (u - g.u[0]) / (g.u[1] - g.u[0]),
      y: (/** @type {number} */ v) => b.bottom - (b.bottom - b.top) * (v - g.v[0]) / (g.v[1] - g.v[0]),
    };
  };
  const screen = sharp(canvas, (c, width) => {
    if (!ground || !painted) return;
    const b = box(), colours = palette(), { x, y } = place(ground), g = ground;
    c.save();
    c.beginPath();
    c.roundRect(b.left, b.top, b.right - b.left, b.bottom - b.top, 6);
    c.clip();
    c.imageSmoothingEnabled = true;
    c.imageSmoothingQuality = "high";
    const half = (b.right - b.left) / (g.n - 1) / 2;
    c.drawImage(painted, b.left - half, b.top - half, b.right - b.left + 2 * half, b.bottom - b.top + 2 * half);
    drawLines(c, g, b);
    drawPath(c, trail, x, y, colours);
    drawPins(c, marks.map((mark) => ({ x: x(mark.u), y: y(mark.v), mark, faint: false })), colours, width > 420,
      ball ? [{ x: x(ball.u), y: y(ball.v), w: 11, h: 11 }] : []);
    if (ball) drawBall(c, x(ball.u), y(ball.v));
    c.restore();
    drawEdges(c, g, b, x, y, colours);
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (!ground || event.button !== 0) return;
    const own = canvas.getBoundingClientRect(), b = box();
    const s = (event.clientX - own.left - b.left) / (b.right - b.left), t = (b.bottom - event.clientY + own.top) / (b.bottom - b.top);
    if (s >= 0 && s <= 1 && t >= 0 && t <= 1)
      does.pick(ground.u[0] + s * (ground.u[1] - ground.u[0]), ground.v[0] + t * (ground.v[1] - ground.v[0]));
  });
  return {
    element,
    ground(next) {
      ground = next;
      painted = paint(next);
      screen.ask();
    },
    ball(at, path) {
      ball = at;
      trail = path;
      screen.ask();
    },
    marks(list) {
      marks = list;
      screen.ask();
    },
    summary(text) { canvas.setAttribute("aria-label", text); },
    turn: () => false,
    close: screen.close,
  };
}

/** One pixel for each point of the grid. @param {Ground} g */
function paint(g) {
  const canvas = document.createElement("canvas"), n = g.n;
  canvas.width = canvas.height = n;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(n, n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const z = g.z[(n - 1 - j) * n + i], colour = heightColour(Number.isFinite(z) ? (z - g.low) / (g.high - g.low || 1) : 1);
      image.data.set([...colour, 255], 4 * (j * n + i));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** @param {CanvasRenderingContext2D} c @param {Ground} g @param {{left: number, right: number, top: number, bottom: number}} b */
function drawLines(c, g, b) {
  const step = stepFor(g.low, g.high, 20), size = (b.right - b.left) / (g.n - 1);
  for (const level of ticks(g.low, g.high, 20)) {
    c.strokeStyle = Math.round(level / step) % 5 === 0 ? "rgb(20 33 40 / 60%)" : "rgb(20 33 40 / 26%)";
    c.lineWidth = 1;
    c.beginPath();
    contourLines(g.z, g.n, level, (ax, ay, bx, by) => {
      c.moveTo(b.left + size * ax, b.bottom - size * ay);
      c.lineTo(b.left + size * bx, b.bottom - size * by);
    });
    c.stroke();
  }
}

/** @param {CanvasRenderingContext2D} c @param {Float32Array} trail @param {(u: number) => number} x @param {(v: number) => number} y
 * @param {ReturnType<typeof palette>} colours */
function drawPath(c, trail, x, y, colours) {
  c.lineJoin = "round";
  for (const [wide, ink] of /** @type {[number, string][]} */ ([[4, colours.surface], [2, colours.ink]])) {
    c.lineWidth = wide;
    c.strokeStyle = ink;
    c.beginPath();
    for (let k = 0; k < trail.length; k += 3) c.lineTo(x(trail[k]), y(trail[k + 1]));
    c.stroke();
  }
}

/** @param {CanvasRenderingContext2D} c @param {number} x @param {number} y */
function drawBall(c, x, y) {
  const shine = c.createRadialGradient(x - 3, y - 4, 1, x, y, 10);
  shine.addColorStop(0, "#fff3dd");
  shine.addColorStop(1, "#f5b13c");
  c.fillStyle = shine;
  c.strokeStyle = "#241a0c";
  c.lineWidth = 1.5;
  c.beginPath();
  c.arc(x, y, 9, 0, 2 * Math.PI);
  c.fill();
  c.stroke();
}

/** @param {CanvasRenderingContext2D} c @param {Ground} g @param {{left: number, right: number, top: number, bottom: number}} b
 * @param {(u: number) => number} x @param {(v: number) => number} y @param {ReturnType<typeof palette>} colours */
function drawEdges(c, g, b, x, y, colours) {
  const font = `12px ${colours.font}`, bold = `600 12.5px ${colours.font}`;
  c.strokeStyle = colours.soft;
  c.lineWidth = 1;
  c.textAlign = "center";
  for (const u of ticks(g.u[0], g.u[1], 6)) {
    line(c, x(u), b.bottom, x(u), b.bottom + 4);
    label(c, short(u), x(u), b.bottom + 14, colours.soft, colours.surface, font);
  }
  label(c, g.names[0], (b.left + b.right) / 2, b.bottom + 34, colours.ink, colours.surface, bold);
  c.textAlign = "right";
  for (const v of ticks(g.v[0], g.v[1], 6)) {
    line(c, b.left - 4, y(v), b.left, y(v));
    label(c, short(v), b.left - 9, y(v), colours.soft, colours.surface, font);
  }
  c.save();
  c.translate(b.left - 46, (b.top + b.bottom) / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = "center";
  label(c, g.names[1], 0, 0, colours.ink, colours.surface, bold);
  c.restore();
  // The key to the colours.
  const left = b.right + 16;
  if (left + 60 > c.canvas.clientWidth) return;
  for (let k = 0; k < 100; k++) {
    c.fillStyle = `rgb(${heightColour(1 - k / 99).map(Math.round).join(" ")})`;
    c.fillRect(left, b.top + 24 + 1.6 * k, 12, 2);
  }
  c.textAlign = "left";
  label(c, g.names[2], left, b.top + 8, colours.ink, colours.surface, bold);
  for (const z of ticks(g.low, g.high, 4)) label(c, short(z), left + 18, b.top + 24 + 160 * (1 - (z - g.low) / (g.high - g.low || 1)), colours.soft, colours.surface, font);
}
