/**
 * The figures of a place's panel: the score and the rank with the range that chance leaves them, what hangs on a single
 * event, and how much of it was reported and how much was found.
 *
 * @import {Place, Sector, Snapshot} from "../types.js"
 */

import { h } from "../base/dom.js";
import { amountWords, list, number, peopleNumber, rangeWords, share } from "../base/format.js";
import { inSentence } from "../base/measures.js";

/** @type {{by: "victim" | "police", label: string}[]} */
const GENERATED = [
  { by: "victim", label: "Reported by victims" },
  { by: "police", label: "Found by police activity" },
];

/**
 * @param {Place} place
 * @param {Snapshot} snapshot
 * @param {Sector} [ranked]  The place in the ranked list, if it is in it.
 */
export function facts(place, { recipe, population }, ranked) {
  const { harm, interval, rank, rank_range: ranks } = place;
  const certain = interval[0] === interval[1];
  const found = [fact(number(harm), recipe.unit, { kind: "is-score", range: certain ? "" : `95% range ${rangeWords(interval)}` })];
  if (rank !== null) {
    found.push(fact(number(rank), `rank of ${number(place.of ?? 0)}`, { range: ranks && harm > 0 ? `likely ${rangeWords(ranks)}` : "" }));
  }
  if (place.count > 0 || place.people === 0) found.push(fact(number(place.count), place.count === 1 ? "event" : "events"));
  if (place.people > 0) found.push(fact(peopleNumber(place.people), "people (mean of month-ends)"));
  found.push(fact(share(place.share), "of all harm"), ...rates(ranked, population));
  const subject = ranks ? "score and rank" : "the score";
  const meaning = `If chance alone had gone otherwise, ${subject} would lie in ${ranks ? "these ranges" : "this range"} 19 times in 20.`;
  return [h("ul", { class: "facts" }, ...found), ...(certain ? [] : [h("p", { class: "aside" }, meaning)]), ...heaviest(place)];
}

/**
 * @param {string} value
 * @param {string} label
 * @param {{kind?: string, range?: string}} [more]
 */
function fact(value, label, { kind = "", range = "" } = {}) {
  const element = h("li", { class: `fact ${kind}` }, h("span", { class: "fact-value" }, value), h("span", { class: "fact-label" }, ` ${label}`));
  if (range) element.append(h("span", { class: "fact-range" }, ` ${range}`));
  return element;
}

/**
 * @param {Sector | undefined} ranked
 * @param {string | null} population
 */
function rates(ranked, population) {
  if (!ranked) return [];
  const found = [fact(number(ranked.per_km2), "per km²")];
  const { per_1000_residents: rate, residents, few_residents: few } = ranked;
  if (rate === null || residents === null) return found;
  const counted = `${number(residents)} ${population}`;
  return [...found, fact(number(rate), "per 1,000 residents", { range: few ? `${counted}: few, so the rate says little` : counted })];
}

/**
 * Whether the score is one bad day or a pattern.
 * @param {Place} place
 */
function heaviest({ largest, people }) {
  if (!largest) return [];
  const said =
    `The heaviest single event${people > 0 ? " or person" : ""} weighs ${number(largest.harm)}, ${share(largest.share)} of the score; ` +
    `without it the score is ${number(largest.without)}.`;
  return [h("p", { class: "aside" }, said)];
}

/**
 * What victims reported beside what the police found, which rises when they look harder.
 * @param {Place} place
 */
export function generatedSplit({ generated, harm, count, people, parts }) {
  if (count === 0 && people === 0) return [];
  const bar = h("div", { class: "split-bar", "aria-hidden": "true" });
  for (const { by } of GENERATED) {
    const segment = h("span", { class: `is-${by}` });
    segment.style.flexGrow = String(generated[by].share ?? 0);
    if (generated[by].harm > 0) bar.append(segment);
  }
  const rows = GENERATED.map(({ by, label }) => {
    const { harm: points, share: part } = generated[by];
    const amount = amountWords(generated[by]);
    const figures = harm > 0 ? `${number(points)} (${share(part ?? 0)}), ${amount}` : amount;
    return h("li", {}, h("span", { class: `split-key is-${by}`, "aria-hidden": "true" }), h("span", {}, label), " ", h("span", { class: "split-figures" }, figures));
  });
  const found = parts.filter((part) => part.generated === "police").map((part) => inSentence(part.title));
  const which = found.length > 0 ? ` (${list(found)})` : "";
  const said = `What police activity finds${which} follows how hard the police look: a rise or fall in it is not impact.`;
  return [
    h("h3", {}, "Reported or found"),
    ...(harm > 0 ? [bar] : []),
    h("ul", { class: "split" }, ...rows),
    h("p", { class: "aside" }, said),
  ];
}
