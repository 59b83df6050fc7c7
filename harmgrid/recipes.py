"""Recipes as they are written: files with an id that say what each measure takes from the records and what it weighs.

A recipe is a TOML file in `harmgrid/data/recipes/`, or a force's own, under version control.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from harmgrid.errors import InvalidRecipe, OtherRecipe
from harmgrid.measures import GENERATED, Local, Measure, Recipe, Theme, Weighed
from harmgrid.weights import MOST_POINTS, NO_WEIGHT, Offence, Weight, category_means, offence_weights

DEFAULT_RECIPE = "soc-nine-css-2020"
MOST_MEASURES = 31  # bits of a signature, of which one says who found an event (`harmgrid.cube.POLICE`)

GROUP_KINDS = ("OCG", "UCG", "PCG")
PRIORITY = "priority"  # beside the kinds of groups: people with a priority flag
FIELDS = ("category", "offence", "status")  # of an event, that a measure may choose by

KEYS = {"id", "title", "release", "source", "note", "weights", "links", "same_offence", "theme", "measure"}
MEASURE_KEYS = {"id", "title", "kinds", "where", "linked", "people", "weight", "generated", "primary"}


@dataclass(frozen=True, kw_only=True)
class Takes:
    """What a measure takes: events of some kinds, or people of some groups."""

    kinds: tuple[str, ...] = ()
    where: tuple[tuple[str, frozenset[str]], ...] = ()  # field of an event, and the values that count, in any capitals
    linked: tuple[str, ...] = ()  # kinds of group; someone involved was a member on the day of the event
    people: tuple[str, ...] = ()  # kinds of group, or `PRIORITY`

    @property
    def feeds(self) -> frozenset[str]:
        """The kinds of source that give a measure something to count."""
        return frozenset(self.kinds) or frozenset({"people"})


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """A recipe together with its rules: everything that it takes to score records.

    An event weighs what its own offence weighs; without one, the mean of its category; without that, what its first
    measure that has a weight of its own says.
    """

    recipe: Recipe
    takes: tuple[Takes, ...]  # by bit
    otherwise: tuple[Weight | None, ...]  # by bit: of an event without an offence and a category
    offences: Mapping[str, Offence]
    categories: Mapping[str, Weight]  # by category in lower case
    involved: frozenset[str]  # roles in an event that link it to a group
    no_members: frozenset[str]  # roles in a group that do not make a member
    notes: tuple[tuple[str, frozenset[str]], ...]  # and the kinds of source that they are about; none for all

    @property
    def known_categories(self) -> frozenset[str]:
        """Every category that some measure takes."""
        return frozenset[str]().union(*(dict(takes.where).get("category", frozenset()) for takes in self.takes))

    def fed(self, kinds: frozenset[str]) -> "Scoring":
        """The same with the measures only that these kinds of source give something to count."""
        kept = [bit for bit, takes in enumerate(self.takes) if takes.feeds & kinds]
        return self._with(kept, tuple(text for text, about in self.notes if not about or about & kinds))

    def of_snapshot(self, published: Recipe) -> "Scoring":
        """The same with the measures that a snapshot has.

        Raises:
            OtherRecipe: the snapshot was made with another recipe, or with other measures or weights of it.
        """
        kept = [measure.bit for measure in self.recipe.measures if measure.id in published.all]
        found = self._with(kept, published.notes)
        if found.recipe != published:
            raise OtherRecipe(
                came=f"a snapshot by the recipe {published.id} of {published.release}, which this server does not have "
                "as it was then",
                expected="the recipe that the snapshot was made with, to say why an event counts",
                do="set HARMGRID_RECIPE to that recipe, or run harmgrid publish",
            )
        return found

    def _with(self, kept: Sequence[int], notes: tuple[str, ...]) -> "Scoring":
        """The same with the measures of these bits, in their order."""
        measures = tuple(replace(self.recipe.measures[old], bit=new) for new, old in enumerate(kept))
        ids = {measure.id for measure in measures}
        themes = (
            replace(theme, measures=tuple(measure for measure in theme.measures if measure in ids))
            for theme in self.recipe.themes
        )
        recipe = replace(
            self.recipe, measures=measures, themes=tuple(theme for theme in themes if theme.measures), notes=notes
        )
        return replace(
            self,
            recipe=recipe,
            takes=tuple(self.takes[bit] for bit in kept),
            otherwise=tuple(self.otherwise[bit] for bit in kept),
        )


def read_recipe(name: str) -> Scoring:
    """The shipped recipe of that id, or the one in that file.

    Raises:
        InvalidRecipe: no such recipe, or one that cannot be used; it says where.
    """
    path = Path(name) if name.endswith(".toml") else None
    data = _read(name, path)
    based_on = data.pop("based_on", None)
    if based_on is not None:
        data = _read(str(based_on), None) | data
    if set(data) != KEYS:
        wrong = ", ".join(sorted(set(data) ^ KEYS))
        raise _invalid(name, f"with or without {wrong}"[:200], f"the keys {', '.join(sorted(KEYS))}")
    try:
        return _scoring(name, data, path.parent if path else None)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, InvalidRecipe):
            raise
        raise _invalid(name, f"with an entry that is missing or of another type ({error!r})"[:200]) from error


def _read(name: str, path: Path | None) -> dict[str, Any]:
    shipped = sorted(entry.name.removesuffix(".toml") for entry in (files("harmgrid") / "data" / "recipes").iterdir())
    if path is None and name not in shipped:
        raise _invalid(name, "which is not shipped", f"{', '.join(shipped)}, or the path of a .toml file")
    try:
        if path:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        return tomllib.loads((files("harmgrid") / "data" / "recipes" / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _invalid(name, f"which does not read ({error})") from error


def _scoring(name: str, data: Mapping[str, Any], beside: Path | None) -> Scoring:
    weights, links = data["weights"], data["links"]
    offences = dict(offence_weights(weights["offences"], beside))
    for code, same in data["same_offence"].items():
        if same in offences:  # a release that does not know the one does not know the other
            offences[code] = offences[same]
    categories = category_means(weights["categories"], beside) if "categories" in weights else {}
    entries = data["measure"]
    if not 0 < len(entries) <= MOST_MEASURES:
        raise _invalid(name, f"with {len(entries)} measures", f"1 to {MOST_MEASURES}")
    takes = tuple(_takes(name, entry) for entry in entries)
    weighed = [_weighed(name, entry, takes[bit], (offences, categories)) for bit, entry in enumerate(entries)]
    measures = tuple(_measure(name, entry, bit, weighed[bit]) for bit, entry in enumerate(entries))
    ids = [measure.id for measure in measures]
    themes = tuple(Theme(id=t["id"], title=t["title"], measures=tuple(t["measures"])) for t in data["theme"])
    names = ids + [theme.id for theme in themes]
    if len(set(names)) < len(names) or not all(set(theme.measures) <= set(ids) for theme in themes):
        raise _invalid(name, "with an id twice, or a theme of measures that it does not have", "ids that are unique")
    notes = tuple((str(note["text"]), frozenset(note.get("kinds", ()))) for note in data["note"])
    return Scoring(
        recipe=Recipe(
            **{key: str(data[key]) for key in ("id", "title", "release", "source")},
            notes=tuple(text for text, _ in notes),
            measures=measures,
            themes=themes,
        ),
        takes=takes,
        otherwise=tuple(weight for _, weight in weighed),
        offences=offences,
        categories=categories,
        involved=frozenset(links["involved"]),
        no_members=frozenset(links["no_members"]),
        notes=notes,
    )


def _takes(name: str, entry: Mapping[str, Any]) -> Takes:
    unknown = set(entry) - MEASURE_KEYS
    if unknown:
        raise _invalid(name, f"with {', '.join(sorted(unknown))[:100]} in a measure", ", ".join(sorted(MEASURE_KEYS)))
    kinds, linked, people = (tuple(entry.get(key, ())) for key in ("kinds", "linked", "people"))
    where = tuple((field, frozenset(values)) for field, values in entry.get("where", {}).items())
    if bool(kinds) == bool(people):
        raise _invalid(name, f"with {entry['id']!r} of events and people, or neither", "either kinds or people")
    groups = set(linked) | set(people)
    if not groups <= {*GROUP_KINDS, PRIORITY} or PRIORITY in linked or not {field for field, _ in where} <= set(FIELDS):
        raise _invalid(
            name,
            f"with {entry['id']!r} of the groups {sorted(groups)}, where {[field for field, _ in where]}",
            f"groups {', '.join(GROUP_KINDS)}, people also {PRIORITY}, fields {', '.join(FIELDS)}",
        )
    return Takes(kinds=kinds, where=where, linked=linked, people=people)


def _weighed(
    name: str, entry: Mapping[str, Any], takes: Takes, tables: tuple[Mapping[str, Offence], Mapping[str, Weight]]
) -> tuple[Weighed, Weight | None]:
    """How a measure weighs, and what an event of it weighs that has no offence and no category of its own."""
    offences, categories = tables
    weight = entry.get("weight")
    if weight is None:
        return "nothing", None
    if weight == "offence":
        return "offence", None
    if weight == "category":
        means = [categories.get(category.lower()) for category in dict(takes.where).get("category", ())]
        return "category", means[0] if len(means) == 1 else None
    if isinstance(weight, dict) and set(weight) == {"offence"} and weight["offence"] in offences:
        return "offence", offences[weight["offence"]].weight
    local = {"points", "author", "date", "reason"}
    if isinstance(weight, dict) and set(weight) == local and all(str(weight[key]).strip() for key in local):
        points = float(weight["points"])
        if 0 <= points < MOST_POINTS:
            return "local", Weight.exactly(points)
    raise _invalid(
        name,
        f"with the weight {weight!r} of {entry['id']!r}"[:200],
        'weight = "offence", "category", { offence = a code of its table }, or { points, author, date, reason }',
    )


def _measure(name: str, entry: Mapping[str, Any], bit: int, weighed: tuple[Weighed, Weight | None]) -> Measure:
    if entry["generated"] not in GENERATED:
        raise _invalid(name, f"with {entry['id']!r} generated by {entry['generated']!r}", " or ".join(GENERATED))
    how, weight = weighed
    local = {key: str(entry["weight"][key]) for key in ("author", "date", "reason")} if how == "local" else None
    return Measure(
        id=str(entry["id"]),
        title=str(entry["title"]),
        bit=bit,
        generated=entry["generated"],
        unit="person" if entry.get("people") else "event",
        primary=bool(entry.get("primary", False)),
        weighed=how,
        points=weight.points if weight and how != "offence" else None,
        local=Local(**local) if local else None,
        linked=tuple(entry.get("linked", ())),
    )


def _invalid(name: str, how: str, expected: str = "a recipe as docs/recipes.md describes") -> InvalidRecipe:
    return InvalidRecipe(came=f"the recipe {name[-80:]}, {how}", expected=expected, do="mend the recipe")


def weight_of_person(scoring: Scoring, bit: int) -> Weight:
    """What a person counts for under a measure of people."""
    return scoring.otherwise[bit] or NO_WEIGHT
