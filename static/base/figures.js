/**
 * What colours the map: harm, events, or harm by what could carry it. In words, and of a place.
 *
 * @import {Amount, Classes, Figure, Sector, State} from "../types.js"
 */

/** @type {Record<Figure, string>} In the order in which they are offered. */
const LABELS = {
  harm: "Harm",
  count: "Events",
  per_km2: "Per km²",
  per_1000_residents: "Per 1,000 residents",
};

/** Average area of an H3 cell, km²; H3 documentation, "Cell statistics". */
export const CELL_KM2 = [4357449, 609788, 86802, 12393, 1770, 252.9, 36.13, 5.161, 0.7373, 0.1053, 0.01505];

/**
 * The figures that can be chosen; by residents only where somebody counted them.
 * @param {{population: string | null}} snapshot
 */
export function figuresOf({ population }) {
  const all = /** @type {Figure[]} */ (Object.keys(LABELS));
  return all.filter((figure) => figure !== "per_1000_residents" || population !== null).map((figure) => ({ figure, label: LABELS[figure] }));
}

/**
 * The figure that these classes are of, which is the one that the map draws: edges and colours are never of two.
 * @param {Classes | null} classes
 * @returns {Figure}
 */
export function figureOf(classes) {
  return /** @type {Figure | undefined} */ (classes?.figure) ?? "harm";
}

/**
 * The figure of an area; null where it has none, as where nobody counted its residents.
 * @param {Sector} sector
 * @param {Figure} figure
 */
export function figureOfArea(sector, figure) {
  return sector[figure];
}

/**
 * The figure of a hexagon in the unit of its class edges: events, or harm points, whatever they are divided by.
 * @param {Amount} amount
 * @param {Figure} figure
 */
export function figureOfHexagon({ count, harm }, figure) {
  return figure === "count" ? count : harm;
}

/**
 * Whether hexagons are drawn: nobody counts the residents of one.
 * @param {Pick<State, "layer">} state
 * @param {Classes | null} classes
 */
export function hasHexagons({ layer }, classes) {
  return layer !== "sectors" && figureOf(classes) !== "per_1000_residents";
}

/**
 * "harm points per km²", in the middle of a sentence.
 * @param {Figure} figure
 * @param {string} unit  Of harm.
 */
export function figureUnit(figure, unit) {
  return { harm: unit, count: "events", per_km2: `${unit} per km²`, per_1000_residents: `${unit} per 1,000 residents` }[figure];
}
