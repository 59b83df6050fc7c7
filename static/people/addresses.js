/**
 * Addresses of groups, people, places and rows. They hold ids and references and never a name: addresses end up in logs and
 * histories.
 *
 * @import {RecordRow, Snapshot} from "../types.js"
 */

import { carried } from "../base/frame.js";

/** @param {string} id */
export const groupAddress = (id) => `/groups/${encodeURIComponent(id)}${carried()}`;

/** @param {string} id */
export const nominalAddress = (id) => `/nominals/${encodeURIComponent(id)}${carried()}`;

/**
 * The id in this page's address, which is all that follows the start of the path.
 * @param {string} start
 */
export function idHere(start) {
  const text = location.pathname.slice(start.length);
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // No encoded text, so no id that anything has; the server says so.
  }
}

/**
 * The map at a place, with the window of this page.
 * @param {string} place
 */
export function mapAddress(place) {
  return `/${carried({ place })}`;
}

/**
 * The rows of the incident on the page of the records; null where that has nothing to show.
 * @param {RecordRow} row
 * @param {string[]} measures  Under which the event counts.
 * @param {Snapshot} snapshot
 */
export function recordAddress({ reference, month }, measures, { months }) {
  if (measures.length === 0 || !months.some((value) => value.month === month)) return null;
  const asked = { count: "once", measures: measures.join(","), query: reference.slice(0, 80), window: `${month}..${month}` };
  return `/records?${new URLSearchParams(asked).toString().replaceAll("%2C", ",")}`;
}
