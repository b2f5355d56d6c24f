// The numbers of the scene "train", and the doctor.

import { button, fill, h, percent, plain, progress, thousands } from "../kit/ui.js";

/** @param {number} seconds */
function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** @param {() => void} more gives more epochs @param {(scene: string, params: Record<string, string>) => void} go
 *  @param {() => void} get opens the data sets, to download one */
export function numbersPart(more, go, get) {
  const big = h("div", { class: "train-big numbers", text: "–" }), interval = h("p", { class: "soft small numbers", title: "Wilson's interval; tested at that update" });
  const title = h("p", { class: "soft small", text: "Right on samples never seen", title: "The test set: it never learns from these" });
  const loading = progress("Reading the data"), trouble = h("p", { class: "notice wrong", role: "status", hidden: true });
  const again = button("Give it 10 more epochs", more, { class: "train-more" });
  const fetch = button("Download it here", get, { primary: true, class: "train-more" });
  loading.element.hidden = again.hidden = fetch.hidden = true;
  /** @type {Record<string, HTMLElement>} */
  const cells = {};
  const cell = (/** @type {string} */ key, /** @type {string} */ label, /** @type {string} */ title) => {
    cells[key] = h("dd", { class: "numbers", text: "–" });
    return h("div", { title }, h("dt", { class: "soft small", text: label }), cells[key]);
  };
  const element = h("section", { class: "panel stack train-numbers", "aria-label": "Numbers" },
    h("div", null, title, big, interval),
    loading.element, trouble, fetch, again,
    h("dl", { class: "train-cells" },
      cell("train", "own samples", "Accuracy on samples it learns from"), cell("cost", "cost", "Of the latest batches, smoothed over 20"),
      cell("test_cost", "cost on test", "Mean cost on samples it has never seen"), cell("speed", "pictures a second", "Lately"),
      cell("epoch", "epoch", "Passes over the training set"), cell("left", "time left", "Until the last epoch")),
    h("div", { class: "row train-go" },
      button("Its mistakes", () => go("look", { source: "mine", mistakes: "1" }), { icon: "look", title: "Pictures it never saw, and where it is wrong" }),
      button("Draw for it", () => go("draw", { source: "network" }), { icon: "draw", title: "The pad asks this network" })));

  return {
    element,
    /** @param {any} status @param {boolean} absent its data set can be had, but is not here */
    show(status, absent) {
      const { phase } = status, value = (/** @type {any} */ v) => v ?? NaN, failed = phase === "failed" || phase === "diverged";
      element.dataset.begun = String(status.begun);
      big.textContent = percent(value(status.test_accuracy), 2);
      interval.textContent = status.test_low === null ? (phase === "loading" ? "reading the data" : "not tested yet")
        : `95 % sure: ${percent(status.test_low, 2).replace(" %", "")} to ${percent(status.test_high, 2)}, at\u00a0update\u00a0${thousands(status.tested_at)}`;
      title.textContent = `Right on ${status.test_count > 0 ? `${thousands(status.test_count)} ` : ""}samples never seen`;
      cells.train.textContent = percent(value(status.train_accuracy), 2);
      cells.cost.textContent = plain(value(status.cost));
      cells.test_cost.textContent = plain(value(status.test_cost));
      cells.speed.textContent = phase === "playing" ? thousands(value(status.pictures_per_second)) : "–";
      const digits = status.epoch < 10 ? 2 : 1;
      cells.epoch.textContent = `${value(status.epoch).toFixed(digits)} of ${Number(value(status.epochs).toFixed(digits))}`;
      cells.left.textContent = phase === "playing" ? duration(value(status.left)) : phase === "done" ? "done" : "–";
      loading.element.hidden = phase !== "loading";
      loading.set(status.loading);
      again.hidden = phase !== "done";
      trouble.hidden = !failed;
      trouble.textContent = failed ? status.message : "";
      fetch.hidden = !(failed && absent);
    },
  };
}

/** @typedef {{kind: string, sentence: string, repair: string, changes: Record<string, any> | null, anew: boolean}} Finding */

/** @param {(finding: Finding) => void} repair */
export function doctorPart(repair) {
  const element = h("section", { class: "panel stack train-doctor", "aria-label": "Doctor", "aria-live": "polite", hidden: true });
  return {
    element,
    /** @param {Finding | null} finding */
    show(finding) {
      element.hidden = !finding;
      if (!finding) return;
      const held = element.contains(document.activeElement);
      const made = finding.changes && button(finding.repair, () => {
        element.hidden = true;
        repair(finding);
      }, { class: "train-repair" });
      fill(element, h("h2", { text: "Doctor" }), h("p", { text: finding.sentence }), made);
      if (held && made) made.focus();
    },
  };
}
