/**
 * Numbers, dates and lists as people in Britain write them.
 *
 * @import {Snapshot} from "../types.js"
 */

import { knownMonth, monthWords } from "./months.js";

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
const tenths = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumSignificantDigits: 3 });
const percent = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
const conjunction = new Intl.ListFormat("en-GB", { type: "conjunction" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/**
 * Harm points or events. A value under ten keeps its decimals, so that a small harm is never shown as none.
 * @param {number} value
 */
export function number(value) {
  return (Math.abs(value) < 10 ? fine : whole).format(value);
}

/**
 * "1.36m", for axes and other places without room.
 * @param {number} value
 */
export function shortNumber(value) {
  return short.format(value).toLowerCase();
}

/**
 * "6.6%"; a share too small for that is never written as nothing.
 * @param {number} part  0 to 1.
 */
export function share(part) {
  return part > 0 && part < 0.001 ? "under 0.1%" : percent.format(part);
}

/**
 * "1 event", "12 events".
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * "12.5".
 * @param {number} people
 */
export function peopleNumber(people) {
  return tenths.format(people);
}

/**
 * "12.5 people". People are a stock: over a window the mean of its month-ends, so there are parts of one.
 * @param {number} people
 */
export function peopleWords(people) {
  return `${peopleNumber(people)} ${people === 1 ? "person" : "people"}`;
}

/**
 * "12 events", "12 events and 3.5 people": never one number for both.
 * @param {{count: number, people: number}} amount
 */
export function amountWords({ count, people }) {
  if (people === 0) return counted(count, "event");
  return count === 0 ? peopleWords(people) : `${counted(count, "event")} and ${peopleWords(people)}`;
}

/** @param {string[]} words */
export function list(words) {
  return conjunction.format(words);
}

/**
 * "January 2022 and March 2022".
 * @param {string[]} months
 */
export function monthList(months) {
  return list(months.map((text) => monthWords(knownMonth(text))));
}

/**
 * "23 November 2026".
 * @param {string} timestamp
 */
export function date(timestamp) {
  return day.format(new Date(timestamp));
}

/**
 * "3" or "3=" for a shared rank.
 * @param {{rank: number, tied: boolean}} sector
 */
export function rank({ rank, tied }) {
  return `${rank}${tied ? "=" : ""}`;
}

/**
 * "3 to 6", ends rounded as numbers are.
 * @param {[number, number]} range
 */
export function rangeWords([low, high]) {
  return low === high ? number(low) : `${number(low)} to ${number(high)}`;
}

/** @param {Snapshot} snapshot */
export function recipeName(snapshot) {
  const { title, release } = snapshot.recipe;
  return `${title}, ${release}`;
}
