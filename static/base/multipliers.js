/**
 * What-if multipliers of weights: `burglary:2,drugs:0.5` in text, a record by measure inside.
 *
 * A record holds no 1, no measure that is not counted at the moment and none without a weight: what it holds changes
 * the figures, and what it does not hold changes nothing.
 *
 * @import {Measure, Snapshot, State} from "../types.js"
 */

import { inSentence } from "./measures.js";

const GREATEST = 100;
const FACTOR = /^\d{1,3}(\.\d{1,4})?$/;
const NAMED = 2; // Of the multipliers in a mark; the legend has no room for all.

/**
 * Sorted, so that one question has one spelling.
 * @param {State["whatif"]} whatif
 */
export function whatifText(whatif) {
  return Object.keys(whatif).sort().map((id) => `${id}:${whatif[id]}`).join(",");
}

/**
 * The multipliers that an address asks for, and what of it cannot be met.
 * @param {string | null} text
 * @param {Snapshot} snapshot
 * @returns {{whatif: State["whatif"], complaint: string | null}}
 */
export function readWhatif(text, { recipe }) {
  const weighted = recipe.measures.filter(({ weighed }) => weighed !== "nothing").map((measure) => measure.id);
  /** @type {State["whatif"]} */
  const whatif = {};
  const unusable = [];
  for (const part of (text ?? "").split(",").filter(Boolean)) {
    const [id = "", factor = "", ...rest] = part.split(":");
    const usable = rest.length === 0 && FACTOR.test(factor) && Number(factor) <= GREATEST;
    if (usable && weighted.includes(id)) whatif[id] = Number(factor);
    else unusable.push(`"${part}"`);
  }
  const complaint =
    `The address asks for a what-if weight that cannot be used: ${unusable.join(", ")}. ` +
    `Write a measure with a weight, a colon and a multiplier from 0 to ${GREATEST}, such as whatif=burglary:2.`;
  return { whatif, complaint: unusable.length > 0 ? complaint : null };
}

/**
 * Only the multipliers that change the figures.
 * @param {State["whatif"]} whatif
 * @param {string[]} measures  Those counted.
 * @returns {State["whatif"]}
 */
export function inEffect(whatif, measures) {
  return Object.fromEntries(Object.entries(whatif).filter(([id, factor]) => factor !== 1 && measures.includes(id)));
}

/**
 * "What if: burglary × 2, drugs × 0.5 and 3 more"; nothing where every weight is as published.
 * @param {State["whatif"]} whatif
 * @param {Measure[]} measures
 */
export function whatifWords(whatif, measures) {
  const changed = measures.filter(({ id }) => id in whatif);
  if (changed.length === 0) return "";
  const named = changed.slice(0, NAMED).map(({ id, title }) => `${inSentence(title)} × ${whatif[id]}`);
  const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : "";
  return `What if: ${named.join(", ")}${more}`;
}
