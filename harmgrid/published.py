"""What a snapshot holds, in memory: `harmgrid.snapshot` reads and writes it, `harmgrid.view` answers from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from harmgrid.cube import Cube
from harmgrid.measures import Recipe
from harmgrid.sectors import Sector
from harmgrid.tiles import TileSet
from harmgrid.types import Months

HEXAGONS = "hex"
SECTORS = "sectors"
LAYERS = (HEXAGONS, SECTORS)


@dataclass(frozen=True, kw_only=True)
class Published:
    """One immutable version of everything that the map shows.

    Every geography holds every event: place 0 of each is "no location", place 1 of the sectors is "outside every
    sector".
    """

    force: str
    synthetic: bool
    attribution: str
    months: Months
    recipe: Recipe
    sectors: tuple[Sector, ...]  # sector i is place FIRST_SECTOR + i of the sector cube
    sector_cube: Cube
    hex_cubes: Mapping[int, Cube]  # by resolution
    resolution_at_zoom: Mapping[int, int]  # of the hexagon layer
    tiles: Mapping[
        tuple[str, int], TileSet
    ]  # by layer and zoom; places are positions in the sectors or the hexagons with a location
