"""A load's receipt as lines of text."""

from collections.abc import Iterator

from etl.load import LoadReceipt
from etl.profiles import Profile
from etl.rows import REASONS
from harmgrid.types import Receipt

_COLUMNS = ("read", "loaded", "updated", "unchanged", "rejected")


def receipt_lines(profile: Profile, receipt: LoadReceipt) -> Iterator[str]:
    """A table with a line a file and one for all, then the reasons, then what was left out."""
    width = max(len(line.name) for line in (*receipt.files, receipt.total)) + 2
    yield "file".ljust(width) + "".join(f"{column:>12}" for column in _COLUMNS)
    for line in (*receipt.files, receipt.total):
        yield line.name.ljust(width) + "".join(f"{getattr(line, column):>12,}" for column in _COLUMNS)
    yield "read = loaded + updated + unchanged + rejected, in every line"
    yield from _reasons(receipt.total)
    if receipt.total.withdrawn:
        which = "rows" if profile.delivery.complete else "rows without a reference"
        yield f"{receipt.total.withdrawn:,} {which} withdrawn: their files no longer hold them"
    if receipt.left_out:
        yield f"not {profile.title.lower()}, left out: {', '.join(receipt.left_out)}"


def receipt_line(profile: Profile, receipt: LoadReceipt) -> str:
    """The whole load in one line."""
    total = receipt.total
    parts = [f"{getattr(total, column):,} {column}" for column in _COLUMNS[1:] if getattr(total, column)]
    reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in sorted(total.reasons.items()))
    return f"{profile.title}: {total.read:,} read = {' + '.join(parts) or 0}" + (f" ({reasons})" if reasons else "")


def _reasons(total: Receipt) -> Iterator[str]:
    for reason, rows in sorted(total.reasons.items(), key=lambda item: (-item[1], item[0])):
        yield f"{rows:>12,} rejected: {reason} ({REASONS[reason]})"
