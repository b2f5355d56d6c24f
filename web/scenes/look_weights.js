// Weights as pictures: a wall of nodes or filters, one of them large.

import { gallery, pixels } from "../kit/picture.js";
import { button, empty, fill, h, panel, select, thousands } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */

/** @param {(wall: number, page: number) => void} ask @param {number} wall the first to be shown @param {number} page */
export function weightsTab(ask, wall, page) {
  let names = /** @type {string[]} */ ([]), walls = "";
  /** @type {Frame | null} */
  let last = null;
  const choice = h("div"), words = h("p", { class: "soft" }), count = h("p", { class: "soft small numbers" });
  const shown = gallery({ label: "Weights as pictures", size: 72, focus: (i) => enlarge(i), pick: (i) => enlarge(i) });
  const back = button("Previous", () => ask(wall, page - 1), { icon: "left" });
  const forth = button("Next", () => ask(wall, page + 1), { icon: "right" });
  const pager = h("div", { class: "row" }, back, forth, count);
  const large = h("canvas", { class: "look-large", width: 1, height: 1 }), title = h("h2");
  const legend = h("div", { class: "look-legend numbers small" }), legendWords = h("p", { class: "soft small" });
  const element = h("div", { class: "split look-weights" },
    panel("", h("div", { class: "row look-choices" }, choice), words, shown.element, pager),
    h("section", { class: "panel stack", "aria-label": "One of them, large" }, title, h("div", { class: "look-stage" }, large), legend, legendWords));
  const none = empty("No weights to see", "This network's first layer does not look at a picture: its weights are numbers without a place.");
  const host = h("div", null, element, none);

  const nameOf = (/** @type {Frame} */ frame, /** @type {number} */ i) => {
    const at = frame.first + i;
    if (frame.by_class) return names[at] ?? String(at);
    if (frame.inputs > 1) return `filter ${Math.floor(at / frame.inputs) + 1}, channel ${(at % frame.inputs) + 1}`;
    return `${frame.height > 8 ? "node" : "filter"} ${at + 1}`;
  };
  function draw(/** @type {HTMLCanvasElement} */ canvas, /** @type {Frame} */ frame, /** @type {number} */ i) {
    pixels(canvas, frame.width, frame.height, frame.channels, frame.arrays[0],
      { diverging: frame.channels === 1, offset: i * frame.width * frame.height * frame.channels });
  }
  function enlarge(/** @type {number} */ i) {
    if (!last || i >= last.shown) return;
    const name = nameOf(last, i), cell = Math.max(1, Math.floor(280 / Math.max(last.width, last.height)));
    title.textContent = last.by_class ? `What speaks for “${name}”` : name[0].toUpperCase() + name.slice(1);
    large.setAttribute("role", "img");
    large.setAttribute("aria-label", `weights of ${name}`);
    draw(large, last, i);
    large.style.width = `${cell * last.width}px`;
    large.style.height = `${cell * last.height}px`;
    shown.choose(i);
  }
  return {
    element: host,
    /** @param {any} state */
    setState(state) {
      names = state.classes ?? [];
      const list = state.walls ?? [], now = JSON.stringify(list);
      element.hidden = list.length === 0;
      none.hidden = list.length > 0;
      if (now === walls) return;
      walls = now;
      const options = list.map((/** @type {any} */ one, /** @type {number} */ i) => /** @type {[string, string]} */ ([String(i), one.name]));
      fill(choice, select({ label: "Layer", options, value: String(Math.min(wall, list.length - 1)), on: (value) => ask(Number(value), 0) }).element);
    },
    /** @param {Frame} frame */
    show(frame) {
      const same = last && last.wall === frame.wall && last.page === frame.page;
      last = frame;
      ({ wall, page } = frame);
      const small = frame.height <= 8;
      shown.element.style.setProperty("--size", small ? "48px" : "72px");
      shown.set(Array.from({ length: frame.shown }, (_, i) => ({
        label: nameOf(frame, i), caption: frame.by_class ? nameOf(frame, i) : "", draw: (canvas) => draw(canvas, frame, i),
      })));
      const scale = Number(frame.scale).toPrecision(2);
      words.textContent = frame.channels === 3 ? "Each picture is a filter of the first layer; it answers most where the picture looks like it. Grey is zero; each has its own contrast." :
        frame.height > 8 ? "Each picture is one node of the first layer: blue where light pixels speak for it, orange where they speak against it." :
        "Each picture is a filter: what a small window is multiplied with, wherever it slides.";
      count.textContent = frame.pages > 1 ? `${thousands(frame.first + 1)} to ${thousands(frame.first + frame.shown)} of ${thousands(frame.count)}` : "";
      pager.hidden = frame.pages < 2;
      back.disabled = page === 0;
      forth.disabled = page >= frame.pages - 1;
      legend.hidden = frame.channels !== 1;
      fill(legend, h("span", { text: `−${scale}` }), h("span", { class: "look-ramp" }), h("span", { text: scale }));
      legendWords.textContent = frame.channels === 1 ? "A few weights may lie beyond the ends of the scale." : "";
      if (!same) enlarge(0);
      else enlarge(Math.max(0, Array.from(shown.element.children).findIndex((cell) => cell.hasAttribute("aria-current"))));
    },
    current: () => ({ wall, page }),
  };
}
