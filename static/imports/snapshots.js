/**
 * The snapshots that are kept, and what one of them contains.
 *
 * @import {KeptSnapshot, SnapshotContents, SnapshotsAnswer} from "../types.js"
 */

import { h } from "../base/dom.js";
import { counted, number, peopleNumber } from "../base/format.js";
import { knownMonth, monthWords } from "../base/months.js";
import { drawMeasures } from "./months.js";
import { moment, plain, sizeWords, table } from "./words.js";

/**
 * @param {SnapshotsAnswer} kept
 * @param {SnapshotContents} contents
 */
export function drawSnapshots({ snapshots }, contents) {
  const said = `${counted(snapshots.length, "snapshot")} kept, newest first`;
  const columns = [{ label: "Snapshot" }, { label: "Published" }, { label: "Served" }, { label: "On disk", numeric: true }];
  const nodes = [
    h("h2", {}, "What was published"),
    table(said, columns, snapshots.map((found) => row(found, contents.snapshot))),
    h("p", { class: "scope" }, "To serve an older one again: ", h("code", {}, "harmgrid rollback"), ", with its name if it is not the one before."),
    h("h2", {}, `What ${contents.snapshot} contains`),
    facts(contents),
    totals(contents),
    ...drawMeasures(contents),
    h("h2", {}, "Hexagons by resolution"),
    hexagons(contents),
  ];
  return { nodes, said };
}

/**
 * @param {KeptSnapshot} kept
 * @param {string} shown
 */
function row({ snapshot, published, current, bytes }, shown) {
  const name = published ? h("a", { href: `?show=snapshots&snapshot=${snapshot}`, "aria-current": snapshot === shown && "true" }, snapshot) : snapshot;
  return h(
    "tr",
    { class: snapshot === shown ? "is-shown" : "" },
    h("th", { scope: "row" }, name),
    h("td", { class: "when" }, published ? moment(published) : "cannot be read by this version: publish again"),
    h("td", {}, current ? "now" : "no"),
    h("td", { class: "numeric" }, sizeWords(bytes)),
  );
}

/** @param {SnapshotContents} contents */
function facts(contents) {
  const { months, missing, recipe, events, areas, population, groups, digest, files, bytes } = contents;
  const ends = [months[0], months.at(-1)].map((month) => monthWords(knownMonth(month ?? "")));
  /** @type {[string, string][]} */
  const lines = [
    ["Force", contents.force],
    ["Months", `${ends[0]} to ${ends[1]}: ${counted(months.length - missing.length, "month")} delivered, ${missing.length === 0 ? "none" : number(missing.length)} missing`],
    ["Events", `${number(events)}, each once`],
    ["Recipe", `${recipe.title}, ${recipe.release}`],
    ["Areas", areas.map(({ level, areas: count }) => `${plain(level)} ${number(count)}`).join(", ")],
    ["Groups", number(groups)],
    ["Residents", population ?? "none loaded"],
    ["Size on disk", `${sizeWords(bytes)} in ${counted(files, "file")}`],
    ["SHA-256 of its manifest", digest],
  ];
  return h("dl", { class: "facts" }, ...lines.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** @param {SnapshotContents} contents */
function totals({ measures }) {
  const lines = measures.map(({ title, unit, count, people, harm }) => {
    const amount = unit === "person" ? `${peopleNumber(people)} people` : number(count);
    return h("tr", {}, h("th", { scope: "row" }, title), h("td", { class: "numeric" }, amount), h("td", { class: "numeric" }, number(harm)));
  });
  const columns = [{ label: "Measure" }, { label: "Events, people", numeric: true }, { label: "Harm points", numeric: true }];
  return table("Totals by measure, over all its months. An event of two measures counts under both; people are a mean of month-ends.", columns, lines, "totals");
}

/** @param {SnapshotContents} contents */
function hexagons({ hexagons: found }) {
  const lines = found.map(({ resolution, hexagons: count }) => h("tr", {}, h("th", { scope: "row" }, `H3 resolution ${resolution}`), h("td", { class: "numeric" }, number(count))));
  return table("Hexagons with at least one event", [{ label: "Resolution" }, { label: "Hexagons", numeric: true }], lines, "totals");
}
