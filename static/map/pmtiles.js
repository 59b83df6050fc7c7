/**
 * Reads tiles out of a PMTiles file of version 3, a few bytes at a time, as its specification writes it down: a header, a
 * directory of tiles in the order of a Hilbert curve, leaves of that directory, tiles. The server has looked at the header.
 */

const HEADER = 127;
const FIRST_BYTES = 16384; // Hold the header and, by the specification, the whole root directory.
const GZIP = 2;
const DEEPEST = 4; // Directories from the root to a tile.
const KEPT = 64; // Leaves.

/** @typedef {{id: number, offset: number, length: number, run: number}} Entry  Of a leaf where no tile runs. */
/** @typedef {(from: number, length: number, signal: AbortSignal) => Promise<ArrayBuffer>} FetchBytes */

/** @param {FetchBytes} fetchBytes */
export function openArchive(fetchBytes) {
  /** @type {ReturnType<typeof readRoot> | null} */
  let root = null;
  /** @type {Map<number, Promise<Entry[]>>} Leaves by where they begin. */
  const leaves = new Map();

  /**
   * @param {number} at
   * @param {number} length
   * @param {boolean} packed
   */
  function leaf(at, length, packed) {
    const known = leaves.get(at);
    if (known) return known;
    // Other tiles wait for it too, so it is not given up with the one that asked first.
    const coming = fetchBytes(at, length, new AbortController().signal).then((bytes) => readDirectory(bytes, packed));
    leaves.set(at, coming);
    coming.catch(() => leaves.delete(at));
    const [oldest] = leaves.keys();
    if (leaves.size > KEPT && oldest !== undefined) leaves.delete(oldest);
    return coming;
  }

  /**
   * A tile's bytes, unpacked; none where the file has no such tile.
   * @param {{z: number, x: number, y: number}} tile
   * @param {AbortSignal} signal
   * @returns {Promise<ArrayBuffer>}
   */
  return async (tile, signal) => {
    root ??= readRoot(fetchBytes);
    root.catch(() => (root = null));
    const { entries, leavesAt, tilesAt, packedDirectories, packedTiles } = await root;
    const id = tileId(tile);
    let directory = entries;
    for (let depth = 0; depth < DEEPEST; depth += 1) {
      const entry = lastUpTo(directory, id);
      if (!entry || (entry.run > 0 && id >= entry.id + entry.run)) break;
      if (entry.run > 0) {
        const bytes = await fetchBytes(tilesAt + entry.offset, entry.length, signal);
        return packedTiles ? unpack(bytes) : bytes;
      }
      directory = await leaf(leavesAt + entry.offset, entry.length, packedDirectories);
    }
    return new ArrayBuffer(0);
  };
}

/** @param {FetchBytes} fetchBytes */
async function readRoot(fetchBytes) {
  const bytes = await fetchBytes(0, FIRST_BYTES, new AbortController().signal);
  if (bytes.byteLength < HEADER) throw new Error("The base map is shorter than its header.");
  const header = new DataView(bytes);
  const place = (/** @type {number} */ at) => Number(header.getBigUint64(at, true));
  const packedDirectories = header.getUint8(97) === GZIP;
  const entries = await readDirectory(bytes.slice(place(8), place(8) + place(16)), packedDirectories);
  return { entries, leavesAt: place(40), tilesAt: place(56), packedDirectories, packedTiles: header.getUint8(98) === GZIP };
}

/**
 * @param {ArrayBuffer} bytes
 * @param {boolean} packed
 * @returns {Promise<Entry[]>}
 */
async function readDirectory(bytes, packed) {
  const next = numbers(new Uint8Array(packed ? await unpack(bytes) : bytes));
  const size = next();
  if (size > bytes.byteLength * 1024) throw new Error("A directory of the base map says that it has more than it can have.");
  /** @type {Entry[]} */
  const entries = [];
  for (let index = 0, id = 0; index < size; index += 1) entries.push({ id: (id += next()), offset: 0, length: 0, run: 0 });
  for (const entry of entries) entry.run = next();
  for (const entry of entries) entry.length = next();
  for (const [index, entry] of entries.entries()) {
    const offset = next();
    const before = entries[index - 1];
    entry.offset = offset === 0 && before ? before.offset + before.length : offset - 1;
  }
  return entries;
}

/**
 * Reads whole numbers of seven bits to a byte, the lowest first.
 * @param {Uint8Array} bytes
 */
function numbers(bytes) {
  let at = 0;
  return () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined || factor > Number.MAX_SAFE_INTEGER) throw new Error("A directory of the base map is cut short.");
      at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
}

/**
 * @param {ArrayBuffer} bytes
 */
function unpack(bytes) {
  const stream = /** @type {ReadableStream<BufferSource>} */ (new Response(bytes).body);
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/**
 * @param {Entry[]} entries  By id.
 * @param {number} id
 */
function lastUpTo(entries, id) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Entry} */ (entries[middle]).id <= id) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

/**
 * The number of a tile: those of coarser zooms come first, those of one zoom along a Hilbert curve.
 * @param {{z: number, x: number, y: number}} tile
 */
export function tileId({ z, x, y }) {
  let id = (4 ** z - 1) / 3;
  for (let side = 2 ** z / 2; side >= 1; side /= 2) {
    const right = (x & side) > 0 ? 1 : 0;
    const down = (y & side) > 0 ? 1 : 0;
    id += side * side * ((3 * right) ^ down);
    if (down === 0) {
      if (right === 1) [x, y] = [side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))];
      [x, y] = [y, x];
    }
  }
  return id;
}
