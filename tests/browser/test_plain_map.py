"""The simpler map, of browsers without WebGL 2: the same classes, keys and silence; without any canvas, the table."""

import urllib.request
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenVisit
from tests.browser.test_map import CRIME, LIGHT
from tests.browser.test_scrub import some_windows, text_of, tile_around
from tests.browser.visit import PHONE, WIDE, whole
from tests.tile_reader import read_tile

LAND = "#fbfaf7"  # static/base/colours.js

# The classes that the simpler map gives to the hexagons of a tile, in each window.
CLASSES = """async ({ address, windows }) => {
  const { readSeries, indexOf } = await import("/static/map/series.js");
  const { classesOf } = await import("/static/map/plainhexagons.js");
  const series = readSeries(await (await fetch(address)).arrayBuffer());
  return {
    cells: Array.from(series.cells, (_, i) => indexOf(series, i)),
    classes: windows.map(({ first, last, breaks, figure = "harm" }) =>
      classesOf(series, { window: { first, last }, figure, breaks: breaks[series.resolution] })),
  };
}"""


def middle(located: Locator) -> tuple[float, float]:
    box = located.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_it_shows_what_the_map_in_webgl_shows_and_says_why_it_is_simpler(visit: OpenVisit) -> None:
    for size in (WIDE, PHONE):
        plain, full = visit(CRIME, size=size, plain=True), visit(CRIME, size=size, drawn=True)
        expect(plain.page.locator("#map-message")).to_have_text(
            "This browser has no WebGL 2, so a simpler map is drawn. The figures are the same."
        )
        ours, theirs = plain.colours_on_map(LIGHT), full.colours_on_map(LIGHT)
        assert sum(ours.values()) > 3_000
        for colour in LIGHT:  # lines, labels and the sentence differ a little
            assert abs(ours[colour] - theirs[colour]) < 0.25 * theirs[colour] + 60


def test_it_compares_as_the_map_in_webgl_does(visit: OpenVisit) -> None:
    falls, rises = ["#542788", "#998ec3"], ["#f1a340", "#b35806"]  # static/base/colours.js
    for layer in ("hexagons", "sectors"):
        address = f"?baseline=2022-05..2023-04&compare=difference&layer={layer}"
        plain, full = visit(address, plain=True), visit(address, drawn=True)
        ours, theirs = plain.colours_on_map(falls + rises), full.colours_on_map(falls + rises)
        assert sum(ours.values()) > 1_000
        for colour in falls + rises:
            assert abs(ours[colour] - theirs[colour]) < 0.25 * theirs[colour] + 60
    swiped = visit("?baseline=2022-05..2023-04&compare=swipe&layer=sectors", plain=True)
    assert sum(swiped.colours_on_map(LIGHT).values()) > 10_000


def test_every_hexagon_has_the_class_of_the_api(visit: OpenVisit) -> None:
    opened = visit(plain=True)
    tile = tile_around(opened, 10)
    windows = some_windows(20)
    breaks = {first - last: opened.api(f"/api/classes?window={text_of(first, last)}")["hex"] for first, last in windows}
    asked = [{"first": first, "last": last, "breaks": breaks[first - last]} for first, last in windows]
    found: dict[str, Any] = opened.page.evaluate(
        CLASSES, {"address": f"/series/current/primary/{tile}.bin", "windows": asked}
    )
    seen = set()
    for (first, last), ours in zip(windows, found["classes"], strict=True):
        address = f"/tiles/current/hex/{tile}.mvt?window={text_of(first, last)}&fields=h3,harm"
        with urllib.request.urlopen(opened.origin + address) as answer:  # noqa: S310 - our own server
            features = read_tile(answer.read(), "hex")
        assert [each.properties["h3"] for each in features] == found["cells"]
        harms = [float(each.properties["harm"]) for each in features]
        edges = breaks[first - last][str(int(found["cells"][0][1], 16))]
        assert ours == [sum(harm >= edge for edge in edges) if harm > 0 else None for harm in harms]
        seen.update(ours)
    assert seen == {None, 0, 1, 2, 3, 4}


def test_keys_move_zoom_and_open_and_the_pointer_names(visit: OpenVisit) -> None:
    opened = visit(plain=True)
    top = opened.api(f"/api/sectors{CRIME}")["sectors"][0]
    lon, lat = opened.api(f"/api/places/{top['id']}")["center"]
    opened.open(f"{CRIME}&at={lon},{lat},11.2")
    opened.settle()
    canvas = opened.page.locator(".plain-canvas")
    canvas.focus()
    opened.page.keyboard.press("+")
    expect(opened.page.locator("#tooltip")).to_contain_text("Hexagon in")
    assert opened.parameters()["at"].endswith(",12.20")
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator(".place h2")).to_contain_text("Hexagon in")
    place = opened.api(f"/api/places/{opened.parameters()['place']}{CRIME}")
    assert whole(opened.page.locator(".is-score .fact-value").inner_text()) == round(place["harm"])
    opened.page.keyboard.press("Escape")
    opened.settle()
    opened.page.mouse.move(*middle(canvas))
    expect(opened.page.locator("#tooltip")).to_contain_text(f"{round(place['harm']):,} harm points")
    opened.page.keyboard.press("ArrowRight")
    expect(opened.page).not_to_have_url(f"{opened.origin}/{CRIME}&at={lon:.4f},{lat:.4f},12.20")


def test_dragging_moves_the_map_and_a_click_opens_the_sector(visit: OpenVisit) -> None:
    opened = visit("?layer=sectors", plain=True)
    x, y = middle(opened.page.locator(".plain-canvas"))
    opened.page.mouse.move(x, y)
    opened.page.mouse.down()
    opened.page.mouse.move(x - 120, y, steps=3)
    opened.page.mouse.up()
    expect(opened.page).to_have_url(f"{opened.origin}/?layer=sectors&at={opened.parameters().get('at', '')}")
    expect(opened.page.locator("#place")).to_be_hidden()
    opened.page.mouse.click(x, y)
    expect(opened.page.locator("#place h2")).to_be_visible()
    assert opened.parameters()["place"] in [each["place"] for each in opened.api("/api/sectors")["sectors"]]


def test_a_step_in_time_is_drawn_and_asks_nothing(visit: OpenVisit) -> None:
    opened = visit("?window=2022-03..2022-03&measures=all_crime", plain=True)
    before = opened.colours_on_map(LIGHT)
    slider = opened.page.get_by_label("Last month of the window").bounding_box()
    assert slider is not None
    left, width, y = slider["x"] + 12, slider["width"] - 24, slider["y"] + slider["height"] / 2
    opened.page.mouse.move(left + width * 14 / 39, y)
    opened.page.mouse.down()
    asked = opened.questions()
    opened.page.mouse.move(left + width, y, steps=4)
    expect(opened.page.locator(".legend-window")).to_have_text("March 2022 to April 2024")
    opened.settle()
    assert opened.colours_on_map(LIGHT)[LIGHT[-1]] > 1.5 * before[LIGHT[-1]]  # classes stay while a slider is dragged
    assert opened.questions() == asked
    opened.page.mouse.up()


def test_a_window_that_nobody_delivered_is_hatched(visit: OpenVisit) -> None:
    opened = visit("?measures=crimestoppers&window=2022-09..2022-09", plain=True)
    found = opened.colours_on_map([LAND, *LIGHT])
    opened.page.get_by_label("One month later").click()
    expect(opened.page.locator(".caption-scope")).to_contain_text("October 2022")
    opened.settle()
    assert found[LAND] < 0.8 * opened.colours_on_map([LAND])[LAND]  # a line each 10 px, with soft edges
    assert sum(found[colour] for colour in LIGHT) < 100


def test_without_any_canvas_the_table_has_the_figures_and_a_sentence_says_why(visit: OpenVisit) -> None:
    opened = visit()
    expect(opened.page.locator("#map-message")).to_have_text(
        "This browser cannot draw a map. The table and the timeline have the same figures."
    )
    expect(opened.page.locator(".ranking tbody tr")).to_have_count(35)
    opened.page.get_by_label("One month earlier").click()
    expect(opened.page.locator(".caption-scope")).to_contain_text("April 2023 to March 2024")
