/**
 * What the server's answers and the page's own values look like. Types only: the browser never loads this file.
 *
 * @typedef {{first: number, last: number}} Window  Months as year * 12 + month - 1, both included.
 * @typedef {{month: string, delivered: boolean, count: number | null, harm: number | null}} MonthValue
 * @typedef {{id: string, title: string, weight: number | null, generated: string}} Measure
 * @typedef {{id: string, title: string, measures: string[]}} Theme
 * @typedef {{count: number, harm: number}} Amount
 *
 * @typedef {object} Recipe
 * @property {string} id
 * @property {string} title
 * @property {string} release  Release of the weights, such as "CSS 2020".
 * @property {string} unit
 * @property {string[]} notes  Sentences that the page must show.
 * @property {string} source
 * @property {Measure[]} measures
 * @property {Theme[]} themes
 *
 * @typedef {object} Snapshot
 * @property {string} snapshot
 * @property {string} force
 * @property {boolean} synthetic
 * @property {string} published
 * @property {[number, number, number, number]} bounds  West, south, east, north in degrees.
 * @property {MonthValue[]} months
 * @property {Recipe} recipe
 * @property {string} default_window
 * @property {{hex: HexLayer, sectors: {minzoom: number, maxzoom: number}}} layers
 * @property {string} attribution
 *
 * @typedef {{minzoom: number, maxzoom: number, resolutions: Record<string, number>}} HexLayer
 * @typedef {{text: string, months: number, delivered: number, missing: string[]}} WindowAnswer
 *
 * @typedef {object} Sector
 * @property {string} id
 * @property {string} name
 * @property {number} rank
 * @property {[number, number]} rank_range  Best and worst rank that chance alone makes likely, 95 %.
 * @property {boolean} tied
 * @property {number} count
 * @property {number} harm
 * @property {number} share  Of the total, 0 to 1.
 *
 * @typedef {object} SectorsAnswer
 * @property {string} snapshot
 * @property {WindowAnswer} window
 * @property {Sector[]} sectors
 * @property {Amount} in_sectors
 * @property {Amount & {no_location: Amount, outside_sectors: Amount}} unplaced
 * @property {Amount} total
 *
 * @typedef {object} Part
 * @property {string} measure
 * @property {string} title
 * @property {string} generated  "victim" or "police".
 * @property {number} count
 * @property {number} harm
 * @property {number} share  Of the place's harm, 0 to 1.
 *
 * @typedef {object} Place
 * @property {string} id
 * @property {"hexagon" | "sector"} kind
 * @property {string | null} name
 * @property {number | null} resolution
 * @property {[number, number]} center  Longitude, latitude.
 * @property {[number, number, number, number]} bounds
 * @property {{id: string, name: string} | null} sector
 * @property {WindowAnswer} window
 * @property {number} count
 * @property {number} harm
 * @property {number} share
 * @property {number | null} rank
 * @property {[number, number] | null} rank_range  Of a sector.
 * @property {number | null} of
 * @property {[number, number]} interval  95 % range of the score.
 * @property {Record<"victim" | "police", Amount & {share: number | null}>} generated
 * @property {{harm: number, share: number, without: number} | null} largest  The heaviest single event.
 * @property {Part[]} parts
 * @property {MonthValue[]} series
 *
 * @typedef {{months: number, hex: Record<string, number[]>, sectors: number[]}} Classes
 *
 * @typedef {"hexagons" | "sectors" | "both"} LayerChoice
 * @typedef {{by: "harm" | "count" | "name", descending: boolean}} Sort
 * @typedef {{lon: number, lat: number, zoom: number}} Camera
 *
 * @typedef {object} State  Everything that the address holds.
 * @property {Window} window
 * @property {string[]} measures  Empty: all of them.
 * @property {Record<string, number>} whatif  Multipliers of weights by category, see multipliers.js.
 * @property {LayerChoice} layer
 * @property {string | null} place  An H3 index or a sector's id.
 * @property {Sort} sort
 * @property {Camera | null} camera
 *
 * @typedef {object} View  What the parts of the page draw: one state and the answers that belong to it.
 * @property {Snapshot} snapshot
 * @property {State} state
 * @property {SectorsAnswer | null} answer  Null where the window has no delivered month, or the server failed.
 * @property {Classes | null} classes
 * @property {string[]} missing  Months of the window that were not delivered.
 */

export {};
