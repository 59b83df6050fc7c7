"""Moving the window: by inputs, buttons, sliders and keys, and back again. The demo has 40 months.

One of them, 2022-09, is without Crimestoppers.
"""

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import Visit

EARLIER = "2023-04..2024-03"
CRIMESTOPPERS = "?measures=crimestoppers"


def expect_window(visit: Visit, words: str, text: str | None) -> None:
    """List, legend and address agree; None stands for the usual window, which the address leaves out."""
    expect(visit.page.locator(".caption-scope")).to_contain_text(words)
    expect(visit.page.locator(".legend-window")).to_have_text(words)
    expect(visit.page).to_have_url(re.compile(rf"[?&]window={re.escape(text)}(&|$)" if text else r"^(?!.*window=)"))


def middle(handle: Locator, *, share: float) -> tuple[float, float]:
    """A point of a slider, as a share of its length."""
    box = handle.bounding_box()
    assert box is not None
    return box["x"] + 12 + share * (box["width"] - 24), box["y"] + box["height"] / 2


def test_a_month_input_moves_that_end_of_the_window(visit: OpenVisit) -> None:
    opened = visit()
    opened.page.get_by_label("From", exact=True).fill("2023-07")
    expect_window(opened, "July 2023 to April 2024", "2023-07..2024-04")
    answer = opened.api("/api/sectors?window=2023-07..2024-04")
    expect(opened.page.locator("[data-total=Total] td").first).to_have_text(f"{round(answer['total']['harm']):,}")


def test_a_step_moves_both_ends_and_back_undoes_it(visit: OpenVisit) -> None:
    opened = visit()
    edges = opened.page.locator(".swatch-words").all_inner_texts()
    opened.page.get_by_label("One month earlier").click()
    expect_window(opened, "April 2023 to March 2024", EARLIER)
    assert opened.page.locator(".swatch-words").all_inner_texts() == edges  # the length is the same
    opened.page.go_back()
    expect_window(opened, "May 2023 to April 2024", None)
    opened.page.go_forward()
    expect_window(opened, "April 2023 to March 2024", EARLIER)


def test_an_arrow_key_on_a_slider_moves_one_month(visit: OpenVisit) -> None:
    opened = visit()
    opened.page.get_by_label("First month of the window").press("ArrowRight")
    expect_window(opened, "June 2023 to April 2024", "2023-06..2024-04")


def test_dragging_asks_nothing_until_it_is_let_go_and_is_one_step_back(visit: OpenVisit) -> None:
    opened = visit(drawn=True)
    slider = opened.page.get_by_label("First month of the window")
    opened.page.mouse.move(*middle(slider, share=28 / 39))
    opened.page.mouse.down()
    before = opened.questions()
    for month in (29, 30, 31):
        opened.page.mouse.move(*middle(slider, share=month / 39))
    expect(opened.page.locator(".legend-window")).to_have_text("August 2023 to April 2024")
    expect(opened.page.locator(".caption-scope")).to_contain_text("August 2023 to April 2024")
    assert opened.questions() == before
    opened.page.mouse.up()
    expect_window(opened, "August 2023 to April 2024", "2023-08..2024-04")
    opened.page.go_back()
    expect_window(opened, "May 2023 to April 2024", None)


def test_the_window_as_a_whole_can_be_dragged(visit: OpenVisit) -> None:
    opened = visit("?measures=primary,crimestoppers")
    bars = opened.page.locator("#timeline [data-month]")
    start, end = bars.nth(34).bounding_box(), bars.nth(26).bounding_box()
    assert start is not None
    assert end is not None
    opened.page.mouse.move(start["x"] + 5, start["y"] + 40)
    opened.page.mouse.down()
    opened.page.mouse.move(end["x"] + 5, start["y"] + 40, steps=3)
    opened.page.mouse.up()
    expect_window(opened, "September 2022 to August 2023", "2022-09..2023-08")
    said = "12 months. Crimestoppers not delivered in September 2022"
    expect(opened.page.locator(".legend-absent")).to_have_text(said)


def test_a_missing_month_is_said_and_not_asked_for(visit: OpenVisit) -> None:
    opened = visit(f"{CRIMESTOPPERS}&window=2022-09..2022-09", drawn=True)
    expect(opened.page.locator(".no-data")).to_have_text("No data was delivered for September 2022.")
    expect(opened.page.locator("#legend")).to_contain_text("No data delivered")
    assert [address for address in opened.questions() if "2022-09..2022-09" in address] == []
    opened.page.get_by_label("One month later").click()
    expect_window(opened, "October 2022", "2022-10..2022-10")
    expect(opened.page.locator(".ranking tbody tr")).to_have_count(35)


def test_a_missing_month_is_hatched_and_never_a_bar_of_nothing(visit: OpenVisit) -> None:
    opened = visit(CRIMESTOPPERS)
    hatched = opened.page.locator("#timeline .is-missing")
    expect(hatched).to_have_count(1)
    expect(hatched.locator("title")).to_have_text("September 2022: no data delivered")
    opened.page.get_by_label("From", exact=True).fill("2022-09")
    expect(opened.page.get_by_label("First month of the window")).to_have_attribute(
        "aria-valuetext", "September 2022, no data delivered"
    )


def test_an_address_outside_the_data_is_explained_and_the_usual_window_shown(visit: OpenVisit) -> None:
    opened = visit("?window=2019-01..2019-12")
    expect(opened.page.locator("#problems")).to_contain_text("The data runs from January 2021 to April 2024")
    expect_window(opened, "May 2023 to April 2024", None)


def test_an_address_opens_the_same_page_again(visit: OpenVisit) -> None:
    opened = visit("?window=2021-03..2021-08&measures=burglary,robbery&layer=sectors&sort=name")
    expect(opened.page.locator(".filter-now")).to_have_text("2 of 24 measures")
    expect_window(opened, "March 2021 to August 2021", "2021-03..2021-08")
    expect(opened.page.get_by_label("Sectors", exact=True)).to_be_checked()
    expect(opened.page.locator("th[aria-sort=ascending]")).to_have_text("Sector")
    assert opened.parameters()["measures"] == "burglary,robbery"


def test_a_month_that_some_measures_lack_is_framed_named_and_not_hatched(visit: OpenVisit) -> None:
    words = "Crimestoppers not delivered in September 2022"
    opened = visit("?measures=primary,crimestoppers&window=2022-08..2022-10&place=A1")
    answer = opened.api("/api/sectors?measures=primary,crimestoppers&window=2022-08..2022-10")
    assert answer["window"]["partly_missing"] == {"crimestoppers": ["2022-09"]}
    expect(opened.page.locator("#timeline .month-lacking")).to_have_count(1)
    expect(opened.page.locator("#timeline .is-missing")).to_have_count(0)
    for where in (".ranking caption", ".legend-absent", "#place"):
        expect(opened.page.locator(where)).to_contain_text(words)
    bar = opened.page.locator("#place [data-month] title").nth(20)
    expect(bar).to_have_text(re.compile(r"^September 2022: .* harm points, not delivered: Crimestoppers$"))
    opened.page.get_by_text("The months as a table").click()
    row = opened.page.locator(".months-table tr").filter(has_text="September 2022")
    expect(row).to_contain_text("without Crimestoppers")


def test_the_months_are_those_of_what_is_chosen(visit: OpenVisit) -> None:
    opened = visit("?measures=deaths")
    month = opened.api("/api/places/force:force?measures=drug_deaths")["series"][-1]
    expect(opened.page.locator("#timeline [data-month] title").last).to_have_text(
        f"April 2024: {round(month['harm']):,} harm points"
    )
    expect(opened.page.locator(".plot-title")).to_contain_text("Harm points each month, drug-related deaths")
