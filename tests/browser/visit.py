"""A visit to the page in a real browser, which notes everything that the browser complains about."""

import base64
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Request, expect

WIDE, PHONE = (1440, 900), (390, 844)

# What a browser without WebGL 2 does: it gives no such context.
NO_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : get.call(this, kind, ...rest);
};
"""

# What a browser without any canvas does, or one that is told to give none.
NO_CANVAS = "HTMLCanvasElement.prototype.getContext = () => null;"

# Runs before the page: a refusal by the content security policy is an event, not always a message.
TELL_REFUSALS = """
addEventListener("securitypolicyviolation", (event) => console.error(`refused by policy: ${event.blockedURI}`));
"""
# Runs in an empty page, where no policy is in the way of decoding a picture.
COUNT_COLOURS = """async ({ picture, colours }) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  const found = Object.fromEntries(colours.map((colour) => [colour, 0]));
  for (let at = 0; at < data.length; at += 4) {
    const hex = [data[at], data[at + 1], data[at + 2]].map((part) => part.toString(16).padStart(2, "0")).join("");
    if (`#${hex}` in found) found[`#${hex}`] += 1;
  }
  return found;
}"""


@dataclass(kw_only=True)
class Visit:
    """One tab on one server."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)  # console messages, errors, refusals by the policy
    asked: list[str] = field(default_factory=list)  # addresses, without the origin where it is ours

    def __post_init__(self) -> None:
        self.page.add_init_script(TELL_REFUSALS)
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url.removeprefix(self.origin))

    def open(self, address: str = "") -> None:
        """Load the page and wait until the list is there."""
        self.page.goto(f"{self.origin}/{address}")
        expect(self.page.locator(".ranking tbody tr:visible, .no-data:visible").first).to_be_visible()

    def settle(self) -> None:
        """Wait until the map has drawn what it was asked for."""
        expect(self.page.locator("#map")).to_have_attribute("aria-busy", "false", timeout=20_000)

    def api(self, path: str) -> dict[str, Any]:
        """What the API answers."""
        with urllib.request.urlopen(f"{self.origin}{path}") as answer:  # noqa: S310 - our own server
            found: dict[str, Any] = json.load(answer)
        return found

    def questions(self) -> list[str]:
        """What the page asked the server for its figures."""
        return [address for address in self.asked if address.startswith(("/api/", "/tiles/", "/series/"))]

    def parameters(self) -> Mapping[str, str]:
        """What the address bar holds."""
        query = self.page.url.partition("?")[2]
        return dict(part.split("=", 1) for part in query.split("&") if part)

    def colours_on_map(self, colours: list[str]) -> dict[str, int]:
        """How many pixels of the map have each colour."""
        box = self.page.locator("#map").bounding_box()
        assert box is not None
        picture = self.page.screenshot(
            clip={"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
        )
        with self.page.context.new_page() as empty:
            found: dict[str, int] = empty.evaluate(
                COUNT_COLOURS, {"picture": base64.b64encode(picture).decode(), "colours": colours}
            )
        return found


def whole(text: str) -> int:
    """The number that people read as `1,355,641`."""
    return int(text.replace(",", ""))
