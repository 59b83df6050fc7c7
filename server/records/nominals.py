"""People: a list to look somebody up in, and one of them with what the records say."""

from collections.abc import Mapping

import numpy as np
from flask import Response

from etl.behind.figure import events_of_rows
from etl.behind.places import Ground
from etl.behind.rows import describe_rows
from harmgrid import grid
from harmgrid.published import BASE_LEVEL
from harmgrid.records.engine import Bulk
from harmgrid.records.people import (
    Home,
    Membership,
    count_involvements,
    read_flags,
    read_homes,
    read_involvements,
    read_memberships,
    read_people_list,
    read_registered,
)
from harmgrid.sectors import FIRST_SECTOR
from harmgrid.snapshot import Snapshot
from harmgrid.types import Question
from server.parameters import choice
from server.records.choices import NOMINAL_SORTS
from server.records.door import answer, door, state_of
from server.records.groups import is_member, unknown
from server.records.paging import Page, page_from, text_from
from server.records.shapes import Json, names_json, row_json, span_json
from server.snapshots import CURRENT, snapshot_of

OTHERS_AT_MOST = 200  # people who took part in the same events, that are told


def nominal_list(parameters: Mapping[str, str]) -> Response:
    """People by name or reference, a page at a time."""
    wanted, query = page_from(parameters), text_from(parameters, "query").lower()
    sort = choice(parameters, "sort", NOMINAL_SORTS)
    snapshot = snapshot_of(CURRENT)
    with door().look() as bulk:
        events = count_involvements(bulk)
        lines: dict[str, Json] = {}
        for row in read_people_list(bulk).sort_by("name").to_pylist():
            reference = row["reference"]
            line = {"id": reference, "names": [], "events": events.get(reference, 0)}
            lines.setdefault(reference, line)["names"].append(row["name"])
        found = [line for line in lines.values() if any(query in text.lower() for text in (line["id"], *line["names"]))]
        key = sort.removeprefix("-")
        found.sort(key=lambda line: line["id"])
        found.sort(key=lambda line: line["names"] if key == "name" else line[key], reverse=sort.startswith("-"))
        shown = found[wanted.rows]
        people = [line["id"] for line in shown]
        flags, groups = read_flags(bulk, people), read_memberships(bulk, of_nominals=people)
        _, scoring = door().rules(snapshot)
        for line in shown:
            line["priority"] = [span_json(span) for span in flags.get(line["id"], ())]
            line["groups"] = _groups([one for one in groups if one.nominal == line["id"]], scoring.no_members)
        return answer({"records": state_of(bulk, snapshot)} | wanted.told(len(found)) | {"nominals": shown})


def nominal(reference: str, parameters: Mapping[str, str]) -> Response:
    """One person: names, homes, groups, flags, events with their role, and who else took part in those."""
    wanted = page_from(parameters)
    snapshot = snapshot_of(CURRENT)
    ground, scoring = door().rules(snapshot)
    with door().look() as bulk:
        registered = read_registered(bulk, "nominal", [reference])
        groups = read_memberships(bulk, of_nominals=[reference])
        homes, flags = read_homes(bulk, reference), read_flags(bulk, [reference])
        roles: dict[int, list[str]] = {}
        for one in read_involvements(bulk, nominal=reference):
            roles.setdefault(one.event, []).append(one.role)
        if not (registered or groups or homes or flags or roles):
            raise unknown("nominal", reference)
        return answer(
            {
                "snapshot": snapshot.version,
                "synthetic": snapshot.contents.synthetic,
                "records": state_of(bulk, snapshot),
                "id": reference,
                "names": names_json(registered),
                "homes": _homes(homes, ground),
                "groups": _groups(groups, scoring.no_members),
                "priority": [span_json(span) for span in flags.get(reference, ())],
                "others": _others(bulk, reference, sorted(roles)),
            }
            | wanted.told(len(roles))
            | {"events": _events(bulk, roles, wanted, snapshot)}
        )


def _groups(found: list[Membership], no_members: frozenset[str]) -> list[Json]:
    return [
        {
            "id": one.group,
            "kind": one.kind,
            "name": one.group_name,
            "role": one.role,
            **span_json(one.span),
            "counts": is_member(one, no_members),
        }
        for one in found
    ]


def _homes(homes: list[Home], ground: Ground) -> list[Json]:
    lon, lat = (np.array([getattr(home, axis) for home in homes], dtype=np.float64) for axis in ("lon", "lat"))
    places = ground.places(BASE_LEVEL, lon, lat).tolist()
    cells = np.array([home.cell for home in homes], dtype=np.uint64)
    hexagons = grid.texts(grid.parents(cells, max(ground.published.hex_cubes)))
    told = []
    for home, place, hexagon in zip(homes, places, hexagons, strict=True):
        sector = ground.published.sectors[place - FIRST_SECTOR] if place >= FIRST_SECTOR else None
        told.append(
            span_json(home.span)
            | {
                "point": None if home.lon is None else [home.lon, home.lat],
                "sector": {"id": sector.id, "name": sector.name} if sector else None,
                "hexagon": hexagon if home.cell != grid.NO_CELL else None,
            }
        )
    return told


def _others(bulk: Bulk, reference: str, events: list[int]) -> list[Json]:
    """Other people in these events, those of the most events first."""
    found: dict[str, set[int]] = {}
    for one in read_involvements(bulk, of_events=events):
        if one.nominal != reference:
            found.setdefault(one.nominal, set()).add(one.event)
    ranked = sorted(found, key=lambda other: (-len(found[other]), other))[:OTHERS_AT_MOST]
    names: dict[str, list[str]] = {}
    for known in read_registered(bulk, "nominal", ranked):
        names.setdefault(known.reference, []).append(known.name)
    return [{"id": other, "names": names.get(other, []), "events": len(found[other])} for other in ranked]


def _events(bulk: Bulk, roles: dict[int, list[str]], wanted: Page, snapshot: Snapshot) -> list[Json]:
    """The rows in which somebody is named, whatever they count under, the newest first."""
    ground, scoring = door().rules(snapshot)
    question = Question(window=snapshot.contents.months.window, measures=scoring.recipe.all)
    behind = events_of_rows(bulk, sorted(roles), question, scoring)
    ids = behind.rows["id"].to_pylist()
    days, months = behind.rows["day"].to_pylist(), behind.rows["month"].to_pylist()
    named = [row for row, event in enumerate(ids) if event in roles]
    named.sort(key=lambda row: (-months[row], -(days[row] or 0), ids[row]))
    shown = named[wanted.rows]
    told = describe_rows(bulk, behind, shown, ground)
    return [{"roles": sorted(roles[ids[row]]), "row": row_json(told[row])} for row in shown]
