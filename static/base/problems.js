/**
 * What went wrong, in a sentence that a person can act on.
 */

import { Refused } from "../api.js";

/** @param {unknown} reason */
export function sentence(reason) {
  return reason instanceof Refused ? reason.message : `Something went wrong in the page: ${reason}. Load it again.`;
}

/**
 * Whether somebody asked for something else meanwhile.
 * @param {unknown} reason
 */
export function isAbort(reason) {
  return reason instanceof DOMException && reason.name === "AbortError";
}
