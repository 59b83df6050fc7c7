"""The events behind a figure, a page at a time, beside what the snapshot says of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from flask import Response
from numpy.typing import NDArray

from etl.behind.figure import Behind, Key, events_behind
from etl.behind.places import Spot, spot_from_text
from etl.behind.rows import Event, Named, Row, describe_events
from harmgrid.records.engine import Bulk
from harmgrid.snapshot import Snapshot
from harmgrid.types import Question, Sum
from server.api import asked
from server.parameters import choice, question_from
from server.records.choices import SORTS
from server.records.door import Json, answer, door, state_of
from server.records.paging import page_from, text_from
from server.snapshots import CURRENT, snapshot_of

_TOLERANCE = 1e-9  # of harm: float64 adds in another order


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question about the events behind a figure, as it was understood."""

    snapshot: Snapshot
    question: Question
    spot: Spot
    query: str  # empty for all of them
    sort: str

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Asked":
        """The question of these parameters, to the current snapshot.

        Raises:
            UnknownParameter, InvalidWindow, UnknownPlace: a value that cannot be used.
        """
        snapshot = snapshot_of(CURRENT)
        ground, _ = door().rules(snapshot)
        return cls(
            snapshot=snapshot,
            question=question_from(parameters, snapshot.contents),
            spot=spot_from_text(ground, parameters.get("place", "")),
            query=text_from(parameters, "query"),
            sort=choice(parameters, "sort", SORTS),
        )

    def found(self, bulk: Bulk) -> tuple[Behind, NDArray[np.int64]]:
        """What is behind the figure, and the positions of those events that were asked for, in their order."""
        _, scoring = door().rules(self.snapshot)
        behind = events_behind(bulk, self.spot, self.question, scoring, texts=bool(self.query))
        key = next(key for key in get_args(Key) if key == self.sort.removeprefix("-"))
        order = behind.order(key, descending=self.sort.startswith("-"))
        return behind, order[behind.among(self.query)[order]] if self.query else order

    def described(self, bulk: Bulk, behind: Behind, at: NDArray[np.int64]) -> list[Event]:
        """These events with their rows."""
        return describe_events(bulk, behind, at, self.spot.ground)

    def told(self, bulk: Bulk, behind: Behind) -> Json:
        """The question, and whether the records still are what the snapshot was made from."""
        figure, found = self.spot.figure(self.question), behind.figure
        agrees = figure.count == found.count and math.isclose(figure.harm, found.harm, rel_tol=_TOLERANCE)
        return asked(self.snapshot, self.question) | {
            "place": self.spot.id or None,
            "query": self.query or None,
            "sort": self.sort,
            "figure": _sum(figure),
            "found": _sum(found),
            "agrees": agrees,
            "note": None if agrees else DISAGREES,
            "records": state_of(bulk, self.snapshot),
        }


DISAGREES = (
    "The records have changed since this snapshot was published: these are the events as they are now, and they do not "
    "add up to the figure of the map. Publish again to bring both together."
)


def page(parameters: Mapping[str, str]) -> Response:
    """One page of events."""
    wanted = page_from(parameters)
    question = Asked.of(parameters)
    with door().look() as bulk:
        behind, at = question.found(bulk)
        events = question.described(bulk, behind, at[wanted.rows])
        return answer(
            question.told(bulk, behind) | wanted.told(len(at)) | {"events": [_event(event) for event in events]}
        )


def _event(event: Event) -> Json:
    return {
        "harm": event.harm,
        "times": event.times,
        "measures": event.measures,
        "generated": event.generated,
        "groups": _named(event.groups, "kind"),
        "rows": [_row(row) for row in event.rows],
        "rows_left_out": event.left_out,
    }


def _row(row: Row) -> Json:
    return {
        "stands": row.stands,
        "source": row.source,
        "reference": row.reference,
        "kind": row.kind,
        "date": row.date,
        "month": row.month,
        "category": row.category,
        "offence": {"code": row.offence.id, "title": row.offence.name} if row.offence else None,
        "measures": row.measures,
        "points": row.points,
        "weighed": {"by": row.why.by, "measure": row.why.measure},
        "location": row.location,
        "point": row.point,
        "sector": row.sector._asdict() if row.sector else None,
        "hexagon": row.hexagon,
        "lsoa": {"code": row.lsoa.id, "name": row.lsoa.name} if row.lsoa else None,
        "outcome": row.outcome,
        "status": row.status,
        "context": row.context,
        "reported_by": row.reported_by,
        "incident": row.incident,
        "file": row.file,
        "row": row.row,
        "details": row.details,
        "groups": _named(row.groups, "kind"),
        "people": _named(row.people, "role"),
    }


def _named(found: tuple[Named, ...], second: str) -> list[Json]:
    return [{"id": one.id, second: one.name} for one in found]


def _sum(value: Sum) -> Json:
    return {"count": value.count, "harm": value.harm}
