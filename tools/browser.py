"""Chromium and the production server, for the tests, the bench and the pictures of the documents."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Software WebGL, which needs no graphics card, and no word to anyone but the page.
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> Path | None:
    """The browser's program; None where there is none that runs."""
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    return next((Path(path) for path in found if _answers(path)), None)


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[str]:
    """The address of `harmgrid serve` over a data folder, on a free port, with these settings and no other."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HARMGRID_")}
    program = Path(sys.executable).with_name("harmgrid")
    server = subprocess.Popen(  # noqa: S603 - our own program
        [program, "serve", "--port", str(port)],
        env=inherited | {"HARMGRID_DATA_DIR": str(folder)} | settings,
        cwd=ROOT,
    )
    origin = f"http://127.0.0.1:{port}"
    try:
        _wait_until_well(origin, server)
        yield origin
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(program: str) -> bool:
    """Whether it tells its version; Ubuntu has a chromium that only says how to get the real one."""
    asked = subprocess.run([program, "--version"], capture_output=True, check=False)  # noqa: S603 - found on PATH
    return asked.returncode == 0


def _wait_until_well(origin: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("harmgrid serve ended at once")
        try:
            with urllib.request.urlopen(f"{origin}/healthz"):  # noqa: S310 - our own server
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise RuntimeError("harmgrid serve did not answer within 30 seconds")
