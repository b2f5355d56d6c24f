// The scene "fruit": points, a small network, and the line it draws - by hand first, then by learning.

import {diagram, short} from "../kit/diagram.js";
import {paintPoints, plane} from "../kit/plane.js";
import {
  button, details, fill, h, number, plain, segmented, select, slider, stylesheet, svg, term, toggle, uniqueId,
} from "../kit/ui.js";
import {costTable} from "./fruit_cost.js";
import {chart} from "./fruit_graph.js";
import {race} from "./fruit_race.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */

const SHAPES = [
  ["line", "Line", "M3 19 21 6"],
  ["bend", "Bend", "M3 20c8 0 13-4 17-16"],
  ["curve", "Curve", "M3 6c9 0 15 6 15 15"],
  ["moons", "Moons", "M3 13a5.5 5.5 0 0 1 11 0M10 11a5.5 5.5 0 0 0 11 0"],
  ["circles", "Circles", "M12 8a4 4 0 1 0 .01 0M12 3a9 9 0 1 0 .01 0"],
  ["spiral", "Spiral", "M12 12c3-3 6 2 2 5s-10-1-9-6 7-8 12-5"],
  ["xor", "Quarters", "M12 3v18M3 12h18"],
  ["random", "Random", "M6 7h.01M16 5h.01M11 12h.01M18 14h.01M6 17h.01M13 19h.01"],
];
const ACTIVATIONS = ["identity", "step", "sigmoid", "tanh", "relu", "leaky", "silu", "gelu"];
const FORMULAS = {
  identity: "a = z: the sum as it is",
  step: "a = 1 where z > 0, else 0",
  sigmoid: "a = 1 / (1 + e⁻ᶻ)",
  tanh: "a = tanh z",
  relu: "a = max(0, z)",
  leaky: "a = z, or z / 100 below 0",
  silu: "a = z · sigmoid(z)",
  gelu: "a ≈ z · sigmoid(1.7 z)",
};
const RACE = 7;

/** @param {Page} page */
function open(page) {
  stylesheet("scenes/fruit.css");
  const { wire } = page;
  /** @type {Frame | null} */
  let state = null;
  /** @type {Frame | null} */
  let probe = null;
  /** @type {Frame | null} */
  let look = null;
  /** @type {Frame | null} */
  let graph = null;
  /** @type {Float32Array} */
  let xy = new Float32Array(0);
  /** @type {Int32Array} */
  let labels = new Int32Array(0);
  let placing = 0, glowing = false, chosen = -1, playing = false;

  // ---- lessons

  const steps = h("ol", { class: "fruit-steps" });
  const sentence = h("p", { class: "fruit-sentence" });
  const lessonNav = h(
    "nav", { class: "fruit-lessons", "aria-label": "Steps of this lesson" }, steps, sentence);

  // ---- data

  const shapeButtons = SHAPES.map(([name, title, d]) => {
    const icon = svg(
      "svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, svg("path", { d }));
    return h("button", {
      type: "button",
      class: "shape",
      "aria-pressed": "false",
      dataset: { shape: name },
      title,
      on: { click: () => wire.send("data", { shape: name }) }
    },
      icon, h("span", { text: title }));
  });
  const count = slider({
    label: "Fruit",
    min: 10,
    max: 1000,
    step: 10,
    value: 100,
    log: true,
    format: (v) => String(Math.round(v)),
    title: "How many points",
    on: (v) => wire.send("data", { points: Math.round(v) })
  });
  const noise = slider({
    label: "Noise",
    min: 0,
    max: 0.3,
    step: 0.01,
    value: 0.02,
    on: (v) => wire.send("data", { noise: Math.max(0, Number(v.toFixed(3))) })
  });
  const again = button("Shuffle", () => wire.send("data", { seed: (state?.data.seed ?? 0) + 1 }),
    { quiet: true, icon: "dice", title: "The same shape with another seed" });
  const clear = button("Clear", () => wire.send("clear"), { quiet: true, title: "Take all points away" });
  const classes = segmented({
    label: "A click places",
    options: [["0", "● safe"], ["1", "▲ poisonous"]],
    value: "0",
    on: (v) => {
      placing = Number(v);
    }
  });
  const hint = h(
    "p", { class: "small soft fruit-hint", text: "click places · drag moves · right click removes" });
  const dataPanel = h("section", { class: "panel stack fruit-data", "aria-label": "Fruit" },
    h("h2", { text: "Fruit" }),
    h("div", { class: "shapes", role: "group", "aria-label": "Shape" }, shapeButtons), count.element,
    noise.element, h("div", { class: "row tight fruit-points-row" }, again, clear), classes.element);

  // ---- how it learns

  const method = select(
    { label: "Method", options: ["finite"], on: (v) => wire.send("settings", { method: v }) });
  const rate = slider({
    label: "Rate",
    min: 0.001,
    max: 10,
    value: 0.1,
    log: true,
    title: "How far each step goes downhill",
    on: (v) => wire.send("settings", { rate: v })
  });
  const momentum = slider({
    label: "Momentum",
    min: 0,
    max: 0.99,
    step: 0.01,
    value: 0.9,
    on: (v) => wire.send("settings", { momentum: v })
  });
  const batch = slider({
    label: "Batch",
    min: 1,
    max: 1000,
    step: 1,
    value: 10,
    log: true,
    format: (v) => String(Math.round(v)),
    title: "Points an update",
    on: (v) => wire.send("settings", { batch: Math.round(v) })
  });
  const cost = select({
    label: "Cost",
    options: [["squared", "squared error"], ["cross-entropy", "cross-entropy"]],
    on: (v) => wire.send("settings", { cost: v })
  });
  const seed = number({
    label: "Seed of the weights",
    min: 0,
    max: 1e9,
    step: 1,
    value: 1,
    title: "Starts anew",
    on: (v) => wire.send("new_start", { seed: Math.round(v) })
  });
  const textId = uniqueId("net");
  const typed = h("input", {
    type: "text",
    id: textId,
    spellcheck: "false",
    autocomplete: "off",
    on: {
      change: () => wire.send("net", { text: typed.value }),
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter") typed.blur();
      }
    }
  });
  const textField = h("div", { class: "field" }, h("label", { for: textId, text: "Network as text"
  }), typed);
  const why = h("p", { class: "small soft" });
  const csv = button(
    "Points as CSV", downloadPoints, { quiet: true, title: "A file that inkling train reads" });
  const learnPanel = h("section", { class: "panel stack fruit-learn", "aria-label": "How it learns" },
    h("h2", { text: "How it learns" }), method.element, rate.element,
    details("Advanced", momentum.element, batch.element, cost.element, seed.element, textField, csv, why));

  async function downloadPoints() {
    try {
      const { text } = await wire.ask("csv");
      const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      const link = h("a", { href: url, download: "points.csv" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    } catch (error) {
      page.toast(error instanceof Error ? error.message : String(error));
    }
  }

  // ---- the network

  const counts = h("p", { class: "soft numbers fruit-counts" });
  const biases = toggle({
    label: "Biases",
    value: true,
    title: "A number added to each node's sum",
    on: (on) => wire.send("biases", { on })
  });
  const fewer = h("button", {
    type: "button",
    text: "−",
    title: "One hidden layer fewer (starts anew)",
    "aria-label": "One hidden layer fewer",
    on: { click: () => wire.send("remove_layer") }
  });
  const more = h("button", {
    type: "button",
    text: "+",
    title: "One hidden layer more (starts anew)",
    "aria-label": "One hidden layer more",
    on: { click: () => wire.send("add_layer") }
  });
  const hiddenCount = h("span");
  const diagramHost = h("div", { class: "fruit-diagram" });
  const net = diagram(diagramHost, {
    inputs: ["spots", "spikes"],
    outputs: ["● safe", "▲ poisonous"],
    change: (index, value) => changeWeight(index, value),
    pick: (index) => pick(index, true),
    nodes: (layer, by) => wire.send("nodes", { layer, count: state?.net.sizes[layer + 1] + by }),
  });
  const functions = h("div", { class: "fruit-functions" });
  const note = h("p", { class: "notice small" });
  const sliders = h("div", { class: "fruit-weights" });
  const microscope = button("Look closer", () => page.go("microscope"),
    { quiet: true, icon: "microscope", title: "The chain rule with these numbers" });
  const netPanel = h("section", { class: "panel stack fruit-net", "aria-label": "Network" },
    h("div", { class: "row fruit-net-head" }, h("h2", { text: "Network" }), counts,
      h("span", { class: "push row tight" }, biases.element, microscope)),
    diagramHost,
    h("div", { class: "fruit-functions-row" }, functions,
      h("div", { class: "fruit-layers" }, h("span", { class: "small soft", text: "Hidden layers" }),
        h("div", { class: "diagram-count" }, fewer, hiddenCount, more))),
    note, sliders);

  // ---- activation graph

  const graphTitle = h("h2"), graphFormula = h("p", { class: "small soft" });
  const curveHost = h("div", { class: "graph-plot" }), slopeHost = h("div", { class: "graph-plot" });
  const curve = chart(curveHost, { title: "activation", axes: true, x: [-6, 6], y: [-1.3, 1.3] });
  const slope = chart(slopeHost, { title: "its slope", axes: true, x: [-6, 6], y: [-0.3, 1.3] });
  const graphPanel = h("section", { class: "panel stack fruit-graph" },
    h("div", { class: "row" }, graphTitle, graphFormula),
    h("div", { class: "graph-pair" },
      h("figure", null, curveHost, h("figcaption", { class: "small soft", text: "output a over the sum z" })),
      h("figure", null, slopeHost,
        h("figcaption", { class: "small soft" }, "its ",
          term("slope",
            "How fast the output changes with the sum: da/dz, the derivative. Learning follows slopes: " +
              "where it is 0, nothing can be learnt.")))));

  // ---- the answer

  const planeHost = h("div", { class: "fruit-plane" });
  const answer = plane(planeHost, {
    x: "spot size",
    y: "spike length",
    place: (x, y) => wire.send("place", { x, y, label: placing }),
    move: (index, x, y) => wire.send("move", { index, x, y }),
    remove: (index) => wire.send("remove", { index }),
    hover,
  });
  const costNow = h("span", { class: "big" }), rightNow = h("span", { class: "big" }),
        rightName = h("span", { class: "small soft" });
  const learn = button("Let it learn", toggleLearning, { primary: true, class: "fruit-go", title: "Key L" });
  const hard = segmented({
    label: "Colours",
    options: [["soft", "confidence"], ["hard", "hard edge"]],
    value: "soft",
    hideLabel: true,
    on: (v) => answer.setHard(v === "hard")
  });
  const costHost = h("section", { class: "panel stack fruit-cost" });
  const costs = costTable(costHost);
  const answerPanel = h("section", { class: "panel stack fruit-answer", "aria-label": "Answer" }, planeHost,
    hint,
    h("div", { class: "fruit-score" },
      h("div", { class: "fruit-number" }, h("span", { class: "small soft", text: "average cost" }), costNow),
      h("div", { class: "fruit-number" }, rightName, rightNow), learn),
    h("div", { class: "row fruit-colours" }, h("span", { class: "small soft", text: "Colours" }),
      hard.element));

  const raceHost = h("div", { class: "fruit-race" });
  const lanes = race(raceHost,
    (canvas, least, most) => paintPoints(canvas, xy, labels, least, most, labels.length > 200 ? 2.4 : 4));
  const raceGo = button(
    "Start the race", toggleLearning, { primary: true, class: "fruit-go", title: "Key L" });
  lessonNav.append(h("div", { class: "race-go" }, raceGo));
  const left = h("div", { class: "fruit-left" }, dataPanel, learnPanel);
  const middle = h("div", { class: "fruit-middle" }, netPanel, costHost);
  const right = h("div", { class: "fruit-side" }, answerPanel, graphPanel);
  const grid = h("div", { class: "fruit-grid" }, left, middle, right, raceHost);
  fill(page.root, lessonNav, grid);

  // ---- doing

  function toggleLearning() {
    if (playing)
      wire.send("pause");
    else
      wire.send(state?.lesson === RACE ? "play" : "let_it_learn");
    page.mark("done");
  }

  /** Echoes of what a hand is moving are older than the hand. @type {Map<number, number>} */
  const touched = new Map();

  /** @param {number} index @param {number} value */
  function changeWeight(index, value) {
    touched.set(index, performance.now());
    if (glowing) {
      glowing = false;
      net.setGlow(-1);
      for (const { element } of weightSliders.values()) element.classList.remove("glow");
    }
    wire.send("weight", { index, value });
    weightSliders.get(index)?.set(value);
  }

  /** @type {Map<number, import("../kit/ui.js").Control>} */
  const weightSliders = new Map();
  let shownSliders = "?";

  /** @param {number[]} indices */
  function showSliders(indices) {
    const shown = `${state?.net.text} ${state?.net.has_biases} ${indices.join()}`;
    if (shown === shownSliders) return;
    shownSliders = shown;
    weightSliders.clear();
    for (const index of indices) {
      weightSliders.set(index, slider({
        label: net.title(index),
        min: -5,
        max: 5,
        step: 0.05,
        value: net.weight(index),
        reset: 0,
        format: short,
        on: (v) => {
          changeWeight(index, v);
          look?.arrays[0] && (/** @type {Float32Array} */ (look.arrays[0])[index] = v);
          net.setWeights(/** @type {Float32Array} */ (look?.arrays[0] ?? new Float32Array(0)));
        }
      }));
    }
    fill(sliders, ...[...weightSliders.values()].map((control) => control.element),
      weightSliders.size === 0 && h("p", {
        class: "small soft",
        text: "Drag a link up or down, or click it for a slider; arrow keys work too."
      }));
  }

  /** @param {number} index @param {boolean} toFocus */
  function pick(index, toFocus) {
    chosen = index;
    net.choose(index);
    chooseSliders();
    const box = weightSliders.get(index)?.element.querySelector("input.value");
    if (toFocus && box instanceof HTMLInputElement) box.focus();
  }

  function chooseSliders() {
    if (!state) return;
    const all = state.net.weights + state.net.biases, every = state.net.sizes.length === 2;
    const list = every ? Array.from({ length: all }, (_, i) => i) :
      chosen >= 0 &&
        chosen < state.net.weights +
            state.net.sizes.slice(1).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0) ?
                         [chosen] :
                         [];
    showSliders(list);
    for (const [index, control] of weightSliders)
      control.element.classList.toggle("glow", glowing && index === state.glow);
  }

  let hovered = "";
  /** @param {{index: number, x: number, y: number} | null} hit */
  function hover(hit) {
    const key = !hit ? "" :
      hit.index >= 0 ? String(hit.index) :
                       `${hit.x.toFixed(3)} ${hit.y.toFixed(3)} ${placing}`;
    if (key === hovered) return;
    hovered = key;
    if (!hit)
      wire.send("probe", { on: false });
    else if (hit.index >= 0)
      wire.send("probe", { index: hit.index });
    else
      wire.send("probe", { x: hit.x, y: hit.y, label: placing });
  }

  // ---- showing

  /** @param {Frame} frame */
  function showState(frame) {
    const before = state;
    state = frame;
    page.root.classList.toggle("racing", frame.lesson === RACE);
    showSteps(frame);
    for (const shape of shapeButtons)
      shape.setAttribute(
        "aria-pressed", String(!frame.data.hand && shape.dataset.shape === frame.data.shape));
    if (!busy(count)) count.set(frame.data.points);
    if (!busy(noise)) noise.set(frame.data.noise);
    method.options(frame.methods);
    method.set(frame.method);
    if (!busy(rate)) rate.set(frame.rate);
    if (!busy(momentum)) momentum.set(frame.momentum);
    if (!busy(batch)) batch.set(frame.batch);
    momentum.disable(frame.method !== "momentum");
    batch.disable(frame.method === "finite" || frame.method === "full");
    cost.set(frame.cost);
    seed.set(frame.seed);
    showNet(frame, before);
  }

  /** @param {import("../kit/ui.js").Control} control */
  const busy = (control) => document.activeElement === control.input && control.input.matches(":active");

  /** @param {Frame} frame */
  function showSteps(frame) {
    if (steps.children.length !== frame.lessons.length) {
      fill(steps,
        frame.lessons.map(
          (/** @type {{title: string}} */ lesson, /** @type {number} */ i) => h("li", null,
            h("button", { type: "button", on: { click: () => wire.send("lesson", { number: i + 1 }) } },
              h("b", { text: String(i + 1) }), h("span", { text: lesson.title })))));
    }
    [...steps.children].forEach((item, i) => {
      const now = i + 1 === frame.lesson;
      if (now && !item.firstElementChild?.hasAttribute("aria-current"))
        steps.scrollTo({ left: /** @type {HTMLElement} */ (item).offsetLeft - 60 });
      if (now)
        item.firstElementChild?.setAttribute("aria-current", "step");
      else
        item.firstElementChild?.removeAttribute("aria-current");
    });
    sentence.textContent = frame.lessons[frame.lesson - 1].sentence;
  }

  /** @param {Frame} frame @param {Frame | null} before */
  function showNet(frame, before) {
    const n = frame.net, other = before?.net.text !== n.text || before?.lesson !== frame.lesson;
    fill(counts, `${n.weights} weights`, n.has_biases ? ` · ${n.biases} biases` : " · no biases");
    biases.set(n.has_biases);
    hiddenCount.textContent = String(n.sizes.length - 2);
    graphPanel.hidden = n.activations.every(
      (/** @type {string} */ name) => name === "identity" || name === "softmax");
    fewer.disabled = n.sizes.length === 2;
    more.disabled = n.sizes.length > 7;
    net.setNet(n);
    if (other) {
      chosen = -1;
      net.choose(-1);
    }
    if (before?.lesson !== frame.lesson || before?.glow !== frame.glow) glowing = frame.glow >= 0;
    net.setGlow(glowing ? frame.glow : -1);
    if (document.activeElement !== typed) typed.value = n.text;
    if (other) showFunctions(frame);
    chooseSliders();
    note.hidden = !(n.linear && n.sizes.length > 2) && !n.step;
    note.textContent = n.step ?
      "The slope of a step is 0 everywhere: it answers, but it cannot learn. Its smooth brother is sigmoid." :
      "Every layer here is a sum: together they are one sum, and one straight line, however many there are.";
  }

  /** @param {Frame} frame */
  function showFunctions(frame) {
    const last = frame.net.activations.length - 1;
    fill(functions, frame.net.activations.map((/** @type {string} */ name, /** @type {number} */ layer) => {
      const label = layer === last ? "Output layer" : last > 1 ? `Hidden layer ${layer + 1}` : "Hidden layer";
      const control = select({
        label,
        value: name,
        options: layer === last ? [...ACTIVATIONS, "softmax"] : ACTIVATIONS,
        on: (value) => wire.send("activation", { layer, name: value }),
      });
      control.input.addEventListener("focus", () => {
        if (control.get() !== "softmax") wire.send("graph", { activation: control.get() });
      });
      return control.element;
    }));
  }

  /** @param {Frame} frame */
  function showLook(frame) {
    const now = performance.now(), params = /** @type {Float32Array} */ (frame.arrays[0]);
    for (const [index, when] of touched) {
      if (now - when > 250)
        touched.delete(index);
      else if (index < params.length)
        params[index] = net.weight(index);
    }
    look = frame;
    net.setWeights(params);
    net.setThumbs(/** @type {Uint8Array} */ (frame.arrays[3]), frame.thumb);
    for (const [index, control] of weightSliders)
      if (!touched.has(index)) control.set(params[index] ?? 0);
    answer.setField(/** @type {Float32Array} */ (frame.arrays[1]), frame.side, frame.least, frame.most);
    answer.setWrong(/** @type {Uint8Array} */ (frame.arrays[2]));
    costNow.textContent = frame.cost > 1e100 ? "∞" : plain(frame.cost, frame.cost < 0.1 ? 0.0001 : 0.001);
    const all = frame.right === frame.count && frame.count > 0;
    rightNow.textContent = `${frame.right} of ${frame.count}`;
    fill(rightName, "told right", all && h("b", { class: "right", text: " ✓ all" }));
    const words = `average cost ${plain(frame.cost)}, ${frame.right} of ${frame.count} right`;
    answer.summary(`Fruit by spot size and spike length, coloured by the network: ${words}.`);
    page.say(words);
    showCost();
  }

  function showCost() {
    if (state && look) costs.set(probe, state.cost, state.net.activations.at(-1) === "softmax", look.cost);
  }

  /** @param {Frame} frame */
  function showProbe(frame) {
    probe = frame.on ? frame : null;
    net.setNumbers(probe ? [probe.x, ...probe.a] : null);
    showCost();
    showGraph();
  }

  function showGraph() {
    if (!graph) return;
    const [z, a, da] = graph.arrays, name = /** @type {keyof typeof FORMULAS} */ (graph.activation);
    const wide = Math.max(...a) > 1.5, low = wide ? -1.2 : -1.25;
    graphTitle.textContent = name;
    graphFormula.textContent = FORMULAS[name] ?? "";
    curve.change({
      title: `${name}: the output over the sum, from -6 to 6`,
      y: wide ? [name === "identity" ? -6 : low, 6] : [low, 1.25]
    });
    slope.change({ title: `slope of ${name}, from -6 to 6` });
    /** @type {{x: number, y: number, class: string}[]} */
    const dots = [];
    /** @type {{x: number, y: number, class: string}[]} */
    const slopes = [];
    const layers = state?.net.activations ?? [];
    for (let l = 0; probe && l < layers.length; l++) {
      if (layers[l] !== name) continue;
      probe.z[l].forEach((/** @type {number} */ sum, /** @type {number} */ i) => {
        const at = Math.round((Math.min(6, Math.max(-6, sum)) + 6) / 12 * (z.length - 1));
        dots.push({ x: Math.min(6, Math.max(-6, sum)), y: probe?.a[l][i], class: "" });
        slopes.push({ x: Math.min(6, Math.max(-6, sum)), y: da[at], class: "" });
      });
    }
    curve.set([{ name, x: z, y: a, class: "value" }], dots);
    slope.set([{ name: "slope", x: z, y: da, class: "slope" }], slopes);
  }

  wire.on("state", showState);
  wire.on("points", (frame) => {
    xy = /** @type {Float32Array} */ (frame.arrays[0]);
    labels = /** @type {Int32Array} */ (frame.arrays[1]);
    answer.setPoints(xy, labels);
  });
  wire.on("look", showLook);
  wire.on("probe", showProbe);
  wire.on("graph", (frame) => {
    graph = frame;
    showGraph();
  });
  wire.on("race", (frame) => lanes.set(frame));
  wire.on("link", (frame) => {
    page.setLink(new URLSearchParams(frame.link));
    page.setCommand(frame.command);
    why.textContent = frame.why || "Its command gives the same bits: see “copy as command” at the top.";
  });
  wire.on("clock", (frame) => {
    if (frame.playing === playing && learn.dataset.told) return;
    playing = frame.playing;
    learn.dataset.told = "yes";
    const word = (/** @type {HTMLElement} */ target, /** @type {string} */ text) => {
      const span = target.querySelector("span");
      if (span) span.textContent = text;
    };
    word(learn, playing ? "Pause" : "Let it learn");
    word(raceGo, playing ? "Pause" : "Start the race");
  });
  if ([...page.params].length > 0) wire.send("open", { link: Object.fromEntries(page.params) });

  const place = (/** @type {string} */ label) => () => {
    placing = Number(label);
    classes.set(label);
    page.say(`a click places ${["safe", "poisonous"][placing]} fruit`);
  };
  return {
    transport: true,
    primary: learn,
    keys: [
      { key: "1", does: "a click places safe fruit", run: place("0") },
      { key: "2", does: "a click places poisonous fruit", run: place("1") },
      { key: "l", does: "let it learn, or pause", run: toggleLearning },
      {
        key: "h",
        does: "hard edge or confidence",
        run: () => {
          hard.set(hard.get() === "hard" ? "soft" : "hard");
          answer.setHard(hard.get() === "hard");
        }
      },
      { key: "]", does: "on the chart: next point (Delete takes it away)", run: () => answer.canvas.focus() },
    ],
    close() {
      net.close();
      answer.close();
      curve.close();
      slope.close();
      lanes.close();
    },
  };
}

/** @type {import("../types").Scene} */
export default {
  name: "fruit",
  title: "Fruit",
  lesson: "Some fruit is poisonous. Spots and spikes tell which, and a network can learn to see it.",
  icon: '<circle cx="12" cy="14" r="7"/><path d="M12 7c0-2 1-4 4-4M9.5 12h.01M13.5 16h.01M14.5 11.5h.01"/>',
  open,
};
