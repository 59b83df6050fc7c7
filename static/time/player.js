/**
 * Plays time: step after step as drafts, which ask the server nothing, and one commit when it stops. It never starts by itself, stops
 * at the last month with that month shown, and pauses for any other input and when the page is hidden.
 *
 * @import {Course, Window} from "../types.js"
 */

import { h, setAttributes, svg } from "../base/dom.js";
import { windowText } from "../base/months.js";
import { beginning, SPEEDS, stepped } from "./moving.js";

const PLAY = "M4.500 2.800v10.400L13 8z";
const PAUSE = "M4 3h2.800v10H4zM9.200 3H12v10H9.200z";
const INPUTS = ["pointerdown", "keydown", "wheel", "click", "input"];
const STILL = "Your device asks for less motion, so each press plays one step.";
const NOTHING = "The window has nowhere to move to, so there is nothing to play.";

/**
 * @param {Window} limits
 * @param {{draft: (window: Window) => void, commit: () => void, current: () => Course, signal: AbortSignal}} moves
 */
export function makePlayer(limits, { draft, commit, current, signal }) {
  // A map and a list that change again and again by themselves are motion, even where nothing slides. Who asked for less
  // of it gets one step a press: every month is still reached, at a pace of their own.
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const path = svg("path", { fill: "currentColor" });
  const words = h("span");
  const icon = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, path);
  const button = h("button", { type: "button", class: "play" }, icon, words);
  let timer = 0; // Of the next step; 0 while nothing plays.

  const atEnd = () => current().window.last === limits.last;

  function advance() {
    const course = current();
    draft(atEnd() ? beginning(course, limits) : stepped(course, course.step, limits));
  }

  function goOn() {
    if (atEnd()) return pause();
    const { perSecond } = SPEEDS.find(({ id }) => id === current().speed) ?? { perSecond: 1 };
    timer = setTimeout(() => {
      advance();
      goOn();
    }, 1000 / perSecond);
    show();
  }

  function pause() {
    halt();
    commit();
  }

  function halt() {
    clearTimeout(timer);
    timer = 0;
    show();
  }

  function show() {
    const playing = timer !== 0;
    const stuck = !playing && atEnd() && windowText(beginning(current(), limits)) === windowText(current().window);
    const label = playing ? "Pause" : still.matches ? "Play one step" : "Play";
    const title = stuck ? NOTHING : still.matches ? STILL : "";
    if (words.textContent === label && button.title === title) return;
    words.textContent = label;
    setAttributes(button, { "aria-label": label }); // A narrow phone has room for the icon alone.
    setAttributes(path, { d: playing ? PAUSE : PLAY });
    button.disabled = stuck;
    button.title = title;
  }

  button.addEventListener("click", () => {
    if (timer !== 0) return pause();
    advance();
    if (still.matches) commit();
    else goOn();
  }, { signal });
  for (const input of INPUTS) {
    document.addEventListener(input, (event) => {
      const own = event.type !== "wheel" && event.target instanceof Node && button.contains(event.target);
      if (timer !== 0 && !own) pause();
    }, { capture: true, passive: true, signal });
  }
  document.addEventListener("visibilitychange", () => {
    if (timer !== 0 && document.hidden) pause();
  }, { signal });
  addEventListener("popstate", halt, { signal }); // Back has put another window in force already.
  still.addEventListener("change", show, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));

  return { button, show };
}
