// The network of the Fruit scene: its drawing, its functions, and sliders for its weights.

import { diagram, short } from "../kit/diagram.js";
import { button, fill, h, select, slider, toggle } from "../kit/ui.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */

const ACTIVATIONS = ["identity", "step", "sigmoid", "tanh", "relu", "leaky", "silu", "gelu"];

/** @param {Page} page */
export function networkPanel(page) {
  const { wire } = page;
  /** @type {Frame | null} */
  let state = null;
  let glowing = false, chosen = -1;

  const counts = h("p", { class: "soft numbers fruit-counts" });
  const biases = toggle({
    label: "Biases",
    value: true,
    title: "A number added to each node's sum",
    on: (on) => wire.send("biases", { on })
  });
  const fewer = h("button", {
    type: "button",
    text: "−",
    title: "One hidden layer fewer (starts anew)",
    "aria-label": "One hidden layer fewer",
    on: { click: () => wire.send("remove_layer") }
  });
  const more = h("button", {
    type: "button",
    text: "+",
    title: "One hidden layer more (starts anew)",
    "aria-label": "One hidden layer more",
    on: { click: () => wire.send("add_layer") }
  });
  const hiddenCount = h("span");
  const diagramHost = h("div", { class: "fruit-diagram" });
  const net = diagram(diagramHost, {
    inputs: ["spots", "spikes"],
    outputs: ["● safe", "▲ poisonous"],
    change: (index, value) => changeWeight(index, value),
    pick: (index) => pick(index, true),
    nodes: (layer, by) => wire.send("nodes", { layer, count: state?.net.sizes[layer + 1] + by }),
  });
  const functions = h("div", { class: "fruit-functions" });
  const note = h("p", { class: "notice small" });
  const sliders = h("div", { class: "fruit-weights" });
  const microscope = button("Look closer", () => page.go("microscope"),
    { quiet: true, icon: "microscope", title: "The chain rule with these numbers" });
  const element = h("section", { class: "panel stack fruit-net", "aria-label": "Network" },
    h("div", { class: "row fruit-net-head" }, h("h2", { text: "Network" }), counts,
      h("span", { class: "push row tight" }, biases.element, microscope)),
    diagramHost,
    h("div", { class: "fruit-functions-row" }, functions,
      h("div", { class: "fruit-layers" }, h("span", { class: "small soft", text: "Hidden layers" }),
        h("div", { class: "diagram-count" }, fewer, hiddenCount, more))),
    note, sliders);

  /** Echoes of what a hand is moving are older than the hand. @type {Map<number, number>} */
  const touched = new Map();

  /** @param {number} index @param {number} value */
  function changeWeight(index, value) {
    touched.set(index, performance.now());
    if (glowing) {
      glowing = false;
      net.setGlow(-1);
      for (const { element } of weightSliders.values()) element.classList.remove("glow");
    }
    wire.send("weight", { index, value });
    weightSliders.get(index)?.set(value);
  }

  /** @type {Map<number, import("../kit/ui.js").Control>} */
  const weightSliders = new Map();
  let shownSliders = "?";

  /** @param {number[]} indices */
  function showSliders(indices) {
    const shown = `${state?.net.text} ${state?.net.has_biases} ${indices.join()}`;
    if (shown === shownSliders) return;
    shownSliders = shown;
    weightSliders.clear();
    for (const index of indices) {
      weightSliders.set(index, slider({
        label: net.title(index),
        min: -5,
        max: 5,
        step: 0.05,
        value: net.weight(index),
        reset: 0,
        format: short,
        on: (v) => {
          net.setWeight(index, v);
          changeWeight(index, v);
        }
      }));
    }
    fill(sliders, ...[...weightSliders.values()].map((control) => control.element),
      weightSliders.size === 0 && h("p", {
        class: "small soft",
        text: "Drag a link up or down, or click it for a slider; arrow keys work too."
      }));
  }

  /** @param {number} index @param {boolean} toFocus */
  function pick(index, toFocus) {
    chosen = index;
    net.choose(index);
    chooseSliders();
    const box = weightSliders.get(index)?.element.querySelector("input.value");
    if (toFocus && box instanceof HTMLInputElement) box.focus();
  }

  function chooseSliders() {
    if (!state) return;
    const all = state.net.weights + state.net.biases;
    const few = state.net.sizes.length === 2;
    const list = few ? Array.from({ length: all }, (_, i) => i) : chosen >= 0 ? [chosen] : [];
    showSliders(list);
    for (const [index, control] of weightSliders)
      control.element.classList.toggle("glow", glowing && index === state.glow);
  }

  /** @param {Frame} frame */
  function set(frame) {
    const before = state;
    state = frame;
    const n = frame.net, other = before?.net.text !== n.text || before?.lesson !== frame.lesson;
    fill(counts, `${n.weights} weights`, n.has_biases ? ` · ${n.biases} biases` : " · no biases");
    biases.set(n.has_biases);
    hiddenCount.textContent = String(n.sizes.length - 2);
    diagramHost.classList.toggle("two-columns", n.sizes.length === 2 && Math.max(...n.sizes) === 2);
    fewer.disabled = n.sizes.length === 2;
    more.disabled = n.sizes.length > 7;
    net.setNet(n);
    if (other) {
      chosen = -1;
      net.choose(-1);
    }
    if (before?.lesson !== frame.lesson || before?.glow !== frame.glow) glowing = frame.glow >= 0;
    net.setGlow(glowing ? frame.glow : -1);
    if (other) showFunctions(frame);
    chooseSliders();
    note.hidden = !(n.linear && n.sizes.length > 2) && !n.step;
    note.textContent = n.step ?
      "The slope of a step is 0 everywhere: it answers, but it cannot learn. Its smooth brother is sigmoid." :
      "Every layer here is a sum: together they are one sum, and one straight line, however many there are.";
  }

  /** @param {Frame} frame */
  function showFunctions(frame) {
    const last = frame.net.activations.length - 1;
    fill(functions, frame.net.activations.map((/** @type {string} */ name, /** @type {number} */ layer) => {
      const label = layer === last ? "Output layer" : last > 1 ? `Hidden layer ${layer + 1}` : "Hidden layer";
      const control = select({
        label,
        value: name,
        options: layer === last ? [...ACTIVATIONS, "softmax"] : ACTIVATIONS,
        on: (value) => wire.send("activation", { layer, name: value }),
      });
      control.input.addEventListener("focus", () => {
        if (control.get() !== "softmax") wire.send("graph", { activation: control.get() });
      });
      return control.element;
    }));
  }

  return {
    element,
    set,
    /** @param {(number[])[] | null} numbers in the nodes */
    setNumbers: (numbers) => net.setNumbers(numbers),
    /** @param {Frame} frame */
    look(frame) {
      const now = performance.now(), weights = /** @type {Float32Array} */ (frame.arrays[0]);
      for (const [index, when] of touched) {
        if (now - when > 250) touched.delete(index);
        else if (index < weights.length) weights[index] = net.weight(index);
      }
      net.setWeights(weights);
      net.setThumbs(/** @type {Uint8Array} */ (frame.arrays[3]), frame.thumb);
      for (const [index, control] of weightSliders) if (!touched.has(index)) control.set(weights[index] ?? 0);
    },
    close: () => net.close(),
  };
}
