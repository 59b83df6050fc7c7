/**
 * People, memberships and dates in words.
 *
 * @import {Snapshot} from "../types.js"
 * @import {Span} from "./types.js"
 */

import { h } from "../base/dom.js";
import { date } from "../base/format.js";
import { extent } from "../base/months.js";
import { groupAddress, nominalAddress } from "./addresses.js";

/**
 * "1 January 2022 to 3 March 2023", "since 1 January 2022".
 * @param {Span} span
 */
export function spanWords({ first, last }) {
  return last === null ? `since ${date(first)}` : `${date(first)} to ${date(last)}`;
}

/**
 * The last day of the data, as the answers write days.
 * @param {Snapshot} snapshot
 */
export function lastDay({ months }) {
  const { last } = extent(months);
  return new Date(Date.UTC(Math.floor(last / 12), (last % 12) + 1, 0)).toISOString().slice(0, 10);
}

/**
 * Whether something lasts on a day.
 * @param {Span} span
 * @param {string} day
 */
export function stands({ first, last }, day) {
  return first <= day && (last === null || day <= last);
}

/**
 * What somebody is called; "no name" where no register has one.
 * @param {string[]} names
 */
export function nameWords(names) {
  return names.length > 0 ? names.join(", also ") : "no name";
}

/**
 * A person by name, with the reference beneath.
 * @param {{id: string, names: string[]}} person
 */
export function personLink({ id, names }) {
  return named(nominalAddress(id), nameWords(names), id);
}

/**
 * A group by name, with the id beneath.
 * @param {{id: string, names: string[]}} group
 */
export function groupLink({ id, names }) {
  return named(groupAddress(id), nameWords(names), id);
}

/**
 * @param {string} address
 * @param {string} name
 * @param {string} id
 */
function named(address, name, id) {
  return h("span", { class: "named" }, h("a", { href: address }, name), h("span", { class: "beneath" }, id));
}

/**
 * When somebody was a priority individual, a line each.
 * @param {Span[]} spans
 */
export function priorityFlags(spans) {
  return spans.map((span) => h("span", { class: "flag" }, `Priority ${spanWords(span)}`));
}
