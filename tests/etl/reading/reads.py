"""A source read to its end, as a test wants to look at it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.reading import Member, RawBatch, Reading, open_source
from harmgrid.types import Reject


@dataclass(frozen=True, kw_only=True)
class Read:
    """All that was read of a source of one file."""

    member: Member
    rows: dict[int, dict[str, Any]]  # by row number
    damaged: list[Reject]  # in the order of their rows

    @property
    def values(self) -> list[tuple[Any, ...]]:
        """The rows without their numbers and names."""
        return [tuple(row.values()) for row in self.rows.values()]


def rows_of(batch: RawBatch) -> dict[int, dict[str, Any]]:
    values = zip(*(column.to_pylist() for column in batch.columns.values()), strict=True)
    return {
        number: dict(zip(batch.columns, row, strict=True))
        for number, row in zip(batch.numbers.tolist(), values, strict=True)
    }


def read(path: Path, form: str = "csv", **how: Any) -> Read:
    """The one file of a source."""
    rows: dict[int, dict[str, Any]] = {}
    damaged: list[Reject] = []
    with open_source(path, Reading(format=form, **how)) as source:
        (member,) = source.members
        for batch in source.batches(member):
            rows |= rows_of(batch)
            damaged += batch.damaged
            assert batch.done <= member.size
    return Read(member=member, rows=rows, damaged=sorted(damaged, key=lambda reject: reject.row))


def count_rows(path: Path, form: str = "csv", **how: Any) -> dict[str, int]:
    """How many rows each file of a source has."""
    with open_source(path, Reading(format=form, **how)) as source:
        return {member.name: sum(len(batch.numbers) for batch in source.batches(member)) for member in source.members}


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
