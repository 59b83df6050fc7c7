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
    _extend_sources()
    _extend_events()
    _make_areas()
    for name, (comment, content) in _records().items():
        _make_record(name, comment, content)


def _text(name: str, default: str | None = None, comment: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default, comment=comment)


def _extend_sources() -> None:
    op.add_column("sources", _text("record", "event", "what its rows are: event, nominal, ..."))
    op.add_column("sources", _text("kind", "street_crime", "of events: crime, discharge, ...; otherwise empty"))
    with op.batch_alter_table("sources") as batch:
        for name in ("record", "kind"):
            batch.alter_column(name, server_default=None)


def _extend_events() -> None:
    given = {"kind": "street_crime", "offence": "", "incident": "", "status": "", "details": ""}
    comments = {"details": "JSON: what else the file says; empty if nothing"}
    for name, default in given.items():
        op.add_column("events", _text(name, default, comments.get(name)))
    day = "days since 1970-01-01; empty where only the month is known"
    op.add_column("events", sa.Column("day", sa.Integer(), comment=day))
    with op.batch_alter_table("events") as batch:  # SQLite writes the table anew for this
        batch.drop_column("place")  # places are found at publishing, among the areas that stand then
        for name in given:
            batch.alter_column(name, server_default=None)  # the rows that were there have their values
        batch.alter_column("falls_within", existing_type=sa.Text(), comment="the force")
        batch.create_table_comment("something at a place and time; events of one incident are one")


def _make_areas() -> None:
    op.create_table(
        "areas",
        _text("level", comment="sector, ward, ..."),
        _text("id"),
        sa.Column("valid_from", sa.Integer(), nullable=False, comment="day since 1970-01-01"),
        sa.Column("valid_to", sa.Integer(), comment="last day, included; empty while it stands"),
        _text("name"),
        _text("parent_level"),
        _text("parent", comment="id of the area of the parent level that holds it, or empty"),
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
        _text("at", comment="ISO 8601, UTC"),
        _text("action", comment="remove, erase, retry, redraw"),
        _text("reason"),
        _text("figures", comment="JSON: how many rows of which table; never what was removed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        comment="receipts of what was done to the records beside loading",
    )


def _records() -> dict[str, tuple[str, list[sa.Column[Any]]]]:
    """The tables of records: what each is, and what it has beside what all of them have."""

    def days() -> list[sa.Column[Any]]:
        return [
            sa.Column("first_day", sa.Integer(), nullable=False, comment="days since 1970-01-01"),
            sa.Column("last_day", sa.Integer(), comment="included; empty if it goes on"),
        ]

    def texts(*names: str) -> list[sa.Column[Any]]:
        return [_text(name) for name in names]

    cell = "H3 index at the base resolution; 0 without a location"
    location = [
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("cell", sa.BigInteger(), nullable=False, comment=cell),
    ]
    counted = [
        sa.Column("residents", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
    ]
    return {
        "nominals": ("people of interest", texts("name")),
        "homes": ("where a nominal lives, and when", [*texts("nominal"), *days(), *location]),
        "groups": ("OCG, UCG and PCG", texts("kind", "name")),
        "memberships": ("who is in which group, and when", [*texts("group_ref", "nominal", "role"), *days()]),
        "priorities": ("who is a priority individual, and when", [*texts("nominal"), *days()]),
        "involvements": ("who took part in which event", texts("event_source", "event", "nominal", "role")),
        "residents": ("how many people live in an area", [*texts("level", "area"), *counted]),
    }


def _make_record(name: str, comment: str, content: list[sa.Column[Any]]) -> None:
    op.create_table(
        name,
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        _text("reference"),
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        *content,
        _text("falls_within", comment="the force"),
        _text("details", comment="JSON: what else the file says; empty if nothing"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f(f"fk_{name}_source_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f(f"fk_{name}_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("source_id", "reference", name=op.f(f"uq_{name}_source_id_reference")),
        comment=comment,
    )
