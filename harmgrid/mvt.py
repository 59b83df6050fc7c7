"""Bytes of a Mapbox Vector Tile (specification 2.1), layer by layer: a tile is its layers, one after the other.

Geometry was prepared at publishing; numbers are gathered at request.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harmgrid.compiled import compiled
from harmgrid.tiles import EXTENT, write_varint

POINT, POLYGON = 1, 3  # what a feature is


class TextColumn(NamedTuple):
    """One text for each place of a layer, encoded once as tile values."""

    offset: NDArray[np.int64]  # (places + 1,)
    values: NDArray[np.uint8]


class Features(NamedTuple):
    """The F features of one tile, in the order in which they are written."""

    id: NDArray[np.uint64]  # (F,)
    place: NDArray[np.int64]  # (F,) position in the text columns
    offset: NDArray[np.int64]  # (F + 1,) bytes of feature f's geometry are [offset[f], offset[f + 1])
    geometry: NDArray[np.uint8]
    shape: int = POLYGON


Column = NDArray[np.int64] | NDArray[np.float64] | NDArray[np.bool_]

_DOUBLE, _UINT, _BOOL = 0, 1, 2  # how a column is written
_HEXADECIMAL = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_INDEX_DIGITS = 15


def text_column(texts: Sequence[str]) -> TextColumn:
    """These texts, one a place, as values of a layer."""
    values = [_value(text) for text in texts]
    offset = np.cumsum([0, *(len(value) for value in values)]).astype(np.int64)
    return TextColumn(offset, np.frombuffer(b"".join(values), dtype=np.uint8))


def index_column(cells: NDArray[np.uint64]) -> TextColumn:
    """The H3 index of each cell as text, 15 hexadecimal digits; `text_column(grid.texts(cells))`, many times faster."""
    head = np.frombuffer(_value(" " * _INDEX_DIGITS)[:-_INDEX_DIGITS], dtype=np.uint8)
    values = np.empty((len(cells), len(head) + _INDEX_DIGITS), dtype=np.uint8)
    values[:, : len(head)] = head
    for digit in range(_INDEX_DIGITS):
        nibble = cells >> np.uint64(4 * (_INDEX_DIGITS - 1 - digit)) & np.uint64(15)
        values[:, len(head) + digit] = _HEXADECIMAL[nibble]
    return TextColumn(np.arange(len(cells) + 1, dtype=np.int64) * values.shape[1], values.ravel())


def encode_layer(name: str, features: Features, texts: dict[str, TextColumn], numbers: dict[str, Column]) -> bytes:
    """A layer of that name, which is a tile by itself.

    Args:
        name: of the layer.
        features: in writing order.
        texts: by property name, columns over places.
        numbers: by property name, arrays of shape (F,); integers are written as unsigned, floats as double, and a
            feature with NaN goes without the property.
    """
    keys = b"".join(_field(3, key.encode()) for key in (*texts, *numbers))
    head = _field(1, name.encode()) + b"\x78\x02" + keys + b"\x28" + _varint(EXTENT)
    written = [column.values for column in texts.values()]
    offsets = [column.offset for column in texts.values()]
    kinds = np.array([_kind(column) for column in numbers.values()], dtype=np.int64)
    table = np.array([column.astype(np.float64) for column in numbers.values()]).reshape(len(numbers), len(features.id))
    columns = len(written) + len(numbers)
    room = (
        int(features.offset[-1] - features.offset[0])
        + len(features.id) * (60 + 24 * columns)
        + sum(int((offset[features.place + 1] - offset[features.place]).sum()) for offset in offsets)
    )
    body = np.empty(room, dtype=np.uint8)
    values = np.concatenate([np.empty(0, dtype=np.uint8), *written])
    at = _write_features(body, features, len(texts), table)
    at = _write_values(body, at, features.place, ((_stacked(offsets), values), (table, kinds)))
    layer = head + body[:at].tobytes()
    return b"\x1a" + _varint(len(layer)) + layer


def _kind(column: Column) -> int:
    if column.dtype == np.bool_:
        return _BOOL
    return _UINT if np.issubdtype(column.dtype, np.integer) else _DOUBLE


def _stacked(offsets: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The offsets of several columns into their concatenated bytes, shape (columns, places + 1)."""
    if not offsets:
        return np.zeros((0, 1), dtype=np.int64)
    shift = np.cumsum([0, *(int(offset[-1]) for offset in offsets[:-1])])
    return np.array([offset + by for offset, by in zip(offsets, shift, strict=True)])


def _varint(value: int) -> bytes:
    buffer = np.empty(10, dtype=np.uint8)
    return buffer[: write_varint(buffer, 0, value)].tobytes()


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _value(text: str) -> bytes:
    return _field(4, _field(1, text.encode()))


@compiled
def _varint_size(value):  # type: ignore[no-untyped-def]
    size = 1
    while value > 127:
        value >>= 7
        size += 1
    return size


@compiled
def _write_features(body, features, texts, table):  # type: ignore[no-untyped-def]
    """Each feature takes its own values, numbered in the order in which `_write_values` writes them."""
    ids, _, offset, geometry, shape = features
    columns = texts + len(table)
    at, first = 0, 0
    for feature in range(len(ids)):
        tags, value = 0, first
        for column in range(columns):
            if column < texts or not np.isnan(table[column - texts, feature]):
                tags += _varint_size(column) + _varint_size(value)
                value += 1
        low, high = offset[feature], offset[feature + 1]
        identity = np.int64(ids[feature])
        size = (
            1 + _varint_size(identity) + 1 + _varint_size(tags) + tags + 2 + 1 + _varint_size(high - low) + high - low
        )
        body[at] = 2 << 3 | 2
        at = write_varint(body, at + 1, size)
        body[at] = 1 << 3
        at = write_varint(body, at + 1, identity)
        body[at] = 2 << 3 | 2
        at = write_varint(body, at + 1, tags)
        for column in range(columns):
            if column < texts or not np.isnan(table[column - texts, feature]):
                at = write_varint(body, at, column)
                at = write_varint(body, at, first)
                first += 1
        body[at], body[at + 1] = 3 << 3, shape
        body[at + 2] = 4 << 3 | 2
        at = write_varint(body, at + 3, high - low)
        for byte in range(low, high):
            body[at] = geometry[byte]
            at += 1
    return at


@compiled
def _write_values(body, at, places, columns):  # type: ignore[no-untyped-def]
    (offset, values), (table, kinds) = columns
    double = np.empty(1, dtype=np.float64)
    double_bytes = double.view(np.uint8)  # little-endian, as protobuf asks
    for feature in range(len(places)):
        for column in range(len(offset)):
            for byte in range(offset[column, places[feature]], offset[column, places[feature] + 1]):
                body[at] = values[byte]
                at += 1
        for column in range(len(table)):
            if np.isnan(table[column, feature]):
                continue
            body[at] = 4 << 3 | 2
            if kinds[column] == _DOUBLE:
                double[0] = table[column, feature]
                body[at + 1], body[at + 2] = 9, 3 << 3 | 1
                for byte in range(8):
                    body[at + 3 + byte] = double_bytes[byte]
                at += 11
            else:
                value = np.int64(table[column, feature])
                body[at + 1] = 1 + _varint_size(value)
                body[at + 2] = (5 if kinds[column] == _UINT else 7) << 3
                at = write_varint(body, at + 3, value)
    return at
