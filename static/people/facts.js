/**
 * A few figures side by side.
 */

import { h } from "../base/dom.js";

/** @param {{label: string, value: string, beneath?: string}[]} facts */
export function drawFacts(facts) {
  return h(
    "dl",
    { class: "figures" },
    ...facts.map(({ label, value, beneath }) =>
      h("div", {}, h("dt", {}, label, ...(beneath ? [h("span", { class: "beneath" }, beneath)] : [])), h("dd", {}, value)),
    ),
  );
}
