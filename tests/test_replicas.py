"""What docker-compose.yml would start, started by hand: its commands, its environment, addresses of this machine.

A PostgreSQL that asks for the password, a Redis as it is configured there, the loader, two servers, nginx before them.
"""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from psycopg import sql
from redis import Redis
from redis.exceptions import AuthenticationError

from tests.compose import SECRETS, image_environment, image_health, services
from tests.conftest import ROOT
from tests.force_builder import NAME, WHOLE, Force, program
from tests.left_out import leave_out
from tests.server.answers import CSP
from tests.server.test_serve import PATIENCE_SECONDS, figures, free_port, read, wait_until_well
from tests.server.test_tiles import column_row
from tools.postgres import USER, find_programs, running_server

PASSWORD = SECRETS["POSTGRES_PASSWORD"]
TILE = "/tiles/current/hex/7/{}/{}.mvt?window={}".format(*column_row(3.05, 56.05, 7), WHOLE)


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What runs, by its address."""

    replicas: dict[str, str]
    processes: dict[str, subprocess.Popen[str]]
    nginx: str
    data: Path
    redis: Path
    settings: dict[str, str]  # of the loader


def nginx_program() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        leave_out("nginx before two servers", "no nginx here; sh tests/install.sh installs it")
    return found


@contextmanager
def database_with_a_password() -> Iterator[str]:
    """A PostgreSQL of this module's own, which lets nobody in without the password."""
    programs = find_programs()
    if programs is None:
        leave_out("records on PostgreSQL", "no server programs of PostgreSQL here; sh tests/install.sh installs them")
    with running_server(programs) as server, pytest.MonkeyPatch.context() as patch, server.connect() as connection:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(USER), PASSWORD))
        (rules,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        Path(rules).write_text("local all all scram-sha-256\n", encoding="ascii")
        connection.execute("SELECT pg_reload_conf()")
        patch.setenv("PGPASSWORD", PASSWORD)
        with server.database() as url:
            yield url


def settings_of(name: str, here: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The environment of a service and nothing else, folders and hosts replaced by those of this machine."""
    environment = image_environment() | services()[name]["environment"]
    replaced = {part: here.get(value, value) for part, value in environment.items()}
    assert not re.search(r"@(redis|postgres)\b", str(replaced)), "an address that this test does not replace"
    return replaced | {
        "PATH": os.environ["PATH"],
        "NUMBA_CACHE_DIR": str(scratch / "numba"),  # /tmp/numba there
        "TMPDIR": str(scratch),
    }


def harmgrid(deployment_settings: Mapping[str, str], *words: str) -> str:
    """A command of the loader; what it printed."""
    done = subprocess.run(
        [program(), *words], env=dict(deployment_settings), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def replica(name: str, settings: Mapping[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """A server as it is started there, but for the port: there each has an address of its own."""
    words = list(services()[name]["command"])
    words[words.index("--port") + 1] = str(port)
    process = subprocess.Popen(
        [program(), *words],
        env=dict(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        wait_until_well(process, f"http://127.0.0.1:{port}")
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def nginx_here(folder: Path, ports: Mapping[str, int], listen: int) -> list[str]:
    """The command line of nginx over its configuration, with addresses and folders of this machine."""
    text = (ROOT / "tools" / "nginx.conf").read_text(encoding="utf-8")
    for name, port in ports.items():
        text = text.replace(f"server {name}:8000", f"server 127.0.0.1:{port}")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{listen}").replace("/tmp/", f"{folder}/")  # noqa: S108
    (folder / "nginx.conf").write_text(text.replace("/dev/stdout", f"{folder}/access.log"), encoding="utf-8")
    _, *options = services()["nginx"]["entrypoint"]
    return [nginx_program(), *options, "-p", str(folder), "-c", str(folder / "nginx.conf")]


@contextmanager
def before(folder: Path, ports: Mapping[str, int]) -> Iterator[str]:
    """nginx before these servers; its address."""
    listen = free_port()
    line = nginx_here(folder, ports, listen)
    tested = subprocess.run([*line, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr or os.geteuid() == 0, tested.stderr
    process = subprocess.Popen(
        line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_until_well(process, f"http://127.0.0.1:{listen}")
        yield f"http://127.0.0.1:{listen}"
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


@contextmanager
def redis_there(folder: Path) -> Iterator[Path]:
    """A Redis that the shell starts as it does there, but on a socket; the path of that."""
    if shutil.which("redis-server") is None:
        leave_out("the cache in Redis", "no redis-server here; sh tests/install.sh installs it")
    service, socket = services()["redis"], folder / "redis.sock"
    *shell, script = service["command"]
    script = script.replace("/tmp/", f"{folder}/")  # noqa: S108 - the container's
    process = subprocess.Popen(
        [*shell, f"{script} --port 0 --unixsocket {socket} --dir {folder} --logfile redis.log"],
        env=service["environment"] | {"PATH": os.environ["PATH"]},
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not socket.exists():
            assert process.poll() is None, (folder / "redis.log").read_text()
            assert time.monotonic() < deadline, "redis-server does not start"
            time.sleep(0.01)
        yield socket
    finally:
        process.kill()  # the shell has become Redis itself, so nothing is left
        process.wait()


@pytest.fixture(scope="module")
def deployment(force: Force) -> Iterator[Deployment]:
    """All that docker-compose.yml names, up, with the small force loaded and published."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="replicas-")))
        data = folder / "data"
        data.mkdir()
        redis = stack.enter_context(redis_there(folder))
        here = {
            "/data": str(data),
            "postgresql://harmgrid@postgres/harmgrid": stack.enter_context(database_with_a_password()),
            f"redis://:{SECRETS['REDIS_PASSWORD']}@redis:6379/0": f"unix://:{SECRETS['REDIS_PASSWORD']}@{redis}",
        }
        settings = settings_of("loader", here, folder)
        harmgrid(settings, "load", "police-uk", str(force.archive), "--sectors", str(force.sectors))
        harmgrid(settings, *services()["loader"]["command"])
        ports = {name: free_port() for name in ("server-1", "server-2")}
        processes = {
            name: stack.enter_context(replica(name, settings_of(name, here, folder), port))
            for name, port in ports.items()
        }
        yield Deployment(
            replicas={name: f"http://127.0.0.1:{port}" for name, port in ports.items()},
            processes=processes,
            nginx=stack.enter_context(before(folder, ports)),
            data=data,
            redis=redis,
            settings=settings,
        )


def fetch(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by their names in lower case, and body; nothing is followed or unpacked."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    response = connection.getresponse()
    found = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return found


def outcomes(deployment: Deployment, layer: str) -> Counter[str]:
    """How often each outcome was counted for a layer, by all replicas together."""
    total: Counter[str] = Counter()
    for address in deployment.replicas.values():
        for (found, _, outcome), times in figures(address).items():
            total[outcome] += int(times) if found == layer else 0
    return +total


def files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_two_replicas_answer_a_tile_alike_and_work_it_out_once(deployment: Deployment) -> None:
    before, had = files(deployment.data), outcomes(deployment, "hex")
    answers = [fetch(f"{address}{TILE}", **{"Accept-Encoding": "gzip"}) for address in deployment.replicas.values()]
    (status, headers, body), (other_status, other_headers, other_body) = answers
    assert (status, other_status) == (200, 200)
    assert headers["etag"] == other_headers["etag"]
    assert headers["content-encoding"] == "gzip"
    assert body == other_body
    assert body
    assert outcomes(deployment, "hex") - had == {"miss": 1, "hit": 1}
    assert files(deployment.data) == before, "a server wrote into what is read-only there"


def test_nginx_hands_on_the_same_bytes_under_the_same_tag(deployment: Deployment) -> None:
    (_, headers, body), *_ = [
        fetch(f"{address}{TILE}", **{"Accept-Encoding": "gzip"}) for address in deployment.replicas.values()
    ]
    status, through, same = fetch(f"{deployment.nginx}{TILE}", **{"Accept-Encoding": "gzip"})
    assert (status, same) == (200, body)
    names = {"server", "date", "connection", "transfer-encoding"}
    ours = {name: value for name, value in through.items() if name not in names}
    assert ours == {name: value for name, value in headers.items() if name not in names}
    assert through["server"] == "nginx"
    status, _, nothing = fetch(
        f"{deployment.nginx}{TILE}", **{"Accept-Encoding": "gzip", "If-None-Match": headers["etag"]}
    )
    assert (status, nothing) == (304, b"")


def test_nginx_hands_on_the_host_that_was_asked_for(deployment: Deployment) -> None:
    status, _, body = fetch(f"{deployment.nginx}/tiles/current/hex.json")
    assert status == 200
    assert f'"{deployment.nginx}/tiles/'.encode() in body
    status, _, body = fetch(f"{deployment.nginx}/api/snapshot", Host="evil.example")
    assert status == 400
    assert b"untrusted_host" in body


@pytest.mark.parametrize(
    "spelt", ["/metrics", "//metrics", "/%6detrics", "/./metrics", "/api/../metrics", "/metrics?x"]
)
def test_nginx_keeps_back_the_figures_however_they_are_asked_for(deployment: Deployment, spelt: str) -> None:
    status, _, body = fetch(f"{deployment.nginx}{spelt}")
    assert status == 404
    assert b"harmgrid_cache" not in body


def test_nginx_hands_on_the_page_and_refusals(deployment: Deployment) -> None:
    status, headers, body = fetch(f"{deployment.nginx}/")
    assert (status, headers["content-security-policy"]) == (200, CSP)
    assert b"<!doctype html>" in body
    for path in ("/static//main.js", "/static/../server/app.py", "/%2e%2e/etc/passwd", "/static/%2e%2e/server/app.py"):
        assert fetch(f"{deployment.nginx}{path}")[0] in {400, 404}, path


def test_the_health_check_of_the_image_tells_well_from_unwell(deployment: Deployment) -> None:
    (python, *words) = image_health()
    assert python == "python"
    for address, status in ((deployment.replicas["server-1"], 0), (f"http://127.0.0.1:{free_port()}", 1)):
        said = [word.replace("http://127.0.0.1:8000", address) for word in words]
        done = subprocess.run([sys.executable, *said], capture_output=True, timeout=PATIENCE_SECONDS, check=False)
        assert done.returncode == status


def test_what_the_loader_does_both_replicas_show(deployment: Deployment) -> None:
    assert "current" in harmgrid(deployment.settings, "snapshots")
    assert "were there already" in harmgrid(deployment.settings, "cache", "warm", "--zoom", "4", "--window", WHOLE)
    assert "All agree" in harmgrid(deployment.settings, "check")
    assert {read(f"{address}/api/snapshot")["force"] for address in deployment.replicas.values()} == {NAME}


def test_redis_asks_for_the_password_and_drops_what_nobody_asks_for(deployment: Deployment) -> None:
    with Redis(unix_socket_path=str(deployment.redis)) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()
    with Redis(unix_socket_path=str(deployment.redis), password=SECRETS["REDIS_PASSWORD"]) as client:
        assert client.config_get("maxmemory*")["maxmemory-policy"] == "allkeys-lru"
        assert client.config_get("maxmemory")["maxmemory"] == str(512 << 20)
        assert client.config_get("save")["save"] == ""
        assert client.dbsize() > 0
    assert deployment.redis.with_name("redis.conf").stat().st_mode & 0o077 == 0


def test_the_database_lets_nobody_in_without_the_password(deployment: Deployment) -> None:
    settings = deployment.settings | {"PGPASSWORD": "another"}
    done = subprocess.run([program(), "publish"], env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "password" in done.stderr
    assert PASSWORD not in done.stderr


def test_one_replica_may_go_while_the_other_answers(deployment: Deployment) -> None:
    """The last test of this deployment: it ends one of its servers."""
    gone = deployment.processes["server-2"]
    os.killpg(gone.pid, signal.SIGKILL)
    gone.wait(timeout=PATIENCE_SECONDS)
    assert {fetch(f"{deployment.nginx}{TILE}")[0] for _ in range(20)} == {200}
