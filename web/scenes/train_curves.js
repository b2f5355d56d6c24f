// The curves of the scene "train", older runs behind them, and the time machine below.

import { curves } from "../kit/curves.js";
import { h, percent, plain, segmented, thousands } from "../kit/ui.js";
import { throttled } from "./train_form.js";

const ROWS = ["update", "images", "seconds", "cost", "train_accuracy", "test_accuracy", "train_cost", "test_cost"];
const FEW = 30; // tests that are shown as dots
export const ROW_COUNT = ROWS.length;

/** @typedef {Record<string, Float32Array>} Points */

/** Columns by name out of one array. @param {Float32Array} array @param {number} from @param {number} count
 * @returns {Points} */
export function columnsOf(array, from, count) {
  return Object.fromEntries(ROWS.map((name, k) => [name, array.subarray(from + k * count, from + (k + 1) * count)]));
}

/** @param {Points} points */
function xOf({ update, images, seconds }) {
  return { update, images, seconds };
}

const AXES = [
  { key: "update", label: "updates", format: (/** @type {number} */ v) => thousands(v) },
  { key: "images", label: "pictures seen", format: (/** @type {number} */ v) => thousands(v) },
  { key: "seconds", label: "time (s)", format: (/** @type {number} */ v) => plain(v) },
];

/** @param {HTMLElement} host @param {(x: number) => void} pick */
function makeAccuracy(host, pick) {
  return curves(host, {
    label: "Accuracy", x: AXES, y: { label: "right answers", canLog: false, format: (v) => percent(v) }, live: false, pick, height: 170,
    series: [{ name: "train", class: "train", dots: true, raw: true }, { name: "test", class: "test", dashed: true, dots: true, raw: true }],
    empty: "The first accuracy comes with the first test.",
  });
}

/** @param {HTMLElement} host @param {(x: number) => void} pick */
function makeCost(host, pick) {
  return curves(host, {
    label: "Average cost", x: AXES, y: { label: "cost", canLog: true }, live: false, smoothing: true, pick, height: 170,
    series: [{ name: "train", class: "train" }, { name: "test", class: "test", dashed: true, dots: true, raw: true }],
  });
}

/** @param {(update: number) => void} send asks for an update */
export function curvesPart(send) {
  return new CurvesPart(send);
}

class CurvesPart {
  /** @param {(update: number) => void} send */
  constructor(send) {
    this.send = throttled(50, send);
    this.points = columnsOf(new Float32Array(0), 0, 0);
    /** @type {any} */
    this.status = null;
    this.key = "update";
    this.scrubbing = false;
    const axis = segmented({ label: "Horizontal axis", hideLabel: true, value: "update", options: [["update", "updates"], ["images", "pictures"], ["seconds", "seconds"]],
      on: (key) => this.axis(key) });
    const hosts = [h("div", { class: "train-chart" }), h("div", { class: "train-chart" })];
    this.accuracy = makeAccuracy(hosts[0], (x) => this.pick(x));
    this.cost = makeCost(hosts[1], (x) => this.pick(x));
    this.scrub = h("input", { type: "range", min: 0, max: 0, step: 1, value: 0, id: "train-scrub",
      on: { input: () => this.seek(Number(this.scrub.value)), change: () => { this.scrubbing = false; } } });
    this.text = h("output", { class: "numbers small soft", for: "train-scrub", text: "update 0" });
    this.element = h("section", { class: "panel stack train-charts", "aria-label": "Curves" },
      h("div", { class: "row" }, h("h2", { text: "How it learns" }), h("span", { class: "push" }), axis.element),
      hosts[0], hosts[1],
      h("div", { class: "train-time" },
        h("label", { for: "train-scrub", text: "Time machine", title: "Go to any update and on from there; a click on a curve does the same" }), this.scrub, this.text));
  }

  /** @param {string} key */
  axis(key) {
    this.key = key;
    this.accuracy.xAxis(key);
    this.cost.xAxis(key);
    this.flag();
  }

  /** @param {Points} points */
  set(points) {
    this.points = points;
    const x = xOf(points), few = points.test_accuracy.reduce((n, value) => n + (Number.isFinite(value) ? 1 : 0), 0) <= FEW;
    for (const { options } of [this.accuracy, this.cost]) for (const series of options.series) if (series.raw) series.dots = few;
    this.accuracy.set({ x, y: [points.train_accuracy, points.test_accuracy] });
    this.cost.set({ x, y: [points.cost, points.test_cost] });
    this.flag();
  }

  /** @param {{name: string, points: Points}[]} runs */
  ghosts(runs) {
    this.accuracy.ghosts(runs.map(({ name, points }) => ({ name, columns: { x: xOf(points), y: [points.train_accuracy, points.test_accuracy] } })));
    this.cost.ghosts(runs.map(({ name, points }) => ({ name, columns: { x: xOf(points), y: [points.cost, points.test_cost] } })));
  }

  /** @param {any} status */
  show(status) {
    this.status = status;
    this.scrub.max = String(status.furthest);
    this.scrub.min = String(status.earliest);
    if (!this.scrubbing || status.phase === "playing") {
      this.scrubbing = false;
      this.scrub.value = String(status.update);
    }
    const share = (100 * (Number(this.scrub.value) - status.earliest)) / Math.max(1, status.furthest - status.earliest);
    this.scrub.style.setProperty("--to", `${share}%`);
    this.text.textContent = `update ${thousands(status.update)}${status.update < status.furthest ? ` of ${thousands(status.furthest)}` : ""}`;
    this.scrub.setAttribute("aria-valuetext", this.text.textContent);
    this.flag();
  }

  /** A flag on the curves, where the time machine stands behind their end. */
  flag() {
    const { status, points: { update } } = this;
    let x = null;
    if (status && status.update < status.furthest && update.length > 0) {
      let at = 0;
      while (at + 1 < update.length && update[at + 1] <= status.update) at++;
      x = this.points[this.key][at];
    }
    this.accuracy.mark(x);
    this.cost.mark(x);
  }

  /** A click on a curve: the update nearest to that x. @param {number} to */
  pick(to) {
    const x = this.points[this.key];
    let best = 0;
    for (let i = 1; i < x.length; i++) if (Math.abs(x[i] - to) < Math.abs(x[best] - to)) best = i;
    if (x.length > 0) this.seek(this.points.update[best]);
  }

  /** @param {number} update */
  seek(update) {
    this.scrubbing = true;
    this.scrub.value = String(update);
    this.send(update);
  }

  /** Back or on by a share of an epoch. @param {number} by */
  leap(by) {
    if (!this.status) return;
    const { update, furthest, earliest, updates_per_epoch: epoch } = this.status;
    const step = Math.sign(by) * Math.max(1, Math.round(Math.abs(by) * (epoch || 20)));
    this.seek(Math.min(furthest, Math.max(earliest, update + step)));
  }

  /** The best accuracy on the test set so far and its update; NaN before the first. */
  get best() {
    const { test_accuracy: tests, update } = this.points;
    let best = NaN, at = 0;
    tests.forEach((value, i) => { if (Number.isFinite(value) && !(value <= best)) [best, at] = [value, update[i]]; });
    return { best, best_at: at };
  }

  close() {
    this.accuracy.close();
    this.cost.close();
  }
}
