"""Hexagons from series tiles: the same classes as the API's, and a step in time that asks nothing and draws once."""

import random
import re
import urllib.request

import pytest
from playwright.sync_api import expect

from harmgrid.types import month_text
from tests.browser.conftest import OpenVisit
from tests.browser.drawing import COUNT_REDRAWS, DRAFT_TOTALS, DRAW_CLASSES, LOSE_CONTEXT, REDRAWS
from tests.browser.test_map import LIGHT
from tests.browser.visit import PHONE, WIDE, Visit, whole
from tests.server.test_tiles import column_row
from tests.tile_reader import read_tile

FIRST, MONTHS = 2021 * 12, 40
YEAR = "?window=2021-01..2021-12"
STEPS = [
    *range(1, 29),
    *range(27, -1, -1),
    1,
    2,
    3,
    4,
]  # months that a window of twelve is moved by: to the end and back


def some_windows(number: int) -> list[tuple[int, int]]:
    """First and last month of windows, the first and the last month and all of them among these."""
    draw = random.Random(5)  # noqa: S311 - no secret
    months = range(FIRST, FIRST + MONTHS)
    drawn = [tuple(sorted(draw.choices(months, k=2))) for _ in range(number - 3)]
    return [
        (months[0], months[0]),
        (months[-1], months[-1]),
        (months[0], months[-1]),
        *((low, up) for low, up in drawn),
    ]


def text_of(first: int, last: int) -> str:
    return f"{month_text(first)}..{month_text(last)}"


def tile_around(visit: Visit, zoom: int) -> str:
    """Zoom, column and row of the tile in the middle of the force."""
    west, south, east, north = visit.api("/api/snapshot")["bounds"]
    x, y = column_row((west + east) / 2, (south + north) / 2, zoom)
    return f"{zoom}/{x}/{y}"


@pytest.mark.parametrize(
    ("theme", "question", "number"),
    [("primary", "", 100), ("primary", "&count=once", 15), ("all_crime", "&measures=all_crime", 15)],
)
def test_every_hexagon_has_the_class_and_the_figures_of_the_api_in_100_windows(
    visit: OpenVisit, theme: str, question: str, number: int
) -> None:
    opened = visit(drawn=True)
    tile = tile_around(opened, 10)
    windows = some_windows(number)
    classes = {
        first - last: opened.api(f"/api/classes?window={text_of(first, last)}{question}")["hex"]
        for first, last in windows
    }
    found = opened.page.evaluate(
        DRAW_CLASSES,
        {
            "address": f"/series/current/{theme}/{tile}.bin{'?count=once' if 'once' in question else ''}",
            "windows": [{"first": first, "last": last, "breaks": classes[first - last]} for first, last in windows],
        },
    )
    resolution = str(int(found["cells"][0][1], 16))
    assert len(found["cells"]) > 100
    seen = set()
    for (first, last), drawn in zip(windows, found["answers"], strict=True):
        address = f"/tiles/current/hex/{tile}.mvt?window={text_of(first, last)}{question}&fields=count,h3,harm,people"
        with urllib.request.urlopen(opened.origin + address) as answer:  # noqa: S310 - our own server
            features = {each.properties["h3"]: each.properties for each in read_tile(answer.read(), "hex")}
        assert list(features) == found["cells"]
        edges = classes[first - last][resolution]
        for (on_map, value), theirs in zip(drawn, features.values(), strict=True):
            assert value["count"] == theirs["count"]
            assert value["people"] == pytest.approx(theirs["people"], abs=1e-9)
            assert value["harm"] == pytest.approx(theirs["harm"], abs=1e-6)
            harm = float(theirs["harm"])
            assert on_map == (sum(harm >= edge for edge in edges) if harm > 0 else None)
            seen.add(on_map)
    assert seen == {None, 0, 1, 2, 3, 4}


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_sixty_steps_ask_nothing_and_draw_once_each(visit: OpenVisit, size: tuple[int, int]) -> None:
    opened = visit(YEAR, drawn=True, size=size)
    bars = [each.bounding_box() for each in opened.page.locator("#timeline [data-month]").all()]
    start = bars[8]
    assert start is not None
    edges = opened.page.locator(".swatch-words").all_inner_texts()
    y = start["y"] + start["height"] / 2
    opened.page.mouse.move(start["x"] + start["width"] / 2, y)
    opened.page.mouse.down()
    opened.page.evaluate(COUNT_REDRAWS)
    opened.asked.clear()
    redraws = []
    for step in STEPS:
        there = bars[8 + step]
        assert there is not None
        opened.page.mouse.move(there["x"] + there["width"] / 2, y)
        redraws.append(opened.page.evaluate(REDRAWS))
        if step == 28:
            expect(opened.page.locator(".legend-window")).to_have_text("May 2023 to April 2024")
            at_the_end = whole(opened.page.locator("[data-total=Total] td").first.inner_text())
    assert redraws == list(range(1, 61))
    assert set(opened.asked) <= {
        "/static/icon.svg"
    }  # Chromium looks at it again for every address that replaces another
    assert opened.page.locator(".swatch-words").all_inner_texts() == edges
    assert at_the_end == round(opened.api("/api/sectors")["total"]["harm"])
    opened.page.mouse.up()
    expect(opened.page.locator(".legend-window")).to_have_text("May 2021 to April 2022")
    opened.page.go_back()
    expect(opened.page.locator(".legend-window")).to_have_text("January 2021 to December 2021")
    assert opened.parameters()["window"] == "2021-01..2021-12"


def test_map_and_list_have_the_window_that_is_dragged_over(visit: OpenVisit) -> None:
    """The last month is moved to the last of the data, so the window becomes longer too."""
    opened = visit("?window=2022-03..2023-02&measures=all_crime", drawn=True)
    before = opened.colours_on_map(LIGHT)
    slider = opened.page.get_by_label("Last month of the window")
    box = slider.bounding_box()
    assert box is not None
    left, width, y = box["x"] + 12, box["width"] - 24, box["y"] + box["height"] / 2
    opened.page.mouse.move(left + width * 25 / 39, y)
    opened.page.mouse.down()
    asked = opened.questions()
    opened.page.mouse.move(left + width, y)
    answer = opened.api("/api/sectors?window=2022-03..2024-04&measures=all_crime")
    expect(opened.page.locator(".legend-window")).to_have_text("March 2022 to April 2024")
    expect(opened.page.locator(".ranking tbody .place-link")).to_have_text([each["name"] for each in answer["sectors"]])
    harms = opened.page.locator(".ranking tbody td:nth-of-type(2)")
    expect(harms).to_have_text([f"{round(each['harm']):,}" for each in answer["sectors"]])
    expect(opened.page.locator(".rank-range")).to_have_text([""] * 35)
    expect(opened.page.locator(".caption-range")).to_contain_text("come when the window stays")
    assert opened.questions() == asked
    during = opened.colours_on_map(LIGHT)
    assert during[LIGHT[-1]] > 1.5 * before[LIGHT[-1]]  # twice as long, and classes that stay
    opened.page.mouse.up()
    expect(opened.page.locator(".caption-range")).not_to_contain_text("come when the window")
    assert opened.parameters()["window"] == "2022-03..2024-04"


@pytest.mark.parametrize("key", ["Home", "End"])
def test_the_first_and_the_last_month_are_reached_by_key(visit: OpenVisit, key: str) -> None:
    opened = visit("?window=2022-06..2022-06", drawn=True)
    name, words = ("First", "January 2021 to June 2022") if key == "Home" else ("Last", "June 2022 to April 2024")
    opened.page.get_by_label(f"{name} month of the window").press(key)
    expect(opened.page.locator(".caption-scope")).to_contain_text(words)
    opened.settle()
    assert sum(opened.colours_on_map(LIGHT).values()) > 20_000


def test_hexagons_of_the_map_total_of_the_dragged_list_and_api_add_up_to_the_same_in_12_windows(
    visit: OpenVisit,
) -> None:
    opened = visit(drawn=True)
    zoom = opened.api("/api/snapshot")["layers"]["hex"]["minzoom"]
    tile = tile_around(opened, zoom)
    windows = [{"first": first, "last": last, "breaks": {}} for first, last in some_windows(12)]
    found = opened.page.evaluate(DRAW_CLASSES, {"address": f"/series/current/primary/{tile}.bin", "windows": windows})
    totals = opened.page.evaluate(DRAFT_TOTALS, {"windows": windows, "first": FIRST})
    for (first, last), drawn, total in zip(some_windows(12), found["answers"], totals, strict=True):
        answer = opened.api(f"/api/sectors?window={text_of(first, last)}")
        for figure in ("count", "harm", "people"):
            theirs = pytest.approx(answer["total"][figure])
            rest = answer["unplaced"]["no_location"][figure]
            assert sum(value[figure] for _, value in drawn) + rest == theirs
            assert total[figure] == theirs


def test_the_fills_of_the_sectors_follow_the_window_that_is_dragged_and_ask_nothing(visit: OpenVisit) -> None:
    opened = visit("?layer=sectors&window=2023-05..2024-04", drawn=True)
    expect(opened.page.locator(".is-draft")).to_have_count(0)
    before = opened.colours_on_map(LIGHT)
    bars = [each.bounding_box() for each in opened.page.locator("#timeline [data-month]").all()]
    start, end = bars[34], bars[14]
    assert start is not None
    assert end is not None
    y = start["y"] + start["height"] / 2
    opened.page.wait_for_timeout(500)  # milliseconds; the months of the areas come last
    opened.page.mouse.move(start["x"] + start["width"] / 2, y)
    opened.page.mouse.down()
    opened.asked.clear()
    opened.page.mouse.move(end["x"] + end["width"] / 2, y, steps=4)
    expect(opened.page.locator(".legend-window")).to_have_text("September 2021 to August 2022")
    opened.page.evaluate(REDRAWS)
    during = opened.colours_on_map(LIGHT)
    assert opened.questions() == []
    assert any(abs(during[colour] - before[colour]) > 2_000 for colour in LIGHT)  # pixels: one sector is more
    opened.page.mouse.up()
    expect(opened.page.locator(".caption-range")).not_to_contain_text("come when the slider")
    opened.settle()
    after = opened.colours_on_map(LIGHT)
    for colour in LIGHT:  # the ranks in the labels are written anew
        assert during[colour] == pytest.approx(after[colour], rel=0.02, abs=500)


def test_a_what_if_is_drawn_from_vector_tiles_and_the_score_from_series(visit: OpenVisit) -> None:
    opened = visit("?measures=burglary,robbery", drawn=True)
    kinds = {address.split("/")[1] for address in opened.asked if address.endswith(".bin") or "/hex/" in address}
    assert kinds == {"series"}
    assert any("/burglary,robbery/" in address for address in opened.asked)
    opened.open("?measures=burglary,robbery&whatif=burglary:2")
    opened.asked.clear()
    opened.settle()
    assert sum(opened.colours_on_map(LIGHT).values()) > 20_000
    assert [address for address in opened.asked if address.startswith("/series/")] == []
    opened.page.get_by_text("What if weights were different").click()
    opened.page.get_by_role("button", name="Reset").click()
    expect(opened.page.locator(".whatif-mark:visible")).to_have_count(0)
    opened.settle()
    assert sum(opened.colours_on_map(LIGHT).values()) > 20_000


def test_a_lost_context_comes_back_with_its_hexagons(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    before = opened.colours_on_map(LIGHT)
    opened.page.evaluate(LOSE_CONTEXT)
    opened.settle()
    opened.page.evaluate(REDRAWS)
    after = opened.colours_on_map(LIGHT)
    assert sum(after.values()) == pytest.approx(sum(before.values()), rel=0.02)
    said = re.compile("Custom layer with id '(hexagons|swipe-.*)' cannot be restored")
    assert [complaint for complaint in opened.complaints if not said.search(complaint)] == []
    opened.complaints.clear()  # the library's own words; the page puts the layer back


def test_zooming_never_leaves_the_map_without_hexagons(visit: OpenVisit) -> None:
    """While the tiles of the next zoom are on their way, those of the last one are there."""
    opened = visit("?measures=all_crime", drawn=True)
    opened.page.route("**/series/**", lambda _: None)  # never answered
    opened.page.get_by_label("Zoom in").click()
    opened.page.wait_for_timeout(1_000)
    assert sum(opened.colours_on_map(LIGHT).values()) > 20_000
    opened.page.unroute("**/series/**")
