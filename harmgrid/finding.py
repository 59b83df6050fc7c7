"""What a text can mean on this map: an area or a place by its name, a grid reference, an H3 index, a position.

Texts come from whoever types them; the caller bounds their length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from harmgrid import grid
from harmgrid.errors import UnknownPlace
from harmgrid.gridrefs import square_from_text
from harmgrid.placenames import PlaceName, plain_words
from harmgrid.published import Level, Published
from harmgrid.sectors import Sector, sectors_at
from harmgrid.view import bounds_of, force_bounds

MOST = 10
MARGIN_DEGREES = 0.5  # around the sectors; what lies farther off is not of this force

Kind = Literal["area", "name", "gridref", "h3", "lonlat"]
Box = tuple[float, float, float, float]  # west, south, east, north

HOW = (
    "Type the name or id of a sector, another area or a place, a grid reference such as NZ 24 64, an H3 index, or "
    "latitude and longitude such as 54.97, -1.62."
)

# How well something fits, best first; a name goes by the best of all its ways.
_SAME, _POSITION, _BEGINS, _WORD_BEGINS, _HOLDS = range(5)

_DEGREES = r"([NSEW]?) *([+-]?[0-9]{1,3}(?:\.[0-9]{0,12})?) *°? *([NSEW]?)"
_LONLAT = re.compile(rf"{_DEGREES} *[,; ] *{_DEGREES}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A place that a text can mean."""

    kind: Kind
    title: str
    subtitle: str
    level: str | None  # of an area
    place: str  # its id among all places
    center: tuple[float, float]
    bounds: Box


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a text can mean, best first, at most `MOST`; and a sentence where that is nothing."""

    found: tuple[Found, ...]
    note: str | None


class _Area(NamedTuple):
    level: Level
    sector: Sector


class _Degrees(NamedTuple):
    """A number as it was typed, and the letter beside it."""

    value: float
    letter: str

    @property
    def signed(self) -> float:
        return -self.value if self.letter in {"S", "W"} else self.value


def find_places(published: Published, text: str) -> Findings:
    """What this text can mean."""
    text = " ".join(text.replace("\N{MINUS SIGN}", "-").split())
    far: list[str] = []  # sentences for what was understood and is not here
    fitting: list[tuple[int, Found | _Area | PlaceName]]
    fitting = [(_POSITION, found) for found in _positions(published, text, far)]
    if asked := plain_words(text):
        fitting += _areas(published, asked)
        fitting += _names(published, asked)
    fitting.sort(key=lambda fit: fit[0])  # which keeps the order of levels, in them that of areas, and that of names
    found = tuple(_shown(published, fit) for _, fit in fitting[:MOST])
    nothing = far[:1] or ["Nothing here goes by that."] if text else []
    return Findings(found=found, note=None if found else " ".join([*nothing, HOW]))


def _fit(name: str, asked: str) -> int | None:
    """How well a name fits; None if it does not."""
    if name == asked:
        return _SAME
    if name.startswith(asked):
        return _BEGINS
    if f" {asked}" in name:
        return _WORD_BEGINS
    return _HOLDS if all(word in name for word in asked.split()) else None


def _areas(published: Published, asked: str) -> Iterator[tuple[int, _Area]]:
    for level in published.levels:
        for sector in level.sectors:
            fits = [fit for name in (sector.name, sector.id) if (fit := _fit(plain_words(name), asked)) is not None]
            if fits:
                yield min(fits), _Area(level, sector)


def _names(published: Published, asked: str) -> Iterator[tuple[int, PlaceName]]:
    for name, plain in zip(published.names, published.plain_names, strict=True):
        fit = _fit(plain, asked)
        if fit is not None:
            yield fit, name


def _shown(published: Published, fitting: Found | _Area | PlaceName) -> Found:
    """A result as it is told, made only of those that are: the point inside an area takes a while to find."""
    if isinstance(fitting, Found):
        return fitting
    if isinstance(fitting, PlaceName):
        cell = _cell_at(published, (fitting.lon, fitting.lat))
        return _hexagon(published, "name", fitting.name, cell)
    level, sector = fitting
    point = sector.geometry.representative_point()
    above = (area for other in published.levels if other is not level for area in other.sectors)
    parent = next((area.name for area in above if sector.parent and area.id == sector.parent), "")
    return Found(
        kind="area",
        title=sector.name,
        subtitle=", ".join(filter(None, (sector.id, parent))),
        level=level.id,
        place=level.place_id(sector),
        center=(point.x, point.y),
        bounds=bounds_of(sector.geometry),
    )


def _positions(published: Published, text: str, far: list[str]) -> Iterator[Found]:
    """The hexagons that a text can mean; what it means elsewhere is told in a sentence."""
    if square := square_from_text(text):
        km2 = square.side * square.side / 1e6
        yield from _at(published, ("gridref", text.upper()), square.centre_degrees, far, km2=km2)
    for lon, lat in _degrees_from(text):
        yield from _at(published, ("lonlat", _degrees_words(lon, lat)), (lon, lat), far)
    try:
        cell = grid.cell_from_text(text.lower())
    except UnknownPlace:
        return
    yield from _of_cell(published, cell, far)


def _at(
    published: Published, named: tuple[Kind, str], point: tuple[float, float], far: list[str], *, km2: float = 0.0
) -> Iterator[Found]:
    """The hexagon of a position, if it is near the force."""
    if not _is_near(published, point):
        far.append(f"That position lies outside {published.force}.")
        return
    yield _hexagon(published, *named, _cell_at(published, point, km2))


def _cell_at(published: Published, point: tuple[float, float], km2: float = 0.0) -> int:
    """The cell of a point: the finest there is, or for a point that stands for an area one about as large."""
    lon, lat = (np.array([degrees]) for degrees in point)
    resolution = grid.finest_for(km2, published.hex_cubes)
    return int(grid.parents(grid.cells_from_points(lon, lat, grid.BASE_RESOLUTION), resolution)[0])


def _of_cell(published: Published, cell: int, far: list[str]) -> Iterator[Found]:
    resolution, finest = grid.resolution_of(cell), max(published.hex_cubes)
    if resolution < min(published.hex_cubes):
        far.append(f"That hexagon is larger than any here; the coarsest are of resolution {min(published.hex_cubes)}.")
        return
    shown = int(grid.parents(np.array([cell], dtype=np.uint64), min(resolution, finest))[0])
    lon, lat = (float(axis[0]) for axis in grid.centres(np.array([shown], dtype=np.uint64)))
    near = (
        _is_near(published, (lon, lat))
        or published.hex_cubes[min(resolution, finest)].positions(np.array([shown], dtype=np.uint64))[0] >= 0
    )
    if not near:
        far.append(f"The hexagon {cell:x} lies outside {published.force}.")
        return
    finer = f"; it holds {cell:x}, which is finer than any here" if resolution > finest else ""
    yield _hexagon(published, "h3", f"H3 {shown:x}", shown, more=finer)


def _hexagon(published: Published, kind: Kind, title: str, cell: int, *, more: str = "") -> Found:
    cells = np.array([cell], dtype=np.uint64)
    lon, lat = grid.centres(cells)
    sector = sectors_at(published.sectors, lon, lat)[0]
    return Found(
        kind=kind,
        title=title,
        subtitle=f"Hexagon {f'in {sector.name}' if sector else 'outside every sector'}{more}",
        level=None,
        place=f"{cell:x}",
        center=(float(lon[0]), float(lat[0])),
        bounds=grid.bounds(cells),
    )


def _degrees_from(text: str) -> Iterator[tuple[float, float]]:
    """Longitude and latitude in the orders that a text allows: letters say which is which, without them it is open."""
    match = _LONLAT.fullmatch(text)
    if not match:
        return
    before, first, after, *rest = match.groups()
    one, other = _Degrees(float(first), (before + after).upper()), _Degrees(float(rest[1]), (rest[0] + rest[2]).upper())
    for lon, lat in ((other, one), (one, other)):
        if (
            lon.letter in {"", "E", "W"}
            and lat.letter in {"", "N", "S"}
            and abs(lon.signed) <= 180
            and abs(lat.signed) <= 90
        ):
            yield lon.signed, lat.signed


def _degrees_words(lon: float, lat: float) -> str:
    return f"{abs(lat):.4f}° {'S' if lat < 0 else 'N'}, {abs(lon):.4f}° {'W' if lon < 0 else 'E'}"


def _is_near(published: Published, point: tuple[float, float]) -> bool:
    west, south, east, north = force_bounds(published)
    lon, lat = point
    return (
        west - MARGIN_DEGREES <= lon <= east + MARGIN_DEGREES
        and south - MARGIN_DEGREES <= lat <= north + MARGIN_DEGREES
    )
