"""Offence codes as files give them: brought to the form of the weight table, or known as a spreadsheet's handiwork.

A spreadsheet that meets the code 8/11 takes it for the eighth of November and keeps a date. What was meant cannot be
told from it (a date of 2022-11-08 may have been 8/11 or 11/8), so such codes are named and not repaired.
"""

import re
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_MONTH_NAME = "(?:JAN|FEB|MAR|APR|MAY|JUNE?|JULY?|AUG|SEPT?|OCT|NOV|DEC)[A-Z]*"
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+)?"  # 2022-11-08, as spreadsheets are read
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{4}(?: [\d:]+)?"  # 08/11/2022
    rf"|\d{{1,2}}[- ]{_MONTH_NAME}(?:[- ]\d{{2,4}})?"  # 08-Nov, 8 Nov 2022
    rf"|{_MONTH_NAME}[- ]\d{{2,4}}"  # Nov-08, Aug-32
    r"|\d(?:\.\d+)?E[+-]\d+",  # 8.5E+12
    re.ASCII,
)
_SERIAL = re.compile(r"\d{5}(?:\.0+)?", re.ASCII)
_DAY_ZERO = date(1899, 12, 30)  # of the serial numbers of spreadsheets
# 8/11 becomes a day of the year in which somebody typed it, 8/32 the first of August 1932.
_DAYS_FROM, _DAYS_TO = 36_526, 55_000  # 2000 to 2050
_FIRSTS_FROM = 10_959  # 1930


def codes_from_text(text: pa.Array, known: AbstractSet[str]) -> tuple[pa.Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Codes in the form of the table, and which of them are none that it knows: damaged ones, and others.

    Args:
        text: trimmed; an empty one is no code and no fault.
        known: the codes that have a weight.

    Returns:
        codes: text, as given but for case and, if that makes it a known one, leading zeros.
        damaged: bool (row,), what a spreadsheet makes of a code.
        unknown: bool (row,), any other code outside `known`.
    """
    coded = text.dictionary_encode()
    codes = [_code(value, known) for value in coded.dictionary.to_pylist()]
    outside = [code not in known and code != "" for code in codes]
    damaged = [strange and is_damaged(code) for code, strange in zip(codes, outside, strict=True)]
    unknown = [strange and not broken for strange, broken in zip(outside, damaged, strict=True)]
    at = coded.indices.to_numpy()
    return (
        pa.array(codes, pa.string()).take(coded.indices),
        np.array(damaged, dtype=np.bool_)[at],
        np.array(unknown, dtype=np.bool_)[at],
    )


def _code(text: str, known: AbstractSet[str]) -> str:
    code = text.upper()
    shorter = code.lstrip("0")
    return shorter if code not in known and shorter in known else code


def is_damaged(code: str) -> bool:
    """Whether a code, which no table knows, is what a spreadsheet makes of one.

    >>> [code for code in ("44784", "11902", "08-NOV", "19512", "814/1", "5D") if is_damaged(code)]
    ['44784', '11902', '08-NOV']
    """
    if _SERIAL.fullmatch(code):
        serial = int(code[:5])
        is_first = (_DAY_ZERO + timedelta(days=serial)).day == 1
        return _DAYS_FROM <= serial <= _DAYS_TO or (_FIRSTS_FROM <= serial < _DAYS_FROM and is_first)
    return _DATE.fullmatch(code) is not None
