// The confusion matrix, whose cells open their pictures, and how each class does.

import { button, fill, h, panel, percent, segmented, thousands } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */

const MOST_CLASSES = 40; // in a matrix; beyond, the pairs most confused are listed

/** @param {Int32Array} counts @param {number} classes @param {number} label */
export function rowSum(counts, classes, label) {
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += counts[label * classes + k];
  return sum;
}

/** The pairs confused most, [label, guess, count]. @param {Int32Array} counts @param {number} classes @param {number} most */
export function worstPairs(counts, classes, most) {
  /** @type {[number, number, number][]} */
  const pairs = [];
  for (let label = 0; label < classes; label++) {
    for (let guess = 0; guess < classes; guess++) {
      if (label !== guess && counts[label * classes + guess] > 0) pairs.push([label, guess, counts[label * classes + guess]]);
    }
  }
  return pairs.sort((a, b) => b[2] - a[2]).slice(0, most);
}

/** @param {(label: number, guess: number) => void} open */
export function matrix(open) {
  const grid = h("table", { class: "look-matrix", role: "grid", "aria-label": "Confusion matrix: rows say what it is, columns what the network says" });
  const pairs = h("ol", { class: "look-pairs" });
  const element = h("div", null, h("div", { class: "table-scroll" }, grid), pairs);
  /** @type {HTMLTableCellElement[]} */
  let cells = [];
  /** @type {string[]} */
  let names = [];
  let classes = 0, chosen = -1, stop = 0;

  function build() {
    const tall = names.some((name) => name.length > 3);
    cells = [];
    const head = h("tr", null, h("th", { class: "corner", scope: "col" }, h("span", { class: "hidden-text", text: "what it is" })), names.map((name) => h("th", { scope: "col", class: tall ? "tall" : undefined, title: name }, h("span", { text: name }))));
    const rows = names.map((name, label) => h("tr", null, h("th", { scope: "row", text: name, title: name }), names.map((_, guess) => {
      const at = label * classes + guess;
      const cell = h("td", { role: "gridcell", tabindex: -1, on: {
        click: () => pick(at), focus: () => turn(at), keydown: (/** @type {KeyboardEvent} */ event) => move(event, at),
      } });
      cells.push(cell);
      return cell;
    })));
    fill(grid, h("thead", null, head), h("tbody", null, rows));
    stop = Math.min(stop, cells.length - 1);
    if (cells[stop]) cells[stop].tabIndex = 0;
  }
  function turn(/** @type {number} */ at) {
    if (cells[stop]) cells[stop].tabIndex = -1;
    stop = at;
    cells[at].tabIndex = 0;
  }
  function move(/** @type {KeyboardEvent} */ event, /** @type {number} */ at) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = Math.floor(at / classes), column = at % classes;
    /** @type {Record<string, [number, number]>} */
    const to = { ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], Home: [row, 0], End: [row, classes - 1] };
    const next = to[event.key];
    if (event.key === "Enter" || event.key === " ") pick(at);
    else if (!next) return;
    else if (next[0] >= 0 && next[1] >= 0 && next[0] < classes && next[1] < classes) cells[next[0] * classes + next[1]].focus();
    event.preventDefault();
  }
  function pick(/** @type {number} */ at) {
    open(Math.floor(at / classes), at % classes);
  }
  return {
    element,
    /** @param {Frame} table @param {string[]} list */
    set(table, list) {
      const counts = /** @type {Int32Array} */ (table.arrays[0]);
      if (list.join("\n") !== names.join("\n")) {
        names = list;
        classes = list.length;
        if (classes <= MOST_CLASSES) build();
      }
      grid.hidden = classes > MOST_CLASSES;
      pairs.hidden = !grid.hidden;
      if (!pairs.hidden) {
        fill(pairs, worstPairs(counts, classes, 30).map(([label, guess, count]) => h("li", null,
          button(`${names[label]} taken for ${names[guess]}: ${thousands(count)}`, () => open(label, guess), { quiet: true }))));
        return;
      }
      for (let label = 0; label < classes; label++) {
        const sum = rowSum(counts, classes, label);
        for (let guess = 0; guess < classes; guess++) {
          const at = label * classes + guess, count = counts[at], share = sum ? count / sum : 0, cell = cells[at];
          const shade = share ** 0.35; // so that one in a thousand shows
          cell.textContent = count ? thousands(count) : "·";
          cell.className = `${label === guess ? "hit" : "miss"}${count ? "" : " none"}${shade > 0.65 ? " deep" : ""}`;
          cell.style.setProperty("--share", `${(100 * shade).toFixed(1)}%`);
          cell.setAttribute("aria-label", label === guess ? `${names[label]}, right: ${count} of ${sum}` : `${names[label]} taken for ${names[guess]}: ${count} of ${sum}`);
        }
      }
    },
    /** @param {number} label @param {number} guess */
    choose(label, guess) {
      if (cells[chosen]) cells[chosen].removeAttribute("aria-selected");
      chosen = label >= 0 && guess >= 0 ? label * classes + guess : -1;
      if (!cells[chosen]) return;
      cells[chosen].setAttribute("aria-selected", "true");
      if (!grid.contains(document.activeElement)) turn(chosen);
    },
  };
}

/** @param {(label: number) => void} open shows the mistakes of a class @param {string} order "worst", "best" or
 * "class" @param {boolean} zoom shows the differences, not 0 to 100 % @param {() => void} changed */
export function categories(open, order, zoom, changed) {
  /** @type {Frame | null} */
  let last = null;
  /** @type {string[]} */
  let names = [];
  const list = h("ol", { class: "look-categories" }), axis = h("div", { class: "look-axis", "aria-hidden": "true" });
  const sort = segmented({ label: "Order", options: [["worst", "worst first"], ["best", "best first"], ["class", "by class"]], value: order, on: (value) => { order = value; draw(); changed(); } });
  const scale = segmented({ label: "Scale", options: [["whole", "0 to 100 %"], ["zoom", "differences"]], value: zoom ? "zoom" : "whole", on: (value) => { zoom = value === "zoom"; draw(); changed(); } });
  const words = h("p", { class: "soft small", text: "The line is the 95 % interval (Wilson 1927): with so few pictures, the accuracy on all such pictures lies within it 19 times out of 20." });
  const element = panel("Accuracy per category", h("div", { class: "row look-choices" }, sort.element, scale.element), list, axis, words);

  function draw() {
    if (!last) return;
    const counts = /** @type {Int32Array} */ (last.arrays[0]), interval = /** @type {Float32Array} */ (last.arrays[1]), classes = names.length;
    const rows = names.map((name, k) => {
      const n = rowSum(counts, classes, k), right = counts[k * classes + k];
      return { name, k, n, right, share: n ? right / n : 0, low: interval[2 * k], high: interval[2 * k + 1] };
    });
    if (order !== "class") rows.sort((a, b) => (order === "worst" ? a.share - b.share : b.share - a.share) || a.k - b.k);
    const known = rows.filter((row) => row.n > 0);
    const from = zoom && known.length ? Math.floor(20 * Math.min(...known.map((row) => row.low))) / 20 : 0;
    const at = (/** @type {number} */ share) => `${(100 * (share - from)) / (1 - from)}%`;
    element.classList.toggle("zoomed", zoom);
    element.style.setProperty("--names", `${Math.min(9, 1 + 0.6 * Math.max(...names.map((name) => name.length)))}em`);
    fill(list, rows.slice(0, 400).map((row) => {
      const plot = h("span", { class: "look-interval", "aria-hidden": "true" });
      plot.style.setProperty("--value", at(row.share));
      plot.style.setProperty("--low", at(row.low));
      plot.style.setProperty("--high", at(row.high));
      return h("li", null, h("button", { type: "button", title: `Mistakes of ${row.name}`, on: { click: () => open(row.k) } },
        h("span", { class: "look-category-name", text: row.name }), row.n ? plot : h("span"),
        h("span", { class: "numbers", text: row.n ? percent(row.share) : "–" }),
        h("span", { class: "numbers soft small", text: row.n ? `${thousands(row.right)} of ${thousands(row.n)} · ${(100 * row.low).toFixed(1)}–${(100 * row.high).toFixed(1)} %` : "none yet" })));
    }));
    const steps = zoom ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
    fill(axis, h("span"), h("span", { class: "look-axis-steps numbers soft small" }, steps.map((t) => h("span", { text: `${Number((100 * (from + t * (1 - from))).toFixed(1))} %` }))), h("span"), h("span"));
  }
  return {
    element,
    order: () => order,
    zoom: () => zoom,
    /** @param {Frame} table @param {string[]} list */
    set(table, list) {
      last = table;
      names = list;
      draw();
    },
  };
}
