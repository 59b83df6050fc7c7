/**
 * What lies on the map while two windows share it: the divider of the swipe with a label on either side, or the button that
 * switches between the two. Both say which months are where.
 *
 * @import {State, View} from "../types.js"
 */

import { byId, h, setAttributes, svg } from "../base/dom.js";
import { shortWindowWords } from "../base/months.js";
import { comparedWith } from "./periods.js";

const KEY = "b";
/** Percent that a key moves the divider by. */
const STEPS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -100, End: 100,
});

/** @param {(patch: Partial<Pick<State, "showing" | "split">>) => void} noted */
export function mountOnMap(noted) {
  const grip = svg("svg", { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" }, svg("path", { d: "M9 7l-5 5 5 5M15 7l5 5-5 5", class: "stroke" }));
  const divider = h("div", {
    class: "divider", role: "slider", tabindex: 0, "aria-label": "Divider between baseline and window", "aria-orientation": "horizontal",
    "aria-valuemin": 0, "aria-valuemax": 100,
  }, h("span", { class: "divider-grip" }, grip));
  const [then, now] = [h("p", { class: "swipe-label is-baseline" }), h("p", { class: "swipe-label is-window" })];
  const swipe = h("div", { class: "swipe", hidden: true }, then, now, divider);
  const shown = h("span", { class: "toggle-shown" });
  const button = h("button", { type: "button", "aria-keyshortcuts": "B", title: "Key B, while the map has the focus" });
  const toggle = h("div", { class: "toggle", hidden: true }, shown, button);
  const frame = /** @type {HTMLElement} */ (byId("map").parentElement);
  const stop = new AbortController();
  const { signal } = stop;
  let split = 50;
  /** @type {State["showing"]} */
  let showing = "window";
  frame.append(swipe, toggle);

  const move = (/** @type {number} */ to) => {
    const next = Math.round(Math.min(100, Math.max(0, to)));
    if (next !== split) noted({ split: next });
  };
  const change = () => noted({ showing: showing === "window" ? "baseline" : "window" });
  divider.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(split + step);
  }, { signal });
  divider.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    divider.setPointerCapture(event.pointerId);
    divider.focus({ preventScroll: true });
    event.preventDefault();
  }, { signal });
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const { left, width } = frame.getBoundingClientRect();
    move((100 * (event.clientX - left)) / width);
  }, { signal });
  button.addEventListener("click", change, { signal });
  byId("map").addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!toggle.hidden && plain && event.key.toLowerCase() === KEY) change();
  }, { signal });

  return {
    /**
     * Also while a slider is being dragged.
     * @param {Pick<View, "snapshot" | "state">} view
     */
    follow({ snapshot, state }) {
      const baseline = comparedWith(snapshot, state);
      ({ split, showing } = state);
      swipe.hidden = !baseline || state.compare !== "swipe";
      toggle.hidden = !baseline || state.compare !== "toggle";
      if (!baseline) return;
      const [before, after] = [`Baseline: ${shortWindowWords(baseline)}`, `Window: ${shortWindowWords(state.window)}`];
      then.textContent = before;
      now.textContent = after;
      swipe.style.setProperty("--split", `${split}%`);
      setAttributes(divider, { "aria-valuenow": split, "aria-valuetext": `${split}% baseline on the left, ${100 - split}% window on the right` });
      shown.textContent = showing === "baseline" ? before : after;
      button.textContent = showing === "baseline" ? "Show the window" : "Show the baseline";
    },
    unmount() {
      stop.abort();
      swipe.remove();
      toggle.remove();
    },
  };
}
