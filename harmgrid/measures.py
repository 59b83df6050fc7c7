"""Measures, themes and recipes: what counts under which name, and what it weighs.

A recipe is a file in `harmgrid/data/recipes/`, under version control, with an id that every score carries.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from harmgrid.cube import Counted
from harmgrid.errors import UnknownParameter
from harmgrid.types import Question
from harmgrid.weights import NO_WEIGHT, Weight, category_means

DEFAULT_RECIPE = "police-uk-category-mean"

Generated = Literal["victim", "police"]
GENERATED: tuple[Generated, ...] = ("victim", "police")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One line of a score. `bit` is its place in a signature, the set of measures that an event counts under."""

    id: str
    title: str
    bit: int
    category: str  # the events that it takes
    weight: Weight | None  # None: counted, weighs nothing
    generated: Generated

    @property
    def mask(self) -> int:
        """The measure's bit as a number."""
        return 1 << self.bit

    @property
    def points(self) -> Weight:
        """What an event of this measure adds to a sum."""
        return self.weight or NO_WEIGHT


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

    @property
    def all(self) -> frozenset[str]:
        """The ids of all measures."""
        return frozenset(measure.id for measure in self.measures)

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
        return Counted(mask, question.counting, multipliers)


def read_recipe(recipe_id: str) -> Recipe:
    """The recipe of that id, with its weights."""
    text = (files("harmgrid") / "data" / "recipes" / f"{recipe_id}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    weights = category_means(data["weights"])
    measures = tuple(
        Measure(
            id=entry["id"],
            title=entry["title"],
            bit=bit,
            category=entry["category"],
            weight=weights[entry["weight"]] if "weight" in entry else None,
            generated=entry["generated"],
        )
        for bit, entry in enumerate(data["measure"])
    )
    return Recipe(
        id=data["id"],
        title=data["title"],
        release=data["release"],
        source=data["source"],
        notes=tuple(data["notes"]),
        measures=measures,
        themes=tuple(
            Theme(id=theme["id"], title=theme["title"], measures=tuple(theme["measures"])) for theme in data["theme"]
        ),
    )
