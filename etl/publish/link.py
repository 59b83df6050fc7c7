"""People to events and to places: who was a member on the day, and who lived where at the end of a month.

People stop here: what leaves this room are groups of events, and numbers of people.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from harmgrid.grid import NO_CELL
from harmgrid.recipes import GROUP_KINDS, PRIORITY, Scoring
from harmgrid.records.reading import People
from harmgrid.types import Months, last_day_of

_EVER = np.iinfo(np.int32).max  # the last day of what goes on


@dataclass(frozen=True)
class Linked:
    """Each event with each group that it is linked to, once; columns of one length."""

    event: NDArray[np.int64]  # id, ascending
    group: NDArray[np.str_]
    kind: NDArray[np.str_]

    def between(self, first: int, last: int) -> "Linked":
        """The links of the events with these ids, the last included."""
        of_ids = slice(*np.searchsorted(self.event, [first, last + 1]))
        return Linked(self.event[of_ids], self.group[of_ids], self.kind[of_ids])


@dataclass(frozen=True)
class Stock:
    """Each person at the end of each month in which they count; columns of one length."""

    month: NDArray[np.int64]
    signature: NDArray[np.uint32]  # measures of people that they count under
    lon: NDArray[np.float64]  # of their home on that day; NaN without one
    lat: NDArray[np.float64]
    cell: NDArray[np.uint64]


def link_events(links: pa.Table, scoring: Scoring) -> Linked:
    """The groups whose members took part in an event, as suspects or offenders, on the day of the event.

    An event of which only the month is known is linked to those who were members for the whole of it.
    """
    day, month = (pc.fill_null(links[name], -1).to_numpy() for name in ("day", "month"))
    months, which = np.unique(month, return_inverse=True)
    first_of = np.array([last_day_of(m - 1) + 1 for m in months.tolist()], dtype=np.int64)[which]
    last_of = np.array([last_day_of(m) for m in months.tolist()], dtype=np.int64)[which]
    no_day = links["day"].is_null().to_numpy()
    first, last = np.where(no_day, first_of, day), np.where(no_day, last_of, day)
    member = (links["first_day"].to_numpy() <= first) & (last <= _last_day(links))
    taken_part = _among(links["involved"], scoring.involved) & ~_among(links["role"], scoring.no_members)
    kept = links.filter(pa.array(member & taken_part)).group_by(["event", "group", "kind"]).aggregate([])
    kept = kept.sort_by([("event", "ascending"), ("group", "ascending")])
    group, kind = (np.array(kept[name].to_pylist(), dtype=np.str_) for name in ("group", "kind"))
    return Linked(kept["event"].to_numpy(), group, kind)


def stock_of_people(people: People, scoring: Scoring, months: Months) -> Stock:
    """Everyone who counts under a measure of people at the end of a month, where they lived on its last day.

    A person counts once a measure, in however many groups they are. Of two homes at a time the one with the later start
    counts.
    """
    member = people.members.filter(pa.array(~_among(people.members["role"], scoring.no_members)))
    flagged = people.priorities.append_column("kind", pa.array([PRIORITY] * people.priorities.num_rows, pa.string()))
    columns = ["nominal", "kind", "first_day", "last_day"]
    labels = pa.concat_tables([member.select(columns), flagged.select(columns)])
    masks = {kind: _mask_of(kind, scoring) for kind in (*GROUP_KINDS, PRIORITY)}
    mask = np.array([masks[kind] for kind in labels["kind"].to_pylist()], dtype=np.uint32)
    registers = _Registers(labels, mask, people.homes, *_codes(labels, people.homes))
    found = [_month_end(month, registers) for month in months.window.months]
    return Stock(*(np.concatenate([getattr(part, name) for part in found]) for name in Stock.__dataclass_fields__))


@dataclass(frozen=True)
class _Registers:
    """Labels of people and their homes, each with a number for its nominal, the same in both."""

    labels: pa.Table
    mask: NDArray[np.uint32]  # measures of each label
    homes: pa.Table
    who: NDArray[np.int64]  # of each label
    whose: NDArray[np.int64]  # of each home


def _month_end(month: int, registers: _Registers) -> Stock:
    day = last_day_of(month)
    nominals = int(max(registers.who.max(initial=-1), registers.whose.max(initial=-1))) + 1
    signature = np.zeros(nominals, dtype=np.uint32)
    current = _on(registers.labels, day)
    np.bitwise_or.at(signature, registers.who[current], registers.mask[current])
    home = np.full(nominals, -1, dtype=np.int64)
    lived = np.flatnonzero(_on(registers.homes, day))
    home[registers.whose[lived]] = lived  # in the order of their first day, so the last one stays
    counted = np.flatnonzero(signature)
    at = home[counted]
    lon, lat = (np.append(_number(registers.homes[axis]), np.nan)[at] for axis in ("lon", "lat"))  # -1 takes the last
    cell = np.append(registers.homes["cell"].to_numpy().astype(np.uint64), np.uint64(NO_CELL))[at]
    return Stock(np.full(len(counted), month), signature[counted], lon, lat, cell)


def _codes(*tables: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number for each nominal, the same in both tables."""
    labels, homes = tables
    names = pa.chunked_array([*labels["nominal"].chunks, *homes["nominal"].chunks], pa.string())
    coded = names.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    return coded[: labels.num_rows], coded[labels.num_rows :]


def _mask_of(kind: str, scoring: Scoring) -> int:
    return sum(1 << bit for bit, takes in enumerate(scoring.takes) if kind in takes.people)


def _on(table: pa.Table, day: int) -> NDArray[np.bool_]:
    on: NDArray[np.bool_] = (table["first_day"].to_numpy() <= day) & (day <= _last_day(table))
    return on


def _last_day(table: pa.Table) -> NDArray[np.int64]:
    days: NDArray[np.int64] = pc.fill_null(table["last_day"].cast(pa.int64()), _EVER).to_numpy()
    return days


def _among(column: pa.ChunkedArray, values: frozenset[str]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.is_in(pc.utf8_lower(column), pa.array(sorted(values), pa.string())).to_numpy()
    return found


def _number(column: pa.ChunkedArray) -> NDArray[np.float64]:
    number: NDArray[np.float64] = column.cast(pa.float64()).to_numpy()
    return number
