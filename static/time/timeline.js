/**
 * Moves time: a monthly histogram with a native slider at each end of the window, two month inputs, two step buttons.
 *
 * While something is dragged only this strip and the legend follow (drafts); letting go commits. Everything that
 * dragging does can be done with the inputs and buttons as well.
 *
 * @import {MonthValue, Snapshot, State, View, Window} from "../types.js"
 */

import { byId, h, say, setAttributes, svg } from "../base/dom.js";
import { counted, monthList, number } from "../base/format.js";
import { chosenMeasures, gapWords, inSentence } from "../base/measures.js";
import { charted, drawMonths, markWindow } from "./monthchart.js";
import { extent, gapsOf, knownMonth, missingMonths, monthNumber, monthText, monthWords, shifted, windowLength, windowWords } from "../base/months.js";

const THUMB_PX = 24; // As in panels.css: each handle stands outside its end of the window, so the two never overlap.
const KEYS_REST_MS = 250; // A key that is held down is one commit, not one for every repeat.

/**
 * @param {Snapshot} snapshot
 * @param {{draft: (window: Window) => void, commit: (window: Window) => void}} moved
 */
export function mountTimeline(snapshot, moved) {
  const root = byId("timeline");
  const limits = extent(snapshot.months);
  const stop = new AbortController();
  const parts = build(snapshot, limits);
  root.append(...parts.all);

  /** @type {Window} */
  let window = limits;
  /** @type {State["measures"]} */
  let measures = [];
  /** @type {MonthValue[]} */
  let series = [];
  let timer = 0;
  let frame = 0;

  /** @param {Window} next */
  function show(next) {
    window = next;
    markWindow(parts.chart, next);
    showControls(parts, snapshot, { window: next, measures });
  }

  /** @param {Window} next */
  function draft(next) {
    window = next;
    moved.draft(next);
    // Once a frame, after the map: it asks how wide it is, which would lay out anew what had been written before.
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      show(window);
    });
  }

  /** @param {number} [rest] */
  function commit(rest = 0) {
    clearTimeout(timer);
    if (rest > 0) timer = setTimeout(moved.commit, rest, window);
    else moved.commit(window);
  }

  function redraw() {
    const width = parts.plot.clientWidth;
    const height = parts.plot.clientHeight;
    if (width === 0 || height === 0 || series.length === 0) return;
    const frame = { width, height, side: THUMB_PX, ...charted(series, snapshot), measures: snapshot.recipe.measures };
    drawMonths(parts.chart, series, window, frame);
  }

  listenToSliders(parts, { draft, commit, current: () => window, signal: stop.signal });
  listenToInputs(parts, { limits, commit: (next) => { show(next); commit(); }, current: () => window, signal: stop.signal });
  listenToDrag(parts, limits, { draft, commit, current: () => window, signal: stop.signal });
  const resized = new ResizeObserver(redraw);
  resized.observe(parts.plot);

  return {
    /** @param {View} view */
    update({ state, series: known }) {
      measures = state.measures;
      series = known ?? [];
      show(state.window);
      redraw();
      const { unit } = charted(series, snapshot);
      parts.title.replaceChildren(
        `${sentenceCase(unit)} each month`,
        h("span", { class: "plot-scope" }, `, ${inSentence(chosenMeasures(snapshot, state))}`, h("span", { class: "plot-where" }, ", in the whole force")),
      );
      setAttributes(parts.chart, { "aria-label": describe(series, snapshot, { window: limits, measures }) });
    },
    unmount() {
      clearTimeout(timer);
      resized.disconnect();
      stop.abort();
      for (const element of parts.all) element.remove();
    },
  };
}

/** @typedef {ReturnType<typeof build>} Parts */

/**
 * @param {Snapshot} snapshot
 * @param {Window} limits
 */
function build(snapshot, limits) {
  const months = { type: "month", min: monthText(limits.first), max: monthText(limits.last), required: true };
  const range = { type: "range", min: limits.first, max: limits.last, step: 1 };
  const from = h("input", { ...months, id: "from-month" });
  const to = h("input", { ...months, id: "to-month" });
  const earlier = h("button", { type: "button", class: "step", "aria-label": "One month earlier" }, chevron("M10 3 5 8l5 5"));
  const later = h("button", { type: "button", class: "step", "aria-label": "One month later" }, chevron("M6 3l5 5-5 5"));
  const first = h("input", { ...range, class: "slider slider-first", "aria-label": "First month of the window" });
  const last = h("input", { ...range, class: "slider slider-last", "aria-label": "Last month of the window" });
  const chart = svg("svg", { class: "months", role: "img", "aria-label": "Each month" });
  const title = h("p", { class: "plot-title" });
  const plot = h("div", { class: "plot" }, chart, first, last);
  plot.style.setProperty("--months", String(snapshot.months.length));
  const length = h("p", { class: "window-length" });
  const problem = h("p", { class: "window-problem", role: "alert" });
  const controls = h(
    "div",
    { class: "window-controls" },
    earlier,
    h("label", { for: "from-month" }, "From"),
    from,
    h("label", { for: "to-month" }, "to"),
    to,
    later,
    length,
    title,
  );
  return { all: [controls, problem, plot], title, from, to, earlier, later, first, last, chart, plot, length, problem };
}

/**
 * Puts a window into the inputs and says how long it is.
 * @param {Parts} parts
 * @param {Snapshot} snapshot
 * @param {Pick<State, "window" | "measures">} asked
 */
function showControls(parts, snapshot, { window, measures }) {
  const missing = missingMonths(snapshot.months, window, measures);
  const gaps = gapWords(gapsOf(snapshot.months, window, measures), snapshot);
  const months = windowLength(window);
  parts.from.value = monthText(window.first);
  parts.to.value = monthText(window.last);
  for (const [input, month] of /** @type {const} */ ([[parts.first, window.first], [parts.last, window.last]])) {
    input.value = String(month);
    const delivered = !missing.includes(monthText(month));
    const lacking = gapsOf(snapshot.months, { first: month, last: month }, measures);
    const absent = lacking.length > 0 ? `, ${gapWords(lacking, snapshot)}` : "";
    setAttributes(input, { "aria-valuetext": `${monthWords(month)}${delivered ? absent : ", no data delivered"}` });
  }
  const absent = missing.length > 0 ? `, ${missing.length} without data` : "";
  say(parts.length, `${counted(months, "month")}${absent}${gaps ? ", partly without data" : ""}`);
  if (parts.length.title !== gaps) parts.length.title = gaps;
  say(parts.problem, "");
  const limits = extent(snapshot.months);
  parts.earlier.disabled = window.first === limits.first;
  parts.later.disabled = window.last === limits.last;
}

/**
 * @typedef {object} Moves
 * @property {(window: Window) => void} draft
 * @property {(rest?: number) => void} commit
 * @property {() => Window} current
 * @property {AbortSignal} signal
 */

/**
 * @param {Parts} parts
 * @param {Moves} moves
 */
function listenToSliders({ first, last }, { draft, commit, current, signal }) {
  let byKey = false;
  for (const slider of [first, last]) {
    slider.addEventListener("keydown", () => (byKey = true), { signal });
    slider.addEventListener("pointerdown", () => (byKey = false), { signal });
    slider.addEventListener("change", () => commit(byKey ? KEYS_REST_MS : 0), { signal });
  }
  first.addEventListener("input", () => {
    draft({ first: Math.min(Number(first.value), current().last), last: current().last });
  }, { signal });
  last.addEventListener("input", () => {
    draft({ first: current().first, last: Math.max(Number(last.value), current().first) });
  }, { signal });
}

/**
 * @param {Parts} parts
 * @param {{limits: Window, commit: (window: Window) => void, current: () => Window, signal: AbortSignal}} moves
 */
function listenToInputs({ from, to, earlier, later, problem }, { limits, commit, current, signal }) {
  for (const [button, months] of /** @type {const} */ ([[earlier, -1], [later, 1]])) {
    button.addEventListener("click", () => commit(shifted(current(), months, limits)), { signal });
  }
  for (const input of [from, to]) {
    input.addEventListener("change", () => {
      const month = monthNumber(input.value);
      if (month === null || month < limits.first || month > limits.last) {
        problem.textContent = `Choose a month from ${windowWords(limits)}, written like ${monthText(limits.last)}.`;
      } else if (input === from) {
        commit({ first: month, last: Math.max(month, current().last) });
      } else {
        commit({ first: Math.min(month, current().first), last: month });
      }
    }, { signal });
  }
}

/**
 * Drags the window as a whole by its bars; the step buttons do the same without dragging.
 * @param {Parts} parts
 * @param {Window} limits
 * @param {Moves} moves
 */
function listenToDrag({ chart, plot }, limits, { draft, commit, current, signal }) {
  /** @type {{x: number, window: Window} | null} */
  let grip = null;
  chart.addEventListener("pointerdown", (event) => {
    const month = event.target instanceof Element ? Number(event.target.getAttribute("data-month")) : 0;
    if (event.button !== 0 || month < current().first || month > current().last) return;
    event.preventDefault(); // No text is selected on the way, and no mouse event goes to the map.
    grip = { x: event.clientX, window: current() };
    chart.setPointerCapture(event.pointerId);
  }, { signal });
  chart.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const step = (plot.clientWidth - 2 * THUMB_PX) / windowLength(limits);
    const next = shifted(grip.window, Math.round((event.clientX - grip.x) / step), limits);
    if (next.first !== current().first) draft(next);
  }, { signal });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    chart.addEventListener(end, () => {
      if (grip && grip.window.first !== current().first) commit();
      grip = null;
    }, { signal });
  }
}

/**
 * The histogram in a sentence.
 * @param {MonthValue[]} series
 * @param {Snapshot} snapshot
 * @param {Pick<State, "window" | "measures">} asked
 */
function describe(series, snapshot, { window, measures }) {
  const { figure, unit } = charted(series, snapshot);
  const missing = missingMonths(snapshot.months, window, measures);
  const gaps = gapWords(gapsOf(snapshot.months, window, measures), snapshot);
  const absent = missing.length > 0 ? ` No data delivered for ${monthList(missing)}.` : "";
  const [first, ...others] = series;
  if (!first) return "Each month";
  const highest = others.reduce((best, value) => ((value[figure] ?? 0) > (best[figure] ?? 0) ? value : best), first);
  return (
    `${sentenceCase(unit)} each month from ${windowWords(window)}. ` +
    `Highest: ${monthWords(knownMonth(highest.month))}, ${number(highest[figure] ?? 0)}.${absent}${gaps ? ` ${gaps}.` : ""}`
  );
}

/** @param {string} text */
function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {string} path */
function chevron(path) {
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: path, class: "stroke" }));
}
