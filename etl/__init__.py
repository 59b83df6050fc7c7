"""Carries rows from files to records, and records to a snapshot. Knows nothing of HTTP."""
