"""A snapshot on disk: a directory of arrays with a manifest, written once, never changed, mapped into memory.

    snapshots/<version>/manifest.json    what it is, the size and SHA-256 of every other file, and its own SHA-256
    snapshots/<version>/<layer>.json     the areas of a level as GeoJSON
    snapshots/<version>/names.json       names of places, if the force brings any
    snapshots/<version>/*.npy            arrays of the cubes, of the prepared tiles and of where labels stand
    CURRENT                              the version that is served

The version is a digest of the contents, so the same records give the same version. A snapshot is written under a
temporary name, synced and renamed, then CURRENT is replaced in the same way: whoever reads sees the old one or the new
one, whole.
"""

import fcntl
import hashlib
import mmap
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from harmgrid.arrays import CUBE_ARRAYS
from harmgrid.cube import Cube
from harmgrid.errors import NoSnapshot, SnapshotCorrupt
from harmgrid.manifest import FORMAT, is_version, opened, sealed, version_of
from harmgrid.manifest import NAME as MANIFEST
from harmgrid.manifest import corrupt as corrupt_file
from harmgrid.measures import Recipe
from harmgrid.placenames import files_of, names_from
from harmgrid.published import Group, Level, Published
from harmgrid.sectors import sectors_from_json, sectors_to_json
from harmgrid.tiles import TileSet
from harmgrid.types import Months

_UNREADABLE = (  # what arrays, GeoJSON and texts raise that are not what their names say
    *(ArithmeticError, AttributeError, EOFError, LookupError, RecursionError, TypeError, ValueError),
    shapely.errors.ShapelyError,
)
_GROUPS = "groups"  # the cube of events linked to groups


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A snapshot opened for reading; its arrays are mapped, not copied."""

    version: str
    published_at: str  # ISO 8601, UTC
    contents: Published


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A snapshot that lies in a store, whether or not it is the one that is served."""

    version: str
    published_at: str  # ISO 8601, UTC; empty if its manifest cannot be read, so that nothing can serve it
    size: int  # bytes


@dataclass(frozen=True, kw_only=True)
class Store:
    """The directory that holds the snapshots of one deployment."""

    directory: Path
    follows: bool = False  # which snapshot is current is decided elsewhere, so that writing one does not

    def current(self) -> str:
        """The version that is served.

        Raises:
            NoSnapshot: nothing has been published.
        """
        try:
            return (self.directory / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            raise NoSnapshot(
                came=f"{self.directory}, where nothing has been published",
                expected="a published snapshot",
                do="run harmgrid publish with the same HARMGRID_DATA_DIR, or the same HARMGRID_SNAPSHOTS_URL",
            ) from None

    def read(self, version: str, *, verify: bool = False) -> Snapshot:
        """The snapshot of that version; with `verify`, every byte of it is held against its manifest.

        Raises:
            NoSnapshot: no such version.
            SnapshotCorrupt: a file is missing or not what the manifest says.
        """
        folder = self.folder(version)
        manifest = self._manifest(version)
        for name, (size, digest) in manifest["files"].items():
            _require_intact(folder / name, size, digest if verify else None)
        try:
            contents = _contents(folder, manifest)
        except _UNREADABLE as error:
            raise _corrupt(folder, f"which cannot be read ({error})") from error
        return Snapshot(version=version, published_at=manifest["published_at"], contents=contents)

    def write(self, contents: Published, now: datetime) -> str:
        """Publish these contents; the version, which is then the current one. Publishers take turns.

        In a store that follows another one the current one stays.
        """
        with self._turn("publishing"):
            return self._write(contents, now)

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A folder on the same disk for what is being put together, empty and gone afterwards. Builders take turns."""
        folder = self.directory / "building"
        with self._turn("building"):
            shutil.rmtree(folder, ignore_errors=True)  # what a builder left that was killed
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder)

    def is_whole(self, version: str) -> bool:
        """Whether a snapshot is here, every byte of it as it was published, and can be read."""
        try:
            self.read(version, verify=True)
        except (NoSnapshot, SnapshotCorrupt):
            return False
        return True

    def kept(self) -> list[Kept]:
        """Every snapshot that is here, in the order in which they were first published."""
        folders = [path for path in (self.directory / "snapshots").glob("*") if is_version(path.name)]
        # Of two within a second, the clock of the file system says which was first.
        folders.sort(key=lambda folder: (self._published_at(folder.name), folder.stat().st_mtime_ns))
        return [
            Kept(
                version=folder.name,
                published_at=self._published_at(folder.name),
                size=sum(path.stat().st_size for path in folder.iterdir()),
            )
            for folder in folders
        ]

    def roll_back(self, version: str | None = None) -> str:
        """Serve this snapshot from now on, or the one that was published before the current; its version.

        Raises:
            NoSnapshot: no such version, or none from before the current one.
            SnapshotCorrupt: it is not as it was published; the current one stays.
        """
        self.current()  # where nothing was published, no folder is made either
        with self._turn("publishing"):
            version = version or self._before(self.current())
            try:
                self.read(version, verify=True)
            except SnapshotCorrupt as error:
                do = "name another version, as harmgrid snapshots lists them"
                raise SnapshotCorrupt(came=error.came, expected=error.expected, do=do) from error
            self._point_to(version)
        return version

    def point_to(self, version: str) -> None:
        """Serve this snapshot from now on. Whoever calls has seen that it is whole."""
        with self._turn("publishing"):
            self._point_to(version)

    def install(self, folder: Path, version: str) -> None:
        """Take in a snapshot that was written elsewhere on this disk, in place of whatever bears its name."""
        with self._turn("publishing"):
            self._delete(version)
            folder.rename(self.folder(version))
            sync(self.directory / "snapshots")

    def remove(self, version: str) -> None:
        """Delete a snapshot, unless it is the current one. Whoever has it open can go on reading."""
        with self._turn("publishing"):
            if version != self.current():
                self._delete(version)

    def inode(self, version: str) -> int:
        """The number of the folder of a snapshot: another one once it was written anew.

        Raises:
            NoSnapshot: no such version.
        """
        try:
            return self.folder(version).stat().st_ino
        except FileNotFoundError:
            raise _not_here(version) from None

    @contextmanager
    def _turn(self, of: str) -> Iterator[None]:
        """The turn of whoever puts a snapshot together, or of whoever changes what is served."""
        self.directory.joinpath("snapshots").mkdir(parents=True, exist_ok=True)
        with (self.directory / f"{of}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _before(self, current: str) -> str:
        """What was published before the current version; the last of all others where that one cannot be read."""
        kept = [found.version for found in self.kept() if found.published_at]
        earlier = kept[: kept.index(current)] if current in kept else kept
        if not earlier:
            raise NoSnapshot(
                came=f"the snapshot {current[:40]!r}, before which none was published that is still here",
                expected="an older one to go back to",
                do="name a version, as harmgrid snapshots lists them, or run harmgrid publish",
            )
        return earlier[-1]

    def _published_at(self, version: str) -> str:
        try:
            return str(self._manifest(version)["published_at"])
        except (NoSnapshot, SnapshotCorrupt):
            return ""

    def _write(self, contents: Published, now: datetime) -> str:
        temporary = self.directory / "snapshots" / "writing"
        shutil.rmtree(temporary, ignore_errors=True)  # what a publisher left that was killed
        temporary.mkdir()
        files = {name: _write(temporary / name, data) for name, data in _files(contents).items()}
        described = _describe(contents) | {"format": FORMAT, "files": files}
        version = version_of(described)
        manifest = described | {"version": version, "published_at": now.isoformat(timespec="seconds")}
        _write(temporary / MANIFEST, sealed(manifest))
        sync(temporary)
        if self.is_whole(version):
            shutil.rmtree(temporary)
        else:
            shutil.rmtree(self.folder(version), ignore_errors=True)
            temporary.rename(self.folder(version))
            sync(self.directory / "snapshots")
        if not self.follows:
            self._point_to(version)
        return version

    def _point_to(self, version: str) -> None:
        pointer = self.directory / "CURRENT-next"
        _write(pointer, f"{version}\n".encode())
        pointer.replace(self.directory / "CURRENT")
        sync(self.directory)

    def _delete(self, version: str) -> None:
        """Let the folder vanish at once, then its files: nobody finds half of a snapshot."""
        aside = self.directory / "snapshots" / "removing"
        shutil.rmtree(aside, ignore_errors=True)  # what somebody left who was killed
        if self.folder(version).exists():
            self.folder(version).rename(aside)
            shutil.rmtree(aside)

    def folder(self, version: str) -> Path:
        """Where the snapshot of a version is, or would be.

        Raises:
            NoSnapshot: it is not spelt as versions are.
        """
        if not is_version(version):
            raise NoSnapshot(
                came=f"the snapshot {version[:40]!r}",
                expected="a version of 16 hexadecimal digits",
                do="take the version from /api/snapshot",
            )
        return self.directory / "snapshots" / version

    def _manifest(self, version: str) -> dict[str, Any]:
        try:
            data = (self.folder(version) / MANIFEST).read_bytes()
        except FileNotFoundError:
            raise _not_here(version) from None
        return opened(data, version, f"{version}/{MANIFEST}")


def _describe(contents: Published) -> dict[str, Any]:
    return {
        "force": contents.force,
        "synthetic": contents.synthetic,
        "attribution": contents.attribution,
        "months": {"start": contents.months.start, "delivered": list(contents.months.delivered)},
        "recipe": asdict(contents.recipe),
        "resolutions": sorted(contents.hex_cubes),
        "resolution_at_zoom": sorted(contents.resolution_at_zoom.items()),
        "tiles": sorted(contents.tiles),
        "levels": [{"id": level.id, "layer": level.layer} for level in contents.levels],
        "groups": contents.groups if contents.group_cube else None,
        "lacking": {measure: list(months) for measure, months in sorted(contents.lacking.items())},
        "unfed": list(contents.unfed),
        "population": contents.population,
    }


def _files(contents: Published) -> dict[str, bytes | NDArray[Any]]:
    files: dict[str, bytes | NDArray[Any]] = {
        f"{level.layer}.json": sectors_to_json(level.sectors) for level in contents.levels
    }
    files |= files_of(contents.names) | {f"labels-{level.layer}.npy": level.anchors for level in contents.levels}
    cubes = {level.layer: level.cube for level in contents.levels}
    cubes |= {f"hex{level}": cube for level, cube in contents.hex_cubes.items()}
    if contents.group_cube:
        cubes[_GROUPS] = contents.group_cube
    for name, cube in cubes.items():
        files |= {f"cube-{name}-{array}.npy": getattr(cube, array) for array in CUBE_ARRAYS}
    for (layer, zoom), tiles in contents.tiles.items():
        files |= {f"tiles-{layer}-{zoom}-{name}.npy": array for name, array in tiles._asdict().items()}
    return files


def _contents(folder: Path, manifest: Mapping[str, Any]) -> Published:
    months = Months(start=manifest["months"]["start"], delivered=tuple(manifest["months"]["delivered"]))
    return Published(
        force=manifest["force"],
        synthetic=manifest["synthetic"],
        attribution=manifest["attribution"],
        months=months,
        recipe=Recipe.from_dict(manifest["recipe"]),
        levels=tuple(
            Level(
                id=level["id"],
                sectors=sectors_from_json((folder / f"{level['layer']}.json").read_bytes()),
                cube=_cube(folder, level["layer"], months),
                anchors=_map(folder / f"labels-{level['layer']}.npy"),
            )
            for level in manifest["levels"]
        ),
        hex_cubes={level: _cube(folder, f"hex{level}", months) for level in manifest["resolutions"]},
        resolution_at_zoom=dict(manifest["resolution_at_zoom"]),
        tiles={
            (layer, zoom): TileSet(*(_map(folder / f"tiles-{layer}-{zoom}-{name}.npy") for name in TileSet._fields))
            for layer, zoom in manifest["tiles"]
        },
        groups=tuple(Group(*group) for group in manifest["groups"] or ()),
        group_cube=None if manifest["groups"] is None else _cube(folder, _GROUPS, months),
        lacking={measure: tuple(lacks) for measure, lacks in manifest["lacking"].items()},
        unfed=tuple(manifest["unfed"]),
        population=manifest["population"],
        names=names_from(folder, manifest["files"]),
    )


def _cube(folder: Path, name: str, months: Months) -> Cube:
    arrays = {array: _map(folder / f"cube-{name}-{array}.npy") for array in CUBE_ARRAYS}
    return Cube(months=len(months.delivered), **arrays)


def _map(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def _write(path: Path, data: bytes | NDArray[Any]) -> tuple[int, str]:
    """Write a file through to the disk; its size and SHA-256."""
    with path.open("w+b") as file:
        if isinstance(data, bytes):
            file.write(data)
        else:
            np.save(file, np.ascontiguousarray(data), allow_pickle=False)
            mapped: object = data.base
            if isinstance(mapped, mmap.mmap):
                mapped.madvise(mmap.MADV_DONTNEED)  # it may be larger than the memory, and has been read for once
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk, whatever happens to the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_intact(path: Path, size: int, digest: str | None) -> None:
    try:
        with path.open("rb") as file:
            found = path.stat().st_size
            if found != size:
                raise _corrupt(path, f"of {found:,} bytes, not {size:,}")
            if digest and hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise _corrupt(path, "with other bytes than it was published with")
    except FileNotFoundError as error:
        raise _corrupt(path, "missing") from error


def _not_here(version: str) -> NoSnapshot:
    return NoSnapshot(
        came=f"the snapshot {version}, which is not here",
        expected="a published one",
        do="take the version from /api/snapshot, or run harmgrid publish",
    )


def _corrupt(path: Path, how: str) -> SnapshotCorrupt:
    return corrupt_file(f"{path.parent.name}/{path.name}", how)
