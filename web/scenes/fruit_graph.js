// Small line charts in SVG for the Fruit scene: an activation and its slope, the curves of a race.

import { ticks } from "../kit/axes.js";
import { plain, svg } from "../kit/ui.js";

/** @typedef {{name: string, x: ArrayLike<number>, y: ArrayLike<number>, class: string,
 *   label?: string}} Line */
/** @typedef {object} ChartOptions
 * @property {string} title for screen readers
 * @property {[number, number]} [x] range; from the data where left out
 * @property {[number, number]} [y]
 * @property {boolean} [logY]
 * @property {string} [xLabel]
 * @property {string} [yLabel]
 * @property {boolean} [axes] lines through zero rather than a frame
 * @property {number} [right] room for labels at the line ends */

/** @param {HTMLElement} host @param {ChartOptions} o */
export function chart(host, o) {
  const element = svg("svg", { class: "fruit-chart", role: "img", "aria-label": o.title });
  host.append(element);
  /** @type {Line[]} */
  let lines = [];
  /** @type {{x: number, y: number, class: string}[]} */
  let dots = [];

  function range(/** @type {"x" | "y"} */ axis) {
    const fixed = o[axis];
    if (fixed) return fixed;
    let low = Infinity, high = -Infinity;
    for (const line of lines) {
      for (let i = 0; i < line[axis].length; i++) {
        const v = line[axis][i];
        if (!Number.isFinite(v) || v > 1e6 || (axis === "y" && o.logY && v <= 0)) continue;
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
    if (!(low < high)) return axis === "y" && o.logY ? [0.01, 1] : [0, 1];
    if (axis === "y" && o.logY) return [Math.max(low, high * 1e-5) * 0.8, high * 1.25];
    return axis === "x" ? [0, high] : [Math.min(0, low), high * 1.05];
  }

  function draw() {
    const width = host.clientWidth, height = host.clientHeight;
    if (width < 50 || height < 40) return;
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [x0, x1] = range("x"), [y0, y1] = range("y");
    const left = o.axes ? 6 : 46,
          bottom = o.axes ? 6 :
      o.xLabel            ? 38 :
                            22,
          right = o.right ?? 8, top = o.yLabel && !o.axes ? 22 : 8;
    const f = o.logY ? Math.log10 : (/** @type {number} */ v) => v;
    const px = (/** @type {number} */ x) => left + (x - x0) / (x1 - x0) * (width - left - right);
    const py = (/** @type {number} */ y) => height - bottom -
      (f(Math.max(y, o.logY ? y0 : -1e300)) - f(y0)) / (f(y1) - f(y0)) * (height - top - bottom);
    /** @type {SVGElement[]} */
    const parts = [];
    const rule = (/** @type {number} */ xa, /** @type {number} */ ya, /** @type {number} */ xb,
      /** @type {number} */ yb,
      /** @type {string} */ name) => parts.push(svg("line", { x1: xa, y1: ya, x2: xb, y2: yb, class: name }));
    const write = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ text,
      anchor = "middle",
      name = "tick") => parts.push(svg("text", { x, y, "text-anchor": anchor, class: name, text }));
    if (o.axes) {
      rule(px(x0), py(0), px(x1), py(0), "axis");
      rule(px(0), py(y0), px(0), py(y1), "axis");
      if (y1 >= 1) {
        rule(px(0) - 4, py(1), px(0) + 4, py(1), "axis");
        write(px(0) - 8, py(1) + 4, "1", "end");
      }
    } else {
      const rows = o.logY ? decades(y0, y1) : ticks(y0, y1, Math.max(2, (height - top - bottom) / 45));
      for (const v of rows) {
        rule(left, py(v), width - right, py(v), "grid");
        write(left - 6, py(v) + 4, plain(v), "end");
      }
      for (const v of ticks(x0, x1, Math.max(2, (width - left - right) / 90)))
        write(px(v), height - bottom + 15, shortNumber(v));
      if (o.xLabel) write((left + width - right) / 2, height - 5, o.xLabel, "middle", "label");
      if (o.yLabel) write(left - 40, 12, o.yLabel, "start", "label");
    }
    /** @type {{y: number, line: Line}[]} */
    const ends = [];
    for (const line of lines) {
      let d = "", pen = false, lastX = NaN, lastY = NaN;
      for (let i = 0; i < line.x.length; i++) {
        const y = line.y[i];
        if (!Number.isFinite(y) || y > 1e6) {
          pen = false;
          continue;
        }
        lastX = px(line.x[i]);
        lastY = py(y);
        d += `${pen ? "L" : "M"}${lastX.toFixed(1)} ${lastY.toFixed(1)}`;
        pen = true;
      }
      if (!d) continue;
      parts.push(svg("path", { d, class: `line ${line.class}` }));
      if (line.label) ends.push({ y: lastY, line });
    }
    ends.sort((a, b) => a.y - b.y);
    ends.forEach((end, i) => {
      if (i > 0) end.y = Math.max(end.y, ends[i - 1].y + 16);
    });
    const over = ends.length ? Math.max(0, ends[ends.length - 1].y - (height - bottom)) : 0;
    for (const { y, line } of ends)
      write(width - right + 6, y - over + 4, line.label ?? "", "start", `end ${line.class}`);
    for (const dot of dots) {
      if (dot.x >= x0 && dot.x <= x1)
        parts.push(svg("circle",
          { cx: px(dot.x), cy: py(Math.min(y1, Math.max(y0, dot.y))), r: 5, class: `dot ${dot.class}` }));
    }
    element.replaceChildren(...parts);
  }

  const observer = new ResizeObserver(draw);
  observer.observe(host);
  return {
    element,
    /** @param {Line[]} next @param {{x: number, y: number, class: string}[]} [marks] */
    set(next, marks = []) {
      lines = next;
      dots = marks;
      draw();
    },
    /** @param {Partial<ChartOptions>} change */
    change(change) {
      Object.assign(o, change);
      if (change.title) element.setAttribute("aria-label", change.title);
      draw();
    },
    close: () => observer.disconnect(),
  };
}

/** @param {number} low @param {number} high */
function decades(low, high) {
  const list = [];
  for (let e = Math.ceil(Math.log10(low)); e <= Math.log10(high); e++) list.push(10 ** e);
  return list.length > 1 ? list : [
    ...list,
    ...[2, 5].flatMap((m) => [m * 10 ** Math.floor(Math.log10(low)), m * 10 ** Math.floor(Math.log10(high))])
  ].filter((v, i, all) => v >= low && v <= high && all.indexOf(v) === i);
}

const three = (/** @type {number} */ v) => String(Number(v.toPrecision(3)));

/** 1200000 -> "1.2 M". @param {number} v */
export function shortNumber(v) {
  if (Math.abs(v) >= 1e6) return `${three(v / 1e6)} M`;
  if (Math.abs(v) >= 1e4) return `${three(v / 1e3)} k`;
  return plain(v);
}
