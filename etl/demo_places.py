"""Where crime can happen in the demo force: settlements, streets and the points that crime snaps to.

police.uk moves each crime to the middle of a nearby street, so that a few thousand points carry everything and a few of
them carry much. The streets are thrown around the settlements, densest in the middle, and along the roads between them.
Every name is made up.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.demo_land import Land, Points

_STREET_STEP_KM = 0.09
_ROAD_STEP_KM = 0.45
_HAMLETS = 130
_TOWN_WEIGHT = 3.0
_SHORE_KM = 0.06  # no point lies closer to the water or the border than this


class Ground(IntEnum):
    """What stands at a snap point; each kind draws its own mix of crime."""

    HOMES = 0
    CENTRE = 1
    SHOPS = 2
    OPEN = 3
    ROAD = 4


class Settlement(NamedTuple):
    """A town or village: centre and reach in km, weight as its share of the force's life."""

    x: float
    y: float
    reach_km: float
    weight: float


SETTLEMENTS = (
    Settlement(11.2, 0.9, 1.9, 22.0),  # Marrowick
    Settlement(11.6, -3.0, 2.1, 11.0),
    Settlement(15.2, 0.7, 1.8, 7.0),
    Settlement(12.4, 5.0, 2.3, 6.5),
    Settlement(7.2, 2.4, 2.1, 6.0),
    Settlement(16.2, -4.4, 1.9, 6.5),
    Settlement(6.4, -5.0, 2.3, 6.0),
    Settlement(-9.2, 8.7, 1.6, 12.0),  # Thrennet
    Settlement(-8.6, 12.0, 1.6, 4.0),
    Settlement(-4.6, 8.0, 1.6, 4.0),
    Settlement(-9.4, 4.0, 1.6, 4.5),
    Settlement(-13.6, 9.2, 1.6, 3.5),
    Settlement(2.4, 6.6, 1.8, 3.0),
    Settlement(20.4, 3.0, 1.6, 4.0),  # the coast
    Settlement(18.6, 12.6, 0.9, 1.8),
    Settlement(16.6, 21.0, 0.8, 1.2),
    Settlement(20.6, -3.0, 1.6, 5.0),
    Settlement(25.0, -10.2, 1.6, 3.6),
    Settlement(19.6, -17.4, 0.9, 1.4),
    Settlement(2.6, 16.4, 0.7, 0.9),  # the moors and dales
    Settlement(-17.6, 15.6, 0.7, 0.7),
    Settlement(-23.4, 3.2, 0.5, 0.5),
    Settlement(-20.4, -6.0, 0.5, 0.4),
    Settlement(-9.0, -9.4, 0.8, 1.0),
    Settlement(-5.0, -17.6, 0.5, 0.4),
    Settlement(6.4, -14.2, 0.8, 0.9),
    Settlement(1.2, -5.6, 0.5, 0.4),
    Settlement(10.4, -20.4, 0.5, 0.4),
)

# Pairs of settlements, by position above, that a main road joins.
_ROADS = (
    (0, 4), (4, 12), (12, 9), (9, 7), (7, 11), (11, 20), (11, 21), (21, 22), (7, 8), (8, 20), (8, 19), (19, 12),
    (19, 15), (0, 3), (3, 14), (14, 15), (0, 2), (2, 13), (13, 14), (0, 1), (1, 5), (5, 16), (16, 17), (5, 17),
    (1, 6), (6, 26), (26, 10), (10, 7), (10, 23), (23, 22), (23, 24), (23, 25), (25, 6), (25, 27), (27, 18), (25, 18),
    (18, 17), (24, 27),
)  # fmt: skip

_STREET_ROOTS = (
    "Abberquell", "Aldovrin", "Anstrow", "Bexhollow", "Birrandel", "Braskew", "Brenloft", "Cawdrith", "Collantry",
    "Corvanelle", "Cullerwick", "Daskerly", "Dunmarrow", "Ebberlyn", "Ellistrand", "Farnowell", "Fenquarrie",
    "Garravane", "Gillanspar", "Grellan", "Hallowmist", "Hesterwyn", "Hobrannet", "Iskerdale", "Jennaquin",
    "Keldrannoch", "Kessarrow", "Lanterwick", "Lorrimoss", "Marlowhin", "Mossquarry", "Murrelind", "Nethaskew",
    "Norrendale", "Ombersling", "Orrowmead", "Ostrenby", "Pellavane", "Quarrendel", "Quillow", "Rasketh",
    "Rowanspell", "Sallowmere", "Skarrendel", "Tarnquist", "Thaxenholm", "Threnside", "Uldermoss", "Vellanby",
    "Wexmarrow", "Wherrison", "Yarrendel",
)  # fmt: skip
_STREET_KINDS = ("Street", "Road", "Terrace", "Avenue", "Close", "Lane", "Grove", "Walk", "Drive", "Crescent", "Court")

_SPOTS = {
    Ground.CENTRE: ("Nightclub", "Theatre/Concert Hall", "Bus/Coach Station", "Shopping Area", "Pedestrian Subway"),
    Ground.SHOPS: ("Supermarket", "Shopping Area", "Parking Area", "Petrol Station"),
    Ground.OPEN: ("Park/Open Space", "Sports/Recreation Area", "Parking Area"),
}
"""What police.uk calls a point that is not on a street."""


@dataclass(frozen=True, kw_only=True)
class SnapPoints:
    """The points that crime snaps to, as columns of one length."""

    xy: Points  # (point, 2), km on the plane of demo_land
    ground: NDArray[np.intp]  # (point,), Ground
    pull: NDArray[np.float64]  # (point,), share of all crime, sums to 1
    location: NDArray[np.str_]  # (point,), as in the column Location

    def taken(self, kept: NDArray[np.bool_]) -> "SnapPoints":
        """The points where `kept` is true, their pull again summing to 1."""
        pull = self.pull[kept] / self.pull[kept].sum()
        return SnapPoints(xy=self.xy[kept], ground=self.ground[kept], pull=pull, location=self.location[kept])


def draw_snap_points(land: Land, rng: np.random.Generator) -> SnapPoints:
    """Snap points on the streets and roads of the force; none lies in the water or beyond the border."""
    parts = [_settled(place, rng) for place in (*SETTLEMENTS, *_hamlets(rng))]
    parts += [_road(SETTLEMENTS[start], SETTLEMENTS[end], rng) for start, end in _ROADS]
    points = SnapPoints(
        xy=np.vstack([part.xy for part in parts]),
        ground=np.concatenate([part.ground for part in parts]),
        pull=np.concatenate([part.pull for part in parts]),
        location=np.concatenate([part.location for part in parts]),
    )
    ground = shapely.buffer(shapely.coverage_union_all(land.sectors), -_SHORE_KM)
    shapely.prepare(ground)
    return points.taken(np.asarray(shapely.contains_xy(ground, *points.xy.T)))


def _hamlets(rng: np.random.Generator) -> list[Settlement]:
    """A few houses each, anywhere; those that fall into the sea go when the points are kept to the land."""
    return [Settlement(x, y, 0.4, 0.06) for x, y in rng.uniform((-30, -26), (28, 27), (_HAMLETS, 2)).tolist()]


def _settled(place: Settlement, rng: np.random.Generator) -> SnapPoints:
    """Streets around a settlement: along or across the way to its centre, fewer and quieter further out."""
    streets = 2 + round(11 * place.weight**0.72)
    away_km = place.reach_km * rng.gamma(2.0, 0.45, streets)  # (street,)
    bearing = rng.uniform(0, 2 * np.pi, streets)
    lengths = rng.integers(2, 9, streets)  # points a street
    street = np.repeat(np.arange(streets), lengths)  # (point,)
    step = np.concatenate([np.arange(length) - (length - 1) / 2 for length in lengths]) * _STREET_STEP_KM
    heading = bearing + rng.integers(0, 2, streets) * np.pi / 2 + rng.normal(0, 0.2, streets)
    middle = np.array([place.x, place.y]) + _unit(bearing) * away_km[:, None]
    xy = middle[street] + _unit(heading)[street] * step[:, None]
    xy += rng.normal(0, 0.012, xy.shape)
    ground = _ground_of_street(place, away_km, rng)[street]
    pull = np.exp(-away_km / place.reach_km)[street] * rng.lognormal(0, 0.9, street.size)
    pull *= np.where(ground == Ground.HOMES, 1.0, 2.0)
    return SnapPoints(
        xy=xy,
        ground=ground,
        pull=pull * place.weight / pull.sum(),
        location=_locations(ground, _street_names(streets, rng)[street], rng),
    )


def _road(start: Settlement, end: Settlement, rng: np.random.Generator) -> SnapPoints:
    """Points along the main road between two settlements, in one wide bend."""
    line = np.array([end.x - start.x, end.y - start.y])
    length_km = float(np.hypot(*line))
    along = np.linspace(0, 1, max(3, round(length_km / _ROAD_STEP_KM)))[1:-1, None]  # (point, 1)
    bend = np.sin(np.pi * along) * rng.normal(0, 0.08) + np.sin(2 * np.pi * along) * rng.normal(0, 0.04)
    xy = np.array([start.x, start.y]) + along * line + bend * np.array([-line[1], line[0]])
    pull = rng.lognormal(0, 1.0, len(xy))
    return SnapPoints(
        xy=xy,
        ground=np.full(len(xy), Ground.ROAD, dtype=np.intp),
        pull=pull * 0.012 * length_km / pull.sum(),
        location=np.repeat(_street_names(1, rng), len(xy)),
    )


def _ground_of_street(place: Settlement, away_km: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.intp]:
    """What each street is, Ground, intp (street,): only a town has a centre, every place has shops and green."""
    chance = rng.random(away_km.size)
    ground = np.select([chance < 0.07, chance < 0.15], [Ground.SHOPS, Ground.OPEN], Ground.HOMES).astype(np.intp)
    if place.weight >= _TOWN_WEIGHT:
        ground[away_km < 0.4 * place.reach_km] = Ground.CENTRE
    return ground


def _street_names(count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    roots = rng.choice(np.array(_STREET_ROOTS), count)
    kinds = rng.choice(np.array(_STREET_KINDS), count)
    return np.char.add(np.char.add("On or near ", roots), np.char.add(" ", kinds))


def _locations(ground: NDArray[np.intp], names: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.str_]:
    """The street's name, or at every third point off the homes what stands there; str (point,)."""
    chosen = names.astype("<U64")
    for kind, spots in _SPOTS.items():
        here = (ground == kind) & (rng.random(ground.size) < 1 / 3)
        chosen[here] = np.char.add("On or near ", rng.choice(np.array(spots), int(here.sum())))
    return chosen


def _unit(angles: NDArray[np.float64]) -> Points:
    return np.column_stack([np.cos(angles), np.sin(angles)])
