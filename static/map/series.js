/**
 * Reads a series tile: hexagons, their outlines and every month of them, as docs/series-tiles.md writes it down.
 *
 * Figures are kept as running sums over the months, so that any window is two look-ups and a subtraction. Tooltip, map and
 * tests all take them from `value`, or from the same sums.
 *
 * @import {Window} from "../types.js"
 */

const MAGIC = "HGST";
const VERSION = 1;
const SECTIONS = 7;
const SIZES_AT = 36; // Where the header has the sizes of the sections.
const FINEST = 15; // Resolution of H3, whose index has three bits for each.

/**
 * @typedef {object} Series
 * @property {number} first  First month, as year * 12 + month - 1.
 * @property {number} months
 * @property {number} resolution  Of the hexagons.
 * @property {number} extent  Tile units along one edge.
 * @property {Float64Array} cells  Ascending: the H3 indexes without the digits finer than the resolution.
 * @property {Float32Array} corners  x and y of each corner in tile units, y downwards.
 * @property {Uint32Array} start  Hexagon i has the corners start[i] to start[i + 1].
 * @property {Float64Array[]} sums  Events, their harm, and where there are people, people and their harm: by hexagon, one
 *   more entry than months, what came before each month.
 */

/** Bytes that are no series tile, or one of a version that this page does not know. */
export class NoSeries extends Error {}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Series}
 */
export function readSeries(buffer) {
  if (buffer.byteLength < SIZES_AT + 4 * SECTIONS) throw new NoSeries("The tile is shorter than its header.");
  const header = new DataView(buffer);
  const magic = String.fromCharCode(...new Uint8Array(buffer, 0, MAGIC.length));
  const version = header.getUint16(4, true);
  if (magic !== MAGIC || version !== VERSION) throw new NoSeries(`The tile is ${magic}, version ${version}, not ${MAGIC}, version ${VERSION}.`);
  const number = (/** @type {number} */ at) => header.getUint32(at, true);
  const [hexagons, months, often] = [number(8), number(12), number(24)];
  const [ids, outlines, , table, counts, gaps, values] = sections(buffer, header);
  const rows = readTable(table, header.getUint8(21), often + number(28));
  const series = {
    first: number(16),
    months,
    resolution: header.getUint8(20),
    extent: header.getUint16(22, true),
    cells: readCells(ids, hexagons),
    ...readOutlines(outlines, hexagons),
    sums: rows.map(() => new Float64Array(hexagons * (months + 1))),
  };
  addEntries(series, { counts, gaps, values }, { rows, often });
  for (const section of [ids, outlines, table, counts, gaps, values]) section.end();
  return series;
}

/**
 * What a hexagon has in a window: events and their harm are added up; people and theirs are a mean over all its months.
 * @param {Series} series
 * @param {number} hexagon  Its position in the tile.
 * @param {Window} window  Within the months of the tile.
 */
export function value({ sums, first, months }, hexagon, window) {
  const row = hexagon * (months + 1) - first;
  const [count = 0, harm = 0, people = 0, ofPeople = 0] = sums.map(
    (sum) => /** @type {number} */ (sum[row + window.last + 1]) - /** @type {number} */ (sum[row + window.first]),
  );
  const length = window.last - window.first + 1;
  return { count, people: people / length, harm: harm + ofPeople / length };
}

/**
 * The H3 index of a hexagon, as the server writes it.
 * @param {Series} series
 * @param {number} hexagon
 */
export function indexOf({ cells, resolution }, hexagon) {
  const shift = BigInt(3 * (FINEST - resolution));
  return ((BigInt(cells[hexagon] ?? 0) << shift) | ((1n << shift) - 1n)).toString(16);
}

/**
 * Where a tile has a hexagon; -1 where it has not.
 * @param {Series} series
 * @param {string} index  An H3 index; anything else is nowhere.
 */
export function hexagonOf({ cells, resolution }, index) {
  if (!/^8[0-9a-f]{14}$/.test(index) || parseInt(index.charAt(1), 16) !== resolution) return -1;
  const cell = Number(BigInt(`0x${index}`) >> BigInt(3 * (FINEST - resolution)));
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {number} */ (cells[middle]) < cell) low = middle + 1;
    else high = middle;
  }
  return cells[low] === cell ? low : -1;
}

/**
 * The hexagon at a point of the tile; -1 for none.
 * @param {Series} series
 * @param {number} x  Tile units.
 * @param {number} y
 */
export function hexagonAt({ corners, start }, x, y) {
  for (let hexagon = 0; hexagon + 1 < start.length; hexagon += 1) {
    const end = /** @type {number} */ (start[hexagon + 1]);
    let inside = false;
    let previous = end - 1;
    for (let corner = /** @type {number} */ (start[hexagon]); corner < end; corner += 1) {
      const ax = /** @type {number} */ (corners[2 * corner]);
      const ay = /** @type {number} */ (corners[2 * corner + 1]);
      const bx = /** @type {number} */ (corners[2 * previous]);
      const by = /** @type {number} */ (corners[2 * previous + 1]);
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      previous = corner;
    }
    if (inside) return hexagon;
  }
  return -1;
}

/**
 * @param {ArrayBuffer} buffer
 * @param {DataView} header
 */
function sections(buffer, header) {
  let at = header.getUint16(6, true);
  const found = Array.from({ length: SECTIONS }, (_, index) => {
    const size = header.getUint32(SIZES_AT + 4 * index, true);
    if (at + size > buffer.byteLength) throw new NoSeries("The tile is cut short.");
    const section = new Section(new DataView(buffer, at, size));
    at += size;
    return section;
  });
  if (at !== buffer.byteLength) throw new NoSeries("The tile is longer than its header says.");
  return /** @type {[Section, Section, Section, Section, Section, Section, Section]} */ (found);
}

/** Numbers one after the other. */
class Section {
  #bytes;
  #at = 0;

  /** @param {DataView} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** Up to 2^53. */
  unsigned() {
    let number = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      number += (byte & 127) * scale;
      if (byte < 128) return number;
    }
  }

  signed() {
    const number = this.unsigned();
    return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
  }

  double() {
    if (this.#at + 8 > this.#bytes.byteLength) throw new NoSeries("A section ends within a number.");
    this.#at += 8;
    return this.#bytes.getFloat64(this.#at - 8, true);
  }

  end() {
    if (this.#at !== this.#bytes.byteLength) throw new NoSeries("A section is longer than what it holds.");
  }

  #byte() {
    if (this.#at >= this.#bytes.byteLength) throw new NoSeries("A section ends within a number.");
    this.#at += 1;
    return this.#bytes.getUint8(this.#at - 1);
  }
}

/**
 * @param {Section} ids
 * @param {number} hexagons
 */
function readCells(ids, hexagons) {
  let cell = 0;
  return Float64Array.from({ length: hexagons }, () => (cell += ids.unsigned()));
}

/**
 * Each ring as how it differs from the one before it.
 * @param {Section} outlines
 * @param {number} hexagons
 */
function readOutlines(outlines, hexagons) {
  /** @type {number[]} */
  const corners = [];
  /** @type {number[]} */
  const usual = []; // Steps to each corner in the last ring that had so many.
  const start = new Uint32Array(hexagons + 1);
  let [x, y] = [0, 0];
  for (let hexagon = 0; hexagon < hexagons; hexagon += 1) {
    const size = outlines.unsigned();
    x += outlines.signed();
    y += outlines.signed();
    let [cornerX, cornerY] = [x, y];
    corners.push(x, y);
    for (let corner = 1; corner < size; corner += 1) {
      const stepX = (usual[2 * corner] = (usual[2 * corner] ?? 0) + outlines.signed());
      const stepY = (usual[2 * corner + 1] = (usual[2 * corner + 1] ?? 0) + outlines.signed());
      corners.push((cornerX += stepX), (cornerY += stepY));
    }
    start[hexagon + 1] = corners.length / 2;
  }
  return { corners: Float32Array.from(corners), start };
}

/**
 * The columns of the table of values: whole numbers, and the harm of what they count.
 * @param {Section} table
 * @param {number} columns
 * @param {number} rows
 */
function readTable(table, columns, rows) {
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, () => (column % 2 === 0 ? table.unsigned() : table.double())),
  );
}

/**
 * Puts the entries of every month where they belong and adds them up.
 * @param {Series} series
 * @param {Record<"counts" | "gaps" | "values", Section>} entries
 * @param {{rows: Float64Array[], often: number}} table
 */
function addEntries({ months, cells, sums }, { counts, gaps, values }, { rows, often }) {
  let next = often; // Of the rows that occur once.
  for (let month = 0; month < months; month += 1) {
    let hexagon = -1;
    for (let left = counts.unsigned(); left > 0; left -= 1) {
      hexagon += gaps.unsigned() + 1;
      const named = values.unsigned();
      const row = named === 0 ? next++ : named - 1;
      if (hexagon >= cells.length || row >= (rows[0]?.length ?? 0)) throw new NoSeries("An entry names what is not in the tile.");
      for (const [column, sum] of sums.entries()) {
        sum[hexagon * (months + 1) + month + 1] = /** @type {number} */ (rows[column]?.[row]);
      }
    }
  }
  for (const sum of sums) {
    for (let at = 0; at < sum.length; at += 1) {
      if (at % (months + 1) !== 0) sum[at] = /** @type {number} */ (sum[at]) + /** @type {number} */ (sum[at - 1]);
    }
  }
}
