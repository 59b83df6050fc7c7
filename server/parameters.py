"""What a request asks, as a canonical Question. Unknown and repeated parameters are refused."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Request

from harmgrid.errors import UnknownParameter
from harmgrid.measures import Recipe
from harmgrid.published import Published
from harmgrid.types import Counting, Figure, Question, Window

DEFAULT_MONTHS = 12
COUNTINGS: tuple[Counting, ...] = ("each", "once")
FIGURES: tuple[Figure, ...] = ("harm", "count", "per_km2", "per_1000_residents")
QUESTION = ("window", "baseline", "measures", "count", "whatif")
GREATEST_MULTIPLIER = 100

_MULTIPLIER = re.compile(r"\d{1,3}(\.\d{1,4})?", re.ASCII)


def read_parameters(request: Request, *allowed: str) -> dict[str, str]:
    """The parameters of a request, each of them known and given once.

    Raises:
        UnknownParameter: another one, or one of them twice.
    """
    for name, values in request.args.lists():
        if name not in allowed:
            raise UnknownParameter(
                came=f"the parameter {name[:40]!r}",
                expected=f"none but {', '.join(allowed)}" if allowed else "no parameter at all",
                do="leave it out, or see /openapi.json for how it is spelt",
            )
        if len(values) > 1:
            raise UnknownParameter(
                came=f"the parameter {name!r} {len(values)} times", expected="it once", do="keep one of them"
            )
    return request.args.to_dict()


def question_from(parameters: Mapping[str, str], published: Published) -> Question:
    """The question that these parameters put to a snapshot, defaults filled in.

    Raises:
        InvalidWindow, UnknownParameter: a value that cannot be used.
    """
    window = Window.from_text(parameters["window"]) if "window" in parameters else default_window(published)
    baseline = Window.from_text(parameters["baseline"]) if "baseline" in parameters else None
    measures = published.recipe.default
    if "measures" in parameters:
        measures = published.recipe.select(parameters["measures"].split(","))
    question = Question(
        window=window,
        baseline=baseline,
        measures=measures,
        counting=counting_from(parameters),
        whatif=_multipliers(parameters["whatif"], published.recipe, measures) if "whatif" in parameters else (),
    )
    return published.require(question)


def counting_from(parameters: Mapping[str, str]) -> Counting:
    """How an event counts that belongs to several of the measures."""
    return next(c for c in COUNTINGS if c == choice(parameters, "count", COUNTINGS))


def figure_from(parameters: Mapping[str, str]) -> Figure:
    """What is to be put into classes."""
    return next(figure for figure in FIGURES if figure == choice(parameters, "figure", FIGURES))


def query_from(question: Question, published: Published, fields: tuple[str, ...] = ()) -> str:
    """The query of an address that asks this question, in its one spelling: sorted, defaults left out.

    The window is always there, so that a person sees which one it is.
    """
    asked = {"window": question.window.text}
    if question.baseline:
        asked["baseline"] = question.baseline.text
    if question.counting != COUNTINGS[0]:
        asked["count"] = question.counting
    if fields:
        asked["fields"] = ",".join(sorted(fields))
    if question.measures != published.recipe.default:
        asked["measures"] = ",".join(sorted(question.measures))
    if question.whatif:
        asked["whatif"] = ",".join(f"{measure}:{factor:g}" for measure, factor in question.whatif)
    return urlencode(sorted(asked.items()), safe=",:")


def _multipliers(text: str, recipe: Recipe, measures: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """Multipliers of weights as `burglary:2,drugs:0.5`; those that change nothing are left out."""
    given: dict[str, float] = {}
    for part in text.split(","):
        measure, _, factor = part.partition(":")
        usable = _MULTIPLIER.fullmatch(factor) is not None and float(factor) <= GREATEST_MULTIPLIER
        if measure not in recipe.all or measure in given or not usable:
            raise UnknownParameter(
                came=f"whatif={part[:60]!r}",
                expected=f"a measure of the recipe, once, a colon and a multiplier from 0 to {GREATEST_MULTIPLIER}",
                do="write whatif=burglary:2,drugs:0.5",
            )
        given[measure] = float(factor)
    return tuple((measure, given[measure]) for measure in sorted(given) if measure in measures and given[measure] != 1)


def choice(parameters: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    """The value of a parameter that has a list of them; the first is the default."""
    value = parameters.get(name, values[0])
    if value not in values:
        raise UnknownParameter(
            came=f"{name}={value[:40]!r}", expected=f"{name} to be {' or '.join(values)}", do="choose one of those"
        )
    return value


def default_window(published: Published) -> Window:
    """The last twelve months of the data, or all of them if there are fewer."""
    stop = published.months.stop
    return Window(max(published.months.start, stop - DEFAULT_MONTHS), stop)
