/**
 * Chooses what the window is compared with, and how; stands beneath the histogram, in which it draws the baseline's band.
 *
 * @import {Snapshot, State, Versus, View, Window} from "../types.js"
 */

import { byId, h, setAttributes } from "../base/dom.js";
import { extent, monthNumber, monthText, windowLength } from "../base/months.js";
import { baselineWords, comparison, MODES, presetOf } from "./periods.js";

/** @type {{value: Versus | "nothing", label: string}[]} */
const PERIODS = [
  { value: "nothing", label: "nothing" },
  { value: "before", label: "the period before" },
  { value: "year", label: "the same period last year" },
  { value: "own", label: "own months" },
];

/** @type {Record<State["compare"], string>} */
const LABELS = { difference: "Difference", swipe: "Swipe", toggle: "Toggle" };

/** @typedef {Pick<State, "baseline" | "versus" | "beside" | "sort">} Chosen */

/**
 * @param {Snapshot} snapshot
 * @param {{compare: (chosen: Partial<Chosen>) => void, mode: (mode: State["compare"]) => void}} chosen
 */
export function mountCompare(snapshot, chosen) {
  const limits = extent(snapshot.months);
  const parts = build(limits);
  const stop = new AbortController();
  /** @type {State | null} */
  let state = null;
  byId("timeline").append(parts.root);
  document.querySelector("#timeline .plot")?.append(parts.band);

  parts.select.addEventListener("change", () => {
    if (state) chosen.compare(compared(state, /** @type {Versus | "nothing"} */ (parts.select.value)));
  }, { signal: stop.signal });
  for (const input of [parts.from, parts.to]) {
    input.addEventListener("change", () => {
      const baseline = monthsOf(parts);
      if (baseline) chosen.compare({ baseline, versus: "own" });
      else parts.problem.textContent = "Choose a first month that is not after the last.";
    }, { signal: stop.signal });
  }
  for (const { input, value } of parts.modes) input.addEventListener("change", () => chosen.mode(value), { signal: stop.signal });

  /** @param {Pick<View, "state">} view */
  function follow({ state: now }) {
    state = now;
    const { baseline, problem } = comparison(snapshot, now);
    parts.select.value = now.baseline ? now.versus : "nothing";
    parts.own.hidden = !now.baseline || now.versus !== "own";
    parts.choices.hidden = !baseline;
    for (const { input, value } of parts.modes) input.checked = value === now.compare;
    if (now.baseline && !parts.own.hidden && document.activeElement !== parts.from && document.activeElement !== parts.to) {
      parts.from.value = monthText(now.baseline.first);
      parts.to.value = monthText(now.baseline.last);
    }
    parts.problem.textContent = problem;
    parts.said.textContent = baseline ? baselineWords(snapshot, now, baseline) : "";
    showBand(parts.band, now.baseline, limits);
  }
  return {
    /** Also while a slider is being dragged. */
    follow,
    unmount() {
      stop.abort();
      parts.root.remove();
      parts.band.remove();
    },
  };
}

/** @param {Window} limits */
function build(limits) {
  const months = { type: "month", min: monthText(limits.first), max: monthText(limits.last), required: true };
  const select = h("select", { id: "compare-with" }, ...PERIODS.map(({ value, label }) => h("option", { value }, label)));
  const from = h("input", { ...months, "aria-label": "First month of the baseline" });
  const to = h("input", { ...months, "aria-label": "Last month of the baseline" });
  const own = h("span", { class: "compare-own", hidden: true }, from, " to ", to);
  const modes = MODES.map((value) => {
    const input = h("input", { type: "radio", name: "compare", value });
    return { value, input, label: h("label", { class: "choice" }, input, h("span", {}, LABELS[value])) };
  });
  const choices = h(
    "fieldset",
    { class: "choices compare-modes", hidden: true },
    h("legend", { class: "for-readers" }, "Compare on the map by"),
    ...modes.map(({ label }) => label),
  );
  const said = h("p", { class: "compare-said" });
  const problem = h("p", { class: "compare-problem" });
  const root = h("div", { class: "compare" }, h("label", { for: "compare-with" }, "Compare with"), select, own, choices, said, problem);
  const band = h("div", { class: "baseline-band", "aria-hidden": "true", hidden: true });
  return { root, select, from, to, own, modes, choices, said, problem, band };
}

/**
 * The state that a choice asks for: the list shows the change as soon as there is one.
 * @param {State} state
 * @param {Versus | "nothing"} versus
 * @returns {Partial<Chosen>}
 */
function compared(state, versus) {
  if (versus !== "nothing") {
    const baseline = presetOf(versus, state.window) ?? state.baseline ?? presetOf("before", state.window);
    return { baseline, versus, beside: state.baseline ? state.beside : "change" };
  }
  if (state.beside !== "change") return { baseline: null };
  return { baseline: null, beside: "count", sort: state.sort.by === "change" ? { by: "harm", descending: true } : state.sort };
}

/**
 * @param {{from: HTMLInputElement, to: HTMLInputElement}} parts
 * @returns {Window | null}
 */
function monthsOf({ from, to }) {
  const [first, last] = [monthNumber(from.value), monthNumber(to.value)];
  return first !== null && last !== null && first <= last ? { first, last } : null;
}

/**
 * The months of the baseline behind the bars, as far as the data reaches.
 * @param {HTMLElement} band
 * @param {Window | null} baseline
 * @param {Window} limits
 */
function showBand(band, baseline, limits) {
  const first = Math.max(baseline?.first ?? 0, limits.first);
  const last = Math.min(baseline?.last ?? 0, limits.last);
  setAttributes(band, { hidden: !baseline || first > last });
  band.style.setProperty("--from", String((first - limits.first) / windowLength(limits)));
  band.style.setProperty("--part", String((last - first + 1) / windowLength(limits)));
}
