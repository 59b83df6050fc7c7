"""Places where machines share snapshots: a folder, and an object store as moto plays it in a process of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import boto3

from tests.server.test_serve import PATIENCE_SECONDS, free_port

BUCKET = "harm"
KEY = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "not-a-secret", "AWS_DEFAULT_REGION": "us-east-1"}


class Place(Protocol):
    """What a test may do to a shared store behind harmgrid's back, by names below its address."""

    @property
    def url(self) -> str: ...
    def names(self) -> set[str]: ...
    def read(self, name: str) -> bytes: ...
    def write(self, name: str, data: bytes) -> None: ...
    def delete(self, name: str) -> None: ...


class FolderPlace:
    """A folder that every machine has mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def url(self) -> str:
        return f"file://{self._folder}"

    def names(self) -> set[str]:
        return {str(path.relative_to(self._folder)) for path in self._folder.rglob("*") if path.is_file()}

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(data)

    def delete(self, name: str) -> None:
        (self._folder / name).unlink()


class BucketPlace:
    """A prefix in a bucket."""

    def __init__(self, endpoint: str, prefix: str) -> None:
        self._prefix = prefix
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=KEY["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEY["AWS_SECRET_ACCESS_KEY"],
            region_name=KEY["AWS_DEFAULT_REGION"],
        )
        self._client.create_bucket(Bucket=BUCKET)  # or it is there

    @property
    def url(self) -> str:
        return f"s3://{BUCKET}/{self._prefix}"

    def names(self) -> set[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{self._prefix}/")
        return {entry["Key"].removeprefix(f"{self._prefix}/") for page in pages for entry in page.get("Contents", ())}

    def read(self, name: str) -> bytes:
        found: bytes = self._client.get_object(Bucket=BUCKET, Key=f"{self._prefix}/{name}")["Body"].read()
        return found

    def write(self, name: str, data: bytes) -> None:
        self._client.put_object(Bucket=BUCKET, Key=f"{self._prefix}/{name}", Body=data)

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=BUCKET, Key=f"{self._prefix}/{name}")

    def close(self) -> None:
        self._client.close()


class ObjectStore:
    """An object store on a port of this machine. What is in it is forgotten when it is stopped."""

    def __init__(self) -> None:
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self.settings = KEY | {"AWS_ENDPOINT_URL": self.endpoint}

    def start(self) -> None:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self._port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "moto's server ended"
            assert time.monotonic() < deadline, "moto's server does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/moto-api/", timeout=PATIENCE_SECONDS):  # noqa: S310 - our own
                return True
        except urllib.error.URLError:
            return False


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """An object store; it is gone afterwards."""
    store = ObjectStore()
    try:
        store.start()
        yield store
    finally:
        store.stop()
