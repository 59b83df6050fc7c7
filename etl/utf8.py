"""Any bytes as UTF-8, so that a CSV reader that knows nothing else gets through them and bad rows can be quoted."""

import codecs
import io
import re
from typing import IO, Any

NOT_UTF8 = (
    "\ufdd0"  # stands before each byte that was no UTF-8, which follows as in \xe9; no text holds it (Unicode 23.7)
)
END = "\ufdd1"  # the last row of every file: one that the reader does not see whole, because a quote is still open

_CHUNK_BYTES = 1024**2
_ESCAPED = re.compile("[\udc80-\udcff]")


def as_utf8(file: IO[bytes]) -> io.BufferedReader:
    """The bytes of a file with those that are no UTF-8 spelled out, and the row `END` after them."""
    return io.BufferedReader(_Utf8(file), _CHUNK_BYTES)


class _Utf8(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._ready = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            self._ready = memoryview(self._next())
        taken = min(len(buffer), len(self._ready))
        buffer[:taken] = self._ready[:taken]
        self._ready = self._ready[taken:]
        return taken

    def _next(self) -> bytes:
        chunk = self._file.read(_CHUNK_BYTES)
        text = self._decoder.decode(chunk, final=not chunk).replace(END, f"{NOT_UTF8}\\ufdd1")
        if not chunk:
            self._ended = True
            text += f"\n{END}\n"
        try:
            return text.encode()
        except UnicodeEncodeError:
            return _ESCAPED.sub(lambda byte: f"{NOT_UTF8}\\x{ord(byte[0]) - 0xDC00:02x}", text).encode()
