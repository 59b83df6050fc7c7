/**
 * The areas of the simpler map: from outlines in degrees to paths that a 2D canvas fills, and which of them lies at a place.
 *
 * @import {Outline} from "../base/areamap.js"
 * @import {PlainCamera} from "./plaincamera.js"
 */

import { worldOf } from "./plaincamera.js";

/** Paths are kept in pixels of this zoom from a middle of their own: a canvas reckons in floats, too coarse for a whole world. */
const PATH_SCALE = 512 * 2 ** 10;

/** @typedef {[number, number][]} Ring */
/** @typedef {{id: string, name: string, polygons: Ring[][], path: Path2D, box: [number, number, number, number]}} Shape */

/** @typedef {ReturnType<typeof createShapes>} Shapes */

/**
 * @param {Outline[]} outlines
 * @param {[number, number, number, number]} bounds  Of the force.
 */
export function createShapes(outlines, [west, south, east, north]) {
  const middle = worldOf((west + east) / 2, (south + north) / 2);
  const shapes = outlines.map((outline) => shapeOf(outline, middle));
  const land = new Path2D();
  for (const { path } of shapes) land.addPath(path);
  return {
    all: shapes,
    land,
    /**
     * The area at a place; null for none.
     * @param {{lng: number, lat: number}} place
     */
    at: ({ lng, lat }) => shapes.find((shape) => within(shape, lng, lat)) ?? null,
    /**
     * From now on the pen draws in the units of the paths.
     * @param {CanvasRenderingContext2D} pen
     * @param {PlainCamera} camera
     * @param {number} ratio  Of the canvas's pixels to the page's.
     * @returns {number}  Units of a pixel of the page.
     */
    enter(pen, camera, ratio) {
      const { x, y } = camera.pixelOf(...middle);
      const scale = camera.scale / PATH_SCALE;
      pen.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
      return 1 / scale;
    },
  };
}

/**
 * @param {Outline} outline
 * @param {[number, number]} middle
 * @returns {Shape}
 */
function shapeOf({ id, properties, geometry }, middle) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const path = new Path2D();
  for (const ring of polygons.flat()) {
    for (const [index, [lon, lat]] of ring.entries()) {
      const [x, y] = worldOf(lon, lat);
      const corner = /** @type {const} */ ([(x - middle[0]) * PATH_SCALE, (y - middle[1]) * PATH_SCALE]);
      if (index === 0) path.moveTo(...corner);
      else path.lineTo(...corner);
    }
    path.closePath();
  }
  const lons = polygons.flat(2).map(([lon]) => lon);
  const lats = polygons.flat(2).map(([, lat]) => lat);
  return { id, name: properties.name, polygons, path, box: [least(lons), least(lats), most(lons), most(lats)] };
}

/**
 * @param {Shape} shape
 * @param {number} lon
 * @param {number} lat
 */
function within({ polygons, box: [west, south, east, north] }, lon, lat) {
  if (lon < west || lon > east || lat < south || lat > north) return false;
  let inside = false;
  for (const ring of polygons.flat()) {
    for (let index = 0, previous = ring.length - 1; index < ring.length; previous = index, index += 1) {
      const [ax, ay] = ring[index] ?? [0, 0];
      const [bx, by] = ring[previous] ?? [0, 0];
      if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

/** @param {number[]} values */
function least(values) {
  return values.reduce((found, value) => Math.min(found, value), Infinity);
}

/** @param {number[]} values */
function most(values) {
  return values.reduce((found, value) => Math.max(found, value), -Infinity);
}
