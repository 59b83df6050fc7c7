/**
 * What the list shows: places or groups, which level of areas, and which figure beside the score.
 *
 * @import {Beside, Snapshot, State, View} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { areaWords, capital } from "../base/levels.js";
import { BESIDE } from "../state.js";

/** @type {Record<Beside, string>} */
const FIGURES = {
  count: "Events",
  per_km2: "Per km²",
  per_1000_residents: "Per 1,000 residents",
  change: "Change",
};

/**
 * @param {Snapshot} snapshot
 * @param {{level: (level: string) => void, beside: (beside: Beside) => void, list: (list: State["list"]) => void}} chosen
 */
export function mountListChoices({ levels, population, groups, recipe }, chosen) {
  const root = byId("more-choices");
  const stop = new AbortController();
  const tabs = /** @type {const} */ (["places", "groups"]).map((value) => {
    const input = h("input", { type: "radio", name: "list", value });
    return { value, input, label: h("label", { class: "choice" }, input, h("span", {}, capital(value))) };
  });
  const toggle = h(
    "fieldset",
    { class: "choices", hidden: groups === 0 },
    h("legend", { class: "for-readers" }, "Show in the list"),
    ...tabs.map(({ label }) => label),
  );
  const level = h("select", { id: "level" }, ...levels.map(({ id }) => h("option", { value: id }, capital(areaWords(id)))));
  const figures = BESIDE.filter((beside) => beside !== "change" && (beside !== "per_1000_residents" || population !== null));
  const people = recipe.measures.some(({ unit }) => unit === "person");
  const label = (/** @type {Beside} */ value) => (value === "count" && people ? "Events, people" : FIGURES[value]);
  const change = h("option", { value: "change" }, FIGURES.change); // There while something is compared.
  const beside = h("select", { id: "beside" }, ...figures.map((value) => h("option", { value }, label(value))));
  const selects = h(
    "div",
    { class: "list-choices" },
    h("label", { for: "level" }, "Rank"),
    level,
    h("label", { for: "beside" }, "show"),
    beside,
  );
  root.append(toggle, selects);

  level.addEventListener("change", () => chosen.level(level.value), { signal: stop.signal });
  beside.addEventListener("change", () => chosen.beside(/** @type {Beside} */ (beside.value)), { signal: stop.signal });
  for (const { input, value } of tabs) input.addEventListener("change", () => chosen.list(value), { signal: stop.signal });

  return {
    /** @param {View} view */
    update({ state }) {
      for (const { input, value } of tabs) input.checked = state.list === value;
      level.value = state.level;
      if (state.baseline === null) change.remove();
      else if (!change.parentElement) beside.append(change);
      beside.value = state.beside;
      selects.hidden = state.list === "groups";
    },
    unmount() {
      stop.abort();
      toggle.remove();
      selects.remove();
    },
  };
}
