/**
 * The ranked list: a table that can be sorted, whose foot reconciles what is in the areas with the total. The rank is
 * always that of the harm, whatever the rows are sorted by.
 *
 * @import {Amount, Sector, SectorsAnswer, Sort, State, View} from "../types.js"
 */

import { byId, h, renew, say, setAttributes } from "../base/dom.js";
import { changeFoot, totalBefore } from "../compare/changecell.js";
import { amountCell, besideCell, besideLabel, besideMeaning, fewMark } from "./beside.js";
import { countingWords } from "../choices/counting.js";
import { amountWords, monthList, number, rangeWords, rank, share } from "../base/format.js";
import { areaWord, areaWords, capital } from "../base/levels.js";
import { chosenMeasures, gapWords } from "../base/measures.js";
import { windowWords } from "../base/months.js";
import { whatifWords } from "../base/multipliers.js";

const RANGE_MEANING =
  " Beneath a rank stands its likely range: if chance alone had gone otherwise, the rank would lie in it 19 times in 20.";

const REST_MS = 400; // Without another step, and the rows out of sight follow too.

const RANGES_LATER = " Likely ranges of the ranks come when the window stays.";

/**
 * @param {{open: (id: string) => void, sort: (sort: Sort) => void, hover: (id: string | null) => void}} chosen
 */
export function mountRanking(chosen) {
  const root = byId("ranking");
  const name = heading("name", false);
  const harm = heading("harm", true);
  const beside = heading("count", true);
  const headings = [name, harm, beside];
  const caption = h("caption");
  const body = h("tbody");
  const foot = h("tfoot");
  const message = h("p", { class: "no-data", hidden: true });
  const table = h(
    "table",
    { class: "ranking" },
    caption,
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "rank" }, "Rank"), ...headings.map(({ cell }) => cell))),
    body,
    foot,
  );
  const stop = new AbortController();
  /** @type {Row[]} In the order of the document. An area that gets another place is written into another row: none ever moves. */
  const rows = [];
  /** @type {Set<Element>} Rows in sight, the only ones that follow a slider at once. */
  const inSight = new Set();
  /** @type {View | null} What the rows out of sight have yet to follow. */
  let late = null;
  let rest = 0;
  let held = 0;
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) inSight[isIntersecting ? "add" : "delete"](target);
    if (late) fillRows(late, true);
  });
  /** @type {Sort} */
  let sort = { by: "harm", descending: true };
  root.append(message, table);

  for (const column of headings) {
    column.button.addEventListener("click", () => {
      const { by } = column;
      chosen.sort({ by, descending: sort.by === by ? !sort.descending : by !== "name" });
    }, { signal: stop.signal });
  }
  body.addEventListener("click", (event) => {
    const id = event.target instanceof Element ? event.target.closest("tr")?.dataset.sector : undefined;
    if (id) chosen.open(id);
  }, { signal: stop.signal });
  for (const name of /** @type {const} */ (["mouseover", "focusin", "mouseleave", "focusout"])) {
    body.addEventListener(name, (event) => {
      const row = event.target instanceof Element ? event.target.closest("tr") : null;
      chosen.hover(name.endsWith("over") || name === "focusin" ? (row?.dataset.sector ?? null) : null);
    }, { signal: stop.signal });
  }

  /**
   * @param {View} view
   * @param {boolean} [inSightOnly]
   */
  function fillRows(view, inSightOnly = false) {
    const answer = /** @type {SectorsAnswer} */ (view.answer);
    const focused = rows.find(({ button }) => button === document.activeElement)?.place;
    const highest = Math.max(...answer.sectors.map((sector) => sector.harm), 1e-9);
    const order = sorted(answer.sectors, sort);
    while (rows.length < order.length) rows.push(addRow());
    for (const { element } of rows.splice(order.length)) {
      sight.unobserve(element);
      inSight.delete(element);
      element.remove();
    }
    for (const [index, sector] of order.entries()) {
      const row = /** @type {Row} */ (rows[index]);
      if (!inSightOnly || inSight.has(row.element)) fillRow(row, sector, sector.harm / highest, view.state);
    }
    // Whoever sorts, opens or plays stays with the area that has the focus.
    if (focused !== undefined) rows.find(({ place }) => place === focused)?.button.focus({ preventScroll: true });
  }

  function addRow() {
    const row = makeRow();
    body.append(row.element);
    sight.observe(row.element);
    return row;
  }

  /** @param {View} view */
  function fill(view) {
    const { total } = /** @type {SectorsAnswer} */ (view.answer);
    clearTimeout(rest);
    late = view.draft ? view : null;
    if (late) rest = setTimeout(() => fillRows(view), REST_MS);
    fillRows(view, view.draft);
    renew(foot, footRows(/** @type {SectorsAnswer} */ (view.answer), view.state));
    hold(view.draft ? number(total.harm).length : 0);
  }

  /**
   * Keeps the columns as wide as they are while a slider is dragged, for the eye and for the layout.
   * @param {number} digits  Of the largest figure: more or fewer of them need other columns; none to let go.
   */
  function hold(digits) {
    if (digits === held) return;
    held = digits;
    const cells = [...table.querySelectorAll("thead th")].filter((cell) => cell instanceof HTMLElement);
    for (const cell of cells) cell.style.width = "";
    table.classList.remove("is-held");
    if (digits === 0) return;
    const widths = cells.map((cell) => cell.getBoundingClientRect().width);
    for (const [index, cell] of cells.entries()) cell.style.width = `${widths[index]}px`;
    table.classList.add("is-held");
  }

  return {
    /** @param {View} view */
    update(view) {
      sort = view.state.sort;
      root.hidden = view.state.list === "groups";
      say(name.button, capital(areaWord(view.state.level)));
      say(harm.button, "Harm");
      beside.by = view.state.beside;
      say(beside.button, besideLabel(view));
      for (const { cell, by } of headings) {
        const order = sort.descending ? "descending" : "ascending";
        setAttributes(cell, { "aria-sort": by === sort.by ? order : "none" });
      }
      message.hidden = view.answer !== null;
      table.hidden = view.answer === null;
      say(message, view.missing.length > 0 ? `No data was delivered for ${monthList(view.missing)}.` : "");
      if (!view.answer) return;
      renew(caption, captionText(view));
      fill(view);
    },
    /** @param {string} id */
    focus(id) {
      rows.find(({ place }) => place === id)?.button.focus();
    },
    unmount() {
      stop.abort();
      clearTimeout(rest);
      sight.disconnect();
      message.remove();
      table.remove();
    },
  };
}

/** @typedef {ReturnType<typeof makeRow>} Row */

/**
 * @param {Sort["by"]} by
 * @param {boolean} numeric
 */
function heading(by, numeric) {
  const button = h("button", { type: "button" });
  return { by, button, cell: h("th", { scope: "col", class: numeric ? "numeric" : "" }, button) };
}

function makeRow() {
  const rank = h("span", { "aria-hidden": "true" });
  const range = h("span", { class: "rank-range", "aria-hidden": "true" });
  const said = h("span", { class: "for-readers" });
  const button = h("button", { type: "button", class: "place-link" });
  const bar = h("span", { class: "harm-bar", "aria-hidden": "true" });
  const harm = h("td", { class: "numeric" });
  const beside = h("td", { class: "numeric" });
  const few = h("span");
  const name = h("th", { scope: "row" }, button, few, bar);
  const element = h("tr", {}, h("td", { class: "rank" }, rank, range, said), name, harm, beside);
  return { place: "", element, rank, range, said, button, bar, harm, beside, few };
}

/**
 * @param {Row} row
 * @param {Sector} sector
 * @param {number} part  Of the highest sector's harm, 0 to 1.
 * @param {State} state
 */
function fillRow(row, sector, part, state) {
  const open = state.place === sector.place;
  row.place = sector.place;
  row.element.dataset.sector = sector.place;
  fillRank(row, sector);
  say(row.button, sector.name);
  say(row.harm, number(sector.harm));
  renew(row.beside, besideCell(sector, state));
  renew(row.few, fewMark(sector, state));
  row.bar.style.backgroundSize = `${(100 * part).toFixed(2)}% 100%`;
  row.element.classList.toggle("is-open", open);
  setAttributes(row.button, { "aria-current": open ? "true" : undefined });
}

/**
 * The rank with the range that chance leaves it; without harm there is nothing that chance could move.
 * @param {Row} row
 * @param {Sector} sector
 */
function fillRank(row, sector) {
  const [low, high] = sector.rank_range;
  const ranged = sector.harm > 0 && low < high;
  say(row.rank, rank(sector));
  say(row.range, ranged ? `${low}–${high}` : "");
  say(row.said, `${sector.tied ? "joint " : ""}rank ${sector.rank}${ranged ? `, likely ${rangeWords(sector.rank_range)}` : ""}`);
}

/**
 * @param {Sector[]} sectors
 * @param {Sort} sort
 */
function sorted(sectors, { by, descending }) {
  const order = [...sectors].sort((a, b) => {
    if (by === "name") return a.name.localeCompare(b.name, "en-GB", { numeric: true });
    return (a[by] ?? 0) - (b[by] ?? 0) || a.count - b.count || a.people - b.people || b.rank - a.rank;
  });
  return descending ? order.reverse() : order;
}

/** @param {View} view */
function captionText(view) {
  const { snapshot, state, answer, gaps } = view;
  const whatif = whatifWords(state.whatif, snapshot.recipe.measures);
  const sectors = answer?.sectors ?? [];
  const top = answer && sectors.length > 1 && answer.total.harm > 0 ? half(sectors, answer.total.harm) : null;
  const finding = top ? ` Half of the harm is in ${top} of ${sectors.length} ${areaWords(state.level)}.` : "";
  const counting = countingWords(view);
  const scope = `${chosenMeasures(snapshot, state)}${counting ? `, ${counting}` : ""}, ${windowWords(state.window)}.`;
  const absent = gaps.length > 0 ? ` ${gapWords(gaps, snapshot)}.` : "";
  return [
    h("span", { class: "caption-title" }, `${capital(areaWords(state.level))} ranked by harm`),
    h("span", { class: "caption-scope" }, `${scope}${finding}`, h("span", { class: "gap-words" }, absent)),
    h("span", { class: "for-readers" }, whatif ? ` ${whatif}.` : ""),
    h("span", { class: "caption-beside" }, besideMeaning(sectors, snapshot, state)),
    h("span", { class: "caption-range" }, view.draft ? RANGES_LATER : top ? RANGE_MEANING : ""),
    h("span", { class: "for-readers" }, " Column headings with buttons sort the table."),
  ];
}

/**
 * How many of the highest sectors hold half of the total.
 * @param {Sector[]} sectors
 * @param {number} total
 */
function half(sectors, total) {
  let sum = 0;
  const falling = [...sectors].sort((a, b) => b.harm - a.harm);
  const index = falling.findIndex((sector) => (sum += sector.harm) >= total / 2);
  return index < 0 ? null : index + 1;
}

/**
 * @param {SectorsAnswer} answer
 * @param {State} state
 */
function footRows(answer, state) {
  const { in_sectors, unplaced, total } = answer;
  const { outside_sectors: outside, no_location: nowhere } = unplaced;
  const beyond = state.level === "force" ? "the force" : `every ${areaWord(state.level)}`;
  const said =
    `${amountWords(outside)} outside ${beyond}, ${amountWords(nowhere)} without a location` +
    (total.harm > 0 ? `: ${share(unplaced.harm / total.harm)} of the harm.` : ".");
  const within = state.level === "force" ? "the force" : areaWords(state.level);
  return [
    footRow(`In ${within}`, in_sectors, { state, answer }),
    footRow("Unplaced", unplaced, { state, answer }, said),
    footRow("Total", total, { state, answer }),
  ];
}

/**
 * @param {string} label
 * @param {Amount} amount
 * @param {{state: State, answer: SectorsAnswer}} view
 * @param {string} [said]
 */
function footRow(label, amount, { state, answer }, said) {
  const beside = state.beside === "change" ? changeFoot(amount, totalBefore(answer, amount)) : ["–"];
  const name = h("th", { scope: "row", colspan: 2 }, label);
  if (state.beside !== "count") name.append(h("span", { class: "foot-note" }, amountWords(amount)));
  if (said) name.append(h("span", { class: "foot-note" }, said));
  return h(
    "tr",
    { "data-total": label },
    name,
    h("td", { class: "numeric" }, number(amount.harm)),
    h("td", { class: "numeric" }, ...(state.beside === "count" ? amountCell(amount) : beside)),
  );
}
