/**
 * What frames every page: whose data it is, that it is synthetic, the ways to the other pages, and the classification marking at
 * the top and bottom.
 *
 * @import {Snapshot} from "../types.js"
 */

import { byId, h } from "./dom.js";

const ROOMS = { "/": "Map", "/groups": "Groups", "/nominals": "People", "/imports": "Imports" };
const OF_RECORDS = ["/groups", "/nominals"];
const CARRIED = ["window", "measures"]; // From page to page.

/**
 * Fills `#force`, shows `#synthetic` where it holds, and puts the marking around the page, once.
 * @param {Pick<Snapshot, "force" | "synthetic" | "marking" | "records">} snapshot
 */
export function writeFrame({ force, synthetic, marking, records }) {
  byId("force").textContent = force;
  byId("synthetic").hidden = !synthetic;
  for (const nav of document.querySelectorAll("nav.rooms")) nav.replaceChildren(...roomLinks(records));
  if (!marking || document.querySelector(".marking")) return;
  document.body.prepend(h("aside", { class: "marking", "aria-label": "Classification" }, marking));
  document.body.append(h("aside", { class: "marking", "aria-label": "Classification, again at the foot" }, marking));
  document.documentElement.classList.add("is-marked");
  // For the margins of printed sheets, see style.css: a string of CSS, with nothing in it that could end it.
  document.documentElement.style.setProperty("--marking", `"${marking.replace(/["\\]/g, "\\$&")}"`);
}

/**
 * The part of this page's address that holds the window and the measures; empty where both are as usual.
 * @param {Record<string, string>} [more]
 */
export function carried(more = {}) {
  return query(CARRIED, more);
}

/**
 * These parameters of this page's address, as the query of another.
 * @param {string[]} names
 * @param {Record<string, string>} [more]
 */
export function query(names, more = {}) {
  const here = new URLSearchParams(location.search);
  const kept = new URLSearchParams(more);
  for (const name of names) {
    const value = here.get(name);
    if (value !== null && !kept.has(name)) kept.set(name, value);
  }
  const text = kept.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

/** @param {boolean} records  Whether they are shown. */
function roomLinks(records) {
  return Object.entries(ROOMS)
    .filter(([path]) => records || !OF_RECORDS.includes(path))
    .map(([path, label]) => {
      const here = location.pathname === path ? "page" : path !== "/" && location.pathname.startsWith(`${path}/`) ? "true" : undefined;
      const link = h("a", { href: path, "aria-current": here }, label);
      // When it is used: the window of the map moves.
      for (const use of ["click", "auxclick"]) link.addEventListener(use, () => link.setAttribute("href", `${path}${carried()}`));
      return link;
    });
}
