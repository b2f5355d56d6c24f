// The scene "microscope": one weight, the chain rule with the real numbers, and the same slope by nudging.

import { biasIndex, diagram, short } from "../kit/diagram.js";
import { math, setMath } from "../kit/math.js";
import { button, figure, fill, h, plain, segmented, slider, stylesheet, term } from "../kit/ui.js";

await stylesheet("scenes/microscope.css");

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */

/** @param {Page} page */
function open(page) {
  const { wire } = page;
  /** @type {Frame | null} */
  let state = null;
  /** @type {Frame | null} */
  let pass = null;
  /** @type {Frame | null} */
  let walk = null;
  /** @type {Frame | null} */
  let lens = null;
  let source = "";

  // ---- what is looked at

  const sources = segmented({
    label: "Network",
    hideLabel: true,
    options: [["network", "Your network"], ["row", "Three nodes in a row"]],
    value: "network",
    on: (name) => wire.send("source", { name })
  });
  const pointName = h("span", { class: "numbers scope-point" });
  const goTo = (/** @type {number} */ by) => {
    if (state?.count) wire.send("point", { index: (state.point + by + state.count) % state.count });
  };
  const points = h("div", { class: "row tight" },
    button("The fruit before", () => goTo(-1), { icon: "left", iconOnly: true }), pointName,
    button("The next fruit", () => goTo(1), { icon: "right", iconOnly: true }));
  const input = slider({
    label: "Input x",
    min: -2,
    max: 2,
    step: 0.05,
    value: 0.8,
    on: (value) => wire.send("input", { value })
  });
  const target = slider({
    label: "Expected y",
    min: 0,
    max: 1,
    step: 0.05,
    value: 1,
    on: (value) => wire.send("expected", { value })
  });
  const row = h("div", { class: "scope-row" }, input.element, target.element);
  const costNow = h("span", { class: "big numbers" });
  const head = h("div", { class: "row scope-head" }, sources.element, points, row,
    h("span", { class: "push scope-cost" }, h("span", { class: "small soft", text: "its cost" }), costNow));

  // ---- the drawing, and the way back

  const host = h("div", { class: "scope-diagram" });
  const net = diagram(host, {
    inputs: ["spots", "spikes"],
    outputs: ["● safe", "▲ poisonous"],
    change: (index, value) => wire.send("weight", { index, value }),
    pick: (index) => wire.send("look", { index }),
    pickNode: (layer, node) => wire.send("look_node", { layer, node }),
  });
  const rowHost = h("div", { class: "scope-diagram" });
  const rowNet = diagram(rowHost, {
    inputs: ["x"],
    outputs: ["output"],
    change: (index, value) => wire.send("weight", { index, value }),
    pick: (index) => wire.send("look", { index }),
    pickNode: (layer, node) => wire.send("look_node", { layer, node }),
  });
  const back = button(
    "Step back", () => goBack(1), { primary: true, icon: "left", title: "Backpropagation, layer by layer" });
  const leave = button("Done", () => wire.send("walk", { step: -1 }), { quiet: true });
  const sentence = h("p", { class: "scope-sentence" });
  const bar = h("div", { class: "row scope-walk" }, back, leave, sentence);
  const picture = h(
    "section", { class: "panel stack scope-picture", "aria-label": "Network" }, head, host, rowHost, bar);

  /** @param {number} by */
  function goBack(by) {
    const { step, steps } = walk ?? { step: -1, steps: Infinity }; // who is quicker than the first word begins, too
    const next = step + by;
    wire.send("walk", { step: next >= steps || next < -1 ? -1 : next });
  }

  // ---- the chain

  const title = h("h2"), formula = h("div", { class: "formula scope-formula" }),
        numbers = h("div", { class: "formula scope-formula" });
  const cards = h("div", { class: "scope-factors" }), nodeValue = h("p", { class: "small soft" });
  const chain = h("section", { class: "panel stack scope-chain" },
    h("div", { class: "row" }, title,
      h("span", { class: "soft small push" }, "the ",
        term("chain rule",
          "A change passes on from step to step: its size is the product of the slopes along the way."))),
    formula, numbers, nodeValue, cards);
  const exact = h("output", { class: "numbers" }), central = h("output", { class: "numbers" }),
        apart = h("span", { class: "numbers" });
  const nudge = h("div", { class: "formula" });
  const compare = h("section", { class: "panel stack scope-compare" },
    h("h2", { text: "Two ways to the same slope" }),
    h("dl", { class: "scope-pair" },
      h("div", null, h("dt", { text: "by the chain rule" }), h("dd", null, exact)),
      h("div", null,
        h("dt", null, "by ",
          term("nudging",
            "The weight a little higher, then a little lower: how much does the cost change? " +
              "The central difference.")),
        h("dd", null, central)),
      h("div", { class: "apart" }, h("dt", { text: "apart by" }), h("dd", null, apart))),
    nudge);
  fill(page.root, picture, h("div", { class: "scope-below" }, chain, compare));
  page.setCommand("", "The microscope only looks: the command of this network is copied in Fruit.");

  // ---- showing

  /** @param {Frame} frame */
  function showState(frame) {
    state = frame;
    if (source !== frame.source) {
      source = frame.source;
      sources.set(source);
    }
    const isRow = source === "row";
    points.hidden = isRow;
    row.hidden = !isRow;
    host.hidden = isRow;
    rowHost.hidden = !isRow;
    if (!input.input.matches(":active")) input.set(frame.input);
    if (!target.input.matches(":active")) target.set(frame.target);
    pointName.textContent = frame.count ?
      `${["● safe", "▲ poisonous"][frame.label]} fruit, ${frame.point + 1} of ${frame.count}` :
      "no fruit yet";
    (isRow ? rowNet : net).setNet(frame.net);
  }

  const drawing = () => source === "row" ? rowNet : net;

  /** @param {Frame} frame */
  function showPass(frame) {
    pass = frame;
    drawing().setWeights(/** @type {Float32Array} */ (frame.arrays[0]));
    costNow.textContent = plain(frame.sum[0], 0.0001);
    showNumbers();
  }

  /** Outputs in the nodes; on the way back the node values of the layers that have theirs. */
  function showNumbers() {
    if (!pass) return;
    const step = walk?.step ?? -1, done = walk && step > 0 ? walk.layer : Infinity;
    drawing().setNumbers([
      pass.x,
      ...pass.a.map((/** @type {number[]} */ a, /** @type {number} */ l) => l >= done ? pass?.dz[l] : a)
    ]);
  }

  function light() {
    if (!state || !lens) return;
    const sizes = state.net.sizes, step = walk?.step ?? -1;
    /** @type {number[]} */
    let parameters = [];
    /** @type {[number, number][]} */
    let nodes = [];
    const all = (/** @type {number} */ l) => Array.from(
      { length: sizes[l] }, (_, i) => /** @type {[number, number]} */ ([l, i]));
    const offset = (/** @type {number} */ l) => {
      let at = 0;
      for (let k = 0; k < l; k++) at += (sizes[k] + 1) * sizes[k + 1];
      return at;
    };
    const weightsOf = (/** @type {number} */ l) => Array.from(
      { length: (sizes[l] + 1) * sizes[l + 1] }, (_, i) => offset(l) + i);
    if (step > 0 && walk) {
      nodes = walk.weights ? [...all(walk.layer), ...all(walk.layer + 1)] : all(walk.layer + 1);
      parameters = walk.weights       ? weightsOf(walk.layer) :
        walk.layer + 2 < sizes.length ? weightsOf(walk.layer + 1) :
                                        [];
    } else if (step < 0) {
      nodes = [[lens.layer + 1, lens.to]];
      if (!lens.bias) nodes.push([lens.layer, lens.from]);
      parameters = [lens.index];
      if (lens.layer + 2 < sizes.length) {  // what comes back to its node
        for (let k = 0; k < sizes[lens.layer + 2]; k++)
          parameters.push(offset(lens.layer + 1) + lens.to * sizes[lens.layer + 2] + k);
        nodes.push(...all(lens.layer + 2));
      }
    }
    drawing().light(parameters, nodes);
    drawing().choose(step < 0 ? lens.index : -1);
  }

  /** Ten digits, aligned at the point. @param {number | null} value */
  const long = (value) => value === null ?
    "–" :
    (Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(9) : value.toFixed(10)).replace("-", "−");

  /** The node a parameter leads to. @param {Frame} frame */
  function nodeName(frame) {
    const sizes = state?.net.sizes ?? [2, 2];
    return drawing().title(biasIndex(sizes, frame.layer, frame.to)).replace(/^bias of /, "");
  }

  /** @param {Frame} frame */
  function showLens(frame) {
    lens = frame;
    const name = drawing().title(frame.index);
    title.textContent = `${frame.bias ? "" : "weight "}${name} = ${short(frame.value[0])}`;
    setMath(formula, frame.formula, { block: true });
    setMath(numbers, frame.numbers, { block: true });
    nodeValue.textContent = frame.factors.length > 2 ?
      `The bracket is the node value of ${nodeName(frame)}: ${plain(frame.node_value[0])}.` :
      `The first factor is the node value of ${nodeName(frame)}.`;
    fill(cards,
      frame.factors.flatMap(
        (/** @type {any} */ factor, /** @type {number} */ i) => [i > 0 &&
            h("span", { class: "scope-times", text: "·", "aria-hidden": "true" }),
          h("div", { class: "well scope-factor" },
            h("div", { class: "row" }, math(factor.tex),
              h("span",
                { class: "big numbers", text: factor.value === null ? "–" : plain(factor.value, 0.0001) })),
            h("p", { class: "small soft", text: factor.meaning }),
            h("div", { class: "small scope-how" }, math(factor.how))),
    ]));
    const a = frame.product[0], b = frame.central[0];
    exact.textContent = long(a);
    central.textContent = long(b);
    apart.textContent = a === null || b === null ? "–" : figure(Math.abs(a - b), 2);
    setMath(nudge, frame.nudge, { block: true });
    page.say(`${name}: slope ${plain(a)} by the chain rule, ${plain(b)} by nudging`);
    light();
  }

  /** @param {Frame} frame */
  function showWalk(frame) {
    walk = frame;
    const on = frame.step >= 0;
    sentence.textContent = on ?
      frame.sentence :
      "Click a link or a node to see how the cost follows it, drag a link to change it, " +
      "or walk back through all of them.";
    leave.hidden = !on;
    const word = back.querySelector("span");
    if (word)
      word.textContent = !on          ? "Walk back" :
        frame.step + 1 >= frame.steps ? "Done" :
        frame.step === 0              ? "To the last layer" :
                                        "Step back";
    if (frame.step + 1 >= frame.steps) leave.hidden = true;
    if (frame.step + 1 >= frame.steps && on) page.mark("done");
    if (on) page.say(frame.sentence);
    showNumbers();
    light();
  }

  wire.on("state", showState);
  wire.on("pass", showPass);
  wire.on("lens", showLens);
  wire.on("walk", showWalk);
  wire.on("link", (frame) => page.setLink(new URLSearchParams(frame.link)));
  if ([...page.params].length > 0) wire.send("open", { link: Object.fromEntries(page.params) });

  return {
    primary: back,
    keys: [
      { key: "b", does: "backpropagation: one step back", run: () => goBack(1) },
      { key: "ArrowRight", does: "the next fruit", run: () => goTo(1) },
      { key: "ArrowLeft", does: "the fruit before", run: () => goTo(-1) },
    ],
    close() {
      net.close();
      rowNet.close();
    },
  };
}

/** @type {import("../types").Scene} */
export default {
  name: "microscope",
  title: "Microscope",
  lesson: "One weight seen closely: why the cost follows it, and by how much.",
  icon: '<path d="M6 21h12M9 17h6M10 3l4 1-2 9-4-1zM14 6a7 7 0 0 1 1 11"/>',
  open,
};
