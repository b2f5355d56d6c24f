// My doodles: own classes, a handful of drawings each, learnt in seconds.

import { pixels } from "../kit/picture.js";
import { button, fill, h, progress } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */

/** Says what it asks to who cannot see beside which name it stands. @param {string} name @param {() => void} act */
function reallyDelete(name, act) {
  const made = button("Really?", act, { class: "wrong", title: `Delete ${name} and its drawings` });
  made.setAttribute("aria-label", `Really? Delete ${name}`);
  return made;
}

/** @param {object} o
 * @param {import("../types").Page} o.page
 * @param {(verb: string, fields?: object) => void} o.tell
 * @param {() => void} o.before called before a verb that wipes the pad
 * @param {() => void} o.ask makes them the ones that are asked
 * @param {() => boolean} o.empty is the pad blank? */
export function doodles({ page, tell, before, ask, empty }) {
  const list = h("ul", { class: "draw-mine" });
  const name = h("input", { type: "text", maxlength: 24, placeholder: "a thing of your own: octopus, my signature", "aria-label": "Name of a new class", spellcheck: "false" });
  const add = h("form", { class: "row draw-add", on: { submit: submit } }, name, button("Add", () => {}, { icon: "add" }));
  const learn = button("Learn", () => tell("mine_learn"), { primary: true });
  const bar = progress("learning");
  const result = h("p");
  const kept = h("p", { class: "soft small" });
  const element = h("div", { class: "stack" },
    h("p", { class: "soft small", text: "Name two things or more and draw each ten times. A small network that knows doodles already learns them in seconds." }),
    list, add, h("div", { class: "row" }, learn, bar.element), result, kept);
  /** @type {HTMLButtonElement} */ (add.querySelector("button")).type = "submit";
  bar.element.hidden = true;
  let learnt = false, deleting = -1, asked = 0;

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    if (!name.value.trim()) return;
    tell("mine_add", { name: name.value.trim() });
    name.value = "";
  }

  /** @param {number} index */
  function keep(index) {
    if (empty()) {
      page.toast("There is nothing on the pad to keep: draw it first.");
      return;
    }
    before();
    tell("mine_keep", { class: index });
  }

  /** @param {Frame} frame @param {{name: string, count: number}} item @param {number} i @param {number} at */
  function row(frame, item, i, at) {
    const pictures = /** @type {Uint8Array} */ (frame.arrays[0]);
    const title = h("input", { type: "text", value: item.name, maxlength: 24, class: "draw-name", "aria-label": `Name of class ${i + 1}`, spellcheck: "false" });
    title.addEventListener("change", () => {
      if (title.value.trim() && title.value.trim() !== item.name) tell("mine_rename", { class: i, name: title.value.trim() });
      else title.value = item.name;
    });
    const thumbs = Array.from({ length: item.count }, (_, k) => {
      const canvas = h("canvas", { "aria-hidden": "true" });
      pixels(canvas, 28, 28, 1, pictures, { offset: 784 * (at + k) });
      return h("button", {
        type: "button", class: "draw-thumb", title: "Throw it away", "aria-label": `Throw away drawing ${k + 1} of ${item.name}`,
        on: { click: () => tell("mine_drop", { class: i, drawing: k }) },
      }, canvas);
    });
    const save = button("Keep the drawing", () => keep(i), { icon: "save", title: `Keep what is on the pad as ${item.name}` });
    save.setAttribute("aria-label", `Keep the drawing as ${item.name}`);
    const remove = deleting === i ?
      reallyDelete(item.name, () => { deleting = -1; tell("mine_delete", { class: i }); }) :
      button(`Delete ${item.name}`, () => { deleting = i; set(frame); }, { icon: "bin", iconOnly: true });
    return h("li", null,
      h("div", { class: "row" }, title, h("span", { class: "soft small numbers", text: `${item.count} of ${frame.wanted}` }), save, remove),
      thumbs.length > 0 && h("div", { class: "draw-thumbs" }, thumbs));
  }

  /** @param {Frame} frame */
  function set(frame) {
    const typing = list.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement;
    let at = 0;
    if (!typing || !frame.learning) {
      fill(list, frame.classes.map((/** @type {any} */ item, /** @type {number} */ i) => {
        const made = row(frame, item, i, at);
        at += item.count;
        return made;
      }));
    }
    const enough = frame.classes.length >= 2 && frame.classes.every((/** @type {any} */ c) => c.count >= frame.least);
    learn.disabled = !enough || frame.learning;
    learn.title = enough ? "" : `It takes two classes with ${frame.least} drawings or more each`;
    learn.hidden = frame.classes.length === 0;
    bar.element.hidden = !frame.learning;
    bar.set(frame.done, `${frame.seconds.toFixed(1)} s`);
    learnt = frame.asked > 0 || learnt;
    if (frame.learning) result.textContent = "";
    else if (frame.message) result.textContent = frame.message;
    else if (frame.asked > 0) {
      result.textContent = `Learnt in ${frame.seconds.toFixed(1)} s: ${frame.right} of ${frame.asked} drawings right that were held out and never learnt from.` +
        (frame.asked < 20 ? " So few say little; draw a new one on the pad." : "") + (frame.changed ? " You have changed them since: learn again." : "");
      if (frame.asked !== asked) {
        page.say(result.textContent);
        ask();
      }
    }
    asked = frame.learning ? 0 : frame.asked;
    kept.textContent = frame.kept ? "Kept on this computer, as pictures in a folder of your own." : "Kept only until the studio is closed.";
  }
  return { element, set, learnt: () => learnt };
}
