/**
 * The panel of one place: its score, its rank, what the harm is made of, and every month.
 *
 * @import {ActiveGroup, Measure, MonthValue, Part, Place, View} from "../types.js"
 */

import { briefingAddress, recordsAddress } from "../api.js";
import { byId, h, svg } from "../base/dom.js";
import { amountCell } from "../list/beside.js";
import { changeParagraph } from "../compare/changecell.js";
import { countingWords } from "../choices/counting.js";
import { counted, list, monthList, number, peopleWords } from "../base/format.js";
import { areaWord, capital } from "../base/levels.js";
import { localMark } from "../base/local.js";
import { chosenMeasures, gapsFrom, gapWords } from "../base/measures.js";
import { charted, drawMonths } from "../time/monthchart.js";
import { knownMonth, monthWords, windowWords } from "../base/months.js";
import { groupTable } from "./activegroups.js";
import { neighbourTable } from "./neighbours.js";
import { facts, generatedSplit } from "./placefacts.js";
import { whatifMark } from "../choices/whatif.js";

const CHART_PX = 132;

/** @param {{close: () => void, open: (id: string) => void}} chosen */
export function mountPlace(chosen) {
  const root = byId("place");
  const stop = new AbortController();
  /** @type {{place: Place, view: View, chart: SVGSVGElement} | null} */
  let shown = null;
  /** @type {string | null} */
  let open = null;

  function drawChart() {
    if (!shown || root.hidden) return;
    const width = shown.chart.parentElement?.clientWidth ?? 0;
    const { place, view } = shown;
    const { figure, unit } = charted(place.series, view.snapshot);
    if (width > 0) {
      const frame = { width, height: CHART_PX, side: 0, figure, unit, measures: view.snapshot.recipe.measures };
      drawMonths(shown.chart, place.series, view.state.window, frame);
    }
  }

  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.dataset.action === "close") chosen.close();
    if (button?.dataset.place) chosen.open(button.dataset.place);
  }, { signal: stop.signal });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !root.hidden) chosen.close();
  }, { signal: stop.signal });
  const resized = new ResizeObserver(drawChart);
  resized.observe(root);

  return {
    /**
     * Shows a place; takes the focus only when another place than before is opened.
     * @param {Place} place
     * @param {View} view
     */
    show(place, view) {
      const chart = svg("svg", { class: "months", role: "img", "aria-label": describe(place) });
      shown = { place, view, chart };
      const scrolled = open === place.id ? root.scrollTop : 0;
      root.hidden = false;
      root.replaceChildren(...content(shown));
      root.scrollTop = scrolled;
      drawChart();
      if (open !== place.id) root.querySelector("h2")?.focus({ preventScroll: true });
      open = place.id;
    },
    /**
     * Adds the groups that are active in the place.
     * @param {Place} place
     * @param {ActiveGroup[] | string} groups  Or why they cannot be told.
     */
    showGroups(place, groups) {
      if (shown?.place === place) root.querySelector(".place-groups")?.replaceChildren(...groupTable(groups));
    },
    /**
     * Says why a place cannot be shown.
     * @param {string} id
     * @param {string} problem
     */
    refuse(id, problem) {
      shown = null;
      root.hidden = false;
      root.replaceChildren(top(id, "Place"), h("p", { class: "problem" }, problem));
    },
    close() {
      root.hidden = true;
      root.replaceChildren();
      shown = null;
      open = null;
    },
    unmount() {
      stop.abort();
      resized.disconnect();
      root.replaceChildren();
    },
  };
}

/** @param {{place: Place, view: View, chart: SVGSVGElement}} shown */
function content({ place, view, chart }) {
  const { snapshot, state } = view;
  const counting = countingWords({ state, overlaps: false });
  const scope = `${chosenMeasures(snapshot, state)}, ${counting ? `${counting}, ` : ""}${windowWords(state.window)}`;
  const missing = place.window.missing;
  const gaps = gapWords(gapsFrom(place.window.partly_missing), snapshot);
  const ranked = view.answer?.sectors.find((sector) => sector.place === place.id);
  return [
    top(placeName(place), kindWords(place)),
    h("p", { class: "place-scope" }, missing.length > 0 ? `${scope}; no data delivered for ${monthList(missing)}` : scope),
    ...(gaps ? [h("p", { class: "place-scope gap-words" }, `${gaps}.`)] : []),
    ...whatifMark(view),
    ...facts(place, snapshot, ranked),
    changeParagraph(place, snapshot),
    ...recordsLink(place, view),
    briefingLink(place, view),
    ...sectorLink(place),
    h("h3", {}, "What the harm is made of"),
    partsTable(place, snapshot.recipe.measures),
    ...generatedSplit(place),
    h("div", { class: "place-groups" }),
    ...neighbourTable(place),
    h("h3", {}, `${capital(charted(place.series, snapshot).unit)} each month`),
    h("div", { class: "place-chart" }, chart),
    ...stockNote(place),
    monthsTable(place, snapshot.recipe.measures),
  ];
}

/**
 * @param {string} name
 * @param {string} kind
 */
function top(name, kind) {
  const cross = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: "M3 3l10 10M13 3 3 13", class: "stroke" }));
  return h(
    "div",
    { class: "place-top" },
    h("div", {}, h("p", { class: "place-kind" }, kind), h("h2", { tabindex: -1 }, name)),
    h("button", { type: "button", class: "icon-button", "data-action": "close", "aria-label": "Close this place" }, cross),
  );
}

/**
 * What a place is called; a hexagon goes by the sector that it is in.
 * @param {Place} place
 */
export function placeName(place) {
  if (place.name) return place.name;
  return place.sector ? `Hexagon in ${place.sector.name}` : "Hexagon outside every sector";
}

/** @param {Place} place */
function kindWords(place) {
  if (place.kind !== "sector") return `H3 ${place.id}`;
  const level = place.level ?? "sector";
  return level === "force" ? "The whole force" : `${capital(areaWord(level))} ${place.id.replace(`${level}:`, "")}`;
}

/** @param {Place} place */
function sectorLink({ kind, sector }) {
  if (kind === "sector" || !sector) return [];
  return [h("p", {}, "In sector ", h("button", { type: "button", class: "place-link", "data-place": sector.id }, sector.name))];
}

/**
 * @param {Place} place
 * @param {Measure[]} measures
 */
function partsTable(place, measures) {
  if (place.parts.length === 0) return h("p", { class: "aside" }, "Nothing was recorded here in this window.");
  const byId = new Map(measures.map((measure) => [measure.id, measure]));
  const stock = place.parts.some((part) => part.people > 0);
  const highest = Math.max(...place.parts.map((part) => part.harm), 1e-9);
  return h(
    "table",
    { class: "parts" },
    h("caption", { class: "for-readers" }, "Harm and events by measure"),
    h("thead", {}, h("tr", {}, head("Measure"), head("Harm", true), head(stock ? "Events, people" : "Events", true))),
    h("tbody", {}, ...place.parts.map((part) => partRow(part, part.harm / highest, byId.get(part.measure)))),
  );
}

/**
 * @param {string} label
 * @param {boolean} [numeric]
 */
function head(label, numeric = false) {
  return h("th", { scope: "col", class: numeric ? "numeric" : "" }, label);
}

/**
 * @param {Part} part
 * @param {number} length  Of the bar, 0 to 1.
 * @param {Measure | undefined} measure
 */
function partRow(part, length, measure) {
  const weightless = measure?.weighed === "nothing";
  const bar = h("span", { class: "harm-bar", "aria-hidden": "true" });
  bar.style.width = `${(100 * length).toFixed(2)}%`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, part.title, " ", ...localMark(measure), bar),
    h("td", { class: `numeric${weightless ? " is-quiet" : ""}` }, weightless ? "unweighted" : number(part.harm)),
    measure?.unit === "person"
      ? h("td", { class: "numeric" }, peopleWords(part.people), h("span", { class: "people-beneath" }, "mean of month-ends"))
      : h("td", { class: "numeric" }, number(part.count)),
  );
}

/**
 * @param {Place} place
 * @param {Measure[]} measures
 */
function monthsTable({ series }, measures) {
  const stock = series.some((value) => (value.people ?? 0) > 0);
  const rows = series.map((value) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, monthWords(knownMonth(value.month)), ...lackingNote(value, measures)),
      ...(value.delivered
        ? [h("td", { class: "numeric" }, number(value.harm ?? 0)), h("td", { class: "numeric" }, ...monthAmount(value))]
        : [h("td", { class: "numeric is-quiet", colspan: 2 }, "no data delivered")]),
    ),
  );
  return h(
    "details",
    { class: "months-table" },
    h("summary", {}, "The months as a table"),
    h(
      "table",
      { class: "parts" },
      h("caption", { class: "for-readers" }, "Harm and events by month"),
      h("thead", {}, h("tr", {}, head("Month"), head("Harm", true), head(stock ? "Events, people" : "Events", true))),
      h("tbody", {}, ...rows),
    ),
  );
}

/**
 * The way to the rows, where they are shown. A what-if changes no row.
 * @param {Place} place
 * @param {View} view
 */
function recordsLink({ id, count }, { snapshot, state }) {
  if (!snapshot.records || count === 0) return [];
  const words = count === 1 ? "See the record behind this event" : "See the records behind these events";
  return [h("p", {}, h("a", { class: "place-link records-link", href: recordsAddress(snapshot, state, id) }, words))];
}

/**
 * The way to one page of paper, which has the score and never a what-if.
 * @param {Place} place
 * @param {View} view
 */
function briefingLink({ id }, { snapshot, state }) {
  return h("p", {}, h("a", { class: "place-link records-link", href: briefingAddress(snapshot, state, id) }, "Print a briefing"));
}

/** @param {Place} place */
function stockNote({ people }) {
  const words = "People weigh in full in every month and as their mean over a window, so months add up to more than the score.";
  return people > 0 ? [h("p", { class: "aside" }, words)] : [];
}

/** @param {MonthValue} value */
function monthAmount({ count, people }) {
  return amountCell({ count: count ?? 0, people: people ?? 0 });
}

/**
 * What a month lacks, beneath its name.
 * @param {MonthValue} value
 * @param {Measure[]} measures
 */
function lackingNote({ delivered, lacking }, measures) {
  if (!delivered || lacking.length === 0) return [];
  const titles = measures.filter(({ id }) => lacking.includes(id)).map(({ title }) => title);
  return [h("span", { class: "foot-note" }, `without ${list(titles)}`)];
}

/** @param {Place} place */
function describe(place) {
  const missing = place.series.filter((value) => !value.delivered).map((value) => value.month);
  const absent = missing.length > 0 ? ` No data delivered for ${monthList(missing)}.` : "";
  return `${placeName(place)} in each of ${counted(place.series.length, "month")}; the table below has the figures.${absent}`;
}
