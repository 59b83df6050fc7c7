"""Window against baseline: the classes of a change are the API's, and everything works by keyboard and asks nothing.

The demo has 40 months, 2021-01 to 2024-04; 2022-09 is without Crimestoppers.
"""

import random
import re
import urllib.request

from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit
from tests.browser.drawing import COUNT_REDRAWS, DRAW_CLASSES, REDRAWS
from tests.browser.test_scrub import FIRST, MONTHS, text_of, tile_around
from tests.browser.visit import Visit
from tests.tile_reader import read_tile

TWO_YEARS = "?window=2022-01..2022-12&baseline=2021-01..2021-12"


def some_pairs(number: int) -> list[tuple[int, int, int]]:
    """First month of a window, first month of its baseline, and how many months both have."""
    draw = random.Random(7)  # noqa: S311 - no secret
    pairs = [(FIRST + 20, FIRST, 20), (FIRST + 39, FIRST, 1), (FIRST, FIRST + 28, 12)]
    while len(pairs) < number:
        length = draw.choice((1, 2, 3, 6, 12, 17))
        now, then = (FIRST + draw.randrange(MONTHS - length + 1) for _ in range(2))
        if now != then:
            pairs.append((now, then, length))
    return pairs


def test_every_hexagon_has_the_class_of_change_of_the_api_in_30_pairs_of_windows(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    tile = tile_around(opened, 10)
    asked, windows = [], []
    for now, then, length in some_pairs(30):
        question = f"window={text_of(now, now + length - 1)}&baseline={text_of(then, then + length - 1)}"
        changes = opened.api(f"/api/classes?{question}")["change"]["hex"]
        asked.append((question, changes))
        baseline = {"first": then, "last": then + length - 1}
        windows.append({"first": now, "last": now + length - 1, "breaks": {}, "then": baseline, "changes": changes})
    found = opened.page.evaluate(DRAW_CLASSES, {"address": f"/series/current/primary/{tile}.bin", "windows": windows})
    resolution = str(int(found["cells"][0][1], 16))
    seen = set()
    for (question, changes), drawn in zip(asked, found["answers"], strict=True):
        address = f"/tiles/current/hex/{tile}.mvt?{question}&fields=difference,h3,harm,harm_then"
        with urllib.request.urlopen(opened.origin + address) as answer:  # noqa: S310 - our own server
            features = {each.properties["h3"]: each.properties for each in read_tile(answer.read(), "hex")}
        assert list(features) == found["cells"]
        for (on_map, _), theirs in zip(drawn, features.values(), strict=True):
            change = float(theirs["difference"])
            reached = sum(abs(change) >= edge for edge in changes[resolution])
            some = float(theirs["harm"]) > 0 or float(theirs["harm_then"]) > 0
            assert on_map == ((reached if change > 0 else -reached) if some else None)
            seen.add(on_map)
    assert seen == {None, -3, -2, -1, 0, 1, 2, 3}


def changes_of(visit: Visit) -> list[str]:
    """The texts of the change column without the movement beneath."""
    cells: list[str] = visit.page.locator(".ranking tbody td:last-child").evaluate_all(
        "cells => cells.map((cell) => cell.firstChild.textContent)"
    )
    return cells


def said(change: float) -> str:
    """A change as the list writes it, with a true minus."""
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    return f"{sign}{round(abs(change)):,}"


def test_the_list_has_each_change_and_movement_and_sorts_by_it(visit: OpenVisit) -> None:
    opened = visit(f"{TWO_YEARS}&sort=-change")
    answer = opened.api("/api/sectors?window=2022-01..2022-12&baseline=2021-01..2021-12")
    ordered = sorted(answer["sectors"], key=lambda each: -each["change"])
    assert changes_of(opened) == [said(each["change"]) for each in ordered]
    expect(opened.page.locator(".ranking tbody .place-link")).to_have_text([each["name"] for each in ordered])
    expect(opened.page.locator("th[aria-sort=descending]")).to_have_text("Change")
    risen = next(each for each in ordered if each["movement"] > 1)
    row = opened.page.locator(f"[data-sector={risen['place']}]")
    expect(row).to_contain_text(f"up {risen['movement']} places")
    expect(opened.page.locator("[data-total=Total] td").last).to_have_text(
        said(answer["total"]["harm"] - answer["baseline_totals"]["total"]["harm"])
    )


def test_choosing_a_period_compares_says_so_and_back_undoes_it(visit: OpenVisit) -> None:
    opened = visit("?window=2023-11..2024-04")
    opened.page.get_by_label("Compare with").select_option("the same period last year")
    expect(opened.page).to_have_url(re.compile(r"baseline=2022-11\.\.2023-04"))
    answer = opened.api("/api/sectors?window=2023-11..2024-04&baseline=2022-11..2023-04")
    now, then = answer["total"]["harm"], answer["baseline_totals"]["total"]["harm"]
    share = f"{abs(now - then) / then:.1%}".replace(".0%", "%")
    words = f", compared with November 2022 to April 2023: {share} {'more' if now > then else 'less'} harm"
    expect(opened.page.locator("#live")).to_contain_text(words)
    expect(opened.page.locator("thead th").last).to_have_text("Change")
    expect(opened.page.locator(".legend-baseline")).to_have_text("against November 2022 to April 2023")
    opened.page.get_by_label("One month earlier").click()
    expect(opened.page.locator(".legend-baseline")).to_have_text("against October 2022 to March 2023")
    opened.page.go_back()
    opened.page.go_back()
    expect(opened.page.get_by_label("Compare with")).to_have_value("nothing")
    expect(opened.page.locator("thead th").last).not_to_have_text("Change")
    assert "baseline" not in opened.parameters()


def test_own_months_stay_where_they_are_and_must_be_as_many(visit: OpenVisit) -> None:
    opened = visit("?window=2023-11..2024-04&baseline=2021-02..2021-07&place=A1")
    expect(opened.page.get_by_label("Compare with")).to_have_value("own")
    then = opened.api("/api/places/A1?window=2021-02..2021-07")["harm"]
    expect(opened.page.locator(".place-change")).to_contain_text(f"{round(then):,} before")
    opened.page.get_by_label("One month earlier").click()
    expect(opened.page.locator(".legend-baseline")).to_have_text("against February 2021 to July 2021")
    opened.page.get_by_label("Last month of the baseline").fill("2021-06")
    expect(opened.page.locator(".compare-problem")).to_have_text(
        "Not compared: the window has 6 months and the baseline 5. Choose as many."
    )
    expect(opened.page.locator(".legend-baseline")).to_have_text("")


def test_what_cannot_be_compared_is_said_in_a_sentence(visit: OpenVisit) -> None:
    opened = visit("?window=2021-06..2022-05&baseline=2020-06..2021-05")
    problem = opened.page.locator(".compare-problem")
    expect(problem).to_contain_text("the data runs from January 2021 to April 2024 and does not reach June 2020")
    assert set(changes_of(opened)) == {"\N{EN DASH}"}
    assert [address for address in opened.asked if "baseline=" in address and "/api/" in address] == []
    opened.open("?measures=crimestoppers&window=2022-09..2023-02&baseline=2022-03..2022-08")
    expect(problem).to_contain_text("not delivered: September 2022), and missing is not zero")


def test_dragging_moves_both_windows_asks_nothing_and_draws_once_a_step(visit: OpenVisit) -> None:
    opened = visit(f"{TWO_YEARS}&sort=-change", drawn=True)
    bars = [each.bounding_box() for each in opened.page.locator("#timeline [data-month]").all()]
    start = bars[15]
    assert start is not None
    y = start["y"] + start["height"] / 2
    opened.page.mouse.move(start["x"] + start["width"] / 2, y)
    opened.page.mouse.down()
    opened.page.evaluate(COUNT_REDRAWS)
    opened.asked.clear()
    redraws = []
    for step in range(1, 11):
        there = bars[15 + step]
        assert there is not None
        opened.page.mouse.move(there["x"] + there["width"] / 2, y)
        redraws.append(opened.page.evaluate(REDRAWS))
    assert redraws == list(range(1, 11))
    assert opened.questions() == []
    expect(opened.page.locator(".legend-baseline")).to_have_text("against November 2021 to October 2022")
    answer = opened.api("/api/sectors?window=2022-11..2023-10&baseline=2021-11..2022-10")
    ordered = sorted(answer["sectors"], key=lambda each: -each["change"])
    changes = [said(each["change"]) for each in ordered]
    assert changes_of(opened)[:3] == changes[:3]
    opened.page.wait_for_timeout(600)  # rows out of sight follow when the slider rests
    assert changes_of(opened) == changes
    opened.page.mouse.up()
    expect(opened.page).to_have_url(re.compile(r"baseline=2021-11\.\.2022-10"))
    opened.page.go_back()
    expect(opened.page.locator(".legend-baseline")).to_have_text("against January 2021 to December 2021")


def test_the_divider_is_moved_by_keys_and_by_the_pointer(visit: OpenVisit) -> None:
    opened = visit(f"{TWO_YEARS}&compare=swipe", drawn=True)
    divider = opened.page.get_by_role("slider", name="Divider between baseline and window")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    expect(opened.page.locator(".swipe-label.is-baseline")).to_have_text("Baseline: Jan 2021 to Dec 2021")
    opened.asked.clear()
    for key, value in (
        ("ArrowRight", 51),
        ("PageUp", 61),
        ("PageDown", 51),
        ("ArrowLeft", 50),
        ("Home", 0),
        ("End", 100),
    ):
        divider.press(key)
        expect(divider).to_have_attribute("aria-valuenow", str(value))
    expect(divider).to_have_attribute("aria-valuetext", "100% baseline on the left, 0% window on the right")
    box = divider.bounding_box()
    assert box is not None
    assert box["width"] >= 24
    frame = opened.page.locator(".map-frame").bounding_box()
    assert frame is not None
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    opened.page.mouse.down()
    opened.page.mouse.move(frame["x"] + 0.25 * frame["width"], box["y"] + 60)
    opened.page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "25")
    assert opened.questions() == []
    expect(opened.page).to_have_url(re.compile("[?&]split=25(&|$)"))


def test_a_key_switches_what_is_shown_while_the_map_has_the_focus(visit: OpenVisit) -> None:
    opened = visit(f"{TWO_YEARS}&compare=toggle", drawn=True)
    shown = opened.page.locator(".toggle-shown")
    expect(shown).to_have_text("Window: Jan 2022 to Dec 2022")
    opened.page.keyboard.press("b")
    expect(shown).to_have_text("Window: Jan 2022 to Dec 2022")
    opened.page.locator(".maplibregl-canvas").press("b")
    expect(shown).to_have_text("Baseline: Jan 2021 to Dec 2021")
    expect(opened.page).to_have_url(re.compile("[?&]showing=baseline(&|$)"))
    opened.page.get_by_role("button", name="Show the window").click()
    expect(shown).to_have_text("Window: Jan 2022 to Dec 2022")
