"""Cannabis farms that the police find in the demo force, and deaths that the coroner reports late."""

import numpy as np
from numpy.typing import NDArray

from etl.estmere.crimes import Crimes
from etl.estmere.days import LAST_DAY, MONTHS, OPEN_END, day_texts, days_in_months
from etl.estmere.files import Columns, force_column, lon_lat_columns, numbered_by_year
from etl.estmere.offences import is_code
from etl.estmere.places import Ground, Sites, sites_at

_FARMS_RECORDED = 0.045  # share of the trafficking offences that are farms
_OTHER_FARMS = 110  # without a crime number
_DEATHS = 300
_SUBSTANCES = {
    "Heroin or morphine": 0.20,
    "Heroin or morphine, cocaine": 0.14,
    "Heroin or morphine, benzodiazepines": 0.12,
    "Cocaine": 0.14,
    "Cocaine, alcohol": 0.10,
    "Methadone": 0.07,
    "Methadone, pregabalin": 0.07,
    "Benzodiazepines, pregabalin": 0.08,
    "Nitazenes": 0.04,
    "Fentanyl": 0.02,
    "Amphetamine": 0.02,
}


def farm_columns(
    crimes: Crimes, numbers: NDArray[np.str_], sites: Sites, *, share: float, rng: np.random.Generator
) -> Columns:
    """The file of the profile cannabis-farms."""
    traded = is_code(crimes.offence, ("92A",)) & (sites.sector[crimes.site] >= 0)
    recorded = np.flatnonzero(traded & (rng.random(traded.size) < _FARMS_RECORDED))
    others = round(share * _OTHER_FARMS)
    day = np.concatenate([crimes.day[recorded], days_in_months(rng.choice(np.array(MONTHS), others), rng)])
    site = np.concatenate([crimes.site[recorded], _homes(others, sites, rng)])
    crime = np.concatenate([numbers[recorded], np.full(others, "")])
    order = np.argsort(day, kind="stable")
    plants = np.maximum(5, rng.lognormal(np.log(70), 0.9, day.size)).astype(np.int64)
    return {
        "Reference": numbered_by_year("CF", day[order], 4),
        "Date found": day_texts(day[order]),
        "Plants": plants.astype(str),
        "Crime number": crime[order],
        **lon_lat_columns(sites, site[order]),
        "Force": force_column(day.size),
    }


def death_columns(sites: Sites, *, share: float, rng: np.random.Generator) -> Columns:
    """The file of the profile drug-deaths as it stood on the demo's last day.

    Deaths are notified after days or weeks and concluded 5 to 9 months later. Those that nobody had notified by then
    are missing; of the others the recent ones are suspected only, and their substances not known.
    """
    died = days_in_months(rng.choice(np.array(MONTHS), round(share * _DEATHS)), rng)
    notified = died + 1 + rng.gamma(1.3, 11.0, died.size).astype(np.int64)
    order = np.argsort(notified, kind="stable")
    died, notified = (days[order][notified[order] <= LAST_DAY] for days in (died, notified))
    tested = notified + rng.integers(35, 75, died.size)
    concluded = notified + rng.integers(150, 275, died.size)
    found = rng.choice(np.array(list(_SUBSTANCES)), died.size, p=list(_SUBSTANCES.values()))
    return {
        "Case": numbered_by_year("COR", notified, 4),
        "Date of death": day_texts(died),
        "Date notified": day_texts(notified),
        "Date concluded": day_texts(np.where(concluded <= LAST_DAY, concluded, OPEN_END)),
        "Status": np.select([concluded <= LAST_DAY, tested <= LAST_DAY], ["concluded", "toxicology"], "suspected"),
        "Substances": np.where(tested <= LAST_DAY, found, ""),
        **lon_lat_columns(sites, _homes(died.size, sites, rng)),
        "Force": force_column(died.size),
    }


def _homes(count: int, sites: Sites, rng: np.random.Generator) -> NDArray[np.intp]:
    """Random addresses where people live, intp (count,)."""
    weight = sites.streets.pull * (sites.streets.ground == Ground.HOMES)
    return sites_at(rng.choice(weight.size, count, p=weight / weight.sum()), rng)
