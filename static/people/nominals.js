/**
 * People of the registers, to look one up.
 *
 * @import {Belonging, NominalLine, NominalsAnswer} from "./types.js"
 * @import {Column} from "./tables.js"
 */

import { createApi } from "../api.js";
import { byId, h } from "../base/dom.js";
import { number } from "../base/format.js";
import { query } from "../base/frame.js";
import { groupAddress } from "./addresses.js";
import { openPage } from "./opening.js";
import { startSteps } from "./steps.js";
import { head, numeric, pageButtons, shownWords, sortHead, table } from "./tables.js";
import { personLink, priorityFlags, spanWords } from "./words.js";

const ASKED = ["query", "sort", "page"];
/** @type {Record<"name" | "events", Column>} */
const COLUMNS = {
  name: { by: "name", label: "Person", first: "" },
  events: { by: "events", label: "Events", first: "-", numeric: true },
};

const api = createApi();

await openPage(api, async () => {
  await startSteps(async (signal) => write(await api.nominals(query(ASKED), signal)));
});

/** @param {NominalsAnswer} answer */
function write(answer) {
  const wanted = new URLSearchParams(location.search);
  const sort = wanted.get("sort") ?? "name";
  const said = shownWords("People", answer);
  /** @type {HTMLInputElement} */ (byId("query")).value = wanted.get("query") ?? "";
  byId("scope").textContent = "Events are all in which a register names the person, at any time and in any role.";
  const heads = [sortHead(COLUMNS.name, sort), head("Groups"), head("Priority"), sortHead(COLUMNS.events, sort)];
  const rows = answer.nominals.map(row);
  byId("list").replaceChildren(
    h("p", { class: "shown", "aria-hidden": "true" }, said),
    ...(rows.length > 0 ? [table(`${said}. Column headings with buttons sort.`, heads, rows)] : []),
  );
  byId("pages").replaceChildren(...pageButtons(answer));
  byId("pages").hidden = answer.total <= answer.size;
  byId("live").textContent = said;
}

/** @param {NominalLine} person */
function row(person) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, personLink(person)),
    h("td", {}, ...(person.groups.length > 0 ? person.groups.map(belonging) : ["none"])),
    h("td", {}, ...(person.priority.length > 0 ? priorityFlags(person.priority) : ["no"])),
    numeric(number(person.events)),
  );
}

/** @param {Belonging} group */
function belonging(group) {
  return h(
    "span",
    { class: "belonging" },
    h("a", { href: groupAddress(group.id) }, group.name || group.id),
    ` (${group.kind}), ${group.role || "no role"}`,
    h("span", { class: "beneath" }, spanWords(group)),
  );
}
