"""Moving the window: by inputs, buttons, sliders and keys, and back again. The demo has 36 months, without 2022-09."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import Visit

EARLIER = "2022-12..2023-11"


def expect_window(visit: Visit, words: str, text: str | None) -> None:
    """List, legend and address agree; None stands for the usual window, which the address leaves out."""
    expect(visit.page.locator(".caption-scope")).to_contain_text(words)
    expect(visit.page.locator(".legend-window")).to_have_text(words)
    assert visit.parameters().get("window") == text


def middle(handle: Locator, *, share: float) -> tuple[float, float]:
    """A point of a slider, as a share of its length."""
    box = handle.bounding_box()
    assert box is not None
    return box["x"] + 12 + share * (box["width"] - 24), box["y"] + box["height"] / 2


def test_a_month_input_moves_that_end_of_the_window(visit: OpenVisit) -> None:
    opened = visit()
    opened.page.get_by_label("From", exact=True).fill("2023-03")
    expect_window(opened, "March 2023 to December 2023", "2023-03..2023-12")
    answer = opened.api("/api/sectors?window=2023-03..2023-12")
    expect(opened.page.locator("[data-total=Total] td").first).to_have_text(f"{round(answer['total']['harm']):,}")


def test_a_step_moves_both_ends_and_back_undoes_it(visit: OpenVisit) -> None:
    opened = visit()
    edges = opened.page.locator(".swatch-words").all_inner_texts()
    opened.page.get_by_label("One month earlier").click()
    expect_window(opened, "December 2022 to November 2023", EARLIER)
    assert opened.page.locator(".swatch-words").all_inner_texts() == edges  # the length is the same
    opened.page.go_back()
    expect_window(opened, "January 2023 to December 2023", None)
    opened.page.go_forward()
    expect_window(opened, "December 2022 to November 2023", EARLIER)


def test_an_arrow_key_on_a_slider_moves_one_month(visit: OpenVisit) -> None:
    opened = visit()
    opened.page.get_by_label("First month of the window").press("ArrowRight")
    expect_window(opened, "February 2023 to December 2023", "2023-02..2023-12")


def test_dragging_asks_nothing_until_it_is_let_go_and_is_one_step_back(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    slider = opened.page.get_by_label("First month of the window")
    opened.page.mouse.move(*middle(slider, share=24 / 35))
    opened.page.mouse.down()
    before = opened.questions()
    for month in (25, 26, 27):
        opened.page.mouse.move(*middle(slider, share=month / 35))
    expect(opened.page.locator(".legend-window")).to_have_text("April 2023 to December 2023")
    expect(opened.page.locator(".caption-scope")).to_contain_text("January 2023 to December 2023")
    assert opened.questions() == before
    opened.page.mouse.up()
    expect_window(opened, "April 2023 to December 2023", "2023-04..2023-12")
    opened.page.go_back()
    expect_window(opened, "January 2023 to December 2023", None)


def test_the_window_as_a_whole_can_be_dragged(visit: OpenVisit) -> None:
    opened = visit()
    bars = opened.page.locator("#timeline [data-month]")
    start, end = bars.nth(30).bounding_box(), bars.nth(24).bounding_box()
    assert start is not None
    assert end is not None
    opened.page.mouse.move(start["x"] + 5, start["y"] + 40)
    opened.page.mouse.down()
    opened.page.mouse.move(end["x"] + 5, start["y"] + 40, steps=3)
    opened.page.mouse.up()
    expect_window(opened, "July 2022 to June 2023", "2022-07..2023-06")
    expect(opened.page.locator(".legend-absent")).to_have_text("12 months, 1 without data: September 2022")


def test_a_missing_month_is_said_and_not_asked_for(visit: OpenVisit) -> None:
    opened = visit("?window=2022-09..2022-09", drawn=True)
    expect(opened.page.locator(".no-data")).to_have_text("No data was delivered for September 2022.")
    expect(opened.page.locator("#legend")).to_contain_text("No data delivered")
    assert [address for address in opened.questions() if "2022-09..2022-09" in address] == []
    opened.page.get_by_label("One month later").click()
    expect_window(opened, "October 2022", "2022-10..2022-10")
    expect(opened.page.locator(".ranking tbody tr")).to_have_count(24)


def test_a_missing_month_is_hatched_and_never_a_bar_of_nothing(visit: OpenVisit) -> None:
    opened = visit()
    hatched = opened.page.locator("#timeline .is-missing")
    expect(hatched).to_have_count(1)
    expect(hatched.locator("title")).to_have_text("September 2022: no data delivered")
    opened.page.get_by_label("From", exact=True).fill("2022-09")
    expect(opened.page.get_by_label("First month of the window")).to_have_attribute(
        "aria-valuetext", "September 2022, no data delivered"
    )


def test_an_address_outside_the_data_is_explained_and_the_usual_window_shown(visit: OpenVisit) -> None:
    opened = visit("?window=2019-01..2019-12")
    expect(opened.page.locator("#problems")).to_contain_text("The data runs from January 2021 to December 2023")
    expect_window(opened, "January 2023 to December 2023", None)


def test_an_address_opens_the_same_page_again(visit: OpenVisit) -> None:
    opened = visit("?window=2021-03..2021-08&measures=burglary,robbery&layer=sectors&sort=name")
    expect(opened.page.locator(".filter-now")).to_have_text("2 categories")
    expect_window(opened, "March 2021 to August 2021", "2021-03..2021-08")
    expect(opened.page.get_by_label("Sectors", exact=True)).to_be_checked()
    expect(opened.page.locator("th[aria-sort=ascending]")).to_have_text("Sector")
    assert opened.parameters()["measures"] == "burglary,robbery"
