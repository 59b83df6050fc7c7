/**
 * How time moves: mode, size of a step, speed of playing.
 *
 * @import {Course, Mode, Speed} from "../types.js"
 */

import { h } from "../base/dom.js";
import { counted } from "../base/format.js";
import { MODES, SPEEDS, STEPS } from "./moving.js";
import { makePopover } from "./popover.js";

/**
 * @param {{mode: (mode: Mode) => void, step: (step: number) => void, speed: (speed: Speed) => void}} chosen
 * @param {AbortSignal} signal
 */
export function makeWays(chosen, signal) {
  const mode = radios("mode", MODES.map(({ id, label, meaning }) => ({ value: id, label, meaning })), chosen.mode, signal);
  const steps = STEPS.map((months) => ({ value: months, label: counted(months, "month") }));
  const step = radios("step", steps, chosen.step, signal);
  const speed = radios("speed", SPEEDS.map(({ id, label }) => ({ value: id, label })), chosen.speed, signal);
  const content = [
    h("fieldset", { class: "modes" }, h("legend", { class: "panel-title" }, "How time moves"), ...mode.labels),
    h("fieldset", {}, h("legend", { class: "panel-title" }, "Step"), h("div", { class: "choices" }, ...step.labels)),
    h("fieldset", {}, h("legend", { class: "panel-title" }, "Speed of play"), h("div", { class: "choices" }, ...speed.labels)),
  ];
  const popover = makePopover("ways", "How time moves", { content, signal });

  return {
    element: popover.element,
    /** @param {Course} course */
    show(course) {
      mode.show(course.mode);
      step.show(course.step);
      speed.show(course.speed);
      popover.say(MODES.find(({ id }) => id === course.mode)?.label ?? "");
    },
  };
}

/**
 * One of a few; with meanings a list of rows, without a control of segments.
 * @template {string | number} Value
 * @param {string} name
 * @param {{value: Value, label: string, meaning?: string}[]} options
 * @param {(value: Value) => void} chosen
 * @param {AbortSignal} signal
 */
function radios(name, options, chosen, signal) {
  const made = options.map(({ value, label, meaning }) => {
    const input = h("input", { type: "radio", name: `time-${name}`, value });
    input.addEventListener("change", () => chosen(value), { signal });
    const words = h("span", {}, label, ...(meaning ? [h("span", { class: "mode-meaning" }, meaning)] : []));
    return { value, input, label: h("label", { class: meaning ? "mode" : "choice" }, input, words) };
  });
  return {
    labels: made.map(({ label }) => label),
    /** @param {Value} value */
    show(value) {
      for (const each of made) each.input.checked = each.value === value;
    },
  };
}
