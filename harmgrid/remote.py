"""The only door to fsspec: snapshots in a place that several machines share, an object store or a mounted folder.

    <url>/snapshots/<version>/...    the files of a snapshot, as in a store on disk; the manifest is written last
    <url>/CURRENT                    the version that is served; written after the whole of its snapshot

Nothing that comes from there is believed before it was held against its manifest, and the manifest against its version.
Errors tell the kind of what a driver raised and not its text, which can hold an address with a password.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import fsspec

from harmgrid.errors import NoSnapshot, SharedStoreUnusable, SnapshotCorrupt
from harmgrid.manifest import LARGEST, NAME, corrupt, is_version, opened, version_of
from harmgrid.snapshot import Kept, sync

CURRENT = "CURRENT"
_CHUNK = 4 << 20  # bytes that are in memory at a time, for each file under way
_AT_ONCE = 8  # files: most are small, and to ask for one takes longer than to send it
_TRIES = 2
_PART = 8 << 20  # bytes of an upload that are sent at a time; an object store takes no part below 5 MiB
_ADDRESS = re.compile(
    r"(file):///([^\x00-\x1f\x7f]+)"  # a path
    r"|(s3)://([A-Za-z0-9][A-Za-z0-9._-]{1,62}(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._=-]+)*)/?"  # a bucket, and a prefix
)
_OPTIONS: dict[str, dict[str, Any]] = {  # nothing of what is there is remembered, and nobody waited for who is gone
    "file": {"auto_mkdir": True},
    "s3": {
        "use_listings_cache": False,
        "config_kwargs": {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 1}},
    },
}

Progress = Callable[[int, int], None]  # bytes done, of
_Entry = tuple[str, int, str]  # name, size, SHA-256
_Value = TypeVar("_Value")


def is_address(url: str) -> bool:
    """Whether snapshots may be kept there: `s3://bucket/prefix` or `file:///path`, and nothing that holds a secret."""
    return _ADDRESS.fullmatch(url) is not None


def require_driver(url: str) -> None:
    """Raise if snapshots cannot be kept there by what is installed. Nothing is opened yet.

    Raises:
        SharedStoreUnusable: see there.
    """
    _driver(url.partition(":")[0])


class Remote:
    """Snapshots under an address that `is_address`.

    Raises:
        SharedStoreUnusable: the library for it is not installed.
    """

    def __init__(self, url: str) -> None:
        match = _ADDRESS.fullmatch(url)
        if match is None:
            raise ValueError("an address that is_address does not know")  # without it: it may hold a password
        kind = match[1] or match[3]
        self.url = url.rstrip("/")
        self._in_place = kind == "file"  # a file is seen while it is written; an object is not
        self._base = os.path.normpath(f"/{match[2]}") if self._in_place else match[4]
        self._system = _driver(kind)(skip_instance_cache=True, **_OPTIONS[kind])
        self._system.retries = _TRIES  # of s3fs, for each request; a folder has no use for it

    def current(self) -> str:
        """The version that is served.

        Raises:
            NoSnapshot: nothing has been published there.
            SnapshotCorrupt: the pointer is no version.
            SharedStoreUnusable: it cannot be asked.
        """
        try:
            found = self._read(CURRENT, 0, 64).decode(errors="replace").strip()
        except FileNotFoundError:
            raise NoSnapshot(
                came=f"{self.url}, where nothing has been published",
                expected="a published snapshot",
                do="run harmgrid publish with the same HARMGRID_SNAPSHOTS_URL",
            ) from None
        if not is_version(found):
            raise corrupt(f"{self.url}/{CURRENT}", f"which names {found[:20]!r}")
        return found

    def point_to(self, version: str) -> None:
        """Serve this snapshot from now on. Whoever calls has uploaded it, or seen that it is whole."""
        self._put(CURRENT, lambda path: self._system.pipe_file(path, f"{version}\n".encode()))

    def manifest(self, version: str) -> tuple[bytes, dict[str, Any]]:
        """The manifest of a version: its bytes, and what they say.

        Raises:
            NoSnapshot: no such version.
            SnapshotCorrupt: it is not what was published under that version.
        """
        where = f"{self.url}/snapshots/{version}/{NAME}"
        try:
            if not is_version(version):
                raise FileNotFoundError
            data = self._read(_in(version, NAME), 0, LARGEST + 1)
        except FileNotFoundError:
            raise NoSnapshot(
                came=f"the snapshot {version[:40]!r}, which is not in {self.url}",
                expected="a version that was published there",
                do="take one that harmgrid snapshots lists, or run harmgrid publish",
            ) from None
        if len(data) > LARGEST:
            raise corrupt(where, f"of more than {LARGEST:,} bytes")
        manifest = opened(data, version, where)
        if version_of(manifest) != version:
            raise corrupt(where, "with contents that make another version")
        return data, manifest

    def kept(self) -> list[Kept]:
        """Every snapshot that is there, in the order in which they were first published."""
        sizes: Counter[str] = Counter()
        for path, size in self._sizes("snapshots").items():
            version, _, name = path.removeprefix("snapshots/").partition("/")
            if is_version(version) and "/" not in name:
                sizes[version] += size
        found = [
            Kept(version=version, published_at=at, size=sizes[version])
            for version, at in zip(sizes, _at_once(self._published_at, sizes), strict=True)
        ]
        return sorted(found, key=lambda kept: (kept.published_at, kept.version))

    def fetch(self, version: str, folder: Path, progress: Progress, *, like: Path | None = None) -> None:
        """Write a snapshot into a folder, which has it whole unless this raises.

        What of it is in the folder already is not fetched again, nor what is in another one that is `like` it: from one
        publish to the next most of the geometry stays.

        Raises:
            NoSnapshot: no such version.
            SnapshotCorrupt: a file is missing or not what the manifest says.
            SharedStoreUnusable: it stopped answering.
        """
        data, manifest = self.manifest(version)
        entries = _entries(manifest)
        folder.mkdir(parents=True, exist_ok=True)
        total = sum(size for _, size, _ in entries)
        if shutil.disk_usage(folder).free < total:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))

        def fetched(entry: _Entry) -> int:
            path = folder / entry[0]
            if not _is_there(path, entry):
                source = like / entry[0] if like else path
                _write(path, _chunks(source) if _is_there(source, entry) else self._verified(version, entry))
            return entry[1]

        _tell(progress, _at_once(fetched, entries), total)
        (folder / NAME).write_bytes(data)
        sync(folder)

    def upload(self, version: str, folder: Path, progress: Progress) -> None:
        """Have the snapshot in this folder there, whole. What of it is there already is read, and not sent again.

        Raises:
            SnapshotCorrupt: the folder has no manifest of that version.
            SharedStoreUnusable: it does not take it.
        """
        data = (folder / NAME).read_bytes()
        entries = _entries(opened(data, version, f"{version}/{NAME}"))
        there = self._sizes(f"snapshots/{version}")

        def sent(entry: _Entry) -> int:
            name, size, _ = entry
            if there.get(_in(version, name)) != size or not self._is_whole(version, entry):
                self._send(folder / name, _in(version, name))
            return size

        _tell(progress, _at_once(sent, entries), sum(size for _, size, _ in entries))
        try:
            self.manifest(version)  # another publisher's, which has the time at which it was published first
        except (NoSnapshot, SnapshotCorrupt):
            self._send(folder / NAME, _in(version, NAME))

    def _published_at(self, version: str) -> str:
        try:
            return str(self.manifest(version)[1]["published_at"])
        except (NoSnapshot, SnapshotCorrupt):
            return ""

    def _is_whole(self, version: str, entry: _Entry) -> bool:
        try:
            for _ in self._verified(version, entry):
                pass
        except SnapshotCorrupt:
            return False
        return True

    def _verified(self, version: str, entry: _Entry) -> Iterator[bytes]:
        """A file in chunks; it raises before the last one unless all of them are what the manifest says."""
        name, size, digest = entry
        where, sum_, length = f"{self.url}/snapshots/{version}/{name}", hashlib.sha256(), 0
        for start in range(0, size, _CHUNK):
            end = min(start + _CHUNK, size)
            try:
                chunk = self._read(_in(version, name), start, end + (end == size))  # one more: is it longer?
            except FileNotFoundError:
                raise corrupt(where, "missing") from None
            sum_.update(chunk)
            length += len(chunk)
            if length != end:
                raise corrupt(where, f"with {'more' if length > end else 'fewer'} bytes than {size:,}")
            if end == size and sum_.hexdigest() != digest:
                raise corrupt(where, "with other bytes than it was published with")
            yield chunk

    def _read(self, name: str, start: int, end: int) -> bytes:
        """The bytes [start, end) of a file, fewer where it ends before, none where it ends before the start."""
        with self._reached():
            try:
                found: bytes = self._system.cat_file(f"{self._base}/{name}", start=start, end=end)
            except OSError as error:
                if error.errno != errno.EINVAL:  # what s3fs makes of "no such range"
                    raise
                return b""
        return found

    def _sizes(self, folder: str) -> dict[str, int]:
        """The sizes of all files in a folder and below, by their names under the base; none if there is no folder."""
        with self._reached():
            try:
                found = self._system.find(f"{self._base}/{folder}", detail=True)
            except FileNotFoundError as error:  # no such bucket; a folder that is not there is an empty one
                raise self._unusable(error) from None
        return {path.removeprefix(f"{self._base}/"): int(entry["size"]) for path, entry in found.items()}

    def _send(self, path: Path, name: str) -> None:
        self._put(name, lambda to: self._system.put_file(str(path), to, chunksize=_PART, max_concurrency=1))

    def _put(self, name: str, write: Callable[[str], object]) -> None:
        """Have a file written such that nobody sees half of it."""
        path = f"{self._base}/{name}"
        beside = f"{path}.{secrets.token_hex(8)}" if self._in_place else path
        with self._reached():
            try:
                write(beside)
                if self._in_place:
                    self._system.mv(beside, path)
            except FileNotFoundError as error:  # no such bucket
                raise self._unusable(error) from None

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, SharedStoreUnusable):
            raise
        except Exception as error:  # noqa: BLE001 - the drivers' errors have no other class in common
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> SharedStoreUnusable:
        number = getattr(error, "errno", None)
        why = f"{type(error).__name__}: {os.strerror(number)}" if number else type(error).__name__
        return SharedStoreUnusable(
            came=f"{self.url}, which does not do what it is asked ({why})",
            expected="an object store or a folder that this machine reaches and may use",
            do="look after it and the network; of an object store, see AWS_ENDPOINT_URL and the other AWS_ settings",
        )


def _driver(kind: str) -> Callable[..., Any]:
    try:
        found: Callable[..., Any] = fsspec.get_filesystem_class(kind)
    except ImportError as error:
        raise SharedStoreUnusable(
            came=f"{kind}:// in HARMGRID_SNAPSHOTS_URL, for which s3fs is not installed",
            expected="the library that speaks with object stores",
            do="pip install 'harmgrid[s3]'",
        ) from error
    return found


def _in(version: str, name: str) -> str:
    return f"snapshots/{version}/{name}"


def _entries(manifest: Mapping[str, Any]) -> list[_Entry]:
    return [(name, size, digest) for name, (size, digest) in manifest["files"].items()]


def _is_there(path: Path, entry: _Entry) -> bool:
    _, size, digest = entry
    try:
        with path.open("rb") as file:
            return path.stat().st_size == size and hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return False


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _at_once(work: Callable[[Any], _Value], items: Iterable[Any]) -> Iterator[_Value]:
    """What each item gives, in their order; the first that raises ends it."""
    with ThreadPoolExecutor(_AT_ONCE, "snapshots") as pool:
        yield from pool.map(work, items)


def _tell(progress: Progress, sizes: Iterator[int], total: int) -> None:
    done = 0
    for size in sizes:
        done += size
        progress(done, total)
