/**
 * A row of a source in words: when, what, where, and why it weighs what it does.
 *
 * @import {RecordRow} from "../types.js"
 */

import { number } from "../base/format.js";
import { capital } from "../base/levels.js";
import { knownMonth, monthWords } from "../base/months.js";

/** @param {RecordRow} row */
export function dateWords({ date, month }) {
  if (!date) return monthWords(knownMonth(month));
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(date));
}

/** @param {RecordRow} row */
export function whatWords({ offence, category, kind }) {
  return offence?.title || category || capital(kind.replaceAll("_", " "));
}

/** @param {RecordRow} row */
export function whereWords({ location, sector, point }) {
  const name = sector && !location.endsWith(sector.name) ? sector.name : "";
  const parts = [location, name].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(", ") : point ? "outside every sector" : "no location";
}

/** @param {RecordRow} row */
export function weightText({ weighed, points }) {
  const words = {
    offence: "by its own offence",
    category: "the mean of its category",
    local: "a local weight",
    measure: "by its measure",
    nothing: "counted, not weighed",
  }[weighed.by];
  return weighed.by === "nothing" ? words : `${number(points)} points, ${words}`;
}
