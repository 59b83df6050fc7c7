"""Sector files from outside: what is read, what is repaired, what is refused and under which name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from etl.boundaries import read_areas_file
from etl.profiles import read_profile
from harmgrid.errors import InputError
from harmgrid.sectors import Area
from tests.police_uk_builder import Feature, havens, square, write_sectors

BNG = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
WGS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def changed(feature: Feature, *, coordinates: Any = None, kind: str = "Polygon", **properties: Any) -> Feature:
    geometry = feature["geometry"] if coordinates is None else {"type": kind, "coordinates": coordinates}
    return feature | {"geometry": geometry, "properties": feature["properties"] | properties}


def named(**properties: Any) -> Feature:
    """Westhaven with these properties and no others."""
    return havens()[0] | {"properties": properties}


WARDS = """
source = "wards"
title = "Wards"
record = "area"

[read]
format = "geojson"

[fields]
id = "sector_id"
name = "sector_name"
valid_from = "start"
geometry = "geometry"

[fixed]
level = "ward"

[optional]
columns = ["start"]
"""


def read_sector_file(path: Path, told: Callable[[str], object] = lambda _: None) -> list[Area]:
    return read_areas_file(path, read_profile("sectors"), told=told)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_sector_file(path)
    return str(error.value)


@pytest.mark.parametrize("members", [{}, {"crs": None}, {"crs": WGS84}, {"crs": CRS84}], ids=str)
def test_sectors_come_in_the_order_of_their_ids(tmp_path: Path, members: dict[str, Any]) -> None:
    sectors = read_sector_file(write_sectors(tmp_path / "s.geojson", havens(), **members))
    assert [(sector.id, sector.name) for sector in sectors] == [("E1", "Easthaven"), ("W1", "Westhaven")]
    assert shapely.bounds([sector.geometry for sector in sectors]).tolist() == [
        [3.1, 55, 3.2, 55.1],
        [3, 55, 3.1, 55.1],
    ]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"sector_id": "W1", "sector_name": "Westhaven", "id": "other", "name": "other"}, ("W1", "Westhaven")),
        ({"id": 7, "name": "Westhaven"}, ("7", "Westhaven")),
        ({"code": " W1 ", "name": " Westhaven "}, ("W1", "Westhaven")),
        ({"id": "W1", "name": "<b>West</b> & 'haven' Ünï ☂"}, ("W1", "<b>West</b> & 'haven' Ünï ☂")),
        ({"id": "'; DROP TABLE sectors; --", "name": "Westhaven"}, ("'; DROP TABLE sectors; --", "Westhaven")),
    ],
)
def test_id_and_name_are_texts_under_the_names_they_usually_have(
    tmp_path: Path, properties: dict[str, Any], expected: tuple[str, str]
) -> None:
    (sector,) = read_sector_file(write_sectors(tmp_path / "s.geojson", [named(**properties)]))
    assert (sector.id, sector.name) == expected


def test_a_mark_at_the_start_of_the_file_is_no_harm(tmp_path: Path) -> None:
    path = write_sectors(tmp_path / "s.geojson", havens())
    path.write_text("\ufeff" + path.read_text(), encoding="utf-8")
    assert len(read_sector_file(path)) == 2


def test_a_third_coordinate_is_let_go(tmp_path: Path) -> None:
    flat = havens()[0]
    ring = [[*point, 12.5] for point in flat["geometry"]["coordinates"][0]]
    (sector,) = read_sector_file(write_sectors(tmp_path / "s.geojson", [changed(flat, coordinates=[ring])]))
    assert shapely.equals(sector.geometry, shapely.geometry.shape(flat["geometry"]))
    assert not shapely.has_z(sector.geometry)


def test_a_sector_of_two_islands_is_one(tmp_path: Path) -> None:
    islands = [feature["geometry"]["coordinates"] for feature in havens()]
    feature = changed(havens()[0], coordinates=islands, kind="MultiPolygon")
    (sector,) = read_sector_file(write_sectors(tmp_path / "s.geojson", [feature]))
    assert sector.geometry.area == pytest.approx(0.02)


def test_a_ring_that_touches_itself_is_repaired(tmp_path: Path) -> None:
    ring = [[3, 55], [3.1, 55], [3.1, 55.1], [3.05, 55.1], [3.05, 55.11], [3.05, 55.1], [3, 55.1], [3, 55]]
    told: list[str] = []
    path = write_sectors(tmp_path / "s.geojson", [changed(havens()[0], coordinates=[ring]), havens()[1]])
    repaired, _ = sorted(read_sector_file(path, told=told.append), key=lambda sector: sector.name, reverse=True)
    assert repaired.geometry.is_valid
    assert repaired.geometry.area == pytest.approx(0.01)
    assert told == ["sector W1 (Westhaven): boundary repaired (Self-intersection[3.05 55.11])"]


BOW_TIE = [[3, 55], [3.1, 55.1], [3.1, 55], [3, 55.1], [3, 55]]
METRES = [[425_000, 565_000], [430_000, 565_000], [430_000, 570_000], [425_000, 565_000]]
WHOLE = "which is no whole GeoJSON file"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (changed(havens()[0], coordinates=[BOW_TIE]), "'Westhaven' with a ring that crosses itself"),
        (changed(havens()[0], coordinates=[METRES]), "'Westhaven' from 425000, 565000 .*National Grid"),
        (changed(havens()[0], coordinates=[[[3, 540], [3.1, 540], [3.1, 541], [3, 540]]]), "'Westhaven' from 3, 540"),
        (changed(havens()[0], coordinates=[]), "'Westhaven' with Polygon"),
        (changed(havens()[0], coordinates=[3, 55], kind="Point"), "'Westhaven' with Point"),
        (havens()[0] | {"geometry": None}, "'Westhaven' with no geometry"),
        (changed(havens()[0], coordinates=[[[3, 55], [3.1, 55]]]), "'Westhaven' with no geometry"),
        (changed(havens()[0], coordinates="POLYGON EMPTY"), "'Westhaven' with no geometry"),
        (
            changed(havens()[0], coordinates=[[["3", "55"], ["x", "55"], ["3", "56"], ["3", "55"]]]),
            "'Westhaven' with no geometry",
        ),
        (changed(havens()[0], coordinates=[[[3, 55], [float("nan"), 55], [3.1, 56], [3, 55]]]), "Westhaven"),
        (changed(havens()[0], coordinates=[[[3, 55], [float("inf"), 55], [3.1, 56], [3, 55]]]), "Westhaven"),
        (changed(havens()[0], geometry="mine"), "a column twice: geometry"),
        ({"type": "Feature"}, "an area whose id or name is empty"),
        (square("E1", "Easthaven again", 3.3, 55, 3.4, 55.1), "the area 'E1' 2 times"),
        (square("", "Nowhere", 3.3, 55, 3.4, 55.1), "an area whose id or name is empty"),
        (square("N1", "", 3.3, 55, 3.4, 55.1), "an area whose id or name is empty"),
        (named(name="Nowhere"), "an area whose id or name is empty"),
    ],
)
def test_a_sector_that_cannot_be_used_is_refused_with_what_is_wrong(tmp_path: Path, bad: Any, says: str) -> None:
    message = refused(write_sectors(tmp_path / "s.geojson", [havens()[1], bad]))
    assert pytest.RaisesExc(ValueError, match=says).matches(ValueError(message)), message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", WHOLE),
        ("[]", WHOLE),
        ("7", WHOLE),
        ('{"type": "FeatureCollection", "features": []}', "without "),
        ('{"type": "FeatureCollection", "features": 7}', WHOLE),
        ('{"type": "FeatureCollection", "features": {"a": 1}}', WHOLE),
        (json.dumps({"type": "Topology", "features": havens()}), WHOLE),
        ("[" * 100_000, WHOLE),
        ("<kml></kml>", WHOLE),
        (json.dumps({"type": "FeatureCollection", "features": [named(name="x")]}), "without sector_id/id/code"),
        (json.dumps({"type": "FeatureCollection", "features": [named(id="x")]}), "without sector_name/name"),
    ],
)
def test_a_file_that_is_no_map_of_sectors_is_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "s.geojson"
    path.write_text(content)
    assert says in refused(path)


def test_a_file_that_is_not_there_or_latin_is_refused(tmp_path: Path) -> None:
    assert "which is not there" in refused(tmp_path / "none.geojson")
    path = tmp_path / "s.geojson"
    cafe = json.dumps({"type": "FeatureCollection", "features": [named(id="C", name="Café")]}, ensure_ascii=False)
    path.write_bytes(cafe.encode("latin-1"))
    assert "with rows that are damaged" in refused(path)


def test_a_single_sector_may_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.geojson"
    path.write_text(json.dumps(havens()[0]))
    assert [area.id for area in read_sector_file(path)] == ["W1"]


def test_metres_become_degrees_where_the_file_says_that_they_are_metres(tmp_path: Path) -> None:
    """A point of the National Grid whose place the Ordnance Survey prints: 651409.903, 313177.270 is 52 39 27.2531 N,
    1 43 4.5177 E (A guide to coordinate systems in Great Britain, annex C), there on the older Airy ellipsoid, which
    lies up to 150 m from WGS 84.
    """
    corner = [651_409.903, 313_177.270]
    ring = [corner, [corner[0] + 100, corner[1]], [corner[0], corner[1] + 100], corner]
    feature = changed(havens()[0], coordinates=[ring])
    (sector,) = read_sector_file(write_sectors(tmp_path / "s.geojson", [feature], crs=BNG))
    west, south, east, north = sector.geometry.bounds
    assert west == pytest.approx(1 + 43 / 60 + 4.5177 / 3600, abs=0.003)
    assert south == pytest.approx(52 + 39 / 60 + 27.2531 / 3600, abs=0.002)
    assert east - west == pytest.approx(0.00148, rel=0.05)
    assert north - south == pytest.approx(0.0009, rel=0.05)


def test_areas_above_the_sectors_are_named_where_the_file_does(tmp_path: Path) -> None:
    west, east = havens()
    path = write_sectors(
        tmp_path / "s.geojson", [changed(west, area_id="A", area_name="Coast"), changed(east, area_id="A")]
    )
    areas = {area.id: area for area in read_sector_file(path)}
    assert {(area.level, area.parent_level, area.parent) for area in areas.values()} == {("sector", "area", "A")}
    assert [areas[name].parent_name for name in ("W1", "E1")] == ["Coast", ""]


def test_areas_of_any_level_with_days_come_through_a_profile_of_ones_own(tmp_path: Path) -> None:
    profile = tmp_path / "wards.toml"
    profile.write_text(WARDS, encoding="utf-8")
    west, east = (changed(feature, start=start) for feature, start in zip(havens(), ("2024-04-01", ""), strict=True))
    areas = read_areas_file(write_sectors(tmp_path / "w.geojson", [west, east]), read_profile(profile))
    assert [(area.level, area.id, area.valid_from, area.valid_to) for area in areas] == [
        ("ward", "E1", 0, None),
        ("ward", "W1", 19_814, None),
    ]
    wrong = write_sectors(tmp_path / "w.geojson", [changed(west, start="soon")])
    with pytest.raises(InputError, match="with 'soon' as valid_from"):
        read_areas_file(wrong, read_profile(profile))
