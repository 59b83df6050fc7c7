"""One state of the records: what a snapshot is made from beside the events, which come in slices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from etl.publish.deliver import months_of
from etl.publish.link import Linked, link_events
from harmgrid.errors import NothingToPublish
from harmgrid.recipes import Scoring
from harmgrid.records.boundaries import read_areas
from harmgrid.records.engine import Bulk
from harmgrid.records.reading import (
    People,
    force_names,
    read_deliveries,
    read_groups,
    read_links,
    read_people,
    read_residents,
    read_shared_incidents,
)
from harmgrid.sectors import Area
from harmgrid.types import Months


@dataclass(frozen=True, kw_only=True)
class State:
    """All but the events."""

    areas: tuple[Area, ...]
    residents: pa.Table
    deliveries: Mapping[str, Mapping[str, Sequence[int]]]
    forces: tuple[str, ...]
    linked: Linked
    people: People
    groups: pa.Table
    shared_incidents: pa.Array

    @property
    def months(self) -> Months:
        """The months that were delivered."""
        return months_of(self.deliveries)

    def fed(self, scoring: Scoring) -> Scoring:
        """The same with the measures that some source feeds.

        Raises:
            NothingToPublish: there are none.
        """
        has_people = self.people.members.num_rows + self.people.priorities.num_rows > 0
        fed = scoring.fed(frozenset(self.deliveries) | ({"people"} if has_people else frozenset()))
        if not fed.recipe.measures:
            raise NothingToPublish(
                came=f"records of {', '.join(sorted(self.deliveries))}",
                expected=f"a kind of source that the recipe {scoring.recipe.id} counts",
                do="load one, or set HARMGRID_RECIPE to a recipe that counts these",
            )
        return fed


def read_state(bulk: Bulk, scoring: Scoring) -> State:
    """Everything that a snapshot is made from, the events left out."""
    return State(
        areas=read_areas(bulk),
        residents=read_residents(bulk),
        deliveries=read_deliveries(bulk),
        forces=tuple(filter(None, force_names(bulk))),
        linked=link_events(read_links(bulk), scoring),
        people=read_people(bulk),
        groups=read_groups(bulk),
        shared_incidents=pa.array(sorted(read_shared_incidents(bulk)), pa.string()),
    )
