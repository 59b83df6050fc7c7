/**
 * Tables with a caption, headings that sort, and pages beneath.
 */

import { h } from "../base/dom.js";
import { number } from "../base/format.js";

/** @typedef {{by: string, label: string, first: "" | "-", numeric?: boolean}} Column  What a heading sorts by, and which way first. */

/**
 * A heading whose button sorts.
 * @param {Column} column
 * @param {string} sort  In force, with a minus the largest first.
 */
export function sortHead({ by, label, first, numeric = false }, sort) {
  const now = sort === by ? "ascending" : sort === `-${by}` ? "descending" : "none";
  const next = now === "none" ? `${first}${by}` : now === "ascending" ? `-${by}` : by;
  const button = h("button", { type: "button", "data-sort": next }, label);
  return h("th", { scope: "col", class: numeric ? "numeric" : "", "aria-sort": now, "data-column": by }, button);
}

/**
 * A plain heading of a column.
 * @param {string} label
 * @param {boolean} [numeric]
 */
export function head(label, numeric = false) {
  return h("th", { scope: "col", class: numeric ? "numeric" : "" }, label);
}

/** @param {string} text */
export function numeric(text) {
  return h("td", { class: "numeric" }, text);
}

/**
 * A table that scrolls within the page where it is too wide for it.
 * @param {string} caption  For those who hear the page; those who see it have a heading above.
 * @param {Element[]} heads
 * @param {Element[]} rows
 */
export function table(caption, heads, rows) {
  return h(
    "div",
    { class: "wide" },
    h("table", { class: "events" }, h("caption", { class: "for-readers" }, caption), h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
  );
}

/**
 * A bar beneath a figure or a name.
 * @param {number} part  Of the longest, 0 to 1.
 */
export function bar(part) {
  const drawn = h("span", { class: "harm-bar", "aria-hidden": "true" });
  drawn.style.width = `${(100 * Math.min(1, part)).toFixed(2)}%`;
  return drawn;
}

/**
 * "Events 1 to 50 of 90".
 * @param {string} what
 * @param {{page: number, size: number, total: number}} answer
 */
export function shownWords(what, { page, size, total }) {
  const first = (page - 1) * size + 1;
  if (total === 0 || first > total) return total === 0 ? `No ${what.toLowerCase()}` : `No ${what.toLowerCase()} on this page`;
  return `${what} ${number(first)} to ${number(Math.min(total, page * size))} of ${number(total)}`;
}

/**
 * Buttons to the page before and after; none where there is only one.
 * @param {{page: number, size: number, total: number}} answer
 */
export function pageButtons({ page, size, total }) {
  const last = Math.max(1, Math.ceil(total / size));
  if (last === 1) return [];
  const step = (/** @type {string} */ label, /** @type {number} */ to) =>
    h("button", { type: "button", "data-page": to, disabled: to < 1 || to > last }, label);
  return [step("Previous", page - 1), h("span", {}, `Page ${number(page)} of ${number(last)}`), step("Next", page + 1)];
}
