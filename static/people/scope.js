/**
 * What the figures of these pages are of.
 *
 * @import {Snapshot, WindowAnswer} from "../types.js"
 */

import { chosenMeasures } from "../base/measures.js";
import { monthList } from "../base/format.js";
import { parseWindow, windowWords } from "../base/months.js";

/**
 * "All measures, May 2023 to April 2024, each event once."
 * @param {Snapshot} snapshot
 * @param {{window: WindowAnswer, measures: string[]}} answer
 */
export function scopeWords(snapshot, { window, measures }) {
  const known = snapshot.recipe.measures.map(({ id }) => id).filter((id) => measures.includes(id)); // in the page's order
  const all = known.length === snapshot.recipe.measures.length;
  const chosen = all ? "Whatever the measure" : chosenMeasures(snapshot, { measures: known });
  const months = parseWindow(window.text);
  const missing = window.missing.length > 0 ? ` No data was delivered for ${monthList(window.missing)}.` : "";
  return `${chosen}, ${months ? windowWords(months) : window.text}, each event once.${missing}`;
}
