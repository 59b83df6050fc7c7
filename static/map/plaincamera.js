/**
 * Where the simpler map looks: longitude and latitude to its pixels and back, and which tiles cover it. It neither turns nor
 * tilts. Pure arithmetic: Web Mercator, the world 512 px wide at zoom 0, as MapLibre has it, so that an address shows the same.
 *
 * @import {Address} from "./hexsheet.js"
 * @import {Snapshot} from "../types.js"
 */

import { TILE_PX } from "./hexsheet.js";

/** @typedef {Snapshot["bounds"]} Bounds */
/** @typedef {{x: number, y: number}} Point  Pixels from the upper left. */
/** @typedef {Record<"top" | "bottom" | "left" | "right", number>} Padding */

const HIGHEST = 85; // Degrees of latitude; beyond them Web Mercator has nothing.

/**
 * A place in the square world, 0 to 1 from west to east and from north to south.
 * @param {number} lon
 * @param {number} lat
 * @returns {[number, number]}
 */
export function worldOf(lon, lat) {
  const radians = (Math.max(-HIGHEST, Math.min(HIGHEST, lat)) * Math.PI) / 180;
  return [lon / 360 + 0.5, 0.5 - Math.asinh(Math.tan(radians)) / (2 * Math.PI)];
}

/**
 * @param {number} x
 * @param {number} y
 */
function placeOf(x, y) {
  return { lng: (x - 0.5) * 360, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI };
}

/** The camera. Its middle stays within limits, and so does its zoom. */
export class PlainCamera {
  /** @type {[number, number]} */
  #middle = [0.5, 0.5];
  zoom = 0;
  width = 1;
  height = 1;
  #limits;

  /** @param {{bounds: Bounds, minZoom: number, maxZoom: number}} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** Pixels of the whole world. */
  get scale() {
    return TILE_PX * 2 ** this.zoom;
  }

  centre() {
    return placeOf(...this.#middle);
  }

  /**
   * @param {number} lon
   * @param {number} lat
   */
  project(lon, lat) {
    return this.pixelOf(...worldOf(lon, lat));
  }

  /**
   * Where a place of the square world stands.
   * @param {number} x
   * @param {number} y
   * @returns {Point}
   */
  pixelOf(x, y) {
    return { x: this.width / 2 + (x - this.#middle[0]) * this.scale, y: this.height / 2 + (y - this.#middle[1]) * this.scale };
  }

  /** @param {Point} point */
  unproject(point) {
    return placeOf(...this.#worldAt(point));
  }

  /**
   * Looks at a place.
   * @param {{lon: number, lat: number, zoom: number}} camera
   */
  jump({ lon, lat, zoom }) {
    this.#set(worldOf(lon, lat), zoom);
  }

  /**
   * Moves what is seen by so many pixels.
   * @param {number} x
   * @param {number} y
   */
  moveBy(x, y) {
    this.#set([this.#middle[0] - x / this.scale, this.#middle[1] - y / this.scale], this.zoom);
  }

  /**
   * Zooms and leaves the place under a point where it is.
   * @param {number} by
   * @param {Point} [point]  Else the middle.
   */
  zoomBy(by, point = { x: this.width / 2, y: this.height / 2 }) {
    const [x, y] = this.#worldAt(point);
    const zoom = this.#zoomWithin(this.zoom + by);
    const scale = TILE_PX * 2 ** zoom;
    this.#set([x - (point.x - this.width / 2) / scale, y - (point.y - this.height / 2) / scale], zoom);
  }

  /**
   * Brings bounds into view.
   * @param {Bounds} bounds
   * @param {Padding} padding
   * @param {number} [closest]  Zoom.
   */
  fit([west, south, east, north], { top, bottom, left, right }, closest = Infinity) {
    const [x1, y1] = worldOf(west, north);
    const [x2, y2] = worldOf(east, south);
    const across = Math.max(1, this.width - left - right) / Math.max(x2 - x1, 1e-9);
    const down = Math.max(1, this.height - top - bottom) / Math.max(y2 - y1, 1e-9);
    const zoom = this.#zoomWithin(Math.min(closest, Math.log2(Math.min(across, down) / TILE_PX)));
    const scale = TILE_PX * 2 ** zoom;
    this.#set([(x1 + x2 - (left - right) / scale) / 2, (y1 + y2 - (top - bottom) / scale) / 2], zoom);
  }

  /**
   * The tiles that cover the view, in the form in which MapLibre names them.
   * @param {{minzoom: number, maxzoom: number}} zooms
   * @returns {{canonical: Address}[]}
   */
  coveringTiles({ minzoom, maxzoom }) {
    const z = Math.min(maxzoom, Math.floor(this.zoom));
    if (z < minzoom) return [];
    const side = 2 ** z;
    const tile = (/** @type {number} */ part) => Math.max(0, Math.min(side - 1, Math.floor(part * side)));
    const [left, top] = this.#worldAt({ x: 0, y: 0 });
    const [right, bottom] = this.#worldAt({ x: this.width, y: this.height });
    const found = [];
    for (let y = tile(top); y <= tile(bottom); y += 1) {
      for (let x = tile(left); x <= tile(right); x += 1) found.push({ canonical: { z, x, y } });
    }
    return found;
  }

  /**
   * @param {Point} point
   * @returns {[number, number]}
   */
  #worldAt({ x, y }) {
    return [this.#middle[0] + (x - this.width / 2) / this.scale, this.#middle[1] + (y - this.height / 2) / this.scale];
  }

  /** @param {number} zoom */
  #zoomWithin(zoom) {
    return Math.max(this.#limits.minZoom, Math.min(this.#limits.maxZoom, zoom));
  }

  /**
   * @param {[number, number]} middle
   * @param {number} zoom
   */
  #set([x, y], zoom) {
    const [west, south, east, north] = this.#limits.bounds;
    const [left, top] = worldOf(west, north);
    const [right, bottom] = worldOf(east, south);
    this.#middle = [Math.max(left, Math.min(right, x)), Math.max(top, Math.min(bottom, y))];
    this.zoom = this.#zoomWithin(zoom);
  }
}
