"""Versioned changes of the schema, for Alembic."""
