/**
 * Draws hexagons on a 2D canvas, from the same tiles and running sums as the layer in WebGL, in the same classes.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {Pass} from "../compare/passes.js"
 * @import {Look} from "./hexagons.js"
 * @import {Shown} from "./hexlayer.js"
 * @import {Drawn, HexTile} from "./hexsheet.js"
 * @import {PlainCamera} from "./plaincamera.js"
 * @import {Series} from "./series.js"
 * @import {Figure, Window} from "../types.js"
 */

import { classOf, spread } from "../base/colours.js";
import { figureOfHexagon } from "../base/figures.js";
import { changeClass, changeFills, passesOf } from "../compare/passes.js";
import { MARK_WIDTHS, edgeWidth } from "./hexlayer.js";
import { hexagonOf, value } from "./series.js";
import { windowLength } from "../base/months.js";

const UNITS = 2 ** 24; // In a harm point or an event: as fine as the program for graphics cards has it, and coarser than what floats are out by.

/** @typedef {{window: Window, then: Window | null, breaks: Look["breaks"], figure: Figure, paths: Path2D[]}} Classed  The hexagons of each class in one path. */

/** @typedef {{window: Window, then?: Window | null, figure: Figure, breaks: number[]}} Classing  Breaks: of one resolution. */

const SIDES = 2; // Of a divider, at most.

/** Keeps what it worked out for a tile until the window or the classes change: moving the map is then a fill for each class. */
export function createPlainHexagons() {
  /** @type {WeakMap<HexTile, Classed[]>} */
  const known = new WeakMap();

  /**
   * @param {HexTile} tile
   * @param {Look} look
   * @param {Pass} pass
   */
  function classed(tile, { breaks: ofHarm, figure, comparing }, { window, then }) {
    const breaks = then && comparing ? comparing.breaks : ofHarm;
    const all = known.get(tile) ?? [];
    const kept = all.find((each) => each.window === window && each.then === then && each.breaks === breaks && each.figure === figure);
    if (kept) return kept.paths;
    const paths = pathsOf(tile.series, { window, then, figure, breaks: breaks[tile.series.resolution] ?? [] });
    known.set(tile, [{ window, then, breaks, figure, paths }, ...all].slice(0, SIDES));
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
      for (const pass of passesOf(look.window, look.comparing, pen.canvas.width)) {
        pen.save();
        cutTo(pen, pass);
        for (const part of sheet.drawn()) {
          pen.save();
          const px = enter(pen, part, camera, ratio);
          const paths = classed(part.tile, look, pass);
          paint(pen, paths, pass.then ? changeInk(look.palette, paths.length) : ink(look.palette, paths.length), edgeWidth(camera.zoom) * px);
          mark(pen, part.tile.series, { marks, palette: look.palette, px });
          pen.restore();
        }
        pen.restore();
      }
    },
  };
}

/**
 * From now on the pen draws only in the part of the canvas that is a pass's.
 * @param {CanvasRenderingContext2D} pen
 * @param {Pass} pass
 */
export function cutTo(pen, { left, right }) {
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.beginPath();
  pen.rect(left, 0, right - left, pen.canvas.height);
  pen.clip();
}

/**
 * Which class each hexagon has: null for no harm or no events. Of a change the strongest fall is 0. Compared without dividing by the months, and rounded, as the
 * program does.
 * @param {Series} series
 * @param {Classing} classing
 */
export function classesOf(series, { window, then = null, figure, breaks }) {
  const months = windowLength(window);
  const edges = breaks.map((edge) => Math.round(edge * months * UNITS));
  const units = (/** @type {number} */ hexagon, /** @type {Window} */ of) =>
    Math.round(figureOfHexagon(value(series, hexagon, of), figure) * months * UNITS);
  return Array.from({ length: series.cells.length }, (_, hexagon) => {
    const now = units(hexagon, window);
    if (!then) return classOf(now, edges);
    const before = units(hexagon, then);
    return now === 0 && before === 0 ? null : edges.length + changeClass(now - before, edges);
  });
}

/**
 * @param {Series} series
 * @param {Classing} classing
 */
function pathsOf(series, classing) {
  const classes = (classing.then ? 2 : 1) * classing.breaks.length + 1;
  const paths = Array.from({ length: classes }, () => new Path2D());
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

/** @typedef {{fills: string[], lines: string[]}} Ink  Of each class. */

/**
 * @param {Palette} palette
 * @param {number} classes
 * @returns {Ink}
 */
function ink(palette, classes) {
  const fills = spread(palette.ramp, classes);
  return { fills, lines: fills.map((_, index) => (index === 0 ? palette.lowest : palette.land)) };
}

/**
 * @param {Palette} palette
 * @param {number} classes
 * @returns {Ink}
 */
function changeInk(palette, classes) {
  const fills = changeFills(palette.change, (classes - 1) / 2);
  return { fills, lines: fills.map(() => palette.changeLine) };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Path2D[]} paths
 * @param {Ink} ink
 * @param {number} width  Of the lines.
 */
function paint(pen, paths, { fills, lines }, width) {
  pen.lineWidth = width;
  for (const [index, path] of paths.entries()) {
    pen.fillStyle = fills[index] ?? "";
    pen.fill(path);
    pen.strokeStyle = lines[index] ?? "";
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
