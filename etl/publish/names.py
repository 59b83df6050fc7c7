"""The force's own names of places, out of a file that it brings."""

from pathlib import Path

import pyarrow.compute as pc

from etl.fields.places import FIELDS, Form, Place, locate
from etl.reading import Member, RawBatch, Reading, open_source
from harmgrid.errors import UnknownColumn, UnreadableSource
from harmgrid.gridrefs import BRITISH
from harmgrid.placenames import PlaceName

MOST = 200_000
LONGEST = 100  # characters of a name

# How the columns of each form are called, in any case.
_HEADERS: dict[Form, tuple[str, ...]] = {
    "lonlat": ("longitude", "latitude"),
    "metres": ("easting", "northing"),
    "gridref": ("grid reference",),
}


def read_place_names(path: Path) -> tuple[PlaceName, ...]:
    """The names of a CSV file in the order of name and position, each once.

    Raises:
        UnreadableSource: no such file, too many names, or a row without a name or with a place that cannot be right.
        UnknownColumn: no column `name`, or none that say where.
    """
    found: set[PlaceName] = set()
    with open_source(path, Reading(format="csv")) as source:
        for member in source.members:
            columns, place = _columns(member)
            for batch in source.batches(member):
                found.update(_names(member, batch, columns, place))
                if len(found) > MOST:
                    raise _unusable(member.name, f"with more than {MOST:,} names", "fewer", "leave out the smallest")
    return tuple(sorted(found))


def _columns(member: Member) -> tuple[dict[str, str], Place]:
    """Which column is which field, and how places are written."""
    named = {column.strip().casefold(): column for column in member.columns}
    for form, headers in _HEADERS.items():
        if "name" in named and all(header in named for header in headers):
            fields = dict(zip(FIELDS[form], (named[header] for header in headers), strict=True))
            crs = BRITISH if form == "metres" else ""
            return {"name": named["name"], **fields}, Place(form=form, crs=crs)
    raise UnknownColumn(
        came=f"{member.name} with the columns {', '.join(member.columns)[:200]}",
        expected="name, and longitude and latitude, or easting and northing, or grid reference",
        do="give the columns those names",
    )


def _names(member: Member, batch: RawBatch, columns: dict[str, str], place: Place) -> list[PlaceName]:
    if batch.damaged:
        row = batch.damaged[0]
        raise _unusable(member.name, f"with a damaged row {row.row}", "as many cells as the header", "mend it")
    texts = {field: pc.utf8_trim_whitespace(batch.columns[column]) for field, column in columns.items()}
    names = texts.pop("name").to_pylist()
    located = locate(texts, place, crs="", sectors=None)
    lons, lats = located.lon.to_pylist(), located.lat.to_pylist()
    for number, name, lon in zip(batch.numbers.tolist(), names, lons, strict=True):
        if not 0 < len(name) <= LONGEST or lon is None:
            raise _unusable(
                member.name,
                f"with row {number}, {name[:40]!r}, that has no name of up to {LONGEST} characters or no place",
                "both in every row",
                "mend the row or leave it out",
            )
    return [PlaceName(*row) for row in zip(names, lons, lats, strict=True)]


def _unusable(file: str, how: str, expected: str, do: str) -> UnreadableSource:
    return UnreadableSource(came=f"{file} {how}", expected=expected, do=do)
