/**
 * What lies around a place, to go on to.
 *
 * @import {Neighbour, Place} from "../types.js"
 */

import { h } from "../base/dom.js";
import { number } from "../base/format.js";
import { areaWord } from "../base/levels.js";

/** @type {Record<string, string>} */
const DIRECTIONS = { N: "north", NE: "north-east", E: "east", SE: "south-east", S: "south", SW: "south-west", W: "west", NW: "north-west" };

/**
 * The table of the neighbours, the most harm first; nothing where there are none.
 * @param {Place} place
 */
export function neighbourTable(place) {
  if (place.neighbours.length === 0) return [];
  const kind = place.kind === "sector" ? areaWord(place.level ?? "sector") : "hexagon";
  return [
    h("h3", {}, "Neighbours"),
    h(
      "table",
      { class: "parts neighbours" },
      h("caption", { class: "for-readers" }, `Each neighbouring ${kind} and its harm in the window, the most first`),
      h("thead", {}, h("tr", {}, head("Place"), head("Direction"), head("Harm", true))),
      h("tbody", {}, ...place.neighbours.map(row)),
    ),
  ];
}

/**
 * @param {string} label
 * @param {boolean} [numeric]
 */
function head(label, numeric = false) {
  return h("th", { scope: "col", class: numeric ? "numeric" : "" }, label);
}

/** @param {Neighbour} near */
function row(near) {
  const name = near.name ?? `Hexagon in ${near.sector ?? "no sector"}`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("button", { type: "button", class: "place-link", "data-place": near.id }, name)),
    h("td", {}, DIRECTIONS[near.direction] ?? near.direction),
    h("td", { class: "numeric" }, number(near.harm)),
  );
}
