"""Run as a program: builds the fullest tiles of the snapshot in a folder, each a hundred times, and prints digests.

One line a tile, with every digest that it has had; a second one would be a fault.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from harmgrid.published import Published
from harmgrid.series import encode_series
from harmgrid.snapshot import Store
from harmgrid.tiles import TileAddress
from harmgrid.tileview import encode_tile
from harmgrid.types import Question, Window

TIMES = 100
ZOOMS = (6, 9, 12)


def main() -> None:
    """Digests of the tiles of the folder that is named first."""
    store = Store(directory=Path(sys.argv[1]))
    published = store.read(store.current()).contents
    for name, build in tiles(published):
        digests = {hashlib.sha256(build()).hexdigest() for _ in range(TIMES)}
        sys.stdout.write(f"{name} {len(build())} {' '.join(sorted(digests))}\n")


def tiles(published: Published) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """What to build: hexagons and sectors with a baseline, and series, at several zooms."""
    start = published.months.start
    question = Question(
        window=Window(start + 1, start + 2), baseline=Window(start, start + 1), measures=published.recipe.all
    )
    theme = published.recipe.select([published.recipe.themes[0].id])
    for zoom in ZOOMS:
        for layer in ("hex", "sectors"):
            yield f"{layer}/{zoom}", partial(encode_tile, published, layer, fullest(published, layer, zoom), question)
        yield f"series/{zoom}", partial(encode_series, published, theme, fullest(published, "hex", zoom), "each")


def fullest(published: Published, layer: str, zoom: int) -> TileAddress:
    """The address of the tile with the most places."""
    found = published.tiles[layer, zoom]
    key = int(found.key[np.argmax(np.diff(found.start))])
    return TileAddress(z=zoom, x=key >> 32, y=key & 0xFFFFFFFF)


if __name__ == "__main__":
    main()
