"""Bytes of a Mapbox Vector Tile (specification 2.1), layer by layer: a tile is its layers, one after the other.

Geometry was prepared at publishing; numbers are gathered at request.
"""

from collections.abc import Mapping, Sequence
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


class IndexColumn(NamedTuple):
    """One H3 index for each place of a layer, written as text of 15 hexadecimal digits."""

    cells: NDArray[np.uint64]  # (places,)


class Features(NamedTuple):
    """The F features of one tile, in the order in which they are written."""

    id: NDArray[np.uint64]  # (F,)
    place: NDArray[np.int64]  # (F,) position in the columns of texts and indexes
    offset: NDArray[np.int64]  # (F + 1,) bytes of feature f's geometry are [offset[f], offset[f + 1])
    geometry: NDArray[np.uint8]
    shape: int = POLYGON


# Which value each feature has, shape (F,), -1 for none, to be found out; and the number of the column's first value.
Numbering = tuple[NDArray[np.int32], int]
Column = NDArray[np.int64] | NDArray[np.float64] | NDArray[np.bool_]

_UINT, _BOOL = 5 << 3, 7 << 3  # what stands before a whole number
_INDEX_DIGITS = 15
_ZERO, _A = ord("0"), ord("a")
_DOUBLE_BYTES, _WHOLE_BYTES = 11, 13  # of a value: of every double, of a whole number at the most
_SMALL = 1_024  # whole numbers below are written once in a column
_SLOT_BITS = 8
_SLOTS = 1 << _SLOT_BITS  # for the doubles of a column that were written last
_SCATTER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio: Fibonacci hashing, Knuth, TAOCP 3, section 6.4


def text_column(texts: Sequence[str]) -> TextColumn:
    """These texts, one a place, as values of a layer."""
    values = [_value(text) for text in texts]
    offset = np.cumsum([0, *(len(value) for value in values)]).astype(np.int64)
    return TextColumn(offset, np.frombuffer(b"".join(values), dtype=np.uint8))


def encode_layer(
    name: str, features: Features, texts: Mapping[str, TextColumn | IndexColumn], numbers: Mapping[str, Column]
) -> bytes:
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
    values: list[memoryview] = []  # of each column, as they are written
    numbering = np.empty((len(texts) + len(numbers), len(features.id)), dtype=np.int32)  # by column and feature
    first = 0  # of the column among all values
    for own, column in zip(numbering, (*texts.values(), *numbers.values()), strict=True):
        if isinstance(column, TextColumn | IndexColumn):
            written, count = _text_values(column, features.place, (own, first))
        else:
            written, count = _values(column, (own, first))
        first += count
        values.append(written.data)
    body = np.empty(_room(features, len(numbering)), dtype=np.uint8)
    parts: list[bytes | memoryview] = [head, body[: _write_features(body, features, numbering)].data, *values]
    return b"".join((b"\x1a", _varint(sum(map(len, parts))), *parts))


def _room(features: Features, columns: int) -> int:
    """As many bytes as the features can take at the most."""
    geometry = int(features.offset[-1] - features.offset[0])
    return geometry + len(features.id) * (60 + 10 * columns)


def _text_values(
    column: TextColumn | IndexColumn, place: NDArray[np.int64], numbering: Numbering
) -> tuple[NDArray[np.uint8], int]:
    """Each feature's text as a value of its own: the values, and how many there are."""
    own, first = numbering
    own[:] = np.arange(first, first + len(own))
    if isinstance(column, IndexColumn):
        indexes = np.empty((len(place), 4 + _INDEX_DIGITS), dtype=np.uint8)
        _write_indexes(indexes, place, column.cells)
        return indexes.ravel(), len(own)
    written = np.empty(int((column.offset[place + 1] - column.offset[place]).sum()), dtype=np.uint8)
    _write_texts(written, place, column)
    return written, len(own)


def _values(column: Column, numbering: Numbering) -> tuple[NDArray[np.uint8], int]:
    """The numbers of a column as values, those that repeat written once or seldom; and how many there are."""
    if np.issubdtype(column.dtype, np.floating):
        doubles = np.empty((len(column), _DOUBLE_BYTES), dtype=np.uint8)
        count = _write_doubles(doubles, column, column.view(np.uint64), numbering)
        return doubles[:count].ravel(), count
    wholes = np.empty(len(column) * _WHOLE_BYTES, dtype=np.uint8)
    size, count = _write_wholes(
        wholes, column.astype(np.int64), _BOOL if column.dtype == np.bool_ else _UINT, numbering
    )
    return wholes[:size], count


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
def _write_indexes(written, places, cells):  # type: ignore[no-untyped-def]
    for feature in range(len(places)):
        cell = np.int64(cells[places[feature]])
        value = written[feature]
        value[0], value[1], value[2], value[3] = 4 << 3 | 2, 2 + _INDEX_DIGITS, 1 << 3 | 2, _INDEX_DIGITS
        for digit in range(_INDEX_DIGITS):
            nibble = cell >> 4 * (_INDEX_DIGITS - 1 - digit) & 15
            value[4 + digit] = nibble + (_ZERO if nibble < 10 else _A - 10)


@compiled
def _write_texts(written, places, column):  # type: ignore[no-untyped-def]
    offset, values = column
    at = 0
    for place in places:
        for byte in range(offset[place], offset[place + 1]):
            written[at] = values[byte]
            at += 1


@compiled
def _write_doubles(written, column, bits, numbering):  # type: ignore[no-untyped-def]
    """A value that comes again before another has taken its place in a small table is not written again."""
    own, first = numbering
    count = 0
    seen, number = np.zeros(_SLOTS, dtype=np.uint64), np.full(_SLOTS, -1, dtype=np.int32)
    for feature in range(len(column)):
        if np.isnan(column[feature]):
            own[feature] = -1
            continue
        value = bits[feature]
        slot = np.int64(value * _SCATTER >> np.uint64(64 - _SLOT_BITS))
        if number[slot] < 0 or seen[slot] != value:
            seen[slot], number[slot] = value, count
            written[count, 0], written[count, 1], written[count, 2] = 4 << 3 | 2, 9, 3 << 3 | 1
            for byte in range(8):  # little-endian, as protobuf asks; the compiler makes one move of it
                written[count, 3 + byte] = value >> np.uint64(8 * byte) & np.uint64(255)
            count += 1
        own[feature] = first + number[slot]
    return count


@compiled
def _write_wholes(written, column, kind, numbering):  # type: ignore[no-untyped-def]
    """Values below `_SMALL` are written once, others each time; how many bytes, and how many values."""
    own, first = numbering
    at, count = 0, 0
    number = np.full(_SMALL, -1, dtype=np.int32)
    for feature in range(len(column)):
        value = column[feature]
        if value < _SMALL and number[value] >= 0:
            own[feature] = first + number[value]
            continue
        if value < _SMALL:
            number[value] = count
        own[feature] = first + count
        count += 1
        written[at], written[at + 1], written[at + 2] = 4 << 3 | 2, 1 + _varint_size(value), kind
        at = write_varint(written, at + 3, value)
    return at, count


@compiled
def _write_features(body, features, numbering):  # type: ignore[no-untyped-def]
    ids, _, offset, geometry, shape = features
    at = 0
    for feature in range(len(ids)):
        tags = 0
        for column in range(len(numbering)):
            value = numbering[column, feature]
            if value >= 0:
                tags += _varint_size(column) + _varint_size(value)
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
        for column in range(len(numbering)):
            if numbering[column, feature] >= 0:
                at = write_varint(body, at, column)
                at = write_varint(body, at, numbering[column, feature])
        body[at], body[at + 1] = 3 << 3, shape
        body[at + 2] = 4 << 3 | 2
        at = write_varint(body, at + 3, high - low)
        for byte in range(low, high):
            body[at] = geometry[byte]
            at += 1
    return at
