/**
 * The ranked areas of a window that a slider is being dragged over, worked out here from the months of each area. What chance
 * leaves of a rank, its range, only the server knows: it comes with the commit.
 *
 * @import {Amount, AreaMonths, MonthsOfAreas, Sector, SectorsAnswer, Window} from "../types.js"
 */

const SAME = 1e6; // Parts of a harm point that still make a difference to a rank.

/**
 * The same areas in another window.
 * @param {SectorsAnswer} answer  Of any window.
 * @param {MonthsOfAreas} months  Of the same question.
 * @param {Window} window
 * @param {number} first  First month of the data.
 * @returns {SectorsAnswer}
 */
export function draftAnswer(answer, months, window, first) {
  const within = { first: window.first - first, last: window.last - first };
  const found = new Map(months.areas.map((area) => [area.place, { area, sum: sumOf(area, within) }]));
  const inSectors = added([...found.values()].map(({ sum }) => sum));
  const nowhere = sumOf(months.unplaced.no_location, within);
  const outside = sumOf(months.unplaced.outside_sectors, within);
  const unplaced = added([nowhere, outside]);
  const total = added([inSectors, unplaced]);
  const rankOf = ranks([...found.values()].map(({ sum }) => sum.harm));
  const sectors = answer.sectors.flatMap((sector) => {
    const now = found.get(sector.place);
    return now ? [drafted(sector, now, { total, ...rankOf(now.sum.harm) })] : [];
  });
  return {
    ...answer,
    sectors,
    in_sectors: inSectors,
    unplaced: { ...unplaced, no_location: nowhere, outside_sectors: outside },
    total,
  };
}

/**
 * @param {Sector} sector
 * @param {{area: AreaMonths & {km2: number}, sum: Amount}} now
 * @param {{total: Amount, rank: number, tied: boolean}} standing
 * @returns {Sector}
 */
function drafted(sector, { area, sum }, { total, rank, tied }) {
  return {
    ...sector,
    ...sum,
    rank,
    tied,
    rank_range: [rank, rank],
    share: total.harm > 0 ? sum.harm / total.harm : 0,
    per_km2: sum.harm / area.km2,
    per_1000_residents: sector.residents ? (1000 * sum.harm) / sector.residents : null,
  };
}

/**
 * @param {AreaMonths} area
 * @param {Window} within  Months from the first of the data.
 * @returns {Amount}
 */
function sumOf({ count, harm, people, harm_of_people: ofPeople }, { first, last }) {
  const sum = (/** @type {number[]} */ months = []) => {
    let total = 0;
    for (let month = first; month <= last; month += 1) total += months[month] ?? 0;
    return total;
  };
  const length = last - first + 1;
  return { count: sum(count), people: sum(people) / length, harm: sum(harm) + sum(ofPeople) / length };
}

/** @param {Amount[]} amounts */
function added(amounts) {
  const sum = { count: 0, people: 0, harm: 0 };
  for (const { count, people, harm } of amounts) {
    sum.count += count;
    sum.people += people;
    sum.harm += harm;
  }
  return sum;
}

/**
 * The rank of a harm among others, equal ones sharing the better.
 * @param {number[]} harms
 */
function ranks(harms) {
  const falling = harms.map((harm) => Math.round(harm * SAME)).sort((a, b) => b - a);
  return (/** @type {number} */ harm) => {
    const rounded = Math.round(harm * SAME);
    const at = falling.indexOf(rounded);
    return { rank: at + 1, tied: falling[at + 1] === rounded };
  };
}
