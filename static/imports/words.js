/**
 * Times, sizes and sources as this page writes them, and tables as it lays them out.
 */

import { h } from "../base/dom.js";

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const tenths = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

/**
 * "23 Nov 2026, 20:42 UTC".
 * @param {string} timestamp  ISO 8601.
 */
export function moment(timestamp) {
  return `${time.format(new Date(timestamp))} UTC`;
}

/**
 * "12.3 MB".
 * @param {number} bytes
 */
export function sizeWords(bytes) {
  return bytes < 1e6 ? `${tenths.format(bytes / 1e3)} kB` : `${tenths.format(bytes / 1e6)} MB`;
}

/**
 * "Recorded crime" of "recorded-crime".
 * @param {string} name
 */
export function plain(name) {
  const words = name.replace(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @typedef {{label: string, numeric?: boolean}} Column */

/**
 * A table that scrolls by itself where it is wider than the page.
 * @param {string} caption
 * @param {Column[]} columns
 * @param {Node[]} rows
 * @param {string} [kind]  A class of its own.
 */
export function table(caption, columns, rows, kind = "") {
  const heads = columns.map(({ label, numeric }) => h("th", { scope: "col", class: numeric ? "numeric" : "" }, label));
  const body = h("table", { class: `events ${kind}` }, h("caption", {}, caption), h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows));
  return h("div", { class: "wide", role: "region", tabindex: 0, "aria-label": caption }, body);
}

/**
 * A button that opens and closes what is beneath it.
 * @param {string} label
 * @param {string} about  What it opens, for those who hear the button alone.
 * @param {HTMLElement} beneath  With an id, closed at first.
 */
export function opener(label, about, beneath) {
  beneath.hidden = true;
  const said = h("span", { class: "for-readers" }, ` ${about}`);
  const button = h("button", { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": beneath.id }, label, said);
  button.addEventListener("click", () => {
    beneath.hidden = !beneath.hidden;
    button.setAttribute("aria-expanded", String(!beneath.hidden));
  });
  return button;
}
