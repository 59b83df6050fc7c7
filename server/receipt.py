"""A load's receipt as lines of text."""

from collections.abc import Iterator

from etl.load import LoadReceipt
from etl.police_uk import REASONS
from harmgrid.types import Receipt

_COLUMNS = ("read", "loaded", "updated", "unchanged", "rejected")


def receipt_lines(receipt: LoadReceipt) -> Iterator[str]:
    """A table with a line a file and one for all, then the reasons, then what was left out."""
    width = max(len(line.name) for line in (*receipt.files, receipt.total)) + 2
    yield "file".ljust(width) + "".join(f"{column:>12}" for column in _COLUMNS)
    for line in (*receipt.files, receipt.total):
        yield line.name.ljust(width) + "".join(f"{getattr(line, column):>12,}" for column in _COLUMNS)
    yield "read = loaded + updated + unchanged + rejected, in every line"
    yield from _reasons(receipt.total)
    if receipt.total.withdrawn:
        yield f"{receipt.total.withdrawn:,} rows without a Crime ID withdrawn: their files no longer hold them"
    if receipt.left_out:
        yield f"not street crime, left out: {', '.join(receipt.left_out)}"


def _reasons(total: Receipt) -> Iterator[str]:
    for reason, rows in sorted(total.reasons.items(), key=lambda item: (-item[1], item[0])):
        yield f"{rows:>12,} rejected: {reason} ({REASONS[reason]})"
