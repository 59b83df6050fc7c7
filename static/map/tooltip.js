/**
 * Names the place under the pointer, or under the crosshair of the keyboard.
 *
 * @import {Amount, View} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { comparingOf } from "../compare/look.js";
import { classWords } from "../compare/changekey.js";
import { changeClass } from "../compare/passes.js";
import { changeWords } from "../compare/words.js";
import { amountWords, number } from "../base/format.js";
import { classSaid } from "./legend.js";
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
  const { snapshot, state, classes } = view;
  const ofAreas = classes ? areaBreaks(snapshot, state, classes) : [];
  const breaks = hit.kind === "sector" ? ofAreas : (classes?.hex[hit.resolution ?? 0] ?? []);
  const name = hit.kind === "sector" ? hit.sector ?? hit.id : `Hexagon in ${hit.sector ?? `no ${areaWord(state.level)}`}`;
  const ofChange = hit.then !== null && comparingOf(view)?.mode === "difference";
  const standing = sector ? `rank ${sector.rank} of ${view.answer?.sectors.length}` : classSaid(hit.harm, breaks);
  return [
    name,
    `${number(hit.harm)} ${view.snapshot.recipe.unit}${sector || !ofChange ? `, ${standing}` : ""}`,
    amountWords(hit),
    ...(hit.then ? [changeWords(hit.harm, hit.then.harm), ...(ofChange ? [changeSaid(hit, view)] : [])] : []),
    ...(hit.report ? [hit.report] : []),
  ];
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
