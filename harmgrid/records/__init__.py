"""The system of record: one SQL database, SQLite or PostgreSQL."""

from harmgrid.records.engine import Bulk, Records, open_records

__all__ = ["Bulk", "Records", "open_records"]
