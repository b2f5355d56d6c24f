// Line charts over time, drawn by dygraphs: axes with titles, values at the cursor, labels at the line
// ends, older runs as ghosts, and the same in a sentence and a table for those who do not see it.

import { button, fill, h, plain, segmented, slider, stylesheet, table, thousands, toggle } from "./ui.js";

/** @typedef {object} Series
 * @property {string} name "train", "test": at the end of the line
 * @property {string} [class] "train", "test" or "1" to "6": its colour (style.css, --curve-...)
 * @property {boolean} [dashed]
 * @property {boolean} [dots] a dot at every point: for few, measured values
 * @property {boolean} [raw] never smoothed */

/** @typedef {object} Axis
 * @property {string} label with its unit: "pictures seen", "time (s)"
 * @property {string} [key] which of the x columns, where there are several
 * @property {(value: number) => string} [format] */

/** @typedef {object} CurveOptions
 * @property {string} label what the chart shows: "Average cost"
 * @property {Axis | Axis[]} x several: the reader may switch
 * @property {Axis & {log?: boolean, canLog?: boolean, range?: [number | null, number | null]}} y
 * @property {Series[]} series
 * @property {boolean} [smoothing] offers it (0 at first)
 * @property {number} [height] of the drawing in CSS pixels
 * @property {string} [empty] said before the first value
 * @property {boolean} [table] false leaves it out
 * @property {boolean} [live] false: the sentence is not spoken while it changes
 * @property {(x: number) => void} [pick] a click on the chart: the x of the nearest point */

/** x and one y for each series, NaN where nothing was measured; x may be several columns by key.
 * @typedef {{x: ArrayLike<number> | Record<string, ArrayLike<number>>, y: ArrayLike<number>[]}} Columns */
/** @typedef {{name: string, columns: Columns}} Ghost */

/** @type {Promise<any> | null} */
let library = null;

function load() {
  const style = stylesheet("lib/dygraph.css");
  library ??= new Promise((resolve, reject) => {
    document.head.append(h("script", {
      src: "lib/dygraph.js",
      on: {
        load: () => {
          const { Dygraph } = /** @type {any} */ (window);
          // Its legend writes style attributes, which the page forbids; ours stands beside the chart.
          Dygraph.PLUGINS = Dygraph.PLUGINS.filter((/** @type {any} */ plugin) => plugin !== Dygraph.Plugins.Legend);
          style.then(() => resolve(Dygraph));
        },
        error: () => reject(new Error("lib/dygraph.js could not be loaded")),
      },
    }));
  });
  return library;
}

/** Exponential smoothing that starts at the first value and skips what was not measured.
 * @param {ArrayLike<number>} y @param {number} weight 0..1 @returns {ArrayLike<number>} */
export function smooth(y, weight) {
  if (weight <= 0) return y;
  const out = new Float64Array(y.length);
  let mean = NaN;
  for (let i = 0; i < y.length; i++) {
    if (Number.isFinite(y[i])) mean = Number.isNaN(mean) ? y[i] : weight * mean + (1 - weight) * y[i];
    out[i] = Number.isFinite(y[i]) ? mean : NaN;
  }
  return out;
}

/** @param {ArrayLike<number>} y @returns {number} -1 if there is none */
function lastMeasured(y) {
  let i = y.length - 1;
  while (i >= 0 && !Number.isFinite(y[i])) i--;
  return i;
}

/** The measured point of a line that is nearest to x. @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys
 * @param {number} x @returns {number} */
function nearest(xs, ys, x) {
  let low = 0, high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  let best = -1;
  for (let up = low; up < xs.length; up++) if (Number.isFinite(ys[up])) { best = up; break; }
  for (let down = low - 1; down >= 0; down--) {
    if (!Number.isFinite(ys[down])) continue;
    return best < 0 || x - xs[down] < xs[best] - x ? down : best;
  }
  return best;
}

/** Which points to draw where there are more than the screen can show: of each stretch the lowest and the
 * highest of every line. @param {ArrayLike<number>[]} ys @param {number} from @param {number} to @param {number} most
 * @returns {number[]} in order */
export function thin(ys, from, to, most) {
  const kept = [], stretch = Math.ceil((to - from) / Math.max(1, most / 2));
  if (stretch <= 2) {
    for (let i = from; i < to; i++) kept.push(i);
    return kept;
  }
  for (let begin = from; begin < to; begin += stretch) {
    const end = Math.min(to, begin + stretch), keep = new Set(end === to ? [begin, end - 1] : [begin]);
    for (const y of ys) {
      let low = -1, high = -1;
      for (let i = begin; i < end; i++) {
        if (!Number.isFinite(y[i])) continue;
        if (low < 0 || y[i] < y[low]) low = i;
        if (high < 0 || y[i] > y[high]) high = i;
      }
      if (low >= 0) keep.add(low).add(high);
    }
    kept.push(...[...keep].sort((a, b) => a - b));
  }
  return kept;
}

/** "time (s)" -> "s", "updates" -> "updates". @param {Axis} axis */
function unit(axis) {
  return axis.label.match(/\((.*)\)/)?.[1] ?? axis.label;
}

/** @param {number} value */
function axisNumber(value) {
  return Math.abs(value) >= 1000 ? thousands(value) : plain(Number(value.toPrecision(6)));
}

/** @param {HTMLElement} host the chart is put at its end @param {CurveOptions} options */
export function curves(host, options) {
  return new Curves(host, options);
}

class Curves {
  /** @param {HTMLElement} host @param {CurveOptions} options */
  constructor(host, options) {
    this.options = options;
    this.axes = Array.isArray(options.x) ? options.x : [options.x];
    this.axis = this.axes[0];
    this.logarithmic = options.y.log ?? false;
    this.smoothing = 0;
    /** @type {Columns} */
    this.columns = { x: [], y: options.series.map(() => []) };
    /** @type {Ghost[]} */
    this.older = [];
    /** @type {any} */
    this.Dygraph = null;
    /** @type {any} */
    this.graph = null;
    /** @type {number | null} */
    this.marked = null;
    /** @type {number | null} */
    this.cursor = null;
    this.drawn = 0;
    this.timer = 0;
    this.spoken = performance.now();
    this.closed = false;
    this.format = options.y.format ?? ((/** @type {number} */ value) => plain(value));
    /** @type {ArrayLike<number>[]} */
    this.shown = []; // what is drawn: smoothed, where that is asked for

    this.readout = h("span", { class: "curves-readout numbers" });
    this.plot = h("div", { class: "curves-plot", style: { height: `${options.height ?? 240}px` } });
    this.ends = h("div", { class: "curves-ends", "aria-hidden": "true" });
    this.line = h("div", { class: "curves-cursor", hidden: true });
    this.flag = h("div", { class: "curves-mark", hidden: true });
    this.nothing = h("p", { class: "curves-empty soft", text: options.empty ?? "The line begins with the first update." });
    this.probe = h("span", { hidden: true });
    this.frame = h("div", {
      class: "curves-frame", tabindex: 0, role: "group", "aria-roledescription": "chart", "aria-label": options.label,
      on: {
        pointermove: (/** @type {PointerEvent} */ event) => this.point(event.clientX),
        pointerleave: () => this.showCursor(null),
        blur: () => this.showCursor(null),
        keydown: (/** @type {KeyboardEvent} */ event) => this.keydown(event),
      },
    }, this.plot, this.ends, this.line, this.flag, this.nothing, this.probe);
    this.sentence = h("p", { class: "soft small" });
    this.spokenSentence = h("p", { class: "hidden-text", role: "status", "aria-live": "polite" });
    this.spokenCursor = h("p", { class: "hidden-text", role: "status", "aria-live": "polite" });
    this.xTitle = h("span", { class: "curves-x small soft", text: this.axis.label });
    this.unzoom = button("Whole chart", () => { this.graph?.resetZoom(); this.afterDraw(); }, { quiet: true, icon: "undo", class: "small" });
    this.unzoom.hidden = true;
    this.axisChoice = segmented({
      label: "Horizontal axis", hideLabel: true, value: this.axis.key,
      options: this.axes.map((axis) => [axis.key ?? axis.label, axis.label]), on: (key) => this.xAxis(key),
    });
    this.tableHost = h("div", { hidden: true });
    this.tableButton = button("As a table", () => this.showTable(), { quiet: true, class: "small" });
    this.tableButton.setAttribute("aria-expanded", "false");
    this.tableButton.hidden = options.table === false;
    this.element = h("figure", { class: "curves" },
      h("div", { class: "curves-head" }, h("figcaption", { class: "small soft", text: options.y.label }), this.buildTools(), this.readout),
      this.frame, this.xTitle, h("div", { class: "curves-foot" }, this.sentence, this.tableButton), this.tableHost,
      this.spokenSentence, this.spokenCursor);
    host.append(this.element);

    this.colours = [""];
    this.grid = "";
    this.faded = true; // the colours are not read yet, or are those of the other scheme
    this.wide = 0; // of the plot, px: asked for at every picture, it would have the page laid out anew
    this.observer = new ResizeObserver(([{ contentRect }]) => {
      this.wide = contentRect.width;
      this.resize();
    });
    this.observer.observe(this.plot);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.recolour = () => {
      this.faded = true;
      this.redraw();
    };
    this.scheme.addEventListener("change", this.recolour);
    load().then((Dygraph) => { this.Dygraph = Dygraph; this.redraw(); }, (error) => { this.sentence.textContent = String(error.message); });
  }

  buildTools() {
    const { options } = this, tools = h("div", { class: "curves-tools" }, this.unzoom);
    if (options.smoothing) {
      tools.append(slider({ label: "smoothing", min: 0, max: 0.99, step: 0.01, value: 0,
        on: (value) => { this.smoothing = value; this.redraw(); } }).element);
    }
    if (options.y.canLog ?? true) {
      tools.append(toggle({ label: "log", value: this.logarithmic, title: "Logarithmic axis: equal ratios are equally far apart",
        on: (value) => this.log(value) }).element);
    }
    if (this.axes.length > 1) tools.append(this.axisChoice.element);
    return tools;
  }

  showTable() {
    this.tableHost.hidden = !this.tableHost.hidden;
    this.tableButton.setAttribute("aria-expanded", String(!this.tableHost.hidden));
    if (!this.tableHost.hidden) this.fillTable();
  }

  fillTable() {
    const x = this.xOf(this.columns), rows = [], wanted = Math.min(40, x.length);
    /** @type {Set<number>} */
    const indices = new Set();
    for (let k = 0; k < wanted; k++) indices.add(Math.round((k * (x.length - 1)) / Math.max(1, wanted - 1)));
    for (let i = 0; i < x.length; i++) { // measured seldom: never left out, up to the last hundred
      if (this.columns.y.some((y, s) => this.options.series[s].dots && Number.isFinite(y[i]))) indices.add(i);
    }
    for (const i of [...indices].sort((a, b) => a - b).slice(-140)) {
      rows.push([this.formatX(x[i]), ...this.columns.y.map((y) => (Number.isFinite(y[i]) ? this.format(y[i]) : "–"))]);
    }
    fill(this.tableHost, h("div", { class: "row" }, button("Refresh", () => this.fillTable(), { quiet: true, icon: "again", class: "small" })),
      table(`${this.options.label}, ${this.options.y.label}`, [this.axis.label, ...this.options.series.map(({ name }) => name)], rows,
        { hideCaption: true }));
  }

  // ---- what the scenes call ----

  /** New values; drawn at most ten times a second. @param {Columns | ArrayLike<number>[]} columns also [x, y, y, ...] */
  set(columns) {
    this.columns = Array.isArray(columns) ? { x: columns[0], y: columns.slice(1) } : /** @type {Columns} */ (columns);
    this.redraw();
  }

  /** Older runs, pale behind. @param {Ghost[]} list */
  ghosts(list) {
    this.older = list;
    this.redraw();
  }

  /** @param {string} key */
  xAxis(key) {
    this.axis = this.axes.find((axis) => axis.key === key) ?? this.axis;
    this.xTitle.textContent = this.axis.label;
    this.axisChoice.set(key);
    this.graph?.updateOptions({ dateWindow: null }, true);
    this.redraw();
  }

  /** @param {boolean} on */
  log(on) {
    this.logarithmic = on;
    this.graph?.resetZoom();
    this.redraw();
  }

  /** A flag at x, "now" or "here it went wrong"; null = none. @param {number | null} x */
  mark(x) {
    this.marked = x;
    this.placeMark();
  }

  /** The chart in one sentence. */
  get summary() {
    const x = this.xOf(this.columns);
    const ends = this.options.series.map((_, s) => lastMeasured(this.columns.y[s] ?? [])), end = Math.max(-1, ...ends);
    if (end < 0) return `${this.options.label}: nothing measured yet.`;
    // What is not measured at every point is said with the place where it was.
    const parts = this.options.series.map(({ name }, s) => (ends[s] < 0 ? "" :
      `${name} ${this.format(this.columns.y[s][ends[s]])}${ends[s] < end ? ` (at ${this.formatX(x[ends[s]])})` : ""}`));
    return `${this.options.label} at ${this.formatX(x[end])} ${unit(this.axis)}: ${parts.filter(Boolean).join(", ")}.`;
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.scheme.removeEventListener("change", this.recolour);
    this.graph?.destroy();
    this.graph = null;
    this.element.remove();
  }

  // ---- drawing ----

  /** @param {Columns} columns @returns {ArrayLike<number>} */
  xOf({ x }) {
    return "length" in x ? /** @type {ArrayLike<number>} */ (x) : x[this.axis.key ?? ""] ?? Object.values(x)[0] ?? [];
  }

  /** @param {number} x */
  formatX(x) {
    return this.axis.format ? this.axis.format(x) : axisNumber(x);
  }

  readColours() {
    const read = (/** @type {string} */ name) => {
      this.probe.className = name;
      return getComputedStyle(this.probe).color;
    };
    this.colours = this.options.series.map((series, s) => read(`curve-${series.class ?? String((s % 6) + 1)}`));
    this.grid = read("curve-grid");
    this.faded = false;
  }

  redraw() {
    if (this.timer || this.closed) return;
    const wait = Math.max(0, this.drawn + 100 - performance.now());
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.drawn = performance.now();
      requestAnimationFrame(() => this.draw());
    }, wait);
  }

  /** One row for each x, its values or null; rows of the older runs between them. @param {number} width */
  rows(width) {
    /** @type {(number | null)[][]} */
    const rows = [];
    const [left, right] = this.graph?.isZoomed("x") ? this.graph.xAxisRange() : [-Infinity, Infinity];
    const add = (/** @type {Columns} */ columns, /** @type {number} */ from, /** @type {ArrayLike<number>[]} */ ys, /** @type {number} */ most) => {
      const x = this.xOf(columns);
      let begin = 0, end = x.length;
      while (begin < end && x[begin] < left) begin++;
      while (end > begin && x[end - 1] > right) end--;
      for (const i of [...thin(ys, 0, begin, most), ...thin(ys, begin, end, most), ...thin(ys, end, x.length, most)]) {
        if (!Number.isFinite(x[i])) continue;
        /** @type {(number | null)[]} */
        const row = new Array(width).fill(null);
        row[0] = x[i];
        ys.forEach((y, s) => { if (Number.isFinite(y[i])) row[from + s] = y[i]; });
        rows.push(row);
      }
    };
    const smoothed = (/** @type {Columns} */ { y }) => y.map((values, s) =>
      (this.options.series[s]?.raw ? values : smooth(values, this.smoothing)));
    const count = this.options.series.length;
    this.older.forEach((ghost, g) => add(ghost.columns, 1 + g * count, smoothed(ghost.columns), 200));
    this.shown = smoothed(this.columns);
    add(this.columns, 1 + this.older.length * count, this.shown, 800);
    return rows.sort((a, b) => /** @type {number} */ (a[0]) - /** @type {number} */ (b[0]));
  }

  /** @param {string[]} labels @param {(number | null)[][]} rows */
  settings(labels, rows) {
    const { series, y } = this.options, count = series.length, first = this.older.length * count;
    /** @type {Record<string, object>} */
    const each = {};
    labels.slice(1).forEach((label, i) => {
      const own = i >= first, s = i % count;
      each[label] = {
        color: own ? this.colours[s] : this.colours[s].replace("rgb(", "rgba(").replace(")", ", 0.32)"),
        strokeWidth: own ? 1.8 : 1.2,
        strokePattern: series[s].dashed ? [5, 4] : null,
        drawPoints: own && (series[s].dots ?? false),
        pointSize: 2.2,
      };
    });
    return {
      file: rows, labels, series: each, rightGap: this.gap(), logscale: this.logarithmic,
      valueRange: this.graph?.isZoomed("y") ? undefined : y.range ?? null,
      axes: {
        x: { gridLineColor: this.grid, axisLineColor: this.grid, drawGrid: false, pixelsPerLabel: 56, axisLabelFormatter: (/** @type {number} */ v) => this.formatX(v) },
        y: { gridLineColor: this.grid, axisLineColor: this.grid, pixelsPerLabel: 22, axisLabelFormatter: (/** @type {number} */ v) => this.format(v), axisLabelWidth: 52 },
      },
    };
  }

  /** The room at the right for the names at the line ends. */
  gap() {
    const longest = Math.max(...this.options.series.map(({ name }) => name.length));
    const gap = Math.min(this.wide < 420 ? 70 : 140, Math.round(34 + 7.2 * longest));
    this.element.style.setProperty("--gap-right", `${gap}px`);
    return gap;
  }

  draw() {
    if (this.closed || !this.Dygraph || this.wide === 0) return;
    const count = this.options.series.length, width = 1 + count * (this.older.length + 1);
    const rows = this.rows(width), labels = ["x"];
    for (let i = 1; i < width; i++) labels.push(`line ${i}`);
    const some = rows.some((row) => row.some((value, i) => i > 0 && value !== null));
    this.nothing.hidden = some;
    if (!some) {
      this.graph?.destroy();
      this.graph = null;
      fill(this.ends);
      this.unzoom.hidden = true;
      this.tell();
      return;
    }
    if (this.faded) this.readColours();
    if (this.graph) {
      const settings = this.settings(labels, rows);
      if (settings.valueRange === undefined) delete /** @type {any} */ (settings).valueRange;
      this.graph.updateOptions(settings);
    } else this.create(labels, rows);
    this.tell();
  }

  /** @param {string[]} labels @param {(number | null)[][]} rows */
  create(labels, rows) {
    const model = { ...this.Dygraph.defaultInteractionModel };
    for (const name of ["touchstart", "touchmove", "touchend"]) delete model[name]; // fingers scroll the page
    const { file, ...settings } = this.settings(labels, rows);
    this.graph = new this.Dygraph(this.plot, file, {
      ...settings, connectSeparatedPoints: true, interactionModel: model, legend: "never", showLabelsOnHighlight: false,
      highlightCircleSize: 0, animatedZooms: false, xRangePad: 2, axisLabelFontSize: 12, drawCallback: () => this.afterDraw(),
      zoomCallback: () => this.redraw(),
      clickCallback: (/** @type {MouseEvent} */ event) => this.click(event.clientX),
    });
    this.afterDraw();
  }

  resize() {
    if (this.graph && this.wide > 0) {
      this.graph.updateOptions({ rightGap: this.gap() }, true);
      this.graph.resize();
    } else this.redraw();
  }

  afterDraw() {
    if (!this.graph) return;
    this.unzoom.hidden = !this.graph.isZoomed();
    this.placeEnds();
    this.placeMark();
    if (this.cursor !== null) this.showCursor(this.cursor);
  }

  /** The names at the line ends, moved apart where they would meet. */
  placeEnds() {
    const x = this.xOf(this.columns), area = this.graph.getArea(), [, right] = this.graph.xAxisRange();
    const ends = this.options.series.map((series, s) => {
      const y = this.shown[s] ?? [];
      let last = lastMeasured(y);
      while (last >= 0 && (x[last] > right || !Number.isFinite(y[last]))) last--;
      return last < 0 ? null : { s, series, value: y[last], top: this.graph.toDomYCoord(y[last]) };
    }).filter((end) => end !== null && Number.isFinite(end.top));
    const sorted = /** @type {{s: number, series: Series, value: number, top: number}[]} */ (ends).sort((a, b) => a.top - b.top);
    const high = 18, bottom = area.y + area.h;
    sorted.forEach((end, i) => { end.top = Math.max(end.top, area.y + 6, i > 0 ? sorted[i - 1].top + high : 0); });
    for (let i = sorted.length - 1; i >= 0; i--) sorted[i].top = Math.min(sorted[i].top, i === sorted.length - 1 ? bottom - 6 : sorted[i + 1].top - high);
    fill(this.ends, sorted.map(({ s, series, top }) =>
      h("span", { style: { left: `${area.x + area.w + 6}px`, top: `${top}px` } }, this.sample(s), series.name)));
  }

  /** A short piece of the line. @param {number} s */
  sample(s) {
    const series = this.options.series[s];
    return h("i", { class: series.dashed ? "dashed" : "", style: { color: this.colours[s] } });
  }

  placeMark() {
    const place = this.graph && this.marked !== null ? this.graph.toDomXCoord(this.marked) : NaN;
    const area = this.graph?.getArea();
    this.flag.hidden = !(Number.isFinite(place) && place >= area.x && place <= area.x + area.w);
    if (this.flag.hidden) return;
    this.flag.style.left = `${place}px`;
    this.flag.style.height = `${area.h}px`;
  }

  // ---- the cursor ----

  /** @param {number} clientX */
  dataX(clientX) {
    const area = this.graph.getArea(), left = this.plot.getBoundingClientRect().left;
    return clientX - left < area.x || clientX - left > area.x + area.w ? null : this.graph.toDataXCoord(clientX - left);
  }

  /** @param {number} clientX */
  point(clientX) {
    if (this.graph) this.showCursor(this.dataX(clientX));
  }

  /** @param {number} clientX */
  click(clientX) {
    const x = this.dataX(clientX);
    if (x === null || !this.options.pick) return;
    const near = this.nearX(x);
    if (near !== null) this.options.pick(near);
  }

  /** @param {number} x */
  nearX(x) {
    const xs = this.xOf(this.columns), all = /** @type {number[]} */ (new Array(xs.length).fill(0)), i = nearest(xs, all, x);
    return i < 0 ? null : xs[i];
  }

  /** @param {number | null} x */
  showCursor(x) {
    this.cursor = x;
    this.line.hidden = x === null || !this.graph;
    this.element.classList.toggle("pointing", !this.line.hidden); // the values stand where the tools were
    if (x === null || !this.graph) {
      fill(this.readout);
      return;
    }
    const area = this.graph.getArea(), near = this.nearX(x) ?? x;
    this.line.style.left = `${this.graph.toDomXCoord(near)}px`;
    this.line.style.height = `${area.h}px`;
    const xs = this.xOf(this.columns);
    fill(this.readout, h("span", { text: `${this.formatX(near)} ${unit(this.axis)}` }),
      this.options.series.map(({ name }, s) => {
        const y = this.shown[s] ?? [], i = nearest(xs, y, x);
        return i < 0 ? null : h("span", null, this.sample(s), `${name} `, h("b", { text: this.format(y[i]) }));
      }));
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    const xs = this.xOf(this.columns);
    if (event.target !== this.frame || !this.graph || xs.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = new Array(xs.length).fill(0), now = this.cursor === null ? xs.length - 1 : nearest(xs, all, this.cursor);
    const leap = Math.max(1, Math.round(xs.length / 20)) * (event.shiftKey ? 1 : 0) || 1;
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: now - leap, ArrowRight: now + leap, Home: 0, End: xs.length - 1 };
    if (event.key === "Enter" && this.options.pick && this.cursor !== null) this.options.pick(xs[now]);
    else if (to[event.key] === undefined) return;
    else this.showCursor(xs[Math.min(xs.length - 1, Math.max(0, to[event.key]))]);
    event.preventDefault();
    this.spokenCursor.textContent = [...this.readout.children].map((part) => part.textContent).join(", ");
  }

  // ---- words ----

  tell() {
    const text = this.summary;
    this.sentence.textContent = text;
    this.frame.setAttribute("aria-label", text);
    if (this.options.live === false || performance.now() < this.spoken + 15000) return;
    this.spoken = performance.now();
    this.spokenSentence.textContent = text;
  }
}
