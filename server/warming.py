"""Filling the shared cache before anybody asks: tiles and ranked sectors of some questions, as the server would."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from harmgrid.errors import InvalidTile, StateError
from harmgrid.snapshot import Snapshot
from harmgrid.tiles import TileAddress
from harmgrid.tileview import encode_tile, zooms_of
from harmgrid.types import Question
from server.api import ranked_sectors, sectors_key
from server.app import create_app
from server.cache.interface import Key, Outcome
from server.cache.opened import open_cache
from server.cache.shared import Patience, SharedCache
from server.packing import pack
from server.parameters import query_from, question_from
from server.responses import as_bytes
from server.settings import Settings
from server.snapshots import CURRENT, Snapshots
from server.tiles import tile_key

PATIENCE = Patience(answer=5.0)  # nobody waits for a tile here

Wanted = tuple[Key, Callable[[], bytes]]
Progress = Callable[[int, int], None]  # done, of


class NoCache(StateError):
    """No shared cache is named, or it does not keep what it is given."""

    code = "no_cache"


def warm(
    settings: Settings, asked: Sequence[Mapping[str, str]], zooms: range | None, *, progress: Progress
) -> Counter[Outcome]:
    """Ask for every tile of the current snapshot within these zooms, and for the ranked sectors of every level.

    Questions are given by their parameters, as in an address. What is in the cache already stays as it is.

    Raises:
        NoCache: see there.
        InvalidTile: a zoom that no layer has.
    """
    if not settings.redis_url:
        raise NoCache(
            came="no HARMGRID_REDIS_URL",
            expected="a Redis that the servers share; what a process keeps for itself cannot be filled from outside",
            do="name one, for the servers too",
        )
    outcomes: Counter[Outcome] = Counter()
    cache = open_cache(settings, told=lambda _key, outcome, _seconds: outcomes.update([outcome]), patience=PATIENCE)
    assert isinstance(cache, SharedCache)  # noqa: S101 - an address was given
    try:
        with create_app(settings, cache).app_context():
            snapshot = Snapshots(settings.data_dir).get(CURRENT)
            questions = [question_from(parameters, snapshot.contents) for parameters in asked]
            wanted = [one for question in questions for one in _wanted(snapshot, question, zooms)]
            for done, (key, make) in enumerate(wanted):
                if not cache.breaker.closed:
                    raise _unkept("a Redis that does not answer", "look after it, then run the command again")
                cache.fetch(key, lambda make=make: pack(make()))  # type: ignore[misc]  # bound now
                progress(done + 1, len(wanted))
    finally:
        cache.close()
    if outcomes["error"]:
        raise _unkept(
            f"a Redis that did not keep {outcomes['error']:,} of {len(wanted):,} answers", "give it more room"
        )
    return outcomes


def _unkept(came: str, do: str) -> NoCache:
    return NoCache(came=came, expected="one that keeps what it is given", do=do)


def _wanted(snapshot: Snapshot, question: Question, zooms: range | None) -> Iterator[Wanted]:
    published = snapshot.contents
    query = query_from(question, published)
    for level in published.levels:
        yield (
            sectors_key(snapshot, question, level.id),
            lambda level=level: as_bytes(ranked_sectors(snapshot, question, level.id)),  # type: ignore[misc]  # bound now
        )
    for layer in published.layers:
        known = zooms_of(published, layer)
        for zoom in zooms or known:
            if zoom not in known:
                raise InvalidTile(
                    came=f"zoom {zoom} of the layer {layer!r}",
                    expected=f"zoom {known[0]} to {known[-1]}",
                    do="choose zooms that are there",
                )
            for address in _addresses(snapshot, layer, zoom):
                yield (
                    tile_key(snapshot, layer, address, query),
                    lambda layer=layer, address=address: encode_tile(published, layer, address, question),  # type: ignore[misc]  # bound now
                )


def _addresses(snapshot: Snapshot, layer: str, zoom: int) -> Iterator[TileAddress]:
    """Every tile of a layer and zoom that something touches."""
    for key in snapshot.contents.tiles[layer, zoom].key.tolist():
        yield TileAddress(z=zoom, x=key >> 32, y=key & 0xFFFFFFFF)
