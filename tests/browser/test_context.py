"""Reports beside the harm: chosen, counted, kept in the address, and following the window without a question."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenVisit, visits
from tools.browser import served

REPORT = "#4b2e83"  # static/base/colours.js
BOTH = "context=crimestoppers,trading_standards"


@pytest.fixture(scope="module")
def closed(demo_force: Path) -> Iterator[str]:
    """The address of the demo force without its records."""
    with served(demo_force, HARMGRID_RECORDS="off") as origin:
        yield origin


@pytest.mark.parametrize("drawn", [False, True])
def test_reports_of_the_window_are_on_the_map_and_counted_beside_it(visit: OpenVisit, drawn: bool) -> None:
    opened = visit(drawn=drawn, plain=not drawn)
    opened.page.get_by_text("Reports beside the harm").click()
    before = opened.colours_on_map([REPORT])[REPORT]
    opened.page.get_by_label("Crimestoppers reports").check()
    expect(opened.page).to_have_url(f"{opened.origin}/?context=crimestoppers")
    answer = opened.api("/api/context?window=2023-05..2024-04")
    expect(opened.page.locator(".context-count").first).to_have_text(f"{len(answer['points']):,}")
    opened.settle()
    assert opened.colours_on_map([REPORT])[REPORT] > before + 1_000
    asked = [address for address in opened.asked if "context" in address]
    opened.page.get_by_label("One month earlier").click()
    earlier = opened.api("/api/context?window=2023-04..2024-03")
    expect(opened.page.locator(".context-count").first).to_have_text(f"{len(earlier['points']):,}")
    assert [address for address in opened.asked if "/api/context" in address] == ["/api/context?kind=crimestoppers"]
    assert asked
    opened.page.get_by_label("Crimestoppers reports").uncheck()
    opened.settle()
    assert opened.colours_on_map([REPORT])[REPORT] <= before + 100


def test_a_report_is_named_and_the_address_brings_both_back(visit: OpenVisit) -> None:
    opened = visit(plain=True)
    point = opened.api("/api/context?kind=trading_standards&window=2024-04..2024-04")["points"][0]["point"]
    opened.open(f"?{BOTH}&at={point[0]},{point[1]},14")
    expect(opened.page.get_by_label("Trading Standards reports")).to_be_checked()
    expect(opened.page.locator(".context-count").nth(1)).not_to_be_empty()
    opened.settle()
    opened.page.locator(".plain-canvas").hover()
    expect(opened.page.locator("#tooltip")).to_contain_text("Trading Standards report")


def test_where_records_are_closed_a_sentence_stands_instead(browser: BrowserContext, closed: str) -> None:
    with visits(browser, closed) as visit:
        opened = visit(f"?{BOTH}")
        expect(opened.page.locator(".context")).to_contain_text("the records are closed on this server")
        expect(opened.page.get_by_label("Crimestoppers reports")).to_have_count(0)
        assert [address for address in opened.asked if "/api/context" in address] == []
