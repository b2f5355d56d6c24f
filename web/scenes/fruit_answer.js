// The right side of the Fruit scene: the plane, how well it does, and "let it learn".

import { plane } from "../kit/plane.js";
import { button, fill, h, plain, segmented } from "../kit/ui.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */

/** @param {Page} page @param {() => number} placing the class that a click places
 * @param {() => void} toggleLearning */
export function answerPanel(page, placing, toggleLearning) {
  const { wire } = page;
  const colours = segmented({
    label: "Colours",
    options: [["soft", "confidence"], ["hard", "hard edge"]],
    hideLabel: true,
    on: (value) => chart.setHard(value === "hard"),
  });
  const host = h("div", { class: "fruit-plane" });
  const chart = plane(host, {
    x: "spot size",
    y: "spike length",
    beside: colours.element,
    place: (x, y) => wire.send("place", { x, y, label: placing() }),
    move: (index, x, y) => wire.send("move", { index, x, y }),
    remove: (index) => wire.send("remove", { index }),
    hover,
  });
  const cost = h("span", { class: "big fruit-average" }), right = h("span", { class: "big fruit-right" });
  const rightName = h("span", { class: "small soft" });
  const learn = button("Let it learn", toggleLearning, { primary: true, class: "fruit-go", title: "Key L" });
  const hint = h("p", { class: "small soft fruit-hint", text: "A click places, a drag moves, a right click removes." });
  const next = h("div", { class: "row fruit-next" }, h("span", { class: "small soft", text: "The same with thousands of pictures:" }),
    button("On to digits", () => page.go("train"), { icon: "train", class: "push" }));
  next.hidden = true;
  const element = h("section", { class: "panel stack fruit-answer", "aria-label": "Answer" }, host,
    h("div", { class: "fruit-score" },
      h("div", { class: "fruit-number" }, h("span", { class: "small soft", text: "average cost" }), cost),
      h("div", { class: "fruit-number" }, rightName, right), learn),
    hint, next);

  let hovered = "";
  /** @param {{index: number, x: number, y: number} | null} hit */
  function hover(hit) {
    const fields = !hit ? { on: false } :
      hit.index >= 0 ? { index: hit.index } :
      { x: hit.x, y: hit.y, label: placing() };
    const key = JSON.stringify(fields);
    if (key === hovered) return;
    hovered = key;
    wire.send("probe", fields);
  }

  return {
    element, learn,
    chart: chart.canvas,
    setPoints: chart.setPoints,
    toggleEdge() {
      colours.set(colours.get() === "hard" ? "soft" : "hard");
      chart.setHard(colours.get() === "hard");
    },
    /** @param {Frame} frame */
    look(frame) {
      chart.setField(/** @type {Float32Array} */ (frame.arrays[1]), frame.side, frame.least, frame.most);
      chart.setWrong(/** @type {Uint8Array} */ (frame.arrays[2]));
      cost.textContent = frame.cost > 1e100 ? "∞" : plain(frame.cost, frame.cost < 0.1 ? 0.0001 : 0.001);
      const all = frame.right === frame.count && frame.count > 0;
      right.textContent = `${frame.right} of ${frame.count}`;
      if (all || frame.right < 0.95 * frame.count) next.hidden = !all; // not at every mini-batch
      hint.hidden = !next.hidden;
      fill(rightName, "told right", all && h("b", { class: "right", text: " ✓ all" }));
      const words = `average cost ${plain(frame.cost)}, ${frame.right} of ${frame.count} right`;
      chart.summary(`Fruit by spot size and spike length, coloured by the network: ${words}.`);
      page.say(words);
    },
    close: () => chart.close(),
  };
}
