"""From a figure on the map to the rows behind it: the same place and window, sorted, searched, paged, and back."""

import urllib.request

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import PHONE

ASKED = "?place=B5&window=2023-05..2024-04"


def names(page: Page) -> list[str]:
    return page.locator(".events tbody tr:not(.also) .reference").all_inner_texts()


def test_an_officer_reaches_the_rows_in_three_clicks_and_comes_back(visit: OpenVisit) -> None:
    opened = visit("?window=2023-05..2024-04")
    opened.page.locator(".ranking tbody .place-link").first.click()
    name = opened.page.locator(".place h2").inner_text()
    opened.page.get_by_role("link", name="See the records behind these events").click()
    expect(opened.page.get_by_role("heading", level=1)).to_have_text(f"Records behind {name}")
    expect(opened.page.locator("#synthetic")).to_be_visible()
    place = opened.parameters()["place"]
    found = opened.api(f"/api/events?place={place}&window=2023-05..2024-04&size=50")
    expect(opened.page.locator(".shown")).to_have_text(f"Records 1 to 50 of {found['total']}")
    expect(opened.page.locator("#scope")).to_contain_text(f"{found['figure']['count']} events")
    shown = [event["rows"][0]["reference"] for event in found["events"]]
    assert [text.splitlines()[0] for text in names(opened.page)] == shown
    opened.page.get_by_role("link", name="Back to the map").click()
    expect(opened.page.locator(".place h2")).to_have_text(name)


def test_sorting_finding_and_paging_are_steps_in_the_address(demo: str, visit: OpenVisit) -> None:
    opened = visit()
    opened.page.goto(f"{demo}/records{ASKED}")
    harm = opened.page.get_by_role("button", name="Harm")
    harm.press("Enter")
    expect(opened.page.locator('th[data-column="harm"]')).to_have_attribute("aria-sort", "descending")
    expect(harm).to_be_focused()
    found = opened.api(f"/api/events{ASKED}&sort=-harm")
    assert [text.splitlines()[0] for text in names(opened.page)] == [e["rows"][0]["reference"] for e in found["events"]]
    opened.page.get_by_role("button", name="Next").click()
    expect(opened.page.locator(".shown")).to_contain_text("Records 51 to 100")
    opened.page.go_back()
    expect(opened.page.locator(".shown")).to_contain_text("Records 1 to 50")
    reference = found["events"][0]["rows"][0]["reference"]
    box = opened.page.get_by_role("searchbox", name="Find in these records")
    box.fill(reference)
    box.press("Enter")
    expect(opened.page.locator(".shown")).to_contain_text(f"with “{reference}”")
    assert opened.parameters()["query"] == reference
    link = opened.page.get_by_role("link", name="CSV").get_attribute("href")
    with urllib.request.urlopen(f"{demo}{link}") as file:  # noqa: S310 - our own server
        assert reference in file.read().decode()


def test_what_is_wrong_with_the_address_is_said_in_sentences(demo: str, visit: OpenVisit) -> None:
    opened = visit(size=PHONE)
    opened.page.goto(f"{demo}/records?place=nowhere")
    expect(opened.page.locator("#problems")).to_contain_text("What to do:")
    (complaint,) = opened.complaints
    assert "404" in complaint  # the browser's own word for the answer
    opened.complaints.clear()
