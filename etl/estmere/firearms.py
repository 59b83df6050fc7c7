"""Discharges of firearms in the demo force, and the intelligence about firearms that comes of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.estmere.crimes import NO_GROUP, Crimes
from etl.estmere.days import FIRST_DAY, LAST_DAY, MONTHS, Days, day_texts, days_in_months
from etl.estmere.files import Columns, force_column, lon_lat_columns, numbered_by_year
from etl.estmere.offences import CODES, POLICE_GENERATED, is_code
from etl.estmere.operations import found_more
from etl.estmere.people import Groups
from etl.estmere.places import ADDRESSES, Sites, sites_at

_FIRED = {"10A": 0.60, "2": 0.50, "5E": 0.45, "5D": 0.10}  # share of group crimes that are discharges too
_OTHERS = 0.012  # discharges without a crime number for each crime of a group that somebody reported
_WITH_OFFENCE = 1 / 3  # share of those that have an offence all the same
_REPORTS = 3.2  # reports a discharge
_OTHER_REPORTS = 2100
_SOURCES = {"1": 0.18, "2": 0.66, "3": 0.16}  # reliable, untested, not reliable
_ASSESSMENTS = {"A": 0.06, "B": 0.24, "C": 0.14, "D": 0.48, "E": 0.08}
_WITH_CONDITIONS = 0.34


@dataclass(frozen=True, kw_only=True)
class Discharges:
    """One line a discharge, ordered by day, as columns of one length."""

    day: Days
    site: NDArray[np.intp]
    offence: NDArray[np.str_]  # "" where there is none
    crime: NDArray[np.str_]  # crime number, "" where there is none


def draw_discharges(crimes: Crimes, numbers: NDArray[np.str_], sites: Sites, rng: np.random.Generator) -> Discharges:
    """Discharges that are crimes of groups, and others a few days and streets from one: they follow the same truth."""
    grouped = crimes.group != NO_GROUP
    fired = np.array([_FIRED.get(code, 0.0) for code in CODES])[crimes.offence]
    recorded = np.flatnonzero(grouped & (rng.random(fired.size) < fired))
    reported = np.flatnonzero(grouped & ~is_code(crimes.offence, POLICE_GENERATED))
    cause = rng.choice(reported, round(_OTHERS * reported.size), replace=False)
    point = sites.streets.points_near(crimes.site[cause] // ADDRESSES, 0.5, rng)
    day = np.clip(crimes.day[cause] + rng.integers(-5, 6, cause.size), FIRST_DAY, LAST_DAY)
    known = np.where(rng.random(cause.size) < _WITH_OFFENCE, rng.choice(["5E", "10A", "5D"], cause.size), "")
    days = np.concatenate([crimes.day[recorded], day])
    order = np.argsort(days, kind="stable")
    return Discharges(
        day=days[order],
        site=np.concatenate([crimes.site[recorded], sites_at(point, rng)])[order],
        offence=np.concatenate([np.array(CODES)[crimes.offence[recorded]], known])[order],
        crime=np.concatenate([numbers[recorded], np.full(cause.size, "")])[order],
    )


def discharge_columns(discharges: Discharges, sites: Sites) -> Columns:
    """The file of the profile firearms-discharges."""
    return {
        "Reference": numbered_by_year("FD", discharges.day, 4),
        "Date": day_texts(discharges.day),
        "Offence code": discharges.offence,
        "Crime number": discharges.crime,
        **lon_lat_columns(sites, discharges.site),
        "Force": force_column(discharges.day.size),
    }


def intelligence_columns(
    discharges: Discharges, groups: Groups, sites: Sites, *, share: float, rng: np.random.Generator
) -> tuple[Columns, Days]:
    """The file of the profile firearms-intelligence, and the day of each row: one discharge can make many reports."""
    of = np.repeat(np.arange(discharges.day.size), rng.poisson(_REPORTS, discharges.day.size))
    others = round(share * _OTHER_REPORTS)
    point = np.concatenate([discharges.site[of] // ADDRESSES, rng.choice(groups.turf, others)])
    point = sites.streets.points_near(point, 0.6, rng)
    about = np.minimum(discharges.day[of] + rng.geometric(0.15, of.size) - 3, LAST_DAY)
    day = np.concatenate([np.maximum(about, FIRST_DAY), days_in_months(rng.choice(np.array(MONTHS), others), rng)])
    more = found_more(day, sites.streets.sector[point], rng)
    day, point = np.concatenate([day, day[more]]), np.concatenate([point, point[more]])
    order = np.argsort(day, kind="stable")
    day, rows = day[order], day.size
    source, assessment = (
        rng.choice(np.array(list(shares)), rows, p=list(shares.values())) for shares in (_SOURCES, _ASSESSMENTS)
    )
    columns = {
        "Report": numbered_by_year("FI", day, 5),
        "Date": day_texts(day),
        "Grade": np.char.add(source, assessment),
        "Handling": np.where(rng.random(rows) < _WITH_CONDITIONS, "C", "P"),
        **lon_lat_columns(sites, sites_at(point[order], rng)),
        "Force": force_column(rows),
    }
    return columns, day
