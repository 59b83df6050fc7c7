/**
 * A person: homes, groups, flags, who else took part in the same events, and the rows that name them.
 *
 * @import {Snapshot} from "../types.js"
 * @import {Belonging, Home, NominalAnswer} from "./types.js"
 */

import { createApi } from "../api.js";
import { byId, h } from "../base/dom.js";
import { counted, date, number } from "../base/format.js";
import { query } from "../base/frame.js";
import { groupAddress, idHere, mapAddress, nominalAddress } from "./addresses.js";
import { nominalEvents } from "./eventrows.js";
import { drawFacts } from "./facts.js";
import { drawNetwork } from "./network.js";
import { openPage } from "./opening.js";
import { startSteps } from "./steps.js";
import { head, numeric, pageButtons, shownWords, table } from "./tables.js";
import { groupLink, lastDay, nameWords, personLink, priorityFlags, spanWords, stands } from "./words.js";

const api = createApi();

await openPage(api, async (snapshot) => {
  const id = idHere("/nominals/");
  // Names stay out of the title: histories and lists of tabs keep it.
  document.title = `Person ${id}`;
  await startSteps(async (signal) => write(snapshot, await api.nominal(id, query(["page"]), signal)));
});

/**
 * @param {Snapshot} snapshot
 * @param {NominalAnswer} answer
 */
function write(snapshot, answer) {
  const [first, ...others] = answer.names.map((known) => known.name);
  byId("title").replaceChildren(nameWords(first === undefined ? [] : [first]), h("span", { class: "id" }, answer.id));
  const also = [...new Set(others)].filter((name) => name !== first);
  byId("scope").textContent = `${also.length > 0 ? `Also known as ${also.join(", ")}. ` : ""}All that the records say, at any time.`;
  byId("parts").replaceChildren(
    facts(answer, lastDay(snapshot)),
    h("div", { class: "pair" }, section("Groups", groups(answer)), section("Homes", homes(answer))),
    section("Priority individual", priority(answer)),
    section("With whom", company(answer, nameWords(first === undefined ? [] : [first]))),
    events(snapshot, answer),
  );
  byId("live").textContent = shownWords("Events", answer);
}

/**
 * @param {NominalAnswer} answer
 * @param {string} day  What is said to be so is of this one.
 */
function facts({ total, groups, others, priority }, day) {
  const now = new Set(groups.filter((group) => stands(group, day)).map(({ id }) => id)).size;
  const ever = new Set(groups.map(({ id }) => id)).size;
  return drawFacts([
    { label: total === 1 ? "Row that names them" : "Rows that name them", value: number(total) },
    { label: `Groups on ${date(day)}`, value: number(now), beneath: `${counted(ever, "group")} ever` },
    { label: "People in the same events", value: number(others.length) },
    {
      label: `Priority individual on ${date(day)}`,
      value: priority.some((span) => stands(span, day)) ? "yes" : "no",
      beneath: priority.some((span) => !stands(span, day)) ? "at other times" : "",
    },
  ]);
}

/**
 * @param {string} title
 * @param {...Element} parts
 */
function section(title, ...parts) {
  return h("section", {}, h("h2", {}, title), ...parts);
}

/** @param {string} words */
function aside(words) {
  return h("p", { class: "aside" }, words);
}

/** @param {NominalAnswer} answer */
function groups({ groups }) {
  if (groups.length === 0) return aside("The records have them in no group.");
  const row = (/** @type {Belonging} */ group) =>
    h(
      "tr",
      { class: group.last === null ? "" : "is-past" },
      h("th", { scope: "row" }, groupLink({ id: group.id, names: group.name ? [group.name] : [] })),
      h("td", {}, group.kind),
      h("td", {}, group.role || "none given", ...(group.counts ? [] : [h("span", { class: "beneath" }, "does not count as a member")])),
      h("td", {}, spanWords(group)),
    );
  return table("Groups", [head("Group"), head("Kind"), head("Role"), head("In the group")], groups.map(row));
}

/** @param {NominalAnswer} answer */
function homes({ homes }) {
  if (homes.length === 0) return aside("The records have no home of theirs.");
  const row = (/** @type {Home} */ home) =>
    h(
      "tr",
      { class: home.last === null ? "" : "is-past" },
      h("th", { scope: "row" }, home.sector?.name ?? (home.point ? "outside every sector" : "no location")),
      h("td", {}, home.hexagon ? h("a", { href: mapAddress(home.hexagon) }, home.hexagon) : "none"),
      h("td", {}, spanWords(home)),
    );
  return table("Homes", [head("Sector"), head("Hexagon on the map"), head("Lived there")], homes.map(row));
}

/** @param {NominalAnswer} answer */
function priority({ priority }) {
  return priority.length > 0 ? h("p", {}, ...priorityFlags(priority)) : aside("Never, by the records.");
}

/**
 * Their groups and the people of the same events, as a drawing and a table.
 * @param {NominalAnswer} answer
 * @param {string} name
 */
function company({ groups, others }, name) {
  if (groups.length + others.length === 0) return aside("The records have nobody in the same events, and no group.");
  const once = [...new Map(groups.map((group) => [group.id, group])).values()];
  const around = [
    ...once.map(({ id, kind, name: label }) => ({ label: label || id, beneath: `${kind} ${id}`, address: groupAddress(id), weight: 1, kind: /** @type {const} */ ("group") })),
    ...others.map(({ id, names, events }) => ({
      label: nameWords(names),
      beneath: `${id}, ${counted(events, "event")}`,
      address: nominalAddress(id),
      weight: events,
      kind: /** @type {const} */ ("person"),
    })),
  ];
  const rows = others.map((other) => h("tr", {}, h("th", { scope: "row" }, personLink(other)), numeric(number(other.events))));
  const label = `This person in the middle, ${counted(once.length, "group")} and ${counted(others.length, "person").replace("persons", "people")} of the same events around; the tables have the same`;
  return h(
    "div",
    { class: "pair" },
    drawNetwork({ label: name, kind: "person" }, around, label),
    others.length > 0
      ? table("People in the same events, the most events first", [head("Person"), head("Events in common", true)], rows)
      : aside("Nobody else is named in these events."),
  );
}

/**
 * @param {Snapshot} snapshot
 * @param {NominalAnswer} answer
 */
function events(snapshot, answer) {
  const said = shownWords("Rows", answer);
  return h(
    "section",
    { id: "list", tabindex: -1 },
    h("h2", {}, "Events"),
    h("p", { class: "shown" }, said),
    ...(answer.events.length > 0 ? [nominalEvents(snapshot, answer.events, said)] : []),
    h("nav", { class: "pages", "aria-label": "Pages of events" }, ...pageButtons(answer)),
  );
}
