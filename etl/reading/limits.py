"""What the child may use, and how it goes when its parent does.

No limit is ever raised: where the shell that started harmgrid allows less, less it is.
"""

import ctypes
import os
import queue
import resource
import signal
import sys
import threading
from contextlib import suppress
from typing import IO

ADDRESS_SPACE = 1024**3  # bytes; Python, Arrow and GDAL take 0.3 of them before they read anything
CPU_S = 1_800  # of a whole load
_SET_PDEATHSIG, _SET_NO_NEW_PRIVS = 1, 38  # of prctl(2)


def confine(*, address_space: int, cpu_s: int, may_write: bool) -> None:
    """Put limits on this process."""
    wanted = {resource.RLIMIT_AS: address_space, resource.RLIMIT_CPU: cpu_s, resource.RLIMIT_CORE: 0}
    if not may_write:
        wanted[resource.RLIMIT_FSIZE] = 0
    for limit, most in wanted.items():
        # beyond the soft limit of time the kernel says why it ends us, beyond the hard one it does not
        allowed = (most, most + 5 if limit == resource.RLIMIT_CPU else most)
        inherited = resource.getrlimit(limit)
        # macOS does not know every one of them
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (_lower(allowed[0], inherited[0]), _lower(allowed[1], inherited[1])))


def _lower(limit: int, inherited: int) -> int:
    return limit if inherited == resource.RLIM_INFINITY else min(limit, inherited)


def die_with(parent: int) -> None:
    """See to it that the kernel ends this process with its parent, where it can."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        prctl(_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it went before we asked
        os._exit(1)


def lines_until_closed(stream: IO[bytes]) -> "queue.SimpleQueue[bytes]":
    """The lines of a stream as they come; this process ends at once when the stream does, whatever else it does."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def watch() -> None:
        for line in stream:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    return lines
