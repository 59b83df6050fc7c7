"""Names of places: in a snapshot, and in a search."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harmgrid.errors import SnapshotCorrupt
from harmgrid.finding import find_places
from harmgrid.placenames import PlaceName
from harmgrid.snapshot import Store
from tests.small_force import ALDER_WEST, BIRCH, small_force

pytestmark = pytest.mark.quick

NOW = datetime(2024, 5, 1, tzinfo=UTC)
NAMES = (PlaceName("Birch Infirmary", *BIRCH), PlaceName("Château d'Aulne", *ALDER_WEST))


def test_a_snapshot_keeps_its_names_and_is_another_version_with_them(tmp_path: Path) -> None:
    store = Store(directory=tmp_path)
    without = store.write(small_force(), NOW)
    assert not (store.folder(without) / "names.json").exists()
    assert store.read(without).contents.names == ()
    version = store.write(replace(small_force(), names=NAMES), NOW)
    assert version != without
    assert store.read(version, verify=True).contents.names == NAMES


@pytest.mark.parametrize("damage", [b"", b"{}", b'[["Quay", 3.0]]', b'[["Quay", "west", 56.0]]', b"[1]", b"\xff"])
def test_names_that_are_none_are_a_damaged_snapshot(tmp_path: Path, damage: bytes) -> None:
    store = Store(directory=tmp_path)
    version = store.write(replace(small_force(), names=NAMES), NOW)
    path = store.folder(version) / "names.json"
    size = path.stat().st_size
    path.write_bytes(damage.ljust(size))  # which only reading every byte finds by its digest
    if damage != b"{}":  # an empty list of names
        with pytest.raises(SnapshotCorrupt):
            store.read(version)
    assert not store.is_whole(version)


def test_a_name_is_found_with_the_finest_hexagon_of_its_place() -> None:
    force = replace(small_force(), names=NAMES)
    sector, infirmary = find_places(force, "birch").found
    assert (sector.kind, infirmary.kind) == ("area", "name")  # spelt the same comes before what begins so
    assert (infirmary.title, infirmary.subtitle) == ("Birch Infirmary", "Hexagon in Birch")
    (chateau,) = find_places(force, "chateau daulne").found
    assert (chateau.title, chateau.place[:2]) == ("Château d'Aulne", "89")
