"""Names of places that a force brings itself: stations, parks, estates. A name and a point; no person, no harm."""

import json
import unicodedata
from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

FILE = "names.json"  # of a snapshot that has any

_UNACCENTED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})  # which do not come apart
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"


class PlaceName(NamedTuple):
    """What people call a place."""

    name: str
    lon: float
    lat: float


def plain_words(text: str) -> str:
    """Words in lower case without accents and signs, one blank between two.

    >>> plain_words("St. Côme's  Quay")
    'st comes quay'
    """
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_UNACCENTED)
    kept = (letter for letter in apart if not unicodedata.combining(letter) and letter not in _APOSTROPHES)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in kept).split())


def files_of(names: tuple[PlaceName, ...]) -> dict[str, bytes]:
    """The file of a snapshot with these names, none where there are none: the same bytes for the same names."""
    return {FILE: json.dumps(names, ensure_ascii=False).encode()} if names else {}


def names_from(folder: Path, files: Container[str]) -> tuple[PlaceName, ...]:
    """The names that `files_of` wrote, if a snapshot has them among its files. Anything else raises, as JSON does."""
    if FILE not in files:
        return ()
    rows = json.loads((folder / FILE).read_bytes())
    return tuple(PlaceName(str(name), float(lon), float(lat)) for name, lon, lat in rows)
