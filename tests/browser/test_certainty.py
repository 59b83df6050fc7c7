"""What the page says of chance: the ranges of ranks and scores, the heaviest event, and what the police find."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit

NINETEEN = "19 times in 20"


def test_each_rank_stands_with_its_range(visit: OpenVisit) -> None:
    opened = visit()
    sectors = opened.api("/api/sectors")["sectors"]
    ranged = [sector for sector in sectors if sector["rank_range"][0] < sector["rank_range"][1]]
    assert ranged
    shown = [
        "{}–{}".format(*sector["rank_range"]) if sector in ranged else ""  # noqa: RUF001 - a dash between numbers
        for sector in sectors
    ]
    expect(opened.page.locator(".rank-range")).to_have_text(shown)
    low, high = ranged[0]["rank_range"]
    row = opened.page.locator(f"tr[data-sector='{ranged[0]['id']}']")
    expect(row.locator(".for-readers")).to_have_text(f"rank {ranged[0]['rank']}, likely {low} to {high}")
    expect(opened.page.locator(".caption-range")).to_contain_text(NINETEEN)
    expect(opened.page.locator("#notes")).to_contain_text(NINETEEN)


def test_without_harm_no_rank_has_a_range(visit: OpenVisit) -> None:
    opened = visit("?measures=trading_standards&place=A1")
    expect(opened.page.locator(".place h2")).to_be_visible()
    expect(opened.page.locator(".rank-range")).to_have_text([""] * 35)
    for left_out in ("range", NINETEEN, "heaviest"):
        expect(opened.page.locator("#place")).not_to_contain_text(left_out)


def test_a_sector_shows_its_ranges_its_heaviest_event_and_what_the_police_find(visit: OpenVisit) -> None:
    opened = visit("?place=A1")
    place = opened.api("/api/places/A1")
    panel = opened.page.locator("#place")
    low, high = (f"{round(end):,}" for end in place["interval"])
    expect(panel.locator(".is-score .fact-range")).to_have_text(f"95% range {low} to {high}")
    best, worst = place["rank_range"]
    expect(panel.locator(".fact-range").nth(1)).to_have_text(
        f"likely {best} to {worst}" if best < worst else f"likely {best}"
    )
    largest = place["largest"]
    expect(panel).to_contain_text(f"The heaviest single event or person weighs {round(largest['harm']):,}")
    expect(panel).to_contain_text(f"without it the score is {round(largest['without']):,}.")
    expect(panel).not_to_contain_text("In sector")
    generated = place["generated"]
    victim, police = generated["victim"], generated["police"]
    found = f"{police['count']:,} events and {police['people']:.1f} people"
    expect(opened.page.locator(".split-figures")).to_have_text(
        [
            f"{round(victim['harm']):,} ({victim['share']:.1%}), {victim['count']:,} events",
            f"{round(police['harm']):,} ({police['share']:.1%}), {found}",
        ]
    )
    widths = [
        box["width"]
        for part in opened.page.locator(".split-bar span").all()
        if (box := part.bounding_box()) is not None
    ]
    assert abs(widths[1] / sum(widths) - generated["police"]["share"]) < 0.01
    expect(panel).to_contain_text("a rise or fall in it is not impact")
