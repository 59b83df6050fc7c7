/**
 * Moves time: a monthly histogram with a native slider at each end of the window, month inputs, steps, play, presets and the
 * way of moving. The histogram is that of the open place, or of the whole force.
 *
 * While something is dragged or plays, this strip, the list, the map and its legend follow (drafts); letting go commits.
 * Everything that dragging does can be done with the inputs and buttons as well.
 *
 * @import {Course, MonthValue, Place, Snapshot, State, View, Window} from "../types.js"
 */

import { byId, h, setAttributes, svg } from "../base/dom.js";
import { counted, monthList, number } from "../base/format.js";
import { chosenMeasures, gapWords, inSentence } from "../base/measures.js";
import { extent, gapsOf, knownMonth, missingMonths, monthNumber, monthText, monthWords, parseWindow, windowLength, windowWords } from "../base/months.js";
import { axisHeight, charted, drawMonths } from "./monthchart.js";
import { fitted, inMode, stepped } from "./moving.js";
import { makePeriods } from "./periods.js";
import { makePlayer } from "./player.js";
import { makeWays } from "./ways.js";

const THUMB_PX = 24; // As in timeline.css: each handle stands outside its end of the window, so the two never overlap.
const KEYS_REST_MS = 250; // A key that is held down is one commit, not one for every repeat.

/**
 * @param {Snapshot} snapshot
 * @param {{draft: (window: Window) => void, commit: (course: Partial<Course>) => void}} moved
 */
export function mountTimeline(snapshot, moved) {
  const root = byId("timeline");
  const limits = extent(snapshot.months);
  const usual = windowLength(parseWindow(snapshot.default_window) ?? limits);
  const stop = new AbortController();
  const { signal } = stop;

  /** @type {Course & Pick<State, "measures">} */
  let course = { window: limits, mode: "moving", step: 1, speed: "usual", measures: [] };
  /** @type {Place | null} */
  let series = null;
  let mark = (/** @type {Window} */ _) => {};
  let timer = 0;
  let frame = 0;

  /** @param {Window} window */
  function show(window) {
    course = { ...course, window };
    mark(window);
    showControls(parts, snapshot, { ...course, limits });
    periods.show(window);
    player.show();
  }

  /** @param {Window} window */
  function draft(window) {
    clearTimeout(timer);
    course = { ...course, window };
    moved.draft(window);
    // Once a frame, after the map: it asks how wide it is, which would lay out anew what had been written before.
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      show(course.window);
    });
  }

  /** @param {number} [rest] */
  function commit(rest = 0) {
    clearTimeout(timer);
    const { window } = course;
    if (rest > 0) timer = setTimeout(moved.commit, rest, { window });
    else moved.commit({ window });
  }

  /** @param {Window} window */
  function go(window) {
    show(window);
    commit();
  }

  function redraw() {
    const width = parts.plot.clientWidth;
    const height = parts.plot.clientHeight;
    if (width === 0 || height === 0 || !series) return;
    const frame = { width, height, side: THUMB_PX, ...charted(series.series, snapshot), measures: snapshot.recipe.measures };
    // The handles reach down to the foot of the bars.
    parts.plot.style.setProperty("--axis", `${axisHeight((width - 2 * THUMB_PX) / series.series.length)}px`);
    mark = drawMonths(parts.chart, series.series, course.window, frame);
  }

  const moves = { limits, draft, commit, go, current: () => course, signal };
  const player = makePlayer(limits, { ...moves, commit: () => commit() });
  const periods = makePeriods(limits, {
    // A preset is longer than a single month, unless it is that month a year before.
    choose: (window) => moved.commit({ window, mode: course.mode === "single" && windowLength(window) > 1 ? "moving" : course.mode }),
    current: () => course.window,
    signal,
  });
  const ways = makeWays({
    mode: (mode) => moved.commit({ mode, window: inMode(course, mode, { usual, limits }) }),
    step: (step) => moved.commit({ step }),
    speed: (speed) => moved.commit({ speed }),
  }, signal);
  const parts = build(snapshot, limits, [player.button, periods.element, ways.element]);
  root.append(...parts.all);
  listenToSliders(parts, moves);
  listenToInputs(parts, moves);
  listenToDrag(parts, moves);
  const resized = new ResizeObserver(redraw);
  resized.observe(parts.plot);

  return {
    /** @param {View} view */
    update({ state, series: known }) {
      course = state;
      showWay(parts, state);
      show(state.window);
      ways.show(state);
      if (!known || known === series) return; // A series is one answer for all windows.
      series = known;
      redraw();
      parts.scope.replaceChildren(...titleWords(snapshot, state, series));
      setAttributes(parts.chart, { "aria-label": describe(series.series, snapshot, { window: limits, measures: state.measures }) });
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
 * @param {Element[]} ways  Other ways of moving, beside the inputs.
 */
function build(snapshot, limits, ways) {
  const months = { type: "month", min: monthText(limits.first), max: monthText(limits.last), required: true };
  const range = { type: "range", min: limits.first, max: limits.last, step: 1 };
  const from = h("input", { ...months, id: "from-month" });
  const to = h("input", { ...months, id: "to-month" });
  const fromLabel = h("label", { for: "from-month" }, "From");
  const toLabel = h("label", { for: "to-month" }, "to");
  const earlier = h("button", { type: "button", class: "step" }, chevron("M10 3 5 8l5 5"));
  const later = h("button", { type: "button", class: "step" }, chevron("M6 3l5 5-5 5"));
  const first = h("input", { ...range, class: "slider slider-first", "aria-label": "First month of the window" });
  const last = h("input", { ...range, class: "slider slider-last" });
  const chart = svg("svg", { class: "months", role: "img", "aria-label": "Each month" });
  const lacks = h("span", { class: "window-lacks" });
  const scope = h("span");
  const plot = h("div", { class: "plot" }, h("div", { class: "window-band" }), chart, first, last, h("p", { class: "plot-title" }, lacks, scope));
  plot.style.setProperty("--months", String(snapshot.months.length));
  const problem = h("p", { class: "window-problem", role: "alert" });
  const ends = h("div", { class: "window-ends" }, earlier, fromLabel, from, toLabel, to, later);
  const controls = h("div", { class: "window-controls" }, ends, h("div", { class: "window-ways" }, ...ways));
  return { all: [controls, problem, plot], scope, from, fromLabel, to, toLabel, earlier, later, first, last, chart, plot, lacks, problem };
}

/**
 * What a mode and a size of step make of the controls.
 * @param {Parts} parts
 * @param {Course} course
 */
function showWay({ first, last, to, fromLabel, toLabel, earlier, later }, { mode, step }) {
  const single = mode === "single";
  first.disabled = mode !== "moving";
  first.hidden = to.hidden = toLabel.hidden = single;
  fromLabel.textContent = single ? "Month" : "From";
  const months = step === 1 ? "One month" : `${step} months`;
  setAttributes(first, { title: mode === "locked" ? "The start is locked; the month beside From sets it." : undefined });
  setAttributes(last, { "aria-label": single ? "Month of the window" : "Last month of the window" });
  setAttributes(earlier, { "aria-label": `${months} earlier`, title: `${months} earlier` });
  setAttributes(later, { "aria-label": `${months} later`, title: `${months} later` });
}

/**
 * Puts a window into the inputs and says what it lacks. While it is dragged only what is new is written.
 * @param {Parts} parts
 * @param {Snapshot} snapshot
 * @param {Course & Pick<State, "measures"> & {limits: Window}} course
 */
function showControls(parts, snapshot, { window, mode, measures, limits }) {
  for (const [slider, input, month] of /** @type {const} */ ([[parts.first, parts.from, window.first], [parts.last, parts.to, window.last]])) {
    if (input.value !== monthText(month)) input.value = monthText(month);
    slider.value = String(month);
    const said = monthSaid(snapshot, month, measures);
    if (slider.getAttribute("aria-valuetext") !== said) slider.setAttribute("aria-valuetext", said);
  }
  const missing = missingMonths(snapshot.months, window, measures);
  const gaps = gapWords(gapsOf(snapshot.months, window, measures), snapshot);
  const absent = missing.length > 0 ? `${counted(missing.length, "month")} without data` : "";
  const lacks = [absent, gaps && "partly without data"].filter(Boolean).join(", ");
  if (parts.lacks.textContent !== lacks) parts.lacks.textContent = lacks;
  if (parts.lacks.title !== gaps) parts.lacks.title = gaps;
  if (parts.problem.textContent) parts.problem.textContent = "";
  parts.earlier.disabled = mode === "locked" ? window.last === window.first : window.first === limits.first;
  parts.later.disabled = window.last === limits.last;
  parts.plot.style.setProperty("--first", String(window.first - limits.first));
  parts.plot.style.setProperty("--length", String(windowLength(window)));
}

/**
 * A month and what it lacks, for a slider.
 * @param {Snapshot} snapshot
 * @param {number} month
 * @param {string[]} measures
 */
function monthSaid(snapshot, month, measures) {
  const alone = { first: month, last: month };
  if (missingMonths(snapshot.months, alone, measures).length > 0) return `${monthWords(month)}, no data delivered`;
  const lacking = gapWords(gapsOf(snapshot.months, alone, measures), snapshot);
  return `${monthWords(month)}${lacking ? `, ${lacking}` : ""}`;
}

/**
 * What the bars are, of what, and where.
 * @param {Snapshot} snapshot
 * @param {Pick<State, "measures">} state
 * @param {Place} place
 */
function titleWords(snapshot, state, place) {
  const whole = place.level === "force";
  const name = place.name ?? (place.sector ? `a hexagon in ${place.sector.name}` : "a hexagon outside every sector");
  return [
    `${sentenceCase(charted(place.series, snapshot).unit)} each month`,
    h("span", { class: "plot-scope" }, `, ${inSentence(chosenMeasures(snapshot, state))}`),
    h("span", { class: `plot-where${whole ? " is-whole" : ""}` }, `, in ${whole ? "the whole force" : name}`),
  ];
}

/**
 * @typedef {object} Moves
 * @property {Window} limits
 * @property {(window: Window) => void} draft
 * @property {(rest?: number) => void} commit
 * @property {(window: Window) => void} go  Both.
 * @property {() => Course} current
 * @property {AbortSignal} signal
 */

/**
 * @param {Parts} parts
 * @param {Moves} moves
 */
function listenToSliders({ first, last }, { draft, commit, current, signal }) {
  let byKey = false;
  for (const slider of [first, last]) {
    slider.addEventListener("keydown", (event) => {
      byKey = true;
      const year = event.key === "PageUp" ? 12 : event.key === "PageDown" ? -12 : 0;
      if (year === 0) return;
      event.preventDefault(); // A browser's own page is a tenth of the range, which is no number of months that anyone thinks in.
      slider.value = String(Number(slider.value) + year);
      slider.dispatchEvent(new Event("input"));
      commit(KEYS_REST_MS);
    }, { signal });
    slider.addEventListener("pointerdown", () => (byKey = false), { signal });
    slider.addEventListener("change", () => commit(byKey ? KEYS_REST_MS : 0), { signal });
  }
  first.addEventListener("input", () => {
    const { window } = current();
    draft({ first: Math.min(Number(first.value), window.last), last: window.last });
  }, { signal });
  last.addEventListener("input", () => {
    const { window, mode } = current();
    const month = Number(last.value);
    draft(fitted({ first: window.first, last: mode === "single" ? month : Math.max(month, window.first) }, mode));
  }, { signal });
}

/**
 * @param {Parts} parts
 * @param {Moves} moves
 */
function listenToInputs({ from, to, earlier, later, problem }, { limits, go, current, signal }) {
  for (const [button, way] of /** @type {const} */ ([[earlier, -1], [later, 1]])) {
    button.addEventListener("click", () => go(stepped(current(), way * current().step, limits)), { signal });
  }
  for (const input of [from, to]) {
    input.addEventListener("change", () => {
      const month = monthNumber(input.value);
      const { window, mode } = current();
      if (month === null || month < limits.first || month > limits.last) {
        problem.textContent = `Choose a month from ${windowWords(limits)}, written like ${monthText(limits.last)}.`;
      } else if (input === from) {
        go({ first: month, last: mode === "single" ? month : Math.max(month, window.last) });
      } else {
        go({ first: Math.min(month, window.first), last: month });
      }
    }, { signal });
  }
}

/**
 * Drags the window as a whole, or its end where the start is locked, by the bars and the room above them; the step buttons do
 * the same without dragging.
 * @param {Parts} parts
 * @param {Moves} moves
 */
function listenToDrag({ chart, plot }, { limits, draft, commit, current, signal }) {
  /** @type {{x: number, course: Course} | null} */
  let grip = null;
  const width = () => (plot.clientWidth - 2 * THUMB_PX) / windowLength(limits);
  const moved = (/** @type {Course} */ { window }) => window.first !== current().window.first || window.last !== current().window.last;
  chart.addEventListener("pointerdown", (event) => {
    const { window } = current();
    const month = limits.first + Math.floor((event.clientX - plot.getBoundingClientRect().left - THUMB_PX) / width());
    if (event.button !== 0 || month < window.first || month > window.last) return;
    grip = { x: event.clientX, course: current() };
    chart.setPointerCapture(event.pointerId);
  }, { signal });
  chart.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const window = stepped(grip.course, Math.round((event.clientX - grip.x) / width()), limits);
    if (moved({ ...grip.course, window })) draft(window);
  }, { signal });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    chart.addEventListener(end, () => {
      if (grip && moved(grip.course)) commit();
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
