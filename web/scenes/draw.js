// The scene "draw": the pad, what the network makes of it while the hand still moves, and what it sees.

import { bars, ranked, rankingSentence } from "../kit/bars.js";
import { pad as makePad } from "../kit/pad.js";
import { pixels } from "../kit/picture.js";
import { badge, button, fill, h, panel, percent, segmented, select, slider, stylesheet, tabs, term, toggle } from "../kit/ui.js";
import { doodles } from "./draw_mine.js";
import { game } from "./draw_round.js";
import { strokeList } from "./draw_strokes.js";

await stylesheet("scenes/draw.css");

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */

const SOURCES = /** @type {[string, string][]} */ ([
  ["digits", "Digits"], ["doodles", "Doodles"], ["fashion", "Clothes"], ["cifar10", "Colour photos"],
  ["network", "My network"], ["mine", "My doodles"],
]);
const FRAMINGS = {
  mnist: "The ink is scaled into a box of 20 pixels and its centre of mass moved to the middle, as in MNIST.",
  quickdraw: "The ink's box is made to fill the picture but for one pixel on each side, as in Quick, Draw!.",
  none: "These pictures fill their frame: there is nothing to frame, they are only resized.",
};
const MOST_UPLOAD = 500 * 1024; // bytes: as base64 it fits into one message
const UPLOAD_SIDE = 512;

/** "a cat", "an airplane", "a 7", "an 8" @param {string} name */
export function withArticle(name) {
  return `${/^([aeio]|8)/i.test(name) ? "an" : "a"} ${name}`;
}

/** What an empty pad asks for. @param {string} source @param {string[]} names @returns {[string, string]} */
function invitation(source, names) {
  if (source === "cifar10") return ["drop a photograph here", "frame"];
  if (source === "fashion") return ["fill in a T-shirt", "shirt"];
  if (names.includes("7") && names.length === 10) return ["draw a 7", "7"];
  if (names.includes("cat")) return ["draw a cat", "cat"];
  return [names.length ? `draw ${withArticle(names[0])}` : "draw something", "none"]; // a frame would be a shape to trace
}

/** How the data sets of the shipped networks are called. @type {Record<string, string>} */
const TESTED_ON = { mnist: "MNIST", quickdraw: "Quick, Draw!", fashion: "Fashion-MNIST", cifar10: "CIFAR-10" };

const PEN_BY_KEYS = "Arrow keys move the pen, Space puts it down and lifts it.";

/** @param {Page} page */
function open(page) {
  const { wire } = page, link = new URLSearchParams(page.params);
  let source = SOURCES.some(([name]) => name === link.get("source")) ? String(link.get("source")) : "digits";
  let framing = link.get("framing") !== "off", tag = -1, brush = 0;
  let names = /** @type {string[]} */ ([]), stamp = 0, structure = 0, spoken = "", drew = false, toggled = false;
  /** @type {Frame | null} */
  let latest = null;
  /** @type {Map<number, number>} when a change was sent */
  const sent = new Map();

  /** Sends a change with its number, so that the answer to it is known. @param {string} verb @param {object} [fields] */
  function tell(verb, fields = {}) {
    stamp++;
    sent.set(stamp, performance.now());
    pad.canvas.dataset.sent = String(stamp);
    if (sent.size > 500) sent.clear();
    wire.send(verb, { ...fields, stamp });
  }

  // ---- the pad -----------------------------------------------------------------------------------

  const pad = makePad({
    label: "Drawing pad", say: page.say, drop: upload,
    begin: (points, width, erase) => { drew = true; tell("stroke_begin", { points, width, erase }); begun = stamp; tools(); },
    more: (points) => tell("stroke_points", { points }),
    end: () => { tell("stroke_end"); if (missed) askAgain(); },
  });
  let begun = 0, asked = 0, missed = false; // stamp of the newest stroke; asked for once; did a drawing come while the hand drew?
  const askAgain = () => { missed = false; wire.send("show"); };
  const undo = () => { structure = stamp + 1; tell("undo"); };
  const clear = () => { structure = stamp + 1; tell("clear"); };
  const erase = (/** @type {boolean} */ on) => { pad.erase(on); pen.set(on ? "erase" : "draw"); };
  const pen = segmented({ label: "Pen", hideLabel: true, options: [["draw", "Pen"], ["erase", "Eraser"]], on: (value) => pad.erase(value === "erase") });
  pen.element.title = "E, or the right button";
  const undoButton = button("Undo", undo, { icon: "undo", key: "z" });
  const clearButton = button("Clear", clear, { key: "c" });
  const gridToggle = toggle({ label: "Grid", value: false, title: "G: the 28 x 28 cells", on: (on) => pad.grid(on) });
  const brushSlider = slider({
    label: "Brush", min: 1, max: 4, step: 0.1, value: 2.5, format: (value) => `${value.toFixed(1)} cells`,
    title: "As wide as in the data the network learnt: 2.5 cells for digits, 1.8 for doodles. Double click brings that back",
    on: (value) => { brush = value; pad.brush(value); keepLink(); },
  });
  const file = h("input", { type: "file", accept: "image/png,image/jpeg", class: "hidden-text", tabindex: -1, "aria-label": "A picture file" });
  file.addEventListener("change", () => { if (file.files?.[0]) upload(file.files[0]); file.value = ""; });
  const saveButton = button("Save as drawing.png", save, { icon: "save", iconOnly: true, title: "As drawing.png, which the copied command asks about" });
  const toolbar = h("div", { class: "draw-tools" },
    pen.element, undoButton, clearButton, gridToggle.element, brushSlider.element,
    button("Open a picture", () => file.click(), { icon: "load", title: "A PNG or JPEG; or drop or paste one" }), file, saveButton,
    button("Transform it", () => page.go("transform", { own: "1" }), { icon: "transform", title: "Turn and move this drawing, and see what two networks say" }));

  function tools() {
    const some = pad.count() > 0;
    undoButton.disabled = !some && !canUndo;
    clearButton.disabled = saveButton.disabled = !some;
  }
  let canUndo = false;

  function save() {
    h("a", { href: pad.picture().toDataURL("image/png"), download: "drawing.png" }).click();
  }

  /** A picture of any size comes as a PNG of at most 512 pixels a side. @param {Blob} blob */
  async function upload(blob) {
    try {
      const bitmap = await createImageBitmap(blob), shrink = Math.min(1, UPLOAD_SIDE / Math.max(bitmap.width, bitmap.height));
      const canvas = h("canvas", { width: Math.max(1, Math.round(bitmap.width * shrink)), height: Math.max(1, Math.round(bitmap.height * shrink)) });
      const context = canvas.getContext("2d");
      if (!context) throw new Error("the browser gives no canvas");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      let text = canvas.toDataURL("image/png");
      if (text.length > MOST_UPLOAD) text = canvas.toDataURL("image/jpeg", 0.9);
      structure = stamp + 1;
      tell("upload", { picture: text.slice(text.indexOf(",") + 1) });
    } catch {
      page.toast("That file is not a picture this browser can read: take a PNG or JPEG.");
    }
  }
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const item = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (item) upload(item);
  };
  document.addEventListener("paste", paste);

  // ---- the answer --------------------------------------------------------------------------------

  const big = h("p", { class: "draw-word" }), note = h("p", { class: "soft small" });
  const tips = h("dl", { class: "draw-tips" }, [["left", "button or a finger draws"], ["right", "button or E erases"], ["Z", "takes a step back, even C"],
    ["C", "clears the pad"], ["← ↑ → ↓", "with Space: a pen for the keyboard"]].flatMap(([key, does]) => [h("dt", null, h("kbd", { text: key })), h("dd", { text: does })]));
  const scoreNote = h("p", { class: "small soft draw-answer-note" }, term("a score, not the chance of being right",
    "A network can be sure and wrong: a score of 90 does not mean right in 9 of 10 cases."));
  const reasons = h("ul", { class: "draw-reasons" });
  const ranking = bars({ label: "Scores, highest first" });
  const answer = panel("", h("div", { class: "draw-answer" }, big, note, reasons, ranking.element, scoreNote, tips));
  answer.classList.add("draw-answer-panel");
  answer.setAttribute("aria-label", "The answer");
  /** @param {string} word @param {...(Node | string)} below what stands under it */
  function showWord(word, ...below) {
    big.textContent = word;
    fill(note, below);
    note.hidden = below.length === 0;
  }

  /** @param {boolean} shown */
  function showScores(shown) {
    ranking.element.hidden = scoreNote.hidden = !shown;
    tips.hidden = shown;
  }

  /** @param {Frame} frame */
  function showAnswer(frame) {
    const [scores] = frame.arrays, best = frame.best;
    const silent = best < 0;
    answer.classList.toggle("silent", silent);
    reasons.hidden = !silent || frame.blank;
    showScores(!frame.blank);
    if (frame.blank) {
      const [text] = invitation(source, names);
      showWord(`${text[0].toUpperCase()}${text.slice(1)}.`, "The network answers at every move of the pen.");
    } else if (silent) {
      showWord("I do not recognise this");
      fill(reasons, frame.reasons.map((/** @type {string} */ text) => h("li", { text })));
    } else {
      showWord(names[best] ?? "");
    }
    if (!frame.blank) ranking.set(names, scores);
  }

  // ---- what the network sees ---------------------------------------------------------------------

  const before = h("canvas", { class: "draw-view" }), after = h("canvas", { class: "draw-view" });
  const beforeCaption = h("figcaption"), afterCaption = h("figcaption");
  const framingToggle = toggle({ label: "Framing", value: framing, on: (on) => setFraming(on) });
  const framingNote = h("p", { class: "small soft draw-framing-note" });
  const afterFigure = h("figure", null, after, afterCaption);
  const framingRow = h("div", { class: "row" }, framingToggle.element, h("kbd", { text: "F" }));
  const sees = panel("What the network sees",
    h("div", { class: "draw-views" }, h("figure", null, before, beforeCaption), afterFigure), framingRow, framingNote);

  /** @param {boolean} on */
  function setFraming(on) {
    framing = on;
    toggled = true;
    framingToggle.set(on);
    tell("framing", { on });
    keepLink();
  }

  /** @param {Frame} frame */
  function showViews(frame) {
    const { height, width, channels } = frame, [, plain, framed] = frame.arrays;
    if (!plain.length || !framed.length) return;
    pixels(before, width, height, channels, plain, { label: `the drawing in ${width} by ${height} pixels, not framed` });
    pixels(after, width, height, channels, framed, { label: `the drawing in ${width} by ${height} pixels, framed` });
    const frames = info?.framing !== "none";
    afterFigure.hidden = !frames;
    before.classList.toggle("seen", frames && !frame.framing);
    after.classList.toggle("seen", frame.framing);
    fill(beforeCaption, frames ? "only resized" : `${width} × ${height} pixels`, frames && !frame.framing && badge("seen", "accent"));
    fill(afterCaption, "framed", frame.framing && badge("seen", "accent"));
  }

  function showFramingNote() {
    const rule = FRAMINGS[/** @type {keyof typeof FRAMINGS} */ (info?.framing)] ?? "";
    const measured = info?.framing === "mnist" && " Test digits moved and turned by hand: 93 % right framed, 42 % not.";
    fill(framingNote, rule, measured || "", drew && framing && !toggled && (latest?.best ?? -1) >= 0 && info?.framing !== "none" && h("strong", { text: " Now switch framing off." }));
    framingRow.hidden = info?.framing === "none";
  }

  // ---- who is asked ------------------------------------------------------------------------------

  /** @type {Frame | null} */
  let info = null;
  const sourceTabs = segmented({ label: "Ask", hideLabel: true, options: SOURCES, value: source, on: setSource });
  const sourceSelect = select({ label: "Ask", options: SOURCES, value: source, on: setSource });
  sourceTabs.element.classList.add("draw-sources-wide");
  sourceSelect.element.classList.add("draw-sources-narrow");
  const about = h("p", { class: "soft small draw-about" });

  /** @param {string} name */
  function setSource(name) {
    source = name;
    brush = 0;
    sourceTabs.set(name);
    sourceSelect.set(name);
    tell("source", { source });
    keepLink();
  }

  /** @param {Frame} frame */
  function showSource(frame) {
    info = frame;
    tag = frame.tag;
    names = frame.names ?? [];
    source = frame.source;
    framing = frame.framing_on;
    framingToggle.set(framing);
    sourceTabs.set(source);
    sourceSelect.set(source);
    if (frame.ready && !brush) pad.brush(frame.brush);
    if (frame.ready && !brush) brushSlider.set(frame.brush);
    pad.hint(...invitation(source, names));
    const known = typeof frame.accuracy === "number";
    fill(about, !frame.ready ? "" : names.length > 13 ? `${names.length} classes` : names.slice(0, frame.known).join(" · "),
      frame.ready && known && source !== "mine" ? ` – ${percent(frame.accuracy)} right on the test pictures of ${TESTED_ON[frame.tested_on] ?? (frame.tested_on || "its data")}` : "");
    answer.classList.toggle("nobody", !frame.ready);
    sees.hidden = !frame.ready;
    list.ask(frame.ready);
    if (!frame.ready) {
      latest = null;
      spoken = "";
      pad.label(`Drawing pad. ${frame.message}. ${PEN_BY_KEYS}`);
      showWord("Nobody to ask yet", `${frame.message.slice(0, 1).toUpperCase()}${frame.message.slice(1)}.`, h("br"), h("br"), source === "network" ?
        button("Train one", () => page.go("train"), { icon: "train" }) : button("Name two things", () => chooser.set(2), { icon: "add" }));
      reasons.hidden = true;
      showScores(false);
    }
    showFramingNote();
    keepLink();
  }

  function keepLink() {
    const params = new URLSearchParams();
    if (source !== "digits") params.set("source", source);
    if (!framing) params.set("framing", "off");
    if (brush) params.set("brush", String(brush));
    if (chooser.get() > 0) params.set("tab", parts[chooser.get()]);
    page.setLink(params);
    const shipped = ["digits", "doodles", "fashion", "cifar10"].includes(source);
    page.setCommand(shipped ? `inkling predict ${source} drawing.png` : "", source === "network" ?
      "This network is only here: save it in Train, then inkling predict FILE drawing.png asks it." :
      "My doodles live in the studio alone: there is no command for them.");
  }

  // ---- below: stroke by stroke, a round, my doodles ----------------------------------------------

  const list = strokeList({
    pad, names: () => names,
    show: (scores, index) => {
      if (!latest) return;
      if (!scores) showAnswer(latest);
      else {
        ranking.set(names, scores);
        showWord(names[ranked(scores)[0]], `without stroke ${index + 1}`);
        reasons.hidden = true;
        showScores(true);
      }
    },
  });
  const round = game({ page, pad, names: () => names, tell, before: () => { structure = stamp + 1; } });
  const mine = doodles({ page, tell, before: () => { structure = stamp + 1; }, ask: () => setSource("mine"), empty: () => pad.count() === 0 });
  const parts = ["strokes", "round", "mine"], panels = [list.element, round.element, mine.element];
  const chooser = tabs(["Stroke by stroke", "Play a round", "My doodles"], (i) => {
    keepLink();
    if (i === 2 && source !== "mine" && info?.source !== "mine" && mine.learnt()) setSource("mine");
  }, panels);
  if (parts.includes(link.get("tab") ?? "")) chooser.set(parts.indexOf(String(link.get("tab"))));
  const more = h("section", { class: "panel stack draw-more", "aria-label": "More to do with the drawing" }, chooser.element, panels);

  // ---- frames ------------------------------------------------------------------------------------

  wire.on("source", (frame) => {
    const before = info?.channels;
    showSource(frame);
    if (shownDrawing?.paper && before !== frame.channels && pad.count() === shownDrawing.strokes.length) showDrawing(shownDrawing);
    for (const [kind, show] of Object.entries(answers)) {
      if (early[kind]?.tag !== tag) continue; // of a source that is told later still
      show(/** @type {Frame} */ (early[kind]));
      delete early[kind];
    }
  });
  wire.on("drawing", (frame) => showDrawing(frame));
  /** @type {Frame | null} */
  let shownDrawing = null;
  /** @param {Frame} frame */
  function showDrawing(frame) {
    canUndo = frame.undo;
    if (frame.stamp < structure) return;
    if (pad.busy()) return void (missed = true);
    if (frame.stamp < begun && asked !== begun) {
      asked = begun; // once: at another desk no drawing is as new
      return askAgain();
    }
    const [points, grey, colours] = frame.arrays, coloured = info?.channels === 3 && colours.length > 0;
    let at = 0;
    shownDrawing = frame;
    pad.set(frame.strokes.map((/** @type {[any, number, number]} */ [kind, width, count]) => {
      const stroke = { kind, width, points: [...points.subarray(2 * at, 2 * (at + count))] };
      at += count;
      return stroke;
    }), frame.paper ? /** @type {Uint8Array} */ (coloured ? colours : grey) : null, coloured ? 3 : 1);
    list.forget();
    tools();
  }
  /** @param {Frame} frame */
  function showRanking(frame) {
    latest = frame;
    showAnswer(frame);
    showViews(frame);
    list.answer(frame);
    showFramingNote();
    const began = sent.get(frame.stamp);
    if (began !== undefined) pad.canvas.dataset.latency = String(Math.round(10 * (performance.now() - began)) / 10);
    pad.canvas.dataset.stamp = String(frame.stamp);
    if (!pad.busy()) speak(frame);
  }
  /** What a source answers; that of one that is not told yet waits for it. @type {Record<string, (frame: Frame) => void>} */
  const answers = { ranking: showRanking, without: (frame) => { if (!pad.busy()) list.set(frame); } };
  /** @type {Record<string, Frame | undefined>} */
  const early = {};
  for (const [kind, show] of Object.entries(answers)) {
    wire.on(kind, (frame) => {
      if (frame.tag === tag) show(frame);
      else early[kind] = frame;
    });
  }
  wire.on("round", (frame) => {
    round.set(frame);
    if (frame.state !== "off" && chooser.get() !== 1) chooser.set(1);
    if (frame.state === "drawing") pad.hint(round.word(), "none");
    else pad.hint(...invitation(source, names));
  });
  wire.on("mine", mine.set);

  /** @param {Frame} frame */
  function speak(frame) {
    const text = frame.blank ? "The pad is blank." : frame.best < 0 ? `I do not recognise this: ${frame.reasons.join("; ")}.` :
      `It looks like ${withArticle(names[frame.best] ?? "")}: ${rankingSentence(names, frame.arrays[0])}.`;
    pad.label(`Drawing pad. ${text} ${PEN_BY_KEYS}`);
    if (text === spoken) return;
    spoken = text;
    page.say(text);
    if (!frame.blank && frame.best >= 0 && toggled && drew) page.mark("done");
  }

  // ---- the page ----------------------------------------------------------------------------------

  page.root.append(
    h("div", { class: "row draw-head" }, sourceTabs.element, sourceSelect.element, about),
    h("div", { class: "draw-layout" },
      h("div", { class: "draw-left" }, pad.element, toolbar),
      h("div", { class: "draw-right" }, answer, sees, more)));
  reasons.hidden = true;
  showScores(false);
  tools();
  if (link.get("source") && source !== "digits") tell("source", { source });
  if (link.get("framing")) tell("framing", { on: framing });
  const wanted = Number(link.get("brush"));
  if (wanted >= 1 && wanted <= 4) {
    brush = wanted;
    brushSlider.set(wanted);
    pad.brush(wanted);
  }
  if (!link.get("source")) { // what the desk asks is what is shown: the page may have been elsewhere
    source = "";
  }

  return {
    close() {
      document.removeEventListener("paste", paste);
      pad.close();
      round.close();
    },
    primary: pad.canvas,
    keys: [
      { key: "e", does: "eraser or pen", run: () => erase(pen.get() !== "erase") },
      { key: "z", does: "undo", run: undo },
      { key: "c", does: "clear the pad", run: clear },
      { key: "g", does: "grid", run: () => { gridToggle.set(!gridToggle.get()); pad.grid(gridToggle.get()); } },
      { key: "f", does: "framing on or off", run: () => setFraming(!framing) },
      { key: "Enter", does: "go on with the round", run: () => round.go() },
    ],
  };
}

/** @type {import("../types").Scene} */
export default {
  name: "draw",
  title: "Draw",
  lesson: "The network answers at every move, if the drawing is framed like its pictures.",
  icon: '<path d="m4 20 1-4.5L16 4.5a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19Z"/><path d="m14 6.5 3.5 3.5"/>',
  open,
};
