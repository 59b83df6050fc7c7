/**
 * The figures of a briefing: score and rank, parts by measure, months, the hexagons with the most harm.
 *
 * @import {Answers} from "./asking.js"
 * @import {Part, Place, RankedHexagon, Snapshot} from "../types.js"
 */

import { byId, h, svg } from "../base/dom.js";
import { counted, list, monthList, number, peopleWords, rangeWords, share } from "../base/format.js";
import { capital } from "../base/levels.js";
import { inSentence } from "../base/measures.js";
import { charted, drawMonths } from "../time/monthchart.js";
import { head, part } from "./changed.js";

const MOST_PARTS = 7;
export const TOP_HEXAGONS = 6;
const CHART_PX = 104;

/** @param {Answers} answers */
export function facts({ now, snapshot, ranked }) {
  const { harm, interval, rank, rank_range: ranks, of } = now;
  const found = [fact(number(harm), snapshot.recipe.unit, interval[0] < interval[1] ? `95% range ${rangeWords(interval)}` : "", "is-score")];
  if (rank !== null && (of ?? 0) > 1) {
    const only = ranks && ranks[0] === ranks[1] ? " only" : "";
    const likely = ranks && harm > 0 ? `95% range ${rangeWords(ranks)}${only}` : "";
    found.push(fact(number(rank), `rank of ${number(of ?? 0)}, most harm first`, likely));
  }
  found.push(fact(share(now.share ?? 0), "of the force’s harm", ""));
  if (now.count > 0 || now.people === 0) found.push(fact(number(now.count), now.count === 1 ? "event" : "events", ""));
  if (now.people > 0) found.push(fact(peopleWords(now.people), "mean of month-ends", ""));
  if (ranked) found.push(fact(number(ranked.per_km2), "harm points per km²", ""));
  if (ranked?.per_1000_residents) found.push(fact(number(ranked.per_1000_residents), "per 1,000 residents", ranked.few_residents ? "few live here" : ""));
  return h("section", { class: "paper-facts", "aria-label": "Score and rank" }, ...found, ...heaviest(now));
}

/**
 * @param {string} value
 * @param {string} label
 * @param {string} range
 * @param {string} [kind]
 */
function fact(value, label, range, kind = "") {
  const under = range ? [h("span", { class: "paper-range" }, range)] : [];
  return h("p", { class: `paper-fact ${kind}` }, h("strong", {}, value), " ", h("span", {}, label), " ", ...under);
}

/** @param {Place} place */
function heaviest({ largest, people }) {
  if (!largest) return [];
  const which = people > 0 ? "event or person" : "event";
  return [h("p", { class: "paper-aside" }, `The heaviest single ${which} weighs ${number(largest.harm)}, ${share(largest.share)} of the score.`)];
}

/** @param {Answers} answers */
export function parts({ now, snapshot }) {
  if (now.parts.length === 0) return part("What the harm is made of", h("p", { class: "paper-aside" }, "Nothing was recorded here in this window."));
  const highest = Math.max(...now.parts.map(({ harm }) => harm), 1e-9);
  const shown = now.parts.slice(0, MOST_PARTS);
  const rest = now.parts.slice(MOST_PARTS);
  const others = rest.length > 0 ? [partRow(together(rest), highest, snapshot)] : [];
  return part(
    "What the harm is made of",
    h(
      "table",
      { class: "paper-table" },
      h("caption", { class: "for-readers" }, "Harm and events by measure"),
      h("thead", {}, h("tr", {}, head("Measure"), h("td"), head("Harm", true), head("Share", true), head("Events", true))),
      h("tbody", {}, ...shown.map((one) => partRow(one, highest, snapshot)), ...others),
    ),
    ...split(now),
  );
}

/**
 * @param {Part[]} rest
 * @returns {Part}
 */
function together(rest) {
  const sum = (/** @type {"harm" | "count" | "people" | "share"} */ name) => rest.reduce((all, one) => all + (one[name] ?? 0), 0);
  return { measure: "", title: `${counted(rest.length, "other measure")}`, generated: "", count: sum("count"), people: sum("people"), harm: sum("harm"), share: sum("share") };
}

/**
 * @param {Part} one
 * @param {number} highest
 * @param {Snapshot} snapshot
 */
function partRow({ measure, title, harm, share: portion, count, people }, highest, { recipe }) {
  const weightless = recipe.measures.find(({ id }) => id === measure)?.weighed === "nothing";
  const bar = h("span", { class: "paper-bar", "aria-hidden": "true" });
  bar.style.width = `${((100 * harm) / highest).toFixed(2)}%`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, title),
    h("td", { class: "paper-bars" }, bar),
    h("td", { class: "numeric" }, weightless ? "unweighted" : number(harm)),
    h("td", { class: "numeric" }, weightless ? "–" : share(portion ?? 0)),
    h("td", { class: "numeric" }, people > 0 && count === 0 ? peopleWords(people) : number(count)),
  );
}

/**
 * What victims reported beside what the police found.
 * @param {Place} place
 */
function split({ generated, harm, parts: all }) {
  if (harm === 0) return [];
  const bar = h("div", { class: "paper-split", "aria-hidden": "true" });
  for (const by of /** @type {const} */ (["victim", "police"])) {
    const segment = h("span", { class: `is-${by}` });
    segment.style.flexGrow = String(generated[by].share ?? 0);
    if (generated[by].harm > 0) bar.append(segment);
  }
  const found = all.filter((one) => one.generated === "police" && one.harm > 0).map(({ title }) => inSentence(title));
  const which = found.length > 0 && found.length < 5 ? ` (${list(found)})` : "";
  const key = (/** @type {"victim" | "police"} */ by, /** @type {string} */ words) =>
    h("p", { class: "paper-key" }, h("span", { class: `paper-swatch is-${by}`, "aria-hidden": "true" }), `${words}: ${share(generated[by].share ?? 0)}`);
  return [bar, key("victim", "Reported by victims"), key("police", `Found by police activity${which}`)];
}

/**
 * Every month of the data as a bar, the window's strong.
 * @param {Answers} answers
 */
export function drawTrend({ now, snapshot, state }) {
  const root = byId("trend");
  const { figure, unit } = charted(now.series, snapshot);
  const absent = now.series.filter(({ delivered }) => !delivered).map(({ month }) => month);
  const hatched = absent.length > 0 ? ` Hatched: not delivered (${absent.length > 4 ? counted(absent.length, "month") : monthList(absent)}).` : "";
  const words = `${capital(unit)} in each of ${counted(now.series.length, "month")}; dark bars are this window.${hatched}`;
  const chart = svg("svg", { class: "paper-months", role: "img", "aria-label": words });
  drawMonths(chart, now.series, state.window, { width: Math.max(root.clientWidth, 280), height: CHART_PX, side: 0, figure, unit, measures: snapshot.recipe.measures });
  root.replaceChildren(chart, h("p", { class: "paper-aside" }, words));
}

/** @param {Answers} answers */
export function topHexagons({ hexagons, snapshot }) {
  const top = hexagons.hexagons.filter(({ harm }) => harm > 0).slice(0, TOP_HEXAGONS);
  if (top.length === 0) return part("Hexagons with the most harm", h("p", { class: "paper-aside" }, "No hexagon has any harm in this window."));
  const together = top.reduce((sum, { share: portion }) => sum + (portion ?? 0), 0);
  const said = `${top.length === 1 ? "This hexagon holds" : `These ${top.length} hold`} ${share(together)} of the harm of the ${counted(hexagons.hexagons.length, "hexagon")} here with anything in this window. ${hexagons.note}`;
  return part(
    "Hexagons with the most harm",
    h(
      "table",
      { class: "paper-table" },
      h("caption", { class: "for-readers" }, "The hexagons with the most harm, numbered as on the map"),
      h("thead", {}, h("tr", {}, head("No."), head("Longitude, latitude"), head("Harm", true), head("Share", true), head("Mostly"))),
      h("tbody", {}, ...top.map((hexagon, index) => hexagonRow(hexagon, index + 1, snapshot))),
    ),
    h("p", { class: "paper-aside" }, said),
  );
}

/**
 * @param {RankedHexagon} hexagon
 * @param {number} onMap
 * @param {Snapshot} snapshot
 */
function hexagonRow({ center, harm, share: portion, mostly }, onMap, { recipe }) {
  const of = recipe.measures.find(({ id }) => id === mostly?.measure)?.title ?? "";
  const [lon, lat] = center;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("span", { class: "paper-number" }, String(onMap))),
    h("td", {}, `${lon.toFixed(4)}, ${lat.toFixed(4)}`),
    h("td", { class: "numeric" }, number(harm)),
    h("td", { class: "numeric" }, share(portion ?? 0)),
    h("td", {}, mostly ? `${of} (${share(mostly.share)})` : ""),
  );
}
