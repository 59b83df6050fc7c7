"""Themes and measures: what is counted, what it weighs and on whose word, and how events and people are kept apart."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenVisit, visits
from tests.browser.visit import whole

PRIMARY = "SOC primary harm"
THEMES = [
    PRIMARY,
    "Organised crime groups",
    "Firearms",
    "Drug supply and farms",
    "Drug deaths",
    "People",
    "Context, unweighted",
    "All crime",
]


def test_the_page_opens_on_the_primary_score_and_a_theme_is_chosen_from_the_recipe_s(visit: OpenVisit) -> None:
    opened = visit()
    theme = opened.page.get_by_label("Theme", exact=True)
    assert theme.locator("option").all_inner_texts() == THEMES
    expect(theme.locator("option:checked")).to_have_text(PRIMARY)
    assert "measures" not in opened.parameters()
    theme.select_option("Firearms")
    expect(opened.page.locator(".caption-scope")).to_contain_text("Firearms, May 2023 to April 2024")
    assert opened.parameters()["measures"] == "firearms"
    answer = opened.api("/api/sectors?measures=firearms")
    expect(opened.page.locator("[data-total=Total] td")).to_have_text(
        [f"{round(answer['total']['harm']):,}", f"{answer['total']['count']:,}"]
    )
    opened.page.go_back()
    expect(theme.locator("option:checked")).to_have_text(PRIMARY)


def test_measures_are_chosen_one_by_one_and_the_last_one_stays(visit: OpenVisit) -> None:
    opened = visit("?measures=firearms")
    opened.page.locator(".filter summary").click()
    opened.page.get_by_role("checkbox", name="Firearms intelligence").uncheck()
    expect(opened.page.get_by_label("Theme", exact=True).locator("option:checked")).to_have_text(
        "Own choice of measures"
    )
    expect(opened.page.locator(".caption-scope")).to_contain_text("Firearms discharges, May 2023")
    last = opened.page.get_by_role("checkbox", name="Firearms discharges")
    last.click()
    expect(last).to_be_checked()
    assert opened.parameters()["measures"] == "firearms_discharges"


def test_a_local_weight_says_who_set_it_when_and_why(visit: OpenVisit) -> None:
    opened = visit("?place=B5")
    deaths = next(
        each for each in opened.api("/api/snapshot")["recipe"]["measures"] if each["title"] == "Drug-related deaths"
    )
    said = [deaths["local"][part] for part in ("author", "date", "reason")]
    opened.page.locator(".filter summary").click()
    opened.page.get_by_text("What if weights were different").press("Enter")
    for where in (".filter-menu", ".weights", "#place .parts"):
        mark = opened.page.locator(where).get_by_role("button", name="local weight of Drug-related deaths")
        mark.press("Enter")
        note = mark.locator("xpath=following-sibling::*[1]")
        expect(note).to_be_visible()
        for words in said:
            expect(note).to_contain_text(words)
            expect(mark).to_have_attribute("title", note.inner_text())
        mark.press("Enter")
        expect(note).to_be_hidden()
    for words in said:
        expect(opened.page.locator("#notes")).to_contain_text(words)
    expect(opened.page.locator("#legend")).to_contain_text("CSS 2020; 4 weights are local.")


def test_context_is_unweighted_and_a_measure_without_a_source_is_named_once(
    visit: OpenVisit, browser: BrowserContext, attacking: str
) -> None:
    opened = visit()
    opened.page.locator(".filter summary").click()
    option = opened.page.locator(".filter-menu .option").filter(has_text="Trading Standards")
    expect(option).to_contain_text("unweighted")
    expect(opened.page.get_by_text("Stop and search")).to_have_count(1)
    expect(opened.page.locator("#notes")).to_contain_text("No source yet: Stop and search and Anti-social behaviour.")
    with visits(browser, attacking) as of_police_uk:
        other = of_police_uk()
        expect(other.page.locator("#notes")).to_contain_text("No source yet: OCG crimes, PCG crimes, Drug supply,")
        expect(other.page.locator("#theme option")).to_have_text(["All crime"])
        expect(other.page.get_by_role("radio", name="Groups")).to_have_count(0)
        expect(other.page.locator("#beside option")).to_have_text(["Events", "Per km²"])


def test_people_are_no_events_anywhere(visit: OpenVisit) -> None:
    opened = visit("?place=B5")
    place = opened.api("/api/places/B5")
    row = opened.page.locator(".parts tr").filter(has_text="UCG and PCG members")
    people = next(part["people"] for part in place["parts"] if part["measure"] == "ucg_pcg_people")
    expect(row.locator("td").nth(1)).to_have_text(f"{people:.1f} peoplemean of month-ends")
    facts = opened.page.locator(".facts")
    expect(facts).to_contain_text(f"{place['count']} events")
    expect(facts).to_contain_text(f"{place['people']:.1f} people (mean of month-ends)")
    expect(opened.page.locator(".caption-beside")).to_contain_text("a mean of month-ends")
    opened.page.get_by_label("Theme", exact=True).select_option("People")
    expect(opened.page.locator(".ranking thead th").last).to_have_text("People")
    total = opened.api("/api/sectors?measures=people")["total"]
    assert total["count"] == 0
    expect(opened.page.locator("[data-total=Total] td").nth(1)).to_have_text(f"{total['people']:,.1f}")


def test_counting_once_is_switched_said_and_its_difference_named(visit: OpenVisit) -> None:
    opened = visit()
    each, once = (opened.api(f"/api/sectors?count={way}")["total"] for way in ("each", "once"))
    difference = f"{each['count'] - once['count']} events and {each['people'] - once['people']:.1f} people"
    said = opened.page.locator(".counting-said")
    expect(said).to_contain_text(f"{difference}, {round(each['harm'] - once['harm']):,} harm points more")
    expect(opened.page.locator(".caption-scope")).to_contain_text(
        "SOC primary harm, each event under all its measures, May 2023"
    )
    opened.page.get_by_label("Count each event once").check()
    expect(said).to_contain_text(f"{difference}, {round(each['harm'] - once['harm']):,} harm points less")
    for where in (".caption-scope", ".legend-title"):
        expect(opened.page.locator(where)).to_contain_text("SOC primary harm, each event once")
    assert whole(opened.page.locator("[data-total=Total] td").first.inner_text()) == round(once["harm"])
    assert opened.parameters()["count"] == "once"


def test_where_no_event_has_two_measures_there_is_no_switch(visit: OpenVisit) -> None:
    opened = visit("?measures=all_crime")
    expect(opened.page.locator(".ranking tbody tr")).to_have_count(35)
    expect(opened.page.get_by_label("Count each event once")).to_be_hidden()
