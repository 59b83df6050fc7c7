/**
 * One picture of the simpler map, lowest layer first, in the order and the colours of mapstyle.js.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {Pass} from "../compare/passes.js"
 * @import {Shown} from "./hexlayer.js"
 * @import {Label} from "./labels.js"
 * @import {PlainCamera} from "./plaincamera.js"
 * @import {createPlainHexagons} from "./plainhexagons.js"
 * @import {Shapes} from "./plainshapes.js"
 * @import {ContextPoint, Place, SectorsAnswer, View} from "../types.js"
 */

import { classOf, spread } from "../base/colours.js";
import { figureOf, figureOfArea, hasHexagons } from "../base/figures.js";
import { areaBreaks, levelOf } from "../base/levels.js";
import { comparingOf } from "../compare/look.js";
import { changeClass, changeFills, passesOf } from "../compare/passes.js";
import { hatch } from "./features.js";
import { cutTo } from "./plainhexagons.js";
import { drawLabels } from "./plainlabels.js";
import { drawReports } from "./reports.js";
import { nothingDelivered } from "../state.js";

const MARK_PX = { hover: 2, open: 3 };
const RING_PX = 5;

/**
 * @typedef {object} Scene
 * @property {View} view
 * @property {Palette} palette
 * @property {PlainCamera} camera
 * @property {number} ratio  Of the canvas's pixels to the page's.
 * @property {Shapes | null} shapes
 * @property {Label[]} labels
 * @property {Shown | null} hexagons
 * @property {ReturnType<typeof createPlainHexagons>} painter
 * @property {Record<"hover" | "open", string | null>} marks
 * @property {Place["center"] | null} ring
 * @property {ContextPoint[]} reports
 */

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scene} scene
 */
export function drawScene(pen, scene) {
  const { view, camera, ratio, shapes } = scene;
  const missing = nothingDelivered(view.state, view.snapshot);
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.lineJoin = "round";
  if (shapes) drawLand(pen, shapes, scene, missing);
  if (scene.hexagons && !missing) scene.painter.draw(pen, scene.hexagons, camera, ratio);
  if (shapes) drawEdges(pen, shapes, scene, missing);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawReports(pen, scene.reports, (at) => camera.project(...at), scene.palette);
  if (scene.ring) drawRing(pen, scene.ring, scene);
  drawLabels(pen, scene);
}

/**
 * The outline of the force is a thick line beneath the land, of which only the outer half shows.
 * @param {CanvasRenderingContext2D} pen
 * @param {Shapes} shapes
 * @param {Scene} scene
 * @param {boolean} missing
 */
function drawLand(pen, shapes, { view, palette, camera, ratio }, missing) {
  const px = shapes.enter(pen, camera, ratio);
  pen.strokeStyle = palette.outline;
  pen.lineWidth = px * between(camera.zoom, 2.5, 5);
  pen.stroke(shapes.land);
  for (const pass of passesOf(view.state.window, comparingOf(view), pen.canvas.width)) {
    const colour = missing ? () => palette.land : colours(view, palette, pass);
    pen.save();
    cutTo(pen, pass);
    shapes.enter(pen, camera, ratio);
    for (const { id, path } of shapes.all) {
      pen.fillStyle = colour(id);
      pen.fill(path, "evenodd");
    }
    pen.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Shapes} shapes
 * @param {Scene} scene
 * @param {boolean} missing
 */
function drawEdges(pen, shapes, { palette, camera, ratio, marks }, missing) {
  const px = shapes.enter(pen, camera, ratio);
  pen.strokeStyle = palette.edge;
  pen.lineWidth = px * between(camera.zoom, 0.6, 1.6);
  pen.stroke(shapes.land);
  if (missing) fillHatched(pen, shapes, palette, ratio);
  for (const mark of /** @type {const} */ (["hover", "open"])) {
    const marked = shapes.all.find(({ id }) => id === marks[mark]);
    pen.strokeStyle = palette.mark;
    pen.lineWidth = px * MARK_PX[mark];
    if (marked) pen.stroke(marked.path);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Shapes} shapes
 * @param {Palette} palette
 * @param {number} ratio
 */
function fillHatched(pen, { land }, palette, ratio) {
  const picture = hatch(palette);
  const tile = new OffscreenCanvas(picture.width, picture.height);
  tile.getContext("2d")?.putImageData(picture, 0, 0);
  pen.save();
  pen.clip(land, "evenodd");
  pen.setTransform(ratio / 2, 0, 0, ratio / 2, 0, 0); // The hatch is drawn at twice its size.
  pen.fillStyle = pen.createPattern(tile, "repeat") ?? palette.land;
  pen.fillRect(0, 0, (2 * pen.canvas.width) / ratio, (2 * pen.canvas.height) / ratio);
  pen.restore();
}

/**
 * The colour of each area, of what a pass shows.
 * @param {View} view
 * @param {Palette} palette
 * @param {Pass} pass
 * @returns {(id: string) => string}
 */
function colours({ snapshot, state, answer, classes }, palette, { window, then }) {
  if (state.layer === "hexagons" || !answer || !classes) return () => palette.land;
  if (then && state.layer === "sectors") return changeColours(answer, classes.change?.[levelOf(snapshot, state).layer] ?? [], palette);
  const before = window !== state.window;
  const breaks = areaBreaks(snapshot, state, classes);
  const ramp = spread(state.layer === "both" && hasHexagons(state, classes) ? palette.ground : palette.ramp, breaks.length + 1);
  const figures = new Map(answer.sectors.map((sector) => [sector.place, before ? (sector.baseline?.harm ?? 0) : figureOfArea(sector, figureOf(classes))]));
  return (id) => ramp[classOf(figures.get(id) ?? 0, breaks) ?? -1] ?? palette.land;
}

/**
 * @param {SectorsAnswer} answer
 * @param {number[]} edges  Above zero.
 * @param {Palette} palette
 * @returns {(id: string) => string}
 */
function changeColours(answer, edges, palette) {
  const fills = changeFills(palette.change, edges.length);
  const some = answer.sectors.filter(({ harm, baseline }) => harm > 0 || (baseline?.harm ?? 0) > 0);
  const found = new Map(some.map(({ place, change }) => [place, fills[edges.length + changeClass(change ?? 0, edges)]]));
  return (id) => found.get(id) ?? palette.land;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Place["center"]} at
 * @param {Scene} scene
 */
function drawRing(pen, at, { camera, palette }) {
  const { x, y } = camera.project(...at);
  pen.beginPath();
  pen.arc(x, y, RING_PX + 1.25, 0, 2 * Math.PI);
  pen.fillStyle = palette.halo;
  pen.strokeStyle = palette.mark;
  pen.lineWidth = 2.5;
  pen.fill();
  pen.stroke();
}

/**
 * A width that grows from zoom 6 to zoom 12.
 * @param {number} zoom
 * @param {number} far  px
 * @param {number} near
 */
function between(zoom, far, near) {
  return far + (near - far) * Math.min(1, Math.max(0, (zoom - 6) / 6));
}
