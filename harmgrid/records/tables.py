"""The tables of the system of record, as the newest migration leaves them; `migrations/` is how it gets there."""

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

sectors = Table(
    "sectors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("geometry", LargeBinary, nullable=False, comment="WKB, longitude and latitude, WGS 84"),
    comment="police areas; position i is place 2 + i of an event",
)

events = Table(
    "events",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("ordinal", BigInteger, comment="nth row of file and month without a reference, which then stands for it"),
    Column("file_id", ForeignKey("files.id"), nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("month", Integer, nullable=False, comment="year * 12 + month - 1"),
    Column("category", Text, nullable=False),
    Column("lon", Double),
    Column("lat", Double),
    Column("cell", BigInteger, nullable=False, comment="H3 index at the base resolution; 0 without a location"),
    Column("place", BigInteger, nullable=False, comment="0 no location, 1 outside every sector, 2 + sector position"),
    Column("location", Text, nullable=False),
    Column("lsoa_code", Text, nullable=False),
    Column("lsoa_name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("reported_by", Text, nullable=False),
    Column("falls_within", Text, nullable=False),
    UniqueConstraint("source_id", "reference"),
    Index("ix_events_file_id_ordinal", "file_id", "ordinal"),
    comment="something at a place and time",
)
