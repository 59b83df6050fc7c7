"""A snapshot on disk: what is written is read back, what was changed is found, and no crash shows half of one."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harmgrid.cube import Cube
from harmgrid.errors import NoSnapshot, SnapshotCorrupt
from harmgrid.manifest import FORMAT, sealed
from harmgrid.measures import Local
from harmgrid.published import Group, Published
from harmgrid.snapshot import Store
from harmgrid.view import rank_sectors
from tests.conftest import ROOT
from tests.small_force import (
    MONTHS,
    RECIPE,
    SECTOR_LIST,
    ask,
    publish,
    small_force,
    smallest_force,
    with_people,
    with_sectors,
)

NOW = datetime(2022, 3, 1, 12, 30, 5, tzinfo=UTC)
LATER = datetime(2023, 4, 5, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(directory=tmp_path / "data")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the smallest force, to be copied and not changed."""
    folder = tmp_path_factory.mktemp("written")
    Store(directory=folder).write(smallest_force(), NOW)
    return folder


@pytest.fixture
def copied(written: Path, tmp_path: Path) -> Store:
    """A store with the smallest force, to be damaged."""
    return Store(directory=Path(shutil.copytree(written, tmp_path / "copied")))


def folder_of(store: Store) -> Path:
    return store.directory / "snapshots" / store.current()


def assert_same_cube(one: Cube, other: Cube) -> None:
    for field in fields(Cube):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))
    assert one.signature.dtype == other.signature.dtype


def assert_same(one: Published, other: Published) -> None:
    for name in ("force", "synthetic", "attribution", "months", "recipe", "groups", "lacking", "unfed", "population"):
        assert getattr(one, name) == getattr(other, name)
    for level, same in zip(one.levels, other.levels, strict=True):
        assert (level.id, level.sectors) == (same.id, same.sectors)
        for a, b in zip(level.sectors, same.sectors, strict=True):
            assert shapely.equals_identical(a.geometry, b.geometry)
        assert_same_cube(level.cube, same.cube)
        np.testing.assert_array_equal(level.anchors, same.anchors)
    assert (one.group_cube is None) is (other.group_cube is None)
    if one.group_cube and other.group_cube:
        assert_same_cube(one.group_cube, other.group_cube)
    assert one.hex_cubes.keys() == other.hex_cubes.keys()
    for resolution, cube in one.hex_cubes.items():
        assert_same_cube(cube, other.hex_cubes[resolution])
    assert one.tiles.keys() == other.tiles.keys()
    for key, tiles in one.tiles.items():
        for array, other_array in zip(tiles, other.tiles[key], strict=True):
            np.testing.assert_array_equal(array, other_array)


def test_what_was_written_is_read_back(store: Store) -> None:
    version = store.write(small_force(), NOW)
    snapshot = store.read(version, verify=True)
    assert (snapshot.version, snapshot.published_at) == (version, "2022-03-01T12:30:05+00:00")
    assert_same(snapshot.contents, small_force())
    question = ask("2021-12..2022-02", "2021-11..2021-12")
    assert rank_sectors(snapshot.contents, question) == rank_sectors(small_force(), question)


def test_people_groups_gaps_and_local_weights_are_read_back_too(store: Store) -> None:
    local = Local(author="A. N. Analyst", date="2026-11-23", reason="agreed")
    measure = replace(RECIPE.measures[0], local=local, weighed="local", linked=("OCG", "PCG"), primary=True)
    contents = replace(
        with_people(),
        recipe=replace(RECIPE, measures=(measure, *RECIPE.measures[1:])),
        groups=(Group("G1", "OCG"), Group("Ø&'", "PCG")),
        group_cube=small_force().sector_cube,
        lacking={"drugs": (MONTHS.start, MONTHS.start + 1)},
        unfed=("Drug deaths",),
        population="residents of 2021",
    )
    assert_same(store.read(store.write(contents, NOW), verify=True).contents, contents)


def test_a_force_without_an_event_is_read_back_too(store: Store) -> None:
    nothing = publish(())
    assert_same(store.read(store.write(nothing, NOW), verify=True).contents, nothing)


def test_corners_come_back_to_the_last_bit(store: Store) -> None:
    corners = [(3 + 1 / 3, 56.1), (3.4, 56 + 2**-40), (3.5, 56.7)]
    odd = shapely.MultiPolygon([shapely.Polygon(corners), shapely.box(3.6, 56, 3.7, 56.1)])
    sectors = (replace(SECTOR_LIST[0], geometry=odd), *SECTOR_LIST[1:])
    contents = with_sectors(smallest_force(), sectors=sectors)
    assert_same(store.read(store.write(contents, NOW)).contents, contents)


def test_arrays_are_mapped_for_reading_only(copied: Store) -> None:
    contents = copied.read(copied.current()).contents
    assert isinstance(contents.sector_cube.harm, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        contents.sector_cube.harm[0] = 1


def test_the_same_contents_have_the_same_version_whatever_the_time(store: Store, tmp_path: Path) -> None:
    version = store.write(smallest_force(), NOW)
    assert store.write(smallest_force(), LATER) == version
    assert Store(directory=tmp_path / "elsewhere").write(smallest_force(), LATER) == version
    assert [path.name for path in (store.directory / "snapshots").iterdir()] == [version]


def test_a_snapshot_that_is_published_is_not_written_again(copied: Store) -> None:
    before = {path: path.stat().st_ino for path in folder_of(copied).iterdir()}
    copied.write(smallest_force(), LATER)
    assert {path: path.stat().st_ino for path in folder_of(copied).iterdir()} == before
    assert copied.read(copied.current()).published_at == NOW.isoformat()


@pytest.mark.parametrize(
    "change",
    [
        lambda old: replace(old, force="Other"),
        lambda old: replace(old, synthetic=False),
        lambda old: replace(old, attribution="Other"),
        lambda old: replace(old, months=replace(old.months, start=old.months.start + 1)),
        lambda old: replace(old, months=replace(old.months, delivered=(True, True, True, True))),
        lambda old: replace(old, recipe=replace(old.recipe, release="CSS 2021")),
        lambda old: with_sectors(old, sectors=old.sectors[::-1]),
        lambda old: with_sectors(old, sectors=(replace(old.sectors[0], name="Beech"), *old.sectors[1:])),
        lambda old: with_sectors(old, sectors=(replace(old.sectors[0], residents=7), *old.sectors[1:])),
        lambda old: with_sectors(old, cube=replace(old.sector_cube, harm=old.sector_cube.harm + 2**-40)),
        lambda old: replace(old, levels=small_force().levels),
        lambda old: replace(old, hex_cubes={}),
        lambda old: replace(old, groups=(Group("G1", "OCG"),), group_cube=old.sector_cube),
        lambda old: replace(old, lacking={"drugs": (old.months.start,)}),
        lambda old: replace(old, unfed=("Drug deaths",)),
        lambda old: replace(old, population="residents of 2021"),
    ],
)
def test_other_contents_have_another_version(store: Store, change: Callable[[Published], Published]) -> None:
    first = store.write(smallest_force(), NOW)
    second = store.write(change(smallest_force()), NOW)
    assert first != second
    assert store.current() == second
    assert_same(store.read(first, verify=True).contents, smallest_force())


def test_nothing_of_the_writing_stays_behind(copied: Store) -> None:
    version = copied.write(replace(smallest_force(), force="New"), NOW)
    names = {path.relative_to(copied.directory).parts[0] for path in copied.directory.rglob("*")}
    assert names == {"CURRENT", "publishing.lock", "snapshots"}
    assert len(list((copied.directory / "snapshots").iterdir())) == 2
    manifest = json.loads((folder_of(copied) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == version
    assert {path.name for path in folder_of(copied).iterdir()} == {*manifest["files"], "manifest.json"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_of_any_file_is_found(copied: Store, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(folder_of(copied).iterdir())))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(changed)
    try:
        with pytest.raises(SnapshotCorrupt) as raised:
            copied.read(copied.current(), verify=True)
        assert path.name in str(raised.value)
    finally:
        path.write_bytes(whole)


def test_any_changed_byte_of_the_manifest_is_found_at_every_reading(copied: Store) -> None:
    """Every byte of it once, without asking to verify: the name of the force, a month, the time, a blank."""
    path = folder_of(copied) / "manifest.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(SnapshotCorrupt, match=r"manifest\.json"):
            copied.read(copied.current())


def test_a_file_cut_short_or_grown_or_gone_is_found_at_every_reading(copied: Store) -> None:
    for path in sorted(folder_of(copied).iterdir()):
        whole = path.read_bytes()
        for damaged in (b"", whole[:-1], whole + b"\0"):
            path.write_bytes(damaged)
            with pytest.raises(SnapshotCorrupt, match=path.name):
                copied.read(copied.current())
        path.unlink()
        missing = NoSnapshot if path.name == "manifest.json" else SnapshotCorrupt
        with pytest.raises(missing):
            copied.read(copied.current())
        path.write_bytes(whole)
    assert_same(copied.read(copied.current(), verify=True).contents, smallest_force())


def test_a_damaged_snapshot_is_mended_by_publishing_again(copied: Store) -> None:
    version = copied.current()
    (folder_of(copied) / "cube-hex4-harm.npy").write_bytes(b"rubbish")
    assert copied.write(smallest_force(), LATER) == version
    assert_same(copied.read(version, verify=True).contents, smallest_force())


class Bomb:
    """Would leave a mark if anybody unpickled it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("verify", [False, True])
def test_an_array_of_objects_is_refused_and_never_unpickled(copied: Store, tmp_path: Path, *, verify: bool) -> None:
    """With a manifest made to fit, so that only the reading of the array itself can refuse it."""
    mark = tmp_path / "mark"
    path, manifest_path = folder_of(copied) / "cube-hex4-harm.npy", folder_of(copied) / "manifest.json"
    np.save(path, np.array([Bomb(mark)], dtype=object))
    manifest = json.loads(manifest_path.read_bytes())
    manifest["files"][path.name] = [path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()]
    manifest_path.write_bytes(sealed(manifest))
    with pytest.raises(SnapshotCorrupt, match="cannot be read"):
        copied.read(copied.current(), verify=verify)
    assert not mark.exists()


@pytest.mark.parametrize("name", ["cube-sectors-count.npy", "sectors.json"])
def test_rubbish_of_the_right_size_is_an_error_of_ours(copied: Store, name: str) -> None:
    path = folder_of(copied) / name
    path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(SnapshotCorrupt, match="cannot be read"):
        copied.read(copied.current())


@pytest.mark.parametrize("known", [FORMAT + 1, 0, "1", None, [1]])
def test_another_format_is_refused(copied: Store, known: object) -> None:
    path = folder_of(copied) / "manifest.json"
    manifest = json.loads(path.read_bytes()) | {"format": known}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SnapshotCorrupt, match=f"not {FORMAT}"):
        copied.read(copied.current())


@pytest.mark.parametrize("text", ["", "null", "[]", "[1, 2]", "7", '"x"', "{", "\xff\xfe", "{}" * 2])
def test_a_manifest_that_is_no_object_is_refused(copied: Store, text: str) -> None:
    (folder_of(copied) / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(SnapshotCorrupt, match=r"manifest\.json"):
        copied.read(copied.current())


def test_a_snapshot_under_the_name_of_another_is_refused(copied: Store) -> None:
    folder_of(copied).rename(copied.directory / "snapshots" / ("0" * 16))
    with pytest.raises(SnapshotCorrupt):
        copied.read("0" * 16)


@pytest.mark.parametrize(
    "version",
    [
        "",
        ".",
        "..",
        "../x",
        "../../etc/passwd",
        "/etc",
        "0" * 15,
        "0" * 17,
        "G" * 16,
        "ABCDEF0123456789",
        "0123456789abcde/",
        "0123456789abcdef/",
        "0123456789abcdef\n",
        "0123456789abcde\x00",
        "\N{FULLWIDTH DIGIT ONE}" * 16,
        "current",
        "CURRENT",
        "writing-1",
        "9" * 100_000,
        "0123456789abcdef",  # well spelt, and not here
    ],
)
def test_a_version_that_is_not_here_is_none_whatever_path_it_spells(copied: Store, version: str) -> None:
    with pytest.raises(NoSnapshot) as raised:
        copied.read(version)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("pointer", [b"", b"\n", b"../x\n", b"\xff\xfe\x00", b"0123456789abcdef\n", b"x" * 100_000])
def test_a_pointer_to_nowhere_is_no_snapshot(copied: Store, pointer: bytes) -> None:
    (copied.directory / "CURRENT").write_bytes(pointer)
    with pytest.raises(NoSnapshot):
        copied.read(copied.current())


def test_an_empty_store_says_what_to_do(store: Store) -> None:
    with pytest.raises(NoSnapshot, match="run harmgrid publish"):
        store.current()


def test_killed_before_any_step_a_reader_sees_the_old_snapshot_or_the_new_one_whole(tmp_path: Path) -> None:
    """Some seventy kills with -9, each verified to the byte, and each put right by publishing again."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.publish_killed", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert [int(step) for step, *_ in lines] == list(range(1, len(lines) + 1))
    assert len(lines) > 60
    assert {how for _, _, _, how in lines} == {"mended"}
    assert [ended for _, _, ended, _ in lines] == ["killed"] * (len(lines) - 1) + ["done"]
    seen = [force for _, force, _, _ in lines]
    assert seen == sorted(seen, key=["Old", "New"].index), "old up to one step, new from there on"
    assert set(seen[:-1]) == {"Old", "New"}
