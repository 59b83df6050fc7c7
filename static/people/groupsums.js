/**
 * What a group's events add up to: by measure and by month.
 *
 * @import {MonthValue, Snapshot} from "../types.js"
 * @import {GroupAnswer, Sum} from "./types.js"
 */

import { h, svg } from "../base/dom.js";
import { number } from "../base/format.js";
import { knownMonth, monthWords, parseWindow } from "../base/months.js";
import { charted, drawMonths } from "../time/monthchart.js";
import { bar, head, numeric, table } from "./tables.js";

const CHART = { height: 230, side: 6 };

/**
 * @param {Snapshot} snapshot
 * @param {GroupAnswer} answer
 */
export function byMeasure({ recipe }, { months }) {
  /** @type {Map<string, Sum>} */
  const sums = new Map();
  for (const [measure, { count, harm }] of months.flatMap((month) => Object.entries(month.measures))) {
    const before = sums.get(measure) ?? { count: 0, harm: 0 };
    sums.set(measure, { count: before.count + count, harm: before.harm + harm });
  }
  if (sums.size === 0) return h("p", { class: "aside" }, "Nothing was recorded in these months.");
  const ranked = [...sums].sort(([, one], [, other]) => other.harm - one.harm || other.count - one.count);
  const highest = Math.max(...ranked.map(([, { harm }]) => harm), 1e-9);
  const rows = ranked.map(([id, { count, harm }]) => {
    const title = recipe.measures.find((measure) => measure.id === id)?.title ?? id;
    return h("tr", { "data-measure": id }, h("th", { scope: "row", class: "has-bar" }, title, bar(harm / highest)), numeric(number(harm)), numeric(number(count)));
  });
  return h(
    "div",
    {},
    table("Harm and events by measure", [head("Measure"), head("Harm", true), head("Events", true)], rows),
    h("p", { class: "aside" }, "An event that counts under two measures stands under both here, and once in the figures above."),
  );
}

/**
 * @param {Snapshot} snapshot
 * @param {GroupAnswer} answer
 */
export function byMonth(snapshot, { months, window }) {
  /** @type {MonthValue[]} */
  const series = months.map(({ month, delivered, count, harm }) => ({ month, delivered, count, harm, people: null, lacking: [] }));
  const { figure, unit } = charted(series, snapshot);
  const chart = svg("svg", { class: "months", role: "img", "aria-label": `${figure === "harm" ? "Harm" : "Events"} by month; the table below has the same` });
  const shown = parseWindow(window.text) ?? { first: 0, last: 0 };
  new ResizeObserver(() => {
    const width = chart.parentElement?.clientWidth ?? 0;
    if (width > 0) drawMonths(chart, series, shown, { ...CHART, width, figure, unit, measures: [] });
  }).observe(chart);
  const rows = series.map(({ month, delivered, count, harm }) => {
    const figures = delivered ? [numeric(number(harm ?? 0)), numeric(number(count ?? 0))] : [h("td", { class: "numeric", colspan: 2 }, "no data")];
    return h("tr", {}, h("th", { scope: "row" }, monthWords(knownMonth(month))), ...figures);
  });
  return h(
    "div",
    {},
    chart,
    h(
      "details",
      { class: "months-table" },
      h("summary", {}, "The months as a table"),
      table("Harm and events by month", [head("Month"), head("Harm", true), head("Events", true)], rows),
    ),
  );
}
