// A small dense network as a drawing: links as wide as their weights, nodes with what they say over the
// plane. Weights are dragged, typed or moved by key right here.

import { h, plain, stylesheet, svg } from "./ui.js";

await stylesheet("kit/diagram.css");

/** @typedef {object} Net
 * @property {number[]} sizes inputs first
 * @property {string[]} activations one a layer behind the inputs
 * @property {boolean} has_biases */

/** Leave out what the diagram must not do.
 * @typedef {object} DiagramOptions
 * @property {string[]} inputs names, "spots"
 * @property {string[]} outputs "● safe"
 * @property {(index: number, value: number, last: boolean) => void} [change] a parameter was dragged
 * @property {(index: number) => void} [pick] a link, or a node's bias, was clicked
 * @property {(layer: number, node: number) => void} [pickNode] instead of its bias
 * @property {(layer: number, by: number) => void} [nodes] more or fewer in a hidden layer (0 = first) */

const PER_PIXEL = 0.05 / 4;

/** Where parameters lie: weights[inputs][nodes], then biases, layer after layer. @param {number[]} sizes */
export function places(sizes) {
  /** @type {{layer: number, from: number, to: number, bias: boolean}[]} */
  const list = [];
  for (let l = 0; l + 1 < sizes.length; l++) {
    for (let i = 0; i <= sizes[l]; i++) {
      for (let j = 0; j < sizes[l + 1]; j++) list.push({ layer: l, from: i, to: j, bias: i === sizes[l] });
    }
  }
  return list;
}

/** @param {number[]} sizes @param {number} layer @param {number} node */
export function biasIndex(sizes, layer, node) {
  let at = 0;
  for (let l = 0; l < layer; l++) at += (sizes[l] + 1) * sizes[l + 1];
  return at + sizes[layer] * sizes[layer + 1] + node;
}

/** Width of a link: 1 to 10 pixels for |w| from 0 to 5. @param {number} w */
export const linkWidth = (w) => 1 + 9 * Math.min(1, Math.abs(w) / 5);

/** A weight in few digits. @param {number} w */
export const short = (w) => !Number.isFinite(w) ? "–" : Math.abs(w) >= 100 ? plain(w, 1) : plain(w, 0.01);

/** @param {HTMLElement} host @param {DiagramOptions} o */
export function diagram(host, o) {
  const links = svg(
    "svg", { class: "diagram-links", role: "group", "aria-label": "Network: weights and biases" });
  const pictures = h("canvas", { class: "diagram-pictures", "aria-hidden": "true" });
  const top = svg("svg", { class: "diagram-nodes", "aria-hidden": "true" });
  const tip = h("div", { class: "diagram-tip", "aria-hidden": "true" });
  const buttons = h("div", { class: "diagram-buttons" });
  const element = h("div", { class: "diagram" }, links, pictures, top, tip, buttons);
  tip.hidden = true;
  host.append(element);

  /** @type {Net} */
  let net = { sizes: [2, 2], activations: ["identity"], has_biases: true };
  let place = places(net.sizes);
  /** @type {Float32Array} */
  let weights = new Float32Array(0);
  /** @type {(SVGPathElement | SVGCircleElement)[]} */
  let marks = [];  // what is drawn of a parameter: a link, or a dot at a node
  /** @type {SVGPathElement[]} */
  let hits = [];
  /** @type {{x: number, y: number, size: number}[][]} */
  let at = [];  // of every node, inputs first
  /** @type {SVGGElement[][]} */
  let nodes = [];
  /** @type {number[][] | null} */
  let said = null;  // numbers in the nodes, inputs first
  /** @type {Uint8Array | null} */
  let thumbs = null;
  let shown = false; // is there a network yet?
  let thumbSide = 0, width = 0, height = 0, focus = 0, hover = -1, glow = -1, chosen = -1;
  /** @type {Set<number>} */
  let lit = new Set();
  /** @type {Set<string>} */
  let litNodes = new Set();

  const nameOf = (/** @type {number} */ layer, /** @type {number} */ node) => layer === 0 ? o.inputs[node] :
    layer === net.sizes.length - 1 ? (o.outputs[node] ?? "").replace(/^\W+\s/, "") :
    net.sizes[layer] === 1         ? `hidden ${layer}` :
                                     `hidden ${net.sizes.length > 3 ? `${layer}.` : ""        }${node + 1}`;

  /** What a parameter is called. @param {number} index */
  function title(index) {
    const p = place[index];
    if (!p) return "";
    return p.bias ? `bias of ${nameOf(p.layer + 1, p.to)}` :
                    `${nameOf(p.layer, p.from)} → ${nameOf(p.layer + 1, p.to)}`;
  }

  // ---- where things are

  function arrange() {
    const columns = net.sizes.length, widest = Math.max(...net.sizes);
    const left = 34 + 8 * Math.max(...o.inputs.map((name) => name.length)),
          right = 34 + 8 * Math.max(...o.outputs.map((name) => name.length));
    const head = 14, foot = o.nodes && columns > 2 ? 40 : 14;
    const pitch = Math.min(78, (height - head - foot) / widest);
    const column = (width - left - right) / Math.max(1, columns - 1);
    const size = Math.max(
      13, Math.min(44, pitch * (widest > 5 ? 0.8 : 0.68), columns > 2 ? column * 0.42 : 44));
    at = net.sizes.map((count, l) => Array.from({ length: count }, (_, i) => ({
      x: left + l * column,
      y: head + (height - head - foot) / 2 + (i - (count - 1) / 2) * pitch,
      size,
    })));
  }

  function build() {
    width = element.clientWidth;
    height = element.clientHeight;
    if (!shown || width < 40 || height < 40) return;
    arrange();
    for (const layer of [links, top]) layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const scale = Math.min(devicePixelRatio || 1, 2);
    pictures.width = Math.round(width * scale);
    pictures.height = Math.round(height * scale);
    marks = [];
    hits = [];
    place.forEach((_, index) => buildParameter(index));
    links.replaceChildren(...marks.filter((mark) => mark instanceof SVGPathElement), ...hits.filter(Boolean));
    nodes = at.map((layer, l) => layer.map((_, i) => buildNode(l, i)));
    top.replaceChildren(...nodes.flat(), ...marks.filter((mark) => mark instanceof SVGCircleElement));
    buildButtons();
    showWeights();
    drawThumbs();
    highlight();
    showSaid();
  }

  /** @param {number} index */
  function buildParameter(index) {
    const p = place[index], b = at[p.layer + 1][p.to];
    if (p.bias) {
      marks[index] = svg(
        "circle", { class: "diagram-bias", cx: b.x - b.size / 2 - 3, cy: b.y + b.size / 2 + 3, r: 5 });
      if (net.has_biases)
        hits[index] = /** @type {any} */ (
          control(svg("circle",
                    { class: "diagram-hit bias", cx: b.x - b.size / 2 - 3, cy: b.y + b.size / 2 + 3, r: 11 }),
            index));
      else
        marks[index].classList.add("off");
      return;
    }
    const a = at[p.layer][p.from], x1 = a.x + a.size / 2, x2 = b.x - b.size / 2, bend = (x2 - x1) * 0.4;
    const d = `M${x1} ${a.y}C${x1 + bend} ${a.y} ${x2 - bend} ${b.y} ${x2} ${b.y}`;
    marks[index] = svg("path", { class: "diagram-link", d });
    hits[index] = control(svg("path", { class: "diagram-hit", d }), index);
  }

  /** @template {SVGElement} T @param {T} hit @param {number} index @returns {T} */
  function control(hit, index) {
    hit.setAttribute("role", "slider");
    hit.setAttribute("aria-label", title(index));
    hit.setAttribute("aria-valuemin", "-5");
    hit.setAttribute("aria-valuemax", "5");
    hit.setAttribute("tabindex", index === focus ? "0" : "-1");
    hit.addEventListener("pointerenter", () => showTip(index));
    hit.addEventListener("pointerleave", () => {
      if (dragging < 0) hideTip();
    });
    hit.addEventListener("pointerdown", (event) => press(event, index));
    hit.addEventListener("pointermove", drag);
    hit.addEventListener("pointerup", release);
    hit.addEventListener("pointercancel", () => {
      dragging = -1;
    });
    hit.addEventListener("dblclick", () => o.change?.(index, 0, true));
    hit.addEventListener("focus", () => {
      if (hit.matches(":focus-visible")) showTip(index);
    });
    hit.addEventListener("blur", hideTip);
    hit.addEventListener("keydown", (event) => key(event, index));
    return hit;
  }

  /** @param {number} l @param {number} i */
  function buildNode(l, i) {
    const { x, y, size } = at[l][i], last = net.sizes.length - 1;
    const group = svg("g", { class: `diagram-node${l === 0 ? " input" : ""}` },
      svg(
        "rect", { x: x - size / 2, y: y - size / 2, width: size, height: size, rx: Math.min(9, size / 4) }));
    const text = l === 0 ? o.inputs[i] : l === last ? o.outputs[i] : "";
    if (text) {
      group.append(svg("text", {
        class: "diagram-name",
        x: l === 0 ? x - size / 2 - 8 : x + size / 2 + 8,
        y: y + 5,
        "text-anchor": l === 0 ? "end" : "start",
        text
      }));
    }
    group.append(svg("text", { class: "diagram-said", x, y: y + 5, "text-anchor": "middle" }));
    if (l > 0 && (o.pickNode || o.pick)) {
      group.classList.add("pickable");
      group.addEventListener("click", () => {
        if (o.pickNode)
          o.pickNode(l - 1, i);
        else if (net.has_biases)
          o.pick?.(biasIndex(net.sizes, l - 1, i));
      });
    }
    return group;
  }

  function buildButtons() {
    buttons.replaceChildren();
    if (!o.nodes) return;
    for (let l = 1; l + 1 < net.sizes.length; l++) {
      const layer = l - 1, count = net.sizes[l];
      const make = (/** @type {string} */ sign, /** @type {number} */ by, /** @type {string} */ name) => h(
        "button", {
          type: "button",
          text: sign,
          title: `${name} (starts anew)`,
          "aria-label": `${name} in hidden layer ${l}`,
          disabled: count + by < 1 || count + by > 16,
          on: { click: () => o.nodes?.(layer, by) },
        });
      buttons.append(h("div", { class: "diagram-count", style: { left: `${at[l][0].x}px` } },
        make("−", -1, "One node fewer"), h("span", { text: String(count) }),
        make("+", 1, "One node more")));
    }
  }

  // ---- showing

  function showWeights() {
    const n = Math.min(marks.length, weights.length);
    for (let i = 0; i < n; i++) {
      const w = weights[i], mark = marks[i];
      if (place[i].bias)
        mark.setAttribute("r", String(3 + 4 * Math.min(1, Math.abs(w) / 5)));
      else
        mark.setAttribute("stroke-width", linkWidth(w).toFixed(2));
      mark.classList.toggle("negative", w < 0);
      mark.classList.toggle("zero", w === 0);
      if (i === focus || i === hover) hits[i]?.setAttribute("aria-valuenow", w.toFixed(3));
    }
    if (hover >= 0) tip.firstElementChild?.replaceChildren(short(weights[hover] ?? 0));
  }

  function highlight() {
    marks.forEach((mark, i) => {
      mark.classList.toggle("glow", i === glow);
      mark.classList.toggle("chosen", i === chosen || i === hover);
      mark.classList.toggle("lit", lit.has(i));
    });
    element.classList.toggle("dimmed", lit.size > 0 || litNodes.size > 0);
    nodes.forEach(
      (layer, l) => layer.forEach((node, i) => node.classList.toggle("lit", litNodes.has(`${l} ${i}`))));
  }

  function drawThumbs() {
    const c = pictures.getContext("2d");
    if (!c || !width) return;
    const scale = pictures.width / width;
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, width, height);
    if (!thumbs || !thumbSide) return;
    const cells = thumbSide * thumbSide, small = document.createElement("canvas");
    small.width = small.height = thumbSide;
    const s = small.getContext("2d"), image = s?.createImageData(thumbSide, thumbSide);
    if (!s || !image) return;
    let node = 0;
    for (const layer of at) {
      for (const { x, y, size } of layer) {
        if ((node + 1) * cells > thumbs.length) return;
        for (let k = 0; k < cells; k++) {
          const t = thumbs[node * cells + k] / 127.5 - 1, end = t < 0 ? [245, 147, 34] : [8, 119, 189];
          const to = 4 * ((thumbSide - 1 - Math.floor(k / thumbSide)) * thumbSide + k % thumbSide);
          const zero = [232, 234, 235], share = Math.abs(t);
          for (let channel = 0; channel < 3; channel++)
            image.data[to + channel] = zero[channel] + share * (end[channel] - zero[channel]);
          image.data[to + 3] = 255;
        }
        s.putImageData(image, 0, 0);
        c.save();
        c.beginPath();
        c.roundRect(x - size / 2, y - size / 2, size, size, Math.min(9, size / 4));
        c.clip();
        c.drawImage(small, x - size / 2, y - size / 2, size, size);
        c.restore();
        node++;
      }
    }
  }

  function showSaid() {
    element.classList.toggle("with-numbers", said !== null);
    nodes.forEach((layer, l) => layer.forEach((node, i) => {
      const text = node.querySelector(".diagram-said"), value = said?.[l]?.[i];
      const roomy = (at[l]?.[i]?.size ?? 0) >= 26;
      if (text) text.textContent = value === undefined || value === null || !roomy ? "" : short(value);
    }));
  }

  /** @param {number} index */
  function showTip(index) {
    hover = index;
    const p = place[index], b = at[p.layer + 1]?.[p.to];
    if (!b) return;
    const a = p.bias ? b : at[p.layer][p.from];
    tip.replaceChildren(h("b", { text: short(weights[index] ?? 0) }), h("span", { text: title(index) }));
    tip.hidden = false;
    const x = (a.x + b.x) / 2, y = p.bias ? b.y - b.size / 2 : (a.y + b.y) / 2;
    tip.style.left = `${Math.max(70, Math.min(width - 70, x))}px`;
    tip.style.top = `${Math.max(44, y - 8)}px`;
    highlight();
  }

  function hideTip() {
    hover = -1;
    tip.hidden = true;
    highlight();
  }

  // ---- changing

  let dragging = -1, startX = 0, startY = 0, startValue = 0, moved = false;

  /** @param {PointerEvent} event @param {number} index */
  function press(event, index) {
    if (event.button !== 0) return;
    /** @type {SVGElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    dragging = index;
    moved = false;
    startX = event.clientX;
    startY = event.clientY;
    startValue = weights[index] ?? 0;
    focusOn(index, false);
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    if (dragging < 0) return;
    const way = event.clientX - startX - (event.clientY - startY);
    moved ||= Math.hypot(event.clientX - startX, event.clientY - startY) > 3;
    if (!moved || !o.change) return;
    const step = event.shiftKey ? 0.005 : 0.05;
    const value = startValue + way * PER_PIXEL * (event.shiftKey ? 0.1 : 1);
    set(dragging, Math.round(value / step) * step, false);
  }

  function release() {
    if (dragging < 0) return;
    if (moved)
      o.change?.(dragging, weights[dragging], true);
    else
      o.pick?.(dragging);
    dragging = -1;
  }

  /** @param {number} index @param {number} value @param {boolean} last */
  function set(index, value, last) {
    weights[index] = Math.min(1000, Math.max(-1000, Number(value.toPrecision(8))));
    o.change?.(index, weights[index], last);
    showWeights();
  }

  /** @param {number} index @param {boolean} really */
  function focusOn(index, really) {
    hits[focus]?.setAttribute("tabindex", "-1");
    focus = index;
    hits[index]?.setAttribute("tabindex", "0");
    if (really) hits[index]?.focus();
    showWeights();
  }

  /** @param {KeyboardEvent} event @param {number} index */
  function key(event, index) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 0.005 : 0.05;
    /** @type {Record<string, number>} */
    const values = { ArrowUp: step, ArrowDown: -step, PageUp: 10 * step, PageDown: -10 * step };
    if (values[event.key] !== undefined && o.change)
      set(index, Math.round((weights[index] + values[event.key]) / 0.005) * 0.005, true);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const by = event.key === "ArrowRight" ? 1 : place.length - 1;
      let next = index;
      do next = (next + by) % place.length;
      while (!hits[next] && next !== index);
      focusOn(next, true);
    } else if (event.key === "Enter")
      o.pick?.(index);
    else if ((event.key === "Backspace" || event.key === "Delete") && o.change)
      set(index, 0, true);
    else
      return;
    event.preventDefault();
    event.stopPropagation();
  }

  const observer = new ResizeObserver(() => {
    if (element.clientWidth !== width || element.clientHeight !== height) build();
  });
  observer.observe(element);

  return {
    element,
    title,
    /** @param {Net} next */
    setNet(next) {
      const same = JSON.stringify([next.sizes, next.has_biases]) ===
        JSON.stringify([net.sizes, net.has_biases]);
      net = { ...next };
      shown = true;
      if (same && marks.length > 0) return;
      place = places(net.sizes);
      focus = 0;
      hover = -1;
      tip.hidden = true;
      thumbs = null;
      said = null;
      if (weights.length !== place.length) weights = new Float32Array(0);
      build();
    },
    /** @param {Float32Array} next */
    setWeights(next) {
      if (dragging >= 0 && next.length === weights.length) next[dragging] = weights[dragging];
      weights = next;
      showWeights();
    },
    /** @param {number} index @param {number} value */
    setWeight(index, value) {
      if (index < weights.length) weights[index] = value;
      showWeights();
    },
    /** @param {Uint8Array} next one picture a node, inputs first @param {number} side */
    setThumbs(next, side) {
      thumbs = next;
      thumbSide = side;
      drawThumbs();
    },
    /** Numbers in the nodes, inputs first; null = none. @param {number[][] | null} values */
    setNumbers(values) {
      said = values;
      showSaid();
    },
    /** @param {number} index the parameter that asks to be dragged; -1 = none */
    setGlow(index) {
      glow = index;
      highlight();
    },
    /** @param {number} index */
    choose(index) {
      chosen = index;
      highlight();
    },
    /** Both empty: all alike. @param {number[]} parameters
     * @param {[number, number][]} ofNodes [layer (0 = inputs), node] */
    light(parameters, ofNodes) {
      lit = new Set(parameters);
      litNodes = new Set(ofNodes.map(([l, i]) => `${l} ${i}`));
      highlight();
    },
    weight: (/** @type {number} */ index) => weights[index] ?? 0,
    dragging: () => dragging >= 0,
    close: () => observer.disconnect(),
  };
}
