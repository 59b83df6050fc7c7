"""From the list of groups to a group, its people and back; the figures are the API's, and no name ever runs."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import ATTACK, OpenVisit
from tests.browser.visit import PHONE, Visit, whole

WINDOW, EARLIER = "window=2023-05..2024-04", "window=2023-02..2024-01"
ADDRESSES = {
    "id",
    "place",
    "hexagon",
    "reference",
    "month",
    "measures",
    "text",
    "first",
    "last",
    "date",
    "sort",
    "people",
}


@pytest.fixture
def opened(visit: OpenVisit) -> Visit:
    return visit()


def attack(found: Any, name: str = "") -> Any:
    """The same answer with markup for every text that is no id, date or month."""
    if isinstance(found, dict):
        return {key: attack(value, key) for key, value in found.items()}
    if isinstance(found, list):
        return [attack(value, name) for value in found]
    return ATTACK if isinstance(found, str) and name not in ADDRESSES | {"by"} else found


def figures(page: Page) -> dict[str, str]:
    return dict(
        zip(page.locator(".figures dt").all_inner_texts(), page.locator(".figures dd").all_inner_texts(), strict=True)
    )


def test_from_a_list_to_a_group_to_a_person_and_back_by_keyboard(opened: Visit) -> None:
    page = opened.page
    page.goto(f"{opened.origin}/groups?{EARLIER}")
    most = opened.api(f"/api/group-names?{EARLIER}&sort=-members")["groups"][0]
    box = page.get_by_role("searchbox")
    box.focus()
    page.keyboard.type(most["names"][0])
    page.keyboard.press("Enter")
    expect(page.locator(".shown")).to_have_text("Groups 1 to 1 of 1")
    for _ in range(6):  # five headings that sort, then the only group
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(most["names"][0])
    assert page.url.endswith(f"/groups/{most['id']}?{EARLIER}")
    member = opened.api(f"/api/groups/{most['id']}?{EARLIER}")["members"][0]
    page.get_by_role("link", name=member["names"][0]).first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(member["names"][0])
    assert page.title() == f"Person {member['id']}"
    page.get_by_role("link", name=most["names"][0]).first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(most["names"][0])
    page.get_by_role("link", name="Map", exact=True).press("Enter")
    expect(page.locator(".ranking tbody tr").first).to_be_visible()
    assert opened.parameters()["window"] == "2023-02..2024-01"


def test_the_figures_of_a_group_are_those_of_the_api(opened: Visit) -> None:
    page = opened.page
    group_id = opened.api(f"/api/group-names?{WINDOW}")["groups"][0]["id"]
    page.goto(f"{opened.origin}/groups/{group_id}?{WINDOW}")
    expect(page.locator(".figures")).to_be_visible()
    group = opened.api(f"/api/groups/{group_id}?{WINDOW}")
    assert whole(figures(page)["Events"]) == group["figure"]["count"] == group["total"]
    assert whole(figures(page)["Harm points"]) == round(group["figure"]["harm"])
    expect(page.locator("#scope")).to_contain_text("The records add up to the figure of the map.")
    measured = page.locator("[data-measure] td:last-child").all_inner_texts()
    summed = [part["count"] for month in group["months"] for part in month["measures"].values()]
    assert sum(map(whole, measured)) == sum(summed)
    expect(page.locator(".still-map path[stroke-width='0.5']")).to_have_count(len(group["hexagons"]))
    page.get_by_role("radio", name="Sectors").check()
    expect(page.locator(".still-map path[stroke-width='0.5']")).to_have_count(0)
    assert opened.parameters()["map"] == "sectors"
    page.get_by_label("From").select_option("2024-04")
    expect(page.get_by_label("From")).to_be_focused()
    month = opened.api(f"/api/groups/{group_id}?window=2024-04..2024-04")
    expect(page.locator(".figures dd").nth(1)).to_have_text(str(month["figure"]["count"]))
    page.go_back()
    expect(page.locator(".figures dd").nth(1)).to_have_text(str(group["figure"]["count"]))


def test_an_event_leads_to_its_row_and_its_place(opened: Visit) -> None:
    page = opened.page
    group_id = opened.api(f"/api/group-names?{WINDOW}")["groups"][0]["id"]
    page.goto(f"{opened.origin}/groups/{group_id}?{WINDOW}")
    row = opened.api(f"/api/groups/{group_id}?{WINDOW}")["events"][0]["rows"][0]
    place = page.locator("#list tbody tr").first.locator("a[href^='/?']").get_attribute("href")
    assert place is not None
    assert f"place={row['hexagon']}" in place
    page.get_by_role("link", name=row["reference"]).first.click()
    expect(page.locator(".events .reference").first).to_contain_text(row["reference"])
    person = row["people"][0]["id"]
    page.get_by_role("link", name=person).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person)


def test_the_drawing_has_whom_the_table_has(opened: Visit) -> None:
    page = opened.page
    groups = opened.api("/api/group-names?size=200")["groups"]
    found = [opened.api(f"/api/groups/{group['id']}?size=1") for group in groups[:30]]
    group = max(found, key=lambda group: len(group["shares"]))
    page.goto(f"{opened.origin}/groups/{group['id']}")
    nodes = page.locator(".network a[href^='/groups/']")
    expect(nodes).to_have_count(min(12, len(group["shares"])))
    placed = page.locator(".network text").evaluate_all(
        "texts => texts.map((text) => text.getBBox()).map(({ x, y, width, height }) => [x, y, width, height])"
    )
    for i, (x, y, width, height) in enumerate(placed):
        for left, top, wide, high in placed[:i]:
            apart = x >= left + wide or left >= x + width or y + 3 >= top + high or top + 3 >= y + height
            assert apart, (i, placed)


@pytest.mark.parametrize("kind", ["groups", "nominals"])
def test_hostile_names_are_texts(opened: Visit, kind: str) -> None:
    page = opened.page

    def hostile(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps(attack(answer.json())))

    known = opened.api("/api/group-names?size=1")["groups"][0]["id"]
    if kind == "nominals":
        known = opened.api(f"/api/groups/{known}?size=1")["members"][0]["id"]
    page.route("**/api/group-names*", hostile)
    page.route(f"**/api/{kind}/**", hostile)
    page.route("**/api/nominals?*", hostile)
    page.route("**/api/nominals", hostile)
    for address in (f"/{kind}", f"/{kind}/{known}"):
        page.goto(f"{opened.origin}{address}")
        expect(page.locator(".named").first).to_contain_text("<img")
        assert page.locator("img[src='x']").count() == 0
        assert "broken" not in page.title()
        hrefs = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
        assert [href for href in hrefs if "img" in href or not href.startswith("/")] == []


def test_where_records_are_closed_the_pages_say_so_and_show_nothing(opened: Visit) -> None:
    page = opened.page

    def closed(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"records": False})

    page.route("**/api/snapshot", closed)
    for address in ("groups", "groups/G1", "nominals", "nominals/N1"):
        opened.asked.clear()
        page.goto(f"{opened.origin}/{address}")
        expect(page.locator("main")).to_contain_text("This server does not show records")
        assert page.locator("main table, main input").count() == 0
        assert [asked for asked in opened.asked if asked.startswith("/api/")] == ["/api/snapshot"]


def test_nobody_of_an_id_is_said_in_sentences_and_nothing_is_wider_than_a_phone(visit: OpenVisit) -> None:
    opened = visit(size=PHONE)
    page = opened.page
    known = opened.api("/api/group-names?size=1")["groups"][0]["id"]
    person = opened.api(f"/api/groups/{known}?size=1")["members"][0]["id"]
    for address in ("groups", f"groups/{known}", "nominals", f"nominals/{person}"):
        page.goto(f"{opened.origin}/{address}")
        expect(page.locator(".named").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], address
    page.goto(f"{opened.origin}/nominals/no/body")
    expect(page.locator("#problems")).to_contain_text("What to do:")
    (complaint,) = opened.complaints
    assert "404" in complaint  # the browser's own word for the answer
    opened.complaints.clear()
