"""Invented events never stand beside real ones, whichever came first."""

from pathlib import Path
from zipfile import ZIP_STORED

import pytest

from etl.load import require_synthetic
from harmgrid.errors import MixedRecords
from harmgrid.records import open_records
from tests.police_uk_builder import APRIL, FORCE, HEADER, MARCH, Row, contents, crime, load, write_archive

INVENTED = f"{FORCE} (synthetic)"
REAL = [crime("r")]
SYNTHETIC = [crime("s", Falls_within=INVENTED)]
LATER = [crime("l", Falls_within=INVENTED, Month="2022-04")]


def try_to_mix(url: str, folder: Path, there: list[Row], files: dict[str, list[Row] | str]) -> None:
    records = open_records(url)
    load(records, write_archive(folder / "there.zip", {MARCH: there}))
    load(records, write_archive(folder / "new.zip", files))


@pytest.mark.parametrize("there", [REAL, SYNTHETIC, []])
def test_more_of_the_same_kind_is_welcome(database_url: str, tmp_path: Path, there: list[Row]) -> None:
    try_to_mix(database_url, tmp_path, there, {MARCH: there, APRIL: HEADER})


@pytest.mark.parametrize("new", [REAL, SYNTHETIC])
def test_empty_records_take_either_kind(database_url: str, tmp_path: Path, new: list[Row]) -> None:
    try_to_mix(database_url, tmp_path, [], {MARCH: new})


@pytest.mark.parametrize(
    ("there", "files"),
    [
        (REAL, {MARCH: SYNTHETIC}),
        (SYNTHETIC, {MARCH: REAL}),
        (REAL, {MARCH: REAL, APRIL: LATER}),
        ([], {MARCH: REAL, APRIL: LATER}),
        ([], {MARCH: [*REAL, *SYNTHETIC]}),
        (REAL, {MARCH: [*REAL, *SYNTHETIC]}),
        (SYNTHETIC, {MARCH: [*SYNTHETIC, *REAL]}),
    ],
)
def test_two_kinds_are_refused(
    sqlite_url: str, tmp_path: Path, there: list[Row], files: dict[str, list[Row] | str]
) -> None:
    with pytest.raises(MixedRecords):
        try_to_mix(sqlite_url, tmp_path, there, files)


def test_a_file_that_turns_real_half_way_is_left_out_whole(database_url: str, tmp_path: Path) -> None:
    records = open_records(database_url)
    load(records, write_archive(tmp_path / "there.zip", {MARCH: SYNTHETIC}))
    before = contents(records)
    invented = [crime(str(number), Falls_within=INVENTED, Context="x" * 9_000) for number in range(1_000)]
    mixed = write_archive(
        tmp_path / "new.zip", {APRIL: [row | {"Month": "2022-04"} for row in invented + REAL]}, ZIP_STORED
    )
    with pytest.raises(MixedRecords, match="real rows for records that hold synthetic ones"):
        load(records, mixed)
    assert contents(records) == before


@pytest.mark.parametrize("there", [SYNTHETIC, []])
def test_invented_records_may_follow_invented_ones_or_none(sqlite_url: str, tmp_path: Path, there: list[Row]) -> None:
    records = open_records(sqlite_url)
    load(records, write_archive(tmp_path / "there.zip", {MARCH: there}))
    require_synthetic(records)


def test_invented_records_may_not_follow_real_ones(sqlite_url: str, tmp_path: Path) -> None:
    records = open_records(sqlite_url)
    load(records, write_archive(tmp_path / "there.zip", {MARCH: REAL}))
    with pytest.raises(MixedRecords, match="synthetic rows for records that hold real ones"):
        require_synthetic(records)
