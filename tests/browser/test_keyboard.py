"""Everything without a pointer: from the search to a sector, through time, over the map to a hexagon, to records."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import Visit, whole

# Whether the element with the focus shows it: itself, the words beside it, or the thumb of a slider, whose style the
# browser does not tell, so that its rule is looked up.
SHOWS_FOCUS = """() => {
  const focused = document.activeElement;
  const ringed = (element) => getComputedStyle(element).outlineStyle !== "none";
  const shows = focused.matches(".choice input") ? focused.nextElementSibling : focused;
  if (!focused.matches(".slider")) return ringed(shows);
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const thumb = rules.find(({ selectorText }) => selectorText === ".slider:focus-visible::-webkit-slider-thumb");
  return focused.matches(":focus-visible") && thumb.cssText.includes("outline: 3px solid");
}"""
MOST_TABS = 120
CRIME = "?measures=all_crime"


def require_focus(page: Page) -> None:
    assert page.evaluate(SHOWS_FOCUS), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def press_until_focused(page: Page, key: str, wanted: Locator) -> None:
    """Press Tab, forwards or backwards, to an element; the focus has to be seen on all between."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            require_focus(page)
            return
        page.keyboard.press(key)
        if page.evaluate("document.activeElement !== document.body"):
            require_focus(page)
    raise AssertionError(f"{MOST_TABS} times {key} did not reach {wanted}")


def live(opened: Visit) -> Locator:
    return opened.page.locator("#live")


def walk(opened: Visit) -> Locator:
    return opened.page.get_by_role("listbox", name="Places on the map")


def test_the_whole_journey_by_keyboard_alone(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    page, press = opened.page, opened.page.keyboard.press
    press_until_focused(page, "Tab", page.get_by_role("combobox", name="Find a place"))
    page.keyboard.type("grellh")
    expect(page.locator(".search-result").first).to_be_visible()
    press("ArrowDown")
    press("Enter")
    expect(page.locator(".place h2")).to_have_text("Grellhaven")
    expect(page.locator(".place h2")).to_be_focused()
    require_focus(page)
    sector = opened.api(f"/api/places/{opened.parameters()['place']}")
    assert whole(page.locator(".is-score .fact-value").inner_text()) == round(sector["harm"])

    press_until_focused(page, "Tab", page.get_by_label("First month of the window"))
    press("ArrowLeft")
    expect(page.locator(".legend-window")).to_have_text("April 2023 to April 2024")
    press_until_focused(page, "Tab", page.get_by_label("Last month of the window"))
    press("ArrowLeft")
    expect(page.locator(".legend-window")).to_have_text("April 2023 to March 2024")
    press("Escape")
    expect(page.get_by_role("combobox", name="Find a place")).to_be_focused()

    press_until_focused(page, "Tab", page.locator(".maplibregl-canvas"))
    opened.settle()
    press("Alt+ArrowUp")
    expect(walk(opened)).to_be_focused()
    require_focus(page)
    press("Home")
    expect(live(opened)).to_contain_text("number 1 of ")
    said = live(opened).inner_text()
    press("Enter")
    expect(page.locator(".place h2")).to_contain_text("Hexagon in")
    score = page.locator(".is-score .fact-value").inner_text()
    assert said.startswith(f"{score} harm points, class 5 of 5, ")

    press_until_focused(page, "Tab", page.get_by_role("link", name="See the records behind these events"))
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Records behind hexagon in Grellhaven")
    press_until_focused(page, "Tab", page.get_by_role("link", name="Back to the map"))
    press("Enter")
    expect(page.locator(".is-score .fact-value")).to_have_text(score)


def test_an_arrow_key_goes_to_the_next_hexagon_that_way_and_back(visit: OpenVisit) -> None:
    """At zoom 11 the hexagons are the finest, and of crimes there are some in nearly each around the hottest sector."""
    opened = visit()
    top = opened.api(f"/api/sectors{CRIME}")["sectors"][0]
    lon, lat = opened.api(f"/api/places/{top['place']}")["center"]
    opened = visit(f"{CRIME}&at={lon},{lat},11.3", drawn=True)
    page = opened.page
    walk(opened).focus()
    before = opened_by_keys(opened)
    page.keyboard.press("ArrowRight")
    east = opened_by_keys(opened)
    assert east["center"][0] > before["center"][0]
    assert abs(east["center"][1] - before["center"][1]) < east["center"][0] - before["center"][0]
    page.keyboard.press("Escape")
    expect(page.locator(".maplibregl-canvas")).to_be_focused()
    expect(page.locator("#tooltip")).to_be_hidden()


def opened_by_keys(opened: Visit) -> dict[str, Any]:
    """The place that the keyboard is at, opened by Enter and closed again."""
    expect(opened.page.locator("#tooltip")).to_be_visible()
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator(".place h2")).to_be_focused()
    place = opened.api(f"/api/places/{opened.parameters()['place']}{CRIME}")
    opened.page.keyboard.press("Escape")
    expect(walk(opened)).to_be_focused()
    return place


def test_sectors_are_gone_through_from_the_most_harm_to_the_least(visit: OpenVisit) -> None:
    opened = visit("?layer=sectors", drawn=True)
    ranked = [sector["name"] for sector in opened.api("/api/sectors")["sectors"]]
    walk(opened).focus()
    opened.page.keyboard.press("Home")
    found: list[str] = []
    for _ in ranked[:4]:
        expect(live(opened)).to_contain_text(f"number {len(found) + 1} of {len(ranked)} drawn here")
        found.append(walk(opened).get_by_role("option").inner_text())
        opened.page.keyboard.press("PageDown")
    assert found == ranked[:4]


def test_the_keys_are_listed_and_none_of_a_single_letter_works_elsewhere(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    page = opened.page
    keys = page.get_by_role("dialog", name="Keys of the map")
    page.get_by_label("Zoom in").focus()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(keys).to_be_hidden()
    expect(page.get_by_label("Zoom in")).to_be_focused()
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator(".maplibregl-canvas")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Find a place")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/(\?at=[^&]*)?$"))
