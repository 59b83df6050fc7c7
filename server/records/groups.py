"""Groups with their names and members: a list, and one of them with what its harm is made of."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import shapely
from flask import Response

from etl.behind.figure import events_of_rows
from etl.behind.places import ELSEWHERE, NOWHERE, Ground
from etl.behind.rows import describe_events
from etl.behind.sums import Sums, sector_names, sums_of_events
from harmgrid import grid
from harmgrid.errors import UnknownRecord
from harmgrid.published import Published
from harmgrid.ranking import head_tail_breaks
from harmgrid.records.engine import Bulk
from harmgrid.records.people import (
    Membership,
    read_events_of_group,
    read_flags,
    read_group_list,
    read_memberships,
    read_registered,
)
from harmgrid.types import Question, Sum, last_day_of, month_text
from harmgrid.view import rank_groups
from server.api import asked
from server.parameters import choice, question_from
from server.records.choices import GROUP_SORTS, SORTS
from server.records.door import answer, door, state_of
from server.records.events import key_of
from server.records.paging import page_from, text_from
from server.records.shapes import Json, compared, event_json, names_json, span_json, sum_json
from server.snapshots import CURRENT, snapshot_of

_DECIMALS = 5  # of a degree: a metre


def group_list(parameters: Mapping[str, str]) -> Response:
    """The groups by name or harm, a page at a time."""
    wanted, query = page_from(parameters), text_from(parameters, "query").lower()
    sort = choice(parameters, "sort", GROUP_SORTS)
    snapshot = snapshot_of(CURRENT)
    question = _question(parameters, snapshot.contents)
    harm = {group.id: found for group, found in rank_groups(snapshot.contents, question)[0]}
    with door().look() as bulk:
        _, scoring = door().rules(snapshot)
        lines: dict[str, Json] = {}
        for row in read_group_list(bulk).sort_by("name").to_pylist():
            line = {"id": row["reference"], "kind": row["kind"], "names": [], "members": 0}
            lines.setdefault(row["reference"], line | sum_json(harm.get(row["reference"], Sum(0, 0.0))))
            lines[row["reference"]]["names"].append(row["name"])
        found = [line for line in lines.values() if any(query in text.lower() for text in (line["id"], *line["names"]))]
        key = sort.removeprefix("-")
        day = last_day_of(snapshot.contents.months.stop - 1)
        if key == "members":
            _count_members(bulk, found, day, scoring.no_members)
        found.sort(key=lambda line: line["id"])
        found.sort(key=lambda line: line["names"] if key == "name" else line[key], reverse=sort.startswith("-"))
        shown = found[wanted.rows]
        _count_members(bulk, shown, day, scoring.no_members)
        told = asked(snapshot, question) | {"records": state_of(bulk, snapshot)} | wanted.told(len(found))
    return answer(told | {"groups": shown})


def group(group_id: str, parameters: Mapping[str, str]) -> Response:
    """One group: its members, its events, where its harm is, and who else its people are with."""
    wanted = page_from(parameters)
    sort = choice(parameters, "sort", SORTS)
    snapshot = snapshot_of(CURRENT)
    ground, scoring = door().rules(snapshot)
    question = _question(parameters, snapshot.contents)
    with door().look() as bulk:
        registered = read_registered(bulk, "group", [group_id])
        members = read_memberships(bulk, of_groups=[group_id])
        if not registered and not members:
            raise unknown("group", group_id)
        behind = events_of_rows(bulk, read_events_of_group(bulk, group_id), question, scoring).of_group(group_id)
        at = behind.order(key_of(sort), descending=sort.startswith("-"))
        events = describe_events(bulk, behind, at[wanted.rows], ground)
        return answer(
            asked(snapshot, question)
            | {
                "id": group_id,
                "kind": registered[0].kind if registered else None,
                "names": names_json(registered),
                **compared(_figure(snapshot.contents, group_id, question), behind.figure),
                "records": state_of(bulk, snapshot),
                "members": _members(bulk, members, scoring.no_members),
                "shares": _shares(bulk, group_id, members),
                **_sums(sums_of_events(behind, ground, question), ground, question),
            }
            | wanted.told(len(behind.events))
            | {"events": [event_json(event) for event in events]}
        )


def is_member(member: Membership, no_members: frozenset[str]) -> bool:
    """Whether a role makes somebody a member."""
    return member.role.lower() not in no_members


def unknown(what: str, name: str) -> UnknownRecord:
    """What is wrong with the name of something that the records do not know."""
    return UnknownRecord(
        came=f"the {what} {name[:60]!r}, of which the records hold nothing",
        expected=f"a {what} that was loaded",
        do="look it up under /api/group-names, /api/nominals or /api/loads",
    )


def _question(parameters: Mapping[str, str], published: Published) -> Question:
    """As of /api/groups: every measure unless some are named, and each event once."""
    measures = {"measures": ",".join(published.recipe.all)}
    given = {name: parameters[name] for name in ("window", "measures") if name in parameters}
    return replace(question_from(measures | given, published), counting="once")


def _figure(published: Published, group_id: str, question: Question) -> Sum:
    """What the snapshot says of a group."""
    found = (total for known, total in rank_groups(published, question)[0] if known.id == group_id)
    return next(found, Sum(0, 0.0))


def _count_members(bulk: Bulk, lines: list[Json], day: int, no_members: frozenset[str]) -> None:
    """Write into each line how many are members of its group on a day."""
    who: dict[str, set[str]] = {}
    for member in read_memberships(bulk, of_groups=[line["id"] for line in lines]):
        if is_member(member, no_members) and _stands(member, day):
            who.setdefault(member.group, set()).add(member.nominal)
    for line in lines:
        line["members"] = len(who.get(line["id"], ()))


def _members(bulk: Bulk, members: list[Membership], no_members: frozenset[str]) -> list[Json]:
    people = sorted({member.nominal for member in members})
    flags = read_flags(bulk, people)
    names: dict[str, list[str]] = {}
    for known in read_registered(bulk, "nominal", people):
        names.setdefault(known.reference, []).append(known.name)
    return [
        {
            "id": member.nominal,
            "names": names.get(member.nominal, []),
            "role": member.role,
            **span_json(member.span),
            "counts": is_member(member, no_members),
            "priority": [span_json(span) for span in flags.get(member.nominal, ())],
        }
        for member in members
    ]


def _shares(bulk: Bulk, group_id: str, members: list[Membership]) -> list[Json]:
    """Other groups with somebody who was ever in this one, the most people first."""
    people = sorted({member.nominal for member in members})
    found: dict[str, Json] = {}
    for other in read_memberships(bulk, of_nominals=people):
        if other.group != group_id:
            line = found.setdefault(
                other.group, {"id": other.group, "kind": other.kind, "name": other.group_name, "people": []}
            )
            if other.nominal not in line["people"]:
                line["people"].append(other.nominal)
    return sorted(found.values(), key=lambda line: (-len(line["people"]), line["id"]))


def _sums(sums: Sums, ground: Ground, question: Question) -> Json:
    names = sector_names(ground)
    missing = set(ground.published.missing(question.window, question.measures))
    unplaced = {"no_location": NOWHERE, "outside_sectors": ELSEWHERE}
    return {
        "months": [
            {"month": month_text(month), "delivered": month not in missing}
            | (dict.fromkeys(("count", "harm")) if month in missing else sum_json(total))
            | {"measures": {measure: sum_json(part) for measure, part in sums.measures[month].items()}}
            for month, total in sums.months.items()
        ],
        "sectors": [
            {"place": unplaced.get(sector, sector), "name": names.get(sector)} | sum_json(total)
            for sector, total in sums.sectors.items()
        ],
        "hexagons": [
            {"place": cell, "outline": outline} | sum_json(total)
            for (cell, total), outline in zip(sums.hexagons.items(), _outlines(list(sums.hexagons)), strict=True)
        ],
        "breaks": {
            "sectors": _breaks([total for sector, total in sums.sectors.items() if sector not in unplaced]),
            "hexagons": _breaks(list(sums.hexagons.values())),
        },
    }


def _outlines(cells: list[str]) -> list[list[list[float]]]:
    """The corners of each cell, longitude and latitude, without the first again at the end."""
    if not cells:
        return []
    polygons = grid.boundaries(np.array([int(cell, 16) for cell in cells], dtype=np.uint64))
    return [np.round(shapely.get_coordinates(polygon)[:-1], _DECIMALS).tolist() for polygon in polygons]


def _breaks(sums: list[Sum]) -> list[float]:
    return head_tail_breaks(np.array([total.harm for total in sums], dtype=np.float64))


def _stands(member: Membership, day: int) -> bool:
    return member.span.first_day <= day and (member.span.last_day is None or day <= member.span.last_day)
