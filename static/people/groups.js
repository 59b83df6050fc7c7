/**
 * The groups, to look one up: by name, or by the harm that is linked to each in a window.
 *
 * @import {Snapshot} from "../types.js"
 * @import {GroupLine, GroupNamesAnswer} from "./types.js"
 * @import {Go} from "./steps.js"
 * @import {Column} from "./tables.js"
 */

import { createApi } from "../api.js";
import { byId, h } from "../base/dom.js";
import { number } from "../base/format.js";
import { query } from "../base/frame.js";
import { openPage } from "./opening.js";
import { scopeWords } from "./scope.js";
import { startSteps } from "./steps.js";
import { bar, numeric, pageButtons, shownWords, sortHead, table } from "./tables.js";
import { windowChoice } from "./windowchoice.js";
import { groupLink } from "./words.js";

const ASKED = ["window", "measures", "query", "sort", "page"];
/** @type {Column[]} */
const COLUMNS = [
  { by: "name", label: "Group", first: "" },
  { by: "kind", label: "Kind", first: "" },
  { by: "harm", label: "Harm", first: "-", numeric: true },
  { by: "count", label: "Events", first: "-", numeric: true },
  { by: "members", label: "Members", first: "-", numeric: true },
];

const api = createApi();

await openPage(api, async (snapshot) => {
  await startSteps(async (signal, go) => write(snapshot, await api.groupNames(query(ASKED), signal), go));
});

/**
 * @param {Snapshot} snapshot
 * @param {GroupNamesAnswer} answer
 * @param {Go} go
 */
function write(snapshot, answer, go) {
  const wanted = new URLSearchParams(location.search);
  const said = shownWords("Groups", answer);
  /** @type {HTMLInputElement} */ (byId("query")).value = wanted.get("query") ?? "";
  byId("scope").textContent = `${scopeWords(snapshot, answer)} Members are those of the last day of the data.`;
  byId("window").replaceChildren(windowChoice(snapshot, answer.window.text, go));
  const heads = COLUMNS.map((column) => sortHead(column, wanted.get("sort") ?? "-harm"));
  const highest = Math.max(...answer.groups.map(({ harm }) => harm), 1e-9);
  const rows = answer.groups.map((group) => row(group, highest));
  byId("list").replaceChildren(
    h("p", { class: "shown", "aria-hidden": "true" }, said),
    ...(rows.length > 0 ? [table(`${said}. Column headings with buttons sort.`, heads, rows)] : []),
  );
  byId("pages").replaceChildren(...pageButtons(answer));
  byId("pages").hidden = answer.total <= answer.size;
  byId("live").textContent = said;
}

/**
 * @param {GroupLine} group
 * @param {number} highest
 */
function row(group, highest) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, groupLink(group)),
    h("td", {}, group.kind),
    h("td", { class: "numeric has-bar" }, number(group.harm), bar(group.harm / highest)),
    numeric(number(group.count)),
    numeric(number(group.members)),
  );
}
