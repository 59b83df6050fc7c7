/**
 * The part of the legend that tells of a change: a colour for each class, falls and rises told apart in words too.
 *
 * @import {Palette} from "../base/colours.js"
 */

import { h } from "../base/dom.js";
import { number, shortNumber } from "../base/format.js";
import { changeFills } from "./passes.js";

/**
 * @param {string} name
 * @param {number[]} edges  Above zero.
 * @param {Palette} palette
 */
export function changeKey(name, edges, palette) {
  const fills = changeFills(palette.change, edges.length);
  const rows = fills.map((colour, index) => row(colour, index - edges.length, { edges, line: palette.changeLine }));
  const none = h("li", { class: "swatch-row" }, h("span", { class: "swatch is-none" }), h("span", {}, "No harm in either"));
  return h("div", { class: "key change-key" }, h("h3", {}, `Change, ${name}`), h("ul", { class: "swatches" }, ...rows.reverse(), none));
}

/**
 * @param {string} colour
 * @param {number} found  Class: below zero falls, above it rises.
 * @param {{edges: number[], line: string}} scale
 */
function row(colour, found, { edges, line }) {
  const swatch = h("span", { class: "swatch" });
  swatch.style.backgroundColor = colour;
  swatch.style.borderColor = line;
  const from = edges[Math.abs(found) - 1];
  const short = from === undefined ? "0" : `${found < 0 ? "−" : "+"}${shortNumber(from)}`;
  return h(
    "li",
    { class: "swatch-row is-class" },
    swatch,
    h("span", { class: "swatch-words" }, classWords(found, edges)),
    h("span", { class: "swatch-edge", "aria-hidden": "true" }, short),
  );
}

/**
 * "Up 1,000 to 2,000", "Under 1,000 either way".
 * @param {number} found
 * @param {number[]} edges
 */
export function classWords(found, edges) {
  if (found === 0) return edges[0] === undefined ? "Too little data for classes" : `Under ${number(edges[0])} either way`;
  const [from = 0, to] = edges.slice(Math.abs(found) - 1);
  const direction = found < 0 ? "Down" : "Up";
  return to === undefined ? `${direction} ${number(from)} and more` : `${direction} ${number(from)} to ${number(to)}`;
}
