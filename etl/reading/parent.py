"""Starts the child that parses, hears it out with distrust, and turns its end into an error that names the file."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pyarrow as pa

from etl.reading.limits import ADDRESS_SPACE, CPU_S
from etl.reading.pipe import STALL_S, Ear, Nonsense, Silence, damaged_heard, rows_heard
from etl.reading.source import GEOMETRY, Member, RawBatch, Reading
from harmgrid.errors import InputError, UnknownColumn, UnreadableSource
from harmgrid.types import Reject

MAX_ROWS = 200_000_000  # of one file; some formats pack more into a few bytes
_FAREWELL_S = 5.0  # between a child's last word and its end
COMMAND = (sys.executable, "-P", "-m", "etl.reading.child")
_ROOT = Path(__file__).resolve().parents[2]
# What a program needs to start; harmgrid's own settings, which hold the records' password, are no business of a parser.
_PASSED_ON = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")
_SPARING = {  # in the child's address space: each thread and each arena takes 64 MB or more
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_ERRORS: dict[str, type[InputError]] = {error.code: error for error in (UnreadableSource, UnknownColumn)}


@contextmanager
def open_source(path: Path, reading: Reading) -> Iterator["Source"]:
    """The files of a source, read by a child of this process that ends with the block, and with the thread it is in.

    Raises:
        UnreadableSource: nothing to read, damaged, over a limit, or the child breaks down; also while reading.
        UnknownColumn: a table whose columns cannot be told apart.
    """
    child = _Child(path, reading)
    try:
        yield Source(child)
    finally:
        child.end()


class Source:
    """The files of a source and their rows."""

    def __init__(self, child: "_Child") -> None:
        words, _ = child.hear("listing")
        try:
            self.members = [_member(**member) for member in words["members"]]
            self.left_out = [_text(name) for name in words["left_out"]]
        except (KeyError, TypeError, ValueError) as error:
            raise child.broken("it listed nonsense") from error
        self._child = child

    def batches(self, member: Member) -> Iterator[RawBatch]:
        """The rows of a file, a few megabytes at a time; once begun they must be read to the end."""
        child = self._child
        child.ask(member.name, {"member": self.members.index(member)})
        rows = done = 0
        while True:
            words, body = child.hear("rows", "damaged", "end")
            if words["kind"] == "end":
                child.idle = True
                return
            try:
                done = max(done, min(_size(words.get("done", done)), member.size))
                batch = _rows(member, body, done) if words["kind"] == "rows" else _damaged(member, body, done)
            except (Nonsense, TypeError, ValueError) as error:
                raise child.broken("it sent nonsense") from error
            rows += len(batch.numbers) + len(batch.damaged)
            if rows > MAX_ROWS:
                raise child.broken(f"it has more than {MAX_ROWS:,} rows")
            yield batch


def _rows(member: Member, body: bytearray, done: int) -> RawBatch:
    batch = rows_heard(body, member.columns)
    columns = dict(zip(member.columns, batch.columns[1:], strict=True))
    return RawBatch(numbers=batch.column(0).to_numpy(), columns=columns, done=done)


def _damaged(member: Member, body: bytearray, done: int) -> RawBatch:
    batch = damaged_heard(body)
    values = zip(*(column.to_pylist() for column in batch.columns), strict=True)
    damaged = [
        Reject(file=member.name, row=number, reasons=tuple(reasons.split()), raw=raw) for number, reasons, raw in values
    ]
    none = {name: pa.array([], pa.binary() if name == GEOMETRY else pa.string()) for name in member.columns}
    return RawBatch(numbers=np.empty(0, np.int64), columns=none, damaged=damaged, done=done)


def _member(**said: Any) -> Member:
    columns = tuple(_text(name) for name in said["columns"])
    return Member(name=_text(said["name"]), size=_size(said["size"]), columns=columns, crs=_text(said["crs"]))


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError
    said.encode()  # a lone surrogate is a ValueError
    return said


def _size(said: object) -> int:
    if not isinstance(said, int) or said < 0:
        raise TypeError
    return said


def _shown(said: object) -> str:
    """What the child says, fit for a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(said)[:2_000])


class _Child:
    """The process, and what is known of its end."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self._name = path.name  # of what it reads at the moment
        self.idle = True
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(reading),
            start_new_session=True,  # Ctrl-C is for the parent to deal with
        )
        self._ear = Ear(cast("IO[bytes]", self._process.stdout))
        limits = {"address_space": ADDRESS_SPACE, "cpu_s": CPU_S}
        self._tell({"path": str(path), "reading": asdict(reading), "parent": os.getpid()} | limits)

    def ask(self, name: str, wanted: dict[str, Any]) -> None:
        """Ask for a file.

        Raises:
            RuntimeError: the rows of the file before were not read to the end.
        """
        if not self.idle:
            raise RuntimeError("the rows of one file are read to the end before those of another")
        self.idle = False
        self._name = name
        self._tell(wanted)

    def hear(self, *kinds: str) -> tuple[dict[str, Any], bytearray]:
        """Its next message, of one of these kinds.

        Raises:
            UnreadableSource: it says so, or breaks down, or says something else.
            UnknownColumn: it says so.
        """
        try:
            words, body = self._ear.hear()
        except EOFError as error:
            raise self.broken(self._how_it_ended()) from error
        except Silence as error:
            raise self.broken(f"nothing came of it for {STALL_S:.0f} seconds") from error
        except Nonsense as error:
            raise self.broken("it sent nonsense") from error
        if words.get("kind") in kinds:
            return words, body
        if words.get("kind") == "error" and words.get("code") in _ERRORS:
            said = {part: _shown(words.get(part)) for part in ("came", "expected", "do")}
            raise _ERRORS[words["code"]](**said)
        raise self.broken(
            _shown(words["why"]) if words.get("kind") == "broken" and "why" in words else "it sent nonsense"
        )

    def broken(self, why: str) -> UnreadableSource:
        """The error for a child that does not do its work."""
        return UnreadableSource(
            came=f"{self._name}, on which the process that reads it broke down ({why})",
            expected="a whole file that can be read within the limits of time and memory",
            do="open it in the program that wrote it and save it anew, or split it; nothing of it has been loaded",
        )

    def end(self) -> None:
        """Leave nothing of it behind."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            # what it did not take is nobody's any more
            with suppress(OSError):
                cast("IO[bytes]", pipe).close()

    def _tell(self, words: dict[str, Any]) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        # if it is gone, `hear` tells how it went
        with suppress(BrokenPipeError):
            pipe.write(json.dumps(words).encode() + b"\n")
            pipe.flush()

    def _how_it_ended(self) -> str:
        try:
            status = self._process.wait(_FAREWELL_S)
        except subprocess.TimeoutExpired:
            return "it stopped talking"
        if status == -signal.SIGXCPU:
            return f"it took more than {CPU_S:,} seconds of processor time"
        if status == -signal.SIGABRT:  # C++ libraries do so when they get no memory
            return "it ran out of memory"
        return f"it ended with {signal.Signals(-status).name if status < 0 else status}"


def _environment(reading: Reading) -> dict[str, str]:
    if reading.format == "sql":  # drivers of databases have variables of their own
        passed_on = dict(os.environ)
    else:
        passed_on = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
    return passed_on | _SPARING | {"PYTHONPATH": str(_ROOT)}
