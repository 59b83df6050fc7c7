/**
 * Other groups that somebody of this one was ever in: a drawing, and the same as a table.
 *
 * @import {GroupAnswer, Shares} from "./types.js"
 */

import { h } from "../base/dom.js";
import { counted } from "../base/format.js";
import { groupAddress, nominalAddress } from "./addresses.js";
import { drawNetwork } from "./network.js";
import { head, table } from "./tables.js";
import { groupLink, nameWords, personLink } from "./words.js";

/**
 * @param {GroupAnswer} answer
 * @param {string} name
 */
export function sharedPeople({ shares, members }, name) {
  if (shares.length === 0) return h("p", { class: "aside" }, "Nobody of this group is known to have been in another.");
  const names = new Map(members.map((member) => [member.id, member.names]));
  const around = shares.map(({ id, kind, name: label, people }) => ({
    label: label || id,
    beneath: `${kind} ${id}, ${people.length === 1 ? "1 person" : `${people.length} people`}`,
    address: groupAddress(id),
    weight: people.length,
    kind: /** @type {const} */ ("group"),
    between: people.map((person) => ({ label: nameWords(names.get(person) ?? []), address: nominalAddress(person) })),
  }));
  const label = `This group in the middle, ${counted(shares.length, "other group")} around it; the table has the same`;
  const rows = shares.map((other) => row(other, names));
  return h(
    "div",
    { class: "pair" },
    drawNetwork({ label: name, kind: "group" }, around, label),
    table("Other groups with the same people, the most people first", [head("Group"), head("Kind"), head("People in both")], rows),
  );
}

/**
 * @param {Shares} other
 * @param {Map<string, string[]>} names
 */
function row({ id, kind, name, people }, names) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, groupLink({ id, names: name ? [name] : [] })),
    h("td", {}, kind),
    h("td", {}, ...people.map((person) => personLink({ id: person, names: names.get(person) ?? [] }))),
  );
}
