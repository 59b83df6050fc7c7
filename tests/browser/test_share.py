"""The map to send on: its address copied, its picture saved, its page printed with the map on it."""

import base64
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenVisit
from tests.browser.visit import COUNT_COLOURS

RAMP = ["#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"]


def test_the_picture_and_the_print_have_the_map_in_its_colours(visit: OpenVisit, tmp_path: Path) -> None:
    opened = visit("?window=2023-05..2024-04", drawn=True)
    with opened.page.expect_download() as download:
        opened.page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename.endswith("-2023-05-to-2024-04.png")
    download.value.save_as(tmp_path / "map.png")
    picture = base64.b64encode((tmp_path / "map.png").read_bytes()).decode()
    with opened.page.context.new_page() as empty:
        found = empty.evaluate(COUNT_COLOURS, {"picture": picture, "colours": RAMP})
    assert min(found.values()) > 26 * 13, "more of each than its swatch in the key"
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.page.emulate_media(media="print")
    expect(opened.page.locator(".still")).to_be_visible()
    expect(opened.page.locator(".zoom")).to_be_hidden()
    expect(opened.page.locator(".legend-title")).to_be_visible()
    still = "canvas => canvas.toDataURL('image/png').split(',')[1]"
    printed = opened.page.locator(".still").evaluate(still)
    with opened.page.context.new_page() as empty:
        assert min(empty.evaluate(COUNT_COLOURS, {"picture": printed, "colours": RAMP}).values()) > 0
    opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(opened.page.locator(".still")).to_have_count(0)


def test_the_address_is_copied_or_else_shown_selected(visit: OpenVisit) -> None:
    opened = visit("?window=2023-05..2024-04&place=B5")
    expect(opened.page.get_by_role("button", name="Save picture")).to_be_hidden()
    copied = """() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }"""
    opened.page.evaluate(copied)
    opened.page.get_by_role("button", name="Copy link").click()
    expect(opened.page.locator("#live")).to_have_text("Copied.")
    assert opened.page.evaluate("window.copied") == opened.page.url
    opened.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    opened.page.locator("[data-share=copy]").click()
    address = opened.page.get_by_role("textbox", name="Address of what this page shows")
    expect(address).to_be_focused()
    expect(address).to_have_value(opened.page.url)
