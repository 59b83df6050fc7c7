/**
 * The map of a briefing: the place ringed, its hexagons in the colours of the map, the top ones numbered, and the key.
 *
 * @import {Answers} from "./asking.js"
 * @import {Place} from "../types.js"
 */

import { drawAreaMap } from "../base/areamap.js";
import { palette, spread } from "../base/colours.js";
import { h } from "../base/dom.js";
import { number } from "../base/format.js";
import { placeName } from "../place/place.js";
import { TOP_HEXAGONS } from "./sections.js";

const AROUND = 0.06; // Of a place's extent, seen on every side of it.
const AROUND_HEXAGON = 4;
const SHAPE = 1.72; // Width to height of the drawing, as in briefing.css.
const PAPER = palette(false);

/** @param {Answers} answers */
export function mapFigure({ snapshot, now, hexagons, outlines, state }) {
  const top = hexagons.hexagons.filter(({ harm }) => harm > 0).slice(0, TOP_HEXAGONS);
  const ringed = now.kind === "sector" ? now.id : null;
  const marks = ringed ? top.map(({ center }, index) => ({ text: String(index + 1), at: center })) : [{ text: "•", at: now.center }];
  const cells = hexagons.hexagons.map(({ id, outline, harm }) => ({ title: `${id}: ${number(harm)} ${snapshot.recipe.unit}`, outline, harm }));
  const map = drawAreaMap({
    areas: outlines,
    hexagons: cells,
    breaks: hexagons.breaks,
    marks: marks.reverse(), // So that the first lies uppermost.
    chosen: ringed,
    bounds: widened(now.bounds, ringed ? AROUND : AROUND_HEXAGON),
    palette: PAPER,
    label: `Map of ${placeName(now)}: ${cells.length} hexagons by harm; the tables have the figures.`,
  });
  const where = drawAreaMap({
    areas: outlines,
    harms: ringed ? { [ringed]: 1 } : {},
    breaks: [],
    chosen: ringed,
    bounds: snapshot.bounds,
    palette: PAPER,
    label: `Where ${placeName(now)} lies in the force.`,
  });
  const inset = ringed && state.level !== "force" ? [h("div", { class: "paper-inset" }, where)] : [];
  return h("figure", { class: "paper-map" }, h("div", { class: "paper-drawing" }, map, ...inset), key(hexagons.breaks));
}

/** @param {number[]} breaks */
function key(breaks) {
  const colours = spread(PAPER.ramp, breaks.length + 1);
  const classes = colours.map((colour, index) => {
    const swatch = h("span", { class: "paper-swatch", "aria-hidden": "true" });
    swatch.style.backgroundColor = colour;
    swatch.style.borderColor = index === 0 ? PAPER.lowest : colour;
    return h("span", { class: "paper-class" }, swatch, words(breaks[index - 1], breaks[index]));
  });
  return h("figcaption", { class: "paper-classes" }, "Harm points by hexagon: ", ...classes);
}

/**
 * @param {number | undefined} from
 * @param {number | undefined} to
 */
function words(from, to) {
  if (from === undefined) return to === undefined ? "any harm" : `under ${number(to)}`;
  return to === undefined ? `${number(from)} and over` : `${number(from)} to ${number(to)}`;
}

/**
 * Bounds with room around them, in the shape of the drawing.
 * @param {Place["bounds"]} bounds
 * @param {number} by
 * @returns {Place["bounds"]}
 */
function widened([west, south, east, north], by) {
  const degree = Math.cos((((south + north) / 2) * Math.PI) / 180); // Of longitude, in degrees of latitude.
  const high = (1 + 2 * by) * Math.max(north - south, ((east - west) * degree) / SHAPE);
  const wide = (high * SHAPE) / degree;
  const [x, y] = [(west + east) / 2, (south + north) / 2];
  return [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2];
}
