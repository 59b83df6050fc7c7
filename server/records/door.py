"""The door to the records: for how long one may look, by which rules, and whether they are those of the snapshot."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from flask import Response, current_app, jsonify

from etl.behind.places import Ground
from harmgrid.errors import InvalidRecipe, OtherRecipe, RecordsUnusable
from harmgrid.recipes import Scoring, read_recipe
from harmgrid.records.engine import Bulk, look_into
from harmgrid.records.receipts import last_change
from harmgrid.snapshot import Snapshot
from server.records.shapes import Json
from server.settings import Settings

SECONDS = 10.0  # for a page
DOWNLOAD_SECONDS = 60.0


class Door:
    """The records of one app, and what explains them, kept from one request to the next: rules and areas, no records.

    Only what belongs to the snapshot that was asked about last is kept.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._recipe = settings.recipe
        self._kept: tuple[str, Ground, Scoring] | None = None
        self._lock = Lock()

    @contextmanager
    def look(self, seconds: float = SECONDS) -> Iterator[Bulk]:
        """A connection that can only read, for this request.

        Raises:
            RecordsUnusable: they do not answer; the reason is for the log, and that has no values of a statement.
            TooBroad: they take too long.
        """
        try:
            with look_into(self._url, seconds=seconds) as bulk:
                yield bulk
        except RecordsUnusable as error:
            cause = error.__cause__
            what = f"{type(cause).__name__} {getattr(cause, 'sqlstate', '') or ''}".strip() if cause else error.came
            logging.getLogger(__name__).error("records do not answer: %s", what)  # noqa: TRY400 - a trace may have values
            raise RecordsUnusable(
                came="records that do not answer, or that this version cannot read",
                expected="the database that HARMGRID_DATABASE_URL names, as harmgrid publish leaves it",
                do="look at the server's log, and run harmgrid publish after an upgrade",
            ) from None

    def rules(self, snapshot: Snapshot) -> tuple[Ground, Scoring]:
        """By which areas and which recipe the snapshot counts.

        Raises:
            OtherRecipe: this server does not have the recipe that the snapshot was made with.
        """
        kept = self._kept
        if kept and kept[0] == snapshot.version:
            return kept[1:]
        with self._lock:
            try:
                scoring = read_recipe(self._recipe).of_snapshot(snapshot.contents.recipe)
            except InvalidRecipe as error:
                raise OtherRecipe(came=error.came, expected=error.expected, do=error.do) from error
            found = Ground(snapshot.contents), scoring
            self._kept = (snapshot.version, *found)
        return found


def door() -> Door:
    """That of the app that handles this request."""
    extensions = current_app.extensions
    found: Door = extensions.setdefault("harmgrid_records", Door(extensions["harmgrid_settings"]))
    return found


def state_of(bulk: Bulk, snapshot: Snapshot) -> Json:
    """When the records changed last, and whether that was after the snapshot was published."""
    changed = last_change(bulk)
    newer = changed is not None and _second(changed) > _second(snapshot.published_at)
    return {"changed": changed, "newer_than_snapshot": newer}


def answer(body: Json) -> Response:
    """An answer about records."""
    return jsonify(body)


def _second(time: str) -> datetime:
    """A time to the second, as snapshots have it."""
    return datetime.fromisoformat(time).replace(microsecond=0)
