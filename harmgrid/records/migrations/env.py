"""Where Alembic starts. The connection is handed in by `harmgrid.records.engine`, which also opens the transaction."""

from alembic import context

from harmgrid.records.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
