"""The three operations of the demo force and what each truly did, for comparisons to be tested against.

The truth is applied to the crimes of groups that somebody reported: those that the operation prevented are taken out,
those that it moved next door are moved there, one by one. What the police find themselves goes up while they look, in
the Clear phase, whatever the operation did to harm.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from etl.estmere.crimes import NO_GROUP, Crimes
from etl.estmere.days import Days, day_number
from etl.estmere.offences import POLICE_GENERATED, is_code
from etl.estmere.places import Sites, Streets, sites_at
from etl.estmere.plans import sector_index
from harmgrid.types import Window

Verdict = Literal["worked", "displaced", "nothing"]


class Phase(NamedTuple):
    """Part of an operation: first and last day, both included. Phases of one operation may overlap."""

    name: str
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Where and when an operation took place, what to hold it against, and what it truly did."""

    id: str
    name: str
    verdict: Verdict
    sectors: tuple[str, ...]
    next_door: tuple[str, ...]  # where harm would go if it were only moved
    comparison: tuple[str, ...]  # like the operation's own sectors, untouched by any operation
    phases: tuple[Phase, ...]
    before: str  # a whole year that ends before the Clear phase, `2021-03..2022-02`
    after: str  # a whole year that starts when the Clear phase has ended
    inside: float  # true rate ratio of reported group crime in `sectors`, from the first day of the Clear phase on
    found: float  # true rate ratio of what the police find themselves there, during the Clear phase only

    @property
    def first_day(self) -> int:
        """The first day of the Clear phase, from which the effect is there."""
        return day_number(self.phases[0].first)

    @property
    def windows(self) -> tuple[Window, Window]:
        """Before and after."""
        return Window.from_text(self.before), Window.from_text(self.after)


OPERATIONS = (
    Operation(
        id="harrowquill",
        name="Operation Harrowquill",
        verdict="worked",
        sectors=("A6",),
        next_door=("A5", "F4"),
        comparison=("A3", "A4"),
        phases=(
            Phase("clear", "2022-03-07", "2022-05-31"),
            Phase("hold", "2022-05-09", "2022-11-30"),
            Phase("build", "2022-09-01", "2023-12-31"),
        ),
        before="2021-03..2022-02",
        after="2022-06..2023-05",
        inside=0.6,
        found=2.5,
    ),
    Operation(
        id="lindermoot",
        name="Operation Lindermoot",
        verdict="displaced",
        sectors=("C3",),
        next_door=("C2", "C6"),
        comparison=("A7", "C5"),
        phases=(
            Phase("clear", "2022-09-05", "2022-11-27"),
            Phase("hold", "2022-11-14", "2023-05-31"),
            Phase("build", "2023-03-01", "2024-04-30"),
        ),
        before="2021-09..2022-08",
        after="2022-12..2023-11",
        inside=0.6,
        found=2.5,
    ),
    Operation(
        id="saltavane",
        name="Operation Saltavane",
        verdict="nothing",
        sectors=("B5",),
        next_door=("B4", "F5"),
        comparison=("B1", "F1"),
        phases=(
            Phase("clear", "2022-06-06", "2022-08-28"),
            Phase("hold", "2022-08-15", "2023-01-31"),
            Phase("build", "2022-12-05", "2023-10-31"),
        ),
        before="2021-06..2022-05",
        after="2022-09..2023-08",
        inside=1.0,
        found=2.5,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one operation did, counted in crimes of OCG members, from its first day to the end of the demo."""

    operation: Operation
    prevented: int
    moved: int
    next_door_anyway: int  # what would have happened next door without it

    @property
    def next_door(self) -> float:
        """The true rate ratio next door."""
        return 1 + self.moved / max(self.next_door_anyway, 1)


def with_effects(
    crimes: Crimes, sites: Sites, is_ocg: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[Crimes, tuple[Effect, ...]]:
    """The same crimes as the operations changed them, and what each of them did.

    Args:
        is_ocg: bool (group,), the groups whose crimes `Effect` counts.
    """
    reported = (crimes.group != NO_GROUP) & ~is_code(crimes.offence, POLICE_GENERATED)
    counted = reported & np.append(is_ocg, False)[crimes.group]
    sector = sites.sector[crimes.site]
    kept = np.ones(crimes.day.size, dtype=np.bool_)
    site = crimes.site.copy()
    effects = []
    for operation in OPERATIONS:
        since = crimes.day >= operation.first_day
        gone = reported & since & _within(sector, operation.sectors) & (rng.random(kept.size) >= operation.inside)
        moves = operation.verdict == "displaced"
        if moves:
            site[gone] = _sites_within(operation.next_door, int(gone.sum()), sites.streets, rng)
        else:
            kept[gone] = False
        effects.append(
            Effect(
                operation=operation,
                prevented=0 if moves else int((gone & counted).sum()),
                moved=int((gone & counted).sum()) if moves else 0,
                next_door_anyway=int((counted & since & _within(sector, operation.next_door)).sum()),
            )
        )
    return replace(crimes, site=site).taken(kept), tuple(effects)


def found_more(day: Days, sector: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """Which rows that the police generate happen again because a Clear phase looks for them; indexes, repeated."""
    again = [np.empty(0, dtype=np.intp)]
    for operation in OPERATIONS:
        clear = operation.phases[0]
        within = (day >= day_number(clear.first)) & (day <= day_number(clear.last))
        rows = np.flatnonzero(within & _within(sector, operation.sectors))
        again.append(np.repeat(rows, rng.poisson(operation.found - 1, rows.size)))
    return np.concatenate(again)


def with_more_found(crimes: Crimes, sites: Sites, rng: np.random.Generator) -> Crimes:
    """The same crimes and those that the police found in Clear phases beside them."""
    generated = crimes.taken(is_code(crimes.offence, POLICE_GENERATED))
    return crimes.followed_by(generated.taken(found_more(generated.day, sites.sector[generated.site], rng)))


def truth(effects: tuple[Effect, ...], force: str) -> dict[str, object]:
    """What the file of the truth says."""
    return {
        "force": force,
        "synthetic": True,
        "note": "Everything here is made up: force, places, people, operations. The operations did exactly this to the "
        "crimes that follow; a comparison should find it within its error.",
        "effect_on": "crimes with a member of a group among the suspects, reported by those harmed: all offence codes "
        "but police_generated; discharges that such a crime led to included. Counts are of members of OCGs.",
        "police_generated": list(POLICE_GENERATED),
        "operations": [_told(effect) for effect in effects],
    }


def _told(effect: Effect) -> dict[str, object]:
    operation = effect.operation
    return {
        "id": operation.id,
        "name": operation.name,
        "verdict": operation.verdict,
        "sectors": list(operation.sectors),
        "displacement_sectors": list(operation.next_door),
        "comparison_sectors": list(operation.comparison),
        "phases": [phase._asdict() for phase in operation.phases],
        "before": operation.before,
        "after": operation.after,
        "effect_from": operation.phases[0].first,
        "rate_ratio_inside": operation.inside,
        "rate_ratio_next_door": round(effect.next_door, 3),
        "rate_ratio_comparison": 1.0,
        "rate_ratio_police_generated_in_clear": operation.found,
        "ocg_crimes_prevented": effect.prevented,
        "ocg_crimes_moved_next_door": effect.moved,
    }


def _within(sector: NDArray[np.intp], sector_ids: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(sector, [sector_index(sector_id) for sector_id in sector_ids])


def _sites_within(
    sector_ids: tuple[str, ...], count: int, streets: Streets, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Random addresses in these sectors, intp (count,)."""
    pull = streets.pull * _within(streets.sector, sector_ids)
    return sites_at(rng.choice(pull.size, count, p=pull / pull.sum()), rng)
