/**
 * Months and windows: `2022-03` and `2022-03..2023-02` in text, whole numbers (year * 12 + month - 1) inside.
 *
 * @import {Gap, MonthValue, Window} from "../types.js"
 */

const NAMES = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

/**
 * The month's number, or null where the text is not a month.
 * @param {string} text
 */
export function monthNumber(text) {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  return found ? Number(found[1]) * 12 + Number(found[2]) - 1 : null;
}

/**
 * The number of a month that the server wrote.
 * @param {string} text
 */
export function knownMonth(text) {
  const month = monthNumber(text);
  if (month === null) throw new Error(`The server sent "${text}" where a month such as 2022-03 was expected.`);
  return month;
}

/** @param {number} month */
export function monthText(month) {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/**
 * "March 2022".
 * @param {number} month
 */
export function monthWords(month) {
  return `${NAMES[month % 12]} ${Math.floor(month / 12)}`;
}

/**
 * "M", the letter of March.
 * @param {number} month
 */
export function monthLetter(month) {
  return NAMES[month % 12]?.charAt(0) ?? "";
}

/**
 * The window, or null where the text is not one.
 * @param {string} text
 * @returns {Window | null}
 */
export function parseWindow(text) {
  const [first, last, ...rest] = text.split("..").map(monthNumber);
  if (first == null || last == null || rest.length > 0 || first > last) return null;
  return { first, last };
}

/** @param {Window} window */
export function windowText(window) {
  return `${monthText(window.first)}..${monthText(window.last)}`;
}

/**
 * "March 2022 to February 2023", or "March 2022" for one month.
 * @param {Window} window
 */
export function windowWords(window) {
  if (window.first === window.last) return monthWords(window.first);
  return `${monthWords(window.first)} to ${monthWords(window.last)}`;
}

/**
 * "Mar 2022 to Feb 2023", for where there is little room.
 * @param {Window} window
 */
export function shortWindowWords(window) {
  return windowWords(window).replaceAll(/[A-Z][a-z]+/g, (name) => name.slice(0, 3));
}

/** @param {Window} window */
export function windowLength(window) {
  return window.last - window.first + 1;
}

/**
 * First and last month that a snapshot knows.
 * @param {MonthValue[]} months
 * @returns {Window}
 */
export function extent(months) {
  const numbers = months.map((value) => knownMonth(value.month));
  return { first: Math.min(...numbers), last: Math.max(...numbers) };
}

/**
 * The months of a window in which none of the measures was delivered.
 * @param {MonthValue[]} months  As the snapshot has them: what they lack is of all measures.
 * @param {Window} window
 * @param {string[]} measures
 */
export function missingMonths(months, window, measures) {
  return inWindow(months, window).filter((value) => lacksAll(value, measures)).map((value) => value.month);
}

/**
 * The months of a window that some of the measures lack although others were delivered.
 * @param {MonthValue[]} months  As the snapshot has them.
 * @param {Window} window
 * @param {string[]} measures
 * @returns {Gap[]}
 */
export function gapsOf(months, window, measures) {
  const some = inWindow(months, window).filter((value) => !lacksAll(value, measures));
  return measures
    .map((measure) => ({ measure, months: some.filter(({ lacking }) => lacking.includes(measure)).map(({ month }) => month) }))
    .filter((gap) => gap.months.length > 0);
}

/**
 * @param {MonthValue} value
 * @param {string[]} measures
 */
function lacksAll({ delivered, lacking }, measures) {
  return !delivered || measures.every((measure) => lacking.includes(measure));
}

/**
 * @param {MonthValue[]} months
 * @param {Window} window
 */
export function inWindow(months, window) {
  return months.filter(({ month }) => knownMonth(month) >= window.first && knownMonth(month) <= window.last);
}

/**
 * The window moved by some months, kept whole inside the limits.
 * @param {Window} window
 * @param {number} months
 * @param {Window} limits
 * @returns {Window}
 */
export function shifted(window, months, limits) {
  const step = Math.min(Math.max(months, limits.first - window.first), limits.last - window.last);
  return { first: window.first + step, last: window.last + step };
}
