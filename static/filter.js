/**
 * Chooses categories. None chosen means all of them, so there is no state that shows nothing.
 *
 * @import {Measure, View} from "./types.js"
 */

import { byId, h } from "./dom.js";
import { chosenMeasures, number } from "./format.js";

/**
 * @param {Measure[]} measures
 * @param {(measures: string[]) => void} chosen
 */
export function mountFilter(measures, chosen) {
  const root = byId("filter");
  const stop = new AbortController();
  const all = option("All categories", "");
  const boxes = measures.map((measure) => ({ id: measure.id, ...option(measure.title, weightWords(measure)) }));
  const now = h("span", { class: "filter-now" });
  const summary = h("summary", {}, h("span", { class: "filter-label" }, "Categories"), now);
  const menu = h(
    "fieldset",
    { class: "filter-menu" },
    h("legend", {}, "Count only these categories ", h("span", { class: "filter-unit" }, "harm points an event")),
    all.label,
    ...boxes.map((box) => box.label),
  );
  const details = h("details", { class: "filter" }, summary, menu);
  root.append(details);

  all.input.addEventListener("change", () => {
    all.input.checked = true; // All cannot be taken away, only narrowed by choosing a category.
    chosen([]);
  }, { signal: stop.signal });
  for (const box of boxes) {
    box.input.addEventListener("change", () => {
      const ids = boxes.filter(({ input }) => input.checked).map(({ id }) => id);
      chosen(ids.length === boxes.length ? [] : ids);
    }, { signal: stop.signal });
  }
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
  }, { signal: stop.signal });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    summary.focus();
  }, { signal: stop.signal });

  return {
    /** @param {View} view */
    update({ state }) {
      now.textContent = chosenMeasures(measures, state);
      all.input.checked = state.measures.length === 0;
      for (const box of boxes) box.input.checked = state.measures.includes(box.id);
    },
    unmount() {
      stop.abort();
      details.remove();
    },
  };
}

/**
 * @param {string} title
 * @param {string} note
 */
function option(title, note) {
  const input = h("input", { type: "checkbox" });
  const label = h("label", { class: "option" }, input, h("span", { class: "option-title" }, title));
  if (note) label.append(h("span", { class: "option-note" }, note));
  return { input, label };
}

/** @param {Measure} measure */
function weightWords({ weight }) {
  return weight === null ? "no weight" : number(weight);
}
