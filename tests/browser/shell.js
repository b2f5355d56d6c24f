// The shell of the page: links, keys, narrow windows, a lost connection.
import { check, run, test, until } from "./harness.js";

const LESSONS = ["fruit", "microscope", "slope", "landscape", "train", "look", "draw", "transform"];

for (const [width, height] of [[1440, 900], [1024, 768], [360, 740]])
  for (const dark of [false, true])
    test(`every scene fits ${width} pixels, ${dark ? "dark" : "light"}`, async (t) => {
      for (const lesson of LESSONS) {
        await t.open(lesson);
        await t.settled();
        const over = await t.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(over <= 0, `${lesson} is ${over} pixels wider than the window`);
        await t.shot(`${lesson}-${width}${dark ? "-dark" : ""}`);
      }
    }, { width, height, dark });

test("a link to a scene that is not there leads to the first lesson", async (t) => {
  await t.page.goto(`${t.studio.address}#nonsense`);
  await t.page.waitForSelector(".scene-fruit");
});

test("? shows all keys, and Escape closes them", async (t) => {
  await t.open("train");
  await t.page.keyboard.press("?");
  await t.page.waitForSelector("dialog[open]");
  check((await t.text("dialog[open]")).includes("play"), "the keys do not name play");
  await t.page.keyboard.press("Escape");
  await until(async () => (await t.page.locator("dialog[open]").count()) === 0, "the dialog stays open");
});

for (const lesson of LESSONS) {
  test(`${lesson} has its link, its command or why not, its keys, its sentence`, async (t) => {
    await t.open(lesson);
    await until(async () => (await t.page.locator("#says").textContent()) !== "", "a screen reader is told nothing");
    check((await t.page.evaluate(() => location.hash)).startsWith(`#${lesson}`), "the address does not name it");
    check((await t.page.locator(".button.primary:visible, .pad-canvas, .bar .play:visible").count()) > 0, "there is nothing to begin with");
    await t.page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: (text) => { window.copied = text; } } }));
    let told = "nothing"; // the command may come after the first words
    await until(async () => {
      await t.page.getByRole("button", { name: "Copy as command" }).click();
      told = (await t.page.locator(".toast span").last().textContent()) ?? "";
      return /^Command copied: inkling (train|eval|predict) \S/.test(told) || !/^Command copied|has no command of its own/.test(told);
    }, "copy as command does not say the command or why there is none").catch((error) => { throw new Error(`${error.message}: "${told}"`); });
    await t.page.getByRole("button", { name: "Copy link" }).click();
    await until(async () => (await t.page.evaluate(() => window.copied)).includes(`/#${lesson}`), "the link is not copied");
    await t.page.keyboard.press("?");
    const own = t.page.locator("dialog[open] section").nth(1);
    check((await own.locator("kbd").count()) >= 3, `it has keys of its own: ${await own.innerText()}`);
  });
}

test("a scene waits for its style", async (t) => {
  let asked = false, release = () => {};
  const held = new Promise((resolve) => { release = resolve; });
  await t.page.route("**/scenes/slope.css", async (route) => {
    asked = true;
    await held;
    await route.continue();
  });
  await t.page.goto(`${t.studio.address}#slope`);
  await until(() => asked, "the style is not asked for");
  await t.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => setTimeout(done, 100)); }));
  check((await t.page.locator(".scene-slope").count()) === 0, "the scene is shown without its style");
  release();
  await t.page.waitForSelector(".scene-slope canvas");
});

test("scenes that are closed leave nothing behind", async (t) => {
  await t.open("slope");
  const session = await t.context.newCDPSession(t.page);
  await session.send("Performance.enable");
  // Not by selectors that wait: those keep what they found.
  const go = async (lesson) => {
    await t.page.evaluate((to) => { location.hash = to; }, lesson);
    await until(() => t.page.evaluate((to) => document.querySelector(`.scene-${to} *`) !== null, lesson), `${lesson} does not open`);
    await t.settled(100, 300);
  };
  const left = async () => {
    for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  const round = async () => {
    for (const lesson of [...LESSONS, "slope"]) await go(lesson);
    return left();
  };
  await round();
  const before = await round();
  await round();
  await until(async () => {
    const after = await left();
    return after.Nodes < before.Nodes + 250 && after.JSEventListeners < before.JSEventListeners + 50;
  }, `it began with ${before.Nodes} nodes and ${before.JSEventListeners} listeners, and they grow`);
});

await run();
