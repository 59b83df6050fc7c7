/**
 * What the server's answers and the page's own values look like. Types only: the browser never loads this file.
 *
 * @typedef {{first: number, last: number}} Window  Months as year * 12 + month - 1, both included.
 * @typedef {{count: number, people: number, harm: number}} Amount  Events; people, a mean of month-ends; harm points.
 * @typedef {{id: string, title: string, measures: string[]}} Theme
 * @typedef {{id: string, layer: string, areas: number}} Level  Of areas: sectors, what they are grouped into, the force.
 * @typedef {{author: string, date: string, reason: string}} Local  Who set a weight that nobody published.
 * @typedef {{measure: string, months: string[]}} Gap  Months that a measure lacks although others were delivered.
 *
 * @typedef {object} MonthValue
 * @property {string} month
 * @property {boolean} delivered
 * @property {string[]} lacking  Measures not delivered in a month that others were.
 * @property {number | null} count
 * @property {number | null} people
 * @property {number | null} harm
 *
 * @typedef {object} Measure
 * @property {string} id
 * @property {string} title
 * @property {"event" | "person"} unit
 * @property {number | null} weight  Null where each event has its own, or none.
 * @property {"offence" | "category" | "local" | "nothing"} weighed
 * @property {Local | null} local
 * @property {string} generated  "victim" or "police".
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
 * @property {string[]} default_measures
 * @property {string[]} unfed  Titles of the measures that no source feeds.
 * @property {Level[]} levels  Sectors first.
 * @property {string | null} population  "residents of 2022".
 * @property {number} groups  How many.
 * @property {boolean} records  Whether the rows behind the figures are shown.
 * @property {string | null} record_link  Of a row in the force's own system, with {reference} and {source}.
 * @property {string | null} marking  The classification that every page bears.
 * @property {Record<string, Zooms> & {hex: HexLayer}} layers
 * @property {string} attribution
 * @property {Basemap | null} basemap  What the deployment lays beneath the harm.
 *
 * @typedef {{kind: "vector" | "raster", minzoom: number, maxzoom: number, attribution: string, layers: string[]}} Basemap
 *
 * @typedef {{minzoom: number, maxzoom: number}} Zooms
 * @typedef {Zooms & {resolutions: Record<string, number>}} HexLayer
 *
 * @typedef {object} WindowAnswer
 * @property {string} text
 * @property {number} months
 * @property {number} delivered
 * @property {string[]} missing
 * @property {Record<string, string[]>} partly_missing  Months by measure.
 *
 * @typedef {object} Sector  Or an area of another level.
 * @property {string} id
 * @property {string} place  Its name among the places of all levels.
 * @property {string} name
 * @property {number} rank
 * @property {[number, number]} rank_range  Best and worst rank that chance alone makes likely, 95 %.
 * @property {boolean} tied
 * @property {number} count
 * @property {number} people
 * @property {number} harm
 * @property {number} share  Of the total, 0 to 1.
 * @property {number} per_km2
 * @property {number | null} residents
 * @property {number | null} per_1000_residents
 * @property {boolean} few_residents  As in a town centre, where a rate per resident says little.
 * @property {Amount & {rank: number} | null} baseline
 * @property {number | null} change  In harm points; null where nothing is compared.
 * @property {number | null} movement  Ranks gained on the baseline: up is more harm.
 *
 * @typedef {object} SectorsAnswer
 * @property {string} snapshot
 * @property {WindowAnswer} window
 * @property {Sector[]} sectors
 * @property {WindowAnswer | null} baseline
 * @property {Amount} in_sectors
 * @property {Amount & {no_location: Amount, outside_sectors: Amount}} unplaced
 * @property {Amount} total
 * @property {Totals | null} baseline_totals
 *
 * @typedef {object} Totals
 * @property {Amount} in_sectors
 * @property {Amount & {no_location: Amount, outside_sectors: Amount}} unplaced
 * @property {Amount} total
 *
 * @typedef {object} AreaMonths  One figure for each month of the data.
 * @property {number[]} count
 * @property {number[]} harm  Of events.
 * @property {number[]} [people]
 * @property {number[]} [harm_of_people]
 *
 * @typedef {object} MonthsOfAreas
 * @property {Record<"no_location" | "outside_sectors", AreaMonths>} unplaced
 * @property {(AreaMonths & {place: string, km2: number})[]} areas
 *
 * @typedef {Pick<Amount, "count" | "harm"> & {id: string, kind: string, names: string[]}} ActiveGroup  Of the events of a figure.
 *
 * @typedef {object} GroupsAnswer
 * @property {string} note
 * @property {(Amount & {id: string, kind: string})[]} groups
 * @property {Amount} linked  Every linked event once.
 *
 * @typedef {object} Part
 * @property {string} measure
 * @property {string} title
 * @property {string} generated  "victim" or "police".
 * @property {number} count
 * @property {number} people
 * @property {number} harm
 * @property {number} share  Of the place's harm, 0 to 1.
 *
 * @typedef {object} Neighbour  An area or a hexagon that touches a place.
 * @property {string} id
 * @property {string | null} name  Null for a hexagon.
 * @property {string | null} sector  Name of the sector that a hexagon is in.
 * @property {string} direction  "N", "NE" and so on.
 * @property {number} count
 * @property {number} people
 * @property {number} harm
 *
 * @typedef {object} FoundPlace  What a typed text can mean.
 * @property {"area" | "name" | "gridref" | "h3" | "lonlat"} kind
 * @property {string} title
 * @property {string} subtitle
 * @property {string | null} level  Of an area.
 * @property {string} place  Its id.
 *
 * @typedef {{results: FoundPlace[], note: string | null}} SearchAnswer  The note says what can be typed, where nothing was found.
 *
 * @typedef {object} Place
 * @property {string} id
 * @property {"hexagon" | "sector"} kind
 * @property {string | null} level  Of an area.
 * @property {string | null} name
 * @property {number | null} resolution
 * @property {[number, number]} center  Longitude, latitude.
 * @property {[number, number, number, number]} bounds
 * @property {{id: string, name: string} | null} sector
 * @property {WindowAnswer} window
 * @property {number} count
 * @property {number} people
 * @property {number} harm
 * @property {number} share
 * @property {number | null} rank
 * @property {[number, number] | null} rank_range  Of a sector.
 * @property {number | null} of
 * @property {number} standard_error  Of the harm.
 * @property {[number, number]} interval  95 % range of the score.
 * @property {Record<"victim" | "police", Amount & {share: number | null}>} generated
 * @property {{harm: number, share: number, without: number} | null} largest  The heaviest single event.
 * @property {Part[]} parts
 * @property {Neighbour[]} neighbours  The most harm first.
 * @property {WindowAnswer | null} baseline
 * @property {Amount | null} baseline_values
 * @property {MonthValue[]} series
 *
 * @typedef {object} RankedHexagon  Among those of its area.
 * @property {string} id
 * @property {[number, number]} center
 * @property {[number, number][]} outline  Closed.
 * @property {number} rank
 * @property {number} count
 * @property {number} people
 * @property {number} harm
 * @property {number | null} share  Of the hexagons of the area together.
 * @property {{measure: string, share: number} | null} mostly  What most of its harm is of.
 *
 * @typedef {object} HexagonsAnswer
 * @property {string} note
 * @property {number} resolution
 * @property {number[]} breaks
 * @property {Amount} total
 * @property {RankedHexagon[]} hexagons
 *
 * @typedef {object} RecordRow  A row of a source, as the records have it.
 * @property {string} source
 * @property {string} reference
 * @property {string} kind
 * @property {string | null} date  Null where only the month is known.
 * @property {string} month
 * @property {string} category
 * @property {{code: string, title: string} | null} offence
 * @property {number} points  What it weighs.
 * @property {{by: "offence" | "category" | "local" | "measure" | "nothing", measure: string | null}} weighed
 * @property {string} location
 * @property {[number, number] | null} point
 * @property {{id: string, name: string} | null} sector
 * @property {string | null} hexagon
 * @property {string} file
 * @property {number} row
 * @property {string[]} measures  Under which it counts by itself.
 * @property {{id: string, kind: string}[]} groups
 * @property {{id: string, role: string}[]} people  References; no names.
 *
 * @typedef {object} EventRecord  An event and the rows that tell of it; the first stands for it.
 * @property {number} harm
 * @property {number} times  Under how many of the measures it counts.
 * @property {string[]} measures
 * @property {"victim" | "police"} generated
 * @property {{id: string, kind: string}[]} groups
 * @property {RecordRow[]} rows
 * @property {number} rows_left_out
 *
 * @typedef {object} EventsAnswer  A page of the events behind a figure.
 * @property {WindowAnswer} window
 * @property {string[]} measures
 * @property {"each" | "once"} counting
 * @property {string | null} place
 * @property {string | null} query
 * @property {string} sort
 * @property {{count: number, harm: number}} figure  Of the map.
 * @property {boolean} agrees  Whether the records still add up to it.
 * @property {string | null} note
 * @property {number} page
 * @property {number} size
 * @property {number} total
 * @property {EventRecord[]} events
 *
 * @typedef {{read: number, loaded: number, updated: number, unchanged: number, rejected: number, withdrawn: number}} Figures
 * @typedef {{reason: string, meaning: string}} Reason  Why a row was not loaded.
 * @typedef {{page: number, size: number, total: number}} PageOf  Where in a list an answer is.
 *
 * @typedef {object} SourceState  A source, what it has delivered and what of it is rejected.
 * @property {string} name
 * @property {string | null} first_month  Null where the source has no months.
 * @property {string | null} last_month
 * @property {number} months
 * @property {string[]} missing  Months between the first and the last that it never delivered.
 * @property {number} rejects
 * @property {(Reason & {rows: number})[]} reasons
 *
 * @typedef {Figures & {id: number, source: string, archive: string, started: string, finished: string | null, files: (Figures & {file: string})[]}} Load
 * @typedef {{at: string, action: string, reason: string, figures: Record<string, unknown>}} RecordsChange
 *
 * @typedef {object} LoadsOnly
 * @property {string} published
 * @property {{changed: string | null, newer_than_snapshot: boolean}} records
 * @property {SourceState[]} sources
 * @property {RecordsChange[]} changes
 * @property {Load[]} loads
 * @typedef {LoadsOnly & PageOf} LoadsAnswer
 *
 * @typedef {{source: string, file: string, row: number, reasons: Reason[], raw: Record<string, unknown> | string}} Reject
 * @typedef {{source: string | null, reason: string | null, rejects: Reject[]} & PageOf} RejectsAnswer
 *
 * @typedef {{snapshot: string, published: string | null, current: boolean, bytes: number}} KeptSnapshot  Published is null where it cannot be read.
 * @typedef {{current: string, snapshots: KeptSnapshot[]}} SnapshotsAnswer
 *
 * @typedef {object} SnapshotContents
 * @property {string} snapshot
 * @property {string} digest  SHA-256 of its manifest, which has those of its files.
 * @property {number} files
 * @property {number} bytes
 * @property {string} force
 * @property {{id: string, title: string, release: string}} recipe
 * @property {string[]} months
 * @property {string[]} missing  Of them: nobody delivered anything.
 * @property {number} events
 * @property {{id: string, title: string, unit: "event" | "person", count: number, people: number, harm: number, lacking: string[]}[]} measures
 * @property {string[]} unfed
 * @property {{level: string, areas: number}[]} areas
 * @property {string | null} population
 * @property {{resolution: number, hexagons: number}[]} hexagons
 * @property {number} groups
 *
 * @typedef {{hex: Record<string, number[]>} & Record<string, number[]>} Breaks  Of hexagons by resolution, of each level by its layer.
 * @typedef {"harm" | "count" | "per_km2" | "per_1000_residents"} Figure  What colours the map: of `count`, events alone.
 * @typedef {{figure: Figure, months: number, change: Breaks | null, hex: Record<string, number[]>}} ClassesOfHexagons  Change: of harm.
 * @typedef {ClassesOfHexagons & Record<string, number[]>} Classes  With the breaks of each level by its layer.
 *
 * @typedef {"hexagons" | "sectors" | "both"} LayerChoice
 * @typedef {"before" | "year" | "own"} Versus  The period just before, the same a year ago, own months.
 * @typedef {"count" | "per_km2" | "per_1000_residents" | "change"} Beside  What the list shows beside the score.
 * @typedef {{by: "harm" | "name" | Beside, descending: boolean}} Sort
 * @typedef {{lon: number, lat: number, zoom: number}} Camera
 *
 * @typedef {{month: string, date: string | null, category: string | null, point: [number, number]}} Report
 * @typedef {{kind: string, total: number, no_location: number, cut: boolean, points: Report[]}} Reports  Of one kind, of all months.
 * @typedef {{kind: string, words: string, point: [number, number]}} ContextPoint  A report as the map shows it.
 *
 * @typedef {"moving" | "locked" | "single"} Mode  How the window moves: as a whole, its last month alone, month by month.
 * @typedef {"slow" | "usual" | "fast"} Speed  Of playing.
 *
 * @typedef {object} Course  What moving time goes by.
 * @property {Window} window
 * @property {Mode} mode
 * @property {number} step  Months.
 * @property {Speed} speed
 *
 * @typedef {object} Choices  What is shown of the window, and how.
 * @property {Window | null} baseline  Compared with, if it may be: see compare/periods.js.
 * @property {Versus} versus  How the baseline follows the window.
 * @property {"difference" | "swipe" | "toggle"} compare
 * @property {"window" | "baseline"} showing  Which of the two, where they are toggled.
 * @property {number} split  Where the divider of the swipe is, in percent from the left.
 * @property {string[]} measures  In the order of the recipe, at least one.
 * @property {"each" | "once"} count  Whether an event counts under each of its measures.
 * @property {Record<string, number>} whatif  Multipliers of weights by category, see multipliers.js.
 * @property {LayerChoice} layer
 * @property {Figure} figure  What is to colour the map; the answer with the classes says what does.
 * @property {string} level  Of the ranked areas.
 * @property {string[]} context  Kinds of reports that are shown beside the harm.
 * @property {"places" | "groups"} list
 * @property {Beside} beside
 * @property {string | null} place  An H3 index or an area's place id.
 * @property {Sort} sort
 * @property {Camera | null} camera
 *
 * @typedef {Course & Choices} State  Everything that the address holds.
 *
 * @typedef {object} View  What the parts of the page draw: one state and the answers that belong to it.
 * @property {Snapshot} snapshot
 * @property {State} state
 * @property {SectorsAnswer | null} answer  Null where the window has no delivered month, or the server failed.
 * @property {Classes | null} classes
 * @property {Place | null} series  With every month: the open place, or else the whole force.
 * @property {string[]} missing  Months of the window in which nothing that is asked for was delivered.
 * @property {boolean} overlaps  Some events are known to count under more than one of the measures.
 * @property {Gap[]} gaps  Months of the window that only some measures lack.
 * @property {boolean} [draft]  A slider is being dragged: the answer was worked out here and has no ranges of ranks.
 */

export {};
