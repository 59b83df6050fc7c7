"""Archives from outside: what is read, what is refused, and that damage never shows but as an error of ours."""

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl import archive
from etl.archive import csv_members
from etl.load import street_crime_files
from etl.police_uk import read_batches
from harmgrid.errors import HarmgridError, Inconsistent, UnknownColumn, UnreadableSource
from tests.police_uk_builder import APRIL, HEADER, MARCH, asb, crime, csv_text, write_archive, write_csv

pytestmark = pytest.mark.quick

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def read_to_the_end(path: Path) -> int:
    """How many rows of the archive are events."""
    rows = 0
    for member in street_crime_files(path)[0]:
        with member.open() as file:
            rows += sum(batch.rows.num_rows for batch in read_batches(member, file, frozenset({"Burglary"})))
    return rows


def packed(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as written:
        written.writestr(name, content)
    return data.getvalue()


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_files_come_in_the_order_of_their_names_whatever_their_folders(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.zip", {f"a/{APRIL}": [], f"z/{MARCH}": [], "readme.txt": "hello"})
    assert [member.name for member in csv_members(path)] == [MARCH, APRIL]


def test_a_lone_csv_file_is_its_own_archive(tmp_path: Path) -> None:
    path = write_csv(tmp_path / MARCH, [crime("a")])
    (member,) = csv_members(path)
    assert (member.name, member.inside, member.size) == (MARCH, None, path.stat().st_size)


def test_files_of_other_kinds_are_left_out_and_named(tmp_path: Path) -> None:
    others = ["2022-03-havenshire-outcomes.csv", "2022-03-havenshire-stop-and-search.csv"]
    path = write_archive(tmp_path / "a.zip", {MARCH: [crime("a")], **dict.fromkeys(others, "Crime ID,Outcome\n")})
    street, left_out = street_crime_files(path)
    assert [member.name for member in street] == [MARCH]
    assert left_out == others


def test_what_a_mac_adds_to_an_archive_is_no_file_of_it(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.zip", {MARCH: [], f"__MACOSX/._{MARCH}": b"\0\5\x16\7"})
    assert [member.name for member in csv_members(path)] == [MARCH]


def test_one_name_in_two_folders_is_refused_by_name(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.zip", {f"old/{MARCH}": [], f"new/{MARCH}": []})
    with pytest.raises(UnreadableSource, match=f"two files named {MARCH}"):
        csv_members(path)


def test_a_name_that_climbs_out_of_the_archive_is_only_a_name(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.zip", {f"../../{MARCH}": [crime("a")]})
    assert [member.name for member in csv_members(path)] == [MARCH]
    assert read_to_the_end(path) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["a.zip"]


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def of_many_files(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as many:
        for number in range(archive.MAX_FILES + 1):
            many.writestr(f"{number}.csv", b"")
    return path


def of_many_bytes(path: Path) -> Path:
    """A directory that claims twenty-one files of a gigabyte each, packed 100 to 1."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as claimed:
        for number in range(21):
            claimed.writestr(f"{number}.csv", b"")
        for entry in claimed.infolist():
            entry.file_size, entry.compress_size = 1024**3, 1024**3 // 100
    return written(path, data.getvalue())


def encrypted(path: Path) -> Path:
    data = bytearray(packed(f"2022-03/{MARCH}", csv_text([crime("a")]).encode()))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    return written(path, bytes(data))


def nested(path: Path) -> Path:
    return written(path, packed("inner.zip", packed(MARCH, csv_text([crime("a")]).encode())))


def of_a_newer_zip(path: Path) -> Path:
    """An archive that needs version 9.9 of the format to unpack."""
    data = bytearray(packed(MARCH, csv_text([crime("a")]).encode()))
    data[data.index(b"PK\1\2") + 6] = 99
    return written(path, bytes(data))


def cut(path: Path) -> Path:
    whole = packed(MARCH, csv_text([crime("a")]).encode())
    return written(path, whole[: len(whole) // 2])


def with_a_wrong_byte(path: Path) -> Path:
    data = bytearray(packed(MARCH, csv_text([crime("a")]).encode(), zipfile.ZIP_STORED))
    data[data.index(b"Quay")] ^= 1
    return written(path, bytes(data))


def that_lies_about_its_size(path: Path) -> Path:
    """Ten megabytes of one byte behind a directory that says one hundred bytes."""
    data = bytearray(packed(MARCH, HEADER.encode() + b"\n" * 10_000_000))
    for signature, size in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.index(signature) + size
        data[at : at + 4] = (len(HEADER) + 100).to_bytes(4, "little")
    return written(path, bytes(data))


def with_a_lone_carriage_return(path: Path) -> Path:
    return write_archive(path, {MARCH: csv_text([crime("a")], "\r")})


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path, "which is not there"),
        (folder, "which is a folder"),
        (lambda path: written(path, b""), "not a zip archive"),
        (lambda path: written(path, b"Crime ID,Month\n"), "not a zip archive"),
        (lambda path: written(path, b"\x1f\x8b\x08\0" + bytes(100)), "not a zip archive"),
        (of_a_newer_zip, r"not a zip archive .*9\.9"),
        (cut, "not a zip archive"),
        (encrypted, "cannot be unpacked .*encrypted"),
        (with_a_wrong_byte, "cannot be unpacked .*CRC"),
        (that_lies_about_its_size, "cannot be unpacked .*CRC"),
        (lambda path: written(path, packed(MARCH, bytes(2_000_000))), r"packed 1,\d\d\d to 1"),
        (of_many_files, "10,001 files"),
        (of_many_bytes, "22,548,578,304 bytes unpacked"),
        (nested, "without a street crime file"),
        (lambda path: written(path, packed("readme.txt", b"hello")), "without a street crime file"),
        (lambda path: write_archive(path, {}), "without a street crime file"),
        (with_a_lone_carriage_return, "whose first line is no text"),
        (lambda path: write_archive(path, {MARCH: b"\xff\xfeC\0r\0i\0m\0e\0"}), "whose first line is no text"),
    ],
)
def test_a_bad_archive_is_refused_with_what_is_wrong(tmp_path: Path, make: Callable[[Path], Path], says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        read_to_the_end(make(tmp_path / "a.zip"))


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("", "without Context, Crime ID, "),
        (HEADER.replace("Latitude", "Lat"), "without Latitude and with Lat"),
        (HEADER + ",Context", "with a column twice"),
        (HEADER.replace(",", ";"), "without Context, "),
        (HEADER.removesuffix(",Context"), "without Context"),
        (HEADER + ",extra", "with extra"),
        ("Crime ID,Month,Outcome type", "and with Outcome type"),
    ],
)
def test_other_columns_are_named(tmp_path: Path, header: str, says: str) -> None:
    path = write_archive(tmp_path / "a.zip", {MARCH: [crime("a")], APRIL: f"{header}\n1,2,3\n"})
    with pytest.raises(UnknownColumn, match=f"{APRIL} .*{says}"):
        street_crime_files(path)


@pytest.mark.parametrize("method", METHODS)
def test_any_damaged_byte_and_any_cut_is_an_error_of_ours_or_harmless(tmp_path: Path, method: int) -> None:
    whole = packed(f"2022-03/{MARCH}", csv_text([crime("a"), asb()]).encode(), method)
    flipped = [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(0, len(whole), 3)]
    path = tmp_path / "a.zip"
    refused = 0
    for data in flipped + [whole[:at] for at in range(0, len(whole), 3)]:
        path.write_bytes(data)
        try:
            rows = read_to_the_end(path)
        except HarmgridError:
            refused += 1
        else:
            assert rows == 1, "a burglary, and a row of another category"
    assert refused > len(flipped), "every cut at least, and most flips"


def test_an_error_of_whoever_reads_a_file_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    (member,) = csv_members(write_archive(tmp_path / "a.zip", {MARCH: [crime("a")]}))
    with pytest.raises(Inconsistent), member.open():
        raise Inconsistent(came="one", expected="two", do="count again")


def test_a_file_that_goes_away_between_two_looks_is_an_error_of_ours(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.zip", {MARCH: [crime("a")]})
    (member,) = csv_members(path)
    shutil.rmtree(tmp_path)
    with pytest.raises(UnreadableSource, match="cannot be unpacked"), member.open():
        pass
