"""Pages of a list, and texts to look for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harmgrid.errors import UnknownParameter
from server.records.choices import LARGEST_SIZE, LAST_PAGE, LONGEST_TEXT, SIZE

_NUMBER = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    number: int  # from 1
    size: int

    @property
    def rows(self) -> slice:
        """Its rows among all."""
        return slice((self.number - 1) * self.size, self.number * self.size)

    def told(self, total: int) -> dict[str, Any]:
        """Where in the list it is."""
        return {"page": self.number, "size": self.size, "total": total}


def page_from(parameters: Mapping[str, str]) -> Page:
    """The page that is asked for, the first if none is.

    Raises:
        UnknownParameter: no whole number, or too large a one.
    """
    return Page(_number(parameters, "page", 1, LAST_PAGE), _number(parameters, "size", SIZE, LARGEST_SIZE))


def text_from(parameters: Mapping[str, str], name: str) -> str:
    """The text to look for; empty if none is.

    Raises:
        UnknownParameter: it is given and empty, or too long.
    """
    text = parameters.get(name)
    if text is None:
        return ""
    if not 0 < len(text) <= LONGEST_TEXT:
        raise UnknownParameter(
            came=f"{name} of {len(text)} characters",
            expected=f"1 to {LONGEST_TEXT} characters",
            do=f"leave {name} out, or shorten it",
        )
    return text


def _number(parameters: Mapping[str, str], name: str, default: int, largest: int) -> int:
    text = parameters.get(name, str(default))
    if not _NUMBER.fullmatch(text) or int(text) > largest:
        raise UnknownParameter(
            came=f"{name}={text[:20]!r}", expected=f"a whole number from 1 to {largest}", do=f"write {name}={default}"
        )
    return int(text)
