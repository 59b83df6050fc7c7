/**
 * What each colour of the map means: the classes of hexagons and of areas, and what has to be known of them.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {Classes, Figure, View} from "../types.js"
 */

import { classOf, spread } from "../base/colours.js";
import { h } from "../base/dom.js";
import { changeKey } from "../compare/changekey.js";
import { comparingOf } from "../compare/look.js";
import { comparedWith } from "../compare/periods.js";
import { CELL_KM2, figureOf, hasHexagons } from "../base/figures.js";
import { counted, number, shortNumber } from "../base/format.js";
import { areaBreaks, areaWords, capital, levelOf } from "../base/levels.js";
import { measuresOf } from "../base/measures.js";
import { windowLength } from "../base/months.js";

/**
 * @param {View} view
 * @param {Palette} palette
 * @param {number} resolution
 */
export function keysOf(view, palette, resolution) {
  const { classes, snapshot, state } = view;
  if (!classes) return [h("ul", { class: "swatches" }, missingRow(view))];
  const hexagons = hexagonEdges(classes, resolution);
  const some = hasHexagons(state, classes);
  const keys = [];
  const changes = comparingOf(view)?.mode === "difference" ? classes.change : null;
  if (some) {
    const name = `Hexagons of about ${number(CELL_KM2[resolution] ?? 0)} km²`;
    if (changes) keys.push(changeKey(`h${name.slice(1)}`, changes.hex[String(resolution)] ?? [], palette));
    else keys.push(key(view, name, { breaks: hexagons, ramp: palette.ramp, lowest: palette.lowest }));
  }
  if (state.layer !== "hexagons") {
    const ramp = state.layer === "both" && some ? palette.ground : palette.ramp;
    const breaks = areaBreaks(snapshot, state, classes);
    if (changes && state.layer === "sectors") keys.push(changeKey(areaWords(state.level), changes[levelOf(snapshot, state).layer] ?? [], palette));
    else keys.push(key(view, `${capital(areaWords(state.level))}${changes ? ", harm of the window" : ""}`, { breaks, ramp, lowest: palette.edge }));
  }
  const fixed = keys.length > 0 ? [h("p", { class: "legend-fixed" }, `Colours stay the same for every window of ${counted(classes.months, "month")}.`)] : [];
  return [...keys, ...notesOf(view).map((words) => h("p", { class: "legend-note" }, words)), ...fixed];
}

/**
 * Class edges of the hexagons in the unit that the key names: those of a rate come as harm.
 * @param {Classes} classes
 * @param {number} resolution
 */
function hexagonEdges(classes, resolution) {
  const edges = classes.hex[resolution] ?? [];
  const area = CELL_KM2[resolution];
  return area && figureOf(classes) === "per_km2" ? edges.map((edge) => edge / area) : edges;
}

/**
 * What has to be known of the figure to read it.
 * @param {View} view
 * @returns {string[]}
 */
function notesOf({ snapshot, state, classes, answer }) {
  const figure = figureOf(classes);
  if (figure === "count" && (answer?.total.people ?? 0) > 0) return ["People are left out: they are not events."];
  if (figure !== "per_1000_residents") return [];
  const where = state.level === "force" ? "Force" : capital(areaWords(state.level));
  const advice = state.layer === "hexagons" ? ` Choose ${where} to see the figure.` : "";
  const undrawn = state.layer === "sectors" ? [] : [`Nobody counts the residents of a hexagon, so none is drawn.${advice}`];
  const few = `By ${snapshot.population}. Where few live and many go, as in a centre, a rate per resident says little.`;
  return state.layer === "hexagons" ? undrawn : [...undrawn, few];
}

/** @typedef {{breaks: number[], ramp: string[], lowest: string}} Scale  Lowest: line around the lowest class. */

/**
 * @param {View} view
 * @param {string} name
 * @param {Scale} scale
 */
function key(view, name, scale) {
  const figure = figureOf(view.classes);
  const some = (view.answer?.total[figure === "count" ? "count" : "harm"] ?? 0) > 0;
  const colours = some ? spread(scale.ramp, scale.breaks.length + 1) : [];
  const rows = colours.map((colour, index) => classRow(colour, index, { ...scale, figure }));
  const none = h("li", { class: "swatch-row" }, h("span", { class: "swatch is-none" }), h("span", {}, some ? noneWords(view) : nothing(view)));
  const list = h("ul", { class: "swatches" }, ...rows.reverse(), none);
  if (view.missing.length > 0) list.append(missingRow(view));
  return h("div", { class: "key" }, h("h3", {}, name), list);
}

/**
 * What is not coloured among what is.
 * @param {View} view
 */
function noneWords({ classes, answer }) {
  const uncounted = figureOf(classes) === "per_1000_residents" && answer?.sectors.some(({ residents }) => !residents);
  return uncounted ? "None, or no residents" : "None";
}

/**
 * Why nothing is coloured.
 * @param {View} view
 */
function nothing({ snapshot, state, classes }) {
  if (figureOf(classes) === "count") return "No events in this window";
  const weightless = measuresOf(snapshot, state).every(({ weighed }) => weighed === "nothing");
  if (!weightless) return "No harm in this window";
  return `No harm: counted, but unweighted${comparedWith(snapshot, state) ? "" : ". Colour by events to see them"}`;
}

/**
 * @param {string} colour
 * @param {number} index
 * @param {Scale & {figure: Figure}} scale
 */
function classRow(colour, index, { breaks, lowest, figure }) {
  const swatch = h("span", { class: "swatch" });
  swatch.style.backgroundColor = colour;
  swatch.style.borderColor = index === 0 ? lowest : "transparent";
  const from = breaks[index - 1];
  const to = breaks[index];
  const events = figure === "count";
  const words = events ? countWords(from, to) : classWords(from, to);
  const least = events ? Math.ceil(from ?? 1) : (from ?? 0);
  const edge = h("span", { class: "swatch-edge", "aria-hidden": "true" }, shortNumber(least));
  return h("li", { class: "swatch-row is-class" }, swatch, h("span", { class: "swatch-words" }, words), edge);
}

/**
 * @param {number | undefined} from
 * @param {number | undefined} to
 */
function classWords(from, to) {
  if (from === undefined && to === undefined) return "Any harm";
  if (from === undefined) return `Under ${number(to ?? 0)}`;
  return to === undefined ? `${number(from)} and over` : `${number(from)} to ${number(to)}`;
}

/**
 * Of events, which are whole: the edges are means, and lie between.
 * @param {number | undefined} from
 * @param {number | undefined} to
 */
function countWords(from, to) {
  const least = Math.ceil(from ?? 1);
  if (to === undefined) return from === undefined ? "Any events" : `${number(least)} and over`;
  const most = Math.ceil(to) - 1;
  return least === most ? number(least) : `${number(least)} to ${number(most)}`;
}

/** @param {View} view */
function missingRow({ state, missing }) {
  const swatch = h("span", { class: "swatch is-missing" });
  const months = windowLength(state.window);
  const words = missing.length === months ? "No data delivered" : `Not delivered: ${missing.length} of ${months} months`;
  return h("li", { class: "swatch-row" }, swatch, h("span", {}, words));
}

/**
 * The class of a value in words, for those who cannot tell the colours apart: "class 4 of 5".
 * @param {number} value
 * @param {number[]} breaks
 * @param {string} [none]
 */
export function classSaid(value, breaks, none = "no harm") {
  const index = classOf(value, breaks);
  return index === null ? none : `class ${index + 1} of ${breaks.length + 1}`;
}
