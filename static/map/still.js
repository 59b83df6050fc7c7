/**
 * The map as a picture.
 *
 * @import {Map as MapLibre} from "maplibre-gl"
 */

/**
 * WebGL forgets what it has drawn as soon as the browser has shown it, so the map is drawn anew and copied in the same breath,
 * which spares every other frame the cost of being kept.
 * @param {MapLibre} map
 */
export function stillOf(map) {
  map.redraw();
  return copyOf(map.getCanvas());
}

/**
 * What a canvas shows, on the colour of the sea.
 * @param {HTMLCanvasElement} drawn
 */
export function copyOf(drawn) {
  const copy = new OffscreenCanvas(drawn.width, drawn.height);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext("2d"));
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--sea");
  pen.fillRect(0, 0, copy.width, copy.height);
  pen.drawImage(drawn, 0, 0);
  return copy;
}
