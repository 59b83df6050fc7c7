"""What the groups of the demo force do: near home, on their turf, led by somebody who is a member that day."""

import numpy as np
from numpy.typing import NDArray

from etl.estmere.crimes import Crimes
from etl.estmere.days import MONTHS, Days, days_in_months
from etl.estmere.offences import GROUP_MIXES, draw_codes
from etl.estmere.operations import OPERATIONS
from etl.estmere.people import Groups, People, Spells
from etl.estmere.places import ADDRESSES, Sites, sites_at
from etl.estmere.plans import sector_index

_CRIMES = {"OCG": 4600, "UCG": 2000, "PCG": 3100}  # expected in all months
_WHERE_OPERATIONS_ARE = 2.0  # how much more the groups do where an operation will be
_TURF_KM, _HOME_KM = 0.8, 0.7  # a third of the pull is left at this distance
_AT_HOME, _ELSEWHERE = 0.25, 0.10  # share of crimes; the rest is on the turf


def draw_group_crimes(
    groups: Groups, memberships: Spells, people: People, sites: Sites, *, share: float, rng: np.random.Generator
) -> Crimes:
    """What the groups would do without any operation, in no order."""
    kind, group = _kinds_and_groups(groups, sites, share, rng)
    day = days_in_months(rng.choice(np.array(MONTHS), group.size), rng)
    offence = np.zeros(group.size, dtype=np.intp)
    for one, mix in GROUP_MIXES.items():
        here = kind == one
        offence[here] = draw_codes(mix, int(here.sum()), rng)
    lead = active_members(memberships, group, day, people.appetite, rng=rng)
    point = _points(groups.turf[group], home_sites(people, lead, day) // ADDRESSES, sites, rng)
    return Crimes(day=day, site=sites_at(point, rng), offence=offence, group=group, lead=lead)


def active_members(
    memberships: Spells, group: NDArray[np.intp], day: Days, appetite: NDArray[np.float64], *, rng: np.random.Generator
) -> NDArray[np.intp]:
    """A member of each of these groups on each of these days, those with more appetite more often; intp (row,)."""
    person = np.zeros(group.size, dtype=np.intp)
    belongs = memberships.role != "associate"
    for one in np.unique(group):
        rows, terms = np.flatnonzero(group == one), np.flatnonzero(belongs & (memberships.group == one))
        on = day[rows, None]
        there = (memberships.first[terms] <= on) & (on <= memberships.last[terms])  # (row, term)
        edges = np.cumsum(there * appetite[memberships.person[terms]], axis=1)
        chosen = (edges <= rng.random(rows.size)[:, None] * edges[:, -1:]).sum(axis=1)
        person[rows] = memberships.person[terms[chosen]]
    return person


def home_sites(people: People, person: NDArray[np.intp], day: Days) -> NDArray[np.intp]:
    """Where each of these people lived on the day, index into the sites, -1 where nobody knows; intp (row,)."""
    site = np.full(person.size, -1, dtype=np.intp)
    starts = np.searchsorted(people.home_person, person)
    for step in range(4):  # nobody has more homes
        home = np.minimum(starts + step, people.home_person.size - 1)
        theirs = people.home_person[home] == person
        there = theirs & (people.home_first[home] <= day) & (day <= people.home_last[home])
        site[there] = people.home_site[home[there]]
    return site


def _kinds_and_groups(
    groups: Groups, sites: Sites, share: float, rng: np.random.Generator
) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
    """One line a crime: which group, and its kind."""
    targets = [sector_index(sector_id) for operation in OPERATIONS for sector_id in operation.sectors]
    size = rng.uniform(0.75, 1.25, groups.kind.size)
    size *= np.where(np.isin(sites.streets.sector[groups.turf], targets), _WHERE_OPERATIONS_ARE, 1.0)
    for kind, crimes in _CRIMES.items():
        here = groups.kind == kind
        size[here] *= share * crimes / size[here].sum()
    group = np.repeat(np.arange(size.size), rng.poisson(size))
    return groups.kind[group], group


def _points(turf: NDArray[np.intp], home: NDArray[np.intp], sites: Sites, rng: np.random.Generator) -> NDArray[np.intp]:
    """The point of each crime: on the turf, near the home if there is one (not -1), or anywhere; intp (crime,)."""
    streets = sites.streets
    point = rng.choice(streets.pull.size, turf.size, p=streets.pull)
    chance = rng.random(turf.size)
    at_home = (chance < _AT_HOME) & (home >= 0)
    on_turf = ~at_home & (chance < 1 - _ELSEWHERE)
    point[at_home] = streets.points_near(home[at_home], _HOME_KM, rng)
    point[on_turf] = streets.points_near(turf[on_turf], _TURF_KM, rng)
    return point
