"""Which months were delivered: of the data as a whole, and of each measure."""

from collections.abc import Mapping, Sequence

from harmgrid.errors import NothingToPublish
from harmgrid.recipes import Scoring
from harmgrid.types import Months

Deliveries = Mapping[str, Mapping[str, Sequence[int]]]  # months by kind of event and source


def months_of(deliveries: Deliveries) -> Months:
    """The months from the first to the last that any source delivered, and in which any did.

    Raises:
        NothingToPublish: no source delivered any.
    """
    found = {month for sources in deliveries.values() for months in sources.values() for month in months}
    if not found:
        raise NothingToPublish(
            came="records without a delivered month", expected="at least one", do="run harmgrid load first"
        )
    span = range(min(found), max(found) + 1)
    return Months(start=span.start, delivered=tuple(month in found for month in span))


def lacking_months(scoring: Scoring, deliveries: Deliveries, months: Months) -> dict[str, tuple[int, ...]]:
    """By measure, the months that were delivered for others and not for it.

    A measure has a month if every source that feeds it has delivered it, among those whose first and last delivery it
    lies between, and there is one. A measure of people has them all: registers say from when to when.
    """
    present = [month for month, there in months if there]
    found = {}
    for measure, takes in zip(scoring.recipe.measures, scoring.takes, strict=True):
        feeding = [set(of) for kind in takes.kinds for of in deliveries.get(kind, {}).values()]
        lacks = tuple(month for month in present if not _has(feeding, month))
        if lacks and not takes.people:
            found[measure.id] = lacks
    return found


def _has(feeding: Sequence[set[int]], month: int) -> bool:
    spanning = [months for months in feeding if min(months) <= month <= max(months)]
    return bool(spanning) and all(month in months for months in spanning)
