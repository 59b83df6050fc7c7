/**
 * How much room the map has: clear of what lies on it, and within bounds.
 *
 * @import {Snapshot} from "../types.js"
 */

import { byId } from "../base/dom.js";

const FREE_PX = 24; // Around what is brought into view.

/**
 * Padding that keeps clear of the legend and, if one is given, of a panel, where these lie on the map.
 * @param {HTMLElement} [panel]
 */
export function clear(panel) {
  const pane = byId("map").getBoundingClientRect();
  const legend = byId("legend").getBoundingClientRect();
  const beside = panel?.getBoundingClientRect();
  const onMap = beside && beside.top < pane.bottom - 20 && beside.left > pane.left;
  const right = onMap ? pane.right - beside.left : 0;
  const left = legend.top < pane.bottom && pane.width > 2.2 * legend.width + right ? legend.right - pane.left : 0;
  return { top: FREE_PX, bottom: FREE_PX, left: FREE_PX + left, right: FREE_PX + right };
}

/**
 * The bounds with room around them, so that the force can be moved clear of what lies on the map.
 * @param {Snapshot["bounds"]} bounds
 * @returns {Snapshot["bounds"]}
 */
export function around([west, south, east, north]) {
  const wide = 2 * (east - west);
  const high = north - south;
  return [west - wide, Math.max(-85, south - high), east + wide, Math.min(85, north + high)];
}
