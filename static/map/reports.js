/**
 * Reports beside the harm as points on either map: a full dot for Crimestoppers, a ring for Trading Standards.
 *
 * @import {LayerSpecification} from "maplibre-gl"
 * @import {Palette} from "../base/colours.js"
 * @import {ContextPoint} from "../types.js"
 */

const RADIUS_PX = 3.5;
const LINE_PX = 1.5;
const HOLLOW = "trading_standards";
const REACH_PX = 6; // Of the pointer.

export const reportLayers = ["reports"];

/**
 * @param {Palette} palette
 * @returns {LayerSpecification[]}
 */
export function reportStyle({ report, halo }) {
  return [{
    id: "reports",
    type: "circle",
    source: "reports",
    paint: {
      "circle-radius": RADIUS_PX,
      "circle-color": ["match", ["get", "kind"], HOLLOW, halo, report],
      "circle-stroke-color": ["match", ["get", "kind"], HOLLOW, report, halo],
      "circle-stroke-width": LINE_PX,
    },
  }];
}

/**
 * @param {CanvasRenderingContext2D} pen  In pixels of the page.
 * @param {ContextPoint[]} points
 * @param {(at: [number, number]) => {x: number, y: number}} project
 * @param {Palette} palette
 */
export function drawReports(pen, points, project, { report, halo }) {
  pen.lineWidth = LINE_PX;
  for (const { kind, point } of points) {
    const { x, y } = project(point);
    pen.beginPath();
    pen.arc(x, y, RADIUS_PX + LINE_PX / 2, 0, 2 * Math.PI);
    pen.fillStyle = kind === HOLLOW ? halo : report;
    pen.strokeStyle = kind === HOLLOW ? report : halo;
    pen.fill();
    pen.stroke();
  }
}

/**
 * What the report under a pointer is.
 * @param {ContextPoint[]} points
 * @param {(at: [number, number]) => {x: number, y: number}} project
 * @param {{x: number, y: number}} pointer
 */
export function reportAt(points, project, pointer) {
  return points.findLast(({ point }) => {
    const { x, y } = project(point);
    return Math.hypot(x - pointer.x, y - pointer.y) <= REACH_PX;
  })?.words;
}
