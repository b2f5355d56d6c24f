// The small parts of every scene: elements, buttons, sliders, numbers, choices, tabs, terms.
// Their look is in style.css. Every one is a real control with a label and works by keyboard.

import { icon } from "./icons.js";

export { icon };

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, any>} Props */

let nextId = 1;

/** An id that nothing else on the page has. @param {string} [what] */
export function uniqueId(what = "id") {
  return `${what}-${nextId++}`;
}

/** @param {Element} element @param {Props} props */
function applyProps(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") element.textContent = String(value);
    else if (name === "on") for (const [event, fn] of Object.entries(value)) element.addEventListener(event, fn);
    else if (name === "dataset") Object.assign(/** @type {HTMLElement} */ (element).dataset, value);
    else if (name === "style") {
      for (const [key, text] of Object.entries(value)) /** @type {HTMLElement} */ (element).style.setProperty(key, String(text));
    } else if (name === "value" || name === "checked" || name === "indeterminate") /** @type {any} */ (element)[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Makes an element. Props: class, text, on: {event: fn}, dataset, style (an object of CSS properties),
 * value, checked, and any attribute; false, null and undefined leave it out, true makes it empty.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Props | null} [props] @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]} */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  append(element, children);
  if (props) applyProps(element, props);
  return element;
}

/** The same for SVG. @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Props | null} [props] @param {...(Child | Child[])} children
 * @returns {SVGElementTagNameMap[T]} */
export function svg(tag, props, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  if (props) applyProps(element, props);
  append(element, children);
  return element;
}

/** @param {Element} element @param {(Child | Child[])[]} children */
function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Empties an element and fills it anew. @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** @typedef {object} ButtonOptions
 * @property {boolean} [primary] the one action of the screen
 * @property {boolean} [quiet] without a border
 * @property {string} [icon] a name of kit/icons.js, before the label
 * @property {boolean} [iconOnly] the label is then for screen readers and the tooltip
 * @property {string} [title] tooltip
 * @property {string} [key] the key that does the same; shown small
 * @property {boolean} [pressed] makes it a toggle button
 * @property {boolean} [disabled]
 * @property {string} [class] more classes */

/** @param {string} label @param {(event: MouseEvent) => void} fn @param {ButtonOptions} [options]
 * @returns {HTMLButtonElement} */
export function button(label, fn, options = {}) {
  const { primary, quiet, iconOnly, key } = options;
  const classes = ["button", primary && "primary", quiet && "quiet", iconOnly && "icon-only", options.class];
  return h("button", {
    type: "button",
    class: classes.filter(Boolean).join(" "),
    title: options.title ?? (iconOnly ? label + (key ? ` (${keyName(key)})` : "") : undefined),
    "aria-label": iconOnly ? label : undefined,
    "aria-keyshortcuts": key,
    "aria-pressed": options.pressed === undefined ? undefined : String(options.pressed),
    disabled: options.disabled,
    on: { click: fn },
  }, options.icon && icon(options.icon), !iconOnly && h("span", { text: label }),
  key && !iconOnly && h("kbd", { text: keyName(key), "aria-hidden": "true" }));
}

/** How a key is written for people. @param {string} key */
export function keyName(key) {
  /** @type {Record<string, string>} */
  const names = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", "-": "−" };
  return key.split("+").map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join("+") || key;
}

// ---- values ------------------------------------------------------------------------------------

/** A number as short as its step allows, with a true minus. @param {number} value @param {number} [step] */
export function plain(value, step = 0) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const digits = step > 0 ? Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))) : 4;
  const text = step > 0 ? value.toFixed(digits) : String(Number(value.toPrecision(digits)));
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** 1234567 -> "1,234,567". @param {number} value */
export function thousands(value) {
  return Number.isFinite(value) ? Math.round(value).toLocaleString("en-US") : "–";
}

/** 0.973 -> "97.3 %". @param {number} share @param {number} [digits] */
export function percent(share, digits = 1) {
  return Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : "–";
}

const SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 0.00001 -> "10⁻⁵", 0.3 -> "0.3". @param {number | null} value @param {number} [digits] */
export function figure(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "not defined";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return minus(String(Number(value.toPrecision(digits))));
  if (!Number.isFinite(value)) return plain(value);
  const [mantissa, exponent] = value.toExponential(2).split("e");
  const power = String(Number(exponent)).replace("-", "⁻").replace(/\d/g, (d) => SUPER[Number(d)]);
  return `${Number(mantissa) === 1 ? "" : minus(`${Number(mantissa)}·`)}10${power}`;
}

/** A true minus before digits. @param {string} text */
export function minus(text) {
  return text.replace(/-(?=\d)/g, "−");
}

/** A word as a shell reads it back, as `ink_shell_word` gives it. @param {string} word */
export function shellWord(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What a person typed; NaN where it is no number. @param {string} text */
export function parseNumber(text) {
  const clean = text.trim().replace(/[−–]/g, "-").replace(",", ".").replace(/[^0-9.eE+-]+$/, "");
  return clean === "" ? NaN : Number(clean);
}

/** @typedef {object} ValueOptions
 * @property {string} label
 * @property {number} min
 * @property {number} max
 * @property {number} [step] of keys and of dragging; Shift makes it ten times finer (default: 1/100 of the range)
 * @property {number} value
 * @property {(value: number) => string} [format] how it is shown
 * @property {number} [reset] what a double click brings back (default: the first value)
 * @property {boolean} [log] moves in equal ratios: rates, decays
 * @property {boolean} [hideLabel] the label is then for screen readers only
 * @property {string} [title] tooltip
 * @property {boolean} [disabled]
 * @property {(value: number) => void} on while it moves
 * @property {(value: number) => void} [done] once, when it has come to rest */

/** @typedef {object} Control
 * @property {HTMLElement} element
 * @property {(value: number) => void} set shows a value; `on` is not called
 * @property {() => number} get
 * @property {HTMLInputElement} input the one to focus
 * @property {(disabled: boolean) => void} disable */

/** Rounds to the step, counted from min or zero, and keeps it in range. @param {ValueOptions} o
 * @param {number} value @param {number} step */
function settle(o, value, step) {
  const from = o.min <= 0 && o.max >= 0 ? 0 : o.min;
  const rounded = step > 0 && !o.log ? from + Math.round((value - from) / step) * step : value;
  return Math.min(o.max, Math.max(o.min, Number(rounded.toPrecision(12))));
}

/** The value as text that can be clicked and typed over; arrows step it.
 * @param {ValueOptions} o @param {number} step @param {(value: number, last: boolean) => void} change */
function valueBox(o, step, change) {
  const format = o.format ?? ((value) => plain(value, o.log ? 0 : step));
  let value = o.value;
  const box = h("input", {
    type: "text", class: "value", inputmode: "decimal", autocomplete: "off", spellcheck: "false", role: "spinbutton",
    "aria-valuemin": o.min, "aria-valuemax": o.max, disabled: o.disabled, title: o.title,
  });
  const show = () => {
    if (document.activeElement !== box || box.dataset.typed === undefined) box.value = format(value);
    box.setAttribute("aria-valuenow", String(value));
    box.setAttribute("aria-valuetext", format(value));
  };
  const take = () => {
    const typed = parseNumber(box.value);
    const changed = box.dataset.typed !== undefined;
    delete box.dataset.typed;
    if (changed && Number.isFinite(typed)) {
      value = Math.min(o.max, Math.max(o.min, typed));
      change(value, true);
    }
    show();
  };
  box.addEventListener("input", () => { box.dataset.typed = ""; });
  box.addEventListener("focus", () => box.select());
  box.addEventListener("blur", take);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      take();
      box.select();
    } else if (event.key === "Escape") {
      delete box.dataset.typed;
      show();
      box.blur();
    } else {
      const moved = keyStep(event, o, value, step);
      if (moved === null || event.key === "Home" || event.key === "End" || event.key === "ArrowLeft" || event.key === "ArrowRight") return;
      event.preventDefault();
      delete box.dataset.typed;
      value = moved;
      change(value, true);
      show();
    }
  });
  show();
  return { box, format, set: (/** @type {number} */ next) => { value = next; show(); } };
}

/** Where a key moves a value; null for other keys. @param {KeyboardEvent} event @param {ValueOptions} o
 * @param {number} value @param {number} step @returns {number | null} */
function keyStep(event, o, value, step) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  /** @type {Record<string, number>} */
  const moves = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
  if (event.key === "Home") return o.min;
  if (event.key === "End") return o.max;
  const by = (moves[event.key] ?? NaN) * (event.shiftKey ? 0.1 : 1);
  if (Number.isNaN(by)) return null;
  if (o.log) return Math.min(o.max, Math.max(o.min, Number((value * 10 ** (by / 10)).toPrecision(3))));
  return settle(o, value + by * step, event.shiftKey ? step / 10 : step);
}

/** A slider with its value beside it. Double click brings `reset` back; Shift while dragging or with the
 * arrow keys is ten times finer. @param {ValueOptions} o @returns {Control} */
export function slider(o) {
  const step = o.step ?? (o.max - o.min) / 100, reset = o.reset ?? o.value, id = uniqueId("slider");
  let value = o.value;
  const toShare = (/** @type {number} */ v) => o.log ? Math.log(v / o.min) / Math.log(o.max / o.min) : (v - o.min) / (o.max - o.min);
  const fromShare = (/** @type {number} */ s) => o.log ? Number((o.min * (o.max / o.min) ** s).toPrecision(3)) : o.min + s * (o.max - o.min);
  const range = h("input", {
    type: "range", id, min: 0, max: 1, step: "any", disabled: o.disabled,
    title: o.title ?? "Double click brings it back; Shift is finer",
  });
  const { box, format, set: showBox } = valueBox(o, step, (next, last) => change(next, last));
  const label = h("label", { for: id, text: o.label, class: o.hideLabel ? "hidden-text" : undefined });
  box.setAttribute("aria-label", `${o.label}, value`);
  const element = h("div", { class: "field slider" }, label, box, range);

  function show() {
    const share = Math.min(1, Math.max(0, toShare(value)));
    range.value = String(share);
    range.setAttribute("aria-valuetext", format(value));
    const zero = !o.log && o.min < 0 && o.max > 0 ? toShare(0) : 0;
    element.style.setProperty("--from", `${100 * Math.min(zero, share)}%`);
    element.style.setProperty("--to", `${100 * Math.max(zero, share)}%`);
    showBox(value);
  }
  function change(/** @type {number} */ next, /** @type {boolean} */ last) {
    value = next;
    show();
    o.on(value);
    if (last) o.done?.(value);
  }
  range.addEventListener("input", () => change(settle(o, fromShare(Number(range.value)), step), false));
  range.addEventListener("change", () => { show(); o.done?.(value); });
  range.addEventListener("dblclick", () => change(reset, true));
  range.addEventListener("keydown", (event) => {
    const moved = keyStep(event, o, value, step);
    if (moved === null) return;
    event.preventDefault();
    change(moved, true);
  });
  fineDrag(range, () => toShare(value), (share, last) =>
    change(settle(o, fromShare(Math.min(1, Math.max(0, share))), step / 10), last));
  show();
  return {
    element, input: range, get: () => value,
    set: (next) => { value = next; show(); },
    disable: (disabled) => { range.disabled = box.disabled = disabled; },
  };
}

/** Dragging begun with Shift moves a tenth as far. @param {HTMLInputElement} range @param {() => number} share
 * @param {(share: number, last: boolean) => void} move */
function fineDrag(range, share, move) {
  let x = 0, at = 0, dragging = false;
  range.addEventListener("pointerdown", (event) => {
    if (!event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    range.focus();
    range.setPointerCapture(event.pointerId);
    x = event.clientX;
    at = share();
    dragging = true;
  });
  range.addEventListener("pointermove", (event) => {
    if (dragging) move(at + 0.1 * (event.clientX - x) / Math.max(1, range.clientWidth), false);
  });
  const end = () => {
    if (dragging) move(share(), true);
    dragging = false;
  };
  range.addEventListener("pointerup", end);
  range.addEventListener("pointercancel", end);
}

/** A number to type, with arrow keys. @param {ValueOptions} o @returns {Control} */
export function number(o) {
  const step = o.step ?? 1, reset = o.reset ?? o.value, id = uniqueId("number");
  let value = o.value;
  const change = (/** @type {number} */ next) => {
    value = next;
    o.on(value);
    o.done?.(value);
  };
  const { box, set } = valueBox(o, step, change);
  box.id = id;
  box.classList.add("boxed");
  box.addEventListener("dblclick", () => {
    set(reset);
    change(reset);
  });
  const element = h("div", { class: "field" },
    h("label", { for: id, text: o.label, class: o.hideLabel ? "hidden-text" : undefined }), box);
  return {
    element, input: box, get: () => value,
    set: (next) => { value = next; set(next); },
    disable: (disabled) => { box.disabled = disabled; },
  };
}

/** @typedef {object} ChoiceOptions
 * @property {string} label
 * @property {(string | [string, string])[]} options the values, or [value, text]
 * @property {string} [value] the first where left out
 * @property {boolean} [hideLabel]
 * @property {boolean} [disabled]
 * @property {string} [title]
 * @property {(value: string) => void} on */

/** @param {ChoiceOptions} o */
export function select(o) {
  const id = uniqueId("select");
  const input = h("select", { id, disabled: o.disabled, title: o.title, on: { change: () => o.on(input.value) } });
  const options = (/** @type {(string | [string, string])[]} */ list) => {
    fill(input, list.map((item) => {
      const [value, text] = Array.isArray(item) ? item : [item, item];
      return h("option", { value, text });
    }));
  };
  options(o.options);
  if (o.value !== undefined) input.value = o.value;
  const element = h("div", { class: "field" },
    h("label", { for: id, text: o.label, class: o.hideLabel ? "hidden-text" : undefined }),
    h("span", { class: "select" }, input, icon("up")));
  return {
    element, input, options, get: () => input.value,
    set: (/** @type {string} */ value) => { input.value = value; },
    disable: (/** @type {boolean} */ disabled) => { input.disabled = disabled; },
  };
}

/** Few choices side by side, one of them taken. @param {ChoiceOptions} o */
export function segmented(o) {
  const name = uniqueId("segment");
  const inputs = o.options.map((item) => {
    const value = Array.isArray(item) ? item[0] : item;
    return h("input", { type: "radio", name, value, disabled: o.disabled, on: { change: () => o.on(value) } });
  });
  const set = (/** @type {string} */ value) => { for (const input of inputs) input.checked = input.value === value; };
  set(o.value ?? inputs[0]?.value ?? "");
  const group = h("div", { class: "segmented", role: "radiogroup", "aria-label": o.label, title: o.title },
    inputs.map((input, i) => {
      const item = o.options[i];
      return h("label", null, input, Array.isArray(item) ? item[1] : item);
    }));
  const element = o.hideLabel ? group :
    h("div", { class: "field" }, h("span", { class: "label", text: o.label, "aria-hidden": "true" }), group);
  return {
    element, inputs, set, get: () => inputs.find((input) => input.checked)?.value ?? "",
    disable: (/** @type {boolean} */ disabled) => { for (const input of inputs) input.disabled = disabled; },
  };
}

/** A switch. @param {{label: string, value: boolean, on: (value: boolean) => void, title?: string, disabled?: boolean}} o */
export function toggle(o) {
  const input = h("input", {
    type: "checkbox", role: "switch", checked: o.value, disabled: o.disabled,
    on: { change: () => o.on(input.checked) },
  });
  const element = h("label", { class: "toggle", title: o.title }, input, h("span", { text: o.label }));
  return {
    element, input, get: () => input.checked,
    set: (/** @type {boolean} */ value) => { input.checked = value; },
    disable: (/** @type {boolean} */ disabled) => { input.disabled = disabled; },
  };
}

/** Gathers settings and sends them no more often than the screen shows. @param {(fields: object) => void} send */
export function oncePerFrame(send) {
  /** @type {Record<string, any>} */
  let waiting = {};
  let planned = 0;
  const flush = () => {
    planned = 0;
    send(waiting);
    waiting = {};
  };
  return {
    set: (/** @type {object} */ fields) => {
      Object.assign(waiting, fields);
      planned ||= requestAnimationFrame(flush);
    },
    stop: () => cancelAnimationFrame(planned),
  };
}

// ---- structure ---------------------------------------------------------------------------------

/** Tabs; with `panels` it shows the panel of the chosen one. `on` is not called for the first.
 * @param {string[]} names @param {(index: number) => void} [on] @param {HTMLElement[]} [panels] */
export function tabs(names, on, panels = []) {
  let chosen = 0;
  const buttons = names.map((name, i) => h("button", {
    type: "button", role: "tab", id: uniqueId("tab"), text: name,
    on: { click: () => choose(i), keydown: (/** @type {KeyboardEvent} */ event) => move(event, i) },
  }));
  panels.forEach((panel, i) => {
    panel.id ||= uniqueId("panel");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", buttons[i].id);
    buttons[i].setAttribute("aria-controls", panel.id);
  });
  function show(/** @type {number} */ index) {
    chosen = index;
    buttons.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
    });
    panels.forEach((panel, i) => { panel.hidden = i !== index; });
    requestAnimationFrame(() => { // in view where not all fit
      const { offsetLeft: left, offsetWidth: width } = buttons[index];
      if (left < list.scrollLeft) list.scrollLeft = left;
      else if (left + width > list.scrollLeft + list.clientWidth) list.scrollLeft = left + width - list.clientWidth;
    });
  }
  function choose(/** @type {number} */ index) {
    show(index);
    on?.(index);
  }
  function move(/** @type {KeyboardEvent} */ event, /** @type {number} */ i) {
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: names.length - 1 };
    if (to[event.key] === undefined) return;
    event.preventDefault();
    const next = (to[event.key] + names.length) % names.length;
    choose(next);
    buttons[next].focus();
  }
  const list = h("div", { class: "tabs", role: "tablist" }, buttons);
  show(0);
  return { element: list, set: show, get: () => chosen };
}

/** Something to open, "Advanced"; whether it is open is remembered.
 * @param {string} summary @param {...(Child | Child[])} children */
export function details(summary, ...children) {
  const key = `inkling-open ${location.hash.replace(/\?.*/, "")} ${summary}`;
  return h("details", {
    class: "details", open: remembered(key) === "yes",
    on: { toggle: (/** @type {Event} */ event) => remember(key, /** @type {any} */ (event.target).open ? "yes" : "no") },
  }, h("summary", { text: summary }), h("div", { class: "stack" }, ...children));
}

/** What the browser keeps for this page; nothing where it keeps nothing. @param {string} key */
export function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing: then it is as at the first visit.
  }
}

/** A card with a heading. @param {string} title "" = without @param {...(Child | Child[])} children */
export function panel(title, ...children) {
  const id = uniqueId("heading");
  return h("section", { class: "panel stack", "aria-labelledby": title ? id : undefined },
    title && h("h2", { id, text: title }), ...children);
}

/** @type {HTMLElement | null} */
let tip = null;

/** @param {HTMLElement} word @param {string} explanation */
function showTip(word, explanation) {
  tip ??= document.body.appendChild(h("div", { class: "tip", id: "tip", role: "tooltip" }));
  tip.textContent = explanation;
  tip.hidden = false;
  const at = word.getBoundingClientRect(), own = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left), innerWidth - own.width - 8);
  const below = at.bottom + 6 + own.height < innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - own.height)}px`;
}

/** A rare word, explained when it is pointed at, focused or pressed.
 * @param {string} word @param {string} explanation */
export function term(word, explanation) {
  const hide = () => { if (tip) tip.hidden = true; };
  const show = () => showTip(element, explanation);
  const element = h("button", {
    type: "button", class: "term", text: word, "aria-description": explanation,
    on: {
      pointerenter: show, pointerleave: hide, focus: show, blur: hide, click: show,
      keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Escape") hide(); },
    },
  });
  return element;
}

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** Links a style sheet once, "scenes/fruit.css"; resolves when it is there. A module that is drawn by one awaits it
 * before anything is drawn: what is measured without its style has other sizes.
 * @param {string} path @returns {Promise<void>} */
export function stylesheet(path) {
  const known = sheets.get(path);
  if (known) return known;
  const there = /** @type {Promise<void>} */ (new Promise((resolve) => {
    document.head.append(h("link", { rel: "stylesheet", href: path, on: { load: () => resolve(), error: () => resolve() } }));
  }));
  sheets.set(path, there);
  return there;
}

/** How far something is: `set(0.4, "12 s left")`; null where that is not known. @param {string} label */
export function progress(label) {
  const bar = h("progress", { max: 1, "aria-label": label });
  const text = h("span", { class: "soft numbers" });
  const element = h("div", { class: "progress" }, h("span", { text: label }), bar, text);
  return {
    element,
    set: (/** @type {number | null} */ share, note = "") => {
      if (share === null || !Number.isFinite(share)) bar.removeAttribute("value");
      else bar.value = Math.min(1, Math.max(0, share));
      text.textContent = note;
    },
  };
}

/** What stands where there is nothing yet, with the next step. @param {string} title @param {string} sentence
 * @param {...(Child | Child[])} actions */
export function empty(title, sentence, ...actions) {
  return h("div", { class: "empty" }, h("strong", { text: title }), h("p", { text: sentence }),
    actions.length > 0 && h("div", { class: "row" }, ...actions));
}

/** A small label. @param {string} text @param {"right" | "wrong" | "accent" | ""} [kind] */
export function badge(text, kind = "") {
  return h("span", { class: `badge ${kind}`.trim(), text });
}

/** ✓ or ✗ with a word, never by colour alone. @param {boolean} right @param {string} [word] */
export function verdict(right, word = right ? "right" : "wrong") {
  return badge(`${right ? "✓" : "✗"} ${word}`, right ? "right" : "wrong");
}

/** A badge that says for two seconds that something was done: "✓ copied".
 * @param {HTMLElement} host it is put behind what is there @param {string} text */
export function confirmBadge(host, text) {
  const element = h("span", { class: "badge right", role: "status", text: `✓ ${text}` });
  host.append(element);
  setTimeout(() => element.remove(), 2000);
  return element;
}

/** @param {string} caption @param {string[]} headings @param {(Child | Child[])[][]} rows
 * @param {{hideCaption?: boolean}} [options] */
export function table(caption, headings, rows, options = {}) {
  const cells = (/** @type {(Child | Child[])[]} */ row) => h("tr", null, row.map((cell, i) =>
    i === 0 ? h("th", { scope: "row" }, cell) : h("td", null, cell)));
  return h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": caption },
    h("table", null, h("caption", { text: caption, class: options.hideCaption ? "hidden-text" : undefined }),
      h("thead", null, h("tr", null, headings.map((text) => h("th", { scope: "col", text })))),
      h("tbody", null, rows.map(cells))));
}
