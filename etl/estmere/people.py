"""The people and groups of the demo force: who belonged to what from when to when, and where each of them lived."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.estmere.days import FIRST_DAY, LAST_DAY, OPEN_END, Days, day_number
from etl.estmere.names import draw_group_names, draw_person_names
from etl.estmere.places import Ground, Sites, Streets, sites_at
from etl.estmere.plans import PLANS, sector_index

PEOPLE = 900
_TURFS = {
    "OCG": "A6 A6 A6 C3 C3 C3 B5 B5 B5 A5 F4 C2 C6 B4 F5 A3 A4 A7 C5 B1 F1 A1 C1 A2",
    "UCG": "A6 C3 B5 A5 C2 C4 A1 A1 A2 C7 F2 A7 B4 A3 C1 F3",
    "PCG": "A6 C3 B5 A5 A1 A1 C1 C1 C4 C5 C2 C6 F2 F3 F4 A4 B1 A3 E1 C7",
}
"""The sector that each group works from; those of the operations have more than their share."""

_SIZES = {"OCG": (6, 13), "UCG": (5, 10), "PCG": (6, 13)}  # members but the leader, [low, high)
_BASES = {
    "OCG": ("Drug supply", "Drug supply and firearms", "Organised theft", "Exploitation", "Money laundering"),
    "UCG": ("Street drug supply", "Serious violence", "Vehicle crime"),
    "PCG": ("Serious violence", "Robbery", "Knife carrying", "Exploited by others"),
}
_ASSOCIATES = 110
_SECOND_GROUPS = 34
_RETURNS = 28
_PRIORITIES = 46
_HOMES = (0.06, 0.52, 0.27, 0.11, 0.04)  # share of people with no, one, two, three, four homes
_TURF_KM = 2.2  # how far from their group's turf members live


@dataclass(frozen=True, kw_only=True)
class Groups:
    """One line a group, as columns of one length."""

    kind: NDArray[np.str_]  # (group,), OCG, UCG or PCG
    name: NDArray[np.str_]  # (group,)
    basis: NDArray[np.str_]  # (group,)
    reviewed: Days  # (group,)
    turf: NDArray[np.intp]  # (group,), index of the point in the middle of its turf


@dataclass(frozen=True, kw_only=True)
class Spells:
    """Who was what from when to when: memberships and priorities, as columns of one length; last days are included."""

    person: NDArray[np.intp]
    group: NDArray[np.intp]  # 0 throughout where there are no groups
    role: NDArray[np.str_]
    first: Days
    last: Days  # OPEN_END where it has not ended


@dataclass(frozen=True, kw_only=True)
class People:
    """Everybody who is known, and where they lived."""

    name: NDArray[np.str_]  # (person,)
    review_by: Days  # (person,)
    appetite: NDArray[np.float64]  # (person,), how much one offends beside others
    home_person: NDArray[np.intp]  # (home,), ascending
    home_site: NDArray[np.intp]  # (home,)
    home_first: Days  # (home,)
    home_last: Days  # (home,), OPEN_END for those who still live there


def draw_groups(streets: Streets, rng: np.random.Generator) -> Groups:
    """The sixty groups, each on its turf."""
    kind = np.array([kind for kind, turfs in _TURFS.items() for _ in turfs.split()])
    sector = [sector_index(sector_id) for turfs in _TURFS.values() for sector_id in turfs.split()]
    lived_in = streets.pull * np.isin(streets.ground, [Ground.HOMES, Ground.CENTRE])
    turf = [_point(lived_in * (streets.sector == index), rng) for index in sector]
    return Groups(
        kind=kind,
        name=draw_group_names(kind.size, rng),
        basis=np.array([rng.choice(_BASES[one]) for one in kind.tolist()]),
        reviewed=LAST_DAY - rng.integers(0, 420, kind.size),
        turf=np.array(turf, dtype=np.intp),
    )


def draw_memberships(groups: Groups, rng: np.random.Generator) -> Spells:
    """Who belongs to which group: a leader who is always there, members who come and go, associates beside them."""
    sizes = np.array([rng.integers(*_SIZES[kind]) for kind in groups.kind.tolist()])
    group = np.repeat(np.arange(sizes.size), sizes + 1)
    heads = np.concatenate([[0], np.cumsum(sizes + 1)[:-1]])
    others = np.setdiff1d(np.arange(group.size), heads)
    role = np.full(group.size, "member", dtype="<U9")
    role[heads] = "leader"
    first, last = _terms(group.size, rng)
    first[heads] = FIRST_DAY - rng.integers(30, 2000, heads.size)
    last[heads] = OPEN_END
    first_terms = Spells(person=np.arange(group.size), group=group, role=role, first=first, last=last)
    second = rng.choice(others, _SECOND_GROUPS, replace=False)
    ended = rng.choice(np.flatnonzero(last < LAST_DAY - 120), _RETURNS, replace=False)
    return _joined(
        first_terms,
        _elsewhere_too(second, group, rng),
        _returned(first_terms, ended, rng),
        _associates(group.size, sizes.size, rng),
    )


def draw_priorities(members: int, rng: np.random.Generator) -> Spells:
    """Priority individuals: most of them belong to no group."""
    free = members + rng.choice(PEOPLE - members, _PRIORITIES - 10, replace=False)
    person = np.sort(np.concatenate([rng.choice(members, 10, replace=False), free]))
    first, last = _terms(person.size, rng)
    return Spells(
        person=person,
        group=np.zeros(person.size, dtype=np.intp),
        role=np.full(person.size, "priority"),
        first=first,
        last=last,
    )


def draw_people(groups: Groups, memberships: Spells, sites: Sites, rng: np.random.Generator) -> People:
    """Everybody with their homes; members live near their group's turf, the others wherever people live."""
    turf = np.full(PEOPLE, -1, dtype=np.intp)
    turf[memberships.person[::-1]] = groups.turf[memberships.group[::-1]]  # of the first group, if there are two
    homes = rng.choice(len(_HOMES), PEOPLE, p=_HOMES)
    person = np.repeat(np.arange(PEOPLE), homes)
    number = np.arange(person.size) - np.repeat(np.cumsum(homes) - homes, homes)  # 0 for the first home
    first, last = _home_days(person, number, rng)
    return People(
        name=draw_person_names(PEOPLE, rng),
        review_by=day_number("2024-02-01") + rng.integers(0, 6 * 365, PEOPLE),
        appetite=rng.lognormal(0, 0.7, PEOPLE),
        home_person=person,
        home_site=sites_at(_home_points(turf[person], sites.streets, rng), rng),
        home_first=first,
        home_last=last,
    )


def _point(weight: NDArray[np.float64], rng: np.random.Generator) -> int:
    return int(rng.choice(weight.size, p=weight / weight.sum()))


def _terms(count: int, rng: np.random.Generator) -> tuple[Days, Days]:
    """First and last days: most were there before the demo starts, most have not ended."""
    early = rng.random(count) < 0.62
    first = np.where(
        early, FIRST_DAY - rng.integers(1, 1800, count), FIRST_DAY + rng.integers(0, LAST_DAY - FIRST_DAY - 200, count)
    )
    start = np.maximum(first, FIRST_DAY) + 30
    ends = start + (rng.random(count) * (LAST_DAY - start)).astype(np.int64)
    return first, np.where(rng.random(count) < 0.28, ends, OPEN_END)


def _elsewhere_too(person: NDArray[np.intp], group: NDArray[np.intp], rng: np.random.Generator) -> Spells:
    """The same people as members of another group."""
    groups = int(group[-1]) + 1
    first, last = _terms(person.size, rng)
    return Spells(
        person=person,
        group=(group[person] + rng.integers(1, groups, person.size)) % groups,
        role=np.full(person.size, "member"),
        first=first,
        last=last,
    )


def _returned(terms: Spells, rows: NDArray[np.intp], rng: np.random.Generator) -> Spells:
    """The same people in the same group again, some weeks after they left it."""
    first = terms.last[rows] + rng.integers(21, 110, rows.size)
    return Spells(
        person=terms.person[rows],
        group=terms.group[rows],
        role=terms.role[rows],
        first=first,
        last=np.full(rows.size, OPEN_END),
    )


def _associates(members: int, groups: int, rng: np.random.Generator) -> Spells:
    """People beside the groups, who are no members."""
    first, last = _terms(_ASSOCIATES, rng)
    return Spells(
        person=members + rng.choice(PEOPLE - members, _ASSOCIATES, replace=False),
        group=rng.integers(0, groups, _ASSOCIATES),
        role=np.full(_ASSOCIATES, "associate"),
        first=first,
        last=last,
    )


def _joined(*parts: Spells) -> Spells:
    """All of them, ordered by group, then person, then first day."""
    person, group, role, first, last = (
        np.concatenate([getattr(part, column) for part in parts])
        for column in ("person", "group", "role", "first", "last")
    )
    order = np.lexsort([first, person, group])
    return Spells(person=person[order], group=group[order], role=role[order], first=first[order], last=last[order])


def _home_days(person: NDArray[np.intp], number: NDArray[np.intp], rng: np.random.Generator) -> tuple[Days, Days]:
    """First and last day of each home; now and then nobody knows where one lived between two, or for two at once."""
    moved = FIRST_DAY - 300 + np.sort(rng.random((PEOPLE, len(_HOMES) - 1)), axis=1) * (LAST_DAY - FIRST_DAY + 280)
    first = np.where(
        number == 0, FIRST_DAY - rng.integers(400, 3000, person.size), moved[person, number - 1].astype(np.int64)
    )
    first += np.where(number > 0, 2 * number, 0)  # no two moves on one day
    followed = np.append(person[1:] == person[:-1], False)
    chance = rng.random(person.size)
    gap = np.select([chance < 0.14, chance > 0.96], [rng.integers(20, 200, person.size), -9], 0)
    last = np.where(followed, np.append(first[1:], 0) - 1 - gap, OPEN_END)
    left = ~followed & (chance < 0.07)
    last = np.where(left, np.minimum(np.maximum(first, FIRST_DAY) + 40, LAST_DAY), last)
    return first, np.maximum(last, first)


def _home_points(turf: NDArray[np.intp], streets: Streets, rng: np.random.Generator) -> NDArray[np.intp]:
    """The point of each home: three of four members near their turf, the others where people live; intp (home,)."""
    residents = np.array([plan.residents for plan in PLANS])
    homes = streets.pull * (streets.ground == Ground.HOMES)
    lived_in = homes * (residents / np.bincount(streets.sector, homes, len(PLANS)))[streets.sector]
    point = rng.choice(homes.size, turf.size, p=lived_in / lived_in.sum())
    local = (turf >= 0) & (rng.random(turf.size) < 0.75)
    for centre in np.unique(turf[local]):
        here = local & (turf == centre)
        near = lived_in * np.exp(-np.hypot(*(streets.xy - streets.xy[centre]).T) / _TURF_KM)
        point[here] = rng.choice(homes.size, int(here.sum()), p=near / near.sum())
    return point
