"""The text of a batch of rows: as fields, by the profile of their source, and as it came, to quote from."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.profiles import Profile
from etl.reading import RawBatch
from etl.reading.blocks import quotable
from harmgrid.types import Reject


class Texts:
    """The fields of a batch as trimmed text, each made when it is first asked for."""

    def __init__(self, batch: RawBatch, profile: Profile) -> None:
        self.batch, self.profile = batch, profile
        self.size = len(batch.numbers)
        self._columns: dict[str, pa.Array] = {}
        self._fields: dict[str, pa.Array] = {}

    def column(self, name: str) -> pa.Array:
        """A column of the file, trimmed if it is text."""
        if name not in self._columns:
            column = self.batch.columns[name]
            self._columns[name] = pc.utf8_trim_whitespace(column) if pa.types.is_string(column.type) else column
        return self._columns[name]

    def field(self, name: str) -> pa.Array:
        """A field of the record, empty text where neither the file nor the profile says anything of it."""
        if name not in self._fields:
            self._fields[name] = self._field(name)
        return self._fields[name]

    def empty(self, name: str) -> NDArray[np.bool_]:
        """Where a field is empty."""
        lengths = pc.fill_null(pc.binary_length(self.field(name)), 0)
        empty: NDArray[np.bool_] = pc.equal(lengths, 0).to_numpy(zero_copy_only=False)
        return empty

    def _field(self, name: str) -> pa.Array:
        if name in self.profile.fixed:
            return pa.repeat(self.profile.fixed[name], self.size)
        origin = self.profile.fields.get(name)
        columns = [self.column(column) for column in origin.present(tuple(self.batch.columns))] if origin else []
        if not columns:
            return pa.repeat("", self.size)
        joined = columns[0] if len(columns) == 1 else _joined(columns)
        words = self.profile.values.get(name)
        return _translated(joined, words) if words else joined


def _joined(columns: list[pa.Array]) -> pa.Array:
    """Texts with a bar between; empty where all of them are."""
    joined = pc.binary_join_element_wise(*columns, "|")
    return pc.if_else(pc.equal(joined, "|" * (len(columns) - 1)), "", joined)


def _translated(texts: pa.Array, words: Mapping[str, str]) -> pa.Array:
    at = pc.index_in(texts, pa.array(list(words), pa.string()))
    return pc.coalesce(pa.array(list(words.values()), pa.string()).take(at), texts)


def rejects_from(file: str, batch: RawBatch, found: Sequence[tuple[int, tuple[str, ...]]]) -> list[Reject]:
    """Rows of a batch, by position, as rejects: with their reasons, and with themselves as a JSON object.

    Its keys are the columns in the order of the file, and its values the texts as they came, so that it can be loaded
    again; a geometry is the hexadecimal text of its WKB.
    """
    at = pa.array([position for position, _ in found], pa.int64())
    columns = {name: column.take(at).to_pylist() for name, column in batch.columns.items()}
    return [
        Reject(
            file=file,
            row=int(batch.numbers[position]),
            reasons=reasons,
            raw=json.dumps({name: _quoted(values[nth]) for name, values in columns.items()}, ensure_ascii=False),
        )
        for nth, (position, reasons) in enumerate(found)
    ]


def _quoted(value: str | bytes | None) -> str:
    return value.hex() if isinstance(value, bytes) else quotable(value or "")
