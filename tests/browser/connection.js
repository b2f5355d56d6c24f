// The tab and its desk: the key, a reload, a copied tab, a lost connection, another start.
import { check, run, startStudio, test, until } from "./harness.js";

const connected = (page) =>
  until(() => page.getByText("connected", { exact: true }).count(), "the page is not connected");
const desk = (page) => page.evaluate(() => sessionStorage.getItem("inkling-desk"));

/** Asks the desk as the page's own code does. */
const ask = (page, verb, fields) =>
  page.evaluate(([v, f]) => import("/wire.js").then((wire) => wire.ask("slope", v, f)), [verb, fields]);

/** Where the ball of Slope lies. */
const ball = (page) => page.evaluate(() => import("/wire.js").then((wire) => new Promise((resolve) => {
  const off = wire.on("slope", "ball", (frame) => {
    off();
    resolve(frame.x);
  });
  wire.show("slope");
})));

test("the key leaves the address, and the link in it stays", async (t) => {
  await t.open("slope?preset=wave");
  const { search, hash, pathname } = await t.page.evaluate(() => ({ ...location }));
  check(search === "" && pathname === "/", `the address still says ${pathname}${search}`);
  check(hash.startsWith("#slope"), `the link became ${hash}`);
  await connected(t.page);
  check(!(await t.page.evaluate(() => document.cookie)).includes("inkling"), "scripts can read the key");
});

test("after a reload the tab is at its desk again", async (t) => {
  await t.open("slope");
  await ask(t.page, "set", { x: 1.25 });
  const name = await desk(t.page);
  for (let i = 0; i < 3; i++) {
    await t.page.evaluate(() => location.replace("#train")); // so that the link does not bring it back
    await t.page.waitForSelector(".scene-train");
    await t.page.reload();
    await connected(t.page);
    check(await desk(t.page) === name, "the reloaded tab sits at another desk");
    check(Math.abs(await ball(t.page) - 1.25) < 1e-6, "the ball lies elsewhere");
  }
});

test("a copy of a tab gets a desk of its own and leaves the first alone", async (t) => {
  await t.open("slope");
  await ask(t.page, "set", { x: 1.25 });
  const name = await desk(t.page);
  const copy = await t.context.newPage();
  await copy.addInitScript((n) => sessionStorage.getItem("inkling-desk") ?? sessionStorage.setItem("inkling-desk", n), name);
  await copy.goto(`${t.studio.origin}/#slope`);
  await connected(copy);
  check(await desk(copy) !== name, "the copy sits at the desk of the first");
  await connected(t.page);
  await ask(t.page, "set", { rate: 0.01 });
  check(await desk(t.page) === name, "the first tab lost its desk");
});

test("a tab whose desk is taken moves to another and goes on", async (t) => {
  await t.open("slope");
  await connected(t.page);
  const name = await desk(t.page);
  await t.page.evaluate((n) => new Promise((resolve) => {
    new WebSocket(`ws://${location.host}/socket?desk=${n}`, "inkling").onopen = resolve;
  }), name);
  await until(async () => ![null, name].includes(await desk(t.page)), "the tab sits on");
  await connected(t.page);
  await ask(t.page, "set", { x: 1 });
});

test("a studio that is started anew says where it is to be entered, and is not asked for ever", async (t) => {
  const first = await startStudio();
  await t.page.goto(`${first.address}#slope`);
  await connected(t.page);
  const gone = new Promise((done) => first.child.once("exit", done));
  first.child.kill("SIGKILL");
  await gone;
  await until(() => t.page.getByText("trying again").first().count(), "the page does not say that the connection was lost");
  const again = await startStudio(["--port", new URL(first.origin).port]);
  await until(() => t.page.getByText("started anew").count(), "the page does not say that the studio was started anew");
  await t.page.waitForTimeout(500);
  let asked = 0;
  t.page.on("request", () => asked++);
  t.page.on("websocket", () => asked++);
  await t.page.waitForTimeout(2000);
  check(asked === 0, `the page still asks: ${asked} times`);
  await t.page.goto(`${again.address}#slope`);
  await connected(t.page);
  check(await again.stop() === 0, "the studio did not end well");
  t.problems.length = 0; // the browser reports each request that failed, which is what this is about
});

await run();
