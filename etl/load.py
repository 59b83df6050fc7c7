"""From files to records: read, judge by the profile, locate, merge, and account for every row."""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import tee
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from etl.profiles import Profile
from etl.reading import Member, RawBatch, open_source
from etl.rows import Known, Rows, month_of_file, rejects_of, require_columns, rows_from
from etl.workers import HERE, Workers
from harmgrid import grid
from harmgrid.errors import Inconsistent, MixedRecords, UnusableSectors
from harmgrid.published import BASE_LEVEL
from harmgrid.recipes import Scoring
from harmgrid.records import Records, loading
from harmgrid.records.boundaries import read_areas
from harmgrid.records.engine import Bulk
from harmgrid.records.reading import force_names
from harmgrid.types import SYNTHETIC_MARK, Receipt, Reject, Window

FEW_BATCHES = 32  # of a file: judged here before other processes have started

Progress = Callable[[Member, int], None]  # told how many bytes of a file are done


@dataclasses.dataclass(frozen=True, kw_only=True)
class Unjudged:
    """Rows as they came, and what they are judged by: what a worker gets."""

    batch: RawBatch
    profile: Profile
    member: Member
    known: Known


@dataclasses.dataclass(frozen=True, kw_only=True)
class LoadReceipt:
    """What a load did: a receipt for each file, one for all, and the files of the archive that it did not read."""

    files: list[Receipt]
    total: Receipt
    left_out: list[str]


def load_source(
    records: Records,
    profile: Profile,
    path: Path,
    scoring: Scoring,
    *,
    now: Callable[[], datetime],
    progress: Progress,
    covers: Window | None = None,
    workers: Workers = HERE,
) -> LoadReceipt:
    """Load the files of a source as its profile says. Workers judge its rows; they are written down in their order.

    A file is loaded whole or not at all; files loaded before it stay. `covers` are months that the files deliver
    whatever their rows and names say: of rare events, a month without a row is a month of zero.

    Raises:
        InputError: a file cannot be read; files before it are loaded.
        UnknownColumn: a file with other columns than the profile names; nothing is loaded.
        MixedRecords: a row is of the other kind, real or synthetic, than those before it; files before are loaded.
    """
    of = loading.Source(name=profile.source, record=profile.record, kind=profile.kind)
    total = Receipt(name="in all")
    receipts: list[Receipt] = []
    with open_source(path, profile.read) as source:
        for member in source.members:
            require_columns(member, profile)
        with loading.begin_load(records, of, archive=path.name, now=now()) as load:
            known = known_to(scoring, profile, load.bulk)
            kinds = kinds_of(force_names(load.bulk))
            for member in source.members:
                receipt = Receipt(name=member.name)
                with load.file(member.name) as target:
                    filling = Filling(
                        profile=profile, member=member, target=target, kinds=kinds, receipt=receipt, covers=covers
                    )
                    batches, again = tee(source.batches(member))
                    parts = (Unjudged(batch=batch, profile=profile, member=member, known=known) for batch in batches)
                    for rows, batch in zip(workers.in_order(judge, parts, few=FEW_BATCHES), again, strict=True):
                        filling.take(rows, batch)
                        progress(member, batch.done)
                    filling.finish()
                progress(member, member.size)
                receipts.append(receipt)
                total.add(receipt)
            if profile.delivery.complete:
                total.withdrawn += load.withdraw_unseen()
            loading.finish_load(load, now())
            return LoadReceipt(files=receipts, total=total, left_out=source.left_out)


def known_to(scoring: Scoring, profile: Profile, bulk: Bulk) -> Known:
    """What the rows of a source are judged by.

    Raises:
        UnusableSectors: the profile asks for places near the sectors, and there are none.
    """
    bounds = None
    if profile.place and profile.place.bounds == "sectors":
        outlines = [area.geometry for area in read_areas(bulk) if area.level == BASE_LEVEL]
        if not outlines:
            raise UnusableSectors(
                came=f"{profile.source}, whose places are held against the sectors, before any sectors",
                expected="sectors in the records",
                do="run harmgrid load sectors FILE first",
            )
        west, south, east, north = shapely.total_bounds(np.array(outlines, dtype=object)).tolist()
        bounds = (west, south, east, north)
    return Known(offences=frozenset(scoring.offences), categories=scoring.known_categories, bounds=bounds)


def judge(part: Unjudged) -> Rows:
    """The rows of a batch, judged and put on hexagons: the work of one worker."""
    rows = rows_from(part.batch, part.profile, part.member, part.known)
    if "lon" not in rows.table.column_names:
        return rows
    lon, lat = (rows.table[axis].to_numpy() for axis in ("lon", "lat"))
    cell = grid.cells_from_points(lon, lat, grid.BASE_RESOLUTION)
    return Rows(table=rows.table.append_column("cell", pa.array(cell.astype(np.int64))), rejects=rows.rejects)


@dataclasses.dataclass(kw_only=True)
class Filling:
    """One file while its rows come in; `held` and `months` are what it holds already where only some of it comes in."""

    profile: Profile
    member: Member
    target: loading.FileLoad
    kinds: set[bool]  # whether the forces of the records are synthetic; grows
    receipt: Receipt
    covers: Window | None = None
    held: dict[int, int] = dataclasses.field(default_factory=dict)  # events without a reference so far, by month
    months: set[int] = dataclasses.field(default_factory=set)

    def take(self, rows: Rows, batch: RawBatch) -> None:
        """Bring in some rows, which were judged as they stood in the batch."""
        forces = pc.unique(rows.table["falls_within"]).to_pylist()
        new = kinds_of(forces if self.profile.record == "event" else filter(None, forces))
        _require_one_kind(self.kinds, new)
        self.kinds |= new
        records = self._records(rows.table)
        repeated = self.target.merge(records, self.receipt) if records.num_rows else []
        rejects = rows.rejects + rejects_of(self.member.name, batch, repeated, "repeated_reference")
        self.receipt.read += rows.table.num_rows + len(rows.rejects)
        self.receipt.rejected += len(rejects)
        count_reasons(self.receipt, rejects)
        self.target.reject(rejects)

    def finish(self) -> None:
        """Account for the file, and say which months it delivers."""
        delivered: set[int] = set()
        if self.profile.record == "event":
            delivered = self._delivered()
            self.receipt.withdrawn = self.target.withdraw({month: self.held.get(month, 0) for month in delivered})
        self._require_balance()
        self.target.finish(self.receipt, sorted(delivered))

    def finish_part(self) -> None:
        """Account for some rows of a file of which the rest is there: nothing is withdrawn, its receipt stays."""
        self._require_balance()
        if self.profile.record == "event" and self.receipt.read > self.receipt.rejected:
            self.target.deliver(sorted(self._delivered()))

    def _require_balance(self) -> None:
        if not self.receipt.balanced:
            raise Inconsistent(
                came=f"{self.receipt.name} with {self.receipt.read} rows read, but {self.receipt}",
                expected="read = loaded + updated + unchanged + rejected",
                do="report this: nothing of the file has been loaded",
            )

    def _records(self, rows: pa.Table) -> pa.Table:
        """Accepted rows as records, each with a reference."""
        if self.profile.record == "event":
            self.months.update(pc.unique(rows["month"]).to_pylist())
            reference, ordinal = _references(self.member.name, rows, self.held)
            at = rows.column_names.index("reference")
            rows = rows.set_column(at, "reference", reference).append_column("ordinal", ordinal)
        return rows

    def _delivered(self) -> set[int]:
        return self._months_of_file() | set(self.covers.months if self.covers else ())

    def _months_of_file(self) -> set[int]:
        of_file = month_of_file(self.profile, self.member.name)
        if of_file is not None:
            return {of_file}
        if self.profile.delivery.months == "span" and self.months:
            return set(range(min(self.months), max(self.months) + 1))
        return self.months


def count_reasons(receipt: Receipt, rejects: Iterable[Reject]) -> None:
    """Count the reasons of these rejects in a receipt."""
    for reject in rejects:
        for reason in reject.reasons:
            receipt.reasons[reason] = receipt.reasons.get(reason, 0) + 1


def kinds_of(forces: Iterable[str]) -> set[bool]:
    """Whether forces are synthetic."""
    return {SYNTHETIC_MARK in force for force in forces}


def _require_one_kind(held: set[bool], new: set[bool]) -> None:
    if len(held | new) > 1:
        kinds = ("real", "synthetic") if held == {True} else ("synthetic", "real")
        raise MixedRecords(
            came=f"{kinds[0]} rows for records that hold {kinds[1]} ones",
            expected="one kind only, so that nobody takes the one for the other",
            do="name another folder with --data-dir or HARMGRID_DATA_DIR, or another database",
        )


def require_synthetic(records: Records) -> None:
    """Raise if there is anything real where invented records are to go.

    Raises:
        MixedRecords: there is.
    """
    with records.bulk() as bulk, bulk.reading():
        _require_one_kind(kinds_of(force_names(bulk)), {True})


def _references(name: str, rows: pa.Table, held: dict[int, int]) -> tuple[pa.Array, pa.Array]:
    """The reference of each event, and its ordinal where the source gave none; `held` grows by those.

    A made reference is ` file#month#ordinal`: the nth row without a reference of that file and month. It starts with a
    space, as no reference does once it is trimmed.
    """
    given = rows["reference"].combine_chunks()
    without = np.flatnonzero(pc.equal(given, "").to_numpy(zero_copy_only=False))
    months = rows["month"].to_numpy()[without]
    ordinal = np.zeros(rows.num_rows, dtype=np.int64)
    for month in np.unique(months).tolist():
        of_month = without[months == month]
        ordinal[of_month] = held.get(month, 0) + 1 + np.arange(len(of_month))
        held[month] = held.get(month, 0) + len(of_month)
    has_none = pa.array(ordinal > 0)
    month_texts = rows["month"].combine_chunks().cast(pa.string())
    made = pc.binary_join_element_wise(f" {name}", month_texts, pa.array(ordinal).cast(pa.string()), "#")
    return pc.if_else(has_none, made, given), pc.if_else(has_none, pa.array(ordinal), pa.scalar(None, pa.int64()))
