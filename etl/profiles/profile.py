"""A profile as a value, once its file has been checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from etl.fields.places import Place
from etl.profiles.records import RECORDS, Record
from etl.reading import Reading

Unknown = Literal["keep", "ignore", "refuse"]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The columns that a field comes from: joined by a bar, or the first of them that the file has."""

    columns: tuple[str, ...]
    alternatives: bool = False

    def present(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """Those of its columns that fill the field in a file with this header."""
        found = tuple(column for column in self.columns if column in header)
        return found[:1] if self.alternatives else found


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Which months a load of a source delivers, and whether it is the whole register."""

    months: Literal["span", "file-name", "rows"] = "span"
    pattern: str = ""  # of whole file names, its first group being the month
    complete: bool = False


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How the rows of a source become records."""

    source: str
    title: str
    record: str
    kind: str = ""  # of events
    read: Reading
    path: Path | None = None  # where its files are, if nobody says otherwise
    fields: Mapping[str, Origin]
    fixed: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()  # columns
    required: tuple[str, ...] = ()  # fields, those that the record needs anyway left out
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()  # of dates
    zone: str = "Europe/London"
    place: Place | None = None  # None: the source does not say where
    unknown: Unknown = "keep"
    delivery: Delivery = Delivery()

    @property
    def shape(self) -> Record:
        """What the record consists of."""
        return RECORDS[self.record]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it names, in the order of the profile."""
        of_fields = [column for origin in self.fields.values() for column in origin.columns]
        return tuple(dict.fromkeys([*of_fields, *self.details.values()]))

    def missing(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """Columns that a file with this header should have and has not; alternatives as one, with slashes between."""
        wanted: dict[str, None] = {}
        for origin in self.fields.values():
            if origin.alternatives:
                there = bool(origin.present(header)) or self.optional.issuperset(origin.columns)
                wanted |= {} if there else {"/".join(origin.columns): None}
            else:
                wanted |= dict.fromkeys(origin.columns)
        wanted |= dict.fromkeys(self.details.values())
        return tuple(column for column in wanted if column not in header and column not in self.optional)

    def strange(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """Columns of a file with this header that it does not name; a geometry is not one of them."""
        return tuple(column for column in header if column not in {*self.columns, "geometry"})
