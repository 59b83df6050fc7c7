"""Other weights than those published: chosen by slider, said wherever their figures stand, and taken back."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import Visit

MARK = "What if: burglary × 2"  # noqa: RUF001 - the sign that people read
LEAST_PX = 24  # WCAG 2.2, 2.5.8
CRIME = "?measures=all_crime"
QUERY = f"/api/sectors{CRIME}&whatif=burglary:2"


def expect_total(visit: Visit, path: str) -> None:
    """The list has the figures of this question."""
    total = visit.api(path)["total"]
    expect(visit.page.locator("[data-total=Total] td")).to_have_text(
        [f"{round(total['harm']):,}", f"{total['count']:,}"]
    )


def test_a_weight_is_doubled_by_keyboard_and_reset(visit: OpenVisit) -> None:
    opened = visit(f"{CRIME}&place=A1")
    expect(opened.page.locator(".place h2")).to_be_focused()
    summary = opened.page.get_by_text("What if weights were different")
    summary.press("Enter")
    slider = opened.page.get_by_role("slider", name="Burglary")
    slider.press("ArrowRight")
    for where in ("#filter", "#legend", "#place"):
        expect(opened.page.locator(f"{where} .whatif-mark")).to_contain_text(MARK)
    expect(opened.page.locator(".ranking caption")).to_contain_text(MARK)
    expect(slider).to_be_focused()
    weight = next(
        each["weight"] for each in opened.api("/api/snapshot")["recipe"]["measures"] if each["id"] == "burglary"
    )
    expect(slider).to_have_attribute("aria-valuetext", f"times 2, {round(2 * weight)} harm points an event")
    assert opened.parameters()["whatif"] == "burglary:2"
    expect_total(opened, QUERY)
    for target in (summary, slider, opened.page.get_by_role("button", name="Reset")):
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= LEAST_PX
    opened.page.get_by_role("button", name="Reset").press("Enter")
    expect(opened.page.locator(".whatif-mark:visible")).to_have_count(0)
    expect(summary).to_be_focused()
    expect_total(opened, f"/api/sectors{CRIME}")
    opened.page.go_back()
    expect_total(opened, QUERY)


def test_keys_that_follow_each_other_are_one_step_back(visit: OpenVisit) -> None:
    opened = visit(CRIME)
    opened.page.get_by_text("What if weights were different").click()
    slider = opened.page.get_by_role("slider", name="Burglary")
    for _ in range(3):
        slider.press("ArrowLeft")
    expect(opened.page.locator("#filter .whatif-mark")).to_contain_text("burglary × 0")  # noqa: RUF001
    expect_total(opened, f"/api/sectors{CRIME}&whatif=burglary:0")
    assert not [address for address in opened.questions() if "burglary:0.5" in address]
    opened.page.go_back()
    expect_total(opened, f"/api/sectors{CRIME}")


def test_the_map_and_its_classes_follow(visit: OpenVisit) -> None:
    opened = visit(f"{CRIME}&layer=sectors&whatif=burglary:10", drawn=True)
    assert {
        address.split("?")[0].split("/")[1] for address in opened.questions() if "whatif=burglary:10" in address
    } == {
        "api",
        "tiles",
    }
    edges = opened.api(f"/api/classes{CRIME}&whatif=burglary:10")["sectors"]
    expect(opened.page.locator(".swatch-words").first).to_have_text(f"{round(edges[-1]):,} and over")


def test_only_chosen_categories_with_a_weight_have_a_slider(visit: OpenVisit) -> None:
    opened = visit("?measures=burglary,anti-social-behaviour,drugs&whatif=burglary:2,drugs:3,robbery:101")
    expect(opened.page.locator("#problems")).to_contain_text('cannot be used: "robbery:101".')
    opened.page.get_by_text("What if weights were different").click()
    expect(opened.page.get_by_role("slider", name="Burglary")).to_be_visible()
    expect(opened.page.locator(".weight:visible")).to_have_count(2)
    expect(opened.page.locator(".weight:visible .weight-times")).to_have_text(["× 2", "× 3"])  # noqa: RUF001
    opened.page.locator(".filter summary").click()
    opened.page.get_by_role("checkbox", name="Burglary").uncheck()
    expect(opened.page.locator(".weight:visible")).to_have_count(1)
    expect(opened.page.locator("#legend .whatif-mark")).to_have_text("What if: drugs × 3")  # noqa: RUF001
    assert opened.parameters()["whatif"] == "drugs:3"
