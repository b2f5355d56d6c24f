// The shell of the page: links, keys, narrow windows, a lost connection.
import { check, run, test, until } from "./harness.js";

const LESSONS = ["fruit", "microscope", "slope", "landscape", "train", "look", "draw", "transform"];

for (const [width, height] of [[1440, 900], [1024, 768], [360, 740]])
  for (const dark of [false, true])
    test(`every scene fits ${width} pixels, ${dark ? "dark" : "light"}`, async (t) => {
      for (const lesson of LESSONS) {
        await t.open(lesson);
        await t.page.waitForTimeout(1200);
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

await run();
