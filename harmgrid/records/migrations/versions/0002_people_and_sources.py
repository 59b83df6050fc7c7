"""Events of every kind, people and groups, areas of every level."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the tables of the first version up to date and make the new ones."""
    _extend_events()
    op.add_column("sources", _text("record", "event"))
    op.add_column("sources", _text("kind", "street_crime"))
    _make_areas()
    for name, content in _records().items():
        _make_record(name, content)


def _text(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def _extend_events() -> None:
    op.drop_column("events", "place")  # places are found at publishing, among the areas that stand then
    op.add_column("events", _text("kind", "street_crime"))
    op.add_column("events", sa.Column("day", sa.Integer(), comment="days since 1970-01-01; empty where unknown"))
    for name in ("offence", "incident", "status"):
        op.add_column("events", _text(name, ""))
    op.add_column("events", _text("details", "{}"))


def _make_areas() -> None:
    op.create_table(
        "areas",
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False, comment="day since 1970-01-01"),
        sa.Column("valid_to", sa.Integer(), comment="last day, included; empty while it stands"),
        _text("name"),
        _text("parent_level"),
        _text("parent"),
        _text("parent_name"),
        sa.Column("geometry", sa.LargeBinary(), nullable=False, comment="WKB, longitude and latitude, WGS 84"),
        sa.PrimaryKeyConstraint("level", "id", "valid_from", name=op.f("pk_areas")),
        comment="police sectors, wards and the like",
    )
    op.execute(
        "INSERT INTO areas (level, id, valid_from, name, parent_level, parent, parent_name, geometry) "
        "SELECT 'sector', id, 0, name, '', '', '', geometry FROM sectors"
    )
    op.drop_table("sectors")
    op.create_table(
        "changes",
        sa.Column("id", _ID, nullable=False),
        _text("at"),
        _text("action"),
        _text("reason"),
        _text("figures"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        comment="receipts of what was done to the records beside loading",
    )


def _records() -> dict[str, list[sa.Column[Any]]]:
    """The tables of records, with what each has beside what all of them have."""

    def days() -> list[sa.Column[Any]]:
        return [sa.Column("first_day", sa.Integer(), nullable=False), sa.Column("last_day", sa.Integer())]

    def texts(*names: str) -> list[sa.Column[Any]]:
        return [_text(name) for name in names]

    location = [
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("cell", sa.BigInteger(), nullable=False),
    ]
    return {
        "nominals": texts("name"),
        "homes": [*texts("nominal"), *days(), *location],
        "groups": texts("kind", "name"),
        "memberships": [*texts("group_ref", "nominal", "role"), *days()],
        "priorities": [*texts("nominal"), *days()],
        "involvements": texts("event_source", "event", "nominal", "role"),
        "residents": [
            *texts("level", "area"),
            sa.Column("residents", sa.BigInteger(), nullable=False),
            sa.Column("year", sa.Integer(), nullable=False),
        ],
    }


def _make_record(name: str, content: list[sa.Column[Any]]) -> None:
    op.create_table(
        name,
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        _text("reference"),
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        *content,
        _text("falls_within"),
        _text("details"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f(f"fk_{name}_source_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f(f"fk_{name}_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("source_id", "reference", name=op.f(f"uq_{name}_source_id_reference")),
    )
