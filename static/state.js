/**
 * The state of the page, which lives in the address: reloading or sending the address shows the same thing.
 *
 * A commit pushes a history entry, so Back undoes it. A draft (a slider being dragged) only replaces the address; the
 * entry gets its old address back before the commit pushes the new one, or Back would return to the end of the drag.
 *
 * @import {Beside, Camera, Course, LayerChoice, Snapshot, Sort, State, Window} from "./types.js"
 */

import { figuresOf } from "./base/figures.js";
import { measuresText, readMeasures } from "./base/measures.js";
import { extent, missingMonths, parseWindow, windowLength, windowText, windowWords } from "./base/months.js";
import { comparisonText, followed, readComparison } from "./compare/periods.js";
import { CONTEXT } from "./choices/context.js";
import { inEffect, readWhatif, whatifText } from "./base/multipliers.js";
import { fitted, MODES, SPEEDS, STEPS } from "./time/moving.js";

/** @typedef {"draft" | "commit" | "back"} Change */
/** @typedef {ReturnType<typeof createStore>} Store */

/** @type {LayerChoice[]} */
const LAYERS = ["hexagons", "sectors", "both"];
const DRAFT_REST_MS = 400; // Browsers ignore addresses that change more often than about 200 times in 30 seconds.
/** @type {Beside[]} */
export const BESIDE = ["count", "per_km2", "per_1000_residents", "change"];

/**
 * Holds the state and writes the address.
 * @param {Snapshot} snapshot
 * @param {(change: Change) => void} changed
 */
export function createStore(snapshot, changed) {
  const opened = readAddress(location.search, snapshot);
  let state = opened.state;
  let committed = opened.state;
  let complaints = opened.complaints;
  let timer = 0;

  const write = () => {
    clearTimeout(timer);
    timer = 0;
    history.replaceState(null, "", address(state, snapshot));
  };
  const back = () => {
    const { camera } = state;
    // Back undoes what was chosen, not where the map was moved to since.
    state = { ...readAddress(location.search, snapshot).state, camera };
    committed = state;
    write();
    changed("back");
  };
  addEventListener("popstate", back);
  write();

  return {
    get state() {
      return state;
    },

    /** What was wrong with the address that the page was opened with, in sentences; said until the next commit. */
    get complaints() {
      return complaints;
    },

    /** @param {Partial<State>} patch */
    draft(patch) {
      state = patched(state, patch);
      clearTimeout(timer);
      timer = setTimeout(write, DRAFT_REST_MS);
      changed("draft");
    },

    /** @param {Partial<State>} patch */
    commit(patch) {
      state = patched(state, patch);
      state = { ...state, whatif: inEffect(state.whatif, state.measures) };
      const before = address(committed, snapshot);
      const after = address(state, snapshot);
      complaints = [];
      clearTimeout(timer);
      timer = 0;
      history.replaceState(null, "", before);
      if (after !== before) history.pushState(null, "", after);
      committed = state;
      changed("commit");
    },

    /**
     * Notes where the map is. Moving it is not a step to undo.
     * @param {Camera} camera
     */
    moved(camera) {
      state = { ...state, camera };
      committed = { ...committed, camera };
      write();
    },

    /**
     * Notes how the map is looked at: which of two is shown, where the divider stands. No step to undo either.
     * @param {Partial<Pick<State, "showing" | "split">>} patch
     */
    noted(patch) {
      state = { ...state, ...patch };
      committed = { ...committed, ...patch };
      timer ||= setTimeout(write, DRAFT_REST_MS);
    },

    unmount() {
      clearTimeout(timer);
      removeEventListener("popstate", back);
    },
  };
}

/**
 * The state after a change: a baseline goes with its window.
 * @param {State} state
 * @param {Partial<State>} patch
 * @returns {State}
 */
function patched(state, patch) {
  const baseline = patch.window ? followed(state, patch.window) : state.baseline;
  return { ...state, baseline, ...patch };
}

/**
 * The address of a state, without what is as usual.
 * @param {State} state
 * @param {Snapshot} snapshot
 */
export function address(state, snapshot) {
  const parts = [];
  if (windowText(state.window) !== snapshot.default_window) parts.push(`window=${windowText(state.window)}`);
  if (state.mode !== "moving") parts.push(`mode=${state.mode}`);
  if (state.step !== 1) parts.push(`step=${state.step}`);
  if (state.speed !== "usual") parts.push(`speed=${state.speed}`);
  parts.push(...comparisonText(state));
  const measures = measuresText(snapshot, state.measures);
  if (measures) parts.push(`measures=${measures}`);
  if (state.count !== "each") parts.push(`count=${state.count}`);
  const whatif = whatifText(state.whatif);
  if (whatif) parts.push(`whatif=${whatif}`);
  if (state.layer !== "hexagons") parts.push(`layer=${state.layer}`);
  if (state.figure !== "harm") parts.push(`figure=${state.figure}`);
  if (state.level !== snapshot.levels[0]?.id) parts.push(`level=${state.level}`);
  if (state.context.length > 0) parts.push(`context=${state.context.join(",")}`);
  if (state.list !== "places") parts.push(`list=${state.list}`);
  if (state.beside !== usualBeside(state)) parts.push(`beside=${state.beside}`);
  if (state.place) parts.push(`place=${encodeURIComponent(state.place)}`);
  if (state.sort.by !== "harm" || !state.sort.descending) parts.push(`sort=${sortText(state.sort)}`);
  if (state.camera) parts.push(`at=${cameraText(state.camera)}`);
  return parts.length > 0 ? `?${parts.join("&")}` : location.pathname;
}

/**
 * The state that an address asks for, with a sentence for each wish that cannot be met.
 * @param {string} search
 * @param {Snapshot} snapshot
 * @returns {{state: State, complaints: string[]}}
 */
export function readAddress(search, snapshot) {
  const wishes = new URLSearchParams(search);
  const { measures, unknown } = readMeasures(wishes.get("measures"), snapshot);
  const { course, complaint } = readCourse(wishes, snapshot);
  const { whatif, complaint: misweighed } = readWhatif(wishes.get("whatif"), snapshot);
  const complaints = [complaint, misweighed].filter((sentence) => sentence !== null);
  if (unknown.length > 0) complaints.push(`The address names a measure that is not in the data: ${unknown.join(", ")}.`);
  const { beside, sort } = readColumns(wishes, snapshot);
  const compared = readComparison(wishes, course.window);
  if (wishes.has("baseline") && !compared.baseline) {
    complaints.push(`The address asks for the baseline "${wishes.get("baseline")}", which is not months such as 2021-03..2022-02.`);
  }
  return {
    complaints,
    state: {
      ...course,
      ...compared,
      measures,
      count: wishes.get("count") === "once" ? "once" : "each",
      whatif: inEffect(whatif, measures),
      layer: LAYERS.find((layer) => layer === wishes.get("layer")) ?? "hexagons",
      figure: figuresOf(snapshot).find(({ figure }) => figure === wishes.get("figure"))?.figure ?? "harm",
      level: snapshot.levels.find(({ id }) => id === wishes.get("level"))?.id ?? snapshot.levels[0]?.id ?? "",
      context: snapshot.records ? CONTEXT.map(({ kind }) => kind).filter((kind) => wishes.get("context")?.split(",").includes(kind)) : [],
      list: wishes.get("list") === "groups" && snapshot.groups > 0 ? "groups" : "places",
      beside,
      place: wishes.get("place"),
      sort,
      camera: readCamera(wishes.get("at")),
    },
  };
}

/**
 * @param {URLSearchParams} wishes
 * @param {Snapshot} snapshot
 * @returns {{course: Course, complaint: string | null}}
 */
function readCourse(wishes, snapshot) {
  const { window, complaint } = readWindow(wishes.get("window"), snapshot);
  const mode = MODES.find(({ id }) => id === wishes.get("mode"))?.id ?? "moving";
  const step = STEPS.find((months) => String(months) === wishes.get("step")) ?? 1;
  const speed = SPEEDS.find(({ id }) => id === wishes.get("speed"))?.id ?? "usual";
  return { course: { window: fitted(window, mode), mode, step, speed }, complaint };
}

/**
 * @param {string | null} text
 * @param {Snapshot} snapshot
 * @returns {{window: Window, complaint: string | null}}
 */
function readWindow(text, snapshot) {
  const limits = extent(snapshot.months);
  const usual = parseWindow(snapshot.default_window) ?? limits;
  if (text === null) return { window: usual, complaint: null };
  const window = parseWindow(text);
  if (window && window.first >= limits.first && window.last <= limits.last) return { window, complaint: null };
  const came = window ? windowWords(window) : `"${text}"`;
  return {
    window: usual,
    complaint:
      `The address asks for ${came}. The data runs from ${windowWords(limits)}, ` +
      `so the page shows ${windowWords(usual)} instead.`,
  };
}

/**
 * The figure beside the score, and the order of the rows, which can only be by a column that is there.
 * @param {URLSearchParams} wishes
 * @param {Snapshot} snapshot
 * @returns {{beside: Beside, sort: Sort}}
 */
function readColumns(wishes, { population }) {
  const text = wishes.get("sort");
  const baseline = parseWindow(wishes.get("baseline") ?? "");
  const usual = usualBeside({ baseline });
  const wanted = BESIDE.find((column) => column === wishes.get("beside")) ?? usual;
  const absent = (wanted === "per_1000_residents" && !population) || (wanted === "change" && !baseline);
  const beside = absent ? usual : wanted;
  /** @type {Sort["by"][]} */
  const columns = ["harm", "name", beside];
  const by = columns.find((column) => column === text?.replace("-", "")) ?? "harm";
  return { beside, sort: { by, descending: text === null ? true : text.startsWith("-") } };
}

/**
 * @param {Pick<State, "baseline">} state
 * @returns {Beside}
 */
function usualBeside({ baseline }) {
  return baseline ? "change" : "count";
}

/** @param {Sort} sort */
function sortText(sort) {
  return `${sort.descending ? "-" : ""}${sort.by}`;
}

/**
 * @param {string | null} text
 * @returns {Camera | null}
 */
function readCamera(text) {
  const [lon, lat, zoom] = (text ?? "").split(",").map(Number);
  if (lon === undefined || lat === undefined || zoom === undefined) return null;
  const sound = Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24;
  return sound ? { lon, lat, zoom } : null;
}

/** @param {Camera} camera */
function cameraText({ lon, lat, zoom }) {
  return `${lon.toFixed(4)},${lat.toFixed(4)},${zoom.toFixed(2)}`;
}

/**
 * True where every month of the window was not delivered: there is nothing to ask the server.
 * @param {State} state
 * @param {Snapshot} snapshot
 */
export function nothingDelivered(state, snapshot) {
  return missingMonths(snapshot.months, state.window, state.measures).length === windowLength(state.window);
}
