"""A published force, served by the real server, and a browser that visits it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright

from tests.browser.visit import NO_CANVAS, NO_WEBGL, WIDE, Visit
from tests.force_builder import rows, run, write_archive, write_sectors
from tools.browser import FLAGS, served

ATTACK = "<img src=x onerror=\"document.title='broken into'\">"

OpenVisit = Callable[..., Visit]


@pytest.fixture(scope="session")
def demo(demo_force: Path) -> Iterator[str]:
    """The address of the demo force."""
    with served(demo_force) as origin:
        yield origin


@pytest.fixture(scope="session")
def attacking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a force whose sectors are named in HTML that does something."""
    folder = tmp_path_factory.mktemp("attacking")
    archive = write_archive(folder / "testmere.zip", rows())
    sectors = write_sectors(folder / "sectors.geojson")
    collection = json.loads(sectors.read_text(encoding="utf-8"))
    for feature in collection["features"]:
        feature["properties"]["sector_name"] = ATTACK
    sectors.write_text(json.dumps(collection), encoding="utf-8")
    run("load", "police-uk", str(archive), "--sectors", str(sectors), data_dir=folder)
    run("publish", data_dir=folder)
    with served(folder) as origin:
        yield origin


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    """The library that steers the browser."""
    expect.set_options(timeout=15_000)  # milliseconds; the machine may have other things to do
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright_: Playwright, chromium: Path) -> Iterator[BrowserContext]:
    """A browser with WebGL 2. Its tabs share one cache, as a person's do."""
    browser = playwright_.chromium.launch(executable_path=chromium, args=FLAGS)
    yield browser.new_context()
    browser.close()


@pytest.fixture
def visit(browser: BrowserContext, demo: str) -> Iterator[OpenVisit]:
    """Opens tabs on the demo force; at the end no tab may have complained or asked anyone else."""
    with visits(browser, demo) as open_visit:
        yield open_visit


@contextmanager
def visits(browser: BrowserContext, origin: str) -> Iterator[OpenVisit]:
    """A function that opens tabs, each of which must have been quiet and to itself at the end.

    `drawn` has the map in WebGL, `plain` the simpler one. Without a graphics card either takes seconds, so most tests
    have none.
    """
    opened: list[Visit] = []

    def open_visit(
        address: str = "", *, size: tuple[int, int] = WIDE, dark: bool = False, drawn: bool = False, plain: bool = False
    ) -> Visit:
        page = browser.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if dark else "light")
        opened.append(Visit(page=page, origin=origin))
        if not drawn:
            page.add_init_script(NO_WEBGL if plain else NO_CANVAS)
        opened[-1].open(address)
        if drawn or plain:
            opened[-1].settle()
        return opened[-1]

    yield open_visit
    for each in opened:
        each.page.close()
        assert each.complaints == []
        assert [address for address in each.asked if not address.startswith("/")] == []
