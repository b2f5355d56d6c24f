// The scene "look": pictures, what the network says to them, and where it is wrong. Its C side is
// studio/look/scene_look.c, where messages and frames are described.

import { dataPanel } from "../kit/data_panel.js";
import { gallery, pixels } from "../kit/picture.js";
import { button, empty, fill, h, panel, percent, progress, segmented, select, shellWord, stylesheet, tabs, thousands } from "../kit/ui.js";
import { categories, matrix, worstPairs } from "./look_matrix.js";
import { ALL, pictureTab, placeOf } from "./look_picture.js";
import { weightsTab } from "./look_weights.js";

await stylesheet("scenes/look.css");

/** @typedef {import("../types").Frame} Frame */
/** @typedef {import("../types").Page} Page */
/** @typedef {import("./look_picture.js").Filter} Filter */

const TABS = ["pictures", "mistakes", "confusion", "categories", "weights", "data"];
const PAGE = 60; // pictures in a gallery

/** A gallery of the list with pages. @param {Page} page @param {(index: number) => void} pick
 * @param {boolean} mixed the captions say what is what, not only how sure the network is */
function listGallery(page, pick, mixed) {
  const shown = gallery({ label: "Pictures", size: 64, pick: (i) => { if (who) pick(who[3 * i]); } });
  const count = h("p", { class: "soft small numbers" }), nothing = h("p", { class: "soft" });
  /** @type {Int32Array | null} */
  let who = null;
  let at = 0, pages = 1;
  const ask = (/** @type {number} */ next) => page.wire.send("page", { page: next, size: PAGE });
  const back = button("Previous page", () => ask(at - 1), { icon: "left" });
  const forth = button("Next page", () => ask(at + 1), { icon: "right" });
  const pager = h("div", { class: "row" }, back, forth, count);
  return {
    element: h("div", { class: "stack look-list" }, nothing, shown.element, pager),
    ask,
    page: () => at,
    /** @param {Frame} frame @param {string[]} names @param {string} none */
    show(frame, names, none) {
      const list = /** @type {Int32Array} */ (frame.arrays[1]), sure = frame.arrays[2], bytes = frame.width * frame.height * frame.channels;
      who = list;
      ({ page: at, pages } = frame);
      const items = Array.from({ length: list.length / 3 }, (_, i) => {
        const [label, guess] = [names[list[3 * i + 1]] ?? list[3 * i + 1], names[list[3 * i + 2]] ?? "?"];
        const right = list[3 * i + 1] === list[3 * i + 2], known = list[3 * i + 2] >= 0;
        return {
          label: !known ? `${label}` : right ? `${label}, right, ${percent(sure[i])}` : `${label}, taken for ${guess}, ${percent(sure[i])}`,
          caption: !mixed ? (known ? percent(sure[i]) : "") : right || !known ? `${label}` : `${label} → ${guess}`,
          draw: (/** @type {HTMLCanvasElement} */ canvas) => {
            if (frame.pictures) pixels(canvas, frame.width, frame.height, frame.channels, frame.arrays[0], { offset: i * bytes });
          },
        };
      });
      shown.set(items);
      shown.element.hidden = items.length === 0;
      nothing.textContent = items.length ? "" : none;
      nothing.hidden = items.length > 0;
      pager.hidden = pages < 2;
      back.disabled = at === 0;
      forth.disabled = at >= pages - 1;
      count.textContent = `${thousands(frame.first + 1)} to ${thousands(frame.first + items.length)} of ${thousands(frame.listed)}`;
    },
  };
}

/** What stands instead of the tabs while there is nothing to look at. @param {any} state @param {Page} page
 * @param {(set: string) => void} get @param {(source: string) => void} choose */
function standIn(state, page, get, choose) {
  const ready = state.sources.find((/** @type {any} */ one) => one.name !== "mine");
  if (state.phase === "loading") {
    const bar = progress("");
    bar.set(null);
    return empty("Opening the pictures …", state.data ? `The data set ${state.data.replace(/:.*,.*/, "")} is being read and unpacked.` : "One moment.", bar.element);
  }
  if (state.phase === "empty") {
    return empty("There is no network of yours yet", "Train one, then look at what it gets right and wrong. Or look at one that comes with Inkling.",
      button("Train one", () => page.go("train"), { primary: true }), ready && button(`Look at ${ready.title}`, () => choose(ready.name)));
  }
  if (state.phase === "no_data") {
    return empty("The pictures are not here", state.message,
      button(`Download ${state.wants.length > 24 ? "them (Quick, Draw!)" : state.wants}`, () => get(state.wants), { primary: true, icon: "save" }));
  }
  return empty("This cannot be shown", state.message, button("Try again", () => page.wire.send("again")));
}

/** The bar at the top: whose network, which part, how good. @param {(source: string, part: string) => void} choose
 * @param {() => void} again */
function sourceBar(choose, again) {
  let source = "", part = "test", known = "";
  const host = h("div", { class: "row" });
  const parts = segmented({ label: "Pictures", hideLabel: true, options: [["test", "Held-out test"], ["train", "Learnt from"]], value: "test",
    title: "Pictures the network has never seen, or those it learnt from", on: (value) => choose(source, value) });
  const how = h("p", { class: "look-score numbers" }), bar = progress("Looking"), redo = button("Look again", again, { icon: "again", quiet: true });
  return {
    element: h("div", { class: "row look-bar" }, host, parts.element, redo, h("div", { class: "push look-how" }, how, bar.element)),
    /** @param {any} state */
    set(state) {
      ({ source, part } = state);
      const list = JSON.stringify(state.sources);
      if (list !== known) {
        known = list;
        const options = state.sources.map((/** @type {any} */ one) => /** @type {[string, string]} */ ([one.name, one.title]));
        const box = select({ label: "Network", options, value: source, on: (value) => choose(value, part) });
        fill(host, box.element);
        this.select = box;
      }
      this.select?.set(source);
      parts.set(part);
      const looking = state.phase === "ready" && state.done < state.count;
      bar.element.hidden = !looking;
      redo.hidden = state.phase !== "ready" || looking;
      if (looking) bar.set(state.done / state.count, `${thousands(state.done)} of ${thousands(state.count)}`);
      fill(how, state.phase === "ready" && state.done > 0 && [h("strong", { text: `${percent(state.correct / state.done)} right` }),
        source === "mine" && h("span", { class: "soft", text: ` after ${thousands(state.update)} updates` })]);
      how.title = state.phase === "ready" ? `95 % interval: ${percent(state.low, 2)} to ${percent(state.high, 2)}` : "";
    },
    /** @type {ReturnType<typeof select> | null} */
    select: null,
  };
}

/** What the link says. @param {URLSearchParams} params */
function wanted(params) {
  /** @type {Filter} */
  const filter = { ...ALL };
  let any = false;
  for (const key of /** @type {(keyof Filter)[]} */ (Object.keys(ALL))) {
    const text = params.get(key);
    if (text === null) continue;
    any = true;
    /** @type {any} */ (filter)[key] = typeof ALL[key] === "number" ? Number(text) : text;
  }
  if (params.get("mistakes")) Object.assign(filter, { kind: "mistakes", order: "surest" });
  return { filter, any: any || Boolean(params.get("mistakes")) };
}

/** @param {Page} page @returns {import("../types").OpenScene} */
function open(page) {
  const { wire, params } = page;
  /** @type {any} */
  let state = { phase: "loading", sources: [], filter: ALL };
  /** @type {Frame | null} */
  let sample = null;
  /** @type {Frame | null} */
  let table = null;
  let tab = Math.max(0, TABS.indexOf(params.get("tab") ?? "")), covers = params.get("cover") === "1";
  let cell = (params.get("cell") ?? "").split(",").map(Number), galleryPage = Number(params.get("page") ?? 0) || 0;
  let said = "", asked = "", stood = "", found = 0, spoken = 0, cellItself = false;
  const names = () => /** @type {string[]} */ (state.classes ?? []);

  const sendFilter = (/** @type {Partial<Filter>} */ filter) => wire.send("filter", { ...ALL, ...filter });
  const choose = (/** @type {string} */ source, /** @type {string} */ part) => {
    cell = [];
    table = sample = null;
    awaited = null;
    wire.send("source", { source, part });
    if (TABS[tab] === "mistakes") sendFilter({ kind: "mistakes", order: "surest" });
  };
  const pick = (/** @type {number} */ index) => {
    wire.send("go", { index });
    turn(0);
  };
  const pictures = pictureTab({ wire, change: sendFilter, covers: (on) => {
    covers = on;
    wire.send("cover", { on });
    pictures.repaint(names());
    link();
  } });
  const bar = sourceBar(choose, () => wire.send("again"));
  const mistakes = listGallery(page, pick, true), inCell = listGallery(page, pick, false);
  const mistakeKind = segmented({ label: "Show", hideLabel: true, options: [["mistakes", "Mistakes"], ["near", "Near misses"]], value: "mistakes", on: (value) => listMistakes(value) });
  const mistakeWords = h("p", { class: "soft" });
  const heading = h("h2"), cellWords = h("p", { class: "soft small", text: "How sure the network was; press a picture to look at it alone." });
  const confusion = matrix((label, guess) => openCell(label, guess));
  const classes = categories((label) => {
    sendFilter({ kind: "mistakes", order: "surest", label });
    turn(0);
  }, /^(best|class)$/.test(params.get("sort") ?? "") ? params.get("sort") ?? "" : "worst", params.get("scale") === "zoom", () => link());
  const number = (/** @type {string} */ key, /** @type {number} */ most) => Math.min(most, Math.max(0, Math.floor(Number(params.get(key)) || 0)));
  const weights = weightsTab((wall, at) => wire.send("weights", { wall, page: Math.max(0, at) }), number("wall", 11), number("part_of_wall", 1e6));
  const data = dataPanel({ wire });
  const panels = [
    pictures.element,
    panel("", h("div", { class: "row look-choices" }, mistakeKind.element, mistakeWords), mistakes.element),
    h("div", { class: "look-confusion" },
      panel("What it is (rows), what the network says (columns)", confusion.element,
        h("p", { class: "soft small", text: "Shade: share of the row. Arrow keys walk, Enter or a click opens a cell's pictures." })),
      h("section", { class: "panel stack", "aria-live": "off" }, heading, cellWords, inCell.element)),
    classes.element, weights.element, data.element,
  ].map((panelElement) => h("div", { class: "look-tab" }, panelElement));
  const bars = tabs(["Pictures", "Mistakes", "Confusion", "Categories", "Weights", "Data sets"], (i) => turn(i), panels);
  const instead = h("div", { class: "look-instead" }), sentence = h("p", { class: "look-said numbers" });
  fill(page.root, bar.element, sentence, bars.element, instead, ...panels);

  function listMistakes(/** @type {string} */ kind) {
    sendFilter({ kind, order: kind === "near" ? "unsurest" : "surest" });
    mistakes.ask(0);
  }
  function openCell(/** @type {number} */ label, /** @type {number} */ guess, itself = false) {
    cell = [label, guess];
    cellItself = itself;
    confusion.choose(label, guess);
    sendFilter({ label, guess, order: "surest" });
    inCell.ask(0);
    link();
  }
  /** Never an empty side: the pair confused most, until one is chosen. */
  function showCell() {
    if (!table || names().length === 0) return;
    if (cellItself || cell.length !== 2 || cell.some((k) => !(k >= 0 && k < names().length))) {
      const [worst] = worstPairs(/** @type {Int32Array} */ (table.arrays[0]), names().length, 1);
      if (!worst) return;
      openCell(worst[0], worst[1], true);
    } else openCell(cell[0], cell[1]);
  }
  function showTab() {
    bars.set(tab);
    bars.element.children[tab].scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  function turn(/** @type {number} */ index) {
    tab = index;
    showTab();
    show();
    link();
    if (state.phase !== "ready" && TABS[tab] !== "data") return;
    enter();
  }
  /** What a tab needs when it comes into sight. */
  function enter() {
    const name = TABS[tab];
    if (name === "pictures") pictures.rescale();
    if (name === "mistakes") {
      if (state.filter.kind !== "mistakes" && state.filter.kind !== "near") listMistakes("mistakes");
      else mistakes.ask(galleryPage);
      galleryPage = 0;
    }
    if (name === "confusion") showCell();
    if (name === "weights") wire.send("weights", weights.current());
    if (name === "data") data.show();
  }
  function show() {
    const ready = state.phase === "ready";
    instead.hidden = ready || TABS[tab] === "data";
    const key = `${state.phase} ${state.source} ${state.data} ${state.message}`;
    if (!instead.hidden && key !== stood) fill(instead, standIn(state, page, (set) => { turn(5); data.get(set); }, (source) => choose(source, "test")));
    stood = instead.hidden ? "" : key;
    panels.forEach((element, i) => { element.hidden = i !== tab || (!ready && TABS[i] !== "data"); });
  }
  function link() {
    const now = new URLSearchParams(), f = state.filter ?? ALL;
    if (state.source) now.set("source", state.source);
    if (state.part === "train") now.set("part", "train");
    if (tab) now.set("tab", TABS[tab]);
    if (tab === 0 && sample) now.set("index", String(sample.index));
    if (TABS[tab] === "confusion" && cell.length === 2) now.set("cell", cell.join(","));
    else for (const key of /** @type {(keyof Filter)[]} */ (Object.keys(ALL))) {
      if (tab < 2 && f[key] !== ALL[key]) now.set(key, String(typeof f[key] === "number" ? Number(f[key].toFixed(4)) : f[key]));
    }
    if (TABS[tab] === "mistakes" && mistakes.page()) now.set("page", String(mistakes.page()));
    if (covers && tab === 0) now.set("cover", "1");
    if (TABS[tab] === "categories" && classes.order() !== "worst") now.set("sort", classes.order());
    if (TABS[tab] === "categories" && classes.zoom()) now.set("scale", "zoom");
    if (TABS[tab] === "weights") {
      const { wall, page: at } = weights.current();
      if (wall) now.set("wall", String(wall));
      if (at) now.set("part_of_wall", String(at));
    }
    page.setLink(now);
    page.setCommand(state.phase === "ready" && state.source !== "mine" ?
      `inkling eval ${state.source} ${shellWord(state.data)}${state.part === "train" ? " --part train" : ""}` : "",
    state.source === "mine" ? "This network is only here: save it in Train, then inkling eval FILE looks at it." : "There is nothing to look at yet, so there is no command.");
  }
  function tellState() {
    if (state.phase !== "ready") sentence.textContent = "";
    if (state.phase !== "ready" || state.done < state.count || !state.count) return;
    const text = `${thousands(state.correct)} of ${thousands(state.count)} ${state.pictures ? "pictures" : "samples"} ${
      state.part === "train" ? "it learnt from" : "it never saw"} are right: ${percent(state.correct / state.count, 2)} (95 %: ${percent(state.low, 2)} to ${percent(state.high, 2)}), on ${state.data.replace(/^(quickdraw):.*/, "$1")}.`;
    sentence.textContent = text;
    // A network that learns has a new sentence every second: too many to listen to.
    if (text === said || (spoken && state.source === "mine" && performance.now() < spoken + 5000)) return;
    page.say(text);
    said = text;
    spoken = performance.now();
  }

  /** The source that a link asks for: what was looked at before it is not shown on the way. */
  let awaited = params.get("source");
  wire.on("state", (frame) => {
    if (awaited && frame.source !== awaited) return;
    const before = state;
    awaited = null;
    state = frame;
    bar.set(state);
    if (state.phase === "ready") {
      pictures.filters.set(state.filter, names());
      pictures.place(state.filter);
      weights.setState(state);
      const kinds = state.filter.kind === "near" ? "near" : "mistakes";
      mistakeKind.set(kinds);
      mistakeWords.textContent = `${thousands(state.listed)} ${kinds === "near" ? "right ones that were less than 70 % sure, least sure first" : "mistakes, most confident first"}${
        state.done < state.count ? " so far" : ""}`;
    }
    show();
    tellState();
    const fresh = before.phase !== "ready" && state.phase === "ready";
    const key = `${state.source} ${state.part} ${state.version} ${state.done >= state.count}`;
    if (fresh || (state.phase === "ready" && key !== asked && state.done >= state.count)) {
      // Pictures that somebody is about to press do not change places, though a network that learns would have them.
      const held = !fresh && state.source === "mine" && panels[tab].querySelector(".look-list .gallery:is(:hover, :focus-within)");
      if (TABS[tab] !== "data" && TABS[tab] !== "pictures" && !held) enter();
      asked = key;
    } else if (TABS[tab] === "mistakes" && state.phase === "ready" && state.done < state.count && state.listed !== found) mistakes.ask(mistakes.page());
    found = state.listed;
    link();
  });
  wire.on("table", (frame) => {
    const first = !table;
    table = frame;
    if (names().length * names().length !== frame.arrays[0].length) return;
    confusion.set(frame, names());
    classes.set(frame, names());
    if (cell.length === 2) confusion.choose(cell[0], cell[1]);
    if (TABS[tab] === "confusion" && (first || cell.length !== 2)) showCell();
  });
  wire.on("sample", (frame) => {
    const moved = sample?.index !== frame.index;
    sample = frame;
    pictures.show(frame, names(), state.filter);
    link();
    if (!frame.right) page.mark("done"); // one has looked at a mistake
    if (moved && tab === 0) {
      page.say(`${placeOf(frame, state.filter)}: it is ${names()[frame.label]}, the network says ${names()[frame.guess]}, ${
        frame.confidence === null ? "" : percent(frame.confidence)}, ${frame.right ? "right" : "wrong"}.`);
    }
  });
  wire.on("cover", (frame) => pictures.showCover(frame, names()));
  wire.on("gallery", (frame) => {
    if (TABS[tab] === "mistakes") {
      mistakes.show(frame, names(), state.done < state.count ? "None so far." : "There is none: all are right.");
      link();
    } else if (TABS[tab] === "confusion") {
      const [label, guess] = [frame.filter.label, frame.filter.guess].map((k) => names()[k] ?? "?");
      heading.textContent = label === guess ? `${label}, right: ${thousands(frame.listed)}` : `${label} taken for ${guess}: ${thousands(frame.listed)}`;
      inCell.show(frame, names(), "No picture is in this cell.");
      page.say(`${heading.textContent} pictures.`);
    }
  });
  wire.on("weights", (frame) => {
    weights.show(frame);
    link();
  });

  const link0 = wanted(params);
  if (awaited) {
    wire.ask("source", { source: awaited, part: params.get("part") ?? "test" }).catch((error) => {
      awaited = null;
      page.toast(error.message);
      wire.send("show");
    });
  }
  if (link0.any) wire.send("filter", link0.filter);
  if (/^\d+$/.test(params.get("index") ?? "")) wire.send("go", { index: Number(params.get("index")) });
  wire.send("cover", { on: covers });
  pictures.setCover(covers);
  showTab();
  show();
  if (TABS[tab] === "data") data.show();

  const walk = (/** @type {string} */ verb, /** @type {object} */ fields) => () => {
    if (state.phase !== "ready") return;
    wire.send(verb, fields);
    if (tab !== 0) turn(0);
  };
  return {
    close() { pictures.close(); },
    primary: pictures.primary,
    keys: [
      { key: "ArrowRight", does: "next picture", run: walk("move", { by: 1 }) },
      { key: "ArrowLeft", does: "previous picture", run: walk("move", { by: -1 }) },
      { key: "r", does: "random picture", run: walk("random", {}) },
      { key: "m", does: "next mistake, most confident first", run: walk("mistake", { by: 1 }) },
      { key: "Shift+m", does: "the mistake before", run: walk("mistake", { by: -1 }) },
      { key: "o", does: "which pixels mattered", run: () => {
        covers = !covers;
        pictures.setCover(covers);
        wire.send("cover", { on: covers });
        pictures.repaint(names());
        link();
      } },
    ],
  };
}

/** @type {import("../types").Scene} */
export default {
  name: "look",
  title: "Look",
  lesson: "What a network says to pictures it never saw, and where it is wrong.",
  icon: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="2.8"/>',
  open,
};
