"""A map of the deployment's own beneath the harm: drawn from parts of a file, and nowhere without one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenVisit, visits
from tests.pmtiles_writer import everywhere, write_pmtiles
from tools.browser import served

GREEN, DARK_GREEN = "#d8e0d3", "#223029"  # static/base/colours.js
ATTRIBUTION = "Contains OS data, <img src=x onerror=\"document.title='broken into'\">2026"

# By hand: one tile at zoom 0, four at zoom 1 along the curve, and one that the specification has.
IDS = """async () => {
  const { tileId } = await import("/static/map/pmtiles.js");
  const tiles = [[0, 0, 0], [1, 0, 0], [1, 0, 1], [1, 1, 1], [1, 1, 0], [2, 0, 0], [12, 3423, 1763]];
  return tiles.map(([z, x, y]) => tileId({ z, x, y }));
}"""


@pytest.fixture(scope="module")
def mapped(demo_force: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo force on a map that is green everywhere."""
    metadata = {"attribution": ATTRIBUTION, "vector_layers": [{"id": "woodland"}]}
    path = write_pmtiles(tmp_path_factory.mktemp("map") / "map.pmtiles", everywhere("woodland"), metadata=metadata)
    with served(demo_force, HARMGRID_BASEMAP=str(path)) as origin:
        yield origin


def test_a_base_map_is_drawn_beneath_from_parts_of_its_file(browser: BrowserContext, mapped: str) -> None:
    with visits(browser, mapped) as visit:
        opened = visit(dark=True, drawn=True)
        assert opened.colours_on_map([DARK_GREEN])[DARK_GREEN] > 50_000
        opened = visit(drawn=True)
        assert opened.colours_on_map([GREEN])[GREEN] > 50_000
        expect(opened.page.locator("#notes")).to_contain_text("Map beneath: Contains OS data, 2026")
        parts: list[str | None] = []
        opened.page.on(
            "request",
            lambda each: parts.append(each.headers.get("range")) if each.url.endswith("/basemap.pmtiles") else None,
        )
        opened.page.reload()
        opened.settle()
        assert len(parts) >= 3  # the root, the leaf, a tile
        assert all(part and part.startswith("bytes=") for part in parts)
        assert opened.page.evaluate(IDS) == [0, 1, 2, 3, 4, 5, 19078479]


def test_without_one_nothing_is_asked_for(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    assert opened.colours_on_map([GREEN])[GREEN] == 0
    assert [address for address in opened.asked if "basemap" in address and "static" not in address] == []
