/**
 * Chooses what is counted: a theme, or single measures. At least one stays chosen, so no state shows nothing.
 *
 * @import {Measure, Snapshot, Theme, View} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { localMark } from "../base/local.js";
import { themeOf, weightWords } from "../base/measures.js";

const OWN = ""; // The theme of an own choice of measures.

/**
 * @param {Snapshot} snapshot
 * @param {(measures: string[]) => void} chosen
 */
export function mountFilter({ recipe }, chosen) {
  const root = byId("filter");
  const stop = new AbortController();
  const theme = h("select", { id: "theme" }, ...recipe.themes.map(({ id, title }) => h("option", { value: id }, title)));
  const own = h("option", { value: OWN }, "Own choice of measures");
  const boxes = recipe.measures.map(makeBox);
  const now = h("span", { class: "filter-now" });
  const summary = h("summary", {}, now);
  const menu = h(
    "fieldset",
    { class: "filter-menu" },
    h("legend", {}, "Count only these measures ", h("span", { class: "filter-unit" }, "harm points of one event")),
    ...groups(recipe.themes, recipe.measures).flatMap(({ title, measures }) => [
      h("p", { class: "filter-group" }, title),
      ...measures.flatMap((measure) => boxes.find(({ id }) => id === measure)?.element ?? []),
    ]),
  );
  const details = h("details", { class: "filter" }, summary, menu);
  const row = h("div", { class: "filter-row" }, h("label", { class: "for-readers", for: "theme" }, "Theme"), theme, details);
  root.append(row);

  theme.addEventListener("change", () => {
    const found = recipe.themes.find(({ id }) => id === theme.value);
    if (found) chosen(inOrder(recipe.measures, found.measures));
  }, { signal: stop.signal });
  for (const box of boxes) {
    box.input.addEventListener("change", () => {
      const ids = boxes.filter(({ input }) => input.checked).map(({ id }) => id);
      if (ids.length === 0) box.input.checked = true; // The last one cannot be taken away.
      else chosen(inOrder(recipe.measures, ids));
    }, { signal: stop.signal });
  }
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
  }, { signal: stop.signal });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    summary.focus();
  }, { signal: stop.signal });

  return {
    /** @param {View} view */
    update({ state }) {
      const found = themeOf(recipe.themes, state.measures);
      if (found) own.remove();
      else theme.append(own);
      theme.value = found?.id ?? OWN;
      now.textContent = `${state.measures.length} of ${recipe.measures.length} measures`;
      for (const box of boxes) box.input.checked = state.measures.includes(box.id);
    },
    unmount() {
      stop.abort();
      row.remove();
    },
  };
}

/** @param {Measure} measure */
function makeBox(measure) {
  const input = h("input", { type: "checkbox" });
  const label = h(
    "label",
    { class: "option" },
    input,
    h("span", { class: "option-title" }, measure.title),
    h("span", { class: "option-note" }, weightWords(measure)),
  );
  return { id: measure.id, input, element: h("div", { class: "option-row" }, label, ...localMark(measure)) };
}

/**
 * Every measure once, under the narrowest theme that has it: the primary score shares all of its own with others.
 * @param {Theme[]} themes
 * @param {Measure[]} measures
 */
function groups(themes, measures) {
  const narrowest = (/** @type {string} */ id) =>
    themes.filter((theme) => theme.measures.includes(id)).sort((a, b) => a.measures.length - b.measures.length)[0];
  const found = themes.map((theme) => ({
    title: theme.title,
    measures: measures.map(({ id }) => id).filter((id) => narrowest(id) === theme),
  }));
  const others = measures.map(({ id }) => id).filter((id) => !narrowest(id));
  return [...found, { title: "Other", measures: others }].filter((group) => group.measures.length > 0);
}

/**
 * @param {Measure[]} measures
 * @param {string[]} ids
 */
function inOrder(measures, ids) {
  return measures.map(({ id }) => id).filter((id) => ids.includes(id));
}
