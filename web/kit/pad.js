// A pad to draw on: strokes of a pen in cells (28 x 28), by mouse, finger, stylus or arrow keys.
// It shows what it is given and tells what the hand does; what the strokes mean is not its business.

import { fit, pixels } from "./picture.js";
import { h } from "./ui.js";

export const CELLS = 28;
const GROUND = "#0d1214", INK = "#f5f7f7", CHOSEN = "#62b4e6", DIM = "#565f62", GRID = "rgb(255 255 255 / 10%)", HINT = "rgb(255 255 255 / 42%)";
const NEAREST = 0.04; // cells: nearer points are the same

/** @typedef {object} Stroke
 * @property {"draw" | "erase" | "paper"} kind
 * @property {number} width in cells
 * @property {number[]} points x, y, x, y, ... in cells */

/** @typedef {object} PadOptions
 * @property {string} label
 * @property {(points: number[], width: number, erase: boolean) => void} begin
 * @property {(points: number[]) => void} more
 * @property {() => void} end
 * @property {(sentence: string) => void} say
 * @property {(file: Blob) => void} drop a picture was dropped on it */

/** Outlines for the empty pad, in cells: drawn dashed. @type {Record<string, (path: Path2D) => void>} */
const OUTLINES = {
  7: (path) => { path.moveTo(9, 7); path.lineTo(19, 7); path.lineTo(12.5, 21); },
  cat: (path) => {
    path.moveTo(8.6, 12); path.lineTo(8.2, 5.5); path.lineTo(12.4, 8.7);
    path.quadraticCurveTo(14, 8.2, 15.6, 8.7); path.lineTo(19.8, 5.5); path.lineTo(19.4, 12);
    path.bezierCurveTo(21.4, 19, 17, 21, 14, 21); path.bezierCurveTo(11, 21, 6.6, 19, 8.6, 12);
    path.moveTo(11.2, 13); path.lineTo(11.2, 14); path.moveTo(16.8, 13); path.lineTo(16.8, 14);
    path.moveTo(13, 16.5); path.lineTo(15, 16.5);
    path.moveTo(9.6, 16.4); path.lineTo(5, 15.6); path.moveTo(18.4, 16.4); path.lineTo(23, 15.6);
  },
  none: () => {},
  shirt: (path) => {
    path.moveTo(11, 6.5); path.quadraticCurveTo(14, 9, 17, 6.5); path.lineTo(23, 9.5); path.lineTo(21, 13.5);
    path.lineTo(18.6, 12.4); path.lineTo(18.6, 21); path.lineTo(9.4, 21); path.lineTo(9.4, 12.4);
    path.lineTo(7, 13.5); path.lineTo(5, 9.5); path.closePath();
  },
  frame: (path) => path.roundRect(7, 6.5, 14, 14, 2.5),
};

/** @param {CanvasRenderingContext2D} context @param {Stroke} stroke @param {number} s pixels a cell @param {string} colour
 * @param {number} [from] the first point that is new */
function traceOn(context, { points, width }, s, colour, from = 0) {
  if (points.length < 2) return;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width * s;
  context.strokeStyle = colour;
  context.beginPath();
  const first = Math.max(0, from - 2);
  context.moveTo(points[first] * s, points[first + 1] * s);
  for (let i = first; i < points.length; i += 2) context.lineTo(points[i] * s, points[i + 1] * s);
  context.stroke();
}

/** @param {PadOptions} o */
export function pad(o) {
  const canvas = h("canvas", { class: "pad-canvas", tabindex: 0, role: "img" });
  const element = h("div", { class: "pad" }, canvas);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {Stroke[]} */
  let strokes = [];
  /** @type {Stroke | null} the one being drawn */
  let open = null;
  let pointer = -1, width = 2.5, erasing = false, grid = false, chosen = -1;
  let hint = { text: "", outline: "frame" };
  /** @type {HTMLCanvasElement | null} */
  let paper = null;
  let pen = { x: CELLS / 2, y: CELLS / 2, shown: false };
  const unit = () => canvas.width / CELLS;

  // ---- drawing -----------------------------------------------------------------------------------

  /** Strokes the points from number `from` on. @param {Stroke} stroke @param {number} [from] @param {string} [colour] */
  function trace(stroke, from = 0, colour = INK) {
    traceOn(context, stroke, unit(), stroke.kind === "erase" ? GROUND : colour, from);
  }

  function drawGrid() {
    const s = unit();
    context.strokeStyle = GRID;
    context.lineWidth = Math.max(1, s / 20);
    context.beginPath();
    for (let i = 1; i < CELLS; i++) {
      context.moveTo(i * s, 0);
      context.lineTo(i * s, canvas.height);
      context.moveTo(0, i * s);
      context.lineTo(canvas.width, i * s);
    }
    context.stroke();
  }

  function drawHint() {
    const s = unit(), path = new Path2D();
    if (!hint.text) return;
    (OUTLINES[hint.outline] ?? OUTLINES.frame)(path);
    context.save();
    context.scale(s, s);
    context.strokeStyle = HINT;
    context.lineWidth = 0.22;
    context.lineCap = "round";
    context.setLineDash([0.55, 0.75]);
    context.stroke(path);
    context.restore();
    context.fillStyle = HINT;
    context.font = `${1.15 * s}px ${getComputedStyle(canvas).fontFamily}`;
    context.textAlign = "center";
    context.fillText(hint.text, canvas.width / 2, 24.6 * s);
  }

  function drawPen() {
    const s = unit(), x = pen.x * s, y = pen.y * s, r = 0.8 * s;
    context.strokeStyle = CHOSEN;
    context.lineWidth = Math.max(1.5, s / 12);
    context.beginPath();
    context.moveTo(x - r, y);
    context.lineTo(x + r, y);
    context.moveTo(x, y - r);
    context.lineTo(x, y + r);
    context.moveTo(x + width * s / 2, y);
    context.arc(x, y, width * s / 2, 0, 2 * Math.PI);
    context.stroke();
  }

  function draw() {
    fit(canvas);
    context.fillStyle = GROUND;
    context.fillRect(0, 0, canvas.width, canvas.height);
    strokes.forEach((stroke, i) => {
      if (stroke.kind === "paper" && paper) context.drawImage(paper, 0, 0, canvas.width, canvas.height);
      else trace(stroke, 0, chosen >= 0 ? DIM : INK);
    });
    if (strokes[chosen]?.kind === "draw") trace(strokes[chosen], 0, CHOSEN);
    if (grid) drawGrid();
    if (strokes.length === 0) drawHint();
    if (pen.shown) drawPen();
  }

  // ---- the hand ----------------------------------------------------------------------------------

  /** @param {PointerEvent} event @returns {[number, number]} */
  function place(event) {
    const box = canvas.getBoundingClientRect();
    const inside = (/** @type {number} */ v) => Math.round(100 * Math.min(2 * CELLS, Math.max(-CELLS, v))) / 100;
    return [inside((event.clientX - box.left) / box.width * CELLS), inside((event.clientY - box.top) / box.height * CELLS)];
  }

  /** @param {number} x @param {number} y @param {boolean} erase */
  function begin(x, y, erase) {
    open = { kind: erase ? "erase" : "draw", width, points: [x, y] };
    const first = strokes.length === 0;
    strokes.push(open);
    if (first || grid || pen.shown) draw();
    else trace(open);
    o.begin([x, y], width, erase);
  }

  /** @param {number[]} points */
  function more(points) {
    if (!open) return;
    const added = [], { points: all } = open, from = all.length;
    for (let i = 0; i < points.length; i += 2) {
      const dx = points[i] - all[all.length - 2], dy = points[i + 1] - all[all.length - 1];
      if (Math.hypot(dx, dy) < NEAREST) continue;
      all.push(points[i], points[i + 1]);
      added.push(points[i], points[i + 1]);
    }
    if (added.length === 0) return;
    if (grid || pen.shown) draw();
    else trace(open, from);
    o.more(added);
  }

  function end() {
    if (!open) return;
    open = null;
    pointer = -1;
    o.end();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (open || (event.button !== 0 && event.button !== 2 && event.button !== 5)) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    pen.shown = false;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    begin(...place(event), erasing || event.button !== 0);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const all = event.getCoalescedEvents?.() ?? [];
    more((all.length ? all : [event]).flatMap(place));
  });
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(kind, (event) => {
      if (/** @type {PointerEvent} */ (event).pointerId === pointer) end();
    });
  }
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());

  // ---- the arrow keys ----------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key], inside = (/** @type {number} */ v) => Math.min(CELLS - 1, Math.max(1, v));
    if (event.ctrlKey || event.metaKey || event.altKey || pointer >= 0) return;
    if (move) {
      const step = event.shiftKey ? 0.25 : 1;
      pen = { x: inside(pen.x + step * move[0]), y: inside(pen.y + step * move[1]), shown: true };
      if (open) more([pen.x, pen.y]);
      draw();
    } else if (event.key === " ") {
      if (open) end();
      else begin(pen.x, pen.y, erasing);
      pen.shown = true;
      draw();
      o.say(open ? `pen down at column ${pen.x}, row ${pen.y}` : "pen up");
    } else if (event.key === "Escape" && pen.shown) {
      end();
      pen.shown = false;
      draw();
    } else {
      return;
    }
    event.preventDefault();
  }
  canvas.addEventListener("keydown", keydown);
  canvas.addEventListener("blur", () => {
    if (pointer < 0) end();
    pen.shown = false;
    draw();
  });

  // ---- files -------------------------------------------------------------------------------------

  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("dropping");
  });
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file) o.drop(file);
  });

  const watch = new ResizeObserver(draw);
  watch.observe(canvas);
  canvas.setAttribute("aria-label", o.label);

  return {
    element, canvas,
    /** A stroke under way ends where it is. */
    close() {
      end();
      watch.disconnect();
    },
    busy: () => open !== null,
    count: () => strokes.length,
    /** @returns {readonly Stroke[]} */
    strokes: () => strokes,
    /** The drawing alone, white on black, 20 pixels a cell. */
    picture() {
      const s = 20, made = h("canvas", { width: s * CELLS, height: s * CELLS }), on = made.getContext("2d");
      if (!on) return made;
      on.fillRect(0, 0, made.width, made.height);
      for (const stroke of strokes) {
        if (stroke.kind === "paper" && paper) on.drawImage(paper, 0, 0, made.width, made.height);
        else traceOn(on, stroke, s, stroke.kind === "erase" ? "#000" : "#fff");
      }
      return made;
    },
    /** @param {Stroke[]} list @param {Uint8Array | null} picture square, under a stroke of kind "paper"
     * @param {number} channels of it: 1 or 3 */
    set(list, picture = null, channels = 1) {
      if (open) return;
      strokes = list;
      paper = null;
      if (picture && picture.length > 0) {
        const side = Math.sqrt(picture.length / channels);
        paper = h("canvas");
        pixels(paper, side, side, channels, picture);
      }
      draw();
    },
    /** @param {number} cells */
    brush(cells) { width = cells; if (pen.shown) draw(); },
    /** @param {boolean} on */
    erase(on) { erasing = on; element.classList.toggle("erasing", on); },
    /** @param {boolean} on */
    grid(on) { grid = on; draw(); },
    /** What an empty pad asks for. @param {string} text @param {string} outline */
    hint(text, outline) { hint = { text, outline }; if (strokes.length === 0) draw(); },
    /** Shows one stroke among the others; -1 = none. @param {number} index */
    choose(index) { if (chosen !== index) { chosen = index; draw(); } },
    /** What a screen reader is told about it. @param {string} text */
    label(text) { canvas.setAttribute("aria-label", text); },
  };
}

/** A stroke alone, as a small picture. @param {HTMLCanvasElement} canvas @param {readonly Stroke[]} strokes
 * @param {number} chosen */
export function thumbnail(canvas, strokes, chosen) {
  const context = canvas.getContext("2d"), side = 56;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  if (!context) return;
  context.fillStyle = GROUND;
  context.fillRect(0, 0, side, side);
  context.lineCap = context.lineJoin = "round";
  strokes.forEach(({ kind, width, points }, n) => {
    if (kind !== "draw" && n !== chosen) return;
    const s = side / CELLS;
    context.strokeStyle = n === chosen ? (kind === "erase" ? "#f59322" : CHOSEN) : "rgb(255 255 255 / 30%)";
    context.lineWidth = Math.max(1.2, width * s * 0.7);
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) context.lineTo(points[i] * s, points[i + 1] * s);
    if (points.length === 2) context.lineTo(points[0] * s + 0.01, points[1] * s);
    context.stroke();
  });
}
