// Slope: a curve, a nudge that measures how steep it is, and a ball that rolls down by it.

import { button, details, figure, h, minus, number, oncePerFrame, segmented, select, slider, stylesheet } from "../kit/ui.js";
import { math } from "../kit/math.js";
import { errorChart, slopeChart } from "./slope_charts.js";

await stylesheet("scenes/slope.css");

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Frame} Frame */

/** What a state of the ball is called, and whether it is good news. @type {Record<string, [string, string]>} */
const STATES = {
  ready: ["ready", ""],
  rolling: ["✓ right rate", "right"],
  creeping: ["✗ too low", "wrong"],
  swinging: ["✓ high, but works", "right"],
  bouncing: ["✗ too high", "wrong"],
  flying: ["✗ much too high", "wrong"],
  falling: ["✗ no minimum", "wrong"],
  arrived: ["✓ arrived", "right"],
  stuck: ["✗ local minimum", "wrong"],
  balanced: ["level ground", ""],
  lost: ["✗ no slope", "wrong"],
};

const LIMITS = { h: [1e-15, 2], rate: [0.0005, 5], momentum: [0, 0.99] };

/** @param {Page} page @param {(fields: object) => void} set */
function formulaRow(page, set) {
  const input = h("input", {
    type: "text", class: "slope-formula", id: "slope-formula", maxlength: 200, spellcheck: "false", autocomplete: "off",
    autocapitalize: "off", "aria-label": "f(x)", "aria-describedby": "slope-formula-note",
  });
  const note = h("p", { class: "slope-note small", id: "slope-formula-note", role: "status" });
  const presets = select({ label: "Curve", options: [["", "your own"]], on: (preset) => preset && set({ preset }) });
  const form = h("form", { class: "slope-formula-form" },
    h("label", { for: "slope-formula", class: "formula" }, math("f(x)=")), input, button("Draw it", () => form.requestSubmit()));
  const fail = (/** @type {string} */ text) => {
    note.textContent = text;
    note.classList.toggle("wrong", text !== "");
    input.toggleAttribute("aria-invalid", text !== "");
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await page.wire.ask("set", { formula: input.value });
      fail("");
    } catch (error) {
      fail(/** @type {Error} */ (error).message);
      const at = /character (\d+)/.exec(/** @type {Error} */ (error).message);
      input.focus();
      if (at) input.setSelectionRange(Number(at[1]) - 1, Number(at[1]));
    }
  });
  const tex = h("div", { class: "slope-tex" });
  const element = h("div", { class: "slope-top" }, presets.element, form, tex, note);
  return {
    element, input, fail,
    /** @param {Frame} curve */
    show(curve) {
      presets.options([...curve.presets.map((/** @type {any} */ p) => [p.name, p.title]), ["", "your own"]]);
      presets.set(curve.preset ?? "");
      if (document.activeElement !== input || curve.preset) input.value = curve.formula;
      fail("");
      const parts = [];
      if (curve.tex) parts.push(`f(x)=${curve.tex}`);
      if (curve.derivative) parts.push(`f'(x)=${curve.derivative}`);
      tex.replaceChildren(...parts.map((part) => math(part)));
    },
  };
}

/** The measured and the exact slope side by side. @param {(fields: object) => void} set */
function nudgePanel(set) {
  const hSlider = slider({
    label: "h, the nudge", min: LIMITS.h[0], max: LIMITS.h[1], value: 0.6, log: true, format: (v) => figure(v, 3),
    on: (value) => set({ h: value }),
  });
  const bits = segmented({
    label: "Numbers of", options: [["double", "64 bits"], ["single", "32 bits"]], value: "double", hideLabel: true,
    on: (value) => set({ single: value === "single" }),
  });
  const rows = ["f(x + h) − f(x)", "difference ÷ h", "exact slope f′(x)", "off by"].map((name) => ({
    name, cell: h("dd", { class: "numbers" }),
  }));
  const list = h("dl", { class: "slope-numbers" }, rows.map(({ name, cell }, i) =>
    h("div", { class: ["", "measured", "exact", "error"][i] }, h("dt", { text: name }), cell)));
  const chart = errorChart((value) => set({ h: value }));
  const why = h("p", { class: "small" });
  const element = h("section", { class: "panel stack slope-nudge", "aria-label": "Nudge" },
    h("div", { class: "row slope-head" }, h("h2", { text: "Nudge" }), h("span", { class: "push" }, bits.element)),
    hSlider.element, list, chart.element,
    details("Why not the smallest h?", why));
  return {
    element, chart, input: hSlider.input,
    /** @param {Frame} ball */
    show(ball) {
      hSlider.set(ball.h);
      bits.set(ball.single ? "single" : "double");
      const values = [ball.next_value === null || ball.value === null ? null : ball.next_value - ball.value, ball.measured,
        ball.slope, ball.error];
      rows.forEach(({ cell }, i) => { cell.textContent = figure(values[i], 6); });
      chart.set(ball);
      why.textContent = `A large h looks too far: the curve bends on the way. A tiny h subtracts two nearly equal ` +
        `numbers, and of ${ball.single ? 7 : 16} digits few are left. In between lies the best: here h = ` +
        `${figure(ball.best_h, 2)}, off by ${figure(ball.best_error, 2)}. The exact slope comes from the rules of ` +
        `differentiation, followed step by step with the numbers, and needs no h.`;
    },
  };
}

/** @param {Page} page @param {(fields: object) => void} set */
function ballPanel(page, set) {
  const rate = slider({
    label: "Rate", min: LIMITS.rate[0], max: LIMITS.rate[1], value: 0.05, log: true, format: (v) => figure(v, 3),
    on: (value) => set({ rate: value }),
  });
  const momentum = slider({
    label: "Momentum", min: LIMITS.momentum[0], max: LIMITS.momentum[1], step: 0.01, value: 0,
    title: "A share of its last step that the ball keeps: it gets over small hills and along flat valleys",
    on: (value) => set({ momentum: value }),
  });
  let playing = false;
  const learn = button("Let it roll", () => page.wire.send(playing ? "pause" : "play"), { primary: true, key: " " });
  const state = h("span", { class: "badge" });
  const sentence = h("p", { class: "slope-sentence" });
  const element = h("section", { class: "panel stack slope-ball", "aria-label": "Ball" },
    h("div", { class: "row" }, h("h2", { text: "Roll downhill" }), h("span", { class: "push" }, state)),
    sentence, h("div", { class: "slope-pair" }, rate.element, momentum.element),
    h("div", { class: "row" }, learn, button("Elsewhere", () => page.wire.send("new_start"), { icon: "dice", title: "A random start (Shift+0)" })));
  return {
    element, learn,
    /** @param {Frame} ball */
    show(ball) {
      rate.set(ball.rate);
      momentum.set(ball.momentum);
      const [word, kind] = STATES[ball.state] ?? [ball.state, ""];
      state.textContent = word;
      state.className = `badge ${kind}`.trim();
      sentence.textContent = minus(ball.sentence);
    },
    /** @param {Frame} clock */
    clock(clock) {
      playing = clock.playing;
      const label = learn.querySelector("span");
      if (label) label.textContent = playing ? "Pause" : "Let it roll";
    },
  };
}

/** What a link says, as a message. @param {URLSearchParams} params */
function fromLink(params) {
  /** @type {Record<string, any>} */
  const fields = {};
  if (params.has("f")) fields.formula = params.get("f");
  for (const name of ["low", "high", "x", "h", "rate", "momentum", "seed"]) {
    const value = Number(params.get(name));
    if (params.has(name) && Number.isFinite(value)) fields[name] = value;
  }
  if (params.has("bits")) fields.single = params.get("bits") === "32";
  return fields;
}

/** @param {Frame} curve @param {Frame} ball */
function toLink(curve, ball) {
  const params = new URLSearchParams({ f: curve.formula });
  const values = { low: curve.low, high: curve.high, x: ball.start, h: ball.h, rate: ball.rate, momentum: ball.momentum, seed: ball.seed };
  for (const [name, value] of Object.entries(values)) params.set(name, String(Number(value.toPrecision(6))));
  if (ball.single) params.set("bits", "32");
  return params;
}

/** @param {Page} page @returns {import("../types").OpenScene} */
function open(page) {
  const { set, stop } = oncePerFrame((fields) => page.wire.send("set", fields));
  const top = formulaRow(page, set), nudge = nudgePanel(set), ball = ballPanel(page, set);
  const chart = slopeChart({ put: (x) => set({ x }), view: (low, high) => set({ low, high }) });
  /** @type {{curve: Frame | null, ball: Frame | null}} */
  const now = { curve: null, ball: null };
  let told = "";
  const legend = h("ul", { class: "slope-legend small" }, ["tangent: the exact slope", "secant: the nudge", "path of the ball"].map((text, i) =>
    h("li", { class: ["tangent", "secant", "path"][i], text })));
  const low = number({ label: "from", min: -1e4, max: 1e4, step: 0.1, value: -3, on: (value) => set({ low: value }) });
  const high = number({ label: "to", min: -1e4, max: 1e4, step: 0.1, value: 3, on: (value) => set({ high: value }) });
  page.root.append(h("div", { class: "split slope" },
    h("div", { class: "panel stack slope-main" }, top.element, chart.element,
      h("div", { class: "row slope-foot" }, legend, h("span", { class: "push row" }, low.element, high.element))),
    h("div", { class: "stack" }, nudge.element, ball.element)));

  const link = () => { if (now.curve && now.ball) page.setLink(toLink(now.curve, now.ball)); };
  page.wire.on("curve", (frame) => {
    now.curve = frame;
    top.show(frame);
    low.set(frame.low);
    high.set(frame.high);
    chart.curve(frame);
    link();
  });
  page.wire.on("ball", (frame) => {
    now.ball = frame;
    nudge.show(frame);
    ball.show(frame);
    chart.ball(frame);
    link();
    if (frame.state !== told) page.say(minus(frame.sentence));
    told = frame.state;
    if (frame.state === "arrived" || frame.state === "stuck") page.mark("done");
  });
  page.wire.on("clock", (frame) => ball.clock(frame));
  page.setCommand("", "A curve is no network: there is no command for it.");
  const given = fromLink(page.params);
  if (Object.keys(given).length > 0) page.wire.ask("set", given).catch((error) => top.fail(error.message));
  const move = (/** @type {number} */ by) => {
    const { curve, ball: at } = now;
    if (curve && at && at.x !== null) set({ x: Number((at.x + by * (curve.high - curve.low)).toPrecision(6)) });
  };
  return {
    transport: true,
    primary: ball.learn,
    keys: [
      { key: "ArrowLeft", does: "ball to the left", run: () => move(-0.01) },
      { key: "ArrowRight", does: "ball to the right", run: () => move(0.01) },
      { key: "h", does: "a smaller nudge", run: () => now.ball && set({ h: Math.max(LIMITS.h[0], now.ball.h / 10) }) },
      { key: "Shift+h", does: "a larger nudge", run: () => now.ball && set({ h: Math.min(LIMITS.h[1], now.ball.h * 10) }) },
      { key: "f", does: "write a formula", run: () => top.input.focus() },
    ],
    close() {
      stop();
      chart.close();
      nudge.chart.close();
    },
  };
}

export default {
  name: "slope",
  title: "Slope",
  lesson: "How steep is it here? Nudge x and see how f changes: that is all learning needs.",
  icon: '<path d="M3 5c2 10 5 13 8 13s4-4 6-4 3 2 4 4"/><circle cx="6.8" cy="9.8" r="2.2"/>',
  open,
};
