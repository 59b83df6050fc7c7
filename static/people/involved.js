/**
 * Who a row names, by reference: no name stands among the records, only the way to the person.
 *
 * @import {RecordRow} from "../types.js"
 */

import { h } from "../base/dom.js";
import { nominalAddress } from "./addresses.js";

const SHOWN = 6; // Of one row; a row with more names them on its people's pages.

/**
 * A line each, beneath the groups of a row.
 * @param {RecordRow} row
 */
export function peopleLinks({ people }) {
  const lines = people
    .slice(0, SHOWN)
    .map(({ id, role }) => h("span", { class: "beneath person" }, h("a", { href: nominalAddress(id) }, id), ` ${role}`));
  if (people.length > SHOWN) lines.push(h("span", { class: "beneath person" }, `and ${people.length - SHOWN} more`));
  return lines;
}
