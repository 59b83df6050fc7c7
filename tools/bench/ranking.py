"""Ranked sectors with the ranges of their ranks, against pandas on the table of events."""

import numpy as np
import pandas as pd

from harmgrid.ranking import DRAWS
from harmgrid.sectors import FIRST_SECTOR
from harmgrid.types import Question
from harmgrid.view import rank_sectors
from tools.bench.invented import SEED, START, Table, hexagons, invent_events, publish_in_memory, question, sectors
from tools.bench.timing import Comparison, Disagreement, Line, Setting, Timing, at_most, times_faster, turn_by_turn

CHOSEN = 1 << 1 | 1 << 4 | 1 << 7  # the measures of `question`


def compare(setting: Setting) -> Comparison:
    """The ranking as the API asks for it."""
    count = setting.size(1_000_000, 5_000)
    areas = sectors()
    table = invent_events(count, hexagons(setting.size(5_000, 300)), areas)
    force = publish_in_memory(table, areas)
    events = _frame(table, [area.id for area in areas])
    ours = rank_sectors(force, question()).sectors
    peer = rank_in_pandas(events, question())
    for line in ours:
        other = peer.loc[line.id]
        if (line.count, line.rank) != (other["count"], other["rank"]) or not np.isclose(line.harm, other["harm"]):
            raise Disagreement(f"pandas ranks the sector {line.id} in another way")
    alone: Timing = turn_by_turn(
        {"ours": lambda turn: rank_sectors(force, question(turn))}, turns=setting.size(100, 3), warm_ups=10
    )["ours"]
    taken = turn_by_turn(
        {
            "ours": lambda turn: rank_sectors(force, question(turn)),
            "pandas": lambda turn: rank_in_pandas(events, question(turn)),
        },
        turns=setting.size(15, 1),
    )
    return Comparison(
        title="Ranked sectors",
        how=f"{len(areas)} sectors with window, baseline, movement and the 95 % range of each rank ({DRAWS:,} draws), "
        f"in process, nothing kept between turns, another window each turn; pandas from a table of {count:,} "
        "events in memory, with the same draws. Both have the same counts, harm and ranks.",
        lines=(
            Line(what="harmgrid, by itself", timing=alone),
            Line(what="harmgrid, turn by turn with pandas", timing=taken["ours"]),
            Line(what="pandas", timing=taken["pandas"]),
        ),
        reaches=(
            at_most("ranking", alone, 0.005),
            times_faster("against pandas", taken["pandas"].median / taken["ours"].median),
        ),
    )


def rank_in_pandas(events: pd.DataFrame, asked: Question) -> pd.DataFrame:
    """Count, harm, rank, its range and the movement of each sector."""
    now = _summed(events, asked.window.start, asked.window.stop)
    then = _summed(events, *(asked.baseline or asked.window))
    now["rank"] = now["harm"].rank(ascending=False, method="min").astype(int)
    now["movement"] = then["harm"].rank(ascending=False, method="min") - now["rank"]
    some = now[(now["harm"] > 0) & (now["harm2"] > 0)]
    shape, scale = some["harm"] ** 2 / some["harm2"], some["harm2"] / some["harm"]
    drawn = np.random.default_rng(SEED).standard_gamma(shape.to_numpy(), size=(DRAWS, len(some))) * scale.to_numpy()
    place = pd.DataFrame(drawn, columns=some.index).rank(axis=1, ascending=False, method="min")
    ranges = place.quantile([0.025, 0.975], interpolation="nearest").T
    return now.assign(low=ranges[0.025], high=ranges[0.975]).sort_values(["rank"])


def _summed(events: pd.DataFrame, start: int, stop: int) -> pd.DataFrame:
    inside = (events["month"] >= start) & (events["month"] < stop) & (events["signature"] & CHOSEN > 0)
    chosen = events.loc[inside, ["sector", "signature", "points"]]
    times = np.bitwise_count(chosen["signature"].to_numpy() & CHOSEN).astype(np.int64)
    harm = times * chosen["points"]
    figures = pd.DataFrame({"sector": chosen["sector"], "count": times, "harm": harm, "harm2": harm**2})
    return figures.groupby("sector", observed=False).sum()


def _frame(table: Table, ids: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            # As a category, which is the fastest to group by.
            "sector": pd.Categorical(np.array(ids)[table.sector - FIRST_SECTOR], categories=ids),
            "signature": table.signature,
            "month": table.month + START,
            "points": table.points,
        }
    )
