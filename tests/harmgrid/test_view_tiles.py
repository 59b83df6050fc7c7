"""The map of the small force: its tiles against its list, against h3, and against the whole square of a zoom."""

from dataclasses import replace

import h3
import numpy as np
import pytest
import shapely

from harmgrid import grid
from harmgrid.errors import InvalidTile, UnknownParameter
from harmgrid.explain import describe_place
from harmgrid.published import HEXAGONS, SECTORS
from harmgrid.tiles import EXTENT, TileAddress, to_world
from harmgrid.tileview import encode_tile, select_fields, tile_fields
from harmgrid.types import Question
from harmgrid.view import rank_sectors
from tests.small_force import (
    ALDER_WEST,
    BIRCH,
    BURGLARY,
    DRUGS,
    HAPPENINGS,
    MONTHS,
    SECTOR_LIST,
    Happening,
    ask,
    publish,
    small_force,
    with_people,
)
from tests.tile_reader import every_tile, read_tile, surveyed

pytestmark = pytest.mark.quick

WHOLE = ask("2021-12..2022-02")
ZOOMS = list(grid.FINEST_AT_ZOOM)
LAYERS = (HEXAGONS, SECTORS, "area")
QUESTIONS = [
    WHOLE,
    ask("2021-11..2022-02"),
    ask("2022-02..2022-02", counting="once"),
    ask("2021-11..2021-12", measures=frozenset({"drugs", "asb"})),
    ask("2022-01..2022-02", "2021-11..2021-12"),
]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_map_and_its_unplaced_are_the_total_of_the_list(layer: str, zoom: int, question: Question) -> None:
    """At every zoom, over all its tiles, each id once."""
    listed = rank_sectors(small_force(), question)
    tiles = every_tile(small_force(), layer, zoom, question)
    once = {feature.id: feature.properties for features in tiles.values() for feature in features}
    unplaced = [listed.no_location] + [listed.outside_sectors] * (layer != HEXAGONS)
    assert sum(int(p["count"]) for p in once.values()) + sum(u.count for u in unplaced) == listed.total.count
    assert sum(float(p["harm"]) for p in once.values()) + sum(u.harm for u in unplaced) == listed.total.harm
    for features in tiles.values():
        assert all(once[feature.id] == feature.properties for feature in features), "alike in each tile it touches"


@pytest.mark.parametrize("zoom", ZOOMS)
def test_each_sector_on_the_map_says_what_the_list_says(zoom: int) -> None:
    question = ask("2021-12..2021-12", "2021-11..2021-11")
    lines = {line.id: line for line in rank_sectors(small_force(), question).sectors}
    for features in every_tile(small_force(), SECTORS, zoom, question).values():
        for feature in features:
            line = lines[str(feature.properties["id"])]
            assert line.baseline is not None
            assert feature.id == [sector.id for sector in SECTOR_LIST].index(line.id) + 1
            ratio = {"ratio": line.harm / line.baseline.harm} if line.baseline.harm else {}
            assert feature.properties == ratio | {
                "id": line.id,
                "name": line.name,
                "count": line.count,
                "harm": line.harm,
                "count_then": line.baseline.count,
                "harm_then": line.baseline.harm,
                "difference": line.change,
                "more_than_chance": False,
                "missing_months": 0,
                "missing_months_then": 0,
            }


def test_an_area_on_the_map_has_the_id_of_its_place() -> None:
    (features,) = every_tile(small_force(), "area", 8, WHOLE).values()
    assert [(f.id, f.properties["id"], f.properties["name"], f.properties["harm"]) for f in features] == [
        (1, "area:N", "North", 300.0),
        (2, "area:S", "South", 400.0),
    ]


def test_people_and_months_that_some_measures_lack_are_on_the_map_where_there_are_any() -> None:
    """Drugs as people: two in Birch at the end of 2021-12; disorder was not delivered then."""
    force = replace(with_people(), lacking={"asb": (MONTHS.start + 1,)})
    (features,) = every_tile(force, SECTORS, 8, ask("2021-12..2021-12", "2021-11..2021-11")).values()
    birch = next(f.properties for f in features if f.properties["id"] == "B1")
    assert (birch["count"], birch["people"], birch["harm"]) == (0, 2, 100.0)
    assert (birch["missing_months"], birch["partly_missing_months"]) == (0, 1)
    assert "partly_missing_months_then" not in birch


def test_a_change_on_the_map_by_hand() -> None:
    """Twelve burglaries and two of drugs in Birch where there was one of drugs: 1,250 - 100 > 1.96 x 389.

    389 is sqrt(12 x 12,000 + 3 x 2,600). Alder has two burglaries for one, Cedar one for none, which has no ratio.
    """
    force = publish((*HAPPENINGS, *[Happening("2021-12", BURGLARY, BIRCH)] * 12))
    question = ask("2021-12..2021-12", "2021-11..2021-11", measures=frozenset({"burglary", "drugs"}))
    changes = {
        "B1": {"difference": 1_250.0, "ratio": 26.0, "more_than_chance": True},
        "A1": {"difference": 100.0, "ratio": 2.0, "more_than_chance": False},
        "C1": {"difference": 100.0, "more_than_chance": False},
    }
    (features,) = every_tile(force, SECTORS, 8, question).values()
    names = ("difference", "ratio", "more_than_chance")
    found = {str(f.properties["id"]): {n: f.properties[n] for n in names if n in f.properties} for f in features}
    assert found == changes
    hexagons = [f for tile in every_tile(force, HEXAGONS, 12, question).values() for f in tile]
    assert {f.properties["h3"] for f in hexagons if f.properties["more_than_chance"]} == {
        h3.latlng_to_cell(BIRCH[1], BIRCH[0], 9)
    }


@pytest.mark.parametrize("layer", LAYERS)
def test_windows_that_cannot_be_compared_have_both_figures_and_no_change(layer: str) -> None:
    """Two months against one, and one that was not delivered among them."""
    (features,) = every_tile(small_force(), layer, 8, ask("2022-01..2022-02", "2021-11..2021-11")).values()
    for feature in features:
        assert {"harm", "harm_then", "missing_months"} < set(feature.properties)
        assert not {"difference", "ratio", "more_than_chance"} & set(feature.properties)


def test_people_of_the_baseline_are_on_the_map() -> None:
    (features,) = every_tile(with_people(), SECTORS, 8, ask("2021-12..2021-12", "2021-11..2021-11")).values()
    birch = next(f.properties for f in features if f.properties["id"] == "B1")
    assert (birch["people"], birch["people_then"]) == (2, 1)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("baseline", [None, "2021-11..2021-12"])
def test_every_property_has_its_description_and_can_be_chosen_alone(layer: str, baseline: str | None) -> None:
    force = replace(with_people(), lacking={"asb": (MONTHS.start + 1,)})
    question = ask("2021-11..2021-12", baseline)
    known = tile_fields(force, layer, question)
    (features,) = every_tile(force, layer, 8, question).values()
    assert {name for f in features for name in f.properties} == set(known)
    assert [name for name in known if name in features[0].properties] == list(features[0].properties)
    address = next(iter(every_tile(force, layer, 8, question)))
    for name in known:
        fields = select_fields(force, layer, question, [name])
        alone = read_tile(encode_tile(force, layer, address, question, fields=fields), layer)
        assert [(f.id, f.polygons) for f in alone] == [(f.id, f.polygons) for f in features]
        assert [f.properties for f in alone] == [
            {n: value for n, value in f.properties.items() if n == name} for f in features
        ]


def test_a_choice_of_properties_is_one_whatever_its_order() -> None:
    def chosen(*names: str) -> tuple[str, ...]:
        return select_fields(small_force(), HEXAGONS, WHOLE, names)

    assert chosen("harm", "count") == chosen("count", "harm") == ("count", "harm")
    assert chosen() == chosen(*reversed(tile_fields(small_force(), HEXAGONS, WHOLE))) == ()


@pytest.mark.parametrize(
    "names", [("",), ("harm", "harm"), ("Harm",), ("difference",), ("people",), ("id",), ("x" * 99,)]
)
def test_a_property_that_is_not_there_or_twice_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(UnknownParameter) as raised:
        select_fields(small_force(), HEXAGONS, WHOLE, names)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("zoom", ZOOMS)
def test_each_hexagon_on_the_map_is_h3s_own_and_says_what_its_place_says(zoom: int) -> None:
    for at, features in every_tile(small_force(), HEXAGONS, zoom, WHOLE).items():
        for feature in features:
            place = describe_place(small_force(), str(feature.properties["h3"]), WHOLE)
            assert feature.id == int(place.id, 16) & (2**52 - 1)
            assert (feature.properties["count"], feature.properties["harm"]) == (place.count, place.harm)
            assert feature.properties["missing_months"] == 1
            ((ring,),) = feature.polygons
            assert surveyed(ring) > 0
            corners = np.array([(lon, lat) for lat, lon in h3.cell_to_boundary(place.id)])
            units = (to_world(corners) * (1 << zoom) - [at.x, at.y]) * EXTENT
            for here, there in ((np.array(ring), units), (units, np.array(ring))):
                off = np.abs(here[:, None, :] - there[None, :, :]).max(axis=2).min(axis=1)
                assert off.max() <= 0.5 + 1e-6, "each corner is where rounding puts it"


def test_a_place_without_an_event_in_the_window_is_in_the_tile_with_zero() -> None:
    """2022-02 holds nothing in Alder's west; its hexagon is drawn as none, not left out."""
    found = [
        feature.properties
        for features in every_tile(small_force(), HEXAGONS, 12, ask("2022-02..2022-02")).values()
        for feature in features
    ]
    assert {
        (p["count"], p["harm"]) for p in found if p["h3"] == h3.latlng_to_cell(ALDER_WEST[1], ALDER_WEST[0], 9)
    } == {(0, 0.0)}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("zoom", [4, 5, 6])
def test_a_world_swept_completely_has_the_force_in_its_tiles_and_nothing_elsewhere(layer: str, zoom: int) -> None:
    everywhere = [TileAddress(z=zoom, x=x, y=y) for x in range(1 << zoom) for y in range(1 << zoom)]
    full = [at for at in everywhere if encode_tile(small_force(), layer, at, WHOLE)]
    assert full == list(every_tile(small_force(), layer, zoom, WHOLE))
    assert full


@pytest.mark.parametrize(
    ("layer", "address"),
    [
        ("hex", TileAddress(z=3, x=0, y=0)),
        ("hex", TileAddress(z=13, x=0, y=0)),
        ("sectors", TileAddress(z=99, x=0, y=0)),
        ("sectors", TileAddress(z=-1, x=0, y=0)),
        ("sectors", TileAddress(z=10**6, x=0, y=0)),
        ("hexagons", TileAddress(z=4, x=0, y=0)),
        ("", TileAddress(z=4, x=0, y=0)),
        ("../hex", TileAddress(z=4, x=0, y=0)),
        ("x" * 10_000, TileAddress(z=4, x=0, y=0)),
        ("hex", TileAddress(z=4, x=16, y=0)),
        ("hex", TileAddress(z=4, x=0, y=16)),
        ("hex", TileAddress(z=4, x=-1, y=0)),
        ("hex", TileAddress(z=4, x=0, y=-1)),
        ("hex", TileAddress(z=4, x=2**63, y=2**64)),
        ("hex", TileAddress(z=12, x=4096, y=4095)),
    ],
)
def test_a_tile_that_does_not_exist_is_refused(layer: str, address: TileAddress) -> None:
    with pytest.raises(InvalidTile) as raised:
        encode_tile(small_force(), layer, address, WHOLE)
    assert len(str(raised.value)) < 300


def test_the_last_tile_of_a_zoom_exists_and_is_empty() -> None:
    assert encode_tile(small_force(), HEXAGONS, TileAddress(z=12, x=4095, y=4095), WHOLE) == b""


def test_a_sector_too_small_to_see_is_still_in_the_sum() -> None:
    """A kiosk of one metre in a hole of nobody's sea: no zoom may lose its events."""
    kiosk = replace(SECTOR_LIST[0], id="K1", geometry=shapely.box(3.2, 56.2, 3.20001, 56.20001))
    force = publish((*HAPPENINGS, Happening("2022-02", DRUGS, (3.200005, 56.200005))), (*SECTOR_LIST, kiosk))
    for zoom in ZOOMS:
        tiles = every_tile(force, SECTORS, zoom, WHOLE).values()
        seen = {feature.properties["id"]: feature.properties["harm"] for features in tiles for feature in features}
        assert seen == {"A1": 200.0, "B1": 200.0, "C1": 300.0, "K1": 50.0}


def test_the_reader_refuses_a_tile_cut_short() -> None:
    data = encode_tile(small_force(), SECTORS, TileAddress(z=8, x=130, y=79), WHOLE)
    with pytest.raises(Exception, match="parsing"):
        read_tile(data[:-1], SECTORS)
