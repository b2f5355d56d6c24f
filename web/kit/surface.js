// A landscape in three dimensions, drawn with WebGL2: a lit block with contour lines, a ball and its
// trail, marks and axes. Turned by dragging, with two fingers or by keys. kit/contour.js shows the
// same from above, and stands in where WebGL2 is missing; `landscape` chooses.

import { h } from "./ui.js";
import { contour, drawPins, heightAt } from "./contour.js";
import { eye, multiply, perspective, through } from "./matrix.js";
import { label, palette, sharp, short, stepFor, ticks } from "./axes.js";
import { BASE, renderer, SIDE, TALL } from "./surface_gl.js";

/** n x n heights over a rectangle, u fastest; `low` to `high` is what the colours span.
 * @typedef {{n: number, z: Float32Array, u: [number, number], v: [number, number], low: number, high: number,
 *   names: [string, string, string]}} Ground */
/** @typedef {{u: number, v: number, z: number}} Place */
/** @typedef {Place & {kind: string, text: string}} Mark */
/** @typedef {object} View what both kinds of view do
 * @property {HTMLElement} element
 * @property {(ground: Ground) => void} ground
 * @property {(ball: Place | null, trail: Float32Array) => void} ball trail: u, v, z of each place
 * @property {(marks: Mark[]) => void} marks
 * @property {(text: string) => void} summary for screen readers
 * @property {(key: string) => boolean} turn "left", "right", "up", "down", "in", "out", "home"
 * @property {() => void} close */

/** @param {{pick: (u: number, v: number) => void, lost: () => void}} does @returns {View | null} null without WebGL2 */
function surface(does) {
  const canvas = h("canvas", { class: "surface-picture", "aria-hidden": "true" });
  const gl = canvas.getContext("webgl2", { antialias: true, alpha: true, premultipliedAlpha: true });
  if (!gl) return null;
  const over = h("canvas", { class: "surface-words", role: "img", tabindex: 0, "aria-label": "landscape" });
  const element = h("div", { class: "surface" }, canvas, over);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const home = { turn: 0.66, tilt: 0.66, far: 1 };
  const camera = { ...home };
  /** @type {Ground | null} */
  let ground = null;
  /** @type {Place | null} */
  let ball = null;
  /** @type {Float32Array} */
  let trail = new Float32Array(0);
  /** @type {Mark[]} */
  let marks = [];
  /** @type {Float32Array} */
  let y = new Float32Array(0);
  /** @type {Float32Array} */
  let aim = new Float32Array(0); // heights shown, and those on their way
  let span = [0, 1], aimSpan = [0, 1];
  /** @type {{x: number, y: number, z: number} | null} */
  let rolled = null;
  let lost = false, before = 0;
  let detail = 1, slow = 0; // fewer pixels where pictures take long: without a graphics card

  const draw3 = renderer(gl);
  const scale = (/** @type {number} */ z) => TALL * Math.min(1.25, Math.max(-0.1, (z - span[0]) / (span[1] - span[0] || 1)));
  const placeOf = (/** @type {Place} */ p) => {
    const g = /** @type {Ground} */ (ground);
    return {
      x: SIDE * ((p.u - g.u[0]) / (g.u[1] - g.u[0]) - 0.5), y: scale(p.z),
      z: -SIDE * ((p.v - g.v[0]) / (g.v[1] - g.v[0]) - 0.5),
    };
  };
  const inside = (/** @type {Place} */ p) => ground !== null && p.u >= ground.u[0] && p.u <= ground.u[1] && p.v >= ground.v[0] && p.v <= ground.v[1];

  /** Heights and the ball glide to where they are to be; true while they do. */
  function glide() {
    if (!ground) return false;
    let moving = false;
    const time = performance.now();
    slow = time - before < 60 || time - before > 1000 ? Math.max(0, slow - 1) : slow + 1;
    if (slow > 5 && detail > 0.5) {
      detail *= 0.8;
      slow = 0;
    }
    const share = still.matches ? 1 : 1 - Math.exp(-Math.min(100, time - before) / 55);
    before = time;
    for (let k = 0; k < 2; k++) {
      span[k] += share * (aimSpan[k] - span[k]);
      if (Math.abs(aimSpan[k] - span[k]) > 1e-4 * Math.abs(aimSpan[1] - aimSpan[0])) moving = true;
      else span[k] = aimSpan[k];
    }
    for (let k = 0; k < y.length; k++) {
      const way = aim[k] - y[k];
      if (Math.abs(way) > 1e-4) moving = true;
      y[k] += share * way;
    }
    if (ball && inside(ball)) {
      const to = placeOf(ball);
      if (!rolled || still.matches) rolled = to;
      const way = Math.hypot(to.x - rolled.x, to.y - rolled.y, to.z - rolled.z);
      if (way > 1e-3) moving = true;
      const part = way > 1e-3 ? Math.min(1, 1.5 * share) : 1;
      rolled = { x: rolled.x + part * (to.x - rolled.x), y: rolled.y + part * (to.y - rolled.y), z: rolled.z + part * (to.z - rolled.z) };
    } else rolled = null;
    return moving;
  }

  const matrix = (/** @type {number} */ width, /** @type {number} */ height) => {
    // So far away that the block, turned any way, fits beside its words.
    const half = Math.tan(0.3), room = [Math.max(0.72, 1 - 130 / width), Math.max(0.6, 1 - 110 / height)];
    const far = camera.far * Math.max(1.5 / (half * room[0] * width / height), 1.25 / (half * room[1]));
    const at = [far * Math.cos(camera.tilt) * Math.sin(camera.turn), far * Math.sin(camera.tilt), far * Math.cos(camera.tilt) * Math.cos(camera.turn)];
    const m = multiply(perspective(0.6, width / height, 0.1, 60), eye(at, [0, 0.16, 0])), aside = Math.min(30, 0.05 * width) / width;
    for (let k = 0; k < 4; k++) m[4 * k] += aside * m[4 * k + 3]; // the heights need room at the left
    return { at, eye: m };
  };

  const screen = sharp(over, (c, width, height) => {
    if (!ground || lost) return false;
    const moving = glide(), ratio = devicePixelRatio || 1, { at, eye: m } = matrix(width, height);
    const wide = Math.round(detail * over.width), tall = Math.round(detail * over.height);
    if (canvas.width !== wide || canvas.height !== tall) {
      canvas.width = wide;
      canvas.height = tall;
    }
    draw3(ground.n, y, m, at, {
      size: [width, height], ratio, ball: rolled, trail: trailPoints(), lines: contourCount(), base: BASE, tall: TALL,
    });
    words(c, m, width, height, at);
    return moving;
  });

  const contourCount = () => Math.max(4, Math.min(40, (span[1] - span[0]) / (stepFor(span[0], span[1], 20) || 1)));

  function trailPoints() {
    const points = [];
    const from = Math.max(0, trail.length / 3 - 500);
    for (let k = from; k < trail.length / 3; k++) {
      const p = { u: trail[3 * k], v: trail[3 * k + 1], z: trail[3 * k + 2] };
      if (inside(p) && Number.isFinite(p.z)) points.push(placeOf(p));
    }
    if (rolled && points.length > 0) points[points.length - 1] = rolled;
    return points;
  }

  /** Is a point behind a mountain? March from it towards the eye. @param {{x: number, y: number, z: number}} p @param {number[]} to */
  function hidden(p, to) {
    const g = /** @type {Ground} */ (ground), n = g.n;
    for (let s = 1; s <= 40; s++) {
      const t = 0.03 + 0.05 * s / 2, x = p.x + t * (to[0] - p.x) / 2, z = p.z + t * (to[2] - p.z) / 2, top = p.y + 0.03 + t * (to[1] - p.y) / 2;
      const i = Math.round((x / SIDE + 0.5) * (n - 1)), j = Math.round((-z / SIDE + 0.5) * (n - 1));
      if (i < 0 || j < 0 || i >= n || j >= n) return false;
      if (y[j * n + i] > top + 0.02) return true;
    }
    return false;
  }

  /** @param {CanvasRenderingContext2D} c @param {Float32Array} m @param {number} width @param {number} height @param {number[]} at */
  function words(c, m, width, height, at) {
    const g = /** @type {Ground} */ (ground), colours = palette();
    const spot = (/** @type {number} */ x, /** @type {number} */ yy, /** @type {number} */ z) => through(m, x, yy, z, width, height);
    drawAxes(c, spot, g, span, at, colours, width);
    const pins = marks.filter(inside).map((mark) => {
      const p = placeOf(mark), q = spot(p.x, p.y, p.z);
      return { x: q.x, y: q.y, mark, faint: hidden(p, at) };
    });
    const on = rolled && spot(rolled.x, rolled.y, rolled.z);
    drawPins(c, pins, colours, width > 420, on ? [{ x: on.x, y: on.y - 6, w: 12, h: 12 }] : []);
  }

  listen(over, camera, home, {
    ask: screen.ask,
    click(px, py) {
      const hit = ground && strike(px, py);
      if (hit) does.pick(hit.u, hit.v);
    },
  });

  /** Where a ray through a pixel meets the ground. @param {number} px @param {number} py */
  function strike(px, py) {
    const g = /** @type {Ground} */ (ground), width = over.clientWidth, height = over.clientHeight, { eye: m } = matrix(width, height);
    let best = null, least = 14 * 14;
    // The nearest grid point on the screen that no other covers: 161 x 161 are quickly tried.
    let front = Infinity;
    for (let j = 0; j < g.n; j++) {
      for (let i = 0; i < g.n; i++) {
        const q = through(m, SIDE * (i / (g.n - 1) - 0.5), y[j * g.n + i], -SIDE * (j / (g.n - 1) - 0.5), width, height);
        const away = (q.x - px) ** 2 + (q.y - py) ** 2;
        if (away < 14 * 14 && (q.depth < front - 0.15 || (q.depth < front + 0.15 && away < least))) {
          least = away;
          front = Math.min(front, q.depth);
          best = { u: g.u[0] + (g.u[1] - g.u[0]) * i / (g.n - 1), v: g.v[0] + (g.v[1] - g.v[0]) * j / (g.n - 1) };
        }
      }
    }
    return best;
  }

  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    if (!lost) does.lost();
    lost = true;
  });
  return {
    element,
    ground(next) {
      const first = !ground, same = ground?.n === next.n && y.length === next.z.length;
      const last = ground, old = y;
      ground = next;
      aimSpan = [next.low, next.high];
      if (first) span = [next.low, next.high];
      const full = (/** @type {number} */ z) => TALL * Math.min(1.25, Math.max(-0.1, ((Number.isFinite(z) ? z : next.high) - next.low) / (next.high - next.low || 1)));
      aim = Float32Array.from(next.z, full);
      if (first || last?.names.join() !== next.names.join()) camera.turn = home.turn = openSide(aim, next.n);
      if (first || !last) y = Float32Array.from(aim, () => 0);
      else if (!same) y = resampled(old, last.n, next.n);
      screen.ask();
    },
    ball(place, path) {
      ball = place;
      trail = path;
      screen.ask();
    },
    marks(list) {
      marks = list;
      screen.ask();
    },
    summary(text) { over.setAttribute("aria-label", text); },
    turn(key) {
      const moves = /** @type {Record<string, () => void>} */ ({
        left: () => { camera.turn -= 0.1; }, right: () => { camera.turn += 0.1; },
        up: () => { camera.tilt = Math.min(1.5, camera.tilt + 0.07); }, down: () => { camera.tilt = Math.max(0.08, camera.tilt - 0.07); },
        in: () => { camera.far = Math.max(0.4, camera.far * 0.92); }, out: () => { camera.far = Math.min(2, camera.far / 0.92); },
        home: () => Object.assign(camera, home),
      });
      moves[key]?.();
      screen.ask();
      return key in moves;
    },
    close() {
      lost = true;
      screen.close();
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

/** From where most can be seen: with low ground in front, and along the valleys rather than across.
 * @param {Float32Array} y @param {number} n */
function openSide(y, n) {
  let best = 0.66, least = Infinity;
  for (const turn of [0.66, 0.91, 2.23, 2.48, -0.66, -0.91, -2.23, -2.48]) {
    const dx = Math.sin(turn), dz = Math.cos(turn);
    let sum = 0;
    for (let j = 0; j < n; j += 2) {
      for (let i = 0; i < n; i += 2) {
        const along = (2 * i / (n - 1) - 1) * dx - (2 * j / (n - 1) - 1) * dz;
        sum += y[j * n + i] * (along + 0.8 * along * along);
      }
    }
    if (sum < least - 1e-9) {
      least = sum;
      best = turn;
    }
  }
  return best;
}

/** A coarser or finer grid of the same heights, to glide from. @param {Float32Array} y @param {number} from @param {number} to */
function resampled(y, from, to) {
  const out = new Float32Array(to * to);
  const g = /** @type {Ground} */ ({ n: from, z: y, u: [0, 1], v: [0, 1], low: 0, high: 1, names: ["", "", ""] });
  for (let j = 0; j < to; j++) for (let i = 0; i < to; i++) out[j * to + i] = heightAt(g, i / (to - 1), j / (to - 1));
  return out;
}

/** Axes on the two lower edges that face the eye, and heights on an upright one.
 * @param {CanvasRenderingContext2D} c @param {(x: number, y: number, z: number) => {x: number, y: number, depth: number}} spot
 * @param {Ground} g @param {number[]} span @param {number[]} at @param {ReturnType<typeof palette>} colours @param {number} width */
function drawAxes(c, spot, g, span, at, colours, width) {
  const s = SIDE / 2, front = at[2] > 0 ? s : -s, right = at[0] > 0 ? s : -s, font = `12px ${colours.font}`;
  const middle = spot(0, BASE, 0), few = width < 480 ? 3 : 5;
  /** @param {[number, number, number]} a @param {[number, number, number]} b @param {[number, number]} range @param {string} full */
  const axis = (a, b, range, full) => {
    const name = width < 480 ? full.replace(/, layer \d+$/, "") : full;
    const p = spot(...a), q = spot(...b), nx = q.y - p.y, ny = p.x - q.x, long = Math.hypot(nx, ny) || 1;
    const away = (p.x + q.x) / 2 - middle.x, down = (p.y + q.y) / 2 - middle.y, sign = away * nx + down * ny > 0 ? 1 : -1;
    const ox = sign * nx / long, oy = sign * ny / long;
    c.textAlign = Math.abs(ox) < 0.35 ? "center" : ox > 0 ? "left" : "right";
    for (const value of ticks(range[0], range[1], few)) {
      const t = (value - range[0]) / (range[1] - range[0]), r = spot(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2]));
      if (t < 0.03 || t > 0.97) continue; // two axes meet there
      c.strokeStyle = colours.soft;
      c.lineWidth = 1;
      c.beginPath();
      c.moveTo(r.x, r.y);
      c.lineTo(r.x + 5 * ox, r.y + 5 * oy);
      c.stroke();
      label(c, short(value), r.x + 14 * ox, r.y + 14 * oy, colours.soft, colours.surface, font);
    }
    c.textAlign = Math.abs(ox) < 0.35 ? "center" : ox > 0 ? "left" : "right";
    c.font = `600 12.5px ${colours.font}`;
    const wide = c.measureText(name).width, before = c.textAlign === "right" ? wide : c.textAlign === "center" ? wide / 2 : 0;
    const at = Math.min(width - 4 - wide + before, Math.max(4 + before, (p.x + q.x) / 2 + 38 * ox));
    label(c, name, at, (p.y + q.y) / 2 + 40 * oy, colours.ink, colours.surface, c.font);
  };
  axis([-s, BASE, front], [s, BASE, front], g.u, g.names[0]);
  axis([right, BASE, s], [right, BASE, -s], g.v, g.names[1]);
  // Height: on the corner that stands at the left of the picture.
  const corners = /** @type {[number, number][]} */ ([[-s, -s], [-s, s], [s, -s], [s, s]]);
  const left = corners.map(([x, z]) => ({ x, z, q: spot(x, 0, z) })).sort((a, b) => a.q.x - b.q.x)[0];
  c.textAlign = "right";
  const top = spot(left.x, TALL, left.z), foot = spot(left.x, 0, left.z);
  c.strokeStyle = colours.line;
  c.beginPath();
  c.moveTo(foot.x - 6, foot.y);
  c.lineTo(top.x - 6, top.y);
  c.stroke();
  for (const value of ticks(span[0], span[1], 4)) {
    const q = spot(left.x, TALL * (value - span[0]) / (span[1] - span[0]), left.z);
    c.strokeStyle = colours.soft;
    c.beginPath();
    c.moveTo(q.x - 6, q.y);
    c.lineTo(q.x - 11, q.y);
    c.stroke();
    label(c, short(value), q.x - 15, q.y, colours.soft, colours.surface, font);
  }
  c.textAlign = "left";
  label(c, g.names[2], Math.max(4, top.x - 40), top.y - (g.names[2].length > 6 ? 44 : 22), colours.ink, colours.surface, `600 12.5px ${colours.font}`);
}

/** Dragging turns, the wheel and two fingers move nearer, a click is a click.
 * @param {HTMLCanvasElement} over @param {{turn: number, tilt: number, far: number}} camera @param {object} home
 * @param {{ask: () => void, click: (x: number, y: number) => void}} does */
function listen(over, camera, home, does) {
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let moved = 0, apart = 0;
  const gap = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  over.addEventListener("pointerdown", (event) => {
    over.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 1) moved = 0;
    if (fingers.size === 2) apart = gap();
  });
  over.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const dx = event.clientX - last.x, dy = event.clientY - last.y;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved += Math.abs(dx) + Math.abs(dy);
    if (fingers.size === 2) {
      camera.far = Math.min(2, Math.max(0.4, camera.far * apart / Math.max(1, gap())));
      apart = gap();
    } else if (moved > 4) {
      camera.turn -= 0.008 * dx;
      camera.tilt = Math.min(1.5, Math.max(0.08, camera.tilt + 0.006 * dy));
    }
    does.ask();
  });
  const end = (/** @type {PointerEvent} */ event) => {
    const box = over.getBoundingClientRect();
    if (fingers.delete(event.pointerId) && event.type === "pointerup" && moved <= 4 && event.button === 0)
      does.click(event.clientX - box.left, event.clientY - box.top);
  };
  over.addEventListener("pointerup", end);
  over.addEventListener("pointercancel", end);
  over.addEventListener("dblclick", () => {
    Object.assign(camera, home);
    does.ask();
  });
  over.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== over) return; // the page scrolls
    event.preventDefault();
    camera.far = Math.min(2, Math.max(0.4, camera.far * Math.exp(0.001 * event.deltaY)));
    does.ask();
  }, { passive: false });
}

/** @type {boolean | null} */
let webgl2 = null;

/** Asked once: browsers hold few contexts at a time, and this one is given back. */
function hasWebGL2() {
  if (webgl2 === null) {
    const gl = document.createElement("canvas").getContext("webgl2");
    webgl2 = gl !== null;
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return webgl2;
}

/** A view of a landscape that can be switched between both kinds; `lost` is called where the graphics card has given
 * up, and the map has taken over.
 * @param {{pick: (u: number, v: number) => void, flat?: boolean, lost?: () => void}} options */
export function landscape(options) {
  const host = h("div", { class: "surface-host" });
  /** @type {View | null} */
  let view = null;
  /** @type {{ground?: Ground, ball?: [Place | null, Float32Array], marks?: Mark[], summary?: string}} */
  const kept = {};
  let solid = hasWebGL2(), flat = options.flat ?? false;
  function giveUp() {
    solid = webgl2 = false;
    make();
    options.lost?.();
  }
  function make() {
    view?.close();
    view = null;
    if (!flat && solid) {
      try {
        view = surface({ pick: options.pick, lost: giveUp });
      } catch (error) {
        console.warn(error);
      }
      solid = view !== null;
    }
    view ??= contour(options);
    host.replaceChildren(view.element);
    if (kept.ground) view.ground(kept.ground);
    if (kept.ball) view.ball(...kept.ball);
    if (kept.marks) view.marks(kept.marks);
    if (kept.summary) view.summary(kept.summary);
  }
  make();
  return {
    element: host,
    /** Can it be drawn in three dimensions here? */
    solid: () => solid,
    flat(/** @type {boolean} */ next) {
      if (next === flat) return;
      flat = next;
      make();
    },
    ground(/** @type {Ground} */ ground) { kept.ground = ground; view?.ground(ground); },
    ball(/** @type {Place | null} */ ball, /** @type {Float32Array} */ trail) { kept.ball = [ball, trail]; view?.ball(ball, trail); },
    marks(/** @type {Mark[]} */ marks) { kept.marks = marks; view?.marks(marks); },
    summary(/** @type {string} */ text) { kept.summary = text; view?.summary(text); },
    turn: (/** @type {string} */ key) => view?.turn(key) ?? false,
    close: () => view?.close(),
  };
}
