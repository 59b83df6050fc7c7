"""Workbooks as openpyxl writes them, and workbooks made to do harm."""

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.reading import parent, workbook
from etl.reading.archive import Found
from etl.reading.source import Reading
from etl.reading.workbook import open_table
from harmgrid.errors import HarmgridError, UnknownColumn, UnreadableSource
from tests.etl.reading.reads import read, written

XLSX = Reading(format="xlsx")
SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_book(path: Path, rows: Iterable[Sequence[Any]], cells: dict[str, Any] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for name, value in (cells or {}).items():
        sheet[name] = value
    book.save(path)
    return path


def doctored(path: Path, part: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """The workbook with one of its files replaced."""
    whole = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", method) as archive:
        for name in whole.namelist():
            archive.writestr(name, content if name == part else whole.read(name))
    return path


def sheet_xml(rows: str) -> bytes:
    return f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def test_every_kind_of_cell_is_text(tmp_path: Path) -> None:
    rows = [
        ("text", "int", "float", "bool", "day", "time", "clock", "empty"),
        ("Café", 1001, 0.1, True, dt.date(2020, 5, 1), dt.datetime(2020, 5, 1, 1, 10), dt.time(1, 30), None),  # noqa: DTZ001
        ("0012", -5, 1001.0, False, dt.datetime(2020, 5, 1), dt.datetime(2020, 5, 1, 13, 59, 59), None, ""),  # noqa: DTZ001
        (" a,\nb", 2**40, 1e-7, None, None, None, None, None),
    ]
    found = read(write_book(tmp_path / "a.xlsx", rows), "xlsx")
    assert found.member.columns == rows[0]
    assert found.values == [
        ("Café", "1001", "0.1", "true", "2020-05-01", "2020-05-01T01:10:00", "01:30:00", ""),
        ("0012", "-5", "1001", "false", "2020-05-01", "2020-05-01T13:59:59", "", ""),
        (" a,\nb", "1099511627776", "1e-07", "", "", "", "", ""),
    ]
    assert found.damaged == []


def test_rows_have_the_numbers_that_the_sheet_shows(tmp_path: Path) -> None:
    rows: list[Sequence[Any]] = [[], ["a", "b"], [1, 2], [], [None, ""], [3, None], [4, 5, None, "note"]]
    found = read(write_book(tmp_path / "a.xlsx", rows), "xlsx")
    assert found.rows == {3: {"a": "1", "b": "2"}, 6: {"a": "3", "b": ""}}
    (reject,) = found.damaged
    assert (reject.row, reject.reasons, reject.raw) == (7, ("wrong_number_of_fields",), "4,5,D: note")


def test_many_rows_come_in_their_order(tmp_path: Path) -> None:
    found = read(write_book(tmp_path / "a.xlsx", [("n",), *((number,) for number in range(9_000))]), "xlsx")
    assert list(found.rows) == list(range(2, 9_002))
    assert found.values == [(str(number),) for number in range(9_000)]


def test_a_sheet_is_chosen_by_name_and_the_first_without_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["first"])
    book.create_sheet("Gangs").append(["second"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx", "xlsx").member.columns == ("first",)
    assert read(tmp_path / "a.xlsx", "xlsx", sheet="Gangs").member.columns == ("second",)
    with pytest.raises(UnreadableSource, match=r"without the sheet gangs.* one of its sheets: Sheet, Gangs"):
        read(tmp_path / "a.xlsx", "xlsx", sheet="gangs")


def test_a_formula_is_what_it_was_when_it_was_saved(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", [["a", "b"]])
    doctored(
        path,
        SHEET,
        sheet_xml(
            '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
            '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>1+1</f></c></row>'
            '<row r="3"><c r="A3" t="e"><v>#REF!</v></c><c r="B3" t="b"><v>1</v></c></row>'
        ),
    )
    assert read(path, "xlsx").values == [("2", ""), ("#REF!", "true")]


def test_workbooks_come_in_archives_too(tmp_path: Path) -> None:
    content = write_book(tmp_path / "a.xlsx", [["a"], [1]]).read_bytes()
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("in/a.xlsx", content)
    assert read(tmp_path / "b.zip", "xlsx").values == [("1",)]


# ---- made to do harm


def test_one_cell_in_the_last_corner_costs_one_row(tmp_path: Path) -> None:
    found = read(write_book(tmp_path / "a.xlsx", [["a", "b"], [1, 2]], {"XFD1048576": "!"}), "xlsx")
    assert found.values == [("1", "2")]
    (reject,) = found.damaged
    assert (reject.row, reject.raw) == (1_048_576, ",,XFD: !")


def test_a_header_in_the_last_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="with 16,384 columns"):
        read(write_book(tmp_path / "a.xlsx", [["a"]], {"XFD1": "!"}), "xlsx")
    with pytest.raises(UnknownColumn, match=r"without a name, the 2\. of 3"):
        read(write_book(tmp_path / "a.xlsx", [["a", None, "c"]]), "xlsx")
    with pytest.raises(UnknownColumn, match="without a header"):
        read(write_book(tmp_path / "a.xlsx", []), "xlsx")


def test_a_sheet_of_endless_rows_or_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = '<row r="1"><c r="A1"><v>1</v></c></row>'
    path = write_book(tmp_path / "a.xlsx", [["a"]])
    doctored(path, SHEET, sheet_xml(header + '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'))
    with pytest.raises(UnreadableSource, match="a sheet of more than 1,048,576 rows"):
        read(path, "xlsx")
    monkeypatch.setattr(workbook, "MAX_CELLS", 50_000)
    wide = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(2, 7))
    doctored(path, SHEET, sheet_xml(header + wide))
    with pytest.raises(UnreadableSource, match="or 50,000 cells"), open_here(path) as table:
        list(table.blocks())


def open_here(path: Path) -> Any:
    return open_table(Found(path=path, size=path.stat().st_size), XLSX)


def with_strings(path: Path, strings: bytes, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A workbook whose cells A1 and A2 are its shared strings 0 and 1, as Excel writes it and openpyxl does not."""
    content = write_book(path, []).read_bytes()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>{row - 1}</v></c></row>' for row in (1, 2))
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(path, "w", method) as archive:
        for name in whole.namelist():
            part = sheet_xml(rows) if name == SHEET else whole.read(name)
            override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
            archive.writestr(name, part.replace(b"</Types>", override))
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SPACE}">'.encode() + strings + b"</sst>")
    return path


def test_shared_strings_are_read(tmp_path: Path) -> None:
    path = with_strings(tmp_path / "a.xlsx", b"<si><t>Place</t></si><si><r><t>Quay </t></r><r><t>Lane</t></r></si>")
    assert read(path, "xlsx").rows == {2: {"Place": "Quay Lane"}}


def test_a_workbook_that_unpacks_to_a_gigabyte_is_refused_before_it_does(tmp_path: Path) -> None:
    path = with_strings(tmp_path / "a.xlsx", b"<si><t>aaaaaaaa</t></si>" * 1_000_000)
    assert path.stat().st_size < 200_000
    with pytest.raises(UnreadableSource, match=r"sharedStrings\.xml packed \d+ to 1"):
        read(path, "xlsx")


def test_a_workbook_that_takes_too_much_memory_ends_the_child_and_not_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parent, "ADDRESS_SPACE", 300 * 1024**2)
    path = with_strings(tmp_path / "a.xlsx", b"<si><t>" + b"x" * 60_000_000 + b"</t></si>", zipfile.ZIP_STORED)
    with pytest.raises(UnreadableSource, match="takes more than 300 MB of memory"):
        read(path, "xlsx")


def test_a_workbook_that_takes_too_much_time_ends_the_child_and_not_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parent, "CPU_S", 1)
    path = with_strings(tmp_path / "a.xlsx", b"<si><t>aaaaaaaa</t></si>" * 1_000_000, zipfile.ZIP_STORED)
    with pytest.raises(UnreadableSource, match="more than 1 seconds of processor time"):
        read(path, "xlsx")


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><worksheet><sheetData>&l9;</sheetData></worksheet>'
    path = doctored(write_book(tmp_path / "a.xlsx", [["a"]]), SHEET, bomb.encode())
    with pytest.raises(UnreadableSource, match=r"no whole workbook|without a header"):
        read(path, "xlsx")


def test_an_entity_names_no_file_of_ours(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret", "s3cret")
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>a&x;</t></is></c></row>'
    bomb = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{secret}">]>'.encode() + sheet_xml(header)
    path = doctored(write_book(tmp_path / "a.xlsx", [["a"]]), SHEET, bomb)
    with pytest.raises(UnreadableSource) as caught:
        read(path, "xlsx")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it begins with b''"),
        (b"a,b\n1,2\n", "it begins with b'a,b"),
        (b"PK\3\4 and then nothing", "not a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), r"a password, or of the format \.xls"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says), open_here(written(tmp_path / "a.xlsx", content)):
        pass


def test_an_archive_of_something_else_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("a.csv", "a,b")
    with pytest.raises(UnreadableSource, match="no whole workbook"), open_here(tmp_path / "a.xlsx"):
        pass


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_byte_is_an_error_of_ours_or_harmless(at: int, change: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_book(Path(folder) / "a.xlsx", [["a", "b"], *([number, "x"] for number in range(20))])
        content = bytearray(path.read_bytes())
        content[at % len(content)] ^= change
        path.write_bytes(content)
        try:
            with open_here(path) as table:
                list(table.blocks())
        except HarmgridError:
            pass
