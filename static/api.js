/**
 * The only file that asks the server anything (vector tiles apart, which the map library fetches by the addresses made here).
 *
 * Answers are kept: a published snapshot never changes, so the same question has the same answer.
 *
 * @import {Outline} from "./base/areamap.js"
 * @import {ActiveGroup, Classes, EventsAnswer, GroupsAnswer, HexagonsAnswer, MonthsOfAreas, Place, Reports, SearchAnswer, SectorsAnswer, Snapshot, State} from "./types.js"
 * @import {LoadsAnswer, RejectsAnswer, SnapshotContents, SnapshotsAnswer} from "./types.js"
 * @import {GroupAnswer, GroupNamesAnswer, NominalAnswer, NominalsAnswer} from "./people/types.js"
 */

import { measuresText, themeOf } from "./base/measures.js";
import { comparedWith } from "./compare/periods.js";
import { windowText } from "./base/months.js";
import { whatifText } from "./base/multipliers.js";

const KEPT = 60;
const FORCE = "force:force"; // The place of the whole force; every snapshot has it.

/** A question that got no answer, in sentences that a person can act on. */
export class Refused extends Error {}

/** @typedef {ReturnType<typeof createApi>} Api */

/** Asks for the snapshot, the ranked areas, the classes, the groups and one place. */
export function createApi() {
  /** @type {Snapshot | null} */
  let published = null;
  /** @type {Map<string, unknown>} */
  const kept = new Map();

  /**
   * @param {string} address
   * @param {AbortSignal} [signal]
   */
  async function ask(address, signal) {
    if (kept.has(address)) return kept.get(address);
    const answer = await fetchJson(address, signal);
    kept.set(address, answer);
    const oldest = kept.keys().next();
    if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value);
    return answer;
  }

  /** @param {State} state */
  const asked = (state) => questionText(/** @type {Snapshot} */ (published), state);

  return {
    /** @returns {Promise<Snapshot>} */
    async snapshot() {
      published = /** @type {Snapshot} */ (await fetchJson("/api/snapshot"));
      return published;
    },

    /**
     * @param {State} state
     * @param {AbortSignal} signal
     */
    sectors: async (state, signal) =>
      /** @type {SectorsAnswer} */ (await ask(`/api/sectors?${levelText(state)}${asked(state)}`, signal)),

    /**
     * Of harm while windows are compared, as their changes are.
     * @param {State} state
     * @param {AbortSignal} signal
     */
    async classes(state, signal) {
      const { figure } = state;
      const other = figure === "harm" || comparedWith(/** @type {Snapshot} */ (published), state) ? "" : `figure=${figure}&`;
      return /** @type {Classes} */ (await ask(`/api/classes?${other}${asked(state)}`, signal));
    },

    /**
     * The open place with every month, whatever the window; where there is none, or none that is known, the whole force.
     * @param {State} state
     * @param {AbortSignal} signal
     */
    async series(state, signal) {
      const rest = answered(/** @type {Snapshot} */ (published), state);
      const series = async (/** @type {string} */ id) =>
        /** @type {Place} */ (await ask(`/api/places/${id}?${rest}`.replace(/[?&]$/, ""), signal));
      if (state.place === null) return series(FORCE);
      return series(encodeURIComponent(state.place)).catch((reason) => {
        if (reason instanceof Refused) return series(FORCE); // The place's panel says what is wrong with it.
        throw reason;
      });
    },

    /**
     * Every month of the areas; null where there is none to be had: a what-if.
     * @param {State} state
     * @param {AbortSignal} signal
     */
    async months(state, signal) {
      if (whatifText(state.whatif)) return null;
      const address = `/api/series?${levelText(state)}${answered(/** @type {Snapshot} */ (published), state)}`.replace(/[?&]$/, "");
      return /** @type {MonthsOfAreas} */ (await ask(address, signal));
    },

    /**
     * The outlines of the areas of a level, for small maps.
     * @param {string} level
     * @returns {Promise<Outline[]>}
     */
    async outlines(level) {
      const address = level === "sector" ? "/api/outlines" : `/api/outlines?level=${encodeURIComponent(level)}`;
      return /** @type {{features: Outline[]}} */ (await ask(address)).features;
    },

    /**
     * The hexagons of an area by harm, with their outlines. No what-if: that has no hexagons of its own here.
     * @param {string} place
     * @param {State} state
     * @param {AbortSignal} signal
     */
    hexagons: async (place, state, signal) =>
      /** @type {HexagonsAnswer} */ (
        await ask(`/api/hexagons?place=${encodeURIComponent(place)}&${questionText(/** @type {Snapshot} */ (published), { ...state, whatif: {}, baseline: null })}`, signal)
      ),

    /**
     * The groups and all that is linked to them in the window, whatever measures are chosen.
     * @param {State} state
     * @param {AbortSignal} signal
     */
    groups: async (state, signal) =>
      /** @type {GroupsAnswer} */ (await ask(`/api/groups?window=${windowText(state.window)}`, signal)),

    /**
     * What a typed text can mean.
     * @param {string} text
     * @param {AbortSignal} signal
     */
    find: async (text, signal) => /** @type {SearchAnswer} */ (await ask(`/api/search?query=${encodeURIComponent(text)}`, signal)),

    /**
     * The groups whose events a place's figure counts; never kept, as they are named.
     * @param {string} place
     * @param {State} state
     * @param {AbortSignal} signal
     */
    async activeGroups(place, state, signal) {
      const rest = questionText(/** @type {Snapshot} */ (published), { ...state, whatif: {}, baseline: null });
      const answer = await fetchJson(`/api/active-groups?place=${encodeURIComponent(place)}&${rest}`, signal);
      return /** @type {{groups: ActiveGroup[]}} */ (answer).groups;
    },

    /**
     * The records behind a figure, never kept: they may change, and they name people.
     * @param {string} query  Of an address.
     * @param {AbortSignal} signal
     */
    events: async (query, signal) => /** @type {EventsAnswer} */ (await fetchJson(`/api/events${query}`, signal)),

    /**
     * What was loaded, rejected and done beside, never kept: it changes with every load.
     * @param {string} query  Of an address.
     * @param {AbortSignal} signal
     */
    loads: async (query, signal) => /** @type {LoadsAnswer} */ (await fetchJson(`/api/loads${query}`, signal)),

    /**
     * @param {string} query  Of an address.
     * @param {AbortSignal} signal
     */
    rejects: async (query, signal) => /** @type {RejectsAnswer} */ (await fetchJson(`/api/rejects${query}`, signal)),

    /** @param {AbortSignal} signal */
    snapshots: async (signal) => /** @type {SnapshotsAnswer} */ (await fetchJson("/api/snapshots", signal)),

    /**
     * @param {string} version  Or "current".
     * @param {AbortSignal} signal
     */
    contents: async (version, signal) =>
      /** @type {SnapshotContents} */ (await ask(`/api/snapshots/${encodeURIComponent(version)}`, signal)),

    /**
     * Groups by name; neither these nor the three after them are kept, as they name people.
     * @param {string} query
     * @param {AbortSignal} signal
     */
    groupNames: async (query, signal) => /** @type {GroupNamesAnswer} */ (await fetchJson(`/api/group-names${query}`, signal)),

    /**
     * @param {string} id
     * @param {string} query
     * @param {AbortSignal} signal
     */
    group: async (id, query, signal) =>
      /** @type {GroupAnswer} */ (await fetchJson(`/api/groups/${encodeURIComponent(id)}${query}`, signal)),

    /**
     * @param {string} query
     * @param {AbortSignal} signal
     */
    nominals: async (query, signal) => /** @type {NominalsAnswer} */ (await fetchJson(`/api/nominals${query}`, signal)),

    /**
     * @param {string} id
     * @param {string} query
     * @param {AbortSignal} signal
     */
    nominal: async (id, query, signal) =>
      /** @type {NominalAnswer} */ (await fetchJson(`/api/nominals/${encodeURIComponent(id)}${query}`, signal)),

    /**
     * The reports of a kind in all months, from the records.
     * @param {string} kind
     * @returns {Promise<Reports>}
     */
    reports: async (kind) => /** @type {Reports} */ (await fetchJson(`/api/context?kind=${encodeURIComponent(kind)}`)),

    /**
     * @param {string} id
     * @param {string} window
     * @param {AbortSignal} signal
     */
    placeIn: async (id, window, signal) =>
      /** @type {Place} */ (await ask(`/api/places/${encodeURIComponent(id)}?window=${window}`, signal)),

    /**
     * @param {string} id
     * @param {State} state
     * @param {AbortSignal} signal
     */
    place: async (id, state, signal) =>
      /** @type {Place} */ (await ask(`/api/places/${encodeURIComponent(id)}?${asked(state)}`, signal)),
  };
}

/**
 * Address of a layer's tiles for the map library; {z}, {x} and {y} are its to fill.
 * @param {Snapshot} snapshot
 * @param {string} layer
 * @param {State} state
 */
export function tileAddress(snapshot, layer, state) {
  return `${location.origin}/tiles/${snapshot.snapshot}/${layer}/{z}/{x}/{y}.mvt?${questionText(snapshot, state)}`;
}

/**
 * Addresses of the series tiles that have what a state asks for, whatever its window; null where there are none: a what-if.
 * @param {Snapshot} snapshot
 * @param {State} state
 * @returns {((tile: {z: number, x: number, y: number}) => string) | null}
 */
export function seriesAddress(snapshot, state) {
  if (whatifText(state.whatif)) return null;
  const theme = themeOf(snapshot.recipe.themes, state.measures)?.id ?? [...state.measures].sort().join(",");
  const once = state.count === "once" ? "?count=once" : "";
  return ({ z, x, y }) => `/series/${snapshot.snapshot}/${encodeURI(theme)}/${z}/${x}/${y}.bin${once}`;
}

/**
 * The bytes of a tile; none where nothing touches it.
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<ArrayBuffer | null>}
 */
export async function fetchTile(address, signal) {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Refused(await refusal(response));
  return response.status === 204 ? null : response.arrayBuffer();
}

/**
 * Some bytes of a file; fewer where it ends.
 * @param {string} address
 * @param {number} from
 * @param {number} length
 * @param {AbortSignal} signal
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchRange(address, from, length, signal) {
  const response = await fetch(address, { signal, headers: { Range: `bytes=${from}-${from + length - 1}` } });
  if (response.status === 206) return response.arrayBuffer();
  throw new Refused(response.ok ? "The server sent a whole file where a part was asked for." : await refusal(response));
}

/**
 * The state as parameters: sorted and without defaults, so that one question has one spelling and one cache entry.
 * @param {Snapshot} snapshot
 * @param {State} state
 */
export function questionText(snapshot, state) {
  const baseline = comparedWith(snapshot, state);
  return `${baseline ? `baseline=${windowText(baseline)}&` : ""}${answered(snapshot, state)}window=${windowText(state.window)}`;
}

/**
 * What is asked for without the time of it.
 * @param {Snapshot} snapshot
 * @param {State} state
 */
function answered(snapshot, state) {
  const measures = measuresText(snapshot, state.measures);
  const whatif = whatifText(state.whatif);
  const once = state.count === "once" ? "count=once&" : "";
  return `${once}${measures ? `measures=${measures}&` : ""}${whatif ? `whatif=${whatif}&` : ""}`;
}

/**
 * The address of the records behind a place's figure.
 * @param {Snapshot} snapshot
 * @param {State} state
 * @param {string} place
 */
export function recordsAddress(snapshot, state, place) {
  return `/records?place=${encodeURIComponent(place)}&${questionText(snapshot, { ...state, whatif: {}, baseline: null })}`;
}

/**
 * The address of the briefing of a place.
 * @param {Snapshot} snapshot
 * @param {State} state
 * @param {string} place
 */
export function briefingAddress(snapshot, state, place) {
  return `/briefing?place=${encodeURIComponent(place)}&${questionText(snapshot, { ...state, whatif: {} })}`;
}

/** @param {State} state */
function levelText({ level }) {
  return level === "sector" ? "" : `level=${level}&`;
}

/**
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<unknown>}
 */
async function fetchJson(address, signal) {
  const response = await fetch(address, { signal, headers: { Accept: "application/json" } }).catch((reason) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new Refused("The server cannot be reached. Check that harmgrid is running, then load this page again.");
  });
  if (response.ok) return response.json();
  throw new Refused(await refusal(response));
}

/**
 * The server's error as sentences: what came, what was expected, what to do.
 * @param {Response} response
 */
async function refusal(response) {
  const body = await response.json().catch(() => null);
  const error = body?.error;
  if (!error) return `The server answered with status ${response.status} and no explanation. Load this page again.`;
  return `The server could not answer ${error.came}. It expected ${error.expected}. What to do: ${error.do}.`;
}
