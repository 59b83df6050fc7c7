/**
 * The map for browsers without WebGL 2: on a 2D canvas, from the same tiles and answers, with the same classes, marks and
 * keys as the map of map.js, whose methods it has. What-if hexagons come only as vector tiles, which it does not draw.
 *
 * @import {Outline} from "../base/areamap.js"
 * @import {Palette} from "../base/colours.js"
 * @import {HexGround} from "./hexagons.js"
 * @import {Shown} from "./hexlayer.js"
 * @import {Label} from "./labels.js"
 * @import {MapEvents, MountedMap} from "./map.js"
 * @import {Point} from "./plaincamera.js"
 * @import {Shapes} from "./plainshapes.js"
 * @import {Hit} from "./tooltip.js"
 * @import {ContextPoint, Place, View} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { createHexagons, drawnFromSeries } from "./hexagons.js";
import { sectorLabels } from "./labels.js";
import { NOT_LOADED, TITLE } from "./map.js";
import { resolutionAt } from "./mapstyle.js";
import { PlainCamera } from "./plaincamera.js";
import { drawScene } from "./plaindraw.js";
import { listenToHand } from "./plainhand.js";
import { createPlainHexagons } from "./plainhexagons.js";
import { createShapes } from "./plainshapes.js";
import { around, clear } from "./room.js";
import { copyOf } from "./still.js";
import { reportAt } from "./reports.js";

const REST_MS = 150; // After the last step of a movement.

export const PLAIN = "This browser has no WebGL 2, so a simpler map is drawn. The figures are the same.";
const PLAIN_WHATIF = `${PLAIN} What-if weights can be seen by sector and in the list, not as hexagons.`;

/** Whether this browser can draw even the simpler map. */
export function canDrawPlainly() {
  return document.createElement("canvas").getContext("2d") !== null;
}

/**
 * Mounts the simpler map.
 * @param {View} view
 * @param {Palette} palette
 * @param {MapEvents} events
 * @param {(level: string) => Promise<Outline[]>} outlines
 * @returns {Promise<MountedMap>}
 */
export async function mountPlainMap(view, palette, events, outlines) {
  const map = new PlainMap(view, palette, events, outlines);
  await map.start();
  return map.methods();
}

class PlainMap {
  #view;
  #palette;
  #events;
  #outlines;
  #camera;
  #pane = byId("map");
  #canvas = h("canvas", { class: "plain-canvas", tabindex: 0, role: "region", "aria-label": TITLE });
  #pen = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
  #stop = new AbortController();
  #painter = createPlainHexagons();
  #hexagons;
  /** @type {{shown: () => Shown | null} | null} */
  #layer = null;
  /** @type {(() => void)[]} */
  #onMove = [];
  #frame = 0;
  #timer = 0;
  /** @type {string | null} Of the outlines that are drawn or on their way. */
  #level = null;
  #coming = 0;
  /** @type {Shapes | null} */
  #shapes = null;
  /** @type {Label[]} */
  #labels = [];
  /** @type {Record<"hover" | "open", string | null>} */
  #marks = { hover: null, open: null };
  /** @type {ContextPoint[]} */
  #reports = [];
  /** @type {Place["center"] | null} */
  #ring = null;
  #resizes = new ResizeObserver(() => this.#resize());

  /**
   * @param {View} view
   * @param {Palette} palette
   * @param {MapEvents} events
   * @param {(level: string) => Promise<Outline[]>} outlines
   */
  constructor(view, palette, events, outlines) {
    const { hex } = view.snapshot.layers;
    this.#view = view;
    this.#palette = palette;
    this.#events = events;
    this.#outlines = outlines;
    this.#camera = new PlainCamera({ bounds: around(view.snapshot.bounds), minZoom: Math.max(0, hex.minzoom), maxZoom: 15 });
    this.#pane.append(this.#canvas);
    const told = { coming: () => this.redraw(), failed: () => events.failed(NOT_LOADED) };
    this.#hexagons = createHexagons(this.#ground(), "", told, (_, shown) => ({ shown }));
  }

  /** Looks where the address says, and draws. */
  async start() {
    const { state, snapshot } = this.#view;
    this.#resize();
    if (state.camera) this.#camera.jump(state.camera);
    else this.#camera.fit(snapshot.bounds, clear());
    this.#resizes.observe(this.#pane);
    this.#listen();
    this.#coming += 1; // Until the first update.
    await Promise.all([this.#fetchShapes(), document.fonts.load("600 12px Inter")]);
    this.#coming -= 1;
  }

  /** @returns {MountedMap} */
  methods() {
    return {
      update: (next) => this.#update(next),
      recolour: (next) => {
        this.#palette = next;
        this.#hexagons.recolour(next);
        this.redraw();
      },
      draft: (window, comparing, drafted) => {
        if (drafted) this.#view = drafted;
        this.#hexagons.draft(window, comparing);
      },
      compare: (next) => this.#update(next),
      hover: (id) => this.#mark("hover", id),
      ring: (place) => {
        this.#ring = place?.kind === "hexagon" ? place.center : null;
        this.redraw();
      },
      show: (bounds, panel) => this.#fit(bounds, panel, 12),
      context: (points) => {
        this.#reports = points;
        this.redraw();
      },
      focus: () => this.#canvas.focus(),
      still: () => copyOf(this.#canvas),
      resolution: () => resolutionAt(this.#view.snapshot, this.#camera.zoom),
      unmount: () => {
        this.#stop.abort();
        this.#resizes.disconnect();
        cancelAnimationFrame(this.#frame);
        clearTimeout(this.#timer);
        this.#canvas.remove();
      },
    };
  }

  /** Draws in the next frame, once, however often it is asked. */
  redraw() {
    this.#pane.setAttribute("aria-busy", "true");
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
      this.#pane.setAttribute("aria-busy", String(this.#coming > 0 || this.#hexagons.loading()));
    });
  }

  #draw() {
    drawScene(this.#pen, {
      view: this.#view,
      palette: this.#palette,
      camera: this.#camera,
      ratio: devicePixelRatio,
      shapes: this.#shapes,
      labels: this.#labels,
      hexagons: this.#layer?.shown() ?? null,
      painter: this.#painter,
      marks: this.#marks,
      ring: this.#ring,
      reports: this.#reports,
    });
  }

  /** @param {View} next */
  #update(next) {
    this.#view = next;
    const undrawn = next.state.layer !== "sectors" && !drawnFromSeries(next);
    byId("map-message").textContent = undrawn ? PLAIN_WHATIF : PLAIN;
    if (next.state.level !== this.#level) this.#fetchShapes();
    this.#hexagons.update(next, this.#palette);
    this.#mark("open", next.state.place);
    this.redraw();
  }

  /** Asks for the areas of the level in force; what is drawn goes, since it is of another. */
  async #fetchShapes() {
    const { snapshot, state } = this.#view;
    const { level } = state;
    this.#level = level;
    this.#shapes = null;
    this.#labels = [];
    this.#coming += 1;
    try {
      const outlines = await this.#outlines(level);
      if (level !== this.#level) return;
      this.#shapes = createShapes(outlines, snapshot.bounds);
      this.#labels = sectorLabels(this.#shapes.all.flatMap(({ id, name, polygons }) => polygons.map((rings) => ({ id, name, rings }))));
    } catch {
      this.#events.failed(NOT_LOADED);
    } finally {
      this.#coming -= 1;
      this.redraw();
    }
  }

  /**
   * What hexagons need of a map.
   * @returns {HexGround<{shown: () => Shown | null}>}
   */
  #ground() {
    return {
      getLayer: () => this.#layer ?? undefined,
      addLayer: (layer) => {
        this.#layer = layer;
      },
      moveLayer: () => {},
      triggerRepaint: () => this.redraw(),
      coveringTiles: (zooms) => this.#camera.coveringTiles(zooms),
      on: (event, listener) => {
        if (event === "move") this.#onMove.push(listener);
      },
    };
  }

  #listen() {
    const { signal } = this.#stop;
    const middle = () => ({ x: this.#camera.width / 2, y: this.#camera.height / 2 });
    const pick = (/** @type {Point} */ point) => {
      const hit = this.#hitAt(point);
      if (hit) this.#events.picked(hit);
    };
    listenToHand(this.#canvas, this.#camera, {
      moved: () => this.#moved(),
      pointed: (point) => {
        const hit = point && this.#hitAt(point);
        this.#canvas.style.cursor = hit ? "pointer" : "";
        this.#events.pointed(hit, point ?? { x: 0, y: 0 }, false);
      },
      clicked: pick,
      entered: () => pick(middle()),
    }, signal);
    this.#canvas.addEventListener("blur", () => this.#events.pointed(null, { x: 0, y: 0 }, false), { signal });
    for (const [id, by] of /** @type {const} */ ([["zoom-in", 1], ["zoom-out", -1]])) {
      byId(id).addEventListener("click", () => {
        this.#camera.zoomBy(by);
        this.#moved();
      }, { signal });
    }
    byId("zoom-home").addEventListener("click", () => this.#fit(this.#view.snapshot.bounds), { signal });
  }

  /**
   * @param {Place["bounds"]} bounds
   * @param {HTMLElement} [panel]
   * @param {number} [closest]
   */
  #fit(bounds, panel, closest) {
    this.#camera.fit(bounds, clear(panel), closest);
    this.#moved();
  }

  #moved() {
    this.#events.pointed(null, { x: 0, y: 0 }, false);
    for (const listener of this.#onMove) listener();
    this.redraw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rested(), REST_MS);
  }

  #rested() {
    const { lng, lat } = this.#camera.centre();
    this.#events.moved({ lon: lng, lat, zoom: this.#camera.zoom });
    const middle = { x: this.#camera.width / 2, y: this.#camera.height / 2 };
    if (this.#canvas.matches(":focus-visible")) this.#events.pointed(this.#hitAt(middle), middle, true);
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.#pane;
    if (width === 0 || height === 0) return;
    this.#camera.width = width;
    this.#camera.height = height;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    for (const listener of this.#onMove) listener();
    this.redraw();
  }

  /**
   * @param {"hover" | "open"} mark
   * @param {string | null} id
   */
  #mark(mark, id) {
    if (this.#marks[mark] === id) return;
    this.#marks[mark] = id;
    this.#hexagons.mark(mark, id);
    this.redraw();
  }

  /**
   * The hexagon at a point, else the area.
   * @param {Point} point
   * @returns {Hit | null}
   */
  #hitAt(point) {
    const place = this.#camera.unproject(point);
    const area = this.#shapes?.at(place) ?? null;
    const hexagon = this.#hexagons.at(place);
    const report = reportAt(this.#reports, (at) => this.#camera.project(...at), point);
    const more = report ? { report } : {};
    if (hexagon) return { kind: "hexagon", sector: area?.name ?? null, ...hexagon, ...more };
    if (!area) return null;
    const { harm = 0, count = 0, people = 0, baseline: then = null } = this.#view.answer?.sectors.find(({ place }) => place === area.id) ?? {};
    return { kind: "sector", id: area.id, harm, count, people, then, resolution: null, sector: area.name, ...more };
  }
}
