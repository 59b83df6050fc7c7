/**
 * The fills of the areas, which follow the ranked list: a class is put on each area as a state of it, so that a step in time
 * is a few colours anew and no tile read again.
 *
 * @import {Map as MapLibre} from "maplibre-gl"
 * @import {View} from "../types.js"
 */

import { classOf } from "../base/colours.js";
import { figureOf, figureOfArea } from "../base/figures.js";
import { areaBreaks, levelOf } from "../base/levels.js";

export const NO_CLASS = -1; // Of an area without any harm, events or residents; one without this state waits, see mapstyle.js.

/** @param {MapLibre} map */
export function createAreas(map) {
  /** @type {View | null} */
  let shown = null;
  /** @type {Map<string, number>} What each area has. */
  const known = new Map();

  function colour() {
    if (!shown?.classes || shown.state.layer === "hexagons") return;
    const { snapshot, state, classes, answer } = shown;
    const drawn = { source: "areas", sourceLayer: levelOf(snapshot, state).layer };
    const breaks = areaBreaks(snapshot, state, classes);
    const figure = figureOf(classes);
    for (const sector of answer?.sectors ?? []) {
      const { place } = sector;
      const now = classOf(figureOfArea(sector, figure) ?? 0, breaks) ?? NO_CLASS;
      if (known.get(place) !== now) map.setFeatureState({ ...drawn, id: place }, { class: now });
      known.set(place, now);
    }
  }

  function forget() {
    known.clear();
  }

  map.on("style.load", () => {
    forget(); // Also after a lost context, which takes all states with it.
    colour();
  });
  return {
    /** @param {View} view */
    update(view) {
      shown = view;
      colour();
    },
    /** Of areas that are about to go. */
    forget,
  };
}
