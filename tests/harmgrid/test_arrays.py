"""Arrays and cubes that grow on the disk are what they would have been in memory."""

from pathlib import Path

import numpy as np
import pytest

from harmgrid.arrays import CUBE_ARRAYS, GrowingArray, GrowingCube
from harmgrid.cube import Events, build_cube

pytestmark = pytest.mark.quick


def test_an_array_is_its_parts_one_after_the_other(tmp_path: Path) -> None:
    grown = GrowingArray(tmp_path / "array.npy")
    for part in ([1, 2], [], [3]):
        grown.append(np.array(part, dtype=np.int64))
    assert grown.finish().tolist() == [1, 2, 3]
    assert np.load(tmp_path / "array.npy", allow_pickle=False).tolist() == [1, 2, 3]


def test_an_array_of_a_thousand_parts_has_a_header_of_the_same_length(tmp_path: Path) -> None:
    grown = GrowingArray(tmp_path / "array.npy")
    for number in range(1_000):
        grown.append(np.array([number], dtype=np.int32))
    assert np.array_equal(grown.finish(), np.arange(1_000))


def test_an_empty_array_stays_empty(tmp_path: Path) -> None:
    grown = GrowingArray(tmp_path / "array.npy")
    grown.append(np.array([], dtype=np.uint64))
    found = grown.finish()
    assert (found.tolist(), found.dtype) == ([], np.dtype(np.uint64))


def test_a_part_of_another_type_is_refused(tmp_path: Path) -> None:
    grown = GrowingArray(tmp_path / "array.npy")
    grown.append(np.array([1.0]))
    with pytest.raises(TypeError, match="int64 behind parts of float64"):
        grown.append(np.array([1]))


def events(place: list[int], month: list[int]) -> Events:
    rows = len(place)
    weight = np.arange(1.0, rows + 1)
    return Events(
        np.array(place, dtype=np.uint64),
        np.ones(rows, dtype=np.uint32),
        np.array(month, dtype=np.int32),
        np.ones(rows, dtype=np.int64),
        weight,
        weight**2,
        weight,
    )


def test_a_cube_of_parts_is_the_cube_of_all(tmp_path: Path) -> None:
    parts = [events([1, 1, 2], [0, 2, 1]), events([], []), events([5], [0]), events([7, 6], [1, 1])]
    grown = GrowingCube(tmp_path, "hex9", np.array([1.0, 2.0, 3.0]))  # weights of parts; each begins with 1 anew
    for part in parts:
        grown.append(build_cube(part, 3))
    found, expected = grown.finish(), build_cube(Events.joined(parts), 3)
    assert found.months == 3
    for name in CUBE_ARRAYS:
        assert getattr(found, name).tolist() == getattr(expected, name).tolist(), name
        assert getattr(found, name).dtype == getattr(expected, name).dtype, name
