/**
 * What the server answers about groups and people. Types only: the browser never loads this file.
 *
 * @import {EventRecord, RecordRow, WindowAnswer} from "../types.js"
 *
 * @typedef {{count: number, harm: number}} Sum  Events and harm points.
 * @typedef {{first: string, last: string | null}} Span  Days, both included; null where it goes on.
 * @typedef {{page: number, size: number, total: number}} Paged
 * @typedef {{name: string, source: string}} Registered
 *
 * @typedef {Paged & {window: WindowAnswer, measures: string[], groups: GroupLine[]}} GroupNamesAnswer
 * @typedef {Sum & {id: string, kind: string, names: string[], members: number}} GroupLine
 *
 * @typedef {Span & {id: string, names: string[], role: string, counts: boolean, priority: Span[]}} Member
 * @typedef {{id: string, kind: string, name: string, people: string[]}} Shares  Another group, and who was ever in both.
 * @typedef {{month: string, delivered: boolean, count: number | null, harm: number | null, measures: Record<string, Sum>}} GroupMonth
 *
 * @typedef {object} GroupOnly
 * @property {WindowAnswer} window
 * @property {string[]} measures
 * @property {string} id
 * @property {string | null} kind
 * @property {Registered[]} names
 * @property {Sum} figure  Of the map.
 * @property {boolean} agrees  Whether the records still add up to it.
 * @property {string | null} note
 * @property {Member[]} members
 * @property {Shares[]} shares
 * @property {GroupMonth[]} months
 * @property {(Sum & {place: string, name: string | null})[]} sectors
 * @property {(Sum & {place: string, outline: [number, number][]})[]} hexagons
 * @property {{sectors: number[], hexagons: number[]}} breaks
 * @property {EventRecord[]} events
 *
 * @typedef {GroupOnly & Paged} GroupAnswer
 *
 * @typedef {Span & {id: string, kind: string, name: string, role: string, counts: boolean}} Belonging  To a group.
 * @typedef {{id: string, names: string[], events: number, priority: Span[], groups: Belonging[]}} NominalLine
 * @typedef {Paged & {nominals: NominalLine[]}} NominalsAnswer
 * @typedef {Span & {point: [number, number] | null, sector: {id: string, name: string} | null, hexagon: string | null}} Home
 *
 * @typedef {object} NominalOnly
 * @property {string} id
 * @property {Registered[]} names
 * @property {Home[]} homes
 * @property {Belonging[]} groups
 * @property {Span[]} priority
 * @property {{id: string, names: string[], events: number}[]} others  Who took part in the same events.
 * @property {{roles: string[], row: RecordRow}[]} events
 *
 * @typedef {NominalOnly & Paged} NominalAnswer
 */

export {};
