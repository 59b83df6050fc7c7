"""How the records find what is behind a figure: by an index, without reading what lies elsewhere."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from harmgrid.records import open_records
from harmgrid.records.behind import Where
from harmgrid.records.reading import links
from harmgrid.records.tables import events
from harmgrid.types import Window


@pytest.mark.parametrize("ranges", [((5, 9),), ((5, 9), (12, 13), (20, 21))])
def test_a_place_and_its_links_are_looked_up_by_hexagon(tmp_path: Path, ranges: tuple[tuple[int, int], ...]) -> None:
    open_records(f"sqlite:///{tmp_path}/records.sqlite")
    where = Where(window=Window(24_000, 24_012), kinds=frozenset({"crime", "farm"}), cells=ranges)
    by_hexagon = "USING INDEX ix_events_cell_month (cell>? AND cell<?)"
    plan = plan_of(tmp_path, sa.select(events.c.id).where(where.holds(events)))
    assert sum(by_hexagon in step for step in plan) == len(ranges)
    plan = plan_of(tmp_path, links().where(where.holds(events)))
    assert sum(by_hexagon in step for step in plan) == len(ranges)
    assert any("ix_involvements_event (event=?)" in step for step in plan)
    assert any("ix_memberships_nominal (nominal=?)" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN")]


def plan_of(folder: Path, statement: sa.Select[tuple[object, ...]]) -> list[str]:
    """The steps in which SQLite would answer it."""
    compiled = statement.compile(
        dialect=sqlite.dialect(paramstyle="qmark"), compile_kwargs={"render_postcompile": True}
    )
    connection = sqlite3.connect(folder / "records.sqlite")
    try:
        asked = [compiled.params[name] for name in compiled.positiontup or ()]
        return [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {compiled}", asked)]
    finally:
        connection.close()
