/**
 * The only file that touches MapLibre. Draws what a view says and reports what is pointed at, picked and moved.
 *
 * @import {Map as MapLibre, MapGeoJSONFeature, Point, VectorTileSource} from "maplibre-gl"
 * @import {Palette} from "../base/colours.js"
 * @import {Comparing} from "../compare/passes.js"
 * @import {Hexagons} from "./hexagons.js"
 * @import {Label} from "./labels.js"
 * @import {Hit} from "./tooltip.js"
 * @import {Camera, ContextPoint, Place, Snapshot, View, Window} from "../types.js"
 */

import { tileAddress } from "../api.js";
import { byId } from "../base/dom.js";
import { comparingOf } from "../compare/look.js";
import { addSwipeLayers } from "../compare/swipelayers.js";
import { createAreas } from "./areas.js";
import { offerBasemap } from "./basemap.js";
import { hatch, pieces, pointFeature, source, writeLabels, writeReports } from "./features.js";
import { createHexagons, drawnFromSeries } from "./hexagons.js";
import { hexLayer } from "./hexlayer.js";
import { sectorLabels } from "./labels.js";
import { levelOf } from "../base/levels.js";
import { HATCH, lookOf, mapLayers, mapStyle, resolutionAt } from "./mapstyle.js";
import { openHelp } from "./help.js";
import { createMarks } from "./marks.js";
import { reportLayers } from "./reports.js";
import { around, clear } from "./room.js";
import { stillOf } from "./still.js";
import { parseWindow } from "../base/months.js";
import { nothingDelivered } from "../state.js";
import { mountWalk } from "./walk.js";

export const NOT_LOADED = "Part of the map could not be loaded. Check that harmgrid is running, then load this page again.";
export const TITLE = "Map. Arrow keys move it, plus and minus zoom, Enter opens the place at the crosshair, question mark lists all keys.";

/**
 * @typedef {object} MapEvents
 * @property {(hit: Hit | null, point: {x: number, y: number}, byKey: boolean) => void} pointed
 * @property {(words: string) => void} said  Of the place that the keyboard has gone to.
 * @property {() => void} search  A place is to be found by typing.
 * @property {(hit: Hit) => void} picked
 * @property {(camera: Camera) => void} moved
 * @property {(sentence: string) => void} failed
 */

/** @typedef {Awaited<ReturnType<typeof mountMap>>} MountedMap  Also of the simpler map, plainmap.js. */

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
  offerBasemap(library, snapshot.basemap);
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
  const drawn = createHexagons(map, "sectors-edge", { coming: () => busy(true), failed: () => events.failed(NOT_LOADED) }, hexLayer);
  hexagons = drawn;
  const areas = createAreas(map);
  const marks = createMarks(map, drawn, () => levelOf(snapshot, shown.state).layer);
  /** @type {Label[]} */
  let points = [];
  let shown = view;
  /** @type {ContextPoint[]} */
  let reports = [];
  let colours = palette;
  const at = (/** @type {Point} */ point) => hitAt(map, point, shown, drawn);
  listen(map, events, at, stop.signal);
  const ground = { view: () => shown, hexagons: drawn, labels: () => points, hitAt: at, covered: () => clear(byId("place")) };
  const walk = mountWalk(map, events, ground, stop.signal);
  addSwipeLayers(map, () => comparingOf(shown));
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
        areas.forget();
        points = [];
        map.setStyle(mapStyle(snapshot, now, lookOf(next, colours)));
        writeReports(map, reports);
      } else if (!empty && now.hex !== before.hex) retile(map, now, drawnFromSeries(next));
      applyLook(map, next, colours);
      drawn.update(next, colours);
      areas.update(next);
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
     * Follows a slider that is being dragged, where it can: in this frame, not in the next.
     * @param {Window} window
     * @param {Comparing | null} comparing
     * @param {View | null} drafted  With the areas of the window, where they are known.
     */
    draft(window, comparing, drafted) {
      drawn.draft(window, comparing);
      if (drafted) areas.update(drafted);
      map.redraw();
    },
    /**
     * The same answers, compared in another way: nothing is asked.
     * @param {View} next
     */
    compare(next) {
      shown = next;
      applyLook(map, next, colours);
      drawn.draft(next.state.window, comparingOf(next));
    },
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
    /** To where a place was opened from. */
    focus: () => walk.focus(),
    /**
     * Shows reports beside the harm.
     * @param {ContextPoint[]} points
     */
    context(points) {
      reports = points;
      writeReports(map, points);
    },
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
  byId("map-help").addEventListener("click", openHelp, { signal });
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
  const report = map.queryRenderedFeatures(point, { layers: reportLayers })[0]?.properties.words;
  const more = report === undefined ? {} : { report: String(report) };
  const hexagon = hexagons.at(map.unproject(point));
  if (hexagon) return { kind: "hexagon", sector, ...hexagon, ...more };
  const feature = view.state.layer === "sectors" ? undefined : map.queryRenderedFeatures(point, { layers: ["hex-fill"] })[0];
  if (feature) return { ...hit("hexagon", String(feature.properties.h3), feature, sector), ...more };
  return land ? { ...hit("sector", String(land.properties.id), land, sector), ...more } : null;
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
  const amount = (/** @type {string} */ of) => ({
    harm: Number(properties[`harm${of}`]), count: Number(properties[`count${of}`]), people: Number(properties[`people${of}`] ?? 0),
  });
  return { kind, id, ...amount(""), then: "harm_then" in properties ? amount("_then") : null, resolution, sector };
}
