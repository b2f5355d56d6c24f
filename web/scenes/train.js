// The scene "train": the workbench. Settings at the left, curves in the middle, numbers, doctor and network at
// the right; everything it computes is the engine's (studio/train/scene_train.c says the messages).

import { ACTIVATIONS, builder, hiddenActivation, inputNoise, withHiddenActivation, withInputNoise } from "../kit/builder.js";
import { dataPanel } from "../kit/data_panel.js";
import { pixels } from "../kit/picture.js";
import { button, fill, h, panel, percent, select, shellWord, slider, stylesheet, thousands } from "../kit/ui.js";
import { columnsOf, curvesPart, ROW_COUNT } from "./train_curves.js";
import { form, markAnew, settingText } from "./train_form.js";
import { doctorPart, numbersPart } from "./train_numbers.js";
import { runsTable, shortNet } from "./train_runs.js";

await stylesheet("scenes/train.css");

/** @typedef {import("../types").Page} Page
 * @typedef {import("../types").Frame} Frame
 * @typedef {import("./train_form.js").Field} Field
 * @typedef {import("./train_runs.js").Run} Run
 * @typedef {Record<string, any>} Setup
 * @typedef {{name: string, title: string, sentence: string, data: string, here: boolean, recipe: boolean}} Preset
 * @typedef {{name: string, title: string, here: boolean}} DataSet */

class Workbench {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.wire = page.wire;
    /** @type {Setup} */
    this.setup = {};
    /** @type {Field[]} */
    this.fields = [];
    /** @type {Preset[]} */
    this.presets = [];
    /** @type {DataSet[]} */
    this.sets = [];
    /** @type {Run[]} */
    this.runs = [];
    this.name = "";
    /** @type {any} */
    this.status = null;
    /** @type {ReturnType<typeof form> | null} */
    this.form = null;
    this.asked = page.params;
    this.messages = -1;
    this.latest = -1; // of the presets that were begun
    /** @type {Preset | undefined} */
    this.following = undefined;
    this.spoken = -Infinity;
    const { wire } = this;

    this.preset = select({ label: "Experiment", options: [["", "my own settings"]], value: "", on: (name) => { if (name) this.beginPreset(name); } });
    this.sentence = h("p", { class: "soft small train-sentence" });
    this.next = button("Next experiment", () => this.beginPreset(this.following?.name ?? ""), { primary: true, class: "train-next" });
    this.data = select({ label: "Data set", options: [], on: (name) => this.changeData(name) });
    this.hidden = select({ label: "Hidden activation", options: [["", "no hidden layer"], "mixed", ...ACTIVATIONS], on: (value) => { if (value && value !== "mixed") this.changeNet(withHiddenActivation(this.setup.net, value)); } });
    this.noise = slider({ label: "Noise on the input", min: 0, max: 1, step: 0.05, value: 0, title: "Random numbers of this s.d. are added to every input while it learns",
      on: () => {}, done: (value) => this.changeNet(withInputNoise(this.setup.net, value)) });
    for (const { element } of [this.data, this.hidden, this.noise]) markAnew(element);
    this.anewHost = h("div", { class: "stack" });
    this.liveHost = h("div", { class: "stack" });
    this.builder = builder({ check: (net) => wire.ask("check", { net }), fit: async (net) => (await this.fit(net)).net, on: (net) => this.begin({ net }) });
    this.curves = curvesPart((update) => wire.send("seek", { update }));
    this.numbers = numbersPart(() => this.tune({ epochs: (this.setup.epochs ?? 0) + 10 }), page.go, () => this.showSources());
    this.doctor = doctorPart((finding) => (finding.anew ? this.begin(finding.changes ?? {}) : this.tune(finding.changes ?? {})));
    this.table = runsTable({
      rename: (id, name) => wire.send("ghost", { run: id, name }),
      forget: (id) => wire.send("forget", { run: id }),
      show: (id, shown) => wire.send("ghost", { run: id, shown }),
      again: (run) => this.ask("begin", { setup: run.setup, whole: true, name: run.name }),
    });
    this.saveName = h("input", { type: "text", maxlength: 60, "aria-label": "Name for the model", placeholder: "my network",
      on: { keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") this.save(); } } });
    this.saved = h("ul", { class: "train-saved" });
    this.savedNote = h("p", { class: "soft small train-path" });
    this.folder = "";
    this.sources = dataPanel({ wire, use: (name) => {
      this.dialog.close();
      this.changeData(name);
    } });
    this.dialog = h("dialog", { class: "train-data", "aria-label": "Data sets" },
      h("div", { class: "dialog-head" }, h("h2", { text: "Data sets" }), button("Close", () => this.dialog.close(), { icon: "close", iconOnly: true })), this.sources.element);
    this.wallCanvas = h("div", { class: "train-wall-grid" });
    this.wallNote = h("p", { class: "soft small" });
    this.wall = panel("What the first layer looks for", this.wallCanvas, this.wallNote);
    this.seen = new IntersectionObserver((entries) => wire.send("wall", { on: entries[entries.length - 1].isIntersecting }));
    this.seen.observe(this.wall);
    this.build();
    this.listen();
  }

  showSources() {
    this.sources.show();
    this.dialog.showModal();
  }

  build() {
    this.page.root.append(this.dialog, h("div", { class: "train" },
      h("div", { class: "train-column train-settings" },
        h("section", { class: "panel stack train-preset", "aria-label": "Experiment" }, this.preset.element, this.sentence, this.next),
        panel("Changes while it learns", this.liveHost),
        panel("Starts anew", this.anewHost),
        panel("Models", h("div", { class: "train-save" }, this.saveName, button("Save", () => this.save(), { icon: "save" })), this.savedNote, this.saved)),
      h("div", { class: "train-column train-middle" }, this.curves.element, h("section", { class: "panel", "aria-label": "Runs" }, this.table.element)),
      h("div", { class: "train-column train-side" }, this.numbers.element, this.doctor.element, panel("Network", this.builder.element), this.wall)));
  }

  // ---- frames ----

  listen() {
    const { wire } = this;
    wire.on("state", (frame) => this.showState(frame));
    wire.on("setup", (frame) => this.showSetup(frame));
    wire.on("status", (frame) => this.showStatus(frame));
    wire.on("points", (frame) => this.showPoints(frame));
    wire.on("ghosts", (frame) => this.showGhosts(frame));
    wire.on("doctor", (frame) => this.doctor.show(frame.finding));
    wire.on("data", ({ download }) => { if (download && !download.running && download.status === "ok") wire.send("state"); });
    wire.on("wall", (frame) => this.showWall(frame));
  }

  /** @param {Frame} frame */
  showState(frame) {
    this.presets = frame.presets;
    this.sets = frame.sets;
    this.folder = frame.folder;
    if (!this.form) {
      this.fields = frame.fields;
      this.form = form(frame.fields, {
        tune: (changes) => this.wire.send("tune", { setup: changes }),
        begin: (changes) => this.begin(changes),
        inColour: () => this.inColour(),
        extra: [this.data.element, button("More data, or your own", () => this.showSources(), { class: "train-more" }), this.hidden.element, this.noise.element],
      });
      fill(this.anewHost, this.form.anew, this.form.advanced);
      fill(this.liveHost, this.form.live, this.form.augment);
    }
    this.preset.options([["", "my own settings"], ...this.presets.map(({ name, title, here, recipe }, i) =>
      /** @type {[string, string]} */ ([name, `${recipe ? "" : `${i + 1}. `}${title}${here ? "" : " (needs a download)"}`]))]);
    this.showSaved(frame);
    if (this.setup.net) this.showPreset();
  }

  /** @param {Frame} frame */
  showSetup(frame) {
    this.setup = frame.setup;
    this.name = frame.name;
    this.page.setCommand(frame.command);
    if (this.asked.size > 0 && this.fields.length > 0) {
      const params = this.asked;
      this.asked = new URLSearchParams();
      if (this.beginLink(params)) return;
    }
    this.showForm();
    this.showPreset();
    this.keepLink();
    this.showRuns();
  }

  showForm() {
    this.form?.set(this.setup);
    this.builder.set(this.setup.net);
    this.hidden.set(hiddenActivation(this.setup.net));
    this.hidden.disable(hiddenActivation(this.setup.net) === "");
    this.noise.set(inputNoise(this.setup.net));
    const sets = [...this.sets];
    if (!sets.some(({ name }) => name === this.setup.data)) sets.push({ name: this.setup.data, title: this.setup.data.replaceAll(",", ", "), here: true });
    this.data.options(sets.map(({ name, title, here }) => /** @type {[string, string]} */ ([name, here ? title : `${title} (needs a download)`])));
    for (const option of this.data.input.options) option.disabled = !sets.find(({ name }) => name === option.value)?.here;
    this.data.set(this.setup.data);
  }

  showPreset() {
    const at = this.presets.findIndex(({ title }) => title === this.name), here = this.presets[at], next = this.nextPreset(at);
    this.preset.set(here?.name ?? "");
    this.sentence.textContent = here?.sentence ?? "Settings of your own. Pick an experiment to begin with one of the story's.";
    this.next.hidden = !next;
    if (next) fill(this.next, h("span", { text: `Next: ${next.title}` }));
  }

  /** The story's next experiment that can be done here; from settings of one's own it goes on where it was left.
   * @param {number} at */
  nextPreset(at) {
    if (at >= 0 && !this.presets[at].recipe) this.latest = at;
    return (this.following = this.presets.slice(this.latest + 1).find(({ here, recipe }) => here && !recipe));
  }

  /** @param {Frame} status */
  showStatus(status) {
    const before = this.status;
    this.status = status;
    this.numbers.show(status, this.sets.some(({ name, here }) => name === this.setup.data && !here));
    this.curves.show(status);
    if (status.messages !== this.messages) {
      if (this.messages >= 0 && status.message && status.phase !== "failed" && status.phase !== "diverged") this.page.toast(status.message);
      if (this.messages >= 0) this.wire.send("state"); // a model may have been written
      this.messages = status.messages;
    }
    if (status.phase !== before?.phase || status.begun !== before?.begun) this.showRuns(); // one that cannot start has no points
    this.speak(before);
  }

  /** @param {any} before */
  speak(before) {
    const { status } = this;
    if (status.phase !== before?.phase && status.phase === "done") {
      this.page.say(`Done: ${percent(status.test_accuracy ?? NaN, 2)} right on samples it has never seen.`);
      this.page.mark("done");
    } else if (status.tested_at !== before?.tested_at && status.test_accuracy !== null && performance.now() > this.spoken + 8000) {
      this.spoken = performance.now();
      this.page.say(`Epoch ${Math.floor(status.epoch)}: ${percent(status.test_accuracy, 1)} right on samples it has never seen.`);
    }
  }

  /** @param {Frame} frame */
  showPoints(frame) {
    this.curves.set(columnsOf(/** @type {Float32Array} */ (frame.arrays[0]), 0, frame.count));
    this.showRuns();
  }

  /** @param {Frame} frame */
  showGhosts(frame) {
    this.runs = frame.runs;
    let at = 0;
    const all = frame.runs.map((/** @type {Run & {points: number}} */ run) => {
      const points = columnsOf(/** @type {Float32Array} */ (frame.arrays[0]), at, run.points);
      at += ROW_COUNT * run.points;
      return { name: run.name, shown: run.shown, points };
    });
    this.curves.ghosts(all.filter((/** @type {{shown: boolean}} */ { shown }) => shown));
    this.showRuns();
  }

  showRuns() {
    this.table.set(this.runs, { name: this.name, setup: this.setup, ...this.curves.best, seconds: this.status?.phase === "failed" ? NaN : this.status?.seconds ?? 0 });
  }

  /** @param {Frame} frame */
  showWall({ count, of, height, width, channels, arrays }) {
    this.wall.classList.toggle("train-none", !count);
    if (!count) return;
    const { wallCanvas } = this, size = height * width * channels, plain = channels === 1 || channels === 3;
    while (wallCanvas.children.length > count) wallCanvas.lastChild?.remove();
    while (wallCanvas.children.length < count) wallCanvas.append(h("canvas", { role: "img", "aria-label": `Weights of node ${wallCanvas.children.length + 1}` }));
    [...wallCanvas.children].forEach((canvas, i) => {
      const data = plain ? arrays[0] : firstChannel(arrays[0], i * size, height * width, channels);
      pixels(/** @type {HTMLCanvasElement} */ (canvas), width, height, plain ? channels : 1, data, { diverging: true, offset: plain ? i * size : 0 });
    });
    this.wallNote.textContent = `${of > count ? `The first ${count} of ${thousands(of)} nodes. ` : ""}Blue adds to the node, orange takes away.`;
  }

  /** @param {any} frame */
  showSaved({ saved }) {
    fill(this.saved, saved.map((/** @type {any} */ { name, seconds, rescued }) => h("li", null,
      h("span", { class: "train-saved-name", text: rescued ? `left off ${new Date(1000 * seconds).toLocaleString()}` : name, title: new Date(1000 * seconds).toLocaleString() }),
      button(`Load ${name}`, () => this.ask("load", { name }), { icon: "load", iconOnly: true, class: "small" }))));
    if (!this.savedNote.textContent) this.savedNote.textContent = this.folder ? "A saved run can be gone on from, here or with inkling train --resume." : "This studio keeps nothing: save is off.";
  }

  // ---- acts ----

  /** Asks; what fails is said, and the form shows again what is true. @param {string} verb @param {object} fields
   * @returns {Promise<boolean>} */
  async ask(verb, fields) {
    try {
      await this.wire.ask(verb, fields);
      return true;
    } catch (error) {
      this.page.toast(error instanceof Error ? error.message : String(error));
      if (this.setup.net) this.showForm();
      return false;
    }
  }

  /** Starts anew with these changes, and is named after them. @param {Setup} setup */
  begin(setup) {
    const named = Object.entries(setup).filter(([key, value]) => value !== this.setup[key] && (key !== "net" || !setup.data)).map(([key, value]) => {
      const label = this.fields.find(({ name }) => name === key)?.label.toLowerCase() ?? key;
      return key === "net" ? shortNet(value) : key === "data" ? value : `${label} ${settingText(value)}`;
    });
    return this.ask("begin", { setup, name: named.join(", ").replace(/[^ -~]/g, "").slice(0, 60) });
  }

  /** @param {string} preset */
  beginPreset(preset) {
    return this.ask("begin", { preset });
  }

  /** Changes settings and learns on. @param {Setup} setup */
  async tune(setup) {
    if (await this.ask("tune", { setup })) this.wire.send("play");
  }

  /** The text with the input and the answers of the data, which may have to be read first.
   * @param {string} net @param {string} [data] @returns {Promise<{net: string, shape: [number, number, number], classes: number}>} */
  async fit(net, data = this.setup.data) {
    for (;;) {
      const answer = await this.wire.ask("fit", { net, data, limit: this.setup.limit });
      if (!answer.loading) return answer;
      await new Promise((go) => setTimeout(go, 100));
    }
  }

  /** Null where it cannot be told, which is said, or the data are others by now. */
  async inColour() {
    const { data, net } = this.setup;
    try {
      const { shape } = await this.fit(net, data);
      return data === this.setup.data ? shape[2] > 1 : null;
    } catch (error) {
      this.page.toast(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** @param {string} data */
  async changeData(data) {
    try {
      const before = await this.fit(this.setup.net), { net, shape } = await this.fit(this.setup.net, data);
      const alike = (shape[0] > 1) === (before.shape[0] > 1) && shape[2] === before.shape[2]; // what moves ink does not suit photographs
      await this.begin({ data, net, ...(alike ? {} : this.form?.unmoved) });
    } catch (error) {
      this.page.toast(error instanceof Error ? error.message : String(error));
      this.data.set(this.setup.data);
    }
  }

  /** @param {string} net */
  changeNet(net) {
    if (net !== this.setup.net) this.begin({ net });
  }

  save() {
    const name = this.saveName.value.trim() || "my network";
    this.wire.ask("save", { name }).then(({ path }) => {
      this.savedNote.textContent = `inkling eval ${shellWord(path)} ${shellWord(this.setup.data)}`;
    }, (error) => this.page.toast(error.message));
  }

  // ---- links ----

  keepLink() {
    const params = new URLSearchParams();
    for (const { name, value } of this.fields) {
      if (name === "data" || name === "net" || this.setup[name] !== value) params.set(name, settingText(this.setup[name]));
    }
    this.page.setLink(params);
  }

  /** Begins what a link says; false where that is what is there. @param {URLSearchParams} params */
  beginLink(params) {
    const preset = params.get("preset");
    if (preset) {
      this.ask("begin", { preset, instead: true });
      return true;
    }
    /** @type {Setup} */
    const setup = Object.fromEntries(this.fields.map(({ name, value }) => [name, value]));
    let known = false;
    for (const { name, kind } of this.fields) {
      const text = params.get(name);
      if (text === null) continue;
      known = true;
      setup[name] = kind === "number" || kind === "whole" ? Number(text) : text;
    }
    if (!known || Object.keys(setup).every((key) => settingText(setup[key]) === settingText(this.setup[key]))) return false;
    this.ask("begin", { setup, whole: true, name: "from the link", instead: true });
    return true;
  }

  close() {
    this.wire.send("wall", { on: false });
    this.seen.disconnect();
    this.curves.close();
  }
}

/** @param {ArrayLike<number>} data @param {number} from @param {number} count @param {number} channels */
function firstChannel(data, from, count, channels) {
  return Float32Array.from({ length: count }, (_, i) => data[from + i * channels]);
}

/** @type {import("../types").Scene} */
export default {
  name: "train",
  title: "Train",
  lesson: "Thousands of pictures, a network of any shape: watch it learn, change anything, compare.",
  icon: '<path d="M4 4v16h16"/><path d="M7.5 7c1.5 6 4 8.5 12 9"/>',
  open(page) {
    const bench = new Workbench(page);
    return {
      close: () => bench.close(),
      transport: true,
      primary: bench.next,
      keys: [
        { key: "n", does: "next experiment", run: () => bench.next.hidden || bench.next.click() },
        { key: "ArrowLeft", does: "a twentieth of an epoch back", run: () => bench.curves.leap(-0.05) },
        { key: "ArrowRight", does: "and on, as far as it has learnt", run: () => bench.curves.leap(0.05) },
      ],
    };
  },
};
