"""The three operations of the demo force: what the truth says is what the crimes show, each way of counting apart."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray

from etl.estmere.crimes import Crimes
from etl.estmere.days import FIRST_DAY, LAST_DAY, OPEN_END, day_number
from etl.estmere.group_crimes import active_members, draw_group_crimes, home_sites
from etl.estmere.land import draw_sectors
from etl.estmere.offences import POLICE_GENERATED, is_code
from etl.estmere.operations import OPERATIONS, Operation, found_more, with_effects
from etl.estmere.people import Groups, People, Spells, draw_groups, draw_memberships, draw_people
from etl.estmere.places import Sites, draw_sites, draw_streets
from etl.estmere.plans import sector_index
from tests.estmere_builder import Estmere, build_estmere

WORKED, DISPLACED, NOTHING = OPERATIONS


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Estmere:
    return build_estmere(tmp_path_factory.mktemp("estmere"))


@pytest.fixture(scope="module")
def truth(demo: Estmere) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(demo.files.truth.read_bytes())
    return told


@dataclass(frozen=True, kw_only=True)
class World:
    """Twenty times the crimes of the demo's groups, as they would be without operations and as they are with them."""

    sites: Sites
    groups: Groups
    memberships: Spells
    people: People
    planned: Crimes
    done: Crimes


@pytest.fixture(scope="module")
def world() -> World:
    rng = np.random.default_rng(3)
    sites = draw_sites(draw_streets(draw_sectors(), rng), rng)
    groups = draw_groups(sites.streets, rng)
    memberships = draw_memberships(groups, rng)
    people = draw_people(groups, memberships, sites, rng)
    planned = draw_group_crimes(groups, memberships, people, sites, share=20.0, rng=rng)
    done, _ = with_effects(planned, sites, groups.kind == "OCG", rng)
    return World(sites=sites, groups=groups, memberships=memberships, people=people, planned=planned, done=done)


def reported(world: World, crimes: Crimes, sectors: tuple[str, ...], *, since: int, until: int = LAST_DAY) -> int:
    """How many crimes of OCGs that somebody reported lie in these sectors from one day to another, both included."""
    indexes = [sector_index(sector_id) for sector_id in sectors]
    there = np.isin(world.sites.sector[crimes.site], indexes) & (since <= crimes.day) & (crimes.day <= until)
    of_ocg = world.groups.kind[crimes.group] == "OCG"
    return int((there & of_ocg & ~is_code(crimes.offence, POLICE_GENERATED)).sum())


def ratio(world: World, sectors: tuple[str, ...], since: int) -> float:
    """Crimes with the operation for each crime without it, from a day on."""
    return reported(world, world.done, sectors, since=since) / reported(world, world.planned, sectors, since=since)


def test_one_worked_one_displaced_and_one_did_nothing(truth: dict[str, Any]) -> None:
    assert [operation["verdict"] for operation in truth["operations"]] == ["worked", "displaced", "nothing"]
    assert truth["synthetic"] is True
    assert truth["force"] == "Estmere Police (synthetic)"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.verdict)
def test_phases_are_clear_hold_and_build_and_overlap(operation: Operation) -> None:
    clear, hold, build = operation.phases
    assert [clear.name, hold.name, build.name] == ["clear", "hold", "build"]
    assert clear.first < hold.first < clear.last
    assert hold.first < build.first < hold.last < build.last <= "2024-04-30"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.verdict)
def test_the_years_before_and_after_leave_out_the_clear_phase(operation: Operation) -> None:
    before, after = operation.windows
    assert len(before.months) == len(after.months) == 12
    clear = operation.phases[0]
    assert operation.before[-7:] < clear.first[:7] <= clear.last[:7] < operation.after[:7]


def test_no_sector_serves_two_operations() -> None:
    used = [ids for one in OPERATIONS for ids in (*one.sectors, *one.next_door, *one.comparison)]
    assert len(set(used)) == len(used)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.verdict)
def test_next_door_touches_the_operation_and_the_comparison_does_not(demo: Estmere, operation: Operation) -> None:
    shape = dict(zip(demo.sector_ids, demo.sectors, strict=True))
    site = shapely.union_all([shape[sector_id] for sector_id in operation.sectors])
    assert all(shapely.touches(site, shape[sector_id]) for sector_id in operation.next_door)
    assert all(shapely.disjoint(site, shape[sector_id]) for sector_id in operation.comparison)


def test_the_one_that_worked_prevented_four_crimes_in_ten_and_moved_none(world: World) -> None:
    assert ratio(world, WORKED.sectors, WORKED.first_day) == pytest.approx(0.6, abs=0.02)
    assert ratio(world, WORKED.next_door, WORKED.first_day) == 1


def test_the_one_that_displaced_moved_four_crimes_in_ten_and_prevented_none(world: World) -> None:
    assert ratio(world, DISPLACED.sectors, DISPLACED.first_day) == pytest.approx(0.6, abs=0.02)
    both = DISPLACED.sectors + DISPLACED.next_door
    assert ratio(world, both, DISPLACED.first_day) == 1
    assert ratio(world, DISPLACED.next_door, DISPLACED.first_day) > 1.4


def test_the_one_that_did_nothing_changed_no_crime(world: World) -> None:
    assert ratio(world, NOTHING.sectors + NOTHING.next_door, FIRST_DAY) == 1


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.verdict)
def test_nothing_changes_before_the_clear_phase_or_in_the_comparison(world: World, operation: Operation) -> None:
    everywhere = operation.sectors + operation.next_door
    before = {"since": FIRST_DAY, "until": operation.first_day - 1}
    planned = reported(world, world.planned, everywhere, **before)
    assert reported(world, world.done, everywhere, **before) == planned > 500
    assert ratio(world, operation.comparison, FIRST_DAY) == 1


def test_what_the_police_find_rises_two_and_a_half_times_in_a_clear_phase_and_only_there() -> None:
    rng = np.random.default_rng(1)
    days = np.repeat([day_number("2022-03-06"), day_number("2022-03-07"), day_number("2022-05-31")], 2000)
    inside = np.full(days.size, sector_index("A6"))
    again = np.bincount(found_more(days, inside, rng) // 2000, minlength=3)
    assert again[0] == 0
    assert again[1] / 2000 == pytest.approx(1.5, abs=0.1)
    assert again[2] / 2000 == pytest.approx(1.5, abs=0.1)
    assert found_more(days, np.full(days.size, sector_index("A5")), rng).size == 0


def test_the_leader_of_every_crime_is_a_member_that_day(world: World) -> None:
    crimes, terms = world.planned.taken(np.arange(0, world.planned.day.size, 50)), world.memberships
    belongs = (terms.person == crimes.lead[:, None]) & (terms.group == crimes.group[:, None])
    on_day = (terms.first <= crimes.day[:, None]) & (crimes.day[:, None] <= terms.last)
    assert (belongs & on_day & (terms.role != "associate")).any(axis=1).all()


def test_nobody_is_chosen_on_a_day_on_which_they_were_no_member() -> None:
    terms = Spells(
        person=np.array([1, 2, 3]),
        group=np.zeros(3, dtype=np.intp),
        role=np.array(["member", "member", "associate"]),
        first=np.array([100, 150, 100]),
        last=np.array([149, OPEN_END, OPEN_END]),
    )
    chosen = active_members(
        terms, np.zeros(4, dtype=np.intp), np.array([100, 149, 150, 900]), np.ones(4), rng=np.random.default_rng(1)
    )
    assert chosen.tolist() == [1, 1, 2, 2]


def test_a_home_is_known_from_its_first_to_its_last_day() -> None:
    people = People(
        name=np.array(["a", "b", "c"]),
        review_by=np.zeros(3, dtype=np.int64),
        appetite=np.ones(3),
        home_person=np.array([0, 0, 2]),
        home_site=np.array([7, 8, 9]),
        home_first=np.array([100, 200, 100]),
        home_last=np.array([150, OPEN_END, 300]),
    )
    person, day = np.array([0, 0, 0, 0, 1, 2, 2]), np.array([99, 150, 151, 200, 100, 300, 301])
    assert home_sites(people, person, day).tolist() == [-1, 7, -1, 8, -1, 9, -1]


def yearly(demo: Estmere, rows: NDArray[np.bool_], window: str, sectors: list[str]) -> int:
    """How many of the crimes where `rows` is true lie in these sectors in the months of a window."""
    first, _, last = window.partition("..")
    month = demo.crimes["Date"].str[:7]
    return int((rows & (first <= month) & (month <= last) & demo.crimes["sector"].isin(sectors)).sum())


def test_the_files_show_what_the_truth_says(demo: Estmere, truth: dict[str, Any]) -> None:
    """Counts of a year have an error of about a sixth; so the two bounds of each ratio are far apart."""
    generated = demo.crimes["Offence code"].isin(truth["police_generated"])
    rows = (demo.crimes_of("OCG") & ~generated).to_numpy()
    found = {}
    for operation in truth["operations"]:
        for where in ("sectors", "displacement_sectors", "comparison_sectors"):
            before, after = (yearly(demo, rows, operation[when], operation[where]) for when in ("before", "after"))
            assert before > 40
            found[operation["verdict"], where] = after / before
    assert 0.45 < found["worked", "sectors"] < 0.75
    assert 0.80 < found["worked", "displacement_sectors"] < 1.25
    assert 0.45 < found["displaced", "sectors"] < 0.75
    assert 1.40 < found["displaced", "displacement_sectors"] < 2.40
    assert 0.80 < found["nothing", "sectors"] < 1.25
    assert all(0.70 < found[verdict, "comparison_sectors"] < 1.35 for verdict in ("worked", "displaced", "nothing"))


def test_intelligence_goes_up_in_the_clear_phases(demo: Estmere) -> None:
    reports = demo.tables["firearms-intelligence"]
    points = shapely.points(reports[["Longitude", "Latitude"]].astype(float).to_numpy())
    inside, before = 0.0, 0.0
    for operation in OPERATIONS:
        site = demo.sectors[sector_index(operation.sectors[0])]
        days = pd.Series(reports["Date"])[shapely.contains(site, points)]
        clear = operation.phases[0]
        length = day_number(clear.last) - day_number(clear.first) + 1
        inside += ((clear.first <= days) & (days <= clear.last)).sum() / length
        before += (days < clear.first).sum() / (day_number(clear.first) - FIRST_DAY)
    assert inside > 1.3 * before
