"""Weight tables: what one event weighs, in harm points, as published. Tables and sources are in `harmgrid/data/`."""

import csv
import math
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from harmgrid.errors import InvalidRecipe

MOST_POINTS = 1e9  # of one event, exclusive

_MOST_BYTES = 16 * 1024**2  # of a weight table; the largest published one has some hundred lines


class Weight(NamedTuple):
    """Harm points of one event: the mean of w and the mean of w^2 over the offences that the entry stands for."""

    points: float
    second_moment: float

    @classmethod
    def exactly(cls, points: float) -> "Weight":
        """The weight of an event of a known offence."""
        return cls(points, points * points)


class Offence(NamedTuple):
    """An offence code of a weight table."""

    weight: Weight
    category: str  # of police.uk; empty where the table does not say
    title: str = ""


NO_WEIGHT = Weight(points=0.0, second_moment=0.0)


def category_means(table: str, beside: Path | None = None) -> Mapping[str, Weight]:
    """Weight by police.uk category, in lower case, from a table with the columns of the shipped one.

    The second moment is that of the offences inside the category, not the square of the mean: a sum of n events has the
    variance n * E[w^2] (compound Poisson), and n * E[w]^2 would be falsely sharp (a category of violence by 7.7 times).

    Raises:
        InvalidRecipe: see `offence_weights`.
    """
    return {
        row["policeuk_cat"].lower(): Weight(
            _points(table, row, "mean_css_weight"), _points(table, row, "css_second_moment")
        )
        for row in _rows(table, beside, "policeuk_cat", "mean_css_weight", "css_second_moment")
    }


def offence_weights(table: str, beside: Path | None = None) -> Mapping[str, Offence]:
    """What each offence code weighs, from a CSV file: columns code and points, category and offence if it has them.

    Args:
        table: the file's name.
        beside: the folder of a force's own recipe, which is looked into before the shipped tables.

    Raises:
        InvalidRecipe: no such table, without those columns, or with a weight that is none.
    """
    found: dict[str, Offence] = {}
    for row in _rows(table, beside, "code", "points"):
        if row["code"] in found:
            raise _unusable(table, f"with the code {row['code'][:40]!r} twice")
        weight = Weight.exactly(_points(table, row, "points"))
        found[row["code"]] = Offence(weight, row.get("category") or "", row.get("offence") or "")
    return found


def _rows(table: str, beside: Path | None, *needed: str) -> Iterator[dict[str, str]]:
    own = beside / table if beside else None
    try:
        if Path(table).name != table:
            raise OSError("a table lies beside its recipe or is shipped")
        if own and own.exists():
            with own.open("rb") as file:
                data = file.read(_MOST_BYTES)
        else:
            data = (files("harmgrid") / "data" / table).read_bytes()
        rows = csv.DictReader(data.decode("utf-8-sig").splitlines(), strict=True)
        if not set(needed) <= set(rows.fieldnames or ()):
            raise _unusable(table, f"with the columns {', '.join(rows.fieldnames or ())[:200]}")
        yield from rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unusable(table, f"which does not read ({error})") from error


def _points(table: str, row: Mapping[str, str], column: str) -> float:
    try:
        points = float(row[column])
    except (TypeError, ValueError):
        points = math.nan
    if not 0 <= points < MOST_POINTS:
        raise _unusable(table, f"with {row[column]!r} as {column} of {next(iter(row.values()))!r}"[:200])
    return points


def _unusable(table: str, how: str) -> InvalidRecipe:
    return InvalidRecipe(
        came=f"the weight table {table[:80]}, {how}",
        expected="a CSV file in UTF-8 with the columns code and points, or as police_uk_category_mean_css2020.csv",
        do="mend the table, or name another in the recipe",
    )
