"""A place's score, explained in lines of text: the same figures as `/api/places`."""

from collections.abc import Iterator

from harmgrid.explain import Part, Place
from harmgrid.published import Published
from harmgrid.types import Question, month_text

_GENERATED = {"victim": "reported by victims", "police": "found by police activity"}
_WIDTH = 34


def explanation_lines(published: Published, question: Question, place: Place) -> Iterator[str]:
    """What the score of a place is, how sure, of what it is made and what hangs on one event."""
    missing = ", ".join(month_text(month) for month in published.missing(question.window, question.measures))
    low, high = place.interval
    titles = {measure.id: measure.title for measure in published.recipe.measures}
    yield f"{place.name or 'Hexagon'} ({place.id}), {question.window.text}"
    yield f"months missing: {missing}" if missing else "every month delivered"
    for measure, months in published.partly_missing(question.window, question.measures).items():
        yield f"{titles[measure]} missing: {', '.join(map(month_text, months))}"
    yield f"weights: {published.recipe.title}, {published.recipe.release}; counting {question.counting}"
    if question.whatif:
        yield "WHAT IF, not the score: " + ", ".join(f"{measure} x {factor:g}" for measure, factor in question.whatif)
    if published.synthetic:
        yield "SYNTHETIC DATA: every place and event is invented"
    yield ""
    yield f"{place.harm:,.2f} harm points, standard error {place.standard_error:,.2f}"
    yield f"95 % range {low:,.2f} to {high:,.2f}"
    ranged = "" if place.rank_range is None else f", 95 % range {place.rank_range[0]} to {place.rank_range[1]}"
    yield f"rank {place.rank} of {place.of}{ranged}"
    if place.share is not None:
        yield f"{place.share:.1%} of the harm of the force"
    yield ""
    if any(part.people for part in place.parts.values()):
        yield "people are the mean of their number at the ends of the months"
    yield "made of".ljust(_WIDTH) + f"{'events':>10}{'people':>10}{'harm':>16}{'share':>9}"
    yield from (_line(titles[measure], part) for measure, part in place.parts.items())
    yield from (_line(_GENERATED[kind], part) for kind, part in place.generated.items())
    if place.largest:
        yield ""
        yield (
            f"heaviest single event {place.largest.harm:,.2f} points, {place.largest.share:.1%} of it all; "
            f"without it {place.largest.without:,.2f}"
        )
    yield ""
    yield from (f"note: {note}" for note in published.recipe.notes)
    for known in published.recipe.measures:
        if known.local and known.id in place.parts:
            yield (
                f"local weight: {known.title}, {known.points:g} points by {known.local.author} on {known.local.date}: "
                f"{known.local.reason}"
            )


def _line(name: str, part: Part) -> str:
    share = "" if part.share is None else f"{part.share:.1%}"
    people = f"{part.people:,.1f}" if part.people else ""
    return f"{name[: _WIDTH - 2]:{_WIDTH}}{part.count:>10,}{people:>10}{part.harm:>16,.2f}{share:>9}"
