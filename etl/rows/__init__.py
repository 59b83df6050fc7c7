"""Columns of text to records or rejects, judged by the profile of their source."""

from etl.rows.judge import REASONS, Known, Rows, month_of_file, rejects_of, require_columns, rows_from

__all__ = ["REASONS", "Known", "Rows", "month_of_file", "rejects_of", "require_columns", "rows_from"]
