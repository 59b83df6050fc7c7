"""How often, where and when crime happens in the demo force, before anybody is named for it.

Each pattern of offences is spread over points by the pull of the point and what stands there, and over months by its
season and trend, by the drift of the sector and by the stories of `HOT_SPOTS`.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from etl.estmere.days import FIRST_MONTH, MONTHS, Days, days_in_months
from etl.estmere.offences import PATTERNS, Pattern, draw_codes
from etl.estmere.places import Sites, Streets, sites_at
from etl.estmere.plans import PLANS

EVERYDAY_CRIMES = 239_800
"""Expected number of crimes that no group has a part in."""

_LOST_SHARE = 0.008  # crimes without a location
_STRAY_SHARE = 0.001  # crimes beyond the border
_DRIFT = 0.05  # standard deviation of a sector's own change a year
_FALL_FROM = 2023 * 12 + 3  # 2023-04
NO_GROUP = -1


class HotSpot(NamedTuple):
    """A circle where crime is `factor` times what the streets alone would draw, and how that changes with time."""

    x: float
    y: float
    radius_km: float
    factor: float
    story: str  # "steady", "falls" (to a sixth, after 2023-03) or "grows" (evenly, from nothing)


HOT_SPOTS = (
    HotSpot(11.2, 1.1, 0.50, 1.9, "steady"),  # the middle of Marrowick at night
    HotSpot(-9.2, 8.7, 0.40, 2.2, "steady"),  # the middle of Thrennet
    HotSpot(12.9, 5.6, 0.40, 3.0, "steady"),  # a shopping park in Ostrenfield
    HotSpot(18.8, 12.6, 0.35, 2.0, "steady"),  # the sea front of Quillisea
    HotSpot(7.4, 2.6, 0.80, 3.0, "falls"),  # an estate in Wherrigate
    HotSpot(-13.4, 9.2, 0.80, 4.0, "grows"),  # an estate in Wexmallow
)


@dataclass(frozen=True, kw_only=True)
class Crimes:
    """One line a crime, as columns of one length."""

    day: Days
    site: NDArray[np.intp]  # (crime,), index into the sites
    offence: NDArray[np.intp]  # (crime,), index into CODES
    group: NDArray[np.intp]  # (crime,), index into the groups, or NO_GROUP
    lead: NDArray[np.intp]  # (crime,), who of the group did it, index into the people, or NO_GROUP

    def taken(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Crimes":
        """These of them, in this order."""
        return Crimes(**{column: getattr(self, column)[rows] for column in _COLUMNS})

    def followed_by(self, other: "Crimes") -> "Crimes":
        """All of both."""
        pairs = {column: [getattr(self, column), getattr(other, column)] for column in _COLUMNS}
        return Crimes(**{column: np.concatenate(pair) for column, pair in pairs.items()})


_COLUMNS = tuple(field.name for field in fields(Crimes))


def draw_everyday_crimes(sites: Sites, share: float, rng: np.random.Generator) -> Crimes:
    """Crimes that no group has a part in, in no order; `share` of the full number."""
    streets = sites.streets
    drift = rng.normal(0, _DRIFT, len(PLANS))[streets.sector]  # (point,)
    years = (np.array(MONTHS) - np.mean(MONTHS)) / 12  # (month,)
    place = _hot_pull(streets) * (1 + years[:, None] * drift)  # (month, point)
    parts = np.array([sum(pattern.codes.values()) for pattern in PATTERNS])
    expected = share * EVERYDAY_CRIMES * parts / parts.sum()  # (pattern,)
    drawn = [
        _drawn(pattern, place * np.array(pattern.ground)[streets.ground], count, rng)
        for pattern, count in zip(PATTERNS, expected.tolist(), strict=True)
    ]
    month, point, offence = (np.concatenate(columns) for columns in zip(*drawn, strict=True))
    return Crimes(
        day=days_in_months(month, rng),
        site=_sometimes_elsewhere(sites_at(point, rng), sites, rng),
        offence=offence,
        group=np.full(month.size, NO_GROUP, dtype=np.intp),
        lead=np.full(month.size, NO_GROUP, dtype=np.intp),
    )


def _drawn(
    pattern: Pattern, place: NDArray[np.float64], expected: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.intp]]:
    """Month, point and offence of about `expected` crimes of one pattern."""
    rates = place * _course(pattern)[:, None]  # (month, point)
    edges = np.cumsum(rates)
    count = int(rng.poisson(expected))
    cell = np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
    month, point = np.divmod(cell, place.shape[1])
    return month + FIRST_MONTH, point, draw_codes(pattern.codes, count, rng)


def _course(pattern: Pattern) -> NDArray[np.float64]:
    """The pattern's rate in each month, mean about 1: a yearly wave on a straight trend; float64 (month,)."""
    months = np.array(MONTHS)
    wave = pattern.swing * np.cos(2 * np.pi * (months % 12 + 1 - pattern.peak_month) / 12)
    course: NDArray[np.float64] = (1 + wave) * (1 + pattern.growth * (months - np.mean(months)) / 12)
    return course


def _hot_pull(streets: Streets) -> NDArray[np.float64]:
    """The pull of each point in each month with the hot spots in it, float64 (month, point)."""
    pull = np.tile(streets.pull, (len(MONTHS), 1))
    for spot in HOT_SPOTS:
        near = np.hypot(*(streets.xy - (spot.x, spot.y)).T) < spot.radius_km
        pull[:, near] *= _story_factors(spot)[:, None]
    return pull


def _story_factors(spot: HotSpot) -> NDArray[np.float64]:
    """What a hot spot multiplies its points by in each month, float64 (month,)."""
    months = np.array(MONTHS)
    if spot.story == "falls":
        return np.where(months < _FALL_FROM, spot.factor, spot.factor / 6)
    if spot.story == "grows":
        factors: NDArray[np.float64] = 1 + (spot.factor - 1) * (months - months[0]) / (months[-1] - months[0])
        return factors
    return np.full(months.size, spot.factor)


def _sometimes_elsewhere(site: NDArray[np.intp], sites: Sites, rng: np.random.Generator) -> NDArray[np.intp]:
    """The same sites, now and then replaced by one beyond the border or by nowhere; intp (crime,)."""
    chance = rng.random(site.size)
    beyond = np.where(chance < _STRAY_SHARE, rng.choice(sites.strays, site.size), site)
    return np.where(chance > 1 - _LOST_SHARE, sites.nowhere, beyond)
