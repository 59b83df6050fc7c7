"""`harmgrid check` on a snapshot that is right, and on ones that are wrong in one figure each."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from etl.check import Figure, check
from harmgrid import grid
from harmgrid.errors import Inconsistent, NoSnapshot, SnapshotCorrupt
from harmgrid.records import Records
from harmgrid.records.tables import areas, deliveries, events
from harmgrid.snapshot import Store
from harmgrid.types import month_from_text
from tests.police_uk_builder import (
    BURGLARY,
    MAY,
    NOON,
    ROBBERY,
    crime,
    default_recipe,
    havens,
    load,
    load_havens,
    publish_records,
    square,
    take_sectors,
    write_archive,
)

Damage = Callable[[Any], Any]  # an array to a wrong one


def published_havens(url: str, folder: Path) -> Records:
    found = load_havens(url, folder)
    publish_records(found, folder)
    return found


@pytest.fixture
def records(database_url: str, tmp_path: Path) -> Records:
    return published_havens(database_url, tmp_path)


def checked(records: Records, folder: Path) -> list[Figure]:
    return check(records, Store(directory=folder), default_recipe(), progress=lambda _: None)


def change(records: Records, statement: sa.Delete | sa.Update | sa.Insert) -> None:
    with records.bulk() as bulk, bulk.writing():
        bulk.run(statement)


def republished(folder: Path, name: str, damage: Damage) -> None:
    """Publish the current snapshot with one array changed, whole and with a manifest that fits."""
    store = Store(directory=folder)
    found = store.read(store.current()).contents
    kind, which, column = name.split("-")
    if kind == "tiles":
        key = (which[:-2], int(which[-2:]))
        tiles = found.tiles[key]
        changed = tiles._replace(**{column: damage(getattr(tiles, column))})
        found = dataclasses.replace(found, tiles={**found.tiles, key: changed})
    elif not which.startswith("hex"):
        levels = [
            dataclasses.replace(
                level, cube=dataclasses.replace(level.cube, **{column: damage(getattr(level.cube, column))})
            )
            if level.layer == which
            else level
            for level in found.levels
        ]
        found = dataclasses.replace(found, levels=tuple(levels))
    else:
        level = int(which.removeprefix("hex"))
        cube = dataclasses.replace(found.hex_cubes[level], **{column: damage(getattr(found.hex_cubes[level], column))})
        found = dataclasses.replace(found, hex_cubes={**found.hex_cubes, level: cube})
    store.write(found, NOON)


def test_a_right_snapshot_has_the_same_totals_everywhere(records: Records, tmp_path: Path) -> None:
    figures: dict[str, Any] = {figure.where: (figure.count, figure.harm) for figure in checked(records, tmp_path)}
    whole = (8, pytest.approx(3 * BURGLARY + 2 * ROBBERY))
    levels = {f"hexagons at resolution {level}": whole for level in grid.RESOLUTIONS}
    assert figures == {
        "records": whole,
        **levels,
        "sectors + unplaced": whole,
        "force + unplaced": whole,
        "  without a location": (1, pytest.approx(BURGLARY)),
        "  outside every sector": (1, pytest.approx(ROBBERY)),
        "  in sectors": (6, pytest.approx(2 * BURGLARY + ROBBERY)),
    }


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            sa.delete(events).where(events.c.reference == "a"),
            r"Burglary in 2022-03: records 1 events, .*hexagons at resolution 3 2 events",
        ),
        (
            sa.update(events).where(events.c.reference == "a").values(category="Robbery"),
            "Burglary in 2022-03: records 1 events",
        ),
        (
            sa.update(events).where(events.c.reference == "a").values(month=month_from_text("2022-05")),
            "Burglary in 2022-03: records 1 events",
        ),
        (
            sa.update(events).where(events.c.reference == "a").values(month=month_from_text("2021-05")),
            "events outside the delivered months: records 1, snapshot 0",
        ),
        (
            sa.update(events).where(events.c.reference == "a").values(category="Piracy"),
            "Burglary in 2022-03: records 1 events",
        ),
        (
            sa.delete(areas).where(areas.c.id == "E1"),
            r"areas of the level sector: records \['W1'\], snapshot \['E1', 'W1'\]",
        ),
        (sa.delete(deliveries).where(deliveries.c.month == month_from_text("2022-05")), "delivered months: records"),
        (sa.insert(deliveries).values(source_id=1, month=month_from_text("2022-04")), "delivered months: records"),
    ],
)
def test_a_figure_that_the_records_have_otherwise_is_named(
    sqlite_url: str, tmp_path: Path, statement: sa.Delete | sa.Update | sa.Insert, says: str
) -> None:
    records = published_havens(sqlite_url, tmp_path)
    change(records, statement)
    with pytest.raises(Inconsistent, match=says):
        checked(records, tmp_path)


@pytest.mark.parametrize(
    ("name", "damage", "says"),
    [
        ("cube-hex4-count", lambda array: array + 1, "records .*hexagons at resolution 4 "),
        ("cube-hex9-count", lambda array: array + 1, "records .*hexagons at resolution 9 "),
        ("cube-hex7-harm", lambda array: array * 1.000001, "records .*hexagons at resolution 7 "),
        ("cube-hex8-month", lambda array: 2 - array, "records .*hexagons at resolution 8 "),
        ("cube-sectors-count", lambda array: array * 2, r"records .*sectors \+ unplaced "),
        ("cube-sectors-signature", lambda array: np.roll(array, 1), r"records .*sectors \+ unplaced "),
        ("cube-force-harm", lambda array: array * 2, r"records .*force \+ unplaced "),
        ("tiles-hex12-place", lambda array: array * 0, "places in the hex tiles of zoom 12: cube 3, snapshot 1"),
        ("tiles-sectors04-place", lambda array: array * 0, "places in the sectors tiles of zoom 4: cube 2, "),
    ],
)
def test_a_figure_that_the_snapshot_has_otherwise_is_named(
    sqlite_url: str, tmp_path: Path, *, name: str, damage: Damage, says: str
) -> None:
    records = published_havens(sqlite_url, tmp_path)
    republished(tmp_path, name, damage)
    with pytest.raises(Inconsistent, match=says):
        checked(records, tmp_path)


def test_an_event_that_stands_in_another_sector_is_named(records: Records, tmp_path: Path) -> None:
    change(records, sa.update(events).where(events.c.reference == "c").values(lon=3.05))
    with pytest.raises(Inconsistent, match="events and people in Easthaven: records 0, snapshot 1"):
        checked(records, tmp_path)


def test_a_boundary_redrawn_since_publishing_is_named(records: Records, tmp_path: Path) -> None:
    wider = square("E1", "Easthaven", 3.1, 55.0, 3.6, 55.1)  # takes in the robbery at sea
    take_sectors(records, [havens()[0], wider])
    with pytest.raises(Inconsistent, match="events and people outside every sector: records 0, snapshot 1"):
        checked(records, tmp_path)


def test_a_changed_byte_is_found_before_any_figure_is_compared(records: Records, tmp_path: Path) -> None:
    (path,) = tmp_path.glob("snapshots/*/cube-hex9-harm2.npy")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotCorrupt, match=r"cube-hex9-harm2\.npy"):
        checked(records, tmp_path)


def test_nothing_published_says_so(records: Records, tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match="run harmgrid publish"):
        checked(records, tmp_path / "elsewhere")


def test_rows_loaded_since_are_told_from_damage_by_publishing_again(records: Records, tmp_path: Path) -> None:
    load(records, write_archive(tmp_path / "b.zip", {MAY: [crime("new", Month="2022-05")]}))
    with pytest.raises(Inconsistent, match="run harmgrid publish if records have been loaded since"):
        checked(records, tmp_path)
    publish_records(records, tmp_path)
    assert checked(records, tmp_path)[0].count == 9
