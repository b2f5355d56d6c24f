// What one fruit costs, node by node.

import { fill, h, plain, term, verdict } from "../kit/ui.js";

/** @typedef {import("../types").Frame} Frame */

const NAMES = ["● safe", "▲ poisonous"];

/** @param {string} cost @param {boolean} softmax */
function formula(cost, softmax) {
  if (cost === "squared") return "(output − expected)²";
  return softmax ? "−expected · ln output" : "−ln of the output, or of 1 − output where 0 is expected";
}

/** @param {HTMLElement} host */
export function costTable(host) {
  const about = h("p", { class: "small soft" });
  const body = h("tbody"), head = h("th", { scope: "col" });
  const sum = h("td"), mean = h("td");
  host.append(
    h("div", { class: "row" },
      h("h2", null,
        term("Cost", "How wrong the answer is, as one number: 0 is perfect. Learning makes it smaller.")),
      about),
    h("div", { class: "table-scroll" },
      h("table", { class: "cost-table" },
        h("thead", null,
          h("tr", null, h("th", { scope: "col", text: "node" }), h("th", { scope: "col", text: "output" }),
            h("th", { scope: "col", text: "expected" }), head)),
        body,
        h("tfoot", null,
          h("tr", null, h("th", { scope: "row", colspan: 3, text: "this fruit: the sum" }), sum),
          h("tr", null, h("th", { scope: "row", colspan: 3, text: "average over all fruit" }), mean)))));

  return {
    /** @param {Frame | null} probe @param {string} cost @param {boolean} softmax @param {number} average */
    set(probe, cost, softmax, average) {
      head.textContent = formula(cost, softmax);
      mean.textContent = plain(average);
      const on = probe?.on === true;
      if (!on)
        fill(about, "Point at a fruit to take its cost apart.");
      else {
        const where = probe.index >= 0 ? `Fruit ${probe.index + 1}, ${["safe", "poisonous"][probe.label]}` :
                                         `If a ${["safe", "poisonous"][probe.label]} fruit lay here`;
        fill(about, `${where}: told ${["safe", "poisonous"][probe.answer]} `,
          verdict(probe.answer === probe.label));
      }
      const last = on ? probe.a[probe.a.length - 1] : [];
      fill(body,
        NAMES.map((name, i) => h("tr", null, h("th", { scope: "row", text: name }),
                    h("td", { text: on ? plain(last[i], 0.001) : "–" }),
                    h("td", { text: on ? String(probe.expected[i]) : "–" }),
                    h("td", { text: on ? plain(probe.terms[i], 0.0001) : "–" }))));
      sum.textContent = on ? plain(probe.sum[0], 0.0001) : "–";
    },
  };
}
