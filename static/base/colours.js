/**
 * Every colour that carries data, and which class a value falls in. The page's own colours are in style.css.
 *
 * YlOrBr (ColorBrewer) because its five classes stay apart under all three kinds of colour blindness; on a dark page
 * the ramp is turned round, so that more harm always stands out more from what is behind it. A change is PuOr: falls are
 * purple, rises orange, and on a dark page too the larger one stands out more.
 */

/**
 * @typedef {object} Palette
 * @property {string[]} ramp  Five colours, least harm first.
 * @property {string[]} ground  Five greys for sectors beneath hexagons, least harm first.
 * @property {string} land
 * @property {string} edge  Between sectors.
 * @property {string} outline  Of the force.
 * @property {string} lowest  Line around the lowest class, which is too close to the land to stand alone.
 * @property {string} mark  The place pointed at or chosen.
 * @property {string} text
 * @property {string} halo
 * @property {string[]} change  Seven colours, the strongest fall first, about the same in the middle.
 * @property {string} changeLine  Line around every class of change: the middle is too close to the land to stand alone.
 * @property {string} hatch  Months without data.
 * @property {string} report  Points of reports beside the harm: no colour of the ramp.
 * @property {Record<"water" | "green" | "road" | "building" | "other", string> & {picture: number}} base  Of a map beneath, and
 *   how much of one that is a picture shows, 0 to 1.
 */

/** @type {Palette} */
const LIGHT = {
  ramp: ["#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"],
  ground: ["#eef0f1", "#dde1e5", "#c6cdd4", "#aab4be", "#8a97a5"],
  land: "#fbfaf7",
  edge: "#8d98a3",
  outline: "#5b6875",
  lowest: "#a3812e",
  mark: "#0b2a4a",
  text: "#1b2733",
  halo: "#ffffff",
  change: ["#542788", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806"],
  changeLine: "#8a8f99",
  hatch: "#7d8894",
  report: "#4b2e83",
  base: { water: "#c3d3de", green: "#d8e0d3", road: "#aeb6bd", building: "#cfd0ce", other: "#d9dcdd", picture: 0.7 },
};

/** @type {Palette} */
const DARK = {
  ramp: ["#8c3a0b", "#c9600f", "#f58a1f", "#fdc566", "#fff8c9"],
  ground: ["#252d36", "#303a45", "#3d4956", "#4d5b6a", "#61717f"],
  land: "#1f262e",
  edge: "#56626f",
  outline: "#8b98a5",
  lowest: "#bd682c",
  mark: "#ffffff",
  text: "#f0f4f7",
  halo: "#12181e",
  change: ["#d9ccff", "#9a84dc", "#5d4a96", "#2f363e", "#7a4512", "#cf7f22", "#ffd596"],
  changeLine: "#76818d",
  hatch: "#7d8a97",
  report: "#c9b3ff",
  base: { water: "#22384a", green: "#223029", road: "#4b5762", building: "#2e363e", other: "#2a323a", picture: 0.35 },
};

/** @param {boolean} dark */
export function palette(dark) {
  return dark ? DARK : LIGHT;
}

/**
 * The colours of so many classes, spread over a ramp of five: the highest class always has the strongest colour.
 * @param {string[]} ramp
 * @param {number} classes  1 to 5.
 */
export function spread(ramp, classes) {
  const last = ramp.length - 1;
  return Array.from({ length: classes }, (_, index) => {
    const place = classes === 1 ? last : Math.round((index * last) / (classes - 1));
    return ramp[place] ?? "";
  });
}

/**
 * Class of a value, 0 for the lowest; null for a value of nothing, which has no class.
 * @param {number} value
 * @param {number[]} breaks  Rising; class k begins at breaks[k - 1].
 */
export function classOf(value, breaks) {
  return value > 0 ? breaks.filter((edge) => value >= edge).length : null;
}
