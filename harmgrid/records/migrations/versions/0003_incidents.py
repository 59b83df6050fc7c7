"""An index of incidents, so that publishing finds those that several rows tell of without sorting them all."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the incidents of events that have one."""
    with_one = sa.text("incident <> ''")
    op.create_index("ix_events_incident", "events", ["incident"], sqlite_where=with_one, postgresql_where=with_one)
