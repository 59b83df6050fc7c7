"""Any bytes as UTF-8, so that a CSV reader that knows nothing else gets through them and bad rows can be quoted."""

import codecs
import io
from typing import IO, Any

NOT_UTF8 = (
    "\ufdd0"  # stands before each byte that was no text, which follows as in \xe9; no text holds it (Unicode 23.7)
)
END = "\ufdd1"  # the last row of every file: one that the reader does not see whole, because a quote is still open

_CHUNK_BYTES = 1024**2


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no text, as a decoder's way to go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{NOT_UTF8}\\x{byte:02x}" for byte in error.object[error.start : error.end]), error.end


SPELL_OUT = "harmgrid.spell_out"  # the name of that way
codecs.register_error(SPELL_OUT, _spell_out)


def as_utf8(file: IO[bytes], encoding: str = "utf-8", end: str = END) -> io.BufferedReader:
    """The bytes of a file as UTF-8, those that are no text spelled out, and the row `end` after them."""
    return io.BufferedReader(_Utf8(file, encoding, end), _CHUNK_BYTES)


class _Utf8(io.RawIOBase):
    def __init__(self, file: IO[bytes], encoding: str, end: str) -> None:
        super().__init__()
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(SPELL_OUT)
        self._end = end
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
            text += f"\n{self._end}\n"
        return text.encode()
