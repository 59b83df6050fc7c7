"""The demo force: files as the profiles want them, a valid map, a realistic skew, names that nobody bears."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.estmere import FORCE, build_demo
from etl.estmere.names import FORENAMES, GROUP_NAMES, SURNAMES
from etl.estmere.offences import CODES
from etl.estmere.operations import OPERATIONS
from etl.estmere.plans import PLACE_NAMES, PLANS
from etl.publish.names import read_place_names
from harmgrid.types import SYNTHETIC_MARK, month_text
from tests.estmere_builder import Estmere, build_estmere, css_points, lon_lat

HEADERS = {
    "residents": "Level,Area,Residents,Year",
    "recorded-crime": "Crime number,Date,Offence code,Longitude,Latitude,Location,Outcome,Force",
    "nominals": "Nominal,Name,Review by,Force",
    "homes": "Nominal,From,To,Longitude,Latitude,Force",
    "groups": "Group,Kind,Name,Basis,Reviewed,Force",
    "memberships": "Group,Nominal,Role,From,To,Force",
    "priority-individuals": "Nominal,From,To,Force",
    "involvements": "Crime number,Nominal,Role,Force",
    "firearms-discharges": "Reference,Date,Offence code,Crime number,Longitude,Latitude,Force",
    "firearms-intelligence": "Report,Date,Grade,Handling,Longitude,Latitude,Force",
    "cannabis-farms": "Reference,Date found,Plants,Crime number,Longitude,Latitude,Force",
    "drug-deaths": "Case,Date of death,Date notified,Date concluded,Status,Substances,Longitude,Latitude,Force",
    "crimestoppers": "Reference,Month,Subject,Longitude,Latitude,Force",
    "trading-standards": "Reference,Date,Subject,Longitude,Latitude,Force",
}
MONTHS = [month_text(month) for month in range(2021 * 12, 2024 * 12 + 4)]
LAST_DAY = "2024-04-30"
WEST, SOUTH, EAST, NORTH = 2.6, 55.6, 3.8, 56.2  # open sea all around
SHARE = 0.02  # of the crimes, where only the bytes matter
COMMON_NAMES = (Path(__file__).parent.parent / "data" / "common_names.txt").read_text().split()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Estmere:
    return build_estmere(tmp_path_factory.mktemp("estmere"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_demo(tmp_path / name, share=SHARE)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_another_force_on_the_same_map(tmp_path: Path) -> None:
    build_demo(tmp_path / "one", share=SHARE)
    build_demo(tmp_path / "two", share=SHARE, seed=1)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    same = {name for name in one if one[name] == two[name]}
    assert {name for name in same if "/" not in name} == {"place-names.csv", "residents.csv", "sectors.geojson"}
    assert not any(name.startswith("recorded-crime/") for name in same)


def test_building_twice_leaves_the_same_files(tmp_path: Path) -> None:
    first = build_demo(tmp_path, share=SHARE, seed=1)
    names = set(contents(tmp_path))
    assert build_demo(tmp_path, share=SHARE) == first
    assert set(contents(tmp_path)) == names


def test_sectors_are_loaded_first_and_residents_second(demo: Estmere) -> None:
    profiles = [profile for profile, _ in demo.files.sources]
    assert profiles == ["sectors", *HEADERS]
    assert all(path.exists() for _, path in demo.files.sources)


@pytest.mark.parametrize("profile", HEADERS)
def test_a_file_has_the_columns_of_its_profile(demo: Estmere, profile: str) -> None:
    path = dict(demo.files.sources)[profile]
    for part in sorted(path.iterdir()) if path.is_dir() else [path]:
        assert part.read_text().splitlines()[0] == HEADERS[profile]


@pytest.mark.parametrize("profile", [profile for profile in HEADERS if profile != "residents"])
def test_every_row_says_that_the_force_is_synthetic(demo: Estmere, profile: str) -> None:
    assert set(demo.tables[profile]["Force"]) == {FORCE}
    assert SYNTHETIC_MARK in FORCE


@pytest.mark.parametrize("profile", ["recorded-crime", "firearms-intelligence", "crimestoppers", "trading-standards"])
def test_each_month_has_its_file_but_the_one_never_delivered(demo: Estmere, profile: str) -> None:
    missing = {"2022-09"} if profile == "crimestoppers" else set()
    parts = sorted(dict(demo.files.sources)[profile].iterdir())
    assert [part.name for part in parts] == [f"{profile}-{month}.csv" for month in MONTHS if month not in missing]
    for part in parts:
        rows = pd.read_csv(part, dtype=str)
        assert set(rows["Month" if profile == "crimestoppers" else "Date"].str[:7]) == {part.stem[-7:]}


def test_the_sectors_leave_no_gap_and_do_not_overlap(demo: Estmere) -> None:
    assert shapely.is_valid(demo.sectors).all()
    assert shapely.coverage_is_valid(demo.sectors)
    assert {shape.geom_type for shape in demo.sectors} == {"Polygon"}
    force = shapely.union_all(demo.sectors)
    assert isinstance(force, shapely.Polygon)
    assert len(force.interiors) == 0


def test_there_are_35_sectors_in_six_areas(demo: Estmere) -> None:
    features = json.loads(dict(demo.files.sources)["sectors"].read_bytes())["features"]
    properties = [feature["properties"] for feature in features]
    sectors = {"A": 7, "B": 6, "C": 7, "D": 5, "E": 5, "F": 5}
    assert demo.sector_ids == [f"{area}{k}" for area, last in sectors.items() for k in range(1, last + 1)]
    assert len({sector["sector_name"] for sector in properties}) == 35
    assert all(sector["area_id"] == sector["sector_id"][0] for sector in properties)
    assert len({(sector["area_id"], sector["area_name"]) for sector in properties}) == 6


def test_every_place_with_a_name_lies_on_land(demo: Estmere) -> None:
    names = read_place_names(demo.files.place_names)
    assert len(names) == len({name.name for name in names}) == len(PLACE_NAMES)
    force = shapely.union_all(demo.sectors)
    assert [name.name for name in names if not force.contains(shapely.Point(name.lon, name.lat))] == []


def test_every_sector_has_its_residents(demo: Estmere) -> None:
    residents = demo.tables["residents"]
    assert residents["Area"].tolist() == demo.sector_ids
    assert set(residents["Level"]) == {"sector"}
    assert 700_000 < residents["Residents"].astype(int).sum() < 800_000


def test_the_town_centre_has_few_residents_and_the_most_crime(demo: Estmere) -> None:
    crimes = demo.crimes["sector"].value_counts()
    residents = demo.tables["residents"].set_index("Area")["Residents"].astype(int)
    assert crimes.idxmax() == "A1"
    assert residents["A1"] < residents.median()
    rates = crimes.reindex(demo.sector_ids) / residents
    assert rates["A1"] > 5 * rates.median()


@pytest.mark.parametrize("profile", [name for name, header in HEADERS.items() if "Longitude" in header])
def test_all_but_damaged_rows_lie_in_the_open_north_sea(demo: Estmere, profile: str) -> None:
    lon, lat = lon_lat(demo.tables[profile]).T
    here = (WEST < lon) & (lon < EAST) & (SOUTH < lat) & (lat < NORTH) | np.isnan(lon)
    at_zero, swapped = (lon == 0) & (lat == 0), (lon > SOUTH) & (lat < EAST)
    assert (here | at_zero | swapped).all()
    assert (at_zero | swapped).sum() <= 5


def test_there_are_about_a_quarter_of_a_million_crimes(demo: Estmere) -> None:
    assert 245_000 < len(demo.crimes) < 255_000
    assert demo.crimes["Crime number"].is_unique
    assert demo.crimes["Date"].is_monotonic_increasing
    assert (demo.crimes["Date"].iloc[0], demo.crimes["Date"].iloc[-1]) == ("2021-01-01", LAST_DAY)


def test_every_offence_has_a_weight_but_the_few_that_a_spreadsheet_ate(demo: Estmere) -> None:
    assert set(CODES) <= set(css_points())
    unknown = demo.crimes.loc[~demo.crimes["Offence code"].isin(CODES), "Offence code"]
    assert unknown.tolist() == ["44784"] * 4


@pytest.mark.parametrize(
    ("codes", "low", "high"),
    [
        (("1",), 0.00005, 0.0002),
        (("5D",), 0.003, 0.006),
        (("19C", "19D", "19E", "19F", "19G", "19H"), 0.006, 0.011),
        (("8N", "105A", "8L", "8R", "8Q", "3B"), 0.33, 0.43),
        (("34A", "34B"), 0.007, 0.013),
        (("28E", "28F", "29A"), 0.03, 0.05),
        (("46",), 0.06, 0.09),
        (("58A", "58B", "58C", "58D"), 0.08, 0.12),
        (("92A",), 0.007, 0.013),
        (("9A", "9B"), 0.07, 0.11),
    ],
)
def test_each_kind_of_crime_has_a_realistic_share(
    demo: Estmere, codes: tuple[str, ...], low: float, high: float
) -> None:
    assert low < demo.crimes["Offence code"].isin(codes).mean() < high


def test_a_crime_weighs_on_average_what_it_does_in_real_forces(demo: Estmere) -> None:
    assert 110 < demo.crimes["points"].mean() < 160  # 126 in Northumbria 2017/18


def test_few_places_hold_much_of_the_crime(demo: Estmere) -> None:
    counts = demo.crimes[demo.crimes["sector"] != ""].value_counts(["Longitude", "Latitude"])
    assert 25_000 < len(counts) < 60_000
    assert 0.35 < counts.iloc[: len(counts) // 20].sum() / counts.sum() < 0.75


def test_some_crimes_have_no_location_and_some_lie_beyond_the_border(demo: Estmere) -> None:
    nowhere = demo.crimes["Longitude"] == ""
    assert 0.006 < nowhere.mean() < 0.010
    assert 0.0005 < ((demo.crimes["sector"] == "") & ~nowhere).mean() < 0.002


def test_sectors_go_different_ways(demo: Estmere) -> None:
    year = demo.crimes["Date"].str[:4]
    by_year = pd.crosstab(demo.crimes["sector"], year)
    change = (by_year["2023"] / by_year["2021"]).reindex(demo.sector_ids)
    assert change["A4"] < 0.85  # a hot spot that falls after 2023-03
    assert change["C5"] > 1.15  # one that grows
    assert 0.95 < by_year["2023"].sum() / by_year["2021"].sum() < 1.10


def test_theft_of_cycles_is_a_summer_matter(demo: Estmere) -> None:
    months = demo.crimes.loc[demo.crimes["Offence code"] == "44", "Date"].str[5:7].value_counts()
    assert months["08"] / 3 > 1.5 * months["02"] / 4  # forty months hold three Augusts and four Februaries


def test_no_name_is_one_that_somebody_bears(demo: Estmere) -> None:
    common = {name.lower() for name in COMMON_NAMES}
    assert common.isdisjoint(name.lower() for name in (*FORENAMES, *SURNAMES, *GROUP_NAMES))
    borne = set(" ".join(demo.tables["nominals"]["Name"]).split())
    assert borne <= {*FORENAMES, *SURNAMES}
    assert set(demo.tables["groups"]["Name"]) <= set(GROUP_NAMES)


def test_no_place_is_called_like_a_person_or_a_group(demo: Estmere) -> None:
    words = {word for plan in PLANS for word in plan.name.split()}
    assert words.isdisjoint({*FORENAMES, *SURNAMES, *GROUP_NAMES})
    assert {operation.name for operation in OPERATIONS}.isdisjoint(demo.tables["groups"]["Name"])


def test_there_are_900_nominals_and_60_groups(demo: Estmere) -> None:
    assert demo.tables["nominals"]["Nominal"].nunique() == demo.tables["nominals"]["Name"].nunique() == 900
    groups = demo.tables["groups"]
    assert groups["Group"].nunique() == groups["Name"].nunique() == 60
    assert groups["Kind"].value_counts().to_dict() == {"OCG": 24, "PCG": 20, "UCG": 16}


@pytest.mark.parametrize("profile", ["homes", "memberships", "priority-individuals", "involvements"])
def test_only_known_people_are_named(demo: Estmere, profile: str) -> None:
    assert set(demo.tables[profile]["Nominal"]) <= set(demo.tables["nominals"]["Nominal"])


@pytest.mark.parametrize(
    ("profile", "columns"),
    [
        ("homes", ["Nominal", "From"]),
        ("memberships", ["Group", "Nominal", "From"]),
        ("priority-individuals", ["Nominal", "From"]),
        ("involvements", ["Crime number", "Nominal", "Role"]),
        ("firearms-discharges", ["Reference"]),
        ("firearms-intelligence", ["Report"]),
        ("cannabis-farms", ["Reference"]),
        ("drug-deaths", ["Case"]),
        ("crimestoppers", ["Reference"]),
        ("trading-standards", ["Reference"]),
    ],
)
def test_a_reference_stands_once(demo: Estmere, profile: str, columns: list[str]) -> None:
    assert not demo.tables[profile].duplicated(columns).any()
