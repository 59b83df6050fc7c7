/**
 * The only file that touches MapLibre. Draws what a view says and reports what is pointed at, picked and moved.
 *
 * @import {GeoJSONSource, Map as MapLibre, MapGeoJSONFeature, Point, VectorTileSource} from "maplibre-gl"
 * @import {Palette} from "../base/colours.js"
 * @import {Hexagons} from "./hexagons.js"
 * @import {Label, Piece} from "./labels.js"
 * @import {Hit} from "./tooltip.js"
 * @import {Camera, Place, Snapshot, View, Window} from "../types.js"
 */

import { tileAddress } from "../api.js";
import { byId } from "../base/dom.js";
import { createHexagons, drawnFromSeries } from "./hexagons.js";
import { sectorLabels } from "./labels.js";
import { levelOf } from "../base/levels.js";
import { HATCH, lookOf, mapLayers, mapStyle, resolutionAt } from "./mapstyle.js";
import { createMarks } from "./marks.js";
import { stillOf } from "./still.js";
import { parseWindow } from "../base/months.js";
import { nothingDelivered } from "../state.js";

const FREE_PX = 24; // Around what is brought into view.
const NOT_LOADED = "Part of the map could not be loaded. Check that harmgrid is running, then load this page again.";
const TITLE = "Map. Arrow keys move it, plus and minus zoom, Enter opens the place at the crosshair.";

/**
 * @typedef {object} MapEvents
 * @property {(hit: Hit | null, point: {x: number, y: number}, byKey: boolean) => void} pointed
 * @property {(hit: Hit) => void} picked
 * @property {(camera: Camera) => void} moved
 * @property {(sentence: string) => void} failed
 */

/**
 * Whether this browser can draw the map; asked first, because the library is the largest file of the page.
 */
export function canDraw() {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

/** Fetches the library; called early, so that it comes while the page asks for its figures. */
export function fetchLibrary() {
  return import("../vendor/maplibre-gl/maplibre-gl.mjs");
}

/**
 * Mounts the map, in a browser that can draw it.
 * @param {View} view
 * @param {Palette} palette
 * @param {MapEvents} events
 */
export async function mountMap(view, palette, events) {
  const library = await fetchLibrary();
  const { snapshot } = view;
  const map = new library.Map({
    container: byId("map"),
    style: mapStyle(snapshot, addresses(view), lookOf(view, palette)),
    ...opening(view),
    minZoom: Math.max(0, snapshot.layers.hex.minzoom),
    maxZoom: 15,
    maxBounds: around(snapshot.bounds),
    attributionControl: false, // The page has its own line for it.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0, // A fade is a dozen redraws for every step in time, which an office PC without a GPU feels.
    locale: { "Map.Title": TITLE },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  /** @type {Hexagons | null} */
  let hexagons = null;
  const busy = (/** @type {boolean} */ is) => map.getContainer().setAttribute("aria-busy", String(is));
  map.on("dataloading", () => busy(true));
  map.on("idle", () => busy(hexagons?.loading() ?? false));
  map.on("error", () => events.failed(NOT_LOADED)); // First of all, so that no failure goes unsaid.
  await map.once("style.load");
  map.addImage(HATCH, hatch(palette), { pixelRatio: 2 });

  const stop = new AbortController();
  const drawn = createHexagons(map, "sectors-edge", { coming: () => busy(true), failed: () => events.failed(NOT_LOADED) });
  hexagons = drawn;
  const marks = createMarks(map, drawn, () => levelOf(snapshot, shown.state).layer);
  /** @type {Label[]} */
  let points = [];
  let shown = view;
  let colours = palette;
  listen(map, events, (point) => hitAt(map, point, shown, drawn), stop.signal);
  listenToButtons(map, snapshot, stop.signal);
  map.on("sourcedata", () => {
    if (points.length > 0 || !map.isSourceLoaded("shapes")) return;
    points = sectorLabels(pieces(map, levelOf(snapshot, shown.state).layer));
    writeLabels(map, points, shown);
  });

  return {
    /** @param {View} next */
    update(next) {
      const before = addresses(shown);
      const now = addresses(next);
      const empty = nothingDelivered(next.state, snapshot);
      const ranked = shown.answer;
      const sameLevel = next.state.level === shown.state.level;
      shown = next;
      // A window without any data keeps the tiles it has: their land is hatched and their figures are not drawn.
      if (!sameLevel) {
        marks.forget();
        points = [];
        map.setStyle(mapStyle(snapshot, now, lookOf(next, colours)));
      } else if (!empty && now.hex !== before.hex) retile(map, now, drawnFromSeries(next));
      applyLook(map, next, colours);
      drawn.update(next, colours);
      if (next.answer !== ranked) writeLabels(map, points, next);
      marks.open(next.state.place);
    },
    /** @param {Palette} next */
    recolour(next) {
      colours = next;
      map.updateImage(HATCH, hatch(next));
      applyLook(map, shown, next);
      drawn.recolour(next);
    },
    /**
     * Follows a slider that is being dragged, where it can.
     * @param {Window} window
     */
    draft: (window) => drawn.draft(window),
    /** @param {string | null} id */
    hover: (id) => marks.hover(id),
    /**
     * Rings the open hexagon; null for none.
     * @param {Place | null} place
     */
    ring(place) {
      const features = place?.kind === "hexagon" ? [pointFeature(place.center, {})] : [];
      source(map, "chosen")?.setData({ type: "FeatureCollection", features });
    },
    /**
     * Brings a place into view, beside the panel where that covers the map.
     * @param {Place["bounds"]} bounds
     * @param {HTMLElement} panel
     */
    show(bounds, panel) {
      map.fitBounds(bounds, { padding: clear(panel), maxZoom: 12, duration: 600 });
    },
    focus: () => map.getCanvas().focus(),
    still: () => stillOf(map),
    resolution: () => resolutionAt(snapshot, map.getZoom()),
    unmount() {
      stop.abort();
      map.remove();
    },
  };
}

/**
 * Where the tiles are. A window without any data is never asked for: its land comes with the usual window.
 * @param {View} view
 */
function addresses({ snapshot, state: wanted }) {
  const usual = nothingDelivered(wanted, snapshot) ? parseWindow(snapshot.default_window) : null;
  const state = usual ? { ...wanted, window: usual } : wanted;
  const areas = levelOf(snapshot, state).layer;
  return { hex: tileAddress(snapshot, "hex", state), areas: tileAddress(snapshot, areas, state) };
}

/** @param {View} view */
function opening({ snapshot, state }) {
  if (!state.camera) return { bounds: snapshot.bounds, fitBoundsOptions: { padding: clear() } };
  const { lon, lat, zoom } = state.camera;
  return { center: /** @type {[number, number]} */ ([lon, lat]), zoom };
}

/**
 * Padding that keeps clear of the legend and, if one is given, of a panel, where these lie on the map.
 * @param {HTMLElement} [panel]
 */
function clear(panel) {
  const pane = byId("map").getBoundingClientRect();
  const legend = byId("legend").getBoundingClientRect();
  const beside = panel?.getBoundingClientRect();
  const onMap = beside && beside.top < pane.bottom - 20 && beside.left > pane.left;
  const right = onMap ? pane.right - beside.left : 0;
  const left = legend.top < pane.bottom && pane.width > 2.5 * legend.width + right ? legend.right - pane.left : 0;
  return { top: FREE_PX, bottom: FREE_PX, left: FREE_PX + left, right: FREE_PX + right };
}

/**
 * The bounds with room around them, so that the force can be moved clear of what lies on the map.
 * @param {Snapshot["bounds"]} bounds
 * @returns {Snapshot["bounds"]}
 */
function around([west, south, east, north]) {
  const wide = 2 * (east - west);
  const high = north - south;
  return [west - wide, Math.max(-85, south - high), east + wide, Math.min(85, north + high)];
}

/**
 * @param {MapLibre} map
 * @param {{hex: string, areas: string}} tiles
 * @param {boolean} fromSeries  The hexagons do not come from these tiles.
 */
function retile(map, tiles, fromSeries) {
  if (!fromSeries) /** @type {VectorTileSource | undefined} */ (map.getSource("hex"))?.setTiles([tiles.hex]);
  /** @type {VectorTileSource | undefined} */ (map.getSource("areas"))?.setTiles([tiles.areas]);
}

/**
 * Sets what differs from how the layers look now; MapLibre itself skips a value that is the same.
 * @param {MapLibre} map
 * @param {View} view
 * @param {Palette} palette
 */
function applyLook(map, view, palette) {
  for (const layer of mapLayers(lookOf(view, palette))) {
    for (const [name, value] of Object.entries(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, /** @type {never} */ (name), /** @type {never} */ (value));
    }
    map.setLayoutProperty(layer.id, "visibility", layer.layout?.visibility ?? "visible");
  }
}

/**
 * @param {MapLibre} map
 * @param {MapEvents} events
 * @param {(point: Point) => Hit | null} hitAt
 * @param {AbortSignal} signal
 */
function listen(map, events, hitAt, signal) {
  const canvas = map.getCanvas();
  const centre = () => map.project(map.getCenter());
  map.on("mousemove", ({ point }) => {
    const hit = hitAt(point);
    canvas.style.cursor = hit ? "pointer" : "";
    events.pointed(hit, point, false);
  });
  map.on("mouseout", () => events.pointed(null, { x: 0, y: 0 }, false));
  map.on("movestart", () => events.pointed(null, { x: 0, y: 0 }, false));
  map.on("click", ({ point }) => {
    const hit = hitAt(point);
    if (hit) events.picked(hit);
  });
  map.on("moveend", () => {
    const { lng, lat } = map.getCenter();
    events.moved({ lon: lng, lat, zoom: map.getZoom() });
    if (canvas.matches(":focus-visible")) events.pointed(hitAt(centre()), centre(), true);
  });
  canvas.addEventListener("keydown", (event) => {
    const hit = event.key === "Enter" ? hitAt(centre()) : null;
    if (hit) events.picked(hit);
  }, { signal });
  canvas.addEventListener("blur", () => events.pointed(null, { x: 0, y: 0 }, false), { signal });
}

/**
 * @param {MapLibre} map
 * @param {Snapshot} snapshot
 * @param {AbortSignal} signal
 */
function listenToButtons(map, snapshot, signal) {
  byId("zoom-in").addEventListener("click", () => map.zoomIn(), { signal });
  byId("zoom-out").addEventListener("click", () => map.zoomOut(), { signal });
  byId("zoom-home").addEventListener("click", () => map.fitBounds(snapshot.bounds, { padding: clear(), duration: 600 }), { signal });
}

/**
 * The hexagon at a point, else the area; the area where only areas are drawn.
 * @param {MapLibre} map
 * @param {Point} point
 * @param {View} view
 * @param {Hexagons} hexagons
 * @returns {Hit | null}
 */
function hitAt(map, point, view, hexagons) {
  const land = map.queryRenderedFeatures(point, { layers: ["land"] })[0];
  const sector = land ? String(land.properties.name) : null;
  const hexagon = hexagons.at(map.unproject(point));
  if (hexagon) return { kind: "hexagon", sector, ...hexagon };
  const feature = view.state.layer === "sectors" ? undefined : map.queryRenderedFeatures(point, { layers: ["hex-fill"] })[0];
  if (feature) return hit("hexagon", String(feature.properties.h3), feature, sector);
  return land ? hit("sector", String(land.properties.id), land, sector) : null;
}

/**
 * @param {Hit["kind"]} kind
 * @param {string} id
 * @param {MapGeoJSONFeature} feature
 * @param {string | null} sector
 * @returns {Hit}
 */
function hit(kind, id, { properties }, sector) {
  const resolution = kind === "hexagon" ? parseInt(id.charAt(1), 16) : null;
  return { kind, id, harm: Number(properties.harm), count: Number(properties.count), people: Number(properties.people ?? 0), resolution, sector };
}

/**
 * @param {MapLibre} map
 * @param {string} name
 */
function source(map, name) {
  return /** @type {GeoJSONSource | undefined} */ (map.getSource(name));
}

/**
 * The areas' polygons that have arrived, each polygon of a multipolygon on its own.
 * @param {MapLibre} map
 * @param {string} layer
 * @returns {Piece[]}
 */
function pieces(map, layer) {
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
function writeLabels(map, points, view) {
  const ranks = new Map(view.answer?.sectors.map((sector) => [sector.place, sector.rank]));
  const features = points.map(({ id, name, point }) => {
    const rank = ranks.get(id);
    return pointFeature(point, { text: rank === undefined ? name : `${rank}. ${name}`, order: rank ?? 0 });
  });
  source(map, "labels")?.setData({ type: "FeatureCollection", features });
}

/**
 * @param {[number, number]} coordinates
 * @param {Record<string, string | number>} properties
 */
function pointFeature(coordinates, properties) {
  const geometry = { type: /** @type {const} */ ("Point"), coordinates };
  return { type: /** @type {const} */ ("Feature"), geometry, properties };
}

/**
 * A tile of diagonal lines for land without data.
 * @param {Palette} palette
 */
function hatch(palette) {
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
