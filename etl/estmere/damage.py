"""The few rows that are damaged as real ones are, so that loading the demo force has something to reject."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from etl.estmere.files import Columns

Change = Callable[[Columns, NDArray[np.intp]], None]


def damaged(columns: Columns, usable: NDArray[np.intp], changes: dict[str, int], rng: np.random.Generator) -> Columns:
    """The same rows, some of those that are `usable` damaged: so many for each kind of damage by name."""
    copies = {
        header: column.astype(_WIDE) if header in _TOUCHED else column  # a copy, and wide enough for what comes
        for header, column in columns.items()
    }
    wanted = sum(changes.values())
    rows = np.sort(rng.choice(usable, min(wanted, usable.size), replace=False))
    start = 0
    for name, count in changes.items():
        _CHANGES[name](copies, rows[start : start + count])
        start += count
    return copies


def _offence_as_date(columns: Columns, rows: NDArray[np.intp]) -> None:
    """A spreadsheet took 8/11 for a date and wrote its day number."""
    columns["Offence code"][rows] = "44784"


def _swapped_axes(columns: Columns, rows: NDArray[np.intp]) -> None:
    lon, lat = columns["Longitude"][rows], columns["Latitude"][rows]
    columns["Longitude"][rows], columns["Latitude"][rows] = lat, lon


def _at_zero(columns: Columns, rows: NDArray[np.intp]) -> None:
    columns["Longitude"][rows] = columns["Latitude"][rows] = "0"


def _ends_before_it_starts(columns: Columns, rows: NDArray[np.intp]) -> None:
    first, last = columns["From"][rows], columns["To"][rows]
    columns["From"][rows], columns["To"][rows] = last, first


_WIDE = "<U16"
_TOUCHED = ("Offence code", "Longitude", "Latitude", "From", "To")
_CHANGES: dict[str, Change] = {
    "offence_as_date": _offence_as_date,
    "swapped_axes": _swapped_axes,
    "at_zero": _at_zero,
    "ends_before_it_starts": _ends_before_it_starts,
}
