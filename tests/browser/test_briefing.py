"""A place on one page of paper: the figures of the API, one sheet, and no name that runs."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenVisit, visits
from tests.browser.visit import whole

WINDOW = "window=2023-05..2024-04"
THEN = "window=2022-05..2023-04"


def pages_of(page: Page) -> int:
    """How many sheets the browser would print."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def open_briefing(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#paper")).to_be_visible()


def test_a_briefing_is_reached_from_the_place_and_is_one_page_with_the_figures_of_the_api(visit: OpenVisit) -> None:
    opened = visit(f"?{WINDOW}&place=B5", dark=True)
    opened.page.get_by_role("link", name="Print a briefing").click()
    paper = opened.page.locator("#paper")
    expect(paper).to_be_visible()
    now, then = (opened.api(f"/api/places/B5?{window}") for window in (WINDOW, THEN))
    expect(paper.get_by_role("heading", level=1)).to_have_text(now["name"])
    assert whole(paper.locator(".is-score strong").inner_text()) == round(now["harm"])
    before, after, change = paper.locator(".is-total td").all_inner_texts()
    assert (whole(before), whole(after)) == (round(then["harm"]), round(now["harm"]))
    assert whole(change.replace("\N{MINUS SIGN}", "-")) == round(now["harm"] - then["harm"])
    top = opened.api(f"/api/hexagons?place=B5&{WINDOW}")["hexagons"][:6]
    rows = paper.get_by_role("table", name="The hexagons with the most harm").locator("tbody tr")
    assert [whole(row.locator(".numeric").first.inner_text()) for row in rows.all()] == [round(h["harm"]) for h in top]
    expect(paper).to_contain_text("Synthetic data.")
    expect(paper).to_contain_text(opened.api("/api/snapshot")["snapshot"])
    assert pages_of(opened.page) == 1
    assert paper.evaluate("paper => getComputedStyle(paper).backgroundColor") == "rgb(255, 255, 255)"


def test_a_hexagon_the_whole_force_and_many_measures_fit_on_a_page_too(demo: str, visit: OpenVisit) -> None:
    opened = visit()
    hexagon = opened.api("/api/hexagons?place=B5")["hexagons"][0]["id"]
    for asked in (f"place={hexagon}", "place=force:force&measures=all", "place=B5&window=2021-01..2021-01"):
        open_briefing(opened.page, f"{demo}/briefing?{asked}")
        assert pages_of(opened.page) == 1
    expect(opened.page.locator("#paper")).to_contain_text("no earlier months")


def test_what_a_briefing_cannot_show_is_said(demo: str, visit: OpenVisit) -> None:
    opened = visit()
    opened.page.goto(f"{demo}/briefing")
    expect(opened.page.locator("#problems")).to_contain_text("names no place")


def test_a_hostile_name_is_printed_and_never_runs(browser: BrowserContext, attacking: str) -> None:
    with visits(browser, attacking) as visit:
        opened = visit()
        open_briefing(opened.page, f"{attacking}/briefing?place=A1")
        expect(opened.page.get_by_role("heading", level=1)).to_contain_text("onerror=")
        assert opened.page.title().startswith("Briefing: <img src=x onerror=")
        assert opened.page.locator("#paper img").count() == 0
        assert pages_of(opened.page) == 1
