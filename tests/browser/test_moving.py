"""Modes, presets, steps, play, and whose months the histogram has. The demo has January 2021 to April 2024."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit
from tests.browser.test_time import expect_window
from tests.browser.visit import PHONE, Visit

SPRING = "?window=2022-03..2022-08"
QUARTER = "?window=2023-10..2023-12"
HIDE = """() => {
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def choose_way(visit: Visit, label: str) -> None:
    """A mode, a step or a speed, out of the panel that has them."""
    visit.page.get_by_role("button", name="How time moves").click()
    visit.page.get_by_role("radio", name=label).check(force=True)  # its label lies over it
    visit.page.keyboard.press("Escape")


def choose_preset(visit: Visit, label: str) -> None:
    visit.page.get_by_role("button", name="Period:").click()
    visit.page.get_by_role("button", name=label).click()


def play(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Play", exact=True).click()


def drag_bars(visit: Visit, start: int, end: int) -> None:
    """From the bar of one month to that of another, both counted from January 2021."""
    bars = visit.page.locator("#timeline [data-month]")
    there, here = bars.nth(end).bounding_box(), bars.nth(start).bounding_box()
    assert here is not None
    assert there is not None
    y = here["y"] + here["height"] / 2
    visit.page.mouse.move(here["x"] + 5, y)
    visit.page.mouse.down()
    visit.page.mouse.move(there["x"] + 5, y, steps=3)
    visit.page.mouse.up()


def test_with_a_locked_start_only_the_last_month_moves(visit: OpenVisit) -> None:
    opened = visit(SPRING)
    choose_way(opened, "Locked start")
    expect_window(opened, "March 2022 to August 2022", "2022-03..2022-08")
    expect(opened.page.get_by_label("First month of the window")).to_be_disabled()
    opened.page.get_by_label("One month later").click()
    expect_window(opened, "March 2022 to September 2022", "2022-03..2022-09")
    drag_bars(opened, 18, 14)  # July to March 2022: four months back
    expect_window(opened, "March 2022 to May 2022", "2022-03..2022-05")
    opened.page.get_by_label("Last month of the window").press("Home")
    expect_window(opened, "March 2022", "2022-03..2022-03")
    expect(opened.page.get_by_label("One month earlier")).to_be_disabled()
    opened.page.get_by_label("From", exact=True).fill("2022-01")
    expect_window(opened, "January 2022 to March 2022", "2022-01..2022-03")
    opened.page.get_by_label("Last month of the window").press("PageUp")
    expect_window(opened, "January 2022 to March 2023", "2022-01..2023-03")
    assert opened.parameters()["mode"] == "locked"


def test_a_single_month_moves_both_ends_and_a_change_of_mode_keeps_the_last_month(visit: OpenVisit) -> None:
    opened = visit(SPRING)
    choose_way(opened, "Single month")
    expect_window(opened, "August 2022", "2022-08..2022-08")
    expect(opened.page.get_by_label("First month of the window")).to_be_hidden()
    opened.page.get_by_label("Month of the window", exact=True).press("ArrowLeft")
    expect_window(opened, "July 2022", "2022-07..2022-07")
    opened.page.get_by_label("Month", exact=True).fill("2023-02")
    expect_window(opened, "February 2023", "2023-02..2023-02")
    opened.page.get_by_label("One month earlier").click()
    expect_window(opened, "January 2023", "2023-01..2023-01")
    choose_way(opened, "Moving window")  # as long as the usual window: 12 months
    expect_window(opened, "February 2022 to January 2023", "2022-02..2023-01")
    opened.page.go_back()
    expect_window(opened, "January 2023", "2023-01..2023-01")
    assert opened.parameters()["mode"] == "single"


def test_a_single_month_in_an_address_is_the_last_of_its_window(visit: OpenVisit) -> None:
    opened = visit(f"{SPRING}&mode=single&step=12&speed=fast&measures=burglary")
    expect_window(opened, "August 2022", "2022-08..2022-08")
    opened.page.get_by_label("12 months earlier").click()
    expect_window(opened, "August 2021", "2021-08..2021-08")
    kept = {"mode": "single", "step": "12", "speed": "fast", "measures": "burglary", "window": "2021-08..2021-08"}
    assert opened.parameters() == kept


def test_each_preset_goes_to_its_months_and_back_undoes_it(visit: OpenVisit) -> None:
    opened = visit(SPRING)
    for label, words, text in (
        ("Same period last year", "March 2021 to August 2021", "2021-03..2021-08"),
        ("Last 3 months", "February 2024 to April 2024", "2024-02..2024-04"),
        ("Last 6 months", "November 2023 to April 2024", "2023-11..2024-04"),
        ("Last 12 months", "May 2023 to April 2024", None),
        ("Year to date", "January 2024 to April 2024", "2024-01..2024-04"),
        ("All months", "January 2021 to April 2024", "2021-01..2024-04"),
    ):
        choose_preset(opened, label)
        expect_window(opened, words, text)
        name = "6 months" if label.startswith("Same") else label
        expect(opened.page.locator(".periods .opener-words")).to_have_text(name)
    opened.page.go_back()
    expect_window(opened, "January 2024 to April 2024", "2024-01..2024-04")


def test_a_preset_that_would_leave_the_data_says_why(visit: OpenVisit) -> None:
    opened = visit("?window=2021-11..2022-02&mode=single&place=A1")
    choose_preset(opened, "Same period last year")
    expect_window(opened, "February 2021", "2021-02..2021-02")
    opened.page.get_by_role("button", name="Period:").click()
    refused = opened.page.get_by_role("button", name="Same period last year")
    why = "February 2020 would begin before the data, which begins in January 2021."
    expect(refused).to_have_attribute("title", why)
    expect(refused).to_contain_text(why)
    refused.click(force=True)
    opened.page.keyboard.press("Escape")  # closes the panel and not the place
    expect(refused).to_be_hidden()
    expect(opened.page.locator("#place")).to_be_visible()
    expect_window(opened, "February 2021", "2021-02..2021-02")
    assert opened.parameters()["mode"] == "single"
    choose_preset(opened, "Last 3 months")  # which no single month can be
    expect_window(opened, "February 2024 to April 2024", "2024-02..2024-04")
    assert "mode" not in opened.parameters()


def test_another_step_keeps_the_window_and_never_jumps_over_the_last_month(visit: OpenVisit) -> None:
    opened = visit(SPRING)
    choose_way(opened, "3 months")
    expect_window(opened, "March 2022 to August 2022", "2022-03..2022-08")
    opened.page.get_by_label("3 months later").click()
    expect_window(opened, "June 2022 to November 2022", "2022-06..2022-11")
    choose_way(opened, "12 months")
    expect_window(opened, "June 2022 to November 2022", "2022-06..2022-11")
    opened.page.get_by_label("12 months later").click()
    opened.page.get_by_label("12 months later").click()
    expect_window(opened, "November 2023 to April 2024", "2023-11..2024-04")
    expect(opened.page.get_by_label("12 months later")).to_be_disabled()


def test_play_reaches_the_last_month_asks_nothing_before_and_starts_again_at_the_first(visit: OpenVisit) -> None:
    opened = visit(QUARTER)
    scope = opened.page.locator(".caption-scope")
    expect(opened.page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    opened.page.wait_for_load_state("networkidle")  # the months of the areas have come
    opened.page.clock.install()
    before = opened.questions()
    play(opened)
    for months in ("November 2023 to January 2024", "December 2023 to February 2024", "January 2024 to March 2024"):
        expect(scope).to_contain_text(months)
        assert opened.questions() == before
        expect(opened.page.get_by_role("button", name="Pause")).to_be_visible()
        opened.page.clock.run_for(1_000)  # one step a second
    expect_window(opened, "February 2024 to April 2024", "2024-02..2024-04")
    expect(opened.page.locator("#live")).to_contain_text("February 2024 to April 2024")
    windows = {address.partition("window=")[2][:16] for address in opened.questions()[len(before) :]}
    assert windows == {"2024-02..2024-04"}
    play(opened)
    expect(scope).to_contain_text("January 2021 to March 2021")
    opened.page.get_by_role("button", name="Pause").click()
    expect_window(opened, "January 2021 to March 2021", "2021-01..2021-03")
    opened.page.go_back()
    expect_window(opened, "February 2024 to April 2024", "2024-02..2024-04")
    opened.page.go_back()
    expect_window(opened, "October 2023 to December 2023", "2023-10..2023-12")


@pytest.mark.parametrize("pause", ["key", "pointer", "wheel", "hidden"])
def test_any_other_input_pauses_and_commits_once(visit: OpenVisit, pause: str) -> None:
    opened = visit(f"{QUARTER}&mode=single&speed=slow")
    opened.page.clock.install()
    steps = opened.page.evaluate("history.length")
    play(opened)
    opened.page.clock.run_for(2_100)  # half a step a second: the next is far enough away for a slow machine
    if pause == "key":
        opened.page.locator("#theme").press("Shift")
    elif pause == "pointer":
        opened.page.locator("#force").click()
    elif pause == "wheel":
        opened.page.locator("#theme").dispatch_event("wheel")  # a real one comes seconds late on a busy machine
    else:
        opened.page.evaluate(HIDE)
    expect_window(opened, "February 2024", "2024-02..2024-02")
    opened.page.clock.run_for(5_000)
    expect_window(opened, "February 2024", "2024-02..2024-02")
    assert opened.page.evaluate("history.length") == steps + 1


def test_play_with_a_locked_start_ends_at_the_last_month_and_starts_with_one(visit: OpenVisit) -> None:
    opened = visit("?window=2024-01..2024-02&mode=locked&step=12&speed=slow")
    opened.page.clock.install()
    play(opened)
    expect_window(opened, "January 2024 to April 2024", "2024-01..2024-04")  # one shorter step, and it is there
    play(opened)
    expect(opened.page.locator(".caption-scope")).to_contain_text("January 2024. ")
    opened.page.clock.run_for(2_000)  # half a step a second
    expect_window(opened, "January 2024 to April 2024", "2024-01..2024-04")


def test_where_less_motion_is_wanted_a_press_plays_one_step(visit: OpenVisit) -> None:
    opened = visit(QUARTER)
    opened.page.emulate_media(reduced_motion="reduce")
    opened.page.clock.install()
    opened.page.get_by_role("button", name="Play one step").click()
    expect_window(opened, "November 2023 to January 2024", "2023-11..2024-01")
    opened.page.clock.run_for(5_000)
    expect_window(opened, "November 2023 to January 2024", "2023-11..2024-01")


def test_with_all_months_there_is_nothing_to_play(visit: OpenVisit) -> None:
    button = visit("?window=2021-01..2024-04").page.get_by_role("button", name="Play", exact=True)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "The window has nowhere to move to, so there is nothing to play.")


def test_the_histogram_has_the_months_of_the_open_place_and_hatches_what_it_lacks(visit: OpenVisit) -> None:
    opened = visit("?measures=crimestoppers&place=A1")
    title = opened.page.locator(".plot-title")
    expect(title).to_contain_text("Events each month, crimestoppers, in Marrowick Centre")
    month = opened.api("/api/places/A1?measures=crimestoppers")["series"][-1]
    last = opened.page.locator("#timeline [data-month] title").last
    expect(last).to_have_text(f"April 2024: {month['count']} events")
    expect(opened.page.locator("#timeline .is-missing")).to_have_count(1)
    opened.page.get_by_label("Close this place").click()
    expect(title).to_contain_text("in the whole force")
    whole = opened.api("/api/places/force:force?measures=crimestoppers")["series"][-1]
    assert whole["count"] > month["count"]
    expect(last).to_have_text(f"April 2024: {whole['count']} events")


def test_a_finger_drags_the_window_by_its_bars_and_by_its_handle(visit: OpenVisit) -> None:
    opened = visit("?window=2022-01..2022-12", size=PHONE)
    touch = opened.page.context.new_cdp_session(opened.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def drag(x: float, y: float, by: float) -> None:
        for kind, points in (
            ("touchStart", [x]),
            ("touchMove", [x + by / 2]),
            ("touchMove", [x + by]),
            ("touchEnd", []),
        ):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at, "y": y} for at in points]})

    bars = [each.bounding_box() for each in opened.page.locator("#timeline [data-month]").all()]
    start, end = bars[18], bars[12]
    assert start is not None
    assert end is not None
    y = start["y"] + start["height"] / 2
    drag(start["x"], y, end["x"] - start["x"])
    expect_window(opened, "July 2021 to June 2022", "2021-07..2022-06")
    drag(start["x"] + 12, y, end["x"] - start["x"])  # its handle stands in the month after
    expect_window(opened, "July 2021 to December 2021", "2021-07..2021-12")
    for control in opened.page.locator("#timeline").locator("button:visible, input:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
