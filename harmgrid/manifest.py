"""The manifest of a snapshot: what it says of itself and of every other file, and whether that can be believed.

It comes from a disk or from a store that machines share, so nothing of it is used before it was held against itself.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from harmgrid.errors import SnapshotCorrupt

FORMAT = 5
NAME = "manifest.json"
LARGEST = 16 << 20  # bytes of a manifest
LARGEST_FILE = 1 << 40  # bytes
MOST_FILES = 10_000

_VERSION = re.compile(r"[0-9a-f]{16}", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}", re.ASCII)  # of a file: in this folder, and not hidden there
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_OF_PUBLISHING = {"version", "published_at", "sha256"}  # all else is contents, and makes the version


def is_version(text: str) -> bool:
    """Whether a text is spelt as versions are."""
    return _VERSION.fullmatch(text) is not None


def version_of(manifest: Mapping[str, Any]) -> str:
    """The version of these contents: a digest of all that the manifest says of them."""
    described = {name: value for name, value in manifest.items() if name not in _OF_PUBLISHING}
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as the only bytes that say it, with their own SHA-256 among them."""
    unsealed = {name: value for name, value in manifest.items() if name != "sha256"}
    digest = hashlib.sha256(json.dumps(unsealed, sort_keys=True).encode()).hexdigest()
    return json.dumps(unsealed | {"sha256": digest}, indent=1, sort_keys=True).encode()


def opened(data: bytes, version: str, where: str) -> dict[str, Any]:
    """The manifest of that version from its bytes; `where` names them in an error.

    Raises:
        SnapshotCorrupt: they are not what was published, or name files that no snapshot has.
    """
    try:
        manifest: dict[str, Any] = dict(json.loads(data))
    except (ValueError, TypeError, RecursionError) as error:
        raise corrupt(where, f"no JSON object ({error})") from error
    if manifest.get("format") != FORMAT:
        raise corrupt(where, f"of format {str(manifest.get('format'))[:20]!r}, not {FORMAT}")
    if manifest.get("version") != version or data != sealed(manifest):
        raise corrupt(where, "with other bytes than it was published with")
    if not _has_time(manifest) or not _has_files(manifest):
        raise corrupt(where, "which names files or a time that no snapshot has")
    return manifest


def corrupt(where: str, how: str) -> SnapshotCorrupt:
    """The error for a file of a snapshot that is not as it was published."""
    return SnapshotCorrupt(
        came=f"{where}, {how}",
        expected="the file as it was published",
        do="run harmgrid publish, which writes it anew",
    )


def _has_time(manifest: Mapping[str, Any]) -> bool:
    try:
        return datetime.fromisoformat(manifest["published_at"]).tzinfo is not None
    except (KeyError, TypeError, ValueError):
        return False


def _has_files(manifest: Mapping[str, Any]) -> bool:
    files = manifest.get("files")
    return isinstance(files, dict) and len(files) <= MOST_FILES and all(map(_is_file, files, files.values()))


def _is_file(name: str, entry: object) -> bool:
    """Whether that is a plain name of a file beside the manifest, with a size and a SHA-256 that a file can have."""
    if not (_PLAIN.fullmatch(name) and name != NAME and isinstance(entry, list) and len(entry) == 2):
        return False
    size, digest = entry
    whole = type(size) is int and 0 < size <= LARGEST_FILE  # not bool, which is an int too
    return whole and isinstance(digest, str) and _SHA256.fullmatch(digest) is not None
