/**
 * How two windows share one map: what the hexagons' layer draws, once or twice, and in which part of the canvas.
 *
 * @import {State, Window} from "../types.js"
 */

import { spread } from "../base/colours.js";

/**
 * @typedef {object} Comparing  How window and baseline are drawn.
 * @property {Window} baseline
 * @property {State["compare"]} mode
 * @property {State["showing"]} showing
 * @property {number} split  Percent from the left.
 * @property {Record<string, number[]>} breaks  Class edges of a change by resolution.
 */

/** @typedef {{window: Window, then: Window | null, left: number, right: number}} Pass  Left, right: px of the canvas. */

/**
 * @param {Window} window
 * @param {Comparing | null | undefined} comparing
 * @param {number} width  Of the canvas, px.
 * @returns {Pass[]}
 */
export function passesOf(window, comparing, width) {
  const whole = { window, then: null, left: 0, right: width };
  if (!comparing) return [whole];
  const { baseline, mode, showing, split } = comparing;
  if (mode === "difference") return [{ ...whole, then: baseline }];
  if (mode === "toggle") return [{ ...whole, window: showing === "baseline" ? baseline : window }];
  const at = Math.round((width * split) / 100);
  return [{ ...whole, window: baseline, right: at }, { ...whole, left: at }];
}

/**
 * A rectangle cut to a pass.
 * @param {[number, number, number, number]} rectangle  Left, bottom, width, height in px.
 * @param {Pass} pass
 * @returns {[number, number, number, number]}
 */
export function cut([x, y, width, height], { left, right }) {
  const from = Math.max(x, left);
  return [from, y, Math.max(0, Math.min(x + width, right) - from), height];
}

/**
 * The colours of a change, the strongest fall first and about the same in the middle, for so many edges above zero.
 * @param {string[]} ramp  Seven.
 * @param {number} edges  0 to 3.
 */
export function changeFills(ramp, edges) {
  const middle = (ramp.length - 1) / 2;
  const rises = edges === 0 ? [] : spread(ramp.slice(middle + 1), edges);
  const falls = edges === 0 ? [] : spread(ramp.slice(0, middle).reverse(), edges);
  return [...falls.reverse(), ramp[middle] ?? "", ...rises];
}

/**
 * The class of a change: 0 for about the same, up to the number of edges for rises, below zero for falls.
 * @param {number} change
 * @param {number[]} edges
 */
export function changeClass(change, edges) {
  const reached = edges.filter((edge) => Math.abs(change) >= edge).length;
  return change < 0 && reached > 0 ? -reached : reached;
}
