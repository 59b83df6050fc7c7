/**
 * Printing the page of the map: a browser may print WebGL as nothing at all, so a still of it stands in while it prints.
 */

import { byId, h } from "../base/dom.js";

/**
 * @param {() => OffscreenCanvas | null} draw  The map as it is now, at once: printing waits for nobody.
 */
export function mountPrinting(draw) {
  /** @type {HTMLCanvasElement | null} */
  let still = null;
  addEventListener("beforeprint", () => {
    const drawn = draw();
    if (!drawn) return;
    still?.remove();
    still = h("canvas", { class: "still", width: drawn.width, height: drawn.height });
    still.getContext("2d")?.drawImage(drawn, 0, 0);
    byId("map-pane").prepend(still);
  });
  addEventListener("afterprint", () => {
    still?.remove();
    still = null;
  });
}
