"""Compression, tags and conditional requests: what a client wants is what it gets, and no byte twice."""

import gzip

import pytest
from flask import Request
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse

from server.packing import pack, takes_gzip, unpack
from tests.server.answers import answered, refused, require_headers

TILE = "/tiles/current/hex/4/8/4.mvt"
EMPTY = "/tiles/current/hex/4/0/0.mvt"
KEPT = (TILE, "/api/snapshot", "/api/sectors", "/api/places/A1", "/api/groups", "/api/classes")
GZIP = {"Accept-Encoding": "gzip"}


def tag_of(response: TestResponse) -> str:
    return response.headers["ETag"]


@pytest.mark.quick
@pytest.mark.parametrize(
    ("accepted", "gzipped"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br, deflate", False),
        ("*", True),
        ("identity", False),
        ("identity, gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=0.0, identity", False),
        ("gzip;q=0.1", True),
        ("gzip;q=0.5, identity", False),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("identity;q=0.5, *;q=0.1", False),
        ("identity;q=0.1, *;q=0.5", True),
        ("*;q=0", False),
        ("identity;q=0", False),  # nothing is acceptable: the body as it is
        ("identity;q=0, gzip", True),
        (";;;q=,", False),
        ("gzip;q=x", False),
    ],
)
def test_gzip_is_for_those_who_would_rather_have_it(accepted: str | None, *, gzipped: bool) -> None:
    headers = [] if accepted is None else [("Accept-Encoding", accepted)]
    assert takes_gzip(Request(EnvironBuilder(headers=headers).get_environ())) == gzipped


@pytest.mark.quick
def test_what_was_packed_comes_out_and_the_same_body_is_the_same_bytes() -> None:
    for body in (b"", b"a", bytes(range(256)) * 100):
        packed = unpack(pack(body))
        assert packed.plain == body
        assert gzip.decompress(packed.gzipped or gzip.compress(b"")) == body
        assert len({pack(body) for _ in range(20)}) == 1
        assert packed.plain_tag != packed.gzip_tag
    assert packed.gzipped[4:8] == bytes(4)  # no time in it
    assert unpack(pack(b"a")).plain_tag != unpack(pack(b"b")).plain_tag


@pytest.mark.parametrize("address", KEPT)
def test_an_answer_is_the_same_in_either_encoding_and_has_another_tag(client: FlaskClient, address: str) -> None:
    plain, packed = client.get(address), client.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data != b""
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert tag_of(plain) != tag_of(packed)
    for response in (plain, packed):
        require_headers(response)
        assert response.headers["Vary"] == "Accept-Encoding"
        assert tag_of(response).startswith('"')
    assert client.get(address, headers=GZIP).data == packed.data


@pytest.mark.parametrize("address", [*KEPT, EMPTY])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_client_has_is_not_sent_again(client: FlaskClient, method: str, address: str) -> None:
    tag, packed_tag = tag_of(client.get(address)), tag_of(client.get(address, headers=GZIP))
    for known in (tag, f"W/{tag}", f'"other", {tag}', f'"a", W/"b",W/{tag}', "*"):
        response = client.open(address, method=method, headers={"If-None-Match": known})
        require_headers(response)
        assert (response.status_code, response.data, tag_of(response)) == (304, b"", tag)
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.cache_control.no_cache
        assert not {"Content-Length", "Content-Type", "Content-Encoding"} & set(response.headers.keys())
    assert client.get(address, headers=GZIP | {"If-None-Match": packed_tag}).status_code == 304
    for unknown in ('"other"', 'W/"other"', tag.strip('"')[:-1], f'"{tag}"', ""):
        response = client.open(address, method=method, headers={"If-None-Match": unknown})
        assert response.status_code in {200, 204}
        assert tag_of(response) == tag


@pytest.mark.parametrize("address", KEPT)
def test_the_tag_of_one_encoding_is_not_that_of_the_other(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    response = client.get(address, headers=GZIP | {"If-None-Match": tag_of(plain)})
    assert response.status_code == 200
    assert gzip.decompress(response.data) == plain.data


@pytest.mark.parametrize("address", KEPT)
def test_a_head_says_what_the_get_would_in_either_encoding(client: FlaskClient, address: str) -> None:
    for headers in ({}, GZIP):
        got, head = client.get(address, headers=headers), client.head(address, headers=headers)
        assert head.data == b""
        assert dict(head.headers) | {"Date": ""} == dict(got.headers) | {"Date": ""}


def test_an_empty_tile_has_no_encoding(client: FlaskClient) -> None:
    response = client.get(EMPTY, headers=GZIP)
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Encoding" not in response.headers


def test_a_what_if_is_compressed_and_kept_by_nobody(client: FlaskClient) -> None:
    for address in (TILE, "/api/sectors"):
        for headers in ({}, GZIP, {"If-None-Match": "*"}):
            response = client.get(f"{address}?whatif=burglary:2", headers=headers)
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-store"
            assert "ETag" not in response.headers
            assert ("Content-Encoding" in response.headers) == (headers == GZIP)


def test_a_refusal_is_not_compressed_and_has_no_tag(client: FlaskClient) -> None:
    for address, status in (("/tiles/current/hex/99/0/0.mvt", 404), ("/api/sectors?x", 400)):
        response = client.get(address, headers=GZIP | {"If-None-Match": "*"})
        refused(response, status)
        assert not {"ETag", "Content-Encoding", "Cache-Control"} & set(response.headers.keys())


def test_a_what_if_that_changes_nothing_is_not_taken_for_the_score(client: FlaskClient) -> None:
    score = client.get("/api/sectors")
    what_if = client.get("/api/sectors?whatif=burglary:1")
    assert answered(what_if) == answered(score)
    assert "ETag" not in what_if.headers
