"""Series tiles against the vector tiles and the sums of each month, through a reader that shares nothing with them."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from harmgrid import grid
from harmgrid.cube import Cube, Events, build_cube
from harmgrid.errors import InvalidTile
from harmgrid.published import HEXAGONS, Published
from harmgrid.series import encode_series
from harmgrid.tiles import EXTENT, TileAddress, prepare_tiles
from harmgrid.tileview import encode_tile
from harmgrid.types import Counting, Months, Window
from harmgrid.view import located, sums_of
from tests.series_reader import Series, read_series
from tests.small_force import MONTHS, RECIPE, ask, small_force, with_people
from tests.tile_reader import every_tile, read_tile

pytestmark = pytest.mark.quick

COUNTINGS: tuple[Counting, ...] = ("each", "once")
ZOOMS = list(grid.FINEST_AT_ZOOM)
WHOLE = ask("2021-11..2022-02")
DRUGS = RECIPE.select(["drugs"])


def every_series(force: Published, theme: str, zoom: int, counting: Counting = "each") -> dict[TileAddress, Series]:
    addresses = every_tile(force, HEXAGONS, zoom, WHOLE)
    return {at: read_series(encode_series(force, RECIPE.select([theme]), at, counting)) for at in addresses}


@pytest.mark.parametrize("zoom", ZOOMS)
def test_hexagons_and_outlines_are_those_of_the_vector_tile(zoom: int) -> None:
    for address, series in every_series(small_force(), "all_crime", zoom).items():
        features = read_tile(encode_tile(small_force(), HEXAGONS, address, WHOLE), HEXAGONS)
        assert [f"{cell:x}" for cell in series.cells] == [feature.properties["h3"] for feature in features]
        assert [[*map(list, ring), list(ring[0])] for ring in series.rings] == [f.polygons[0][0] for f in features]
        assert (series.extent, series.resolution) == (EXTENT, grid.FINEST_AT_ZOOM[zoom])


@pytest.mark.parametrize("people", [False, True])
@pytest.mark.parametrize("counting", COUNTINGS)
@pytest.mark.parametrize("theme", ["all_crime", "drugs", "asb"])
@pytest.mark.parametrize("zoom", [4, 9, 12])
def test_every_month_of_every_hexagon_is_the_sum_of_its_window(
    zoom: int, theme: str, counting: Counting, *, people: bool
) -> None:
    force = with_people() if people else small_force()
    question = replace(WHOLE, measures=RECIPE.select([theme]), counting=counting)
    cube = force.hex_cubes[force.resolution_at_zoom[zoom]]
    for series in every_series(force, theme, zoom, counting).values():
        at = cube.positions(np.array(series.cells, dtype=np.uint64))
        for month in range(len(MONTHS.delivered)):
            window = Window(MONTHS.start + month, MONTHS.start + month + 1)
            sums = sums_of(force, cube, at, question=question, window=window)
            for hexagon in range(len(at)):
                events, harm, *stock = series.figures.get((hexagon, month), (0, 0.0))
                assert events == sums.count[hexagon]
                assert harm + (stock[1] if stock else 0) == pytest.approx(sums.harm[hexagon], abs=1e-6)
                assert (stock[0] if stock else 0) == sums.people[hexagon]


def test_any_window_can_be_summed_from_the_months() -> None:
    """Events are added up, people and their harm averaged over the months, missing ones included."""
    force = with_people()
    cube = force.hex_cubes[9]
    question = replace(WHOLE, measures=RECIPE.all)
    found = 0
    for series in every_series(force, "all_crime", 12).values():
        at = cube.positions(np.array(series.cells, dtype=np.uint64))
        for start in range(4):
            for stop in range(start + 1, 5):
                window = Window(MONTHS.start + start, MONTHS.start + stop)
                sums = sums_of(force, cube, at, question=question, window=window)
                for hexagon in range(len(at)):
                    rows = [series.figures.get((hexagon, month), (0, 0.0, 0, 0.0)) for month in range(start, stop)]
                    events, harm, people, of_people = (sum(column) for column in zip(*rows, strict=True))
                    assert events == sums.count[hexagon]
                    assert people / (stop - start) == pytest.approx(sums.people[hexagon])
                    assert harm + of_people / (stop - start) == pytest.approx(sums.harm[hexagon], abs=1e-6)
                    found += 1
    assert found > 30


def test_a_month_says_whether_it_was_delivered() -> None:
    """2022-01 never was; disorder lacks 2021-12 too, which is all that its own theme has of that month."""
    force = replace(small_force(), lacking={"asb": (MONTHS.start + 1,)})
    states = {
        theme: next(iter(every_series(force, theme, 4).values())).states for theme in ("all_crime", "asb", "drugs")
    }
    assert states == {"all_crime": [0, 2, 1, 0], "asb": [0, 1, 1, 0], "drugs": [0, 0, 1, 0]}


def test_a_tile_without_hexagons_has_no_bytes_and_one_without_events_has_its_hexagons() -> None:
    assert encode_series(small_force(), DRUGS, TileAddress(z=4, x=0, y=0), "each") == b""
    nothing = replace(small_force(), hex_cubes=_emptied(small_force()))
    for series in every_series(nothing, "all_crime", 9).values():
        assert series.cells
        assert series.figures == {}


def _emptied(force: Published) -> dict[int, Cube]:
    """The same places with nothing that any measure takes."""
    return {level: replace(cube, signature=np.zeros_like(cube.signature)) for level, cube in force.hex_cubes.items()}


@pytest.mark.parametrize(
    "address", [TileAddress(z=3, x=0, y=0), TileAddress(z=13, x=0, y=0), TileAddress(z=4, x=16, y=0)]
)
def test_a_tile_that_does_not_exist_is_refused(address: TileAddress) -> None:
    with pytest.raises(InvalidTile):
        encode_series(small_force(), DRUGS, address, "each")


def large(hexagons: int = 5_000, months: int = 72, share: float = 0.1) -> tuple[Published, TileAddress]:
    """A tile of so many hexagons, a share of whose months has events: some hexagons often, most seldom.

    Half of those months have one event, and there are sixty weights, most of them seldom seen.
    """
    draw = np.random.default_rng(1)
    lon, lat = np.meshgrid(np.arange(-2.1, -0.7, 0.003), np.arange(54.5, 55.4, 0.002))
    cells = np.unique(grid.cells_from_points(lon.ravel(), lat.ravel(), 8))
    lon, lat = grid.centres(cells)
    cells = np.sort(cells[np.argsort(((lon + 1.4) * 0.57) ** 2 + (lat - 54.95) ** 2)[:hexagons]])
    rate = draw.gamma(2.0, 0.5, len(cells))
    there = draw.random((len(cells), months)) < share * rate[:, None]
    there[~there.any(axis=1), 0] = True  # a hexagon without an event in all the data is in no tile
    place, month = np.nonzero(there)
    times = draw.geometric(0.5, len(place))
    place, month = np.repeat(place, times), np.repeat(month, times)
    weight = np.round(draw.lognormal(4, 2, 60), 2)[draw.choice(60, len(place), p=draw.dirichlet(np.full(60, 0.3)))]
    ones = np.ones(len(place), dtype=np.int64)
    signature = np.ones(len(place), dtype=np.uint32)
    cube = build_cube(Events(cells[place], signature, month.astype(np.int32), ones, weight, weight**2, weight), months)
    tiles = prepare_tiles(grid.boundaries(located(cube)), 7, clip=False)
    key = int(tiles.key[np.argmax(np.diff(tiles.start))])
    force = replace(
        small_force(),
        months=Months(start=MONTHS.start, delivered=(True,) * months),
        hex_cubes={8: cube},
        resolution_at_zoom={7: 8},
        tiles={(HEXAGONS, 7): tiles},
    )
    return force, TileAddress(z=7, x=key >> 32, y=key & 0xFFFFFFFF)


def test_five_thousand_hexagons_and_six_years_are_at_most_110_kilobytes() -> None:
    """Gzipped, with one hexagon-month in ten that is not zero."""
    force, address = large()
    data = encode_series(force, RECIPE.select(["asb"]), address, "each")
    series = read_series(data)
    assert (len(series.cells), series.months) == (5_000, 72)
    assert 0.095 < len(series.figures) / len(series.cells) / series.months < 0.105
    assert len(gzip.compress(data, 6)) <= 110_000
