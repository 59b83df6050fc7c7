/**
 * A group: who is in it, what its harm is made of, where and when, who else its people are with, and its events.
 *
 * @import {Outline} from "../base/areamap.js"
 * @import {Snapshot} from "../types.js"
 * @import {GroupAnswer, Member} from "./types.js"
 * @import {Go} from "./steps.js"
 */

import { createApi } from "../api.js";
import { byId, h } from "../base/dom.js";
import { counted, date, number } from "../base/format.js";
import { query } from "../base/frame.js";
import { idHere } from "./addresses.js";
import { groupEvents } from "./eventrows.js";
import { groupMap } from "./groupmap.js";
import { byMeasure, byMonth } from "./groupsums.js";
import { drawFacts } from "./facts.js";
import { openPage } from "./opening.js";
import { scopeWords } from "./scope.js";
import { sharedPeople } from "./sharing.js";
import { startSteps } from "./steps.js";
import { head, pageButtons, shownWords, table } from "./tables.js";
import { windowChoice } from "./windowchoice.js";
import { lastDay, nameWords, personLink, priorityFlags, spanWords, stands } from "./words.js";

const ASKED = ["window", "measures", "sort", "page"];

const api = createApi();

await openPage(api, async (snapshot) => {
  const id = idHere("/groups/");
  // Names stay out of the title: histories and lists of tabs keep it.
  document.title = `Group ${id}`;
  await startSteps(async (signal, go) => {
    const [answer, outlines] = await Promise.all([api.group(id, query(ASKED), signal), api.outlines("sector")]);
    write(snapshot, answer, outlines, go);
  });
});

/**
 * @param {Snapshot} snapshot
 * @param {GroupAnswer} answer
 * @param {Outline[]} outlines
 * @param {Go} go
 */
function write(snapshot, answer, outlines, go) {
  const name = nameWords(answer.names.map((known) => known.name));
  byId("title").replaceChildren(name, h("span", { class: "id" }, [answer.kind, answer.id].filter(Boolean).join(" ")));
  byId("scope").textContent = `${scopeWords(snapshot, answer)} ${answer.agrees ? "The records add up to the figure of the map." : ""}`;
  byId("disagrees").textContent = answer.note ?? "";
  byId("disagrees").hidden = answer.agrees;
  byId("parts").replaceChildren(
    windowChoice(snapshot, answer.window.text, go),
    facts(answer, lastDay(snapshot)),
    h("div", { class: "pair" }, section("What the harm is made of", byMeasure(snapshot, answer)), section("Month by month", byMonth(snapshot, answer))),
    section("Where", groupMap(snapshot, answer, outlines)),
    section("Members", members(answer, lastDay(snapshot))),
    section("Other groups with the same people", sharedPeople(answer, name)),
    events(snapshot, answer),
  );
  byId("live").textContent = `${counted(answer.figure.count, "event")}, ${number(answer.figure.harm)} harm points.`;
}

/**
 * @param {GroupAnswer} answer
 * @param {string} day  Members are those of this one.
 */
function facts({ figure, members, shares }, day) {
  const now = new Set(members.filter((member) => member.counts && stands(member, day)).map(({ id }) => id)).size;
  const ever = new Set(members.map(({ id }) => id)).size;
  return drawFacts([
    { label: "Harm points", value: number(figure.harm) },
    { label: figure.count === 1 ? "Event" : "Events", value: number(figure.count) },
    { label: `Members on ${date(day)}`, value: number(now), beneath: `${number(ever)} people ever` },
    { label: "Groups with the same people", value: number(shares.length) },
  ]);
}

/**
 * @param {string} title
 * @param {...Element} parts
 */
function section(title, ...parts) {
  return h("section", {}, h("h2", {}, title), ...parts);
}

/**
 * @param {GroupAnswer} answer
 * @param {string} day
 */
function members({ members }, day) {
  if (members.length === 0) return h("p", { class: "aside" }, "The records name nobody in this group.");
  const heads = ["Person", "Role", "In the group", "Counts as a member", "Priority individual"].map((label) => head(label));
  const past = (/** @type {Member} */ member) => (stands(member, day) ? 0 : 1);
  const rows = [...members].sort((one, other) => past(one) - past(other)).map((member) => memberRow(member, past(member) > 0));
  return table("Members, those of the last day of the data first", heads, rows);
}

/**
 * @param {Member} member
 * @param {boolean} past
 */
function memberRow(member, past) {
  const { role, counts, priority } = member;
  return h(
    "tr",
    { class: past ? "is-past" : "" },
    h("th", { scope: "row" }, personLink(member)),
    h("td", {}, role || "none given"),
    h("td", {}, spanWords(member)),
    h("td", {}, counts ? "yes" : "no, by the role"),
    h("td", {}, ...(priority.length > 0 ? priorityFlags(priority) : ["no"])),
  );
}

/**
 * @param {Snapshot} snapshot
 * @param {GroupAnswer} answer
 */
function events(snapshot, answer) {
  const said = shownWords("Events", answer);
  const sort = new URLSearchParams(location.search).get("sort") ?? "-date";
  return h(
    "section",
    { id: "list", tabindex: -1 },
    h("h2", {}, "Events"),
    h("p", { class: "shown" }, said),
    ...(answer.events.length > 0 ? [groupEvents(snapshot, answer.events, sort, said)] : []),
    h("nav", { class: "pages", "aria-label": "Pages of events" }, ...pageButtons(answer)),
  );
}
