// Not a test: makes the README's pictures of the studio anew.
//
//   INKLING_DATA=... node tests/browser/readme_pictures.js build/inkling docs
import { check, number, run, test, until } from "./harness.js";

const speed = (t, name) => t.page.locator(".speeds label").filter({ hasText: new RegExp(`^${name}$`) }).first().click();
const counter = async (t, index) => number(await t.page.locator(".counters dd").nth(index).innerText());

test("studio-train", async (t) => {
  await t.open("train?data=mnist&net=784-100-10&rate=0.05&momentum=0.9&batch=32&epochs=10&schedule=constant");
  await speed(t, "real time");
  await until(async () => (await counter(t, 0)) > 3, "it does not learn", 60000);
  await t.page.getByRole("button", { name: "Pause" }).first().click();
  await t.page.waitForTimeout(1500); // the last evaluation
  await t.shot("studio-train");
});

test("studio-fruit", async (t) => {
  await t.open("fruit");
  await t.page.getByRole("button", { name: "Let it learn", exact: true }).click();
  await until(async () => /100 of 100/.test(await t.page.locator(".scene-fruit").innerText()), "it does not bend");
  await t.page.getByRole("button", { name: "Pause" }).first().click();
  await t.page.waitForTimeout(500);
  await t.shot("studio-fruit");
});

test("studio-landscape", async (t) => {
  await t.open("landscape");
  await until(async () => (await t.text(".landscape-sentence")).length > 0, "there is no landscape");
  await t.page.waitForTimeout(4000); // it turns to its open side
  await t.page.keyboard.press("Space");
  await until(async () => (await counter(t, 1)) > 40, "the ball does not roll");
  await t.page.waitForTimeout(1500);
  await t.shot("studio-landscape");
});

test("studio-draw", async (t) => {
  await t.open("draw?source=doodles");
  const canvas = t.page.locator(".pad-canvas");
  await canvas.waitFor();
  await t.page.waitForFunction(() => document.querySelector(".pad-canvas")?.dataset.stamp !== undefined);
  const box = await canvas.boundingBox();
  check(box, "there is no pad");
  const flower = [[...Array(25)].map((_, i) => [14 + 2 * Math.cos(i / 4), 9 + 2 * Math.sin(i / 4)]),
    ...[0, 1, 2, 3, 4].map((k) => [...Array(17)].map((_, i) => {
      const a = (2 * Math.PI * k) / 5, b = a + Math.PI + (2 * Math.PI * i) / 16;
      return [14 + 4.3 * Math.cos(a) + 2.4 * Math.cos(b), 9 + 4.3 * Math.sin(a) + 2.4 * Math.sin(b)];
    })), [[14, 15.5], [14.4, 19], [13.8, 22], [14.1, 25.5]], [[14, 22], [11, 20.5], [9, 18.2], [11.6, 18.8], [14, 22]]];
  for (const stroke of flower) {
    for (const [i, [x, y]] of stroke.entries()) {
      await t.page.mouse.move(box.x + (x * box.width) / 28, box.y + (y * box.height) / 28, { steps: 2 });
      if (i === 0) await t.page.mouse.down();
    }
    await t.page.mouse.up();
  }
  await t.page.mouse.move(box.x + box.width + 30, box.y + box.height);
  await t.page.waitForTimeout(800);
  await t.shot("studio-draw");
});

test("studio-look", async (t) => {
  await t.open("look?source=digits");
  await until(async () => /never saw/.test(await t.page.locator("main").innerText()), "it does not evaluate", 60000);
  await t.page.keyboard.press("m");
  await t.page.waitForTimeout(1000);
  await t.page.getByText("Which pixels mattered").click();
  await t.page.waitForTimeout(2500);
  await t.shot("studio-look");
});

await run();
