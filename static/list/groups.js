/**
 * The list of organised crime groups: what is linked to each, and why the groups together have more than there is.
 *
 * @import {Amount, GroupsAnswer, View} from "../types.js"
 */

import { byId, h } from "../base/dom.js";
import { counted, monthList, number } from "../base/format.js";
import { windowText, windowWords } from "../base/months.js";

export function mountGroups() {
  const root = byId("groups");
  return {
    /**
     * @param {View} view
     * @param {GroupsAnswer} answer
     */
    show(view, answer) {
      root.replaceChildren(...lookUp(view), table(view, answer));
    },
    /** @param {View} view */
    refuse({ missing }) {
      const words = missing.length > 0 ? `No data was delivered for ${monthList(missing)}.` : "The groups could not be loaded.";
      root.replaceChildren(h("p", { class: "no-data" }, words));
    },
    close() {
      root.replaceChildren();
    },
  };
}

/**
 * The ways to the pages of groups and people, where records are shown.
 * @param {View} view
 */
function lookUp({ snapshot, state }) {
  if (!snapshot.records) return [];
  const window = `?window=${windowText(state.window)}`;
  return [h("p", { class: "look-up" }, "Look up ", h("a", { href: `/groups${window}` }, "groups by name"), " or ", h("a", { href: `/nominals${window}` }, "people"))];
}

/**
 * @param {View} view
 * @param {GroupsAnswer} answer
 */
function table(view, { groups, linked, note }) {
  const { snapshot, state } = view;
  const sum = groups.reduce((all, group) => ({ ...all, count: all.count + group.count, harm: all.harm + group.harm }), {
    count: 0,
    people: 0,
    harm: 0,
  });
  const highest = Math.max(...groups.map(({ harm }) => harm), 1e-9);
  return h(
    "table",
    { class: "ranking groups-table" },
    h(
      "caption",
      {},
      h("span", { class: "caption-title" }, "Groups by linked harm"),
      h("span", { class: "caption-scope" }, `Every linked event whatever its measures, by the published weights, ${windowWords(state.window)}. ${note}`),
    ),
    h("thead", {}, h("tr", {}, ...["Group", "Kind"].map((label) => h("th", { scope: "col" }, label)), ...["Harm", "Events"].map(numericHead))),
    h("tbody", {}, ...groups.map((group) => row(group, group.harm / highest, snapshot.records ? groupAddress(group.id, state) : null))),
    h(
      "tfoot",
      {},
      total(`Sum over ${counted(groups.length, "group")}`, sum),
      total("Linked events, each once", linked),
    ),
  );
}

/** @param {string} label */
function numericHead(label) {
  return h("th", { scope: "col", class: "numeric" }, label);
}

/**
 * @param {GroupsAnswer["groups"][number]} group
 * @param {number} part  Of the highest group's harm, 0 to 1.
 * @param {string | null} address  Of its page.
 */
function row({ id, kind, harm, count }, part, address) {
  const bar = h("span", { class: "harm-bar", "aria-hidden": "true" });
  bar.style.width = `${(100 * part).toFixed(2)}%`;
  return h("tr", {}, h("th", { scope: "row" }, address ? h("a", { href: address }, id) : id, bar), h("td", {}, kind), ...figures({ harm, count }));
}

/**
 * Without the measures: this list has every linked event whatever its measures, and so has the page then.
 * @param {string} id
 * @param {View["state"]} state
 */
function groupAddress(id, { window }) {
  return `/groups/${encodeURIComponent(id)}?window=${windowText(window)}`;
}

/**
 * @param {string} label
 * @param {Amount} amount
 */
function total(label, amount) {
  return h("tr", { "data-total": label }, h("th", { scope: "row", colspan: 2 }, label), ...figures(amount));
}

/** @param {{harm: number, count: number}} amount */
function figures({ harm, count }) {
  return [h("td", { class: "numeric" }, number(harm)), h("td", { class: "numeric" }, number(count))];
}
