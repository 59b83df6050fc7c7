"""Levels of areas, and the figures that stand beside the score in the list."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import PHONE

LIGHT = ["#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"]  # static/base/colours.js


def test_a_level_is_ranked_drawn_and_opened(visit: OpenVisit) -> None:
    opened = visit("?layer=sectors", drawn=True)
    level = opened.page.get_by_label("Rank", exact=True)
    assert level.locator("option").all_inner_texts() == ["Sectors", "Areas", "Whole force"]
    level.select_option("Areas")
    answer = opened.api("/api/sectors?level=area")
    expect(opened.page.locator(".caption-title")).to_have_text("Areas ranked by harm")
    expect(opened.page.locator(".ranking tbody .place-link")).to_have_text([each["name"] for each in answer["sectors"]])
    edges = opened.api("/api/classes")["area"]
    expect(opened.page.locator(".swatch-words").first).to_have_text(f"{round(edges[-1]):,} and over")
    opened.settle()
    assert any("/area/" in address for address in opened.questions())
    assert sum(opened.colours_on_map(LIGHT).values()) > 100_000
    box = opened.page.locator("#map").bounding_box()
    assert box is not None
    opened.page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2)
    expect(opened.page.locator(".place-kind")).to_contain_text("Area ")
    place = opened.parameters()["place"]
    assert place.startswith("area%3A")
    assert opened.parameters()["level"] == "area"
    named = opened.api(f"/api/places/{place}")
    expect(opened.page.locator(".place h2")).to_have_text(named["name"])
    expect(opened.page.locator("tr.is-open .place-link")).to_have_text(named["name"])


def test_the_whole_force_is_a_level_and_its_rest_is_outside_the_force(visit: OpenVisit) -> None:
    opened = visit("?level=force")
    expect(opened.page.locator(".ranking tbody tr")).to_have_count(1)
    expect(opened.page.locator(".foot-note")).to_contain_text("outside the force")
    opened.page.get_by_role("button", name="Whole force").click()
    expect(opened.page.locator(".place-kind")).to_have_text("The whole force")


def test_a_rate_is_shown_sorted_by_and_leaves_the_rank_alone(visit: OpenVisit) -> None:
    opened = visit()
    opened.page.get_by_label("show", exact=True).select_option("Per 1,000 residents")
    sectors = opened.api("/api/sectors")["sectors"]
    rates = [f"{round(each['per_1000_residents']):,}" for each in sectors]
    cells = opened.page.locator(".ranking tbody td:last-child")
    expect(cells).to_have_text(rates)
    opened.page.get_by_role("button", name="Per 1,000").click()
    by_rate = sorted(sectors, key=lambda each: -each["per_1000_residents"])
    expect(opened.page.locator(".ranking tbody .place-link")).to_have_text([each["name"] for each in by_rate])
    assert by_rate != sectors
    expect(opened.page.locator("td.rank [aria-hidden]:first-child")).to_have_text(
        [str(each["rank"]) for each in by_rate]
    )
    assert opened.parameters()["sort"] == "-per_1000_residents"
    opened.page.get_by_label("show", exact=True).select_option("Per km²")
    expect(cells.first).to_have_text(f"{round(sectors[0]['per_km2']):,}")
    assert "sort" not in opened.parameters()


def test_few_residents_are_marked_and_the_population_is_named(visit: OpenVisit) -> None:
    opened = visit("?beside=per_1000_residents&place=A1")
    answer = opened.api("/api/sectors")
    few = [each["name"] for each in answer["sectors"] if each["few_residents"]]
    assert few
    expect(opened.page.locator("tr:has(.few) .place-link")).to_have_text(few)
    expect(opened.page.locator(".caption-beside")).to_contain_text(answer["population"])
    expect(opened.page.locator(".caption-beside")).to_contain_text("a rate per resident says little")
    centre = next(each for each in answer["sectors"] if each["id"] == "A1")
    expect(opened.page.locator(".facts")).to_contain_text(f"{centre['residents']:,} {answer['population']}: few")


@pytest.mark.parametrize("size", [(1440, 900), PHONE])
def test_groups_are_listed_with_what_is_linked_to_them_once_and_more_than_once(
    visit: OpenVisit, size: tuple[int, int]
) -> None:
    opened = visit(size=size)
    if size == PHONE:
        opened.page.get_by_role("button", name="Make the list taller").click()
    opened.page.get_by_role("radio", name="Groups").check()
    window = opened.api("/api/snapshot")["default_window"]
    answer = opened.api(f"/api/groups?window={window}")
    rows = opened.page.locator(".groups-table tbody tr")
    expect(rows).to_have_count(len(answer["groups"]))
    first = answer["groups"][0]
    expect(rows.first).to_have_text(f"{first['id']}{first['kind']}{round(first['harm']):,}{first['count']}")
    expect(opened.page.locator(".groups-table caption")).to_contain_text(answer["note"])
    summed = sum(group["count"] for group in answer["groups"])
    assert summed > answer["linked"]["count"]
    feet = opened.page.locator(".groups-table tfoot tr")
    expect(feet.nth(0).locator("td").nth(1)).to_have_text(f"{summed:,}")
    expect(feet.nth(1)).to_contain_text("Linked events, each once")
    expect(feet.nth(1).locator("td").nth(1)).to_have_text(f"{answer['linked']['count']:,}")
    assert opened.parameters()["list"] == "groups"
    opened.page.get_by_label("One month earlier").click()
    expect(opened.page.locator(".groups-table .caption-scope")).to_contain_text("April 2023 to March 2024")
    opened.page.get_by_role("radio", name="Places").check()
    expect(opened.page.locator(".ranking tbody tr:visible")).to_have_count(35)
