/**
 * Joins the parts: every change of the state runs through here, and every part draws from the same answers.
 *
 * @import {Api} from "./api.js"
 * @import {MapEvents, MountedMap} from "./map/map.js"
 * @import {Change} from "./state.js"
 * @import {MonthsOfAreas, Place, SectorsAnswer, Snapshot, State, View} from "./types.js"
 */

import { questionText } from "./api.js";
import { palette } from "./base/colours.js";
import { byId } from "./base/dom.js";
import { mountCompare } from "./compare/control.js";
import { draftAreas } from "./compare/drafted.js";
import { comparingOf } from "./compare/look.js";
import { mountOnMap } from "./compare/onmap.js";
import { mountFilter } from "./choices/filter.js";
import { difference, mountCounting, otherWay } from "./choices/counting.js";
import { monthList } from "./base/format.js";
import { mountContext } from "./choices/context.js";
import { mountGroups } from "./list/groups.js";
import { drawnFromSeries } from "./map/hexagons.js";
import { mountLegend } from "./map/legend.js";
import { mountListChoices } from "./list/listchoices.js";
import { canDraw, fetchLibrary, mountMap } from "./map/map.js";
import { resolutionAt } from "./map/mapstyle.js";
import { canDrawPlainly, mountPlainMap } from "./map/plainmap.js";
import { gapsOf, missingMonths, windowText } from "./base/months.js";
import { isAbort, sentence } from "./base/problems.js";
import { mountPlace } from "./place/place.js";
import { summary } from "./list/summary.js";
import { mountRanking } from "./list/ranking.js";
import { mountSearch } from "./search/search.js";
import { mountPrinting } from "./share/printing.js";
import { mountShare } from "./share/share.js";
import { createStore, nothingDelivered } from "./state.js";
import { mountTimeline } from "./time/timeline.js";
import { lines, mountTooltip } from "./map/tooltip.js";
import { mountWhatif } from "./choices/whatif.js";

const NO_MAP = "This browser cannot draw a map. The table and the timeline have the same figures.";

/** The page once it is known what is published. */
export class Page {
  #api;
  #store;
  #darkness = matchMedia("(prefers-color-scheme: dark)");
  #asking = new AbortController();
  #askingPlace = new AbortController();
  /** @type {MountedMap | null} */
  #map = null;
  /** @type {"list" | "map" | "search"} */
  #openedFrom = "list";
  /** The place that is being opened has yet to be brought into view: it may lie outside the map. */
  #bringing = false;
  /** @type {{answer: SectorsAnswer, of: MonthsOfAreas} | null} Every month of the areas of an answer. */
  #months = null;
  /** @type {View} */
  #view;
  #frame = 0;

  /**
   * @param {Api} api
   * @param {Snapshot} snapshot
   */
  constructor(api, snapshot) {
    this.#api = api;
    this.#store = createStore(snapshot, (change) => this.#changed(change));
    const store = this.#store;
    this.#view = { snapshot, state: store.state, answer: null, classes: null, series: null, missing: [], gaps: [], overlaps: false };
    this.tooltip = mountTooltip();
    this.timeline = mountTimeline(snapshot, {
      draft: (window) => store.draft({ window }),
      commit: (course) => store.commit(course),
    });
    this.compare = mountCompare(snapshot, {
      compare: (patch) => store.commit(patch),
      mode: (compare) => store.commit({ compare }),
    });
    this.onMap = mountOnMap((patch) => this.#lookAgain(patch));
    this.filter = mountFilter(snapshot, (measures) => store.commit({ measures }));
    this.whatif = mountWhatif(snapshot.recipe, (whatif) => store.commit({ whatif }));
    this.counting = mountCounting((count) => store.commit({ count }));
    this.listChoices = mountListChoices(snapshot, {
      level: (level) => store.commit({ level }),
      beside: (beside) => store.commit({ beside, sort: { by: "harm", descending: true } }),
      list: (list) => store.commit({ list }),
    });
    this.context = mountContext(snapshot, {
      chosen: (context) => store.commit({ context }),
      ask: api.reports,
      show: (points) => this.#map?.context(points),
      failed: (reason) => write("problems", sentence(reason)),
    });
    this.groups = mountGroups();
    this.search = mountSearch({ find: api.find, open: (id) => this.#open(id, "search"), sentence });
    this.legend = mountLegend(snapshot, {
      layer: (layer) => store.commit({ layer }),
      figure: (figure) => store.commit({ figure }),
    });
    this.ranking = mountRanking({
      open: (id) => this.#open(id, "list"),
      sort: (sort) => store.commit({ sort }),
      hover: (id) => this.#map?.hover(id),
    });
    mountShare({ picture: () => this.#picture() });
    mountPrinting(() => this.#map?.still() ?? null);
    this.place = mountPlace({ close: () => this.#close(), open: (id) => this.#open(id, this.#openedFrom) });
  }

  /** Draws the state that the address asks for. */
  async start() {
    const drawable = canDraw();
    if (drawable) fetchLibrary();
    await this.#refresh();
    if (drawable || canDrawPlainly()) await this.#startMap(drawable);
    else write("map-message", NO_MAP);
    this.#bringing = this.#store.state.camera === null;
    if (this.#store.state.place) await this.#showPlace();
    this.#darkness.addEventListener("change", () => {
      this.#map?.recolour(this.#palette());
      this.context.update(this.#view.state, this.#palette());
      this.#drawLegend();
    });
  }

  /** @param {Change} change */
  #changed(change) {
    if (change === "draft") this.#frame ||= requestAnimationFrame(() => this.#draft());
    else this.#refresh();
  }

  /** Follows a slider that is being dragged, once a frame, all parts in the same one, and asks nothing. */
  #draft() {
    this.#frame = 0;
    const { window, baseline } = this.#store.state;
    const view = this.#view;
    if (window === view.state.window) return; // Let go of meanwhile, and the answers are here.
    const state = { ...view.state, window, baseline };
    const comparing = comparingOf({ ...view, state });
    const drafted = this.#drafted(state);
    this.#map?.draft(window, comparing, comparing ? null : drafted);
    this.legend.draft({ ...view, state }, window, this.#follows({ ...view, state }, drafted !== null));
    this.context.draft(window);
    this.compare.follow({ state });
    this.onMap.follow({ ...view, state });
    if (drafted) this.ranking.update(drafted);
  }

  /**
   * Whether all that the map shows is of the drafted window. Areas that are compared wait for the answer.
   * @param {View} view
   * @param {boolean} areasKnown
   */
  #follows(view, areasKnown) {
    const { layer } = view.state;
    const comparing = comparingOf(view) !== null;
    if (comparing !== (comparingOf(this.#view) !== null)) return false;
    const areas = layer === "hexagons" || (areasKnown && !comparing);
    return areas && (layer === "sectors" || drawnFromSeries(view));
  }

  /**
   * The same answers in another light: which of two windows is shown, or where the divider stands.
   * @param {Partial<Pick<State, "showing" | "split">>} patch
   */
  #lookAgain(patch) {
    this.#store.noted(patch);
    this.#view = { ...this.#view, state: { ...this.#view.state, ...patch } };
    this.onMap.follow(this.#view);
    this.#map?.compare(this.#view);
    if (patch.showing) write("live", `The map shows the ${patch.showing}.`);
  }

  /**
   * What is known of another window without asking; null before the months of the areas are here, and where there are none.
   * @param {State} state
   * @returns {View | null}
   */
  #drafted(state) {
    const { snapshot, answer } = this.#view;
    if (!answer || this.#months?.answer !== answer) return null;
    const { window } = state;
    const months = snapshot.months;
    const drafted = nothingDelivered(state, snapshot) ? null : draftAreas(answer, this.#months.of, { snapshot, state });
    const missing = missingMonths(months, window, state.measures);
    return { ...this.#view, state, answer: drafted, missing, gaps: gapsOf(months, window, state.measures), draft: true };
  }

  /** Asks what the state needs and, once every answer is here, draws all parts in one go. */
  async #refresh() {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { state } = this.#store;
    const before = this.#view;
    this.timeline.update({ ...before, state });
    this.compare.follow({ state });
    this.filter.update({ ...before, state });
    this.whatif.update({ ...before, state });
    this.listChoices.update({ ...before, state });
    const answers = await this.#ask(state, this.#asking.signal);
    if (!answers) return;
    const { snapshot } = before;
    const missing = missingMonths(snapshot.months, state.window, state.measures);
    const gaps = gapsOf(snapshot.months, state.window, state.measures);
    this.#view = { snapshot, state, ...answers, missing, gaps, overlaps: false };
    this.timeline.update(this.#view);
    this.onMap.follow(this.#view);
    this.ranking.update(this.#view);
    this.#map?.update(this.#view);
    this.context.update(state, this.#palette());
    this.#drawLegend();
    const { window } = this.#store.state;
    if (window !== state.window) {
      // A slider is being dragged while this answer came: it keeps the window under the finger.
      this.timeline.update({ ...this.#view, state: this.#store.state });
      this.#draft();
    }
    this.#askMore(this.#view, this.#asking.signal);
    const asksAnew = questionText(snapshot, state) !== questionText(snapshot, before.state) || state.level !== before.state.level || state.baseline !== before.state.baseline;
    if (asksAnew) write("live", summary(this.#view));
    if (asksAnew || state.place !== before.state.place) await this.#showPlace();
  }

  /**
   * The answers that a state needs; null where a newer question has overtaken this one.
   * @param {State} state
   * @param {AbortSignal} signal
   * @returns {Promise<Pick<View, "answer" | "classes" | "series"> | null>}
   */
  async #ask(state, signal) {
    write("problems", this.#store.complaints.join(" "));
    try {
      const asked = this.#api.series(state, signal);
      if (nothingDelivered(state, this.#view.snapshot)) return { answer: null, classes: null, series: await asked };
      const [answer, classes, series] = await Promise.all([this.#api.sectors(state, signal), this.#api.classes(state, signal), asked]);
      const newer = answer.snapshot !== this.#view.snapshot.snapshot;
      if (newer) write("problems", "Newer data has been published. Load this page again to see it.");
      return { answer, classes, series };
    } catch (reason) {
      if (isAbort(reason)) return null;
      write("problems", sentence(reason));
      return { answer: null, classes: null, series: null };
    }
  }

  /**
   * What can come later: the groups where they are listed, and what the other way of counting comes to.
   * @param {View} view
   * @param {AbortSignal} signal
   */
  async #askMore(view, signal) {
    const { state, answer } = view;
    this.counting.update(view, null);
    if (state.list === "places") this.groups.close();
    try {
      if (state.list === "groups") this.groups.show(view, await this.#api.groups(state, signal));
      if (!answer) return;
      const months = await this.#api.months(state, signal);
      this.#months = months && { answer, of: months };
      if (state.measures.length < 2) return;
      const other = await this.#api.sectors(otherWay(state), signal);
      if (signal.aborted || view !== this.#view) return;
      this.#view = { ...view, overlaps: difference(answer.total, other.total) !== null };
      this.counting.update(this.#view, other.total);
      this.ranking.update(this.#view);
    } catch (reason) {
      if (isAbort(reason)) return;
      if (state.list === "groups") this.groups.refuse(view);
      else write("problems", sentence(reason));
    }
  }

  /** @param {boolean} drawable  Else the simpler map is drawn. */
  async #startMap(drawable) {
    const tooltip = this.tooltip;
    /** @type {MapEvents} */
    const events = {
      pointed: (hit, point, byKey) => {
        this.#map?.hover(hit?.id ?? null);
        tooltip.show(hit, point, this.#view);
        if (byKey && hit) write("live", lines(hit, this.#view).join(", "));
      },
      said: (words) => write("live", words),
      search: () => this.search.focus(),
      picked: (hit) => this.#open(hit.id, "map"),
      moved: (camera) => {
        this.#store.moved(camera);
        this.#drawLegend();
      },
      failed: (problem) => write("problems", problem),
    };
    try {
      this.#map = drawable
        ? await mountMap(this.#view, this.#palette(), events)
        : await mountPlainMap(this.#view, this.#palette(), events, this.#api.outlines);
      if (!drawable) byId("map-pane").classList.add("has-plain-map");
      this.#map.update(this.#view);
      this.context.update(this.#view.state, this.#palette());
      this.#drawLegend();
      byId("map-pane").classList.remove("has-no-map");
    } catch (reason) {
      write("map-message", sentence(reason));
    }
  }

  #picture() {
    const map = this.#map?.still();
    const { snapshot, state } = this.#view;
    return map ? { snapshot, map, window: windowText(state.window), density: devicePixelRatio } : null;
  }

  #drawLegend() {
    const { snapshot } = this.#view;
    const resolution = this.#map?.resolution() ?? resolutionAt(snapshot, snapshot.layers.hex.minzoom);
    this.legend.update(this.#view, { palette: this.#palette(), resolution });
  }

  #palette() {
    return palette(this.#darkness.matches);
  }

  /**
   * @param {string} id
   * @param {"list" | "map" | "search"} from
   */
  #open(id, from) {
    this.#openedFrom = from;
    this.#bringing = from !== "map";
    if (this.#store.state.place === id) this.#showPlace();
    else this.#store.commit({ place: id });
  }

  #close() {
    const { place } = this.#store.state;
    this.#store.commit({ place: null });
    if (this.#openedFrom === "map") this.#map?.focus();
    else if (this.#openedFrom === "search") this.search.focus();
    else if (place !== null) this.ranking.focus(place);
  }

  async #showPlace() {
    this.#askingPlace.abort();
    this.#askingPlace = new AbortController();
    const id = this.#store.state.place;
    const view = this.#view;
    if (id === null) {
      this.place.close();
      this.#map?.ring(null);
    } else if (view.missing.length > 0 && !view.answer) {
      this.place.refuse(id, `No data was delivered for ${monthList(view.missing)}.`);
    } else {
      await this.#askPlace(id, view);
    }
  }

  /**
   * @param {string} id
   * @param {View} view
   */
  async #askPlace(id, view) {
    try {
      const place = await this.#api.place(id, view.state, this.#askingPlace.signal);
      this.place.show(place, view);
      this.#map?.ring(place);
      if (this.#bringing) this.#map?.show(place.bounds, byId("place"));
      this.#bringing = false;
      if (view.snapshot.records && view.snapshot.groups > 0 && place.count > 0) this.#askGroups(place, view);
    } catch (reason) {
      if (!isAbort(reason)) this.place.refuse(id, sentence(reason));
    }
  }

  /**
   * @param {Place} place
   * @param {View} view
   */
  async #askGroups(place, view) {
    try {
      this.place.showGroups(place, await this.#api.activeGroups(place.id, view.state, this.#askingPlace.signal));
    } catch (reason) {
      if (!isAbort(reason)) this.place.showGroups(place, sentence(reason));
    }
  }
}

/**
 * @param {string} id
 * @param {string} text
 */
function write(id, text) {
  byId(id).textContent = text;
}
