/**
 * Marks on the map: the place that is pointed at and the one that is open.
 *
 * @import {Map as MapLibre} from "maplibre-gl"
 * @import {Hexagons} from "./hexagons.js"
 */

/**
 * Marks one place as pointed at and one as open. An H3 index is never the id of an area, so all layers are told.
 * @param {MapLibre} map
 * @param {Hexagons} hexagons
 * @param {() => string} areas  The layer of the areas that are drawn.
 */
export function createMarks(map, hexagons, areas) {
  /** @type {Record<"hover" | "open", string | null>} */
  const now = { hover: null, open: null };

  /**
   * @param {"hover" | "open"} mark
   * @param {string | null} id
   */
  function set(mark, id) {
    if (now[mark] === id) return;
    hexagons.mark(mark, id);
    for (const drawn of [{ source: "hex", sourceLayer: "hex" }, { source: "areas", sourceLayer: areas() }]) {
      if (now[mark] !== null) map.setFeatureState({ ...drawn, id: now[mark] }, { [mark]: false });
      if (id !== null) map.setFeatureState({ ...drawn, id }, { [mark]: true });
    }
    now[mark] = id;
  }
  return {
    /** @param {string | null} id */
    hover: (id) => set("hover", id),
    /** @param {string | null} id */
    open: (id) => set("open", id),
    /** Of areas that are about to go. */
    forget() {
      set("hover", null);
      set("open", null);
    },
  };
}
