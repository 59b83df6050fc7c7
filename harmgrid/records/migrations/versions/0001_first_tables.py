"""The first tables: sources, loads and their receipts, sectors, events, rejects."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "sectors",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("geometry", sa.LargeBinary(), nullable=False, comment="WKB, longitude and latitude, WGS 84"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sectors")),
        sa.UniqueConstraint("position", name=op.f("uq_sectors_position")),
        comment="police areas; position i is place 2 + i of an event",
    )
    op.create_table(
        "sources",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
        comment="where rows come from; a reference is unique within a source",
    )
    op.create_table(
        "deliveries",
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False, comment="year * 12 + month - 1"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_deliveries_source_id")),
        sa.PrimaryKeyConstraint("source_id", "month", name=op.f("pk_deliveries")),
        comment="the months that a source has delivered, empty ones included; any other is missing, not zero",
    )
    op.create_table(
        "files",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_files_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("source_id", "name", name=op.f("uq_files_source_id_name")),
        comment="a file by its name; rows without a reference are known by it",
    )
    op.create_table(
        "loads",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("archive", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False, comment="ISO 8601, UTC"),
        sa.Column(
            "finished_at",
            sa.Text(),
            nullable=True,
            comment="empty while it runs, and for ever if it was cut short",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_loads_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loads")),
        comment="one run of the load command",
    )
    op.create_table(
        "events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "ordinal",
            sa.BigInteger(),
            nullable=True,
            comment="nth row of file and month without a reference, which then stands for it",
        ),
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False, comment="year * 12 + month - 1"),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column(
            "cell", sa.BigInteger(), nullable=False, comment="H3 index at the base resolution; 0 without a location"
        ),
        sa.Column(
            "place",
            sa.BigInteger(),
            nullable=False,
            comment="0 no location, 1 outside every sector, 2 + sector position",
        ),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("lsoa_code", sa.Text(), nullable=False),
        sa.Column("lsoa_name", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("falls_within", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_events_file_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_events_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("source_id", "reference", name=op.f("uq_events_source_id_reference")),
        comment="something at a place and time",
    )
    op.create_index("ix_events_file_id_ordinal", "events", ["file_id", "ordinal"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("load_id", _ID, nullable=False),
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("loaded", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_receipts_file_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_receipts_load_id")),
        sa.PrimaryKeyConstraint("load_id", "file_id", name=op.f("pk_receipts")),
        comment="read = loaded + updated + unchanged + rejected, for each file of a load",
    )
    op.create_table(
        "rejects",
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False, comment="the header is row 1"),
        sa.Column("reasons", sa.Text(), nullable=False, comment="every reason, separated by spaces"),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_rejects_file_id")),
        sa.PrimaryKeyConstraint("file_id", "row_number", name=op.f("pk_rejects")),
        comment="rows of a file's newest load that were not loaded",
    )


def downgrade() -> None:
    """Drop every table."""
    op.drop_table("rejects")
    op.drop_table("receipts")
    op.drop_index("ix_events_file_id_ordinal", table_name="events")
    op.drop_table("events")
    op.drop_table("loads")
    op.drop_table("files")
    op.drop_table("deliveries")
    op.drop_table("sources")
    op.drop_table("sectors")
