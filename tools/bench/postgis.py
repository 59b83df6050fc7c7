"""A hexagon tile that nobody has asked for yet, against PostGIS, which has the same cube as tables."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import psycopg

from harmgrid.published import HEXAGONS, Published
from harmgrid.tileview import encode_tile
from tools.bench.invented import (
    START,
    TILE,
    Table,
    hexagons,
    invent_events,
    publish_in_memory,
    question,
    sectors,
)
from tools.bench.peers.agreeing import features_of, require_same_features
from tools.bench.peers.cube_tables import PROPERTIES, Layout, tile_parameters, tile_query, write_tables
from tools.bench.peers.installing import Missing, find_postgis
from tools.bench.timing import (
    Comparison,
    Disagreement,
    Line,
    Reach,
    Setting,
    Timing,
    Work,
    at_most,
    times_faster,
    turn_by_turn,
)
from tools.postgres import SETTINGS, running_server

# All of it in memory; no compiler for a query of milliseconds; in one process, which two cores made no faster.
TUNED = SETTINGS | {
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_wal_size": "4GB",
}


class Events(NamedTuple):
    """One invented force, as events and as harmgrid holds it."""

    title: str
    table: Table
    force: Published


def compare(setting: Setting) -> Comparison:
    """Few events and many; each in the layout that is the fastest for it."""
    areas = sectors()
    cells = hexagons(setting.size(5_000, 300))
    few, many = setting.size(36_000, 1_000), setting.size(1_000_000, 5_000)
    tables = {
        title: invent_events(events, cells, areas) for title, events in (("few events", few), ("many events", many))
    }
    forces = [Events(title, table, publish_in_memory(table, areas)) for title, table in tables.items()]
    lines, reaches = [], []
    try:
        programs = find_postgis(install=not setting.short)
    except Missing as missing:
        peer = f"There is nothing to compare with: {missing}."
        for events in forces:
            alone = _alone(setting, events)
            lines.append(Line(what=f"harmgrid, {events.title}", timing=alone))
            reaches.append(at_most(f"{events.title}, whole tile", alone, 0.002))
    else:
        for events in forces:
            with running_server(programs, TUNED) as server, server.connect() as connection:
                more_lines, more_reaches = _beside(setting, events, connection)
                peer = _described(connection)
            lines += more_lines
            reaches += more_reaches
    return Comparison(
        title="Cold hexagon tile against PostGIS",
        how=f"the tile of the comparison above, {len(cells):,} hexagons with {few:,} and with {many:,} events, "
        f"window and baseline of 12 months each, 3 of 9 measures; another window each turn. {peer}",
        lines=tuple(lines),
        reaches=tuple(reaches),
    )


def _alone(setting: Setting, events: Events) -> Timing:
    """The whole tile with all properties, nothing else running."""
    whole = partial(_ours, events.force, ())
    return turn_by_turn({"ours": whole}, turns=setting.size(200, 3), warm_ups=setting.size(20, 1))["ours"]


def _beside(setting: Setting, events: Events, connection: psycopg.Connection[Any]) -> tuple[list[Line], list[Reach]]:
    """Every layout drawn beforehand; the usual way of PostGIS, which projects when asked, in the fastest of them."""
    mask = events.force.recipe.counted(question()).mask
    layouts = write_tables(connection, events.table, TILE, mask)
    drawn = {layout.title: _statement(connection, layout, mask, drawn=True) for layout in layouts}
    projected = {layout.title: _statement(connection, layout, mask, drawn=False) for layout in layouts}
    for peer in (*drawn.values(), *projected.values()):
        _require_same(events.force, peer)
    alone = _alone(setting, events)
    works: dict[str, Work] = {"ours": partial(_ours, events.force, PROPERTIES), **drawn}
    # More warm-ups than five, after which the server may keep one plan for all windows.
    taken = turn_by_turn(works, turns=setting.size(31, 1), warm_ups=setting.size(8, 1))
    fastest = min(drawn, key=lambda title: taken[title].median)
    usual = turn_by_turn(
        {"ours": works["ours"], "usual": projected[fastest]}, turns=setting.size(31, 1), warm_ups=setting.size(8, 1)
    )
    ours, peer_name = f"harmgrid, {events.title}", f"PostGIS, {events.title}"
    lines = [
        Line(what=f"{ours}, whole tile, by itself", timing=alone),
        Line(what=f"{ours}, the six properties, turn by turn", timing=taken["ours"]),
        *(Line(what=f"{peer_name}, drawn beforehand, {title}", timing=taken[title]) for title in drawn),
        Line(what=f"{peer_name}, `ST_AsMVTGeom`, {fastest}", timing=usual["usual"]),
    ]
    reaches = [
        at_most(f"{events.title}, whole tile", alone, 0.002),
        times_faster(
            f"{events.title}, PostGIS with its fastest, drawn beforehand",
            taken[fastest].median / taken["ours"].median,
            60,
        ),
        times_faster(f"{events.title}, PostGIS with `ST_AsMVTGeom`", usual["usual"].median / usual["ours"].median, 60),
    ]
    return lines, reaches


def _ours(force: Published, fields: tuple[str, ...], turn: int) -> bytes:
    return encode_tile(force, HEXAGONS, TILE, question(turn), fields=fields)


def _statement(
    connection: psycopg.Connection[Any], layout: Layout, mask: int, *, drawn: bool
) -> Callable[[int], bytes]:
    """The tile of a turn by a prepared statement over an open connection."""
    query = tile_query(layout, drawn=drawn)

    def ask(turn: int) -> bytes:
        asked = question(turn)
        then = asked.baseline or asked.window
        months = (then.start - START, asked.window.start - START, asked.window.stop - START)
        found = connection.execute(query, tile_parameters(TILE, months, mask), prepare=True, binary=True).fetchone()
        return bytes(found[0]) if found else b""

    return ask


def _described(connection: psycopg.Connection[Any]) -> str:
    """What the peer is and does, with its versions."""
    found = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    server, postgis = found or ("", "")
    return (
        f"PostgreSQL {server.split()[0]} with PostGIS {postgis}, over a Unix socket, by a prepared statement, all of "
        "it in its memory, analysed, without JIT and in one process (two were no faster). Its tile has the properties "
        f"{', '.join(PROPERTIES)}; ours turn by turn has the same six, by itself all of them. The cube was written in "
        "three layouts, and all are shown; the last cannot count an event once that has several of the measures, as "
        "our cube can. *Drawn beforehand* keeps the hexagons in whole units of the tile, so that `ST_AsMVT` need only "
        "write them down, as we do; the usual way is `ST_AsMVTGeom` on geometry in EPSG:3857 found by a GiST index, "
        "shown for the fastest layout. The target is judged against both. All tiles read back with our hexagons, "
        "geometries and figures."
    )


def _require_same(force: Published, peer: Callable[[int], bytes]) -> None:
    """All hexagons of ours, drawn alike, with the same figures."""
    figures = tuple(name for name in PROPERTIES if name != "h3")
    for turn in (0, 17):
        ours, theirs = (features_of(tile, HEXAGONS) for tile in (_ours(force, PROPERTIES, turn), peer(turn)))
        require_same_features(ours, theirs, figures, f"turn {turn}")
        if ours.keys() != theirs.keys() or any(feature["id"] != ours[h3]["id"] for h3, feature in theirs.items()):
            raise Disagreement(f"{len(theirs)} hexagons in PostGIS, {len(ours)} here, or other ids")
