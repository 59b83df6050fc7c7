"""Records that are full at once: events put into the database past the loader, which would take too long."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from harmgrid import grid
from harmgrid.published import BASE_LEVEL
from harmgrid.records import Records, open_records
from harmgrid.records.boundaries import replace_areas
from harmgrid.sectors import Area, Sector
from tools.bench.invented import SEED, START

AT_ONCE = 500_000
CATEGORIES = np.array(["Burglary", "Robbery", "Drugs", "Vehicle crime", "Violence and sexual offences"])
FORCE = "Bench (synthetic)"
_EMPTY = ("offence", "incident", "status", "location", "lsoa_code", "lsoa_name", "outcome", "context", "reported_by")


def fill_records(
    database: Path, events: int, cells: NDArray[np.uint64], *, months: int, areas: tuple[Sector, ...]
) -> Records:
    """A new SQLite file with events spread over these hexagons and months, month after month as files come in.

    A tenth of them lie on a hundredth of the hexagons; no hexagon is without one where there are enough.
    """
    records = open_records(f"sqlite:///{database}")
    whole = [Area(level=BASE_LEVEL, id=area.id, name=area.name, geometry=area.geometry) for area in areas]
    replace_areas(records, BASE_LEVEL, whole)
    random = np.random.default_rng(SEED)
    lon, lat = grid.centres(cells)
    busy = random.permutation(len(cells))[: max(1, len(cells) // 100)]
    with records.bulk() as bulk:
        bulk.insert("sources", _table(id=[1], name=["bench"], record=["event"], kind=["street_crime"]))
        bulk.insert("files", _table(id=[1], source_id=[1], name=["bench.csv"]))
        bulk.insert("deliveries", _table(source_id=[1] * months, month=list(range(START, START + months))))
        for first in range(0, events, AT_ONCE):
            number = np.arange(first, min(first + AT_ONCE, events))
            at = np.where(number < len(cells), number % len(cells), random.integers(0, len(cells), len(number)))
            often = (random.random(len(number)) < 0.1) & (number >= len(cells))
            at[often] = busy[random.integers(0, len(busy), int(often.sum()))]
            month = START + number * months // events
            with bulk.writing():  # each by itself: the journal of all would be as large as the records
                bulk.insert("events", _events(number, (lon[at], lat[at], cells[at]), month, random))
    return records


def _events(
    number: NDArray[np.int64],
    where: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint64]],
    month: NDArray[np.int64],
    random: np.random.Generator,
) -> pa.Table:
    rows = len(number)
    lon, lat, cell = where
    jitter = random.uniform(-2e-4, 2e-4, (2, rows))  # some twenty metres: snap points of a street, not of a hexagon
    columns: dict[str, object] = {
        "source_id": np.ones(rows, dtype=np.int64),
        "reference": pa.array(number).cast(pa.string()),
        "file_id": np.ones(rows, dtype=np.int64),
        "row_number": number + 2,
        "kind": pa.array(["street_crime"]).take(pa.array(np.zeros(rows, dtype=np.int64))),
        "month": month,
        "category": pa.array(CATEGORIES).take(pa.array(random.integers(0, len(CATEGORIES), rows))),
        "lon": lon + jitter[0],
        "lat": lat + jitter[1],
        "cell": cell.astype(np.int64),
        "falls_within": pa.array([FORCE]).take(pa.array(np.zeros(rows, dtype=np.int64))),
        "details": pa.array([""]).take(pa.array(np.zeros(rows, dtype=np.int64))),
    }
    empty = pa.array([""]).take(pa.array(np.zeros(rows, dtype=np.int64)))
    return pa.table(columns | dict.fromkeys(_EMPTY, empty))


def _table(**columns: list[int] | list[str]) -> pa.Table:
    return pa.table(columns)
