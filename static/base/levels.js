/**
 * Levels of areas in words: a level has only an id, such as "sector" or "safety-partnership".
 *
 * @import {Classes, Level, Snapshot, State} from "../types.js"
 */

const SHORT = /^(csp|lad|lsoa|msoa|oa|pcn|icb)$/; // Read letter by letter.

/**
 * "sector", in the middle of a sentence.
 * @param {string} id
 */
export function areaWord(id) {
  return SHORT.test(id) ? id.toUpperCase() : id.replaceAll(/[-_]+/g, " ");
}

/**
 * "sectors", in the middle of a sentence.
 * @param {string} id
 */
export function areaWords(id) {
  if (id === "force") return "whole force";
  const one = areaWord(id);
  return /[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : `${one}s`;
}

/** @param {string} words */
export function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The level that is ranked and drawn.
 * @param {Snapshot} snapshot
 * @param {State} state
 * @returns {Level}
 */
export function levelOf({ levels }, state) {
  const level = levels.find(({ id }) => id === state.level) ?? levels[0];
  if (!level) throw new Error("The server named no level of areas.");
  return level;
}

/**
 * The edges of the classes of the ranked areas.
 * @param {Snapshot} snapshot
 * @param {State} state
 * @param {Classes} classes
 */
export function areaBreaks(snapshot, state, classes) {
  return classes[levelOf(snapshot, state).layer] ?? [];
}
