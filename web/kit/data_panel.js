// The data panel: which data sets there are, getting them, and looking into one's own. Its C side is
// studio/data_panel.c; any scene that passes "data_..." on can show it.

import { pixels, gallery } from "./picture.js";
import { badge, button, fill, h, panel, percent, progress, stylesheet, table, thousands } from "./ui.js";

await stylesheet("kit/data_panel.css");

/** @typedef {import("../types").SceneWire} SceneWire */
/** @typedef {import("../types").Frame} Frame */

/** 11594722 -> "11.6 MB". @param {number} bytes */
export function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power > 0 && bytes / 1000 ** power < 100 ? 1 : 0)} ${units[power]}`;
}

/** What can be done with a set, in a row of its own. @param {any} set @param {DataPanelOptions} options
 * @param {(name: string) => void} get @param {(name: string) => void} check */
function setRow(set, options, get, check) {
  const mark = h("span");
  const getButton = button(`Download ${size(set.bytes)}`, () => get(set.name), { icon: "save" });
  const checkButton = button("Look inside", () => check(set.name));
  const useButton = options.use ? button("Use it", () => options.use?.(set.name)) : null;
  const source = set.address ? h("a", { href: set.address, target: "_blank", rel: "noopener noreferrer", text: set.address.replace(/^https?:\/\//, "") }) : null;
  const element = h("li", { class: "data-set" },
    h("div", { class: "data-set-words" },
      h("div", { class: "row" }, h("strong", { text: set.name }), mark),
      h("p", { text: set.about }),
      h("p", { class: "soft small" }, set.licence, set.licence && source ? " · " : "", source)),
    h("div", { class: "row data-set-actions" }, checkButton, getButton, useButton));
  return {
    element,
    /** @param {any} now @param {boolean} busy */
    update(now, busy) {
      fill(mark, now.built_in ? badge("built in") : now.here ? badge("✓ here", "right") : badge("not here"));
      getButton.hidden = now.built_in || now.here;
      getButton.disabled = busy;
      checkButton.hidden = !now.here;
      if (useButton) useButton.hidden = !now.here;
    },
  };
}

/** Progress of a download with the time that is left. @param {() => void} cancel */
function downloadRow(cancel) {
  const bar = progress("");
  const stop = button("Cancel", cancel);
  const text = h("p", { class: "small" });
  const element = h("div", { class: "data-download", role: "status" }, h("div", { class: "row" }, bar.element, stop), text);
  element.hidden = true;
  let began = 0, from = 0, file = "";
  return {
    element,
    /** @param {any} d */
    update(d) {
      element.hidden = !d;
      if (!d) return;
      bar.element.hidden = stop.hidden = !d.running;
      if (d.running) {
        const now = performance.now() / 1000;
        if (file !== d.file || d.done < from) [file, began, from] = [d.file, now, d.done];
        const rate = (d.done - from) / Math.max(0.5, now - began), left = rate > 0 ? (d.total - d.done) / rate : NaN;
        /** @type {HTMLElement} */ (bar.element.firstChild).textContent = `${d.name}: ${d.file} ${d.files > 1 ? `(${d.index + 1} of ${d.files})` : ""}`;
        bar.set(d.total > 0 ? d.done / d.total : null, `${size(d.done)}${d.total ? ` of ${size(d.total)}` : ""}` +
          (Number.isFinite(left) && left > 2 ? `, ${Math.round(left)} s left` : ""));
        text.textContent = "";
      } else {
        text.textContent = d.status === "ok" ? `✓ ${d.name} is here.` : d.status === "stopped" ?
          `${d.name} was stopped; what came is kept, and Download goes on with it.` : `✗ ${d.text}`;
        text.className = d.status === "failed" ? "notice wrong" : "notice";
      }
    },
  };
}

/** @param {any} check @param {Frame} frame @param {DataPanelOptions} options */
function report(check, frame, options) {
  if (check.running) return h("p", { class: "soft", role: "status", text: `Opening ${check.name} …` });
  if (check.text) return h("p", { class: "notice wrong", role: "status", text: `✗ ${check.text}` });
  const pictures = check.strip.length > 0, colour = check.channels === 3 ? "in colour" : "grey";
  const what = pictures ? `pictures of ${check.height} × ${check.width}, ${colour}` : `vectors of ${check.width} numbers`;
  const names = check.classes.map((/** @type {[string, number, number]} */ [name]) => name);
  const shown = gallery({ label: `Samples of ${check.name}`, size: 56 });
  const bytes = check.strip_height * check.strip_width * check.channels;
  shown.set(check.strip.map((/** @type {number} */ label, /** @type {number} */ i) => ({
    label: names[label] ?? String(label), caption: names[label] ?? String(label),
    draw: (/** @type {HTMLCanvasElement} */ canvas) =>
      pixels(canvas, check.strip_width, check.strip_height, check.channels, frame.arrays[0], { offset: i * bytes }),
  })));
  const rows = check.classes.map((/** @type {[string, number, number]} */ [name, train, test], /** @type {number} */ i) =>
    [`${i}  ${name}`, thousands(train), thousands(test)]);
  const more = check.class_count - check.classes.length;
  return h("div", { class: "stack" },
    h("p", { class: "notice", role: "status", text: `✓ ${check.name}: ${thousands(check.train)} samples to learn from, ${check.test ?
      `${thousands(check.test)} (${percent(check.test / (check.train + check.test), 0)}) to test with` : "none to test with"}; ${what}; ${
      check.class_count} ${check.class_count === 1 ? "class" : "classes"}.` }),
    pictures && shown.element,
    h("details", { class: "details" }, h("summary", { text: "Classes" }),
      h("div", { class: "data-classes" }, table(`Classes of ${check.name}`, ["class", "to learn from", "to test with"], rows, { hideCaption: true })),
      more > 0 && h("p", { class: "soft small", text: `and ${thousands(more)} more` })),
    options.use && h("div", { class: "row" }, button(`Use ${check.name}`, () => options.use?.(check.name), { primary: true })));
}

/** @typedef {object} DataPanelOptions
 * @property {SceneWire} wire
 * @property {(name: string) => void} [use] what "Use it" does with a name; without it there is no such button */

/** @param {DataPanelOptions} options */
export function dataPanel(options) {
  const { wire } = options;
  const get = (/** @type {string} */ name) => wire.send("data_get", { name });
  const check = (/** @type {string} */ name) => {
    asked = true;
    wire.send("data_check", { name });
  };
  const list = h("ul", { class: "data-sets" }), folder = h("code");
  const download = downloadRow(() => wire.send("data_cancel"));
  const path = h("input", { type: "text", id: "data-path", placeholder: "/home/me/pictures", autocomplete: "off", spellcheck: "false", maxlength: 255 });
  const own = h("form", { class: "row", on: { submit: (/** @type {Event} */ event) => {
    event.preventDefault();
    if (path.value.trim()) check(path.value.trim());
  } } }, path, h("button", { type: "submit", class: "button", text: "Open and check" }));
  const result = h("div");
  const found = panel("What is inside", result);
  found.hidden = true;
  /** @type {Map<string, ReturnType<typeof setRow>>} */
  const rows = new Map();
  let told = "", asked = false;

  wire.on("data", (frame) => {
    if (!frame.sets) return;
    folder.textContent = frame.folder;
    for (const set of frame.sets) {
      let row = rows.get(set.name);
      if (!row) {
        rows.set(set.name, (row = setRow(set, options, get, check)));
        list.append(row.element);
      }
      row.update(set, Boolean(frame.download?.running));
    }
    download.update(frame.download);
    const now = JSON.stringify(frame.check);
    found.hidden = !frame.check;
    if (frame.check && now !== told) {
      fill(result, report(frame.check, frame, options));
      if (asked && !frame.check.running) found.scrollIntoView({ block: "nearest" }); // it may be far below on a small screen
      asked = asked && frame.check.running;
    }
    told = now;
  });

  const element = h("div", { class: "data-panel" },
    panel("Data sets", h("p", { class: "soft small" }, "Kept in ", folder), download.element, list),
    h("div", { class: "stack" },
      panel("Your own", h("label", { for: "data-path", class: "soft", text:
        "A folder with one sub-folder of pictures for each class, or a CSV, .npy, .npz, IDX or .zip file on this computer:" }), own),
      found));
  return {
    element,
    /** Asks for the list; to be called when it comes into sight. */
    show() { wire.send("data_list"); },
    /** @param {string} name */
    check,
    /** @param {string} name */
    get,
  };
}
