/**
 * The receipts: what became of the rows of every load, and what else was done to the records.
 *
 * @import {Figures, Load, LoadsAnswer, RecordsChange} from "../types.js"
 */

import { h, svg } from "../base/dom.js";
import { counted, number } from "../base/format.js";
import { moment, opener, plain, table } from "./words.js";

const KINDS = /** @type {const} */ (["loaded", "updated", "unchanged", "rejected"]);
const WIDE = 120; // of a bar, in units of the drawing
const COLUMNS = ["Read", "Loaded", "Updated", "Unchanged", "Rejected"].map((label) => ({ label, numeric: true }));

/** @param {LoadsAnswer} answer */
export function drawLoads(answer) {
  const { loads, changes, page, size, total } = answer;
  const first = (page - 1) * size + 1;
  const said = total === 0 ? "Nothing has been loaded" : `Loads ${number(first)} to ${number(first + loads.length - 1)} of ${number(total)}, newest first`;
  const columns = [{ label: "Source" }, { label: "Loaded on" }, ...COLUMNS, { label: "Does it add up?" }, { label: "Files" }];
  const nodes = [
    h("h2", {}, "What was loaded"),
    h("p", { class: "scope" }, "Of every load: rows read = loaded + updated + unchanged + rejected."),
    loads.length > 0 ? table(said, columns, loads.flatMap(rows), "receipts") : h("p", { class: "no-data" }, `${said}.`),
    h("h2", {}, "Corrections and removals"),
    changes.length > 0
      ? table(`The last ${counted(changes.length, "change")}`, ["When", "What was done", "Why", "How much"].map((label) => ({ label })), changes.map(change))
      : h("p", { class: "no-data" }, "None so far."),
  ];
  return { nodes, said, pages: { page, size, total } };
}

/** @param {Load} load */
function rows(load) {
  const { id, source, archive, started, finished, files } = load;
  const beneath = h("tr", { class: "opened", id: `files-${id}` }, h("td", { colspan: 9 }, filesTable(load)));
  return [
    h(
      "tr",
      {},
      h("th", { scope: "row" }, plain(source), ...(archive ? [h("span", { class: "beneath" }, archive)] : [])),
      h("td", { class: "when" }, finished ? moment(finished) : `Not finished; began ${moment(started)}`),
      ...figures(load, source),
      h("td", {}, bar(load), h("span", { class: "beneath" }, addsUp(load))),
      h("td", {}, files.length === 0 ? "none" : opener(counted(files.length, "file"), `of ${plain(source)}, ${moment(finished ?? started)}`, beneath)),
    ),
    beneath,
  ];
}

/** @param {Load} load */
function filesTable({ source, files }) {
  const lines = files.map((file) => h("tr", {}, h("th", { scope: "row" }, file.file), ...figures(file), h("td", {}, addsUp(file))));
  return table(`Files of ${plain(source)}`, [{ label: "File" }, ...COLUMNS, { label: "Does it add up?" }], lines);
}

/**
 * @param {Figures} found
 * @param {string} [source]  Whose rejects to link to.
 */
function figures(found, source) {
  const rejected = number(found.rejected);
  const link = source && found.rejected > 0 ? h("a", { href: `?show=rejects&source=${encodeURIComponent(source)}` }, rejected) : rejected;
  const cells = [found.read, found.loaded, found.updated, found.unchanged].map((value) => h("td", { class: "numeric" }, number(value)));
  return [...cells, h("td", { class: "numeric" }, link)];
}

/** @param {Figures} found */
function addsUp(found) {
  const sum = KINDS.reduce((total, kind) => total + found[kind], 0);
  const withdrawn = found.withdrawn > 0 ? ` ${counted(found.withdrawn, "earlier row")} withdrawn.` : "";
  if (sum !== found.read) return `No: ${number(sum)} accounted for, ${number(found.read)} read.${withdrawn}`;
  const parts = KINDS.filter((kind) => found[kind] > 0).map((kind) => `${number(found[kind])} ${kind}`);
  return `Yes: ${number(found.read)} = ${parts.join(" + ") || "0"}.${withdrawn}`;
}

/**
 * The shares of what was read; the figures stand beside it.
 * @param {Figures} found
 */
function bar(found) {
  const total = Math.max(found.read, 1);
  let at = 0;
  const parts = KINDS.filter((kind) => found[kind] > 0).map((kind) => {
    const width = Math.max((found[kind] / total) * WIDE, 2); // a single rejected row is to be seen
    const part = svg("rect", { class: `is-${kind}`, x: Math.min(at, WIDE - width), y: 0, width, height: 10 }, svg("title", {}, `${number(found[kind])} ${kind}`));
    at += width;
    return part;
  });
  const ground = svg("rect", { class: "is-ground", x: 0, y: 0, width: WIDE, height: 10 });
  return svg("svg", { class: "shares", viewBox: `0 0 ${WIDE} 10`, width: WIDE, height: 10, "aria-hidden": "true" }, ground, ...parts);
}

/** @param {RecordsChange} found */
function change({ at, action, reason, figures }) {
  return h("tr", {}, h("td", { class: "when" }, moment(at)), h("th", { scope: "row" }, plain(action)), h("td", {}, reason), h("td", {}, figuresWords(figures)));
}

/**
 * "asked: 2, not found: 1, removed: events 1, involvements 2".
 * @param {Record<string, unknown>} figures
 * @returns {string}
 */
function figuresWords(figures) {
  const parts = Object.entries(figures).map(([name, value]) => {
    const words = name.replaceAll("_", " ");
    if (typeof value === "object" && value !== null) return `${words} (${figuresWords(/** @type {Record<string, unknown>} */ (value)) || "none"})`;
    return `${words} ${typeof value === "number" ? number(value) : String(value)}`;
  });
  return parts.join(", ");
}
