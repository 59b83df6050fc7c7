"""From files to records: read, validate, locate, merge, and account for every row."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl import police_uk
from etl.archive import Member, csv_members
from harmgrid import grid
from harmgrid.errors import Inconsistent, MixedRecords, UnreadableSource
from harmgrid.measures import DEFAULT_RECIPE, read_recipe
from harmgrid.records import Records
from harmgrid.records.boundaries import read_sectors
from harmgrid.records.loading import CONTENT, FileLoad, Load, begin_load, finish_load
from harmgrid.records.reading import force_names
from harmgrid.sectors import Sector, places_from_points
from harmgrid.types import SYNTHETIC_MARK, Receipt, Reject

Progress = Callable[[int], None]  # told how many more bytes are done


@dataclasses.dataclass(frozen=True, kw_only=True)
class LoadReceipt:
    """What a load did: a receipt for each file, one for all, and the files of the archive that it did not read."""

    files: list[Receipt]
    total: Receipt
    left_out: list[str]


def street_crime_files(path: Path) -> tuple[list[Member], list[str]]:
    """The street crime files of an archive, every header checked, and the names of its other CSV files.

    Raises:
        UnreadableSource: see `csv_members`; or no street crime in it.
        UnknownColumn: a file with other columns; nothing has been loaded by then.
    """
    members = csv_members(path)
    street = [member for member in members if police_uk.is_street_crime(member)]
    if not street:
        raise UnreadableSource(
            came=f"{path.name} without a street crime file",
            expected="files named like 2022-03-some-force-street.csv",
            do="fetch the archive again with street crime included",
        )
    for member in street:
        police_uk.require_columns(member)
    return street, [member.name for member in members if member not in street]


def require_unmixed(records: Records, street: Sequence[Member]) -> None:
    """Raise if invented events were to stand beside real ones.

    Raises:
        MixedRecords: some of these files and of the events in the records are synthetic, and some are not.
    """
    with records.bulk() as bulk, bulk.reading():
        held = _kinds(force_names(bulk))
    _require_one_kind(held, {kind for member in street if (kind := police_uk.is_synthetic(member)) is not None})


def _kinds(forces: Iterable[str]) -> set[bool]:
    """Whether forces are synthetic."""
    return {SYNTHETIC_MARK in force for force in forces}


def _require_one_kind(held: set[bool], new: set[bool]) -> None:
    if len(held | new) > 1:
        kinds = ("real", "synthetic") if held == {True} else ("synthetic", "real")
        raise MixedRecords(
            came=f"{kinds[0]} events for records that hold {kinds[1]} ones",
            expected="one kind only, so that nobody takes the one for the other",
            do="name another folder with --data-dir or HARMGRID_DATA_DIR, or another database",
        )


def load_police_uk(records: Records, path: Path, *, now: Callable[[], datetime], progress: Progress) -> LoadReceipt:
    """Load street crime from an archive or a CSV file.

    A file is loaded whole or not at all; files loaded before it stay.

    Raises:
        InputError: a file cannot be read; files before it are loaded.
        MixedRecords: a row is of the other kind, real or synthetic, than those before it; likewise.
    """
    street, left_out = street_crime_files(path)
    receipts: list[Receipt] = []
    with begin_load(records, source=police_uk.SOURCE, archive=path.name, now=now()) as load:
        kinds = _kinds(force_names(load.bulk))
        categories = frozenset(measure.category for measure in read_recipe(DEFAULT_RECIPE).measures)
        receipts.extend(_load_file(load, member, progress, kinds=kinds, categories=categories) for member in street)
        finish_load(load, now())
    total = Receipt(name="in all")
    for receipt in receipts:
        total.add(receipt)
    return LoadReceipt(files=receipts, total=total, left_out=left_out)


def _load_file(
    load: Load, member: Member, progress: Progress, *, kinds: set[bool], categories: frozenset[str]
) -> Receipt:
    """Load one file; `kinds` grows by what it holds."""
    receipt = Receipt(name=member.name)
    held: dict[int, int] = {}  # rows without a reference so far, by month
    months: set[int] = set()
    done = 0
    with load.file(member.name) as target, member.open() as file:
        sectors = read_sectors(target.bulk)
        for batch in police_uk.read_batches(member, file, categories):
            new = _kinds(pc.unique(batch.rows["falls_within"]).to_pylist())
            _require_one_kind(kinds, new)
            kinds |= new
            rows = _events(member.name, batch.rows, held, sectors)
            months.update(pc.unique(rows["month"]).to_pylist())
            repeated = target.merge(rows, receipt) if rows.num_rows else []
            rejects = batch.rejects + [batch.raw.reject(number, "repeated_reference") for number in repeated]
            receipt.read += batch.rows.num_rows + len(batch.rejects)
            _count_rejects(receipt, rejects)
            target.reject(rejects)
            progress(file.tell() - done)
            done = file.tell()
        _finish_file(target, member.name, receipt, held=held, months=months)
    progress(member.size - done)
    return receipt


def _events(name: str, rows: pa.Table, held: dict[int, int], sectors: Sequence[Sector]) -> pa.Table:
    """Accepted rows as events: located in hexagon and sector, each with a reference."""
    lon, lat = (rows[axis].to_numpy() for axis in ("lon", "lat"))
    cell = grid.cells_from_points(lon, lat, grid.BASE_RESOLUTION)
    reference, ordinal = _references(name, rows, held)
    columns = {column: rows[column] for column in ("row_number", *CONTENT) if column in rows.column_names}
    located = {"cell": pa.array(cell.astype(np.int64)), "place": pa.array(places_from_points(sectors, lon, lat))}
    return pa.table(columns | located | {"reference": reference, "ordinal": ordinal})


def _references(name: str, rows: pa.Table, held: dict[int, int]) -> tuple[pa.Array, pa.Array]:
    """The reference of each row, and its ordinal where the source gave none; `held` grows by those.

    A made reference is ` file#month#ordinal`: the nth row without a reference of that file and month. It starts with a
    space, as no Crime ID does once it is trimmed.
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


def _count_rejects(receipt: Receipt, rejects: list[Reject]) -> None:
    receipt.rejected += len(rejects)
    for reject in rejects:
        for reason in reject.reasons:
            receipt.reasons[reason] = receipt.reasons.get(reason, 0) + 1


def _finish_file(target: FileLoad, name: str, receipt: Receipt, *, held: dict[int, int], months: set[int]) -> None:
    of_file = police_uk.month_of_file(name)
    delivered = {of_file} if of_file is not None else months
    receipt.withdrawn = target.withdraw({month: held.get(month, 0) for month in delivered})
    if not receipt.balanced:
        raise Inconsistent(
            came=f"{name} with {receipt.read} rows read, but {receipt}",
            expected="read = loaded + updated + unchanged + rejected",
            do="report this: nothing of the file has been loaded",
        )
    target.finish(receipt, sorted(delivered))
