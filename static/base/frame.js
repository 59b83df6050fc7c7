/**
 * What frames every page: whose data it is, that it is synthetic, and the classification marking at the top and bottom.
 *
 * @import {Snapshot} from "../types.js"
 */

import { byId, h } from "./dom.js";

/**
 * Fills `#force`, shows `#synthetic` where it holds, and puts the marking around the page, once.
 * @param {Pick<Snapshot, "force" | "synthetic" | "marking">} snapshot
 */
export function writeFrame({ force, synthetic, marking }) {
  byId("force").textContent = force;
  byId("synthetic").hidden = !synthetic;
  if (!marking || document.querySelector(".marking")) return;
  document.body.prepend(h("aside", { class: "marking", "aria-label": "Classification" }, marking));
  document.body.append(h("aside", { class: "marking", "aria-label": "Classification, again at the foot" }, marking));
  document.documentElement.classList.add("is-marked");
  // For the margins of printed sheets, see style.css: a string of CSS, with nothing in it that could end it.
  document.documentElement.style.setProperty("--marking", `"${marking.replace(/["\\]/g, "\\$&")}"`);
}
