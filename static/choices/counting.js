/**
 * Switches between counting an event under each of its measures and once, and says how much that matters.
 *
 * @import {Amount, State, View} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { amountWords, number } from "../base/format.js";

/** @param {(count: State["count"]) => void} chosen */
export function mountCounting(chosen) {
  const root = byId("more-choices");
  const stop = new AbortController();
  const input = h("input", { type: "checkbox" });
  const said = h("p", { class: "counting-said" });
  const element = h(
    "div",
    { class: "counting", hidden: true },
    h("label", { class: "option" }, input, h("span", {}, "Count each event once")),
    said,
  );
  root.append(element);
  input.addEventListener("change", () => chosen(input.checked ? "once" : "each"), { signal: stop.signal });

  return {
    /**
     * @param {View} view
     * @param {Amount | null} other  What the other way of counting comes to; null where it is not known (yet).
     */
    update({ state, answer, snapshot }, other) {
      input.checked = state.count === "once";
      const more = answer && other ? difference(answer.total, other) : null;
      element.hidden = state.count === "each" && more === null;
      said.textContent = more ? words(state, more, snapshot.recipe.unit) : "";
    },
    unmount() {
      stop.abort();
      element.remove();
    },
  };
}

/**
 * The other way of counting, for the question to the server.
 * @param {State} state
 * @returns {State}
 */
export function otherWay(state) {
  return { ...state, count: state.count === "each" ? "once" : "each" };
}

/**
 * How the figures are counted, for wherever they stand; nothing where both ways come to the same. Only the list knows, and
 * that a moment later, whether they do: elsewhere the usual way goes without saying.
 * @param {Pick<View, "state" | "overlaps">} view
 */
export function countingWords({ state, overlaps }) {
  if (state.measures.length < 2) return "";
  if (state.count === "once") return "each event once";
  return overlaps ? "each event under all its measures" : "";
}

/**
 * What counting under each measure has more; null where both come to the same.
 * @param {Amount} one
 * @param {Amount} other
 */
export function difference(one, other) {
  const more = {
    count: Math.abs(one.count - other.count),
    people: Math.abs(one.people - other.people),
    harm: Math.abs(one.harm - other.harm),
  };
  return more.count > 0 || more.people > 0.05 || more.harm > 0.05 ? more : null;
}

/**
 * @param {State} state
 * @param {Amount} more
 * @param {string} unit
 */
function words({ count }, more, unit) {
  const amount = `${amountWords(more)}, ${number(more.harm)} ${unit}`;
  return count === "each"
    ? `Now each counts under every measure that it has, which makes ${amount} more.`
    : `By its heaviest measure: ${amount} less than under every measure that it has.`;
}
