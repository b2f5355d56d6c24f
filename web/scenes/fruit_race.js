// The race of the Fruit scene: four ways of learning side by side, with their curves.

import { paintField } from "../kit/plane.js";
import { badge, fill, h, plain, segmented, term, thousands } from "../kit/ui.js";
import { chart, shortNumber } from "./fruit_graph.js";

/** @typedef {import("../types").Frame} Frame */

const SHORT = ["finite differences", "all points", "mini-batches", "with momentum"];
const WORDS = [
  "nudges one weight after the other and looks at the cost of all points",
  "backpropagation on all points: the same slope from one pass forward and one back",
  "backpropagation on a few points at a time",
  "mini-batches that keep their speed, like a ball",
];

/** A chart and four cards; `points` draws the fruit on a lane's canvas.
 * @param {HTMLElement} host
 * @param {(canvas: HTMLCanvasElement, least: number, most: number) => void} points */
export function race(host, points) {
  let by = "seconds";
  /** @type {Frame | null} */
  let latest = null;
  const lanes = SHORT.map((name, i) => {
    const canvas = h("canvas", { width: 240, height: 240, role: "img", "aria-label": "" });
    const facts = h("dl", { class: "lane-facts numbers" }), verdict = h("span", { class: "lane-verdict" });
    const element = h("section", { class: "panel lane" },
      h("div", { class: "lane-head" }, h("i", { class: `swatch lane-${i}`, "aria-hidden": "true" }),
        h("h2", null, term(name, WORDS[i])), verdict),
      h("div", { class: "lane-body" }, canvas, facts));
    return { canvas, facts, verdict, element };
  });
  const over = segmented({
    label: "Over",
    options: [["seconds", "seconds"], ["passes", "forward passes"]],
    value: by,
    hideLabel: true,
    on: (value) => {
      by = value;
      if (latest) draw(latest);
    },
  });
  const plot = h("div", { class: "race-plot" });
  const curve = chart(plot,
    { title: "Cost of the four lanes", logY: true, yLabel: "average cost", xLabel: "seconds", right: 116 });
  const seconds = h("span", { class: "soft numbers" });
  host.append(h("div", { class: "lanes" }, lanes.map((lane) => lane.element)),
    h("section", { class: "panel stack race-curves" },
      h("div", { class: "row" }, h("h2", { text: "Cost" }), seconds,
        h("span", { class: "push" }, over.element)),
      plot));

  /** @param {Frame} frame */
  function draw(frame) {
    curve.change({ xLabel: by === "seconds" ? "seconds of computing" : "forward passes of single points" });
    curve.set(SHORT.map((name, i) => ({
      name,
      label: name,
      class: `lane-${i}`,
      x: frame.arrays[4 * i + (by === "seconds" ? 0 : 2)] ?? [],
      y: frame.arrays[4 * i + 1] ?? [],
    })));
  }

  return {
    /** @param {Frame} frame */
    set(frame) {
      latest = frame.lanes.length ? frame : null;
      lanes.forEach((lane, i) => {
        const told = frame.lanes[i];
        if (told)
          paintField(lane.canvas, /** @type {Float32Array} */ (frame.arrays[4 * i + 3]), frame.side, false);
        else
          lane.canvas.getContext("2d")?.clearRect(0, 0, lane.canvas.width, lane.canvas.height);
        points(lane.canvas, frame.least, frame.most);
        const fact = (/** @type {string} */ name, /** @type {string} */ value) => h(
          "div", null, h("dt", { text: name }), h("dd", { text: value }));
        fill(lane.facts, fact("cost", told ? plain(told.cost) : "–"),
          fact("told right",
            told ? `${told.right} of ${frame.count}${told.right === frame.count ? " ✓" : ""}` : "–"),
          fact("updates", told ? thousands(told.updates) : "0"),
          fact("forward passes", told ? shortNumber(Math.round(told.passes)) : "0"));
        fill(lane.verdict, told?.lost ? badge("✗ diverged", "wrong") : null);
        lane.canvas.setAttribute("aria-label",
          told ? `${SHORT[i]}: cost ${plain(told.cost)}, ${told.right} of ${frame.count} right` : SHORT[i]);
      });
      seconds.textContent = `${frame.seconds.toFixed(3)} seconds of one processor for each`;
      draw(latest ?? { scene: "", kind: "", arrays: [] });
    },
    close: () => curve.close(),
  };
}
