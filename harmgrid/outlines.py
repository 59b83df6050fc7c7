"""Outlines of areas for small maps that are no tiles: on the page of a group, on a printed sheet."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from harmgrid.published import Level
from harmgrid.tiles import simplified

_FINEST = 14  # the zoom whose detail is enough for any small map
_WIDE = 8  # tiles across the areas, so that a map of 2,000 px shows no corner


def outlines_of(level: Level) -> NDArray[np.object_]:
    """The areas of a level with the detail that a map of all of them can show, in degrees, shape (areas,).

    Edges that areas share stay shared. An area too small to be seen may be empty.
    """
    polygons = np.array([sector.geometry for sector in level.sectors], dtype=object)
    west, south, east, north = shapely.total_bounds(polygons)
    span = max(east - west, north - south, 360 / 2**_FINEST)
    return simplified(polygons, min(_FINEST, math.ceil(math.log2(_WIDE * 360 / span))))
