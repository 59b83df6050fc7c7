/**
 * Starts the page: asks what is published, writes what never changes, and hands over to the page's parts.
 *
 * @import {Snapshot} from "./types.js"
 */

import { createApi, Refused } from "./api.js";
import { byId, h } from "./base/dom.js";
import { writeFrame } from "./base/frame.js";
import { date, list } from "./base/format.js";
import { localWords } from "./base/local.js";
import { Page } from "./page.js";

const RANGES =
  "Each rank has a likely range: if chance alone had gone otherwise, the rank would lie in it 19 times in 20. " +
  "Where none is shown, chance would not have moved the rank.";

const api = createApi();
try {
  const snapshot = await api.snapshot();
  writeFixed(snapshot);
  await new Page(api, snapshot).start();
} catch (reason) {
  byId("problems").textContent = reason instanceof Refused ? reason.message : `The page could not start: ${reason}.`;
}

/**
 * What holds for the whole snapshot: the force, the notes that the recipe demands, the licence.
 * @param {Snapshot} snapshot
 */
function writeFixed(snapshot) {
  const { force, published, recipe, attribution, basemap, unfed } = snapshot;
  writeFrame(snapshot);
  document.title = `${force}: harm by place`;
  byId("published").textContent = `Published ${date(published)}`;
  const local = recipe.measures.filter((measure) => measure.local);
  byId("notes").replaceChildren(
    h("h2", {}, "How the harm is counted"),
    ...recipe.notes.map((note) => h("p", {}, note)),
    h("p", {}, RANGES),
    h("p", {}, `Weights: ${recipe.title}, ${recipe.release}. Source: ${recipe.source}`),
    ...local.map((measure) => h("p", {}, `${measure.title}. ${localWords(measure)}`)),
    ...(unfed.length > 0 ? [h("p", { class: "unfed" }, `No source yet: ${list(unfed)}.`)] : []),
    h("p", {}, attribution),
    h("p", {}, h("a", { href: "/imports" }, "Where the figures come from"), ": what was delivered, loaded, rejected and published."),
    ...(basemap?.attribution ? [h("p", {}, `Map beneath: ${basemap.attribution}`)] : []),
  );
  const sheet = byId("sheet-button");
  sheet.addEventListener("click", () => {
    const tall = byId("main").classList.toggle("is-tall");
    sheet.setAttribute("aria-expanded", String(tall));
  });
}
