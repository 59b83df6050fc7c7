/**
 * Where the places are that the map draws, and which of them comes next in a direction. Pure geometry.
 *
 * @import {Drawn} from "./hexsheet.js"
 * @import {Series} from "./series.js"
 * @import {Look} from "./hexagons.js"
 */

import { figureOfHexagon } from "../base/figures.js";
import { indexOf, value } from "./series.js";

/** @typedef {{id: string, lng: number, lat: number, harm: number}} Spot  A place by its middle. */
/** @typedef {"up" | "down" | "left" | "right"} Direction */

/** @type {Record<Direction, [number, number]>} East and north. */
const WAYS = { up: [0, 1], down: [0, -1], left: [-1, 0], right: [1, 0] };

/** @type {WeakMap<Series, Float32Array>} x and y of the middle of each hexagon in tile units. */
const kept = new WeakMap();

/**
 * The hexagons of a tile that are drawn: whose middle is in the square and that have harm in the window, or events where those
 * are drawn.
 * @param {Drawn} drawn
 * @param {Pick<Look, "window" | "figure">} look
 * @returns {Spot[]}
 */
export function spotsOf({ tile: { z, x, y, series }, square: [west, south, east, north] }, { window, figure }) {
  const middle = middles(series);
  const side = 2 ** z;
  return Array.from(series.cells).flatMap((_, hexagon) => {
    const lng = ((x + /** @type {number} */ (middle[2 * hexagon]) / series.extent) / side) * 360 - 180;
    const down = (y + /** @type {number} */ (middle[2 * hexagon + 1]) / series.extent) / side;
    const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * down))) * 180) / Math.PI;
    if (lng < west || lng >= east || lat <= south || lat > north) return []; // Its own tile has it.
    const amount = value(series, hexagon, window);
    return figureOfHexagon(amount, figure) > 0 ? [{ id: indexOf(series, hexagon), lng, lat, harm: amount.harm }] : [];
  });
}

/**
 * The nearest place in a direction, to either side of which it may lie by 45 degrees; straight on counts as nearer.
 * @param {Spot[]} spots
 * @param {Spot} from
 * @param {Direction} direction
 * @returns {Spot | null}
 */
export function nextSpot(spots, from, direction) {
  const [east, north] = WAYS[direction];
  return least(spots, (spot) => {
    const [x, y] = apart(from, spot);
    const along = x * east + y * north;
    const across = Math.abs(x * north - y * east);
    return spot.id !== from.id && along > 0 && across <= along ? (x * x + y * y) / along : Infinity;
  });
}

/**
 * The place nearest to a point.
 * @param {Spot[]} spots
 * @param {{lng: number, lat: number}} point
 */
export function nearestSpot(spots, point) {
  return least(spots, (spot) => Math.hypot(...apart(point, spot)));
}

/**
 * The places with the most harm first, each once.
 * @param {Spot[]} spots
 */
export function byHarm(spots) {
  return [...new Map(spots.map((spot) => [spot.id, spot])).values()].sort((one, other) => other.harm - one.harm);
}

/**
 * East and north in degrees of latitude, near enough a plane at the size of what is in view.
 * @param {{lng: number, lat: number}} from
 * @param {{lng: number, lat: number}} to
 * @returns {[number, number]}
 */
function apart(from, to) {
  return [(to.lng - from.lng) * Math.cos((from.lat * Math.PI) / 180), to.lat - from.lat];
}

/**
 * @param {Spot[]} spots
 * @param {(spot: Spot) => number} measure
 * @returns {Spot | null}
 */
function least(spots, measure) {
  /** @type {Spot | null} */
  let found = null;
  let lowest = Infinity;
  for (const spot of spots) {
    const measured = measure(spot);
    if (measured < lowest) [found, lowest] = [spot, measured];
  }
  return found;
}

/** @param {Series} series */
function middles(series) {
  const there = kept.get(series);
  if (there) return there;
  const { cells, corners, start } = series;
  const found = new Float32Array(2 * cells.length);
  for (let hexagon = 0; hexagon < cells.length; hexagon += 1) {
    const first = /** @type {number} */ (start[hexagon]);
    const end = /** @type {number} */ (start[hexagon + 1]);
    for (const axis of [0, 1]) {
      let sum = 0;
      for (let corner = first; corner < end; corner += 1) sum += /** @type {number} */ (corners[2 * corner + axis]);
      found[2 * hexagon + axis] = sum / (end - first);
    }
  }
  kept.set(series, found);
  return found;
}
