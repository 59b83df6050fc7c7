"""Requests that come again to the letter: their answers are handed out before the application is asked.

A map asks for the same tiles over and over. What an address with the version of a snapshot answers never changes, so
the answer to the same request is the same answer; taking it from here costs a tenth of finding out which it is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from server.cache.bounded import Bounded
from server.cache.interface import EVERYONE, Key, Told

if TYPE_CHECKING:  # these names are for type checkers only
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES = 16 * 1024**2  # of each process
ANSWERED = "harmgrid.answered"  # in the environment of a request: the key of what it was answered with

# All that an answer depends on beside its method.
_ASKED = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH",
    "HTTP_ORIGIN",
)
_RARE = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE")
_LONGEST = 4_096  # characters of a request: no browser's is longer

_Asked = tuple[str | None, ...]


@dataclass(frozen=True, kw_only=True)
class _Answer:
    key: Key
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Repeats:
    """A WSGI application in front of another one that answers what it has seen answered."""

    def __init__(self, app: "WSGIApplication", *, has: Callable[[str], bool], told: Told) -> None:
        self._app = app
        self._has = has  # whether a snapshot is still there: what was deleted is not served from memory either
        self._told = told
        self._answers: Bounded[_Asked, _Answer] = Bounded(MOST_BYTES)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The answer to a request."""
        started = perf_counter()
        asked = _asked(environ)
        found = self._answers.get(asked) if asked else None
        if found is None or not self._has(found.key.snapshot):
            return self._ask(asked, environ, start_response)
        self._told(found.key, "hit", perf_counter() - started)
        start_response(found.status, list(found.headers))
        return [found.body]

    def _ask(
        self, asked: _Asked | None, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Let the application answer, and hold the answer if it will always be this one."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def listen(status: str, headers: list[tuple[str, str]], *wrong: Any) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start_response(status, headers, *wrong)

        body = self._app(environ, listen)
        key = environ.get(ANSWERED)
        if asked is None or not isinstance(key, Key) or key.who != EVERYONE or not said:
            return body
        (status, headers), whole = said[-1], b"".join(body)
        if "immutable" in dict(headers).get("Cache-Control", ""):
            answer = _Answer(key=key, status=status, headers=list(headers), body=whole)
            self._answers.put(asked, answer, len(whole) + sum(map(len, filter(None, asked))))
        return _closing(whole, body)


def _asked(environ: "WSGIEnvironment") -> _Asked | None:
    """All that the answer depends on; None for a request that is not worth the trouble."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in _RARE):
        return None
    asked = tuple(environ.get(name) for name in _ASKED)
    return asked if sum(map(len, filter(None, asked))) <= _LONGEST else None


def _closing(whole: bytes, body: Iterable[bytes]) -> Iterable[bytes]:
    """The body once more, closed when it has been sent, as the application would have it."""
    close = getattr(body, "close", None)
    return ClosingIterator([whole], [close] if close else None)
