"""The demo force: the layout of data.police.uk, a valid map, the traps of real data and the stories of the slider."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from etl.demo import FORCE, DemoFiles, build_demo

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
ASB = "Anti-social behaviour"
MONTHS = [f"{year}-{month:02d}" for year in (2021, 2022, 2023) for month in range(1, 13)]
WEST, SOUTH, EAST, NORTH = 2.6, 55.6, 3.8, 56.2  # open sea all around

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The files of one demo, read back."""

    files: DemoFiles
    rows: list[Row]
    ids: list[str]
    sectors: NDArray[np.object_]  # (sector,)

    def in_sector(self, sector_id: str, first: str, last: str) -> int:
        """How many crimes lie in one sector from month to month, first and last included."""
        rows = [row for row in self.rows if row["Longitude"] and first <= row["Month"] <= last]
        lon, lat = np.array([(row["Longitude"], row["Latitude"]) for row in rows], dtype=float).T
        return int(shapely.contains_xy(self.sectors[self.ids.index(sector_id)], lon, lat).sum())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    files = build_demo(tmp_path_factory.mktemp("demo"))
    features = json.loads(files.sectors.read_bytes())["features"]
    sectors = np.array([shapely.geometry.shape(feature["geometry"]) for feature in features], dtype=object)
    ids = [feature["properties"]["sector_id"] for feature in features]
    return Demo(files=files, rows=rows_of(files.archive), ids=ids, sectors=sectors)


def rows_of(archive: Path) -> list[Row]:
    rows: list[Row] = []
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            rows += csv.DictReader(io.StringIO(packed.read(name).decode(), newline=""))
    return rows


def located(rows: list[Row]) -> NDArray[np.float64]:
    """Longitude and latitude of the rows that have them, float64 (row, 2)."""
    return np.array([(row["Longitude"], row["Latitude"]) for row in rows if row["Longitude"]], dtype=float)


def test_the_same_seed_gives_the_same_bytes(demo: Demo, tmp_path: Path) -> None:
    again = build_demo(tmp_path)
    assert again.archive.read_bytes() == demo.files.archive.read_bytes()
    assert again.sectors.read_bytes() == demo.files.sectors.read_bytes()


def test_another_seed_gives_other_crimes_on_the_same_map(demo: Demo, tmp_path: Path) -> None:
    other = build_demo(tmp_path, seed=1)
    assert other.archive.read_bytes() != demo.files.archive.read_bytes()
    assert other.sectors.read_bytes() == demo.files.sectors.read_bytes()
    ids = {row["Crime ID"] for row in demo.rows} & {row["Crime ID"] for row in rows_of(other.archive)}
    assert ids == {""}


def test_a_folder_holds_the_two_files_and_nothing_else(tmp_path: Path) -> None:
    build_demo(tmp_path / "new" / "folder")
    build_demo(tmp_path / "new" / "folder")
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "demo-police.zip",
        "demo-sectors.geojson",
    ]


def test_each_month_has_its_file_but_the_one_never_delivered(demo: Demo) -> None:
    with zipfile.ZipFile(demo.files.archive) as packed:
        names = packed.namelist()
    months = [month for month in MONTHS if month != "2022-09"]
    assert names == [f"{month}/{month}-estmere-synthetic-street.csv" for month in months]
    assert len(names) == 36 - 1
    assert sorted({row["Month"] for row in demo.rows}) == months


def test_a_file_holds_its_own_month_under_the_header_of_police_uk(demo: Demo) -> None:
    with zipfile.ZipFile(demo.files.archive) as packed:
        for name in packed.namelist():
            text = packed.read(name).decode()
            assert text.startswith(HEADER + "\r\n")
            assert {row["Month"] for row in csv.DictReader(io.StringIO(text, newline=""))} == {name[:7]}


def test_every_row_says_that_the_force_is_synthetic(demo: Demo) -> None:
    assert {row["Reported by"] for row in demo.rows} == {row["Falls within"] for row in demo.rows} == {FORCE}
    assert "synthetic" in FORCE
    assert json.loads(demo.files.sectors.read_bytes())["name"] == FORCE


def test_there_are_about_sixty_thousand_crimes(demo: Demo) -> None:
    assert 58_000 < len(demo.rows) < 62_000


def test_only_anti_social_behaviour_has_no_crime_id(demo: Demo) -> None:
    assert {row["Crime type"] for row in demo.rows if not row["Crime ID"]} == {ASB}
    assert {row["Crime ID"] for row in demo.rows if row["Crime type"] == ASB} == {""}


def test_a_crime_id_is_64_hex_digits_and_belongs_to_one_crime(demo: Demo) -> None:
    ids = [row["Crime ID"] for row in demo.rows if row["Crime ID"]]
    assert all(re.fullmatch("[0-9a-f]{64}", crime_id) for crime_id in ids)
    assert len(set(ids)) == len(ids)


def test_identical_rows_occur_and_all_are_anti_social_behaviour(demo: Demo) -> None:
    times = Counter(tuple(row.items()) for row in demo.rows)
    twins = [(dict(row)["Crime type"], count) for row, count in times.items() if count > 1]
    assert {kind for kind, _ in twins} == {ASB}
    assert sum(count for _, count in twins) > 3_000


@pytest.mark.parametrize(
    ("category", "low", "high"),
    [
        (ASB, 0.26, 0.30),
        ("Bicycle theft", 0.007, 0.013),
        ("Burglary", 0.030, 0.042),
        ("Criminal damage and arson", 0.09, 0.11),
        ("Drugs", 0.015, 0.025),
        ("Other crime", 0.015, 0.025),
        ("Other theft", 0.05, 0.07),
        ("Possession of weapons", 0.005, 0.009),
        ("Public order", 0.075, 0.095),
        ("Robbery", 0.003, 0.007),
        ("Shoplifting", 0.045, 0.060),
        ("Theft from the person", 0.004, 0.008),
        ("Vehicle crime", 0.036, 0.048),
        ("Violence and sexual offences", 0.26, 0.30),
    ],
)
def test_each_category_has_a_realistic_share(demo: Demo, category: str, low: float, high: float) -> None:
    assert low < sum(row["Crime type"] == category for row in demo.rows) / len(demo.rows) < high


def test_there_are_the_fourteen_categories_of_police_uk(demo: Demo) -> None:
    assert len({row["Crime type"] for row in demo.rows}) == 14


def test_about_one_row_in_seven_hundred_has_no_location(demo: Demo) -> None:
    lost = [row for row in demo.rows if not row["Longitude"]]
    assert 0.0010 < len(lost) / len(demo.rows) < 0.0020
    places = {(row["Latitude"], row["Location"], row["LSOA code"], row["LSOA name"]) for row in lost}
    assert places == {("", "No Location", "", "")}


def test_every_point_lies_in_the_open_north_sea(demo: Demo) -> None:
    for lon, lat in (located(demo.rows).T, shapely.get_coordinates(demo.sectors).T):
        assert WEST < lon.min() < lon.max() < EAST
        assert SOUTH < lat.min() < lat.max() < NORTH


def test_about_one_row_in_a_thousand_lies_outside_every_sector(demo: Demo) -> None:
    places = located(demo.rows)
    point, _ = shapely.STRtree(demo.sectors).query(shapely.points(places), predicate="within")
    assert np.bincount(point).max() == 1
    assert 0.0005 < 1 - point.size / len(places) < 0.0015


def test_the_sectors_leave_no_gap_and_do_not_overlap(demo: Demo) -> None:
    assert shapely.is_valid(demo.sectors).all()
    assert shapely.coverage_is_valid(demo.sectors)
    force = shapely.union_all(demo.sectors)
    assert isinstance(force, shapely.Polygon)
    assert len(force.interiors) == 0
    assert force.area == pytest.approx(shapely.area(demo.sectors).sum())


def test_there_are_24_sectors_in_four_areas_each_one_polygon(demo: Demo) -> None:
    assert demo.ids == [
        f"{area}{n}" for area, last in zip("ABCD", (7, 6, 6, 5), strict=True) for n in range(1, last + 1)
    ]
    assert {shape.geom_type for shape in demo.sectors} == {"Polygon"}
    properties = [feature["properties"] for feature in json.loads(demo.files.sectors.read_bytes())["features"]]
    assert len({sector["sector_name"] for sector in properties}) == 24
    assert len({(sector["sector_id"][0], sector["area_name"]) for sector in properties}) == 4


def test_every_sector_has_crime_in_every_year(demo: Demo) -> None:
    for year in (2021, 2022, 2023):
        assert min(demo.in_sector(sector_id, f"{year}-01", f"{year}-12") for sector_id in demo.ids) > 50


def test_few_points_hold_much_of_the_crime(demo: Demo) -> None:
    counts = np.sort(list(Counter(map(tuple, located(demo.rows).tolist())).values()))[::-1]
    assert 3_000 < counts.size < 6_000
    assert 0.2 < counts[:100].sum() / counts.sum() < 0.4


def test_the_docks_fall_by_more_than_a_third_after_march_2023(demo: Demo) -> None:
    before, after = (demo.in_sector("A6", f"{year}-04", f"{year}-08") for year in (2022, 2023))
    assert after < before * 2 / 3


def test_hobrannock_grows_by_half_from_2021_to_2023(demo: Demo) -> None:
    first, last = (demo.in_sector("C3", f"{year}-01", f"{year}-12") for year in (2021, 2023))
    assert last > first * 1.5


def test_anti_social_behaviour_is_a_summer_matter(demo: Demo) -> None:
    months = Counter(row["Month"][5:] for row in demo.rows if row["Crime type"] == ASB)
    assert months["07"] > 1.3 * months["01"]
