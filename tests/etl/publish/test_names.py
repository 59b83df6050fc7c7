"""Names of places out of a file that the force brings."""

from pathlib import Path

import pytest

from etl.publish.names import read_place_names
from harmgrid.errors import UnknownColumn, UnreadableSource
from harmgrid.placenames import PlaceName


def written(folder: Path, text: str) -> Path:
    path = folder / "names.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_names_come_once_in_order_whatever_else_the_file_has(tmp_path: Path) -> None:
    rows = ("park, Saltwell Park ,54.94,-1.61", "port,Quay,54.97,-1.6", "park,Saltwell Park,54.94,-1.61")
    text = "\n".join(("Kind,NAME,Latitude,Longitude", *rows))
    assert read_place_names(written(tmp_path, text)) == (
        PlaceName("Quay", -1.6, 54.97),
        PlaceName("Saltwell Park", -1.61, 54.94),
    )


@pytest.mark.parametrize(
    "text", ["name,easting,northing\nMonument,424500,564500\n", "Name,Grid Reference\nMonument,NZ 24 64\n"]
)
def test_metres_and_grid_references_are_places_too(tmp_path: Path, text: str) -> None:
    (name,) = read_place_names(written(tmp_path, text))
    assert name.name == "Monument"
    assert [name.lon, name.lat] == pytest.approx([-1.6188, 54.9745], abs=1e-4)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Quay,-1.6,", "row 2, 'Quay'"),
        (",-1.6,54.9", "row 2, ''"),
        ("Quay,west,54.9", "row 2, 'Quay'"),
        ("Quay,-1.6,95", "row 2, 'Quay'"),
        (f"{'Q' * 101},-1.6,54.9", "row 2, 'QQQ"),
        ("Quay,-1.6", "row 2"),
    ],
)
def test_a_row_that_names_no_place_stops_it_and_is_named(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(UnreadableSource, match=said):
        read_place_names(written(tmp_path, f"name,longitude,latitude\n{row}\n"))


def test_a_file_without_names_or_places_is_refused(tmp_path: Path) -> None:
    for header in ("name,postcode", "title,longitude,latitude"):
        with pytest.raises(UnknownColumn, match="longitude and latitude"):
            read_place_names(written(tmp_path, f"{header}\n"))
    with pytest.raises(UnreadableSource):
        read_place_names(tmp_path / "nowhere.csv")
