/**
 * The series tiles of one question: fetches those in view, keeps them while they are near, and says what to draw where.
 *
 * @import {Series} from "./series.js"
 * @import {Zooms} from "../types.js"
 */

import { fetchTile } from "../api.js";
import { readSeries } from "./series.js";

export const TILE_PX = 512; // An edge of a tile at its own zoom.
const KEPT = 32; // Tiles out of view that stay for a return, the last seen longest.

/** @typedef {{z: number, x: number, y: number}} Address */
/** @typedef {Address & {series: Series}} HexTile  A tile that has hexagons. */
/** @typedef {[number, number, number, number]} Square  West, south, east, north in degrees. */
/** @typedef {{tile: HexTile, square: Square}} Drawn  What is to be drawn of a tile: the square in which it is. */
/** @typedef {{coveringTiles: (zooms: Zooms & {tileSize: number}) => {canonical: Address}[]}} Covering  A map that knows its tiles. */
/** @typedef {{at: Address, stop: AbortController, state: "coming" | "there" | "failed", tile: HexTile | null}} Wanted */

/** One question's tiles. */
export class Sheet {
  /** @type {Map<string, Wanted>} In the order in which they were last in view. */
  #tiles = new Map();
  /** @type {Address[]} */
  #inView = [];
  #map;
  #zooms;
  #address;
  #told;

  /**
   * @param {Covering} map
   * @param {Zooms} zooms
   * @param {(tile: Address) => string} address
   * @param {{came: () => void, failed: (reason: unknown) => void}} told
   */
  constructor(map, zooms, address, told) {
    this.#map = map;
    this.#zooms = zooms;
    this.#address = address;
    this.#told = told;
  }

  /** Asks for what is in view and not there, and lets go of what is not. */
  look() {
    const { minzoom, maxzoom } = this.#zooms;
    this.#inView = this.#map.coveringTiles({ tileSize: TILE_PX, minzoom, maxzoom }).map(({ canonical: { z, x, y } }) => ({ z, x, y }));
    for (const at of this.#inView) {
      const key = keyOf(at);
      const wanted = this.#tiles.get(key) ?? this.#ask(at);
      this.#tiles.delete(key);
      this.#tiles.set(key, wanted);
    }
    const seen = new Set(this.#inView.map(keyOf));
    const away = [...this.#tiles].filter(([key]) => !seen.has(key));
    for (const [index, [key, { state, stop }]] of away.entries()) {
      if (state === "there" && index >= away.length - KEPT) continue;
      stop.abort();
      this.#tiles.delete(key);
    }
  }

  /** Whether nothing in view is still on its way. */
  complete() {
    return this.#inView.every((at) => this.#tiles.get(keyOf(at))?.state !== "coming");
  }

  /** Every tile that is kept. */
  kept() {
    return new Set([...this.#tiles.values()].flatMap(({ tile }) => tile ?? []));
  }

  /**
   * What covers the view: the tiles of its zoom, and until they are there, what is there of coarser or finer ones.
   * @returns {Drawn[]}
   */
  drawn() {
    return this.#inView.flatMap((at) => {
      const wanted = this.#tiles.get(keyOf(at));
      if (wanted?.state === "there") return wanted.tile ? [{ tile: wanted.tile, square: squareOf(at) }] : [];
      return this.#coarser(at) ?? this.#finer(at);
    });
  }

  /**
   * The hexagons at a place, and where in their tile it lies.
   * @param {number} lon
   * @param {number} lat
   */
  at(lon, lat) {
    const found = this.drawn().find(({ square: [west, south, east, north] }) => lon >= west && lon < east && lat > south && lat <= north);
    if (!found) return null;
    const { tile } = found;
    const side = 2 ** tile.z;
    const { extent } = tile.series;
    const down = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
    return { series: tile.series, x: ((lon / 360 + 0.5) * side - tile.x) * extent, y: (down * side - tile.y) * extent };
  }

  /** Asks for nothing more. */
  close() {
    for (const { stop } of this.#tiles.values()) stop.abort();
    this.#tiles.clear();
    this.#inView = [];
  }

  /**
   * @param {Address} at
   * @returns {Wanted}
   */
  #ask(at) {
    const stop = new AbortController();
    /** @type {Wanted} */
    const wanted = { at, stop, state: "coming", tile: null };
    fetchTile(this.#address(at), stop.signal).then(
      (bytes) => {
        wanted.tile = bytes && { ...at, series: readSeries(bytes) };
        wanted.state = "there";
      },
    ).catch((reason) => {
      wanted.state = "failed";
      if (!stop.signal.aborted) this.#told.failed(reason);
    }).finally(() => {
      if (!stop.signal.aborted) this.#told.came();
    });
    return wanted;
  }

  /**
   * @param {Address} at
   * @returns {Drawn[] | null}
   */
  #coarser(at) {
    for (let { z, x, y } = at; z > this.#zooms.minzoom; ) {
      [z, x, y] = [z - 1, x >> 1, y >> 1];
      const wanted = this.#tiles.get(keyOf({ z, x, y }));
      if (wanted?.state === "there") return wanted.tile ? [{ tile: wanted.tile, square: squareOf(at) }] : [];
    }
    return null;
  }

  /**
   * @param {Address} at
   * @returns {Drawn[]}
   */
  #finer(at) {
    const within = [...this.kept()].filter(({ z, x, y }) => z > at.z && x >> (z - at.z) === at.x && y >> (z - at.z) === at.y);
    const nearest = Math.min(...within.map(({ z }) => z));
    return within.filter(({ z }) => z === nearest).map((tile) => ({ tile, square: squareOf(tile) }));
  }
}

/** @param {Address} at */
function keyOf({ z, x, y }) {
  return `${z}/${x}/${y}`;
}

/**
 * @param {Address} at
 * @returns {Square}
 */
function squareOf({ z, x, y }) {
  const side = 2 ** z;
  const lat = (/** @type {number} */ row) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / side))) * 180) / Math.PI;
  return [(x / side) * 360 - 180, lat(y + 1), ((x + 1) / side) * 360 - 180, lat(y)];
}
