/**
 * Which months were delivered, as a strip of squares with the same in words beside it.
 *
 * @import {LoadsAnswer, SnapshotContents, SourceState} from "../types.js"
 */

import { h, svg } from "../base/dom.js";
import { counted, list, number } from "../base/format.js";
import { knownMonth, monthText, monthWords } from "../base/months.js";
import { moment, plain } from "./words.js";

const SQUARE = 10; // side of the drawing of a month, in units of the drawing
const GAP = 2;
const NAMED = 6; // missing months that are named; more are counted

/** @typedef {"there" | "partly" | "missing" | "outside"} Delivered  "outside" lies before the first or after the last. */

/**
 * The sources of the records, each with its months; registers such as people have none.
 * @param {LoadsAnswer} answer
 */
export function drawSources({ sources, records }) {
  const dated = sources.filter(({ first_month }) => first_month !== null);
  const others = sources.filter(({ first_month }) => first_month === null);
  const ends = dated.flatMap(({ first_month, last_month }) => [knownMonth(first_month ?? ""), knownMonth(last_month ?? "")]);
  const months = span(Math.min(...ends), Math.max(...ends));
  const said = [records.changed ? `The records changed last on ${moment(records.changed)}` : "Nothing has been loaded"];
  said.push(records.newer_than_snapshot ? ", after this snapshot was published: publish again to bring the map up to date." : ".");
  return [
    h("h2", {}, "Delivered by each source"),
    h("p", { class: "scope" }, said.join("")),
    ...(months.length > 0 ? strips(months, dated.map((source) => sourceStrip(source, months))) : []),
    ...(others.length > 0 ? [h("p", { class: "scope" }, `Without months, since each row says from when to when: ${list(others.map(({ name }) => name))}.`)] : []),
  ];
}

/**
 * The measures of a snapshot, each with its months.
 * @param {SnapshotContents} contents
 */
export function drawMeasures(contents) {
  const { months, missing, measures, unfed } = contents;
  const lacked = new Set(measures.flatMap(({ lacking }) => lacking));
  const all = months.map((month) => (missing.includes(month) ? "missing" : lacked.has(month) ? "partly" : "there"));
  return [
    h("h2", {}, "On the map, by measure"),
    h("p", { class: "scope" }, "A measure has a month when every source that feeds it delivered the month. A missing month is not a month of zero."),
    ...strips(months, [
      { name: "All measures", states: all, words: wordsOf(all, months), strong: true },
      ...measures.map(({ title, lacking, unit }) => {
        const states = months.map((month) => (missing.includes(month) || lacking.includes(month) ? "missing" : "there"));
        return { name: title, states, words: unit === "person" ? "A stock: registers say from when to when" : wordsOf(states, months) };
      }),
    ]),
    ...(unfed.length > 0 ? [h("p", { class: "scope" }, `No source yet: ${list(unfed)}.`)] : []),
  ];
}

/**
 * @param {SourceState} source
 * @param {string[]} months
 */
function sourceStrip(source, months) {
  const [first, last] = [knownMonth(source.first_month ?? ""), knownMonth(source.last_month ?? "")];
  const states = months.map((month) => {
    const at = knownMonth(month);
    return at < first || at > last ? "outside" : source.missing.includes(month) ? "missing" : "there";
  });
  return { name: plain(source.name), states, words: wordsOf(states, months) };
}

/**
 * "39 of 40 months; missing March 2022".
 * @param {string[]} states
 * @param {string[]} months
 */
function wordsOf(states, months) {
  const of = (/** @type {string} */ state) => months.filter((_, at) => states[at] === state);
  const complete = of("there").length + of("partly").length;
  const said = [complete === months.length ? `All ${counted(months.length, "month")}` : `${number(complete)} of ${counted(months.length, "month")}`];
  for (const [state, word] of [["missing", "missing"], ["partly", "partly delivered"]]) {
    const found = of(state ?? "");
    if (found.length > 0) said.push(`${word} ${found.length > NAMED ? counted(found.length, "month") : list(found.map((month) => monthWords(knownMonth(month))))}`);
  }
  const there = states.findIndex((state) => state !== "outside");
  const end = states.findLastIndex((state) => state !== "outside");
  if (there > 0) said.push(`begins in ${monthWords(knownMonth(months[there] ?? ""))}`);
  if (end < states.length - 1) said.push(`ends in ${monthWords(knownMonth(months[end] ?? ""))}`);
  return said.join("; ");
}

/**
 * @param {string[]} months
 * @param {{name: string, states: string[], words: string, strong?: boolean}[]} lines
 */
function strips(months, lines) {
  const [first, last] = [months[0] ?? "", months.at(-1) ?? ""];
  const key = [["there", "delivered"], ["partly", "partly"], ["missing", "missing"], ["outside", "before its first or after its last month"]]
    .filter(([state]) => lines.some(({ states }) => states.includes(state ?? "")))
    .map(([state, words]) => h("li", {}, strip([state ?? ""], [""]), words ?? ""));
  return [
    h("ul", { class: "strip-key", "aria-hidden": "true" }, ...key),
    h(
      "div",
      { class: "strips" },
      h("p", { class: "strip-ends", "aria-hidden": "true" }, h("span", {}, monthWords(knownMonth(first))), h("span", {}, monthWords(knownMonth(last)))),
      h(
        "ul",
        {},
        ...lines.map(({ name, states, words, strong }) =>
          h("li", { class: strong ? "is-strong" : "" }, h("span", { class: "strip-name" }, name), strip(states, months), h("span", { class: "strip-words" }, words)),
        ),
      ),
    ),
  ];
}

/**
 * A square a month; each January stands a little apart. The words beside it say the same.
 * @param {string[]} states
 * @param {string[]} months
 */
function strip(states, months) {
  let at = 0;
  const squares = states.flatMap((state, i) => {
    if (i > 0) at += SQUARE + GAP + (months[i]?.endsWith("-01") ? GAP * 2 : 0);
    const square = svg("rect", { class: `is-${state}`, x: at + 0.5, y: 0.5, width: SQUARE - 1, height: SQUARE - 1, rx: 1 });
    if (months[i]) square.append(svg("title", {}, monthWords(knownMonth(months[i] ?? ""))));
    const stroke = { missing: `M${at + 2} 8L${at + 8} 2`, partly: `M${at + 1} 9L${at + 9} 9L${at + 9} 1Z` }[state];
    return stroke ? [square, svg("path", { class: `mark-${state}`, d: stroke })] : [square];
  });
  const width = at + SQUARE;
  return svg("svg", { class: "strip", viewBox: `0 0 ${width} ${SQUARE}`, width, height: SQUARE, "aria-hidden": "true" }, ...squares);
}

/**
 * @param {number} first
 * @param {number} last
 */
function span(first, last) {
  return Number.isFinite(first) ? Array.from({ length: last - first + 1 }, (_, i) => monthText(first + i)) : [];
}
