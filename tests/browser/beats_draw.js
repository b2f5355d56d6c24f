// The story's beats on the pad: 22, 24 and 25, drawn with a real pointer; and the pad by keyboard alone.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { check, data, inkling, number, run, source, test, until } from "./harness.js";

const simplified = data && join(data, "quickdraw", "simplified");
const needsStrokes = () => (simplified && existsSync(join(simplified, "cat.ndjson")) ? undefined : "INKLING_DATA has no quickdraw/simplified");

const SEVEN = [[[9, 6], [14, 5.5], [19.5, 6], [17, 12], [14.5, 18], [13, 23]]];
const CORNER_SEVEN = [[[2, 2], [8, 1.8], [10, 1.6], [9, 4], [8, 7], [7, 10], [6, 13]]];
const HOUSE = [[[6, 12], [14, 4], [22, 12], [6, 12], [6, 24], [22, 24], [22, 12]], [[12, 24], [12, 17], [16, 17], [16, 24]]];
const CAT = [[[8, 11], [7, 4], [12, 8], [16, 8], [21, 4], [20, 11], [21.5, 16], [19, 21], [14, 23], [9, 21], [6.5, 16], [8, 11]], [[11, 13], [11, 14.5]], [[17, 13], [17, 14.5]],
  [[13, 17], [15, 17], [14, 18], [13, 17]], [[9, 17], [2, 15.5]], [[9, 18.5], [2, 20]], [[19, 17], [26, 15.5]], [[19, 18.5], [26, 20]]];

/** Real strokes in cells. */
function quickdraw(word, index) {
  const line = readFileSync(join(simplified, `${word}.ndjson`), "utf8").split("\n")[index];
  return JSON.parse(line).drawing.map(([xs, ys]) => xs.map((x, k) => [1 + (x * 26) / 255, 1 + (ys[k] * 26) / 255]));
}

const needsDigits = () => (data && existsSync(join(data, "mnist", "t10k-images-idx3-ubyte.gz")) ? undefined : "INKLING_DATA has no mnist");

/** The first test digit of each class: 28 x 28 bytes, as the IDX format has them behind 16 bytes of header. */
function digits() {
  const read = (/** @type {string} */ name) => gunzipSync(readFileSync(join(data, "mnist", name)));
  const labels = read("t10k-labels-idx1-ubyte.gz").subarray(8), images = read("t10k-images-idx3-ubyte.gz").subarray(16);
  return [...Array(10).keys()].map((digit) => images.subarray(784 * labels.indexOf(digit), 784 * (labels.indexOf(digit) + 1)));
}

/** A grey PNG of 28 x 28 (RFC 2083). */
function png(pixels) {
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ body) => {
    const out = Buffer.alloc(12 + body.length);
    out.writeUInt32BE(body.length, 0);
    out.write(type, 4, "latin1");
    body.copy(out, 8);
    const packed = gzipSync(out.subarray(4, 8 + body.length)); // its last eight bytes: CRC-32, then the length
    out.writeUInt32BE(packed.readUInt32LE(packed.length - 8), 8 + body.length);
    return out;
  };
  const header = Buffer.from([0, 0, 0, 28, 0, 0, 0, 28, 8, 0, 0, 0, 0]);
  const rows = Buffer.concat([...Array(28).keys()].map((y) => Buffer.concat([Buffer.from([0]), pixels.subarray(28 * y, 28 * y + 28)])));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

const word = (t) => t.text(".draw-word");
/** All changes sent are answered. */
const answered = (t) => t.page.waitForFunction(() => {
  const pad = document.querySelector(".pad-canvas");
  return pad?.dataset.stamp !== undefined && pad.dataset.stamp === pad.dataset.sent;
});

/** Opens the pad and waits until who is asked by the link has answered, too: it is told of a second time then. */
async function pad(t, link) {
  await t.open(link);
  await t.page.waitForFunction(() => {
    const { stamp, sent = stamp } = document.querySelector(".pad-canvas")?.dataset ?? {};
    return stamp !== undefined && stamp === sent;
  });
}

/** Draws with the mouse, as a hand would: real strokes have points enough, others get some between. */
async function draw(t, strokes, button = "left", between = 3) {
  const canvas = t.page.locator(".pad-canvas");
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const move = ([x, y], steps) => t.page.mouse.move(box.x + (x / 28) * box.width, box.y + (y / 28) * box.height, { steps });
  for (const stroke of strokes) {
    await move(stroke[0], 1);
    await t.page.mouse.down({ button });
    for (const point of stroke.slice(1)) await move(point, between);
    await t.page.mouse.up({ button });
  }
  await answered(t);
}

async function press(t, key) {
  await t.page.keyboard.press(key);
  await answered(t);
}

test("beat 22: a blank pad asks for a digit, shows no bars, and ranks while the pen moves", async (t) => {
  await pad(t, "draw");
  await until(async () => /% right on the test pictures of MNIST$/.test(await t.text(".draw-about")), "it is not said on which pictures it is right");
  await until(async () => /draw a 7/i.test(await word(t)), "the blank pad does not ask for anything");
  check(!(await t.page.locator(".draw-answer .bars").isVisible()), "a blank pad shows bars");
  await t.shot("beat-22-blank");
  const box = await t.page.locator(".pad-canvas").boundingBox();
  await t.page.mouse.move(box.x + 180, box.y + 120);
  await t.page.mouse.down();
  await t.page.mouse.move(box.x + 390, box.y + 120, { steps: 10 });
  await t.page.mouse.move(box.x + 260, box.y + 460, { steps: 10 });
  await until(async () => (await word(t)) === "7", "the ranking does not change while the pen is down");
  await t.page.mouse.up();
  await answered(t);
  const rows = t.page.locator(".draw-answer .bars li");
  check((await rows.count()) === 5, "the ranking does not begin with five");
  check(/^\d+\.\d$/.test(await rows.first().locator(".bars-value").innerText()), "a score does not have one decimal");
  await t.page.getByRole("button", { name: "Show all 10" }).click();
  check((await rows.count()) === 10, "the others are not shown on demand");
  check(/not the chance of being right/.test(await t.text(".draw-answer-note")), "a score is not said to be no chance");
  await t.shot("beat-22");
});

test("beat 22: one's own digit fails where it is not framed like the pictures learnt from", async (t) => {
  await pad(t, "draw");
  await draw(t, CORNER_SEVEN);
  check((await word(t)) === "7", `a small seven in the corner is taken for "${await word(t)}" though it is framed`);
  check(/Now switch framing off/.test(await t.text(".draw-framing-note")), "nobody says to switch framing off");
  await t.page.getByRole("switch", { name: "Framing" }).click();
  await answered(t);
  await until(async () => (await word(t)) !== "7", "without framing the seven is still known");
  await until(() => t.page.url().includes("framing=off"), "the link does not say that framing is off");
  await t.shot("beat-22-unframed");
});

test("beat 22: nonsense is met with silence, and the reasons are given", async (t) => {
  await pad(t, "draw");
  const specks = [];
  for (let i = 0; i < 30; i++) specks.push([[4 + 4 * (i % 6), 4 + 4.6 * Math.floor(i / 6)], [4.2 + 4 * (i % 6), 4 + 4.6 * Math.floor(i / 6)]]);
  await draw(t, specks);
  check(/do not recognise/.test(await word(t)), `specks are taken for ${await word(t)}`);
  check(/scattered in 30 pieces/.test(await t.text(".draw-reasons")), `the reason is not given: ${await t.text(".draw-reasons")}`);
  await t.shot("beat-22-silence");
});

test("undo, the eraser and a reload leave exactly what was drawn", async (t) => {
  await pad(t, "draw");
  await draw(t, SEVEN);
  const seen = () => t.page.locator(".draw-view").nth(1).evaluate((canvas) => /** @type {any} */ (canvas).toDataURL());
  const before = await seen();
  await draw(t, [[[3, 25], [25, 3]]]);
  check((await seen()) !== before, "another stroke changes nothing");
  await press(t, "z");
  await until(async () => (await seen()) === before, "undo does not give the picture of before");
  await draw(t, [[[4, 6], [24, 6]], [[4, 7], [24, 7]]], "right");
  check((await seen()) !== before, "the right button does not erase");
  await press(t, "z");
  await press(t, "z");
  await until(async () => (await seen()) === before, "undo does not take an eraser's stroke back");
  await press(t, "c");
  await until(async () => /draw a 7/i.test(await word(t)), "clear leaves something");
  await press(t, "z");
  await until(async () => (await seen()) === before, "clear cannot be undone");
  await t.page.reload();
  await until(async () => (await word(t)) === "7" && (await seen()) === before, "a reload loses the drawing");
});

test("without this stroke it would be something else", async (t) => {
  await pad(t, "draw?source=doodles");
  await draw(t, HOUSE);
  await until(async () => (await t.page.locator(".draw-strokes button").count()) === 2, "the strokes are not left out one by one");
  const all = await word(t), first = t.page.locator(".draw-strokes button").first();
  check(all === "house", `the house is taken for ${all}`);
  await until(async () => /would/.test(await first.innerText()), "a door alone is still a house");
  await first.hover();
  await until(async () => /without stroke 1/.test(await t.text(".draw-answer")), "pointing at a stroke does not show its scores");
  await t.page.mouse.move(2, 2);
  await until(async () => (await word(t)) === all, "the whole drawing's answer does not come back");
  await t.shot("draw-strokes");
});

test("beat 25: real doodles of ten classes are known, drawn stroke for stroke", async (t) => {
  await pad(t, "draw?source=doodles");
  const words = ["airplane", "banana", "bird", "book", "cat", "clock", "dog", "flower", "house", "rainbow"];
  await until(async () => /airplane/.test(await t.text(".draw-about")), "the classes are not named");
  let right = 0;
  for (const name of words) {
    for (const index of [0, 1]) {
      await press(t, "c");
      await draw(t, quickdraw(name, index), "left", 1);
      right += (await word(t)) === name;
    }
  }
  check(right >= 14, `only ${right} of 20 real doodles are known`);
  await t.shot("beat-25-doodles");
}, { needs: needsStrokes });

test("beat 22: real digits, written by strangers, are known when they are laid on the pad", async (t) => {
  await pad(t, "draw?source=digits");
  for (const [digit, pixels] of digits().entries()) {
    await t.page.getByLabel("A picture file").setInputFiles({ name: `${digit}.png`, mimeType: "image/png", buffer: png(pixels) });
    await until(async () => (await word(t)) === String(digit), `a real ${digit} is not known`);
  }
  await t.shot("beat-22-real");
}, { needs: needsDigits });

test("beat 25: a popsicle of one's own turns into an octopus when it gets legs", async (t) => {
  await pad(t, "draw?tab=mine");
  for (const name of ["popsicle", "octopus"]) {
    await t.page.getByLabel("Name of a new class").fill(name);
    await t.page.getByRole("button", { name: "Add" }).click();
    await until(() => t.page.locator(`.draw-name[aria-label^="Name of class"]`).evaluateAll((all, wanted) =>
      all.some((input) => /** @type {any} */ (input).value === wanted), name), `${name} is not added`);
  }
  const body = (d) => [[10 + d, 16], [9.5 + d, 8], [12, 4.5 + d], [16, 4.5], [18.5 - d, 8], [18, 16 + d], [10 + d, 16]];
  const popsicle = (d) => [body(d), [[12.6, 16.4], [12.8 + d, 24], [15.2, 24], [15.4, 16.4]]];
  const legs = (d) => [[[10.5, 16.5], [7 - d, 20], [5, 25]], [[12.5, 16.8], [11 + d, 21], [10, 26]], [[15.5, 16.8], [17, 21 - d], [18, 26]], [[17.5, 16.5], [21 + d, 20], [23, 25]]];
  const keep = async (strokes, index, wanted) => {
    await draw(t, strokes);
    await t.page.getByRole("button", { name: "Keep the drawing" }).nth(index).click();
    await until(async () => (await t.page.locator(".draw-mine li").nth(index).locator(".draw-thumb").count()) === wanted, "the drawing is not kept");
  };
  const names = await t.page.locator(".draw-name").evaluateAll((all) => all.map((input) => /** @type {any} */ (input).value));
  for (let i = 0; i < 10; i++) {
    await keep(popsicle(0.12 * i), names.indexOf("popsicle"), i + 1);
    await keep([body(0.12 * i), ...legs(0.15 * i)], names.indexOf("octopus"), i + 1);
  }
  await t.page.getByRole("button", { name: "Learn", exact: true }).click();
  await until(async () => /of 4 drawings right that were held out/.test(await t.page.locator("main").innerText()), "nothing is learnt, or not said how well");
  await draw(t, [body(0.5), ...popsicle(0.5).slice(1)]);
  check((await word(t)) === "popsicle", `the popsicle is taken for ${await word(t)}`);
  await press(t, "z");
  await draw(t, legs(0.4));
  check((await word(t)) === "octopus", `with legs it is still ${await word(t)}`);
  await t.shot("beat-25-octopus");
  check(/^(popsicle · octopus|octopus · popsicle)$/.test(await t.text(".draw-about")), `something else is listed as one's own: ${await t.text(".draw-about")}`);
  await press(t, "c");
  await draw(t, CAT);
  check((await word(t)) === "I do not recognise this", `a cat is taken for ${await word(t)}`);
  await t.shot("beat-25-doubt");
  await t.page.getByRole("button", { name: "Delete octopus", exact: true }).click();
  await t.page.getByRole("button", { name: "Really? Delete octopus", exact: true }).click();
  await until(async () => (await t.page.locator(".draw-mine > li").count()) === 1, "the octopus is not deleted");
  await press(t, "c");
  await until(async () => /^draw (a popsicle|an octopus)/i.test(await word(t)), "the pad is not empty");
  const edge = await t.page.locator(".pad-canvas").evaluate((one) => { // where a frame to trace would be: words alone are further below
    const { width, height } = /** @type {any} */ (one), data = /** @type {any} */ (one).getContext("2d").getImageData(0, 0, width, Math.round(0.8 * height)).data;
    return new Set(data.filter((_, i) => i % 4 === 0)).size;
  });
  check(edge === 1, "a shape is drawn on the empty pad for a thing that has none");
  await t.shot("beat-25-empty");
});

test("beat 25: clothes are filled in on the same pad", async (t) => {
  await pad(t, "draw?source=fashion");
  await until(async () => /T-shirt/.test(await t.text(".draw-about")), "the classes are not named");
  const trousers = [[[11, 3], [17, 3], [17, 5], [11, 5]], [[11, 4], [10.5, 25]], [[17, 4], [17.5, 25]]];
  await draw(t, trousers);
  check((await word(t)) === "Trouser", `trousers are taken for ${await word(t)}`);
  await t.shot("beat-25-clothes");
});

test("beat 24: the pad asks the network just trained", async (t) => {
  await t.open("train?data=glyphs%3Adigits&net=784-100-10&epochs=4");
  await t.page.locator(".speeds label").filter({ hasText: /^max$/ }).first().click();
  await until(async () => number(await t.text(".train-big")) > 88, "the network does not learn", 120000);
  await t.page.evaluate(() => { location.hash = "draw?source=network"; });
  await t.page.waitForFunction(() => document.querySelector(".pad-canvas")?.dataset.stamp !== undefined);
  await until(async () => /0 · 1 · 2/.test(await t.text(".draw-about")), "the pad does not ask the trained network");
  await draw(t, SEVEN);
  await until(async () => (await word(t)) === "7", "the trained network does not know a seven");
  await t.shot("beat-24-own-network");
});

test("a round is played by keyboard alone, and ends with a summary", async (t) => {
  await pad(t, "draw?source=doodles");
  await t.page.getByRole("tab", { name: "Stroke by stroke" }).focus();
  await t.page.keyboard.press("ArrowRight");
  await t.page.keyboard.press("Tab");
  await t.page.keyboard.press("Enter");
  for (let i = 1; i <= 6; i++) {
    await until(async () => new RegExp(`word ${i} of 6`).test(await t.text(".draw-round")), `word ${i} is not asked for`);
    const began = performance.now();
    await t.page.keyboard.press("Enter");
    await until(() => t.page.locator(".draw-clock").isVisible(), "the clock does not run");
    check(number(await t.text(".draw-clock")) > 19 - (performance.now() - began) / 1000, "there are no twenty seconds");
    const wanted = (await t.text(".draw-round .big")).replace(/^Draw an? /, "");
    if (i === 1) {
      await t.page.keyboard.press("Space");
      await t.page.keyboard.press("ArrowRight");
      await t.page.keyboard.press("Space");
      await answered(t);
    }
    if (needsStrokes()) break;
    for (const index of [0, 1, 2, 3, 4, 5]) {
      await press(t, "c");
      await draw(t, quickdraw(wanted, index), "left", 1);
      const known = await until(() => t.page.locator(".draw-round .badge").isVisible(), "it does not know", 1500).catch(() => false);
      if (known) break;
    }
    if (i === 1) await t.shot("draw-round");
    await until(() => t.page.locator(".draw-round .badge").isVisible(), "the word does not end", 30000);
    await t.page.keyboard.press("Enter");
  }
  if (!needsStrokes()) {
    await until(async () => (await t.page.locator(".draw-summary li").count()) === 6, "there is no summary of six");
    check(/\d of 6 known/.test(await t.text(".draw-round")), "the summary does not count");
    await t.shot("draw-round-over");
  }
});

test("the pad works by keyboard alone", async (t) => {
  await pad(t, "draw");
  await t.page.locator(".pad-canvas").focus();
  for (let i = 0; i < 9; i++) await t.page.keyboard.press("ArrowUp");
  await t.page.keyboard.press("Space");
  for (let i = 0; i < 18; i++) await t.page.keyboard.press("ArrowDown");
  await t.page.keyboard.press("Space");
  await answered(t);
  check((await word(t)) === "1", `a line from top to bottom is taken for ${await word(t)}`);
  await until(async () => /looks like a 1/.test(await t.page.locator("#says").innerText()), "a screen reader is not told");
  await press(t, "c");
  await until(async () => /draw a 7/i.test(await word(t)), "C does not clear the pad");
});

test("a photograph is asked about in colour", async (t) => {
  await pad(t, "draw?source=cifar10");
  const bytes = await t.page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 96;
    const context = canvas.getContext("2d");
    context.fillStyle = "#7fb8e8";
    context.fillRect(0, 0, 96, 96);
    context.fillStyle = "#2a6a9a";
    context.fillRect(0, 60, 96, 36);
    context.fillStyle = "#f2f2f2";
    context.fillRect(15, 50, 66, 16);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  await t.page.locator("input[type=file]").setInputFiles({ name: "p.png", mimeType: "image/png", buffer: Buffer.from(bytes, "base64") });
  await until(async () => !/drop a photograph/i.test(await word(t)), "the picture does not arrive");
  await until(() => t.page.locator(".draw-view").first().evaluate((canvas) => {
    const pixel = /** @type {any} */ (canvas).getContext("2d").getImageData(2, 2, 1, 1).data;
    return pixel[2] > pixel[0] + 50;
  }), "the sky is not blue");
  await t.page.locator("input[type=file]").setInputFiles({ name: "p.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await until(async () => /not a picture/.test(await t.page.locator("#toasts").innerText()), "a file that is no picture is not refused");
});

test("the drawing is saved, and the copied command says the same about it", async (t) => {
  await pad(t, "draw");
  await draw(t, SEVEN);
  const coming = t.page.waitForEvent("download");
  await t.page.getByRole("button", { name: "Save as drawing.png" }).click();
  const download = await coming;
  check(download.suggestedFilename() === "drawing.png", `it is called ${download.suggestedFilename()}`);
  await t.page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: (text) => { window.copied = text; } } }));
  await t.page.getByRole("button", { name: "Copy as command" }).click();
  const [, ...words] = (await until(() => t.page.evaluate(() => window.copied), "there is no command")).split(" ");
  const path = await download.path();
  const said = execFileSync(inkling, words.map((one) => (one === "drawing.png" ? path : one)), { cwd: source, encoding: "utf8" });
  check(/^ *[\d.]+ %.* 7$/.test(said.split("\n")[1]), `the command says: ${said}`);
});

test("an answer that overtakes the word whose it is waits for it", async (t) => {
  await t.page.routeWebSocket(/socket/, (tab) => {
    const studio = tab.connectToServer(), held = [];
    const kindOf = (message) => /"kind":\s*"(\w+)"/.exec(message.toString("latin1"))?.[1];
    const release = () => { for (const message of held.splice(0)) tab.send(message); };
    studio.onMessage((message) => {
      const kind = kindOf(message);
      if (kind === "source") {
        held.push(message);
        setTimeout(release, 2000);
      } else tab.send(message);
      if (kind === "ranking") release();
    });
  });
  await pad(t, "draw?source=doodles");
  await draw(t, HOUSE);
  check((await word(t)) === "house", `the house is taken for ${await word(t)}`);
});

test("a stroke drawn before the studio has cleared the pad stays", async (t) => {
  const drawings = await t.frames(/"kind":\s*"drawing"/);
  await pad(t, "draw");
  const ink = () => t.page.locator(".pad-canvas").evaluate((canvas) => {
    const { width, height } = /** @type {any} */ (canvas);
    const pixels = /** @type {any} */ (canvas).getContext("2d").getImageData(0, 0, width, height).data;
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) sum += pixels[i] > 128;
    return sum;
  });
  await draw(t, SEVEN);
  await t.settled();
  const seven = await ink();
  await press(t, "c");
  await draw(t, HOUSE);
  drawings.hold();
  await press(t, "c");
  await draw(t, SEVEN);
  drawings.letGo();
  await until(async () => Math.abs((await ink()) / seven - 1) < 0.1, "the pad does not show the seven alone");
  await t.settled();
  check(Math.abs((await ink()) / seven - 1) < 0.1, "the seven does not stay");
});

test("where there is nobody to ask, nothing is left of who was asked before", async (t) => {
  await pad(t, "draw");
  await draw(t, SEVEN);
  await until(async () => (await t.page.locator(".draw-strokes li").count()) === 1, "the stroke is not left out");
  await t.page.locator("label", { hasText: "My network" }).first().click();
  await until(async () => /^Nobody/.test(await word(t)), "somebody is asked");
  check((await t.page.locator(".draw-strokes li").count()) === 0, "it is still said what it would be without the stroke");
  check(!(await t.page.locator(".draw-views").isVisible()), "it is still shown what a network sees");
  check(!/looks like/.test(String(await t.page.locator(".pad-canvas").getAttribute("aria-label"))), "the pad is still said to look like something");
  await t.page.keyboard.press("c");
  await until(async () => /nobody yet/.test(await t.text(".draw-more .stack > .soft")), "strokes are asked for that nobody answers");
  await t.page.keyboard.press("z");
  await t.page.locator("label", { hasText: "Digits" }).first().click();
  await until(async () => (await word(t)) === "7" && (await t.page.locator(".draw-views").isVisible()), "the digits do not come back");
  await until(async () => (await t.page.locator(".draw-strokes li").count()) === 1, "the stroke is not left out again");
});

test("an answer waits for its source, whichever other is told first", async (t) => {
  const told = [];
  let hold = false;
  await t.page.routeWebSocket(/socket/, (tab) => {
    const studio = tab.connectToServer();
    const part = (message, name) => new RegExp(`"${name}":\\s*"?(\\w+)`).exec(message.toString("latin1"))?.[1];
    studio.onMessage((message) => {
      const kind = part(message, "kind"), last = told.length === 2 && part(told[1], "tag");
      if (!hold) tab.send(message);
      else if (kind === "source") told.push(message);
      else if (kind !== "ranking") tab.send(message);
      else if (part(message, "tag") === last) { // one of before is overtaken, as on a slow page
        tab.send(message);
        for (const source of told.splice(0)) tab.send(source);
        hold = false;
      }
    });
  });
  await pad(t, "draw?source=digits");
  await draw(t, HOUSE);
  await answered(t);
  hold = true;
  await t.page.evaluate(() => { delete document.querySelector(".pad-canvas").dataset.stamp; });
  await t.page.locator("label", { hasText: "Clothes" }).first().click();
  await until(() => told.length === 1, "the first source is not told"); // of two in one breath only the last is
  await t.page.locator("label", { hasText: "Doodles" }).first().click();
  await t.page.waitForFunction(() => document.querySelector(".pad-canvas")?.dataset.stamp !== undefined);
  check(!hold, "the ranking of the second source was seen");
  check((await word(t)) === "house", `the house is taken for ${await word(t)}`);
});

for (const [width, dark] of [[1440, false], [1024, true], [360, false]]) {
  test(`the pad at ${width} pixels, ${dark ? "dark" : "light"}: nothing sticks out`, async (t) => {
    await pad(t, "draw?source=doodles");
    await draw(t, HOUSE);
    check((await word(t)) === "house", `the house is taken for ${await word(t)}`);
    const wide = await t.page.evaluate(() => [document.documentElement.scrollWidth - innerWidth,
      /** @type {HTMLElement} */ (document.querySelector("main")).scrollWidth - /** @type {HTMLElement} */ (document.querySelector("main")).clientWidth]);
    check(wide.every((by) => by <= 0), `the page is ${wide} pixels too wide`);
    const box = await t.page.locator(".pad-canvas").boundingBox();
    check(Math.abs(box.width - box.height) < 1 && (width < 1440 || Math.abs(box.width - 560) < 1), `the pad is ${box.width} by ${box.height}`);
    await t.page.evaluate(() => { /** @type {HTMLElement} */ (document.querySelector("main")).scrollTop = 0; });
    await t.shot(`draw-${width}${dark ? "-dark" : ""}`);
  }, { width: Number(width), height: width === 360 ? 740 : 900, dark: Boolean(dark) });
}

await run();
