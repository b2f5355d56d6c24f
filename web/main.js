// The shell: top bar, rail, router, keys, help. It knows the scenes only by their modules.

import { button, fill, h, icon, keyName, remember, remembered, segmented, select, thousands } from "./kit/ui.js";
import * as wire from "./wire.js";

/** @typedef {import("./types").Scene} Scene */
/** @typedef {import("./types").OpenScene} OpenScene */
/** @typedef {import("./types").KeyHelp} KeyHelp */
/** @typedef {import("./types").Clock} Clock */
/** @typedef {"" | "doing" | "done"} Mark */

/** The lessons in the order of the story; names as in C. */
const LESSONS = [
  ["fruit", "Fruit"], ["microscope", "Microscope"], ["slope", "Slope"], ["landscape", "Landscape"],
  ["train", "Train"], ["look", "Look"], ["draw", "Draw"], ["transform", "Transform"],
];
const SPEEDS = /** @type {[string, string][]} */ ([
  ["1/s", "1/s"], ["10/s", "10/s"], ["watch", "Watch"], ["real", "real time"], ["max", "max"],
]);

const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const bar = at("bar"), rail = at("rail"), main = at("main"), says = at("says"), toasts = at("toasts");

/** What is open. @type {{name: string, scene: Scene | null, open: OpenScene | null, off: (() => void)[],
 *   link: string, command: string, why: string,
 *   clock: Clock | null}} */
let front = { name: "", scene: null, open: null, off: [], link: "", command: "", why: "", clock: null };

// ---- sentences -----------------------------------------------------------------------------------

/** @param {string} text */
function toast(text) {
  for (const old of toasts.children) if (old.querySelector("span")?.textContent === text) old.remove();
  while (toasts.children.length > 3) toasts.firstElementChild?.remove();
  const element = h("div", { class: "toast" }, h("span", { text }),
    button("Close", () => element.remove(), { icon: "close", iconOnly: true }));
  toasts.append(element);
  setTimeout(() => element.remove(), 4000 + 60 * text.length);
}

let sayTimer = 0;
let sayDue = 0;
/** Screen readers get the newest sentence once it has come to rest, and every five seconds while it has not.
 * @param {string} sentence */
function say(sentence) {
  if (sayTimer) clearTimeout(sayTimer);
  else sayDue = performance.now() + 5000;
  sayTimer = window.setTimeout(() => {
    says.textContent = sentence;
    sayTimer = 0;
  }, Math.max(0, Math.min(400, sayDue - performance.now())));
}

// ---- top bar -------------------------------------------------------------------------------------

const clockFields = {
  epoch: h("dd", { text: "–" }), updates: h("dd", { text: "–" }), seconds: h("dd", { text: "–" }), seed: h("dd", { text: "–" }),
};
const playButton = button("Play", () => playOrPause(), { icon: "play", iconOnly: true, key: " ", class: "play" });
const stepButton = button("Step: one update", () => tell("step"), { icon: "step", iconOnly: true, key: "s" });
const rewindButton = button("Rewind to the same start", () => tell("rewind"), { icon: "rewind", iconOnly: true, key: "0" });
const diceButton = button("New start: another seed", () => tell("new_start"), { icon: "dice", iconOnly: true, key: "Shift+0" });
const speedSegments = segmented({ label: "Speed", hideLabel: true, options: SPEEDS, value: "watch", on: setSpeed });
const speedSelect = select({ label: "Speed", hideLabel: true, options: SPEEDS, value: "watch", on: setSpeed });
speedSelect.element.classList.add("speed-choice");
const transport = h("div", { class: "transport", role: "group", "aria-label": "Time" });
transport.hidden = true;

function buildBar() {
  const counter = (/** @type {string} */ name, /** @type {HTMLElement} */ value) =>
    h("div", { class: `counter ${name}` }, h("dt", { text: name }), value);
  fill(transport, rewindButton, playButton, stepButton,
    h("div", { class: "speeds" }, speedSegments.element, speedSelect.element),
    h("dl", { class: "counters" }, counter("epoch", clockFields.epoch), counter("update", clockFields.updates),
      counter("seconds", clockFields.seconds), counter("seed", clockFields.seed)), diceButton);
  fill(bar,
    h("a", { class: "brand", href: "#fruit", title: "Inkling: to the first lesson" },
      h("img", { class: "mark", src: "icon.svg", alt: "", width: 26, height: 26 }), h("span", { text: "Inkling" })),
    transport,
    h("div", { class: "links" },
      button("Copy as command", copyCommand, { icon: "command", iconOnly: true }),
      button("Copy link", copyLink, { icon: "link", iconOnly: true }),
      button("All keys", showKeys, { icon: "keys", iconOnly: true, key: "?" })));
}

/** @param {string} verb @param {object} [fields] */
function tell(verb, fields) {
  if (front.open?.transport) wire.send(front.name, verb, fields);
}

function playOrPause() {
  tell(front.clock?.playing ? "pause" : "play");
}

/** @param {string} speed */
function setSpeed(speed) {
  showSpeed(speed);
  tell("speed", { speed });
}

/** @param {string} speed */
function showSpeed(speed) {
  speedSegments.set(speed);
  speedSelect.set(speed);
}

/** @param {number} by */
function changeSpeed(by) {
  const now = SPEEDS.findIndex(([name]) => name === speedSelect.get());
  const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, now + by))];
  setSpeed(next[0]);
  say(`speed ${next[1]}`);
}

/** @param {Clock} clock */
function showClock(clock) {
  const before = front.clock;
  front.clock = clock;
  clockFields.epoch.textContent = Number.isInteger(clock.epoch) ? String(clock.epoch) : clock.epoch.toFixed(2);
  clockFields.updates.textContent = thousands(clock.updates);
  clockFields.seconds.textContent = clock.seconds < 100 ? clock.seconds.toFixed(1) : thousands(clock.seconds);
  clockFields.seed.textContent = String(clock.seed);
  if (before?.playing !== clock.playing) {
    const label = clock.playing ? "Pause" : "Play";
    fill(playButton, icon(clock.playing ? "pause" : "play"));
    playButton.setAttribute("aria-label", label);
    playButton.title = `${label} (Space)`;
  }
  playButton.disabled = !clock.can_play && !clock.playing;
  stepButton.disabled = !clock.can_play && !clock.playing;
  if (clock.speed !== before?.speed) showSpeed(clock.speed);
  if (clock.message && clock.message !== before?.message) toast(clock.message);
}

// ---- links and commands --------------------------------------------------------------------------

/** @param {string} text @param {string} what */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied: ${text}`);
  } catch {
    showDialog(what, h("p", { class: "soft", text: "The browser does not let the page copy; take it from here:" }),
      h("textarea", { readonly: true, rows: 4, value: text, "aria-label": what }));
  }
}

function copyLink() {
  copy(location.origin + location.pathname + front.link, "Link");
}

function copyCommand() {
  if (front.command) copy(front.command, "Command");
  else toast(front.why || `${titleOf(front.name)} has no command of its own: try Train.`);
}

/** @param {string} name */
function titleOf(name) {
  return LESSONS.find(([known]) => known === name)?.[1] ?? name;
}

// ---- rail ----------------------------------------------------------------------------------------

/** @returns {Record<string, Mark>} */
function marks() {
  try {
    const read = JSON.parse(remembered("inkling-marks") ?? "{}");
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

/** @param {string} name @param {Mark} state */
function mark(name, state) {
  const all = marks();
  if (all[name] === state || (all[name] === "done" && state === "doing")) return;
  all[name] = state;
  remember("inkling-marks", JSON.stringify(all));
  showMarks();
}

/** @type {Map<string, {link: HTMLAnchorElement, state: SVGSVGElement, word: HTMLElement}>} */
const railItems = new Map();
const railOpen = h("button", { type: "button", class: "rail-open", "aria-expanded": "false", "aria-controls": "lessons" });

function openRail(/** @type {boolean} */ open) {
  rail.classList.toggle("open", open);
  railOpen.setAttribute("aria-expanded", String(open));
}

/** Before another lesson: the address of this one is kept for the way back. */
function leave() {
  keepLink();
  openRail(false);
}

function buildRail() {
  const list = h("ol", { id: "lessons" });
  for (const [name, title] of LESSONS) {
    const state = icon('<circle class="disc" cx="12" cy="12" r="9.5"/><path class="half" d="M12 2.5a9.5 9.5 0 0 1 0 19Z"/><path class="tick" d="m7 12.5 3.5 3.5L17 8.5"/>');
    state.setAttribute("class", "state");
    const word = h("span", { class: "hidden-text" });
    const link = h("a", { href: `#${name}`, title, on: { click: leave } }, icon(name),
      h("span", { class: "title" }, title, word), state);
    railItems.set(name, { link, state, word });
    list.append(h("li", null, link));
  }
  railOpen.addEventListener("click", () => openRail(railOpen.getAttribute("aria-expanded") !== "true"));
  rail.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !rail.classList.contains("open")) return;
    openRail(false);
    railOpen.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !rail.contains(event.target)) openRail(false);
  });
  rail.append(list, railOpen);
}

function showMarks() {
  const all = marks();
  const words = { "": "not started", doing: "begun", done: "done" };
  for (const [name, { link, state, word }] of railItems) {
    const now = all[name] ?? "";
    state.setAttribute("class", `state ${now}`.trim());
    word.textContent = `, ${words[now] ?? words[""]}`;
    link.title = `${titleOf(name)}: ${words[now] ?? words[""]}`;
    if (name === front.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const index = LESSONS.findIndex(([name]) => name === front.name);
  if (index >= 0) {
    fill(railOpen, icon(front.name), h("span", { class: "name", text: LESSONS[index][1] }),
      h("span", { class: "soft small", text: `lesson ${index + 1} of ${LESSONS.length}` }), icon("up"));
  }
}

// ---- scenes --------------------------------------------------------------------------------------

const head = {
  title: h("h1"), lesson: h("p", { class: "lesson" }), said: h("p", { class: "said" }),
  keys: h("p", { class: "hidden-text", text: "Press ? for all keys." }),
  connection: h("span", { class: "connection", text: "connecting" }),
};
const banner = h("div", { class: "banner", role: "status" });
banner.hidden = true;

/** "#fruit?seed=3" in its parts; what is not known is the first lesson. @param {string} hash */
function parse(hash) {
  const [name, query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const known = LESSONS.some(([lesson]) => lesson === name);
  return { name: known ? name : LESSONS[0][0], params: new URLSearchParams(known ? query : "") };
}

/** @param {string} name @param {URLSearchParams} params */
function linkTo(name, params) {
  const query = params.toString();
  return query ? `#${name}?${query}` : `#${name}`;
}

let opening = 0;
let linkTimer = 0;
let address = location.hash; // as it was put or read last

/** Puts the link into the address: not at every move of a slider, since browsers count them. An address that has
 * changed meanwhile leads elsewhere, and its event is still to come. */
function keepLink() {
  clearTimeout(linkTimer);
  linkTimer = 0;
  if (!front.link || location.hash === front.link || location.hash !== address) return;
  history.replaceState(null, "", front.link);
  address = location.hash;
}

async function route() {
  if (location.hash === "#main") { // the skip link
    history.replaceState(null, "", front.link || "#fruit");
    address = location.hash;
    main.focus();
    return;
  }
  address = location.hash;
  const { name, params } = parse(location.hash);
  const link = linkTo(name, params);
  if (link === front.link && front.name === name) return;
  const turn = ++opening;
  clearTimeout(linkTimer);
  linkTimer = 0;
  closeScene();
  front = { name, scene: null, open: null, off: [], link, command: "", why: "", clock: null };
  mark(name, "doing");
  showMarks();
  /** @type {Scene | null} */
  let scene = null;
  try {
    scene = (await import(`./scenes/${name}.js`)).default ?? null;
  } catch (error) {
    console.error(error);
    toast(`The lesson ${titleOf(name)} could not be loaded: ${error instanceof Error ? error.message : error}.`);
  }
  if (turn === opening) openScene(scene, params);
}

function closeScene() {
  for (const off of front.off) off();
  try {
    front.open?.close();
  } catch (error) {
    console.error(error);
  }
}

/** @param {Scene | null} scene @param {URLSearchParams} params */
function openScene(scene, params) {
  const root = h("div", { class: `scene scene-${front.name}` });
  front.scene = scene;
  head.title.textContent = scene?.title ?? titleOf(front.name);
  head.lesson.textContent = scene?.lesson ?? "";
  head.said.textContent = "";
  document.title = `${head.title.textContent} · Inkling`;
  fill(main, banner, h("div", { class: "scene-head" }, head.title, head.connection, head.lesson, head.keys, head.said), root);
  main.scrollTop = 0;
  if (scene) {
    wire.show(front.name);
    listenToClock();
    try {
      front.open = scene.open(pageFor(root, params));
    } catch (error) {
      console.error(error);
      toast(`The lesson ${titleOf(front.name)} could not be opened: ${error instanceof Error ? error.message : error}.`);
    }
  } else {
    root.append(h("div", { class: "empty" }, h("strong", { text: "This lesson could not be loaded." }),
      h("p", { text: "Is the studio still running? The others are at the left; each works on its own." }),
      button("Try again", () => location.reload(), { primary: true })));
  }
  transport.hidden = !front.open?.transport;
}

function listenToClock() {
  for (const value of Object.values(clockFields)) value.textContent = "–";
  front.off.push(wire.on(front.name, "clock", (frame) => showClock(/** @type {any} */ (frame))));
}

/** @param {HTMLElement} root @param {URLSearchParams} params @returns {import("./types").Page} */
function pageFor(root, params) {
  const { name } = front, mine = front;
  return {
    root,
    params,
    wire: {
      send: (verb, fields) => wire.send(name, verb, fields),
      ask: (verb, fields) => wire.ask(name, verb, fields),
      on: (kind, fn) => { mine.off.push(wire.on(name, kind, fn)); },
    },
    setLink: (next) => {
      if (front !== mine) return;
      mine.link = linkTo(name, next);
      linkTimer ||= window.setTimeout(keepLink, 300);
    },
    setCommand: (command, why = "") => { Object.assign(mine, { command, why }); },
    say: (sentence, shown = false) => {
      if (front !== mine) return;
      if (shown) head.said.textContent = sentence;
      say(sentence);
    },
    toast,
    go,
    mark: (state) => mark(name, state),
  };
}

/** @param {string} scene @param {Record<string, string>} [params] */
function go(scene, params = {}) {
  keepLink();
  location.hash = linkTo(scene, new URLSearchParams(params));
}

// ---- connection ----------------------------------------------------------------------------------

wire.events.error = toast;

wire.events.connection = (connected) => {
  head.connection.textContent = connected ? "connected" : "not connected";
  head.connection.classList.toggle("lost", !connected);
  if (connected) banner.hidden = true;
  else warn("The connection was lost; trying again.");
};

wire.events.restarted = () => warn("The studio was started anew: open the address it printed.");

/** @param {string} text */
function warn(text) {
  if (banner.textContent !== text) fill(banner, icon("warning"), h("span", { text }));
  banner.hidden = false;
}

// ---- keys ----------------------------------------------------------------------------------------

/** @returns {KeyHelp[]} */
function shellKeys() {
  const time = front.open?.transport ? [
    { key: " ", does: "play or pause", run: playOrPause },
    { key: "s", does: "one step", run: () => tell("step") },
    { key: "0", does: "rewind to the same start", run: () => tell("rewind") },
    { key: "Shift+0", does: "new start with another seed", run: () => tell("new_start") },
    { key: "+", does: "faster", run: () => changeSpeed(1) },
    { key: "-", does: "slower", run: () => changeSpeed(-1) },
  ] : [];
  return [
    ...time,
    { key: "d", does: "to the pad", run: () => go("draw") },
    { key: "v", does: "to the pictures", run: () => go("look") },
    { key: "m", does: "to the mistakes", run: () => go("look", { mistakes: "1" }) },
    { key: "?", does: "all keys", run: showKeys },
  ];
}

/** @param {KeyboardEvent} event @param {string} key */
function matches(event, key) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const shifted = key.startsWith("Shift+"), name = shifted ? key.slice(6) : key;
  if (/^[0-9]$/.test(name) && event.code === `Digit${name}`) return event.shiftKey === shifted;
  if (event.key.toLowerCase() !== name.toLowerCase()) return false;
  return shifted ? event.shiftKey : !event.shiftKey || !/^[a-z0-9]$|^Arrow/i.test(name);
}

/** @type {EventTarget | null} */
let clicked = null; // what a pointer gave the focus: Space and Enter are then not for it
let byPointer = false; // what gets the focus next gets it from a pointer

/** Does the thing with the focus want this key itself? @param {KeyboardEvent} event */
function taken(event) {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) {
    if (!["range", "checkbox", "radio", "button"].includes(target.type)) return true;
    if (target.type !== "checkbox" && /^(Arrow|Home|End|Page)/.test(event.key)) return true;
    return event.key === " " && target.type !== "range" && target !== clicked;
  }
  return (event.key === " " || event.key === "Enter") && target.matches("button, a, summary, [role=button], [role=gridcell]") &&
    target !== clicked;
}

/** @param {KeyboardEvent} event */
function keydown(event) {
  if (event.key === "Tab" || event.key.startsWith("Arrow")) {
    clicked = null;
    byPointer = false;
  }
  if (event.defaultPrevented || document.querySelector("dialog[open]") || taken(event)) return;
  const found = [...(front.open?.keys ?? []), ...shellKeys()].find(({ key }) => matches(event, key));
  if (!found) return;
  event.preventDefault();
  if (event.key === " " && event.target === clicked) stopClick = true;
  if (event.key === " " && event.repeat) return;
  found.run();
}

let stopClick = false; // of the button under a Space that was a key of the page

function listenToKeys() {
  document.addEventListener("keydown", keydown);
  document.addEventListener("keyup", (event) => {
    if (stopClick && event.key === " ") event.preventDefault();
    stopClick = false;
  }, true);
  document.addEventListener("pointerdown", () => {
    byPointer = true;
    setTimeout(() => { clicked = document.activeElement; });
  }, true);
  // A label hands the focus on when the click is over.
  document.addEventListener("focusin", (event) => { if (byPointer) clicked = event.target; }, true);
}

/** @type {HTMLDialogElement | null} */
let dialog = null;

/** @param {string} title @param {...Node} content */
function showDialog(title, ...content) {
  dialog?.remove();
  const made = h("dialog", { "aria-labelledby": "dialog-title", on: { close: () => made.remove() } },
    h("div", { class: "dialog-head" }, h("h2", { id: "dialog-title", text: title }),
      button("Close", () => made.close(), { icon: "close", iconOnly: true })), ...content);
  made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
  document.body.append(made);
  made.showModal();
  dialog = made;
}

function showKeys() {
  const list = (/** @type {string} */ title, /** @type {KeyHelp[]} */ keys) => keys.length === 0 ? null :
    h("section", null, h("h3", { text: title }), h("dl", null,
      keys.flatMap(({ key, does }) => [h("dt", null, h("kbd", { text: keyName(key) })), h("dd", { text: does })])));
  const everywhere = [
    { key: "Tab", does: "to the next control", run() {} },
    { key: "Shift", does: "with arrows or dragging: ten times finer", run() {} },
  ];
  const own = front.open?.keys ?? [], same = (/** @type {string} */ key) => own.some((mine) => mine.key.toLowerCase() === key.toLowerCase());
  showDialog("All keys", h("div", { class: "key-lists" },
    list("Everywhere", [...shellKeys().filter(({ key }) => !same(key)), ...everywhere]), list(titleOf(front.name), own)));
}

// ---- begin ---------------------------------------------------------------------------------------

buildBar();
buildRail();
listenToKeys();
addEventListener("hashchange", route);
wire.connect();
route();
