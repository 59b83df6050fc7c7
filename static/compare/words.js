/**
 * A change in words and figures. It is only ever a difference: what caused it is not known here.
 *
 * @import {SectorsAnswer} from "../types.js"
 */

import { number, share } from "../base/format.js";

/**
 * "+1,234", "−1,234" with a true minus, "0".
 * @param {number} change
 */
export function signed(change) {
  const text = number(Math.abs(change));
  if (text === "0") return "0";
  return `${change > 0 ? "+" : "−"}${text}`;
}

/**
 * "12% less", "4% more"; of nothing there is no share.
 * @param {number} now
 * @param {number} then
 */
export function ratioWords(now, then) {
  if (number(Math.abs(now - then)) === "0") return "no change";
  if (then === 0) return "none before";
  return `${share(Math.abs(now - then) / then)} ${now > then ? "more" : "less"}`;
}

/**
 * "1,234 before: +56, 4.8% more".
 * @param {number} now
 * @param {number} then
 */
export function changeWords(now, then) {
  const ratio = ratioWords(now, then);
  return ratio === "no change" ? `${number(then)} before: no change` : `${number(then)} before: ${signed(now - then)}, ${ratio}`;
}

/**
 * "up 3 places", for those who cannot see an arrow; up is more harm.
 * @param {number} movement
 */
export function movementWords(movement) {
  if (movement === 0) return "same rank";
  const places = Math.abs(movement);
  return `${movement > 0 ? "up" : "down"} ${places} ${places === 1 ? "place" : "places"}`;
}

/**
 * The areas of a window beside those of its baseline, as the server would answer.
 * @param {SectorsAnswer} now
 * @param {SectorsAnswer} then
 * @returns {SectorsAnswer}
 */
export function joined(now, then) {
  const before = new Map(then.sectors.map((sector) => [sector.place, sector]));
  const sectors = now.sectors.map((sector) => {
    const old = before.get(sector.place);
    if (!old) return sector;
    const baseline = { count: old.count, people: old.people, harm: old.harm, rank: old.rank };
    return { ...sector, baseline, change: sector.harm - old.harm, movement: old.rank - sector.rank };
  });
  return { ...now, sectors, baseline_totals: { in_sectors: then.in_sectors, unplaced: then.unplaced, total: then.total } };
}

/**
 * An answer whose areas are compared with nothing.
 * @param {SectorsAnswer} answer
 * @returns {SectorsAnswer}
 */
export function alone(answer) {
  const sectors = answer.sectors.map((sector) => ({ ...sector, baseline: null, change: null, movement: null }));
  return { ...answer, sectors, baseline_totals: null };
}
