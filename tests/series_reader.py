"""Series tiles read by docs/series-tiles.md alone: nothing here comes from the program."""

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """A series tile. Figures are by hexagon and month; only what is not all zero is there."""

    first_month: int
    months: int
    resolution: int
    extent: int
    states: list[int]  # by month
    cells: list[int]
    rings: list[list[tuple[int, int]]]  # tile units, not closed
    figures: dict[tuple[int, int], tuple[float, ...]]  # events, harm; people and their harm where there are any


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self) -> int:
        value = self.unsigned()
        return value // 2 if value % 2 == 0 else -(value + 1) // 2

    def double(self) -> float:
        (value,) = struct.unpack_from("<d", self.data, self.at)
        self.at += 8
        return float(value)

    def end(self) -> None:
        assert self.at == len(self.data), "a section is as long as the header says"


def read_series(data: bytes) -> Series:
    """The tile that these bytes are; refuses what is none."""
    assert data[:4] == b"HGST", "no series tile"
    version, header = struct.unpack_from("<HH", data, 4)
    assert version == 1, f"version {version}"
    hexagons, months, first_month = struct.unpack_from("<III", data, 8)
    resolution, columns, extent = struct.unpack_from("<BBH", data, 20)
    often, once, entries, *sizes = struct.unpack_from("<10I", data, 24)
    sections, at = [], header
    for size in sizes:
        sections.append(_Bytes(data[at : at + size]))
        at += size
    assert at == len(data)
    ids, geometry, states, table, counts, gaps, indices = sections
    cells = _cells(ids, hexagons, 3 * (15 - resolution))
    rings = _rings(geometry, hexagons)
    by_column = [
        [table.unsigned() if column % 2 == 0 else table.double() for _ in range(often + once)]
        for column in range(columns)
    ]
    rows = list(zip(*by_column, strict=True))
    figures = {}
    singles = iter(rows[often:])
    for month in range(months):
        hexagon = -1
        for _ in range(counts.unsigned()):
            hexagon += gaps.unsigned() + 1
            index = indices.unsigned()
            figures[hexagon, month] = rows[index - 1] if index else next(singles)
    assert len(figures) == entries
    assert next(singles, None) is None
    states.at = months
    for section in sections:
        section.end()
    return Series(first_month, months, resolution, extent, list(states.data), cells, rings, figures)


def _cells(ids: _Bytes, hexagons: int, shift: int) -> list[int]:
    cells, value = [], 0
    for _ in range(hexagons):
        value += ids.unsigned()
        cells.append(value << shift | (1 << shift) - 1)
    return cells


def _rings(geometry: _Bytes, hexagons: int) -> list[list[tuple[int, int]]]:
    rings = []
    x = y = 0
    usual: dict[int, tuple[int, int]] = {}
    for _ in range(hexagons):
        corners = geometry.unsigned()
        x, y = x + geometry.signed(), y + geometry.signed()
        ring = [(x, y)]
        for corner in range(1, corners):
            before = usual.get(corner, (0, 0))
            step = before[0] + geometry.signed(), before[1] + geometry.signed()
            usual[corner] = step
            ring.append((ring[-1][0] + step[0], ring[-1][1] + step[1]))
        rings.append(ring)
    return rings
