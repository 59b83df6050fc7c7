/**
 * A bar for each month, drawn as SVG: the histogram of the timeline and the chart in a place's panel.
 *
 * A month that was not delivered is hatched over the full height, because a missing bar would read as no harm. A month
 * that only some measures lack has its bar, in a dashed frame of the full height: what is missing would come on top.
 *
 * @import {Measure, MonthValue, Snapshot, Window} from "../types.js"
 */

import { setAttributes, svg } from "../base/dom.js";
import { list, number, shortNumber } from "../base/format.js";
import { knownMonth, monthLetter, monthWords } from "../base/months.js";

const LETTERS_FROM_PX = 15; // Narrower bars have no room for the month's letter.
const TOP_PX = 18; // Above the highest bar, for its figure.
const YEARS_PX = 18; // Beneath the bars, with letters above them where there is room.
const LETTERS_PX = 12;

let charts = 0;

/**
 * @typedef {object} Frame
 * @property {number} width  Of the drawing, px.
 * @property {number} height
 * @property {number} side  Left free at both sides, px.
 * @property {"harm" | "count" | "people"} figure  What the bars show.
 * @property {string} unit  Of the figure.
 * @property {Measure[]} measures  To name what a month lacks.
 */

/**
 * What the bars show: harm, or events or people where measures without a weight leave no harm to show.
 * @param {MonthValue[]} series
 * @param {Snapshot} snapshot
 * @returns {Pick<Frame, "figure" | "unit">}
 */
export function charted(series, { recipe }) {
  if (series.some((value) => (value.harm ?? 0) > 0)) return { figure: "harm", unit: recipe.unit };
  const people = series.some((value) => (value.people ?? 0) > 0) && series.every((value) => !value.count);
  return people ? { figure: "people", unit: "people" } : { figure: "count", unit: "events" };
}

/**
 * Draws the months anew into the element. What it returns marks another window without making the bars again, for a slider that
 * is being dragged: it touches the months alone that come or go.
 * @param {SVGSVGElement} chart
 * @param {MonthValue[]} months
 * @param {Window} window  These months are drawn strong.
 * @param {Frame} frame
 * @returns {(window: Window) => void}
 */
export function drawMonths(chart, months, window, { width, height, side, figure, unit, measures }) {
  const step = (width - 2 * side) / months.length;
  const floor = height - axisHeight(step);
  const top = Math.max(...months.map((value) => value[figure] ?? 0));
  const hatch = `hatch-${(charts += 1)}`;
  const scale = top > 0 ? (floor - TOP_PX) / top : 0;
  const place = { step, floor, hatch, window };
  const bars = months.map((value, index) => {
    const amount = value[figure];
    const high = amount === null ? floor - TOP_PX : amount * scale;
    const without = measures.filter(({ id }) => value.lacking.includes(id)).map(({ title }) => title);
    const lacking = without.length > 0 ? `, not delivered: ${list(without)}` : "";
    const said = amount === null ? "no data delivered" : `${number(amount)} ${unit}${lacking}`;
    const x = side + index * step;
    const drawn = bar(value, { ...place, x, high, said });
    return amount !== null && lacking ? [frame(x, { step, floor }), drawn] : [drawn];
  });
  setAttributes(chart, { viewBox: `0 0 ${width} ${height}`, width, height });
  chart.replaceChildren(
    svg("defs", {}, hatchPattern(hatch)),
    svg("line", { class: "month-top", x1: side, x2: width - side, y1: TOP_PX, y2: TOP_PX }),
    svg("text", { class: "month-value", x: side, y: TOP_PX - 3 }, shortNumber(top)),
    ...bars.flat(),
    svg("line", { class: "month-floor", x1: side, x2: width - side, y1: floor, y2: floor }),
    ...axis(months, { side, step, floor }),
  );
  return marking(new Map(months.map(({ month }, index) => [knownMonth(month), bars[index]?.at(-1)])), window);
}

/**
 * @param {Map<number, Element | undefined>} bars  By month.
 * @param {Window} marked
 */
function marking(bars, marked) {
  return (/** @type {Window} */ window) => {
    for (const [month, rect] of bars) {
      const strong = within(month, window);
      if (strong !== within(month, marked)) rect?.classList.toggle("in-window", strong);
    }
    marked = window;
  };
}

/**
 * @param {MonthValue} value
 * @param {{x: number, high: number, said: string, step: number, floor: number, hatch: string, window: Window}} place
 */
function bar(value, { x, high, said, step, floor, hatch, window }) {
  const month = knownMonth(value.month);
  const gap = step > 8 ? 2 : 1;
  return svg(
    "rect",
    {
      class: `month-bar${value.delivered ? "" : " is-missing"}${within(month, window) ? " in-window" : ""}`,
      "data-month": month,
      x: x + gap / 2,
      y: floor - high,
      width: step - gap,
      height: high,
      fill: value.delivered ? undefined : `url(#${hatch})`,
    },
    svg("title", {}, `${monthWords(month)}: ${said}`),
  );
}

/**
 * What stands beneath the bars, px: the years, and the months' letters where there is room.
 * @param {number} step  From bar to bar, px.
 */
export function axisHeight(step) {
  return step >= LETTERS_FROM_PX ? YEARS_PX + LETTERS_PX : YEARS_PX;
}

/**
 * Around a month that some measures lack.
 * @param {number} x
 * @param {{step: number, floor: number}} place
 */
function frame(x, { step, floor }) {
  return svg("rect", { class: "month-lacking", x: x + 0.5, y: TOP_PX, width: step - 1, height: floor - TOP_PX });
}

/**
 * @param {MonthValue[]} months
 * @param {{side: number, step: number, floor: number}} place
 */
function axis(months, { side, step, floor }) {
  const labels = [];
  for (const [index, value] of months.entries()) {
    const month = knownMonth(value.month);
    const x = side + index * step;
    if (step >= LETTERS_FROM_PX) {
      labels.push(svg("text", { class: "month-letter", x: x + step / 2, y: floor + 12 }, monthLetter(month)));
    }
    const roomForYear = step * Math.min(12 - (month % 12), months.length - index) + side > 34;
    if ((month % 12 === 0 || index === 0) && roomForYear) {
      labels.push(svg("line", { class: "month-tick", x1: x, x2: x, y1: floor, y2: floor + axisHeight(step) - 4 }));
      labels.push(svg("text", { class: "month-year", x: x + 4, y: floor + axisHeight(step) - 4 }, String(Math.floor(month / 12))));
    }
  }
  return labels;
}

/** @param {string} id */
function hatchPattern(id) {
  return svg(
    "pattern",
    { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { class: "hatch-ground", width: 6, height: 6 }),
    svg("line", { class: "hatch-line", x1: 0, y1: 0, x2: 0, y2: 6 }),
  );
}

/**
 * @param {number} month
 * @param {Window} window
 */
function within(month, window) {
  return month >= window.first && month <= window.last;
}
