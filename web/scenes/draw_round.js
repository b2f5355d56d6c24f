// A round of the game: six words, twenty seconds each; the network speaks up when it knows.

import { pixels } from "../kit/picture.js";
import { button, fill, h, verdict } from "../kit/ui.js";
import { withArticle } from "./draw.js";

/** @typedef {import("../types").Frame} Frame */

/** @param {object} o
 * @param {import("../types").Page} o.page
 * @param {{canvas: HTMLCanvasElement}} o.pad
 * @param {() => string[]} o.names
 * @param {(verb: string, fields?: object) => void} o.tell
 * @param {() => void} o.before called before a verb that wipes the pad */
export function game({ page, pad, names, tell, before }) {
  const element = h("div", { class: "draw-round stack" });
  /** @type {Frame | null} */
  let now = null;
  let said = "", due = 0, timer = 0;
  const clock = h("span", { class: "draw-clock numbers" });
  const voice = h("p", { class: "draw-voice" });
  const name = (/** @type {number} */ k) => names()[k] ?? "?";

  const start = () => { before(); tell("round_start"); };
  const go = () => { before(); tell("round_go"); pad.canvas.focus({ preventScroll: true }); };
  const stop = () => tell("round_stop");
  const stopButton = () => button("End the round", stop, { quiet: true });

  function tick() {
    const left = Math.max(0, (due - performance.now()) / 1000);
    clock.textContent = String(Math.ceil(left));
    clock.classList.toggle("late", left < 5);
  }

  /** @param {string} sentence */
  function speak(sentence) {
    voice.textContent = sentence;
    if (sentence && sentence !== said) page.say(sentence);
    said = sentence;
  }

  /** @param {Frame} f */
  function summary(f) {
    const pictures = /** @type {Uint8Array} */ (f.arrays[0]);
    const items = f.words.map((/** @type {any} */ word, /** @type {number} */ i) => {
      const canvas = h("canvas");
      pixels(canvas, 28, 28, 1, pictures, { offset: 784 * i, label: `your ${name(word.class)}` });
      const what = word.knew ? `${word.seconds.toFixed(1)} s` : word.guess < 0 ? "saw nothing" : `saw ${withArticle(name(word.guess))}`;
      return h("li", null, canvas, h("strong", { text: name(word.class) }), verdict(word.knew, word.knew ? "known" : "not known"),
        h("span", { class: "soft small", text: what }));
    });
    return [h("p", { class: "big", text: `${f.right} of ${f.count} known` }), h("ul", { class: "draw-summary" }, items),
      h("div", { class: "row" }, button("Play again", start, { primary: true, key: "Enter" }), stopButton())];
  }

  /** @param {Frame} f */
  function show(f) {
    const word = f.words[f.at], ask = word ? withArticle(name(word.class)) : "";
    const place = h("p", { class: "soft small", text: `word ${f.at + 1} of ${f.count}` });
    clearInterval(timer);
    if (f.state === "off") {
      fill(element, h("p", { class: "soft", text: "It asks for six things, with twenty seconds for each, and speaks up as soon as it knows." }),
        h("div", { class: "row" }, button("Play a round", start, { icon: "play" })));
    } else if (f.state === "ready") {
      fill(element, place, h("p", { class: "big", text: `Draw ${ask}` }),
        h("div", { class: "row" }, button("Go: 20 seconds", go, { primary: true, key: "Enter" }), stopButton()));
      speak(`Word ${f.at + 1} of ${f.count}: draw ${ask}. Press Enter to begin.`);
    } else if (f.state === "drawing") {
      due = performance.now() + 1000 * f.left;
      tick();
      timer = window.setInterval(tick, 100);
      fill(element, place, h("div", { class: "row draw-asked" }, clock, h("p", { class: "big", text: `Draw ${ask}` })), voice,
        h("div", { class: "row" }, stopButton()));
      speak(f.said < 0 ? "…" : `I see ${withArticle(name(f.said))} …`);
    } else if (f.state === "told") {
      const text = word.knew ? `Oh, I know: it is ${ask}! It took ${word.seconds.toFixed(1)} s.` :
        word.guess < 0 ? `Time is up. I did not see ${ask}.` : `Time is up. It looked like ${withArticle(name(word.guess))} to me.`;
      fill(element, place, h("div", { class: "row" }, verdict(word.knew, word.knew ? "known" : "not known"), h("p", { class: "big", text: name(word.class) })), voice,
        h("div", { class: "row" }, button(f.at + 1 < f.count ? "Next word" : "How did it go?", go, { primary: true, key: "Enter" }), stopButton()));
      speak(text);
    } else {
      fill(element, summary(f));
      page.say(`The round is over: ${f.right} of ${f.count} known.`);
    }
  }

  return {
    element,
    close: () => clearInterval(timer),
    /** The word to draw now. */
    word: () => (now?.words[now.at] ? `draw ${withArticle(name(now.words[now.at].class))}` : ""),
    go() {
      if (now?.state === "ready" || now?.state === "told") go();
      else if (now?.state === "over") start();
    },
    /** @param {Frame} frame */
    set(frame) {
      now = frame;
      show(frame);
    },
  };
}
