"""The map of the demo force as drawn by hand: its sectors, who lives there, its settlements and roads.

Every name is made up. Positions are km on the plane of `land`, which lies in the open North Sea.
"""

from typing import NamedTuple

AREAS = {
    "A": "Marrowick",
    "B": "Estmere Coast",
    "C": "Thrennet",
    "D": "North Moors",
    "E": "South Dales",
    "F": "Outer Marrowick",
}
"""The level above the sectors: id and name."""


class SectorPlan(NamedTuple):
    """A sector: id, name, centre in km, reach (a large one takes more land), side of the river, residents."""

    sector_id: str
    name: str
    x: float
    y: float
    reach: float
    side: str
    residents: int


PLANS = (
    SectorPlan("A1", "Marrowick Centre", 11.2, 1.4, 0.6, "north", 9_720),
    SectorPlan("A2", "Marrowick Quays", 15.2, 0.8, 0.75, "north", 26_340),
    SectorPlan("A3", "Ostrenfield", 12.8, 5.0, 0.9, "north", 39_870),
    SectorPlan("A4", "Wherrigate", 6.8, 2.9, 0.95, "north", 36_410),
    SectorPlan("A5", "Southmarrow", 11.4, -3.4, 0.75, "south", 37_950),
    SectorPlan("A6", "Marrowick Docks", 16.4, -4.2, 0.9, "south", 31_280),
    SectorPlan("A7", "Pellavene", 6.4, -5.0, 0.9, "south", 34_690),
    SectorPlan("B1", "Skarrenmouth", 20.4, 3.4, 1.0, "north", 29_460),
    SectorPlan("B2", "Quillisea", 18.2, 12.6, 1.25, "north", 15_730),
    SectorPlan("B3", "Uldersand", 14.6, 20.0, 1.35, "north", 10_280),
    SectorPlan("B4", "Thaxenport", 21.4, -3.2, 0.9, "south", 30_920),
    SectorPlan("B5", "Grellhaven", 23.6, -9.8, 1.1, "south", 27_850),
    SectorPlan("B6", "Brinnoway Bay", 20.0, -18.8, 1.4, "south", 11_640),
    SectorPlan("C1", "Thrennet Centre", -9.2, 8.8, 0.6, "north", 11_530),
    SectorPlan("C2", "Thrennet North", -8.4, 12.2, 0.85, "north", 33_170),
    SectorPlan("C3", "Hobrannock", -4.6, 8.4, 0.85, "north", 31_960),
    SectorPlan("C4", "Thrennet Southbank", -9.8, 3.6, 0.85, "south", 32_740),
    SectorPlan("C5", "Wexmallow", -13.8, 9.6, 0.9, "north", 28_390),
    SectorPlan("C6", "Tessaldrow", 1.4, 8.0, 1.0, "north", 22_810),
    SectorPlan("C7", "Kelmarrane", -4.4, 0.4, 0.95, "south", 24_570),
    SectorPlan("D1", "Drosslaw", 3.4, 17.6, 1.7, "north", 9_860),
    SectorPlan("D2", "Haldermuir", -18.6, 15.6, 1.6, "north", 8_270),
    SectorPlan("D3", "Upper Threnn", -24.0, -1.2, 1.6, "either", 6_930),
    SectorPlan("D4", "Carnaquoy", -6.8, 19.0, 1.5, "north", 7_450),
    SectorPlan("D5", "Ellowmoss", -22.6, 7.6, 1.4, "north", 6_180),
    SectorPlan("E1", "Ferrowdale", -9.0, -8.4, 1.6, "south", 13_940),
    SectorPlan("E2", "Lindaskew", 7.4, -16.6, 1.6, "south", 12_360),
    SectorPlan("E3", "Garrandale", -20.6, -12.6, 1.7, "south", 7_690),
    SectorPlan("E4", "Nethermoot", -4.4, -17.4, 1.7, "south", 8_510),
    SectorPlan("E5", "Ombersett", -15.4, -2.4, 1.35, "south", 10_170),
    SectorPlan("F1", "Callowhythe", 9.8, 10.2, 1.05, "north", 27_640),
    SectorPlan("F2", "Birraldene", 1.4, 3.6, 0.85, "north", 24_180),
    SectorPlan("F3", "Jennaskew", 1.2, -4.4, 1.0, "south", 21_760),
    SectorPlan("F4", "Farnolow", 11.2, -8.8, 1.0, "south", 25_330),
    SectorPlan("F5", "Murrendine", 16.8, -10.4, 1.0, "south", 22_490),
)
"""35 sectors; the first letter of an id is the id of the area above it."""

SECTOR_IDS = tuple(plan.sector_id for plan in PLANS)


def sector_index(sector_id: str) -> int:
    """Its position in `PLANS`."""
    return SECTOR_IDS.index(sector_id)


class Settlement(NamedTuple):
    """A town or village: centre and reach in km, weight as its share of the force's life."""

    x: float
    y: float
    reach_km: float
    weight: float


SETTLEMENTS = (
    Settlement(11.2, 1.0, 1.7, 13.0),  # Marrowick
    Settlement(11.6, -3.0, 2.0, 9.5),
    Settlement(15.2, 0.8, 1.7, 6.0),
    Settlement(12.6, 5.2, 2.2, 6.8),
    Settlement(7.0, 2.8, 2.0, 6.0),
    Settlement(16.2, -4.2, 1.8, 7.0),
    Settlement(6.4, -4.8, 2.2, 6.0),
    Settlement(-9.2, 8.7, 1.5, 10.0),  # Thrennet
    Settlement(-8.4, 12.0, 1.6, 4.8),
    Settlement(-4.6, 8.2, 1.6, 5.0),
    Settlement(-9.6, 3.8, 1.6, 5.0),
    Settlement(-13.6, 9.4, 1.6, 4.0),
    Settlement(1.6, 7.6, 1.7, 3.2),
    Settlement(20.4, 3.2, 1.6, 4.4),  # the coast
    Settlement(18.6, 12.6, 0.9, 2.0),
    Settlement(16.6, 21.0, 0.8, 1.3),
    Settlement(20.6, -3.0, 1.6, 5.0),
    Settlement(24.6, -10.0, 1.6, 5.0),
    Settlement(19.4, -17.6, 0.9, 1.5),
    Settlement(2.6, 17.2, 0.7, 1.0),  # the moors
    Settlement(-17.6, 15.8, 0.7, 0.9),
    Settlement(-21.4, 7.2, 0.5, 0.7),
    Settlement(-22.8, -1.4, 0.5, 0.7),
    Settlement(-6.4, 18.2, 0.7, 0.9),
    Settlement(-9.0, -8.0, 0.9, 1.6),  # the dales
    Settlement(-4.6, -16.8, 0.6, 0.9),
    Settlement(6.8, -15.6, 0.9, 1.4),
    Settlement(-19.4, -12.0, 0.6, 0.8),
    Settlement(-14.8, -2.6, 0.8, 1.2),
    Settlement(9.8, 9.8, 1.6, 3.8),  # around Marrowick
    Settlement(1.6, 3.8, 1.5, 3.4),
    Settlement(1.4, -4.2, 1.6, 3.0),
    Settlement(11.2, -8.4, 1.6, 3.6),
    Settlement(16.8, -10.2, 1.6, 3.2),
    Settlement(-4.4, 0.6, 1.6, 3.6),
    Settlement(12.4, -20.6, 0.5, 0.4),
)

PLACE_NAMES = (
    ("Marrowick Corn Hall", 11.0, 1.7),
    ("Marrowick Quays Ferry", 15.4, 0.3),
    ("Southmarrow Tram Depot", 11.9, -3.3),
    ("Ostrenfield Infirmary", 12.9, 5.6),
    ("Docks Viaduct", 16.1, -3.8),
    ("Thrennet Market Cross", -9.2, 8.7),
    ("Thrennet Mills", -8.9, 11.6),
    ("Hobrannock Junction", -4.4, 8.0),
    ("Grellhaven Pier", 24.9, -9.9),
    ("Grellhaven Winter Gardens", 24.3, -10.3),
    ("Skarrenmouth Light", 21.2, 3.6),
    ("Wexmallow Park", -13.4, 9.9),
    ("Callowhythe Lock", 9.5, 9.6),
    ("Haldermuir Reservoir", -18.8, 16.3),
)
"""What people call places, with their positions in km."""

# Pairs of settlements, by position above, that a main road joins.
ROADS = (
    (0, 4), (4, 30), (30, 12), (12, 9), (9, 7), (7, 11), (11, 20), (11, 21), (21, 22), (7, 8), (8, 23), (8, 20),
    (23, 19), (19, 12), (19, 15), (0, 3), (3, 29), (29, 14), (29, 19), (14, 15), (0, 2), (2, 13), (13, 14), (0, 1),
    (1, 5), (5, 16), (16, 17), (5, 33), (33, 17), (1, 6), (6, 31), (31, 34), (34, 10), (10, 7), (10, 28), (28, 22),
    (28, 24), (24, 25), (24, 27), (27, 22), (25, 26), (26, 32), (32, 1), (32, 33), (26, 35), (35, 18), (33, 18),
    (18, 17), (31, 24),
)  # fmt: skip

STRAYS_KM = (
    (-33.5, 4.0), (-32.5, -12.0), (-32.0, 17.0), (-18.0, 26.5), (2.0, 28.0), (13.0, 28.5), (-12.0, -27.5), (5.0, -28.5),
    (17.0, -28.5), (31.0, 4.5), (31.5, -17.0), (29.5, 12.0),
)  # fmt: skip
"""Points outside every sector, where a few crimes lie as in real data."""
