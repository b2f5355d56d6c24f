// Formulas: TeX in, MathML out, which browsers set and screen readers read without fonts or styles.

import { h } from "./ui.js";

/** @type {Promise<{render: (tex: string, element: HTMLElement, options: object) => void}> | null} */
let katex = null;

function load() {
  const path = "../lib/katex.mjs";
  katex ??= import(path).then((module) => module.default);
  return katex;
}

/** Fills an element with a formula; may be called again with another. Until the typesetter is there, and
 * for what is not TeX, the text itself stands there.
 * @param {HTMLElement} element @param {string} tex @param {{block?: boolean}} [options] */
export function setMath(element, tex, { block = false } = {}) {
  if (element.dataset.tex === tex) return;
  element.dataset.tex = tex;
  if (!element.firstChild) element.textContent = tex;
  load().then((typesetter) => {
    if (element.dataset.tex !== tex) return; // another came meanwhile
    try {
      typesetter.render(tex, element, { output: "mathml", displayMode: block, throwOnError: true, strict: "ignore", trust: false });
    } catch {
      element.textContent = tex;
    }
  }).catch(() => { element.textContent = tex; });
}

/** @param {string} tex @param {{block?: boolean}} [options] block: on a line of its own
 * @returns {HTMLElement} */
export function math(tex, { block = false } = {}) {
  const element = h(block ? "div" : "span", { class: "formula" });
  setMath(element, tex, { block });
  return element;
}
