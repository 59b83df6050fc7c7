"""Signed values: only what was sealed with this secret under this name comes out."""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.cache.envelope import OVERHEAD, Envelope, secret_in

pytestmark = pytest.mark.quick

ENVELOPE = Envelope(b"s" * 32)


@pytest.mark.parametrize("value", [b"", b"a", bytes(range(256)) * 10])
def test_what_was_sealed_comes_out(value: bytes) -> None:
    sealed = ENVELOPE.seal("name", value)
    assert ENVELOPE.open("name", sealed) == value
    assert len(sealed) == len(value) + OVERHEAD


def test_another_name_or_another_secret_opens_nothing() -> None:
    sealed = ENVELOPE.seal("name", b"value")
    assert ENVELOPE.open("names", sealed) is None
    assert Envelope(b"t" * 32).open("name", sealed) is None


def test_no_name_and_value_run_together_into_others() -> None:
    assert ENVELOPE.open("na", ENVELOPE.seal("n", b"avalue")) is None
    assert ENVELOPE.seal("na", b"value")[:OVERHEAD] != ENVELOPE.seal("n", b"avalue")[:OVERHEAD]


def test_every_changed_byte_and_every_cut_is_seen() -> None:
    sealed = ENVELOPE.seal("name", b"value")
    for i in range(len(sealed)):
        assert ENVELOPE.open("name", sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :]) is None
        assert ENVELOPE.open("name", sealed[:i]) is None
    assert ENVELOPE.open("name", sealed + b"x") is None


def test_random_bytes_open_to_nothing() -> None:
    for size in (0, 1, OVERHEAD - 1, OVERHEAD, 1000):
        assert ENVELOPE.open("name", os.urandom(size)) is None


def test_the_secret_of_a_folder_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    secret = secret_in(tmp_path)
    assert len(secret) == 32
    assert secret_in(tmp_path) == secret
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_servers_that_start_at_the_same_time_have_the_same_secret(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def start(_: int) -> bytes:
        together.wait()
        return secret_in(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["cache-secret"]


@pytest.mark.parametrize("damaged", ["", "no digits", "ab cd e"])
def test_a_damaged_secret_is_made_anew(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "cache-secret").write_text(damaged)
    secret = secret_in(tmp_path)
    assert len(secret) == 32
    assert secret_in(tmp_path) == secret


def test_without_a_folder_to_write_each_process_has_its_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert secret_in(tmp_path / "nothing") != secret_in(tmp_path / "nothing")
    assert "will not share" in caplog.text
