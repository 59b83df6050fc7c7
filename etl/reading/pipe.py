"""What the two processes say to each other: a few words as JSON, and columns as Arrow, each with its length before it.

The parent trusts nothing that it hears. No message may be longer than `MAX_BODY`, and none may take longer than
`STALL_S` to come.
"""

import json
import os
import select
import struct
import time
from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np
import pyarrow as pa

from etl.reading.source import GEOMETRY

MAX_WORDS = 64 * 1024**2
MAX_BODY = 64 * 1024**2
STALL_S = 120.0  # a child that is silent for so long is stuck
_LENGTHS = struct.Struct(">II")
_NUMBER = pa.field("", pa.int64(), nullable=False)  # no column of a table is called that
_DAMAGED = pa.schema([_NUMBER, pa.field("reasons", pa.string()), pa.field("raw", pa.string())])


class Nonsense(Exception):
    """The child said something that it never should."""


class Silence(Exception):
    """The child said nothing for too long."""


# ---- the child's side


def say(stream: IO[bytes], words: dict[str, Any], body: bytes | pa.Buffer = b"") -> None:
    """Write one message."""
    text = json.dumps(words).encode()
    stream.write(_LENGTHS.pack(len(text), len(body)))
    stream.write(text)
    stream.write(memoryview(body))
    stream.flush()


def bodies(batch: pa.RecordBatch) -> Iterator[pa.Buffer]:
    """A batch as Arrow streams, none longer than the parent accepts.

    Raises:
        OverflowError: a single row is longer.
    """
    if batch.get_total_buffer_size() > MAX_BODY // 2 and batch.num_rows > 1 and batch.nbytes > MAX_BODY // 2:
        half = batch.num_rows // 2
        yield from bodies(batch.slice(0, half))
        yield from bodies(batch.slice(half))
        return
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    body = sink.getvalue()
    if body.size > MAX_BODY:
        raise OverflowError
    yield body


def rows_batch(names: Sequence[str], numbers: Any, columns: Sequence[pa.Array]) -> pa.RecordBatch:
    """Whole rows as they are sent."""
    fields = [pa.field(name, column.type) for name, column in zip(names, columns, strict=True)]
    return pa.record_batch([pa.array(numbers, pa.int64()), *columns], schema=pa.schema([_NUMBER, *fields]))


def damaged_batch(numbers: Any, reasons: Sequence[str], raw: Sequence[str]) -> pa.RecordBatch:
    """Damaged rows as they are sent."""
    columns = [pa.array(numbers, pa.int64()), pa.array(reasons, pa.string()), pa.array(raw, pa.string())]
    return pa.record_batch(columns, schema=_DAMAGED)


# ---- the parent's side


class Ear:
    """Hears what comes out of a pipe, and never waits for ever."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._fd = pipe.fileno()
        os.set_blocking(self._fd, False)
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)

    def hear(self) -> tuple[dict[str, Any], bytearray]:
        """The next message: its words and its body.

        Raises:
            EOFError: the other end has closed.
            Silence: nothing, or only a part, came in time.
            Nonsense: too long, or no JSON object.
        """
        deadline = time.monotonic() + STALL_S
        of_words, of_body = _LENGTHS.unpack(self._exactly(_LENGTHS.size, deadline))
        if of_words > MAX_WORDS or of_body > MAX_BODY:
            raise Nonsense
        try:
            words = json.loads(self._exactly(of_words, deadline))
        except (ValueError, RecursionError) as error:
            raise Nonsense from error
        if not isinstance(words, dict):
            raise Nonsense
        return words, self._exactly(of_body, deadline)

    def _exactly(self, size: int, deadline: float) -> bytearray:
        heard = bytearray(size)
        rest = memoryview(heard)
        while rest:
            if not self._poll.poll(max(deadline - time.monotonic(), 0) * 1000):
                raise Silence
            taken = os.readv(self._fd, [rest])
            if not taken:
                raise EOFError
            rest = rest[taken:]
        return heard


def rows_heard(body: bytearray, names: Sequence[str]) -> pa.RecordBatch:
    """Whole rows, if they are what they should be: numbers that rise, and text in every column but the geometry.

    Raises:
        Nonsense: they are not.
    """
    batch = _batch(body)
    kinds = [(pa.string(), pa.binary()) if name == GEOMETRY else (pa.string(),) for name in names]
    fields = list(batch.schema)[1:]
    if batch.schema.names != ["", *names] or not all(f.type in kind for f, kind in zip(fields, kinds, strict=True)):
        raise Nonsense
    if any(column.null_count for column in batch.columns if column.type != pa.binary()):
        raise Nonsense
    return _with_rising_numbers(batch)


def damaged_heard(body: bytearray) -> pa.RecordBatch:
    """Damaged rows, if they are what they should be.

    Raises:
        Nonsense: they are not.
    """
    batch = _batch(body)
    if not batch.schema.equals(_DAMAGED) or any(column.null_count for column in batch.columns):
        raise Nonsense
    return batch


def _batch(body: bytearray) -> pa.RecordBatch:
    """The one batch of an Arrow stream, its offsets and its text checked."""
    try:
        with pa.ipc.open_stream(pa.py_buffer(body)) as stream:
            batch = stream.read_next_batch()
        batch.validate(full=True)
    except (pa.ArrowException, ValueError, OSError, StopIteration, MemoryError) as error:
        raise Nonsense from error
    return batch


def _with_rising_numbers(batch: pa.RecordBatch) -> pa.RecordBatch:
    if batch.schema.types[0] != pa.int64():
        raise Nonsense
    numbers = batch.column(0).to_numpy(zero_copy_only=False)
    if len(numbers) and (numbers[0] < 1 or not (np.diff(numbers) > 0).all()):
        raise Nonsense
    return batch
