/**
 * All that is asked for is in the address: sorting, finding, paging, the window. Each is a step that Back undoes.
 */

import { byId } from "../base/dom.js";
import { complain } from "./opening.js";

const LONGEST_QUERY = 80;

/**
 * Makes the buttons of a page steps, and shows it.
 * @param {(signal: AbortSignal, go: Go) => Promise<void>} show  Asks for what the address names, and draws it.
 */
export async function startSteps(show) {
  let asking = new AbortController();
  const renew = () => {
    asking.abort();
    asking = new AbortController();
    byId("problems").textContent = "";
    return show(asking.signal, go);
  };
  /** @type {Go} */
  const go = (changes, focus) => {
    const parameters = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) parameters.delete(name);
      else parameters.set(name, value);
    }
    history.pushState(null, "", `${location.pathname}?${parameters}`);
    renew()
      .then(() => /** @type {HTMLElement | null} */ (document.querySelector(focus))?.focus())
      .catch(complain);
  };
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const { sort, page } = button?.dataset ?? {};
    if (sort) go({ sort, page: null }, `[data-column="${sort.replace("-", "")}"] button`);
    if (page) go({ page: page === "1" ? null : page }, "#list");
    if (button?.id === "find") find(go);
  });
  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target instanceof HTMLInputElement && target.id === "query") find(go);
  });
  addEventListener("popstate", () => renew().catch(complain));
  await renew();
}

/** @typedef {(changes: Record<string, string | null>, focus: string) => void} Go  Null takes a parameter out. */

/** @param {Go} go */
function find(go) {
  const text = /** @type {HTMLInputElement} */ (byId("query")).value.trim().slice(0, LONGEST_QUERY);
  go({ query: text || null, page: null }, "#list");
}
