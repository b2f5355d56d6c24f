// The network of Landscape as a small picture whose links and nodes choose the two axes, and the same
// choice as lists, or as numbers where there are too many weights for either.

import { fill, h, number, select, svg } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */
/** @typedef {{name: string, layer: number, bias: boolean, from: number, to: number, offset: number}} Tensor */

const MOST_DRAWN = 120, WIDE = 300, TALL = 104;

/** "weight 1 → 2, layer 1" for every weight, in order. @param {Tensor[]} tensors */
export function weightNames(tensors) {
  const layers = [...new Set(tensors.map((t) => t.layer))];
  return tensors.flatMap((t) => Array.from({ length: t.from * t.to || t.to }, (_, k) => {
    const layer = layers.indexOf(t.layer) + 1, to = k % t.to + 1;
    return { index: t.offset + k, text: t.bias ? `bias of ${to}, layer ${layer}` : `${Math.floor(k / t.to) + 1} → ${to}, layer ${layer}` };
  }));
}

/** Columns of nodes where every layer is dense and it is small enough; null otherwise. @param {Frame} network */
function columnsOf(network) {
  const weights = /** @type {Tensor[]} */ (network.tensors).filter((t) => !t.bias && t.name.includes("dense"));
  if (network.parameters > MOST_DRAWN || weights.length === 0) return null;
  const sizes = [weights[0].from, ...weights.map((t) => t.to)];
  if (weights.some((t, k) => t.from !== sizes[k]) || Math.max(...sizes) > 9) return null;
  return { sizes, weights, biases: weights.map((t) => /** @type {Tensor[]} */ (network.tensors).find((b) => b.bias && b.layer === t.layer)) };
}

/** @param {number[]} sizes @param {number} column @param {number} node */
function placeOf(sizes, column, node) {
  const gap = Math.min(34, (TALL - 24) / Math.max(1, Math.max(...sizes) - 1));
  return { x: 24 + (WIDE - 48) * column / (sizes.length - 1), y: TALL / 2 + (node - (sizes[column] - 1) / 2) * gap };
}

/** @param {(fields: {a?: number, b?: number}) => void} choose */
export function axisChooser(choose) {
  const picture = svg("svg", { class: "landscape-net", viewBox: `0 0 ${WIDE} ${TALL}`, "aria-hidden": "true" });
  const lists = h("div", { class: "landscape-axes" });
  const element = h("div", { class: "stack" }, picture, lists);
  /** @type {Frame | null} */
  let network = null;
  let now = [0, 1], next = 0;
  /** @type {((values: number[]) => void)[]} */
  let setters = [];

  /** A click takes the two axes in turns. @param {number} index */
  function click(index) {
    if (now.includes(index)) return;
    choose(next === 0 ? { a: index } : { b: index });
    next = 1 - next;
  }

  function drawPicture() {
    const found = network && columnsOf(network);
    picture.toggleAttribute("hidden", !found);
    if (!network || !found) return;
    const { sizes, weights, biases } = found, values = network.arrays[0];
    /** @type {SVGElement[]} */
    const parts = [];
    /** @type {SVGElement[]} */
    const badges = [];
    const badge = (/** @type {number} */ index, /** @type {number} */ x, /** @type {number} */ y) => {
      const which = now.indexOf(index);
      if (which < 0) return;
      badges.push(svg("circle", { cx: x, cy: y, r: 8.5, class: "axis" }), svg("text", { x, y: y + 4, class: "axis-name", text: which + 1 }));
    };
    weights.forEach((t, layer) => {
      for (let from = 0; from < t.from; from++) {
        for (let to = 0; to < t.to; to++) {
          const index = t.offset + from * t.to + to, a = placeOf(sizes, layer, from), b = placeOf(sizes, layer + 1, to), w = values[index];
          const line = { x1: a.x, y1: a.y, x2: b.x, y2: b.y };
          parts.push(svg("line", { ...line, class: w < 0 ? "link negative" : "link positive", "stroke-width": Math.min(7, 1 + 1.1 * Math.abs(w)) }));
          parts.push(svg("line", { ...line, class: now.includes(index) ? "touch chosen" : "touch", on: { click: () => click(index) } },
            svg("title", { text: `weight ${from + 1} → ${to + 1}: ${w.toFixed(3)}` })));
          badge(index, a.x + 0.6 * (b.x - a.x), a.y + 0.6 * (b.y - a.y));
        }
      }
    });
    sizes.forEach((size, column) => {
      for (let node = 0; node < size; node++) {
        const p = placeOf(sizes, column, node), bias = column > 0 ? biases[column - 1] : undefined;
        const index = bias ? bias.offset + node : -1;
        parts.push(svg("circle", { cx: p.x, cy: p.y, r: 9, class: bias ? "node touch-node" : "node", on: bias ? { click: () => click(index) } : {} },
          bias && svg("title", { text: `bias of node ${node + 1}: ${values[index].toFixed(3)}` })));
        if (bias) badge(index, p.x, p.y);
      }
    });
    picture.replaceChildren(...parts, ...badges);
  }

  /** Lists of all weights, or tensor, from and to. */
  function makeLists() {
    if (!network) return;
    const tensors = /** @type {Tensor[]} */ (network.tensors);
    setters = [];
    if (network.parameters <= 400) {
      const options = weightNames(tensors).map(({ index, text }) => /** @type {[string, string]} */ ([String(index), text]));
      fill(lists, ["a", "b"].map((axis, k) => {
        const list = select({ label: `Axis ${k + 1}`, options, value: String(now[k]), on: (value) => choose({ [axis]: Number(value) }) });
        setters.push((values) => list.set(String(values[k])));
        return list.element;
      }));
      return;
    }
    fill(lists, ["a", "b"].map((axis, k) => bigAxis(tensors, axis, k)));
  }

  /** @param {Tensor[]} tensors @param {string} axis @param {number} k */
  function bigAxis(tensors, axis, k) {
    const tensorAt = (/** @type {number} */ index) => Math.max(0, tensors.findIndex((t) => index >= t.offset && index < t.offset + (t.from || 1) * t.to));
    const tell = () => {
      const t = tensors[Number(tensor.get())], f = Math.min(Math.max(1, t.from), from.get()) - 1, o = Math.min(t.to, to.get()) - 1;
      choose({ [axis]: t.offset + (t.bias ? 0 : f * t.to) + o });
    };
    const tensor = select({ label: `Axis ${k + 1}`, options: tensors.map((t, i) => [String(i), t.name]), on: tell });
    const from = number({ label: "from", min: 1, max: 1e6, value: 1, on: tell }), to = number({ label: "to", min: 1, max: 1e6, value: 1, on: tell });
    setters.push((values) => {
      const i = tensorAt(values[k]), t = tensors[i], at = values[k] - t.offset;
      tensor.set(String(i));
      from.set(t.bias ? 1 : Math.floor(at / t.to) + 1);
      from.disable(t.bias);
      to.set(at % t.to + 1);
    });
    return h("div", { class: "landscape-big" }, tensor.element, from.element, to.element);
  }

  return {
    element,
    network(/** @type {Frame} */ frame) {
      network = frame;
      makeLists();
      drawPicture();
    },
    axes(/** @type {number} */ a, /** @type {number} */ b) {
      now = [a, b];
      for (const set of setters) set(now);
      drawPicture();
    },
  };
}
