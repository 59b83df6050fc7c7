"""Weight tables: what one event weighs, in harm points, as published. Tables and sources are in `harmgrid/data/`."""

import csv
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple


class Weight(NamedTuple):
    """Harm points of one event: the mean of w and the mean of w^2 over the offences that the entry stands for."""

    points: float
    second_moment: float


NO_WEIGHT = Weight(points=0.0, second_moment=0.0)


def category_means(table: str) -> Mapping[str, Weight]:
    """Weight by police.uk category, from a table in `harmgrid/data/`.

    The second moment is that of the offences inside the category, not the square of the mean: a sum of n events has the
    variance n * E[w^2] (compound Poisson), and n * E[w]^2 would be falsely sharp (a category of violence by 7.7 times).
    """
    text = (files("harmgrid") / "data" / table).read_text(encoding="utf-8")
    return {
        row["policeuk_cat"]: Weight(float(row["mean_css_weight"]), float(row["css_second_moment"]))
        for row in csv.DictReader(text.splitlines())
    }
