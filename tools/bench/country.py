"""A country instead of a force: what publishing it takes, and whether a tile of it is as fast as a small force's."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.published import HEXAGONS, Published
from harmgrid.snapshot import Store
from harmgrid.tileview import encode_tile, features_at
from harmgrid.types import Question, Window
from tools.bench.filled import fill_records
from tools.bench.invented import MONTHS, START, TILE, ZOOM, sectors, tile_box
from tools.bench.publish import publish_once
from tools.bench.timing import Comparison, Disagreement, Line, Reach, Setting, Timing, turn_by_turn
from tools.bench.watched import memory_below

FORCES, SECTORS_EACH = 40, 35
# As by default, but for the tile's zoom, which shows base hexagons.
ZOOMS = {"HARMGRID_ZOOMS": "4:4,5:5,6:6,7:7,8:7,9:8,10:9,11:9,12:9", "HARMGRID_MAX_HEXAGONS": "10000"}


def compare(setting: Setting) -> Comparison:
    """Publish the country, and the part of it that lies in one tile by itself; then ask both for that tile."""
    events, wanted = setting.size(40_000_000, 20_000), setting.size(500_000, 8_000)
    cells = cells_around_tile(wanted)
    inside = cells[_in_tile(cells)]
    areas = sectors(grid.bounds(cells), FORCES, setting.size(SECTORS_EACH, 2))
    fill_records(setting.scratch / "country.db", events, cells, months=MONTHS, areas=areas)
    fill_records(setting.scratch / "force.db", events * len(inside) // wanted, inside, months=MONTHS, areas=sectors())
    run = publish_once(setting.scratch / "country.db", setting.scratch / "country", **ZOOMS)
    publish_once(setting.scratch / "force.db", setting.scratch / "force", **ZOOMS)
    country, force = (_published(setting, name) for name in ("country", "force"))
    if _hexagons_in(country) != _hexagons_in(force):
        raise Disagreement(
            f"{_hexagons_in(country)} hexagons in the tile of the country, {_hexagons_in(force)} in the other"
        )
    taken = turn_by_turn(
        {"country": partial(tile_of, country), "force": partial(tile_of, force)},
        turns=setting.size(200, 3),
        warm_ups=setting.size(20, 1),
    )
    ratio = taken["country"].median / taken["force"].median
    return Comparison(
        title="Country size",
        how=f"{events:,} events on {wanted:,} base hexagons in {MONTHS} months, {len(areas):,} sectors, published by "
        f"the command as it comes. The tile holds {_hexagons_in(country):,} hexagons in both; the force has nothing "
        "but what lies in it, as many events a hexagon. Window and baseline of 12 months each, all measures that are "
        "fed, another window each turn, turn by turn.",
        lines=(
            Line(what="harmgrid publish, country", timing=Timing((run.seconds,)), turns_of=events),
            Line(what="cold tile of the country", timing=taken["country"]),
            Line(what="the same tile of the force", timing=taken["force"]),
        ),
        reaches=(
            memory_below(4, [run]),
            Reach(what="tile of the country", wanted="at most 1.5 times", found=f"{ratio:.2f} times", met=ratio <= 1.5),
        ),
    )


def cells_around_tile(wanted: int) -> NDArray[np.uint64]:
    """As many base cells nearest to the middle of the tile, ascending."""
    west, south, east, north = tile_box()
    middle = np.array([(west + east) / 2, (south + north) / 2])
    degrees = 0.6 * np.sqrt(wanted) * np.array([0.0052, 0.0032])  # about the width and the height of a cell there
    side = int(2.4 * np.sqrt(wanted))  # points: closer together than cells are wide
    lon, lat = np.linspace(middle - degrees, middle + degrees, side).T
    x, y = np.meshgrid(lon, lat)
    cells = np.unique(grid.cells_from_points(x.ravel(), y.ravel(), grid.BASE_RESOLUTION))
    x, y = grid.centres(cells)
    away = np.hypot((x - middle[0]) / degrees[0], (y - middle[1]) / degrees[1])
    return np.sort(cells[np.argsort(away)[:wanted]])


def tile_of(published: Published, turn: int) -> bytes:
    """The tile for a window that moves from turn to turn."""
    stop = START + 24 + turn % (MONTHS - 24 + 1)
    measures = published.recipe.all
    question = Question(window=Window(stop - 12, stop), baseline=Window(stop - 24, stop - 12), measures=measures)
    return encode_tile(published, HEXAGONS, TILE, question)


def _in_tile(cells: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which cells touch the tile."""
    west, south, east, north = tile_box()
    x, y = grid.centres(cells)
    near = 0.01  # degrees: more than a cell is wide
    return (west - near < x) & (x < east + near) & (south - near < y) & (y < north + near)


def _published(setting: Setting, name: str) -> Published:
    store = Store(directory=setting.scratch / name)
    return store.read(store.current()).contents


def _hexagons_in(published: Published) -> int:
    of_tile = features_at(published.tiles[HEXAGONS, ZOOM], TILE)
    return int(of_tile.stop - of_tile.start)
