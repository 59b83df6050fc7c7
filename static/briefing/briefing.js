/**
 * A place on one page of paper: the same figures as the map's panel of it, laid out for an A4 sheet.
 *
 * What it shows is in the address, as on the map; the sheet is made once and fitted to the page.
 *
 * @import {Answers} from "./asking.js"
 */

import { createApi, questionText } from "../api.js";
import { byId, h } from "../base/dom.js";
import { sentence } from "../base/problems.js";
import { writeFrame } from "../base/frame.js";
import { date, recipeName } from "../base/format.js";
import { areaWord, capital } from "../base/levels.js";
import { chosenMeasures } from "../base/measures.js";
import { windowWords } from "../base/months.js";
import { placeName } from "../place/place.js";
import { mountShare } from "../share/share.js";
import { askAll } from "./asking.js";
import { changed } from "./changed.js";
import { caveats, reading } from "./caveats.js";
import { drawTrend, facts, parts, topHexagons } from "./sections.js";
import { mapFigure } from "./sheetmap.js";

const FULL = 1; // Size of the type, in parts of what the style sheet says.
const SMALLEST = 0.7;
const STEP = 0.02;

mountShare({});
try {
  const answers = await askAll(createApi(), location.search);
  writeFrame({ ...answers.snapshot, marking: null }); // The paper bears it.
  byId("problems").textContent = answers.complaints.join(" ");
  byId("back").setAttribute("href", `/?${questionText(answers.snapshot, answers.state)}&place=${encodeURIComponent(answers.now.id)}`);
  document.title = `Briefing: ${placeName(answers.now)}, ${windowWords(answers.state.window)}`;
  byId("paper").replaceChildren(...sheet(answers));
  byId("paper").hidden = false;
  const fitted = () => fit(byId("paper"), () => drawTrend(answers));
  await document.fonts.ready;
  fitted();
  addEventListener("resize", fitted);
  addEventListener("beforeprint", fitted);
} catch (reason) {
  byId("problems").textContent = sentence(reason);
}

/** @param {Answers} answers */
function sheet(answers) {
  const { snapshot, now } = answers;
  return [
    ...marked(answers),
    title(answers),
    ...(snapshot.synthetic ? [h("p", { class: "paper-synthetic" }, h("strong", {}, "Synthetic data."), " Every place and crime is invented.")] : []),
    h("div", { class: "paper-row is-first" }, mapFigure(answers), facts(answers)),
    h("div", { class: "paper-row" }, parts(answers), changed(answers)),
    h("section", { class: "paper-part" }, h("h2", {}, "Month by month"), h("div", { class: "paper-trend", id: "trend" })),
    h("div", { class: "paper-row is-last" }, ...(now.kind === "sector" ? [topHexagons(answers)] : []), caveats(answers)),
    reading(answers),
    foot(answers),
    ...marked(answers),
  ];
}

/**
 * The classification of the paper, at its top and bottom.
 * @param {Answers} answers
 */
function marked({ snapshot }) {
  return snapshot.marking ? [h("p", { class: "paper-marking" }, snapshot.marking)] : [];
}

/** @param {Answers} answers */
function title({ snapshot, state, now }) {
  const level = now.level ?? "sector";
  const kind = now.kind === "hexagon" ? `Hexagon ${now.id}` : `${capital(areaWord(level))} ${now.id.replace(`${level}:`, "")}`;
  return h(
    "header",
    { class: "paper-title" },
    h("div", {}, h("p", { class: "paper-kind" }, `${snapshot.force} · ${kind}`), h("h1", {}, placeName(now))),
    h(
      "div",
      { class: "paper-asked" },
      h("p", { class: "paper-window" }, windowWords(state.window)),
      h("p", {}, `${chosenMeasures(snapshot, state)}${state.count === "once" ? ", each event once" : ""}`),
    ),
  );
}

/** @param {Answers} answers */
function foot({ snapshot }) {
  const said = [
    `Weights: ${recipeName(snapshot)}`,
    `Data published ${date(snapshot.published)}`,
    `Snapshot ${snapshot.snapshot}`,
    `Printed ${date(new Date().toISOString())}`,
  ];
  const source = snapshot.attribution ? [h("p", {}, snapshot.attribution)] : [];
  return h("footer", { class: "paper-foot" }, h("p", {}, said.join(" · ")), ...source);
}

/**
 * Makes the type as large as fits the page, which is as high as the style sheet says; on a narrow screen it just flows.
 * @param {HTMLElement} paper
 * @param {() => void} redraw
 */
function fit(paper, redraw) {
  for (let size = FULL; size >= SMALLEST; size -= STEP) {
    paper.style.setProperty("--size", size.toFixed(2));
    redraw();
    if (paper.scrollHeight <= paper.clientHeight + 1) return;
  }
}
