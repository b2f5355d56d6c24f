// The scene "fruit": points, a small network, and the line it draws - by hand first, then by learning.

import { paintPoints } from "../kit/plane.js";
import { button, fill, h, stylesheet } from "../kit/ui.js";
import { answerPanel } from "./fruit_answer.js";
import { costTable } from "./fruit_cost.js";
import { functionPanel } from "./fruit_function.js";
import { networkPanel } from "./fruit_network.js";
import { learningPanel, pointsPanel } from "./fruit_panels.js";
import { race } from "./fruit_race.js";

await stylesheet("scenes/fruit.css");

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").SceneWire} SceneWire */
/** @typedef {import("../types").Frame} Frame */

const RACE = 7;

/** The steps of the story above the scene. @param {SceneWire} wire @param {HTMLElement} go */
function lessons(wire, go) {
  const steps = h("ol", { class: "fruit-steps" }), sentence = h("p", { class: "fruit-sentence" });
  const step = (/** @type {{title: string}} */ lesson, /** @type {number} */ i) => h("li", null,
    h("button", { type: "button", on: { click: () => wire.send("lesson", { number: i + 1 }) } },
      h("b", { text: String(i + 1) }), h("span", { text: lesson.title })));
  return {
    element: h("nav", { class: "fruit-lessons", "aria-label": "Steps of this lesson" }, steps, sentence,
      h("div", { class: "race-go" }, go)),
    /** @param {Frame} frame */
    set(frame) {
      if (steps.children.length !== frame.lessons.length) fill(steps, frame.lessons.map(step));
      [...steps.children].forEach((item, i) => {
        const link = /** @type {HTMLElement} */ (item.firstElementChild), now = i + 1 === frame.lesson;
        if (now === link.hasAttribute("aria-current")) return;
        if (now) link.setAttribute("aria-current", "step");
        else link.removeAttribute("aria-current");
        if (now) steps.scrollTo({ left: /** @type {HTMLElement} */ (item).offsetLeft - 60 });
      });
      sentence.textContent = frame.lessons[frame.lesson - 1].sentence;
    },
  };
}

/** @param {HTMLElement} target a button @param {string} text */
function rename(target, text) {
  const span = target.querySelector("span");
  if (span && span.textContent !== text) span.textContent = text;
}

/** @param {Page} page */
function open(page) {
  const { wire } = page;
  /** @type {Frame | null} */
  let state = null;
  /** @type {Frame | null} */
  let probe = null;
  /** @type {Frame | null} */
  let look = null;
  /** @type {Float32Array} */
  let xy = new Float32Array(0);
  /** @type {Int32Array} */
  let labels = new Int32Array(0);
  let playing = false;

  const raceGo = button("Start the race", toggleLearning,
    { primary: true, class: "fruit-go", title: "Key L" });
  const steps = lessons(wire, raceGo);
  const points = pointsPanel(wire), learning = learningPanel(page), net = networkPanel(page);
  const answer = answerPanel(page, points.placing, toggleLearning), functions = functionPanel();
  const costHost = h("section", { class: "panel stack fruit-cost" }), costs = costTable(costHost);
  const raceHost = h("div", { class: "fruit-race" });
  const lanes = race(raceHost,
    (canvas, least, most) => paintPoints(canvas, xy, labels, least, most, labels.length > 200 ? 2.4 : 4));
  fill(page.root, steps.element, h("div", { class: "fruit-grid" },
    h("div", { class: "fruit-left" }, points.element, learning.element),
    h("div", { class: "fruit-middle" }, net.element, costHost),
    h("div", { class: "fruit-side" }, answer.element, functions.element), raceHost));

  function toggleLearning() {
    wire.send(playing ? "pause" : state?.lesson === RACE ? "play" : "let_it_learn");
    page.mark("done");
  }

  function showProbe() {
    if (!state) return;
    const layers = state.net.activations;
    net.setNumbers(probe ? [probe.x, ...probe.a] : null);
    functions.show(layers, probe);
    if (look) costs.set(probe, state.cost, layers.at(-1) === "softmax", look.cost);
  }

  wire.on("state", (frame) => {
    state = frame;
    page.root.classList.toggle("racing", frame.lesson === RACE);
    functions.element.hidden = frame.net.activations.every((/** @type {string} */ name) =>
      name === "identity" || name === "softmax");
    for (const part of [steps, points, learning, net]) part.set(frame);
    showProbe();
  });
  wire.on("points", (frame) => {
    xy = /** @type {Float32Array} */ (frame.arrays[0]);
    labels = /** @type {Int32Array} */ (frame.arrays[1]);
    answer.setPoints(xy, labels);
  });
  wire.on("look", (frame) => {
    look = frame;
    net.look(frame);
    answer.look(frame);
    showProbe();
  });
  wire.on("probe", (frame) => {
    probe = frame.on ? frame : null;
    showProbe();
  });
  wire.on("graph", (frame) => {
    functions.setGraph(frame);
    showProbe();
  });
  wire.on("race", (frame) => lanes.set(frame));
  wire.on("link", (frame) => {
    page.setLink(new URLSearchParams(frame.link));
    page.setCommand(frame.command, frame.why);
    learning.explain(frame.why);
  });
  wire.on("clock", (frame) => {
    playing = frame.playing;
    rename(answer.learn, playing ? "Pause" : "Let it learn");
    rename(raceGo, playing ? "Pause" : "Start the race");
  });
  if ([...page.params].length > 0) wire.send("open", { link: Object.fromEntries(page.params) });

  const place = (/** @type {number} */ label) => () => {
    points.place(label);
    page.say(`a click places ${["safe", "poisonous"][label]} fruit`);
  };
  return {
    transport: true,
    primary: answer.learn,
    keys: [
      { key: "1", does: "a click places safe fruit", run: place(0) },
      { key: "2", does: "a click places poisonous fruit", run: place(1) },
      { key: "l", does: "let it learn, or pause", run: toggleLearning },
      { key: "h", does: "hard edge or confidence", run: answer.toggleEdge },
      { key: "]", does: "to the chart: next point (Delete takes it away)", run: () => answer.chart.focus() },
    ],
    close() {
      for (const part of [net, answer, functions, lanes]) part.close();
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
