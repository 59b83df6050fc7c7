"""The files of a source: alone, in a folder or in a zip archive; from outside, and so distrusted.

An archive's limits are checked against its directory before a byte is unpacked.
"""

import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO, cast

from etl.reading.source import FORMATS, Reading
from harmgrid.errors import HarmgridError, UnreadableSource

MAX_FILES = 10_000
MAX_BYTES = 20 * 1024**3  # of all files together, unpacked
MAX_RATIO = 200  # unpacked to packed; street crime packs about 6 to 1
MAX_HELD = 256 * 1024**2  # of a file that has to be unpacked into memory to be read
_RATIO_FROM = 1024**2  # a small file of equal rows may pack better than that and harms nobody
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError)
_ARCHIVES = (".zip", ".shz")
_PACKED = b"PK\3\4"
_GZIP = ".gz"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One file of a source."""

    path: Path
    inside: str | None = None  # its name in the archive; None if the path is the file itself
    size: int  # bytes, unpacked

    @property
    def name(self) -> str:
        """The file's own name, without folders."""
        name = PurePosixPath(self.inside).name if self.inside else self.path.name
        name = name[: -len(_GZIP)] if self.is_gzip else name
        return os.fsencode(name).decode("utf-8", "backslashreplace")  # a disk may hold names that are no text

    @property
    def is_gzip(self) -> bool:
        """Whether it is one file packed by itself."""
        return self.inside is None and self.path.name.lower().endswith(_GZIP)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes.

        Raises:
            UnreadableSource: damaged, encrypted or packed in a way that cannot be read, found out while reading.
        """
        try:
            if self.is_gzip:
                with gzip.open(self.path) as packed:
                    yield cast("IO[bytes]", _Bounded(cast("IO[bytes]", packed), self))
            elif self.inside is None:
                with self.path.open("rb") as file:
                    yield file
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.inside) as file:
                    yield file
        except HarmgridError:  # of whoever reads; some are RuntimeErrors too
            raise
        except (*_DAMAGED, RuntimeError) as error:  # zipfile says with a bare RuntimeError that it wants a password
            raise UnreadableSource(
                came=f"{self.name} in {self.path.name}, which cannot be unpacked ({error})",
                expected="a file that is whole and not encrypted",
                do="fetch the archive again",
            ) from error

    @contextmanager
    def open_seekable(self) -> Iterator[IO[bytes]]:
        """Its bytes, in any order; those of an archive are held in memory.

        Raises:
            UnreadableSource: see `open`; or too large for that.
        """
        held = self.inside or self.is_gzip
        if held and self.size > MAX_HELD:
            raise UnreadableSource(
                came=f"{self.name} of {self.size:,} bytes in {self.path.name}",
                expected=f"{MAX_HELD:,} bytes at most, for what has to be held in memory",
                do="unpack the archive and load the file itself",
            )
        with self.open() as file:
            yield io.BytesIO(file.read()) if held else file


class _Bounded(io.RawIOBase):
    """What a gzip file unpacks to, up to the limits of an archive; its own word for how much that is counts nothing."""

    def __init__(self, file: IO[bytes], found: Found) -> None:
        self._file, self._found, self._read = file, found, 0
        self._most = min(MAX_BYTES, max(_RATIO_FROM, MAX_RATIO * found.path.stat().st_size))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size if size >= 0 else self._most + 1 - self._read)
        self._read += len(data)
        if self._read > self._most:
            raise _over_limit(self._found.path.name, f"more than {self._most:,} bytes unpacked", f"{MAX_RATIO} to 1")
        return data

    def readline(self, size: int | None = -1) -> bytes:
        line = self._file.readline(-1 if size is None else size)
        self._read += len(line)
        return line

    def tell(self) -> int:
        return self._read


def _size_unpacked(path: Path) -> int:
    """Bytes, as the end of a gzip file says, for showing progress."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 4))
        return int.from_bytes(file.read(), "little")


def find_files(path: Path, reading: Reading) -> tuple[list[Found], list[str]]:
    """The files to read, in the order of their names, and the names of others of that format that are left out.

    Raises:
        UnreadableSource: no such path, no zip archive, over a limit, nothing to read, or two files of one name.
    """
    if path.is_dir():
        found = _in_folder(path)
    elif not path.is_file():
        raise UnreadableSource(
            came=f"{path}, which is {'no file' if path.exists() else 'not there'}",
            expected=f"a file of the format {reading.format}, a folder of such files or a zip archive of them",
            do="check the path",
        )
    elif _is_archive(path, reading.format):
        found = _in_archive(path)
    else:
        alone = Found(path=path, size=path.stat().st_size)
        return [replace(alone, size=_size_unpacked(path)) if alone.is_gzip else alone], []
    endings = FORMATS[reading.format]
    ours = [file for file in found if file.name.lower().endswith(endings) or _matches(file.name, [reading.files])]
    chosen = [file for file in ours if _is_chosen(file.name, reading, endings)]
    _require_some(path, chosen, reading)
    _require_distinct(path, chosen)
    left_out = {file.name for file in ours} - {file.name for file in chosen}
    endless = {name for name in left_out if not name.lower().endswith(endings)}  # a readme is nobody's table
    return sorted(chosen, key=lambda file: file.name), sorted(left_out - endless)


def entries_of(path: Path | IO[bytes], name: str) -> list[zipfile.ZipInfo]:
    """What an archive holds, by its directory.

    Raises:
        UnreadableSource: no zip archive, or one made to fill a disk.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (*_DAMAGED, ValueError) as error:
        raise UnreadableSource(
            came=f"{name}, which is not a zip archive ({error})",
            expected="a whole archive of files to read, or one such file",
            do="fetch it again, or check that it is the file you meant",
        ) from error
    _require_harmless(name, entries)
    return entries


def _is_archive(path: Path, form: str) -> bool:
    if path.suffix.lower() in _ARCHIVES:
        return True
    if form == "xlsx":  # which is a zip archive itself
        return False
    with path.open("rb") as file:
        return file.read(len(_PACKED)) == _PACKED


def _in_folder(path: Path) -> list[Found]:
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files = [Path(folder) / name for name in names if not name.startswith(".")]
        found += [Found(path=file, size=file.stat().st_size) for file in files if file.is_file()]
        if len(found) > MAX_FILES:
            raise _over_limit(path.name, f"more than {MAX_FILES:,} files", f"{MAX_FILES:,} at most")
    return found


def _in_archive(path: Path) -> list[Found]:
    return [
        Found(path=path, inside=entry.filename, size=entry.file_size)
        for entry in entries_of(path, path.name)
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def _is_chosen(name: str, reading: Reading, endings: tuple[str, ...]) -> bool:
    if not _matches(name, [reading.files]) or _matches(name, reading.leave_out):
        return False
    return reading.files != "*" or name.lower().endswith(endings)


def _require_harmless(name: str, entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    dense = [
        entry
        for entry in entries
        if entry.file_size > _RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
    ]
    if len(entries) > MAX_FILES:
        raise _over_limit(name, f"{len(entries):,} files", f"{MAX_FILES:,} at most")
    if total > MAX_BYTES:
        raise _over_limit(name, f"{total:,} bytes unpacked", f"{MAX_BYTES:,} at most")
    if dense:
        ratio = dense[0].file_size // max(dense[0].compress_size, 1)
        raise _over_limit(name, f"{dense[0].filename} packed {ratio:,} to 1", f"{MAX_RATIO} to 1 at most")


def _over_limit(name: str, came: str, expected: str) -> UnreadableSource:
    return UnreadableSource(
        came=f"{name} with {came}",
        expected=f"{expected}, so that an archive made to fill the disk does no harm",
        do="fetch it again from its source, or load its files in smaller archives",
    )


def _require_some(path: Path, files: list[Found], reading: Reading) -> None:
    if not files:
        called = reading.files if reading.files != "*" else f"*{FORMATS[reading.format][0]}"
        less = f" and not {', '.join(reading.leave_out)}" if reading.leave_out else ""
        raise UnreadableSource(
            came=f"{path.name} without a file of this source",
            expected=f"files called {called}{less}",
            do="check that it is the archive or folder you meant, or fetch it again with these files included",
        )


def _require_distinct(path: Path, files: list[Found]) -> None:
    names: set[str] = set()
    for file in files:
        if file.name in names:
            raise UnreadableSource(
                came=f"{path.name} with two files named {file.name}",
                expected="each name once: rows without a reference are known by it",
                do="load the two in archives of their own, under names of their own",
            )
        names.add(file.name)
