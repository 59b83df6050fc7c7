/**
 * Where to write a sector's name: the point inside it that is farthest from its edge. Pure geometry.
 *
 * A sector that is cut by tile edges arrives in pieces; its label goes into the largest.
 *
 * @typedef {[number, number]} Point  Longitude, latitude.
 * @typedef {Point[]} Ring
 * @typedef {{id: string, name: string, rings: Ring[]}} Piece  First ring: outer; the others: holes.
 * @typedef {{id: string, name: string, point: Point}} Label
 */

const STEPS = 14; // Of the search grid each way; a second, finer search follows around the best point.

/**
 * One label for each sector.
 * @param {Piece[]} pieces
 * @returns {Label[]}
 */
export function sectorLabels(pieces) {
  /** @type {Map<string, {piece: Piece, area: number}>} */
  const largest = new Map();
  for (const piece of pieces) {
    const area = ringArea(piece.rings[0] ?? []);
    if (area > (largest.get(piece.id)?.area ?? 0)) largest.set(piece.id, { piece, area });
  }
  return [...largest.values()].map(({ piece }) => ({ id: piece.id, name: piece.name, point: innermost(piece.rings) }));
}

/**
 * @param {Ring[]} rings
 * @returns {Point}
 */
function innermost(rings) {
  const outer = rings[0] ?? [];
  const lons = outer.map(([lon]) => lon);
  const lats = outer.map(([, lat]) => lat);
  const box = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  // Near enough a plane at the size of a sector once longitudes are shrunk to the length of latitudes.
  const shrink = Math.cos((((box[1] ?? 0) + (box[3] ?? 0)) / 2) * (Math.PI / 180));
  const width = ((box[2] ?? 0) - (box[0] ?? 0)) / STEPS;
  const height = ((box[3] ?? 0) - (box[1] ?? 0)) / STEPS;
  const middle = /** @type {Point} */ ([(box[0] ?? 0) + (width * STEPS) / 2, (box[1] ?? 0) + (height * STEPS) / 2]);
  const rough = best(rings, middle, [width, height], shrink);
  return best(rings, rough, [width / STEPS * 2, height / STEPS * 2], shrink);
}

/**
 * The grid point around a middle that is farthest from every edge.
 * @param {Ring[]} rings
 * @param {Point} middle
 * @param {[number, number]} step
 * @param {number} shrink
 */
function best(rings, middle, [width, height], shrink) {
  let found = middle;
  let farthest = signedDistance(rings, middle, shrink);
  for (let column = -STEPS / 2; column <= STEPS / 2; column += 1) {
    for (let row = -STEPS / 2; row <= STEPS / 2; row += 1) {
      const point = /** @type {Point} */ ([middle[0] + column * width, middle[1] + row * height]);
      const distance = signedDistance(rings, point, shrink);
      if (distance > farthest) [found, farthest] = [point, distance];
    }
  }
  return found;
}

/**
 * Distance to the nearest edge, below zero outside.
 * @param {Ring[]} rings
 * @param {Point} point
 * @param {number} shrink
 */
function signedDistance(rings, [x, y], shrink) {
  let inside = false;
  let nearest = Infinity;
  for (const ring of rings) {
    for (let index = 0, previous = ring.length - 1; index < ring.length; previous = index, index += 1) {
      const [ax, ay] = ring[index] ?? [0, 0];
      const [bx, by] = ring[previous] ?? [0, 0];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      nearest = Math.min(nearest, squaredDistance((x - ax) * shrink, y - ay, (bx - ax) * shrink, by - ay));
    }
  }
  return (inside ? 1 : -1) * Math.sqrt(nearest);
}

/**
 * Squared distance of a point from the segment between the origin and (dx, dy).
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 */
function squaredDistance(x, y, dx, dy) {
  const length = dx * dx + dy * dy;
  const along = length > 0 ? Math.min(1, Math.max(0, (x * dx + y * dy) / length)) : 0;
  return (x - along * dx) ** 2 + (y - along * dy) ** 2;
}

/** @param {Ring} ring */
function ringArea(ring) {
  let twice = 0;
  for (let index = 0, previous = ring.length - 1; index < ring.length; previous = index, index += 1) {
    const [ax, ay] = ring[index] ?? [0, 0];
    const [bx, by] = ring[previous] ?? [0, 0];
    twice += bx * ay - ax * by;
  }
  return Math.abs(twice) / 2;
}
