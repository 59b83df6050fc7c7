"""What is in the files of a source, as lines of text."""

from collections.abc import Iterable, Iterator

from etl.check_source import Fault, SourceCheck
from etl.rows import REASONS
from harmgrid.types import month_text

_FILES = 5  # named; of more only the number is told
_LONGEST = 300  # characters of a row that are shown
_KEPT = {"keep": "kept in the details", "ignore": "ignored", "refuse": "refused: nothing can be loaded with them"}


def source_lines(check: SourceCheck) -> Iterator[str]:
    """The source, its columns, what its sample would become, the first rows, and an example of each reject."""
    profile = check.profile
    yield f"{profile.title} ({' '.join(filter(None, (profile.source, profile.record, profile.kind)))})"
    yield _line("files", f"{len(check.files):,}: {_names(check.files)}")
    if check.left_out:
        yield _line("left out", _names(check.left_out))
    yield _line("columns", ", ".join(check.columns.found))
    if check.columns.unknown:
        yield _line("others", f"{', '.join(check.columns.unknown)} ({_KEPT[profile.unknown]})")
    if check.columns.missing:
        yield _line("missing", f"{', '.join(check.columns.missing)}: nothing can be loaded without")
    if not check.columns.unusable:
        yield from _sample_lines(check)
    yield "nothing has been loaded"


def _sample_lines(check: SourceCheck) -> Iterator[str]:
    yield _line("sample", f"the first rows of {_names(check.sampled)}")
    yield _line("rows", f"{check.loaded:,} to load, {check.rejected:,} to reject")
    if check.months:
        yield _line("months", " to ".join(map(month_text, check.months)))
    if check.extent:
        west, south, east, north = check.extent
        yield _line(
            "places", f"{check.located:,}, longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"
        )
    for record in check.accepted:
        yield _line("to load", _cut("; ".join(f"{name} {text}" for name, text in record.items())))
    for fault in check.faults:
        yield from _fault_lines(fault)


def _fault_lines(fault: Fault) -> Iterator[str]:
    yield f"{fault.rows:>12,} rejected: {fault.reason} ({REASONS[fault.reason]})"
    yield _line("", _cut(f"as row {fault.example.row:,} of {fault.example.file}: {fault.example.raw}"))


def _line(what: str, text: str) -> str:
    """A line fit for a terminal, whatever stands in the file."""
    return f"{what:<12} {''.join(letter if letter.isprintable() else '?' for letter in text)}"


def _names(files: Iterable[str]) -> str:
    first, *others = list(files) or ["none"]
    shown = [first, *others[: _FILES - 1]]
    more = len(others) + 1 - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
