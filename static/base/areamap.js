/**
 * A still map as SVG: areas, and hexagons upon them. It needs no WebGL and no library, and prints as sharp as text. What it
 * shows must stand as text beside it.
 *
 * @import {Palette} from "./colours.js"
 */

import { classOf, spread } from "./colours.js";
import { svg } from "./dom.js";

const WIDTH = 640; // Units of the drawing; the page scales it.
const MARGIN = 8;
const SLIMMEST = 0.3; // Height to width.

/** @typedef {[number, number][]} Ring  Longitude and latitude of each corner. */
/** @typedef {{id: string, properties: {place: string, name: string}, geometry: {type: "Polygon", coordinates: Ring[]} | {type: "MultiPolygon", coordinates: Ring[][]}}} Outline */
/** @typedef {{title: string, outline: Ring, harm: number}} DrawnHexagon */

/**
 * @typedef {object} Drawing
 * @property {Outline[]} areas
 * @property {Record<string, number>} [harms]  Of areas by place, where they are coloured.
 * @property {DrawnHexagon[]} [hexagons]
 * @property {number[]} breaks  Class edges of what is coloured: the hexagons where there are any, else the areas.
 * @property {{text: string, at: [number, number]}[]} [marks]  Short texts written at these places.
 * @property {string | null} [chosen]  The place of an area that is ringed.
 * @property {[number, number, number, number]} bounds  West, south, east, north of what is to be seen.
 * @property {Palette} palette
 * @property {string} label  What the map shows, in words.
 */

/**
 * The map.
 * @param {Drawing} drawing
 */
export function drawAreaMap({ areas, harms = {}, hexagons = [], marks = [], breaks, chosen = null, bounds, palette, label }) {
  const { height, place } = projection(bounds);
  const colour = (/** @type {number} */ harm) => colourOf(harm, breaks, palette);
  const shapes = areas.map((area) => {
    const fill = hexagons.length > 0 ? palette.land : (colour(harms[area.id] ?? 0) ?? palette.land);
    return svg("path", { d: path(ringsOf(area), place), fill, stroke: palette.edge, "fill-rule": "evenodd" }, svg("title", {}, area.properties.name));
  });
  const cells = hexagons.map(({ title, outline, harm }) => {
    const fill = colour(harm) ?? "none";
    const line = classOf(harm, breaks) === 0 ? palette.lowest : palette.land;
    return svg("path", { d: path([outline], place), fill, stroke: line, "stroke-width": 0.5 }, svg("title", {}, title));
  });
  const ringed = areas
    .filter(({ id }) => id === chosen)
    .map((area) => svg("path", { d: path(ringsOf(area), place), fill: "none", stroke: palette.mark, "stroke-width": 2.5 }));
  const written = marks.map(({ text, at }) => mark(text, place(at), palette));
  return svg("svg", { class: "area-map", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label }, ...shapes, ...cells, ...ringed, ...written);
}

/**
 * Where a longitude and latitude stand in the drawing: Web Mercator, fitted to bounds.
 * @param {Drawing["bounds"]} bounds
 */
function projection([west, south, east, north]) {
  const [left, top] = world([west, north]);
  const [right, bottom] = world([east, south]);
  const scale = (WIDTH - 2 * MARGIN) / Math.max(right - left, 1e-9);
  const height = Math.max(SLIMMEST * WIDTH, scale * (bottom - top) + 2 * MARGIN);
  const above = (height - scale * (bottom - top)) / 2;
  return {
    height: Math.round(height),
    place: (/** @type {[number, number]} */ lonlat) => {
      const [x, y] = world(lonlat);
      return `${(MARGIN + scale * (x - left)).toFixed(1)} ${(above + scale * (y - top)).toFixed(1)}`;
    },
  };
}

/**
 * @param {[number, number]} lonlat
 * @returns {[number, number]}
 */
function world([lon, lat]) {
  const radians = (lat * Math.PI) / 180;
  return [lon / 360, -Math.asinh(Math.tan(radians)) / (2 * Math.PI)];
}

/**
 * @param {string} text
 * @param {string} at  Where it stands in the drawing.
 * @param {Palette} palette
 */
function mark(text, at, { mark: dark, halo }) {
  const [x, y] = at.split(" ").map(Number);
  return svg(
    "g",
    { class: "area-map-mark" },
    svg("circle", { cx: x, cy: y, r: 8.5, fill: dark, stroke: halo, "stroke-width": 1.5 }),
    svg("text", { x, y: (y ?? 0) + 4, fill: halo, "font-size": 11.5, "font-weight": 700, "text-anchor": "middle" }, text),
  );
}

/** @param {Outline} area */
function ringsOf({ geometry }) {
  return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
}

/**
 * @param {Ring[]} rings
 * @param {(lonlat: [number, number]) => string} place
 */
function path(rings, place) {
  return rings.map((ring) => `M${ring.map(place).join("L")}Z`).join("");
}

/**
 * The colour of a harm; none for no harm.
 * @param {number} harm
 * @param {number[]} breaks
 * @param {Palette} palette
 */
function colourOf(harm, breaks, palette) {
  const found = classOf(harm, breaks);
  return found === null ? null : spread(palette.ramp, breaks.length + 1)[found];
}
