"""The demo force written to a folder: everything drawn in one order from one seed, then written file by file."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.estmere.crimes import NO_GROUP, Crimes, draw_everyday_crimes
from etl.estmere.damage import damaged
from etl.estmere.days import MONTHS, OPEN_END, day_texts, months_of_days
from etl.estmere.drugs import death_columns, farm_columns
from etl.estmere.files import (
    FORCE,
    force_column,
    lon_lat_columns,
    numbered_by_year,
    write_months,
    write_place_names,
    write_residents,
    write_rows,
    write_sectors,
    write_whole,
)
from etl.estmere.firearms import discharge_columns, draw_discharges, intelligence_columns
from etl.estmere.group_crimes import draw_group_crimes
from etl.estmere.involvements import Involvements, draw_involvements
from etl.estmere.land import draw_sectors
from etl.estmere.offences import CODES, is_code
from etl.estmere.operations import Effect, truth, with_effects, with_more_found
from etl.estmere.partners import MISSING_MONTH, crimestoppers_columns, trading_standards_columns
from etl.estmere.people import (
    PEOPLE,
    Groups,
    People,
    Spells,
    draw_groups,
    draw_memberships,
    draw_people,
    draw_priorities,
)
from etl.estmere.places import Sites, draw_sites, draw_streets

SOURCES = {
    "sectors": "sectors.geojson",
    "residents": "residents.csv",
    "recorded-crime": "recorded-crime",
    "nominals": "nominals.csv",
    "homes": "homes.csv",
    "groups": "groups.csv",
    "memberships": "memberships.csv",
    "priority-individuals": "priority-individuals.csv",
    "involvements": "involvements.csv",
    "firearms-discharges": "firearms-discharges.csv",
    "firearms-intelligence": "firearms-intelligence",
    "cannabis-farms": "cannabis-farms.csv",
    "drug-deaths": "drug-deaths.csv",
    "crimestoppers": "crimestoppers",
    "trading-standards": "trading-standards",
}
"""Profile -> file or folder, in the order of loading."""

PLACE_NAMES_FILE = "place-names.csv"
TRUTH = "truth.json"
_CRIME_DAMAGE = {"offence_as_date": 4, "swapped_axes": 3, "at_zero": 2}


@dataclass(frozen=True, kw_only=True)
class DemoFiles:
    """Where the demo force lies."""

    sources: tuple[tuple[str, Path], ...]  # profile and what to load with it, in the order of loading
    place_names: Path  # for HARMGRID_PLACE_NAMES
    truth: Path  # what the operations truly did; not for loading


@dataclass(frozen=True, kw_only=True)
class _Known:
    """The people and groups, and what they did."""

    groups: Groups
    memberships: Spells
    people: People
    crimes: Crimes  # ordered by day
    numbers: NDArray[np.str_]  # (crime,), crime numbers
    involvements: Involvements
    outcome: NDArray[np.str_]  # (crime,)
    effects: tuple[Effect, ...]


def build_demo(folder: Path, *, seed: int = 20240501, share: float = 1.0) -> DemoFiles:
    """The demo force written to `folder`: 35 sectors, 40 months, about 250,000 crimes, 60 groups and 900 people.

    Args:
        folder: made if it is not there; files of an earlier demo in it are replaced.
        seed: the same seed gives the same bytes. It draws everything but the map, which is always the same.
        share: how many of the crimes and reports to draw, for tests that must not take long.
    """
    rng = np.random.default_rng(seed)
    sectors = draw_sectors()
    sites = draw_sites(draw_streets(sectors, rng), rng)
    known = _known(sites, share, rng)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {profile: folder / name for profile, name in SOURCES.items()}
    write_sectors(paths["sectors"], sectors)
    write_residents(paths["residents"])
    write_place_names(folder / PLACE_NAMES_FILE)
    _write_crimes(known, sites, paths, rng)
    _write_people(known, sites, paths, rng)
    _write_groups(known, paths, rng)
    _write_reports(known, sites, paths, share=share, rng=rng)
    write_whole(folder / TRUTH, json.dumps(truth(known.effects, FORCE), indent=1).encode())
    return DemoFiles(sources=tuple(paths.items()), place_names=folder / PLACE_NAMES_FILE, truth=folder / TRUTH)


def _known(sites: Sites, share: float, rng: np.random.Generator) -> _Known:
    groups = draw_groups(sites.streets, rng)
    memberships = draw_memberships(groups, rng)
    people = draw_people(groups, memberships, sites, rng)
    planned = draw_group_crimes(groups, memberships, people, sites, share=share, rng=rng)
    done, effects = with_effects(planned, sites, groups.kind == "OCG", rng)
    crimes = with_more_found(done.followed_by(draw_everyday_crimes(sites, share, rng)), sites, rng)
    crimes = crimes.taken(np.argsort(crimes.day + rng.random(crimes.day.size), kind="stable"))
    involvements, outcome = draw_involvements(crimes, memberships, people, sites, rng=rng)
    return _Known(
        groups=groups,
        memberships=memberships,
        people=people,
        crimes=crimes,
        numbers=numbered_by_year("E", crimes.day, 6),
        involvements=involvements,
        outcome=outcome,
        effects=effects,
    )


def _write_crimes(known: _Known, sites: Sites, paths: dict[str, Path], rng: np.random.Generator) -> None:
    """Recorded crime month by month, and who was involved."""
    crimes, involved = known.crimes, known.involvements
    columns = {
        "Crime number": known.numbers,
        "Date": day_texts(crimes.day),
        "Offence code": np.array(CODES)[crimes.offence],
        **lon_lat_columns(sites, crimes.site),
        "Location": sites.location[crimes.site],
        "Outcome": known.outcome,
        "Force": force_column(crimes.day.size),
    }
    # Nothing may refer to a row that is going to be rejected, so that all the rest fits together.
    free = (crimes.group == NO_GROUP) & (sites.sector[crimes.site] >= 0) & ~is_code(crimes.offence, ("92A",))
    free[involved.crime] = False
    columns = damaged(columns, np.flatnonzero(free), _CRIME_DAMAGE, rng)
    write_months(paths["recorded-crime"], columns, months_of_days(crimes.day), list(MONTHS))
    rows = {
        "Crime number": known.numbers[involved.crime],
        "Nominal": _person_numbers(involved.person),
        "Role": involved.role,
        "Force": force_column(involved.crime.size),
    }
    write_rows(paths["involvements"], rows)


def _write_people(known: _Known, sites: Sites, paths: dict[str, Path], rng: np.random.Generator) -> None:
    """Nominals, homes and priority individuals."""
    people, terms = known.people, known.memberships
    nominals = {
        "Nominal": _person_numbers(np.arange(PEOPLE)),
        "Name": people.name,
        "Review by": day_texts(people.review_by),
        "Force": force_column(PEOPLE),
    }
    homes = {
        "Nominal": _person_numbers(people.home_person),
        "From": day_texts(people.home_first),
        "To": day_texts(people.home_last),
        **lon_lat_columns(sites, people.home_site),
        "Force": force_column(people.home_person.size),
    }
    priorities = draw_priorities(int(terms.person[terms.role != "associate"].max()) + 1, rng)
    priority_rows = {
        "Nominal": _person_numbers(priorities.person),
        "From": day_texts(priorities.first),
        "To": day_texts(priorities.last),
        "Force": force_column(priorities.person.size),
    }
    write_rows(paths["nominals"], nominals)
    write_rows(paths["homes"], damaged(homes, np.arange(people.home_person.size), {"at_zero": 2}, rng))
    write_rows(paths["priority-individuals"], priority_rows)


def _write_groups(known: _Known, paths: dict[str, Path], rng: np.random.Generator) -> None:
    """Groups and memberships."""
    groups, terms = known.groups, known.memberships
    group_rows = {
        "Group": _group_numbers(np.arange(groups.kind.size)),
        "Kind": groups.kind,
        "Name": groups.name,
        "Basis": groups.basis,
        "Reviewed": day_texts(groups.reviewed),
        "Force": force_column(groups.kind.size),
    }
    memberships = {
        "Group": _group_numbers(terms.group),
        "Nominal": _person_numbers(terms.person),
        "Role": terms.role,
        "From": day_texts(terms.first),
        "To": day_texts(terms.last),
        "Force": force_column(terms.person.size),
    }
    beside = np.flatnonzero((terms.role == "associate") & (terms.last != OPEN_END))  # on whom no measure depends
    write_rows(paths["groups"], group_rows)
    write_rows(paths["memberships"], damaged(memberships, beside, {"ends_before_it_starts": 2}, rng))


def _write_reports(
    known: _Known, sites: Sites, paths: dict[str, Path], *, share: float, rng: np.random.Generator
) -> None:
    """Discharges, intelligence, farms, deaths, and what partners send."""
    discharges = draw_discharges(known.crimes, known.numbers, sites, rng)
    rows = discharge_columns(discharges, sites)
    alone = np.flatnonzero(rows["Crime number"] == "")
    write_rows(paths["firearms-discharges"], damaged(rows, alone, {"at_zero": 1}, rng))
    intelligence, day = intelligence_columns(discharges, known.groups, sites, share=share, rng=rng)
    write_months(paths["firearms-intelligence"], intelligence, months_of_days(day), list(MONTHS))
    farms = farm_columns(known.crimes, known.numbers, sites, share=share, rng=rng)
    write_rows(paths["cannabis-farms"], farms)
    write_rows(paths["drug-deaths"], death_columns(sites, share=share, rng=rng))
    calls, month = crimestoppers_columns(known.groups, sites, share=share, rng=rng)
    write_months(paths["crimestoppers"], calls, month, [one for one in MONTHS if one != MISSING_MONTH])
    complaints, month = trading_standards_columns(sites, share=share, rng=rng)
    write_months(paths["trading-standards"], complaints, month, list(MONTHS))


def _person_numbers(person: NDArray[np.intp]) -> NDArray[np.str_]:
    """Numbers that do not tell, by their order, who belongs to a group."""
    return np.char.mod("N%05d", (person * 7_919 + 4_243) % 100_003)


def _group_numbers(group: NDArray[np.intp]) -> NDArray[np.str_]:
    return np.char.mod("G%03d", group + 1)
