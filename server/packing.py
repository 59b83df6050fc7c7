"""Bodies as they are kept and sent: compressed once, with a tag for each of the two ways to send them."""

import hashlib
from typing import NamedTuple

from flask import Request
from isal import igzip, isal_zlib

_TAG = 16  # bytes of SHA-256
_LEVEL = 2  # of igzip: a third smaller than level 0, at the same speed


class Packed(NamedTuple):
    """A body, compressed. Empty stays empty."""

    plain_tag: str
    gzip_tag: str
    gzipped: bytes

    @property
    def plain(self) -> bytes:
        """The body as it was."""
        return isal_zlib.decompress(self.gzipped, wbits=31) if self.gzipped else b""


def pack(body: bytes) -> bytes:
    """A body with both tags, as bytes to be kept. The same body gives the same bytes at any time."""
    gzipped = igzip.compress(body, _LEVEL, mtime=0) if body else b""
    return b"".join((hashlib.sha256(body).digest()[:_TAG], hashlib.sha256(gzipped).digest()[:_TAG], gzipped))


def unpack(kept: bytes) -> Packed:
    """What was packed."""
    return Packed(kept[:_TAG].hex(), f"{kept[_TAG : 2 * _TAG].hex()}-gzip", kept[2 * _TAG :])


def takes_gzip(request: Request) -> bool:
    """Whether the client would rather have gzip than the body as it is; without a word it gets that."""
    accepted = request.accept_encodings
    named = {coding.lower() for coding, _ in accepted}
    old_name = "x-gzip" in named and "gzip" not in named
    gzip = accepted.quality("x-gzip" if old_name else "gzip")
    plain = accepted.quality("identity") if "identity" in named else 0
    return gzip > 0 and gzip >= plain
