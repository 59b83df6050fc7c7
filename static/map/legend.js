/**
 * The key to the map: unit, window in words, recipe and release, months without data, and what each colour means.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {LayerChoice, View, Window} from "../types.js"
 */

import { classOf, spread } from "../base/colours.js";
import { byId, h, say } from "../base/dom.js";
import { changeKey } from "../compare/changekey.js";
import { comparingOf } from "../compare/look.js";
import { baselineWords, comparedWith } from "../compare/periods.js";
import { countingWords } from "../choices/counting.js";
import { counted, monthList, number, recipeName, shortNumber } from "../base/format.js";
import { areaBreaks, areaWords, capital, levelOf } from "../base/levels.js";
import { chosenMeasures, gapWords, inSentence, measuresOf } from "../base/measures.js";
import { gapsOf, missingMonths, windowLength, windowWords } from "../base/months.js";
import { whatifMark } from "../choices/whatif.js";

/** Average area of an H3 cell, km²; H3 documentation, "Cell statistics". */
const CELL_KM2 = [4357449, 609788, 86802, 12393, 1770, 252.9, 36.13, 5.161, 0.7373, 0.1053, 0.01505];

/** @type {{value: LayerChoice, label: string}[]} */
const CHOICES = [
  { value: "hexagons", label: "Hexagons" },
  { value: "sectors", label: "Sectors" },
  { value: "both", label: "Both" },
];

/** @param {(layer: LayerChoice) => void} chosen */
export function mountLegend(chosen) {
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
  const all = [toggle, title, window, absent, baseline, mark, keys, recipe];
  root.append(...all);
  for (const { input } of choices) {
    input.addEventListener("change", () => chosen(/** @type {LayerChoice} */ (input.value)), { signal: stop.signal });
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
      const counting = countingWords({ state, overlaps: false });
      title.textContent = `${unit(view)}, ${inSentence(chosenMeasures(snapshot, state))}${counting ? `, ${counting}` : ""}`;
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

/** @param {View} view */
function unit({ snapshot }) {
  const { unit } = snapshot.recipe;
  return unit.charAt(0).toUpperCase() + unit.slice(1);
}

/**
 * Which of the weights are nobody's publication.
 * @param {View} view
 */
function localWeights({ snapshot, state }) {
  const local = measuresOf(snapshot, state).filter(({ weighed }) => weighed === "local").length;
  return local > 0 ? `; ${local === 1 ? "1 weight is local" : `${local} weights are local`}` : "";
}

/**
 * @param {View} view
 * @param {Palette} palette
 * @param {number} resolution
 */
function keysOf(view, palette, resolution) {
  const { classes, snapshot, state } = view;
  if (!classes) return [h("ul", { class: "swatches" }, missingRow(view))];
  const hexagons = classes.hex[resolution] ?? [];
  const keys = [];
  const changes = comparingOf(view)?.mode === "difference" ? classes.change : null;
  if (state.layer !== "sectors") {
    const name = `Hexagons of about ${number(CELL_KM2[resolution] ?? 0)} km²`;
    if (changes) keys.push(changeKey(`h${name.slice(1)}`, changes.hex[String(resolution)] ?? [], palette));
    else keys.push(key(view, name, { breaks: hexagons, ramp: palette.ramp, lowest: palette.lowest }));
  }
  if (state.layer !== "hexagons") {
    const ramp = state.layer === "both" ? palette.ground : palette.ramp;
    const breaks = areaBreaks(snapshot, state, classes);
    if (changes && state.layer === "sectors") keys.push(changeKey(areaWords(state.level), changes[levelOf(snapshot, state).layer] ?? [], palette));
    else keys.push(key(view, `${capital(areaWords(state.level))}${changes ? ", harm of the window" : ""}`, { breaks, ramp, lowest: palette.edge }));
  }
  const fixed = `Colours stay the same for every window of ${counted(classes.months, "month")}.`;
  return [...keys, h("p", { class: "legend-fixed" }, fixed)];
}

/** @typedef {{breaks: number[], ramp: string[], lowest: string}} Scale  Lowest: line around the lowest class. */

/**
 * @param {View} view
 * @param {string} name
 * @param {Scale} scale
 */
function key(view, name, scale) {
  const some = (view.answer?.total.harm ?? 0) > 0;
  const colours = some ? spread(scale.ramp, scale.breaks.length + 1) : [];
  const rows = colours.map((colour, index) => classRow(colour, index, scale));
  const none = h("li", { class: "swatch-row" }, h("span", { class: "swatch is-none" }), h("span", {}, some ? "None" : noHarm(view)));
  const list = h("ul", { class: "swatches" }, ...rows.reverse(), none);
  if (view.missing.length > 0) list.append(missingRow(view));
  return h("div", { class: "key" }, h("h3", {}, name), list);
}

/**
 * Why nothing is coloured.
 * @param {View} view
 */
function noHarm({ snapshot, state }) {
  const weightless = measuresOf(snapshot, state).every(({ weighed }) => weighed === "nothing");
  return weightless ? "No harm: counted, but unweighted" : "No harm in this window";
}

/**
 * @param {string} colour
 * @param {number} index
 * @param {Scale} scale
 */
function classRow(colour, index, { breaks, lowest }) {
  const swatch = h("span", { class: "swatch" });
  swatch.style.backgroundColor = colour;
  swatch.style.borderColor = index === 0 ? lowest : "transparent";
  const from = breaks[index - 1];
  const to = breaks[index];
  const words = classWords(from, to);
  const edge = h("span", { class: "swatch-edge", "aria-hidden": "true" }, from === undefined ? "0" : shortNumber(from));
  return h("li", { class: "swatch-row is-class" }, swatch, h("span", { class: "swatch-words" }, words), edge);
}

/**
 * @param {number | undefined} from
 * @param {number | undefined} to
 */
function classWords(from, to) {
  if (from === undefined && to === undefined) return "Any harm";
  if (from === undefined) return `Under ${number(to ?? 0)}`;
  return to === undefined ? `${number(from)} and over` : `${number(from)} to ${number(to)}`;
}

/** @param {View} view */
function missingRow({ state, missing }) {
  const swatch = h("span", { class: "swatch is-missing" });
  const months = windowLength(state.window);
  const words = missing.length === months ? "No data delivered" : `Not delivered: ${missing.length} of ${months} months`;
  return h("li", { class: "swatch-row" }, swatch, h("span", {}, words));
}

/**
 * The class of a value in words, for those who cannot tell the colours apart: "class 4 of 5".
 * @param {number} value
 * @param {number[]} breaks
 */
export function classSaid(value, breaks) {
  const index = classOf(value, breaks);
  return index === null ? "no harm" : `class ${index + 1} of ${breaks.length + 1}`;
}
