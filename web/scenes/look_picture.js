// One picture, what the network says to it, and which pixels mattered.

import { scoreText } from "../kit/bars.js";
import { diverging } from "../kit/colours.js";
import { pixels } from "../kit/picture.js";
import { button, fill, h, panel, percent, segmented, select, slider, term, thousands, toggle, verdict } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */
/** @typedef {import("../types").SceneWire} SceneWire */
/** @typedef {{kind: string, order: string, label: number, guess: number, low: number, high: number}} Filter */

/** @type {Filter} */
export const ALL = { kind: "all", order: "set", label: -1, guess: -1, low: 0, high: 1 };

/** The picture in grey under the colours of a map. @param {HTMLCanvasElement} canvas @param {Frame} sample
 * @param {Frame} cover */
function paintCover(canvas, sample, cover) {
  const { width, height } = cover, map = cover.arrays[0], grey = sample.arrays[0], channels = sample.channels;
  const context = canvas.getContext("2d"), out = new ImageData(width, height);
  let most = 0;
  for (const value of map) if (Math.abs(value) > most) most = Math.abs(value);
  for (let i = 0; i < width * height; i++) {
    let light = 0;
    for (let c = 0; c < channels; c++) light += grey[i * channels + c] / channels;
    const t = most > 0.02 ? map[i] / most : 0, colour = diverging(Math.sign(t)), share = 0.85 * Math.sqrt(Math.abs(t));
    for (let c = 0; c < 3; c++) out.data[4 * i + c] = (1 - share) * (30 + 0.8 * light) + share * (0.55 + 0.45 * light / 255) * colour[c];
    out.data[4 * i + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.classList.add("crisp");
  context?.putImageData(out, 0, 0);
}

const MISREAD = 28;

/** The same bytes, but cut into rows of 28 pixels: each row begins 4 pixels sooner than the last, and the channels,
 * which lie one after the other in the file, slip against each other.
 * @param {HTMLCanvasElement} canvas @param {Frame} sample @param {string} label */
function paintMisread(canvas, sample, label) {
  const { width, height, channels } = sample, own = sample.arrays[0], area = width * height, wrong = MISREAD * MISREAD;
  const out = new Uint8Array(wrong * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < wrong; i++) {
      const at = c * wrong + i; // a byte's place in the file: all red, then all green, then all blue
      out[i * channels + c] = own[(at % area) * channels + Math.floor(at / area)];
    }
  }
  pixels(canvas, MISREAD, MISREAD, channels, out, { label: `${label}; read 28 wide by mistake` });
}

/** The three highest scores, or all of them. */
function scoreBars() {
  const list = h("ol", { class: "look-scores" });
  const more = h("ol", { class: "look-scores", start: 4 });
  const rest = h("details", { class: "details" }, h("summary", { text: "All scores" }), more);
  const row = (/** @type {string} */ name, /** @type {number} */ score, /** @type {boolean} */ label) => {
    const bar = h("span", { class: "look-score-bar" }), share = Math.max(0, Math.min(1, score));
    bar.style.setProperty("--share", String(share));
    return h("li", { class: label ? "is-label" : undefined },
      h("span", { class: "look-score-name", title: name, text: name }), bar,
      h("span", { class: "numbers", text: Number.isFinite(score) && score >= 0 && score <= 1 ? scoreText(score) : String(Number(score.toPrecision(3))) }),
      label ? h("span", { class: "hidden-text", text: "this is what it is" }) : null);
  };
  const element = h("div", null, list, rest);
  return {
    element,
    /** @param {ArrayLike<number>} scores @param {string[]} names @param {number} label */
    set(scores, names, label) {
      const order = Array.from(scores, (score, i) => ({ score, i })).sort((a, b) => b.score - a.score);
      element.style.setProperty("--names", `${Math.min(9, 1 + 0.6 * Math.max(...names.map((name) => name.length)))}em`);
      const rows = order.slice(0, 40).map(({ score, i }) => row(names[i] ?? String(i), score, i === label));
      fill(list, rows.slice(0, 3));
      fill(more, rows.slice(3));
      rest.hidden = rows.length < 4;
    },
  };
}

/** "mistake 3 of 252, most confident first". @param {Frame} sample @param {Filter} filter */
export function placeOf(sample, filter) {
  /** @type {Record<string, string>} */
  const what = { all: "picture", right: "right one", mistakes: "mistake", near: "near miss" };
  /** @type {Record<string, string>} */
  const how = { set: "", surest: ", most confident first", unsurest: ", least confident first" };
  if (sample.position < 0) return `picture number ${thousands(sample.index)}`;
  return `${what[filter.kind]} ${thousands(sample.position + 1)} of ${thousands(sample.listed)}${how[filter.order]}`;
}

/** Which pictures: kind, class, confidence, order. @param {(filter: Filter) => void} change */
function filterPanel(change) {
  let filter = { ...ALL }, names = "";
  const send = (/** @type {Partial<Filter>} */ part) => {
    filter = { ...filter, ...part };
    change(filter);
  };
  const kind = segmented({ label: "Show", options: [["all", "All"], ["right", "Right"], ["mistakes", "Mistakes"], ["near", "Near misses"]], value: "all",
    title: "Near misses: right, but less than 70 % sure",
    on: (value) => send({ kind: value, order: value === "mistakes" ? "surest" : value === "near" ? "unsurest" : filter.order }) });
  const order = select({ label: "In the order", options: [["set", "of the data set"], ["surest", "most confident first"], ["unsurest", "least confident first"]],
    value: "set", on: (value) => send({ order: value }) });
  const boxes = h("div", { class: "look-classes" });
  /** @type {ReturnType<typeof select>[]} */
  let classes = [];
  const low = slider({ label: "Confidence from", min: 0, max: 1, step: 0.01, value: 0, format: (v) => percent(v, 0), on: () => {},
    done: (value) => send({ low: Math.min(value, filter.high) }) });
  const high = slider({ label: "to", min: 0, max: 1, step: 0.01, value: 1, format: (v) => percent(v, 0), on: () => {},
    done: (value) => send({ high: Math.max(value, filter.low) }) });
  const clear = button("Show all again", () => { filter = { ...ALL }; change(filter); }, { quiet: true, icon: "undo" });
  const element = panel("Which pictures", kind.element, boxes, order.element, low.element, high.element, clear);
  return {
    element,
    /** @param {Filter} now @param {string[]} list */
    set(now, list) {
      filter = { ...now };
      if (names !== list.join("\n")) {
        names = list.join("\n");
        const options = /** @type {[string, string][]} */ ([["-1", "any"], ...list.map((name, i) => [String(i), name])]);
        classes = [select({ label: "It is", options, value: "-1", on: (value) => send({ label: Number(value) }) }),
          select({ label: "Taken for", options, value: "-1", on: (value) => send({ guess: Number(value) }) })];
        fill(boxes, classes.map((one) => one.element));
      }
      kind.set(now.kind);
      order.set(now.order);
      classes[0]?.set(String(now.label));
      classes[1]?.set(String(now.guess));
      low.set(now.low);
      high.set(now.high);
      clear.hidden = JSON.stringify({ ...ALL, ...now }) === JSON.stringify(ALL);
    },
  };
}

/** @param {{wire: SceneWire, change: (filter: Filter) => void, covers: (on: boolean) => void}} options */
export function pictureTab({ wire, change, covers }) {
  const canvas = h("canvas", { class: "look-large", width: 28, height: 28 });
  const values = h("div", { class: "table-scroll" });
  const place = h("p", { class: "soft numbers" }), line = h("p", { class: "look-verdict" });
  const sentence = h("p", { class: "small soft" });
  const scores = scoreBars();
  const which = filterPanel(change);
  const previous = button("Previous", () => wire.send("move", { by: -1 }), { icon: "left", key: "ArrowLeft" });
  const next = button("Next", () => wire.send("move", { by: 1 }), { icon: "right", key: "ArrowRight" });
  const random = button("Random", () => wire.send("random"), { icon: "dice", key: "r" });
  const mistake = button("Next mistake", () => wire.send("mistake", { by: 1 }), { primary: true, key: "m" });
  const cover = toggle({ label: "Which pixels mattered", value: false, on: covers,
    title: "A small patch covers the picture place by place, and the network is asked again each time" });
  const misread = toggle({ label: "Read it 28 wide, as the video did by mistake", value: false, on: () => { scale(); paint(shownNames); } });
  const note = h("p", { class: "small soft look-note" });
  const left = h("section", { class: "panel stack look-picture", "aria-label": "The picture" },
    h("div", { class: "look-stage" }, canvas, values), cover.element, misread.element, note);
  const right = panel("What the network says", line, place, scores.element, sentence,
    h("div", { class: "row" }, mistake, random), h("div", { class: "row" }, previous, next));
  sentence.append("Scores, not the chance of being right: a network can be ",
    term("sure and wrong", "Its scores sum to 100 % whatever it is shown. How often it is right at a given score is another question: see Categories and Mistakes."), ".");
  right.classList.add("look-answer");
  which.element.classList.add("look-which");
  /** @type {Frame | null} */
  let sample = null;
  /** @type {Frame | null} */
  let covered = null;
  /** @type {string[]} */
  let shownNames = [];
  misread.element.hidden = true;
  const isMisread = () => misread.get() && !misread.element.hidden;

  function scale() {
    const host = /** @type {HTMLElement} */ (canvas.parentElement);
    const [width, height] = isMisread() ? [MISREAD, MISREAD] : [sample?.width ?? 28, sample?.height ?? 28];
    const room = Math.min(420, Math.max(200, host.clientWidth)), wide = Math.max(width, height);
    const cell = wide > room ? room / wide : Math.floor(room / wide);
    canvas.style.width = `${cell * width}px`;
    canvas.style.height = `${cell * height}px`;
  }
  function paint(/** @type {string[]} */ names) {
    shownNames = names;
    if (!sample || !sample.pictures) return;
    const label = `${names[sample.label] ?? sample.label}, the network says ${names[sample.guess] ?? sample.guess}`;
    const fits = covered && covered.index === sample.index && covered.width === sample.width && covered.height === sample.height;
    canvas.setAttribute("role", "img");
    if (isMisread()) {
      paintMisread(canvas, sample, label);
      note.textContent = "The same bytes, cut into rows of 28 pixels instead of 32: each row begins 4 pixels sooner than the last, so the picture " +
        "slants, and green and blue, which lie behind all the red, begin too soon as well; the network still sees the true picture.";
    } else if (cover.get() && fits && covered) {
      const done = covered.done >= covered.count, name = names[covered.guess] ?? covered.guess;
      paintCover(canvas, sample, covered);
      canvas.setAttribute("aria-label", `${label}; coloured by which pixels mattered`);
      fill(note, done ? "" : `${Math.round((100 * covered.done) / covered.count)} % · `,
        `Blue: covering a ${covered.patch} × ${covered.patch} patch there makes the network less sure of “${name}”; orange: surer. `,
        done && covered.any ? `Covered around row ${covered.strongest_top + Math.ceil(covered.patch / 2)}, column ${
          covered.strongest_left + Math.ceil(covered.patch / 2)}, its score falls most: from ${percent(covered.score)} to ${percent(covered.strongest_score)}.` : "");
    } else {
      pixels(canvas, sample.width, sample.height, sample.channels, sample.arrays[0], { label });
      note.textContent = cover.get() ? "Covering patches …" : "";
    }
  }
  const watch = new ResizeObserver(scale);
  watch.observe(left);
  return {
    element: h("div", { class: "look-pictures" }, which.element, left, right),
    primary: mistake,
    filters: which,
    /** @param {Filter} filter */
    place(filter) { place.textContent = sample ? placeOf(sample, filter) : ""; },
    /** @param {boolean} on */
    setCover(on) { cover.set(on); },
    /** @param {Frame} frame @param {string[]} names @param {Filter} filter */
    show(frame, names, filter) {
      sample = frame;
      const label = names[frame.label] ?? String(frame.label), guess = names[frame.guess] ?? String(frame.guess);
      canvas.hidden = cover.element.hidden = note.hidden = !frame.pictures;
      misread.element.hidden = !(frame.pictures && frame.width === 32 && frame.height === 32 && frame.channels === 3);
      values.hidden = frame.pictures;
      if (!frame.pictures) {
        fill(values, h("ol", { class: "look-values numbers" }, Array.from(frame.arrays[2]).slice(0, 200).map((v) => h("li", { text: String(Number(v.toPrecision(4))) }))));
      }
      scale();
      paint(names);
      fill(line, h("span", null, "It is ", h("strong", { text: label })), h("span", null, "the network says ", h("strong", { text: guess })), verdict(frame.right));
      this.place(filter);
      scores.set(frame.arrays[1], names, frame.label);
    },
    /** @param {Frame} frame @param {string[]} names */
    showCover(frame, names) {
      const whole = covered && covered.index === frame.index && covered.done >= covered.count;
      if (whole && frame.done < frame.count && sample?.index === frame.index) return; // newer weights: the old map stays until theirs is complete
      covered = frame;
      paint(names);
    },
    /** @param {string[]} names */
    repaint: paint,
    rescale: scale,
    close: () => watch.disconnect(),
  };
}
