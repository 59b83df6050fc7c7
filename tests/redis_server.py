"""A real Redis for the tests: each starts its own on a socket, and may stop, starve or kill it."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from tests.left_out import leave_out

START_SECONDS = 30
_NO_RETRY = Retry(NoBackoff(), 0)


class RedisServer:
    """A redis-server on a unix socket, with nothing on disk."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.socket = folder / "redis.sock"

    @property
    def url(self) -> str:
        """Its address, which stays the same when it is started again."""
        return f"unix://{self.socket}"

    def client(self, **options: str) -> Redis:
        """A patient connection of the test's own."""
        return Redis(unix_socket_path=str(self.socket), socket_timeout=30, protocol=2, retry=_NO_RETRY, **options)  # type: ignore[arg-type]  # by name

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        command += ["--dir", str(self._folder), "--logfile", "redis.log", *self._options]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "redis.log").read_text()
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.01)

    def signal(self, number: signal.Signals) -> None:
        """Stop it (SIGSTOP) or let it go on (SIGCONT)."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                client.ping()
        except AuthenticationError:  # it asks for a password
            return True
        except RedisError:
            return False
        return True


@contextmanager
def redis_server(*options: str, started: bool = True) -> Iterator[RedisServer]:
    """A server with these options of the command line; it is gone afterwards."""
    if shutil.which("redis-server") is None:
        leave_out("the cache in Redis", "no redis-server here; sh tests/install.sh installs it")
    # Not pytest's folder: the path of a socket may have a hundred characters.
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(Path(folder), *options)
        try:
            if started:
                server.start()
            yield server
        finally:
            server.kill()
