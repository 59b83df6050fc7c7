"""The process that parses what comes from outside: `python -m etl.reading.child`, started by `etl.reading.parent`.

It reads a request on its input, answers on its output (see `etl.reading.pipe`), and has nothing else to do with the
rest of harmgrid. Each format's library is loaded only where a file of that format is to be read.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from etl.reading.archive import Found, find_files
from etl.reading.blocks import Block, Damaged, Table
from etl.reading.limits import confine, die_with, lines_until_closed
from etl.reading.pipe import MAX_BODY, bodies, damaged_batch, rows_batch, say
from etl.reading.source import Member, Reading
from harmgrid.errors import InputError, UnreadableSource

_MODULES = {
    "csv": "delimited",
    "xlsx": "workbook",
    "gpkg": "vector",
    "shp": "vector",
    "geojson": "vector",
    "fgb": "vector",
    "parquet": "parquet",
    "sql": "database",
}
_DAMAGED_ROWS = 65_536  # at a time; each becomes an object with the parent

OpenTable = Callable[[Found, Reading], AbstractContextManager[Table]]


def main() -> None:
    """Answer one parent until it closes our input."""
    sys.meta_path.insert(0, _NotFound())
    answers = _own_output()
    lines = lines_until_closed(sys.stdin.buffer)
    request = json.loads(lines.get())
    reading = Reading(**request["reading"] | {"leave_out": tuple(request["reading"]["leave_out"])})
    die_with(request["parent"])
    most: int = request["address_space"]
    # a database of one file may want its journal
    confine(address_space=most, cpu_s=request["cpu_s"], may_write=reading.format == "sql")
    pa.set_cpu_count(1)
    try:
        with ExitStack() as stack:
            shop = _Shop(Path(request["path"]), reading, stack)
            members = [asdict(member) for member in shop.members]
            say(answers, {"kind": "listing", "members": members, "left_out": shop.left_out})
            while True:
                wanted = json.loads(lines.get())
                shop.answer(answers, wanted["member"])
    except InputError as error:
        say(
            answers,
            {"kind": "error", "code": error.code, "came": error.came, "expected": error.expected, "do": error.do},
        )
    except MemoryError:
        say(answers, {"kind": "broken", "why": f"it takes more than {most // 1024**2:,} MB of memory"})
    except Exception as error:  # noqa: BLE001 - whatever a library makes of a file, the parent is to hear of it
        say(answers, {"kind": "broken", "why": f"{type(error).__name__}: {error}"[:300]})


def _own_output() -> IO[bytes]:
    """Our output, out of reach of libraries that print."""
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return os.fdopen(answers, "wb")


class _NotFound:
    """Hides what Arrow and GDAL load wherever they find it, for nothing: it would double the time to start."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Raise ModuleNotFoundError for those, and leave the others to Python."""
        if name in {"geopandas", "pandas"}:
            raise ModuleNotFoundError(name=name)


class _Shop:
    """The files of a source, and their rows on demand."""

    def __init__(self, path: Path, reading: Reading, stack: ExitStack) -> None:
        self._reading = reading
        self._open = cast("OpenTable", importlib.import_module(f"etl.reading.{_MODULES[reading.format]}").open_table)
        if reading.format == "sql":
            self.files = [Found(path=path, size=0)]
            self.left_out: list[str] = []
        else:
            self.files, self.left_out = find_files(path, reading)
        # One that is alone stays open: a query runs once, and a workbook's strings are read once.
        self._kept = stack.enter_context(self._open(self.files[0], reading)) if len(self.files) == 1 else None
        self.members = [self._member(file) for file in self.files]

    def _member(self, file: Found) -> Member:
        with ExitStack() as stack:
            table = self._kept or stack.enter_context(self._open(file, self._reading))
            return Member(name=file.name, size=file.size, columns=table.columns, crs=table.crs)

    def answer(self, answers: IO[bytes], member: int) -> None:
        """Send the rows of a file."""
        file = self.files[member]
        with ExitStack() as stack:
            table = self._kept or stack.enter_context(self._open(file, self._reading))
            for block in table.blocks():
                _send(answers, file.name, table, block)
        say(answers, {"kind": "end"})


def _send(answers: IO[bytes], file: str, table: Table, block: Block | Damaged) -> None:
    """Send rows."""
    words: dict[str, Any]
    if isinstance(block, Block):
        batches = [rows_batch(table.columns, block.numbers, block.columns)] if len(block.numbers) else []
        words = {"kind": "rows", "done": block.done}
    else:
        steps = range(0, len(block.raw), _DAMAGED_ROWS)
        whole = damaged_batch(block.numbers, block.reasons, block.raw) if block.raw else None
        batches = [whole.slice(start, _DAMAGED_ROWS) for start in steps] if whole else []
        words = {"kind": "damaged"}
    try:
        for batch in batches:
            for body in bodies(batch):
                say(answers, words, body)
    except OverflowError as error:
        raise UnreadableSource(
            came=f"{file} with a row longer than {MAX_BODY:,} bytes",
            expected="rows and shapes of a sensible size",
            do="look for the row, or simplify its shape",
        ) from error


if __name__ == "__main__":
    main()
