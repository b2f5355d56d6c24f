// The story's beats on the scene Train: 19, 20, 23, 25 and 26. With the real data sets where they are,
// else with those Inkling makes itself; each knows what it has a right to expect of either.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, data, number, run, test, until } from "./harness.js";

const has = (/** @type {string} */ folder) => Boolean(data && existsSync(join(data, folder)));
const mnist = has("mnist");
const needs = (/** @type {string} */ folder) => () => (has(folder) ? undefined : `INKLING_DATA has no ${folder}`);

const accuracy = async (t) => number(await t.text(".train-big"));
const update = async (t) => number(await t.page.locator(".counters dd").nth(1).innerText());
/** Which run of the desk the numbers tell of: those of the run before stay until the next one's come. */
const begun = async (t) => Number(await t.page.locator(".train-numbers").getAttribute("data-begun"));
const begins = (t, before) => until(async () => (await begun(t)) > before, "no other run begins");
const done = (t, before) => until(async () => (await begun(t)) > before && /^done$/.test(await t.page.locator(".train-cells dd").last().innerText()), "it is not done");
/** Opens a link; the lesson's first run begins before the link's. */
async function open(t, link) {
  await t.open(link);
  await begins(t, 1);
}
async function choose(t, name) {
  const before = await until(() => begun(t), "there is no run");
  await t.page.getByRole("combobox", { name: "Experiment" }).selectOption(name);
  await begins(t, before);
}
const speed = (t, name) => t.page.locator(".speeds label").filter({ hasText: new RegExp(`^${name}$`) }).first().click();

/** Plays flat out until the held-out accuracy is there. */
async function learnTo(t, least, sentence) {
  await speed(t, "max");
  return until(async () => {
    const now = await accuracy(t);
    return now >= least && now;
  }, sentence, 300000);
}

test("beat 19: digits learn before your eyes, on a panel, with a graph and a held-out test", async (t) => {
  await t.open("train");
  await until(async () => (await update(t)) > 0, "nothing is learning when the page opens");
  await choose(t, "one-layer");
  await until(async () => (await t.page.getByLabel("As text").inputValue()).startsWith("784 dense 10"), "the panel does not show 784-10");
  const reached = await learnTo(t, mnist ? 88 : 80, "784-10 does not learn");
  check(reached < 97, `784-10 should stay near 90 %, not reach ${reached}`);
  check(/never seen/.test(await t.text(".train-numbers")), "the accuracy is not said to be a held-out one");
  check(/95 % sure/.test(await t.text(".train-numbers")), "the accuracy has no interval");
  const charts = await t.page.locator(".train-charts").innerText();
  check(charts.includes("train") && charts.includes("test"), "the graph does not show train and test");
  await t.shot("beat-19");
});

test("beat 20: a hidden layer of 100 does better; momentum, costs and activations can be chosen", async (t) => {
  await t.open("train");
  await choose(t, "hidden");
  const hidden = await learnTo(t, mnist ? 93 : 88, "784-100-10 with squared cost does not reach its mark");
  const ghosts = await t.page.locator(".train-runs tbody tr").count();
  await choose(t, "momentum");
  await until(async () => (await t.page.locator(".train-runs tbody tr").count()) > ghosts, "the run before is not kept as a ghost");
  const better = await learnTo(t, mnist ? 97 : 92, "momentum, cross-entropy and ReLU do not reach their mark");
  check(better > hidden - 1, `better tools give ${better} after ${hidden}`);
  for (const name of ["Momentum", "Cost", "Hidden activation"]) check(await t.page.getByLabel(name).count(), `${name} cannot be chosen`);
  await t.shot("beat-20");
});

test("beat 20: a rate too high fails, the doctor says so and repairs it with a click", async (t) => {
  await t.open("train");
  await choose(t, "too-high");
  await speed(t, "max");
  const doctor = t.page.locator(".train-doctor");
  await doctor.waitFor();
  await until(async () => /rate/.test(await doctor.innerText()), "the doctor does not name the rate");
  await t.shot("beat-20-doctor");
  await until(async () => {
    if (await doctor.getByRole("button").count()) await doctor.getByRole("button").first().click({ timeout: 1000 }).catch(() => {}); // it may be gone
    return (await accuracy(t)) > (mnist ? 95 : 90);
  }, "the repaired run does not learn", 120000);
});

test("beat 20: the rate changes while it learns, without starting anew", async (t) => {
  await t.open("train");
  await until(async () => (await update(t)) > 5, "nothing is learning");
  await speed(t, "10/s");
  const before = await update(t);
  const rate = t.page.getByRole("slider", { name: "Learning rate" });
  await rate.focus();
  await t.page.keyboard.press("ArrowLeft");
  await until(async () => (await update(t)) > before, "it stopped or started anew when the rate changed");
});

test("one's own photographs, whatever they are called, are moved as photographs are", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "inkling-photographs-")), path = join(folder, "holiday.bin");
  const picture = (/** @type {unknown} */ _, /** @type {number} */ k) => Buffer.from([k % 10, ...Array.from({ length: 3072 }, (_, i) => (i * 7 + k * 13) % 256)]);
  writeFileSync(path, Buffer.concat(Array.from({ length: 100 }, picture))); // as CIFAR's files are
  try {
    await t.open(`train?${new URLSearchParams({ data: path, net: "3072-10" })}`);
    await until(async () => (await t.page.getByLabel("As text").inputValue()).startsWith("3072") && (await begun(t)) > 1 && (await update(t)) > 0, "they are not learnt from");
    await t.page.getByRole("switch", { name: "Each time a little differently" }).click();
    await until(() => /flip=0\.5/.test(t.page.url()), "they are not flipped");
    check(!/turn=/.test(t.page.url()), "they are turned as ink is");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("of clicks that wait for the data the last one counts", async (t) => {
  const answers = await t.frames(/"shape"/);
  await t.open("train");
  await until(async () => (await update(t)) > 0, "nothing is learning");
  const moved = t.page.getByRole("switch", { name: "Each time a little differently" });
  answers.hold();
  await moved.click();
  await moved.click();
  answers.letGo();
  await t.settled();
  check(!(await moved.isChecked()) && !/shift=/.test(t.page.url()), "what was switched off is on");
  await moved.click();
  await until(() => /shift=/.test(t.page.url()), "it cannot be switched on");
});

test("beat 23: 99 % on its own samples against fewer on new ones, and noise on the input that helps", async (t) => {
  await open(t, "train?data=" + (mnist ? "mnist" : "glyphs%3Adigits") + "&limit=1000&net=784-300-10&epochs=60&batch=20&rate=0.05");
  await speed(t, "max");
  const own = await until(async () => {
    const seen = number(await t.page.locator(".train-cells dd").first().innerText());
    return seen > 99 && seen;
  }, "it does not learn its own 1,000 samples by heart", 120000);
  const fresh = await accuracy(t);
  check(own - fresh > 2, `own ${own}, new ${fresh}: there is no gap to see`);
  check(await t.page.getByLabel("Noise on the input").count(), "there is no noise on the input to be had");
  check(await t.page.getByLabel("Turn").count(), "pictures cannot be turned");
  await t.shot("beat-23-gap");
});

test("beat 25: articles of clothing, 89 %", async (t) => {
  await t.open("train");
  await choose(t, "fashion");
  await learnTo(t, 86, "clothes are not learnt");
  await t.shot("beat-25-fashion");
}, { needs: needs("fashion-mnist") });

test("beat 26: photographs in colour stay hard for a dense network, and the promise is kept", async (t) => {
  await t.open("train");
  await choose(t, "cifar-dense");
  const dense = await learnTo(t, 38, "a dense network learns nothing about photographs");
  check(dense < 70, `a dense network reaches ${dense}`);
  await choose(t, "convolution");
  await until(async () => (await t.page.getByLabel("As text").inputValue()).includes("conv"), "the promised network has no convolution");
  await learnTo(t, 45, "the convolutional network does not learn");
  await t.shot("beat-26");
}, { needs: needs("cifar10") });

test("the time machine: back to an update and on from there, with the same numbers", async (t) => {
  await open(t, "train?data=glyphs%3Adigits&net=784-20-10&limit=2000");
  const at = async () => number(await t.text(".train-time output")); // told with the cost; the clock is told apart
  await until(async () => (await at()) > 120, "nothing is learning");
  await t.page.keyboard.press("Space");
  await until(async () => (await t.page.getByRole("button", { name: "Play" }).count()) > 0, "it does not pause");
  const scrub = t.page.getByRole("slider", { name: "Time machine" });
  const seek = async (/** @type {number} */ to) => {
    await scrub.fill(String(to));
    await until(async () => (await at()) === to, `it does not go to update ${to}`);
    return until(async () => {
      const cost = await t.page.locator(".train-cells dd").nth(1).innerText();
      return Number.isFinite(number(cost)) && cost;
    }, "there is no cost");
  };
  const far = await seek(100);
  await seek(10);
  check((await seek(100)) === far, "the same update has another cost the second time");
});

test("a run that is gone back in: its test there and the best one say at which update they were", async (t) => {
  await open(t, "train?data=glyphs%3Adigits&net=784-20-10&limit=2000&epochs=40");
  await speed(t, "max"); // so that few updates are tested
  await done(t, 1);
  const best = t.page.locator(".train-now .train-best-at");
  await until(async () => /^at update [\d,]+$/.test(await best.innerText()), "the best test does not say where it was");
  await t.page.getByRole("slider", { name: "Time machine" }).fill("37");
  await until(async () => /at\supdate\s37$/.test(await t.text(".train-numbers .train-big + p")), "it is not tested anew at update 37");
  await t.page.locator(".curves").first().getByRole("button", { name: "As a table" }).click();
  await until(async () => {
    await t.page.locator(".curves").first().getByRole("button", { name: "Refresh" }).click(); // the curve may come after the number
    const rows = await t.page.locator(".curves").first().locator("tr").allInnerTexts();
    const row = rows.find((text) => /^37\s/.test(text)) ?? "";
    return row.includes(`${(await accuracy(t)).toFixed(1)} %`); // as it is by now: more samples may be tested
  }, "the curve has not what was measured at update 37");
  await t.shot("train-back");
});

test("runs are compared on the same data alone, and one that cannot start has no time", async (t) => {
  const star = t.page.locator(".train-runs .train-best");
  await open(t, "train?data=glyphs%3Adigits&net=784-20-10&limit=500&epochs=2");
  await speed(t, "max");
  await done(t, 1);
  const digits = await begun(t);
  await t.page.getByRole("combobox", { name: "Data set" }).selectOption("glyphs:doodles");
  await until(async () => (await t.page.locator(".train-runs tbody tr").count()) >= 2, "the run before is not kept");
  await done(t, digits);
  await until(async () => (await t.text(".train-now")).includes("glyphs:doodles"), "the run at hand is still the one before");
  const doodles = await begun(t);
  check((await star.count()) === 0, "digits and doodles are compared");
  await t.page.getByRole("button", { name: /^Begin again with the settings/ }).last().click();
  await until(async () => (await star.count()) > 0, "two runs on the same digits are not compared");
  await t.shot("train-compared");
  await done(t, doodles);
  await t.page.evaluate(() => { location.hash = "train?data=nowhere%3Anothing"; });
  await t.page.locator(".train-numbers .notice").waitFor();
  check((await t.page.locator(".train-now td").nth(2).innerText()) === "–", "a run that cannot start shows the time of the one before");
});

await run();
