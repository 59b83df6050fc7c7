/**
 * What a reader has to know before acting on the sheet, and how to read it.
 *
 * @import {Answers} from "./asking.js"
 */

import { h } from "../base/dom.js";
import { counted, list, monthList, share } from "../base/format.js";
import { areaWord, capital } from "../base/levels.js";
import { gapsFrom, gapWords, measuresOf } from "../base/measures.js";
import { part } from "./changed.js";

const FEW_EVENTS = 20;
const MOST_NAMED = 4;

/** @param {Answers} answers */
export function caveats(answers) {
  const { snapshot, now, areas, state } = answers;
  const said = [];
  const { missing } = now.window;
  if (missing.length > 0) said.push(`No data was delivered for ${monthList(missing)}: missing is not zero.`);
  const gaps = gapWords(gapsFrom(now.window.partly_missing), snapshot);
  if (gaps) said.push(`${gaps}.`);
  if (now.count < FEW_EVENTS && now.people === 0) said.push(`Only ${counted(now.count, "event")}: one more or one less would move the score and the rank.`);
  const nowhere = areas.unplaced.no_location;
  if (nowhere.count > 0 && areas.total.count > 0) {
    said.push(`${capital(share(nowhere.count / areas.total.count))} of the force’s events (${share(areas.total.harm > 0 ? nowhere.harm / areas.total.harm : 0)} of its harm) have no location and are in no ${areaWord(state.level)}.`);
  }
  const local = measuresOf(snapshot, state).filter(({ weighed }) => weighed === "local").length;
  if (local > 0) said.push(`${counted(local, "weight")} of these measures ${local === 1 ? "is" : "are"} this force’s own and nobody’s publication.`);
  if (snapshot.unfed.length > 0) {
    const named = snapshot.unfed.length > MOST_NAMED ? `${snapshot.unfed.length} measures of the recipe` : list(snapshot.unfed);
    said.push(`Fed by no source: ${named}.`);
  }
  return part("Before you act on this", h("ul", { class: "paper-caveats" }, ...[...said, ...snapshot.recipe.notes].map((text) => h("li", {}, text))));
}

/** @param {Answers} answers */
export function reading({ snapshot }) {
  const said =
    `How to read this: ${snapshot.recipe.unit} add up what each event weighs, so one grave crime can outweigh many small ones. ` +
    "The 95% range is where the figure would lie 19 times in 20 if chance alone had gone otherwise; where the ranges of two places overlap, their order may be chance. " +
    "Harm is where crime was recorded, not where people are to blame.";
  return h("p", { class: "paper-reading" }, said);
}
