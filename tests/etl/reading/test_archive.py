"""Files alone, in folders and in archives: what is read, what is refused, and that damage is an error of ours."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from etl.reading import archive
from etl.reading.archive import Found, find_files
from etl.reading.blocks import Block
from etl.reading.delimited import open_table
from etl.reading.source import Reading
from harmgrid.errors import HarmgridError, Inconsistent, InputError, UnreadableSource
from tests.etl.reading.reads import count_rows, written

pytestmark = pytest.mark.quick

CSV = Reading(format="csv")
MARCH, APRIL = "2022-03-havenshire.csv", "2022-04-havenshire.csv"
TEXT = "Reference,Place\na,Quay Lane\n"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def packed(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archived:
        for name, content in files.items():
            archived.writestr(name, content)
    return data.getvalue()


def names(path: Path, reading: Reading = CSV) -> tuple[list[str], list[str]]:
    """What is chosen and what is left out."""
    chosen, left_out = find_files(path, reading)
    return [file.name for file in chosen], left_out


def read_to_the_end(path: Path) -> int:
    """How many rows its files have, read in this process."""
    rows = 0
    for file in find_files(path, CSV)[0]:
        with open_table(file, CSV) as table:
            rows += sum(len(block.numbers) for block in table.blocks() if isinstance(block, Block))
    return rows


def test_files_come_in_the_order_of_their_names_whatever_their_folders(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"a/{APRIL}": TEXT,
        f"z/{MARCH}": TEXT,
        "readme.txt": "hello",
        f"__MACOSX/._{MARCH}": b"\0\5\x16\7",
    }
    path = written(tmp_path / "a.zip", packed(files))
    assert names(path) == ([MARCH, APRIL], [])
    assert count_rows(path) == {MARCH: 1, APRIL: 1}


def test_a_folder_is_read_like_an_archive(tmp_path: Path) -> None:
    for inside in (f"2022-04/{APRIL}", f"2022-03/{MARCH}", ".trash/x.csv", ".hidden.csv", "readme.txt"):
        (tmp_path / inside).parent.mkdir(exist_ok=True)
        written(tmp_path / inside, TEXT)
    assert names(tmp_path) == ([MARCH, APRIL], [])
    assert count_rows(tmp_path) == {MARCH: 1, APRIL: 1}
    (tmp_path / "again").mkdir()
    written(tmp_path / "again" / MARCH, TEXT)
    with pytest.raises(UnreadableSource, match=f"two files named {MARCH}"):
        find_files(tmp_path, CSV)


def test_a_lone_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    path = written(tmp_path / "crimes.txt", TEXT)
    assert find_files(path, Reading(format="csv", files="x*")) == ([Found(path=path, size=len(TEXT))], [])


def test_an_archive_is_known_by_its_bytes_too(tmp_path: Path) -> None:
    assert names(written(tmp_path / "delivery", packed({MARCH: TEXT}))) == ([MARCH], [])


def test_files_of_other_sources_are_left_out_and_named(tmp_path: Path) -> None:
    others = ["2022-03-havenshire-OUTCOMES.csv", "2022-03-havenshire-stop-and-search.csv", "notes.csv"]
    path = written(tmp_path / "a.zip", packed({MARCH: TEXT, **dict.fromkeys([*others, "readme.txt"], "x\n")}))
    reading = Reading(format="csv", files="????-??-*.CSV", leave_out=("*-outcomes.csv", "*-stop-and-search.csv"))
    assert names(path, reading) == ([MARCH], others)
    assert names(path, Reading(format="csv", files="*.txt")) == (["readme.txt"], sorted([MARCH, *others]))


def test_one_name_in_two_folders_is_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", packed({f"old/{MARCH}": TEXT, f"new/{MARCH}": TEXT}))
    with pytest.raises(UnreadableSource, match=f"two files named {MARCH}"):
        find_files(path, CSV)


def test_a_name_that_climbs_out_of_the_archive_is_only_a_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", packed({f"../../{MARCH}": TEXT}))
    assert names(path) == ([MARCH], [])
    assert read_to_the_end(path) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["a.zip"]


def test_a_name_that_is_no_text_is_shown_as_its_bytes(tmp_path: Path) -> None:
    try:
        written(tmp_path / os.fsdecode(b"caf\xe9.csv"), TEXT)
    except OSError:
        return  # some systems have no such names
    assert count_rows(tmp_path) == {"caf\\xe9.csv": 1}


def of_many_files(path: Path) -> Path:
    return written(path, packed(dict.fromkeys((f"{number}.csv" for number in range(archive.MAX_FILES + 1)), b"")))


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
    data = bytearray(packed({MARCH: TEXT}))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    return written(path, bytes(data))


def of_a_newer_zip(path: Path) -> Path:
    """An archive that needs version 9.9 of the format to unpack."""
    data = bytearray(packed({MARCH: TEXT}))
    data[data.index(b"PK\1\2") + 6] = 99
    return written(path, bytes(data))


def cut(path: Path) -> Path:
    whole = packed({MARCH: TEXT})
    return written(path, whole[: len(whole) // 2])


def with_a_wrong_byte(path: Path) -> Path:
    data = bytearray(packed({MARCH: TEXT}, zipfile.ZIP_STORED))
    data[data.index(b"Quay")] ^= 1
    return written(path, bytes(data))


def that_lies_about_its_size(path: Path) -> Path:
    """Ten megabytes of one byte behind a directory that says one hundred bytes."""
    data = bytearray(packed({MARCH: TEXT.encode() + b"\n" * 10_000_000}))
    for signature, size in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.index(signature) + size
        data[at : at + 4] = (len(TEXT) + 100).to_bytes(4, "little")
    return written(path, bytes(data))


def folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path, "which is not there"),
        (folder, "without a file of this source"),
        (lambda path: written(path, b""), "not a zip archive"),
        (lambda path: written(path, b"Crime ID,Month\n"), "not a zip archive"),
        (lambda path: written(path, b"\x1f\x8b\x08\0" + bytes(100)), "not a zip archive"),
        (of_a_newer_zip, r"not a zip archive .*9\.9"),
        (cut, "not a zip archive"),
        (encrypted, "cannot be unpacked .*encrypted"),
        (with_a_wrong_byte, "cannot be unpacked .*CRC"),
        (that_lies_about_its_size, "cannot be unpacked .*CRC"),
        (lambda path: written(path, packed({MARCH: bytes(2_000_000)})), r"packed 1,\d\d\d to 1"),
        (of_many_files, "10,001 files"),
        (of_many_bytes, "22,548,578,304 bytes unpacked"),
        (lambda path: written(path, packed({"inner.zip": packed({MARCH: TEXT})})), "without a file of this source"),
        (lambda path: written(path, packed({"readme.txt": b"hello"})), "without a file of this source"),
        (lambda path: written(path, packed({})), "without a file of this source"),
    ],
)
def test_a_bad_archive_is_refused_with_what_is_wrong(tmp_path: Path, make: Callable[[Path], Path], says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        read_to_the_end(make(tmp_path / "a.zip"))


@pytest.mark.parametrize("method", METHODS)
def test_any_damaged_byte_and_any_cut_is_an_error_of_ours_or_harmless(tmp_path: Path, method: int) -> None:
    whole = packed({f"2022-03/{MARCH}": TEXT}, method)
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
            assert rows == 1
    assert refused > len(flipped), "every cut at least, and most flips"


def test_an_error_of_whoever_reads_a_file_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    (file,), _ = find_files(written(tmp_path / "a.zip", packed({MARCH: TEXT})), CSV)
    with pytest.raises(Inconsistent), file.open():
        raise Inconsistent(came="one", expected="two", do="count again")


def test_a_file_that_goes_away_between_two_looks_is_an_error_of_ours(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", packed({MARCH: TEXT}))
    (file,), _ = find_files(path, CSV)
    path.unlink()
    with pytest.raises(UnreadableSource, match="cannot be unpacked"), file.open():
        pass


def test_a_file_packed_by_itself_is_read_under_its_own_name(tmp_path: Path) -> None:
    path = written(tmp_path / f"{MARCH}.gz", gzip.compress(TEXT.encode()))
    assert names(path) == ([MARCH], [])
    assert count_rows(path) == {MARCH: 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(TEXT.encode() + b"a,b\n" * 4_000_000), "more than .* bytes unpacked"),
        (gzip.compress(TEXT.encode())[:-9], "cannot be unpacked"),
        (b"", "no columns|without a header|no text|empty"),
        (b"no gzip at all", "cannot be unpacked"),
    ],
    ids=["many rows", "cut short", "empty", "another format"],
)
def test_a_packed_file_that_is_damaged_or_made_to_fill_a_disk_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = written(tmp_path / f"{MARCH}.gz", content)
    with pytest.raises(InputError, match=message):
        read_to_the_end(path)
