// Slope and Landscape, as a person would use them: beats 11, 12, 13, 15 and 16.
import { check, number, run, test, until } from "./harness.js";

/** The number beside a name in the nudge's list; 10⁻⁵ and 3·10⁻⁵ are read, too. */
async function nudged(t, name) {
  const text = await t.text(`.slope-numbers div:has(dt:text-is("${name}")) dd`);
  const power = /(?:([\d.−]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/.exec(text);
  if (!power) return number(text);
  const exponent = [...power[2]].map((c) => (c === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c))).join("");
  return (power[1] ? number(power[1]) : 1) * 10 ** Number(exponent);
}

/** Types into the value box of a slider. */
async function type(t, label, value) {
  await t.page.getByRole("spinbutton", { name: `${label}, value` }).fill(String(value));
  await t.page.keyboard.press("Enter");
}

const speed = (t, name) => t.page.locator(".speeds label").filter({ hasText: name }).first().click();
const said = (t) => t.text(".slope-sentence");
const ballSays = (t) => t.text(".landscape-sentence");
/** What is told of the landscape of n x n points; "" before it is there: coarser ones, shown on the way, tell other things. */
async function summary(t, n = 41) {
  const told = await t.page.locator(".surface canvas[role=img]").first().getAttribute("aria-label");
  return told.includes(` ${n} × ${n} points `) ? told : "";
}
/** What is told of the first landscape; false before. In one look: the next may come upon a coarser one. */
async function landscape(t) {
  const told = await summary(t);
  return /2 minima/.test(told) && told;
}

test("beat 11: a tiny nudge measures the slope, and the tiniest does not", async (t) => {
  await t.open("slope?f=x^2&low=-3&high=3&x=1&h=1");
  await until(async () => (await nudged(t, "difference ÷ h")) === 3, "((1+1)² − 1²) ÷ 1 is not 3");
  check((await nudged(t, "exact slope f′(x)")) === 2, "the exact slope of x² in 1 is not 2");
  check((await nudged(t, "off by")) === 1, "the nudge of 1 is not off by 1");
  await type(t, "h, the nudge", 0.01);
  await until(async () => Math.abs((await nudged(t, "off by")) - 0.01) < 1e-6, "h = 0.01 is not off by 0.01");
  await type(t, "h, the nudge", 1e-15);
  await until(async () => (await nudged(t, "off by")) > 0.05, "rounding did not spoil h = 10⁻¹⁵");
  await t.shot("beat-11");
});

test("beat 11: with 32 bits the rounding comes sooner", async (t) => {
  await t.open("slope?f=x^2&low=-3&high=3&x=1.3&h=0.0000001");
  await until(async () => (await nudged(t, "off by")) < 1e-5, "with 64 bits h = 10⁻⁷ is off");
  await t.page.getByText("32 bits", { exact: true }).click();
  await until(async () => (await nudged(t, "off by")) > 1e-2, "with 32 bits h = 10⁻⁷ is still good");
});

for (const [what, link, badge, sentence] of [
  ["a rate too low creeps", "f=x^2&x=2.5&rate=0.0005", "too low", "too low: creeping"],
  ["a rate too high bounces", "f=x^2&x=2.5&rate=1", "too high", "bouncing"],
  ["a rate much too high flies away", "f=x^2&x=2.5&rate=1.3", "much too high", "flown away"],
  ["the right rate arrives", "f=x^2&x=2.5&rate=0.1", "arrived", "lowest minimum"],
  ["a ball is stuck in a local minimum, and is told where the global one is", "f=0.2x^4%2B0.1x^3-x^2%2B2&x=2.4&rate=0.05",
    "local minimum", "the global one is at x = −1.780"],
]) {
  test(`beat 12: ${what}`, async (t) => {
    await t.open(`slope?low=-3&high=3&momentum=0&${link}`);
    await until(async () => (await said(t)).includes("will roll"), "the ball does not wait at its start");
    await speed(t, "Watch");
    await t.page.keyboard.press(" ");
    await until(async () => (await said(t)).includes(sentence), `it is not said: ${sentence}`);
    check((await t.text(".slope-ball .badge")).includes(badge), `the badge is not ${badge}`);
    if (what.startsWith("a ball")) await t.shot("beat-12");
    await t.page.keyboard.press("0");
    await until(async () => (await said(t)).includes("will roll"), "rewind does not put it back");
  });
}

test("beat 12: momentum carries it over the hill", async (t) => {
  await t.open("slope?f=0.2x^4%2B0.1x^3-x^2%2B2&low=-3&high=3&x=2.8&rate=0.02&momentum=0.9");
  await until(async () => (await said(t)).includes("will roll"), "the ball does not wait");
  await speed(t, "real time");
  await t.page.keyboard.press(" ");
  await until(async () => (await said(t)).includes("the lowest minimum in view"), "it stays in the first valley");
});

test("beat 12: a random restart is elsewhere, and the ball follows the mouse and the keys", async (t) => {
  await t.open("slope?f=x^2&low=-3&high=3&x=1&rate=0.1");
  const where = async () => number((/x = (\S+)/.exec(await t.page.locator(".slope-chart").getAttribute("aria-label")) ?? ["", "nothing"])[1]);
  await until(async () => (await where()) === 1, "the ball is not at 1");
  await t.page.keyboard.press("Shift+0");
  await until(async () => (await where()) !== 1, "a new start is the old one");
  const box = await t.page.locator(".slope-chart").boundingBox();
  await t.page.mouse.click(box.x + box.width * 0.8, box.y + 100);
  await until(async () => (await where()) > 1, "a click at the right does not put the ball there");
  const before = await where();
  await t.page.keyboard.press("ArrowLeft");
  await until(async () => (await where()) < before, "the arrow key does not move the ball");
});

test("beat 16: the derivative is written and drawn, also of one's own formula", async (t) => {
  await t.open("slope");
  await until(async () => (await t.page.locator(".slope-tex math").count()) === 2, "f and f′ are not written");
  await t.page.locator("#slope-formula").fill("sin(x)");
  await t.page.keyboard.press("Enter");
  await until(async () => (await t.text(".slope-tex")).includes("cos"), "the derivative of sin is not cos");
  await t.page.locator("#slope-formula").fill("x^3 - 2x");
  await t.page.keyboard.press("Enter");
  await t.page.keyboard.press("Escape");
  await until(async () => (await t.page.locator(".slope-chart").getAttribute("aria-label")).includes("1 minimum"), "x³ − 2x has one minimum");
  await t.shot("beat-16");
});

test("a formula that is none is named with the place, and the curve stays", async (t) => {
  await t.open("slope?f=x^2&low=-3&high=3");
  await until(async () => (await t.page.locator("#slope-formula").inputValue()) === "x^2", "the link's formula is not there");
  await t.page.locator("#slope-formula").fill("x + y");
  await t.page.keyboard.press("Enter");
  await until(async () => (await t.text("#slope-formula-note")).includes("at character 5"), "the place is not named");
  await until(async () => (await t.page.locator(".slope-chart").getAttribute("aria-label")).includes("1 minimum"), "the curve is gone");
});

test("a link to Slope brings everything back", async (t) => {
  await t.open("slope?f=|x|&low=-2&high=2&x=1.5&h=0.25&rate=0.3&momentum=0.4&bits=32");
  await until(async () => (await nudged(t, "difference ÷ h")) === 1, "not restored");
  const hash = () => t.page.evaluate(() => location.hash);
  await until(async () => (await hash()).includes("seed="), "the page writes no link of its own");
  for (const part of ["low=-2", "high=2", "x=1.5", "h=0.25", "rate=0.3", "momentum=0.4", "bits=32"]) await until(async () => (await hash()).includes(part), `${part} is not in the link`);
});

test("beat 13: two weights make a landscape, and the ball rolls into its valley", async (t) => {
  await t.open("landscape");
  await until(async () => /2 minima, 2 saddles, 1 maximum/.test(await summary(t, 81)), "the landscape has not the valleys and passes it has");
  await until(async () => (await ballSays(t)).includes("Let it roll"), "the ball does not wait");
  await speed(t, "max");
  await t.page.keyboard.press(" ");
  await until(async () => (await ballSays(t)).includes("In the lowest minimum in view"), "it does not arrive");
  await t.settled();
  await t.shot("beat-13");
});

test("beat 13: other weights, other ground; the map shows the same", async (t) => {
  await t.open("landscape?n=41");
  const first = await until(() => landscape(t), "the first landscape");
  await t.page.getByLabel("Axis 1").selectOption({ label: "2 → 1, layer 1" });
  const solid = await until(async () => {
    const told = await summary(t);
    return told !== first && told.includes("weight 2 → 1") && told;
  }, "the ground stays the same");
  await t.page.keyboard.press("x");
  await t.page.waitForSelector("canvas.contour");
  await until(async () => (await summary(t)) === solid, "the map tells something else");
  const before = await ballSays(t), box = await t.page.locator("canvas.contour").boundingBox();
  await t.page.mouse.click(box.x + box.width / 2 - 20, box.y + box.height / 2);
  await until(async () => (await ballSays(t)) !== before, "a click does not put the ball");
  await t.shot("beat-13-map");
});

test("beat 13: in three dimensions a click puts the ball, dragging turns", async (t) => {
  await t.open("landscape?n=41");
  await until(async () => /2 minima/.test(await summary(t)), "the landscape");
  check((await t.page.locator(".surface-picture").count()) === 1, "there is no WebGL2 picture");
  await t.settled();
  const before = await ballSays(t), box = await t.page.locator(".surface-words").boundingBox();
  await t.page.mouse.move(box.x + 200, box.y + 300);
  await t.page.mouse.down();
  await t.page.mouse.move(box.x + 320, box.y + 320, { steps: 5 });
  await t.page.mouse.up();
  check((await ballSays(t)) === before, "turning moved the ball");
  await t.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await until(async () => (await ballSays(t)) !== before, "a click does not put the ball");
});

test("beat 13: where the graphics card gives up, the map takes over", async (t) => {
  await t.open("landscape?n=41");
  const told = await until(() => landscape(t), "the landscape");
  await t.page.locator(".surface-picture").evaluate((canvas) => canvas.getContext("webgl2").getExtension("WEBGL_lose_context").loseContext());
  await t.page.waitForSelector("canvas.contour");
  await until(async () => (await summary(t)) === told, "the map tells something else");
  check(/WebGL2 is missing/.test(await t.text(".landscape-top")), "it is not said why there is a map");
});

test("beat 15: mini-batches wobble, each on a landscape of its own", async (t) => {
  await t.open("landscape?n=41&u=-3&v=4&rate=2&momentum=0");
  const whole = await until(() => landscape(t), "the landscape");
  await t.page.locator('[aria-label="Samples a step"]').getByText("1", { exact: true }).click();
  await speed(t, "real time");
  await t.page.keyboard.press(" ");
  await until(async () => (await t.text(".panel .badge")) === "wobbling", "it does not wobble");
  await until(() => t.page.locator(".play[aria-label=Pause]").count(), "it does not play"); // else Space plays
  await t.page.keyboard.press(" ");
  await t.page.getByText("Show the batch's own landscape").click();
  await until(async () => ![whole, ""].includes(await summary(t)), "the batch has the landscape of all");
  await t.shot("beat-15");
});

test("beat 15: saddle points are marked and told", async (t) => {
  await t.open("landscape");
  await until(async () => /2 saddles/.test(await summary(t, 81)), "no saddles are told");
  check((await t.text(".landscape-legend")).includes("saddle point"), "the legend does not name saddles");
});

test("random directions and the learning path are planes, too", async (t) => {
  await t.open("landscape?n=41&updates=0");
  await t.page.getByText("random", { exact: true }).click();
  await until(async () => /random direction 1/.test(await summary(t)), "no random directions");
  await t.page.getByText("its path", { exact: true }).click();
  await until(async () => /start to end of learning/.test(await summary(t)), "no path");
  await speed(t, "Watch"); // flat out it has left the view in two seconds, and that is told instead
  await t.page.keyboard.press(" ");
  await until(async () => (await ballSays(t)).includes("All 17 weights learn"), "the whole network does not learn");
});

test("where there is no network of one's own, Landscape says so", async (t) => {
  await t.open("landscape");
  await until(async () => /2 minima/.test(await summary(t, 81)), "the landscape");
  await t.page.getByText("my network", { exact: true }).click();
  await until(async () => (await t.text(".toasts")).includes("begin one in Train"), "nothing is said");
  check(/2 minima/.test(await summary(t, 81)), "the landscape is gone");
});

await run();
