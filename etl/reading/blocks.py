"""Rows on their way out of the child: whole ones as columns of text, damaged ones as they came."""

import csv
import io
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.reading.utf8 import NOT_UTF8


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows of a table that belong together."""

    numbers: NDArray[np.int64]
    columns: list[pa.Array]  # text without nulls, or binary
    done: int  # bytes of the file read so far


@dataclass(frozen=True, kw_only=True)
class Damaged:
    """Rows that are no rows."""

    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    reasons: list[str] = field(default_factory=list)  # of each row, with spaces between
    raw: list[str] = field(default_factory=list)

    def add(self, number: int, reasons: str, raw: str) -> None:
        """Append a row."""
        self.numbers.append(number)
        self.reasons.append(reasons)
        self.raw.append(quotable(raw))


class Table(Protocol):
    """An open file: its header, and its rows when they are wanted."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The header, in the order of the file."""

    @property
    def crs(self) -> str:
        """What the file says of its coordinates, "" if nothing."""

    def blocks(self) -> Iterator[Block | Damaged]:
        """Its rows in their order, a few megabytes at a time; each row either in a block or damaged."""


def quotable(text: str) -> str:
    """Text that every database keeps."""
    return text.replace(NOT_UTF8, "").replace("\0", "\\x00")


def line_of(values: list[str], delimiter: str = ",") -> str:
    """Values as a line of CSV."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(values)
    return line.getvalue()


def sift(block: Block, not_text: str, delimiter: str = ",") -> tuple[Block, Damaged]:
    """A block without the rows that hold bytes that are no text (which is called `not_text`) or that no database keeps.

    Those bytes are spelled out, see `etl.reading.utf8`.
    """
    held = {not_text: _holding(block, NOT_UTF8), "nul_character": _holding(block, "\0")}
    bad = np.logical_or.reduce(list(held.values()))
    damaged = Damaged()
    if not bad.any():
        return block, damaged
    for at in np.flatnonzero(bad).tolist():
        reasons = " ".join(reason for reason, rows in held.items() if rows[at])
        texts = [_quoted(column[at].as_py()) for column in block.columns]
        damaged.add(int(block.numbers[at]), reasons, line_of(texts, delimiter))
    keep = pa.array(~bad)
    columns = [column.filter(keep) for column in block.columns]
    return Block(numbers=block.numbers[~bad], columns=columns, done=block.done), damaged


def _quoted(value: str | bytes | None) -> str:
    return value.hex() if isinstance(value, bytes) else quotable(value or "")


def _holding(block: Block, mark: str) -> NDArray[np.bool_]:
    """The rows that hold a character anywhere."""
    holds = np.zeros(len(block.numbers), dtype=np.bool_)
    for column in block.columns:
        if pa.types.is_string(column.type) and _may_hold(column, mark):
            holds |= pc.match_substring(column, mark).to_numpy(zero_copy_only=False)
    return holds


def _may_hold(column: pa.Array, mark: str) -> bool:
    """Whether the first byte of a character occurs at all; ten times as fast as to look for it row by row."""
    _, _, data = column.buffers()
    first = mark.encode()[0]
    return data is not None and bool((np.frombuffer(data, np.uint8) == first).any())
