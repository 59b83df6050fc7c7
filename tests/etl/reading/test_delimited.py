"""CSV: that row numbers and quotations are exact, whatever stands in a file. The writer is Python's csv module."""

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.reading import open_source
from etl.reading.archive import Found
from etl.reading.blocks import Block, Damaged
from etl.reading.delimited import open_table
from etl.reading.source import Reading
from harmgrid.errors import InputError, UnknownColumn, UnreadableSource
from tests.etl.reading.reads import read, written

HEADER = "Reference,Place,Note"


def text_of(rows: Sequence[Sequence[str]], line_end: str = "\n", delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def in_process(path: Path, **how: str) -> tuple[dict[int, tuple[str, ...]], list[tuple[int, str, str]]]:
    """Whole rows and damaged ones without a child, for the many cases of one rule."""
    rows: dict[int, tuple[str, ...]] = {}
    damaged: list[tuple[int, str, str]] = []
    found = Found(path=path, size=path.stat().st_size)
    with open_table(found, Reading(format="csv", **how)) as table:  # type: ignore[arg-type]
        for block in table.blocks():
            if isinstance(block, Block):
                values = zip(*(column.to_pylist() for column in block.columns), strict=True)
                rows |= dict(zip(block.numbers.tolist(), values, strict=True))
            elif isinstance(block, Damaged):
                damaged += zip(block.numbers, block.reasons, block.raw, strict=True)
    return rows, sorted(damaged)


def test_a_row_keeps_every_field_through_both_processes(tmp_path: Path) -> None:
    found = read(written(tmp_path / "a.csv", f"{HEADER}\na,Quay Lane,seen\nb, ,\n"))
    assert (found.member.name, found.member.columns, found.member.crs) == ("a.csv", tuple(HEADER.split(",")), "")
    assert found.rows == {
        2: {"Reference": "a", "Place": "Quay Lane", "Note": "seen"},
        3: {"Reference": "b", "Place": " ", "Note": ""},
    }
    assert found.damaged == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a,2022-03", "wrong_number_of_fields"),
        ("   ", "wrong_number_of_fields"),
        ("a,b,c,d", "wrong_number_of_fields"),
        ('"a,b",c', "wrong_number_of_fields"),
        ("a\0b", "nul_character wrong_number_of_fields"),
        ("a,b\0,c", "nul_character"),
        ("\0,,", "nul_character"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_damaged_row_is_quoted_as_it_came(tmp_path: Path, raw: str, expected: str, line_end: str) -> None:
    path = written(tmp_path / "a.csv", line_end.join([HEADER, "x,,", raw, "y,,"]))
    rows, damaged = in_process(path)
    assert damaged == [(3, expected, raw.replace("\0", "\\x00"))]
    assert rows == {2: ("x", "", ""), 4: ("y", "", "")}


def test_a_damaged_row_reaches_the_parent_as_a_reject(tmp_path: Path) -> None:
    (reject,) = read(written(tmp_path / "a.csv", f"{HEADER}\nx,,\na\0b\n")).damaged
    assert (reject.file, reject.row, reject.raw) == ("a.csv", 3, "a\\x00b")
    assert reject.reasons == ("nul_character", "wrong_number_of_fields")


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("", "\n"), ("\ufeff", "\n"), ("\n\r\n", ""), ("", "\n\n\n"), ("", "\r\n")],
    ids=repr,
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_marks_and_blank_lines_make_no_difference(
    tmp_path: Path, before: str, after: str, line_end: str
) -> None:
    lines = [HEADER, "a,,", "", "b,,", "short", "c,,"]
    rows, damaged = in_process(written(tmp_path / "a.csv", before + line_end.join(lines) + after))
    assert rows == {2: ("a", "", ""), 3: ("b", "", ""), 5: ("c", "", "")}
    assert damaged == [(4, "wrong_number_of_fields", "short")]


@pytest.mark.parametrize("after", ["", "\n", "\r\n", "\n\n"])
def test_a_file_of_a_header_alone_has_no_rows(tmp_path: Path, after: str) -> None:
    assert in_process(written(tmp_path / "a.csv", HEADER + after)) == ({}, [])


def test_a_file_of_one_column_ends_where_it_ends(tmp_path: Path) -> None:
    rows, damaged = in_process(written(tmp_path / "a.csv", 'Reference\na\n\n""\nb,c\nd'))
    assert rows == {2: ("a",), 3: ("",), 5: ("d",)}
    assert damaged == [(4, "wrong_number_of_fields", "b,c")]
    with pytest.raises(UnreadableSource, match="a quote is never closed"):
        in_process(written(tmp_path / "a.csv", 'Reference\na\n"b\n'))


def test_a_field_and_a_name_may_hold_quotes_commas_and_lines(tmp_path: Path) -> None:
    note = 'He said "no",\nthen left.\n\nTwice.'
    rows = [("Reference", "Place\nof work", 'a "note"'), ("a", "", note), ("b", "", "")]
    path = written(tmp_path / "a.csv", text_of(rows) + "short\n")
    found = read(path)
    assert found.member.columns == rows[0]
    assert found.values == rows[1:]
    assert [reject.row for reject in found.damaged] == [4], "a row of five lines is one row"


def test_a_stray_quote_inside_a_field_is_only_a_quote(tmp_path: Path) -> None:
    rows, damaged = in_process(written(tmp_path / "a.csv", f'{HEADER}\na,,a 5" pipe\nb,,\n'))
    assert damaged == []
    assert [row[2] for row in rows.values()] == ['a 5" pipe', ""]


@pytest.mark.parametrize("line", ['"oops,,', 'a,"oops,', 'a,,"oops'])
def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path, line: str) -> None:
    with pytest.raises(UnreadableSource, match=r"no CSV after some point \(a quote is never closed"):
        in_process(written(tmp_path / "a.csv", f"{HEADER}\n{line}\nb,,\nc,,\n"))


def test_an_open_quote_in_the_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no CSV"):
        in_process(written(tmp_path / "a.csv", f"{HEADER}\na,,\n".replace("Note", '"Note')))


def test_a_row_of_five_megabytes_is_a_row(tmp_path: Path) -> None:
    rows, damaged = in_process(written(tmp_path / "a.csv", f"{HEADER}\na,,\nb,,{'x' * 5_000_000}\nc,,\n"))
    assert damaged == []
    assert [(row[0], len(row[2])) for row in rows.values()] == [("a", 0), ("b", 5_000_000), ("c", 0)]


def test_a_row_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="a row is longer than 4,194,304 bytes"):
        in_process(written(tmp_path / "a.csv", f"{HEADER}\na,,\nb,,{'x' * 9_000_000}\nc,,\n"))


@pytest.mark.parametrize("at", [0, 1_048_560, 1_048_576, 4_194_300])
def test_bytes_that_are_no_utf8_are_spelled_out(tmp_path: Path, at: int) -> None:
    filler = "f,,xxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
    fill = at // len(filler)
    content = (f"{HEADER}\n" + filler * fill).encode() + "a,Café,\nb,?,Café\nCafé,2".encode("latin-1")
    rows, damaged = in_process(written(tmp_path / "a.csv", content))
    assert damaged == [
        (fill + 2, "not_utf8", "a,Caf\\xe9,"),
        (fill + 3, "not_utf8", "b,?,Caf\\xe9"),
        (fill + 4, "not_utf8 wrong_number_of_fields", "Caf\\xe9,2"),
    ]
    assert len(rows) == fill


def test_a_character_of_many_bytes_may_lie_across_the_edge_of_a_block(tmp_path: Path) -> None:
    content = f"{HEADER}\n" + "".join(f"☂{number},{'☂' * 99},\n" for number in range(15_000))
    rows, damaged = in_process(written(tmp_path / "a.csv", content))
    assert damaged == []
    assert {row[1] for row in rows.values()} == {"☂" * 99}
    assert len(rows) == 15_000


@pytest.mark.parametrize("share", [0.0001, 0.05, 0.5])
def test_row_numbers_are_exact_over_many_blocks(tmp_path: Path, share: float) -> None:
    random = Random(7)  # noqa: S311 - it decides nothing but which rows are bad
    lines, bad = [HEADER], []
    for number in range(2, 60_000):
        kind = random.random()
        if kind < share:
            bad.append(number)
            lines.append(f"bad {number},x")
        elif kind < 2 * share:
            bad.append(number)
            lines.append(f"bad {number},\0,")
        else:
            lines.append(f"good {number},{'x' * 150},")
        lines += [""] * (kind > 0.99)
    rows, damaged = in_process(written(tmp_path / "a.csv", "\n".join(lines)))
    assert [row[0] for row in rows.values()] == [f"good {number}" for number in rows]
    assert [number for number, _, _ in damaged] == bad
    assert all(raw.startswith(f"bad {number},") for number, _, raw in damaged)
    assert len(rows) + len(damaged) == 59_998


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufdd0\ufdd1"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([(",", ","), (";", ";"), ("tab", "\t"), ("|", "|")]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_stands_in_a_text_comes_out_again(
    given_rows: list[tuple[str, str]], line_end: str, delimiter: tuple[str, str], encoding: str
) -> None:
    text = text_of([("a", "b"), *given_rows], line_end, delimiter[1])
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.csv", text.encode(encoding))
        rows, damaged = in_process(path, delimiter=delimiter[0], encoding=encoding.removesuffix("-sig"))
    assert damaged == []
    assert list(rows.values()) == given_rows
    assert list(rows) == list(range(2, 2 + len(given_rows)))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-8"])
def test_each_encoding_is_read_as_what_it_is(tmp_path: Path, encoding: str) -> None:
    found = read(written(tmp_path / "a.csv", "Näme,Ort\nCafé,£5\n".encode(encoding)), encoding=encoding)
    assert found.member.columns == ("Näme", "Ort")
    assert found.values == [("Café", "£5")]


def test_bytes_that_an_encoding_does_not_know_are_spelled_out(tmp_path: Path) -> None:
    rows, damaged = in_process(written(tmp_path / "a.csv", b"a,b\n\x80,\x81\n\x90\nc,d\n"), encoding="cp1252")
    assert damaged == [
        (2, "undecodable", "€,\\x81"),
        (3, "undecodable wrong_number_of_fields", "\\x90"),
    ]
    assert rows == {4: ("c", "d")}
    cut = "a,b\nc,d\n".encode("utf-16")[:-3]  # before the second half of "d"
    assert in_process(written(tmp_path / "a.csv", cut), encoding="utf-16") == ({}, [(2, "undecodable", "c,\\x64")])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "a.csv without a header"),
        ("\n\n", "a.csv without a header"),
        ("a,,c\n", "without a name, the 2. of 3"),
        ("a,b,\n", "without a name, the 3. of 3"),
        ("a,b,a,c,c\n", "with a column twice: a, c"),
    ],
)
def test_columns_that_cannot_be_told_apart_are_refused(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(UnknownColumn, match=says):
        in_process(written(tmp_path / "a.csv", content))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (",".join(f"c{number}" for number in range(1_001)), "with 1,001 columns"),
        (b"\xff\xfea\0,\0b\0\n\0", "whose first line is no text"),
        (b"a\0,\0b\0\n\0", "whose first line is no text"),
        (b"Caf\xe9,b\n", "whose first line is no text"),
        ("a,b\r1,2\r", "whose first line is no text"),
        ("x" * 300_000 + ",b\n1,2\n", "whose first line is no text"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        in_process(written(tmp_path / "a.csv", content))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_bytes_are_rows_or_an_error_of_ours(content: bytes, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.csv", content)
        try:
            rows, damaged = in_process(path, encoding=encoding)
        except InputError:
            return
    numbers = [*rows, *(number for number, _, _ in damaged)]
    assert sorted(numbers) == list(range(2, 2 + len(numbers)))


def test_rows_come_in_batches_that_say_how_far_they_are(tmp_path: Path) -> None:
    content = f"{HEADER}\n" + "".join(f"{number},{'x' * 90},\n" for number in range(100_000))
    with open_source(written(tmp_path / "a.csv", content), Reading(format="csv")) as source:
        (member,) = source.members
        batches = list(source.batches(member))
        assert 0 < len(batches[0].numbers) < 100_000
        assert sum(len(batch.numbers) for batch in batches) == 100_000
        done = [batch.done for batch in batches]
        assert done == sorted(done)
        assert done[-1] == member.size
    with open_source(written(tmp_path / "a.csv", HEADER), Reading(format="csv")) as source:
        assert list(source.batches(source.members[0])) == []
