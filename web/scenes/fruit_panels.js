// The left side of the Fruit scene: which points, and how it learns.

import { button, details, h, number, segmented, select, slider, svg, uniqueId } from "../kit/ui.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */
/** @typedef {import("../kit/ui.js").Control} Control */

const SHAPES = [
  ["line", "Line", "M3 19 21 6"],
  ["bend", "Bend", "M3 20c8 0 13-4 17-16"],
  ["curve", "Curve", "M3 6c9 0 15 6 15 15"],
  ["moons", "Moons", "M3 13a5.5 5.5 0 0 1 11 0M10 11a5.5 5.5 0 0 0 11 0"],
  ["circles", "Circles", "M12 8a4 4 0 1 0 .01 0M12 3a9 9 0 1 0 .01 0"],
  ["spiral", "Spiral", "M12 12c3-3 6 2 2 5s-10-1-9-6 7-8 12-5"],
  ["xor", "Xor", "M12 3v18M3 12h18"],
  ["random", "Random", "M6 7h.01M16 5h.01M11 12h.01M18 14h.01M6 17h.01M13 19h.01"],
];

/** Nothing is set under a hand that moves it. @param {Control} control @param {number} value */
function follow(control, value) {
  if (!(document.activeElement === control.input && control.input.matches(":active"))) control.set(value);
}

/** @param {import("../types").SceneWire} wire */
export function pointsPanel(wire) {
  let placing = 0, seed = 0;
  const shapeButtons = SHAPES.map(([name, title, d]) => {
    const icon = svg(
      "svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, svg("path", { d }));
    return h("button", {
      type: "button",
      class: "shape",
      "aria-pressed": "false",
      dataset: { shape: name },
      title,
      on: { click: () => wire.send("data", { shape: name }) }
    },
      icon, h("span", { text: title }));
  });
  const count = slider({
    label: "Fruit",
    min: 10,
    max: 1000,
    step: 10,
    value: 100,
    log: true,
    format: (v) => String(Math.round(v)),
    title: "How many points",
    on: (v) => wire.send("data", { points: Math.round(v) })
  });
  const noise = slider({
    label: "Noise",
    min: 0,
    max: 0.3,
    step: 0.01,
    value: 0.02,
    on: (v) => wire.send("data", { noise: Math.max(0, Number(v.toFixed(3))) })
  });
  const again = button("Shuffle", () => wire.send("data", { seed: seed + 1 }),
    { quiet: true, icon: "dice", iconOnly: true, title: "The same shape with another seed" });
  const clear = button("Clear", () => wire.send("clear"), { quiet: true, title: "Take all points away" });
  const classes = segmented({
    label: "A click places",
    options: [["0", "● safe"], ["1", "▲ poisonous"]],
    value: "0",
    on: (v) => {
      placing = Number(v);
    }
  });
  const element = h("section", { class: "panel stack fruit-data", "aria-label": "Fruit" },
    h("div", { class: "row tight fruit-points-row" }, h("h2", { text: "Fruit" }),
      h("span", { class: "push row tight" }, again, clear)),
    h("div", { class: "shapes", role: "group", "aria-label": "Shape" }, shapeButtons), count.element,
    noise.element, classes.element);

  return {
    element,
    placing: () => placing,
    /** @param {number} label of what a click places */
    place(label) {
      placing = label;
      classes.set(String(label));
    },
    /** @param {Frame} frame */
    set(frame) {
      seed = frame.data.seed;
      for (const shape of shapeButtons) {
        const pressed = !frame.data.hand && shape.dataset.shape === frame.data.shape;
        shape.setAttribute("aria-pressed", String(pressed));
      }
      follow(count, frame.data.points);
      follow(noise, frame.data.noise);
    },
  };
}

/** @param {Page} page */
export function learningPanel(page) {
  const { wire } = page;
  const method = select(
    { label: "Method", options: ["finite"], on: (v) => wire.send("settings", { method: v }) });
  const rate = slider({
    label: "Rate",
    min: 0.001,
    max: 10,
    value: 0.1,
    log: true,
    title: "How far each step goes downhill",
    on: (v) => wire.send("settings", { rate: v })
  });
  const momentum = slider({
    label: "Momentum",
    min: 0,
    max: 0.99,
    step: 0.01,
    value: 0.9,
    on: (v) => wire.send("settings", { momentum: v })
  });
  const batch = slider({
    label: "Batch",
    min: 1,
    max: 1000,
    step: 1,
    value: 10,
    log: true,
    format: (v) => String(Math.round(v)),
    title: "Points an update",
    on: (v) => wire.send("settings", { batch: Math.round(v) })
  });
  const cost = select({
    label: "Cost",
    options: [["squared", "squared error"], ["cross-entropy", "cross-entropy"]],
    on: (v) => wire.send("settings", { cost: v })
  });
  const seed = number({
    label: "Seed of the weights",
    min: 0,
    max: 1e9,
    step: 1,
    value: 1,
    title: "Starts anew",
    on: (v) => wire.send("new_start", { seed: Math.round(v) })
  });
  const textId = uniqueId("net");
  const typed = h("input", {
    type: "text",
    id: textId,
    spellcheck: "false",
    autocomplete: "off",
    on: {
      change: () => wire.send("net", { text: typed.value }),
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter") typed.blur();
      }
    }
  });
  const textField = h("div", { class: "field" }, h("label", { for: textId, text: "Network as text"
  }), typed);
  const why = h("p", { class: "small soft" });
  const csv = button(
    "Points as CSV", downloadPoints, { quiet: true, title: "A file that inkling train reads" });
  const element = h("section", { class: "panel stack fruit-learn", "aria-label": "How it learns" },
    h("h2", { text: "How it learns" }), method.element, rate.element,
    details("Advanced", momentum.element, batch.element, cost.element, seed.element, textField, csv, why));

  async function downloadPoints() {
    try {
      const { text } = await wire.ask("csv");
      const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      const link = h("a", { href: url, download: "points.csv" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    } catch (error) {
      page.toast(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    element,
    /** @param {Frame} frame */
    set(frame) {
      method.options(frame.methods);
      method.set(frame.method);
      follow(rate, frame.rate);
      follow(momentum, frame.momentum);
      follow(batch, frame.batch);
      momentum.disable(frame.method !== "momentum");
      batch.disable(frame.method === "finite" || frame.method === "full");
      cost.set(frame.cost);
      seed.set(frame.seed);
      if (document.activeElement !== typed) typed.value = frame.net.text;
    },
    /** @param {string} reason why there is no command, "" where there is one */
    explain(reason) {
      why.textContent = reason || "Its command gives the same bits: see “copy as command” at the top.";
    },
  };
}
