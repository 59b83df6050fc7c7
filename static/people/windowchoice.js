/**
 * The months that are looked at: two lists, as the page has no slider.
 *
 * @import {Snapshot} from "../types.js"
 * @import {Go} from "./steps.js"
 */

import { h } from "../base/dom.js";
import { knownMonth, monthWords } from "../base/months.js";

/**
 * @param {Snapshot} snapshot
 * @param {string} text  The window in force.
 * @param {Go} go
 */
export function windowChoice({ months }, text, go) {
  const [first = "", last = ""] = text.split("..");
  const choose = (/** @type {string} */ from, /** @type {string} */ to, /** @type {string} */ focus) =>
    go({ window: from <= to ? `${from}..${to}` : focus === "from" ? `${from}..${from}` : `${to}..${to}`, page: null }, `#${focus}`);
  const selects = { from: monthSelect("from", first), to: monthSelect("to", last) };
  selects.from.addEventListener("change", () => choose(selects.from.value, selects.to.value, "from"));
  selects.to.addEventListener("change", () => choose(selects.from.value, selects.to.value, "to"));
  return h(
    "div",
    { class: "window" },
    h("span", { class: "months-in" }, h("label", { for: "from" }, "From"), selects.from),
    h("span", { class: "months-in" }, h("label", { for: "to" }, "to"), selects.to),
  );

  /**
   * @param {string} id
   * @param {string} chosen
   */
  function monthSelect(id, chosen) {
    const options = months.map(({ month }) => h("option", { value: month, selected: month === chosen }, monthWords(knownMonth(month))));
    return h("select", { id }, ...options);
  }
}
