// A network as text and as cards, one a layer: an edit of either changes the other. The engine judges
// the text; nothing here knows which networks are possible.

import { button, fill, h, number, parseNumber, select, svg, thousands, uniqueId } from "./ui.js";

export const ACTIVATIONS = ["identity", "step", "sigmoid", "tanh", "relu", "leaky", "silu", "gelu", "softmax"];
const HEADS = ["dense", "conv", "pool", "norm", "layernorm", "whiten", "scale", "flatten", "dropout", "noise"];

/** What a layer is for, said where it is pointed at. @type {Record<string, string>} */
const ABOUT = {
  dense: "each node is a weighted sum of all inputs plus a bias",
  conv: "small filters slide over the picture",
  pool: "the largest value of each window",
  norm: "each channel is moved to mean 0 and s.d. 1 over the batch",
  layernorm: "the channels of each pixel are moved to mean 0 and s.d. 1",
  whiten: "a fixed convolution computed from the data",
  scale: "times a number",
  flatten: "a picture as one row",
  dropout: "while it learns each value is 0 with this probability",
  noise: "while it learns random numbers of this s.d. are added",
  residual: "the input is added to what these layers make of it",
};

const DOWN = '<path d="m6 9.5 6 6 6-6"/>';

/** @typedef {{head: string, args: string[], activation: string}} Layer head: a layer, an activation of its
 *   own, or "residual(", whose args are all its words
 * @typedef {{input: string, layers: Layer[]}} Network
 * @typedef {{text: string, type: string, shape: [number, number, number], parameters: number}} LayerInfo
 * @typedef {{text: string, inputs: number, outputs: number, parameters: number, operations: number, layers: LayerInfo[]}} Checked */

/** The long form taken apart. @param {string} text @returns {Network} */
export function parseNetwork(text) {
  const words = text.trim().split(/\s+/);
  /** @type {Layer[]} */
  const layers = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i], last = layers[layers.length - 1];
    if (word === "residual(") {
      const args = [];
      for (let depth = 1; ++i < words.length;) {
        depth += words[i] === "residual(" ? 1 : words[i] === ")" ? -1 : 0;
        if (depth === 0) break;
        args.push(words[i]);
      }
      layers.push({ head: word, args, activation: "" });
    } else if (ACTIVATIONS.includes(word)) {
      if (last && ["dense", "conv", "norm", "layernorm", "pool", "scale", "whiten", "residual("].includes(last.head) && !last.activation) last.activation = word;
      else layers.push({ head: word, args: [], activation: "" });
    } else if (HEADS.includes(word) || !last) layers.push({ head: word, args: [], activation: "" });
    else last.args.push(word);
  }
  return { input: words[0], layers };
}

/** @param {Network} network */
export function networkText({ input, layers }) {
  return [input, ...layers.map(layerText)].join(" ");
}

/** @param {Layer} layer */
function layerText({ head, args, activation }) {
  return [head, ...args, ...(head === "residual(" ? [")"] : []), ...(activation ? [activation] : [])].join(" ");
}

/** The layers with an activation, but the last: where the hidden activation stands. @param {Network} network */
function hidden({ layers }) {
  const weighted = layers.filter(({ head, activation }) => activation && activation !== "softmax" && head !== "residual(");
  const last = [...layers].reverse().find(({ head }) => head === "dense" || head === "conv");
  return weighted.filter((layer) => layer !== last);
}

/** The activation of the hidden layers; "" without any, "mixed" where they differ. @param {string} text */
export function hiddenActivation(text) {
  const found = new Set(hidden(parseNetwork(text)).map(({ activation }) => activation));
  return found.size === 0 ? "" : found.size > 1 ? "mixed" : [...found][0];
}

/** @param {string} text @param {string} activation */
export function withHiddenActivation(text, activation) {
  const network = parseNetwork(text);
  for (const layer of hidden(network)) layer.activation = activation;
  return networkText(network);
}

/** The noise on the input, 0 without. @param {string} text */
export function inputNoise(text) {
  const first = parseNetwork(text).layers[0];
  return first?.head === "noise" ? Number(first.args[0]) : 0;
}

/** @param {string} text @param {number} amount */
export function withInputNoise(text, amount) {
  const network = parseNetwork(text);
  if (network.layers[0]?.head === "noise") network.layers.shift();
  if (amount > 0) network.layers.unshift({ head: "noise", args: [String(Number(amount.toPrecision(4)))], activation: "" });
  return networkText(network);
}

/** Which layers of the engine belong to which card: [parameters, shape] each.
 * @param {Layer[]} cards @param {LayerInfo[]} infos */
function measures(cards, infos) {
  let k = 0;
  return cards.map((card) => {
    let parameters = 0, blocks = card.head === "residual(" ? 1 + card.args.filter((word) => word === "residual(").length : 0;
    /** @type {[number, number, number] | null} */
    let shape = null;
    const take = () => {
      parameters += infos[k]?.parameters ?? 0;
      shape = infos[k]?.shape ?? shape;
      return infos[k++]?.type;
    };
    if (blocks > 0) {
      while (k < infos.length && blocks > 0) if (take() === "residual") blocks--;
    } else take();
    if (card.activation && infos[k]?.type === card.activation) take();
    return { parameters, shape };
  });
}

/** "28 × 28 × 8" or "100". @param {[number, number, number] | null} shape */
export function shapeText(shape) {
  if (!shape) return "?";
  const [height, width, channels] = shape;
  return height === 1 && (width === 1 || channels === 1) ? thousands(width * channels) : `${height} × ${width} × ${channels}`;
}

/** A layer's values as a small drawing: a row of nodes, or a stack of planes.
 * @param {[number, number, number] | null} shape */
function drawing(shape) {
  const picture = svg("svg", { viewBox: "0 0 44 40", class: "builder-picture", "aria-hidden": "true" });
  if (!shape) return picture;
  const [height, width, channels] = shape;
  if (height > 1) {
    const side = Math.min(26, 7 + 4 * Math.log2(Math.max(height, width))), planes = Math.min(5, 1 + Math.floor(Math.log2(channels)));
    for (let i = planes - 1; i >= 0; i--) {
      const at = (20 - side / 2) + 2.6 * (i - (planes - 1) / 2);
      picture.append(svg("rect", { x: at + 2, y: 40 - side - at, width: side, height: side, rx: 1.5 }));
    }
  } else {
    const nodes = width * channels, shown = Math.min(nodes, 7), dots = nodes > shown;
    for (let i = 0; i < shown; i++) {
      if (dots && i === 3) {
        for (const d of [-2.4, 0, 2.4]) picture.append(svg("circle", { class: "dot", cx: 22, cy: 20 + d, r: 0.8 }));
      } else picture.append(svg("circle", { cx: 22, cy: 20 + 5.6 * (i - (shown - 1) / 2), r: 2.3 }));
    }
  }
  return picture;
}

/** @typedef {object} BuilderOptions
 * @property {(text: string) => Promise<Checked>} check rejects with the engine's sentence
 * @property {(text: string) => Promise<string>} [fit] gives a text the input and answers of the data
 * @property {(text: string) => void} on a network that the engine takes, once it is meant */

/** @param {BuilderOptions} options */
export function builder(options) {
  return new Builder(options);
}

class Builder {
  /** @param {BuilderOptions} options */
  constructor(options) {
    this.options = options;
    this.text = "";
    this.turn = 0;
    /** @type {Checked | null} */
    this.checked = null;
    const id = uniqueId("net");
    this.area = h("textarea", {
      id, rows: 2, spellcheck: "false", autocomplete: "off", class: "builder-text",
      on: {
        input: () => this.judge(this.area.value, false),
        change: () => this.judge(this.area.value, true),
        keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            this.judge(this.area.value, true);
          } else if (event.key === "Escape") this.set(this.text);
        },
      },
    });
    this.problem = h("p", { class: "builder-problem", role: "status", "aria-live": "polite" });
    this.area.setAttribute("aria-describedby", this.problem.id = uniqueId("problem"));
    this.cards = h("ol", { class: "builder-cards", "aria-label": "Layers" });
    this.total = h("p", { class: "soft small numbers" });
    this.kind = select({ label: "Layer to add", hideLabel: true, options: ["dense", "conv", "pool", "norm", "dropout", "noise"], value: "dense", on: () => {} });
    this.element = h("div", { class: "builder stack" },
      h("div", null, h("label", { for: id, class: "soft small", text: "As text" }), this.area, this.problem),
      this.cards,
      h("div", { class: "row" }, this.kind.element, button("Add layer", () => this.add(this.kind.get()), { icon: "add" })),
      this.total);
  }

  /** Shows a network that is already in use. @param {string} text */
  set(text) {
    this.text = text;
    if (document.activeElement !== this.area || this.area.value === text) this.area.value = text;
    this.judge(text, false);
  }

  /** As high as its text. */
  grow() {
    this.area.rows = Math.min(7, Math.max(2, Math.ceil(this.area.value.length / 30)));
  }

  /** Asks the engine; its sentence stands under the field. @param {string} text @param {boolean} meant */
  async judge(text, meant) {
    const turn = ++this.turn;
    this.grow();
    try {
      const fitted = meant && this.options.fit ? await this.options.fit(text) : text;
      const checked = await this.options.check(fitted);
      if (turn !== this.turn) return;
      this.problem.textContent = "";
      this.area.removeAttribute("aria-invalid");
      this.checked = checked;
      this.draw(checked);
      if (!meant) return;
      this.area.value = checked.text;
      if (checked.text === this.text) return;
      this.text = checked.text;
      this.options.on(checked.text);
    } catch (error) {
      if (turn !== this.turn) return;
      this.problem.textContent = error instanceof Error ? error.message : String(error);
      this.area.setAttribute("aria-invalid", "true");
    }
  }

  /** @param {(network: Network) => void} change */
  edit(change) {
    const network = parseNetwork(this.checked?.text ?? this.text);
    change(network);
    this.area.value = networkText(network);
    this.judge(this.area.value, true);
  }

  /** @param {string} kind */
  add(kind) {
    /** @type {Record<string, Layer>} */
    const made = {
      dense: { head: "dense", args: ["100"], activation: "relu" }, conv: { head: "conv", args: ["8", "3x3"], activation: "relu" },
      pool: { head: "pool", args: ["2"], activation: "" }, norm: { head: "norm", args: [], activation: "" },
      dropout: { head: "dropout", args: ["0.2"], activation: "" }, noise: { head: "noise", args: ["0.1"], activation: "" },
    };
    this.edit(({ layers }) => {
      const dense = layers.map(({ head }) => head === "dense"), first = dense.indexOf(true), last = dense.lastIndexOf(true);
      const at = kind === "noise" ? 0 : ["conv", "pool", "norm"].includes(kind) ? first : last;
      layers.splice(at < 0 ? layers.length : at, 0, made[kind]);
    });
  }

  /** @param {Checked} checked */
  draw(checked) {
    const focus = this.cards.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    const network = parseNetwork(checked.text), of = measures(network.layers, checked.layers);
    const parts = network.input.split("x").map(Number);
    const input = /** @type {[number, number, number]} */ (parts.length === 3 ? parts : [1, parts[0], 1]);
    fill(this.cards, h("li", { class: "builder-card" }, drawing(input),
      h("div", { class: "builder-words" }, h("span", { class: "builder-name", text: "input" }),
        h("span", { class: "soft small numbers", text: shapeText(input) }))),
    network.layers.map((layer, i) => this.card(network, i, of[i])));
    this.total.textContent = `${thousands(checked.parameters)} weights and biases, ` +
      `${thousands(checked.operations)} operations a sample`;
    if (focus) /** @type {HTMLElement | null} */ (this.cards.querySelector(`[data-key="${focus}"]`))?.focus();
  }

  /** @param {Network} network @param {number} i @param {{parameters: number, shape: [number, number, number] | null}} of */
  card(network, i, of) {
    const layer = network.layers[i], { head } = layer, name = head === "residual(" ? "residual" : head;
    const last = i === network.layers.length - 1;
    const move = (/** @type {number} */ to) => this.edit(({ layers }) => { layers.splice(to, 0, ...layers.splice(i, 1)); });
    /** @param {string} label @param {string} iconName @param {() => void} fn @param {boolean} disabled */
    const tool = (label, iconName, fn, disabled) => {
      const made = button(`${label} ${name}`, fn, { icon: iconName, iconOnly: true, class: "small", disabled });
      made.dataset.key = `${i} ${label}`;
      return made;
    };
    return h("li", { class: "builder-card" }, drawing(of.shape),
      h("div", { class: "builder-words" },
        h("span", { class: "builder-name", text: name, title: ABOUT[name] }),
        this.values(layer, i),
        layer.activation || ["dense", "conv", "norm", "residual("].includes(head) ? this.activation(layer, i) : null,
        h("span", { class: "soft small numbers builder-size", text: `→ ${shapeText(of.shape)}${of.parameters ? ` · ${thousands(of.parameters)} weights` : ""}` })),
      h("div", { class: "builder-tools" }, tool("Move up:", "up", () => move(i - 1), i === 0),
        tool("Move down:", DOWN, () => move(i + 1), last), tool("Remove", "close", () => this.edit(({ layers }) => { layers.splice(i, 1); }), false)));
  }

  /** @param {Layer} layer @param {number} i */
  activation(layer, i) {
    const choice = select({
      label: `Activation of layer ${i + 1}`, hideLabel: true, value: layer.activation || "none",
      options: ["none", ...ACTIVATIONS], on: (value) => this.edit(({ layers }) => { layers[i].activation = value === "none" ? "" : value; }),
    });
    choice.input.dataset.key = `${i} activation`;
    return choice.element;
  }

  /** The numbers of a layer. @param {Layer} layer @param {number} i */
  values(layer, i) {
    const { head, args } = layer;
    const put = (/** @type {number} */ at, /** @type {string} */ text) => this.edit(({ layers }) => { layers[i].args[at] = text; });
    /** @param {string} label @param {number} at @param {number} least @param {number} most @param {number} step */
    const whole = (label, at, least, most, step) => {
      const made = number({ label, hideLabel: true, min: least, max: most, step, value: Number(args[at]),
        on: (value) => put(at, String(step >= 1 ? Math.round(value) : Number(value.toPrecision(4)))) });
      made.input.dataset.key = `${i} ${at}`;
      made.input.title = label;
      return made.element;
    };
    /** @param {string} label @param {number} at the index of a word such as 3x3 */
    const kernel = (label, at) => {
      const box = h("input", { type: "text", class: "builder-kernel", value: args[at], "aria-label": label, title: label, dataset: { key: `${i} ${at}` },
        on: { change: () => {
          const side = parseNumber(box.value);
          put(at, /^\d+x\d+$/.test(box.value.trim()) ? box.value.trim() : `${side}x${side}`);
        } } });
      return box;
    };
    if (head === "dense") return whole("Nodes", 0, 1, 16777216, 1);
    if (head === "conv") return [whole("Filters", 0, 1, 65536, 1), kernel("Window", 1), this.rest(layer, i, 2)];
    if (head === "whiten") return [kernel("Window", 0), this.rest(layer, i, 1)];
    if (head === "pool" && Number.isFinite(Number(args[0]))) return [whole("Window", 0, 1, 64, 1), this.rest(layer, i, 1)];
    if (head === "dropout") return whole("Probability", 0, 0, 0.95, 0.05);
    if (head === "noise" || head === "scale") return whole(head === "noise" ? "S.d." : "Factor", 0, 0, 1000, 0.05);
    return args.length > 0 || head === "residual(" ? this.rest(layer, i, 0) : null;
  }

  /** What is left of a layer's words, as text. @param {Layer} layer @param {number} i @param {number} from */
  rest(layer, i, from) {
    if (layer.args.length <= from) return null;
    const box = h("input", { type: "text", class: "builder-rest", value: layer.args.slice(from).join(" "), spellcheck: "false",
      "aria-label": `More of layer ${i + 1}`, dataset: { key: `${i} rest` },
      on: { change: () => this.edit(({ layers }) => {
        const words = box.value.trim();
        layers[i].args = [...layers[i].args.slice(0, from), ...(words ? words.split(/\s+/) : [])];
      }) } });
    return box;
  }
}
