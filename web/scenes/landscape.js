// Landscape: the cost of a network over two of its weights, or two directions, and a ball that learns.

import { button, details, figure, h, minus, oncePerFrame, progress, segmented, select, slider, stylesheet, term, toggle } from "../kit/ui.js";
import { heightAt } from "../kit/contour.js";
import { landscape } from "../kit/surface.js";
import { axisChooser } from "./landscape_network.js";

await stylesheet("scenes/landscape.css");

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */
/** @typedef {(fields: Record<string, any>) => void} Send */


const digits = (/** @type {number} */ value) => figure(value, 3);

/** @type {Record<string, [string, string]>} */
const STATES = {
  ready: ["ready", ""], rolling: ["rolling", ""], arrived: ["✓ at rest", "right"], wobbles: ["wobbling", ""],
  left: ["✗ out of view", "wrong"], lost: ["✗ not finite", "wrong"],
};

/** What one can say in a link, and of what kind. */
const FIELDS = {
  text: ["source", "data", "net", "hidden", "cost", "axes"],
  number: ["seed", "updates", "samples", "a", "b", "dice", "centre_u", "centre_v", "reach", "n", "u", "v", "rate", "momentum", "batch"],
  bool: ["whole", "follow"],
};

/** @param {URLSearchParams} params */
function fromLink(params) {
  /** @type {Record<string, any>} */
  const fields = {};
  for (const name of FIELDS.text) if (params.has(name)) fields[name] = params.get(name);
  for (const name of FIELDS.number) if (params.has(name) && Number.isFinite(Number(params.get(name)))) fields[name] = Number(params.get(name));
  for (const name of FIELDS.bool) if (params.has(name)) fields[name] = params.get(name) === "1";
  return fields;
}

/** @param {Frame} setup @param {boolean} flat */
function toLink(setup, flat) {
  const params = new URLSearchParams(), mine = setup.source === "mine";
  for (const name of FIELDS.text) if (!mine || ["source", "axes"].includes(name)) params.set(name, setup[name]);
  for (const name of FIELDS.number) {
    if (mine && ["seed", "updates"].includes(name)) continue;
    params.set(name, String(Number(setup[name].toPrecision(6))));
  }
  for (const name of FIELDS.bool) if (setup[name]) params.set(name, "1");
  if (flat) params.set("map", "1");
  return params;
}

/** Which network. @param {Page} page @param {Send} set @param {(fields: object) => void} ask */
function networkPanel(page, set, ask) {
  const source = segmented({
    label: "Network", options: [["small", "a small one"], ["mine", "my network"]], value: "small", hideLabel: true,
    on: (value) => ask({ source: value }),
  });
  const about = h("p", { class: "small soft" });
  const data = select({
    label: "Fruit", value: "fruit:xor",
    options: ["xor", "moons", "circles", "curve", "line", "spiral"].map((name) => [`fruit:${name}`, name]), on: (value) => ask({ data: value }),
  });
  const net = h("input", { type: "text", id: "landscape-net", maxlength: 60, spellcheck: "false", autocomplete: "off", on: { change: () => ask({ net: net.value }) } });
  const hidden = select({
    label: "Hidden layers", options: ["tanh", "sigmoid", "relu", "leaky", "silu", "gelu"], value: "tanh", on: (value) => ask({ hidden: value }),
  });
  const cost = select({ label: "Cost", options: [["squared", "squared"], ["cross-entropy", "cross-entropy"]], on: (value) => ask({ cost: value }) });
  const updates = slider({ label: "Learnt before, updates", min: 0, max: 1000, step: 10, value: 300, on: () => {}, done: (value) => ask({ updates: value }) });
  const seed = button("Other weights", () => ask({ seed: Math.floor(Math.random() * 1e6) }), { icon: "dice" });
  const small = h("div", { class: "stack" }, data.element,
    h("div", { class: "field" }, h("label", { for: "landscape-net", text: "Sizes" }), net),
    hidden.element, cost.element, updates.element, h("div", { class: "row" }, seed));
  const advanced = details("Change this network", small);
  const again = h("div", { class: "row" }, button("Take it as it is now", () => ask({ source: "mine" }), { icon: "again" }),
    button("To Train", () => page.go("train"), { quiet: true }));
  const element = h("section", { class: "panel stack", "aria-label": "Network" },
    h("div", { class: "row" }, h("h2", { text: "Network" }), h("span", { class: "push" }, source.element)), about, advanced, again);
  return {
    element,
    refuse: (/** @type {string} */ to) => source.set(to),
    setup(/** @type {Frame} */ frame) {
      source.set(frame.source);
      data.set(frame.data);
      if (document.activeElement !== net) net.value = frame.net;
      hidden.set(frame.hidden);
      cost.set(frame.cost);
      updates.set(frame.updates);
      advanced.hidden = frame.source === "mine";
      again.hidden = frame.source !== "mine";
    },
    network(/** @type {Frame} */ frame) {
      const text = frame.net.length > 64 ? `${frame.net.slice(0, 62)}…` : frame.net;
      about.textContent = `${text}: ${frame.parameters.toLocaleString("en-US")} weights and biases; ${frame.cost} cost over ${frame.samples} samples of ${frame.data}.`;
    },
  };
}

/** Which plane, and how much of it. @param {Send} set @param {(fields: object) => void} ask */
function axesPanel(set, ask) {
  const kind = segmented({
    label: "Axes", options: [["weights", "weights"], ["random", "random"], ["path", "its path"]], value: "weights", hideLabel: true,
    on: (value) => ask({ axes: value }),
  });
  const chooser = axisChooser((fields) => ask(fields));
  const dice = h("div", { class: "row" }, button("Other directions", () => ask({ dice: Math.floor(Math.random() * 1e6) }), { icon: "dice" }),
    term("filter-normalised", "Each random direction is given, node by node, the length of the network's own weights, so that landscapes of different networks can be compared (Li and others 2018)."));
  const path = h("p", { class: "small soft", text: "The plane through the start, the end and the bend of the way that all weights take when they learn." });
  const reach = slider({ label: "Reach", min: 0.05, max: 60, value: 8, log: true, on: (value) => set({ reach: value }) });
  const element = h("section", { class: "panel stack", "aria-label": "Axes" },
    h("div", { class: "row" }, h("h2", { text: "Axes" }), h("span", { class: "push" }, kind.element)), chooser.element, dice, path, reach.element);
  return {
    element, chooser,
    setup(/** @type {Frame} */ frame) {
      kind.set(frame.axes);
      reach.set(frame.reach);
      chooser.axes(frame.a, frame.b);
      chooser.element.hidden = frame.axes !== "weights";
      dice.hidden = frame.axes !== "random";
      path.hidden = frame.axes !== "path";
    },
  };
}

/** How it learns. @param {Page} page @param {Send} set */
function ballPanel(page, set) {
  let playing = false;
  const learn = button("Let it roll", () => page.wire.send(playing ? "pause" : "play"), { primary: true, key: " " });
  const state = h("span", { class: "badge" }), sentence = h("p", { class: "landscape-sentence" });
  const rate = slider({ label: "Rate", min: 0.001, max: 50, value: 2, log: true, on: (value) => set({ rate: value }) });
  const momentum = slider({ label: "Momentum", min: 0, max: 0.99, step: 0.01, value: 0, on: (value) => set({ momentum: value }) });
  const batch = segmented({
    label: "Samples a step", options: [["0", "all"], ["32", "32"], ["8", "8"], ["1", "1"]], value: "0", on: (value) => set({ batch: Number(value) }),
  });
  batch.element.classList.add("landscape-batch");
  const whole = toggle({
    label: "The whole network learns", value: false, on: (value) => set({ whole: value }),
    title: "Off: only the two numbers of this plane change. On: all weights do, and the path is seen in this plane",
  });
  const follow = toggle({
    label: "Show the batch's own landscape", value: false, on: (value) => set({ follow: value }),
    title: "Each mini-batch has a cost of its own, and so a landscape of its own",
  });
  const element = h("section", { class: "panel stack", "aria-label": "Ball" },
    h("div", { class: "row" }, h("h2", { text: "Ball" }), h("span", { class: "push" }, state)), sentence,
    h("div", { class: "landscape-pair" }, rate.element, momentum.element), batch.element, whole.element, follow.element,
    h("div", { class: "row" }, learn, button("Elsewhere", () => page.wire.send("new_start"), { icon: "dice", title: "Another start (Shift+0)" })));
  return {
    element, learn,
    setup(/** @type {Frame} */ frame) {
      rate.set(frame.rate);
      momentum.set(frame.momentum);
      batch.set(String(frame.batch));
      whole.set(frame.whole);
      follow.set(frame.follow);
      follow.element.hidden = frame.batch === 0; // then there is but one landscape
    },
    ball(/** @type {Frame} */ frame) {
      const [word, kind] = STATES[frame.state] ?? [frame.state, ""];
      state.textContent = word;
      state.className = `badge ${kind}`.trim();
      sentence.textContent = minus(frame.sentence);
    },
    clock(/** @type {Frame} */ frame) {
      playing = frame.playing;
      const label = learn.querySelector("span");
      if (label) label.textContent = playing ? "Pause" : "Let it roll";
    },
  };
}

/** From where to where the colours go: all of the valleys, but not the last peaks. @param {Frame} frame */
function rangeOf(frame) {
  const z = [...frame.arrays[0]].filter(Number.isFinite).sort((a, b) => a - b);
  if (z.length === 0) return [0, 1];
  const low = z[0], high = z[Math.floor(0.985 * (z.length - 1))];
  return [low, high > low ? high : low + 1e-6];
}

/** @param {Page} page @returns {import("../types").OpenScene} */
function open(page) {
  let said = "", flat = page.params.get("map") === "1", asked = 0;
  /** @type {{setup: Frame | null, surface: Frame | null, ball: Frame | null}} */
  const now = { setup: null, surface: null, ball: null };
  const { set, stop } = oncePerFrame((fields) => page.wire.send("set", fields));
  const ask = (/** @type {object} */ fields) => {
    page.wire.ask("set", fields).catch((error) => {
      page.toast(error.message);
      if (now.setup) show(now.setup);
    });
  };
  const network = networkPanel(page, set, ask), axes = axesPanel(set, ask), ball = ballPanel(page, set);
  const view = landscape({ pick: (u, v) => set({ u: Number(u.toPrecision(5)), v: Number(v.toPrecision(5)) }), flat, lost: () => explain() });
  const kind = segmented({
    label: "View", options: [["solid", "3-D"], ["flat", "map"]], value: flat ? "flat" : "solid", hideLabel: true, on: (value) => {
      flat = value === "flat";
      view.flat(flat);
      explain();
      link();
    },
  });
  const bar = progress("asking for costs"), legend = h("ul", { class: "landscape-legend small" },
    [["minimum", "minimum"], ["saddle", "saddle point"], ["maximum", "maximum"]].map(([name, text]) => h("li", { class: name, text })));
  bar.element.classList.add("landscape-progress");
  bar.element.hidden = true;
  const hint = h("p", { class: "small soft" });
  const explain = () => {
    hint.textContent = !view.solid() ? "A map: WebGL2 is missing here. Click to put the ball." :
      flat ? "Click to put the ball." : "Drag to turn, click to put the ball.";
    kind.element.hidden = !view.solid();
  };
  explain();
  page.root.append(h("div", { class: "split landscape" },
    h("div", { class: "panel landscape-main" }, h("div", { class: "row landscape-top" }, kind.element, legend, h("span", { class: "push" }, hint)),
      view.element, bar.element),
    h("div", { class: "stack" }, ball.element, axes.element, network.element)));

  const link = () => { if (now.setup) page.setLink(toLink(now.setup, flat)); };
  const show = (/** @type {Frame} */ frame) => {
    network.setup(frame);
    axes.setup(frame);
    ball.setup(frame);
  };
  /** On the ground that is shown: the network may have left it, and a batch has another.
   * @param {number} u @param {number} v @param {number} z */
  const lift = (u, v, z) => {
    const g = ground && heightAt(ground, u, v);
    return g !== null && Number.isFinite(g) ? g : z;
  };
  /** @type {import("../kit/surface.js").Ground | null} */
  let ground = null;
  const placeBall = () => {
    const frame = now.ball;
    if (!frame || !ground || frame.u === null) return;
    const trail = new Float32Array(frame.arrays[0]);
    for (let k = 0; k < trail.length; k += 3) trail[k + 2] = lift(trail[k], trail[k + 1], trail[k + 2]);
    view.ball({ u: frame.u, v: frame.v, z: lift(frame.u, frame.v, frame.cost ?? 0) }, trail);
  };
  page.wire.on("setup", (frame) => {
    now.setup = frame;
    show(frame);
    link();
  });
  page.wire.on("network", (frame) => {
    axes.chooser.network(frame);
    network.network(frame);
    if (now.setup) axes.chooser.axes(now.setup.a, now.setup.b);
  });
  page.wire.on("surface", (frame) => {
    now.surface = frame;
    const [low, high] = rangeOf(frame);
    ground = {
      n: frame.n, z: /** @type {Float32Array} */ (frame.arrays[0]), u: [frame.u0, frame.u1], v: [frame.v0, frame.v1], low, high,
      names: [frame.names[0], frame.names[1], frame.batch ? "cost of the batch" : "cost"],
    };
    if (ground) view.ground(ground);
    view.marks(frame.marks.map((/** @type {any} */ m) => ({ ...m, text: `${m.kind} ${digits(m.z)}` })));
    const count = (/** @type {string} */ name, /** @type {string} */ many) => {
      const n = frame.marks.filter((/** @type {any} */ m) => m.kind === name).length;
      return `${n} ${n === 1 ? name : many}`;
    };
    view.summary(`Cost at ${frame.n} × ${frame.n} points over ${frame.names[0]} from ${digits(frame.u0)} to ${digits(frame.u1)} and ` +
      `${frame.names[1]} from ${digits(frame.v0)} to ${digits(frame.v1)}: ${count("minimum", "minima")}, ${count("saddle", "saddles")}, ${count("maximum", "maxima")}` +
      (frame.lowest ? `; lowest ${digits(frame.lowest.z)} at ${digits(frame.lowest.u)}, ${digits(frame.lowest.v)}.` : "."));
    placeBall();
  });
  page.wire.on("progress", ({ share }) => {
    asked = share >= 1 ? 0 : asked || performance.now();
    bar.element.hidden = share >= 1 || performance.now() - asked < 300;
    bar.set(share, `${Math.round(100 * share)} %`);
  });
  page.wire.on("ball", (frame) => {
    now.ball = frame;
    ball.ball(frame);
    placeBall();
    if (frame.state !== said && frame.state !== "rolling") {
      page.say(minus(frame.sentence));
      said = frame.state;
    }
    if (frame.state === "arrived" || frame.steps > 200) page.mark("done");
  });
  page.wire.on("clock", (frame) => ball.clock(frame));
  page.setCommand("", "A landscape is drawn only here; a network to walk in can be made by the command that Train copies.");
  const given = fromLink(page.params);
  if (Object.keys(given).length > 0) ask(given);
  const push = (/** @type {number} */ du, /** @type {number} */ dv) => {
    const s = now.setup;
    if (s) set({ u: Number((s.u + du * s.reach).toPrecision(6)), v: Number((s.v + dv * s.reach).toPrecision(6)) });
  };
  return {
    transport: true,
    primary: ball.learn,
    keys: [
      { key: "ArrowLeft", does: "turn to the left", run: () => view.turn("left") },
      { key: "ArrowRight", does: "turn to the right", run: () => view.turn("right") },
      { key: "ArrowUp", does: "look from higher", run: () => view.turn("up") },
      { key: "ArrowDown", does: "look from lower", run: () => view.turn("down") },
      { key: "n", does: "nearer", run: () => view.turn("in") },
      { key: "Shift+n", does: "farther", run: () => view.turn("out") },
      { key: "Home", does: "the first view", run: () => view.turn("home") },
      { key: "x", does: "3-D or map", run: () => {
        flat = !flat;
        kind.set(flat ? "flat" : "solid");
        view.flat(flat);
        explain();
        link();
      } },
      { key: "j", does: "ball to the left", run: () => push(-0.05, 0) },
      { key: "l", does: "ball to the right", run: () => push(0.05, 0) },
      { key: "i", does: "ball to the back", run: () => push(0, 0.05) },
      { key: "k", does: "ball to the front", run: () => push(0, -0.05) },
    ],
    close() {
      stop();
      view.close();
    },
  };
}

export default {
  name: "landscape",
  title: "Landscape",
  lesson: "Two weights, and the cost as height: learning is a ball that rolls downhill.",
  icon: '<path d="m2.5 19 6-11 4 6.5 3-4.5 6 9Z"/><circle cx="17.5" cy="5.5" r="2"/>',
  open,
};
