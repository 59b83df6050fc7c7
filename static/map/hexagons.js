/**
 * The hexagons of the map that follow time by themselves: from series tiles, drawn by a layer of their own. What has no series
 * tile, a what-if, is drawn from vector tiles instead, as mapstyle.js describes them.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {Spot} from "./spots.js"
 * @import {CustomLayerInterface} from "maplibre-gl"
 * @import {Shown} from "./hexlayer.js"
 * @import {Covering} from "./hexsheet.js"
 * @import {Comparing} from "../compare/passes.js"
 * @import {Hit} from "./tooltip.js"
 * @import {Figure, View, Window} from "../types.js"
 */

import { seriesAddress } from "../api.js";
import { figureOf, hasHexagons } from "../base/figures.js";
import { comparingOf } from "../compare/look.js";
import { Sheet } from "./hexsheet.js";
import { hexagonAt, indexOf, value } from "./series.js";
import { spotsOf } from "./spots.js";
import { nothingDelivered } from "../state.js";

const LAYER = "hexagons";

/**
 * How hexagons are drawn.
 * @typedef {object} Look
 * @property {Window} window
 * @property {Record<string, number[]>} breaks  Class edges by resolution.
 * @property {Figure} figure  That they are of.
 * @property {Palette} palette
 * @property {Comparing | null} [comparing]  With a baseline, if with any.
 */

/**
 * What hexagons need of a map: MapLibre's has it, and the simpler one.
 * @template L  A layer.
 * @typedef {object} Ground
 * @property {(id: string) => unknown} getLayer
 * @property {(layer: L, below: string) => unknown} addLayer
 * @property {(id: string, below: string) => unknown} moveLayer
 * @property {() => void} triggerRepaint
 * @property {(event: "move" | "style.load", listener: () => void) => unknown} on
 */

/**
 * @template L
 * @typedef {Ground<L> & Covering} HexGround
 */

/** @typedef {ReturnType<typeof createHexagons>} Hexagons */
/** @typedef {{question: string, sheet: Sheet, look: Look}} Page  One question's tiles and how they look. */

/**
 * Whether the map draws hexagons from series tiles: the one place that decides.
 * @param {Pick<View, "snapshot" | "state">} view
 */
export function drawnFromSeries({ snapshot, state }) {
  return state.layer !== "sectors" && seriesAddress(snapshot, state) !== null;
}

/**
 * @template [L=CustomLayerInterface]
 * @param {HexGround<L>} map
 * @param {string} below  The layer of the style beneath which the hexagons lie.
 * @param {{coming: () => void, failed: () => void}} told
 * @param {(id: string, shown: () => Shown | null) => L} makeLayer
 */
export function createHexagons(map, below, told, makeLayer) {
  /** @type {Page | null} */
  let shown = null;
  /** @type {Page | null} What is asked for now, until all of it that is in view is there: a picture never has two questions. */
  let next = null;
  /** @type {Record<"hover" | "open", string | null>} */
  const marks = { hover: null, open: null };
  const layer = makeLayer(LAYER, () => shown && { ...shown, marks });

  function place() {
    if (map.getLayer(LAYER)) map.moveLayer(LAYER, below);
    else map.addLayer(layer, below);
  }

  function came() {
    if (next && (!shown || next.sheet.complete())) {
      shown?.sheet.close();
      shown = next;
      next = null;
    }
    map.triggerRepaint();
  }

  function look() {
    (next ?? shown)?.sheet.look();
    if (loading()) told.coming();
    came();
  }

  const loading = () => (next ?? shown)?.sheet.complete() === false;

  /**
   * @param {View} view
   * @param {string} question
   * @param {Look} look
   * @returns {Page}
   */
  function open({ snapshot, state }, question, look) {
    const address = /** @type {(tile: {z: number, x: number, y: number}) => string} */ (seriesAddress(snapshot, state));
    return { question, look, sheet: new Sheet(map, snapshot.layers.hex, address, { came, failed: told.failed }) };
  }

  function close() {
    for (const page of [shown, next]) page?.sheet.close();
    shown = null;
    next = null;
    map.triggerRepaint();
  }

  map.on("style.load", place); // Again after a lost context, which takes layers of this kind with it.
  map.on("move", look);
  place();

  return {
    /**
     * @param {View} view
     * @param {Palette} palette
     */
    update(view, palette) {
      const { snapshot, state, classes } = view;
      if (!drawnFromSeries(view) || !hasHexagons(state, classes) || nothingDelivered(state, snapshot) || !classes) {
        close();
        return;
      }
      const question = questionOf(view);
      const now = { window: state.window, breaks: classes.hex, figure: figureOf(classes), palette, comparing: comparingOf(view) };
      if (question === shown?.question) {
        next?.sheet.close();
        next = null;
        shown.look = now;
      } else if (question === next?.question) {
        next.look = now;
      } else {
        next?.sheet.close();
        next = open(view, question, now);
      }
      look();
    },
    /**
     * Follows a slider that is being dragged: a redraw, and nothing is asked.
     * @param {Window} window
     * @param {Comparing | null} comparing
     */
    draft(window, comparing) {
      for (const page of [shown, next]) if (page) page.look = { ...page.look, window, comparing };
      map.triggerRepaint();
    },
    /** @param {Palette} palette */
    recolour(palette) {
      for (const page of [shown, next]) if (page) page.look = { ...page.look, palette };
      map.triggerRepaint();
    },
    /**
     * Marks a hexagon as pointed at or open; null, or what is no hexagon, for none.
     * @param {"hover" | "open"} mark
     * @param {string | null} index
     */
    mark(mark, index) {
      if (marks[mark] === index) return;
      marks[mark] = index;
      if (shown) map.triggerRepaint();
    },
    /**
     * The hexagon at a place, with its figures in the window that is drawn.
     * @param {{lng: number, lat: number}} place
     * @returns {Omit<Hit, "kind" | "sector"> | null}
     */
    at({ lng, lat }) {
      const found = shown?.sheet.at(lng, lat);
      if (!found || !shown) return null;
      const hexagon = hexagonAt(found.series, found.x, found.y);
      if (hexagon < 0) return null;
      const { resolution } = found.series;
      const { window, comparing } = shown.look;
      const then = comparing ? value(found.series, hexagon, comparing.baseline) : null;
      return { id: indexOf(found.series, hexagon), resolution, then, ...value(found.series, hexagon, window) };
    },
    /**
     * The hexagons that are drawn.
     * @returns {Spot[]}
     */
    spots() {
      const page = shown;
      return page ? page.sheet.drawn().flatMap((drawn) => spotsOf(drawn, page.look)) : [];
    },
    /** Whether something in view is still on its way. */
    loading,
  };
}

/** @param {View} view */
function questionOf({ snapshot, state }) {
  return seriesAddress(snapshot, state)?.({ z: 0, x: 0, y: 0 }) ?? "";
}
