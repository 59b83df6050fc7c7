"""The calendar of the demo force: forty whole months. A day is an integer, days since 1970-01-01."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from harmgrid.types import month_text

FIRST_MONTH = 2021 * 12
STOP_MONTH = 2024 * 12 + 4
MONTHS = range(FIRST_MONTH, STOP_MONTH)
"""2021-01 to 2024-04, each year * 12 + month - 1."""

OPEN_END = 100_000
"""Stands for the last day of what has not ended; far beyond every day of the demo, and written as an empty field."""

Days = NDArray[np.int64]  # (row,), days since 1970-01-01


def day_number(text: str) -> int:
    """The day that `2021-01-31` names.

    >>> day_number("1970-01-02")
    1
    """
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


_MONTH_STARTS = np.array([day_number(f"{month_text(month)}-01") for month in range(FIRST_MONTH, STOP_MONTH + 1)])
FIRST_DAY = int(_MONTH_STARTS[0])
LAST_DAY = int(_MONTH_STARTS[-1]) - 1
"""The last day of which the demo force knows anything."""

_WEEKDAY_WEIGHTS = (0.96, 0.94, 0.95, 0.97, 1.06, 1.12, 1.00)  # Monday first
_DAYS = np.arange(FIRST_DAY, LAST_DAY + 1)
_DAY_EDGES = np.concatenate([[0.0], np.cumsum(np.array(_WEEKDAY_WEIGHTS)[(_DAYS + 3) % 7])])  # 1970-01-01: a Thursday


def days_in_months(months: NDArray[np.int64], rng: np.random.Generator) -> Days:
    """A random day in each of these months, more often towards the weekend, int64 (row,)."""
    start, stop = (_DAY_EDGES[_MONTH_STARTS[months - FIRST_MONTH + step] - FIRST_DAY] for step in (0, 1))
    within = start + rng.random(months.size) * (stop - start)
    days: Days = np.minimum(np.searchsorted(_DAY_EDGES, within, side="right") - 1, _DAYS.size - 1) + FIRST_DAY
    return days


def months_of_days(days: Days) -> NDArray[np.int64]:
    """The month of each day from `FIRST_DAY` to `LAST_DAY`, int64 (row,)."""
    months: NDArray[np.int64] = np.searchsorted(_MONTH_STARTS, days, side="right") - 1 + FIRST_MONTH
    return months


def day_texts(days: Days) -> NDArray[np.str_]:
    """`2021-01-31` for each day, and nothing for `OPEN_END`; str (row,)."""
    texts = days.astype("datetime64[D]").astype(str)
    return np.where(days == OPEN_END, "", texts)
