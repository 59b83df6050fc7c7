/**
 * Events as a table: of a group, and of a person.
 *
 * @import {EventRecord, RecordRow, Snapshot} from "../types.js"
 * @import {NominalOnly} from "./types.js"
 * @import {Column} from "./tables.js"
 */

import { h } from "../base/dom.js";
import { counted, list, number } from "../base/format.js";
import { peopleLinks } from "../records/links.js";
import { dateWords, weightText, whatWords, whereWords } from "../records/rowwords.js";
import { groupAddress, mapAddress, recordAddress } from "./addresses.js";
import { head, numeric, sortHead, table } from "./tables.js";

/** @type {Record<"date" | "category" | "harm" | "reference", Column>} */
const COLUMNS = {
  date: { by: "date", label: "Date", first: "-" },
  category: { by: "category", label: "What", first: "" },
  harm: { by: "harm", label: "Harm", first: "-", numeric: true },
  reference: { by: "reference", label: "Reference", first: "" },
};

/**
 * @param {Snapshot} snapshot
 * @param {EventRecord[]} events
 * @param {string} sort
 * @param {string} said
 */
export function groupEvents(snapshot, events, sort, said) {
  const { date, category, harm, reference } = COLUMNS;
  const heads = [sortHead(date, sort), sortHead(category, sort), sortHead(harm, sort), head("Counts under"), head("People"), head("Where"), sortHead(reference, sort), head("Source")];
  const rows = events.flatMap((event) => {
    const [stands] = event.rows;
    if (!stands) return [];
    const more = event.rows.length - 1 + event.rows_left_out;
    const people = peopleLinks([stands]);
    return [
      h(
        "tr",
        {},
        h("td", { class: "when" }, dateWords(stands)),
        what(stands),
        numeric(number(event.harm)),
        h("td", {}, titles(snapshot, event.measures)),
        h("td", {}, ...(people.length > 0 ? people : ["none"])),
        where(stands),
        referenceCell(snapshot, stands, event.measures, more),
        source(stands),
      ),
    ];
  });
  return table(`${said}. Column headings with buttons sort.`, heads, rows);
}

/**
 * @param {Snapshot} snapshot
 * @param {NominalOnly["events"]} events
 * @param {string} said
 */
export function nominalEvents(snapshot, events, said) {
  const heads = [head("Date"), head("What"), head("Role"), head("Counts under"), head("Groups"), head("Where"), head("Reference"), head("Source")];
  const rows = events.map(({ roles, row }) =>
    h(
      "tr",
      {},
      h("td", { class: "when" }, dateWords(row)),
      what(row),
      h("td", {}, list(roles)),
      h("td", {}, titles(snapshot, row.measures)),
      h("td", {}, ...groupLinks(row)),
      where(row),
      referenceCell(snapshot, row, row.measures, 0),
      source(row),
    ),
  );
  return table(`${said}, the newest first`, heads, rows);
}

/** @param {RecordRow} row */
function what(row) {
  return h("td", {}, whatWords(row), h("span", { class: "beneath" }, weightText(row)));
}

/** @param {RecordRow} row */
function where(row) {
  const words = whereWords(row);
  return h("td", {}, row.hexagon ? h("a", { href: mapAddress(row.hexagon) }, words) : words);
}

/** @param {RecordRow} row */
function source({ source, file, row }) {
  return h("td", {}, source, h("span", { class: "beneath" }, `${file}, row ${number(row)}`));
}

/**
 * @param {Snapshot} snapshot
 * @param {RecordRow} row
 * @param {string[]} measures
 * @param {number} more
 */
function referenceCell(snapshot, row, measures, more) {
  const address = recordAddress(row, measures, snapshot);
  return h(
    "td",
    { class: "reference" },
    address ? h("a", { href: address }, row.reference) : row.reference,
    ...(more > 0 ? [h("span", { class: "beneath" }, `and ${counted(more, "more row")} of this incident`)] : []),
  );
}

/** @param {RecordRow} row */
function groupLinks({ groups }) {
  if (groups.length === 0) return ["none"];
  return groups.map(({ id, kind }) => h("span", { class: "belonging" }, h("a", { href: groupAddress(id) }, id), ` (${kind})`));
}

/**
 * @param {Snapshot} snapshot
 * @param {string[]} ids
 */
function titles({ recipe }, ids) {
  return ids.length > 0 ? list(ids.map((id) => recipe.measures.find((measure) => measure.id === id)?.title ?? id)) : "nothing";
}
