/**
 * The presets: windows that have a name. The button says which of them is in force, or how long the window is.
 *
 * @import {Window} from "../types.js"
 */

import { h, setAttributes } from "../base/dom.js";
import { windowText, windowWords } from "../base/months.js";
import { presets, windowName } from "./moving.js";
import { makePopover } from "./popover.js";

/**
 * @param {Window} limits
 * @param {{choose: (window: Window) => void, current: () => Window, signal: AbortSignal}} moves
 */
export function makePeriods(limits, { choose, current, signal }) {
  const rows = presets(limits, limits).map(({ id, label }) => {
    const months = h("span", { class: "preset-months" });
    const button = h("button", { type: "button", class: "preset", "data-preset": id }, h("span", {}, label), " ", months);
    button.addEventListener("click", () => {
      const found = presets(current(), limits).find((preset) => preset.id === id);
      if (!found || found.refused) return;
      popover.close();
      choose(found.window);
    }, { signal });
    return { button, months };
  });
  const content = [h("p", { class: "panel-title" }, "Go to"), ...rows.map(({ button }) => button)];
  const popover = makePopover("periods", "Period", { content, opened: write, signal });

  function write() {
    for (const [index, { window, refused }] of presets(current(), limits).entries()) {
      const row = rows[index];
      if (!row) continue;
      row.months.textContent = refused || windowWords(window);
      setAttributes(row.button, {
        // Not `disabled`: the reason must be reachable by keyboard too.
        "aria-disabled": refused ? "true" : undefined,
        title: refused || undefined,
        "aria-current": windowText(window) === windowText(current()) ? "true" : undefined,
      });
    }
  }

  return {
    element: popover.element,
    /** @param {Window} window */
    show(window) {
      popover.say(windowName(window, limits));
    },
  };
}
