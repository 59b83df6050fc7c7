"""The production server as a process: it answers, it stops, and it stays on this machine unless told otherwise."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from server.serve import OpenToNetwork, UnusableAddress, listening_address, require_free, shows_records
from server.settings import Settings
from tests.force_builder import NAME, Force, environment, program, rows, run, write_archive
from tests.server.answers import CSP
from tests.server.test_metrics import Figures, requests_in

PATIENCE_SECONDS = 30


def free_port(host: str = "127.0.0.1") -> int:
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def serving(
    data_dir: Path, *options: str, host: str = "127.0.0.1", **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that answers, and its address; it is gone afterwards, and so is what it left in its scratch folder."""
    with (
        tempfile.TemporaryDirectory(prefix="serving-") as scratch,
        _serving(data_dir, *options, host=host, **settings, TMPDIR=scratch) as found,
    ):
        yield found


@contextmanager
def _serving(data_dir: Path, *options: str, host: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port(host)
    process = subprocess.Popen(
        [program(), "serve", "--host", host, "--port", str(port), *options],
        env=environment(data_dir, **settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        wait_until_well(process, address)
        yield process, address
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until_well(process: subprocess.Popen[str], address: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            assert read(f"{address}/healthz")["status"] == "ok"
        except urllib.error.URLError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        else:
            return


def read(address: str) -> dict[str, str]:
    with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as response:  # noqa: S310 - our own address
        body: dict[str, str] = json.load(response)
        return body


def figures(address: str) -> Figures:
    with urllib.request.urlopen(f"{address}/metrics", timeout=PATIENCE_SECONDS) as response:  # noqa: S310 - our own address
        return requests_in(response.read().decode())


def members(process: subprocess.Popen[str]) -> list[int]:
    """The processes of the server's group, itself included, that still run."""
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    found = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, group, state in found if int(group) == process.pid and not state.startswith("Z")]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=lambda stop: stop.name)
def test_it_answers_and_stops_with_all_its_workers(force: Force, stop: signal.Signals, workers: int) -> None:
    with serving(force.data_dir, "--workers", str(workers)) as (process, address):
        assert len(members(process)) >= workers + 1
        for _ in range(4 * workers):
            assert read(f"{address}/api/snapshot")["force"] == NAME
        process.send_signal(stop)
        said, complained = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0
        assert members(process) == []
        assert said == f"Serving on {address} (Ctrl+C stops it)\n"
        assert "Traceback" not in complained
    with pytest.raises(urllib.error.URLError):
        read(f"{address}/healthz")


def test_a_snapshot_published_meanwhile_is_served_at_once_and_the_old_one_under_its_version(
    force: Force, tmp_path: Path
) -> None:
    data = shutil.copytree(force.data_dir, tmp_path / "data")
    more = [row | {"Month": "2022-06", "Crime ID": row["Crime ID"] and "f" + row["Crime ID"][1:]} for row in rows()]
    archive = write_archive(tmp_path / "more.zip", more)
    with serving(data, "--workers", "2") as (_, address):
        old = read(f"{address}/healthz")["snapshot"]
        run("load", "police-uk", str(archive), data_dir=data)
        assert read(f"{address}/healthz")["snapshot"] == old
        run("publish", data_dir=data)
        new = {read(f"{address}/healthz")["snapshot"] for _ in range(8)}
        assert len(new) == 1
        assert new != {old}
        assert json.dumps(read(f"{address}/api/snapshot")["months"]).count("2022-06") == 1
        for version in (old, *new):
            with urllib.request.urlopen(f"{address}/tiles/{version}/hex/4/8/5.mvt", timeout=10) as tile:  # noqa: S310
                assert tile.status == 200
                assert "immutable" in tile.headers["Cache-Control"]


@pytest.mark.parametrize("workers", [1, 2])
def test_whichever_worker_is_asked_it_tells_the_figures_of_all(force: Force, workers: int) -> None:
    with serving(force.data_dir, "--workers", str(workers)) as (_, address):
        for i in range(20):
            read(f"{address}/api/sectors")
            assert sum(figures(address).values()) == i + 1


def test_over_a_socket_paths_are_taken_as_they_come(force: Force) -> None:
    with serving(force.data_dir) as (_, address):
        host, port = address.removeprefix("http://").split(":")
        for path, status in (
            ("/static/../server/app.py", 404),
            ("/static/%2e%2e/server/app.py", 404),
            ("/static//etc/passwd", 404),
            ("//evil.example/", 404),
            ("/api/sectors?window=%ff", 400),
            ("/api/places/%00", 404),
            ("/", 200),
        ):
            connection = HTTPConnection(host, int(port), timeout=10)
            connection.putrequest("GET", path)
            connection.endheaders()
            response = connection.getresponse()
            body = response.read()
            assert (path, response.status) == (path, status)
            assert response.getheader("Content-Security-Policy") == CSP
            if status != 200:
                assert set(json.loads(body)) == {"error"}
            connection.close()


def test_it_serves_on_the_loopback_address_of_ipv6_too(force: Force) -> None:
    try:
        free_port("::1")
    except OSError:
        pytest.xfail("this machine has no IPv6")
    with serving(force.data_dir, host="::1") as (_, address):
        assert read(f"{address}/api/snapshot")["force"] == NAME


def test_it_serves_by_the_name_of_this_machine(force: Force) -> None:
    with serving(force.data_dir, host="localhost") as (_, address):
        assert read(f"{address}/api/snapshot")["force"] == NAME


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - to be refused
def test_an_address_that_others_reach_is_refused_with_what_it_would_mean(force: Force, host: str) -> None:
    done = run("serve", "--host", host, data_dir=force.data_dir, status=1)
    (line,) = done.stderr.splitlines()
    assert done.stdout == ""
    assert host in line
    assert "no log-in" in line
    assert "sees everything" in line
    assert "--open-to-network" in line


def test_open_to_the_network_is_a_choice(force: Force) -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - the choice
    trusted = {"HARMGRID_TRUSTED_HOSTS": everywhere}
    with serving(force.data_dir, "--open-to-network", host=everywhere, **trusted) as (_, address):
        assert read(f"{address}/api/snapshot")["force"] == NAME


def test_a_port_in_use_is_told_in_one_line(force: Force) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, data_dir=force.data_dir, status=1)
    (line,) = done.stderr.splitlines()
    assert done.stdout == ""
    assert port in line
    assert "in use" in line


@pytest.mark.quick
@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("127.9.9.9", "127.9.9.9"), ("::1", "::1")])
def test_a_loopback_address_is_taken_as_it_is(host: str, address: str) -> None:
    assert listening_address(host, open_to_network=False) == address


@pytest.mark.quick
@pytest.mark.parametrize("host", ["0.0.0.0", "0", "::", "::0", "192.0.2.7", "::ffff:192.0.2.7", "fe80::1"])  # noqa: S104
def test_what_others_reach_needs_a_word(host: str) -> None:
    with pytest.raises(OpenToNetwork):
        listening_address(host, open_to_network=False)
    assert listening_address(host, open_to_network=True)


@pytest.mark.quick
@pytest.mark.parametrize("host", ["", "*", "not a host", "127.0.0.1:8000", "http://127.0.0.1", "[::1]", "x" * 300])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(UnusableAddress):
        listening_address(host, open_to_network=True)


@pytest.mark.quick
def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(UnusableAddress, match=r"192\.0\.2\.7"):
        require_free("192.0.2.7", 8000)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("address", "options", "settings", "shown"),
    [
        ("127.0.0.1", {}, {}, True),
        ("::1", {}, {}, True),
        ("127.0.0.1", {"open_to_network": True}, {}, False),  # something may stand before it
        ("0.0.0.0", {"open_to_network": True}, {}, False),  # noqa: S104 - nothing listens in this test
        ("10.0.0.1", {}, {}, False),
        ("127.0.0.1", {}, {"HARMGRID_TRUSTED_HOSTS": "map.example"}, False),
        ("127.0.0.1", {}, {"HARMGRID_TRUSTED_HOSTS": "127.0.0.1"}, True),
        ("127.0.0.1", {}, {"HARMGRID_CORS_ORIGINS": "https://gis.example"}, False),
    ],
)
def test_records_are_shown_by_default_where_nobody_else_is_let_in(
    address: str, options: dict[str, bool], settings: dict[str, str], *, shown: bool
) -> None:
    found = shows_records(
        Settings.from_environment(settings), address, open_to_network=options.get("open_to_network", False)
    )
    assert found is shown


@pytest.mark.parametrize(
    ("options", "settings", "shown"),
    [
        ((), {}, True),
        ((), {"HARMGRID_RECORDS": "off"}, False),
        (("--open-to-network",), {}, False),
        (("--open-to-network",), {"HARMGRID_RECORDS": "on"}, True),
    ],
)
def test_a_server_shows_its_records_or_says_that_it_does_not(
    force: Force, options: tuple[str, ...], settings: dict[str, str], *, shown: bool
) -> None:
    with serving(force.data_dir, *options, **settings) as (_, address):
        assert bool(read(f"{address}/api/snapshot")["records"]) is shown
        if shown:
            assert bool(read(f"{address}/api/events?size=1")["agrees"])
        else:
            with pytest.raises(urllib.error.HTTPError, match="404"):
                read(f"{address}/api/events")
