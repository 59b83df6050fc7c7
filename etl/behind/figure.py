"""The events that a figure counts: read from the records, linked, weighed and joined as publishing does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.behind.places import Spot
from etl.publish.link import Linked, link_events
from etl.publish.score import Scored, joined_signatures, score_rows, standing_rows
from harmgrid.recipes import Scoring
from harmgrid.records.behind import (
    TEXTS,
    Where,
    read_events,
    read_events_by_id,
    read_links_of,
    read_links_of_events,
)
from harmgrid.records.engine import Bulk
from harmgrid.types import Question, Sum, last_day_of

Key = Literal["date", "harm", "category", "reference"]


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Every row that tells of the events of a figure, and those events. Events are in the order of their ids."""

    rows: pa.Table  # by id
    scored: Scored  # of each row, by itself
    stands: NDArray[np.int64]  # for each row the row that stands for its event
    linked: Linked
    events: NDArray[np.int64]  # rows that stand for an event that counts, (events,)
    signature: NDArray[np.uint32]  # measures of each event, with those of its other rows, (events,)
    times: NDArray[np.int64]  # how often the figure counts each event, (events,)
    scoring: Scoring = field(repr=False)

    @property
    def figure(self) -> Sum:
        """What the events add up to."""
        return Sum(int(self.times.sum()), float((self.times * self.scored.points[self.events]).sum()))

    def where(self, holds: Callable[[Scored], NDArray[np.bool_]]) -> "Behind":
        """The same with those events only whose standing rows fulfil this."""
        return self._kept(holds(self.scored.taken(self.events)))

    def of_group(self, group: str) -> "Behind":
        """The same with those events only that are linked to this group, by any of their rows."""
        ids = self.rows["id"].to_numpy()
        rows = np.flatnonzero(np.isin(ids, self.linked.event[self.linked.group == group]))
        return self._kept(np.isin(self.events, self.stands[rows]))

    def _kept(self, kept: NDArray[np.bool_]) -> "Behind":
        parts = {name: getattr(self, name)[kept] for name in ("events", "signature", "times")}
        return replace(self, **parts)

    def rows_of(self, events: NDArray[np.int64]) -> list[list[int]]:
        """The rows of each of these events, the one that stands for it first."""
        wanted = set(events.tolist())
        found: dict[int, list[int]] = {event: [event] for event in events.tolist()}
        for row in np.flatnonzero(self.stands != np.arange(len(self.stands))).tolist():
            if self.stands[row] in wanted:
                found[int(self.stands[row])].append(row)
        return [found[event] for event in events.tolist()]

    def among(self, text: str) -> NDArray[np.bool_]:
        """Which events have this text in one of their rows, in any case, (events,)."""
        found = self._offences_with(text)
        for name in ("category", "status", *TEXTS):
            found |= pc.match_substring(self.rows[name], text, ignore_case=True).to_numpy()
        of_event = np.zeros(len(self.stands), dtype=np.bool_)
        np.logical_or.at(of_event, self.stands, found)
        return of_event[self.events]

    def order(self, key: Key, *, descending: bool) -> NDArray[np.int64]:
        """The positions of the events in this order, those that are equal in the order in which they were loaded."""
        values = self._values(key)
        rank = np.unique(values, return_inverse=True)[1]
        return np.argsort(-rank if descending else rank, kind="stable")

    def _values(self, key: Key) -> NDArray[np.float64] | NDArray[np.str_]:
        if key == "harm":
            return self.times * self.scored.points[self.events]
        chosen = self.rows.take(pa.array(self.events, pa.int64()))
        if key == "date":
            day, month = chosen["day"].to_pylist(), chosen["month"].to_pylist()
            first = {m: last_day_of(m - 1) + 1 for m in set(month)}
            return np.array([first[m] if d is None else d for d, m in zip(day, month, strict=True)], dtype=np.float64)
        if key == "category":
            return np.array([category_of(row, self.scoring) for row in _codes(chosen)], dtype=np.str_)
        return np.array(chosen["reference"].to_pylist(), dtype=np.str_)

    def _offences_with(self, text: str) -> NDArray[np.bool_]:
        coded = self.rows["offence"].combine_chunks().dictionary_encode()
        offences = self.scoring.offences
        named = [
            text.lower() in f"{code}\n{offences[code].title if code in offences else ''}".lower()
            for code in coded.dictionary.to_pylist()
        ]
        found: NDArray[np.bool_] = np.array(named, dtype=np.bool_)[coded.indices.to_numpy()]
        return found


def events_behind(bulk: Bulk, spot: Spot, question: Question, scoring: Scoring, *, texts: bool = False) -> Behind:
    """The events that the snapshot counts at a place for a question.

    An event is counted where and when the row is that stands for it, under the measures of all its rows. So the rows of
    the place are read, and whatever other rows tell of their incidents.

    Args:
        bulk: in a transaction, so that all are of one state of the records.
        spot: the place.
        question: its baseline and what-if make no difference here.
        scoring: with the measures of the snapshot.
        texts: whether to read the texts that `Behind.among` looks through.

    Raises:
        TooBroad: they are too many to read, or it takes too long.
        UnweighedEvents: the recipe gives an event no weight.
    """
    recipe = scoring.recipe
    chosen = [measure for measure in recipe.measures if measure.id in question.measures]
    kinds = frozenset(kind for measure in chosen for kind in scoring.takes[measure.bit].kinds)
    where = Where(window=question.window, kinds=kinds, cells=spot.cells)
    here, others = read_events(bulk, where, TEXTS if texts else ())
    linked = link_events(read_links_of(bulk, where, others["id"].to_pylist()), scoring)
    rows = pa.concat_tables([here, others]).sort_by("id")
    return _counted(rows, linked, question, scoring).where(lambda rows: spot.holds(rows.lon, rows.lat, rows.cell))


def events_of_rows(bulk: Bulk, ids: Sequence[int], question: Question, scoring: Scoring) -> Behind:
    """The events that a question counts anywhere and of which one of these rows tells.

    Raises:
        TooBroad, UnweighedEvents: see `events_behind`.
    """
    rows = read_events_by_id(bulk, ids)
    linked = link_events(read_links_of_events(bulk, rows["id"].to_pylist()), scoring)
    return _counted(rows, linked, question, scoring)


def _counted(rows: pa.Table, linked: Linked, question: Question, scoring: Scoring) -> Behind:
    """The events among all these rows that a question counts."""
    chosen = [measure for measure in scoring.recipe.measures if measure.id in question.measures]
    mask = np.uint32(sum(measure.mask for measure in chosen if measure.unit == "event"))
    scored = score_rows(rows, linked, scoring, _shared(rows))
    stands = standing_rows(scored)
    signature = joined_signatures(scored.rows, stands, scoring)
    events = np.flatnonzero(
        (stands == np.arange(len(stands)))
        & (signature & mask > 0)
        & (scored.rows.month >= question.window.start)
        & (scored.rows.month < question.window.stop)
    )
    once = question.counting == "once"
    return Behind(
        rows=rows,
        scored=scored.rows,
        stands=stands,
        linked=linked,
        events=events,
        signature=signature[events],
        times=np.ones(len(events), np.int64) if once else np.bitwise_count(signature[events] & mask).astype(np.int64),
        scoring=scoring,
    )


def category_of(row: dict[str, str], scoring: Scoring) -> str:
    """The category of a row, or of its offence if it names none."""
    offence = scoring.offences.get(row["offence"])
    return row["category"] or (offence.category if offence else "")


def _shared(rows: pa.Table) -> pa.Array:
    """The incidents of these rows that several of them tell of; all that do are among them."""
    counts = rows.group_by("incident").aggregate([([], "count_all")])
    several = counts.filter(pc.and_(pc.greater(counts["count_all"], 1), pc.not_equal(counts["incident"], "")))
    return several["incident"].sort().combine_chunks()


def _codes(rows: pa.Table) -> list[dict[str, str]]:
    found: list[dict[str, str]] = rows.select(["category", "offence"]).to_pylist()
    return found
