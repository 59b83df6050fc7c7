"""Servers as processes of their own on loopback, started and stopped by the bench."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.bench.timing import Disagreement

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], *, port: int, ready: str, environment: Mapping[str, str], folder: Path
) -> Iterator[int]:
    """The port of a server that answers its path `ready` with 200 or 204; stopped at the end, whatever happens between.

    Raises:
        Disagreement: it does not, within a minute; with the end of what it said.
    """
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - ours, or a peer that the bench installed
            command,
            cwd=folder,
            env={**environment, "TMPDIR": str(folder)},  # where what a killed server leaves is removed with the rest
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # with its workers, which are stopped with it
        )
    try:
        _wait(process, port, ready, log)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def get(port: int, path: str, *, headers: Mapping[str, str]) -> tuple[int, bytes, str]:
    """Status, body as it came, and its encoding, of one request over a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("Content-Encoding", "")
    finally:
        connection.close()


def _wait(process: subprocess.Popen[bytes], port: int, ready: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError):
            status, _, _ = get(port, ready, headers={})
            if status in {http.client.OK, http.client.NO_CONTENT}:
                return
        time.sleep(0.1)  # some listen before they have read what they serve
    raise Disagreement(f"a server is not ready at {ready}: {log.read_text(errors='replace')[-2000:]}")
