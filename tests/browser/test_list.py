"""The ranked list, the categories and the panel of a place."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import ATTACK, OpenVisit, visits
from tests.browser.visit import PHONE, WIDE, Visit, whole


def amounts(opened: Visit) -> list[int]:
    """The events of each row, people left out."""
    cells = opened.page.locator(".ranking tbody td:last-child").all_inner_texts()
    return [whole(cell.splitlines()[0]) for cell in cells]


def test_the_list_has_the_totals_of_the_api_and_they_add_up(visit: OpenVisit) -> None:
    opened = visit()
    answer = opened.api("/api/sectors")
    counts = {}
    for label, name in (("In sectors", "in_sectors"), ("Unplaced", "unplaced"), ("Total", "total")):
        harm, amount = opened.page.locator(f"[data-total='{label}'] td").all_inner_texts()
        counts[label], people = amount.splitlines()
        assert whole(harm) == round(answer[name]["harm"])
        assert whole(counts[label]) == answer[name]["count"]
        assert people == f"{answer[name]['people']:.1f} people".replace(".0 ", " ")
    assert whole(counts["In sectors"]) + whole(counts["Unplaced"]) == whole(counts["Total"])
    assert sum(amounts(opened)) == whole(counts["In sectors"])
    unplaced = answer["unplaced"]
    expect(opened.page.locator(".foot-note")).to_contain_text(
        f"{unplaced['outside_sectors']['count']} event outside every sector, "
        f"{unplaced['no_location']['count']} events and {unplaced['no_location']['people']:.1f} people "
        "without a location"
    )


def test_a_heading_sorts_and_says_so(visit: OpenVisit) -> None:
    opened = visit()
    opened.page.get_by_role("button", name="Events, people").click()
    expect(opened.page.locator("th[aria-sort=descending]")).to_have_text("Events, people")
    counts = amounts(opened)
    assert counts == sorted(counts, reverse=True)
    opened.page.get_by_role("button", name="Events, people").click()
    expect(opened.page.locator("th[aria-sort=ascending]")).to_have_text("Events, people")
    assert opened.parameters()["sort"] == "count"


def test_the_keyboard_alone_opens_a_sector_and_comes_back_to_it(visit: OpenVisit) -> None:
    opened = visit()
    second = opened.api("/api/sectors")["sectors"][1]
    for _ in range(30):
        opened.page.keyboard.press("Tab")
        if opened.page.evaluate("document.activeElement.textContent") == second["name"]:
            break
    opened.page.keyboard.press("Enter")
    heading = opened.page.locator(".place h2")
    expect(heading).to_have_text(second["name"])
    expect(heading).to_be_focused()
    assert opened.parameters()["place"] == second["id"]
    assert whole(opened.page.locator(".is-score .fact-value").inner_text()) == round(second["harm"])
    opened.page.keyboard.press("Escape")
    expect(heading).to_have_count(0)
    expect(opened.page.get_by_role("button", name=second["name"])).to_be_focused()
    opened.page.go_back()
    expect(heading).to_have_text(second["name"])


def test_what_has_no_weight_is_counted_and_said_to_weigh_nothing(visit: OpenVisit) -> None:
    opened = visit("?measures=trading_standards")
    expect(opened.page.locator("#legend")).to_contain_text("No harm: counted, but unweighted")
    first = opened.api("/api/sectors")["sectors"][0]
    opened.page.get_by_role("button", name=first["name"]).click()
    expect(opened.page.locator("#place")).to_contain_text("unweighted")
    expect(opened.page.locator("#place")).to_contain_text("Events each month")


def test_a_place_that_does_not_exist_is_explained(browser: BrowserContext, demo: str) -> None:
    page = browser.new_page()  # not a visit: the browser itself writes about the 404 into the console
    page.goto(f"{demo}/?place=Z99")
    expect(page.locator("#place")).to_contain_text("The server could not answer")
    expect(page.locator("#place")).to_contain_text("What to do:")
    page.close()


def test_names_that_are_html_are_written_and_never_run(browser: BrowserContext, attacking: str) -> None:
    with visits(browser, attacking) as visit:
        opened = visit("?layer=sectors", drawn=True)
        expect(opened.page.locator(".place-link").first).to_contain_text(ATTACK)
        opened.page.locator(".place-link").first.click()
        expect(opened.page.locator(".place h2")).to_contain_text(ATTACK)
        opened.settle()  # the labels of the map are written with the same names
        assert opened.page.title() != "broken into"
        assert opened.page.locator("main img").count() == 0


@pytest.mark.parametrize("address", ["", "?place=A1&measures=all_crime&whatif=burglary:2", "?list=groups&count=once"])
def test_nothing_lies_outside_the_screen(visit: OpenVisit, address: str) -> None:
    opened = visit(address)
    for width, height in (WIDE, PHONE, (1024, 768), (320, 640), (320, 256)):
        opened.page.set_viewport_size({"width": width, "height": height})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        box = opened.page.locator("#map").bounding_box()
        assert box is not None
        assert box["height"] > 150


def test_on_a_phone_the_sheet_grows_over_the_map(visit: OpenVisit) -> None:
    opened = visit(size=PHONE)
    sheet = opened.page.locator(".side")
    before = sheet.bounding_box()
    opened.page.get_by_role("button", name="Make the list taller").click()
    after = sheet.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] + 150
