/**
 * The program that the graphics card runs for hexagons: sums a window, finds its class, colours the hexagon and its edge.
 *
 * Sums are whole numbers of 64 bits, in units of 2^-24 harm points or events, because a class has to be that of the server
 * and a running sum outgrows the 24 bits of a float. High and low halves are the x and y of a `uvec2`. A mean over the
 * months of a window is compared without dividing: everything is multiplied by its months.
 */

const UNITS = 2 ** 24; // In a harm point, or an event.
export const EDGES = 4; // Class edges at most.
export const CLASSES = 7; // At most: of a change, three falls, three rises and what is about the same.
const TEXELS = 2048; // In a row of the texture, whose rows go on from one another.
const HALF = 2 ** 32;

/** Where the attributes of a corner are. */
export const CORNER = 0;
export const MIDDLE = 1;

const VERTEX = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;

layout(location = ${CORNER}) in vec3 a_corner; // x, y in tile units, hexagon; the middle is a corner too
layout(location = ${MIDDLE}) in vec2 a_middle;

uniform mat4 u_matrix;
uniform float u_scale; // MapLibre's units in a tile unit
uniform float u_px; // in a tile unit
uniform usampler2D u_sums; // by hexagon and month: events or their harm before it, high and low, and people's harm
uniform int u_months;
uniform int u_from; // of the window
uniform int u_to; // the month after its last
uniform int u_fromThen; // of a baseline as long as the window; -1 for none
uniform int u_toThen;
uniform int u_middle; // of the classes of a change: about the same
uniform uvec2 u_edges[${EDGES}]; // of classes, times the months of the window; what is not there is never reached
uniform vec4 u_fills[${CLASSES}];
uniform vec4 u_lines[${CLASSES}];
uniform float u_width; // of lines, px
uniform ivec2 u_marked; // hexagons pointed at and open; -1 for none
uniform vec4 u_mark;
uniform vec2 u_markWidths; // px

flat out vec4 v_fill;
flat out vec4 v_line;
flat out vec2 v_across; // middle of the line and half of its width, px from the edge inwards
out float v_middle; // 1 in the middle, 0 on the edge, less beyond

uvec4 before(int hexagon, int month) {
  int at = hexagon * (u_months + 1) + month;
  return texelFetch(u_sums, ivec2(at % ${TEXELS}, at / ${TEXELS}), 0);
}

uvec2 plus(uvec2 a, uvec2 b) {
  uint low = a.y + b.y;
  return uvec2(a.x + b.x + (low < b.y ? 1u : 0u), low);
}

uvec2 minus(uvec2 a, uvec2 b) {
  return uvec2(a.x - b.x - (a.y < b.y ? 1u : 0u), a.y - b.y);
}

uvec2 times(uvec2 a, uint factor) { // below 2^16
  uint low = (a.y & 0xffffu) * factor;
  uint middle = (a.y >> 16) * factor + (low >> 16);
  return uvec2(a.x * factor + (middle >> 16), (middle << 16) | (low & 0xffffu));
}

bool reaches(uvec2 a, uvec2 edge) {
  return a.x > edge.x || (a.x == edge.x && a.y >= edge.y);
}

uvec2 within(int hexagon, int from, int to) { // times the months
  uvec4 start = before(hexagon, from);
  uvec4 stop = before(hexagon, to);
  return plus(times(minus(stop.xy, start.xy), uint(to - from)), minus(stop.zw, start.zw));
}

int reached(uvec2 harm) {
  int found = 0;
  for (int edge = 0; edge < ${EDGES}; edge += 1) found += reaches(harm, u_edges[edge]) ? 1 : 0;
  return found;
}

void main() {
  int hexagon = int(a_corner.z);
  uvec2 harm = within(hexagon, u_from, u_to);
  bool some = harm != uvec2(0u);
  int found;
  if (u_fromThen < 0) found = reached(harm);
  else { // never below zero, which whole numbers without a sign cannot be
    uvec2 then = within(hexagon, u_fromThen, u_toThen);
    some = some || then != uvec2(0u);
    found = reaches(harm, then) ? u_middle + reached(minus(harm, then)) : u_middle - reached(minus(then, harm));
  }
  bvec2 marked = equal(ivec2(hexagon), u_marked);
  v_fill = some ? u_fills[found] : vec4(0.0);
  v_line = some ? u_lines[found] : vec4(0.0);
  v_across = vec2(0.0, u_width / 2.0);
  if (any(marked)) { // inside, where no neighbour draws over it
    v_line = u_mark;
    v_across = vec2(marked.y ? u_markWidths.y : u_markWidths.x) / 2.0;
  }
  vec2 outwards = a_corner.xy - a_middle;
  float beyond = min(1.0, (v_across.y + 1.0) / max(0.01, 0.8 * u_px * length(outwards))); // room for the outer half of the line
  bool corner = outwards != vec2(0.0);
  v_middle = corner ? -beyond : 1.0;
  vec2 place = a_middle + outwards * (1.0 + beyond);
  gl_Position = some || any(marked) ? u_matrix * vec4(place * u_scale, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
`;

const FRAGMENT = `#version 300 es
precision highp float;

flat in vec4 v_fill;
flat in vec4 v_line;
flat in vec2 v_across;
in float v_middle;
out vec4 colour;

void main() {
  float inside = v_middle / length(vec2(dFdx(v_middle), dFdy(v_middle))); // px from the edge
  float line = clamp(v_across.y + 0.5 - abs(inside - v_across.x), 0.0, 1.0);
  colour = mix(v_fill * clamp(inside + 0.5, 0.0, 1.0), v_line, line * v_line.a);
}
`;

/**
 * The program, ready to use.
 * @param {WebGL2RenderingContext} gl
 */
export function linkProgram(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of /** @type {const} */ ([[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The hexagons' shader does not link: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}

/**
 * Class edges as the program compares with them; an edge that is not there is higher than any sum.
 * @param {number[]} breaks  Harm points or events, rising.
 * @param {number} months  Of the window.
 */
export function edgeTable(breaks, months) {
  const table = new Uint32Array(2 * EDGES).fill(HALF - 1);
  for (const [index, edge] of breaks.slice(0, EDGES).entries()) putPoints(table, 2 * index, edge * months);
  return table;
}

/**
 * Running sums as a texture of integers: two to a texel, or four where people have harm too.
 * @param {WebGL2RenderingContext} gl
 * @param {Float64Array[]} sums  Events; or their harm, and that of people if there are any.
 */
export function sumsTexture(gl, sums) {
  const [texel, inner, format] = sums.length > 1 ? [4, gl.RGBA32UI, gl.RGBA_INTEGER] : [2, gl.RG32UI, gl.RG_INTEGER];
  const rows = Math.ceil((sums[0]?.length ?? 0) / TEXELS);
  const table = new Uint32Array(texel * TEXELS * rows);
  for (const [part, sum] of sums.entries()) {
    for (let at = 0; at < sum.length; at += 1) putPoints(table, texel * at + 2 * part, /** @type {number} */ (sum[at]));
  }
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, inner, TEXELS, rows, 0, format, gl.UNSIGNED_INT, table);
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
  return texture;
}

/**
 * Puts harm points into a table as the program reads them.
 * @param {Uint32Array} table
 * @param {number} at  Where the high half goes; the low one follows.
 * @param {number} points
 */
function putPoints(table, at, points) {
  const units = Math.round(points * UNITS);
  table[at] = Math.floor(units / HALF);
  table[at + 1] = units % HALF;
}
