/**
 * Copy link, Save picture, Print: one small toolbar, on the map and on a briefing.
 *
 * @import {Saving} from "./picture.js"
 */

import { byId, h, svg } from "../base/dom.js";
import { savePicture } from "./picture.js";

const DONE_MS = 2500;

/** @type {Record<string, string>} */
const ICONS = {
  copy: "M6.5 9.5l3-3M7.2 4.8l1.3-1.3a2.8 2.8 0 0 1 4 4L11.2 8.8M8.8 11.2l-1.3 1.3a2.8 2.8 0 0 1-4-4L4.8 7.2",
  save: "M8 2.5v7.5M4.8 7.2 8 10.2l3.2-3M2.5 12.5v1h11v-1",
  print: "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z",
};

/**
 * Mounts the toolbar; without a picture there is no button for it.
 * @param {{picture?: () => Saving | null}} of
 */
export function mountShare({ picture }) {
  const root = byId("share");
  const copy = button("copy", "Copy link");
  const save = button("save", "Save picture");
  const print = button("print", "Print");
  const address = h("input", { type: "text", class: "share-address", readonly: true, "aria-label": "Address of what this page shows", hidden: true });
  root.append(copy.button, ...(picture ? [save.button] : []), print.button, address);

  copy.button.addEventListener("click", () => copyAddress(address).then((said) => done(copy, said)));
  address.addEventListener("blur", () => { address.hidden = true; });
  print.button.addEventListener("click", () => window.print());
  save.button.addEventListener("click", async () => {
    const saving = picture?.() ?? null;
    done(save, saving ? await savePicture(saving).then(() => "Saved") : "There is no map to save");
  });
}

/**
 * Copies the address of the page; where the browser does not let it, shows it selected, to be copied by hand.
 * @param {HTMLInputElement} address
 */
async function copyAddress(address) {
  try {
    await navigator.clipboard.writeText(location.href);
    return "Copied";
  } catch {
    address.value = location.href;
    address.hidden = false;
    address.focus();
    address.select();
    return "Press Ctrl and C to copy";
  }
}

/** @typedef {ReturnType<typeof button>} Button */

/**
 * @param {string} icon
 * @param {string} label
 */
function button(icon, label) {
  const drawing = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: ICONS[icon], class: "stroke" }));
  const words = h("span", { class: "share-words" }, label);
  return { label, words, button: h("button", { type: "button", class: "share-button", "data-share": icon, title: label }, drawing, words) };
}

/**
 * Says what has been done, on the button for a moment and to a screen reader.
 * @param {Button} pressed
 * @param {string} said
 */
function done({ label, words }, said) {
  byId("live").textContent = `${said}.`;
  words.textContent = said;
  setTimeout(() => { words.textContent = label; }, DONE_MS);
}
