// The scene "transform": one picture under the sliders, two networks that answer it, and the whole test set.

import { bars, scoreText } from "../kit/bars.js";
import { gallery, pixels } from "../kit/picture.js";
import { button, fill, h, panel, percent, progress, segmented, shellWord, slider, stylesheet, table, term, toggle, verdict } from "../kit/ui.js";

await Promise.all([stylesheet("scenes/draw.css"), stylesheet("scenes/transform.css")]); // bars and pads look as in Draw

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */
/** @typedef {"turn" | "scale" | "right" | "down" | "noise"} Field */

const DIGITS = Array.from({ length: 10 }, (_, i) => String(i));
const NETWORKS = [
  { name: "learnt them as they are", short: "as they are", soft: "784-100-10" },
  { name: "learnt them changed at random", short: "changed", soft: "784-100-10" },
  { name: "the model digits", short: "digits", soft: "convolutions, changed a little" },
];
/** As in studio/transform/warp.c. @type {Record<Field, {label: string, min: number, max: number, step: number, none: number, format: (v: number) => string}>} */
const FIELDS = {
  turn: { label: "Turn", min: -180, max: 180, step: 1, none: 0, format: (v) => `${signed(v, 0)}°` },
  scale: { label: "Scale", min: 0.5, max: 2, step: 0.01, none: 1, format: (v) => `× ${v.toFixed(2)}` },
  right: { label: "Shift right", min: -14, max: 14, step: 0.5, none: 0, format: (v) => `${signed(v, 1)} px` },
  down: { label: "Shift down", min: -14, max: 14, step: 0.5, none: 0, format: (v) => `${signed(v, 1)} px` },
  noise: { label: "Noise", min: 0, max: 1, step: 0.01, none: 0, format: (v) => `${Math.round(100 * v)} %` },
};
const NAMES = /** @type {Field[]} */ (Object.keys(FIELDS));
const PLAIN = Object.fromEntries(NAMES.map((name) => [name, FIELDS[name].none]));

/** @param {number} value @param {number} digits */
function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** Answers along a slider, a row for each network: runs of the same answer as blocks. */
function stripe() {
  const element = h("div", { class: "strips", "aria-hidden": "true" });
  return {
    element,
    /** @param {Frame} frame @param {boolean[]} ready */
    set(frame, ready) {
      const { steps, label } = frame, [guesses, sure] = frame.arrays;
      fill(element, NETWORKS.map((network, k) => {
        if (!ready[k]) return null;
        const row = h("div", { class: "strip", title: `${network.name}: its answer along the slider` });
        for (let i = 0; i < steps;) {
          const guess = guesses[k * steps + i];
          let end = i, weight = 0;
          while (end < steps && guesses[k * steps + end] === guess) weight += sure[k * steps + end++];
          const right = label < 0 ? "" : guess === label ? "right" : "wrong";
          row.append(h("span", { class: right, text: end - i > 1 && guess >= 0 ? guess : "", style: { "flex-grow": end - i, "--sure": (weight / (end - i)).toFixed(2) } }));
          i = end;
        }
        return row;
      }));
    },
  };
}

/** @param {Page} page */
function open(page) {
  const { wire, params } = page;
  let stamp = 0, label = -1, own = false, data = "", augmentText = "hand", framing = false, ready = [false, false, false];
  let now = /** @type {Record<string, number>} */ ({ ...PLAIN, turn: 30 });
  /** @type {Frame | null} */
  let whole = null;
  /** @type {Frame | null} */
  let shownPicture = null;
  let spoken = "", marker = 0;

  /** @param {string} verb @param {object} [fields] */
  const tell = (verb, fields = {}) => wire.send(verb, { ...fields, stamp: ++stamp });

  // ---- the picture -------------------------------------------------------------------------------

  const before = h("canvas", { class: "transform-before" });
  const after = h("canvas", { class: "transform-after", tabindex: 0, role: "img", "aria-label": "the picture after" });
  const framed = h("canvas", { class: "transform-before" });
  const framedFigure = h("figure", null, framed, h("figcaption", { text: "framed" }));
  const what = h("p", { class: "soft small" });
  const sliders = Object.fromEntries(NAMES.map((name) => {
    const f = FIELDS[name];
    return [name, slider({
      label: f.label, min: f.min, max: f.max, step: f.step, value: f.none, reset: f.none, format: f.format,
      on: (value) => warp({ [name]: value }),
    })];
  }));
  const strips = Object.fromEntries(NAMES.map((name) => [name, stripe()]));

  /** @param {Record<string, number>} change */
  function warp(change) {
    now = { ...now, ...change };
    for (const [name, value] of Object.entries(change)) sliders[name].set(value);
    tell("warp", change);
    keepLink();
  }

  const clampTo = (/** @type {Field} */ name, /** @type {number} */ value) => Math.min(FIELDS[name].max, Math.max(FIELDS[name].min, value));
  let drag = /** @type {{x: number, y: number, right: number, down: number, turn: number} | null} */ (null);
  after.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 && event.button !== 2) return;
    after.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY, right: now.right, down: now.down, turn: now.turn };
  });
  after.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const cell = after.clientWidth / 28, dx = (event.clientX - drag.x) / cell, dy = (event.clientY - drag.y) / cell;
    if (event.shiftKey || event.buttons === 2) warp({ turn: Math.round(clampTo("turn", drag.turn + 8 * dx)) });
    else warp({ right: Number(clampTo("right", drag.right + dx).toFixed(2)), down: Number(clampTo("down", drag.down + dy).toFixed(2)) });
  });
  for (const kind of ["pointerup", "pointercancel"]) after.addEventListener(kind, () => { drag = null; });
  after.addEventListener("contextmenu", (event) => event.preventDefault());
  after.addEventListener("keydown", (event) => {
    /** @type {Record<string, [Field, number]>} */
    const moves = { ArrowLeft: ["right", -1], ArrowRight: ["right", 1], ArrowUp: ["down", -1], ArrowDown: ["down", 1], "[": ["turn", -5], "]": ["turn", 5] };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    warp({ [move[0]]: clampTo(move[0], now[move[0]] + move[1]) });
  });

  const dice = () => tell("dice");
  const reset = () => { now = { ...PLAIN }; tell("reset"); };
  const another = () => tell("picture", { random: true });
  const digit = segmented({ label: "A test picture of", hideLabel: true, options: DIGITS, value: "1", on: (value) => tell("picture", { label: Number(value) }) });
  const mineButton = button("My drawing", () => tell("picture", { own: true }), { icon: "draw", title: "What is on the pad" });
  const picturePanel = h("section", { class: "panel stack transform-picture", "aria-label": "The picture" },
    h("div", { class: "transform-views" },
      h("div", { class: "transform-smalls" }, h("figure", null, before, h("figcaption", { text: "before" })), framedFigure),
      h("figure", null, after, h("figcaption", null, "after: drag it; with Shift it turns"))),
    what, digit.element,
    h("div", { class: "row" }, button("Another", another, { key: "n" }), mineButton));
  const legend = h("p", { class: "soft small" });
  const changePanel = panel("This picture", legend, h("div", { class: "transform-sliders" },
    NAMES.map((name) => h("div", null, sliders[name].element, strips[name].element))),
  h("div", { class: "row" }, button("Throw the dice", dice, { icon: "dice", key: "r", title: "A random change of the kind below" }),
    button("As it was", reset, { icon: "again", key: "0" })));

  // ---- the answers -------------------------------------------------------------------------------

  const answers = NETWORKS.map(({ name, soft }) => {
    const word = h("p", { class: "draw-word" }), right = h("span"), list = bars({ label: `Scores of the network that ${name}`, most: 3, compact: true });
    const share = h("p", { class: "small soft numbers" });
    const none = h("p", { class: "soft small", text: "not trained yet" });
    const element = h("div", { class: "transform-answer" },
      h("h3", null, name, h("span", { class: "soft small", text: ` ${soft}` })), h("div", { class: "row" }, word, right), list.element, none, share);
    return { element, word, right, list, share, none };
  });
  const trainButton = button("Train the two", () => tell("train"), { primary: true, icon: "train" });
  const stopButton = button("Stop", () => tell("stop"), { quiet: true });
  const bar = progress("learning");
  const framingToggle = toggle({ label: "Frame it first", value: false, title: "F: centre the ink as MNIST does, before any network sees it", on: setFraming });
  const trainNote = h("p", { class: "soft small" });
  const answerPanel = panel("Their answers", h("div", { class: "row transform-train" }, trainButton, bar.element, stopButton, h("span", { class: "push" }, framingToggle.element)), trainNote,
    h("div", { class: "transform-answers" }, answers.map(({ element }) => element)));

  /** @param {boolean} on */
  function setFraming(on) {
    framing = on;
    framingToggle.set(on);
    tell("framing", { on });
    keepLink();
  }

  /** @param {Frame} frame */
  function showPicture(frame) {
    const [plain, changed, view, scores] = frame.arrays;
    shownPicture = frame;
    now = frame.warp;
    own = frame.own;
    if (frame.label !== label || own) {
      label = frame.label;
      if (label >= 0) digit.set(String(label));
    }
    if (own) digit.set("");
    for (const name of NAMES) if (frame.stamp >= stamp && document.activeElement?.closest(".field") !== sliders[name].element) sliders[name].set(now[name]);
    pixels(before, 28, 28, 1, plain, { label: own ? "your drawing" : `test picture ${frame.index}, a ${label}` });
    pixels(after, 28, 28, 1, changed, { label: `the picture after: ${changeText()}. Drag it or use the arrow keys; [ and ] turn it.` });
    framedFigure.hidden = !frame.framing;
    if (frame.framing) pixels(framed, 28, 28, 1, view, { label: "as the networks see it, framed" });
    what.textContent = own ? "your drawing from the pad" : `test picture ${frame.index + 1}: it is a ${label}`;
    answers.forEach((answer, k) => {
      const own10 = scores.subarray(10 * k, 10 * k + 10), best = frame.best[k];
      answer.none.hidden = best >= 0 || ready[k];
      answer.list.element.hidden = best < 0;
      answer.word.hidden = best < 0;
      answer.word.textContent = best < 0 ? "" : String(best);
      fill(answer.right, best >= 0 && label >= 0 && verdict(best === label));
      if (best >= 0) answer.list.set(DIGITS, own10, label);
    });
    speak(frame);
    keepLink();
  }

  function changeText() {
    const parts = NAMES.filter((name) => Math.abs(now[name] - FIELDS[name].none) > 1e-3)
      .map((name) => `${name} ${FIELDS[name].format(now[name])}`);
    return parts.length ? parts.join(", ") : "unchanged";
  }

  const said = h("p", { class: "transform-said" });
  let sayTimer = 0;
  /** @param {Frame} frame */
  function speak(frame) {
    const scores = frame.arrays[3], one = (/** @type {number} */ k) => `${frame.best[k]} (${scoreText(scores[10 * k + frame.best[k]])})`;
    const subject = own ? "Your drawing" : `The ${label}`;
    const text = frame.best[0] >= 0 && frame.best[1] >= 0 ?
      `${subject}, ${changeText()}: learnt as they are, it says ${one(0)}; learnt changed, ${one(1)}.` :
      frame.best[2] >= 0 ? `${subject}, ${changeText()}: the model digits says ${one(2)}. Train the two to compare.` : "";
    clearTimeout(sayTimer);
    if (text && text !== spoken) sayTimer = window.setTimeout(() => { spoken = text; page.say(text); }, 150);
    if (text) said.textContent = text;
  }

  // ---- the random change and the whole set --------------------------------------------------------

  const preset = segmented({
    label: "Random change", hideLabel: true, options: [["off", "Off"], ["light", "Light"], ["hand", "Like a hand"]], value: "hand",
    on: (text) => tell("augment", { text }),
  });
  const degrees = (/** @type {number} */ v) => `± ${Math.round(v * 180 / Math.PI)}°`;
  const random = {
    turn: slider({ label: "Turn, s.d.", min: 0, max: 1, step: 0.01, value: 0.15, format: degrees, title: "Standard deviation of the angle", on: (turn) => tell("augment", { turn }) }),
    scale: slider({ label: "Scale, s.d.", min: 0, max: 0.5, step: 0.01, value: 0.1, format: (v) => `± ${Math.round(100 * v)} %`, on: (scale) => tell("augment", { scale }) }),
    shift: slider({ label: "Shift, share of the room", min: 0, max: 1, step: 0.01, value: 0.8, format: (v) => `${Math.round(100 * v)} %`, title: "Of the free room between ink and border: the ink never leaves the picture", on: (shift) => tell("augment", { shift }) }),
    noise: slider({ label: "Noise, share of pixels", min: 0, max: 1, step: 0.01, value: 0.05, format: (v) => `${Math.round(100 * v)} %`, on: (noise) => tell("augment", { noise }) }),
  };
  const again = () => tell("again");
  const result = h("div");
  const markBy = segmented({ label: "Marked by", options: NETWORKS.map(({ short }, k) => /** @type {[string, string]} */ ([String(k), short])), value: "0", on: (value) => { marker = Number(value); showWhole(); } });
  const pictures = gallery({ label: "Test pictures, changed at random", size: 44, pick: (i) => {
    if (whole) pickShown(i);
  } });
  const caption = h("p", { class: "soft small" });
  const wholePanel = h("section", { class: "panel stack transform-whole", "aria-label": "The whole test set" },
    h("div", { class: "row" }, h("h2", { text: "The whole test set, changed at random" }), preset.element, button("Other numbers", again, { icon: "dice", key: "a" })),
    h("div", { class: "transform-random" }, h("div", { class: "stack" }, random.turn.element, random.scale.element, random.shift.element, random.noise.element), result),
    h("div", { class: "row" }, markBy.element, caption), pictures.element);

  /** @param {number} i */
  function pickShown(i) {
    if (!whole || !count) return;
    const step = Math.max(1, Math.floor(count / 1000));
    tell("picture", { index: i * step });
    page.root.closest("main")?.scrollTo({ top: 0, behavior: "smooth" });
  }
  let count = 0;

  function showWhole() {
    if (!whole) return;
    const f = whole, [shots, labels, ...guesses] = f.arrays;
    const share = (/** @type {number[]} */ right, /** @type {number} */ asked, /** @type {number} */ k) => asked > 0 ? percent(right[k] / asked) : "…";
    const rows = NETWORKS.map((network, k) => ready[k] ?
      [network.name, share(f.right_plain, f.asked_plain, k), share(f.right, f.asked, k)] : [network.name, "–", "–"]);
    fill(result, table(`Right answers of ${f.count} test pictures`, ["network", "as they are", "changed"], rows));
    const trained = ready[0] && ready[1];
    caption.textContent = trained || marker === 2 ? "Orange: wrong. The answer stands below." : "Train the two, or look at the model digits.";
    pictures.set(Array.from({ length: f.shown }, (_, i) => {
      const guess = guesses[marker][i], known = guess >= 0, right = guess === labels[i];
      return {
        label: known ? `a ${labels[i]}, ${right ? "known" : `taken for ${guess}`}` : `a ${labels[i]}`,
        caption: known ? `${right ? "✓" : "✗"} ${guess}` : String(labels[i]), kind: /** @type {"" | "wrong"} */ (known && !right ? "wrong" : ""),
        draw: (canvas) => pixels(canvas, 28, 28, 1, shots, { offset: 784 * i }),
      };
    }));
    answers.forEach((answer, k) => {
      answer.share.textContent = ready[k] && f.asked > 0 && f.asked_plain > 0 ? `${share(f.right_plain, f.asked_plain, k)} right as they are, ${share(f.right, f.asked, k)} changed` : "";
    });
    if (trained && f.asked >= f.count) page.mark("done");
  }

  // ---- frames ------------------------------------------------------------------------------------

  wire.on("state", (frame) => {
    data = frame.data;
    count = frame.count;
    augmentText = frame.augment.text;
    framing = frame.framing;
    framingToggle.set(framing);
    const before2 = ready.join();
    ready = frame.networks.map((/** @type {any} */ n) => n.ready);
    if (before2 !== ready.join() && ready[0]) marker = Number(markBy.get());
    for (const [name, control] of Object.entries(random)) {
      if (document.activeElement?.closest(".field") !== control.element) control.set(frame.augment[name]);
    }
    preset.set(augmentText === "off" ? "off" : augmentText === textOf("light") ? "light" : augmentText === textOf("hand") ? "hand" : "");
    legend.textContent = `Under each slider: the answers along all of it, ${ready[0] ? "as they are, changed, digits from above" : "of the model digits"}. Orange is wrong; the paler, the less sure.`;
    mineButton.disabled = !frame.has_drawing;
    mineButton.title = frame.has_drawing ? "What is on the pad" : "There is no drawing yet: draw one on the pad";
    trainNote.textContent = frame.message || (ready[0] ? `Both from the same first weights, on ${data}: the first in 4 epochs, the second, which saw every picture changed anew in each, in 12.` :
      `Both begin with the same weights and learn ${data}; the first in 4 epochs; the second sees every picture changed anew in each of 12, because that is learnt more slowly. It takes some ten seconds.`);
    keepLink();
  });
  wire.on("picture", showPicture);
  for (const name of NAMES) wire.on(`strip_${name}`, (frame) => strips[name].set(frame, ready));
  wire.on("whole", (frame) => { whole = frame; showWhole(); });
  wire.on("training", (frame) => {
    bar.element.hidden = stopButton.hidden = !frame.running;
    trainButton.hidden = frame.running;
    /** @type {HTMLElement} */ (trainButton.querySelector("span")).textContent = ready[0] ? "Train them again" : "Train the two";
    trainButton.classList.toggle("primary", !ready[0]);
    bar.set(frame.done, `${frame.which === 0 ? "as they are" : "changed"}${frame.left === undefined ? "" : `, ${Math.max(1, Math.ceil(frame.left))} s left`}`);
    if (frame.message) trainNote.textContent = frame.message;
  });

  /** The presets as ink_augment_print writes them. @param {string} name */
  function textOf(name) {
    return name === "light" ? "light" : "hand";
  }

  function keepLink() {
    const next = new URLSearchParams();
    if (own) next.set("own", "1");
    else if (shownPicture) next.set("picture", String(shownPicture.index));
    for (const name of NAMES) if (Math.abs(now[name] - FIELDS[name].none) > 1e-3) next.set(name, String(Number(now[name].toFixed(3))));
    if (framing) next.set("framing", "on");
    if (augmentText !== "hand") next.set("augment", augmentText);
    page.setLink(next);
    page.setCommand(`inkling train ${shellWord(data || "mnist")} --net 784-100-10 --epochs 12 --schedule cosine --rate 0.05 --batch 32 --augment ${shellWord(augmentText)}`);
  }

  // ---- the page ----------------------------------------------------------------------------------

  page.root.append(said, h("div", { class: "transform-layout" }, picturePanel, changePanel, answerPanel), wholePanel);
  framedFigure.hidden = true;
  bar.element.hidden = stopButton.hidden = true;
  fromLink();

  function fromLink() {
    /** @type {Record<string, number>} */
    const wanted = {};
    let any = false;
    for (const name of NAMES) {
      const value = Number(params.get(name) ?? NaN);
      if (Number.isFinite(value)) {
        wanted[name] = clampTo(name, value);
        any = true;
      }
    }
    if (any || params.has("picture")) tell("warp", { ...PLAIN, ...wanted });
    if (params.get("framing") === "on") setFraming(true);
    const augment = params.get("augment");
    if (augment) tell("augment", { text: augment.slice(0, 200) });
    const index = Number(params.get("picture") ?? NaN);
    if (params.get("own")) tell("picture", { own: true });
    else if (Number.isInteger(index)) tell("picture", { index });
  }

  return {
    close() { clearTimeout(sayTimer); },
    primary: trainButton,
    keys: [
      { key: "r", does: "throw the dice", run: dice },
      { key: "0", does: "the picture as it was", run: reset },
      { key: "n", does: "another test picture", run: another },
      { key: "f", does: "framing on or off", run: () => setFraming(!framing) },
      { key: "a", does: "other random numbers for the whole set", run: again },
      { key: "t", does: "train the two", run: () => tell("train") },
    ],
  };
}

/** @type {import("../types").Scene} */
export default {
  name: "transform",
  title: "Transform",
  lesson: "A digit turned, moved or dirtied is another picture: a network knows only what it has seen.",
  icon: '<rect x="4" y="4" width="10" height="10" rx="1"/><path d="m13 10.5 6.5 2.7-4 9-9-4 .9-2"/>',
  open,
};
