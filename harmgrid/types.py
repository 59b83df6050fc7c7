"""Small frozen values that pass between rooms. Nothing here reads, writes or computes harm.

A month is an integer, `year * 12 + month - 1`, so that months are consecutive and differences are months. Ranges inside
the code are half-open, `[start, stop)`; windows in text name their first and last month, both included.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self

import numpy as np

from harmgrid.errors import InvalidWindow

Counting = Literal["each", "once"]
Figure = Literal["harm", "count", "per_km2", "per_1000_residents"]  # of a place: what colours it

SYNTHETIC_MARK = "(synthetic)"  # in the name of a force that somebody invented

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def month_from_text(text: str) -> int:
    """The month that `2022-03` names.

    >>> month_from_text("2022-03")
    24266

    Raises:
        InvalidWindow: anything but four digits, a hyphen and 01 to 12.
    """
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise InvalidWindow(
            came=f"the month {text[:40]!r}",
            expected="a year and a month from 01 to 12, as in 2022-03",
            do="write the month as YYYY-MM",
        )
    return int(match[1]) * 12 + int(match[2]) - 1


def last_day_of(month: int) -> int:
    """The last day of a month, counted from 1970-01-01.

    >>> last_day_of(month_from_text("1970-02"))
    58
    """
    following = np.datetime64(month + 1 - 1970 * 12, "M")
    return int(following.astype("datetime64[D]").astype(np.int64)) - 1


def month_text(month: int) -> str:
    """`2022-03` for the month 24266."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


class Window(NamedTuple):
    """Whole months `[start, stop)`."""

    start: int
    stop: int

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The window that `2022-03..2023-02` names: its first and last month, both included.

        Raises:
            InvalidWindow: no two months joined by two dots, or the last before the first.
        """
        first, dots, last = text.partition("..")
        if not dots:
            raise InvalidWindow(
                came=f"the window {text[:40]!r}",
                expected="two months joined by two dots, as in 2022-03..2023-02",
                do="name the first and the last month, the same twice for a single one",
            )
        window = cls(month_from_text(first), month_from_text(last) + 1)
        if window.start >= window.stop:
            raise InvalidWindow(
                came=f"the window {text}, which ends before it starts",
                expected="the earlier month first",
                do=f"ask for {last}..{first}",
            )
        return window

    @property
    def text(self) -> str:
        """`2022-03..2023-02`, the only spelling that `from_text` reads."""
        return f"{month_text(self.start)}..{month_text(self.stop - 1)}"

    @property
    def months(self) -> range:
        """Its months, one by one."""
        return range(self.start, self.stop)


@dataclass(frozen=True, kw_only=True)
class Months:
    """The months that a snapshot covers, and which of them were delivered. A missing month is not a month of zero."""

    start: int
    delivered: tuple[bool, ...]

    @property
    def stop(self) -> int:
        """The month after the last."""
        return self.start + len(self.delivered)

    @property
    def window(self) -> Window:
        """All of them."""
        return Window(self.start, self.stop)

    def __iter__(self) -> Iterator[tuple[int, bool]]:
        return iter(zip(self.window.months, self.delivered, strict=True))

    def missing(self, window: Window) -> tuple[int, ...]:
        """The months of this window that were never delivered."""
        return tuple(month for month, delivered in self if not delivered and month in window.months)

    def require(self, window: Window) -> Window:
        """The window itself, if it lies inside the data and at least one of its months was delivered.

        Raises:
            InvalidWindow: it leaves the data, or nothing was delivered for any of its months.
        """
        if window.start < self.start or window.stop > self.stop:
            raise InvalidWindow(
                came=f"the window {window.text}",
                expected=f"months inside the data, {self.window.text}",
                do="choose a window inside the data",
            )
        if len(self.missing(window)) == window.stop - window.start:
            raise InvalidWindow(
                came=f"the window {window.text}, for which no data was delivered",
                expected="at least one delivered month",
                do="choose a longer window or another month; missing is not zero",
            )
        return window


@dataclass(frozen=True, kw_only=True)
class Question:
    """What someone asks of a snapshot, in canonical form: equal questions are equal values."""

    window: Window
    baseline: Window | None = None
    measures: frozenset[str]
    counting: Counting = "each"
    whatif: tuple[tuple[str, float], ...] = ()  # multipliers of weights by measure, ascending; a 1 is left out


@dataclass(frozen=True)
class Sum:
    """Events, people and harm points summed over something."""

    count: int
    harm: float
    people: float = 0.0  # mean of their stock at the ends of the months


@dataclass(frozen=True, kw_only=True)
class Reject:
    """A row that was not loaded, with every reason and the row itself, so that it can be mended and loaded again."""

    file: str
    row: int  # the header is row 1; blank lines are not rows
    reasons: tuple[str, ...]
    raw: str


@dataclass(kw_only=True)
class Receipt:
    """What became of the rows of one file, or of a load: read = loaded + updated + unchanged + rejected."""

    name: str
    read: int = 0
    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    withdrawn: int = 0  # rows without an id that the file held before and holds no more; not part of `read`
    reasons: dict[str, int] = field(default_factory=dict)  # a row with two reasons counts under both

    def add(self, other: "Receipt") -> None:
        """Add the figures of another receipt to these."""
        for name in ("read", "loaded", "updated", "unchanged", "rejected", "withdrawn"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for reason, rows in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + rows

    @property
    def balanced(self) -> bool:
        """Whether every row read is accounted for once."""
        return self.read == self.loaded + self.updated + self.unchanged + self.rejected
