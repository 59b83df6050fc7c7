"""`make screenshots`: every page in its states, as pictures in docs/img/, from a demo force made anew.

Pictures are of the synthetic force alone, so that no real place is ever shown with more than its published figures.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tools.browser import FLAGS, ROOT, find_chromium, served

FOLDER = ROOT / "docs" / "img"
WIDE, PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True)
class Shot:
    """One picture: where it is taken, and how."""

    name: str
    address: str
    size: tuple[int, int] = WIDE
    dark: bool = False


WINDOW = "window=2022-11..2023-04"

SHOTS = (
    Shot("map", "?at=3.40,55.86,10.3"),
    Shot("map-dark", "?layer=both", dark=True),
    Shot("map-phone", "", size=PHONE),
    Shot("place", "?place=A1"),
    Shot("place-phone-dark", "?place=A1", size=PHONE, dark=True),
    Shot("difference", "?baseline=2022-05..2023-04&compare=difference&beside=change"),
    Shot("swipe-dark", "?baseline=2022-05..2023-04&compare=swipe", dark=True),
    Shot("reports", "?context=crimestoppers&at=3.45,55.9,11&layer=both"),
    Shot("whatif", "?whatif=burglary:2"),
    Shot("records", f"records?place=A1&{WINDOW}"),
    Shot("groups", "groups"),
    Shot("group", "groups/G021", size=(1440, 1760)),
    Shot("group-phone-dark", "groups/G021", size=PHONE, dark=True),
    Shot("person", "nominals/N75700", size=(1440, 1300)),
    Shot("imports", "imports"),
    Shot("rejects", "imports?show=rejects"),
    Shot("snapshots-phone", "imports?show=snapshots", size=PHONE),
    Shot("briefing", "briefing?place=B5", size=(900, 1240)),
)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([shot.name for shot in SHOTS]))
def main(names: tuple[str, ...]) -> None:
    """Take the pictures. NAMES are those to take; all of them if there are none."""
    chromium = find_chromium()
    if not chromium:
        raise click.ClickException("no Chromium here; `sh tests/install.sh` installs it")
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [str(Path(sys.executable).with_name("harmgrid")), "--data-dir", folder, "demo"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with served(Path(folder)) as origin:
            for shot in wanted:
                click.echo(f"docs/img/{shot.name}.png")
                take(browser.new_context(), origin, shot)
        browser.close()


def take(context: BrowserContext, origin: str, shot: Shot) -> None:
    """One picture, once everything in it is there."""
    page = context.new_page()
    width, height = shot.size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if shot.dark else "light")
    page.goto(f"{origin}/{shot.address}", wait_until="networkidle")
    settle(page)
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    context.close()


def settle(page: Page) -> None:
    """Wait for the map, where there is one, and for what it moves."""
    page.wait_for_selector("#map[aria-busy=false], body:not(:has(#map))", timeout=20_000)
    page.wait_for_timeout(700)  # the map glides to an open place
    page.wait_for_selector("#map[aria-busy=false], body:not(:has(#map))", timeout=20_000)


if __name__ == "__main__":
    main()
