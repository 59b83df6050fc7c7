"""Whether a text names a person: by reference or by name, as whole words, in any case, plain or inside JSON or CSV."""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# What may stand before a word: its end in a text, no letter, or the end of an escape, as in "\nMoe" within JSON.
_BEFORE = r"(^|[^\p{L}\p{M}\p{N}]|\\[bfnrt]|\\u[0-9a-f]{4}|\\x[0-9a-f]{2})"
_AFTER = r"($|[^\p{L}\p{M}\p{N}])"
_SPACE = r"(?:[\s\p{Z}]|\\[nrt])+"


@dataclass(frozen=True)
class Mentions:
    """Finds texts that name a person."""

    pattern: str  # RE2

    @classmethod
    def of(cls, words: Iterable[str]) -> "Mentions":
        """Finds these references and names; between the words of a name any white space may stand."""
        spellings = {spelling for word in words if word.strip() for spelling in _spellings(word.strip())}
        return cls(f"{_BEFORE}(?:{'|'.join(sorted(spellings, key=len, reverse=True))}){_AFTER}")

    def among(self, texts: pa.ChunkedArray | pa.Array) -> NDArray[np.bool_]:
        """Which of these texts do; none of those that are null."""
        found: NDArray[np.bool_] = pc.fill_null(
            pc.match_substring_regex(texts, self.pattern, ignore_case=True), fill_value=False
        ).to_numpy()
        return found

    def within(self, text: str) -> bool:
        """Whether this text does."""
        return bool(self.among(pa.chunked_array([pa.array([text], pa.string())]))[0])

    def left_out_of(self, details: str) -> str:
        """Details without the entries that do, as `details` are written; nothing where that is not enough."""
        try:
            entries: Any = json.loads(details)
        except (ValueError, RecursionError):
            return ""
        if not isinstance(entries, dict):
            return ""
        kept = {key: value for key, value in entries.items() if not self.within(f"{key}\n{value}")}
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text if kept and not self.within(text) else ""


def _spellings(word: str) -> set[str]:
    """A word as it may be written: composed or not, plain, escaped in JSON, with quotes doubled in CSV."""
    forms = {word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)}
    written = {
        spelling
        for form in forms
        for spelling in (form, json.dumps(form, ensure_ascii=False)[1:-1], form.replace('"', '""'))
    }
    return {_SPACE.join(re.escape(part) for part in text.split()) for text in written}
