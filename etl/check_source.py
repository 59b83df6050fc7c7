"""What a load of a source would do, from a sample of its rows; nothing is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.fields.places import Box, locate
from etl.profiles import Profile
from etl.reading import Member, RawBatch, Source, open_source
from etl.rows import REASONS, Known, month_of_file, rejects_of, require_columns, rows_from
from harmgrid.types import Reject, month_text

EXAMPLES = 3  # accepted rows that are shown
_DAY_ZERO = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of a source's files against those of its profile."""

    found: tuple[str, ...]  # named by the profile
    missing: tuple[str, ...]  # that some file lacks, and no file may
    unknown: tuple[str, ...]  # that the profile does not name
    refused: bool  # whether it refuses files with those

    @property
    def unusable(self) -> bool:
        """Whether nothing can be loaded for want of columns, or for others."""
        return bool(self.missing) or (self.refused and bool(self.unknown))


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A reason for which rows of the sample would be rejected."""

    reason: str
    rows: int
    example: Reject


@dataclass(frozen=True, kw_only=True)
class SourceCheck:
    """What is in the files of a source, and what would become of the first rows of some of them."""

    profile: Profile
    files: tuple[str, ...]
    left_out: tuple[str, ...]
    columns: Columns
    sampled: tuple[str, ...]  # files; none if the columns are unusable
    loaded: int
    rejected: int
    faults: tuple[Fault, ...]  # the most rows first; a row with two reasons counts under both
    accepted: tuple[Mapping[str, str], ...]  # the first of them, by field, as text; what is empty is left out
    months: tuple[int, int] | None  # the first and the last of the sample, or of the files' names
    located: int
    extent: Box | None  # of the located rows


def check_source(path: Path, profile: Profile, known: Known, rows: int = 1000) -> SourceCheck:
    """The first rows of the first, the middle and the last file of a source, judged as a load would judge them.

    Raises:
        UnreadableSource: no such files, or one of them cannot be read.
        UnknownColumn: columns that cannot be told apart.
    """
    with open_source(path, profile.read) as source:
        members, left_out = source.members, source.left_out
        columns = _columns(profile, members)
        chosen = [] if columns.unusable else sorted({0, len(members) // 2, len(members) - 1})
        sample = _Sample(profile=profile, known=known)
        for member in members if chosen else []:
            require_columns(member, profile)
        for at in chosen[:1]:
            sample.take(members[at], _first(source, members[at], rows))
    for at in chosen[1:]:
        with open_source(path, profile.read) as source:  # a file once begun is read to its end, or its reader is ended
            sample.take(members[at], _first(source, source.members[at], rows))
    return SourceCheck(
        profile=profile,
        files=tuple(member.name for member in members),
        left_out=tuple(left_out),
        columns=columns,
        sampled=tuple(members[at].name for at in chosen),
        loaded=sample.loaded,
        rejected=sample.rejected,
        faults=sample.faults(),
        accepted=tuple(sample.accepted),
        months=_span(sample.months | _named(profile, members)),
        located=sample.located,
        extent=sample.extent,
    )


def _columns(profile: Profile, members: Iterable[Member]) -> Columns:
    headers = [member.columns for member in members]
    return Columns(
        found=tuple(column for column in profile.columns if any(column in header for header in headers)),
        missing=tuple(dict.fromkeys(column for header in headers for column in profile.missing(header))),
        unknown=tuple(dict.fromkeys(column for header in headers for column in profile.strange(header))),
        refused=profile.unknown == "refuse",
    )


def _first(source: Source, member: Member, rows: int) -> Iterator[RawBatch]:
    """Batches of a file up to its row of that number, not counting the header."""
    last = rows + 1
    for batch in source.batches(member):
        size = int(np.searchsorted(batch.numbers, last, side="right"))
        yield RawBatch(
            numbers=batch.numbers[:size],
            columns={name: column[:size] for name, column in batch.columns.items()},
            damaged=[reject for reject in batch.damaged if reject.row <= last],
            done=batch.done,
        )
        if size < len(batch.numbers):
            return


@dataclass(kw_only=True)
class _Sample:
    """What has become of the rows so far."""

    profile: Profile
    known: Known
    loaded: int = 0
    rejected: int = 0
    located: int = 0
    extent: Box | None = None
    months: set[int] = field(default_factory=set)
    accepted: list[Mapping[str, str]] = field(default_factory=list)
    _reasons: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, Reject] = field(default_factory=dict)
    _references: set[str] = field(default_factory=set)

    def take(self, member: Member, batches: Iterable[RawBatch]) -> None:
        """Judge the rows of some batches."""
        for batch in batches:
            judged = rows_from(batch, self.profile, member, self.known)
            repeated = self._repeated(judged.table)
            self._count(judged.rejects + rejects_of(member.name, batch, repeated, "repeated_reference"))
            table = judged.table.filter(pc.invert(pc.is_in(judged.table["row_number"], pa.array(repeated, pa.int64()))))
            self.loaded += table.num_rows
            self.accepted += _as_text(table.slice(0, EXAMPLES - len(self.accepted)))
            if "month" in table.column_names:
                self.months |= set(pc.unique(table["month"]).to_pylist())
            self._place(table, member)

    def faults(self) -> tuple[Fault, ...]:
        """Each reason with its rows and the first of them."""
        order = list(REASONS)
        return tuple(
            Fault(reason=reason, rows=rows, example=self._examples[reason])
            for reason, rows in sorted(self._reasons.items(), key=lambda item: (-item[1], order.index(item[0])))
        )

    def _repeated(self, table: pa.Table) -> list[int]:
        """The numbers of rows whose reference an earlier one has."""
        repeated = []
        name = "reference" if "reference" in table.column_names else "id"
        for number, reference in zip(table["row_number"].to_pylist(), table[name].to_pylist(), strict=True):
            if reference and reference in self._references:
                repeated.append(number)
            self._references.add(reference)
        return repeated

    def _count(self, rejects: list[Reject]) -> None:
        self.rejected += len(rejects)
        for reject in rejects:
            self._reasons.update(reject.reasons)
            for reason in reject.reasons:
                self._examples.setdefault(reason, reject)

    def _place(self, table: pa.Table, member: Member) -> None:
        columns = {name: table[name].combine_chunks() for name in ("lon", "lat") if name in table.column_names}
        if self.profile.record == "area" and self.profile.place is not None:
            shapes = {"geometry": table["geometry"].combine_chunks()}
            found = locate(shapes, self.profile.place, crs=member.crs, sectors=None)
            columns = {"lon": found.lon, "lat": found.lat}
        lon, lat = (columns[name].drop_null().to_numpy() if columns else np.empty(0) for name in ("lon", "lat"))
        self.located += len(lon)
        if len(lon):
            west, south, east, north = self.extent or (180.0, 90.0, -180.0, -90.0)
            self.extent = (
                *(min(west, float(lon.min())), min(south, float(lat.min()))),
                *(max(east, float(lon.max())), max(north, float(lat.max()))),
            )


def _as_text(table: pa.Table) -> list[Mapping[str, str]]:
    """Records by field, as a person writes them; what is empty, and every shape, is left out."""
    records = table.drop_columns(
        [name for name in ("row_number", "geometry") if name in table.column_names]
    ).to_pylist()
    return [
        {name: _text(name, value) for name, value in record.items() if value not in {None, ""}} for record in records
    ]


def _text(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6f}"
    if isinstance(value, int) and name == "month":
        return month_text(value)
    if isinstance(value, int) and name in {"day", "first_day", "last_day"}:
        return (_DAY_ZERO + timedelta(days=value)).isoformat()
    return str(value)


def _named(profile: Profile, members: Iterable[Member]) -> set[int]:
    months = (month_of_file(profile, member.name) for member in members)
    return {month for month in months if month is not None}


def _span(months: set[int]) -> tuple[int, int] | None:
    return (min(months), max(months)) if months else None
