// A plane of two inputs, coloured by what a network says there, with points to place, drag and delete.

import { h, stylesheet } from "./ui.js";

await stylesheet("kit/plane.css");

/** @typedef {{x: number, y: number, label: number}} Point */

/** What a plane asks of its scene; leave out what it must not do. Coordinates are the network's inputs.
 * @typedef {object} PlaneOptions
 * @property {string} x label of the axis
 * @property {string} y
 * @property {string[]} [classes] names, "safe"
 * @property {HTMLElement} [beside] shown below the plane, right of the name of the axis
 * @property {number} [size] most CSS pixels a side; as large as the host where left out
 * @property {(x: number, y: number) => void} [place]
 * @property {(index: number, x: number, y: number, last: boolean) => void} [move]
 * @property {(index: number) => void} [remove]
 * @property {(hit: {index: number, x: number, y: number} | null) => void} [hover] index -1: no point there */

const REACH = 11;  // pixels around a point that belong to it
const INK = {
  light: [[8, 119, 189], [245, 147, 34]],
  dark: [[55, 155, 220], [240, 145, 45]]
};
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Colours for margins -1..1 in 513 steps, over the paper. @param {boolean} hard */
function palette(hard) {
  const paper = dark.matches ? [26, 33, 37] : [255, 255, 255], ink = dark.matches ? INK.dark : INK.light;
  const table = new Uint32Array(513), bytes = new Uint8Array(table.buffer);
  for (let i = 0; i <= 512; i++) {
    const t = i / 256 - 1, end = t > 0 ? ink[0] : ink[1];
    const share = hard ? 0.42 * Math.min(1, 4 * Math.abs(t)) : 0.06 + 0.5 * Math.abs(t) ** 0.8;
    for (let c = 0; c < 3; c++) bytes[4 * i + c] = Math.round(paper[c] + share * (end[c] - paper[c]));
    bytes[4 * i + 3] = 255;
  }
  return table;
}

/** Paints margins (lowest row first) into a canvas of any size, smoothly.
 * @param {HTMLCanvasElement} canvas @param {Float32Array} field @param {number} side @param {boolean} hard */
export function paintField(canvas, field, side, hard) {
  const context = canvas.getContext("2d"), { width, height } = canvas;
  if (!context || !width || !height || field.length < side * side) return;
  const image = context.createImageData(width, height), out = new Uint32Array(image.data.buffer);
  const table = palette(hard), at = new Int32Array(width), share = new Float32Array(width);
  for (let i = 0; i < width; i++) {
    const u = Math.min(side - 1, Math.max(0, (i + 0.5) / width * side - 0.5));
    at[i] = Math.min(side - 2, Math.floor(u));
    share[i] = u - at[i];
  }
  const line = new Float32Array(side), before = new Float32Array(width).fill(NaN);
  for (let j = 0; j < height; j++) {
    const v = Math.min(side - 1, Math.max(0, (height - j - 0.5) / height * side - 0.5));
    const row = Math.min(side - 2, Math.floor(v)), up = v - row;
    for (let i = 0; i < side; i++)
      line[i] = field[row * side + i] * (1 - up) + field[(row + 1) * side + i] * up;
    let left = NaN;
    for (let i = 0; i < width; i++) {
      const m = line[at[i]] * (1 - share[i]) + line[at[i] + 1] * share[i];
      let t = m;
      if (hard) {  // one pixel wide: the margin over how fast it changes from pixel to pixel
        const steep = Math.max(Math.abs(m - left) || 0, Math.abs(m - before[i]) || 0, 1e-9);
        t = m / steep;
      }
      out[j * width + i] = table[Math.round(256 + 256 * (t > 1 ? 1 : t < -1 ? -1 : t || 0))];
      left = m;
      before[i] = m;
    }
  }
  context.putImageData(image, 0, 0);
}

/** @param {CanvasRenderingContext2D} c @param {number} label
 * @param {number} x @param {number} y @param {number} r */
function shape(c, label, x, y, r) {
  c.beginPath();
  if (label === 0)
    c.arc(x, y, r, 0, 2 * Math.PI);
  else {
    c.moveTo(x, y - 1.25 * r);
    c.lineTo(x + 1.15 * r, y + 0.8 * r);
    c.lineTo(x - 1.15 * r, y + 0.8 * r);
    c.closePath();
  }
}

/** Points without anything to touch, for small planes. @param {HTMLCanvasElement} canvas
 * @param {Float32Array} xy @param {Int32Array} labels
 * @param {number} least @param {number} most @param {number} r */
export function paintPoints(canvas, xy, labels, least, most, r) {
  const c = canvas.getContext("2d"), fills = dark.matches ? INK.dark : INK.light;
  if (!c) return;
  c.lineWidth = 1;
  c.strokeStyle = dark.matches ? "#10171b" : "#fff";
  for (let i = 0; i < labels.length; i++) {
    const x = (xy[2 * i] - least) / (most - least), y = (xy[2 * i + 1] - least) / (most - least);
    shape(c, labels[i], x * canvas.width, (1 - y) * canvas.height, r);
    c.fillStyle = `rgb(${fills[labels[i] === 0 ? 0 : 1].join(" ")})`;
    c.fill();
    c.stroke();
  }
}

/** @param {HTMLElement} host @param {PlaneOptions} o */
export function plane(host, o) {
  const classes = o.classes ?? ["safe", "poisonous"], edits = Boolean(o.place || o.move || o.remove);
  const back = h("canvas", { class: "plane-field", "aria-hidden": "true" });
  const front = h(
    "canvas", { class: "plane-points", role: "img", tabindex: edits ? 0 : undefined, "aria-label": o.y ? `${o.y} over ${o.x}` : "points" });
  const box = h("div", { class: "plane-box" }, back, front);
  const element = h("figure", { class: "plane" },
    h("span", { class: "plane-y", text: o.y ? `${o.y} →` : "" }), box,
    h("div", { class: "plane-x" }, h("span", { text: o.x ? `${o.x} →` : "" }), o.beside));
  host.append(element);

  /** @type {Float32Array} */
  let points = new Float32Array(0);
  /** @type {Float32Array} */
  let field = new Float32Array(0);
  /** @type {Int32Array} */
  let labels = new Int32Array(0);
  /** @type {Uint8Array} */
  let wrong = new Uint8Array(0);
  let side = 0, least = 0, most = 1, hard = false, size = 0;
  let hot = -1, chosen = -1, dragging = -1, moved = false, pressed = { x: 0, y: 0 };
  /** @type {{x: number, y: number} | null} */
  let cursor = null;  // for the keyboard

  const px = (/** @type {number} */ x) => (x - least) / (most - least) * size;
  const py = (/** @type {number} */ y) => size - (y - least) / (most - least) * size;
  const count = () => labels.length;

  let queued = false;
  function draw() {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      if (size > 0) drawPoints();
    });
  }

  function drawPoints() {
    const c = front.getContext("2d");
    if (!c) return;
    const scale = front.width / size, style = getComputedStyle(element);
    const ring = style.getPropertyValue("--plane-ring") || "#fff",
          ink = style.getPropertyValue("--ink") || "#111";
    const fills = dark.matches ? INK.dark : INK.light;
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, size, size);
    if (least < 0) {  // where the axes run
      c.strokeStyle = style.getPropertyValue("--line-strong");
      c.globalAlpha = 0.5;
      c.beginPath();
      c.moveTo(px(0), 0);
      c.lineTo(px(0), size);
      c.moveTo(0, py(0));
      c.lineTo(size, py(0));
      c.stroke();
      c.globalAlpha = 1;
    }
    const r = Math.min(count() > 400 ? 3.2 : count() > 150 ? 4.2 : 5.4, size / 50);
    for (let i = 0; i < count(); i++) {
      const x = px(points[2 * i]), y = py(points[2 * i + 1]);
      shape(c, labels[i], x, y, r);
      c.fillStyle = `rgb(${fills[labels[i] === 0 ? 0 : 1].join(" ")})`;
      c.fill();
      c.lineWidth = wrong[i] ? 2 : 1.25;
      c.strokeStyle = wrong[i] ? ink : ring;
      c.stroke();
    }
    if (chosen >= count()) chosen = -1;
    for (const [index, width] of [[hot, 1.5], [chosen, 2.5]]) {
      if (index < 0 || index >= count()) continue;
      c.beginPath();
      c.arc(px(points[2 * index]), py(points[2 * index + 1]), r + 5, 0, 2 * Math.PI);
      c.lineWidth = width;
      c.strokeStyle = ink;
      c.stroke();
    }
    if (cursor && document.activeElement === front && chosen < 0) {
      const x = px(cursor.x), y = py(cursor.y);
      c.lineWidth = 1.5;
      c.strokeStyle = ink;
      c.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        c.moveTo(x + 3 * dx, y + 3 * dy);
        c.lineTo(x + 10 * dx, y + 10 * dy);
      }
      c.stroke();
    }
  }

  function resize() {
    const room = Math.floor(Math.min(box.clientWidth, o.size ?? 2000));
    if (room < 20 || room === size) return;
    size = room;
    const scale = Math.min(devicePixelRatio || 1, 2);
    front.width = front.height = Math.round(size * scale);
    back.width = back.height = Math.min(Math.round(size * scale), 560);
    paint();
  }

  function paint() {
    if (side > 1 && size > 0) paintField(back, field, side, hard);
    draw();
  }

  // ---- pointer

  /** @param {PointerEvent | MouseEvent} event */
  function at(event) {
    const own = front.getBoundingClientRect();
    const x = (event.clientX - own.left) / own.width, y = 1 - (event.clientY - own.top) / own.height;
    return { x: least + x * (most - least), y: least + y * (most - least) };
  }

  /** @param {{x: number, y: number}} where */
  function nearest(where) {
    let found = -1, best = (REACH / size * (most - least)) ** 2;
    for (let i = 0; i < count(); i++) {
      const d = (points[2 * i] - where.x) ** 2 + (points[2 * i + 1] - where.y) ** 2;
      if (d < best) {
        best = d;
        found = i;
      }
    }
    return found;
  }

  const inside = (/** @type {number} */ v) => Math.min(most, Math.max(least, v));

  front.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !edits) return;
    const where = at(event), index = nearest(where);
    pressed = { x: event.clientX, y: event.clientY };
    moved = false;
    cursor = null;
    chosen = index;
    dragging = o.move ? index : -1;
    front.setPointerCapture(event.pointerId);
    draw();
  });
  front.addEventListener("pointermove", (event) => {
    const where = at(event);
    moved ||= Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 4;
    if (dragging >= 0 && moved && event.buttons & 1) {
      points[2 * dragging] = inside(where.x);
      points[2 * dragging + 1] = inside(where.y);
      o.move?.(dragging, inside(where.x), inside(where.y), false);
      draw();
      return;
    }
    const index = nearest(where);
    if (index !== hot) draw();
    hot = index;
    front.style.cursor = index >= 0 && o.move ? "grab" : o.place ? "crosshair" : "default";
    o.hover?.(index >= 0 ? { index, x: points[2 * index], y: points[2 * index + 1] } : { index, ...where });
  });
  front.addEventListener("pointerup", (event) => {
    if (event.button !== 0 || !edits) return;
    const where = at(event);
    if (dragging >= 0 && moved)
      o.move?.(dragging, inside(where.x), inside(where.y), true);
    else if (chosen < 0 && !moved)
      o.place?.(inside(where.x), inside(where.y));
    dragging = -1;
  });
  front.addEventListener("pointercancel", () => {
    dragging = -1;
  });
  front.addEventListener("pointerleave", () => {
    if (dragging >= 0) return;
    hot = -1;
    draw();
    o.hover?.(null);
  });
  front.addEventListener("contextmenu", (event) => {
    if (!o.remove) return;
    event.preventDefault();
    const index = nearest(at(event));
    if (index >= 0) o.remove(index);
  });

  // ---- keyboard

  /** @param {number} index */
  function choose(index) {
    chosen = index;
    if (index >= 0) o.hover?.({ index, x: points[2 * index], y: points[2 * index + 1] });
    draw();
    describe();
  }

  front.addEventListener("keydown", (event) => {
    if (!edits || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, [number, number]>} */
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const arrow = arrows[event.key], step = (event.shiftKey ? 0.002 : 0.02) * (most - least);
    if (arrow && chosen >= 0) {
      points[2 * chosen] = inside(points[2 * chosen] + step * arrow[0]);
      points[2 * chosen + 1] = inside(points[2 * chosen + 1] + step * arrow[1]);
      o.move?.(chosen, points[2 * chosen], points[2 * chosen + 1], true);
      draw();
    } else if (arrow) {
      cursor ??= { x: (least + most) / 2, y: (least + most) / 2 };
      cursor = { x: inside(cursor.x + step * arrow[0]), y: inside(cursor.y + step * arrow[1]) };
      o.hover?.({ index: -1, ...cursor });
      draw();
      describe();
    } else if ((event.key === "PageDown" || event.key === "]") && count() > 0)
      choose((chosen + 1) % count());
    else if ((event.key === "PageUp" || event.key === "[") && count() > 0)
      choose((chosen + count() - (chosen < 0 ? 0 : 1)) % count());
    else if (event.key === "Enter" && chosen < 0) {
      cursor ??= { x: (least + most) / 2, y: (least + most) / 2 };
      o.place?.(cursor.x, cursor.y);
    } else if ((event.key === "Delete" || event.key === "Backspace") && chosen >= 0) {
      o.remove?.(chosen);
      choose(Math.min(chosen, count() - 2));
    } else if (event.key === "Escape" && (chosen >= 0 || cursor)) {
      cursor = null;
      choose(-1);
      o.hover?.(null);
    } else
      return;
    event.preventDefault();
    event.stopPropagation();
  });
  front.addEventListener("focus", draw);
  front.addEventListener("blur", draw);

  let summary = "";
  function describe() {
    const keys = edits ?
      " Arrow keys move the cross or the chosen point, Page Up and Page Down choose a point, " +
        "Enter places one, Delete removes it." :
      "";
    const point = chosen >= 0 && chosen < count() ?
      ` Chosen: point ${chosen + 1} of ${count()}, ${classes[labels[chosen]]}, at ${
        points[2 * chosen].toFixed(2)}, ${points[2 * chosen + 1].toFixed(2)}.` :
      "";
    front.setAttribute("aria-label", `${summary}${point}${keys}`);
  }

  const observer = new ResizeObserver(resize);
  observer.observe(box);
  const recolour = () => paint();
  dark.addEventListener("change", recolour);

  return {
    element,
    canvas: front,
    /** @param {Float32Array} margins @param {number} fields @param {number} low @param {number} high */
    setField(margins, fields, low, high) {
      field = margins;
      side = fields;
      least = low;
      most = high;
      paint();
    },
    /** @param {Float32Array} xy @param {Int32Array} classOf */
    setPoints(xy, classOf) {
      if (dragging >= 0 && xy.length === points.length) {
        xy[2 * dragging] = points[2 * dragging];
        xy[2 * dragging + 1] = points[2 * dragging + 1];
      }
      points = xy;
      labels = classOf;
      if (hot >= count()) hot = -1;
      draw();
    },
    /** @param {Uint8Array} told which points are told wrong */
    setWrong(told) {
      wrong = told;
      draw();
    },
    /** @param {boolean} edge a hard edge, or shades of confidence */
    setHard(edge) {
      hard = edge;
      paint();
    },
    /** @param {string} sentence for screen readers */
    summary(sentence) {
      summary = sentence;
      describe();
    },
    chosen: () => chosen,
    close() {
      observer.disconnect();
      dark.removeEventListener("change", recolour);
    },
  };
}
