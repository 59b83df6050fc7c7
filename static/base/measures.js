/**
 * Measures and themes: which are chosen, what that is called, and how an address spells it.
 *
 * @import {Gap, Measure, Snapshot, State, Theme} from "../types.js"
 */

import { list, monthList, number } from "./format.js";

const MONTHS_NAMED = 3; // Of a measure's gap; more are counted.

/**
 * A title in the middle of a sentence: "burglary", but "OCG crimes" and "Trading Standards".
 * @param {string} title
 */
export function inSentence(title) {
  return /^[A-Z][^A-Z]*$/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/**
 * What the page counts at the moment: "SOC primary harm", "Burglary", "3 measures".
 * @param {Snapshot} snapshot
 * @param {Pick<State, "measures">} state
 */
export function chosenMeasures({ recipe }, { measures }) {
  const theme = themeOf(recipe.themes, measures);
  if (measures.length > 1) return theme?.title ?? `${measures.length} measures`;
  return recipe.measures.find(({ id }) => id === measures[0])?.title ?? "";
}

/**
 * The theme that has exactly these measures.
 * @param {Theme[]} themes
 * @param {string[]} measures
 */
export function themeOf(themes, measures) {
  return themes.find((theme) => same(theme.measures, measures));
}

/**
 * As an address has them: nothing for the usual ones, a theme by its own id, else each measure.
 * @param {Snapshot} snapshot
 * @param {string[]} measures
 */
export function measuresText({ recipe, default_measures: usual }, measures) {
  if (same(usual, measures)) return "";
  const theme = measures.length > 1 ? themeOf(recipe.themes, measures) : undefined;
  return theme?.id ?? [...measures].sort().join(",");
}

/**
 * The measures that an address names, by their own ids or by those of themes, and the names that are neither.
 * @param {string | null} text
 * @param {Snapshot} snapshot
 */
export function readMeasures(text, { recipe, default_measures: usual }) {
  const names = (text ?? "").split(",").filter(Boolean);
  const wanted = new Set(names.flatMap((name) => recipe.themes.find(({ id }) => id === name)?.measures ?? [name]));
  const known = recipe.measures.map(({ id }) => id);
  const measures = known.filter((id) => wanted.has(id));
  const unknown = [...wanted].filter((id) => !known.includes(id));
  return { measures: measures.length > 0 ? measures : known.filter((id) => usual.includes(id)), unknown };
}

/**
 * The chosen measures themselves.
 * @param {Snapshot} snapshot
 * @param {State} state
 */
export function measuresOf({ recipe }, state) {
  return recipe.measures.filter(({ id }) => state.measures.includes(id));
}

/**
 * What one event or person of a measure weighs.
 * @param {Measure} measure
 */
export function weightWords({ weight, weighed, unit }) {
  if (weighed === "nothing") return "unweighted";
  if (weight === null) return "by offence";
  return unit === "person" ? `${number(weight)} a person` : number(weight);
}

/**
 * "Crimestoppers not delivered in September 2022", for every measure with a gap; nothing where there is none.
 * @param {Gap[]} gaps
 * @param {Snapshot} snapshot
 */
export function gapWords(gaps, { recipe }) {
  return list(gaps.map(({ measure, months }) => {
    const title = recipe.measures.find(({ id }) => id === measure)?.title ?? measure;
    const when = months.length > MONTHS_NAMED ? `${months.length} months` : monthList(months);
    return `${title} not delivered in ${when}`;
  }));
}

/**
 * The gaps of a window as the server names them.
 * @param {Record<string, string[]>} byMeasure
 * @returns {Gap[]}
 */
export function gapsFrom(byMeasure) {
  return Object.entries(byMeasure).map(([measure, months]) => ({ measure, months }));
}

/**
 * @param {string[]} some
 * @param {string[]} others
 */
function same(some, others) {
  return some.length === others.length && some.every((id) => others.includes(id));
}
