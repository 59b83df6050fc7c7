/**
 * Writes the names of the areas on a 2D canvas; where two would overlap, the one with more harm is written.
 *
 * @import {Palette} from "../base/colours.js"
 * @import {Label} from "./labels.js"
 * @import {PlainCamera} from "./plaincamera.js"
 * @import {View} from "../types.js"
 */

const SIZES = /** @type {const} */ ([[7, 11], [11, 13]]); // Zoom, px; between them in proportion.
const WIDEST = 7; // Of a line, in sizes of the letters.
const LINE = 1.2; // Of the size.
const FREE_PX = 4;

/**
 * @param {CanvasRenderingContext2D} pen  In pixels of the page.
 * @param {{labels: Label[], view: View, palette: Palette, camera: PlainCamera}} what
 */
export function drawLabels(pen, { labels, view, palette, camera }) {
  const size = sizeAt(camera.zoom);
  pen.font = `600 ${size}px Inter, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3.2;
  pen.strokeStyle = palette.halo;
  pen.fillStyle = palette.text;
  /** @type {[number, number, number, number][]} */
  const taken = [];
  for (const { text, point } of inOrder(labels, view)) {
    const { x, y } = camera.project(...point);
    const rows = wrap(pen, text, WIDEST * size);
    const half = Math.max(...rows.map((row) => pen.measureText(row).width)) / 2 + FREE_PX;
    const high = (rows.length * LINE * size) / 2 + FREE_PX;
    if (taken.some(([left, top, right, bottom]) => x - half < right && x + half > left && y - high < bottom && y + high > top)) continue;
    taken.push([x - half, y - high, x + half, y + high]);
    for (const draw of /** @type {const} */ (["strokeText", "fillText"])) {
      for (const [index, row] of rows.entries()) pen[draw](row, x, y + (index - (rows.length - 1) / 2) * LINE * size);
    }
  }
}

/**
 * Rank and name of each area, the most harm first.
 * @param {Label[]} labels
 * @param {View} view
 */
function inOrder(labels, { answer }) {
  const ranks = new Map(answer?.sectors.map((sector) => [sector.place, sector.rank]));
  return labels
    .map(({ id, name, point }) => ({ point, rank: ranks.get(id) ?? 0, text: ranks.has(id) ? `${ranks.get(id)}. ${name}` : name }))
    .sort((one, other) => one.rank - other.rank);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} widest  px
 */
function wrap(pen, text, widest) {
  /** @type {string[]} */
  const rows = [];
  for (const word of text.split(" ")) {
    const longer = `${rows.at(-1)} ${word}`;
    if (rows.length > 0 && pen.measureText(longer).width <= widest) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}

/** @param {number} zoom */
function sizeAt(zoom) {
  const [[far, small], [near, large]] = SIZES;
  return small + (large - small) * Math.min(1, Math.max(0, (zoom - far) / (near - far)));
}
