/**
 * Draws hexagons into the map: outlines and sums go to the graphics card once for each tile, and from then on a step in
 * time, other colours or a mark are a few numbers and one redraw.
 *
 * @import {CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre} from "maplibre-gl"
 * @import {Sheet} from "./hexsheet.js"
 * @import {Drawn, HexTile} from "./hexsheet.js"
 * @import {Pass} from "../compare/passes.js"
 * @import {Look} from "./hexagons.js"
 * @import {Series} from "./series.js"
 */

import { spread } from "../base/colours.js";
import { changeFills, cut, passesOf } from "../compare/passes.js";
import { CLASSES, CORNER, MIDDLE, edgeTable, linkProgram, sumsTexture } from "./hexshader.js";
import { TILE_PX } from "./hexsheet.js";
import { hexagonOf } from "./series.js";
import { windowLength } from "../base/months.js";

const MAP_EXTENT = 8192; // MapLibre's units along the edge of a tile.
const EDGE_WIDTHS = /** @type {const} */ ([[6, 0.3], [9, 0.6], [13, 1]]); // Zoom, px; between them in proportion.
const BYTES = 4; // Of a number.
const NUMBERS = 5; // Of a vertex: x and y, which hexagon, x and y of its middle.
export const MARK_WIDTHS = [2, 3]; // Of the hexagon pointed at and the open one, px.

/** @typedef {"harm" | "count"} Column  Of the running sums: what a figure of hexagons is made of. */
/** @typedef {{textures: Map<Column, WebGLTexture>, corners: WebGLVertexArrayObject, buffers: WebGLBuffer[], indices: number}} Uploaded */
/** @typedef {{sheet: Sheet, look: Look, marks: Record<"hover" | "open", string | null>}} Shown */

/**
 * @param {string} id
 * @param {() => Shown | null} shown  What to draw now.
 * @returns {CustomLayerInterface}
 */
export function hexLayer(id, shown) {
  /** @type {MapLibre} */
  let map;
  /** @type {WebGLProgram | null} */
  let program = null;
  /** @type {Record<string, WebGLUniformLocation | null>} */
  let uniforms = {};
  /** @type {Map<HexTile, Uploaded>} */
  let uploaded = new Map();

  /**
   * What of the kept tiles is no longer kept goes from the card too.
   * @param {WebGL2RenderingContext} gl
   * @param {Set<HexTile>} kept
   */
  function release(gl, kept) {
    for (const [tile, { textures, corners, buffers }] of uploaded) {
      if (kept.has(tile)) continue;
      for (const texture of textures.values()) gl.deleteTexture(texture);
      gl.deleteVertexArray(corners);
      for (const buffer of buffers) gl.deleteBuffer(buffer);
      uploaded.delete(tile);
    }
  }

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {CustomRenderMethodInput} input
   * @param {Shown} now
   */
  function draw(gl, input, { sheet, look, marks }) {
    const drawn = sheet.drawn();
    release(gl, sheet.kept());
    gl.useProgram(program);
    gl.activeTexture(gl.TEXTURE0);
    setLook(gl, uniforms, look, map.getZoom());
    gl.enable(gl.SCISSOR_TEST);
    const passes = passesOf(look.window, look.comparing, gl.drawingBufferWidth);
    for (const [part, pass] of drawn.flatMap((part) => passes.map((pass) => /** @type {const} */ ([part, pass])))) {
      const { tile } = part;
      const parts = uploaded.get(tile) ?? upload(gl, tile.series);
      uploaded.set(tile, parts);
      gl.scissor(...cut(clip(map, gl, part), pass));
      const px = (devicePixelRatio * TILE_PX * 2 ** (map.getZoom() - tile.z)) / tile.series.extent;
      setTile(gl, uniforms, tile.series, { look, marks, px, pass });
      gl.uniformMatrix4fv(uniforms.matrix ?? null, false, matrixOf(input, tile));
      gl.bindTexture(gl.TEXTURE_2D, textureOf(gl, parts, tile.series, look.figure === "count" ? "count" : "harm"));
      gl.bindVertexArray(parts.corners);
      gl.drawElements(gl.TRIANGLES, parts.indices, gl.UNSIGNED_INT, 0);
    }
    gl.disable(gl.SCISSOR_TEST);
    gl.bindVertexArray(null);
    gl.bindTexture(gl.TEXTURE_2D, null);
  }

  return {
    id,
    type: "custom",
    /**
     * Also after a lost context, with all that was on the card gone.
     * @param {MapLibre} of
     * @param {WebGL2RenderingContext} gl
     */
    onAdd(of, gl) {
      map = of;
      program = linkProgram(gl);
      uploaded = new Map();
      uniforms = Object.fromEntries(NAMES.map((name) => [name, gl.getUniformLocation(/** @type {WebGLProgram} */ (program), `u_${name}`)]));
    },
    /**
     * @param {MapLibre} _
     * @param {WebGL2RenderingContext} gl
     */
    onRemove(_, gl) {
      release(gl, new Set());
      gl.deleteProgram(program);
    },
    /**
     * @param {WebGL2RenderingContext} gl
     * @param {CustomRenderMethodInput} input
     */
    render(gl, input) {
      const now = shown();
      if (now) draw(gl, input, now);
      else release(gl, new Set());
    },
  };
}

const NAMES = [
  "matrix", "scale", "px", "sums", "months", "from", "to", "fromThen", "toThen", "middle", "edges", "fills", "lines", "width", "marked", "mark", "markWidths",
];

/**
 * Sets what all tiles have in common.
 * @param {WebGL2RenderingContext} gl
 * @param {Record<string, WebGLUniformLocation | null>} uniforms
 * @param {Look} look
 * @param {number} zoom
 */
function setLook(gl, uniforms, { palette }, zoom) {
  const px = devicePixelRatio;
  gl.uniform1i(uniforms.sums ?? null, 0);
  gl.uniform1f(uniforms.width ?? null, px * edgeWidth(zoom));
  gl.uniform4fv(uniforms.mark ?? null, channels([palette.mark]));
  gl.uniform2f(uniforms.markWidths ?? null, px * (MARK_WIDTHS[0] ?? 0), px * (MARK_WIDTHS[1] ?? 0));
}

/**
 * Sets the window, the baseline where a change is drawn, the classes, which are those of the tile's resolution, and what
 * is marked in it.
 * @param {WebGL2RenderingContext} gl
 * @param {Record<string, WebGLUniformLocation | null>} uniforms
 * @param {Series} series
 * @param {Omit<Shown, "sheet"> & {px: number, pass: Pass}} shown  px: in a tile unit.
 */
function setTile(gl, uniforms, series, { look, marks, px, pass: { window, then } }) {
  const { edges, fills, lines, middle } = classesOf(series, look, then !== null);
  gl.uniform1f(uniforms.scale ?? null, MAP_EXTENT / series.extent);
  gl.uniform1f(uniforms.px ?? null, px);
  gl.uniform1i(uniforms.months ?? null, series.months);
  gl.uniform1i(uniforms.from ?? null, window.first - series.first);
  gl.uniform1i(uniforms.to ?? null, window.last + 1 - series.first);
  gl.uniform1i(uniforms.fromThen ?? null, then ? then.first - series.first : -1);
  gl.uniform1i(uniforms.toThen ?? null, then ? then.last + 1 - series.first : -1);
  gl.uniform1i(uniforms.middle ?? null, middle);
  gl.uniform2uiv(uniforms.edges ?? null, edgeTable(edges, windowLength(window)));
  gl.uniform4fv(uniforms.fills ?? null, channels(fills));
  gl.uniform4fv(uniforms.lines ?? null, channels(lines));
  const [hover = -1, open = -1] = [marks.hover, marks.open].map((index) => (index === null ? -1 : hexagonOf(series, index)));
  gl.uniform2i(uniforms.marked ?? null, hover, open);
}

/**
 * Edges and colours of the classes of a tile, and which class is "about the same".
 * @param {Series} series
 * @param {Look} look
 * @param {boolean} ofChange
 */
function classesOf({ resolution }, { breaks, comparing, palette }, ofChange) {
  const edges = (ofChange ? comparing?.breaks : breaks)?.[resolution] ?? [];
  if (ofChange) {
    const fills = changeFills(palette.change, edges.length);
    return { edges, fills, lines: fills.map(() => palette.changeLine), middle: edges.length };
  }
  const fills = spread(palette.ramp, edges.length + 1);
  return { edges, fills, lines: fills.map((_, index) => (index === 0 ? palette.lowest : palette.land)), middle: 0 };
}

/**
 * From tile units to the screen. A matrix of the tile's own, since floats of the whole world would tremble from zoom 12 on.
 * @param {CustomRenderMethodInput} input
 * @param {HexTile} tile
 */
function matrixOf(input, { z, x, y }) {
  return /** @type {Float32Array} */ (input.getProjectionData({ tileID: { wrap: 0, canonical: { z, x, y } } }).mainMatrix);
}

/**
 * The square of the map that is drawn, in the canvas's pixels from its lower left. The map neither turns nor tilts. Edges
 * that two squares share are the same to the pixel.
 * @param {MapLibre} map
 * @param {WebGL2RenderingContext} gl
 * @param {Drawn} drawn
 * @returns {[number, number, number, number]}
 */
function clip(map, gl, { square }) {
  const scale = gl.drawingBufferWidth / map.getCanvas().clientWidth;
  const [west, south, east, north] = square;
  const upper = map.project([west, north]);
  const lower = map.project([east, south]);
  const left = Math.round(upper.x * scale);
  const bottom = Math.round(gl.drawingBufferHeight - lower.y * scale);
  const width = Math.round(lower.x * scale) - left;
  return [left, bottom, Math.max(0, width), Math.max(0, Math.round(gl.drawingBufferHeight - upper.y * scale) - bottom)];
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {Series} series
 * @returns {Uploaded}
 */
function upload(gl, series) {
  const { vertices, triangles } = mesh(series);
  const corners = gl.createVertexArray();
  gl.bindVertexArray(corners);
  const buffers = [gl.createBuffer(), gl.createBuffer()];
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers[0] ?? null);
  gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
  for (const [attribute, numbers, at] of /** @type {const} */ ([[CORNER, 3, 0], [MIDDLE, 2, 3]])) {
    gl.enableVertexAttribArray(attribute);
    gl.vertexAttribPointer(attribute, numbers, gl.FLOAT, false, BYTES * NUMBERS, BYTES * at);
  }
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers[1] ?? null);
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
  return { textures: new Map(), corners, buffers, indices: triangles.length };
}

/**
 * The running sums of a tile, on the card once they have been asked for. People are no events: only these are counted.
 * @param {WebGL2RenderingContext} gl
 * @param {Uploaded} uploaded
 * @param {Series} series
 * @param {Column} column
 */
function textureOf(gl, { textures }, { sums }, column) {
  const found = textures.get(column) ?? sumsTexture(gl, column === "count" ? sums.slice(0, 1) : sums.filter((_, at) => at % 2 === 1));
  textures.set(column, found);
  return found;
}

/**
 * Each hexagon as triangles from its middle to each side.
 * @param {Series} series
 */
function mesh({ corners, start }) {
  const hexagons = start.length - 1;
  const vertices = new Float32Array(NUMBERS * (corners.length / 2 + hexagons));
  const triangles = new Uint32Array(3 * (corners.length / 2));
  let vertex = 0;
  let triangle = 0;
  for (let hexagon = 0; hexagon < hexagons; hexagon += 1) {
    const ring = corners.subarray(2 * (start[hexagon] ?? 0), 2 * (start[hexagon + 1] ?? 0));
    const size = ring.length / 2;
    const [x, y] = [mean(ring, 0), mean(ring, 1)];
    vertices.set([x, y, hexagon, x, y], NUMBERS * vertex);
    for (let corner = 0; corner < size; corner += 1) {
      vertices.set([ring[2 * corner] ?? 0, ring[2 * corner + 1] ?? 0, hexagon, x, y], NUMBERS * (vertex + 1 + corner));
      triangles.set([vertex, vertex + 1 + corner, vertex + 1 + ((corner + 1) % size)], triangle);
      triangle += 3;
    }
    vertex += size + 1;
  }
  return { vertices, triangles };
}

/**
 * @param {Float32Array} ring  x and y of each corner.
 * @param {number} axis
 */
function mean(ring, axis) {
  let sum = 0;
  for (let at = axis; at < ring.length; at += 2) sum += /** @type {number} */ (ring[at]);
  return (2 * sum) / ring.length;
}

/**
 * Width of the line around a hexagon, px.
 * @param {number} zoom
 */
export function edgeWidth(zoom) {
  const [[lowest, thin], [between, medium], [highest, thick]] = EDGE_WIDTHS;
  const part = (/** @type {number} */ from, /** @type {number} */ to) => Math.min(1, Math.max(0, (zoom - from) / (to - from)));
  return thin + (medium - thin) * part(lowest, between) + (thick - medium) * part(between, highest);
}

/**
 * Colours as the card wants them: four numbers from 0 to 1 each.
 * @param {string[]} colours  As "#0b2a4a".
 */
function channels(colours) {
  const found = new Float32Array(4 * Math.max(colours.length, colours.length > 1 ? CLASSES : 1));
  for (const [index, colour] of colours.entries()) {
    const part = (/** @type {number} */ at) => parseInt(colour.slice(at, at + 2), 16) / 255;
    found.set([part(1), part(3), part(5), 1], 4 * index);
  }
  return found;
}
