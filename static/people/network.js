/**
 * A small drawing of who is with whom: one in the middle, others around it, a line for what they share. Places follow from
 * the order alone, so that the same answer always has the same drawing. What it shows stands as a table beside it.
 *
 * Where there is no room around, as on a phone, the others stand in a column instead.
 */

import { h, svg } from "../base/dom.js";

const MOST = 12; // Nodes around; beyond it labels would touch.
const ROOM_AROUND_PX = 560;
const SMALL_NODES = 3; // People on one line that are drawn; more are told by its width and the table.
const NAMED_WITH = 4; // Up to so many lines have room for the names of the people on them.
const COLUMN_STEP_PX = 62;
const THREE = [-Math.PI / 4, Math.PI / 2, 1.25 * Math.PI]; // Steeper than even: names of people fit beneath labels.
const THICKEST_PX = 9;
const LABEL_PX = 7.2; // About a letter.

/** @typedef {{label: string, address: string}} Small  A person whom two groups share. */
/** @typedef {{label: string, beneath: string, address: string, weight: number, kind: "group" | "person", between?: Small[]}} Around */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{width: number, height: number, middle: Point, column: boolean}} Sheet */

/**
 * The drawing, which is made anew for the width that it gets.
 * @param {{label: string, kind: "group" | "person"}} middle
 * @param {Around[]} around  The most important first.
 * @param {string} label  What is drawn, in words.
 */
export function drawNetwork(middle, around, label) {
  const shown = around.slice(0, MOST);
  const frame = h("div", { class: "network" });
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(frame.clientWidth);
    if (width === drawn || width === 0) return;
    drawn = width;
    frame.replaceChildren(drawing(middle, shown, label, width), ...moreNote(around.length - shown.length));
  }).observe(frame);
  return frame;
}

/** @param {number} more */
function moreNote(more) {
  return more > 0 ? [h("p", { class: "aside" }, `and ${more} more, in the table`)] : [];
}

/**
 * @param {{label: string, kind: "group" | "person"}} middle
 * @param {Around[]} shown
 * @param {string} label
 * @param {number} width
 */
function drawing(middle, shown, label, width) {
  const sheet = sheetFor(shown.length, width);
  const places = shown.map((_, index) => placeOf(index, shown.length, sheet));
  const lines = shown.map(({ weight }, index) => line(sheet, at(places, index), Math.min(THICKEST_PX, 0.5 + 1.5 * weight)));
  const nodes = shown.map((one, index) => outerNode(one, at(places, index), sheet));
  const small = shown.flatMap((one, index) => smallNodes(one, at(places, index), sheet, shown.length));
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${sheet.height}`, width, height: sheet.height, role: "group", "aria-label": label },
    ...lines,
    middleNode(middle, sheet),
    ...small,
    ...nodes,
  );
}

/**
 * @param {number} count
 * @param {number} width
 * @returns {Sheet}
 */
function sheetFor(count, width) {
  if (width < ROOM_AROUND_PX) {
    const height = COLUMN_STEP_PX * count + 56;
    return { width, height, middle: { x: 16, y: 20 }, column: true };
  }
  const height = count === 1 ? 220 : count <= 4 ? 310 : count <= 8 ? 360 : 450;
  return { width, height, middle: { x: width / 2, y: count === 1 ? 24 : height / 2 }, column: false };
}

/**
 * Where a node stands. Around, the first is beside the top, so that no two labels begin at the same height at one side;
 * one or two stand beneath and above, where names of people fit beside their lines.
 * @param {number} index
 * @param {number} count
 * @param {Sheet} sheet
 * @returns {Point}
 */
function placeOf(index, count, { width, height, middle, column }) {
  if (column) return { x: 92, y: 56 + COLUMN_STEP_PX * index + 22 };
  if (count === 1) return { x: middle.x, y: height - 50 };
  const start = count === 2 ? -Math.PI / 2 : -Math.PI / 2 + Math.PI / count;
  const angle = count === 3 ? (THREE[index] ?? 0) : start + (2 * Math.PI * index) / count;
  return { x: middle.x + Math.cos(angle) * (width / 2 - 180), y: middle.y + Math.sin(angle) * (height / 2 - (count % 2 === 1 || count === 2 ? 50 : 34)) };
}

/**
 * @param {Point[]} places
 * @param {number} index
 */
function at(places, index) {
  return places[index] ?? { x: 0, y: 0 };
}

/**
 * @param {Sheet} sheet
 * @param {Point} to
 * @param {number} width
 */
function line({ middle, column }, to, width) {
  const way = column ? `V${to.y}H${to.x}` : `L${to.x} ${to.y}`;
  return svg("path", { class: "tie", d: `M${middle.x} ${middle.y}${way}`, "stroke-width": width.toFixed(1) });
}

/**
 * @param {{label: string, kind: "group" | "person"}} middle
 * @param {Sheet} sheet
 */
function middleNode({ label, kind }, { middle, column, width }) {
  const text = cut(label, column ? width - 60 : 220);
  const wide = text.length * LABEL_PX + 40;
  if (column) {
    return svg("g", {}, mark(kind, middle, 9, "is-middle"), svg("text", { class: "node-label is-here", x: middle.x + 18, y: middle.y + 5 }, text));
  }
  return svg(
    "g",
    {},
    svg("rect", { class: "middle", x: middle.x - wide / 2, y: middle.y - 17, width: wide, height: 34, rx: kind === "group" ? 4 : 17 }),
    svg("text", { class: "middle-label", x: middle.x, y: middle.y + 5 }, text),
  );
}

/**
 * @param {Around} one
 * @param {Point} place
 * @param {Sheet} sheet
 */
function outerNode({ label, beneath, address, kind }, place, { width, middle, column }) {
  const away = column ? 1 : Math.sign(Math.round(place.x - middle.x));
  const anchor = away > 0 ? "start" : away < 0 ? "end" : "middle";
  const x = place.x + away * 16;
  const y = away === 0 ? place.y + (place.y < middle.y ? -32 : 26) : place.y - 2;
  const room = column ? width - x - 4 : away > 0 ? width - x - 4 : away < 0 ? x - 4 : 240;
  return svg(
    "a",
    { href: address, "aria-label": `${label}, ${beneath}`, class: "node" },
    svg("title", {}, `${label}, ${beneath}`),
    svg("rect", { class: "node-target", x: place.x - 13, y: place.y - 13, width: 26, height: 26 }),
    mark(kind, place, 8, ""),
    svg("text", { class: "node-label", x, y, "text-anchor": anchor }, cut(label, room)),
    svg("text", { class: "node-beneath", x, y: y + 15, "text-anchor": anchor }, cut(beneath, room)),
  );
}

/**
 * Groups are squares and people are dots.
 * @param {"group" | "person"} kind
 * @param {Point} place
 * @param {number} size
 * @param {string} more
 */
function mark(kind, { x, y }, size, more) {
  if (kind === "person") return svg("circle", { class: `mark is-person ${more}`, cx: x, cy: y, r: size });
  return svg("rect", { class: `mark is-group ${more}`, x: x - size, y: y - size, width: 2 * size, height: 2 * size, rx: 3 });
}

/**
 * The people on a line, if they are few.
 * @param {Around} one
 * @param {Point} place
 * @param {Sheet} sheet
 * @param {number} lines
 */
function smallNodes({ between = [] }, place, { middle, column }, lines) {
  if (between.length > SMALL_NODES) return [];
  return between.map(({ label, address }, index) => {
    const part = 0.53 + (index - (between.length - 1) / 2) * (column ? 0.26 : 0.17);
    const x = middle.x + (place.x - middle.x) * part;
    const y = column ? place.y : middle.y + (place.y - middle.y) * part;
    const away = place.x < middle.x - 1 ? -1 : 1;
    const named = !column && lines <= NAMED_WITH && (between.length === 1 || lines === 1);
    const words = { class: "node-beneath", x: x + 12 * away, y: y + 4, "text-anchor": away > 0 ? "start" : "end" };
    return svg(
      "a",
      { href: address, "aria-label": label, class: "node" },
      svg("title", {}, label),
      svg("circle", { class: "node-target", cx: x, cy: y, r: 12 }),
      svg("circle", { class: "mark is-person", cx: x, cy: y, r: 5 }),
      ...(named ? [svg("text", words, cut(label, 170))] : []),
    );
  });
}

/**
 * A text that fits into so many px; all of it stands in the title and in the table.
 * @param {string} text
 * @param {number} room
 */
function cut(text, room) {
  const letters = Math.max(4, Math.floor(room / LABEL_PX));
  return text.length <= letters ? text : `${text.slice(0, letters - 1).trimEnd()}…`;
}
