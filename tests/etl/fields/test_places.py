"""Places from four kinds of columns, against known points, and what a place that cannot be right is called."""

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from etl.fields.places import Box, Located, Place, locate
from harmgrid.gridrefs import BRITISH

pytestmark = pytest.mark.quick

HAVENS: Box = (3.0, 55.0, 3.2, 55.1)  # widened by half a degree: 2.5 to 3.7, 54.5 to 55.6
TYNE: Box = (-2.0, 54.5, -1.3, 55.5)
CAXTON = (1.7160520, 52.6579778)  # a worked example of the Ordnance Survey: E 651409.903 N 313177.270


def point(located: Located) -> tuple[float, float] | None:
    """The first place."""
    lon, lat = located.lon[0].as_py(), located.lat[0].as_py()
    assert (lon is None) == (lat is None)
    return None if lon is None else (lon, lat)


def marks(located: Located, at: int = 0) -> str:
    return " ".join(reason for reason, rows in located.marks.items() if rows[at])


def texts(*values: str) -> pa.Array:
    return pa.array(values, pa.string())


def degrees(lon: str, lat: str, place: Place, sectors: Box | None = HAVENS) -> Located:
    return locate({"lon": texts(lon), "lat": texts(lat)}, place, crs="", sectors=sectors)


def metres(easting: str, northing: str, place: Place) -> Located:
    return locate({"easting": texts(easting), "northing": texts(northing)}, place, crs="", sectors=None)


def squares(reference: str, place: Place | None = None) -> Located:
    return locate({"gridref": texts(reference)}, place or Place(form="gridref"), crs="", sectors=None)


def shape(wkb: bytes | None, crs: str = "EPSG:4326", place: Place | None = None) -> Located:
    columns = {"geometry": pa.array([wkb], pa.binary())}
    return locate(columns, place or Place(form="geometry"), crs=crs, sectors=None)


NEAR_SECTORS = Place(bounds="sectors")


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        ("3.05", "55.05", ""),
        ("2.5", "54.5", ""),
        ("3.7", "55.6", ""),
        ("", "", ""),
        ("2.49", "55.05", "outside_force_bounds"),
        ("3.05", "55.61", "outside_force_bounds"),
        ("0", "0", "location_at_zero"),
        ("0.000", "-0.0", "location_at_zero"),
        ("55.05", "3.05", "swapped_axes"),
        ("425000", "565000", "metres_in_degree_columns"),
        ("3.05", "", "half_a_location"),
        ("3.05", "x", "unreadable_latitude"),
        ("x", "540", "unreadable_longitude latitude_out_of_range"),
        ("3.05", "540", "latitude_out_of_range"),
        ("540", "3.05", "longitude_out_of_range"),
        ("181", "91", "longitude_out_of_range latitude_out_of_range"),
    ],
)
def test_a_place_is_held_against_the_sectors_and_the_likely_fault_is_named(lon: str, lat: str, expected: str) -> None:
    located = degrees(lon, lat, NEAR_SECTORS)
    assert marks(located) == expected
    assert point(located) == ((float(lon), float(lat)) if not expected and lon else None)


@pytest.mark.parametrize(("lon", "lat"), [("55.05", "3.05"), ("0", "0"), ("-179", "89")])
def test_without_bounds_any_place_on_earth_will_do(lon: str, lat: str) -> None:
    assert point(degrees(lon, lat, Place())) == (float(lon), float(lat))


def test_metres_among_degrees_are_out_of_range_where_there_are_no_bounds() -> None:
    assert marks(degrees("425000", "565000", Place())) == "longitude_out_of_range latitude_out_of_range"


def test_while_no_sectors_are_loaded_only_what_is_wrong_anywhere_is_marked() -> None:
    assert marks(degrees("55.05", "3.05", NEAR_SECTORS, sectors=None)) == ""
    assert marks(degrees("0", "0", NEAR_SECTORS, sectors=None)) == "location_at_zero"


def test_the_whole_earth_as_bounds_still_knows_zero_and_swapped_axes() -> None:
    earth = Place(bounds=(-180, -90, 180, 90))
    assert [marks(degrees(*pair, earth)) for pair in (("3", "55"), ("0", "0"), ("55", "103"))] == [
        "",
        "location_at_zero",
        "swapped_axes",
    ]


@pytest.mark.parametrize(
    ("easting", "northing", "expected"),
    [
        ("424500", "564500", ""),
        ("564500", "424500", "swapped_axes"),
        ("-1.61", "54.97", "degrees_in_metre_columns"),
        ("54.97", "-1.61", "degrees_in_metre_columns"),
        ("0", "0", "location_at_zero"),
        ("651409.903", "313177.270", "outside_force_bounds"),
        ("x", "1", "unreadable_easting"),
        ("424500", "y", "unreadable_northing"),
        ("424500", "", "half_a_location"),
        ("999999999", "999999999", "longitude_out_of_range latitude_out_of_range"),
    ],
)
def test_metres_are_judged_where_they_lie_on_the_ground(easting: str, northing: str, expected: str) -> None:
    assert marks(metres(easting, northing, Place(form="metres", crs=BRITISH, bounds=TYNE))) == expected


def test_british_metres_are_where_the_ordnance_survey_says() -> None:
    found = point(metres("651409.903", "313177.270", Place(form="metres", crs=BRITISH)))
    assert found == pytest.approx(CAXTON, abs=5e-5)  # 5 m


def test_metres_may_be_of_any_projected_system() -> None:
    found = point(metres("500000", "6096000", Place(form="metres", crs="EPSG:32631")))  # UTM 31: its meridian is 3 E
    assert found == pytest.approx((3.0, 55.01), abs=0.01)


def test_degrees_of_another_datum_are_moved() -> None:
    found = point(degrees("1.7179215", "52.6575703", Place(crs="EPSG:4277")))  # the same point in OSGB 36
    assert found == pytest.approx(CAXTON, abs=5e-5)


@pytest.mark.parametrize(
    ("reference", "easting", "northing"),
    [
        ("NZ26", 425_000, 565_000),
        ("NZ 24 64", 424_500, 564_500),
        ("NZ2464", 424_500, 564_500),
        ("nz2464", 424_500, 564_500),
        ("NZ 245 641", 424_550, 564_150),
        ("NZ 2451 6412", 424_515, 564_125),
        ("NZ 24512 64123", 424_512.5, 564_123.5),
        ("TG 51409 13177", 651_409.5, 313_177.5),
        ("SV 00 00", 500, 500),
        ("HP 6 1", 465_000, 1_215_000),
    ],
)
def test_a_grid_reference_is_the_centre_of_its_square(reference: str, easting: float, northing: float) -> None:
    expected = Transformer.from_crs(BRITISH, "EPSG:4326", always_xy=True).transform(easting, northing)
    assert point(squares(reference)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "reference",
    [
        "NZ",
        "NZ 2",
        "NZ246",
        "NZ 24 6",
        "NZ 245126 641234",
        "AA 12 34",
        "IZ 12 34",
        "NI 12 34",
        "N 24 64",
        "NZ 24,64",
        "424500",
    ],
)
def test_what_is_no_grid_reference_is_marked(reference: str) -> None:
    located = squares(reference)
    assert (marks(located), point(located)) == ("unreadable_grid_reference", None)


@given(st.integers(0, 699_999), st.integers(0, 1_299_999))
def test_every_metre_of_britain_has_its_grid_reference(easting: int, northing: int) -> None:
    # Made the other way round: from the letters of a map of the squares, row by row from the south.
    rows = ["SV SW SX SY SZ TV TW", "SQ SR SS ST SU TQ TR", "SL SM SN SO SP TL TM", "SF SG SH SJ SK TF TG"]
    rows += ["SA SB SC SD SE TA TB", "NV NW NX NY NZ OV OW", "NQ NR NS NT NU OQ OR", "NL NM NN NO NP OL OM"]
    rows += ["NF NG NH NJ NK OF OG", "NA NB NC ND NE OA OB", "HV HW HX HY HZ JV JW", "HQ HR HS HT HU JQ JR"]
    rows += ["HL HM HN HO HP JL JM"]
    square = rows[northing // 100_000].split()[easting // 100_000]
    reference = f"{square} {easting % 100_000:05d} {northing % 100_000:05d}"
    expected = metres(f"{easting}.5", f"{northing}.5", Place(form="metres", crs=BRITISH))
    if min(easting, northing) > 180:  # less is taken for degrees
        assert point(squares(reference)) == pytest.approx(point(expected), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("POINT (3.05 55.05)", (3.05, 55.05)),
        ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", (1.0, 1.0)),
        ("LINESTRING (1 1, 2 2, 3 3)", (2.0, 2.0)),
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", (0.125, 0.75)),  # a bow tie, inside of one of its halves
    ],
)
def test_a_geometry_is_at_its_point_or_at_one_inside_of_it(text: str, expected: tuple[float, float]) -> None:
    wkb = shapely.to_wkb(shapely.from_wkt(text))
    assert point(shape(wkb)) == expected
    assert (
        point(locate({"geometry": texts(wkb.hex())}, Place(form="geometry"), crs="EPSG:4326", sectors=None)) == expected
    )


def unusable(values: list[float]) -> bytes:
    with np.errstate(invalid="ignore"):
        return bytes(shapely.to_wkb(shapely.linestrings([[0, 0], values])))


@pytest.mark.parametrize(
    "wkb",
    [
        b"no geometry",
        shapely.to_wkb(shapely.Point()),
        shapely.to_wkb(shapely.Polygon()),
        unusable([np.nan, 1]),
        unusable([1, np.inf]),
    ],
    ids=["nonsense", "empty point", "empty polygon", "not a number", "infinite"],
)
def test_a_geometry_of_no_use_is_marked(wkb: bytes) -> None:
    assert marks(shape(wkb)) == "unusable_geometry"


@pytest.mark.parametrize("none", [None, b""])
def test_a_row_without_a_geometry_has_no_place_and_no_fault(none: bytes | None) -> None:
    assert (point(shape(none)), marks(shape(none))) == (None, "")


def test_a_geometry_is_in_the_system_of_the_profile_else_of_the_file() -> None:
    wkb = shapely.to_wkb(shapely.Point(651409.903, 313177.270))
    assert point(shape(wkb, crs=BRITISH)) == pytest.approx(CAXTON, abs=5e-5)
    assert point(shape(wkb, place=Place(form="geometry", crs=BRITISH))) == pytest.approx(CAXTON, abs=5e-5)


@pytest.mark.parametrize("form", ["lonlat", "metres", "gridref", "geometry"])
def test_no_rows_have_no_places(form: str) -> None:
    columns = {name: texts() for name in ("lon", "lat", "easting", "northing", "gridref")}
    place = Place(form=form, crs=BRITISH if form == "metres" else "", bounds="sectors")  # type: ignore[arg-type]
    located = locate(columns | {"geometry": pa.array([], pa.binary())}, place, crs="EPSG:4326", sectors=HAVENS)
    assert (len(located.lon), len(located.lat)) == (0, 0)
