/**
 * Tries other weights: a slider for every measure that is counted and has a weight. Nothing is published by it, so
 * wherever its figures stand there is a mark.
 *
 * @import {Measure, Snapshot, State, View} from "../types.js"
 */

import { byId, h, setAttributes } from "../base/dom.js";
import { number } from "../base/format.js";
import { localMark } from "../base/local.js";
import { whatifWords } from "../base/multipliers.js";

const STEPS = [0, 0.25, 0.5, 1, 2, 4, 10];
const KEYS_REST_MS = 250; // A key that is held down is one commit, not one for every repeat.

/**
 * @param {Snapshot["recipe"]} recipe
 * @param {(whatif: State["whatif"]) => void} chosen
 */
export function mountWhatif({ measures, unit }, chosen) {
  const root = byId("filter");
  const more = byId("more-choices");
  const stop = new AbortController();
  const rows = measures.filter(({ weighed }) => weighed !== "nothing").map((measure) => makeRow(measure, unit));
  const summary = h("summary", {}, "What if weights were different");
  const menu = h(
    "fieldset",
    { class: "weights" },
    h("legend", {}, "Multiply the weight of a measure. Harm, ranks and colours follow; events stay as they are."),
    ...rows.map((row) => row.element),
  );
  const details = h("details", { class: "whatif" }, summary, menu);
  const words = h("span");
  const reset = h("button", { type: "button", class: "reset" }, "Reset");
  const mark = h("p", { class: "whatif-mark", hidden: true }, words, reset);
  root.append(mark);
  more.prepend(details);

  /** @type {State["whatif"]} */
  let whatif = {};
  let timer = 0;
  let byKey = false;

  function commit() {
    forget();
    chosen(whatif);
  }

  function forget() {
    clearTimeout(timer);
    timer = 0;
  }

  menu.addEventListener("keydown", () => (byKey = true), { signal: stop.signal });
  menu.addEventListener("pointerdown", () => (byKey = false), { signal: stop.signal });
  menu.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(commit, byKey ? KEYS_REST_MS : 0);
  }, { signal: stop.signal });
  menu.addEventListener("focusout", () => timer && commit(), { signal: stop.signal });
  for (const row of rows) {
    row.input.addEventListener("input", () => {
      const factor = STEPS[Number(row.input.value)] ?? 1;
      whatif = { ...whatif, [row.id]: factor };
      row.say(factor);
    }, { signal: stop.signal });
  }
  reset.addEventListener("click", () => {
    summary.focus();
    chosen({});
  }, { signal: stop.signal });

  return {
    /** @param {View} view */
    update({ state }) {
      forget();
      whatif = state.whatif;
      for (const row of rows) {
        row.element.hidden = !state.measures.includes(row.id);
        const factor = whatif[row.id] ?? 1;
        row.input.value = String(nearestStep(factor));
        row.say(factor);
      }
      details.hidden = rows.every((row) => row.element.hidden);
      words.textContent = whatifWords(whatif, measures);
      mark.hidden = words.textContent === "";
    },
    unmount() {
      forget();
      stop.abort();
      details.remove();
      mark.remove();
    },
  };
}

/**
 * What has to stand beside every figure that does not come from the published weights.
 * @param {View} view
 */
export function whatifMark({ snapshot, state }) {
  const words = whatifWords(state.whatif, snapshot.recipe.measures);
  return words ? [h("p", { class: "whatif-mark" }, words)] : [];
}

/**
 * @param {Measure} measure
 * @param {string} unit
 */
function makeRow(measure, unit) {
  const { id, title, weight } = measure;
  const input = h("input", { type: "range", min: 0, max: STEPS.length - 1, step: 1, id: `weight-${id}` });
  const times = h("span", { class: "weight-times", "aria-hidden": "true" });
  const result = h("span", { class: "weight-result", "aria-hidden": "true" });
  const element = h("div", { class: "weight" }, h("label", { for: input.id }, title), input, times, result, ...localMark(measure));
  return {
    id,
    input,
    element,
    /** @param {number} factor */
    say(factor) {
      const points = weight === null ? "by offence" : number(weight * factor);
      const each = measure.unit === "person" ? "a person" : "an event";
      const said = weight === null ? points : `${points} ${unit} ${each}`;
      times.textContent = `× ${factor}`;
      result.textContent = points;
      element.classList.toggle("is-changed", factor !== 1);
      setAttributes(input, { "aria-valuetext": `times ${factor}, ${said}` });
    },
  };
}

/**
 * Where a slider stands for a multiplier, which an address may put between its steps.
 * @param {number} factor
 */
function nearestStep(factor) {
  const distances = STEPS.map((step) => Math.abs(step - factor));
  return distances.indexOf(Math.min(...distances));
}
