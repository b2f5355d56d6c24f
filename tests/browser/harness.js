// Drives the studio as a person would: a real server, a real browser, TAP on standard output.
//
// usage: node FILE.js INKLING SHOTS   (INKLING_DATA as for the command; SHOTS is a folder)
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const [inkling, shots] = process.argv.slice(2).map((path) => resolve(path));
/** Where models are found by a program that is not installed. */
export const source = fileURLToPath(new URL("../..", import.meta.url));
const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
];
const PATIENCE = 40000; // milliseconds: no test asserts a time, all give up some time

/** Where the real data sets are, or undefined: tests that need them skip. */
export const data = process.env.INKLING_DATA || undefined;

const tests = [];
/** @param {string} name a sentence @param {(t: Visit) => Promise<void>} body
 *  @param {{width?: number, height?: number, dark?: boolean, needs?: () => string | undefined, args?: string[]}} [options]
 *  `needs` returns why the test cannot run here, or nothing. */
export function test(name, body, options = {}) {
  tests.push({ name, body, options });
}

/** Fails with a sentence. @param {any} condition @param {string} sentence */
export function check(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

/** Waits until `fn` (in Node) gives something true, and returns it; says what it saw last if it never does. */
export async function until(fn, sentence, patience = PATIENCE) {
  const end = Date.now() + patience;
  let last;
  for (;;) {
    try {
      last = await fn();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${sentence} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** A number out of a text such as "cost 0.2513" or "1,234 updates". */
export function number(text) {
  const found = /-?[\d,]*\.?\d+(?:e[-+]?\d+)?/i.exec(text.replaceAll("\u2212", "-"));
  return found ? Number(found[0].replaceAll(",", "")) : NaN;
}

/** Starts `inkling studio`; resolves to its address and how to end it. */
export function startStudio(args = [], env = {}) {
  const state = mkdtempSync(join(tmpdir(), "inkling-studio-"));
  const child = spawn(inkling, ["studio", "--no-open", "--port", "0", ...args], {
    cwd: source,
    env: { ...process.env, XDG_STATE_HOME: state, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the studio did not start: ${said}`)), PATIENCE);
    const listen = (chunk) => {
      said += chunk;
      const found = /http:\/\/\S+/.exec(said);
      if (!found) return;
      clearTimeout(late);
      resolve({
        address: found[0], state, child,
        origin: new URL(found[0]).origin,
        stop: () => new Promise((done) => {
          child.once("exit", (code) => {
            rmSync(state, { recursive: true, force: true });
            done(code);
          });
          child.kill("SIGINT");
        }),
      });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => reject(new Error(`the studio ended with ${code}: ${said}`)));
  });
}

/** What a test works with: a page of its own, in a browser context of its own, at a desk of its own. */
class Visit {
  constructor(studio, context, page) {
    Object.assign(this, { studio, context, page, problems: [] });
    page.on("pageerror", (error) => this.problems.push(`an error in the page: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(`the console says: ${message.text()}`);
    });
  }

  /** Opens a scene by its link: "fruit", "train?net=784-10". */
  async open(link) {
    await this.page.goto(`${this.studio.address}#${link}`);
    await this.page.waitForSelector(`.scene-${link.split("?")[0]}`, { timeout: PATIENCE });
  }

  /** Waits until the page is connected and has shown nothing new for `rest` ms; what never rests, for `most`. */
  async settled(rest = 250, most = 1500) {
    await this.page.waitForFunction(() => document.querySelector(".connection")?.textContent === "connected");
    await this.page.evaluate(([quiet, end]) => new Promise((done) => {
      let timer = setTimeout(finish, quiet);
      const last = setTimeout(finish, end), watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(finish, quiet);
      });
      function finish() {
        watch.disconnect();
        clearTimeout(timer);
        clearTimeout(last);
        requestAnimationFrame(() => requestAnimationFrame(done));
      }
      watch.observe(document.getElementById("main"), { subtree: true, childList: true, attributes: true, characterData: true });
    }), [rest, most]);
  }

  /** Frames that match can be held back and let go, as on a slow page; to be asked for before the page is opened. */
  async frames(/** @type {RegExp} */ which) {
    let held = null, tab = null; // null = none is held back
    await this.page.routeWebSocket(/socket/, (page) => {
      tab = page;
      page.connectToServer().onMessage((message) => {
        if (held && which.test(message.toString("latin1"))) held.push(message);
        else page.send(message);
      });
    });
    return {
      hold: () => { held = []; },
      letGo: () => { for (const message of held.splice(0)) tab.send(message); held = null; },
    };
  }

  /** build/shots/NAME.png, to be looked at. */
  async shot(name) {
    await this.page.screenshot({ path: join(shots, `${name}.png`) });
  }

  text(selector) {
    return this.page.locator(selector).first().innerText();
  }
}

async function runOne({ name, body, options }, browser, studio, index) {
  const missing = options.needs?.();
  if (missing) {
    console.log(`ok ${index} - ${name} # SKIP ${missing}`);
    return true;
  }
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const visit = new Visit(studio, context, page);
  try {
    await body(visit);
    if (visit.problems.length) throw new Error(visit.problems.join("; "));
    console.log(`ok ${index} - ${name}`);
    return true;
  } catch (error) {
    await page.screenshot({ path: join(shots, `failed-${basename(process.argv[1], ".js")}-${index}.png`) }).catch(() => {});
    console.log(`not ok ${index} - ${name}`);
    console.log(String(error.stack ?? error).replaceAll(/^/gm, "# "));
    for (const problem of visit.problems) console.log(`# ${problem}`);
    return false;
  } finally {
    await context.close();
  }
}

/** Runs what `test` collected; the last line of a test file. INKLING_ONLY picks by a part of the name. */
export async function run() {
  const playwright = await import("playwright-core").catch(() => null);
  if (!playwright || !existsSync(CHROMIUM)) {
    console.log(`1..0 # SKIP there is no ${playwright ? CHROMIUM : "playwright-core: npm install"}`);
    return;
  }
  mkdirSync(shots, { recursive: true });
  const chosen = tests.filter(({ name }) => name.includes(process.env.INKLING_ONLY ?? ""));
  console.log(`1..${chosen.length}`);
  const studio = await startStudio();
  const browser = await playwright.chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  let good = true, index = 1;
  for (const one of chosen) {
    const began = performance.now();
    good = (await runOne(one, browser, studio, index++)) && good;
    console.log(`# ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  await browser.close();
  await studio.stop();
  process.exitCode = good ? 0 : 1;
}
