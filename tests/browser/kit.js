// The shell and the kit around a scene made for the test: keys, links, sliders, charts, formulas.
import { check, run, test, until } from "./harness.js";

const SCENE = `
import { button, h, number, segmented, select, slider, tabs, term } from "../kit/ui.js";
import { curves } from "../kit/curves.js";
import { math } from "../kit/math.js";
import { gallery, pixels } from "../kit/picture.js";
window.seen = { sent: [], clicks: 0, own: 0, next: 0, shut: 0, tab: 0, value: 1, choice: "", picked: -1 };
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (text) {
  if (text.startsWith("{")) window.seen.sent.push(JSON.parse(text)); // not how many frames were looked at
  return send.call(this, text);
};
export default { name: "fruit", title: "A scene", lesson: "A lesson.", open(page) {
  const seen = window.seen;
  const chart = curves(page.root, { label: "Average cost", x: [{ key: "u", label: "updates" }, { key: "s", label: "time (s)" }],
    y: { label: "cost" }, series: [{ name: "train" }, { name: "test", dashed: true, dots: true }], smoothing: true, height: 200 });
  const pictures = gallery({ label: "Pictures", pick: (index) => { seen.picked = index; } });
  pictures.set(Array.from({ length: 12 }, (_, i) => ({ label: "picture " + i,
    draw: (canvas) => pixels(canvas, 2, 2, 1, new Float32Array([-1, 0, 0.5, 1]), { diverging: true }) })));
  const bench = { page, chart, make: (count, height) => ({
    x: { u: Float32Array.from({ length: count }, (_, i) => 10 * i), s: Float32Array.from({ length: count }, (_, i) => i / 50) },
    y: [Float32Array.from({ length: count }, (_, i) => height / (1 + i / 20)),
      Float32Array.from({ length: count }, (_, i) => (i % 25 ? NaN : height / (1 + i / 22) + 0.2))] }) };
  window.bench = bench;
  page.root.prepend(
    button("Press", () => { seen.clicks++; }, { primary: true }),
    slider({ label: "weight", min: -5, max: 5, step: 0.05, value: 1, reset: 0, on: (value) => { seen.value = value; } }).element,
    number({ label: "batch", min: 1, max: 100, value: 32, on: (value) => { seen.value = value; } }).element,
    select({ label: "activation", options: ["relu", ["s", "sigmoid"]], on: (value) => { seen.choice = value; } }).element,
    segmented({ label: "edge", options: ["hard", "soft"], on: (value) => { seen.choice = value; } }).element,
    tabs(["One", "Two", "Three"], (index) => { seen.tab = index; }).element,
    h("p", null, term("epoch", "Once through all samples.")), math("\\\\frac{a}{b}"), pictures.element,
    h("label", null, "formula", h("input", { type: "text" })));
  page.setCommand("inkling train fruit");
  page.say("87 of 100 right", true);
  return { close() { seen.shut++; }, transport: true, keys: [
    { key: "m", does: "my own mistake", run() { seen.own++; } }, { key: "ArrowRight", does: "next", run() { seen.next++; } }] };
} };`;

/** Opens the page with the scene above in the place of the first lesson. */
async function openBench(t, link = "fruit") {
  await t.page.route("**/scenes/fruit.js", (route) => route.fulfill({ contentType: "text/javascript", body: SCENE }));
  await t.open(link);
  await t.page.waitForFunction(() => window.bench && document.querySelector(".connection").textContent === "connected");
  await t.page.evaluate(() => { window.seen.sent.length = 0; });
}
const seen = (t) => t.page.evaluate(() => window.seen);
const verbs = async (t) => (await seen(t)).sent.map((message) => message.do).join(" ");
const same = (got, wanted, what) => check(JSON.stringify(got) === JSON.stringify(wanted),
  `${what}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(got)}`);

test("keys move the time, and a button keeps its own", async (t) => {
  await openBench(t);
  for (const key of ["Space", "s", "0", "Shift+Digit0", "+", "-"]) await t.page.keyboard.press(key);
  same(await verbs(t), "play step rewind new_start speed speed", "verbs");
  await t.page.getByRole("button", { name: "Press" }).click();
  await t.page.keyboard.press("Space");
  same([/ (play|pause)$/.test(await verbs(t)), (await seen(t)).clicks], [true, 1], "Space after a click plays, or pauses what it is told to play");
  await t.page.keyboard.press("Tab");
  await t.page.keyboard.press("Shift+Tab");
  const before = await verbs(t);
  await t.page.keyboard.press("Space");
  await t.page.keyboard.press("Enter");
  same([await verbs(t), (await seen(t)).clicks], [before, 3], "a button that Tab came to takes Space and Enter");
});

test("keys rest while a person types, and a scene's come before the shell's", async (t) => {
  await openBench(t);
  await t.page.keyboard.press("m");
  await t.page.keyboard.press("ArrowRight");
  same([(await seen(t)).own, (await seen(t)).next], [1, 1], "keys of the scene");
  await t.page.getByLabel("formula").focus();
  await t.page.keyboard.type("s0 m?d");
  same([await verbs(t), (await seen(t)).own, await t.page.getByLabel("formula").inputValue()], ["", 1, "s0 m?d"], "typing");
});

test("a slider is dragged, typed, stepped finely and brought back", async (t) => {
  await openBench(t);
  const value = async () => (await seen(t)).value, range = t.page.getByRole("slider", { name: "weight" });
  await range.focus();
  await t.page.keyboard.press("ArrowRight");
  same(await value(), 1.05, "a key's step");
  await t.page.keyboard.press("Shift+ArrowRight");
  same(await value(), 1.055, "a fine step");
  await range.dblclick();
  same(await value(), 0, "a double click");
  const box = t.page.getByRole("spinbutton", { name: "weight, value" });
  await box.click();
  await t.page.keyboard.type("-2,5");
  await t.page.keyboard.press("Enter");
  same([await value(), await box.inputValue()], [-2.5, "−2.50"], "typed");
  const { x, y, width } = await range.boundingBox();
  await t.page.keyboard.down("Shift");
  await t.page.mouse.move(x + width / 2, y + 10);
  await t.page.mouse.down();
  await t.page.mouse.move(x + 0.6 * width, y + 10, { steps: 4 });
  await t.page.mouse.up();
  await t.page.keyboard.up("Shift");
  same(await value(), -2.4, "dragged with Shift");
  await t.page.getByRole("spinbutton", { name: "batch" }).fill("1000");
  await t.page.keyboard.press("Enter");
  same(await value(), 100, "a number over its limit");
});

test("choices, tabs and galleries work by keyboard", async (t) => {
  await openBench(t);
  await t.page.getByLabel("activation").selectOption("s");
  same((await seen(t)).choice, "s", "select");
  await t.page.getByRole("radio", { name: "soft" }).check();
  same((await seen(t)).choice, "soft", "segmented");
  await t.page.getByRole("tab", { name: "One" }).focus();
  await t.page.keyboard.press("ArrowLeft");
  same((await seen(t)).tab, 2, "tabs go round");
  await t.page.getByRole("button", { name: "picture 0" }).focus();
  await t.page.keyboard.press("ArrowRight");
  await t.page.keyboard.press("ArrowRight");
  await t.page.keyboard.press("Enter");
  same([(await seen(t)).picked, (await seen(t)).next], [2, 0], "the gallery, and not the scene's arrow");
  await t.page.getByRole("button", { name: "epoch" }).focus();
  check(await t.page.getByText("Once through all samples.").isVisible(), "a word is not explained");
  await until(() => t.page.locator("math mfrac").count(), "the formula is not set");
});

test("axes have round numbers, and few where there is no room", async (t) => {
  await openBench(t);
  const found = await t.page.evaluate(async () => {
    const { ticks } = await import("./kit/axes.js");
    return [ticks(-3, 3, 6), ticks(0.1, 0.34, 4), ticks(0, 10, -0.2), ticks(5, 5, 4), ticks(1e17, 1e17 + 64, 4), ticks(NaN, 1, 4)];
  });
  same(found, [[-3, -2, -1, 0, 1, 2, 3], [0.1, 0.2, 0.3], [0, 10], [], [], []], "ticks");
});

test("pixels have the page's one scale", async (t) => {
  await openBench(t);
  const colours = await t.page.evaluate(() => {
    const canvas = document.querySelector(".gallery canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, 2, 2);
    return [[...data.slice(0, 3)], [...data.slice(4, 7)], [...data.slice(12, 15)]];
  });
  same(colours, [[0xf5, 0x93, 0x22], [0xe8, 0xea, 0xeb], [0x08, 0x77, 0xbd]], "negative, zero, positive");
});

test("links keep the state; back goes back; the command and the link are copied", async (t) => {
  await t.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openBench(t, "fruit?seed=2");
  const copied = () => t.page.evaluate(() => navigator.clipboard.readText()), hash = () => t.page.evaluate(() => location.hash);
  await t.page.getByRole("button", { name: "Copy as command" }).click();
  await until(async () => (await copied()) === "inkling train fruit", "the command is not copied");
  await t.page.evaluate(() => window.bench.page.setLink(new URLSearchParams({ seed: "3" })));
  await t.page.getByRole("button", { name: "Copy link" }).click();
  await until(async () => (await copied()) === `${t.studio.origin}/#fruit?seed=3`, "the link is not copied");
  await until(async () => (await hash()) === "#fruit?seed=3", "the address does not follow");
  await t.page.getByRole("link", { name: /^Draw/ }).click();
  await t.page.waitForSelector(".scene-draw");
  same([(await seen(t)).shut, await t.page.locator("[aria-current]").innerText()], [1, await t.page.getByRole("link", { name: /^Draw/ }).innerText()],
    "the scene is closed and the other marked");
  await t.page.goBack();
  await t.page.waitForSelector(".scene-fruit");
  same(await hash(), "#fruit?seed=3", "the way back");
});

test("a way to another scene is not lost while the page writes its own link", async (t) => {
  await openBench(t, "fruit?seed=2");
  await t.page.evaluate(() => {
    window.bench.page.setLink(new URLSearchParams({ seed: "3" }));
    location.hash = "draw";
    document.querySelector("#rail a").dispatchEvent(new Event("click")); // writes the link before the event of the hash
  });
  await t.page.waitForSelector(".scene-draw");
});

test("a chart keeps its zoom while values come, and says itself in words", async (t) => {
  await openBench(t);
  const range = () => t.page.evaluate(() => window.bench.chart.graph.xAxisRange().map(Math.round));
  check(await t.page.locator(".curves-empty").isVisible(), "an empty chart says nothing");
  await t.page.evaluate(() => window.bench.chart.set(window.bench.make(300, 2)));
  await until(() => t.page.evaluate(() => window.bench.chart.graph !== null), "nothing is drawn");
  const plot = t.page.locator(".curves-plot");
  await plot.scrollIntoViewIfNeeded();
  const { x, y } = await plot.boundingBox();
  await t.page.mouse.move(x + 200, y + 80);
  await t.page.mouse.down();
  await t.page.mouse.move(x + 400, y + 85, { steps: 5 });
  await t.page.mouse.up();
  const zoomed = await range();
  check(zoomed[1] - zoomed[0] < 1500, `a drag does not zoom: ${zoomed}`);
  await t.page.evaluate(() => window.bench.chart.set(window.bench.make(500, 2)));
  await until(async () => /at 4,990 updates: train 0\.07\d*, test 0\.2\d* \(at 4,750\)/.test(await t.page.locator(".curves").innerText()),
    `no sentence, or it does not say where the last test was: ${await t.page.locator(".curves").innerText()}`);
  same(await range(), zoomed, "the zoom after new values");
  await t.page.getByRole("button", { name: "Whole chart" }).click();
  await until(async () => (await range())[1] > 4900, "the whole chart does not come back");
  await t.page.getByRole("radio", { name: "time (s)" }).check();
  await until(async () => (await range())[1] <= 11, "the other axis is not taken");
  await t.page.locator(".curves-frame").focus();
  await t.page.keyboard.press("Home");
  same(await t.page.locator(".curves-readout").innerText().then((text) => text.replace(/\s+/g, " ").trim()), "0 s train 2 test 2.2", "values at the cursor");
  await t.page.getByRole("button", { name: "As a table" }).click();
  await until(() => t.page.getByRole("cell", { name: "2.2", exact: true }).first().isVisible(), "the table does not have the first value");
});

await run();
