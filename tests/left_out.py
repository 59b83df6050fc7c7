"""The one way to leave tests out for want of something this machine lacks, and the summary that says so."""

import os
from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

_MARK = "left out: "


def leave_out(what: str, why: str, *, also_in_ci: bool = False) -> NoReturn:
    """Leaves the asking test out, with the reason; with CI=true it fails instead, unless CI may leave it out too."""
    if os.environ.get("CI") == "true" and not also_in_ci:
        pytest.fail(f"with CI=true nothing may be left out, but {what}: {why}", pytrace=False)
    pytest.skip(f"{_MARK}{what}: {why}")


def summary_lines(skipped: Iterable[pytest.TestReport]) -> list[str]:
    """One line for each reason that tests were left out, with their number.

    Read off the reports, so that it is also right when several processes share the tests.
    """
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    # pytest itself writes "Skipped: " before the reason.
    counted = Counter(reason.partition(_MARK)[2] for reason in reasons if _MARK in reason)
    return [f"{reason} ({count} {'test' if count == 1 else 'tests'})" for reason, count in sorted(counted.items())]
