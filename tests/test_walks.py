"""A dozen rows from a file to a decoded tile, each step by hand.

    row                                 becomes
    b1 b2  burglary, Westhaven          2 events, 2 x 377.47 points
    r1     robbery, Westhaven, April    1 event, 799.63 points
    -  -   ASB, Westhaven, alike        2 events, no points
    e1     burglary, Easthaven          1 event, 377.47 points
    s1     robbery, at sea              1 event outside every sector, 799.63 points
    n1     burglary, no location        1 event without a location, 377.47 points
    b1     again                        rejected: repeated_reference
    x1     latitude 540                 rejected: latitude_out_of_range
    x2     month 2023-13                rejected: unreadable_month
    x3     piracy                       rejected: unknown_category

12 rows read = 8 loaded + 4 rejected. All points: 4 x 377.47 + 2 x 799.63 = 3,109.14.
"""

from pathlib import Path
from typing import Any

import h3
import mapbox_vector_tile
import pytest

from etl.check import check
from harmgrid.records import Records, open_records
from harmgrid.snapshot import Store
from harmgrid.tiles import TileAddress
from harmgrid.tileview import encode_tile
from harmgrid.types import Question, Window
from harmgrid.view import rank_sectors
from tests.police_uk_builder import (
    APRIL,
    EAST,
    MARCH,
    SEA,
    WEST,
    asb,
    crime,
    default_recipe,
    figures,
    havens,
    load,
    publish_records,
    take_sectors,
    write_archive,
)

BURGLARY, ROBBERY = 377.4699379468708, 799.628870231477
MARCH_ROWS = [
    crime("b1"),
    crime("b2"),
    asb(),
    asb(),
    crime("e1", at=EAST),
    crime("s1", at=SEA, Crime_type="Robbery"),
    crime("n1", at=None),
    crime("b1"),
    crime("x1", Latitude="540"),
    crime("x2", Month="2023-13"),
    crime("x3", Crime_type="Piracy"),
]
APRIL_ROWS = [crime("r1", Month="2022-04", Crime_type="Robbery")]
TILE = TileAddress(z=8, x=130, y=80)  # 2.81 to 4.22 degrees east, 54.98 to 55.78 north: all of it


def hexagon(point: tuple[float, float]) -> str:
    """The hexagon of zoom 8: the resolution 7 parent of the one at resolution 9, so that levels add up."""
    lon, lat = point
    return str(h3.cell_to_parent(h3.latlng_to_cell(lat, lon, 9), 7))


@pytest.fixture
def records(database_url: str, tmp_path: Path) -> Records:
    found = open_records(database_url)
    take_sectors(found, havens())
    receipt = load(found, write_archive(tmp_path / "a.zip", {MARCH: MARCH_ROWS, APRIL: APRIL_ROWS}))
    assert [figures(line) for line in receipt.files] == [(11, 7, 0, 0, 4, 0), (1, 1, 0, 0, 0, 0)]
    assert figures(receipt.total) == (12, 8, 0, 0, 4, 0)
    return found


def test_a_dozen_rows_from_a_file_to_a_tile(records: Records, tmp_path: Path) -> None:
    store = Store(directory=tmp_path)
    snapshot = store.read(publish_records(records, store.directory)).contents
    question = Question(window=Window.from_text("2022-03..2022-04"), measures=snapshot.recipe.all)

    hexagons = mapbox_vector_tile.decode(encode_tile(snapshot, "hex", TILE, question))["hex"]["features"]
    found = {feature["properties"]["h3"]: feature["properties"] for feature in hexagons}
    expected: dict[str, Any] = {
        hexagon(WEST): (5, 2 * BURGLARY + ROBBERY),
        hexagon(EAST): (1, BURGLARY),
        hexagon(SEA): (1, ROBBERY),
    }
    assert {place: (values["count"], pytest.approx(values["harm"])) for place, values in found.items()} == expected

    sectors = mapbox_vector_tile.decode(encode_tile(snapshot, "sectors", TILE, question))["sectors"]["features"]
    assert {feature["properties"]["name"]: feature["properties"]["count"] for feature in sectors} == {
        "Westhaven": 5,
        "Easthaven": 1,
    }

    ranking = rank_sectors(snapshot, question)
    unplaced = BURGLARY + ROBBERY  # nowhere and at sea
    in_tile = sum(feature["properties"]["harm"] for feature in sectors)
    assert ranking.total.count == sum(feature["properties"]["count"] for feature in hexagons) + 1
    assert ranking.total.harm == pytest.approx(in_tile + unplaced) == pytest.approx(4 * BURGLARY + 2 * ROBBERY)
    assert check(records, store, default_recipe(), progress=lambda _: None)[0].count == 8


def test_a_dozen_rows_in_one_month(records: Records, tmp_path: Path) -> None:
    store = Store(directory=tmp_path)
    snapshot = store.read(publish_records(records, store.directory)).contents
    question = Question(window=Window.from_text("2022-04..2022-04"), measures=frozenset({"robbery"}))
    features = mapbox_vector_tile.decode(encode_tile(snapshot, "hex", TILE, question))["hex"]["features"]
    counts = {feature["properties"]["h3"]: feature["properties"]["count"] for feature in features}
    assert sum(counts.values()) == counts[hexagon(WEST)] == 1
