"""Scoring against a plain loop over events: any records, any subset of measures, any window, each and once."""

from collections import Counter
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.publish.count import FinestCounts
from etl.publish.link import link_events
from etl.publish.score import ScoredEvents, ScoredRows, join_incidents, score_rows
from harmgrid.cube import POLICE, Counted, build_cube, window_sums
from harmgrid.errors import UnweighedEvents
from harmgrid.recipes import DEFAULT_RECIPE, Scoring, read_recipe
from harmgrid.types import Months, Window, last_day_of, month_from_text

SCORING = read_recipe(DEFAULT_RECIPE)
FIRST = month_from_text("2023-01")
MONTHS = Months(start=FIRST, delivered=(True,) * 3)
FIRST_DAY = last_day_of(FIRST - 1) + 1
DAYS = last_day_of(FIRST + 2) - FIRST_DAY + 1


class Event(NamedTuple):
    """An event of the test; `place` stands for wherever it was."""

    kind: str
    offence: str
    category: str
    incident: str
    day: int | None  # from the first day of the data; None where only the month is known
    month: int
    place: int


class Link(NamedTuple):
    """Somebody's part in an event, and in a group."""

    event: int
    involved: str
    group: str
    role: str
    first: int
    last: int | None


GROUPS = {"G1": "OCG", "G2": "OCG", "P1": "PCG", "U1": "UCG"}
KINDS = ("crime", "discharge", "farm", "drug_death", "firearms_intel", "crimestoppers", "street_crime", "unheard_of")


@st.composite
def an_event(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(KINDS))
    offence = {"crime": ["2", "92A", "46"], "discharge": ["2", "5E", ""], "farm": ["92A", ""]}.get(kind, [""])
    category = ["Burglary", "Drugs", "Anti-social behaviour"] if kind == "street_crime" else [""]
    day = draw(st.integers(0, DAYS - 1))
    month = FIRST + int(np.searchsorted([last_day_of(FIRST + i) - FIRST_DAY for i in range(3)], day))
    return Event(
        kind=kind,
        offence=draw(st.sampled_from(offence)),
        category=draw(st.sampled_from(category)),
        incident=draw(st.sampled_from(["", "", "X", "Y"])),
        day=day if draw(st.booleans()) else None,
        month=month,
        place=draw(st.integers(0, 2)),
    )


@st.composite
def records(draw: st.DrawFn) -> tuple[list[Event], list[Link]]:
    events = draw(st.lists(an_event(), min_size=1, max_size=12))
    link = st.builds(
        Link,
        event=st.integers(0, len(events) - 1),
        involved=st.sampled_from(["suspect", "charged", "victim", "Offender"]),
        group=st.sampled_from(list(GROUPS)),
        role=st.sampled_from(["leader", "member", "associate"]),
        first=st.integers(-20, DAYS),
        last=st.one_of(st.none(), st.integers(-20, DAYS + 20)),
    )
    return events, draw(st.lists(link, max_size=8))


def event_table(events: list[Event]) -> pa.Table:
    texts = ("kind", "category", "offence", "incident")
    return pa.table(
        {name: pa.array([getattr(event, name) for event in events], pa.string()) for name in texts}
        | {
            "id": pa.array(range(100, 100 + len(events)), pa.int64()),
            "status": pa.array([""] * len(events), pa.string()),
            "month": pa.array([event.month for event in events], pa.int64()),
            "lon": pa.array([float(event.place) for event in events], pa.float64()),
            "lat": pa.array([0.0] * len(events), pa.float64()),
            "cell": pa.array([event.place for event in events], pa.int64()),
        }
    )


def link_table(events: list[Event], links: list[Link]) -> pa.Table:
    def days(values: list[int | None]) -> pa.Array:
        return pa.array([None if value is None else value + FIRST_DAY for value in values], pa.int64())

    return pa.table(
        {
            "event": pa.array([100 + link.event for link in links], pa.int64()),
            "month": pa.array([events[link.event].month for link in links], pa.int64()),
            "day": days([events[link.event].day for link in links]),
            "involved": pa.array([link.involved for link in links], pa.string()),
            "group": pa.array([link.group for link in links], pa.string()),
            "kind": pa.array([GROUPS[link.group] for link in links], pa.string()),
            "role": pa.array([link.role for link in links], pa.string()),
            "first_day": days([link.first for link in links]),
            "last_day": days([link.last for link in links]),
        }
    )


def scored(
    events: list[Event], links: list[Link], scoring: Scoring = SCORING, cuts: tuple[int, ...] = ()
) -> ScoredEvents:
    """The events scored in slices, cut before these rows, and joined."""
    told = Counter(event.incident for event in events if event.incident)
    shared = pa.array(sorted(incident for incident, rows in told.items() if rows > 1), pa.string())
    linked = link_events(link_table(events, links), scoring)
    edges = [0, *sorted(cuts), len(events)]
    slices = [
        score_rows(
            event_table(events).slice(start, stop - start), linked.between(100 + start, 99 + stop), scoring, shared
        )
        for start, stop in pairwise(edges)
    ]
    return join_incidents(ScoredRows.joined(slices), scoring)


def groups_by_loop(events: list[Event], links: list[Link], number: int) -> set[str]:
    """The groups that an event is linked to, one link after the other."""
    event, found = events[number], set()
    for link in links:
        first = event.day if event.day is not None else last_day_of(event.month - 1) + 1 - FIRST_DAY
        last = event.day if event.day is not None else last_day_of(event.month) - FIRST_DAY
        on_the_day = link.first <= first and (link.last is None or last <= link.last)
        if (
            link.event == number
            and link.involved.lower() in SCORING.involved
            and link.role != "associate"
            and on_the_day
        ):
            found.add(link.group)
    return found


def measures_by_loop(event: Event, groups: set[str]) -> set[str]:
    found = set()
    category = event.category or (SCORING.offences[event.offence].category if event.offence else "")
    for measure, takes in zip(SCORING.recipe.measures, SCORING.takes, strict=True):
        fields = {"category": category, "offence": event.offence, "status": ""}
        fits = all(fields[field].lower() in {value.lower() for value in values} for field, values in takes.where)
        linked = not takes.linked or {GROUPS[group] for group in groups} & set(takes.linked)
        if event.kind in takes.kinds and fits and linked:
            found.add(measure.id)
    return found


def weight_by_loop(event: Event, measures: set[str]) -> float:
    weighed = [
        measure for measure in SCORING.recipe.measures if measure.id in measures and measure.weighed != "nothing"
    ]
    if not weighed:
        return 0.0
    if event.offence:
        return SCORING.offences[event.offence].weight.points
    if any(measure.weighed == "category" for measure in weighed):
        return SCORING.categories[event.category.lower()].points
    return next(weight.points for m in weighed if (weight := SCORING.otherwise[m.bit]) is not None)


def incidents_by_loop(events: list[Event], links: list[Link]) -> list[tuple[Event, set[str], float, set[str]]]:
    """Every incident as the event that stands for it, its measures, its weight and its groups."""
    rows = []
    for number, event in enumerate(events):
        groups = groups_by_loop(events, links, number)
        measures = measures_by_loop(event, groups)
        rows.append((event, measures, weight_by_loop(event, measures), groups))
    found: dict[object, list[tuple[Event, set[str], float, set[str]]]] = {}
    for number, row in enumerate(rows):
        found.setdefault(row[0].incident or number, []).append(row)
    incidents = []
    for members in found.values():
        event, _, weight, _ = min(members, key=lambda row: (-row[2], row[0].month, -_second(row), row[0].place))
        incidents.append((event, set().union(*(m[1] for m in members)), weight, set().union(*(m[3] for m in members))))
    return [incident for incident in incidents if incident[1]]


def _second(row: tuple[Event, set[str], float, set[str]]) -> float:
    event, measures, weight, _ = row
    by_category = not event.offence and event.kind == "street_crime" and weight
    return SCORING.categories[event.category.lower()].second_moment if by_category and measures else weight**2


@given(records=records(), data=st.data())
@settings(max_examples=150, deadline=None)
def test_each_and_once_are_what_a_loop_over_events_adds_up(records: tuple[list[Event], list[Link]], data: Any) -> None:
    events, links = records
    ids = [measure.id for measure in SCORING.recipe.measures if measure.unit == "event"]
    chosen = set(data.draw(st.lists(st.sampled_from(ids), unique=True)))
    start = data.draw(st.integers(0, 2))
    window = Window(FIRST + start, FIRST + data.draw(st.integers(start + 1, 3)))
    counting = data.draw(st.sampled_from(["each", "once"]))
    mask = sum(measure.mask for measure in SCORING.recipe.measures if measure.id in chosen)

    cuts = tuple(data.draw(st.lists(st.integers(0, len(events)), max_size=3)))
    found = scored(events, links, cuts=cuts).events
    counts = FinestCounts.of(found, {"place": found.cell.astype(np.uint32)}, MONTHS)
    cube = build_cube(counts.at(counts.places["place"]), 3)
    at = cube.positions(np.arange(3, dtype=np.uint64))
    sums = window_sums(cube, at, window, months=MONTHS, counted=Counted(mask, counting))

    expected = np.zeros(3), np.zeros(3)
    for event, measures, weight, _ in incidents_by_loop(events, links):
        times = len(measures & chosen) if counting == "each" else min(1, len(measures & chosen))
        if event.month in window.months:
            expected[0][event.place] += times
            expected[1][event.place] += times * weight
    assert sums.count.tolist() == expected[0].tolist()
    assert sums.harm.tolist() == pytest.approx(expected[1].tolist())


@given(records=records(), cut=st.integers(0, 1))
@settings(max_examples=100, deadline=None)
def test_an_incident_is_linked_once_to_each_group_that_a_loop_finds(
    records: tuple[list[Event], list[Link]], cut: int
) -> None:
    events, links = records
    found = scored(events, links, cuts=(cut,))
    expected = sorted(
        (event.month, event.place, weight, group)
        for event, _, weight, groups in incidents_by_loop(events, links)
        for group in groups
    )
    rows = found.events.taken(found.linked)
    columns = (rows.month.tolist(), rows.cell.tolist(), rows.points.tolist(), found.group.tolist())
    assert sorted(zip(*columns, strict=True)) == expected


@given(records=records())
@settings(max_examples=50, deadline=None)
def test_an_event_is_police_generated_if_one_of_its_measures_is(records: tuple[list[Event], list[Link]]) -> None:
    found = scored(*records).events
    police = {measure.bit for measure in SCORING.recipe.measures if measure.generated == "police"}
    for signature in found.signature.tolist():
        bits = {bit for bit in range(31) if signature >> bit & 1}
        assert bool(signature & POLICE) == bool(bits & police)


@pytest.mark.quick
def test_an_offence_that_the_recipe_does_not_know_is_named_and_never_weighs_nothing() -> None:
    event, link = Event("crime", "999Z", "", "", 1, FIRST, 0), Link(0, "suspect", "G1", "member", 0, None)
    with pytest.raises(UnweighedEvents, match=r"kind crime with the offence '999Z'.*soc-nine-css-2020 gives no weight"):
        scored([event], [link])


@pytest.mark.quick
def test_another_release_refuses_what_it_has_no_weight_for() -> None:
    first_release = read_recipe("soc-nine-css-2016")
    murder = scored(
        [Event("crime", "2", "", "", 1, FIRST, 0)], [Link(0, "suspect", "G1", "member", 0, None)], first_release
    )
    assert murder.events.points.tolist() == pytest.approx([4662.786], abs=0.001)
    with pytest.raises(UnweighedEvents, match="the category 'Burglary'"):
        scored([Event("street_crime", "", "Burglary", "", 1, FIRST, 0)], [], first_release)
