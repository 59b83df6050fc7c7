"""Every page in its states: axe finds nothing, in light on a desk and in dark on a phone, and all is on the screen."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import visits
from tests.browser.visit import PHONE, WIDE, Visit
from tests.force_builder import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
COMPARED = "baseline=2022-05..2023-04"
# Each with what shows that all of it is there.
PAGES = {
    "?place=A1&measures=all": ".place h2",
    f"?{COMPARED}&layer=sectors&list=groups": ".groups a, #groups a",
    "?whatif=burglary:2&count=once&place=891964641b7ffff": ".place :is(h2, .problem)",
    "?window=2022-09..2022-09&measures=crimestoppers": ".no-data",
    "?beside=per_1000_residents&place=area:A&level=area": ".place h2",
    "records?place=A1&window=2023-03..2023-04": "#records table",
    "groups?query=a": "main table",
    "groups/G021": "main svg",
    "nominals": "main table",
    "nominals/N75700": "main table",
    "imports": "main li",
    "imports?show=loads": "main table",
    "imports?show=rejects": "main table",
    "imports?show=snapshots": "main table",
    f"briefing?place=B5&window=2023-05..2024-04&{COMPARED}": "#paper table",
}
# With the map drawn, which axe cannot see into but which brings elements of its own.
DRAWN = [
    (f"?{COMPARED}&compare=swipe", "drawn"),
    (f"?{COMPARED}&compare=toggle&layer=both", "drawn"),
    ("?context=crimestoppers,trading_standards", "plain"),
]


def require_accessible(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def require_within(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{width} x {height}"


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_and_nothing_lies_outside(browser: BrowserContext, demo: str, address: str) -> None:
    page = browser.new_page()
    visit = Visit(page=page, origin=demo)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto(f"{demo}/{address}")
    expect(page.locator(PAGES[address]).first).to_be_visible()
    require_accessible(page)
    page.emulate_media(color_scheme="dark")
    for width, height in ((320, 640), (1024, 768), PHONE):
        require_within(page, width, height)
    require_accessible(page)
    complaints = [
        each for each in visit.complaints if "404" not in each
    ]  # of a place that is asked for and is not there
    page.close()
    assert complaints == []
    assert [asked for asked in visit.asked if not asked.startswith("/")] == []


@pytest.mark.parametrize(("address", "how"), DRAWN)
def test_axe_finds_nothing_around_a_map_that_is_drawn(
    browser: BrowserContext, demo: str, address: str, how: str
) -> None:
    with visits(browser, demo) as open_visit:
        opened = open_visit(address, size=PHONE, dark=True, **{how: True})
        require_accessible(opened.page)
        require_within(opened.page, *PHONE)
