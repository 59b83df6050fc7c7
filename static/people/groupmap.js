/**
 * Where a group's harm is: a still map of its hexagons or its sectors, and the sectors as a table beside it.
 *
 * Class edges are of what this group has, so colours compare its own places and no two groups.
 *
 * @import {Drawing, Outline} from "../base/areamap.js"
 * @import {Snapshot} from "../types.js"
 * @import {GroupAnswer} from "./types.js"
 */

import { drawAreaMap } from "../base/areamap.js";
import { palette, spread } from "../base/colours.js";
import { h } from "../base/dom.js";
import { counted, number, rangeWords } from "../base/format.js";
import { carried } from "../base/frame.js";
import { mapAddress } from "./addresses.js";
import { bar, head, numeric, table } from "./tables.js";

const PARAMETER = "map"; // Of the address: "sectors", or nothing for hexagons.
const dark = matchMedia("(prefers-color-scheme: dark)");

/**
 * @param {Snapshot} snapshot
 * @param {GroupAnswer} answer
 * @param {Outline[]} areas
 */
export function groupMap(snapshot, answer, areas) {
  const canvas = h("div", { class: "still-map" });
  const draw = () => canvas.replaceChildren(...drawn(snapshot, answer, areas, showsSectors()));
  const choose = (/** @type {boolean} */ sectors) => {
    const parameters = new URLSearchParams(location.search);
    parameters.delete(PARAMETER);
    if (sectors) parameters.set(PARAMETER, "sectors");
    history.pushState(null, "", `${location.pathname}?${parameters}`);
    draw();
  };
  dark.onchange = draw; // One map at a time: the next takes its place.
  draw();
  return h(
    "div",
    { class: "pair" },
    h("div", {}, switcher(choose), canvas, h("p", { class: "onward" }, h("a", { href: `/${carried()}` }, "See the whole map of these months"))),
    sectorsTable(answer),
  );
}

function showsSectors() {
  return new URLSearchParams(location.search).get(PARAMETER) === "sectors";
}

/** @param {(sectors: boolean) => void} choose */
function switcher(choose) {
  const option = (/** @type {string} */ label, /** @type {boolean} */ sectors) => {
    const input = h("input", { type: "radio", name: "map", checked: showsSectors() === sectors });
    input.addEventListener("change", () => choose(sectors));
    return h("label", {}, input, label);
  };
  return h("fieldset", { class: "switch" }, h("legend", { class: "for-readers" }, "Show"), option("Hexagons", false), option("Sectors", true));
}

/**
 * @param {Snapshot} snapshot
 * @param {GroupAnswer} answer
 * @param {Outline[]} areas
 * @param {boolean} bySector
 */
function drawn(snapshot, { hexagons, sectors, breaks }, areas, bySector) {
  const edges = bySector ? breaks.sectors : breaks.hexagons;
  const colours = palette(dark.matches);
  const cells = hexagons.map(({ outline, harm, count }) => ({ outline, harm, title: `${number(harm)} harm points, ${counted(count, "event")}` }));
  const what = bySector ? `${counted(sectors.length, "sector")}` : `${counted(hexagons.length, "hexagon")}`;
  /** @type {Drawing} */
  const drawing = {
    areas,
    bounds: snapshot.bounds,
    palette: colours,
    breaks: edges,
    label: `Map of this group's harm in ${what}; the table beside it has the sectors`,
    ...(bySector ? { harms: Object.fromEntries(sectors.map(({ place, harm }) => [place, harm])) } : { hexagons: cells }),
  };
  const harms = (bySector ? sectors.filter(({ name }) => name !== null) : hexagons).map(({ harm }) => harm);
  return [drawAreaMap(drawing), key(edges, harms, colours.ramp)];
}

/**
 * The classes with the harm that lies in each.
 * @param {number[]} edges
 * @param {number[]} harms
 * @param {string[]} ramp
 */
function key(edges, harms, ramp) {
  const some = harms.filter((harm) => harm > 0);
  const ends = [...edges, Math.max(...some, 0)];
  const colours = spread(ramp, ends.length);
  if (some.length === 0) return h("p", { class: "aside" }, "No harm on the map in these months.");
  const lines = ends.map((end, index) => {
    const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = colours[index] ?? "";
    return h("li", {}, swatch, rangeWords([index === 0 ? Math.min(...some) : (ends[index - 1] ?? 0), end]));
  });
  return h("div", { class: "key" }, h("p", {}, "Harm points, in classes of this group's own places"), h("ul", {}, ...lines));
}

/** @param {GroupAnswer} answer */
function sectorsTable({ sectors }) {
  if (sectors.length === 0) return h("p", { class: "aside" }, "No event in these months.");
  const highest = Math.max(...sectors.map(({ harm }) => harm), 1e-9);
  const rows = sectors.map(({ place, name, harm, count }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "has-bar" }, name === null ? placeless(place) : h("a", { href: mapAddress(place) }, name), bar(harm / highest)),
      numeric(number(harm)),
      numeric(number(count)),
    ),
  );
  return table("Harm and events by sector, the most harm first", [head("Sector"), head("Harm", true), head("Events", true)], rows);
}

/** @param {string} place */
function placeless(place) {
  return place === "unplaced:no_location" ? "no location" : "outside every sector";
}
