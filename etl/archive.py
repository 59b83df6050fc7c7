"""CSV files inside a zip archive or alone, from outside and so distrusted.

Limits are checked against the archive's directory before a byte is unpacked.
"""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from harmgrid.errors import HarmgridError, UnreadableSource

MAX_FILES = 10_000
MAX_BYTES = 20 * 1024**3  # of all files together, unpacked
MAX_RATIO = 200  # unpacked to packed; street crime packs about 6 to 1
_RATIO_FROM = 1024**2  # a small file of equal rows may pack better than that and harms nobody
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One CSV file, by its name without folders."""

    path: Path
    inside: str | None  # its name in the archive; None if the path is the file itself
    size: int  # bytes, unpacked

    @property
    def name(self) -> str:
        """The file's own name, without folders."""
        return PurePosixPath(self.inside).name if self.inside else self.path.name

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes.

        Raises:
            UnreadableSource: damaged, encrypted or packed in a way that cannot be read, found out while reading.
        """
        try:
            if self.inside is None:
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


def csv_members(path: Path) -> list[Member]:
    """The CSV files of a zip archive, or the one CSV file, in the order of their names.

    Raises:
        UnreadableSource: no such file, neither zip nor CSV, over a limit, or two files of one name.
    """
    if not path.is_file():
        raise UnreadableSource(
            came=f"{path}, which is {'a folder' if path.is_dir() else 'not there'}",
            expected="a zip archive or a CSV file",
            do="check the path",
        )
    if path.suffix.lower() == ".csv":
        return [Member(path=path, inside=None, size=path.stat().st_size)]
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (*_DAMAGED, ValueError) as error:
        raise UnreadableSource(
            came=f"{path.name}, which is not a zip archive ({error})",
            expected="a .zip of CSV files, or one .csv file",
            do="fetch it again, or check that it is the file you meant",
        ) from error
    _require_harmless(path, entries)
    members = [
        Member(path=path, inside=entry.filename, size=entry.file_size)
        for entry in entries
        if entry.filename.lower().endswith(".csv") and not entry.filename.startswith("__MACOSX/")
    ]
    _require_distinct(path, members)
    return sorted(members, key=lambda member: member.name)


def _require_harmless(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    dense = [
        entry
        for entry in entries
        if entry.file_size > _RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
    ]
    if len(entries) > MAX_FILES:
        came, expected = f"{len(entries):,} files", f"{MAX_FILES:,} at most"
    elif total > MAX_BYTES:
        came, expected = f"{total:,} bytes unpacked", f"{MAX_BYTES:,} at most"
    elif dense:
        ratio = dense[0].file_size // max(dense[0].compress_size, 1)
        came, expected = f"{dense[0].filename} packed {ratio:,} to 1", f"{MAX_RATIO} to 1 at most"
    else:
        return
    raise UnreadableSource(
        came=f"{path.name} with {came}",
        expected=f"{expected}, so that an archive made to fill the disk does no harm",
        do="fetch it again from its source, or load its files in smaller archives",
    )


def _require_distinct(path: Path, members: list[Member]) -> None:
    names: set[str] = set()
    for member in members:
        if member.name in names:
            raise UnreadableSource(
                came=f"{path.name} with two files named {member.name}",
                expected="each name once: rows without a reference are known by it",
                do="load the two in archives of their own, under names of their own",
            )
        names.add(member.name)
