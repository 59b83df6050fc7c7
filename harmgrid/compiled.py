"""The only door to numba: loops that numpy cannot express without copies, compiled at first call and kept on disk."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled to machine code; same arguments, same result."""
    return numba.njit(cache=True)(function)
