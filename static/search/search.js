/**
 * Finds a place by what is typed: a combobox with the places that the text can mean, as the ARIA practices describe it.
 *
 * @import {FoundPlace, SearchAnswer} from "../types.js"
 */

import { byId, h, setAttributes, svg } from "../base/dom.js";
import { counted } from "../base/format.js";
import { areaWord, capital } from "../base/levels.js";

const PAUSE_MS = 150; // In typing, after which the server is asked.
const LONGEST = 80; // Characters, as the server takes them.
/** @type {Record<FoundPlace["kind"], string>} */
const KINDS = { area: "Area", name: "Place name", gridref: "Grid reference", h3: "Hexagon", lonlat: "Position" };

/**
 * @param {{find: (text: string, signal: AbortSignal) => Promise<SearchAnswer>, open: (place: string) => void, sentence: (reason: unknown) => string}} page
 */
export function mountSearch(page) {
  const stop = new AbortController();
  const input = h("input", {
    ...{ id: "search-text", class: "search-text", type: "text", role: "combobox", maxlength: LONGEST, placeholder: "Sector, place, grid reference, H3, lat lon" },
    ...{ autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search" },
    ...{ "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "search-results" },
  });
  const list = h("ul", { id: "search-results", class: "search-results", role: "listbox", "aria-label": "Places found", hidden: true });
  const status = h("p", { class: "search-note", role: "status" });
  const lens = svg("svg", { class: "search-lens", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { class: "stroke", d: "M11.500 7a4.500 4.500 0 1 1-9 0a4.500 4.500 0 0 1 9 0M10.300 10.300 14 14" }));
  byId("search").append(h("label", { class: "for-readers", for: "search-text" }, "Find a place"), h("div", { class: "search-box" }, lens, input, list, status));

  /** @type {FoundPlace[]} */
  let found = [];
  let active = -1;
  let timer = 0;
  let asking = new AbortController();
  let entered = false; // Enter was pressed before the answer came.

  /** @param {number} index  -1 for none. */
  function point(index) {
    active = index;
    for (const [at, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(at === active));
      if (at === active) option.scrollIntoView({ block: "nearest" });
    }
    setAttributes(input, { "aria-activedescendant": active >= 0 && `search-result-${active}` });
  }

  /**
   * @param {FoundPlace[]} places
   * @param {string | null} note  What is to be seen where there are none.
   */
  function show(places, note) {
    found = places;
    list.replaceChildren(...places.map(optionOf));
    list.hidden = places.length === 0;
    input.setAttribute("aria-expanded", String(places.length > 0));
    status.classList.toggle("for-readers", note === null);
    status.textContent = note ?? (places.length > 0 ? counted(places.length, "place") : "");
    point(-1);
  }

  function forget() {
    clearTimeout(timer);
    asking.abort();
    entered = false;
    show([], null);
  }

  function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    page.find(input.value.trim(), signal).then(
      ({ results, note }) => {
        if (signal.aborted) return;
        show(results, note);
        if (entered) choose(results[0]);
      },
      (reason) => {
        if (!signal.aborted) show([], page.sentence(reason));
      },
    );
  }

  /** @param {FoundPlace | undefined} place */
  function choose(place) {
    entered = false;
    if (!place) return;
    input.value = place.title;
    forget();
    page.open(place.place);
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => (found.length > 0 ? point((active + 1) % found.length) : ask()),
    ArrowUp: () => point(active <= 0 ? found.length - 1 : active - 1),
    Enter() {
      if (found.length > 0) choose(found[Math.max(active, 0)]);
      else entered = input.value.trim() !== "";
    },
    Escape() {
      if (list.hidden) input.value = "";
      forget();
    },
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    entered = false;
    if (input.value.trim() === "") forget();
    else timer = setTimeout(ask, PAUSE_MS);
  }, { signal: stop.signal });
  input.addEventListener("keydown", (event) => {
    const does = keys[event.key];
    const idle = event.key === "Escape" && list.hidden && input.value === "";
    if (!does || idle || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // Escape would close the open place as well.
    does();
  }, { signal: stop.signal });
  input.addEventListener("blur", forget, { signal: stop.signal });
  list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal: stop.signal }); // The focus stays.
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element ? event.target.closest("li") : null;
    if (option) choose(found[[...list.children].indexOf(option)]);
  }, { signal: stop.signal });

  return {
    focus() {
      input.focus();
      input.select();
    },
    unmount() {
      stop.abort();
      forget();
      byId("search").replaceChildren();
    },
  };
}

/**
 * @param {FoundPlace} place
 * @param {number} index
 */
function optionOf({ kind, level, title, subtitle }, index) {
  const words = kind === "area" && level ? (level === "force" ? "Force" : capital(areaWord(level))) : KINDS[kind];
  return h(
    "li",
    { id: `search-result-${index}`, class: "search-result", role: "option", "aria-selected": "false" },
    h("span", { class: "search-title" }, title),
    h("span", { class: "search-kind" }, words),
    h("span", { class: "search-subtitle" }, subtitle),
  );
}
