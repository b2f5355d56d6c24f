// An activation function of the Fruit scene and its slope, with the sums of the fruit pointed at.

import { h, term } from "../kit/ui.js";
import { chart } from "./fruit_graph.js";

/** @typedef {import("../types").Frame} Frame */

const FORMULAS = {
  identity: "a = z: the sum as it is",
  step: "a = 1 where z > 0, else 0",
  sigmoid: "a = 1 / (1 + e⁻ᶻ)",
  tanh: "a = tanh z",
  relu: "a = max(0, z)",
  leaky: "a = z, or z / 100 below 0",
  silu: "a = z · sigmoid(z)",
  gelu: "a ≈ z · sigmoid(1.7 z)",
};

export function functionPanel() {
  /** @type {Frame | null} */
  let graph = null;
  const graphTitle = h("h2"), graphFormula = h("p", { class: "small soft" });
  const curveHost = h("div", { class: "graph-plot" }), slopeHost = h("div", { class: "graph-plot" });
  const curve = chart(curveHost, { title: "activation", axes: true, x: [-6, 6], y: [-1.3, 1.3] });
  const slope = chart(slopeHost, { title: "its slope", axes: true, x: [-6, 6], y: [-0.3, 1.3] });
  const element = h("section", { class: "panel stack fruit-graph" },
    h("div", { class: "row" }, graphTitle, graphFormula),
    h("div", { class: "graph-pair" },
      h("figure", null, curveHost, h("figcaption", { class: "small soft", text: "output a over the sum z" })),
      h("figure", null, slopeHost,
        h("figcaption", { class: "small soft" }, "its ",
          term("slope",
            "How fast the output changes with the sum: da/dz, the derivative. Learning follows slopes: " +
              "where it is 0, nothing can be learnt.")))));

  /** @param {string[]} layers activations of the network @param {Frame | null} probe */
  function show(layers, probe) {
    if (!graph) return;
    const [z, a, da] = graph.arrays, name = /** @type {keyof typeof FORMULAS} */ (graph.activation);
    const wide = Math.max(...a) > 1.5, low = wide ? -1.2 : -1.25;
    graphTitle.textContent = name;
    graphFormula.textContent = FORMULAS[name] ?? "";
    curve.change({
      title: `${name}: the output over the sum, from -6 to 6`,
      y: wide ? [name === "identity" ? -6 : low, 6] : [low, 1.25]
    });
    slope.change({ title: `slope of ${name}, from -6 to 6` });
    /** @type {{x: number, y: number, class: string}[]} */
    const dots = [];
    /** @type {{x: number, y: number, class: string}[]} */
    const slopes = [];
    for (let l = 0; probe && l < layers.length; l++) {
      if (layers[l] !== name) continue;
      probe.z[l].forEach((/** @type {number} */ sum, /** @type {number} */ i) => {
        const at = Math.round((Math.min(6, Math.max(-6, sum)) + 6) / 12 * (z.length - 1));
        dots.push({ x: Math.min(6, Math.max(-6, sum)), y: probe.a[l][i], class: "" });
        slopes.push({ x: Math.min(6, Math.max(-6, sum)), y: da[at], class: "" });
      });
    }
    curve.set([{ name, x: z, y: a, class: "value" }], dots);
    slope.set([{ name: "slope", x: z, y: da, class: "slope" }], slopes);
  }

  return {
    element,
    show,
    /** @param {Frame} frame */
    setGraph(frame) {
      graph = frame;
    },
    close() {
      curve.close();
      slope.close();
    },
  };
}
