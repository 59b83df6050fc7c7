"""What is recorded in the demo force: offence codes of the Crime Severity Score table of 2020, how often and where.

The shares resemble a recent year of England and Wales; they are made up all the same. What a code weighs is not known
here.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Mix = dict[str, float]  # offence code -> share, in any unit


class Pattern(NamedTuple):
    """Offences that share their places and their year, and how many of every 100 crimes each of them is."""

    ground: tuple[float, float, float, float, float]  # relative rate on each Ground: homes, centre, shops, open, road
    peak_month: int  # 1 is January
    swing: float  # half the distance between peak and trough, as a share of the mean
    growth: float  # change a year, as a share
    ending: str  # key of OUTCOMES
    codes: Mix


PATTERNS = (
    Pattern(
        (1.4, 0.8, 0.4, 0.4, 0.3), 7, 0.06, 0.02, "person",
        {"105A": 10.2, "8N": 8.0, "8L": 4.6, "8Q": 2.2, "8R": 6.8, "3B": 1.0, "11A": 0.5, "13": 0.02, "36": 0.06,
         "5E": 0.03, "4.7": 0.004, "106": 0.1, "1": 0.007},
    ),
    Pattern(
        (0.6, 2.6, 0.8, 1.0, 0.3), 7, 0.12, 0.02, "person",
        {"8N": 3.6, "105B": 0.16, "8P": 0.12, "8M": 0.05, "104": 0.65, "8S": 0.5, "5D": 0.3, "2": 0.01, "62A": 0.04,
         "1": 0.001},
    ),
    Pattern(
        (1.2, 1.3, 0.4, 0.7, 0.2), 7, 0.08, 0.04, "sexual",
        {"19C": 0.55, "19D": 0.14, "19E": 0.07, "19F": 0.05, "19G": 0.02, "19H": 0.03, "20A": 0.9, "20B": 0.13,
         "17A": 0.12, "17B": 0.04, "22B": 0.3, "21": 0.14, "22A": 0.06, "88A": 0.12, "71": 0.05, "70": 0.01,
         "88C": 0.08},
    ),
    Pattern((0.7, 1.6, 0.8, 2.2, 0.3), 7, 0.25, 0.0, "sexual", {"88E": 0.5}),
    Pattern((0.9, 1.9, 1.2, 0.8, 0.4), 7, 0.15, 0.03, "person", {"9A": 8.4, "9B": 0.9, "66": 1.2}),
    Pattern((0.7, 2.2, 1.2, 1.3, 0.2), 11, 0.10, 0.04, "theft", {"34B": 0.72, "34A": 0.14}),
    Pattern(
        (1.7, 0.4, 0.1, 0.1, 1.0), 12, 0.18, -0.07, "theft",
        {"28E": 3.1, "28F": 0.8, "28G": 0.05, "29A": 0.07, "40": 0.8},
    ),
    Pattern((0.4, 1.6, 2.4, 0.3, 1.2), 12, 0.10, -0.05, "theft", {"30C": 1.5, "30D": 0.35, "31A": 0.008, "47": 0.06}),
    Pattern(
        (1.3, 0.7, 0.9, 0.8, 1.6), 11, 0.14, -0.04, "theft", {"45": 3.2, "48": 1.5, "126": 0.8, "37.2": 0.2},
    ),
    Pattern((0.05, 2.2, 9.0, 0.05, 0.4), 12, 0.12, 0.12, "charged", {"46": 7.6, "49A": 1.0, "41": 0.14}),
    Pattern((0.3, 4.0, 1.2, 0.6, 0.2), 12, 0.15, 0.06, "theft", {"39": 1.0}),
    Pattern((0.8, 2.0, 1.2, 1.2, 0.2), 8, 0.40, -0.02, "theft", {"44": 1.2}),
    Pattern((0.8, 1.5, 1.5, 0.7, 1.3), 7, 0.10, 0.01, "theft", {"49": 6.4, "35": 0.3, "43": 0.05, "42": 0.05}),
    Pattern(
        (1.2, 1.0, 0.8, 1.2, 0.7), 6, 0.10, -0.02, "theft",
        {"58A": 2.5, "58B": 1.3, "58C": 3.7, "58D": 2.7, "58J": 0.04, "56A": 0.07, "56B": 0.4, "59": 0.15},
    ),
    Pattern((0.8, 2.0, 0.6, 1.2, 0.8), 5, 0.08, 0.03, "drugs", {"92A": 0.5, "92C": 0.02, "92D": 0.6, "92E": 1.5}),
    Pattern(
        (0.9, 2.0, 0.7, 0.9, 0.4), 6, 0.08, 0.04, "charged",
        {"10A": 0.02, "10B": 0.06, "10C": 0.2, "10D": 0.5, "81": 0.015, "90": 0.006},
    ),
    Pattern(
        (1.2, 0.8, 0.5, 0.5, 1.2), 6, 0.05, 0.01, "charged",
        {"33": 0.1, "38": 0.04, "54": 0.12, "61": 0.08, "61A": 0.02, "79": 0.3, "80": 0.02, "802": 0.16, "4.4": 0.03,
         "4.8": 0.004, "86": 0.7, "95": 0.05, "99": 0.4, "24": 0.01},
    ),
)  # fmt: skip
"""What anybody does; every code of the demo force is here."""

GROUP_MIXES: dict[str, Mix] = {
    "OCG": {
        "92A": 18.0, "5D": 4.5, "8N": 17.0, "34A": 3.0, "34B": 4.5, "3B": 6.0, "35": 4.0, "36": 1.6, "106": 3.0,
        "38": 1.5, "10B": 2.0, "10A": 0.8, "28E": 10.0, "29A": 1.2, "30C": 6.0, "48": 8.0, "54": 2.0, "56A": 1.0,
        "56B": 3.0, "5E": 1.6, "2": 0.25, "1": 0.08, "62A": 0.8,
    },
    "UCG": {
        "92A": 10.0, "92D": 3.0, "5D": 3.0, "8N": 22.0, "34B": 8.0, "3B": 3.0, "10D": 4.0, "10B": 0.8, "28E": 10.0,
        "30C": 5.0, "48": 9.0, "45": 8.0, "58C": 8.0, "56B": 1.5, "5E": 0.8, "2": 0.2, "62A": 2.0,
    },
    "PCG": {
        "92A": 5.0, "92E": 5.0, "5D": 2.5, "8N": 24.0, "105A": 8.0, "34B": 14.0, "10D": 6.0, "62A": 3.0, "9A": 10.0,
        "58C": 7.0, "58D": 6.0, "126": 3.0, "48": 4.0, "46": 4.0, "5E": 0.5, "2": 0.12,
    },
}  # fmt: skip
"""What members of each kind of group do together: less of it, and heavier."""

POLICE_GENERATED = ("92A", "92C", "92D", "92E", "10A", "10B", "10C", "10D", "81", "90", "33", "38", "54")
"""Codes that are recorded because the police looked; the others are reported by those who were harmed."""

CODES = tuple(dict.fromkeys(code for pattern in PATTERNS for code in pattern.codes))

OUTCOMES: dict[str, Mix] = {
    "person": {
        "Evidential difficulties, victim does not support": 0.45,
        "Investigation complete, no suspect identified": 0.22,
        "Evidential difficulties, victim supports": 0.17,
        "Charged": 0.07,
        "Community resolution": 0.05,
        "Caution": 0.02,
        "Not in the public interest": 0.02,
    },
    "sexual": {
        "Evidential difficulties, victim does not support": 0.52,
        "Evidential difficulties, victim supports": 0.24,
        "Investigation complete, no suspect identified": 0.16,
        "Charged": 0.07,
        "Not in the public interest": 0.01,
    },
    "theft": {
        "Investigation complete, no suspect identified": 0.82,
        "Evidential difficulties, victim supports": 0.08,
        "Charged": 0.05,
        "Evidential difficulties, victim does not support": 0.03,
        "Community resolution": 0.02,
    },
    "charged": {
        "Investigation complete, no suspect identified": 0.48,
        "Charged": 0.27,
        "Evidential difficulties, victim supports": 0.15,
        "Community resolution": 0.07,
        "Caution": 0.03,
    },
    "drugs": {
        "Charged": 0.30,
        "Community resolution": 0.28,
        "Investigation complete, no suspect identified": 0.22,
        "Caution": 0.10,
        "Not in the public interest": 0.10,
    },
}
"""How cases end, shares of each ending."""

ENDING_OF_CODE = {code: pattern.ending for pattern in PATTERNS for code in pattern.codes}


def draw_codes(mix: Mix, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Random offences of a mix, each an index into `CODES`, intp (count,)."""
    shares = np.array(list(mix.values()))
    return rng.choice(np.array([CODES.index(code) for code in mix], dtype=np.intp), count, p=shares / shares.sum())


def is_code(offence: NDArray[np.intp], codes: tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether each offence is one of these codes, bool (row,)."""
    return np.isin(offence, [CODES.index(code) for code in codes])


def draw_outcomes(offence: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.str_]:
    """How each crime ended, drawn from the shares of its kind, str (row,)."""
    endings = np.array([ENDING_OF_CODE[code] for code in CODES])[offence]
    outcome = np.zeros(offence.size, dtype="<U64")
    for ending, shares in OUTCOMES.items():
        here = endings == ending
        outcome[here] = rng.choice(np.array(list(shares)), int(here.sum()), p=list(shares.values()))
    return outcome
