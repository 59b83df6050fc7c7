/**
 * A comparison without the server: the areas of two windows that a slider is being dragged over, and what a commit says of them.
 *
 * @import {MonthsOfAreas, SectorsAnswer, View} from "../types.js"
 */

import { extent, windowWords } from "../base/months.js";
import { draftAnswer } from "../time/drafting.js";
import { comparison } from "./periods.js";
import { alone, joined, ratioWords } from "./words.js";

/**
 * The ranked areas of the window that is dragged over, beside its baseline where they may be compared.
 * @param {SectorsAnswer} answer  Of any window.
 * @param {MonthsOfAreas} months  Of the same question.
 * @param {Pick<View, "snapshot" | "state">} view  With that window, and the baseline that follows it.
 */
export function draftAreas(answer, months, { snapshot, state }) {
  const { first } = extent(snapshot.months);
  const { baseline } = comparison(snapshot, state);
  const now = draftAnswer(answer, months, state.window, first);
  return baseline ? joined(now, draftAnswer(answer, months, baseline, first)) : alone(now);
}

/**
 * ", compared with May 2022 to April 2023: 12% less harm"; why not, where it may not be; nothing where none is asked for.
 * @param {Pick<View, "snapshot" | "state" | "answer">} view
 */
export function comparedWords({ snapshot, state, answer }) {
  const { baseline, problem } = comparison(snapshot, state);
  if (!baseline || !answer?.baseline_totals) return problem ? `. ${problem.replace(/\.$/, "")}` : "";
  const ratio = ratioWords(answer.total.harm, answer.baseline_totals.total.harm);
  return `, compared with ${windowWords(baseline)}: ${ratio === "no change" ? "the same harm" : `${ratio}${ratio.endsWith("before") ? "" : " harm"}`}`;
}
