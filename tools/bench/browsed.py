"""The page in a real Chromium, and what its threads have worked, as Linux accounts for them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.bench.peers.installing import Missing
from tools.browser import FLAGS, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

SIZE = {"width": 1440, "height": 900}
BESIDE = "/static/icon.svg"  # the browser itself looks at it again for every address that replaces another
WORKERS = "DedicatedWorker"

# Seconds from the answer to the address until a list is there and the map has drawn all that it asked for.
TELL_USABLE = """
const look = () => {
  const there = document.querySelector(".ranking tbody tr") && document.querySelector('#map[aria-busy="false"] canvas');
  if (!there) requestAnimationFrame(look);
  else window.usable = performance.now() - performance.getEntriesByType("navigation")[0].responseEnd;
};
requestAnimationFrame(look);
"""
# Gets hold of the page's map by the library's own prototype, and counts from here on how often it is drawn.
HOLD_MAP = """async () => {
  const { Map } = await import("/static/vendor/maplibre-gl/maplibre-gl.mjs");
  const { triggerRepaint } = Map.prototype;
  Map.prototype.triggerRepaint = function () {
    window.held = this;
    return triggerRepaint.call(this);
  };
  window.redraws = 0;
  const { clear } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.clear = function (mask) {
    if (mask & this.COLOR_BUFFER_BIT && this.canvas.isConnected) window.redraws += 1;
    return clear.call(this, mask);
  };
}"""
BARS = """() => [...document.querySelectorAll("#timeline [data-month]")].map((bar) => {
  const { x, width } = bar.getBoundingClientRect();
  return { x: x + width / 2, within: bar.classList.contains("in-window") };
})"""
HEIGHT = """() => {
  const { y, height } = document.querySelector("#timeline .months").getBoundingClientRect();
  return y + height - 45;
}"""
BARE = """async ({ times, pause }) => {
  for (let time = 0; time < times; time += 1) {
    window.held.triggerRepaint();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}"""
# Milliseconds of each step and of a bare redraw, turn by turn: until the pixels of the map are there and the page's
# frame has been laid out and painted, after which the message comes.
SETTLE = """async ({ places, pause }) => {
  const map = window.held;
  const gl = map.getCanvas().getContext("webgl2");
  const chart = document.querySelector("#timeline .months");
  const drawn = (start) => new Promise((resolve) => {
    map.once("render", () => {
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - began);
      port2.postMessage(null);
    });
    const began = performance.now();
    start();
  });
  const rest = () => new Promise((resolve) => setTimeout(resolve, pause));
  const found = { step: [], bare: [] };
  for (const clientX of places) {
    found.step.push(await drawn(() => chart.dispatchEvent(new PointerEvent("pointermove", { clientX }))));
    await rest();
    found.bare.push(await drawn(() => map.triggerRepaint()));
    await rest();
  }
  return found;
}"""


@dataclass(kw_only=True)
class Visit:
    """One tab with the page, its map drawn."""

    page: "Page"
    devtools: "CDPSession"  # of the browser
    asked: list[str] = field(default_factory=list)  # paths, without the one that no page asks for

    def worked(self) -> tuple[float, float]:
        """Seconds that the page's main thread and its workers have had of a processor."""
        processes = self.devtools.send("SystemInfo.getProcessInfo")["processInfo"]
        main = workers = 0.0
        for process in processes:
            if process["type"] != "renderer":
                continue
            for task in Path(f"/proc/{process['id']}/task").iterdir():
                seconds = _seconds(task)
                main += seconds if task.name == str(process["id"]) else 0
                workers += seconds if (task / "comm").read_text().startswith(WORKERS) else 0
        return main, workers

    def evaluate(self, script: str, argument: object = None) -> Any:
        """What the script returns."""
        return self.page.evaluate(script, argument)


@contextmanager
def chromium() -> Iterator[Callable[[int], Visit]]:
    """A function that opens the page of a port of loopback in a browser that has nothing of it yet.

    Raises:
        Missing: there is no Chromium or no Playwright here.
    """
    program = find_chromium()
    if program is None:
        raise Missing("Chromium is not here")
    if find_spec("playwright") is None:
        raise Missing("Playwright, which the tests bring, is not here")
    from playwright.sync_api import sync_playwright  # here, since it comes with the tests and not with harmgrid

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield lambda port: _open(browser, port)
        finally:
            browser.close()


def _open(browser: "Browser", port: int) -> Visit:
    page = browser.new_context(viewport={"width": SIZE["width"], "height": SIZE["height"]}).new_page()
    visit = Visit(page=page, devtools=browser.new_browser_cdp_session())
    page.on("request", lambda request: visit.asked.append(request.url.split(str(port), 1)[1]))
    page.add_init_script(TELL_USABLE)
    page.goto(f"http://127.0.0.1:{port}/")
    while page.evaluate("window.usable") is None:
        time.sleep(0.05)
    time.sleep(1)  # what comes later: the months of the areas
    page.evaluate(HOLD_MAP)
    return visit


def _seconds(task: Path) -> float:
    return int((task / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
