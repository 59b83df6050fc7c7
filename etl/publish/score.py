"""Records to harm: which measures each event and each person counts under, and what it weighs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.publish.link import Linked, Stock
from harmgrid.cube import POLICE
from harmgrid.errors import UnweighedEvents
from harmgrid.recipes import Scoring, weight_of_person
from harmgrid.weights import NO_WEIGHT

# Why a row weighs what it does, beside the bits of measures.
BY_OFFENCE, BY_CATEGORY, BY_NOTHING = -1, -2, -3


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What counts, one row an event or a person at the end of a month; columns of one length."""

    month: NDArray[np.int64]
    signature: NDArray[np.uint32]
    points: NDArray[np.float64]
    second_moment: NDArray[np.float64]
    lon: NDArray[np.float64]  # NaN without a location
    lat: NDArray[np.float64]
    cell: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.month)

    def taken(self, rows: NDArray[np.int64]) -> "Scored":
        """These rows of it."""
        return Scored(**{name: getattr(self, name)[rows] for name in Scored.__dataclass_fields__})

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all of these, one after the other."""
        columns = {name: [getattr(part, name) for part in parts] for name in cls.__dataclass_fields__}
        return cls(**{name: np.concatenate(column) for name, column in columns.items()})


@dataclass(frozen=True, kw_only=True)
class ScoredRows:
    """Rows of events, each scored by itself, and what joins them."""

    rows: Scored
    incident: NDArray[np.int64]  # which of the shared incidents a row tells of; -1 if it alone tells of its own
    linked: NDArray[np.int64]  # rows, one for each group that a row is linked to
    group: NDArray[np.str_]  # of the same length

    def taken(self, kept: NDArray[np.bool_]) -> "ScoredRows":
        """Some of the rows, with their links."""
        new_row = np.cumsum(kept) - 1
        with_row = kept[self.linked]
        return ScoredRows(
            rows=self.rows.taken(np.flatnonzero(kept)),
            incident=self.incident[kept],
            linked=new_row[self.linked[with_row]],
            group=self.group[with_row],
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all of these, one after the other."""
        before = np.cumsum([0, *(len(part.rows) for part in parts)])
        return cls(
            rows=Scored.joined([part.rows for part in parts]),
            incident=np.concatenate([part.incident for part in parts]),
            linked=np.concatenate([part.linked + shift for part, shift in zip(parts, before, strict=False)]),
            group=np.concatenate([part.group for part in parts]),
        )


@dataclass(frozen=True, kw_only=True)
class ScoredEvents:
    """Events that count under some measure, and the groups that they are linked to."""

    events: Scored
    linked: NDArray[np.int64]  # rows of `events`, one for each group
    group: NDArray[np.str_]  # of the same length


def score_rows(events: pa.Table, linked: Linked, scoring: Scoring, shared: pa.Array) -> ScoredRows:
    """Each of these rows with what it counts under and weighs by itself.

    Args:
        events: columns `EVENT_COLUMNS`.
        linked: to groups, of these rows and no others.
        scoring: with the measures that are fed.
        shared: the incidents that several rows tell of, here or elsewhere.

    Raises:
        UnweighedEvents: a row has an offence or a category that the recipe gives no weight.
    """
    ids = events["id"].to_numpy()
    order = np.argsort(ids)
    at = order[np.searchsorted(ids[order], linked.event)]
    coded = _coded_columns(events, scoring)
    signature = _signatures(coded, _groups_of_rows(len(ids), at, linked), scoring)
    weight, _ = _weights(coded, signature, scoring)
    lon, lat = (events[axis].cast(pa.float64()).to_numpy() for axis in ("lon", "lat"))
    rows = Scored(
        month=events["month"].to_numpy().astype(np.int64),
        signature=signature,
        points=weight[:, 0].copy(),
        second_moment=weight[:, 1].copy(),
        lon=lon,
        lat=lat,
        cell=events["cell"].to_numpy().astype(np.uint64),
    )
    incident = pc.fill_null(pc.index_in(events["incident"], value_set=shared), -1).to_numpy().astype(np.int64)
    return ScoredRows(rows=rows, incident=incident, linked=at, group=linked.group)


def join_incidents(scored: ScoredRows, scoring: Scoring) -> ScoredEvents:
    """The events that some measure takes, each incident once.

    Rows with the same incident are one event. It counts under the measures of all of them, and is where, when and what
    the heaviest of them is; of equally heavy ones the earliest.
    """
    rows = scored.rows
    stands = standing_rows(scored)
    itself = stands == np.arange(len(rows))
    signature = joined_signatures(rows, stands, scoring)
    counted = np.flatnonzero(itself & (signature > 0))
    row_of = np.full(len(rows), -1, dtype=np.int64)
    row_of[counted] = np.arange(len(counted))
    pairs = set(zip(row_of[stands[scored.linked]].tolist(), scored.group.tolist(), strict=True))
    kept = sorted((row, group) for row, group in pairs if row >= 0)  # two rows of an incident may name one group
    events = rows.taken(counted)
    return ScoredEvents(
        events=Scored(**{**vars(events), "signature": signature[counted]}),
        linked=np.array([row for row, _ in kept], dtype=np.int64),
        group=np.array([group for _, group in kept], dtype=np.str_),
    )


def standing_rows(scored: ScoredRows) -> NDArray[np.int64]:
    """For each row the row that stands for its event, shape (rows,)."""
    stands = np.arange(len(scored.rows))
    shared = np.flatnonzero(scored.incident >= 0)
    rows, incident = scored.rows.taken(shared), scored.incident[shared]
    by_weight = shared[np.lexsort((rows.lat, rows.lon, -rows.second_moment, rows.month, -rows.points, incident))]
    _, start, of_sorted = np.unique(scored.incident[by_weight], return_index=True, return_inverse=True)
    stands[by_weight] = by_weight[start][of_sorted]
    return stands


def joined_signatures(rows: Scored, stands: NDArray[np.int64], scoring: Scoring) -> NDArray[np.uint32]:
    """The measures of each row, shape (rows,), and at a row that stands for an event those of all its rows."""
    itself = stands == np.arange(len(rows))
    signature = rows.signature.copy()
    np.bitwise_or.at(signature, stands[~itself], rows.signature[~itself])
    return _with_police_bit(signature, scoring)


def weight_reasons(events: pa.Table, signature: NDArray[np.uint32], scoring: Scoring) -> NDArray[np.int64]:
    """Why each of these rows weighs what it does by itself, int64 (rows,).

    The bit of the measure whose own value it is, or `BY_OFFENCE`, `BY_CATEGORY` or `BY_NOTHING`.
    """
    _, reason = _weights(_coded_columns(events, scoring), signature, scoring)
    return reason


def score_people(stock: Stock, scoring: Scoring) -> Scored:
    """The stock with what each person weighs: under several measures, the most that one of them says."""
    points = np.zeros(len(stock.month))
    for bit in range(len(scoring.takes)):
        under = stock.signature >> np.uint32(bit) & np.uint32(1) > 0
        points[under] = np.maximum(points[under], weight_of_person(scoring, bit).points)
    return Scored(
        month=stock.month,
        signature=_with_police_bit(stock.signature, scoring),
        points=points,
        second_moment=points**2,
        lon=stock.lon,
        lat=stock.lat,
        cell=stock.cell,
    )


@dataclass(frozen=True)
class _Coded:
    """A column of text as numbers, and the distinct texts."""

    code: NDArray[np.int64]
    texts: tuple[str, ...]

    def among(self, values: frozenset[str]) -> NDArray[np.bool_]:
        wanted = {value.lower() for value in values}
        return np.array([text.lower() in wanted for text in self.texts], dtype=np.bool_)[self.code]


def _code(column: pa.ChunkedArray) -> _Coded:
    coded = column.combine_chunks().dictionary_encode()
    return _Coded(coded.indices.to_numpy().astype(np.int64), tuple(coded.dictionary.to_pylist()))


def _coded_columns(events: pa.Table, scoring: Scoring) -> dict[str, _Coded]:
    """The columns of events that scoring looks at; a category that a row does not give is that of its offence."""
    coded = {name: _code(events[name]) for name in ("kind", "category", "offence", "status")}
    coded["category"] = _with_offence_categories(coded["category"], coded["offence"], scoring)
    return coded


def _with_offence_categories(category: _Coded, offence: _Coded, scoring: Scoring) -> _Coded:
    """Categories, where a row has none that of its offence."""
    own = [scoring.offences[code].category if code in scoring.offences else "" for code in offence.texts]
    texts = tuple(dict.fromkeys((*category.texts, *own)))
    position = {text: i for i, text in enumerate(texts)}
    of_offence = np.array([position[text] for text in own], dtype=np.int64)[offence.code]
    given = np.array([position[text] for text in category.texts], dtype=np.int64)[category.code]
    empty = np.array([not text for text in texts], dtype=np.bool_)
    return _Coded(np.where(empty[given], of_offence, given), texts)


def _groups_of_rows(rows: int, at: NDArray[np.int64], linked: Linked) -> dict[str, NDArray[np.bool_]]:
    """By kind of group, which events are linked to one."""
    found = {}
    for kind in np.unique(linked.kind).tolist():
        found[kind] = np.zeros(rows, dtype=np.bool_)
        found[kind][at[linked.kind == kind]] = True
    return found


def _signatures(
    coded: dict[str, _Coded], in_groups: dict[str, NDArray[np.bool_]], scoring: Scoring
) -> NDArray[np.uint32]:
    rows = len(coded["kind"].code)
    signature = np.zeros(rows, dtype=np.uint32)
    nothing = np.zeros(rows, dtype=np.bool_)
    for bit, takes in enumerate(scoring.takes):
        under = coded["kind"].among(frozenset(takes.kinds))
        for field, values in takes.where:
            under = under & coded[field].among(values)
        if takes.linked:
            under = under & np.logical_or.reduce([in_groups.get(kind, nothing) for kind in takes.linked])
        signature[under] |= np.uint32(1 << bit)
    return signature


def _weights(
    coded: dict[str, _Coded], signature: NDArray[np.uint32], scoring: Scoring
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What each row weighs, and why: by offence, by category, or as its first measure says.

    Returns:
        float64 (rows, 2), mean and second moment; int64 (rows,), see `weight_reasons`.
    """
    measures = scoring.recipe.measures
    weight, reason = np.full((len(signature), 2), np.nan), np.full(len(signature), BY_NOTHING)
    category_weight = _mask(measure.mask for measure in measures if measure.weighed == "category")
    any_weight = _mask(measure.mask for measure in measures if measure.weighed != "nothing")
    for bit in reversed(range(len(measures))):
        otherwise = scoring.otherwise[bit]
        if otherwise is not None and measures[bit].weighed != "category":
            under = signature >> np.uint32(bit) & np.uint32(1) > 0
            weight[under], reason[under] = otherwise, bit
    category = coded["category"]
    means = np.array([scoring.categories.get(text.lower(), (np.nan, np.nan)) for text in category.texts]).reshape(-1, 2)
    by_category = (signature & category_weight > 0) & ~np.isnan(means[category.code, 0])
    weight[by_category], reason[by_category] = means[category.code[by_category]], BY_CATEGORY
    offence = coded["offence"]
    known = [scoring.offences[code].weight if code in scoring.offences else NO_WEIGHT for code in offence.texts]
    has_offence = (signature & any_weight > 0) & ~offence.among(frozenset({""}))
    weight[has_offence] = np.array(known).reshape(-1, 2)[offence.code[has_offence]]
    reason[has_offence] = BY_OFFENCE
    nothing = signature & any_weight == 0
    weight[nothing], reason[nothing] = NO_WEIGHT, BY_NOTHING
    unknown = np.array([bool(code) and code not in scoring.offences for code in offence.texts], dtype=np.bool_)
    wrong = np.isnan(weight[:, 0]) | (has_offence & unknown[offence.code])
    if wrong.any():
        _refuse(wrong, coded, scoring)
    return weight, reason


def _refuse(wrong: NDArray[np.bool_], coded: dict[str, _Coded], scoring: Scoring) -> None:
    row = int(np.flatnonzero(wrong)[0])
    names = {name: column.texts[column.code[row]] for name, column in coded.items()}
    what = f"the offence {names['offence']!r}" if names["offence"] else f"the category {names['category']!r}"
    raise UnweighedEvents(
        came=f"at least {int(wrong.sum()):,} events such as one of the kind {names['kind']} with {what}, to which the "
        f"recipe {scoring.recipe.id} gives no weight",
        expected="a weight for every event of a measure that weighs, all of one release",
        do="add it to a weight table of your own, or set HARMGRID_RECIPE to the recipe and load the source again, so "
        "that such rows become rejects",
    )


def _with_police_bit(signature: NDArray[np.uint32], scoring: Scoring) -> NDArray[np.uint32]:
    """Signatures with the bit of events found by police activity: one measure that says so is enough."""
    police = _mask(measure.mask for measure in scoring.recipe.measures if measure.generated == "police")
    return np.where(signature & police > 0, signature | np.uint32(POLICE), signature).astype(np.uint32)


def _mask(masks: Iterable[int]) -> np.uint32:
    return np.uint32(sum(masks))
