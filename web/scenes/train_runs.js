// The runs of the scene "train" side by side: the one at hand and those that are over, what they differ in,
// what they reached.

import { button, fill, h, percent, thousands } from "../kit/ui.js";
import { settingText } from "./train_form.js";

/** @typedef {{id: number, name: string, shown: boolean, setup: Record<string, any>, best: number | null, best_at: number, seconds: number, updates: number}} Run */

/** What of `setup` is not as in `base`, most telling first. @param {Record<string, any>} setup @param {Record<string, any>} base */
export function differences(setup, base) {
  return Object.keys(setup).filter((key) => setup[key] !== base[key])
    .map((key) => `${key.replaceAll("_", " ")} ${key === "net" ? shortNet(setup[key]) : settingText(setup[key])}`);
}

/** "784 dense 100 relu dense 10 softmax" -> "784-100-10 (relu, softmax)". @param {string} text */
export function shortNet(text) {
  const words = text.split(" ");
  let sizes = words[0];
  /** @type {string[]} */
  const activations = [];
  for (let i = 1; i < words.length;) {
    if (words[i] !== "dense") return text.length > 60 ? `${text.slice(0, 57)}…` : text;
    sizes += `-${words[i + 1]}`;
    i += 2;
    if (i < words.length && words[i] !== "dense") activations.push(words[i++]);
  }
  return activations.length > 0 ? `${sizes} (${[...new Set(activations)].join(", ")})` : sizes;
}

/** Two lines at most; the rest where it is pointed at. @param {string} text */
function differs(text) {
  return h("td", { class: "train-differs" }, h("span", { text, title: text }));
}

/** @param {number} seconds */
const timeOf = (seconds) => (Number.isFinite(seconds) ? `${seconds < 100 ? seconds.toFixed(1) : thousands(seconds)} s` : "–");

/** The best test of a run; only runs on the same data can be compared. @param {number} best @param {number} at @param {boolean} star */
function bestCell(best, at, star) {
  return h("td", { class: star ? "train-best" : undefined }, percent(best, 2), star && h("span", { title: "the best on these data" }, " ★", h("span", { class: "hidden-text", text: " the best on these data" })),
    Number.isFinite(best) && h("span", { class: "soft small train-best-at", text: `at update ${thousands(at)}` }));
}

/** @param {{rename: (id: number, name: string) => void, forget: (id: number) => void, show: (id: number, shown: boolean) => void,
 *   again: (run: Run) => void}} acts */
export function runsTable(acts) {
  const body = h("tbody");
  const element = h("div", { class: "table-scroll train-runs", tabindex: 0, role: "region", "aria-label": "Runs compared" },
    h("table", null, h("caption", { class: "hidden-text", text: "Runs compared" }),
      h("thead", null, h("tr", null, ["Run", "What differs", "Best test", "Time", ""].map((text) => h("th", { scope: "col", text })))), body));

  /** @param {Run} run @param {Record<string, any>} now @param {boolean} best */
  function row(run, now, best) {
    const name = h("input", { type: "text", class: "train-name", value: run.name, title: run.name, maxlength: 40, "aria-label": `Name of ${run.name}`,
      on: { change: () => { if (name.value.trim()) acts.rename(run.id, name.value.trim()); else name.value = run.name; } } });
    const show = h("input", { type: "checkbox", checked: run.shown, "aria-label": `Show the curve of ${run.name}`, title: "Show its curve",
      on: { change: () => acts.show(run.id, show.checked) } });
    return h("tr", null, h("th", { scope: "row" }, h("span", { class: "train-run" }, show, name)),
      differs(differences(run.setup, now).join(" · ") || "nothing"),
      bestCell(run.best ?? NaN, run.best_at, best),
      h("td", { text: timeOf(run.seconds) }),
      h("td", { class: "train-acts" },
        button(`Begin again with the settings of ${run.name}`, () => acts.again(run), { icon: "again", iconOnly: true, class: "small" }),
        button(`Forget ${run.name}`, () => acts.forget(run.id), { icon: "bin", iconOnly: true, class: "small" })));
  }

  return {
    element,
    /** @param {Run[]} runs @param {{name: string, setup: Record<string, any>, best: number, best_at: number, seconds: number}} now */
    set(runs, now) {
      if (body.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement && document.activeElement.type === "text") return;
      const alike = runs.filter(({ setup }) => setup.data === now.setup.data);
      const most = alike.length > 0 ? Math.max(...alike.map(({ best }) => best ?? -1), Number.isFinite(now.best) ? now.best : -1) : NaN;
      fill(body, h("tr", { class: "train-now" }, h("th", { scope: "row" }, h("span", { class: "train-run" }, h("span", { text: now.name, title: now.name }), h("span", { class: "badge accent", text: "now" }))),
        differs(shortNet(now.setup.net ?? "")),
        bestCell(now.best, now.best_at, now.best === most), h("td", { text: timeOf(now.seconds) }), h("td")),
      [...runs].reverse().map((run) => row(run, now.setup, alike.includes(run) && run.best === most)));
    },
  };
}
