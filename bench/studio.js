#!/usr/bin/env node
// Prints how soon the studio answers and what being watched costs a training, as a table for
// docs/performance.md.
//
//     node bench/studio.js INKLING [SECONDS]
//
// A real browser at a real studio, on the data of INKLING_DATA, else on digits of Inkling's own.
// Times are from the input event, as the browser stamps it, to the frame that shows the answer.
// Training is measured in turns of SECONDS [3]: with the page open, with no tab at all, and with a
// tab whose process is stopped, all in the same run at full speed; the loss is the median over the
// rounds, as a machine's mood lasts longer than a round. The browser paints on the same processors
// that train. On a machine that is not alone updates a second say little: beside them stands the
// share of all processors' time that the browser took, which is what a training on all of them is
// bound to lose.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

const [inkling, turn = "3"] = process.argv.slice(2);
const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const MOVES = 120, NUDGES = 60, ROUNDS = 7, WARM = 5;

const playwright = await import("playwright-core").catch(() => null);
if (!inkling || !playwright || !existsSync(CHROMIUM)) {
  console.log(!inkling ? "usage: node bench/studio.js INKLING [SECONDS]" :
    `This needs ${playwright ? `${CHROMIUM}: apt-get install chromium` : "playwright-core: npm install, where package.json is"}`);
  process.exit(inkling ? 0 : 2);
}
const { startStudio, until } = await import("../tests/browser/harness.js");

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const median = (numbers) => sorted(numbers)[numbers.length >> 1];
const pause = (seconds) => new Promise((go) => setTimeout(go, 1000 * seconds));

function row(what, measured, target) {
  console.log(`  ${what.padEnd(36)}${measured.padEnd(56)}${target}`);
}

function times(what, list, target) {
  const late = list.filter((ms) => ms > target).length;
  row(what, `median ${median(list).toFixed(1)} ms, worst ${Math.max(...list).toFixed(1)} ms of ${list.length}`,
    `target ${target} ms${late ? `: ${late} later` : ""}`);
}

async function open(page, studio, link) {
  await page.goto(`${studio.address}#${link}`);
  await page.waitForSelector(`.scene-${link}`);
  await pause(1);
}

// In the page: `bench.seen` grows by a time for each answer that was painted. The clock starts at the
// newest input event and stops when the frame is out that the answer was drawn into.
const WATCH = () => {
  const watch = { began: 0, seen: /** @type {number[]} */ ([]) };
  Object.assign(globalThis, { bench: watch });
  const painted = (/** @type {() => void} */ then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  });
  Object.assign(watch, {
    input(/** @type {Event} */ event) { watch.began = event.timeStamp; },
    answered() {
      const { began } = watch;
      if (!began) return;
      watch.began = 0;
      painted(() => watch.seen.push(performance.now() - began));
    },
  });
};

/** Does `act` and waits until its answer was painted. */
async function timed(page, act) {
  const before = await page.evaluate(() => bench.seen.length);
  await act();
  await until(() => page.evaluate((n) => bench.seen.length > n, before), "an answer was never shown");
}

// ---- stroke to ranking ----

async function strokes(page, studio) {
  await open(page, studio, "draw");
  await page.evaluate(WATCH);
  const box = await page.evaluate(() => {
    const pad = document.querySelector("canvas[data-stamp]") ?? document.querySelector(".scene-draw canvas");
    pad.addEventListener("pointermove", bench.input, true);
    new MutationObserver(() => {
      if (pad.dataset.stamp === pad.dataset.sent) bench.answered();
    }).observe(pad, { attributes: true, attributeFilter: ["data-stamp", "data-sent"] });
    const { left, top, width } = pad.getBoundingClientRect();
    return { left, top, width };
  });
  // A spiral: every move draws, and looks like more than one digit on the way.
  const at = (i) => {
    const angle = 4 * Math.PI * i / MOVES, radius = box.width * (0.08 + 0.28 * i / MOVES);
    return [box.left + box.width / 2 + radius * Math.cos(angle), box.top + box.width / 2 + radius * Math.sin(angle)];
  };
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let i = 1; i <= MOVES; i++) await timed(page, () => page.mouse.move(...at(i)));
  await page.mouse.up();
  return (await page.evaluate(() => bench.seen)).slice(WARM);
}

// ---- slider to plane ----

async function nudges(page, studio) {
  await open(page, studio, "fruit");
  await page.evaluate(WATCH);
  await page.evaluate(() => import("/wire.js").then((wire) => wire.on("fruit", "look", () => bench.answered())));
  const slider = page.locator(".scene-fruit input[type=range]:visible").first();
  await slider.focus();
  await slider.evaluate((input) => {
    input.addEventListener("keydown", bench.input, true);
  });
  for (let i = 0; i < NUDGES; i++)
    await timed(page, () => page.keyboard.press(i < NUDGES / 2 ? "ArrowRight" : "ArrowLeft"));
  return (await page.evaluate(() => bench.seen)).slice(WARM);
}

// ---- training ----

const DATA = process.env.INKLING_DATA && existsSync(join(process.env.INKLING_DATA, "mnist")) ? "mnist" : "glyphs:digits";

async function begin(page) {
  const setup = { data: DATA, net: "784-100-10", epochs: 100000, seed: 1 };
  await page.evaluate((s) => import("/wire.js").then((wire) => wire.ask("train", "begin", { setup: s, whole: true })), setup);
}

const speed = (page, name) =>
  page.evaluate((s) => import("/wire.js").then((wire) => wire.ask("train", "speed", { speed: s })), name);

/** Frames a second of each kind, and painted ones after which something was new. */
async function frames(page, seconds) {
  await speed(page, "real");
  await pause(1);
  return page.evaluate(async (s) => {
    const wire = await import("/wire.js"), counts = { status: 0, painted: 0 };
    let fresh = false;
    const off = ["status", "clock", "points", "wall"].map((kind) => wire.on("train", kind, () => {
      fresh = true;
      if (kind === "status") counts.status++;
    }));
    const end = performance.now() + 1000 * s;
    while (performance.now() < end) {
      await new Promise(requestAnimationFrame);
      if (fresh) counts.painted++;
      fresh = false;
    }
    off.forEach((stop) => stop());
    return { status: counts.status / s, painted: counts.painted / s };
  }, seconds);
}

/** How many updates are done, and when that was said: through the page's own connection. */
const watched = (page) => page.evaluate(async () => {
  const wire = await import("/wire.js");
  return new Promise((resolve) => {
    const off = wire.on("train", "status", ({ update }) => {
      off();
      resolve({ update, at: performance.timeOrigin + performance.now() });
    });
    wire.show("train");
  });
});

/** The same from a page that shows nothing, by a connection that is closed at once. */
const glimpsed = (page) => page.evaluate(() => new Promise((resolve, reject) => {
  const desk = sessionStorage.getItem("inkling-desk");
  const socket = new WebSocket(`ws://${location.host}/socket?desk=${desk}`, "inkling");
  socket.binaryType = "arraybuffer";
  socket.onerror = () => reject(new Error("no connection"));
  socket.onopen = () => socket.send(JSON.stringify({ scene: "train", do: "show" }));
  socket.onmessage = ({ data }) => {
    const frame = typeof data === "string" ? JSON.parse(data) : {};
    if (frame.scene !== "train" || frame.kind !== "status") return;
    socket.close();
    resolve({ update: frame.update, at: performance.timeOrigin + performance.now() });
  };
}));

/** Updates a second, and the share of all processors that the browser takes meanwhile. */
async function rate(studio, look, wait) {
  const first = await look(), before = browserNow(studio).seconds;
  await wait();
  const share = browserNow(studio).seconds - before, last = await look(), seconds = (last.at - first.at) / 1000;
  return { updates: (last.update - first.update) / seconds, share: share / seconds / cpus().length };
}

const TICK = 100; // of /proc, a second: sysconf(_SC_CLK_TCK) of every Linux

/** The browser's processes, this program's descendants without the studio: seconds of processors that
 * all have used, and which are pages. */
function browserNow(studio) {
  const parents = new Map(), used = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
      parents.set(pid, Number(fields[1]));
      used.set(pid, (Number(fields[11]) + Number(fields[12])) / TICK);
    } catch { /* it has ended */ }
  }
  const ours = (pid) => pid !== studio.child.pid && (parents.get(pid) === process.pid || (parents.has(pid) && ours(parents.get(pid))));
  const all = [...used].filter(([pid]) => ours(pid));
  const isPage = (pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer");
    } catch {
      return false; // it has ended
    }
  };
  return {
    seconds: all.reduce((sum, [, time]) => sum + time, 0),
    pages: all.map(([pid]) => pid).filter(isPage),
  };
}

/** Stops the pages' processes for a while: a tab that hangs. */
async function standStill(pages, seconds) {
  for (const pid of pages) process.kill(pid, "SIGSTOP");
  try {
    await pause(seconds);
  } finally {
    for (const pid of pages) process.kill(pid, "SIGCONT");
  }
}

async function training(page, studio, seconds) {
  const rates = { open: [], none: [], still: [] };
  for (let round = 0; round < ROUNDS; round++) {
    await open(page, studio, "train");
    if (round === 0) await begin(page);
    await speed(page, "max");
    await pause(1);
    rates.open.push(await rate(studio, () => watched(page), () => pause(seconds)));
    rates.still.push(await rate(studio, () => watched(page), async () => {
      await standStill(browserNow(studio).pages, 3 * seconds); // long beside the moment in which it is asked
      await new Promise((go) => setTimeout(go, 500)); // frames from before it stood still are seen first
    }));
    await page.goto(`${studio.origin}/style.css`); // the same origin, and no page
    await pause(0.5);
    rates.none.push(await rate(studio, () => glimpsed(page), () => pause(seconds)));
  }
  return rates;
}

const middle = (rates, name) => median(rates.map((one) => one[name]));

function loss(what, rates, without, target) {
  const lost = median(rates.map(({ updates }, round) => 1 - updates / without[round].updates));
  row(what, `${Math.round(middle(rates, "updates")).toLocaleString("en")} updates/s: ${(100 * lost).toFixed(1)} % fewer; browser ` +
    `${(100 * middle(rates, "share")).toFixed(1)} %`, target);
}

// ---- all of it ----

const studio = await startStudio();
const browser = await playwright.chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
try {
  const [load] = loadavg(), processors = cpus().length;
  console.log(`The studio, 784-100-10 on ${DATA}, ${processors} processors\n`);
  if (load > processors / 2) console.log(`  ${load.toFixed(1)} other programs want to run: these numbers say little\n`);
  times("stroke to ranking", await strokes(page, studio), 50);
  times("slider to plane", await nudges(page, studio), 100);
  await open(page, studio, "train");
  await begin(page);
  const real = await frames(page, 5);
  row("frames at real time", `${real.status.toFixed(1)} told, ${real.painted.toFixed(1)} painted a second`, "target 10-60");
  const rates = await training(page, studio, Number(turn));
  row("training, no tab", `${Math.round(middle(rates.none, "updates")).toLocaleString("en")} updates/s; browser ` +
    `${(100 * middle(rates.none, "share")).toFixed(1)} %`, "");
  loss("training, the page open", rates.open, rates.none, "target < 5 %");
  loss("training, a page that stands still", rates.still, rates.none, "target none");
  for (const [name, list] of Object.entries(rates))
    console.log(`    ${name}: ${list.map((r) => `${Math.round(r.updates)} (${(100 * r.share).toFixed(1)} %)`).join(" ")}`);
} finally {
  await browser.close();
  await studio.stop();
}
