/** The keys of the map, listed behind a button and behind the key "?" while the map has the focus. */

import { h } from "../base/dom.js";

/** @type {[string, [string, string][]][]} */
const KEYS = [
  ["With the focus on the map", [
    ["Arrow keys", "move the map"],
    ["+ and −", "show less or more of it"],
    ["Enter", "opens the place at the crosshair"],
    ["Alt and an arrow key", "goes to the places on the map"],
  ]],
  ["With the focus on the places, one Tab further", [
    ["Arrow keys", "go to the next place that is drawn in that direction"],
    ["Page Down, Page Up", "go to the place with less or more harm"],
    ["Home, End", "go to the one with the most or the least"],
    ["Enter", "opens the place"],
    ["Escape", "goes back to the map"],
  ]],
  ["On both", [
    ["/", "finds a place by what you type"],
    ["?", "shows these keys"],
  ]],
  ["Anywhere", [["Escape", "closes the open place"]]],
];

const close = h("button", { type: "button", class: "keys-close" }, "Close");
const help = h(
  "dialog",
  { class: "keys-help", "aria-labelledby": "keys-title" },
  h("h2", { id: "keys-title", tabindex: -1, autofocus: true }, "Keys of the map"), // The button is below the fold of a phone.
  ...KEYS.map(([where, keys]) =>
    h(
      "table",
      {},
      h("caption", {}, where),
      h("tbody", {}, ...keys.map(([key, does]) => h("tr", {}, h("th", { scope: "row" }, key), h("td", {}, does)))),
    ),
  ),
  close,
);
close.addEventListener("click", () => help.close());
help.addEventListener("keydown", (event) => event.stopPropagation()); // Escape closes this and nothing beneath it.

/** Shows the keys until Escape or the button closes them; the focus goes back to where it was. */
export function openHelp() {
  if (!help.isConnected) document.body.append(help);
  if (!help.open) help.showModal();
}
