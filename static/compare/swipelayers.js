/**
 * Cuts the style's own fills at the divider, as the hexagons' layer cuts itself: three layers that draw nothing and only tell
 * the card which part of the canvas the fills after them may touch. MapLibre leaves that setting alone.
 *
 * @import {CustomLayerInterface, Map as MapLibre} from "maplibre-gl"
 * @import {Comparing} from "./passes.js"
 */

import { passesOf } from "./passes.js";

/** Each before the layer of the style that it is for; the last one sets the whole canvas free again. */
const BEFORE = /** @type {const} */ ({ "swipe-baseline": "sectors-then", "swipe-window": "sectors-fill", "swipe-end": "hex-edge" });

/**
 * @param {MapLibre} map
 * @param {() => Comparing | null} comparing
 */
export function addSwipeLayers(map, comparing) {
  const scissors = Object.entries(BEFORE).map(([id, before], side) => ({ before, layer: scissor(id, side, comparing) }));
  const place = () => {
    for (const { before, layer } of scissors) {
      if (!map.getLayer(layer.id)) map.addLayer(layer, before);
    }
  };
  map.on("style.load", place); // Again after a lost context, which takes layers of this kind with it.
  place();
}

/**
 * @param {string} id
 * @param {number} side  0: the baseline's, 1: the window's, 2: both.
 * @param {() => Comparing | null} comparing
 * @returns {CustomLayerInterface}
 */
function scissor(id, side, comparing) {
  return {
    id,
    type: "custom",
    /** @param {WebGL2RenderingContext} gl */
    render(gl) {
      const now = comparing();
      const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
      const pass = now?.mode === "swipe" ? passesOf(now.baseline, now, width)[side] : undefined;
      if (pass) {
        gl.enable(gl.SCISSOR_TEST);
        gl.scissor(pass.left, 0, pass.right - pass.left, height);
      } else {
        gl.disable(gl.SCISSOR_TEST);
      }
    },
  };
}
