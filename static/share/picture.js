/**
 * The map as a PNG file that still says what it is when it stands alone in a slide: title, window, key, weights, marking and
 * snapshot are drawn around it. The words are those that the page shows.
 *
 * @import {Snapshot} from "../types.js"
 */

import { byId } from "../base/dom.js";
import { date } from "../base/format.js";

const MARGIN = 16; // px, as all lengths here: of the page, not of the picture's pixels.
const LINE = 19;
const SWATCH = 26;
const NARROWEST = 480;

/** @typedef {OffscreenCanvasRenderingContext2D} Pen */

/**
 * @typedef {object} Saving
 * @property {Snapshot} snapshot
 * @property {string} window  As the file's name has it.
 * @property {OffscreenCanvas} map  As it was drawn.
 * @property {number} density  Pixels of the map's canvas in a px.
 */

/**
 * Makes the picture and hands it to the browser as a download.
 * @param {Saving} saving
 */
export async function savePicture(saving) {
  const blob = await framed(saving).convertToBlob({ type: "image/png" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `harm-${plain(saving.snapshot.force)}-${saving.window.replace("..", "-to-")}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // Once the browser has surely begun.
}

/**
 * The map with all that has to stand around it.
 * @param {Saving} saving
 */
function framed({ snapshot, map, density }) {
  const width = Math.max(NARROWEST, map.width / density);
  const style = getComputedStyle(document.documentElement);
  const ink = { text: style.getPropertyValue("--text"), quiet: style.getPropertyValue("--quiet"), paper: style.getPropertyValue("--surface") };
  const rehearsal = /** @type {Pen} */ (new OffscreenCanvas(1, 1).getContext("2d"));
  const above = drawHead(rehearsal, snapshot, width, ink);
  const below = drawKey(rehearsal, snapshot, { width, top: 0, ink });
  const canvas = new OffscreenCanvas(Math.round(width * density), Math.round((above + map.height / density + below) * density));
  const pen = /** @type {Pen} */ (canvas.getContext("2d"));
  pen.fillStyle = ink.paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(map, Math.round((canvas.width - map.width) / 2), Math.round(above * density));
  pen.scale(density, density);
  drawHead(pen, snapshot, width, ink);
  drawKey(pen, snapshot, { width, top: above + map.height / density, ink });
  return canvas;
}

/** @typedef {{text: string, quiet: string, paper: string}} Ink */

/**
 * Marking, force, measure and window; how far down it reaches.
 * @param {Pen} pen
 * @param {Snapshot} snapshot
 * @param {number} width
 * @param {Ink} ink
 */
function drawHead(pen, snapshot, width, ink) {
  let y = drawMarking(pen, snapshot, { width, top: 8, ink });
  const write = (/** @type {string} */ font, /** @type {string} */ colour, /** @type {string} */ text) => {
    pen.font = font;
    pen.fillStyle = colour;
    for (const line of wrapped(pen, text, width - 2 * MARGIN)) pen.fillText(line, MARGIN, (y += LINE + 3));
  };
  write("650 19px Inter, sans-serif", ink.text, snapshot.force);
  write("600 14px Inter, sans-serif", ink.text, `${words("legend", ".legend-title")}, ${words("legend", ".legend-window")}`);
  write("13px Inter, sans-serif", ink.quiet, [words("legend", ".legend-absent"), words("legend", ".legend-mark")].filter(Boolean).join(". "));
  if (snapshot.synthetic) write("600 13px Inter, sans-serif", ink.text, "Synthetic data. Every place and crime is invented.");
  return y + 12;
}

/**
 * The classification, in the middle.
 * @param {Pen} pen
 * @param {Snapshot} snapshot
 * @param {{width: number, top: number, ink: Ink}} place
 */
function drawMarking(pen, snapshot, { width, top, ink }) {
  const { marking } = snapshot;
  if (!marking) return top;
  pen.font = "700 14px Inter, sans-serif";
  pen.fillStyle = ink.text;
  pen.textAlign = "center";
  pen.fillText(marking, width / 2, top + LINE);
  pen.textAlign = "left";
  return top + LINE;
}

/**
 * The key as the page has it, what the weights are, and where the figures come from; how high it is.
 * @param {Pen} pen
 * @param {Snapshot} snapshot
 * @param {{width: number, top: number, ink: Ink}} place
 */
function drawKey(pen, snapshot, { width, top, ink }) {
  let y = top + 6;
  pen.font = "13px Inter, sans-serif";
  for (const key of byId("legend").querySelectorAll(".key")) {
    pen.fillStyle = ink.quiet;
    pen.fillText(key.querySelector("h3")?.textContent ?? "", MARGIN, (y += LINE));
    y = drawClasses(pen, key, { width, top: y, ink });
  }
  const said = [
    ...[...byId("legend").querySelectorAll(".legend-note")].map((note) => note.textContent ?? ""),
    words("legend", ".legend-recipe"),
    words("legend", ".legend-fixed"),
    `Data published ${date(snapshot.published)}, snapshot ${snapshot.snapshot}; picture made ${date(new Date().toISOString())}.`,
    snapshot.attribution,
  ];
  pen.fillStyle = ink.quiet;
  for (const line of said.filter(Boolean).flatMap((text) => wrapped(pen, text, width - 2 * MARGIN))) pen.fillText(line, MARGIN, (y += LINE));
  return drawMarking(pen, snapshot, { width, top: y + 4, ink }) + 12 - top;
}

/**
 * The classes side by side, on as many lines as they need, least harm first.
 * @param {Pen} pen
 * @param {Element} key
 * @param {{width: number, top: number, ink: Ink}} place
 */
function drawClasses(pen, key, { width, top, ink }) {
  let x = MARGIN;
  let y = top + LINE + 4;
  for (const row of [...key.querySelectorAll(".swatch-row")].reverse()) {
    const swatch = row.querySelector(".swatch");
    const text = row.querySelector(".swatch-words, .swatch ~ span")?.textContent ?? "";
    const wide = SWATCH + 6 + pen.measureText(text).width + 16;
    if (x + wide > width && x > MARGIN) {
      x = MARGIN;
      y += LINE + 4;
    }
    const style = swatch ? getComputedStyle(swatch) : null;
    pen.fillStyle = style?.backgroundColor ?? "transparent";
    pen.fillRect(x, y - 12, SWATCH, 15);
    pen.strokeStyle = ink.quiet;
    pen.lineWidth = 1;
    if (!swatch?.parentElement?.classList.contains("is-class") || row.nextElementSibling?.querySelector(".is-none")) pen.strokeRect(x + 0.5, y - 11.5, SWATCH - 1, 14);
    pen.fillStyle = ink.text;
    pen.fillText(text, x + SWATCH + 6, y);
    x += wide;
  }
  return y + 4;
}

/**
 * A text in lines that are no wider than that.
 * @param {Pen} pen
 * @param {string} text
 * @param {number} width
 */
function wrapped(pen, text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length > 0 && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * What the page says at a place of it.
 * @param {string} id
 * @param {string} selector
 */
function words(id, selector) {
  return byId(id).querySelector(selector)?.textContent?.trim() ?? "";
}

/**
 * As a file's name can have it.
 * @param {string} name
 */
function plain(name) {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "force";
}
