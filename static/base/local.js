/**
 * Marks a weight that is nobody's publication but this force's own, and says who set it, when and why.
 *
 * @import {Measure} from "../types.js"
 */

import { h } from "./dom.js";

let marks = 0;

/**
 * The mark, and the sentence that pressing it opens; hovering over it shows the sentence too, and a screen reader that comes
 * to it reads it out. Nothing for a published weight.
 * @param {Measure | undefined} measure
 */
export function localMark(measure) {
  const words = localWords(measure);
  if (!words) return [];
  const note = h("span", { class: "local-note", id: `local-${(marks += 1)}`, role: "note" }, words);
  const button = h(
    "button",
    { type: "button", class: "local", title: words, "aria-expanded": "false", "aria-controls": note.id },
    "local",
    h("span", { class: "for-readers" }, ` weight of ${measure?.title ?? ""}`),
  );
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
  });
  return [button, note];
}

/**
 * "Local weight of 500, set by … on …: …".
 * @param {Measure | undefined} measure
 */
export function localWords(measure) {
  if (!measure?.local) return "";
  const { author, date, reason } = measure.local;
  return `Local weight, not published by anyone else: ${measure.weight} points, set by ${author} on ${date}: ${reason}.`;
}
