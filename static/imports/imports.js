/**
 * What was delivered, loaded, rejected and published: a part at a time, and which part is in the address.
 *
 * @import {PageOf, Snapshot} from "../types.js"
 */

import { createApi } from "../api.js";
import { byId, h } from "../base/dom.js";
import { isAbort, sentence } from "../base/problems.js";
import { date, number } from "../base/format.js";
import { writeFrame } from "../base/frame.js";
import { drawLoads } from "./loads.js";
import { drawMeasures, drawSources } from "./months.js";
import { drawRejects } from "./rejects.js";
import { drawSnapshots } from "./snapshots.js";

const PART = { months: "Months", loads: "Loads", rejects: "Rejects", snapshots: "Snapshots" };
const OF_RECORDS = ["loads", "rejects"];
const LOADS_OF_PAGE = 20;
const CLOSED =
  "This server does not show records, so what was loaded and rejected is not shown either: rejected rows name people and places. " +
  "Whoever runs it can switch that on with HARMGRID_RECORDS=on.";

/**
 * @typedef {object} Drawn  A part of the page.
 * @property {Node[]} nodes
 * @property {string} said  To those who do not see it.
 * @property {PageOf} [pages]
 *
 * @typedef {keyof typeof PART} Part
 */

const api = createApi();
/** @type {Snapshot | null} */
let snapshot = null;
let asking = new AbortController();

try {
  snapshot = await api.snapshot();
  writeFrame(snapshot);
  listen();
  await show(snapshot);
} catch (reason) {
  complain(reason);
}

function listen() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link?.getAttribute("href")?.startsWith("?") || !plain) return;
    event.preventDefault();
    go(link.search, link.closest(".parts") ? "" : "part");
  });
  addEventListener("popstate", () => again());
}

/**
 * Shows another part or page, as a step that Back undoes.
 * @param {string} query
 * @param {string} focused  The id of what gets the focus; nothing moves it where that is empty.
 */
function go(query, focused) {
  history.pushState(null, "", query);
  again().then(() => {
    const target = document.querySelector(focused ? `#${focused}` : "#parts [aria-current]");
    if (target instanceof HTMLElement) target.focus();
  });
}

async function again() {
  try {
    if (snapshot) await show(snapshot);
  } catch (reason) {
    complain(reason);
  }
}

/** @param {Snapshot} current */
async function show(current) {
  asking.abort();
  asking = new AbortController();
  byId("problems").textContent = "";
  const asked = new URLSearchParams(location.search);
  const part = partOf(asked.get("show"), current.records);
  document.title = `${PART[part]}, where the figures come from`;
  byId("scope").textContent = current.records ? `The map shows the snapshot published on ${date(current.published)}.` : CLOSED;
  writeParts(part, current.records);
  const { nodes, said, pages } = await drawn(part, asked, current);
  byId("part").replaceChildren(...nodes);
  writePages(pages);
  byId("live").textContent = said;
}

/**
 * @param {string | null} text
 * @param {boolean} records  Whether they are shown.
 * @returns {Part}
 */
function partOf(text, records) {
  const known = /** @type {Part[]} */ (Object.keys(PART)).find((id) => id === text) ?? "months";
  return records || !OF_RECORDS.includes(known) ? known : "months";
}

/**
 * @param {Part} part
 * @param {URLSearchParams} asked
 * @param {Snapshot} current
 * @returns {Promise<Drawn>}
 */
async function drawn(part, asked, current) {
  const { signal } = asking;
  const page = asked.get("page") ? `&page=${encodeURIComponent(asked.get("page") ?? "")}` : "";
  if (part === "loads") return drawLoads(await api.loads(`?size=${LOADS_OF_PAGE}${page}`, signal));
  if (part === "rejects") {
    const filter = new URLSearchParams([...asked].filter(([name]) => ["source", "reason", "page"].includes(name)));
    const [rejects, { sources }] = await Promise.all([api.rejects(`?${filter}`, signal), api.loads("?size=1", signal)]);
    return drawRejects(rejects, sources, go);
  }
  if (part === "snapshots") {
    const [kept, contents] = await Promise.all([api.snapshots(signal), api.contents(asked.get("snapshot") ?? "current", signal)]);
    return drawSnapshots(kept, contents);
  }
  const [loads, contents] = await Promise.all([current.records ? api.loads("?size=1", signal) : null, api.contents("current", signal)]);
  const nodes = [...(loads ? drawSources(loads) : []), ...drawMeasures(contents)];
  return { nodes, said: "Months that were delivered" };
}

/**
 * @param {Part} part
 * @param {boolean} records
 */
function writeParts(part, records) {
  const links = Object.entries(PART)
    .filter(([id]) => records || !OF_RECORDS.includes(id))
    .map(([id, title]) => h("a", { href: `?show=${id}`, "aria-current": id === part && "page" }, title));
  byId("parts").replaceChildren(...links);
}

/** @param {PageOf} [pages] */
function writePages(pages) {
  const { page, size, total } = pages ?? { page: 1, size: 1, total: 0 };
  const last = Math.max(1, Math.ceil(total / size));
  byId("pages").hidden = last === 1;
  const step = (/** @type {string} */ label, /** @type {number} */ to) => {
    const query = new URLSearchParams(location.search);
    query.set("page", String(to));
    return to < 1 || to > last ? h("span", { class: "no-page" }, label) : h("a", { href: `?${query}` }, label);
  };
  byId("pages").replaceChildren(step("Previous", page - 1), h("span", {}, `Page ${number(page)} of ${number(last)}`), step("Next", page + 1));
}

/** @param {unknown} reason */
function complain(reason) {
  if (isAbort(reason)) return;
  byId("part").replaceChildren(); // what is shown is not what the address asks for
  byId("pages").hidden = true;
  byId("problems").textContent = sentence(reason);
}
