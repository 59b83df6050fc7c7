/**
 * Draws hexagons on a 2D canvas, from the same tiles and running sums as the layer in WebGL, in the same classes.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {Look} from "./hexagons.js"
 * @import {Shown} from "./hexlayer.js"
 * @import {Drawn, HexTile} from "./hexsheet.js"
 * @import {PlainCamera} from "./plaincamera.js"
 * @import {Series} from "./series.js"
 * @import {Figure, Window} from "../types.js"
 */

import { classOf, spread } from "../base/colours.js";
import { figureOfHexagon } from "../base/figures.js";
import { MARK_WIDTHS, edgeWidth } from "./hexlayer.js";
import { hexagonOf, value } from "./series.js";
import { windowLength } from "../base/months.js";

const UNITS = 2 ** 24; // In a harm point or an event: as fine as the program for graphics cards has it, and coarser than what floats are out by.

/** @typedef {{window: Window, breaks: Look["breaks"], figure: Figure, paths: Path2D[]}} Classed  The hexagons of each class in one path. */

/** @typedef {{window: Window, figure: Figure, breaks: number[]}} Classing  Breaks: of one resolution. */

/** Keeps what it worked out for a tile until the window or the classes change: moving the map is then a fill for each class. */
export function createPlainHexagons() {
  /** @type {WeakMap<HexTile, Classed>} */
  const known = new WeakMap();

  /**
   * @param {HexTile} tile
   * @param {Look} look
   */
  function classed(tile, { window, breaks, figure }) {
    const kept = known.get(tile);
    if (kept?.window === window && kept.breaks === breaks && kept.figure === figure) return kept.paths;
    const paths = pathsOf(tile.series, { window, figure, breaks: breaks[tile.series.resolution] ?? [] });
    known.set(tile, { window, breaks, figure, paths });
    return paths;
  }

  return {
    /**
     * @param {CanvasRenderingContext2D} pen
     * @param {Shown} shown
     * @param {PlainCamera} camera
     * @param {number} ratio
     */
    draw(pen, { sheet, look, marks }, camera, ratio) {
      for (const part of sheet.drawn()) {
        pen.save();
        const px = enter(pen, part, camera, ratio);
        paint(pen, classed(part.tile, look), look.palette, edgeWidth(camera.zoom) * px);
        mark(pen, part.tile.series, { marks, palette: look.palette, px });
        pen.restore();
      }
    },
  };
}

/**
 * Which class each hexagon has: null for no harm or no events. Compared without dividing by the months, and rounded, as the
 * program does.
 * @param {Series} series
 * @param {Classing} classing
 */
export function classesOf(series, { window, figure, breaks }) {
  const months = windowLength(window);
  const edges = breaks.map((edge) => Math.round(edge * months * UNITS));
  return Array.from({ length: series.cells.length }, (_, hexagon) =>
    classOf(Math.round(figureOfHexagon(value(series, hexagon, window), figure) * months * UNITS), edges),
  );
}

/**
 * @param {Series} series
 * @param {Classing} classing
 */
function pathsOf(series, classing) {
  const paths = Array.from({ length: classing.breaks.length + 1 }, () => new Path2D());
  for (const [hexagon, found] of classesOf(series, classing).entries()) {
    const path = found === null ? undefined : paths[found];
    if (path) trace(path, series, hexagon);
  }
  return paths;
}

/**
 * @param {Path2D} path
 * @param {Series} series
 * @param {number} hexagon
 */
function trace(path, { corners, start }, hexagon) {
  const end = /** @type {number} */ (start[hexagon + 1]);
  for (let corner = /** @type {number} */ (start[hexagon]), first = true; corner < end; corner += 1, first = false) {
    const [x, y] = [corners[2 * corner] ?? 0, corners[2 * corner + 1] ?? 0];
    if (first) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}

/**
 * From now on the pen draws in units of the tile, and only in the square that the tile stands for.
 * @param {CanvasRenderingContext2D} pen
 * @param {Drawn} drawn
 * @param {PlainCamera} camera
 * @param {number} ratio
 * @returns {number}  Units of a pixel of the page.
 */
function enter(pen, { tile, square: [west, south, east, north] }, camera, ratio) {
  const upper = camera.project(west, north);
  const lower = camera.project(east, south);
  const [left, top, right, bottom] = [upper.x, upper.y, lower.x, lower.y].map((pixel) => Math.round(pixel * ratio));
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.beginPath();
  pen.rect(left ?? 0, top ?? 0, (right ?? 0) - (left ?? 0), (bottom ?? 0) - (top ?? 0));
  pen.clip();
  const side = 2 ** tile.z;
  const { x, y } = camera.pixelOf(tile.x / side, tile.y / side);
  const scale = camera.scale / side / tile.series.extent;
  pen.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
  return 1 / scale;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Path2D[]} paths
 * @param {Palette} palette
 * @param {number} width  Of the lines.
 */
function paint(pen, paths, palette, width) {
  const fills = spread(palette.ramp, paths.length);
  pen.lineWidth = width;
  for (const [index, path] of paths.entries()) {
    pen.fillStyle = fills[index] ?? "";
    pen.fill(path);
    pen.strokeStyle = index === 0 ? palette.lowest : palette.land;
    pen.stroke(path);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Series} series
 * @param {{marks: Shown["marks"], palette: Palette, px: number}} what
 */
function mark(pen, series, { marks, palette, px }) {
  for (const [index, id] of [marks.hover, marks.open].entries()) {
    const hexagon = id === null ? -1 : hexagonOf(series, id);
    if (hexagon < 0) continue;
    const path = new Path2D();
    trace(path, series, hexagon);
    pen.strokeStyle = palette.mark;
    pen.lineWidth = (MARK_WIDTHS[index] ?? 0) * px;
    pen.stroke(path);
  }
}
