"""The base map of a deployment: what is said of it, and its bytes by ranges."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.basemap import UnusableBasemap, read_basemap
from server.settings import Settings
from tests.force_builder import Force
from tests.pmtiles_writer import everywhere, write_pmtiles
from tests.server.answers import answered
from tests.server.conftest import records_app

ADDRESS = "/basemap.pmtiles"
METADATA = {
    "attribution": '<a href="https://example.org">Contains OS data &copy; Crown</a><script>alert(1)</script>',
    "vector_layers": [{"id": "woodland"}, {"id": "roads"}, {"id": 7}, "x", {"id": "roads"}],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_pmtiles(tmp_path / "map.pmtiles", everywhere("woodland"), metadata=METADATA)


@pytest.fixture
def mapped(force: Force, file: Path) -> FlaskClient:
    return records_app(force.data_dir, HARMGRID_BASEMAP=str(file)).test_client()


def test_the_snapshot_says_what_is_beneath_in_plain_text(mapped: FlaskClient, client: FlaskClient) -> None:
    assert answered(mapped.get("/api/snapshot"))["basemap"] == {
        "kind": "vector",
        "minzoom": 0,
        "maxzoom": 14,
        "attribution": "Contains OS data © Crownalert(1)",
        "layers": ["woodland", "roads"],
    }
    assert answered(client.get("/api/snapshot"))["basemap"] is None
    assert client.get(ADDRESS).status_code == 404


def test_the_bytes_come_by_ranges(mapped: FlaskClient, file: Path) -> None:
    size = file.stat().st_size
    part = mapped.get(ADDRESS, headers={"Range": "bytes=0-126"})
    assert (part.status_code, part.data) == (206, file.read_bytes()[:127])
    assert part.headers["Content-Range"] == f"bytes 0-126/{size}"
    assert part.headers["ETag"].startswith('"')
    rest = mapped.get(ADDRESS, headers={"Range": f"bytes={size - 5}-{size + 90}"})
    assert (rest.status_code, rest.data) == (206, file.read_bytes()[-5:])
    for wrong in (f"bytes={size}-", "bytes=0-1,5-6"):
        assert mapped.get(ADDRESS, headers={"Range": wrong}).status_code == 416, wrong
    unchanged = mapped.get(ADDRESS, headers={"If-None-Match": part.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert mapped.get(ADDRESS + "?x=1").status_code == 400
    assert mapped.get("/basemap.pmtiles/").status_code == 404


@pytest.mark.quick
@pytest.mark.parametrize(("at", "byte"), [(0, 0), (7, 2), (97, 3), (98, 3), (99, 0), (99, 9), (101, 31)], ids=str)
def test_a_file_that_a_browser_could_not_draw_is_refused_at_the_start(file: Path, at: int, byte: int) -> None:
    broken = bytearray(file.read_bytes())
    broken[at] = byte
    file.write_bytes(broken)
    with pytest.raises(UnusableBasemap):
        read_basemap(file)


@pytest.mark.quick
def test_what_is_no_file_or_lies_about_its_metadata_is_refused(tmp_path: Path, file: Path) -> None:
    for path in (tmp_path / "none", tmp_path, Path("/dev/null")):
        with pytest.raises(UnusableBasemap):
            Settings.from_environment({"HARMGRID_BASEMAP": str(path)})
    lying = bytearray(file.read_bytes())
    lying[24:40] = b"\xff" * 16
    file.write_bytes(lying)
    with pytest.raises(UnusableBasemap):
        read_basemap(file)


@pytest.mark.quick
def test_pictures_have_no_layers(tmp_path: Path) -> None:
    found = read_basemap(write_pmtiles(tmp_path / "map.pmtiles", b"\x89PNG", kind=2, metadata=METADATA))
    assert (found.kind, found.layers) == ("raster", ())
