"""A real PostgreSQL of our own for tests and bench: on a unix socket, in a temporary folder, gone at the end."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

USER = "harmgrid"
START_SECONDS = 30
# Nothing here must outlive the process, so nothing waits for the disk; no TCP, so no port to collide on.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "50",
}


class Server:
    """A running server, known by the folder of its socket."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self._numbers = itertools.count(1)

    def connect(self) -> psycopg.Connection:
        """A connection to the server's own database, outside any transaction."""
        return psycopg.connect(host=str(self.socket), user=USER, dbname="postgres", autocommit=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database; it is dropped afterwards, whoever is still connected."""
        name = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield f"postgresql://{USER}@/{name}?host={quote(str(self.socket), safe='')}"
        finally:
            with self.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def find_programs() -> Path | None:
    """The folder with initdb and postgres of the newest version here, or None."""
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    versions.sort(key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    return versions[-1] if versions else Path(on_path).resolve().parent if on_path else None


def _server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as; PostgreSQL refuses root, so root lends it to postgres or nobody. None: ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _start(command: list[str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """The command, started as the server's user, with all it says in the log."""
    user = _server_user()
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - a program of PostgreSQL
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,  # Ctrl-C ends us first, then we end the server
        )


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"PostgreSQL did not start within {START_SECONDS} s; its log:\n{log.read_text()}"
                raise RuntimeError(message) from error
            time.sleep(0.05)
        else:
            return


@contextmanager
def running_server(programs: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[Server]:
    """A server of these programs in a temporary folder; stopped and removed at the end, whatever happens between."""
    # A socket's whole path may have about 100 bytes, so the folder lies straight in the temporary one.
    folder = Path(tempfile.mkdtemp(prefix="hg-"))
    data, log = folder / "data", folder / "log"
    process = None
    try:
        user = _server_user()
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        initdb = [str(programs / "initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        if _start([*initdb, f"--username={USER}", f"--pgdata={data}"], folder, log).wait() != 0:
            message = f"initdb failed:\n{log.read_text()}"
            raise RuntimeError(message)
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        process = _start([str(programs / "postgres"), "-D", str(data), "-k", str(folder), *given], folder, log)
        server = Server(folder)
        _wait_until_ready(server, process, log)
        yield server
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(folder)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the server; a hung one is killed."""
    process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": end the sessions, then stop
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
