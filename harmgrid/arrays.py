"""Arrays that grow on the disk: what is too large to be put together in memory is written part by part, then mapped."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from harmgrid.cube import Cube, Floats, positions_of

CUBE_ARRAYS = ("place", "place_row", "signature", "row_entry", "month", "count", "harm", "harm2", "largest", "weight")
_SHIFTED = {"place_row": "signature", "row_entry": "month"}  # by the array of which it holds positions


class GrowingArray:
    """One flat array in an .npy file; between two parts the file is closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._length = 0
        self._type = np.dtype(np.void)  # until the first part tells
        path.write_bytes(b"")

    def __len__(self) -> int:
        return self._length

    def append(self, part: NDArray[Any]) -> None:
        """Write these behind what is there; all parts are of one type."""
        with self._path.open("ab") as file:
            if not file.tell():
                self._type = part.dtype
                file.write(self._header())  # of the same length for any number of rows
            if part.dtype != self._type:
                raise TypeError(f"a part of {part.dtype} behind parts of {self._type}")
            file.write(np.ascontiguousarray(part).data)
        self._length += len(part)

    def finish(self) -> NDArray[Any]:
        """The whole array, mapped."""
        with self._path.open("r+b") as file:
            file.write(self._header())
        array: NDArray[Any] = np.load(self._path, mmap_mode="r", allow_pickle=False)
        return array

    def _header(self) -> bytes:
        written = BytesIO()
        described = {"descr": npy.dtype_to_descr(self._type), "fortran_order": False, "shape": (self._length,)}
        npy.write_array_header_1_0(written, described)
        return written.getvalue()


class GrowingCube:
    """The cube of parts that come in the order of their places and have none in common."""

    def __init__(self, folder: Path, name: str, weight: Floats) -> None:
        self._arrays = {array: GrowingArray(folder / f"{name}-{array}.npy") for array in CUBE_ARRAYS}
        self._weight = weight  # ascending, with those of all parts
        self._arrays["weight"].append(weight)
        self._months = 0

    def append(self, part: Cube) -> None:
        """Put a part behind those that are there."""
        self._months = part.months
        before = {array: len(grown) for array, grown in self._arrays.items()}
        columns = {name: getattr(part, name) for name in CUBE_ARRAYS if name != "weight"}
        columns["largest"] = positions_of(part.weight, self._weight)[part.largest]
        for name, counted in _SHIFTED.items():  # the end of one part is the start of the next
            columns[name] = columns[name][1 if before[name] else 0 :] + before[counted]
        for name, column in columns.items():
            self._arrays[name].append(column)

    def finish(self) -> Cube:
        """The whole cube, mapped."""
        return Cube(months=self._months, **{name: grown.finish() for name, grown in self._arrays.items()})
