// The page without a pointer: every scene is walked with Tab, every stop has a name and is seen, and the story goes on
// by keys alone.
import { check, run, test, until } from "./harness.js";

const LESSONS = ["fruit", "microscope", "slope", "landscape", "train", "look", "draw", "transform"];

/** What has the focus: a number of its own, where it is, whether it shows that; null for nothing. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  window.stops ??= new Map();
  if (!window.stops.has(element)) window.stops.set(element, window.stops.size);
  const { top, bottom, left, right } = element.getBoundingClientRect();
  // A mark is an outline, a ring of the element or of what holds it, or the stroke of a link; that of a slider's
  // thumb cannot be asked for.
  const ring = [element, element.parentElement].some((one) => getComputedStyle(one).boxShadow !== "none");
  const { outlineStyle, stroke } = getComputedStyle(element);
  return {
    id: window.stops.get(element), what: `${element.tagName.toLowerCase()} "${element.getAttribute("aria-label") ?? element.textContent.slice(0, 40)}"`,
    seen: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth, marked: outlineStyle !== "none" || ring || element.type === "range" || (element instanceof SVGElement && !/0\)$|none/.test(stroke)),
  };
});

/** Controls that a screen reader cannot name. */
async function nameless(page) {
  const session = await page.context().newCDPSession(page), { nodes } = await session.send("Accessibility.getFullAXTree");
  return nodes.filter((node) => !node.ignored && !node.name?.value && !["RootWebArea", "main"].includes(node.role?.value) &&
    node.properties?.some(({ name, value }) => name === "focusable" && value.value)).map((node) => node.role.value);
}

for (const lesson of LESSONS) {
  test(`Tab goes once through ${lesson}, and every stop is seen and named`, async (t) => {
    await t.open(lesson);
    await t.settled();
    await t.page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = true; });
    const stops = [];
    for (;;) {
      await t.page.keyboard.press("Tab");
      const stop = await focused(t.page);
      if (!stop || stop.id === stops[0]?.id) break;
      check(!stops.some(({ id }) => id === stop.id), `${lesson}: Tab is caught at ${stop.what}`);
      check(stop.seen, `${lesson}: ${stop.what} has the focus and is not in view`);
      check(stop.marked, `${lesson}: ${stop.what} does not show its focus`);
      stops.push(stop);
      check(stops.length < 300, `${lesson}: more than 300 stops`);
    }
    check(stops.length > 15, `${lesson}: only ${stops.length} stops`);
    const without = await nameless(t.page);
    check(without.length === 0, `${lesson}: without a name: ${without.join(", ")}`);
  });
}

test("the first lesson to the pad, by keys alone", async (t) => {
  const { page } = t, updates = async () => Number((await t.text(".counter.update dd")).replaceAll(",", ""));
  await t.open("fruit");
  await until(async () => (await updates()) === 0, "the clock does not stand at 0");
  await page.keyboard.press("l");
  await until(async () => (await updates()) > 20, "L does not let it learn");
  await page.keyboard.press("Space");
  await until(() => page.getByRole("button", { name: "Play", exact: true }).count(), "Space does not pause");
  const paused = await updates();
  await page.keyboard.press("s");
  await until(async () => (await updates()) === paused + 1, "S is not one step");
  await page.keyboard.press("0");
  await until(async () => (await updates()) === 0, "0 does not go back to the start");
  for (const [key, scene] of [["v", "look"], ["d", "draw"]]) {
    await page.keyboard.press(key);
    await page.waitForSelector(`.scene-${scene}`);
  }
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  for (let i = 0; (await focused(page))?.what.startsWith("a \"Slope") !== true; i++) {
    check(i < 60, "Tab does not come to the link of Slope");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForSelector(".scene-slope");
});

await run();
