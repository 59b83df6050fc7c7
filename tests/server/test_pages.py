"""The page and its files: nothing from elsewhere, nothing inline, and no way out of the folder."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.pages import STATIC
from tests.server.answers import answered, refused, require_headers

OURS = sorted(path for path in STATIC.rglob("*") if path.is_file() and STATIC / "vendor" not in path.parents)
MODULES = sorted(STATIC.rglob("*.js")) + sorted(STATIC.rglob("*.mjs"))
IMPORT = re.compile(
    r"""(?:^|[;\n])\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']""",
    re.MULTILINE,
)
LOADING = {"src", "href", "srcset", "action", "formaction", "data", "poster", "ping", "manifest", "background"}


class Page(HTMLParser):
    """What a page loads, and what it would run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, _: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"} and data.strip():
            self.inline.append(data)


@pytest.fixture(scope="module", params=["index.html", "records/records.html", "briefing/briefing.html"])
def page(request: pytest.FixtureRequest) -> Page:
    return Page((STATIC / request.param).read_text(encoding="utf-8"))


@pytest.mark.quick
def test_the_page_refers_to_nothing_elsewhere(page: Page) -> None:
    found = [value or "" for _, attributes in page.tags for name, value in attributes.items() if name in LOADING]
    assert found
    assert [value for value in found if not re.match(r"/(?!/)|#", value)] == []


def test_everything_that_the_page_refers_to_is_there(page: Page, client: FlaskClient) -> None:
    addresses = {str(value) for _, attributes in page.tags for name, value in attributes.items() if name in LOADING}
    for address in sorted(addresses):
        if address.startswith("/"):
            assert client.get(address).status_code == 200, address


@pytest.mark.quick
def test_the_page_runs_and_styles_nothing_inline(page: Page) -> None:
    assert page.inline == []
    names = [name for _, attributes in page.tags for name in attributes]
    assert [name for name in names if name.startswith("on") or name == "style"] == []
    assert all(attributes.get("src") for tag, attributes in page.tags if tag == "script")
    assert not {tag for tag, _ in page.tags} & {"base", "iframe", "object", "embed", "form", "style"}


@pytest.mark.quick
@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(STATIC)))
def test_a_module_imports_only_its_neighbours(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    imported = [first or second for first, second in IMPORT.findall(text)]
    imported += re.findall(r"""\bimport\(\s*["']([^"']+)["']\s*\)""", text)
    for name in imported:
        if path.suffix == ".js" or name.startswith((".", "/")):
            assert name.startswith(("./", "../", "/static/")), name
            target = STATIC / name.removeprefix("/static/") if name.startswith("/") else path.parent / name
            assert target.resolve().is_relative_to(STATIC), name
            assert target.is_file(), name
    if path.parent == STATIC and path.name == "main.js":
        assert imported


@pytest.mark.quick
@pytest.mark.parametrize("path", [path for path in OURS if path.suffix in {".js", ".css", ".html", ".svg"}], ids=str)
def test_no_file_of_ours_names_an_address_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]+[^\s"')]*|\bdata:[a-z]+/|\bblob:""", text) == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_file_of_the_page_is_served_as_what_it_is(client: FlaskClient, path: Path) -> None:
    response = client.get(f"/static/{path.relative_to(STATIC).as_posix()}")
    require_headers(response)
    assert (response.status_code, response.data) == (200, path.read_bytes())
    kinds = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
    assert response.mimetype == kinds[path.suffix]


def test_the_library_of_the_map_is_served_as_a_module(client: FlaskClient) -> None:
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs"):
        assert client.get(f"/static/vendor/maplibre-gl/{name}").mimetype == "text/javascript"


def test_the_page_is_one_whatever_its_state(client: FlaskClient) -> None:
    plain = client.get("/")
    assert (plain.status_code, plain.mimetype) == (200, "text/html")
    assert client.get("/?window=2022-01..2022-02&place=A1&x").data == plain.data


def test_the_health_names_the_version_that_is_served(client: FlaskClient) -> None:
    body = answered(client.get("/healthz"))
    assert body == {"status": "ok", "snapshot": answered(client.get("/api/snapshot"))["snapshot"]}


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../server/app.py",
        "../../etc/passwd",
        "%2e%2e/server/app.py",
        "%2e%2e%2fserver%2fapp.py",
        "..%2fserver/app.py",
        "..%5cserver%5capp.py",
        "....//server/app.py",
        "vendor/../../server/app.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "//etc/passwd",
        "C:/Windows/win.ini",
        "C:%5cWindows%5cwin.ini",
        "%00",
        "main.js%00",
        "main.js%00.txt",
        "main.js%20",
        "Main.js",
        "vendor",
        "vendor/",
        "~root",
        "%F0%9F%92%A5",
        "%ff%fe",
        "con",
        "x" * 300,
        "x/" * 3000,
    ],
    ids=lambda name: name[:40] or "nothing",
)
def test_nothing_but_files_of_the_page_comes_out(client: FlaskClient, name: str) -> None:
    refused(client.get(f"/static/{name}"), 404)
