"""Where crime can happen in the demo force: streets, the points along them and the addresses at each point.

The streets are thrown around the settlements, densest in the middle, and along the roads between them. A few thousand
points carry everything and a few of them carry much, as in every real force. Every name is made up.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.estmere.land import Points, Shapes, degrees_from_km
from etl.estmere.plans import PLANS, ROADS, SETTLEMENTS, STRAYS_KM, Settlement

_STREET_STEP_KM = 0.09
_ROAD_STEP_KM = 0.45
_HAMLETS = 130
_TOWN_WEIGHT = 3.0
_SHORE_KM = 0.08  # no point lies closer to the water or the border than this
_ADDRESS_KM = 0.045  # no address lies further from its point along either axis

ADDRESSES = 8
"""Sites at each point."""


class Ground(IntEnum):
    """What stands at a snap point; each kind draws its own mix of crime."""

    HOMES = 0
    CENTRE = 1
    SHOPS = 2
    OPEN = 3
    ROAD = 4


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
    Ground.CENTRE: ("Night Club", "Theatre", "Bus Station", "Shopping Arcade", "Subway"),
    Ground.SHOPS: ("Supermarket", "Shopping Area", "Car Park", "Petrol Station"),
    Ground.OPEN: ("Park", "Sports Ground", "Car Park"),
}
"""What stands at a point that is not on a street."""


@dataclass(frozen=True, kw_only=True)
class Streets:
    """Points along the streets, as columns of one length."""

    xy: Points  # (point, 2), km on the plane of `land`
    ground: NDArray[np.intp]  # (point,), Ground
    pull: NDArray[np.float64]  # (point,), share of all crime, sums to 1
    location: NDArray[np.str_]  # (point,), a street or what stands there
    sector: NDArray[np.intp]  # (point,), index into PLANS

    def near(self, centre: Points, reach_km: float) -> NDArray[np.float64]:
        """The pull of each point, less the further it is from a centre; float64 (point,), sums to 1."""
        weight = self.pull * np.exp(-np.hypot(*(self.xy - centre).T) / reach_km)
        faded: NDArray[np.float64] = weight / weight.sum()
        return faded

    def points_near(self, centres: NDArray[np.intp], reach_km: float, rng: np.random.Generator) -> NDArray[np.intp]:
        """A random point near each of these points, intp (row,)."""
        points = centres.copy()
        order = np.argsort(centres, kind="stable")
        starts = np.flatnonzero(np.diff(centres[order], prepend=-1))
        for rows in np.split(order, starts[1:]) if order.size else ():
            near = self.near(self.xy[centres[rows[0]]], reach_km)
            points[rows] = rng.choice(near.size, rows.size, p=near)
        return points


@dataclass(frozen=True, kw_only=True)
class Sites:
    """Everywhere a row can lie: addresses at the points, then strays beyond the border, then nowhere at all."""

    streets: Streets
    longitude: NDArray[np.str_]  # (site,), "" for nowhere
    latitude: NDArray[np.str_]  # (site,)
    location: NDArray[np.str_]  # (site,)
    sector: NDArray[np.intp]  # (site,), index into PLANS, -1 for strays and nowhere

    @property
    def nowhere(self) -> int:
        """The last of them, which has no location."""
        return self.sector.size - 1

    @property
    def strays(self) -> NDArray[np.intp]:
        """Those beyond the border."""
        return np.arange(self.nowhere - len(STRAYS_KM), self.nowhere)


def draw_streets(sectors: Shapes, rng: np.random.Generator) -> Streets:
    """The streets and roads of the force; no point lies in the water or beyond the border."""
    parts = [_settled(place, rng) for place in (*SETTLEMENTS, *_hamlets(rng))]
    parts += [_road(SETTLEMENTS[start], SETTLEMENTS[end], rng) for start, end in ROADS]
    xy, ground, pull, location = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    inland = shapely.buffer(shapely.coverage_union_all(sectors), -_SHORE_KM)
    shapely.prepare(inland)
    sector = np.full(len(xy), -1, dtype=np.intp)
    point, found = shapely.STRtree(sectors).query(shapely.points(xy), predicate="within")
    sector[point] = found
    kept = shapely.contains_xy(inland, *xy.T) & (sector >= 0)
    return Streets(
        xy=xy[kept],
        ground=ground[kept],
        pull=pull[kept] / pull[kept].sum(),
        location=location[kept],
        sector=sector[kept],
    )


def draw_sites(streets: Streets, rng: np.random.Generator) -> Sites:
    """`ADDRESSES` sites at each point, a few metres apart, and the places that are none."""
    offsets = np.clip(rng.normal(0, 0.016, (streets.pull.size, ADDRESSES, 2)), -_ADDRESS_KM, _ADDRESS_KM)
    xy = (streets.xy[:, None, :] + offsets).reshape(-1, 2)
    degrees = np.char.mod("%.6f", degrees_from_km(np.vstack([xy, np.array(STRAYS_KM)])))  # (site, 2)
    names = np.array([plan.name for plan in PLANS])[streets.sector]
    location = np.repeat(np.char.add(np.char.add(streets.location, ", "), names), ADDRESSES)
    return Sites(
        streets=streets,
        longitude=np.append(degrees[:, 0], ""),
        latitude=np.append(degrees[:, 1], ""),
        location=np.concatenate([location, ["Beyond the border"] * len(STRAYS_KM), [""]]),
        sector=np.concatenate([np.repeat(streets.sector, ADDRESSES), [-1] * (len(STRAYS_KM) + 1)]),
    )


def sites_at(points: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """An address at each of these points, the first ones far more often than the last; intp (row,)."""
    return points * ADDRESSES + (ADDRESSES * rng.random(points.size) ** 2).astype(np.intp)


class _Part(NamedTuple):
    """Points of one settlement or road; the columns of `Streets` but the sector."""

    xy: Points
    ground: NDArray[np.intp]
    pull: NDArray[np.float64]
    location: NDArray[np.str_]


def _hamlets(rng: np.random.Generator) -> list[Settlement]:
    """A few houses each, anywhere; those that fall into the sea go when the points are kept to the land."""
    return [Settlement(x, y, 0.4, 0.06) for x, y in rng.uniform((-30, -26), (28, 27), (_HAMLETS, 2)).tolist()]


def _settled(place: Settlement, rng: np.random.Generator) -> _Part:
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
    return _Part(
        xy, ground, pull * place.weight / pull.sum(), _locations(ground, _street_names(streets, rng)[street], rng)
    )


def _road(start: Settlement, end: Settlement, rng: np.random.Generator) -> _Part:
    """Points along the main road between two settlements, in one wide bend."""
    line = np.array([end.x - start.x, end.y - start.y])
    length_km = float(np.hypot(*line))
    along = np.linspace(0, 1, max(3, round(length_km / _ROAD_STEP_KM)))[1:-1, None]  # (point, 1)
    bend = np.sin(np.pi * along) * rng.normal(0, 0.08) + np.sin(2 * np.pi * along) * rng.normal(0, 0.04)
    xy = np.array([start.x, start.y]) + along * line + bend * np.array([-line[1], line[0]])
    pull = rng.lognormal(0, 1.0, len(xy))
    ground = np.full(len(xy), Ground.ROAD, dtype=np.intp)
    return _Part(xy, ground, pull * 0.012 * length_km / pull.sum(), np.repeat(_street_names(1, rng), len(xy)))


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
    return np.char.add(np.char.add(roots, " "), kinds)


def _locations(ground: NDArray[np.intp], names: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.str_]:
    """The street's name, or at every third point off the homes what stands there; str (point,)."""
    chosen = names.astype("<U64")
    for kind, spots in _SPOTS.items():
        here = (ground == kind) & (rng.random(ground.size) < 1 / 3)
        chosen[here] = rng.choice(np.array(spots), int(here.sum()))
    return chosen


def _unit(angles: NDArray[np.float64]) -> Points:
    return np.column_stack([np.cos(angles), np.sin(angles)])
