/**
 * What changed against the window before: the score and each measure then and now. A change is not an effect.
 *
 * @import {Answers} from "./asking.js"
 * @import {Place} from "../types.js"
 */

import { h } from "../base/dom.js";
import { monthList, number } from "../base/format.js";
import { windowLength, windowWords } from "../base/months.js";

const MOST_ROWS = 6;
const STANDARD_ERRORS = 1.96; // Of a 95 % range.

/** @param {Answers} answers */
export function changed(answers) {
  const { now, then } = answers;
  if (!then) return part("What changed", h("p", { class: "paper-aside" }, "The data has no earlier months to compare this window with."));
  return part(
    `Change since ${windowWords(then.window)}`,
    h(
      "table",
      { class: "paper-table" },
      h("caption", { class: "for-readers" }, "Harm before and now, by measure"),
      h("thead", {}, h("tr", {}, head("Harm"), head("Before", true), head("Now", true), head("Change", true))),
      h("tbody", {}, row("All", then.place.harm, now.harm, "is-total"), ...measureRows(now, then.place), ...splitRows(now, then.place)),
    ),
    h("p", { class: "paper-aside" }, verdict(answers)),
    h("p", { class: "paper-aside" }, "A change is not an effect: it does not say what brought it about. What police activity finds rises when the police look harder."),
  );
}

/**
 * @param {Place} now
 * @param {Place} then
 */
function measureRows(now, then) {
  const before = new Map(then.parts.map((part) => [part.measure, part]));
  const gone = then.parts.filter(({ measure }) => !now.parts.some((part) => part.measure === measure));
  const rows = [
    ...now.parts.map((part) => ({ title: part.title, before: before.get(part.measure)?.harm ?? 0, after: part.harm })),
    ...gone.map((part) => ({ title: part.title, before: part.harm, after: 0 })),
  ];
  const weighty = rows.filter(({ before: harm, after }) => harm > 0 || after > 0);
  weighty.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  if (weighty.length < 2) return [];
  return weighty.slice(0, MOST_ROWS).map(({ title, before: harm, after }) => row(title, harm, after));
}

/**
 * @param {Place} now
 * @param {Place} then
 */
function splitRows(now, then) {
  if (now.generated.police.harm === 0 && then.generated.police.harm === 0) return [];
  return [
    row("Reported by victims", then.generated.victim.harm, now.generated.victim.harm, "is-split"),
    row("Found by police activity", then.generated.police.harm, now.generated.police.harm),
  ];
}

/**
 * @param {string} label
 * @param {number} before
 * @param {number} after
 * @param {string} [kind]
 */
function row(label, before, after, kind = "") {
  const cells = [number(before), number(after), signed(after - before)].map((text) => h("td", { class: "numeric" }, text));
  return h("tr", { class: kind }, h("th", { scope: "row" }, label), ...cells);
}

/**
 * Whether the score differs by more than chance, in words; without that where the two windows cannot be compared.
 * @param {Answers} answers
 */
function verdict({ now, then, state }) {
  if (!then) return "";
  const whole = now.window.delivered === then.place.window.delivered && windowLength(state.window) === windowLength(then.window);
  const gaps = Object.keys(now.window.partly_missing).length + Object.keys(then.place.window.partly_missing).length;
  if (!whole || gaps > 0) {
    const lacking = [...now.window.missing, ...then.place.window.missing];
    const which = lacking.length > 0 && lacking.length < 5 ? ` (missing: ${monthList(lacking)})` : "";
    return `Not the same months were delivered for both${which}, so the difference is not like with like.`;
  }
  const difference = now.harm - then.place.harm;
  const spread = STANDARD_ERRORS * Math.hypot(now.standard_error, then.place.standard_error);
  const heaviest = Math.max(now.largest?.harm ?? 0, then.place.largest?.harm ?? 0);
  const percent = then.place.harm > 0 ? ` (${signed((100 * difference) / then.place.harm)}%)` : "";
  const more = Math.abs(difference) - heaviest > spread;
  const ranks = now.rank !== null && then.place.rank !== null ? ` Rank ${then.place.rank} before, ${now.rank} now.` : "";
  return `${more ? "More than chance alone would bring" : "No more than chance alone can bring"}${percent}.${ranks}`;
}

/**
 * "+12", "−12", "0".
 * @param {number} value
 */
function signed(value) {
  const rounded = Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  if (rounded === 0) return "0";
  return `${rounded > 0 ? "+" : "−"}${number(Math.abs(rounded))}`;
}

/**
 * @param {string} label
 * @param {boolean} [numeric]
 */
export function head(label, numeric = false) {
  return h("th", { scope: "col", class: numeric ? "numeric" : "" }, label);
}

/**
 * @param {string} heading
 * @param {...Node} content
 */
export function part(heading, ...content) {
  return h("section", { class: "paper-part" }, h("h2", {}, heading), ...content);
}
