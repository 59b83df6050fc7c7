/**
 * Names the place under the pointer, or under the crosshair of the keyboard.
 *
 * @import {Amount, Sector, View} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { comparingOf } from "../compare/look.js";
import { classWords } from "../compare/changekey.js";
import { changeClass } from "../compare/passes.js";
import { changeWords } from "../compare/words.js";
import { CELL_KM2, figureOf, figureOfArea, figureUnit } from "../base/figures.js";
import { amountWords, counted, number, peopleWords } from "../base/format.js";
import { classSaid } from "./legendkeys.js";
import { areaBreaks, areaWord, levelOf } from "../base/levels.js";

/**
 * @typedef {object} Hit  What lies at a point of the map.
 * @property {"hexagon" | "sector"} kind
 * @property {string} id
 * @property {number} harm
 * @property {number} count
 * @property {number} people
 * @property {number | null} resolution
 * @property {Amount | null} then  The same in the baseline, where there is one.
 * @property {string | null} sector  Name of the sector there.
 * @property {string} [report]  A report that is shown beside the harm there.
 */

export function mountTooltip() {
  const root = byId("tooltip");
  return {
    /**
     * @param {Hit | null} hit
     * @param {{x: number, y: number}} point  In the map's pixels.
     * @param {View} view
     */
    show(hit, point, view) {
      root.hidden = hit === null;
      if (!hit) return;
      root.replaceChildren(...lines(hit, view).map((text, index) => h(index === 0 ? "strong" : "span", {}, text)));
      const map = root.parentElement;
      const right = map !== null && point.x > map.clientWidth - root.offsetWidth - 24;
      const below = point.y < root.offsetHeight + 24;
      const x = right ? point.x - root.offsetWidth - 12 : point.x + 12;
      const y = below ? point.y + 16 : point.y - root.offsetHeight - 12;
      root.style.transform = `translate(${Math.round(Math.max(4, x))}px, ${Math.round(y)}px)`;
    },
    unmount() {
      root.replaceChildren();
      root.hidden = true;
    },
  };
}

/**
 * The name, the figures and the class of a place.
 * @param {Hit} hit
 * @param {View} view
 * @returns {string[]}
 */
export function lines(hit, view) {
  const sector = hit.kind === "sector" ? view.answer?.sectors.find(({ place }) => place === hit.id) : undefined;
  const { state, classes } = view;
  const name = hit.kind === "sector" ? hit.sector ?? hit.id : `Hexagon in ${hit.sector ?? `no ${areaWord(state.level)}`}`;
  const ofChange = hit.then !== null && comparingOf(view)?.mode === "difference";
  const byHarm = figureOf(classes) === "harm";
  const standing = sector ? `, rank ${sector.rank} of ${view.answer?.sectors.length}` : "";
  const found = byHarm && !sector && !ofChange ? `, ${classSaid(hit.harm, breaksOf(hit, view))}` : standing;
  return [
    name,
    `${number(hit.harm)} ${view.snapshot.recipe.unit}${found}`,
    ...(byHarm ? [amountWords(hit)] : figureLines(hit, sector, view)),
    ...(hit.then ? [changeWords(hit.harm, hit.then.harm), ...(ofChange ? [changeSaid(hit, view)] : [])] : []),
    ...(hit.report ? [hit.report] : []),
  ];
}

/**
 * @param {Hit} hit
 * @param {View} view
 */
function breaksOf({ kind, resolution }, { snapshot, state, classes }) {
  if (!classes) return [];
  return kind === "sector" ? areaBreaks(snapshot, state, classes) : (classes.hex[resolution ?? 0] ?? []);
}

/**
 * What there is, and the figure that colours the map where that is not harm, with its class.
 * @param {Hit} hit
 * @param {Sector | undefined} sector
 * @param {View} view
 */
function figureLines(hit, sector, view) {
  if (hit.kind === "sector" && !sector) return [amountWords(hit)];
  const figure = figureOf(view.classes);
  const breaks = breaksOf(hit, view);
  if (figure === "count") {
    return [`${counted(hit.count, "event")}, ${classSaid(hit.count, breaks, "no class")}`, ...(hit.people > 0 ? [peopleWords(hit.people)] : [])];
  }
  const rate = sector ? figureOfArea(sector, figure) : hit.harm / (CELL_KM2[hit.resolution ?? 0] ?? 1);
  const unit = figureUnit(figure, view.snapshot.recipe.unit);
  if (rate === null) return [amountWords(hit), `no ${unit}: its residents are not counted`];
  return [amountWords(hit), `${number(rate)} ${unit}, ${classSaid(sector ? rate : hit.harm, breaks)}`];
}

/**
 * The class of a change in words, for those who cannot tell the colours apart.
 * @param {Hit} hit
 * @param {View} view
 */
function changeSaid({ kind, harm, then, resolution }, { snapshot, state, classes }) {
  const change = classes?.change;
  const edges = (kind === "sector" ? change?.[levelOf(snapshot, state).layer] : change?.hex[String(resolution)]) ?? [];
  return classWords(changeClass(harm - (then?.harm ?? 0), edges), edges);
}
