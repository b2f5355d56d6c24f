// Fruit and Microscope, beat by beat: a line by hand, hidden layers, cost, learning, the chain rule.
import { check, number, run, test, until } from "./harness.js";

const right = async (t) => number(await t.text(".fruit-right"));
const average = async (t) => number(await t.text(".fruit-average"));
const total = async (t) => number((await t.text(".fruit-right")).split("of")[1]);
const updates = async (t) => number(await t.text(".counters .counter:nth-child(2) dd"));

/** Opens Fruit at a lesson and waits until it is shown. */
async function lesson(t, index) {
  await t.open("fruit");
  await t.page.click(`.fruit-steps li:nth-child(${index}) button`);
  await t.page.waitForSelector(`.fruit-steps li:nth-child(${index}) button[aria-current]`);
  await until(async () => (await total(t)) > 0, "no points came");
}

const counts = (t) => t.text(".fruit-counts");
const shape = (t, name) => t.page.click(`.shape[data-shape=${name}]`);

/** Types a value into a weight's slider. */
async function setWeight(t, name, value) {
  const box = t.page.getByLabel(`${name}, value`, { exact: true });
  await box.fill(String(value));
  await box.press("Enter");
}

/** The network's plane as colours on a grid: r - b > 0 is poisonous. */
const plane = (t, side = 40) => t.page.evaluate((n) => {
  const canvas = document.querySelector(".fruit-answer .plane-field");
  const c = canvas.getContext("2d"), grid = [];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const x = Math.floor((i + 0.5) / n * canvas.width), y = Math.floor((j + 0.5) / n * canvas.height);
      const [r, , b] = c.getImageData(x, y, 1, 1).data;
      grid.push(r > b);
    }
  }
  return grid;
}, side);

/** Does one straight line tell the two colours apart? Tries many. */
function isStraight(grid, side = 40) {
  let best = 0;
  for (let a = 0; a < 180; a += 2) {
    const u = Math.cos(a * Math.PI / 180), v = Math.sin(a * Math.PI / 180);
    const order = grid.map((_, k) => [(k % side) * u + Math.floor(k / side) * v, grid[k]]).sort((p, q) => p[0] - q[0]);
    let left = 0, all = grid.filter(Boolean).length;
    for (let k = 0; k <= order.length; k++) {
      const good = left + (order.length - k) - (all - left);
      best = Math.max(best, good, order.length - good);
      if (k < order.length && order[k][1]) left++;
    }
  }
  return best >= grid.length * 0.995;
}

/** A border through the corner looks the same at half the size: how much does not? */
function offCorner(grid, side = 40) {
  const at = (x, up) => grid[(side - 1 - up) * side + x];
  let wrong = 0;
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) if (at(x, y) !== at(x >> 1, y >> 1)) wrong++;
  return wrong / grid.length;
}

test("beat 3: a chart of fruit, at random or separable, to place, move and remove", async (t) => {
  await lesson(t, 1);
  await shape(t, "random");
  await until(async () => (await t.page.getAttribute(".shape[data-shape=random]", "aria-pressed")) === "true", "not random");
  await shape(t, "line");
  await until(async () => (await t.page.getAttribute(".shape[data-shape=line]", "aria-pressed")) === "true", "not a line");
  await t.page.click("text=Clear");
  await until(async () => (await total(t)) === 0, "points are left");
  const box = await t.page.locator(".fruit-answer .plane-points").boundingBox();
  const at = (x, y) => [box.x + x * box.width, box.y + (1 - y) * box.height];
  await t.page.mouse.click(...at(0.25, 0.25));
  await until(async () => (await total(t)) === 1, "a click places nothing");
  await t.page.keyboard.press("2");
  await t.page.mouse.click(...at(0.75, 0.75));
  await until(async () => (await total(t)) === 2, "a second click places nothing");
  const told = async () => new URLSearchParams((await t.page.evaluate(() => location.hash)).split("?")[1]).get("points") ?? "";
  const link = await until(async () => (await told()).length === 8 && told(), "the link does not tell the points");
  // Points that are on their way may still lie where they lay before: then a hand tries again.
  await until(async () => {
    await t.page.mouse.move(...at(0.75, 0.75));
    await t.page.mouse.down();
    await t.page.mouse.move(...at(0.6, 0.5), { steps: 4 });
    await t.page.mouse.up();
    return ![link, ""].includes(await told());
  }, "dragging moves nothing");
  await until(async () => {
    if ((await total(t)) === 2) await t.page.mouse.click(...at(0.6, 0.5), { button: "right" });
    return (await total(t)) === 1;
  }, "the right button removes nothing");
  await t.page.focus(".fruit-answer .plane-points");
  await t.page.keyboard.press("PageDown");
  await t.page.keyboard.press("Delete");
  await until(async () => (await total(t)) === 0, "Delete removes nothing");
});

test("beat 4: two inputs, two outputs, weight sliders, a coloured plane", async (t) => {
  await lesson(t, 1);
  check((await counts(t)).includes("4 weights"), "there are not 4 weights");
  check((await t.page.locator(".fruit-weights input[type=range]").count()) === 4, "there are not 4 sliders");
  check((await t.page.locator(".fruit-weights .glow").count()) === 1, "no slider asks to be dragged");
  const before = await right(t), cost = await average(t);
  await setWeight(t, "spikes → safe", 1);
  await until(async () => (await right(t)) > before + 20 && (await average(t)) < cost, "the line did not turn");
  check((await t.page.locator(".fruit-weights .glow").count()) === 0, "it still glows");
  await t.shot("fruit-by-hand");
});

test("beat 5: the line only turns about the corner, then a bias shifts it", async (t) => {
  await lesson(t, 1);
  check((await counts(t)).includes("no biases"), "there are biases already");
  await t.page.keyboard.press("h");
  let grid = await plane(t);
  for (const value of [0.6, 0.9, 3]) {
    const before = grid.join();
    await setWeight(t, "spikes → safe", value);
    grid = await until(async () => {
      const now = await plane(t);
      return now.join() !== before && now;
    }, `the border does not turn at ${value}`);
    check(isStraight(grid), `the border is not straight at ${value}`);
    check(offCorner(grid) < 0.04, `the border misses the corner at ${value}`);
  }
  await lesson(t, 2);
  check((await counts(t)).includes("2 biases"), "there are no biases");
  await until(async () => (await right(t)) < 70, "it is right without the bias");
  await setWeight(t, "bias of safe", 1.35);
  await until(async () => (await right(t)) > 95, "the bias does not shift the line");
  check(offCorner(await plane(t)) > 0.1, "the border still goes through the corner");
});

test("beat 6: curved data and a hidden layer: 12 weights, 5 biases", async (t) => {
  await lesson(t, 2);
  await shape(t, "curve");
  await t.page.click("[aria-label='One hidden layer more']");
  await until(async () => (await counts(t)).includes("12 weights · 5 biases"), "it has other numbers");
});

test("beat 7: an extra linear layer changes nothing", async (t) => {
  await lesson(t, 3);
  check(isStraight(await plane(t)), "one layer bends the border");
  await t.page.click("[aria-label='One hidden layer more']");
  await until(async () => (await counts(t)).includes("21 weights"), "there is no other layer");
  await t.settled();
  check(isStraight(await plane(t)), "a linear layer bends the border");
  check((await t.text(".fruit-net .notice")).includes("one straight line"), "nothing says why");
});

test("beat 8: the step activation and its graph", async (t) => {
  await lesson(t, 4);
  check((await t.text(".fruit-graph h2")) === "step", "the graph is of another function");
  check((await t.page.locator(".fruit-graph .fruit-chart .line").count()) === 2, "there are not two graphs");
  await until(async () => !isStraight(await plane(t)) && (await right(t)) > 95, "steps make no corner, or their three edges tell little");
  await t.shot("fruit-step");
});

test("beat 9: sigmoid and others are gentle", async (t) => {
  await lesson(t, 4);
  const choice = t.page.locator(".fruit-functions select").first();
  for (const name of ["sigmoid", "tanh", "relu", "silu"]) {
    await choice.selectOption(name);
    await until(async () => (await t.text(".fruit-graph h2")) === name, `no graph of ${name}`);
  }
  await choice.selectOption("sigmoid");
  await until(async () => (await t.text(".fruit-graph h2")) === "sigmoid", "no graph of sigmoid");
});

test("beat 10: the cost of a node, of a fruit, and the average", async (t) => {
  await lesson(t, 5);
  await t.page.focus(".fruit-answer .plane-points");
  await t.page.keyboard.press("PageDown");
  const cells = () => t.page.$$eval(".cost-table td", (all) => all.map((cell) => Number(cell.textContent)));
  const found = await until(async () => (await cells()).every(Number.isFinite) && cells(), "no costs are shown");
  const [a0, y0, c0, a1, y1, c1, sum, mean] = found;
  check(Math.abs((a0 - y0) ** 2 - c0) < 2e-3 && Math.abs((a1 - y1) ** 2 - c1) < 2e-3, `a node's cost is wrong: ${found}`);
  check(Math.abs(c0 + c1 - sum) < 2e-4, `the sum is wrong: ${found}`);
  check(Math.abs(mean - (await average(t))) < 1e-3, "the average is another one");
});

test("beat 14: finite differences learn, slowly", async (t) => {
  await lesson(t, 6);
  await t.page.getByLabel("Method").selectOption("finite");
  const before = await average(t);
  await t.page.keyboard.press("+");
  await t.page.click(".fruit-answer .primary");
  await until(async () => (await average(t)) < before * 0.7, "the cost does not fall");
  await t.page.click(".fruit-answer .primary");
});

test("beat 15: mini-batches bend the line until all is right; rewind goes back to the same start", async (t) => {
  await t.open("fruit");
  await t.page.click(".fruit-steps li:nth-child(1) button");
  await until(async () => (await right(t)) < 60, "the first line is right already");
  await t.page.click(".fruit-answer .primary");
  await until(async () => (await right(t)) === 100, "it does not learn to tell all");
  check(!isStraight(await plane(t)), "the line is still straight");
  await until(() => t.page.getByRole("button", { name: "On to digits" }).isVisible(), "nothing leads on to digits");
  await t.shot("fruit-learnt");
  await t.page.keyboard.press("0");
  await until(async () => (await updates(t)) === 0 && (await right(t)) < 90, "rewind does not go back");
});

test("beat 16: slope and derivative stand side by side", async (t) => {
  await lesson(t, 5);
  const slopes = await t.page.locator(".fruit-graph .fruit-chart .line.slope").count();
  check(slopes === 1, "there is no graph of the slope");
});

test("beat 17: the chain rule on three nodes in a row", async (t) => {
  await t.open("microscope");
  await t.page.getByText("Three nodes in a row").click();
  await until(async () => (await t.text(".scope-chain h2")).includes("x → hidden 1"), "it is another weight");
  const two = await t.page.$$eval(".scope-pair output", (all) => all.map((one) => one.textContent));
  check(two[0].slice(0, 9) === two[1].slice(0, 9), `the two slopes differ: ${two}`);
  const factors = await t.page.$$eval(".scope-factor .big", (all) => all.map((one) => Number(one.textContent.replace("−", "-"))));
  check(factors.length === 3, "there are not three factors");
  const product = factors[0] * factors[1] * factors[2];
  check(Math.abs(product - number(two[0])) < 2e-3 * Math.max(1, Math.abs(product)), `${factors} do not make ${two[0]}`);
  await t.shot("microscope-row");
});

test("beat 18: backpropagation walks through any number of layers", async (t) => {
  await t.open("fruit");
  await t.page.click(".fruit-steps li:nth-child(7) button");
  await t.page.waitForSelector(".racing");
  await t.open("microscope");
  await until(async () => (await t.page.locator(".diagram-node").count()) === 20, "it is another network");
  const told = ["Forward", "The last layer", "into layer 3", "values of layer 2", "into layer 2", "values of layer 1", "into layer 1"];
  for (const text of told) {
    await t.page.keyboard.press("b");
    await until(async () => (await t.text(".scope-sentence")).includes(text), `no step says "${text}"`);
  }
  await t.shot("microscope-walk");
});

test("beat 18: who is quicker than the first word of the walk begins it, too", async (t) => {
  (await t.frames(/"kind":\s*"walk".*"step":\s*-1/)).hold();
  await t.open("microscope");
  await until(async () => (await t.page.locator(".diagram-node").count()) > 0, "there is no network");
  await t.page.keyboard.press("b");
  await until(async () => (await t.text(".scope-sentence")).includes("Forward"), "the walk does not begin");
});

test("beat 18: the microscope follows what Fruit learns meanwhile", async (t) => {
  await lesson(t, 6);
  await t.page.getByLabel("Method").selectOption("finite");
  await t.page.locator(".speeds label").filter({ hasText: "10/s" }).first().click();
  await t.page.click(".fruit-answer .primary");
  await t.page.click(".fruit-net-head .button");
  await t.page.waitForSelector(".scene-microscope");
  const cost = () => t.text(".scope-cost .big");
  const first = await until(async () => Number.isFinite(number(await cost())) && cost(), "there is no cost");
  await until(async () => (await cost()) !== first, "the cost stands still");
});

test("the race: four ways from one start on one clock", async (t) => {
  await lesson(t, 7);
  await t.page.click(".race-go button");
  const facts = () => t.page.$$eval(".lane-facts", (all) => all.map((lane) => [...lane.querySelectorAll("dd")].map((dd) => dd.textContent)));
  await until(async () => number((await facts())[3][0]) < 0.3, "momentum does not get there");
  await t.page.click(".race-go button");
  const lanes = await facts();
  check(number(lanes[0][2]) < number(lanes[2][2]), "finite differences make more updates than mini-batches");
  await t.shot("fruit-race");
});

test("a link and a reload bring the same state back", async (t) => {
  await lesson(t, 1);
  await setWeight(t, "spikes → safe", 1.25);
  const told = await until(async () => {
    const hash = await t.page.evaluate(() => location.hash);
    return hash.includes("1.25") && hash;
  }, "the link does not tell the weight");
  const before = await right(t);
  await t.page.reload();
  await until(async () => (await right(t)) === before, "a reload brings something else");
  const other = await t.context.browser().newContext();
  const page = await other.newPage();
  await page.goto(t.studio.address);
  await page.goto(`${t.studio.origin}/${told}`);
  await until(async () => number(await page.locator(".fruit-right").innerText()) === before, "the link brings something else");
  await other.close();
});

await run();
