"""How often, where and when crime happens in the demo force: one Poisson draw per category, snap point and month.

The stories that the slider should show are in `HOT_SPOTS`. How much a category weighs is not known here.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from etl.demo_places import SnapPoints

MONTHS = tuple(range(2021 * 12, 2024 * 12))
"""2021-01 to 2023-12, each year * 12 + month - 1."""

MISSING_MONTH = 2022 * 12 + 8
"""2022-09: the force never delivered it."""

_EXPECTED_CRIMES = 60_000
_FALL_FROM = 2023 * 12 + 3  # 2023-04, the first month after 2023-03


class Category(NamedTuple):
    """A police.uk category: its share of all crime, where it happens, its year, its trend and how cases end."""

    name: str
    share: float
    mix: tuple[float, float, float, float, float]  # relative rate at each Ground: homes, centre, shops, open, road
    peak_month: int  # 1 is January
    swing: float  # half the distance between peak and trough, as a share of the mean
    growth: float  # change a year, as a share
    ending: str  # key of OUTCOMES


CATEGORIES = (
    Category("Anti-social behaviour", 0.280, (1.0, 1.5, 1.1, 1.9, 0.5), 7, 0.24, -0.06, "none"),
    Category("Bicycle theft", 0.010, (0.8, 2.0, 1.2, 1.2, 0.2), 8, 0.40, -0.02, "theft"),
    Category("Burglary", 0.036, (1.4, 0.6, 0.7, 0.1, 1.0), 12, 0.18, -0.07, "theft"),
    Category("Criminal damage and arson", 0.100, (1.2, 1.0, 0.8, 1.2, 0.7), 6, 0.10, -0.02, "theft"),
    Category("Drugs", 0.020, (0.8, 2.0, 0.6, 1.2, 0.8), 5, 0.08, 0.04, "drugs"),
    Category("Other crime", 0.020, (1.2, 0.8, 0.5, 0.5, 0.7), 6, 0.05, 0.02, "person"),
    Category("Other theft", 0.062, (0.8, 1.5, 1.5, 0.7, 1.3), 7, 0.10, 0.02, "theft"),
    Category("Possession of weapons", 0.007, (0.9, 2.0, 0.7, 0.9, 0.4), 6, 0.08, 0.05, "charged"),
    Category("Public order", 0.085, (0.9, 1.9, 1.2, 0.8, 0.4), 7, 0.15, 0.04, "person"),
    Category("Robbery", 0.005, (0.7, 2.2, 1.2, 1.3, 0.2), 11, 0.10, 0.06, "theft"),
    Category("Shoplifting", 0.052, (0.05, 2.2, 9.0, 0.05, 0.4), 12, 0.12, 0.15, "charged"),
    Category("Theft from the person", 0.006, (0.3, 4.0, 1.2, 0.6, 0.2), 12, 0.15, 0.06, "theft"),
    Category("Vehicle crime", 0.042, (1.3, 0.7, 0.9, 0.8, 1.6), 11, 0.14, -0.05, "theft"),
    Category("Violence and sexual offences", 0.275, (1.1, 1.5, 0.7, 0.6, 0.5), 7, 0.09, 0.03, "person"),
)

OUTCOMES = {
    "none": {"": 1.0},
    "theft": {
        "Investigation complete; no suspect identified": 0.80,
        "Status update unavailable": 0.13,
        "Court result unavailable": 0.04,
        "Under investigation": 0.02,
        "Awaiting court outcome": 0.01,
    },
    "person": {
        "Status update unavailable": 0.48,
        "Investigation complete; no suspect identified": 0.40,
        "Under investigation": 0.05,
        "Court result unavailable": 0.04,
        "Offender given a caution": 0.02,
        "Awaiting court outcome": 0.01,
    },
    "charged": {
        "Investigation complete; no suspect identified": 0.55,
        "Status update unavailable": 0.22,
        "Court result unavailable": 0.16,
        "Awaiting court outcome": 0.04,
        "Under investigation": 0.03,
    },
    "drugs": {
        "Status update unavailable": 0.38,
        "Investigation complete; no suspect identified": 0.22,
        "Court result unavailable": 0.14,
        "Offender given a caution": 0.10,
        "Offender given a drugs possession warning": 0.10,
        "Under investigation": 0.04,
        "Awaiting court outcome": 0.02,
    },
}
"""How cases end, shares of each ending; anti-social behaviour has no outcome."""


class HotSpot(NamedTuple):
    """A circle where crime is `factor` times what the streets alone would draw, and how that changes with time."""

    x: float
    y: float
    radius_km: float
    factor: float
    story: str  # "steady", "falls" (to a sixth, after 2023-03) or "grows" (evenly, from nothing)


HOT_SPOTS = (
    HotSpot(11.2, 0.9, 0.50, 2.6, "steady"),  # the middle of Marrowick at night
    HotSpot(-9.2, 8.7, 0.40, 2.2, "steady"),  # the middle of Thrennet
    HotSpot(12.9, 5.6, 0.40, 3.0, "steady"),  # a shopping park in Ostrenfield
    HotSpot(25.0, -10.2, 0.35, 2.0, "steady"),  # the sea front of Grellhaven
    HotSpot(16.2, -4.4, 0.90, 3.6, "falls"),  # an estate at Marrowick Docks
    HotSpot(-4.6, 8.0, 0.90, 4.5, "grows"),  # an estate in Hobrannock
)


@dataclass(frozen=True, kw_only=True)
class Crimes:
    """One line a crime, as columns of one length, ordered by month, then point, then category."""

    month: NDArray[np.int64]  # (crime,), year * 12 + month - 1
    point: NDArray[np.intp]  # (crime,), index into the snap points
    category: NDArray[np.intp]  # (crime,), index into CATEGORIES
    outcome: NDArray[np.str_]  # (crime,), as in the column Last outcome category


def draw_crimes(points: SnapPoints, rng: np.random.Generator) -> Crimes:
    """About 60,000 crimes in the 35 delivered months, the number in every cell a Poisson draw of its own."""
    counts = rng.poisson(expected_crimes(points))  # (month, point, category)
    month, point, category = np.nonzero(counts)
    repeats = counts[month, point, category]
    category = np.repeat(category, repeats)
    return Crimes(
        month=np.array(delivered_months())[np.repeat(month, repeats)],
        point=np.repeat(point, repeats),
        category=category,
        outcome=_outcomes(category, rng),
    )


def delivered_months() -> tuple[int, ...]:
    """The months that have a file, in order."""
    return tuple(month for month in MONTHS if month != MISSING_MONTH)


def expected_crimes(points: SnapPoints) -> NDArray[np.float64]:
    """Expected number of crimes, float64 (delivered month, point, category); all of it sums to about 60,000.

    The total times the category's share, spread over points by pull times the category's mix and over months by its
    year and trend, and in a hot spot multiplied by the spot's factor in that month.
    """
    months = np.array(delivered_months())
    mix = np.array([category.mix for category in CATEGORIES])  # (category, ground)
    where = _hot_pull(points, months)[:, :, None] * mix.T[points.ground]  # (month, point, category)
    where /= where.sum(axis=1).mean(axis=0)
    when = np.stack([_course(category, months) for category in CATEGORIES], axis=1)  # (month, category)
    shares = np.array([category.share for category in CATEGORIES])
    expected: NDArray[np.float64] = where * (when * shares)[:, None, :] * (_EXPECTED_CRIMES / months.size)
    return expected


def _course(category: Category, months: NDArray[np.int64]) -> NDArray[np.float64]:
    """The category's rate in each month, mean about 1: a yearly wave on a straight trend; float64 (month,)."""
    wave = category.swing * np.cos(2 * np.pi * (months % 12 + 1 - category.peak_month) / 12)
    trend = category.growth * (months - np.mean(MONTHS)) / 12
    return (1 + wave) * (1 + trend)


def _hot_pull(points: SnapPoints, months: NDArray[np.int64]) -> NDArray[np.float64]:
    """The pull of each point in each month with the hot spots in it, float64 (month, point)."""
    pull = np.tile(points.pull, (months.size, 1))
    for spot in HOT_SPOTS:
        near = np.hypot(*(points.xy - (spot.x, spot.y)).T) < spot.radius_km
        pull[:, near] *= _story_factors(spot, months)[:, None]
    return pull


def _story_factors(spot: HotSpot, months: NDArray[np.int64]) -> NDArray[np.float64]:
    """What a hot spot multiplies its points by in each month, float64 (month,)."""
    if spot.story == "falls":
        return np.where(months < _FALL_FROM, spot.factor, spot.factor / 6)
    if spot.story == "grows":
        return 1 + (spot.factor - 1) * (months - MONTHS[0]) / (MONTHS[-1] - MONTHS[0])
    return np.full(months.size, spot.factor)


def _outcomes(category: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.str_]:
    """How each crime ended, drawn from the shares of its category, str (crime,)."""
    endings = np.array([category.ending for category in CATEGORIES])[category]
    outcome = np.zeros(category.size, dtype="<U64")
    for ending, shares in OUTCOMES.items():
        here = endings == ending
        outcome[here] = rng.choice(np.array(list(shares)), int(here.sum()), p=list(shares.values()))
    return outcome
