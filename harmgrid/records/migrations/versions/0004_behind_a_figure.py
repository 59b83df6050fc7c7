"""Indexes for those who ask what is behind a figure, a group or a person."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEXES = (
    ("events", "cell", "month"),
    ("involvements", "event"),
    ("involvements", "nominal"),
    ("memberships", "nominal"),
    ("memberships", "group_ref"),
    ("homes", "nominal"),
    ("priorities", "nominal"),
)


def upgrade() -> None:
    """Make them."""
    for table, *columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
