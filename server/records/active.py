"""The groups whose events a figure counts: who is active in a place."""

from collections.abc import Mapping

import numpy as np
from flask import Response

from harmgrid.records.people import read_registered
from server.records.door import answer, door
from server.records.events import Asked
from server.records.shapes import Json, sum_json

OF_A_LIST = {"query", "sort"}  # which nobody can ask for here


def active_groups(parameters: Mapping[str, str]) -> Response:
    """Every group that is linked to an event of the figure, the most harm first."""
    question = Asked.of(parameters)
    with door().look() as bulk:
        behind, _ = question.found(bulk)
        linked = np.isin(behind.linked.event, behind.rows["id"].to_numpy()[np.isin(behind.stands, behind.events)])
        groups = dict(zip(behind.linked.group[linked].tolist(), behind.linked.kind[linked].tolist(), strict=True))
        registered = read_registered(bulk, "group", sorted(groups))
        lines: list[Json] = [
            {
                "id": group,
                "kind": kind,
                "names": [one.name for one in registered if one.reference == group],
                **sum_json(behind.of_group(group).figure),
            }
            for group, kind in sorted(groups.items())
        ]
        lines.sort(key=lambda line: -line["harm"])
        told = {name: said for name, said in question.told(bulk, behind).items() if name not in OF_A_LIST}
        return answer(told | {"groups": lines})
