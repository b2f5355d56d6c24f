// Stroke by stroke: what the answer would be without each of them.

import { ranked, scoreText } from "../kit/bars.js";
import { thumbnail } from "../kit/pad.js";
import { fill, h } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */

/** @param {object} o
 * @param {{strokes: () => readonly import("../kit/pad.js").Stroke[], choose: (index: number) => void}} o.pad
 * @param {() => string[]} o.names
 * @param {(scores: Float32Array | null, index: number) => void} o.show scores without a stroke; null = as it is */
export function strokeList({ pad, names, show }) {
  const intro = h("p", { class: "soft small" });
  const list = h("ul", { class: "draw-strokes" });
  const element = h("div", { class: "stack" }, intro, list);
  let best = -1, asked = true; // of the whole drawing; is there anybody to ask?

  /** @param {string} text */
  function empty(text) {
    fill(list);
    intro.textContent = text;
  }
  function begin() {
    empty(asked ? "Draw something: each stroke is then left out in turn." : "There is nobody yet to ask about strokes.");
  }
  begin();

  /** @param {Float32Array} scores @param {number} answer -1 = silence */
  function sentence(scores, answer) {
    if (answer < 0) return "it would not be recognised";
    const name = names()[answer], score = scoreText(scores[answer]);
    return answer === best ? `still ${name}, ${score}` : `it would be ${name}, ${score}`;
  }

  return {
    element,
    /** The drawing changed: what is shown belongs to another. */
    forget() {
      pad.choose(-1);
      if (pad.strokes().length === 0) begin();
    },
    /** @param {boolean} somebody is there somebody to ask? */
    ask(somebody) {
      if (somebody === asked) return;
      asked = somebody;
      if (!asked || pad.strokes().length === 0) begin();
    },
    /** @param {Frame} frame a ranking of the whole drawing */
    answer(frame) { best = frame.best; },
    /** @param {Frame} frame what it would be without each */
    set(frame) {
      const strokes = pad.strokes(), classes = names().length;
      const scores = /** @type {Float32Array} */ (frame.arrays[0]);
      if (strokes.length === 0 || frame.strokes.length !== strokes.length) return;
      intro.textContent = strokes.filter(({ kind }) => kind !== "paper").length < 2 ? "There is only one stroke yet. Draw another." :
        "Without one of the strokes. Point at one to see it and its scores.";
      fill(list, strokes.map(({ kind }, i) => {
        if (kind === "paper") return null;
        const own = scores.subarray(i * classes, (i + 1) * classes), answer = frame.best[i];
        const canvas = h("canvas", { "aria-hidden": "true" });
        thumbnail(canvas, strokes, i);
        const on = () => { pad.choose(i); if (ranked(own).length) show(own, i); };
        const off = () => { pad.choose(-1); show(null, i); };
        const differs = answer !== best;
        return h("li", null, h("button", {
          type: "button", class: differs ? "differs" : "",
          on: { pointerenter: on, pointerleave: off, focus: on, blur: off, click: on },
        }, canvas, h("span", null, h("span", { class: "soft small", text: `without stroke ${i + 1}` }), h("br"),
          h("span", { text: sentence(own, answer) }))));
      }));
    },
  };
}
