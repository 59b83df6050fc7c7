"""What was loaded, what was not and why, and what else was done to the records."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Response

from etl.rows import REASONS
from harmgrid.errors import UnknownParameter
from harmgrid.records.engine import Bulk
from harmgrid.records.mending import count_rejects
from harmgrid.records.receipts import (
    FIGURES,
    LoadReceipt,
    count_loads,
    count_rejected,
    read_changes,
    read_loads,
    read_rejected,
    read_sources,
)
from harmgrid.types import month_text
from server.records.door import answer, door, state_of
from server.records.groups import unknown
from server.records.paging import page_from
from server.records.shapes import Json
from server.snapshots import CURRENT, snapshot_of

CHANGES_AT_MOST = 100


def load_list(parameters: Mapping[str, str]) -> Response:
    """Loads with receipts by file, a page at a time; sources with their rejects by reason; changes."""
    wanted = page_from(parameters)
    snapshot = snapshot_of(CURRENT)
    with door().look() as bulk:
        loads = read_loads(bulk, skip=wanted.rows.start, limit=wanted.size)
        return answer(
            {
                "snapshot": snapshot.version,
                "published": snapshot.published_at,
                "records": state_of(bulk, snapshot),
                "sources": _sources(bulk),
                "changes": [
                    one._asdict() | {"figures": json.loads(one.figures)} for one in read_changes(bulk, CHANGES_AT_MOST)
                ],
            }
            | wanted.told(count_loads(bulk))
            | {"loads": [_load(load) for load in loads]}
        )


def reject_list(parameters: Mapping[str, str]) -> Response:
    """Rows that were not loaded, a page at a time."""
    wanted = page_from(parameters)
    source = parameters.get("source")
    reason = parameters.get("reason")
    if reason is not None and reason not in REASONS:
        raise UnknownParameter(
            came=f"reason={reason[:40]!r}",
            expected="a reason for which rows are rejected, such as repeated_reference",
            do="take it from /api/loads, or from the list in docs/reference.md",
        )
    with door().look() as bulk:
        if source is not None and source not in {known.name for known in read_sources(bulk)}:
            raise unknown("source", source)
        rows = read_rejected(bulk, source, reason, skip=wanted.rows.start, limit=wanted.size)
        total = count_rejected(bulk, source, reason)
    return answer(
        {"source": source, "reason": reason}
        | wanted.told(total)
        | {
            "rejects": [
                {
                    "source": row.source,
                    "file": row.file,
                    "row": row.row,
                    "reasons": [{"reason": one, "meaning": REASONS.get(one, "")} for one in row.reasons],
                    "raw": _raw(row.raw),
                }
                for row in rows
            ]
        }
    )


def _sources(bulk: Bulk) -> list[Json]:
    rejected: dict[str, Counter[str]] = {}
    rows: Counter[str] = Counter()
    for line in count_rejects(bulk).to_pylist():
        rows[line["source"]] += line["rows"]
        for reason in line["reasons"].split():
            rejected.setdefault(line["source"], Counter())[reason] += line["rows"]
    return [
        {
            "name": source.name,
            "record": source.record,
            "kind": source.kind or None,
            **_months(source.months),
            "rejects": rows[source.name],
            "reasons": [
                {"reason": reason, "meaning": REASONS.get(reason, ""), "rows": number}
                for reason, number in rejected.get(source.name, Counter()).most_common()
            ],
        }
        for source in read_sources(bulk)
    ]


def _months(delivered: tuple[int, ...]) -> Json:
    """From when to when a source has delivered, and what it left out in between."""
    between = range(delivered[0], delivered[-1] + 1) if delivered else ()
    return {
        "first_month": month_text(delivered[0]) if delivered else None,
        "last_month": month_text(delivered[-1]) if delivered else None,
        "months": len(delivered),
        "missing": [month_text(month) for month in between if month not in delivered],
    }


def _load(load: LoadReceipt) -> Json:
    return {
        "id": load.id,
        "source": load.source,
        "archive": load.archive,
        "started": load.started_at,
        "finished": load.finished_at,
        **{name: sum(one.figures[name] for one in load.files) for name in FIGURES},
        "files": [{"file": one.file} | one.figures for one in load.files],
    }


def _raw(text: str) -> Any:
    """A rejected row as an object of its columns, or as the text that it was where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, dict) else text
