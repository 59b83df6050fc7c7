"""The handmere force with one person more, who is named wherever a person can be named."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyarrow as pa
import sqlalchemy as sa

from harmgrid.records import Records, open_records
from harmgrid.records.changes import Note
from harmgrid.records.tables import metadata
from harmgrid.types import Receipt
from tests.handmere import load_file, load_handmere
from tests.police_uk_builder import table

FORCE = "Handmere Police (synthetic)"
WHO, NAME = "Q-70431", "Fenwick Ablethorpe"
NOTE = Note(reason="review of March", now=datetime(2026, 3, 1, tzinfo=UTC))
CRIME_COLUMNS = (
    *("Crime number", "Date", "Offence code", "Longitude", "Latitude"),
    *("Location", "Outcome", "Force", "Note", "Desk"),
)


def write_rows(path: Path, columns: Sequence[str], *rows: Sequence[str]) -> Path:
    """A CSV file with these rows; the force is added where there is a column for it and no value."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([*row, *[FORCE] * (len(columns) - len(row))] for row in rows)
    return path


def crime(number: str, day: str = "2023-03-20", offence: str = "34B", **other: str) -> tuple[str, ...]:
    """A robbery in C3; `other` names columns in lower case."""
    values = {"longitude": "3.25", "latitude": "56.05", "location": "", "outcome": "", "note": "", "desk": "7"} | other
    order = ("longitude", "latitude", "location", "outcome")
    return (number, day, offence, *(values[name] for name in order), FORCE, values["note"], values["desk"])


def load_rows(records: Records, folder: Path, profile: str, columns: Sequence[str], *rows: Sequence[str]) -> Receipt:
    """Load a file of these rows, named for its profile."""
    return load_file(records, profile, write_rows(folder / f"{profile}-more.csv", columns, *rows))


def load_with_person(records: Records, folder: Path) -> None:
    """Handmere, and the person: leader of G2, living in C3, suspected of the robbery C50 and named in texts of C51.

    Two rejects name them, one by reference and one by name, and a third does not.
    """
    load_handmere(records)
    everyone = table(records, "SELECT reference, name FROM nominals ORDER BY reference")
    rows = [(reference, name, "", FORCE, "") for reference, name in everyone]
    rows[1] = (*rows[1][:4], f"cousin of {NAME.upper()}")
    columns: tuple[str, ...] = ("Nominal", "Name", "Review by", "Force", "Remark")
    load_rows(records, folder, "nominals", columns, *rows, (WHO, NAME, "2028-01-01", FORCE, ""))
    homes = table(records, "SELECT nominal, lon, lat FROM homes WHERE last_day IS NULL")
    columns = ("Nominal", "From", "To", "Longitude", "Latitude", "Force")
    mine = (WHO, "2020-01-01", "", "3.25", "56.05")
    load_rows(records, folder, "homes", columns, *((n, "2020-01-01", "", str(x), str(y)) for n, x, y in homes), mine)
    columns = ("Group", "Nominal", "Role", "From", "To", "Force")
    load_rows(records, folder, "memberships", columns, ("G1", "N1", "leader", "2022-01-01", ""),
              ("G2", WHO, "leader", "2022-01-01", ""))  # fmt: skip
    load_rows(records, folder, "priority-individuals", ("Nominal", "From", "To", "Force"), (WHO, "2023-01-01", ""))
    load_rows(
        records,
        folder,
        "recorded-crime",
        CRIME_COLUMNS,
        crime("C50"),
        crime("C51", location=f"at the house of {NAME}", note=f'says "{WHO}" and\nhis brother'),
        crime("C52", day="x", note=f"by {WHO}"),
        crime("C53", day="x", location=NAME.replace(" ", "  ")),
        crime("C54", day="x"),
    )
    columns = ("Crime number", "Nominal", "Role", "Force")
    load_rows(records, folder, "involvements", columns, ("C50", WHO, "suspect"), ("C50", "N5", "witness"))


def receipts_of(records: Records) -> list[tuple[str, str, object]]:
    """The receipts of changes: action, reason and figures."""
    rows = table(records, "SELECT action, reason, figures FROM changes WHERE action <> 'redraw' ORDER BY id")
    return [(action, reason, json.loads(figures)) for action, reason, figures in rows]


def copy_of(records: Records, url: str) -> Records:
    """The same records in another database, which takes a tenth of the time of loading them."""
    copy = open_records(url)
    with records.bulk() as source, copy.bulk() as target, target.writing():
        for rows_of in metadata.sorted_tables:
            rows = source.rows(sa.select(rows_of))
            if rows.num_rows:
                short = [column.name for column in rows_of.columns if type(column.type) is sa.Integer]
                kinds = [pa.int32() if field.name in short else field.type for field in rows.schema]
                target.insert(rows_of.name, rows.cast(pa.schema(list(zip(rows.column_names, kinds, strict=True)))))
    if not copy.is_sqlite:
        with psycopg.connect(url) as connection:
            for numbered in metadata.sorted_tables:
                if "id" in numbered.c and isinstance(numbered.c.id.type, sa.Integer):
                    last = "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT coalesce(max(id), 1) FROM {}))"
                    name = psycopg.sql.Identifier(numbered.name)
                    connection.execute(psycopg.sql.SQL(last).format(name), [numbered.name])
    return copy
