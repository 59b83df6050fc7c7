"""From starting the server to the last byte of its first tile."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from harmgrid.published import HEXAGONS, Published
from harmgrid.snapshot import Store
from harmgrid.tiles import TileAddress
from tools.bench.invented import hexagons, invent_events, publish_in_memory, sectors
from tools.bench.timing import Comparison, Disagreement, Line, Setting, at_most, turn_by_turn

PATIENCE_SECONDS = 60
PROGRAM = Path(sys.executable).with_name("harmgrid")


def compare(setting: Setting) -> Comparison:
    """The demo force; a small one where it must be short."""
    data_dir = setting.scratch / "data"
    if setting.short:
        areas = sectors()
        force = publish_in_memory(invent_events(5_000, hexagons(300), areas), areas)
        Store(directory=data_dir).write(force, datetime(2026, 1, 1, tzinfo=UTC))
    else:
        subprocess.run(  # noqa: S603 - our own program
            [PROGRAM, "demo"], env=environment(data_dir), check=True, stdout=subprocess.DEVNULL
        )
    store = Store(directory=data_dir)
    version = store.current()
    address = fullest(store.read(version).contents)
    path = f"/tiles/{version}/{HEXAGONS}/{address.z}/{address.x}/{address.y}.mvt"
    taken = turn_by_turn(
        {"restart": lambda _: first_tile(data_dir, path)}, turns=setting.size(7, 1), warm_ups=setting.size(1, 0)
    )["restart"]
    return Comparison(
        title="Restart to first tile",
        how="`harmgrid serve` as a new process with the demo force, one worker, asked every 5 ms for the fullest "
        "hexagon tile of all zooms until it has answered in whole; the files are in the system's cache, the "
        "compiled code is on disk. The time it takes to stop is not in it.",
        lines=(Line(what="start, answer", timing=taken),),
        reaches=(at_most("restart to first tile", taken, 1.5),),
    )


def fullest(published: Published) -> TileAddress:
    """The address of the hexagon tile with the most places, of any zoom."""
    most, found = 0, TileAddress(z=0, x=0, y=0)
    for (layer, zoom), tiles in published.tiles.items():
        sizes = np.diff(tiles.start)
        if layer == HEXAGONS and len(sizes) and sizes.max() > most:
            key = int(tiles.key[sizes.argmax()])
            most, found = int(sizes.max()), TileAddress(z=zoom, x=key >> 32, y=key & 0xFFFFFFFF)
    return found


def first_tile(data_dir: Path, path: str) -> None:
    """Start, ask until it answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    process = subprocess.Popen(  # noqa: S603 - our own program
        [PROGRAM, "serve", "--port", str(port)],
        env=environment(data_dir),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, port, path)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK or not answer.read():
                raise Disagreement(f"the first tile came with status {answer.status}")
        except ConnectionError:
            time.sleep(0.005)
        else:
            return
        finally:
            connection.close()
    raise Disagreement("the server did not answer")


def environment(data_dir: Path) -> dict[str, str]:
    """Ours without any setting of whoever runs the bench, and with this folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMGRID_")}
    return kept | {"HARMGRID_DATA_DIR": str(data_dir)}
