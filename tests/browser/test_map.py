"""What the map draws and names."""

import re
from itertools import pairwise

from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import Visit, whole

CRIME = "?measures=all_crime"  # of which there is some almost everywhere
LIGHT = ["#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"]  # static/base/colours.js
DARK = ["#8c3a0b", "#c9600f", "#f58a1f", "#fdc566", "#fff8c9"]


def open_hottest_hexagon(visit: Visit) -> str:
    """The H3 index of the hexagon in the middle of the highest sector, opened by keyboard."""
    top = visit.api(f"/api/sectors{CRIME}")["sectors"][0]
    lon, lat = visit.api(f"/api/places/{top['id']}")["center"]
    visit.open(f"{CRIME}&at={lon},{lat},12.2")
    visit.settle()
    visit.page.locator(".maplibregl-canvas").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".place h2")).to_contain_text("Hexagon in")
    return visit.parameters()["place"]


def test_the_map_draws_hexagons_in_the_colours_of_the_legend(visit: OpenVisit) -> None:
    found = visit(drawn=True).colours_on_map(LIGHT)
    assert min(found.values()) > 50
    assert sum(found.values()) > 20_000


def test_a_dark_page_has_a_dark_ramp_turned_round(visit: OpenVisit) -> None:
    found = visit(dark=True, drawn=True).colours_on_map(DARK)
    assert min(found.values()) > 50


def test_sectors_are_coloured_when_chosen_and_hexagons_are_not(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    opened.page.get_by_label("Sectors", exact=True).check()
    expect(opened.page.locator(".key h3")).to_have_text(["Sectors"])
    assert opened.parameters()["layer"] == "sectors"
    edges = [f"{round(edge):,}" for edge in opened.api("/api/classes")["sectors"]]
    assert opened.page.locator(".swatch-words").all_inner_texts() == [
        f"{edges[-1]} and over",
        *(f"{low} to {high}" for low, high in reversed(list(pairwise(edges)))),
        f"Under {edges[0]}",
    ]
    opened.settle()
    assert sum(opened.colours_on_map(LIGHT).values()) > 100_000
    opened.page.get_by_label("Both", exact=True).check()
    expect(opened.page.locator(".key h3")).to_have_text([re.compile("^Hexagons"), "Sectors"])


def test_the_legend_says_unit_window_recipe_and_release(visit: OpenVisit) -> None:
    opened = visit()
    legend = opened.page.locator("#legend")
    recipe = opened.api("/api/snapshot")["recipe"]
    for text in ("Harm points", "May 2023 to April 2024", "12 months, all delivered", recipe["release"]):
        expect(legend).to_contain_text(text)
    expect(opened.page.locator("#notes")).to_contain_text(recipe["notes"][1])
    expect(opened.page.locator("#synthetic")).to_be_visible()


def test_a_hexagon_is_named_by_hovering_and_opened_by_keyboard(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    place = opened.api(f"/api/places/{open_hottest_hexagon(opened)}{CRIME}")
    assert whole(opened.page.locator(".is-score .fact-value").inner_text()) == round(place["harm"])
    expect(opened.page.locator("#place tbody").first.locator("tr")).to_have_count(len(place["parts"]))
    box = opened.page.locator("#map").bounding_box()
    assert box is not None
    opened.page.keyboard.press("Escape")
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tooltip = opened.page.locator("#tooltip")
    expect(tooltip).to_contain_text(f"{round(place['harm']):,} harm points")
    expect(tooltip).to_contain_text(f"{place['count']:,} events")
