/**
 * What the page itself puts on MapLibre's map: labels, reports, the open hexagon's ring, the hatching.
 *
 * @import {GeoJSONSource, Map as MapLibre} from "maplibre-gl"
 * @import {Palette} from "../base/colours.js"
 * @import {Label, Piece} from "./labels.js"
 * @import {ContextPoint, View} from "../types.js"
 */

/**
 * @param {MapLibre} map
 * @param {string} name
 */
export function source(map, name) {
  return /** @type {GeoJSONSource | undefined} */ (map.getSource(name));
}

/**
 * The areas' polygons that have arrived, each polygon of a multipolygon on its own.
 * @param {MapLibre} map
 * @param {string} layer
 * @returns {Piece[]}
 */
export function pieces(map, layer) {
  return map.querySourceFeatures("shapes", { sourceLayer: layer }).flatMap(({ geometry, properties }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    const { id, name } = properties;
    return /** @type {Piece["rings"][]} */ (polygons).map((rings) => ({ id: String(id), name: String(name), rings }));
  });
}

/**
 * Rank and name of each area; where two labels would overlap, the one with more harm is written.
 * @param {MapLibre} map
 * @param {Label[]} points
 * @param {View} view
 */
export function writeLabels(map, points, view) {
  const ranks = new Map(view.answer?.sectors.map((sector) => [sector.place, sector.rank]));
  const features = points.map(({ id, name, point }) => {
    const rank = ranks.get(id);
    return pointFeature(point, { text: rank === undefined ? name : `${rank}. ${name}`, order: rank ?? 0 });
  });
  source(map, "labels")?.setData({ type: "FeatureCollection", features });
}

/**
 * @param {MapLibre} map
 * @param {ContextPoint[]} points
 */
export function writeReports(map, points) {
  const features = points.map(({ kind, words, point }) => pointFeature(point, { kind, words }));
  source(map, "reports")?.setData({ type: "FeatureCollection", features });
}

/**
 * @param {[number, number]} coordinates
 * @param {Record<string, string | number>} properties
 */
export function pointFeature(coordinates, properties) {
  const geometry = { type: /** @type {const} */ ("Point"), coordinates };
  return { type: /** @type {const} */ ("Feature"), geometry, properties };
}

/**
 * A tile of diagonal lines for land without data.
 * @param {Palette} palette
 */
export function hatch(palette) {
  const size = 20; // Drawn at half of it.
  const canvas = new OffscreenCanvas(size, size);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.strokeStyle = palette.hatch;
  pen.lineWidth = 1.5;
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}
