"""What a manifest may say, whoever wrote it."""

import json
from typing import Any

import pytest

from harmgrid.errors import SnapshotCorrupt
from harmgrid.manifest import FORMAT, LARGEST_FILE, MOST_FILES, is_version, opened, sealed, version_of

pytestmark = pytest.mark.quick

DIGEST = "0" * 64


def manifest(**changed: Any) -> dict[str, Any]:
    contents = {"format": FORMAT, "force": "Testmere Police", "files": {"cube-hex3-count.npy": [128, DIGEST]}} | changed
    return {"published_at": "2026-11-23T00:00:00+00:00"} | contents | {"version": version_of(contents)}


def reopened(said: dict[str, Any]) -> dict[str, Any]:
    return opened(sealed(said), said["version"], "here")


def test_a_manifest_comes_out_as_it_was_sealed() -> None:
    said = manifest()
    assert {name: value for name, value in reopened(said).items() if name != "sha256"} == said


def test_the_version_is_of_the_contents_and_not_of_the_moment() -> None:
    said = manifest()
    assert is_version(said["version"])
    assert version_of(json.loads(sealed(said | {"published_at": "2027-01-01T00:00:00+00:00"}))) == said["version"]
    assert version_of(said | {"force": "Othermere Police"}) != said["version"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../other.npy",
        "/etc/passwd",
        "a/b.npy",
        "a\\b.npy",
        ".hidden",
        "manifest.json",
        "a\n.npy",
        "a\0.npy",
        "%2e%2e",
        "é.npy",
        "x" * 201,
        "~root",
        "a b.npy",
    ],
)
def test_a_file_with_another_name_than_a_plain_one_is_refused(name: str) -> None:
    with pytest.raises(SnapshotCorrupt, match="names files"):
        reopened(manifest(files={name: [128, DIGEST]}))


@pytest.mark.parametrize("size", [0, -1, LARGEST_FILE + 1, 1.5, "128", True, None, 10**400])
def test_a_file_of_a_size_that_no_file_has_is_refused(size: object) -> None:
    with pytest.raises(SnapshotCorrupt):
        reopened(manifest(files={"a.npy": [size, DIGEST]}))


@pytest.mark.parametrize(
    "files",
    [
        None,
        [],
        "a.npy",
        {"a.npy": None},
        {"a.npy": [128]},
        {"a.npy": [128, DIGEST, 1]},
        {"a.npy": [128, "0" * 63]},
        {"a.npy": [128, None]},
        {f"{number}.npy": [128, DIGEST] for number in range(MOST_FILES + 1)},
    ],
    ids=str,
)
def test_what_is_no_list_of_files_is_refused(files: object) -> None:
    with pytest.raises(SnapshotCorrupt, match="names files"):
        reopened(manifest(files=files))


@pytest.mark.parametrize("moment", [None, 7, "", "yesterday", "2026-11-23T00:00:00", "x" * 1000])
def test_a_time_that_is_none_is_refused(moment: object) -> None:
    with pytest.raises(SnapshotCorrupt, match="a time"):
        reopened(manifest(published_at=moment))


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff", b"", b"9" * 5_000])
def test_bytes_that_are_no_manifest_are_refused(data: bytes) -> None:
    with pytest.raises(SnapshotCorrupt, match="here, no JSON object"):
        opened(data, "0" * 16, "here")


def test_the_same_said_in_other_bytes_is_refused() -> None:
    said = manifest()
    for other in (sealed(said) + b"\n", json.dumps(json.loads(sealed(said))).encode()):
        with pytest.raises(SnapshotCorrupt, match="other bytes"):
            opened(other, said["version"], "here")
