/**
 * The groups whose events a place's figure counts. They come from the records, a moment after the rest of the panel.
 *
 * @import {ActiveGroup} from "../types.js"
 */

import { h } from "../base/dom.js";
import { number } from "../base/format.js";
import { groupAddress } from "../people/addresses.js";

const SHOWN = 8;

/**
 * The table of the groups, the most harm first; a sentence where there are none, or why they cannot be told.
 * @param {ActiveGroup[] | string} groups
 */
export function groupTable(groups) {
  const title = h("h3", {}, "Groups active here");
  if (typeof groups === "string" || groups.length === 0) {
    return [title, h("p", { class: "aside" }, groups.length === 0 ? "No event here in this window is linked to a group." : String(groups))];
  }
  const more = groups.length > SHOWN ? `, and ${groups.length - SHOWN} more with less harm` : "";
  return [
    title,
    h(
      "table",
      { class: "parts" },
      h("caption", { class: "for-readers" }, "Groups that events here are linked to, with the harm of those events"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Group"), ...["Harm", "Events"].map((label) => h("th", { scope: "col", class: "numeric" }, label)))),
      h("tbody", {}, ...groups.slice(0, SHOWN).map(row)),
    ),
    h("p", { class: "aside" }, `An event that is linked to two groups stands under both${more}.`),
  ];
}

/** @param {ActiveGroup} group */
function row({ id, kind, names, harm, count }) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("a", { class: "place-link", href: groupAddress(id) }, names[0] ?? id), h("span", { class: "foot-note" }, `${kind} ${id}`)),
    h("td", { class: "numeric" }, number(harm)),
    h("td", { class: "numeric" }, number(count)),
  );
}
