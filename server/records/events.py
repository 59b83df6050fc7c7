"""The events behind a figure, a page at a time, beside what the snapshot says of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from flask import Response
from numpy.typing import NDArray

from etl.behind.figure import Behind, Key, events_behind
from etl.behind.places import Spot, spot_from_text
from etl.behind.rows import Event, describe_events
from harmgrid.records.engine import Bulk
from harmgrid.snapshot import Snapshot
from harmgrid.types import Question
from server.api import asked
from server.parameters import choice, question_from
from server.records.choices import SORTS
from server.records.door import answer, door, state_of
from server.records.paging import page_from, text_from
from server.records.shapes import Json, compared, event_json
from server.snapshots import CURRENT, snapshot_of


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
        order = behind.order(key_of(self.sort), descending=self.sort.startswith("-"))
        return behind, order[behind.among(self.query)[order]] if self.query else order

    def described(self, bulk: Bulk, behind: Behind, at: NDArray[np.int64]) -> list[Event]:
        """These events with their rows."""
        return describe_events(bulk, behind, at, self.spot.ground)

    def told(self, bulk: Bulk, behind: Behind) -> Json:
        """The question, and whether the records still are what the snapshot was made from."""
        figure = self.spot.figure(self.question)
        return asked(self.snapshot, self.question) | {
            "place": self.spot.id or None,
            "query": self.query or None,
            "sort": self.sort,
            **compared(figure, behind.figure),
            "records": state_of(bulk, self.snapshot),
        }


def page(parameters: Mapping[str, str]) -> Response:
    """One page of events."""
    wanted = page_from(parameters)
    question = Asked.of(parameters)
    with door().look() as bulk:
        behind, at = question.found(bulk)
        events = question.described(bulk, behind, at[wanted.rows])
        return answer(
            question.told(bulk, behind) | wanted.told(len(at)) | {"events": [event_json(event) for event in events]}
        )


def key_of(sort: str) -> Key:
    """What one of `SORTS` sorts by."""
    found: Key = next(key for key in get_args(Key) if key == sort.removeprefix("-"))
    return found
