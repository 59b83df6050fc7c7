/**
 * What the pages of groups and people have in common: the strip along the top, and what is said where records are closed
 * or something went wrong.
 *
 * @import {Api} from "../api.js"
 * @import {Snapshot} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { isAbort, sentence } from "../base/problems.js";
import { writeFrame } from "../base/frame.js";

const CLOSED = "This server does not show records, and so no groups and people. The map and its figures are open.";

/**
 * Writes the strip, and then the page; where records are closed it only says so.
 * @param {Api} api
 * @param {(snapshot: Snapshot) => Promise<void>} open
 */
export async function openPage(api, open) {
  try {
    const snapshot = await api.snapshot();
    writeFrame(snapshot);
    if (snapshot.records) await open(snapshot);
    else byId("title").parentElement?.replaceChildren(h("h1", {}, "Groups and people are not shown here"), h("p", { class: "scope" }, CLOSED));
  } catch (reason) {
    complain(reason);
  }
}

/** @param {unknown} reason */
export function complain(reason) {
  if (isAbort(reason)) return;
  byId("problems").textContent = sentence(reason);
}
