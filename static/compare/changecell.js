/**
 * The change in the list and in the panel of a place.
 *
 * @import {Amount, Place, Sector, SectorsAnswer, Snapshot, View} from "../types.js"
 */

import { h, svg } from "../base/dom.js";
import { amountWords, monthList, number } from "../base/format.js";
import { windowWords, parseWindow } from "../base/months.js";
import { baselineWords, comparison } from "./periods.js";
import { changeWords, movementWords, signed } from "./words.js";

const NOTHING = "Not compared";

/**
 * The change of an area, and beneath it how its rank moved.
 * @param {Sector} sector
 * @returns {(Node | string)[]}
 */
export function changeCell({ change, movement }) {
  if (change === null || movement === null) return [quiet()];
  return [signed(change), h("span", { class: "movement" }, ...moved(movement))];
}

/**
 * The change of a total.
 * @param {Amount} now
 * @param {Amount | undefined} then
 * @returns {(Node | string)[]}
 */
export function changeFoot(now, then) {
  return then ? [signed(now.harm - then.harm)] : [quiet()];
}

/**
 * The totals of the baseline by the label of their row.
 * @param {SectorsAnswer} answer
 * @param {Amount} now
 */
export function totalBefore({ baseline_totals: then, in_sectors, unplaced }, now) {
  if (!then) return undefined;
  return now === in_sectors ? then.in_sectors : now === unplaced ? then.unplaced : then.total;
}

/**
 * What changed in a place, in a paragraph.
 * @param {Place} place
 * @param {Snapshot} snapshot
 */
export function changeParagraph({ harm, baseline, baseline_values: then }, { recipe }) {
  if (!baseline || !then) return h("p", { class: "aside" }, "Not compared with an earlier window.");
  const window = parseWindow(baseline.text);
  const missing = baseline.missing.length > 0 ? ` No data was delivered for ${monthList(baseline.missing)}.` : "";
  return h(
    "p",
    { class: "place-change" },
    `Compared with ${window ? windowWords(window) : baseline.text}: ${number(harm)} ${recipe.unit} now, ${changeWords(harm, then.harm)} ` +
      `(${amountWords(then)} then).${missing}`,
  );
}

/**
 * What the column of changes says, in a sentence.
 * @param {Pick<View, "snapshot" | "state">} view
 */
export function changeMeaning({ snapshot, state }) {
  const { baseline, problem } = comparison(snapshot, state);
  if (!baseline) return problem;
  return `Change: harm less that of ${baselineWords(snapshot, state, baseline)}; beneath it how many ranks up (more harm) or down.`;
}

/** @param {number} movement */
function moved(movement) {
  const words = movementWords(movement);
  if (movement === 0) return [h("span", { "aria-hidden": "true" }, "="), h("span", { class: "for-readers" }, words)];
  const arrow = svg("svg", { viewBox: "0 0 10 10", width: 10, height: 10, "aria-hidden": "true" },
    svg("path", { d: movement > 0 ? "M5 1 9 8H1Z" : "M5 9 1 2h8Z" }));
  return [arrow, h("span", { "aria-hidden": "true" }, String(Math.abs(movement))), h("span", { class: "for-readers" }, words)];
}

function quiet() {
  return h("span", { class: "is-quiet", title: NOTHING }, "–");
}
