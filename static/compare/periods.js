/**
 * The baseline: what a window is compared with, how it follows a window that moves, and whether the two may be compared.
 *
 * @import {Snapshot, State, Versus, Window} from "../types.js"
 */

import { counted, list, monthList } from "../base/format.js";
import { gapWords } from "../base/measures.js";
import { extent, gapsOf, inWindow, knownMonth, missingMonths, parseWindow, windowLength, windowText, windowWords } from "../base/months.js";

const YEAR = 12; // Months.

/** @type {State["compare"][]} */
export const MODES = ["difference", "swipe", "toggle"];

/** @typedef {Pick<State, "window" | "measures" | "baseline" | "versus">} Compared */
/** @typedef {{baseline: Window | null, problem: string}} Comparison  Null where nothing is compared; the problem says why. */

/**
 * The baseline of a preset; of own months there is none to work out.
 * @param {Versus} versus
 * @param {Window} window
 * @returns {Window | null}
 */
export function presetOf(versus, { first, last }) {
  if (versus === "own") return null;
  const back = versus === "year" ? YEAR : windowLength({ first, last });
  return { first: first - back, last: last - back };
}

/**
 * The baseline once the window has moved: presets stay at their distance, own months stay where they are.
 * @param {Pick<State, "baseline" | "versus">} state  Before.
 * @param {Window} window
 */
export function followed({ baseline, versus }, window) {
  return baseline && (presetOf(versus, window) ?? baseline);
}

/**
 * Which of the presets a baseline is, if it is one.
 * @param {Window} window
 * @param {Window} baseline
 * @returns {Versus}
 */
function versusOf(window, baseline) {
  const is = (/** @type {Versus} */ versus) => windowText(presetOf(versus, window) ?? window) === windowText(baseline);
  return is("before") ? "before" : is("year") ? "year" : "own";
}

/**
 * The baseline and how it follows, as an address has them.
 * @param {URLSearchParams} wishes
 * @param {Window} window
 * @returns {Pick<State, "baseline" | "versus" | "compare" | "showing" | "split">}
 */
export function readComparison(wishes, window) {
  const baseline = parseWindow(wishes.get("baseline") ?? "");
  const usual = baseline ? versusOf(window, baseline) : "before";
  const wanted = wishes.get("versus");
  const held = wanted === "own" || (wanted === "year" && baseline && windowText(presetOf("year", window) ?? window) === windowText(baseline));
  const split = Number(wishes.get("split") ?? 50);
  return {
    baseline,
    versus: baseline && held ? /** @type {Versus} */ (wanted) : usual,
    compare: MODES.find((mode) => mode === wishes.get("compare")) ?? "difference",
    showing: wishes.get("showing") === "baseline" ? "baseline" : "window",
    split: Number.isInteger(split) && split >= 0 && split <= 100 ? split : 50,
  };
}

/**
 * The same as parts of an address; how it follows only where the months alone do not say so.
 * @param {State} state
 */
export function comparisonText({ window, baseline, versus, compare, showing, split }) {
  if (!baseline) return [];
  const parts = [`baseline=${windowText(baseline)}`];
  if (versus !== versusOf(window, baseline)) parts.push(`versus=${versus}`);
  if (compare !== "difference") parts.push(`compare=${compare}`);
  if (compare === "toggle" && showing === "baseline") parts.push("showing=baseline");
  if (compare === "swipe" && split !== 50) parts.push(`split=${split}`);
  return parts;
}

/**
 * Whether window and baseline may be compared, as the server decides it: as many months, and as many of them delivered for
 * each measure. A missing month is not zero, so a sum without it is never held against one with it.
 * @param {Snapshot} snapshot
 * @param {Compared} state
 * @returns {Comparison}
 */
export function comparison(snapshot, { window, measures, baseline }) {
  if (!baseline) return { baseline: null, problem: "" };
  const limits = extent(snapshot.months);
  const refused = (/** @type {string} */ problem) => ({ baseline: null, problem: `Not compared: ${problem}.` });
  if (baseline.first < limits.first || baseline.last > limits.last) {
    return refused(`the data runs from ${windowWords(limits)} and does not reach ${windowWords(baseline)}`);
  }
  const [now, then] = [windowLength(window), windowLength(baseline)];
  if (now !== then) return refused(`the window has ${counted(now, "month")} and the baseline ${then}. Choose as many`);
  for (const [months, name] of /** @type {const} */ ([[window, "window"], [baseline, "baseline"]])) {
    if (missingMonths(snapshot.months, months, measures).length === now) return refused(`no data was delivered for the ${name}, ${windowWords(months)}`);
  }
  const uneven = measures.filter((measure) => lackedBy(snapshot, window, measure).length !== lackedBy(snapshot, baseline, measure).length);
  if (uneven.length > 0) return refused(unevenWords(snapshot, { window, baseline, measures: uneven }));
  return { baseline, problem: "" };
}

/**
 * The baseline that is compared with; null where nothing is.
 * @param {Snapshot} snapshot
 * @param {Compared} state
 */
export function comparedWith(snapshot, state) {
  return comparison(snapshot, state).baseline;
}

/**
 * The months of a window that a measure lacks.
 * @param {Snapshot} snapshot
 * @param {Window} window
 * @param {string} measure
 */
function lackedBy({ months }, window, measure) {
  return inWindow(months, window).filter(({ delivered, lacking }) => !delivered || lacking.includes(measure)).map(({ month }) => month);
}

/**
 * @param {Snapshot} snapshot
 * @param {{window: Window, baseline: Window, measures: string[]}} uneven
 */
function unevenWords(snapshot, { window, baseline, measures }) {
  const months = new Set([window, baseline].flatMap((of) => measures.flatMap((measure) => lackedBy(snapshot, of, measure))));
  const titles = snapshot.recipe.measures.filter(({ id }) => measures.includes(id)).map(({ title }) => title);
  const lacking = monthList([...months].sort((a, b) => knownMonth(a) - knownMonth(b)));
  const what = titles.length > 3 ? counted(titles.length, "measure") : list(titles);
  return `window and baseline do not have as many delivered months of ${what} (not delivered: ${lacking}), and missing is not zero`;
}

/**
 * The baseline in words, with its months that were not delivered: the window's are named beside it.
 * @param {Snapshot} snapshot
 * @param {Pick<State, "measures">} state
 * @param {Window} baseline
 */
export function baselineWords(snapshot, { measures }, baseline) {
  const missing = missingMonths(snapshot.months, baseline, measures);
  const gaps = gapWords(gapsOf(snapshot.months, baseline, measures), snapshot);
  return `${windowWords(baseline)}${missing.length > 0 ? `, not delivered: ${monthList(missing)}` : ""}${gaps ? `, ${gaps}` : ""}`;
}
