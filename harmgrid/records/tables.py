"""The tables of the system of record, as the newest migration leaves them; `migrations/` is how it gets there."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only an INTEGER key by itself

sources = Table(
    "sources",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("record", Text, nullable=False, comment="what its rows are: event, nominal, ..."),
    Column("kind", Text, nullable=False, comment="of events: crime, discharge, ...; otherwise empty"),
    comment="where rows come from; a reference is unique within a source",
)

loads = Table(
    "loads",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("archive", Text, nullable=False),
    Column("started_at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("finished_at", Text, comment="empty while it runs, and for ever if it was cut short"),
    comment="one run of the load command",
)

files = Table(
    "files",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("source_id", "name"),
    comment="a file by its name; rows without a reference are known by it",
)

receipts = Table(
    "receipts",
    metadata,
    Column("load_id", ForeignKey("loads.id"), primary_key=True),
    Column("file_id", ForeignKey("files.id"), primary_key=True),
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("read", "loaded", "updated", "unchanged", "rejected", "withdrawn")
    ),
    comment="read = loaded + updated + unchanged + rejected, for each file of a load",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("month", Integer, primary_key=True, comment="year * 12 + month - 1"),
    comment="the months that a source has delivered, empty ones included; any other is missing, not zero",
)

rejects = Table(
    "rejects",
    metadata,
    Column("file_id", ForeignKey("files.id"), primary_key=True),
    Column("row_number", BigInteger, primary_key=True, comment="the header is row 1"),
    Column("reasons", Text, nullable=False, comment="every reason, separated by spaces"),
    Column("raw", Text, nullable=False),
    comment="rows of a file's newest load that were not loaded",
)

areas = Table(
    "areas",
    metadata,
    Column("level", Text, primary_key=True, comment="sector, ward, ..."),
    Column("id", Text, primary_key=True),
    Column("valid_from", Integer, primary_key=True, comment="day since 1970-01-01"),
    Column("valid_to", Integer, comment="last day, included; empty while it stands"),
    Column("name", Text, nullable=False),
    Column("parent_level", Text, nullable=False),
    Column("parent", Text, nullable=False, comment="id of the area of the parent level that holds it, or empty"),
    Column("parent_name", Text, nullable=False),
    Column("geometry", LargeBinary, nullable=False, comment="WKB, longitude and latitude, WGS 84"),
    comment="police sectors, wards and the like",
)

changes = Table(
    "changes",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("action", Text, nullable=False, comment="remove, erase, retry, redraw"),
    Column("reason", Text, nullable=False),
    Column("figures", Text, nullable=False, comment="JSON: how many rows of which table; never what was removed"),
    comment="receipts of what was done to the records beside loading",
)


def _record(name: str, *content: Column[Any], comment: str) -> Table:
    """A table of records that a source delivers."""
    return Table(
        name,
        metadata,
        Column("id", _Id, primary_key=True),
        Column("source_id", ForeignKey("sources.id"), nullable=False),
        Column("reference", Text, nullable=False),
        Column("file_id", ForeignKey("files.id"), nullable=False),
        Column("row_number", BigInteger, nullable=False),
        *content,
        Column("falls_within", Text, nullable=False, comment="the force"),
        Column("details", Text, nullable=False, comment="JSON: what else the file says; empty if nothing"),
        UniqueConstraint("source_id", "reference"),
        comment=comment,
    )


def _text(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, nullable=False) for name in names]


def _days() -> list[Column[Any]]:
    return [
        Column("first_day", Integer, nullable=False, comment="days since 1970-01-01"),
        Column("last_day", Integer, comment="included; empty if it goes on"),
    ]


def _location() -> list[Column[Any]]:
    return [
        Column("lon", Double),
        Column("lat", Double),
        Column("cell", BigInteger, nullable=False, comment="H3 index at the base resolution; 0 without a location"),
    ]


events = _record(
    "events",
    Column("ordinal", BigInteger, comment="nth row of file and month without a reference, which then stands for it"),
    *_text("kind"),
    Column("month", Integer, nullable=False, comment="year * 12 + month - 1"),
    Column("day", Integer, comment="days since 1970-01-01; empty where only the month is known"),
    *_text("category", "offence", "incident", "status"),
    *_location(),
    *_text("location", "lsoa_code", "lsoa_name", "outcome", "context", "reported_by"),
    comment="something at a place and time; events of one incident are one",
)
Index("ix_events_file_id_ordinal", events.c.file_id, events.c.ordinal)
HAS_INCIDENT = events.c.incident != literal_column(
    "''"
)  # spelt out: a planner takes no index on the word of a parameter
Index("ix_events_incident", events.c.incident, sqlite_where=HAS_INCIDENT, postgresql_where=HAS_INCIDENT)

Index("ix_events_cell_month", events.c.cell, events.c.month)  # what is at a place in a window

nominals = _record("nominals", *_text("name"), comment="people of interest")
homes = _record("homes", *_text("nominal"), *_days(), *_location(), comment="where a nominal lives, and when")
groups = _record("groups", *_text("kind", "name"), comment="OCG, UCG and PCG")
memberships = _record(
    "memberships", *_text("group_ref", "nominal", "role"), *_days(), comment="who is in which group, and when"
)
priorities = _record("priorities", *_text("nominal"), *_days(), comment="who is a priority individual, and when")
involvements = _record(
    "involvements", *_text("event_source", "event", "nominal", "role"), comment="who took part in which event"
)
residents = _record(
    "residents",
    *_text("level", "area"),
    Column("residents", BigInteger, nullable=False),
    Column("year", Integer, nullable=False),
    comment="how many people live in an area",
)

# Who is behind a row, and what is behind a person or a group.
Index("ix_involvements_event", involvements.c.event)
for _register in (involvements, memberships, homes, priorities):
    Index(f"ix_{_register.name}_nominal", _register.c.nominal)
Index("ix_memberships_group_ref", memberships.c.group_ref)

RECORDS = {
    "event": events,
    "nominal": nominals,
    "home": homes,
    "group": groups,
    "membership": memberships,
    "priority": priorities,
    "involvement": involvements,
    "residents": residents,
}
