"""A shared store, in a folder and in an object store: what goes there comes back, and nothing else does."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harmgrid import remote
from harmgrid.errors import NoSnapshot, SharedStoreUnusable, SnapshotCorrupt
from harmgrid.manifest import opened, sealed, version_of
from harmgrid.remote import Remote, is_address, require_driver
from harmgrid.snapshot import Store
from tests.shared_store import KEY, BucketPlace, FolderPlace, ObjectStore, Place, object_store
from tests.small_force import smallest_force

NOW = datetime(2026, 11, 23, tzinfo=UTC)
Damage = Callable[[bytes], bytes | None]


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectStore]:
    with object_store() as found:
        yield found


@pytest.fixture(params=["file", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    if request.param == "file":
        yield FolderPlace(tmp_path / "shared folder")
        return
    found: ObjectStore = request.getfixturevalue("bucket")
    for name, value in found.settings.items():
        monkeypatch.setenv(name, value)
    in_bucket = BucketPlace(found.endpoint, f"of/{tmp_path.name}")
    yield in_bucket
    in_bucket.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One small snapshot; nobody may change it."""
    made = Store(directory=tmp_path_factory.mktemp("store"))
    made.write(smallest_force(), NOW)
    return made


@pytest.fixture
def version(store: Store) -> str:
    return store.current()


def unseen(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def uploaded(place: Place, store: Store) -> Remote:
    found = Remote(place.url)
    found.upload(store.current(), store.folder(store.current()), unseen)
    return found


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are sent."""
    names: list[str] = []
    send = Remote._send

    def noted(self: Remote, path: Path, name: str) -> None:
        names.append(path.name)
        send(self, path, name)

    monkeypatch.setattr(Remote, "_send", noted)
    return names


def test_what_is_uploaded_comes_back_to_the_byte(place: Place, store: Store, version: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    found = Remote(place.url)
    found.upload(version, store.folder(version), lambda done, total: told.append((done, total)))
    found.fetch(version, tmp_path / "copy", lambda done, total: told.append((done, total)))
    assert bytes_in(tmp_path / "copy") == bytes_in(store.folder(version))
    size = sum(len(data) for name, data in bytes_in(store.folder(version)).items() if name != "manifest.json")
    assert told.count((size, size)) == 2, "progress ends with all of it, both ways"
    assert {name.split("/")[0] for name in place.names()} == {"snapshots"}, "and nothing points to it yet"


def test_the_manifest_is_sent_last_and_what_is_there_is_not_sent_again(
    place: Place, store: Store, version: str, sent: list[str]
) -> None:
    uploaded(place, store)
    assert sorted(sent) == sorted(bytes_in(store.folder(version)))
    assert sent[-1] == "manifest.json"
    sent.clear()
    uploaded(place, store)
    assert sent == []


def test_a_pointer_says_what_was_pointed_to_last(place: Place) -> None:
    found = Remote(place.url)
    with pytest.raises(NoSnapshot, match="nothing has been published"):
        found.current()
    for version in ("0" * 16, "1" * 16):
        found.point_to(version)
        assert found.current() == version
    assert place.names() == {"CURRENT"}


@pytest.mark.parametrize("pointer", [b"", b"\n", b"../../etc\n", b"\xff\xfe", b"0" * 17, b"0" * 10_000, b"current\n"])
def test_a_pointer_that_is_no_version_is_refused(place: Place, pointer: bytes) -> None:
    place.write("CURRENT", pointer)
    with pytest.raises(SnapshotCorrupt) as raised:
        Remote(place.url).current()
    assert len(str(raised.value)) < 400


DAMAGES: dict[str, Damage] = {
    "flipped": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "flipped at the end": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "half": lambda data: data[: len(data) // 2],
    "empty": lambda _: b"",
    "longer": lambda data: data + b"\0",
    "gone": lambda _: None,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused_by_name_and_mended_by_sending_that_one(
    place: Place, store: Store, version: str, tmp_path: Path, *, sent: list[str], damage: Damage
) -> None:
    found, name = uploaded(place, store), f"snapshots/{version}/cube-hex4-harm.npy"
    spoil(place, name, damage)
    with pytest.raises(SnapshotCorrupt, match=r"cube-hex4-harm\.npy"):
        found.fetch(version, tmp_path / "copy", unseen)
    assert not (tmp_path / "copy" / "manifest.json").exists()
    sent.clear()
    uploaded(place, store)
    assert sent == ["cube-hex4-harm.npy"]
    found.fetch(version, tmp_path / "copy", unseen)
    assert bytes_in(tmp_path / "copy") == bytes_in(store.folder(version))


@pytest.mark.parametrize("length", [0, 64, 128, 129])
def test_a_file_that_ends_where_a_chunk_does_is_too_short(
    place: Place, store: Store, version: str, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(remote, "_CHUNK", 64)
    found, name = uploaded(place, store), f"snapshots/{version}/cube-hex4-harm.npy"
    place.write(name, place.read(name)[:length])
    with pytest.raises(SnapshotCorrupt, match=r"cube-hex4-harm\.npy, with fewer bytes"):
        found.fetch(version, tmp_path / "copy", unseen)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_manifest_is_refused_and_mended(
    place: Place, store: Store, version: str, tmp_path: Path, *, damage: Damage
) -> None:
    found, name = uploaded(place, store), f"snapshots/{version}/manifest.json"
    spoil(place, name, damage)
    with pytest.raises((SnapshotCorrupt, NoSnapshot)):
        found.fetch(version, tmp_path / "copy", unseen)
    assert not (tmp_path / "copy").exists()
    uploaded(place, store)
    found.fetch(version, tmp_path / "copy", unseen)


def spoil(place: Place, name: str, damage: Damage) -> None:
    changed = damage(place.read(name))
    if changed is None:
        place.delete(name)
    else:
        place.write(name, changed)


def test_a_manifest_without_end_is_not_read(
    place: Place, store: Store, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = uploaded(place, store)
    monkeypatch.setattr(remote, "LARGEST", 1_000)
    with pytest.raises(SnapshotCorrupt, match="more than 1,000 bytes"):
        found.manifest(version)


def test_a_manifest_of_other_contents_does_not_pass_for_a_version(place: Place, store: Store, version: str) -> None:
    """Sealed as it should be, so that only the version itself can tell."""
    found, name = uploaded(place, store), f"snapshots/{version}/manifest.json"
    place.write(name, sealed(json.loads(place.read(name)) | {"force": "Othermere Police"}))
    with pytest.raises(SnapshotCorrupt, match="another version"):
        found.manifest(version)


@pytest.mark.parametrize("trick", ["../../../outside.npy", "/tmp/outside.npy", "a/b.npy", ".hidden", "manifest.json"])  # noqa: S108
def test_a_manifest_that_names_a_way_out_writes_nothing(
    place: Place, store: Store, version: str, tmp_path: Path, *, trick: str
) -> None:
    """Consistent in itself, to the version, which is that of its contents."""
    folder = store.folder(version)
    said = opened((folder / "manifest.json").read_bytes(), version, "")
    said["files"][trick] = said["files"]["sectors.json"]
    forged = version_of(said)
    place.write(f"snapshots/{forged}/manifest.json", sealed(said | {"version": forged}))
    with pytest.raises(SnapshotCorrupt, match="names files"):
        Remote(place.url).fetch(forged, tmp_path / "copy", unseen)
    assert not (tmp_path / "copy").exists()


def test_more_than_the_disk_has_room_for_is_not_begun(
    place: Place, store: Store, version: str, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = uploaded(place, store)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 1_000))
    with pytest.raises(OSError, match="No space left"):
        found.fetch(version, tmp_path / "copy", unseen)
    assert bytes_in(tmp_path / "copy") == {}


@pytest.mark.parametrize("version", ["", "..", "../../CURRENT", "0" * 15, "current", "0" * 16])
def test_a_version_that_is_not_there_is_none_whatever_path_it_spells(place: Place, store: Store, version: str) -> None:
    with pytest.raises(NoSnapshot):
        uploaded(place, store).manifest(version)


def test_never_more_than_a_chunk_of_a_file_is_read_at_a_time(
    place: Place, store: Store, version: str, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, lengths, read = uploaded(place, store), list[int](), Remote._read

    def noted(self: Remote, name: str, start: int, end: int) -> bytes:
        if not name.endswith("manifest.json"):
            lengths.append(end - start)
        return read(self, name, start, end)

    monkeypatch.setattr(Remote, "_read", noted)
    monkeypatch.setattr(remote, "_CHUNK", 100)
    found.fetch(version, tmp_path / "copy", unseen)
    assert bytes_in(tmp_path / "copy") == bytes_in(store.folder(version))
    assert max(lengths) == 101  # one more at the end, to see whether it is the end


def test_what_was_fetched_before_a_break_is_not_fetched_again(
    place: Place, store: Store, version: str, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, asked, read = uploaded(place, store), list[str](), Remote._read
    found.fetch(version, tmp_path / "copy", unseen)
    (tmp_path / "copy" / "manifest.json").unlink()
    (tmp_path / "copy" / "sectors.json").write_bytes(b"half")

    def noted(self: Remote, name: str, start: int, end: int) -> bytes:
        asked.append(name.rpartition("/")[2])
        return read(self, name, start, end)

    monkeypatch.setattr(Remote, "_read", noted)
    found.fetch(version, tmp_path / "copy", unseen)
    assert asked == ["manifest.json", "sectors.json"]


def test_snapshots_are_listed_in_the_order_of_their_publishing(place: Place, tmp_path: Path) -> None:
    store, found = Store(directory=tmp_path / "data", follows=True), Remote(place.url)
    versions = [
        store.write(replace(smallest_force(), force=f"Force {month}"), NOW.replace(month=month)) for month in (5, 3, 4)
    ]
    for version in versions:
        found.upload(version, store.folder(version), unseen)
    place.write(f"snapshots/{'0' * 16}/a.npy", b"the first file of one that was never whole")
    place.write("snapshots/elsewhere/a.npy", b"no snapshot")
    kept = found.kept()
    assert [(one.version, one.published_at[:7]) for one in kept] == [
        ("0" * 16, ""),
        (versions[1], "2026-03"),
        (versions[2], "2026-04"),
        (versions[0], "2026-05"),
    ]
    assert {one.version: one.size for one in store.kept()} == {one.version: one.size for one in kept[1:]}


def test_an_empty_place_holds_no_snapshot(place: Place) -> None:
    assert Remote(place.url).kept() == []


def test_a_store_that_is_down_or_lacks_the_bucket_is_told_without_a_secret(
    store: Store, version: str, bucket: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(work: Callable[[], Any]) -> str:
        with pytest.raises(SharedStoreUnusable) as raised:
            work()
        assert raised.value.__cause__ is None
        return str(raised.value)

    settings = KEY | {"AWS_ENDPOINT_URL": bucket.endpoint}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = Remote("s3://no-such-bucket/harm")
    said = [told(lambda: found.upload(version, store.folder(version), unseen)), told(lambda: found.point_to(version))]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://us:hunter2@127.0.0.1:1")
    gone = Remote("s3://no-such-bucket/harm")
    said += [told(gone.current), told(gone.kept), told(lambda: gone.point_to(version))]
    for text in said:
        assert text.startswith("s3://no-such-bucket/harm, which does not do what it is asked (")
        assert not any(secret in text for secret in ("hunter2", *KEY.values()))


def test_without_its_library_an_object_store_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(kind: str) -> None:
        raise ImportError(kind)

    monkeypatch.setattr("fsspec.get_filesystem_class", missing)
    with pytest.raises(SharedStoreUnusable, match=r"harmgrid\[s3\]"):
        Remote("s3://bucket")
    with pytest.raises(SharedStoreUnusable, match=r"harmgrid\[s3\]"):
        require_driver("s3://bucket")


@pytest.mark.quick
@pytest.mark.parametrize(
    "url", ["s3://harm", "s3://harm/", "s3://harm.example/a/b=c/d_e.f", "file:///mnt/shared/harm grid", "file:///x"]
)
def test_a_place_is_a_bucket_with_a_prefix_or_a_folder(url: str) -> None:
    assert is_address(url)


@pytest.mark.quick
@pytest.mark.parametrize(
    "url",
    [
        "",
        "/mnt/shared",
        "file://",
        "file:///",
        "file://host/share",
        "file:///a\nb",
        "s3://",
        "s3://a",
        "s3:///prefix",
        "s3://key:secret@bucket/prefix",
        "s3://bucket//prefix",
        "s3://bucket/../other",
        "s3://bucket/./x",
        "s3://bucket/a?versionId=1",
        "s3://bucket/a#b",
        "s3://bucket/%2e%2e",
        "S3://bucket",
        "s3a://bucket",
        "gs://bucket",
        "http://example/",
        "memory://x",
        "ftp://host/x",
        "github://org:repo@/",
        "simplecache::s3://bucket/prefix",
        "file::s3://bucket",
        "zip://a.zip::file:///x",
    ],
)
def test_anything_else_is_no_place(url: str) -> None:
    assert not is_address(url)
    with pytest.raises(ValueError, match="an address that"):
        Remote(url)
