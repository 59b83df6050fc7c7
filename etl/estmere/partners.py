"""What partners of the demo force send every month: Crimestoppers and Trading Standards."""

import numpy as np
from numpy.typing import NDArray

from etl.estmere.days import FIRST_MONTH, MONTHS, day_texts, days_in_months, months_of_days
from etl.estmere.files import Columns, force_column, lon_lat_columns, numbered_by_year
from etl.estmere.people import Groups
from etl.estmere.places import Sites, sites_at
from harmgrid.types import month_text

MISSING_MONTH = 2022 * 12 + 8
"""2022-09: Crimestoppers never delivered it."""

_CALLS, _COMPLAINTS = 2600, 950
_CALL_SUBJECTS = {
    "Drug supply": 0.46,
    "Firearms": 0.06,
    "Violence": 0.13,
    "Exploitation": 0.06,
    "Stolen goods": 0.10,
    "Money laundering": 0.05,
    "Other": 0.14,
}
_COMPLAINT_SUBJECTS = {
    "Illicit tobacco": 0.30,
    "Illicit vapes": 0.24,
    "Counterfeit goods": 0.20,
    "Doorstep crime": 0.14,
    "Underage sales": 0.08,
    "Illegal lending": 0.04,
}
_COMPLAINT_GROUND = (0.3, 2.0, 4.0, 0.1, 0.2)  # relative rate on each Ground: homes, centre, shops, open, road
_ABOUT_GROUPS = 0.4  # share of calls that concern a group's turf


def crimestoppers_columns(
    groups: Groups, sites: Sites, *, share: float, rng: np.random.Generator
) -> tuple[Columns, NDArray[np.int64]]:
    """The file of the profile crimestoppers, and the month of each row: only the month is known, the place roughly."""
    count = round(share * _CALLS)
    month = np.sort(rng.choice(np.array([month for month in MONTHS if month != MISSING_MONTH]), count))
    pull = sites.streets.pull
    turf = sites.streets.points_near(rng.choice(groups.turf, count), 1.0, rng)
    point = np.where(rng.random(count) < _ABOUT_GROUPS, turf, rng.choice(pull.size, count, p=pull))
    where = lon_lat_columns(sites, sites_at(point, rng))
    columns = {
        "Reference": numbered_by_year("CS", days_in_months(month, rng), 5),
        "Month": np.array([month_text(one) for one in MONTHS])[month - FIRST_MONTH],
        "Subject": _subjects(_CALL_SUBJECTS, count, rng),
        **{header: np.char.mod("%.3f", column.astype(np.float64)) for header, column in where.items()},
        "Force": force_column(count),
    }
    return columns, month


def trading_standards_columns(
    sites: Sites, *, share: float, rng: np.random.Generator
) -> tuple[Columns, NDArray[np.int64]]:
    """The file of the profile trading-standards, and the month of each row."""
    count = round(share * _COMPLAINTS)
    day = np.sort(days_in_months(rng.choice(np.array(MONTHS), count), rng))
    traded = np.array(_COMPLAINT_GROUND)[sites.streets.ground] * sites.streets.pull
    site = sites_at(rng.choice(traded.size, count, p=traded / traded.sum()), rng)
    columns = {
        "Reference": numbered_by_year("TS", day, 5),
        "Date": day_texts(day),
        "Subject": _subjects(_COMPLAINT_SUBJECTS, count, rng),
        **lon_lat_columns(sites, site),
        "Force": force_column(count),
    }
    return columns, months_of_days(day)


def _subjects(shares: dict[str, float], count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    return rng.choice(np.array(list(shares)), count, p=list(shares.values()))
