// Ranked bars: the classes with the highest scores, five at first and all on demand.

import { button, fill, h } from "./ui.js";

/** @param {number} score 0..1 */
export function scoreText(score) {
  return (100 * score).toFixed(1);
}

/** "7 with 93.4, then 1 with 3.2 and 9 with 1.1" @param {string[]} names @param {ArrayLike<number>} scores */
export function rankingSentence(names, scores) {
  const order = ranked(scores).slice(0, 3);
  const say = (/** @type {number} */ i) => `${names[i]} with ${scoreText(scores[i])}`;
  return order.length === 0 ? "no scores" : order.length === 1 ? say(order[0]) :
    `${say(order[0])}, then ${order.slice(1).map(say).join(" and ")}`;
}

/** Indices, highest score first; a tie goes to the lower class. @param {ArrayLike<number>} scores */
export function ranked(scores) {
  return Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
}

/** @param {{label: string, most?: number, compact?: boolean}} options most: shown until all are asked for */
export function bars({ label, most = 5, compact = false }) {
  const list = h("ol", { class: `bars${compact ? " compact" : ""}`, "aria-label": label });
  const more = button("Show all", () => { all = !all; show(); }, { quiet: true, class: "bars-more" });
  const element = h("div", { class: "bars-box" }, list, more);
  /** @type {{row: HTMLLIElement, name: HTMLElement, bar: HTMLElement, value: HTMLElement}[]} */
  const rows = [];
  let all = false;
  /** @type {string[]} */
  let names = [];
  /** @type {ArrayLike<number>} */
  let scores = [];
  let marked = -1;

  function row(/** @type {number} */ i) {
    if (rows[i]) return rows[i];
    const name = h("span", { class: "bars-name" }), bar = h("span", { class: "bars-fill" }), value = h("span", { class: "bars-value" });
    rows[i] = { row: h("li", null, name, h("span", { class: "bars-track", "aria-hidden": "true" }, bar), value), name, bar, value };
    return rows[i];
  }
  function show() {
    const order = ranked(scores), count = all ? order.length : Math.min(most, order.length);
    const longest = Math.max(1, ...names.map((name) => name.length));
    list.style.setProperty("--name", `${Math.min(7, 0.62 * longest + 0.3)}em`);
    fill(list, order.slice(0, count).map((k, i) => {
      const r = row(i);
      r.name.textContent = names[k] ?? String(k);
      r.value.textContent = scoreText(scores[k]);
      r.bar.style.width = `${(100 * scores[k]).toFixed(2)}%`;
      r.row.classList.toggle("first", i === 0);
      r.row.classList.toggle("marked", k === marked);
      return r.row;
    }));
    more.hidden = order.length <= most;
    /** @type {HTMLElement} */ (more.firstElementChild).textContent = all ? `Show the first ${most}` : `Show all ${order.length}`;
    more.setAttribute("aria-expanded", String(all));
  }
  return {
    element,
    /** @param {string[]} newNames @param {ArrayLike<number>} newScores @param {number} [mark] the right one, if known */
    set(newNames, newScores, mark = -1) {
      names = newNames;
      scores = newScores;
      marked = mark;
      show();
    },
    sentence: () => rankingSentence(names, scores),
  };
}
