"""Sector files from outside: what is read, what is repaired, what is refused and under which name."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from etl.boundaries import read_sector_file
from harmgrid.errors import UnusableSectors
from tests.police_uk_builder import Feature, havens, square, write_sectors

pytestmark = pytest.mark.quick

BNG = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
WGS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def changed(feature: Feature, *, coordinates: Any = None, kind: str = "Polygon", **properties: Any) -> Feature:
    geometry = feature["geometry"] if coordinates is None else {"type": kind, "coordinates": coordinates}
    return feature | {"geometry": geometry, "properties": feature["properties"] | properties}


def named(**properties: Any) -> Feature:
    """Westhaven with these properties and no others."""
    return havens()[0] | {"properties": properties}


def refused(path: Path) -> str:
    with pytest.raises(UnusableSectors) as error:
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


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (changed(havens()[0], coordinates=[BOW_TIE]), "'Westhaven' with a ring that crosses itself"),
        (changed(havens()[0], coordinates=[METRES]), "'Westhaven' from 425000, 565000 .*National Grid.*ogr2ogr"),
        (changed(havens()[0], coordinates=[[[3, 540], [3.1, 540], [3.1, 541], [3, 540]]]), "'Westhaven' from 3, 540"),
        (changed(havens()[0], coordinates=[]), "'Westhaven' with Polygon"),
        (changed(havens()[0], coordinates=[3, 55], kind="Point"), "'Westhaven' with Point"),
        (havens()[0] | {"geometry": None}, "'Westhaven' with no geometry"),
        (changed(havens()[0], coordinates=[[[3, 55], [3.1, 55]]]), "no GeoJSON"),
        (changed(havens()[0], coordinates="POLYGON EMPTY"), "no GeoJSON"),
        (changed(havens()[0], coordinates=[[["3", "55"], ["x", "55"], ["3", "56"], ["3", "55"]]]), "no GeoJSON"),
        (changed(havens()[0], coordinates=[[[3, 55], [float("nan"), 55], [3.1, 56], [3, 55]]]), "Westhaven"),
        (changed(havens()[0], coordinates=[[[3, 55], [float("inf"), 55], [3.1, 56], [3, 55]]]), "Westhaven"),
        (changed(havens()[0], geometry="mine"), "no GeoJSON"),
        ({"type": "Feature"}, "no GeoJSON|properties"),
        (None, "no GeoJSON"),
        ("Westhaven", "no GeoJSON"),
        (square("E1", "Easthaven again", 3.3, 55, 3.4, 55.1), "the sector 'E1' 2 times"),
        (square("", "Nowhere", 3.3, 55, 3.4, 55.1), "a sector whose sector_id is empty"),
        (square("N1", "", 3.3, 55, 3.4, 55.1), "a sector whose sector_name is empty"),
        (square("N1", "a\0b", 3.3, 55, 3.4, 55.1), "a sector whose sector_name is empty"),
        (named(id="N1", name="Nowhere"), "a sector whose sector_id is empty"),
    ],
)
def test_a_sector_that_cannot_be_used_is_refused_with_what_is_wrong(tmp_path: Path, bad: Any, says: str) -> None:
    message = refused(write_sectors(tmp_path / "s.geojson", [havens()[1], bad]))
    assert pytest.RaisesExc(ValueError, match=says).matches(ValueError(message)), message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "does not read"),
        ("[]", "without features"),
        ("7", "without features"),
        ('{"type": "FeatureCollection", "features": []}', "without features"),
        ('{"type": "FeatureCollection", "features": 7}', "no GeoJSON|without features"),
        ('{"type": "FeatureCollection", "features": {"a": 1}}', "no GeoJSON|without features"),
        (json.dumps(havens()[0]), "without features"),
        (json.dumps({"type": "Topology", "features": havens()}), "without features"),
        ("[" * 100_000, "does not read"),
        ("<kml></kml>", "does not read"),
        (json.dumps({"type": "FeatureCollection", "features": havens(), "crs": BNG}), "the British National Grid"),
        (json.dumps({"type": "FeatureCollection", "features": havens(), "crs": "EPSG:3857"}), "EPSG:3857"),
        (json.dumps({"type": "FeatureCollection", "features": [named(name="x")]}), "sector_id or id or code"),
        (json.dumps({"type": "FeatureCollection", "features": [named(id="x")]}), "sector_name or name"),
    ],
)
def test_a_file_that_is_no_map_of_sectors_is_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "s.geojson"
    path.write_text(content)
    message = refused(path)
    assert pytest.RaisesExc(ValueError, match=says).matches(ValueError(message)), message


def test_a_file_that_is_not_there_or_no_file_or_latin_is_refused(tmp_path: Path) -> None:
    assert "does not read" in refused(tmp_path / "none.geojson")
    assert "does not read" in refused(tmp_path)
    path = tmp_path / "s.geojson"
    path.write_bytes(json.dumps({"name": "Café"}, ensure_ascii=False).encode("latin-1"))
    assert "does not read" in refused(path)
