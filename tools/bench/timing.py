"""Seconds of one piece of work, over and over; and what a comparison of two of them found."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Work = Callable[[int], object]  # is told which turn it is, so that it can ask something else each time


class Disagreement(RuntimeError):
    """Two sides that should make the same do not: their times say nothing."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How large a comparison is, and where it may write."""

    short: bool  # only to prove that it runs
    scratch: Path

    def size(self, whole: int, short: int) -> int:
        """The one or the other."""
        return short if self.short else whole


@dataclass(frozen=True)
class Timing:
    """The seconds of each turn."""

    seconds: tuple[float, ...]

    @property
    def minimum(self) -> float:
        """Of the fastest turn."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """Of the middle turn; all ratios are of medians."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> tuple[float, float]:
        """The lower and the upper quartile."""
        if len(self.seconds) < 2:
            return self.seconds[0], self.seconds[0]
        low, _, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one side took for one thing, or for one of `of` things."""

    what: str
    timing: Timing
    turns_of: int = 1  # how many of the thing a turn makes, as rows

    @property
    def per_second(self) -> float:
        """Things a second, by the median."""
        return self.turns_of / self.timing.median


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a server answered under load; seconds and bytes."""

    requests: int
    seconds: float  # of them all together
    median: float  # of one answer
    slowest: float  # the 99th percentile of an answer
    size: float  # of an answer on the wire, the mean


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one side answered under the same load in several rounds."""

    what: str
    rounds: tuple[Round, ...]

    @property
    def rates(self) -> Timing:
        """Requests a second of each round, in place of seconds."""
        return Timing(tuple(done.requests / done.seconds for done in self.rounds))

    @property
    def slowest(self) -> float:
        """The 99th percentile, of the middle round."""
        return statistics.median(done.slowest for done in self.rounds)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A target, and what was measured."""

    what: str
    wanted: str  # empty where there is no target
    found: str
    met: bool


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the report says of one comparison."""

    title: str
    how: str
    reaches: tuple[Reach, ...]
    lines: tuple[Line, ...] = ()
    loads: tuple[Load, ...] = ()


def turn_by_turn(works: Mapping[str, Work], *, turns: int, warm_ups: int = 1) -> dict[str, Timing]:
    """The seconds of each piece of work, one after the other in every turn, so that a busy machine slows all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(-warm_ups, turns):
        for name, work in works.items():
            start = time.perf_counter()
            work(turn)
            if turn >= 0:
                seconds[name].append(time.perf_counter() - start)
    return {name: Timing(tuple(taken)) for name, taken in seconds.items()}


def at_most(what: str, timing: Timing, seconds: float) -> Reach:
    """A target for a median."""
    return Reach(
        what=what,
        wanted=f"under {seconds_text(seconds)}",
        found=seconds_text(timing.median),
        met=timing.median < seconds,
    )


def times_faster(what: str, ratio: float, wanted: float = 0) -> Reach:
    """A target for a ratio of medians; without one it is only told."""
    asked = f"at least {wanted:g} times" if wanted else ""
    return Reach(what=what, wanted=asked, found=f"{ratio:,.1f} times", met=ratio >= wanted)


def seconds_text(seconds: float) -> str:
    """Three digits with the unit that suits.

    >>> seconds_text(0.00123), seconds_text(1.5)
    ('1.23 ms', '1.5 s')
    """
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
