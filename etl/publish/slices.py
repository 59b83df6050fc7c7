"""Events in slices: each is scored and counted by itself, by whoever has the time, and then adds up with the others.

A slice has some ids of events, so reading it is reading on. What it cannot know are the other rows of an incident that
lies in several slices; those are set aside and joined when all have been seen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.publish.count import FinestCounts, count_scored
from etl.publish.levels import Standing, standing_levels
from etl.publish.link import Linked
from etl.publish.score import Scored, ScoredEvents, ScoredRows, join_incidents, score_rows
from etl.publish.state import State
from harmgrid.recipes import Scoring
from harmgrid.records.engine import Bulk
from harmgrid.records.reading import read_slices
from harmgrid.types import Months


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What all slices are scored and counted by."""

    scoring: Scoring  # with the measures that are fed
    unfed: tuple[str, ...]  # titles of the others
    shared: pa.Array  # the incidents that several rows tell of
    levels: Mapping[str, Standing]
    months: Months


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some events, and which groups they are linked to."""

    events: pa.Table
    linked: Linked
    ground: Ground


@dataclass(frozen=True, kw_only=True)
class GroupEvents:
    """Events that are linked to groups, one row a group."""

    events: Scored
    group: NDArray[np.str_]
    first: NDArray[np.bool_]  # of the rows of its event

    @classmethod
    def of(cls, scored: ScoredEvents) -> Self:
        """Those among these events."""
        first = np.ones(len(scored.linked), dtype=np.bool_)
        first[1:] = scored.linked[1:] != scored.linked[:-1]
        return cls(events=scored.events.taken(scored.linked), group=scored.group, first=first)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """All of these."""
        return cls(
            events=Scored.joined([part.events for part in parts]),
            group=np.concatenate([part.group for part in parts]),
            first=np.concatenate([part.first for part in parts]),
        )


@dataclass(frozen=True, kw_only=True)
class SliceCounts:
    """What a slice adds."""

    counts: FinestCounts
    in_groups: GroupEvents
    aside: ScoredRows  # rows of incidents that other rows tell of too


def ground_of(state: State, scoring: Scoring) -> Ground:
    """What this state of the records is scored and counted by."""
    months, fed = state.months, state.fed(scoring)
    return Ground(
        scoring=fed,
        unfed=tuple(measure.title for measure in scoring.recipe.measures if measure.id not in fed.recipe.all),
        shared=state.shared_incidents,
        levels=standing_levels(state.areas, state.residents, months),
        months=months,
    )


def slices_of(bulk: Bulk, state: State, ground: Ground, read: Callable[[int], None]) -> Iterator[Slice]:
    """All events, a slice at a time; `read` is told how many rows have been read so far."""
    rows = 0
    for events in read_slices(bulk):
        rows += events.num_rows
        read(rows)
        first, last = (events["id"][at].as_py() for at in (0, -1))
        yield Slice(events=events, linked=state.linked.between(first, last), ground=ground)


def score_slice(part: Slice) -> tuple[ScoredEvents, ScoredRows]:
    """The events of a slice, and the rows that are set aside."""
    scoring = part.ground.scoring
    scored = score_rows(part.events, part.linked, scoring, part.ground.shared)
    alone = scored.incident < 0
    return join_incidents(scored.taken(alone), scoring), scored.taken(~alone)


def count_slice(part: Slice) -> SliceCounts:
    """What a slice adds: the work of one worker."""
    events, aside = score_slice(part)
    counts = count_scored(events.events, part.ground.levels, part.ground.months)
    return SliceCounts(counts=counts, in_groups=GroupEvents.of(events), aside=aside)
