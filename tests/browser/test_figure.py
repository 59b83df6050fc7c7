"""What colours the map: events, or harm by area or by residents, in the classes of the API and in words."""

import math
import urllib.request
from itertools import pairwise

from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit
from tests.browser.drawing import DRAW_CLASSES
from tests.browser.test_map import LIGHT
from tests.browser.test_plain_map import CLASSES
from tests.browser.test_scrub import some_windows, text_of, tile_around
from tests.tile_reader import read_tile


def test_every_hexagon_has_the_class_of_its_events_on_both_maps_in_ten_windows(visit: OpenVisit) -> None:
    """The primary score has people too, who are never among the events."""
    opened = visit()
    tile = tile_around(opened, 10)
    windows = some_windows(10)
    classes = [opened.api(f"/api/classes?figure=count&window={text_of(*window)}")["hex"] for window in windows]
    asked = [
        {"first": first, "last": last, "breaks": breaks, "figure": "count"}
        for (first, last), breaks in zip(windows, classes, strict=True)
    ]
    wish = {"address": f"/series/current/primary/{tile}.bin", "windows": asked}
    drawn, plain = opened.page.evaluate(DRAW_CLASSES, wish), opened.page.evaluate(CLASSES, wish)
    resolution = str(int(drawn["cells"][0][1], 16))
    seen, people = set(), 0.0
    for i, window in enumerate(windows):
        address = f"/tiles/current/hex/{tile}.mvt?window={text_of(*window)}&fields=count,h3,people"
        with urllib.request.urlopen(opened.origin + address) as answer:  # noqa: S310 - our own server
            features = read_tile(answer.read(), "hex")
        counts = [int(each.properties["count"]) for each in features]
        people += sum(float(each.properties["people"]) for each in features)
        expected = [sum(count >= edge for edge in classes[i][resolution]) if count else None for count in counts]
        assert [found for found, _ in drawn["answers"][i]] == expected
        assert plain["classes"][i] == expected
        seen.update(expected)
    assert seen == {None, 0, 1, 2, 3, 4}
    assert people > 0


def test_the_legend_says_what_colours_the_map_and_back_undoes_the_choice(visit: OpenVisit) -> None:
    opened = visit("?layer=sectors")
    title, words = opened.page.locator(".legend-title"), opened.page.locator(".swatch-words")
    choice = opened.page.get_by_label("Colour by")
    choice.select_option("Events")
    expect(title).to_contain_text("Events, ")
    edges = [math.ceil(edge) for edge in opened.api("/api/classes?figure=count")["sectors"]]
    between = [f"{low:,} to {high - 1:,}" for low, high in pairwise([1, *edges])]
    expect(words).to_have_text([f"{edges[-1]:,} and over", *reversed(between)])
    assert opened.parameters()["figure"] == "count"
    choice.select_option("Per 1,000 residents")
    expect(title).to_contain_text("Harm points per 1,000 residents, ")
    opened.page.get_by_label("Hexagons", exact=True).check()
    expect(opened.page.locator("#legend")).to_contain_text(
        "Nobody counts the residents of a hexagon, so none is drawn. Choose Sectors to see the figure."
    )
    expect(words).to_have_count(0)
    opened.page.go_back()
    opened.page.go_back()
    expect(title).to_contain_text("Events, ")
    expect(choice).to_have_value("count")
    opened.page.go_back()
    expect(title).to_contain_text("Harm points, ")
    assert "figure" not in opened.parameters()


def test_per_km2_the_key_of_the_hexagons_is_divided_by_their_area(visit: OpenVisit) -> None:
    opened = visit("?figure=per_km2")
    hexagons = opened.api("/api/snapshot")["layers"]["hex"]
    level = hexagons["resolutions"][str(hexagons["minzoom"])]  # without a map
    area = {3: 12_393, 4: 1_770, 5: 252.9, 6: 36.13, 7: 5.161}[level]  # km², documentation of H3
    edge = opened.api("/api/classes?figure=per_km2")["hex"][str(level)][-1] / area
    expect(opened.page.locator(".swatch-words").first).to_have_text(f"{round(edge):,} and over")


def test_what_weighs_nothing_is_seen_by_its_events(visit: OpenVisit) -> None:
    opened = visit("?measures=crimestoppers")
    expect(opened.page.locator("#legend")).to_contain_text(
        "No harm: counted, but unweighted. Colour by events to see them"
    )
    opened.page.get_by_label("Colour by").select_option("Events")
    expect(opened.page.locator(".swatch-words").first).to_contain_text("and over")


def test_a_comparison_stays_with_harm_and_says_so(visit: OpenVisit) -> None:
    opened = visit("?figure=count&baseline=2022-05..2023-04")
    choice = opened.page.get_by_label("Colour by")
    expect(choice).to_be_disabled()
    expect(choice).to_have_value("harm")
    expect(opened.page.locator(".legend-why")).to_have_text("While two periods are compared, the map shows harm.")
    expect(opened.page.locator(".legend-title")).to_contain_text("Harm points, ")
    opened.page.get_by_label("Compare with").select_option("nothing")
    expect(choice).to_have_value("count")
    expect(opened.page.locator(".legend-title")).to_contain_text("Events, ")


def test_both_maps_colour_the_areas_by_the_figure(visit: OpenVisit) -> None:
    address = "?layer=sectors&figure=per_1000_residents"
    full, plain = visit(address, drawn=True), visit(address, plain=True)
    ours, theirs = plain.colours_on_map(LIGHT), full.colours_on_map(LIGHT)
    assert sum(theirs.values()) > 100_000
    for colour in LIGHT:  # lines, labels and a sentence differ a little
        assert abs(ours[colour] - theirs[colour]) < 0.1 * theirs[colour] + 500
