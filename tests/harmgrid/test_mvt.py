"""Bytes of a tile, read back by mapbox-vector-tile and, for lengths, byte by byte."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from mapbox_vector_tile.Mapbox import vector_tile_pb2

from harmgrid import grid
from harmgrid.mvt import Column, Features, IndexColumn, TextColumn, encode_layer, text_column
from harmgrid.published import HEXAGONS, SECTORS
from harmgrid.tiles import TileAddress, TileSet, prepare_tiles, write_varint
from harmgrid.tileview import encode_tile
from tests.small_force import ask, small_force
from tests.tile_reader import Feature, read_tile

pytestmark = pytest.mark.quick

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "small_force_tile.txt"


def squares(count: int) -> TileSet:
    """Small squares in one tile of zoom 12, west of Northumbria's coast."""
    corners = [(-1.6 + 0.0003 * (i % 20), 55.0 + 0.0003 * (i // 20)) for i in range(count)]
    boxes = [shapely.box(lon, lat, lon + 0.0002, lat + 0.0002) for lon, lat in corners]
    tiles = prepare_tiles(np.array(boxes, dtype=object), 12, clip=False)
    assert len(tiles.key) == 1
    return tiles


def layer(n: int, /, texts: dict[str, TextColumn] | None = None, **numbers: Sequence[float]) -> list[Feature]:
    """These columns over n squares, there and back."""
    tiles = squares(n)
    features = Features(np.arange(n, dtype=np.uint64) + 1, np.arange(n), tiles.offset, tiles.geometry)
    columns = {name: np.array(column) for name, column in numbers.items()}
    return read_tile(
        encode_layer("test", features, texts if texts is not None else {"h3": text_column(["x"] * n)}, columns), "test"
    )


def varint(value: int) -> bytes:
    buffer = np.zeros(10, dtype=np.uint8)
    return buffer[: write_varint(buffer, 0, value)].tobytes()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "00"),
        (1, "01"),
        (127, "7f"),
        (128, "8001"),
        (300, "ac02"),  # the example of the protobuf documentation
        (16_383, "ff7f"),
        (16_384, "808001"),
        (2**32, "8080808010"),
        (2**53 - 1, "ffffffffffffff0f"),
    ],
)
def test_a_varint_is_as_long_as_it_must_be(value: int, written: str) -> None:
    assert varint(value).hex() == written


EDGES = [0, 1, 127, 128, 16_383, 16_384, 2**21 - 1, 2**21, 2**32 - 1, 2**32, 2**32 + 1, 5 * 10**12, 2**53 - 1]


def test_counts_come_back_exactly_beyond_32_bits_too() -> None:
    assert [feature.properties["count"] for feature in layer(len(EDGES), count=EDGES)] == EDGES


def test_feature_numbers_come_back_exactly() -> None:
    tiles = squares(len(EDGES))
    features = Features(np.array(EDGES, dtype=np.uint64), np.arange(len(EDGES)), tiles.offset, tiles.geometry)
    data = encode_layer(
        "test", features, {"h3": text_column(["x"] * len(EDGES))}, {"n": np.zeros(len(EDGES), dtype=np.int64)}
    )
    assert [feature.id for feature in read_tile(data, "test")] == EDGES


def test_harm_comes_back_to_the_last_bit() -> None:
    harms = [0.0, 0.1, 377.4699379468708, 1e-300, 1.7e308, 12_014_652.487483775]
    found = layer(len(harms), harm=harms)
    assert [feature.properties["harm"] for feature in found] == harms
    assert all(isinstance(feature.properties["harm"], float) for feature in found)


def test_a_whole_number_of_harm_is_still_a_number_with_a_point() -> None:
    (feature,) = layer(1, count=[3], harm=[3.0])
    assert (type(feature.properties["count"]), type(feature.properties["harm"])) == (int, float)


@pytest.mark.parametrize("length", [0, 1, 123, 124, 125, 126, 127, 128, 16_379, 16_380, 16_383, 16_384])
def test_a_text_of_any_length_comes_back(length: int) -> None:
    texts = ["x" * length, "second", "y" * length]
    found = layer(3, {"name": text_column(texts)}, count=[1, 2, 3])
    assert [feature.properties for feature in found] == [
        {"name": text, "count": n} for n, text in enumerate(texts, start=1)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Cêdre",
        "雪松",
        "\N{DEER}" * 40,
        "Alder & <b>Elm</b>",
        '"; DROP TABLE',
        "a\x00b",
        "line\nbreak",
        "\N{RIGHT-TO-LEFT OVERRIDE}x",
    ],
)
def test_a_name_comes_back_as_it_was(name: str) -> None:
    (feature,) = layer(1, {"id": text_column(["A1"]), "name": text_column([name])}, count=[1])
    assert feature.properties == {"id": "A1", "name": name, "count": 1}


@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, 127, 128, 129, 300])
def test_every_feature_has_its_own_values_however_many_there_are(count: int) -> None:
    """Four properties a feature: the numbers of values pass 127 at the 32nd feature, the size of the layer 16,383."""
    names = text_column([f"name {i}" for i in range(count)])
    found = layer(
        count, {"name": names}, count=list(range(count)), harm=[i / 7 for i in range(count)], gone=[1] * count
    )
    assert [feature.id for feature in found] == list(range(1, count + 1))
    for i, feature in enumerate(found):
        assert feature.properties == {"name": f"name {i}", "count": i, "harm": i / 7, "gone": 1}


def test_texts_are_taken_by_place_and_numbers_by_feature() -> None:
    tiles = squares(3)
    features = Features(np.array([7, 8, 9], dtype=np.uint64), np.array([2, 0, 2]), tiles.offset, tiles.geometry)
    data = encode_layer("test", features, {"name": text_column(["a", "b", "c"])}, {"n": np.array([5, 6, 7])})
    assert [(f.id, f.properties["name"], f.properties["n"]) for f in read_tile(data, "test")] == [
        (7, "c", 5),
        (8, "a", 6),
        (9, "c", 7),
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
            st.integers(0, 2**53),
            st.floats(0, allow_infinity=False),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_any_values_come_back(rows: list[tuple[str, int, float]]) -> None:
    texts, counts, harms = (list(column) for column in zip(*rows, strict=True))
    found = layer(len(rows), {"name": text_column(texts)}, count=counts, harm=harms)
    assert [tuple(feature.properties.values()) for feature in found] == rows


def test_the_same_question_gives_the_same_bytes() -> None:
    address, question = TileAddress(z=4, x=8, y=4), ask("2021-11..2022-02")
    for name in (HEXAGONS, SECTORS):
        first = encode_tile(small_force(), name, address, question)
        assert first == encode_tile(small_force(), name, address, question) != b""


def test_a_tile_of_the_small_force_reads_as_it_always_did() -> None:
    """The golden file; where a change is meant, write it anew from the text that the failure shows."""
    question = ask("2021-12..2022-02", "2021-11..2021-12")
    lines = []
    for name, address in ((SECTORS, TileAddress(z=8, x=130, y=79)), (HEXAGONS, TileAddress(z=8, x=130, y=79))):
        lines.append(f"{name} {address.z}/{address.x}/{address.y}")
        for feature in read_tile(encode_tile(small_force(), name, address, question), name):
            lines.append(f"  {feature.id} {json.dumps(feature.properties, ensure_ascii=False)}")
            lines += [f"    {ring}" for polygon in feature.polygons for ring in polygon]
    assert "\n".join(lines) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_yes_and_no_come_back_as_such() -> None:
    found = layer(3, {}, more=[True, False, True])
    assert [feature.properties for feature in found] == [{"more": True}, {"more": False}, {"more": True}]


def test_a_feature_goes_without_what_is_not_a_number() -> None:
    """The rest of it and the features after it keep what is theirs."""
    found = layer(4, {"name": text_column(list("abcd"))}, ratio=[math.nan, 0.5, math.nan, 2.0], n=[1, 2, 3, 4])
    assert [feature.properties for feature in found] == [
        {"name": "a", "n": 1},
        {"name": "b", "ratio": 0.5, "n": 2},
        {"name": "c", "n": 3},
        {"name": "d", "ratio": 2.0, "n": 4},
    ]


def test_a_layer_without_properties_is_its_shapes() -> None:
    assert [(feature.id, feature.properties) for feature in layer(2, {})] == [(1, {}), (2, {})]


def test_indexes_are_written_as_texts_are() -> None:
    cells = np.array([0x8919600000FFFFF, 0x83196FFFFFFFFFF, 0x89ABCDEF0123456], dtype=np.uint64)
    tiles = squares(3)
    features = Features(np.arange(3, dtype=np.uint64), np.array([2, 0, 1]), tiles.offset, tiles.geometry)
    fast, plain = (
        encode_layer("test", features, {"h3": column}, {})
        for column in (IndexColumn(cells), text_column(grid.texts(cells)))
    )
    assert fast == plain
    assert [feature.properties["h3"] for feature in read_tile(fast, "test")] == [
        "89abcdef0123456",
        "8919600000fffff",
        "83196ffffffffff",
    ]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (np.full(100, 7), 1),
        (np.arange(100) % 2 == 0, 2),
        (np.arange(100) % 10, 10),
        (np.arange(100) % 10 + 5_000, 100),  # too large to look for
        (np.arange(100) % 5 / 7, 5),
        (np.zeros(100), 1),
        (np.array([0.0, -0.0] * 50), 2),
        (np.full(100, math.nan), 0),
    ],
)
def test_a_value_that_repeats_in_a_column_is_written_once(column: Column, values: int) -> None:
    tiles = squares(100)
    features = Features(np.arange(100, dtype=np.uint64), np.arange(100), tiles.offset, tiles.geometry)
    data = encode_layer("test", features, {}, {"n": column})
    assert len(vector_tile_pb2.tile.FromString(data).layers[0].values) == values
    found = [feature.properties.get("n", math.nan) for feature in read_tile(data, "test")]
    np.testing.assert_array_equal(found, column)


def test_doubles_in_any_order_come_back_whichever_are_written_twice() -> None:
    """Six hundred values pass through a table of 256 over and over."""
    draw = np.random.default_rng(3)
    column = draw.choice(draw.normal(0, 1e6, 600), 1_000)
    found = [feature.properties["harm"] for feature in layer(1_000, {}, harm=column.tolist())]
    assert found == column.tolist()
