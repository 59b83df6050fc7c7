/**
 * Reports that may be shown beside the harm: which, how many there are in the window, and their points for the map. They
 * come from the records, all months at once, so that a slider asks for nothing; where records are closed there are none.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {ContextPoint, Report, Reports, Snapshot, State, Window} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { number } from "../base/format.js";
import { parseWindow, windowWords } from "../base/months.js";

/** The kinds, in the order of the address; the last is drawn as a ring. */
export const CONTEXT = [
  { kind: "crimestoppers", title: "Crimestoppers reports", one: "Crimestoppers report", hollow: false },
  { kind: "trading_standards", title: "Trading Standards reports", one: "Trading Standards report", hollow: true },
];
const CLOSED = "Crimestoppers and Trading Standards reports are not shown: the records are closed on this server.";

/**
 * @typedef {object} ContextEvents
 * @property {(kinds: string[]) => void} chosen
 * @property {(kind: string) => Promise<Reports>} ask
 * @property {(points: ContextPoint[]) => void} show
 * @property {(reason: unknown) => void} failed
 */

/**
 * @param {Snapshot} snapshot
 * @param {ContextEvents} events
 */
export function mountContext({ records, recipe }, events) {
  const there = CONTEXT.filter(({ kind }) => recipe.measures.some(({ id }) => id === kind)); // Of what no source feeds there is none.
  const stop = new AbortController();
  /** @type {Map<string, Reports>} */
  const known = new Map();
  /** @type {Map<string, Promise<Reports>>} */
  const asked = new Map();
  /** @type {State | null} */
  let shown = null;
  const rows = there.map(({ kind, title, hollow }) => {
    const input = h("input", { type: "checkbox", value: kind });
    const dot = h("span", { class: "context-dot", "aria-hidden": "true" });
    const count = h("span", { class: "context-count" });
    return { kind, hollow, input, dot, count, element: h("label", { class: "option" }, input, dot, h("span", {}, title), count) };
  });
  const element = records
    ? h("details", { class: "context" }, h("summary", {}, "Reports beside the harm"), ...rows.map((row) => row.element))
    : h("p", { class: "context context-closed" }, CLOSED);
  element.hidden = there.length === 0;
  byId("more-choices").append(element);
  for (const { input } of rows) {
    input.addEventListener("change", () => {
      events.chosen(rows.filter((row) => row.input.checked).map(({ kind }) => kind));
    }, { signal: stop.signal });
  }

  /** @param {string} kind */
  function fetchOnce(kind) {
    const coming = asked.get(kind) ?? events.ask(kind);
    asked.set(kind, coming);
    coming.catch(() => asked.delete(kind));
    return coming;
  }

  /** @param {Window} window */
  function draw(window) {
    /** @type {ContextPoint[]} */
    const points = [];
    for (const { kind, count } of rows) {
      const reports = shown?.context.includes(kind) ? known.get(kind) : undefined;
      const within = reports?.points.filter(({ month }) => isWithin(month, window)) ?? [];
      count.textContent = reports ? `${number(within.length)}${reports.cut ? " at least" : ""}` : "";
      for (const report of within) points.push({ kind, words: wordsOf(kind, report), point: report.point });
    }
    events.show(points);
  }

  return {
    /**
     * @param {State} state
     * @param {Palette} palette
     */
    async update(state, palette) {
      if (!records) return;
      shown = state;
      if (state.context.length > 0) element.setAttribute("open", "");
      for (const { kind, input, dot, hollow } of rows) {
        input.checked = state.context.includes(kind);
        dot.style.borderColor = palette.report;
        dot.style.backgroundColor = hollow ? palette.halo : palette.report;
      }
      draw(state.window);
      try {
        for (const kind of state.context) known.set(kind, await fetchOnce(kind));
      } catch (reason) {
        events.failed(reason);
      }
      if (shown === state) draw(state.window);
    },
    /**
     * Follows a slider that is being dragged.
     * @param {Window} window
     */
    draft(window) {
      if (shown?.context.length) draw(window);
    },
    unmount() {
      stop.abort();
      element.remove();
    },
  };
}

/**
 * @param {string} month
 * @param {Window} window
 */
function isWithin(month, { first, last }) {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const at = year * 12 + number - 1;
  return at >= first && at <= last;
}

/**
 * @param {string} kind
 * @param {Report} report
 */
function wordsOf(kind, { month, category }) {
  const window = parseWindow(`${month}..${month}`);
  const one = CONTEXT.find((each) => each.kind === kind)?.one ?? kind;
  return [one, window ? windowWords(window) : month, category].filter((part) => part !== null).join(", ");
}
