/**
 * The map's style as plain data: sources, layers, and the colour of every class. Draws nothing itself.
 *
 * Without a base map of the deployment's own nothing lies beneath: the sectors are the land, and a thick line beneath
 * them, of which only the outer half shows, is the outline of the force.
 *
 * @import {ExpressionSpecification, LayerSpecification, StyleSpecification} from "maplibre-gl"
 * @import {Palette} from "../base/colours.js"
 * @import {Comparing} from "../compare/passes.js"
 * @import {Basemap, Classes, Figure, LayerChoice, Level, Snapshot, View} from "../types.js"
 */

import { spread } from "../base/colours.js";
import { figureOf, hasHexagons } from "../base/figures.js";
import { changeColour, comparingOf, propertyOf } from "../compare/look.js";
import { NO_CLASS } from "./areas.js";
import { basemapLayers, basemapSources } from "./basemap.js";
import { drawnFromSeries } from "./hexagons.js";
import { areaBreaks, levelOf } from "../base/levels.js";
import { reportStyle } from "./reports.js";
import { nothingDelivered } from "../state.js";

/** @typedef {ExpressionSpecification | string} Colour */
/** @typedef {"harm" | "harm_then" | "count" | "difference"} Property  Of a tile's features. */
/** @typedef {{source: string, "source-layer": string}} Drawn  What a layer draws. */

const CLEAR = "rgba(0, 0, 0, 0)";
const LAND_ON_MAP = 0.35; // Opacity of what lies on a base map.
const FILL_ON_MAP = 0.75;
export const HATCH = "hatch";

/**
 * @typedef {object} Look
 * @property {LayerChoice} layer
 * @property {Classes | null} classes
 * @property {Figure} figure  That they are of.
 * @property {Level} level  Of the areas.
 * @property {number[]} breaks  Of the areas.
 * @property {boolean} missing  The whole window was not delivered.
 * @property {boolean} hexagons  From vector tiles, in layers of the style's: those that hexagons.js does not draw.
 * @property {Comparing | null} comparing  With a baseline, if with any.
 * @property {number[]} changes  Class edges of a change of the areas.
 * @property {Basemap | null} basemap
 * @property {Palette} palette
 */

/**
 * @param {Snapshot} snapshot
 * @param {{hex: string, areas: string}} tiles  Addresses of the tiles.
 * @param {Look} look
 * @returns {StyleSpecification}
 */
export function mapStyle(snapshot, tiles, look) {
  const { hex } = snapshot.layers;
  const { minzoom, maxzoom } = snapshot.layers[look.level.layer] ?? hex;
  return {
    version: 8,
    sources: {
      ...basemapSources(look.basemap),
      hex: { type: "vector", tiles: [tiles.hex], minzoom: hex.minzoom, maxzoom: hex.maxzoom, promoteId: "h3" },
      areas: { type: "vector", tiles: [tiles.areas], minzoom, maxzoom, promoteId: "id" },
      // Whole areas whatever part of the force is on screen, for the places of the labels.
      shapes: { type: "vector", tiles: [tiles.areas], minzoom, maxzoom: minzoom },
      labels: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      reports: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      chosen: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: mapLayers(look),
  };
}

/**
 * Every layer, lowest first. Called again for a new look: what changed is then set on the layers that exist.
 * @param {Look} look
 * @returns {LayerSpecification[]}
 */
export function mapLayers(look) {
  const { layer, classes, figure, level, breaks, missing, comparing, changes, basemap, palette } = look;
  const areas = { source: "areas", "source-layer": level.layer };
  const hex = { source: "hex", "source-layer": "hex" };
  const hexagons = look.hexagons && !missing;
  const filled = layer !== "hexagons" && !missing;
  const ground = layer === "both" ? palette.ground : palette.ramp;
  const swiped = comparing?.mode === "swipe";
  const property = propertyOf(comparing);
  const counted = figure === "count" && property === "harm" ? "count" : property;
  /** @type {(of: Property) => Colour} */
  const areaFill = (of) => {
    // By an expression, or MapLibre would draw it among what is opaque, before the divider cuts anything.
    if (!filled || !classes) return swiped ? ["case", ["has", "id"], palette.land, palette.land] : palette.land;
    // Beneath hexagons the areas stay grey, by the harm of the window: two changes over each other could not be read.
    if (of === "difference" && layer === "both") return stepped(breaks, ground, palette.land, "harm");
    if (of === "difference") return changeColour(changes, palette.change, palette.land);
    return comparing ? stepped(breaks, ground, palette.land, of) : byState(breaks, ground, palette.land, figure);
  };
  const hexFill = (/** @type {Property} */ of, edge = false) => (classes ? byResolution(classes, palette, { edge, of }) : CLEAR);
  return [
    ...basemapLayers(basemap, palette),
    line("force-outline", areas, palette.outline, ["interpolate", ["linear"], ["zoom"], 6, 2.5, 12, 5]),
    fill("land", areas, palette.land, true, basemap ? LAND_ON_MAP : 1),
    fill("sectors-then", areas, swiped ? areaFill("harm_then") : palette.land, filled && swiped, basemap ? FILL_ON_MAP : 1),
    fill("hex-then", hex, swiped ? hexFill("harm_then") : CLEAR, hexagons && swiped),
    // In a swipe always: between fills of hexagons it has MapLibre mask its tiles anew on the other side of the divider.
    fill("sectors-fill", areas, areaFill(property), filled || swiped, basemap ? FILL_ON_MAP : 1),
    fill("hex-fill", hex, hexFill(counted), hexagons),
    line("hex-edge", hex, hexFill(counted, true), HEX_EDGE, hexagons && !swiped),
    line("sectors-edge", areas, palette.edge, ["interpolate", ["linear"], ["zoom"], 6, 0.6, 12, 1.6]),
    { id: "missing", type: "fill", ...areas, paint: { "fill-pattern": HATCH }, layout: shown(missing) },
    { id: "shapes", type: "fill", source: "shapes", "source-layer": level.layer, paint: { "fill-opacity": 0 } },
    marked("sectors-mark", areas, palette),
    marked("hex-mark", hex, palette, hexagons),
    ...reportStyle(palette),
    chosenPoint(palette),
    labels(palette),
  ];
}

/** @type {ExpressionSpecification} */
const HEX_EDGE = ["interpolate", ["linear"], ["zoom"], 6, 0.3, 9, 0.6, 13, 1];

/**
 * Resolution of the hexagons at a zoom of the map.
 * @param {Snapshot} snapshot
 * @param {number} zoom
 */
export function resolutionAt(snapshot, zoom) {
  const { minzoom, maxzoom, resolutions } = snapshot.layers.hex;
  return resolutions[String(Math.min(maxzoom, Math.max(minzoom, Math.floor(zoom))))] ?? 0;
}

/**
 * Colour of a hexagon by the breaks of its own resolution, which is the second digit of its H3 index: while the map
 * zooms, tiles of two resolutions are on screen, and each keeps its meaning.
 * @param {Classes} classes
 * @param {Palette} palette
 * @param {{edge: boolean, of: Property}} drawn  Edge: the line around it, which of harm only the palest class needs.
 * @returns {Colour}
 */
function byResolution(classes, palette, { edge, of }) {
  if (of === "difference" && edge) return changeColour([], [palette.changeLine], CLEAR);
  const cases = Object.entries((of === "difference" ? classes.change?.hex : classes.hex) ?? {}).flatMap(([resolution, breaks]) => {
    if (of === "difference") return [Number(resolution).toString(16), changeColour(breaks, palette.change, CLEAR)];
    const colours = spread(palette.ramp, breaks.length + 1);
    const drawn = edge ? colours.map((_, index) => (index === 0 ? palette.lowest : palette.land)) : colours;
    return [Number(resolution).toString(16), stepped(breaks, drawn, CLEAR, of)];
  });
  if (cases.length === 0) return CLEAR;
  /** @type {unknown} */
  const match = ["match", ["slice", ["get", "h3"], 1, 2], ...cases, CLEAR];
  return /** @type {ExpressionSpecification} */ (match);
}

/**
 * Colour by class; no harm is no class.
 * @param {number[]} breaks
 * @param {string[]} ramp
 * @param {string} none
 * @param {Exclude<Property, "difference">} of
 * @returns {Colour}
 */
function stepped(breaks, ramp, none, of) {
  const [lowest = CLEAR, ...higher] = spread(ramp, breaks.length + 1);
  const steps = higher.flatMap((colour, index) => [breaks[index] ?? 0, colour]);
  const classed = steps.length > 0 ? ["step", ["get", of], lowest, ...steps] : lowest;
  return /** @type {ExpressionSpecification} */ (["case", ["<=", ["get", of], 0], none, classed]);
}

/**
 * Colour by the class that areas.js has put on an area, and until then by the harm in its tile, which has no other figure
 * whose classes these could be.
 * @param {number[]} breaks
 * @param {string[]} ramp
 * @param {string} none
 * @param {Figure} figure
 * @returns {Colour}
 */
function byState(breaks, ramp, none, figure) {
  const cases = spread(ramp, breaks.length + 1).flatMap((colour, index) => [index, colour]);
  const until = figure === "harm" ? stepped(breaks, ramp, none, "harm") : none;
  /** @type {unknown} */
  const match = ["match", ["feature-state", "class"], NO_CLASS, none, ...cases, until];
  return /** @type {ExpressionSpecification} */ (match);
}

/** @param {boolean} visible */
function shown(visible) {
  return /** @type {const} */ ({ visibility: visible ? "visible" : "none" });
}

/**
 * @param {string} id
 * @param {Drawn} drawn
 * @param {Colour} colour
 * @param {boolean} [visible]
 * @param {number} [opacity]
 * @returns {LayerSpecification}
 */
function fill(id, drawn, colour, visible = true, opacity = 1) {
  return { id, type: "fill", ...drawn, paint: { "fill-color": colour, "fill-opacity": opacity }, layout: shown(visible) };
}

/**
 * @param {string} id
 * @param {Drawn} drawn
 * @param {Colour} colour
 * @param {ExpressionSpecification} width  px
 * @param {boolean} [visible]
 * @returns {LayerSpecification}
 */
function line(id, drawn, colour, width, visible = true) {
  return {
    id,
    type: "line",
    ...drawn,
    paint: { "line-color": colour, "line-width": width },
    layout: { ...shown(visible), "line-join": "round" },
  };
}

/**
 * The line around the place that is pointed at or open.
 * @param {string} id
 * @param {Drawn} drawn
 * @param {Palette} palette
 * @param {boolean} [visible]
 * @returns {LayerSpecification}
 */
function marked(id, drawn, palette, visible = true) {
  return {
    id,
    type: "line",
    ...drawn,
    paint: {
      "line-color": palette.mark,
      "line-width": ["case", ["boolean", ["feature-state", "open"], false], 3, ["boolean", ["feature-state", "hover"], false], 2, 0],
    },
    layout: { ...shown(visible), "line-join": "round" },
  };
}

/**
 * A ring where the open hexagon is, which shows at zooms that draw other hexagons too.
 * @param {Palette} palette
 * @returns {LayerSpecification}
 */
function chosenPoint(palette) {
  return {
    id: "chosen",
    type: "circle",
    source: "chosen",
    paint: { "circle-radius": 5, "circle-color": palette.halo, "circle-stroke-color": palette.mark, "circle-stroke-width": 2.5 },
  };
}

/**
 * @param {Palette} palette
 * @returns {LayerSpecification}
 */
function labels(palette) {
  return {
    id: "labels",
    type: "symbol",
    source: "labels",
    layout: {
      "text-field": ["get", "text"],
      "text-font": ["Inter Semibold"], // A family of style.css; the weight is read off the name.
      "text-size": ["interpolate", ["linear"], ["zoom"], 7, 11, 11, 13],
      "text-max-width": 7,
      "text-padding": 4,
      "symbol-sort-key": ["get", "order"],
    },
    paint: { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
  };
}

/**
 * The look that a view asks for.
 * @param {View} view
 * @param {Palette} palette
 * @returns {Look}
 */
export function lookOf(view, palette) {
  const { snapshot, state, classes } = view;
  const level = levelOf(snapshot, state);
  const breaks = classes ? areaBreaks(snapshot, state, classes) : [];
  const changes = classes?.change?.[level.layer] ?? [];
  const missing = nothingDelivered(state, snapshot);
  const some = hasHexagons(state, classes);
  const hexagons = some && !drawnFromSeries(view);
  const layer = state.layer === "both" && !some ? "sectors" : state.layer;
  const { basemap } = snapshot;
  return { layer, classes, figure: figureOf(classes), level, breaks, basemap, missing, hexagons, comparing: comparingOf(view), changes, palette };
}
