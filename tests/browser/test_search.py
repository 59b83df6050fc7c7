"""Finding a place by what is typed, without a pointer, and going on to its neighbours."""

from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.conftest import ATTACK, OpenVisit, visits
from tests.browser.visit import PHONE, Visit


def search_box(opened: Visit) -> Locator:
    return opened.page.get_by_role("combobox", name="Find a place")


def test_a_sector_is_found_by_the_beginning_of_its_name(visit: OpenVisit) -> None:
    """Sectors and an area of the demo force begin with Marrow, and others hold it."""
    opened = visit()
    box = search_box(opened)
    box.press_sequentially("marrow")
    options = opened.page.locator(".search-result")
    expect(options.first).to_contain_text("Marrowick")
    results = opened.api("/api/search?query=marrow")["results"]
    assert [each["title"] for each in results] == opened.page.locator(".search-title").all_inner_texts()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "search-result-1")
    box.press("Enter")
    expect(opened.page.locator(".place h2")).to_have_text(results[1]["title"])
    expect(opened.page.locator(".place h2")).to_be_focused()
    assert opened.parameters()["place"] == results[1]["place"]
    expect(options).to_have_count(0)


def test_enter_opens_the_best_result_and_escape_goes_back_a_step_at_a_time(visit: OpenVisit) -> None:
    opened = visit(size=PHONE)
    box = search_box(opened)
    lon, lat = opened.api("/api/places/B2")["center"]
    box.fill(f"{lat:.4f}, {lon:.4f}")
    box.press("Enter")  # before the server was asked
    expect(opened.page.locator(".place h2")).to_contain_text("Hexagon in")
    opened.page.keyboard.press("Escape")
    expect(opened.page.locator("#place")).to_be_hidden()
    expect(box).to_be_focused()
    box.fill("b")
    expect(opened.page.locator(".search-result").first).to_be_visible()
    box.press("Escape")
    expect(opened.page.locator(".search-result")).to_have_count(0)
    expect(box).to_have_value("b")
    box.press("Escape")
    expect(box).to_have_value("")


def test_what_names_nothing_is_told_with_what_can_be_typed(visit: OpenVisit) -> None:
    opened = visit()
    search_box(opened).fill("nowhere at all")
    expect(opened.page.locator(".search-note")).to_contain_text("Nothing here goes by that. Type the name or id")
    expect(search_box(opened)).to_have_attribute("aria-expanded", "false")


def test_a_place_is_found_by_the_name_that_the_force_gives_it(visit: OpenVisit) -> None:
    opened = visit()
    search_box(opened).press_sequentially("grellhaven pi")
    result = opened.page.locator(".search-result")
    expect(result).to_contain_text("Place name")
    search_box(opened).press("Enter")
    expect(opened.page.locator(".place h2")).to_have_text("Hexagon in Grellhaven")


def test_from_a_place_to_its_neighbour(visit: OpenVisit) -> None:
    opened = visit("?place=A1")
    near = opened.api("/api/places/A1")["neighbours"]
    rows = opened.page.locator(".neighbours tbody tr")
    expect(rows).to_have_count(len(near))
    expect(rows.first).to_contain_text(f"{round(near[0]['harm']):,}")
    rows.first.get_by_role("button", name=near[0]["name"]).press("Enter")
    expect(opened.page.locator(".place h2")).to_have_text(near[0]["name"])


def test_a_name_that_is_markup_is_found_as_text(browser: BrowserContext, attacking: str) -> None:
    with visits(browser, attacking) as open_visit:
        opened = open_visit()
        search_box(opened).fill("img src")
        expect(opened.page.locator(".search-title").first).to_have_text(ATTACK)
        search_box(opened).press("Enter")
        expect(opened.page.locator(".neighbours tbody th").first).to_have_text(ATTACK)
        assert "broken" not in opened.page.title()
