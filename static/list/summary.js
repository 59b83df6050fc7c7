/**
 * What a commit brought, for the live region.
 *
 * @import {View} from "../types.js"
 */

import { amountWords, monthList, number } from "../base/format.js";
import { gapWords } from "../base/measures.js";
import { windowWords } from "../base/months.js";
import { whatifWords } from "../base/multipliers.js";
import { comparedWords } from "../compare/drafted.js";

/**
 * @param {View} view
 */
export function summary({ snapshot, state, answer, missing, gaps }) {
  const none = missing.length > 0 ? ` No data was delivered for ${monthList(missing)}.` : "";
  const absent = gaps.length > 0 ? `${none} ${gapWords(gaps, snapshot)}.` : none;
  const first = answer?.sectors.find((sector) => sector.rank === 1);
  if (!answer || !first) return `${windowWords(state.window)}.${absent}`;
  const whatif = whatifWords(state.whatif, snapshot.recipe.measures);
  return (
    `${whatif ? `${whatif}. ` : ""}${windowWords(state.window)}: ${amountWords(answer.total)}${comparedWords({ snapshot, state, answer })}. ` +
    `Highest: ${first.name}, ${number(first.harm)} ${snapshot.recipe.unit}.${absent}`
  );
}
