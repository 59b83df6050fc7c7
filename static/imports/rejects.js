/**
 * Rows that were not loaded: how many and why, the rows as they were, and what to do about them.
 *
 * @import {Reject, RejectsAnswer, SourceState} from "../types.js"
 */

import { h } from "../base/dom.js";
import { number } from "../base/format.js";
import { capital } from "../base/levels.js";
import { opener, plain, table } from "./words.js";

/**
 * @param {RejectsAnswer} answer
 * @param {SourceState[]} sources
 * @param {(query: string, focused: string) => void} go  Asks for something else, after which an element of this id has the focus.
 */
export function drawRejects(answer, sources, go) {
  const { rejects, page, size, total, source, reason } = answer;
  const first = (page - 1) * size + 1;
  const which = [source ? ` of ${plain(source)}` : "", reason ? ` for “${meaning(sources, reason)}”` : ""].join("");
  const said = rejects.length === 0 ? `No rejected rows${which}` : `Rejected rows ${number(first)} to ${number(first + rejects.length - 1)} of ${number(total)}${which}`;
  const columns = ["Source and file", "Why it was rejected", "The row"].map((label) => ({ label }));
  const nodes = [
    h("h2", {}, "Rows that were not loaded"),
    ...summary(sources),
    filters(answer, sources, go),
    rejects.length > 0 ? table(said, columns, rejects.flatMap(rows)) : h("p", { class: "no-data" }, `${said}.`),
    ...whatToDo(source ?? sources.find((found) => found.rejects > 0)?.name),
  ];
  return { nodes, said, pages: { page, size, total } };
}

/** @param {SourceState[]} sources */
function summary(sources) {
  const lines = sources.flatMap((source) =>
    source.reasons.map(({ reason, meaning: words, rows: count }) => {
      const query = new URLSearchParams({ show: "rejects", source: source.name, reason });
      return h("tr", {}, h("th", { scope: "row" }, plain(source.name)), h("td", {}, words ? capital(words) : plain(reason)), h("td", { class: "numeric" }, h("a", { href: `?${query}` }, number(count))));
    }),
  );
  if (lines.length === 0) return [];
  const columns = [{ label: "Source" }, { label: "Reason" }, { label: "Rows", numeric: true }];
  return [table("Rejects by source and reason. A row with two reasons stands under both.", columns, lines, "summary")];
}

/**
 * @param {RejectsAnswer} answer
 * @param {SourceState[]} sources
 * @param {(query: string, focused: string) => void} go  Asks for something else, after which an element of this id has the focus.
 */
function filters({ source, reason }, sources, go) {
  const reasons = new Map(sources.flatMap((found) => found.reasons.map((one) => [one.reason, one.meaning])));
  const ofSource = select("Source", "source", source, [["", "Every source"], ...sources.filter(({ rejects }) => rejects > 0).map(({ name }) => [name, plain(name)])]);
  const ofReason = select("Reason", "reason", reason, [["", "Every reason"], ...[...reasons].map(([id, words]) => [id, words ? capital(words) : plain(id)])]);
  const box = h("div", { class: "filters", role: "search" }, ofSource, ofReason);
  box.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const query = new URLSearchParams(location.search);
    query.set("show", "rejects");
    query.delete("page");
    query.delete(event.target.name);
    if (event.target.value) query.set(event.target.name, event.target.value);
    go(`?${query}`, event.target.id);
  });
  return box;
}

/**
 * @param {string} label
 * @param {string} name
 * @param {string | null} chosen
 * @param {string[][]} options  Value and words.
 */
function select(label, name, chosen, options) {
  const items = options.map(([value, words]) => h("option", { value: value ?? "", selected: value === (chosen ?? "") }, words ?? ""));
  return h("div", {}, h("label", { for: `of-${name}` }, label), h("select", { id: `of-${name}`, name }, ...items));
}

/**
 * @param {Reject} reject
 * @param {number} at
 */
function rows({ source, file, row, reasons, raw }, at) {
  const beneath = h("tr", { class: "opened", id: `raw-${at}` }, h("td", { colspan: 3 }, rawTable(raw, `Row ${number(row)} of ${file}, as it was delivered`)));
  const words = reasons.map(({ reason, meaning: found }) => h("li", {}, found ? capital(found) : plain(reason), h("span", { class: "beneath" }, reason)));
  return [
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "reference" }, plain(source), h("span", { class: "beneath" }, `${file}, row ${number(row)}`)),
      h("td", {}, h("ul", {}, ...words)),
      h("td", {}, opener("Show", `row ${number(row)} of ${file}`, beneath)),
    ),
    beneath,
  ];
}

/**
 * @param {Record<string, unknown> | string} raw
 * @param {string} caption
 */
function rawTable(raw, caption) {
  if (typeof raw === "string") return h("div", {}, h("p", { class: "beneath" }, `${caption}; it could not be taken apart into columns`), h("pre", {}, raw));
  const lines = Object.entries(raw).map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, valueText(value))));
  return table(caption, [{ label: "Column" }, { label: "Value" }], lines, "raw");
}

/** @param {unknown} value */
function valueText(value) {
  if (value === null || value === "") return h("span", { class: "beneath" }, "empty");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** @param {string} [source] */
function whatToDo(source) {
  if (!source) return [];
  const step = (/** @type {string} */ command, /** @type {string} */ words) => h("li", {}, h("code", {}, command), h("span", {}, words));
  return [
    h("h2", {}, "What to do about them"),
    h(
      "ol",
      { class: "commands" },
      step(`harmgrid rejects export ${source} rejects.csv`, "writes them to a file. Mend the values there; leave the first two columns as they are."),
      step(`harmgrid rejects load ${source} rejects.csv`, "loads the mended file; rows that pass come in under their old file and row."),
      step(`harmgrid rejects retry ${source}`, "judges them again when it was the profile, the recipe or the sectors that were wrong."),
      step("harmgrid publish", "brings what was loaded onto the map."),
    ),
    h("p", { class: "scope" }, `Where the source was loaded by a profile of another name or of your own, write that in place of ${source}. Mend the source too, or its next delivery has the same rejects.`),
  ];
}

/**
 * @param {SourceState[]} sources
 * @param {string} reason
 */
function meaning(sources, reason) {
  return sources.flatMap((source) => source.reasons).find((found) => found.reason === reason)?.meaning || plain(reason).toLowerCase();
}
