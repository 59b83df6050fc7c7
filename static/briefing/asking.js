/**
 * What a briefing needs to know: the place in its window and in the one it is compared with, its hexagons, the outlines.
 *
 * @import {Api} from "../api.js"
 * @import {Outline} from "../base/areamap.js"
 * @import {HexagonsAnswer, Place, Sector, SectorsAnswer, Snapshot, State, Window} from "../types.js"
 */

import { Refused } from "../api.js";
import { extent, parseWindow, windowLength } from "../base/months.js";
import { nothingDelivered, readAddress } from "../state.js";

const YEAR = 12;

/**
 * @typedef {object} Answers
 * @property {Snapshot} snapshot
 * @property {State} state
 * @property {string[]} complaints  What was wrong with the address, in sentences.
 * @property {Place} now
 * @property {{window: Window, place: Place} | null} then  Null where there is nothing to compare with.
 * @property {Sector | undefined} ranked  The place in the ranked list.
 * @property {SectorsAnswer} areas  Of the place's level.
 * @property {HexagonsAnswer} hexagons  Of the place, or of the sector that a hexagon is in.
 * @property {Outline[]} outlines  Of the areas of the place's level.
 */

/**
 * Every answer that a briefing is made of.
 * @param {Api} api
 * @param {string} search  Of the address.
 * @returns {Promise<Answers>}
 */
export async function askAll(api, search) {
  const snapshot = await api.snapshot();
  const { state: read, complaints } = readAddress(search, snapshot);
  const wanted = { ...read, whatif: {}, baseline: null }; // The baseline is asked for as a window of its own.
  const { place } = wanted;
  if (!place) throw new Refused("The address names no place. Open a place on the map and choose “Print a briefing” there.");
  const signal = new AbortController().signal; // Nothing overtakes a page that asks once.
  const now = await api.place(place, wanted, signal);
  const state = { ...wanted, level: now.level ?? "sector" };
  const baseline = baselineOf(new URLSearchParams(search).get("baseline"), state, snapshot);
  const around = now.kind === "sector" ? now.id : (now.sector?.id ?? "force:force");
  const [then, areas, hexagons, outlines] = await Promise.all([
    baseline ? api.place(place, { ...state, window: baseline }, signal) : null,
    api.sectors(state, signal),
    api.hexagons(around, state, signal),
    api.outlines(state.level),
  ]);
  const ranked = areas.sectors.find((area) => area.place === now.id);
  return { snapshot, state, complaints, now, then: then && baseline ? { window: baseline, place: then } : null, ranked, areas, hexagons, outlines };
}

/**
 * What a window is compared with: what the address says, else the same months a year before, else the months before it.
 * @param {string | null} text
 * @param {State} state
 * @param {Snapshot} snapshot
 * @returns {Window | null}
 */
export function baselineOf(text, state, snapshot) {
  const { first, last } = state.window;
  const length = windowLength(state.window);
  const limits = extent(snapshot.months);
  const back = (/** @type {number} */ months) => ({ first: first - months, last: last - months });
  const given = text === null ? null : parseWindow(text);
  const wanted = given ? [given] : length > YEAR ? [back(length)] : [back(YEAR), back(length)];
  const usable = (/** @type {Window} */ window) =>
    window.first >= limits.first && window.last <= limits.last && !nothingDelivered({ ...state, window }, snapshot);
  return wanted.find(usable) ?? null;
}
