"""Rows of a file as typed records, by the profile of its source: which are accepted, which are rejects and why."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.fields.dates import MONTH, Days, days_from_text, months_from_text, months_of_days
from etl.fields.offences import codes_from_text
from etl.fields.places import FIELDS as FIELDS_OF_FORM
from etl.fields.places import Box, locate
from etl.profiles import RECORDS, Profile
from etl.profiles.records import DAY_FIELDS, FIELDS
from etl.reading import Member, RawBatch
from etl.reading.utf8 import NOT_UTF8
from etl.rows.details import details_from
from etl.rows.texts import Texts, rejects_from
from harmgrid.errors import UnknownColumn, UnreadableSource
from harmgrid.recipes import GROUP_KINDS
from harmgrid.types import Reject, month_from_text

# In the order in which a reject names them.
REASONS: dict[str, str] = {
    "not_utf8": "the row holds bytes that are not UTF-8",
    "undecodable": "the row holds bytes that are no text in the encoding of its profile",
    "nul_character": "the row holds a character of value zero, which no database keeps",
    "wrong_number_of_fields": "the row has more or fewer fields than the header",
    **{f"missing_{field}": f"the field `{field}` is empty and has to be given" for field in FIELDS},
    "unreadable_month": "the month is none of the years 1900 to 2099 in the form 2022-03, or in one of the profile",
    "unreadable_date": "a date is none of the years 1900 to 2099 in the form 2022-03-31, or in one of the profile",
    "month_of_another_file": "the month is not the one in the file's name",
    "ends_before_it_starts": "the last day lies before the first",
    "unknown_category": "the crime type is no category that has a weight or is known to have none",
    "offence_damaged": "a spreadsheet turned the offence code into a date or a number, as 8/11 into 44784 or 08-Nov",
    "offence_without_weight": "the offence code is none that has a weight",
    "unknown_group_kind": "the kind of group is none of OCG, UCG and PCG",
    "unreadable_number": "a number of people or a year is no whole number that can be right",
    "unreadable_longitude": "the longitude is no decimal number",
    "unreadable_latitude": "the latitude is no decimal number",
    "unreadable_easting": "the easting is no decimal number",
    "unreadable_northing": "the northing is no decimal number",
    "unreadable_grid_reference": "the grid reference is no British one, as in NZ 24 64",
    "unusable_geometry": "the geometry does not read, is empty or has a coordinate that is no number",
    "longitude_out_of_range": "the longitude is not between -180 and 180",
    "latitude_out_of_range": "the latitude is not between -90 and 90",
    "half_a_location": "only one of two coordinates is given",
    "location_at_zero": "both coordinates are zero, which is how an unknown place is often written",
    "swapped_axes": "the place cannot be right, and would be with its two coordinates exchanged",
    "degrees_in_metre_columns": "the coordinates are degrees where the profile says metres",
    "metres_in_degree_columns": "the coordinates are metres where the profile says degrees",
    "outside_force_bounds": "the place lies outside the bounds that the profile sets",
    "repeated_reference": "an earlier row of this load has the same reference",
}

_CAN_BE = {"residents": (0, 10**9), "year": (1900, 2100)}
_Marks = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What rows are judged by, beyond their profile."""

    offences: frozenset[str] = frozenset()  # codes that have a weight
    categories: frozenset[str] = frozenset()  # of street crime
    bounds: Box | None = None  # around the loaded sectors


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of a batch: accepted ones as a table of typed columns, the others as rejects.

    `table` has row_number (int64) and the fields of the record: days int32 since 1970-01-01, months int32, lon and lat
    float64, residents int64, year int32, anything else text, empty where there is none.
    """

    table: pa.Table
    rejects: list[Reject]


def rejects_of(file: str, batch: RawBatch, numbers: Iterable[int], *reasons: str) -> list[Reject]:
    """Rows of a batch, by their numbers, as rejects for these reasons."""
    return rejects_from(file, batch, [(int(np.searchsorted(batch.numbers, number)), reasons) for number in numbers])


def require_columns(member: Member, profile: Profile) -> None:
    """Raise if a file is not of the layout that a profile describes.

    Raises:
        UnknownColumn: it lacks columns, or has others and the profile refuses those.
        UnreadableSource: its geometry is in an unknown coordinate system.
    """
    missing = profile.missing(member.columns)
    other = profile.strange(member.columns) if profile.unknown == "refuse" else ()
    if missing or other:
        parts = [f"without {', '.join(missing)}"] * bool(missing) + [f"with {', '.join(other)[:200]}"] * bool(other)
        raise UnknownColumn(
            came=f"{member.name} {' and '.join(parts)}",
            expected=f"the columns of {profile.title}: {', '.join(profile.columns)}",
            do=f"load a file of the layout {profile.source}, or name the columns of this one in a profile of your own",
        )
    if profile.place is not None and profile.place.form == "geometry" and not (profile.place.crs or member.crs):
        raise UnreadableSource(
            came=f"{member.name}, which does not say its coordinate system",
            expected="one, as in EPSG:27700",
            do="name it in the profile, as crs under [place]",
        )


def month_of_file(profile: Profile, name: str) -> int | None:
    """The month that a file is the delivery of, as its name says; None if it says none."""
    if not profile.delivery.pattern:
        return None
    match = re.fullmatch(profile.delivery.pattern, name, re.ASCII | re.IGNORECASE)
    text = (match and match[1]) or ""
    return month_from_text(text) if re.fullmatch(MONTH, text) else None


def rows_from(batch: RawBatch, profile: Profile, member: Member, known: Known) -> Rows:
    """The rows of a batch, judged by the profile of their source.

    A row is accepted or rejected with every reason that applies; of a place, the likely cause stands for its effects.
    """
    marks: _Marks = {}
    _mark_what_is_no_text(batch, profile, marks)
    text = Texts(batch, profile)
    for field in (*profile.shape.needed, *profile.required):
        _mark(marks, f"missing_{field}", text.empty(field))
    columns = _typed(text, member, known, marks)
    given = {key: text.column(column) for key, column in profile.details.items() if column in batch.columns}
    if profile.unknown == "keep":
        kept = [column for column in profile.strange(member.columns) if column not in profile.details]
        given |= {column: text.column(column) for column in kept}
    columns["details"] = details_from(given, len(batch.numbers))
    bad = np.logical_or.reduce([np.zeros(len(batch.numbers), dtype=np.bool_), *marks.values()])
    table = pa.table({"row_number": pa.array(batch.numbers)} | columns)
    found = [
        (at, tuple(reason for reason in REASONS if reason in marks and marks[reason][at]))
        for at in np.flatnonzero(bad).tolist()
    ]
    return Rows(
        table=table.filter(pa.array(~bad)) if found else table,
        rejects=batch.damaged + rejects_from(member.name, batch, found),
    )


def _mark(marks: _Marks, reason: str, rows: NDArray[np.bool_]) -> None:
    """Mark rows, besides those that have the mark already."""
    marks[reason] = marks[reason] | rows if reason in marks else rows


def _mark_what_is_no_text(batch: RawBatch, profile: Profile, marks: _Marks) -> None:
    """The child that reads files should have found these; it is not relied upon."""
    not_text = "not_utf8" if profile.read.encoding == "utf-8" else "undecodable"
    for reason, sign in ((not_text, NOT_UTF8), ("nul_character", "\0")):
        for column in batch.columns.values():
            if pa.types.is_string(column.type):
                _mark(marks, reason, pc.match_substring(column, sign).to_numpy(zero_copy_only=False))


def _typed(text: Texts, member: Member, known: Known, marks: _Marks) -> dict[str, pa.Array]:
    """Every field of the record but details."""
    profile = text.profile
    columns = {name: text.field(name) for name in RECORDS[profile.record].fields if name not in ("date", "month")}
    if profile.record == "event":
        columns |= {"kind": pa.repeat(profile.kind, text.size)} | _months(text, member, marks)
        columns["offence"] = _offences(text, known, marks)
        if profile.kind == "street_crime":
            known_ones = pc.is_in(columns["category"], pa.array(sorted(known.categories), pa.string()))
            _mark(marks, "unknown_category", ~known_ones.to_numpy(zero_copy_only=False))
    if "first_day" in columns:
        columns |= _days(text, marks)
    if profile.record == "group":
        kinds = pc.is_in(columns["kind"], pa.array(GROUP_KINDS))
        _mark(marks, "unknown_group_kind", ~kinds.to_numpy(zero_copy_only=False) & ~text.empty("kind"))
    if profile.record == "residents":
        columns["reference"] = pc.binary_join_element_wise(columns["level"], columns["area"], "|")
        columns["residents"] = _numbers(text, "residents", pa.int64(), marks)
        columns["year"] = _numbers(text, "year", pa.int32(), marks)
    if profile.shape.placed:
        columns |= _places(text, member, known, marks)
    return columns


def _months(text: Texts, member: Member, marks: _Marks) -> dict[str, pa.Array]:
    """Month and day of events; a day only where the source gives one."""
    profile, of_file = text.profile, month_of_file(text.profile, member.name)
    if "date" in {*profile.fields, *profile.fixed}:
        day = _day(days_from_text(text.field("date"), profile.formats, profile.zone), of_file)
        month, reason, field = months_of_days(day), "unreadable_date", "date"
    else:
        month, reason, field = months_from_text(text.field("month"), profile.formats), "unreadable_month", "month"
        day = pa.nulls(text.size, pa.int32())
    readable = month.is_valid().to_numpy(zero_copy_only=False)
    _mark(marks, reason, ~readable & ~marks.get(f"missing_{field}", np.False_))
    if of_file is not None:
        _mark(marks, "month_of_another_file", readable & (month.fill_null(of_file).to_numpy() != of_file))
    return {"month": month, "day": day}


def _day(days: Days, of_file: int | None) -> pa.Array:
    """Local days; but the day as written where only that is of the month in the file's name.

    A publisher who writes times in UTC may file the first hour of a summer's month under the month before.
    """
    if of_file is None:
        return days.local
    as_written = pc.and_not(
        pc.equal(months_of_days(days.written), of_file), pc.equal(months_of_days(days.local), of_file)
    )
    return pc.if_else(as_written, days.written, days.local)


def _offences(text: Texts, known: Known, marks: _Marks) -> pa.Array:
    codes, marks["offence_damaged"], marks["offence_without_weight"] = codes_from_text(
        text.field("offence"), known.offences
    )
    return codes


def _days(text: Texts, marks: _Marks) -> dict[str, pa.Array]:
    """First and last day, the last one null where it is open."""
    days = {
        field: days_from_text(text.field(field), text.profile.formats, text.profile.zone).local for field in DAY_FIELDS
    }
    for field, column in days.items():
        _mark(marks, "unreadable_date", ~column.is_valid().to_numpy(zero_copy_only=False) & ~text.empty(field))
    ends_before = pc.fill_null(pc.less(days["last_day"], days["first_day"]), fill_value=False)
    _mark(marks, "ends_before_it_starts", ends_before.to_numpy(zero_copy_only=False))
    return days


def _numbers(text: Texts, field: str, kind: pa.DataType, marks: _Marks) -> pa.Array:
    """Whole numbers within what they can be, null where there is none."""
    column = text.field(field)
    start, stop = _CAN_BE[field]
    readable = pc.match_substring_regex(column, r"^[0-9]{1,12}$")
    numbers = pc.if_else(readable, column, pa.scalar(None, pa.string())).cast(pa.int64())
    fine = pc.fill_null(pc.and_(pc.greater_equal(numbers, start), pc.less(numbers, stop)), fill_value=False)
    _mark(marks, "unreadable_number", ~fine.to_numpy(zero_copy_only=False) & ~text.empty(field))
    return pc.if_else(fine, numbers, pa.scalar(None, pa.int64())).cast(kind)


def _places(text: Texts, member: Member, known: Known, marks: _Marks) -> dict[str, pa.Array]:
    place = text.profile.place
    if place is None:
        return dict.fromkeys(("lon", "lat"), pa.nulls(text.size, pa.float64()))
    columns = {field: text.field(field) for field in FIELDS_OF_FORM[place.form]}
    located = locate(columns, place, crs=member.crs, sectors=known.bounds)
    marks |= located.marks
    return {"lon": located.lon, "lat": located.lat}
