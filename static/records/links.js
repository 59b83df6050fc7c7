/**
 * The ways out of a row: to its group, to its people, and to the force's own record system by an address of the settings.
 */

import { h } from "../base/dom.js";
import { groupAddress, nominalAddress } from "../people/addresses.js";

const SHOWN = 6; // People of one event; one with more names them on its people's pages.

/**
 * A link that opens a tab which knows nothing of this page; none where no system is named or the row has no reference.
 * @param {string | null | undefined} template  With {reference} and {source}.
 * @param {{reference: string, source: string}} row
 */
export function recordLink(template, { reference, source }) {
  if (!template || !reference || /^\.+$/.test(reference)) return null; // dots would lead to another folder
  const values = { reference, source };
  const href = template.replace(/\{(reference|source)\}/g, (_, name) => encodeURIComponent(values[/** @type {keyof typeof values} */ (name)]));
  return h(
    "a",
    { class: "beneath outward", href, target: "_blank", rel: "noopener noreferrer" },
    "In the record system",
    h("span", { class: "for-readers" }, `: ${reference}, opens in a new tab`),
  );
}

/**
 * The groups of a row, each with the way to its page.
 * @param {{id: string, kind: string}[]} groups
 */
export function groupLinks(groups) {
  if (groups.length === 0) return ["none"];
  return groups.flatMap(({ id, kind }, at) => [at > 0 ? ", " : "", h("a", { href: groupAddress(id) }, id), ` (${kind})`]);
}

/**
 * The people who took part in an event, each once, with the way to their pages.
 * @param {{people: {id: string, role: string}[]}[]} rows
 */
export function peopleLinks(rows) {
  const roles = new Map(rows.flatMap(({ people }) => people.map(({ id, role }) => [id, role])));
  const lines = [...roles]
    .slice(0, SHOWN)
    .map(([id, role]) =>
      h("span", { class: "person" }, h("a", { href: nominalAddress(id) }, id), h("span", { class: "beneath" }, role.replaceAll("_", " "))),
    );
  if (roles.size > SHOWN) lines.push(h("span", { class: "person" }, `and ${roles.size - SHOWN} more`));
  return lines;
}
