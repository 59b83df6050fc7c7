/**
 * A button that names what is chosen, and the panel of choices that it opens beside itself.
 *
 * The panel is the browser's own popover: a click elsewhere and Escape close it, and the focus goes back to the button.
 */

import { h, svg } from "../base/dom.js";

const GAP_PX = 6; // Between button and panel.
const EDGE_PX = 8; // Between panel and the window's edge.
const WIDTH_PX = 330; // As in popover.css.

/**
 * @param {string} id
 * @param {string} name  Of what is chosen here, for those who hear the button.
 * @param {{content: Element[], opened?: () => void, signal: AbortSignal}} panel
 */
export function makePopover(id, name, { content, opened, signal }) {
  const words = h("span", { class: "opener-words" });
  const arrow = svg("svg", { viewBox: "0 0 16 16", width: 12, height: 12, "aria-hidden": "true" }, svg("path", { d: "M3 10l5-5 5 5", class: "stroke" }));
  const button = h("button", { type: "button", class: "opener", popovertarget: id }, h("span", { class: "for-readers" }, `${name}: `), words, arrow);
  const panel = h("div", { id, class: "time-panel", popover: "auto", role: "group", "aria-label": name }, ...content);
  const element = h("div", { class: `opener-frame ${id}` }, button, panel);
  panel.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    stand(panel, button.getBoundingClientRect());
    opened?.();
  }, { signal });
  element.addEventListener("keydown", (event) => {
    // It closes this panel, not an open place as well.
    if (event.key === "Escape" && panel.matches(":popover-open")) event.stopPropagation();
  }, { signal });
  return {
    element,
    /** @param {string} chosen */
    say(chosen) {
      if (words.textContent !== chosen) words.textContent = chosen;
    },
    close() {
      panel.hidePopover();
    },
  };
}

/**
 * Above the button or beneath it, where there is more room, and never over the edge.
 * @param {HTMLElement} panel
 * @param {DOMRect} button
 */
function stand(panel, { top, bottom, right }) {
  const beneath = innerHeight - bottom;
  const above = top > beneath;
  panel.style.right = `${Math.max(Math.min(innerWidth - right, innerWidth - WIDTH_PX - EDGE_PX), EDGE_PX)}px`;
  panel.style.bottom = above ? `${innerHeight - top + GAP_PX}px` : "auto";
  panel.style.top = above ? "auto" : `${bottom + GAP_PX}px`;
  panel.style.maxHeight = `${Math.max(top, beneath) - GAP_PX - EDGE_PX}px`;
}
