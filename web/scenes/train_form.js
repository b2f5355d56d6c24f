// The settings of the scene "train" as a form, made from the rows that the engine's side checks with.
// What changes live is apart from what starts anew, and each of the latter says so.

import { details, h, icon, number, select, slider, toggle } from "../kit/ui.js";

/** @typedef {{name: string, label: string, help: string, kind: "text" | "number" | "whole" | "choice", group: string,
 *   least: number, most: number, live: boolean, options?: string[], value: any}} Field
 * @typedef {{element: HTMLElement, set: (value: any) => void, input?: HTMLElement}} Shown */

/** Where a slider begins and ends; a typed value may go further. @type {Record<string, {min: number, max: number, step?: number, log?: boolean}>} */
const SLIDERS = {
  rate: { min: 0.00001, max: 100, log: true },
  momentum: { min: 0, max: 0.99, step: 0.01 },
  turn: { min: 0, max: 0.8, step: 0.01 },
  scale: { min: 0, max: 0.5, step: 0.01 },
  shift: { min: 0, max: 1, step: 0.05 },
  noise: { min: 0, max: 0.5, step: 0.01 },
};

/** @type {Record<string, Record<string, string>>} */
const WORDS = {
  optimizer: { sgd: "SGD: straight down", momentum: "Momentum", nesterov: "Nesterov", rmsprop: "RMSprop", adam: "Adam", adamw: "AdamW", muon: "Muon (convolutions)" },
  schedule: { constant: "constant", decay: "decay: rate / (1 + d · epoch)", step: "step: ÷ 10 twice", cosine: "cosine to 0", linear: "linear to 0", onecycle: "one cycle" },
  init: { auto: "auto", sqrt: "1/√inputs", he: "He", glorot: "Glorot", dirac: "Dirac (convolutions)" },
  cost: { "cross-entropy": "cross-entropy", squared: "squared" },
};

/** @param {any} value */
export function settingText(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
}

/** "starts anew", small, behind the label of a control. @param {HTMLElement} element */
export function markAnew(element) {
  const label = element.querySelector("label, .label") ?? element;
  const mark = h("span", { class: "train-anew", title: "Starts anew; the old curve stays as a ghost" }, icon("again"), h("span", { class: "hidden-text", text: " (starts anew)" }));
  label.append(" ", mark);
  return element;
}

/** A function that runs at most every `wait` ms, with the latest arguments, and never loses the last call.
 * @template {any[]} A @param {number} wait @param {(...args: A) => void} fn */
export function throttled(wait, fn) {
  let timer = 0, due = 0;
  /** @type {A | null} */
  let waiting = null;
  const run = () => {
    timer = 0;
    due = performance.now() + wait;
    if (waiting) fn(...waiting);
    waiting = null;
  };
  return (/** @type {A} */ ...args) => {
    waiting = args;
    if (timer) return;
    timer = window.setTimeout(run, Math.max(0, due - performance.now()));
  };
}

/** @param {Field[]} fields
 * @param {{tune: (changes: Record<string, any>) => void, begin: (changes: Record<string, any>) => void,
 *   inColour: () => Promise<boolean | null>, extra?: HTMLElement[]}} acts
 *   inColour: are the pictures of the data in colour? null = that could not be told. extra: more controls that start anew, first in their group */
export function form(fields, acts) {
  /** @type {Map<string, Shown>} */
  const shown = new Map();
  const tune = throttled(60, acts.tune);

  /** @param {Field} field @returns {Shown} */
  function make(field) {
    const { name, label, live } = field, title = `${field.help} Default: ${settingText(field.value)}.`;
    const act = (/** @type {any} */ value) => (live ? tune({ [name]: value }) : acts.begin({ [name]: value }));
    if (field.kind === "choice") {
      const made = select({ label, title, value: field.value, options: (field.options ?? []).map((option) => [option, WORDS[name]?.[option] ?? option]), on: act });
      return { element: made.element, set: made.set, input: made.input };
    }
    const range = SLIDERS[name];
    const common = { label, title, min: field.least, max: field.most, value: field.value, reset: field.value };
    if (range) {
      const made = slider({ ...common, ...range, format: range.log ? settingText : undefined, on: act });
      return { element: made.element, set: made.set, input: made.input };
    }
    const whole = field.kind === "whole";
    const made = number({ ...common, step: whole ? 1 : name === "epochs" ? 1 : 0.1, format: settingText, on: (value) => act(whole ? Math.round(value) : value) });
    return { element: made.element, set: made.set, input: made.input };
  }

  /** @param {string} group @param {boolean} [live] */
  function group(group, live) {
    return fields.filter((field) => field.group === group && (live === undefined || field.live === live)).map((field) => {
      const made = make(field);
      made.input?.setAttribute("aria-description", field.help);
      if (!field.live) markAnew(made.element);
      shown.set(field.name, made);
      return made.element;
    });
  }

  const off = Object.fromEntries(fields.filter(({ group: of }) => of.startsWith("augment")).map(({ name }) => [name, 0]));
  const hand = { ...off, turn: 0.15, scale: 0.1, shift: 0.8, noise: 0.05 }, photograph = { ...off, pixels: 2, flip: 0.5 };
  const moving = toggle({ label: "Each time a little differently", value: false, on: (on) => move(on) });
  let moves = false, clicks = 0; // the data may have to be read first: the last click counts
  async function move(/** @type {boolean} */ on) {
    const click = ++clicks, colour = on && await acts.inColour();
    if (click !== clicks) return;
    if (colour === null) moving.set(moves);
    else acts.tune(!on ? off : colour ? photograph : hand);
  }
  const anew = h("div", { class: "stack" }, acts.extra ?? [], group("learn", false));
  const liveFields = h("div", { class: "stack" }, group("learn", true));
  const augment = h("div", { class: "stack" }, h("h3", { text: "Moved pictures" }), moving.element, group("augment"));
  const advanced = details("Advanced", h("h3", { text: "More ways to move pictures" }), group("augment-more"), h("h3", { text: "More ways to learn" }), group("more"));

  return {
    anew, live: liveFields, augment, advanced,
    /** Pictures left as they are. */
    unmoved: off,
    /** @param {Record<string, any>} setup */
    set(setup) {
      for (const [name, control] of shown) {
        if (control.input && control.element.contains(document.activeElement) && control.input.matches("input[type=range]:active")) continue;
        control.set(setup[name]);
      }
      moves = Object.keys(off).some((name) => setup[name] > 0);
      moving.set(moves);
    },
  };
}
