/**
 * The key to the map: unit, window in words, recipe and release, months without data, and what each colour means.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {Figure, LayerChoice, Snapshot, View, Window} from "../types.js"
 */

import { byId, h, say } from "../base/dom.js";
import { baselineWords, comparedWith } from "../compare/periods.js";
import { countingWords } from "../choices/counting.js";
import { figureOf, figureUnit, figuresOf } from "../base/figures.js";
import { counted, monthList, recipeName } from "../base/format.js";
import { areaWords, capital } from "../base/levels.js";
import { chosenMeasures, gapWords, inSentence, measuresOf } from "../base/measures.js";
import { gapsOf, missingMonths, windowLength, windowWords } from "../base/months.js";
import { whatifMark } from "../choices/whatif.js";
import { keysOf } from "./legendkeys.js";

const BY_HARM = "While two periods are compared, the map shows harm.";

/** @type {{value: LayerChoice, label: string}[]} */
const CHOICES = [
  { value: "hexagons", label: "Hexagons" },
  { value: "sectors", label: "Sectors" },
  { value: "both", label: "Both" },
];

/**
 * @param {Snapshot} snapshot
 * @param {{layer: (layer: LayerChoice) => void, figure: (figure: Figure) => void}} chosen
 */
export function mountLegend(snapshot, chosen) {
  const root = byId("legend");
  const stop = new AbortController();
  const title = h("h2", { class: "legend-title" });
  const window = h("p", { class: "legend-window" });
  const absent = h("p", { class: "legend-absent" });
  const baseline = h("p", { class: "legend-baseline" });
  const mark = h("div", { class: "legend-mark" });
  const keys = h("div", { class: "legend-keys" });
  const recipe = h("p", { class: "legend-recipe" });
  const choices = CHOICES.map(({ value, label }) => {
    const input = h("input", { type: "radio", name: "layer", value });
    const words = h("span", {}, label);
    return { input, words, label: h("label", { class: "choice" }, input, words) };
  });
  const toggle = h(
    "fieldset",
    { class: "choices" },
    h("legend", { class: "for-readers" }, "Show on the map"),
    ...choices.map((choice) => choice.label),
  );
  const options = figuresOf(snapshot).map(({ figure, label }) => h("option", { value: figure }, label));
  const figure = h("select", { id: "figure", "aria-describedby": "figure-why" }, ...options);
  const why = h("p", { class: "legend-why", id: "figure-why" });
  const figures = h("div", { class: "legend-figure" }, h("label", { for: "figure" }, "Colour by"), figure, why);
  figure.addEventListener("change", () => chosen.figure(/** @type {Figure} */ (figure.value)), { signal: stop.signal });
  const all = [toggle, figures, title, window, absent, baseline, mark, keys, recipe];
  root.append(...all);
  for (const { input } of choices) {
    input.addEventListener("change", () => chosen.layer(/** @type {LayerChoice} */ (input.value)), { signal: stop.signal });
  }

  /** @param {View} view */
  function sayFigure({ snapshot, state }) {
    const compared = comparedWith(snapshot, state) !== null;
    figure.value = compared ? "harm" : state.figure;
    figure.disabled = compared;
    figure.title = compared ? BY_HARM : "";
    say(why, compared ? BY_HARM : "");
    why.classList.toggle("for-readers", state.figure === "harm"); // Seen by those whose choice it undoes.
  }

  /**
   * @param {View} view
   * @param {Window} shown
   */
  function sayWindow({ snapshot, state }, shown) {
    const missing = missingMonths(snapshot.months, shown, state.measures);
    const gaps = gapWords(gapsOf(snapshot.months, shown, state.measures), snapshot);
    say(window, windowWords(shown));
    const then = comparedWith(snapshot, { ...state, window: shown });
    say(baseline, then ? `against ${baselineWords(snapshot, state, then)}` : "");
    const length = `${counted(windowLength(shown), "month")}`;
    const some = `${length}, ${missing.length} without data: ${monthList(missing)}`;
    const none = missing.length === windowLength(shown) ? "No data was delivered" : some;
    const whole = missing.length > 0 ? none : `${length}, all delivered`;
    say(absent, !gaps ? whole : `${missing.length > 0 ? none : length}. ${gaps}`);
    absent.classList.toggle("gap-words", gaps !== "");
  }

  return {
    /**
     * @param {View} view
     * @param {{palette: Palette, resolution: number}} map  Resolution: of the hexagons at the map's zoom.
     */
    update(view, { palette, resolution }) {
      const { snapshot, state } = view;
      for (const { input, words } of choices) {
        input.checked = input.value === state.layer;
        if (input.value === "sectors") words.textContent = state.level === "force" ? "Force" : capital(areaWords(state.level));
      }
      sayFigure(view);
      const counting = countingWords({ state, overlaps: false });
      title.textContent = `${capital(figureUnit(figureOf(view.classes), snapshot.recipe.unit))}, ${inSentence(chosenMeasures(snapshot, state))}${counting ? `, ${counting}` : ""}`;
      recipe.textContent = `Weights: ${recipeName(snapshot)}${localWeights(view)}.`;
      root.classList.remove("is-draft");
      sayWindow(view, state.window);
      mark.replaceChildren(...whatifMark(view));
      keys.replaceChildren(...keysOf(view, palette, resolution));
    },
    /**
     * Follows a slider that is being dragged. The classes stay those of the window that was committed.
     * @param {View} view
     * @param {Window} shown
     * @param {boolean} drawn  The map has this window already.
     */
    draft(view, shown, drawn) {
      root.classList.toggle("is-draft", !drawn);
      sayWindow(view, shown);
    },
    unmount() {
      stop.abort();
      for (const element of all) element.remove();
    },
  };
}

/**
 * Which of the weights are nobody's publication.
 * @param {View} view
 */
function localWeights({ snapshot, state }) {
  const local = measuresOf(snapshot, state).filter(({ weighed }) => weighed === "local").length;
  return local > 0 ? `; ${local === 1 ? "1 weight is local" : `${local} weights are local`}` : "";
}
