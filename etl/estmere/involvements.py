"""Who is named in a crime of the demo force, and how it ended for them. Only people who are known are named."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.estmere.crimes import NO_GROUP, Crimes
from etl.estmere.days import LAST_DAY
from etl.estmere.group_crimes import active_members, home_sites
from etl.estmere.offences import CODES, ENDING_OF_CODE, draw_outcomes
from etl.estmere.people import PEOPLE, People, Spells
from etl.estmere.places import Sites
from etl.estmere.plans import PLANS

_NAMED = {"person": 0.115, "sexual": 0.10, "theft": 0.03, "charged": 0.15, "drugs": 0.22}  # share with a known suspect
_TOGETHER = (0.32, 0.10)  # share of group crimes with a second member, with a third
_VICTIMS, _WITNESSES = 0.018, 0.006
_LOCAL = 0.7  # share of suspects who live in the sector of the crime, if enough known people do
_LOCAL_EACH = 80  # crimes at most, on average, for each known person who lives in the sector
_OUTCOMES_WITH_SUSPECT = {
    "Charged": 0.36,
    "Evidential difficulties, victim does not support": 0.30,
    "Evidential difficulties, victim supports": 0.22,
    "Community resolution": 0.07,
    "Caution": 0.05,
}
_ROLES = {"Charged": "charged", "Community resolution": "offender", "Caution": "offender"}
UNDECIDED = "Under investigation"


@dataclass(frozen=True, kw_only=True)
class Involvements:
    """One line a person in a crime, ordered by crime, as columns of one length; no line stands twice."""

    crime: NDArray[np.intp]
    person: NDArray[np.intp]
    role: NDArray[np.str_]


def draw_involvements(
    crimes: Crimes, memberships: Spells, people: People, sites: Sites, *, rng: np.random.Generator
) -> tuple[Involvements, NDArray[np.str_]]:
    """Who was involved in which crime, and the outcome of every crime, str (crime,)."""
    crime, person = _suspects(crimes, memberships, people, sites, rng=rng)
    outcome = _outcomes(crimes, np.unique(crime), rng)
    role = np.array([_ROLES.get(one, "suspect") for one in outcome[crime].tolist()], dtype="<U8")
    parts = [(crime, person, role)]
    for share, name in ((_VICTIMS, "victim"), (_WITNESSES, "witness")):
        touched = np.flatnonzero(rng.random(crimes.day.size) < share)
        parts.append((touched, rng.integers(0, PEOPLE, touched.size), np.full(touched.size, name, dtype="<U8")))
    crime, person, role = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    _, first = np.unique(crime * PEOPLE + person, return_index=True)  # nobody is both in one crime
    return Involvements(crime=crime[first], person=person[first], role=role[first]), outcome


def _suspects(
    crimes: Crimes, memberships: Spells, people: People, sites: Sites, *, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Crime and person of every suspect; in crimes of no group they are people who never belonged to one."""
    grouped = np.flatnonzero(crimes.group != NO_GROUP)
    crime, person = [grouped], [crimes.lead[grouped]]
    for share in _TOGETHER:
        some = grouped[rng.random(grouped.size) < share]
        crime.append(some)
        person.append(active_members(memberships, crimes.group[some], crimes.day[some], people.appetite, rng=rng))
    named = np.array([_NAMED[ENDING_OF_CODE[code]] for code in CODES])[crimes.offence]
    others = np.flatnonzero((crimes.group == NO_GROUP) & (rng.random(crimes.day.size) < named))
    crime.append(others)
    person.append(_neighbours(sites.sector[crimes.site[others]], _loners(memberships), people, sites, rng=rng))
    return np.concatenate(crime), np.concatenate(person)


def _loners(memberships: Spells) -> NDArray[np.intp]:
    """Those who never belonged to a group, intp (person,)."""
    return np.setdiff1d(np.arange(PEOPLE), memberships.person[memberships.role != "associate"])


def _neighbours(
    sector: NDArray[np.intp], loners: NDArray[np.intp], people: People, sites: Sites, *, rng: np.random.Generator
) -> NDArray[np.intp]:
    """One of these people for each sector, mostly somebody whose latest home is there; intp (row,)."""
    lives = sites.sector[home_sites(people, loners, np.full(loners.size, LAST_DAY))]
    person = _drawn(loners, people, sector.size, rng)
    for index in range(len(PLANS)):
        known, rows = loners[lives == index], np.flatnonzero(sector == index)
        if known.size:
            local = rows[rng.random(rows.size) < min(_LOCAL, _LOCAL_EACH * known.size / max(rows.size, 1))]
            person[local] = _drawn(known, people, local.size, rng)
    return person


def _drawn(known: NDArray[np.intp], people: People, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    appetite = people.appetite[known]
    return rng.choice(known, count, p=appetite / appetite.sum())


def _outcomes(crimes: Crimes, suspected: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.str_]:
    """How each crime ended: never without a suspect where there is one, often not yet in the last weeks."""
    outcome = draw_outcomes(crimes.offence, rng)
    shares = list(_OUTCOMES_WITH_SUSPECT.values())
    outcome[suspected] = rng.choice(np.array(list(_OUTCOMES_WITH_SUSPECT)), suspected.size, p=shares)
    age = LAST_DAY - crimes.day
    outcome[rng.random(age.size) < 0.75 * np.exp(-age / 30)] = UNDECIDED
    return outcome
