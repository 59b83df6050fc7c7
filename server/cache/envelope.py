"""Values signed together with their names: whoever writes into the shared cache cannot make a server say anything."""

import hashlib
import hmac
import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path

_MAGIC = b"hg1\0"
_SEAL = 32  # bytes of SHA-256
OVERHEAD = len(_MAGIC) + _SEAL

_log = logging.getLogger(__name__)


class Envelope:
    """Seals and opens with one secret, which all servers that share a cache must have."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(self, name: str, value: bytes) -> bytes:
        """The value in its envelope."""
        return _MAGIC + self._sign(name, value) + value

    def open(self, name: str, sealed: bytes) -> bytes | None:
        """The value; None if it was not sealed with this secret under this name."""
        if not sealed.startswith(_MAGIC) or len(sealed) < OVERHEAD:
            return None
        value = sealed[OVERHEAD:]
        return value if hmac.compare_digest(sealed[len(_MAGIC) : OVERHEAD], self._sign(name, value)) else None

    def _sign(self, name: str, value: bytes) -> bytes:
        # Digests of one length, so that no name and value run together into another name and value.
        parts = hashlib.sha256(name.encode()).digest() + hashlib.sha256(value).digest()
        return hmac.digest(self._secret, parts, "sha256")


def secret_in(data_dir: Path) -> bytes:
    """The secret of a data folder, made at the first call; readable by its owner only.

    Where it cannot be kept, each process has its own: then nothing is shared, and nothing is wrong.
    """
    path = data_dir / "cache-secret"
    try:
        return _read(path) or _write(path)
    except OSError as error:
        _log.warning("no cache secret can be kept in the data folder (%s); processes will not share", error.strerror)
        return secrets.token_bytes(_SEAL)


def _read(path: Path) -> bytes | None:
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip()) or None
    except (FileNotFoundError, ValueError):
        return None


def _write(path: Path) -> bytes:
    """Several processes may start at once: one of them wins, and all read what it wrote."""
    temporary = path.with_name(f"{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SEAL))
        if path.exists() and not _read(path):  # damaged
            temporary.replace(path)
        else:
            with suppress(FileExistsError):
                os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    found = _read(path)
    if found is None:
        raise OSError(0, "it cannot be read back")
    return found
