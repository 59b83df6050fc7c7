/**
 * How a window moves, and the windows that have a name. Months alone: nothing here touches the page.
 *
 * @import {Course, Mode, Speed, Window} from "../types.js"
 */

import { counted } from "../base/format.js";
import { monthWords, shifted, windowLength, windowText, windowWords } from "../base/months.js";

/** @type {{id: Mode, label: string, meaning: string}[]} */
export const MODES = [
  { id: "moving", label: "Moving window", meaning: "Both ends move together; the length stays." },
  { id: "locked", label: "Locked start", meaning: "The first month stays; the last one moves." },
  { id: "single", label: "Single month", meaning: "One month at a time." },
];

export const STEPS = [1, 3, 12]; // Months.

/** @type {{id: Speed, label: string, perSecond: number}[]} */
export const SPEEDS = [
  { id: "slow", label: "Slow", perSecond: 0.5 },
  { id: "usual", label: "Usual", perSecond: 1 },
  { id: "fast", label: "Fast", perSecond: 2 },
];

/**
 * The window moved by some months in the way of its mode, kept inside the limits: the last step may be a shorter one, so
 * that the last month is never jumped over.
 * @param {Pick<Course, "window" | "mode">} course
 * @param {number} months
 * @param {Window} limits
 * @returns {Window}
 */
export function stepped({ window, mode }, months, limits) {
  if (mode !== "locked") return shifted(window, months, limits);
  return { first: window.first, last: Math.min(Math.max(window.last + months, window.first), limits.last) };
}

/**
 * Where playing begins: the earliest window of the same length, or the first month alone where it is locked.
 * @param {Pick<Course, "window" | "mode">} course
 * @param {Window} limits
 * @returns {Window}
 */
export function beginning({ window, mode }, limits) {
  if (mode === "locked") return { first: window.first, last: window.first };
  return { first: limits.first, last: limits.first + windowLength(window) - 1 };
}

/**
 * The window as a mode can have it: of a single month it is the last one.
 * @param {Window} window
 * @param {Mode} mode
 * @returns {Window}
 */
export function fitted(window, mode) {
  return mode === "single" ? { first: window.last, last: window.last } : window;
}

/**
 * The window that another mode goes on with: it ends where it ended. After a single month it is as long as usual again, or
 * there would be nothing that moves otherwise.
 * @param {Pick<Course, "window" | "mode">} course
 * @param {Mode} mode
 * @param {{usual: number, limits: Window}} data  Months of the usual window; first and last month.
 * @returns {Window}
 */
export function inMode({ window, mode: before }, mode, { usual, limits }) {
  if (before !== "single" || mode === "single") return fitted(window, mode);
  return { first: Math.max(window.last - usual + 1, limits.first), last: window.last };
}

/**
 * A window with a name.
 * @typedef {{id: string, label: string, window: Window, refused: string}} Preset  `refused` says why it cannot be had.
 */

/**
 * The presets, in calendar months up to the last of the data, whether they were delivered or not.
 * @param {Window} window  In force: the same period last year goes by it.
 * @param {Window} limits
 * @returns {Preset[]}
 */
export function presets(window, { first, last }) {
  /** @type {[string, string, Window][]} */
  const named = [
    ...[3, 6, 12].map((months) => /** @type {[string, string, Window]} */ ([`last-${months}`, `Last ${months} months`, { first: last - months + 1, last }])),
    ["year-to-date", "Year to date", { first: last - (last % 12), last }],
    ["year-before", "Same period last year", { first: window.first - 12, last: window.last - 12 }],
    ["all", "All months", { first, last }],
  ];
  return named.map(([id, label, months]) => {
    const refused = months.first < first ? `${windowWords(months)} would begin before the data, which begins in ${monthWords(first)}.` : "";
    return { id, label, window: months, refused };
  });
}

/**
 * What the window is called: the preset that it is, or its length.
 * @param {Window} window
 * @param {Window} limits
 */
export function windowName(window, limits) {
  const same = presets(window, limits).find((preset) => windowText(preset.window) === windowText(window));
  return same?.label ?? counted(windowLength(window), "month");
}
