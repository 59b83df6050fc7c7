"""A few events from records to a snapshot, with the sums beside them."""

from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
from numpy.typing import NDArray

from etl.check import check
from etl.publish import publish
from etl.publish.drawing import Zoom, fitting_tiles
from harmgrid import grid
from harmgrid.cube import Cube
from harmgrid.errors import NothingToPublish
from harmgrid.published import HEXAGONS, Published
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import Records, open_records
from harmgrid.snapshot import Store
from harmgrid.tiles import TileSet
from harmgrid.types import month_from_text
from tests.police_uk_builder import (
    BURGLARY,
    FORCE,
    HEADER,
    MARCH,
    NOON,
    ROBBERY,
    crime,
    havens,
    load,
    load_havens,
    publish_records,
    square,
    take_sectors,
    write_archive,
)


@pytest.fixture
def records(database_url: str, tmp_path: Path) -> Records:
    return load_havens(database_url, tmp_path)


def published(records: Records, folder: Path) -> Published:
    store = Store(directory=folder)
    return store.read(publish_records(records, store.directory)).contents


def totals(cube: Cube) -> dict[int, tuple[int, Any]]:
    """Events and harm of each place over all months, without the code that answers questions."""
    found: dict[int, tuple[int, Any]] = {}
    for at, place in enumerate(cube.place.tolist()):
        last = [int(cube.row_entry[row + 1]) - 1 for row in range(cube.place_row[at], cube.place_row[at + 1])]
        found[place] = (int(cube.count[last].sum()), float(cube.harm[last].sum()))
    return found


def test_a_snapshot_counts_and_weighs_every_event_of_the_records(records: Records, tmp_path: Path) -> None:
    snapshot = published(records, tmp_path)
    assert totals(snapshot.sector_cube) == {
        0: (1, pytest.approx(BURGLARY)),  # no location
        1: (1, pytest.approx(ROBBERY)),  # outside every sector
        2: (1, pytest.approx(ROBBERY)),  # Easthaven
        3: (5, pytest.approx(2 * BURGLARY)),  # Westhaven; anti-social behaviour weighs nothing
    }
    for resolution in grid.RESOLUTIONS:
        hexagons = totals(snapshot.hex_cubes[resolution])
        assert sum(count for count, _ in hexagons.values()) == 8
        assert sum(harm for _, harm in hexagons.values()) == pytest.approx(3 * BURGLARY + 2 * ROBBERY)
        assert hexagons[0] == (1, pytest.approx(BURGLARY))
    assert len(totals(snapshot.hex_cubes[9])) == 4


def test_a_snapshot_names_its_force_its_sectors_and_its_months(records: Records, tmp_path: Path) -> None:
    snapshot = published(records, tmp_path)
    assert (snapshot.force, snapshot.synthetic) == (FORCE, False)
    assert "Open Government Licence" in snapshot.attribution
    assert [sector.id for sector in snapshot.sectors] == ["E1", "W1"]
    assert snapshot.months.start == month_from_text("2022-03")
    assert snapshot.months.delivered == (True, False, True)


def test_publishing_twice_gives_the_same_version_whatever_the_time(records: Records, tmp_path: Path) -> None:
    store = Store(directory=tmp_path)
    first = publish_records(records, store.directory)
    again = publish_records(records, tmp_path, NOON.replace(year=2027))
    assert first == again == store.current()
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [first]


def test_both_databases_give_the_same_version(records: Records, tmp_path: Path) -> None:
    other = open_records(f"sqlite:///{tmp_path / 'other.sqlite'}")
    load(other, tmp_path / "a.zip")
    take_sectors(other, havens())
    versions = {publish_records(each, tmp_path) for each in (records, other)}
    assert len(versions) == 1


def test_new_rows_give_a_new_version_and_the_old_one_stays(records: Records, tmp_path: Path) -> None:
    store = Store(directory=tmp_path)
    first = publish_records(records, store.directory)
    load(records, write_archive(tmp_path / "b.zip", {MARCH: [crime("new")]}))
    second = publish_records(records, store.directory)
    assert first != second == store.current()
    assert totals(store.read(first).contents.sector_cube)[3][0] == 5
    assert totals(store.read(second).contents.sector_cube)[3][0] == 3, "two burglaries and the new one; ASB withdrawn"


def test_records_without_sectors_say_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    records = open_records(sqlite_url)
    load(records, write_archive(tmp_path / "a.zip", {MARCH: [crime("a")]}))
    with pytest.raises(NothingToPublish, match=r"without sectors.*run harmgrid load sectors FILE"):
        publish_records(records, tmp_path)
    assert not (tmp_path / "CURRENT").exists()


def test_records_without_months_say_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    records = open_records(sqlite_url)
    take_sectors(records, havens())
    with pytest.raises(NothingToPublish, match=r"without a delivered month.*run harmgrid load first"):
        publish_records(records, tmp_path)


def test_a_delivered_month_without_events_is_a_snapshot_of_zeros(database_url: str, tmp_path: Path) -> None:
    records = open_records(database_url)
    take_sectors(records, havens())
    load(records, write_archive(tmp_path / "a.zip", {MARCH: HEADER}))
    snapshot = published(records, tmp_path)
    assert snapshot.months.delivered == (True,)
    assert totals(snapshot.sector_cube) == {}
    assert len(np.unique(snapshot.tiles["sectors", 10].place)) == 2, "the sectors are on the map all the same"


def test_events_without_any_location_are_a_snapshot_without_hexagons(sqlite_url: str, tmp_path: Path) -> None:
    records = open_records(sqlite_url)
    take_sectors(records, havens())
    load(records, write_archive(tmp_path / "a.zip", {MARCH: [crime("a", at=None)]}))
    snapshot = published(records, tmp_path)
    assert totals(snapshot.sector_cube) == {0: (1, pytest.approx(BURGLARY))}
    assert len(snapshot.tiles["hex", 12].place) == 0


def test_two_forces_share_a_name_and_one_invented_force_marks_all(sqlite_url: str, tmp_path: Path) -> None:
    records = open_records(sqlite_url)
    take_sectors(records, havens())
    rows = [crime(name, Falls_within=f"{name} Police (synthetic)") for name in ("B", "A")]
    load(records, write_archive(tmp_path / "a.zip", {MARCH: rows}))
    snapshot = published(records, tmp_path)
    assert (snapshot.force, snapshot.synthetic) == ("A Police (synthetic) and B Police (synthetic)", True)
    assert "Synthetic data" in snapshot.attribution


def test_a_sector_with_markup_in_its_name_and_heights_in_its_ring_is_published(sqlite_url: str, tmp_path: Path) -> None:
    records = open_records(sqlite_url)
    odd = square("<b>", "\"'&<script>☂", 3.0, 55.0, 3.1, 55.1)
    odd["geometry"]["coordinates"][0] = [[*point, 1.0] for point in odd["geometry"]["coordinates"][0]]
    take_sectors(records, [odd])
    load(records, write_archive(tmp_path / "a.zip", {MARCH: [crime("a")]}))
    (sector,) = published(records, tmp_path).sectors
    assert (sector.id, sector.name) == ("<b>", "\"'&<script>☂")


def test_a_coarser_base_has_the_parents_of_the_cells_and_the_same_totals(records: Records, tmp_path: Path) -> None:
    usual = published(records, tmp_path / "usual")
    levels = grid.Levels(resolutions=(5, 6, 7), finest_at_zoom={6: 5, 7: 7, 8: 9}, max_hexagons=2)
    store = Store(directory=tmp_path / "coarse")
    scoring = read_recipe(DEFAULT_RECIPE)
    publish(records, store, scoring, now=NOON, progress=lambda _: None, hexagons=levels)
    coarse = store.read(store.current()).contents
    assert sorted(coarse.hex_cubes) == [5, 6, 7]
    for resolution, cube in coarse.hex_cubes.items():
        assert totals(cube) == totals(usual.hex_cubes[resolution])
    assert {zoom for _, zoom in coarse.tiles} == {6, 7, 8}
    assert coarse.levels[0].anchors.shape == (3, len(coarse.sectors), 2)
    for zoom, resolution in coarse.resolution_at_zoom.items():
        most = np.diff(coarse.tiles[HEXAGONS, zoom].start).max()
        assert most <= 2 or resolution == 5, "a zoom coarsens as far as there is anything coarser"
    assert check(records, store, scoring, progress=lambda _: None)


def fitted(cells: dict[int, NDArray[np.uint64]], levels: grid.Levels = grid.DEFAULT_LEVELS) -> tuple[int, TileSet]:
    return fitting_tiles(Zoom(zoom=7, cells=cells, levels=levels))


@pytest.mark.quick
def test_a_zoom_coarsens_as_a_whole_where_a_tile_would_hold_over_5000_hexagons() -> None:
    """At latitude 55 a tile of zoom 7 is 180 km wide: 6,000 hexagons of resolution 7, 5.2 km2 each, or 900 of 6."""
    middle = h3.latlng_to_cell(55.0, 3.0, 7)
    disk = np.array(sorted(h3.str_to_int(cell) for cell in h3.grid_disk(middle, 70)), dtype=np.uint64)
    cells = {level: np.unique(grid.parents(disk, level)) for level in (3, 4, 5, 6, 7)}
    assert fitted(cells, grid.Levels(max_hexagons=10_000))[0] == 7
    assert fitted(cells, grid.Levels(finest_at_zoom={7: 5}))[0] == 5
    resolution, tiles = fitted(cells)
    assert resolution == 6
    assert set(tiles.place.tolist()) == set(range(len(cells[6])))
    assert np.diff(tiles.start).max() <= grid.MAX_HEXAGONS
    assert fitted(cells | {7: disk[: grid.MAX_HEXAGONS]})[0] == 7
