/**
 * The records behind a figure: the same place, window and measures as on the map, row by row.
 *
 * All that is asked for is in the address, so a list can be sent to a colleague, and Back undoes.
 *
 * @import {EventRecord, EventsAnswer, RecordRow, Snapshot} from "../types.js"
 */

import { createApi } from "../api.js";
import { byId, h } from "../base/dom.js";
import { isAbort, sentence } from "../base/problems.js";
import { writeFrame } from "../base/frame.js";
import { counted, list, number } from "../base/format.js";
import { placeName } from "../place/place.js";
import { chosenMeasures } from "../base/measures.js";
import { parseWindow, windowWords } from "../base/months.js";
import { groupLinks, peopleLinks, recordLink } from "./links.js";
import { dateWords, weightText, whatWords, whereWords } from "./rowwords.js";

const LONGEST_QUERY = 80;
const FILES = { csv: "CSV", xlsx: "Excel", geojson: "GeoJSON" };
/** By what the list can be sorted, and which way first: the newest and the heaviest come first. */
const SORTS = [
  { by: "date", label: "Date", first: "-" },
  { by: "category", label: "What", first: "" },
  { by: "harm", label: "Harm", first: "-", numeric: true },
  { by: "reference", label: "Reference", first: "" },
];

const EACH = "An event that counts under two of these measures is counted twice there and stands once here.";

const api = createApi();
/** @type {Snapshot | null} */
let snapshot = null;
let asking = new AbortController();

try {
  snapshot = await api.snapshot();
  writeFrame(snapshot);
  listen();
  await show();
} catch (reason) {
  complain(reason);
}

function listen() {
  const find = () => {
    const text = /** @type {HTMLInputElement} */ (byId("query")).value.trim().slice(0, LONGEST_QUERY);
    go({ query: text || null, page: null });
  };
  byId("find").addEventListener("click", find);
  byId("query").addEventListener("keydown", (event) => {
    if (event.key === "Enter") find();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.dataset.sort) go({ sort: button.dataset.sort, page: null }, button.dataset.sort.replace("-", ""));
    if (button?.dataset.page) go({ page: button.dataset.page === "1" ? null : button.dataset.page });
  });
  addEventListener("popstate", () => show().catch(complain));
}

/**
 * Asks for something else, as a step that Back undoes.
 * @param {Record<string, string | null>} changes  Null takes a parameter out.
 * @param {string} [sorted]  The column whose button keeps the focus.
 */
function go(changes, sorted) {
  const parameters = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  history.pushState(null, "", `?${parameters}`);
  show()
    .then(() => (sorted ? document.querySelector(`[data-column="${sorted}"] button`) : byId("records")))
    .then((target) => /** @type {HTMLElement | null} */ (target)?.focus())
    .catch(complain);
}

/** Asks for the page that the address names, and draws it. */
async function show() {
  asking.abort();
  asking = new AbortController();
  byId("problems").textContent = "";
  const answer = await api.events(location.search, asking.signal);
  const place = await placeWords(answer, asking.signal);
  /** @type {HTMLInputElement} */ (byId("query")).value = answer.query ?? "";
  writeHead(answer, place);
  byId("records").replaceChildren(table(answer));
  writePages(answer);
  byId("live").textContent = shownWords(answer);
}

/**
 * @param {EventsAnswer} answer
 * @param {string} place
 */
function writeHead(answer, place) {
  document.title = `Records, ${place}`;
  byId("title").textContent = `Records behind ${place}`;
  const window = parseWindow(answer.window.text);
  const said = [`${chosenWords(answer.measures)}, ${window ? windowWords(window) : answer.window.text}: ${figureWords(answer)}.`];
  if (answer.counting === "each" && answer.measures.length > 1) said.push(EACH);
  if (answer.measures.some((id) => measure(id)?.unit === "person")) said.push("People are a stock and have no rows here.");
  byId("scope").textContent = said.join(" ");
  byId("disagrees").textContent = answer.note ?? "";
  byId("disagrees").hidden = answer.agrees;
  byId("back").setAttribute("href", backAddress(answer));
  const parameters = new URLSearchParams(location.search);
  parameters.delete("page");
  parameters.delete("size");
  const links = Object.entries(FILES).flatMap(([ending, name]) => [h("a", { href: `/api/events.${ending}?${parameters}`, download: "" }, name), " "]);
  byId("downloads").replaceChildren("All as a file: ", ...links);
}

/** @param {string[]} ids */
function chosenWords(ids) {
  if (!snapshot) return "";
  const measures = snapshot.recipe.measures.map(({ id }) => id).filter((id) => ids.includes(id)); // in the page's order
  return chosenMeasures(snapshot, { measures });
}

/** @param {EventsAnswer} answer */
function figureWords({ figure }) {
  return `${counted(figure.count, "event")} and ${number(figure.harm)} harm points of events on the map`;
}

/**
 * Where the map shows the place that these records are of.
 * @param {EventsAnswer} answer
 */
function backAddress({ place, window, counting }) {
  const asked = new URLSearchParams(location.search);
  const parameters = new URLSearchParams({ window: window.text });
  const measures = asked.get("measures");
  if (measures) parameters.set("measures", measures);
  if (counting === "once") parameters.set("count", counting);
  if (place && !place.startsWith("unplaced:")) parameters.set("place", place);
  return `/?${parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
}

/**
 * @param {EventsAnswer} answer
 * @param {AbortSignal} signal
 */
async function placeWords({ place, window }, signal) {
  if (!place) return "the whole force";
  if (place === "unplaced:no_location") return "events without a location";
  if (place.startsWith("unplaced:")) return "events outside every sector";
  const found = await api.placeIn(place, window.text, signal);
  return found.kind === "hexagon" ? `${placeName(found).toLowerCase().slice(0, 1)}${placeName(found).slice(1)} (H3 ${place})` : placeName(found);
}

/** @param {EventsAnswer} answer */
function shownWords({ page, size, total, query }) {
  const first = (page - 1) * size + 1;
  const which = total === 0 ? "No records" : `Records ${number(first)} to ${number(Math.min(total, page * size))} of ${number(total)}`;
  return query ? `${which} with “${query}”` : which;
}

/** @param {EventsAnswer} answer */
function table(answer) {
  const { events } = answer;
  if (events.length === 0) return h("p", { class: "no-data" }, `${shownWords(answer)}.`);
  return h(
    "div",
    {},
    h("p", { class: "shown", "aria-hidden": "true" }, shownWords(answer)),
    h(
      "div",
      { class: "wide" },
      h(
        "table",
        { class: "events" },
        h("caption", { class: "for-readers" }, `${shownWords(answer)}. Column headings with buttons sort.`),
        h("thead", {}, h("tr", {}, ...heads(answer))),
        h("tbody", {}, ...events.flatMap(rows)),
      ),
    ),
  );
}

/** @param {EventsAnswer} answer */
function heads({ sort }) {
  const plain = ["Counts under", "Groups", "People", "Where", "Source"].map((label) => h("th", { scope: "col" }, label));
  const sorted = SORTS.map(({ by, label, first, numeric }) => {
    const now = sort === by ? "ascending" : sort === `-${by}` ? "descending" : "none";
    const next = now === "none" ? `${first}${by}` : now === "ascending" ? `-${by}` : by;
    const button = h("button", { type: "button", "data-sort": next }, label);
    return h("th", { scope: "col", class: numeric ? "numeric" : "", "aria-sort": now, "data-column": by }, button);
  });
  const [date, what, harm, reference] = sorted;
  const [measures, groups, people, where, source] = plain;
  return [date, what, harm, measures, groups, people, where, reference, source].filter((cell) => cell !== undefined);
}

/**
 * The row that stands for an event, and beneath it the other rows that tell of the same incident.
 * @param {EventRecord} event
 */
function rows(event) {
  const [stands, ...others] = event.rows;
  if (!stands) return [];
  const more = others.length + event.rows_left_out;
  return [
    h(
      "tr",
      {},
      h("td", { class: "when" }, dateWords(stands)),
      h("td", {}, whatWords(stands), weightNote(stands)),
      h("td", { class: "numeric" }, number(event.harm), ...(event.times > 1 ? [h("span", { class: "beneath" }, `counted ${event.times} times`)] : [])),
      h("td", {}, list(event.measures.map((id) => measure(id)?.title ?? id)), h("span", { class: "beneath" }, generatedWords(event))),
      h("td", {}, ...groupLinks(event.groups)),
      h("td", {}, ...peopleCell(event)),
      h("td", {}, whereWords(stands)),
      h("td", { class: "reference" }, ...referenceCell(stands), ...(more > 0 ? [h("span", { class: "beneath" }, `and ${counted(more, "more row")} of this incident`)] : [])),
      h("td", {}, stands.source, h("span", { class: "beneath" }, `${stands.file}, row ${number(stands.row)}`)),
    ),
    ...others.map((row) =>
      h(
        "tr",
        { class: "also" },
        h("td", { class: "when" }, dateWords(row)),
        h("td", { colspan: 6 }, `Same incident: ${whatWords(row)}; ${whereWords(row)}`),
        h("td", { class: "reference" }, ...referenceCell(row)),
        h("td", {}, row.source, h("span", { class: "beneath" }, `${row.file}, row ${number(row.row)}`)),
      ),
    ),
  ];
}

/** @param {RecordRow} row */
function referenceCell(row) {
  const link = recordLink(snapshot?.record_link, row);
  return link ? [row.reference, link] : [row.reference];
}

/** @param {EventRecord} event */
function peopleCell({ rows: found }) {
  const people = peopleLinks(found);
  return people.length > 0 ? people : ["none"];
}

/** @param {RecordRow} row */
function weightNote(row) {
  return h("span", { class: "beneath" }, weightText(row));
}

/** @param {EventRecord} event */
function generatedWords({ generated }) {
  return generated === "police" ? "found by police activity" : "reported by victims";
}

/** @param {string} id */
function measure(id) {
  return snapshot?.recipe.measures.find((found) => found.id === id);
}

/** @param {EventsAnswer} answer */
function writePages({ page, size, total }) {
  const last = Math.max(1, Math.ceil(total / size));
  const nav = byId("pages");
  nav.hidden = last === 1;
  const step = (/** @type {string} */ label, /** @type {number} */ to) =>
    h("button", { type: "button", "data-page": to, disabled: to < 1 || to > last }, label);
  nav.replaceChildren(step("Previous", page - 1), h("span", {}, `Page ${number(page)} of ${number(last)}`), step("Next", page + 1));
}

/** @param {unknown} reason */
function complain(reason) {
  if (isAbort(reason)) return;
  byId("problems").textContent = sentence(reason);
}
