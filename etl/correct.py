"""Rejects that are judged again: as they are, once the profile, the recipe or the sectors are others, or mended.

They go through what every row goes through, and come in under their old file and row. What still fails stays a reject,
with today's reasons; damaged lines are no rows and stay as they are. Nothing else of the file changes: no row is
withdrawn, the receipts of its loads stay. All of it is one transaction.

An event without a reference of its own is known by its file, its month and its ordinal. The rows that were loaded have
the first ordinals, so one that comes back gets the next. When the mended file is loaded later, its rows have the same
ordinals in another order: each is there once, none is left over, and the receipt counts rows as updated that only
moved. When the file is loaded again as it was, the row is a reject again, and its event is withdrawn.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from etl.load import Filling, Unjudged, judge, kinds_of, known_to
from etl.mended import read_mended, row_of
from etl.profiles import Profile
from etl.reading import Member, RawBatch
from etl.rows import Known, require_columns
from harmgrid.errors import MixedRecords
from harmgrid.recipes import Scoring
from harmgrid.records import Records
from harmgrid.records.changes import Note, note_change
from harmgrid.records.mending import MendedFile, Mending, begin_mending, read_rejects
from harmgrid.records.reading import force_names
from harmgrid.types import Receipt, Reject

_NO_GEOMETRY = b"\0"  # which does not read


@dataclass(kw_only=True)
class Retry:
    """What became of rejects that came back: a receipt for each file, one for all."""

    files: list[Receipt] = field(default_factory=list)
    total: Receipt = field(default_factory=lambda: Receipt(name="in all"))
    damaged: int = 0  # rejects that cannot come back: they are no rows
    strangers: int = 0  # rows of a mended file that are no reject, or no more

    @property
    def figures(self) -> dict[str, int]:
        """For the receipt that is kept."""
        names = ("read", "loaded", "updated", "unchanged", "rejected")
        counted = {name: int(getattr(self.total, name)) for name in names}
        return counted | {"damaged": self.damaged, "strangers": self.strangers}


def retry_rejects(records: Records, profile: Profile, scoring: Scoring, *, note: Note) -> Retry:
    """Judge every reject of a source again by today's profile, recipe and sectors, and load those that pass.

    Raises:
        UnknownSource: nothing of the profile's source has been loaded.
        UnknownColumn: the profile names columns that the rows do not have; nothing is changed.
        MixedRecords: a row is of the other kind, real or synthetic, than the records; nothing is changed.
    """
    return _Correction(profile=profile, scoring=scoring).run(records, "retry", note)


def load_mended(records: Records, profile: Profile, path: Path, scoring: Scoring, *, note: Note) -> Retry:
    """Load mended rows, as `etl.mended` exports them, in place of the rejects that they name.

    Rows that name no reject, or none that is still there, are counted and left alone, so that a file may be loaded
    twice. A column that the file lacks is as it was.

    Raises:
        UnreadableSource: a file that is none of those, has a damaged row, or names a reject twice.
        UnknownSource, UnknownColumn, MixedRecords: as for `retry_rejects`.
    """
    return _Correction(profile=profile, scoring=scoring, mended=read_mended(path)).run(records, "mend", note)


@dataclass(kw_only=True)
class _Correction:
    """Rejects coming back, while they do."""

    profile: Profile
    scoring: Scoring
    mended: dict[str, dict[int, dict[str, str]]] | None = None  # by file and row; None: all rejects, as they are
    outcome: Retry = field(default_factory=Retry)

    def run(self, records: Records, action: str, note: Note) -> Retry:
        with begin_mending(records, self.profile.source) as (mending, of):
            if (of.record, of.kind) != (self.profile.record, self.profile.kind):
                raise MixedRecords(
                    came=f"{self.profile.record} {self.profile.kind} for {of.name}, which has {of.record} {of.kind}",
                    expected="one kind of record for a source",
                    do="name the profile that its files were loaded with",
                )
            self._all_files(mending)
            if self.mended is not None:
                self.outcome.strangers = sum(map(len, self.mended.values()))
            note_change(mending.load.bulk, action, note, {of.name: self.outcome.figures})
        return self.outcome

    def _all_files(self, mending: Mending) -> None:
        bulk = mending.load.bulk
        known = known_to(self.scoring, self.profile, bulk)
        kinds = kinds_of(force_names(bulk))
        for target in mending.files():
            receipt = Receipt(name=target.name)
            self._file(target, known, kinds, receipt)
            self.outcome.total.add(receipt)
            if receipt.read:
                self.outcome.files.append(receipt)

    def _file(self, target: MendedFile, known: Known, kinds: set[bool], receipt: Receipt) -> None:
        held, months = target.held()
        filling = Filling(
            profile=self.profile,
            member=Member(name=target.name, size=0, columns=()),
            target=target,
            kinds=kinds,
            receipt=receipt,
            held=held,
            months=months,
        )
        for rejects in read_rejects(target.bulk, target.file_id, target.name):
            for rows in _of_one_layout(self._chosen(target.name, rejects)):
                batch = _batch(rows)
                filling.member = Member(name=target.name, size=0, columns=tuple(batch.columns))
                require_columns(filling.member, self.profile)
                target.take_out(batch.numbers.tolist())
                part = Unjudged(batch=batch, profile=self.profile, member=filling.member, known=known)
                filling.take(judge(part), batch)
        filling.finish_part()

    def _chosen(self, file: str, rejects: Iterable[Reject]) -> Iterator[tuple[int, dict[str, str]]]:
        """Number and text of the rows that come back."""
        mended = None if self.mended is None else self.mended.get(file, {})
        for reject in rejects:
            row = row_of(reject)
            if mended is None:
                self.outcome.damaged += row is None
                if row is not None:
                    yield reject.row, row
            elif row is not None and reject.row in mended:
                new = mended.pop(reject.row)
                yield reject.row, {column: new.get(column, text) for column, text in row.items()}


def _of_one_layout(rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """Rows that follow each other and have the same columns."""
    for _, alike in itertools.groupby(rows, key=lambda row: tuple(row[1])):
        yield list(alike)


def _batch(rows: list[tuple[int, dict[str, str]]]) -> RawBatch:
    """Rows of one layout as they would come from their file."""
    columns = {name: [row[name] for _, row in rows] for name in rows[0][1]}
    return RawBatch(
        numbers=np.array([number for number, _ in rows], dtype=np.int64),
        columns={name: _column(name, texts) for name, texts in columns.items()},
        done=0,
    )


def _column(name: str, texts: list[str]) -> pa.Array:
    if name != "geometry":
        return pa.array(texts, pa.string())
    return pa.array([_geometry(text) for text in texts], pa.binary())


def _geometry(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) or None
    except ValueError:
        return _NO_GEOMETRY
