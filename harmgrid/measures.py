"""Measures, themes and recipes: what counts under which name, and what it weighs, as a snapshot carries it.

How a recipe is read and what a measure takes from the records is in `harmgrid.recipes`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from harmgrid.cube import Counted
from harmgrid.errors import UnknownParameter
from harmgrid.types import Question

Generated = Literal["victim", "police"]
GENERATED: tuple[Generated, ...] = ("victim", "police")

Unit = Literal["event", "person"]
Weighed = Literal["offence", "category", "local", "nothing"]


@dataclass(frozen=True, kw_only=True)
class Local:
    """Who set a weight that nobody published, when and why."""

    author: str
    date: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One line of a score. `bit` is its place in a signature, the set of measures that an event counts under.

    Events are a flow, counted in a window; people are a stock, and over a window their mean at the ends of its months.
    """

    id: str
    title: str
    bit: int
    generated: Generated
    unit: Unit = "event"
    primary: bool = False  # whether the primary score has it
    weighed: Weighed = "nothing"  # by its own offence, its category's mean, a local value, or counted only
    points: float | None = None  # of one event or person, where all weigh the same
    linked: tuple[str, ...] = ()  # kinds of group, if it takes only events that are linked to one
    local: Local | None = None

    @property
    def mask(self) -> int:
        """The measure's bit as a number."""
        return 1 << self.bit


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Measures that the map shows together."""

    id: str
    title: str
    measures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A versioned set of measures with one weight release."""

    id: str
    title: str
    release: str
    source: str
    notes: tuple[str, ...]
    measures: tuple[Measure, ...]
    themes: tuple[Theme, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The recipe that `dataclasses.asdict` made this of, perhaps by way of JSON."""

        def measure(entry: Mapping[str, Any]) -> Measure:
            local = Local(**entry["local"]) if entry["local"] else None
            return Measure(**{**entry, "local": local, "linked": tuple(entry["linked"])})

        return cls(
            **{name: data[name] for name in ("id", "title", "release", "source")},
            notes=tuple(data["notes"]),
            measures=tuple(measure(entry) for entry in data["measures"]),
            themes=tuple(Theme(**{**entry, "measures": tuple(entry["measures"])}) for entry in data["themes"]),
        )

    @property
    def all(self) -> frozenset[str]:
        """The ids of all measures."""
        return frozenset(measure.id for measure in self.measures)

    @property
    def default(self) -> frozenset[str]:
        """The measures of the primary score; all of them if it has none."""
        return frozenset(measure.id for measure in self.measures if measure.primary) or self.all

    @property
    def stock(self) -> int:
        """The bits of the measures of people."""
        return sum(measure.mask for measure in self.measures if measure.unit == "person")

    def select(self, names: Iterable[str]) -> frozenset[str]:
        """The measures that these measure and theme ids name together.

        Raises:
            UnknownParameter: a name is neither.
        """
        themes = {theme.id: theme.measures for theme in self.themes}
        chosen: set[str] = set()
        for name in names:
            if name not in self.all and name not in themes:
                raise UnknownParameter(
                    came=f"the measure {name[:60]!r}",
                    expected=f"ids of the recipe {self.id}: {', '.join(sorted(self.all | themes.keys()))}",
                    do="name measures or themes of the recipe, separated by commas",
                )
            chosen.update(themes.get(name, (name,)))
        return frozenset(chosen)

    def counted(self, question: Question) -> Counted:
        """How events count under a question."""
        bits = {measure.id: measure.bit for measure in self.measures}
        multipliers = tuple(sorted((bits[measure], factor) for measure, factor in question.whatif))
        mask = sum(measure.mask for measure in self.measures if measure.id in question.measures)
        return Counted(mask, question.counting, multipliers, self.stock)
