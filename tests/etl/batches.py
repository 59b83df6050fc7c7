"""Batches of rows as the reading room hands them over, made by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from etl.profiles import Profile, read_profile
from etl.reading import Member, RawBatch
from etl.rows import Known, Rows, rows_from
from harmgrid.types import Reject

Row = dict[str, str]

# What the recipe may know: two offences, two categories; the sectors are the two havens of tests.police_uk_builder.
KNOWN = Known(
    offences=frozenset({"5D", "92A"}),
    categories=frozenset({"Burglary", "Anti-social behaviour"}),
    bounds=(3.0, 55.0, 3.2, 55.1),
)


def raw_batch(rows: Sequence[Row], columns: Sequence[str] = (), damaged: Sequence[Reject] = ()) -> RawBatch:
    """Rows 2, 3, 4 ... of a file; its columns are those of the first row, or as named."""
    names = columns or list(rows[0])
    return RawBatch(
        numbers=np.arange(2, 2 + len(rows), dtype=np.int64),
        columns={name: pa.array([row[name] for row in rows], pa.string()) for name in names},
        damaged=list(damaged),
        done=0,
    )


def judge(
    rows: Sequence[Row],
    profile: Profile | str,
    *,
    name: str = "rows.csv",
    known: Known = KNOWN,
    columns: Sequence[str] = (),
) -> Rows:
    """What becomes of these rows under a profile, or a shipped one of that id."""
    batch = raw_batch(rows, columns)
    member = Member(name=name, size=0, columns=tuple(batch.columns))
    return rows_from(batch, read_profile(profile) if isinstance(profile, str) else profile, member, known)


def reasons(judged: Rows) -> list[str]:
    """The reasons of each reject."""
    return [" ".join(reject.reasons) for reject in judged.rejects]


def write_profile(path: Path, text: str) -> Profile:
    """A profile of that text, by way of a file."""
    path.write_text(text, encoding="utf-8")
    return read_profile(path)
