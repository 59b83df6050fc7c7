/**
 * Going from place to place by keyboard: a listbox that lies over the map, unseen but for the ring of its focus, and holds the
 * one place that is pointed at. The map shows where that is; the option says its name, the live region its figures.
 *
 * @import {Map as MapLibre, PaddingOptions, Point} from "maplibre-gl"
 * @import {MapEvents} from "./map.js"
 * @import {Hexagons} from "./hexagons.js"
 * @import {Label} from "./labels.js"
 * @import {Direction, Spot} from "./spots.js"
 * @import {Hit} from "./tooltip.js"
 * @import {View} from "../types.js"
 */

import { h } from "../base/dom.js";
import { hasHexagons } from "../base/figures.js";
import { number } from "../base/format.js";
import { drawnFromSeries } from "./hexagons.js";
import { openHelp } from "./help.js";
import { byHarm, nearestSpot, nextSpot } from "./spots.js";
import { lines } from "./tooltip.js";

const NAME = "Places on the map. Arrow keys go to the next one, Page Down to the one with less harm, Enter opens it.";
const HINT = "Arrow keys go from place to place, Enter opens, ? lists all keys";
const END = "No place further that way.";
const NONE = "No place with harm is drawn here. Escape goes back to the map, minus shows more of it.";
/** @type {Record<string, Direction>} */
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

/**
 * What the map draws now.
 * @typedef {object} Ground
 * @property {() => View} view
 * @property {Hexagons} hexagons
 * @property {() => Label[]} labels  Of the areas.
 * @property {(point: Point) => Hit | null} hitAt
 * @property {() => PaddingOptions} covered  By what lies on the map.
 */

/**
 * @param {MapLibre} map
 * @param {MapEvents} events
 * @param {Ground} ground
 * @param {AbortSignal} signal
 */
export function mountWalk(map, events, ground, signal) {
  const canvas = map.getCanvas();
  const options = h("div", { class: "for-readers" });
  const list = h("div", { class: "walk", role: "listbox", tabindex: 0, "aria-label": NAME }, options, h("p", { class: "walk-hint", "aria-hidden": "true" }, HINT));
  map.getContainer().after(list);
  /** @type {Spot | null} */
  let now = null;
  let steps = 0;
  let opened = false; // A place was opened from here, so the focus comes back to here.

  /** @returns {Spot[]} */
  function spots() {
    const view = ground.view();
    if (!hasHexagons(view.state, view.classes)) return areaSpots(view, ground.labels());
    return drawnFromSeries(view) ? ground.hexagons.spots() : tileSpots(map);
  }

  /** @param {Spot | null} spot */
  function go(spot) {
    if (!spot) return;
    now = spot;
    steps += 1;
    if (bring(spot)) whenDrawn(() => now === spot && tell(spot));
    else tell(spot);
  }

  /** @param {Spot} spot */
  function tell(spot) {
    const point = map.project(spot);
    const hit = ground.hitAt(point);
    if (!hit || document.activeElement !== list) return;
    const [name = "", ...figures] = lines(hit, ground.view());
    const id = `walk-${steps}`; // Another one for each step, or a screen reader would not read it.
    const order = byHarm(spots());
    const place = order.findIndex((other) => other.id === spot.id) + 1;
    const among = place > 0 && { "aria-posinset": place, "aria-setsize": order.length };
    options.replaceChildren(h("div", { role: "option", id, "aria-selected": "true", ...among }, name));
    list.setAttribute("aria-activedescendant", id);
    const standing = place > 0 ? [`number ${number(place)} of ${number(order.length)} drawn here`] : [];
    events.pointed(hit, point, false);
    events.said([...figures, ...standing].join(", "));
  }

  /**
   * Moves the map where the place would be out of view or covered; whether it did.
   * @param {Spot} spot
   */
  function bring(spot) {
    const { x, y } = map.project(spot);
    const { clientWidth, clientHeight } = canvas;
    const { left = 0, right = 0, top = 0, bottom = 0 } = ground.covered();
    if (x >= left && x <= clientWidth - right && y >= top && y <= clientHeight - bottom) return false;
    map.jumpTo({ center: spot });
    return true;
  }

  /** @param {() => void} then */
  function whenDrawn(then) {
    map.once("idle", () => (ground.hexagons.loading() ? whenDrawn(then) : then()));
    map.triggerRepaint();
  }

  /**
   * At once, or when what is in view has come: until then coarser hexagons may stand in for those that are going to be there.
   * @param {() => void} then
   */
  function whenThere(then) {
    if (ground.hexagons.loading()) whenDrawn(then);
    else then();
  }

  /** Goes to the place that is open or was pointed at last, else to the one nearest to the middle. */
  function start() {
    const drawn = spots();
    const open = ground.view().state.place;
    const there = drawn.find(({ id }) => id === now?.id) ?? drawn.find(({ id }) => id === open);
    const spot = there ?? nearestSpot(drawn, now && map.getBounds().contains(now) ? now : map.getCenter());
    if (spot) go(spot);
    else events.said(NONE);
  }

  /** @param {number} by */
  function zoom(by) {
    map.zoomTo(map.getZoom() + by, { around: now ?? undefined, duration: 0 });
    whenDrawn(() => document.activeElement === list && go(nearestSpot(spots(), now ?? map.getCenter())));
  }

  /** @param {Direction} direction */
  function step(direction) {
    const next = now && nextSpot(spots(), now, direction);
    if (next) go(next);
    else if (now) events.said(END);
    else start();
  }

  /** @param {(at: number, last: number) => number} choose  The position in the order of harm. */
  function stand(choose) {
    const order = byHarm(spots());
    const at = order.findIndex(({ id }) => id === now?.id);
    go(order[Math.min(order.length - 1, Math.max(0, choose(at, order.length - 1)))] ?? null);
  }

  function open() {
    const hit = now && ground.hitAt(map.project(now));
    if (!hit) return;
    opened = true;
    events.picked(hit);
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    PageDown: () => stand((at) => at + 1),
    PageUp: () => stand((at) => at - 1),
    Home: () => stand(() => 0),
    End: () => stand((_, last) => last),
    Enter: open,
    " ": open,
    Escape: () => canvas.focus(),
    "+": () => zoom(1),
    "=": () => zoom(1),
    "-": () => zoom(-1),
    "/": () => events.search(),
    "?": openHelp,
  };

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const direction = ARROWS[event.key];
    const does = direction ? () => step(direction) : keys[event.key];
    if (!does || event.ctrlKey || event.metaKey || (event.altKey && !direction)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "/" || event.key === "?") does();
    else whenThere(does);
  }

  list.addEventListener("keydown", pressed, { signal });
  list.addEventListener("focus", () => {
    opened = false;
    whenThere(start);
  }, { signal });
  list.addEventListener("blur", () => events.pointed(null, { x: 0, y: 0 }, false), { signal });
  canvas.addEventListener("focus", () => (opened = false), { signal });
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey && ARROWS[event.key]) {
      list.focus();
      pressed(event);
    } else if (event.key === "/" || event.key === "?") pressed(event);
  }, { signal });
  signal.addEventListener("abort", () => list.remove());

  return {
    /** To where a place was opened from. */
    focus: () => (opened ? list : canvas).focus(),
  };
}

/**
 * @param {View} view
 * @param {Label[]} labels
 * @returns {Spot[]}
 */
function areaSpots({ answer }, labels) {
  const harm = new Map(answer?.sectors.map((sector) => [sector.place, sector.harm]));
  return labels.map(({ id, point: [lng, lat] }) => ({ id, lng, lat, harm: harm.get(id) ?? 0 }));
}

/**
 * Hexagons that come from vector tiles, as those of a what-if do.
 * @param {MapLibre} map
 * @returns {Spot[]}
 */
function tileSpots(map) {
  return map.queryRenderedFeatures({ layers: ["hex-fill"] }).flatMap(({ geometry, properties }) => {
    /** @type {number[][]} */
    const ring = geometry.type === "Polygon" ? (geometry.coordinates[0] ?? []).slice(1) : [];
    const mean = (/** @type {number} */ axis) => ring.reduce((sum, corner) => sum + (corner[axis] ?? 0), 0) / ring.length;
    return ring.length > 0 ? [{ id: String(properties.h3), lng: mean(0), lat: mean(1), harm: Number(properties.harm) }] : [];
  });
}
