// The story's beats on the scene Look: 21 and 25, the matrix that opens its pictures, weights, covered
// pixels, data sets. On the real test sets where they are, else on those Inkling makes itself.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, data, number, run, test, until } from "./harness.js";

const has = (/** @type {string} */ folder) => Boolean(data && existsSync(join(data, folder)));
const tab = (t, name) => t.page.getByRole("tab", { name, exact: true }).click();
const verdict = (t) => t.text(".look-verdict");
const place = (t) => t.text(".look-answer .soft.numbers");

/** Waits until the whole set is looked at; how many are right, of how many. */
async function looked(t) {
  const said = await until(async () => {
    const text = await t.text(".look-said");
    return /are right/.test(text) && text;
  }, "the test set is not looked at to its end", 180000);
  const [right, all] = said.split(" of ").map(number);
  return { right, all, said };
}

/** "It is 7 the network says 7 ✓ right" in parts. */
async function answer(t) {
  const [label, guess] = await t.page.locator(".look-verdict strong").allInnerTexts();
  return { label, guess, right: (await verdict(t)).includes("✓") };
}

test("beat 21: the viewer shows pictures with predictions, and M finds the mistakes, most confident first", async (t) => {
  await t.open("look?source=digits");
  const { right, all } = await looked(t);
  check(right / all > 0.9 && all >= 1000, `${right} of ${all} right: the shipped digits do better`);
  const size = await t.page.locator(".look-picture canvas").boundingBox();
  check(size && size.width >= 280 && size.height >= 280, `the picture is ${size?.width} wide`);
  await t.page.keyboard.press("ArrowRight");
  await until(async () => /picture 2 of/.test(await place(t)), "the right arrow does not go to the next picture");
  await t.page.keyboard.press("ArrowLeft");
  await until(async () => /picture 1 of/.test(await place(t)), "the left arrow does not go back");
  await t.page.keyboard.press("m");
  await until(async () => (await place(t)) === `mistake 1 of ${(all - right).toLocaleString("en-US")}, most confident first`, "M does not go to the first mistake");
  const scores = [];
  for (let i = 0; i < 3; i++) {
    await until(async () => (await place(t)).startsWith(`mistake ${i + 1} of`), `M does not go to mistake ${i + 1}`);
    const { label, guess, right: good } = await answer(t);
    check(!good && label !== guess, `mistake ${i + 1} is none: ${await verdict(t)}`);
    const bars = t.page.locator(".look-scores").first().locator("li");
    check((await bars.count()) === 3, "there are not three bars");
    const name = await bars.first().locator(".look-score-name").innerText();
    check(name === guess, `the first bar is ${name}, the prediction ${guess}`);
    const shown = (await bars.locator("> .numbers").allInnerTexts()).map(number);
    check(shown[0] >= shown[1] && shown[1] >= shown[2], `the bars are not sorted: ${shown}`);
    scores.push(shown[0]);
    if (i < 2) await t.page.keyboard.press("m");
  }
  check(scores[0] >= scores[1] && scores[1] >= scores[2], `mistakes are not sorted by confidence: ${scores}`);
  await t.shot("beat-21");
});

test("beat 21: the network that learns in this tab can be looked at", async (t) => {
  await t.open("train?data=glyphs%3Adigits&limit=2000&net=784-20-10&epochs=1000"); // it must still learn when the network was looked at
  await until(async () => number(await t.page.locator(".counters dd").nth(1).innerText()) > 20, "nothing is learning");
  await t.page.keyboard.press("v");
  await t.page.waitForSelector(".scene-look");
  await until(async () => (await t.page.getByRole("combobox", { name: "Network" }).inputValue()) === "mine", "it does not look at my network");
  const { all } = await looked(t);
  check(all === 500, `the test set of 2,000 digits has 500, not ${all}`);
  const before = await t.text(".look-score");
  check(/after [\d,]+ updates/.test(before), `it does not say after how many updates: ${before}`);
  await until(async () => (await t.text(".look-score")) !== before, "newer weights are not looked at");
  await t.shot("beat-21-mine");
});

test("beat 21: from Train one click leads to the mistakes, another to the pad", async (t) => {
  await t.open("train?data=glyphs%3Adigits&limit=2000&net=784-10");
  await until(async () => number(await t.page.locator(".counters dd").nth(1).innerText()) > 20, "nothing is learning");
  await t.page.getByRole("button", { name: "Its mistakes" }).click();
  await until(async () => /^mistake 1 of \d+, most confident first/.test(await place(t)), "the first mistake is not shown");
  check((await t.page.getByRole("combobox", { name: "Network" }).inputValue()) === "mine", "it is another network's mistake");
  await t.page.goBack();
  await t.page.getByRole("button", { name: "Draw for it" }).click();
  await t.page.waitForSelector(".scene-draw");
  await until(() => t.page.getByRole("radio", { name: "My network" }).isChecked(), "the pad asks another network");
});

test("a cell of the confusion matrix opens its pictures, by keyboard too, and the numbers agree", async (t) => {
  await t.open("look?source=digits&tab=confusion");
  const { right, all } = await looked(t);
  const cells = t.page.getByRole("gridcell");
  await until(async () => (await cells.count()) === 100, "the matrix has not 100 cells");
  const counts = await until(async () => {
    const list = (await cells.allInnerTexts()).map((text) => (text === "·" ? 0 : number(text)));
    return list.reduce((a, b) => a + b, 0) === all && list;
  }, `the cells do not sum to ${all}`);
  const hits = counts.filter((_, i) => i % 11 === 0).reduce((a, b) => a + b, 0);
  check(hits === right, `the diagonal holds ${hits}, ${right} are right`);
  await cells.nth(44).focus();
  await t.page.keyboard.press("ArrowDown");
  await t.page.keyboard.press("ArrowRight");
  await t.page.keyboard.press("ArrowLeft");
  await t.page.keyboard.press("ArrowLeft");
  await t.page.keyboard.press("Enter"); // row 5, column 3
  const side = t.page.locator(".look-confusion h2").nth(1);
  await until(async () => (await side.innerText()) === `5 taken for 3: ${counts[53]}`, "Enter does not open the cell 5, 3");
  const shown = t.page.locator(".look-confusion .gallery button");
  await until(async () => (await shown.count()) === Math.min(60, counts[53]), `not ${counts[53]} pictures are shown`);
  await until(() => t.page.evaluate(() => decodeURIComponent(location.hash).includes("cell=5,3")), "the link does not say which cell");
  await cells.nth(0).click();
  await until(async () => /^0, right: /.test(await side.innerText()), "a click does not open the cell 0, 0");
  await shown.first().click();
  await until(async () => (await answer(t)).right, "a right picture of the cell is not shown alone");
  check((await answer(t)).label === "0", `the picture is a ${(await answer(t)).label}`);
  await t.shot("look-confusion");
});

test("beat 26: a photograph read 28 wide is garbled, as it was by mistake, and whole again when it is not", async (t) => {
  await t.open("look?source=cifar10");
  const canvas = t.page.locator(".look-picture .look-large"), wide = () => canvas.evaluate((one) => /** @type {any} */ (one).width);
  const row = (/** @type {number} */ y) => canvas.evaluate((one, at) => [...(/** @type {any} */ (one)).getContext("2d").getImageData(0, at, 28, 1).data].filter((_, i) => i % 4 === 0), y);
  const misread = t.page.getByRole("switch", { name: /Read it 28 wide/ });
  await until(async () => (await wide()) === 32 && /picture 1 of 10,000/.test(await place(t)), "no photograph is shown whole", 60000);
  check(!(await misread.isChecked()), "it is read wrongly from the start");
  const [first, second] = [await row(0), await row(1)];
  const rest = await canvas.evaluate((one) => [...(/** @type {any} */ (one)).getContext("2d").getImageData(28, 0, 4, 1).data].filter((_, i) => i % 4 === 0));
  await t.shot("beat-26-whole");
  await misread.click();
  await until(async () => (await wide()) === 28, "it is not read 28 wide");
  check(String(await row(0)) === String(first), "the first row has other pixels");
  check(String(await row(1)) === String([...rest, ...second.slice(0, 24)]), "the second row does not begin with the last four pixels of the first");
  check(/28 pixels instead of 32/.test(await t.text(".look-note")), "it is not said what went wrong");
  await t.shot("beat-26-garbled");
  await misread.click();
  await until(async () => (await wide()) === 32, "it stays garbled");
  await t.page.getByRole("combobox", { name: "Network" }).selectOption("digits");
  await until(async () => (await wide()) === 28, "the digits do not come", 60000);
  check(!(await misread.isVisible()), "digits can be read wrongly, too");
}, { needs: () => (has("cifar10") ? undefined : "INKLING_DATA has no cifar10") });

test("beat 25: accuracy per category, sorted, each with n and a 95 % interval", async (t) => {
  const real = has("quickdraw");
  await t.open(`look?source=${real ? "doodles" : "digits"}&tab=categories`);
  const { right, all } = await looked(t);
  const rows = t.page.locator(".look-categories button");
  await until(async () => (await rows.count()) === 10, "there are not ten categories");
  const read = await until(async () => {
    const list = (await rows.allInnerTexts()).map((text) => {
      const [, share, good, n, low, high] = /([\d.]+) %\s+([\d,]+) of ([\d,]+) · ([\d.]+)–([\d.]+) %/.exec(text) ?? [];
      return { share: number(share), right: number(good), n: number(n), low: number(low), high: number(high) };
    });
    return list.reduce((a, { n }) => a + n, 0) === all && list;
  }, "the categories do not hold all pictures");
  check(read.reduce((a, one) => a + one.right, 0) === right, "what is right does not add up");
  read.forEach(({ share, n, right: good, low, high }, i) => {
    check(Math.abs(share - (100 * good) / n) < 0.06, `${share} % is not ${good} of ${n}`);
    check(low <= share && share <= high && high - low < 12, `${low} to ${high} is no interval of ${share}`);
    check(i === 0 || share >= read[i - 1].share, "the worst is not first");
  });
  await t.shot("beat-25-categories");
  await rows.first().click();
  await until(async () => /mistake \d+ of/.test(await place(t)), "a category does not open its mistakes");
});

test("weights are pictures: ten of them for 784-10", async (t) => {
  await t.open("train?data=glyphs%3Adigits&limit=2000&net=784-10");
  await until(async () => number(await t.page.locator(".counters dd").nth(1).innerText()) > 20, "nothing is learning");
  await t.page.keyboard.press("v");
  await looked(t);
  await tab(t, "Weights");
  const shown = t.page.locator(".look-weights .gallery button");
  await until(async () => (await shown.count()) === 10, "there are not ten pictures");
  const colours = await shown.nth(3).locator("canvas").evaluate((canvas) => {
    const { data: rgba } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let orange = 0, blue = 0;
    for (let i = 0; i < rgba.length; i += 4) {
      orange += rgba[i] > rgba[i + 2] + 30;
      blue += rgba[i + 2] > rgba[i] + 30;
    }
    return { width: canvas.width, orange, blue };
  });
  check(colours.width === 28 && colours.orange > 5 && colours.blue > 5,
    `a weight picture of ${colours.width} pixels has ${colours.orange} orange and ${colours.blue} blue ones`);
  await t.shot("look-weights");
});

test("which pixels mattered: covering them is shown as colours, with a sentence", async (t) => {
  await t.open("look?source=digits&index=3");
  await until(async () => /^picture 4 of/.test(await place(t)), "the link's picture is not shown");
  const grey = () => t.page.locator(".look-picture canvas").evaluate((canvas) => {
    const { data: rgba } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return rgba.every((value, i) => i % 4 === 3 || Math.abs(value - rgba[i - (i % 4)]) < 3);
  });
  check(await grey(), "the picture is coloured before it was asked for");
  await t.page.keyboard.press("o");
  await until(async () => /its score falls most: from [\d.]+ % to [\d.]+ %/.test(await t.text(".look-note")), "nothing is said about what was covered");
  const [from, to] = /from ([\d.]+) % to ([\d.]+) %/.exec(await t.text(".look-note"))?.slice(1).map(number) ?? [];
  check(to < from, `covered, the score goes from ${from} to ${to}`);
  check(!(await grey()), "the picture is not coloured");
  await t.shot("look-pixels");
});

test("a link opens what it says: network, filter, tab", async (t) => {
  await t.open("look?source=digits&kind=near&order=unsurest");
  await looked(t);
  await until(async () => /^near miss 1 of/.test(await place(t)), "the filter of the link is not set");
  check(await t.page.locator(".look-which").getByRole("radio", { name: "Near misses" }).isChecked(), "the control does not show the filter");
  const { right } = await answer(t);
  const sure = number(await t.page.locator(".look-scores li > .numbers").first().innerText());
  check(right && sure < 70, `a near miss is right and unsure, this is ${right ? "right" : "wrong"} with ${sure} %`);
  await t.page.reload();
  await until(async () => /^near miss \d+ of/.test(await place(t)), "a reload forgets the filter");
});

test("data sets are listed, and a file of one's own is checked", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "inkling-own-"));
  const path = join(folder, "own.csv");
  writeFileSync(path, `a,b,label\n${"1,2,left\n3,4,right\n".repeat(20)}`);
  try {
    await t.open("look?tab=data");
    await until(async () => (await t.page.locator(".data-set").count()) >= 6, "there are not six data sets");
    check(/CC BY-SA/.test(await t.text(".data-set:nth-child(3)")), "MNIST's licence is not said");
    await t.page.locator(".data-set").first().getByRole("button", { name: "Look inside" }).click();
    await until(async () => (await t.page.locator(".data-panel .gallery button").count()) === 20, "twenty samples are not shown");
    await t.page.locator("#data-path").fill(path);
    await t.page.keyboard.press("Enter");
    await until(async () => /own\.csv: 3\d samples to learn from.*vectors of 2 numbers; 2 classes/.test(await t.text(".data-panel .notice")), "the file is not described");
    await t.page.locator("#data-path").fill("/nowhere/at/all");
    await t.page.keyboard.press("Enter");
    await until(async () => /✗ .*\/nowhere\/at\/all/.test(await t.text(".data-panel .notice")), "what is not there is not said");
    await t.shot("look-data");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

for (const [width, dark] of /** @type {[number, boolean][]} */ ([[360, false], [1024, true], [1440, false]])) {
  test(`every tab fits ${width} pixels${dark ? ", dark" : ""}`, async (t) => {
    await t.open("look?source=digits");
    if (width === 1440) await looked(t);
    else await until(async () => /% right/.test(await t.text(".look-score")), "nothing is looked at"); // the rest goes on meanwhile
    for (const name of ["Pictures", "Mistakes", "Confusion", "Categories", "Weights", "Data sets"]) {
      await tab(t, name);
      await t.settled(150, 600);
      const wide = await t.page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, (document.querySelector("main")?.scrollWidth ?? 0) - (document.querySelector("main")?.clientWidth ?? 0)]);
      check(wide[0] <= 0 && wide[1] <= 0, `${name} is ${wide} pixels too wide`);
      await t.shot(`look-${name.toLowerCase().replace(" ", "-")}-${width}`);
    }
  }, { width, dark, height: width === 360 ? 780 : 900 });
}

await run();
