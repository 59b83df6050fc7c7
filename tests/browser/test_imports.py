"""What was delivered, loaded, rejected and published, as a page; and rows of hostile text, which stay text."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import ATTACK, OpenVisit, visits
from tests.browser.visit import PHONE, Visit, whole
from tests.force_builder import NAME, rows, run, write_archive, write_sectors
from tools.browser import served

LINK = "https://records.example/view?ref={reference}&source={source}"


def go(opened: Visit, address: str) -> Page:
    """Open the page of that address and wait until it is drawn."""
    opened.page.goto(f"{opened.origin}{address}")
    expect(opened.page.locator("#part h2").first).to_be_visible()
    return opened.page


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a marked force in whose files every text is HTML that does something."""
    folder = tmp_path_factory.mktemp("hostile")
    sectors = write_sectors(folder / "sectors.geojson")
    archive = write_archive(folder / "testmere.zip", rows())
    run("load", "police-uk", str(archive), "--sectors", str(sectors), data_dir=folder)
    columns = ["Crime number", "Date", "Offence code", "Longitude", "Latitude", "Location", "Outcome", "Force", ATTACK]
    good = ["a&b/../" + ATTACK, "2022-01-15", "92A", "3.05", "56.05", ATTACK, ATTACK, NAME, ATTACK]
    with (folder / "<b onclick=alert(1)>crime.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, good, [ATTACK] * len(columns)])
        path = file.name
    run("load", "recorded-crime", path, data_dir=folder)
    people = folder / "involvements.csv"
    with people.open("w", encoding="utf-8", newline="") as file:
        lines = [["Crime number", "Nominal", "Role", "Force"], [good[0], ATTACK, "suspect", NAME]]
        csv.writer(file).writerows(lines)
    run("load", "involvements", str(people), data_dir=folder)
    run("publish", data_dir=folder)
    with served(folder, HARMGRID_MARKING=ATTACK, HARMGRID_RECORD_LINK=LINK) as origin:
        yield origin


def test_a_system_owner_sees_what_came_and_what_did_not(visit: OpenVisit) -> None:
    opened = visit()
    opened.page.get_by_role("link", name="Where the figures come from").click()
    page = opened.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Where the figures come from")
    tips = page.locator(".strips").first.locator("li", has_text="Crimestoppers")
    expect(tips).to_contain_text("39 of 40 months; missing September 2022")
    expect(tips.locator(".is-missing")).to_have_count(1)
    page.get_by_role("link", name="Loads").click()
    expect(page.locator("#parts [aria-current]")).to_be_focused()
    found = opened.api("/api/loads?size=20")["loads"]
    expect(page.locator(".receipts > tbody > tr:visible")).to_have_count(len(found))
    for line, load in zip(page.locator(".receipts > tbody > tr:visible").all(), found, strict=True):
        figures = [whole(text) for text in line.locator(".numeric").all_inner_texts()]
        assert figures == [load[name] for name in ("read", "loaded", "updated", "unchanged", "rejected")]
        expect(line).to_contain_text("Yes: ")
    page.get_by_role("button", name="40 files of Trading standards").press("Enter")
    expect(page.get_by_role("table", name="Files of Trading standards").locator("tbody tr")).to_have_count(40)
    page.go_back()
    expect(tips).to_be_visible()


def test_a_reject_is_found_by_source_and_reason_and_shows_its_row(visit: OpenVisit) -> None:
    opened = visit(size=PHONE)
    page = go(opened, "/imports?show=rejects")
    page.get_by_label("Source", exact=True).select_option(label="Recorded crime")
    page.get_by_label("Reason", exact=True).select_option("swapped_axes")
    expect(page.locator("#live")).to_contain_text("Rejected rows 1 to 3 of 3 of Recorded crime")
    assert opened.parameters() == {"show": "rejects", "source": "recorded-crime", "reason": "swapped_axes"}
    expect(page.get_by_label("Reason", exact=True)).to_be_focused()
    row = opened.api("/api/rejects?source=recorded-crime&reason=swapped_axes")["rejects"][0]
    page.get_by_role("button", name="Show").first.click()
    shown = page.locator(".raw tbody tr:visible")
    assert [line.inner_text().split("\t") for line in shown.all()] == [[n, v or "empty"] for n, v in row["raw"].items()]
    expect(page.locator(".commands")).to_contain_text("harmgrid rejects export recorded-crime rejects.csv")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_snapshot_says_what_it_contains(visit: OpenVisit) -> None:
    opened = visit()
    page = go(opened, "/imports?show=snapshots")
    found = opened.api("/api/snapshots/current")
    expect(page.locator(".facts")).to_contain_text(found["digest"])
    expect(page.locator(".facts")).to_contain_text(f"{found['events']:,}, each once")
    burglary = next(measure for measure in found["measures"] if measure["title"] == "Burglary")
    line = page.locator(".totals tbody tr", has_text="Burglary")
    assert [whole(text) for text in line.locator(".numeric").all_inner_texts()] == [
        burglary["count"],
        round(burglary["harm"]),
    ]


def test_where_records_are_closed_the_page_says_why_it_shows_less(browser: BrowserContext, demo_force: Path) -> None:
    with served(demo_force, HARMGRID_RECORDS="off") as origin, visits(browser, origin) as visit:
        opened = visit()
        page = go(opened, "/imports?show=rejects")
        expect(page.locator("#scope")).to_contain_text("does not show records")
        expect(page.locator("#parts a")).to_have_text(["Months", "Snapshots"])
        expect(page.locator(".strips li", has_text="Crimestoppers")).to_contain_text("missing September 2022")
        assert not [asked for asked in opened.asked if asked.startswith(("/api/loads", "/api/rejects"))]


def test_hostile_text_stays_text_wherever_it_came_from(browser: BrowserContext, hostile: str) -> None:
    with visits(browser, hostile) as visit:
        opened = visit()
        for show in ("months", "loads", "rejects", "snapshots"):
            page = go(opened, f"/imports?show={show}")
            assert page.locator(".marking").all_inner_texts() == [ATTACK, ATTACK]
            for button in page.locator("button.opener").all():
                button.click()
            assert page.locator("img[src='x'], b").count() == 0
            if show == "rejects":
                expect(page.locator(".raw td").first).to_have_text(ATTACK)
        opened.page.goto(f"{hostile}/records?window=2022-01..2022-01&query=onerror")
        expect(opened.page.locator(".events tbody tr").first).to_be_visible()
        assert opened.page.locator("img[src='x'], b").count() == 0
        assert "broken into" not in opened.page.title()


def test_a_row_leads_to_its_people_and_to_the_record_system(browser: BrowserContext, hostile: str) -> None:
    with visits(browser, hostile) as visit:
        opened = visit()
        opened.page.goto(f"{hostile}/records?window=2022-01..2022-01&query=a%26b")
        link = opened.page.get_by_role("link", name="In the record system").first
        assert link.evaluate("link => [link.target, link.rel]") == ["_blank", "noopener noreferrer"]
        href = link.get_attribute("href") or ""
        assert href.startswith("https://records.example/view?ref=a%26b%2F..%2F%3Cimg%20src%3Dx%20")
        assert href.endswith("&source=recorded-crime")
        person = opened.page.locator(".person a").first.get_attribute("href") or ""
        assert person.startswith("/nominals/%3Cimg%20src%3Dx%20")
