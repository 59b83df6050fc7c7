/**
 * The map that lies beneath the harm, where the deployment brings one: a quiet style for whatever layers the file has, known
 * by the words in their names (OS Open Zoomstack, OpenMapTiles, Protomaps), and the way to its bytes.
 *
 * @import {ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification, addProtocol} from "maplibre-gl"
 * @import {Palette} from "../base/colours.js"
 * @import {Basemap} from "../types.js"
 */

import { fetchRange } from "../api.js";
import { openArchive } from "./pmtiles.js";

const PROTOCOL = "pmtiles";
const ADDRESS = "/basemap.pmtiles";
const SOURCE = "basemap";

/** @typedef {"water" | "green" | "road" | "building" | "name" | "other"} Sort */

/** @type {[Sort, RegExp][]} The first that fits. */
const SORTS = [
  ["name", /name|place|label|poi|housenumber|peak|site|aerodrome/],
  ["water", /water|sea|lake|river|ocean|foreshore/],
  ["green", /wood|green|park|landcover|landuse|natural|earth|forest/],
  ["road", /road|transport|street|rail|path|highway/],
  ["building", /building|urban/],
];

/** @type {ExpressionSpecification} */
const THIN = ["interpolate", ["linear"], ["zoom"], 6, 0.3, 10, 0.8, 15, 3];

/** @type {ExpressionSpecification} */
const NAME = ["coalesce", ["get", "name"], ["get", "name1"], ""];

/** Keeps what it fetched: the page has one base map. */
const tiles = openArchive((from, length, signal) => fetchRange(ADDRESS, from, length, signal));

/**
 * Tells the library how to get at the tiles, if there is a base map.
 * @param {{addProtocol: typeof addProtocol}} library
 * @param {Basemap | null} basemap
 */
export function offerBasemap(library, basemap) {
  if (!basemap) return;
  library.addProtocol(PROTOCOL, async ({ url }, { signal }) => {
    const [z = 0, x = 0, y = 0] = url.split("/").slice(-3).map(Number);
    return { data: await tiles({ z, x, y }, signal) };
  });
}

/**
 * @param {Basemap | null} basemap
 * @returns {Record<string, SourceSpecification>}
 */
export function basemapSources(basemap) {
  if (!basemap) return {};
  const { minzoom, maxzoom } = basemap;
  const addresses = { tiles: [`${PROTOCOL}://${SOURCE}/{z}/{x}/{y}`], minzoom, maxzoom };
  return { [SOURCE]: basemap.kind === "vector" ? { type: "vector", ...addresses } : { type: "raster", ...addresses, tileSize: 256 } };
}

/**
 * Its layers, lowest first: areas of land and water, then lines, then names.
 * @param {Basemap | null} basemap
 * @param {Palette} palette
 * @returns {LayerSpecification[]}
 */
export function basemapLayers(basemap, { base, text, halo }) {
  if (!basemap) return [];
  if (basemap.kind === "raster") {
    return [{ id: SOURCE, type: "raster", source: SOURCE, paint: { "raster-saturation": -0.8, "raster-opacity": base.picture } }];
  }
  const named = basemap.layers.map((name) => ({ name, sort: sortOf(name) }));
  const drawn = named.filter(({ sort }) => sort !== "name");
  return [
    ...drawn.map(({ name, sort }) => ({
      ...of(name, "fill", "Polygon"),
      type: /** @type {const} */ ("fill"),
      paint: { "fill-color": base[sort === "name" ? "other" : sort], "fill-opacity": sort === "other" ? 0.4 : 1 },
    })),
    ...drawn.map(({ name, sort }) => ({
      ...of(name, "line", "LineString"),
      type: /** @type {const} */ ("line"),
      paint: { "line-color": base[sort === "water" ? "water" : "road"], "line-width": THIN },
    })),
    ...named.filter(({ sort }) => sort === "name").map(({ name }) => ({
      ...of(name, "names", "Point"),
      type: /** @type {const} */ ("symbol"),
      layout: { "text-field": NAME, "text-font": ["Inter Regular"], "text-size": 10, "text-max-width": 7 },
      paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 1, "text-opacity": 0.7 },
    })),
  ];
}

/** @param {string} name */
function sortOf(name) {
  return SORTS.find(([, words]) => words.test(name.toLowerCase()))?.[0] ?? "other";
}

/**
 * @param {string} layer
 * @param {string} what
 * @param {string} geometry
 */
function of(layer, what, geometry) {
  const filter = /** @type {FilterSpecification} */ (["==", ["geometry-type"], geometry]);
  return { id: `${SOURCE}-${what}-${layer}`, source: SOURCE, "source-layer": layer, filter };
}
