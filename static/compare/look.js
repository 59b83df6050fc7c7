/**
 * How a view compares on the map: hexagons by their own layer, areas and what-ifs by the expressions of the style.
 *
 * @import {ExpressionSpecification} from "maplibre-gl"
 * @import {Comparing} from "./passes.js"
 * @import {View} from "../types.js"
 */

import { comparedWith } from "./periods.js";
import { changeFills } from "./passes.js";

/**
 * How window and baseline are drawn; null where nothing is compared.
 * @param {Pick<View, "snapshot" | "state" | "classes">} view
 * @returns {Comparing | null}
 */
export function comparingOf({ snapshot, state, classes }) {
  const baseline = comparedWith(snapshot, state);
  if (!baseline || (state.compare === "difference" && !classes?.change)) return null;
  const { compare: mode, showing, split } = state;
  return { baseline, mode, showing, split, breaks: classes?.change?.hex ?? {} };
}

/**
 * Which property of a tile's features colours them.
 * @param {Comparing | null} comparing
 * @returns {"harm" | "harm_then" | "difference"}
 */
export function propertyOf(comparing) {
  if (comparing?.mode === "difference") return "difference";
  return comparing?.mode === "toggle" && comparing.showing === "baseline" ? "harm_then" : "harm";
}

/**
 * Colour of a feature by the class of its change; what has harm in neither of the two has none.
 * @param {number[]} edges  Above zero.
 * @param {string[]} ramp
 * @param {string} none
 * @returns {ExpressionSpecification}
 */
export function changeColour(edges, ramp, none) {
  const [lowest, ...higher] = changeFills(ramp, edges.length);
  const rising = [...edges.map((edge) => -edge).reverse(), ...edges];
  const steps = higher.flatMap((colour, index) => [rising[index] ?? 0, colour]);
  const classed = steps.length > 0 ? ["step", ["get", "difference"], lowest, ...steps] : lowest;
  /** @type {unknown} */
  const found = ["case", ["all", ["<=", ["get", "harm"], 0], ["<=", ["get", "harm_then"], 0]], none, classed];
  return /** @type {ExpressionSpecification} */ (found);
}
