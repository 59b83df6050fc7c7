"""British grid references: which square one names, in metres of the National Grid and in degrees."""

import functools
import re
from dataclasses import dataclass

from pyproj import Transformer

BRITISH = "EPSG:27700"  # by the seven-parameter transformation, which is right to a few metres
DEGREES = "EPSG:4326"

_REFERENCE = re.compile(r"([HJNOST][A-HJ-Z]) *([0-9]+(?: +[0-9]+)?)", re.IGNORECASE | re.ASCII)
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # of the squares of 500 km and of 100 km; there is no I


@dataclass(frozen=True, kw_only=True)
class Square:
    """A square of the National Grid, in metres."""

    west: float
    south: float
    side: float

    @property
    def centre(self) -> tuple[float, float]:
        """Easting and northing of its middle."""
        return self.west + self.side / 2, self.south + self.side / 2

    @property
    def centre_degrees(self) -> tuple[float, float]:
        """Longitude and latitude of its middle."""
        lon, lat = _to_degrees().transform(*self.centre)
        return float(lon), float(lat)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        east, north = self.west + self.side, self.south + self.side
        west, south, east, north = _to_degrees().transform_bounds(self.west, self.south, east, north)
        return float(west), float(south), float(east), float(north)


def square_from_text(reference: str) -> Square | None:
    """The square that a reference names; None where it is no reference.

    `NZ2464` and `NZ 24 64` are of 1 km, `NZ 24512 64123` of 1 m.

    >>> square_from_text("NZ 24 64").centre
    (424500.0, 564500.0)
    """
    match = _REFERENCE.fullmatch(reference)
    figures = match[2].split() if match else []
    if len(figures) == 1:
        half = len(figures[0]) // 2
        figures = [figures[0][:half], figures[0][half:]]
    if match is None or len(figures[0]) != len(figures[1]) or not 1 <= len(figures[0]) <= 5:
        return None
    large, small = (_LETTERS.index(letter) for letter in match[1].upper())
    # The squares of 500 km are counted from A in the north-west; the false origin is the south-west corner of S.
    east, north = (large - 2) % 5 * 5 + small % 5, 19 - large // 5 * 5 - small // 5
    if not (0 <= east < 7 and 0 <= north < 13):
        return None
    side = 10.0 ** (5 - len(figures[0]))
    return Square(west=east * 1e5 + int(figures[0]) * side, south=north * 1e5 + int(figures[1]) * side, side=side)


@functools.cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(BRITISH, DEGREES, always_xy=True)
