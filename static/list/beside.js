/**
 * The figure beside the score in the list: events and people, or the harm by area or by residents.
 *
 * @import {Amount, Sector, Snapshot, State, View} from "../types.js"
 */

import { h } from "../base/dom.js";
import { number, peopleNumber } from "../base/format.js";
import { changeCell, changeMeaning } from "../compare/changecell.js";
import { areaWord } from "../base/levels.js";
import { measuresOf } from "../base/measures.js";

const FEW =
  "Few residents: under half of the median. Where few live and many go, as in a centre, a rate per resident says little.";

/**
 * Heading of the column.
 * @param {View} view
 */
export function besideLabel({ snapshot, state }) {
  if (state.beside === "change") return "Change";
  if (state.beside === "per_km2") return "Per km²";
  if (state.beside === "per_1000_residents") return "Per 1,000";
  const units = new Set(measuresOf(snapshot, state).map(({ unit }) => unit));
  if (units.size > 1) return "Events, people";
  return units.has("person") ? "People" : "Events";
}

/**
 * @param {Sector} sector
 * @param {State} state
 * @returns {(Node | string)[]}
 */
export function besideCell(sector, { beside }) {
  if (beside === "count") return amountCell(sector);
  if (beside === "change") return changeCell(sector);
  const rate = sector[beside];
  return [rate === null ? h("span", { class: "is-quiet" }, "no residents") : number(rate)];
}

/**
 * Events, and beneath them people: never one number for both.
 * @param {Pick<Amount, "count" | "people">} amount
 * @returns {(Node | string)[]}
 */
export function amountCell({ count, people }) {
  if (people === 0) return [number(count)];
  const persons = peopleNumber(people);
  if (count === 0) return [persons];
  return [number(count), h("span", { class: "people-beneath" }, `${persons} people`)];
}

/**
 * The word that warns of a rate per resident.
 * @param {Sector} sector
 * @param {State} state
 */
export function fewMark(sector, { beside }) {
  if (beside !== "per_1000_residents" || !sector.few_residents) return [];
  return [h("span", { class: "few", title: FEW }, "few residents")];
}

/**
 * What the column says, in a sentence.
 * @param {Sector[]} sectors
 * @param {Snapshot} snapshot
 * @param {State} state
 */
export function besideMeaning(sectors, snapshot, state) {
  if (state.beside === "change") return changeMeaning({ snapshot, state });
  if (state.beside === "per_km2") return `Per km²: harm by the area of the ${areaWord(state.level)}.`;
  if (state.beside === "per_1000_residents") {
    const few = sectors.some((sector) => sector.few_residents) ? ` ${FEW}` : "";
    return `Per 1,000: harm for every 1,000 ${snapshot.population}.${few}`;
  }
  const stock = measuresOf(snapshot, state).some(({ unit }) => unit === "person");
  return stock ? "People are counted apart from events: a mean of month-ends." : "";
}
