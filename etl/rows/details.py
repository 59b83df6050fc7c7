"""What a file tells beyond the fields of a record, as one JSON object a row, built by columns."""

import json
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

# As `json.dumps` escapes them; Arrow has no kernel for it.
_ESCAPES = [("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\b", "\\b"), ("\f", "\\f")]
_OTHERS = [chr(code) for code in range(32) if chr(code) not in "\n\r\t\b\f"]
_RARE = r"[\x00-\x07\x0b\x0e-\x1f]"


def details_from(columns: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """A JSON object of the columns that are not empty in a row, keys in order; no text at all where all are empty.

    The same as `json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True)` of each row.

    Args:
        columns: text by key.
        rows: their number.
    """
    entries = [_entries(key, columns[key]) for key in sorted(columns)]
    joined = pc.binary_join_element_wise("", *entries, "") if entries else pa.repeat("", rows)
    objects = pc.binary_join_element_wise("{", pc.binary_replace_slice(joined, 0, 1, b""), "}", "")
    return pc.if_else(pc.equal(joined, ""), "", objects)


def _entries(key: str, texts: pa.Array) -> pa.Array:
    """`,"key":"text"` for each text, nothing where it is empty."""
    start = f',{json.dumps(key, ensure_ascii=False)}:"'
    return pc.if_else(pc.equal(texts, ""), "", pc.binary_join_element_wise(start, _escaped(texts), '"', ""))


def _escaped(texts: pa.Array) -> pa.Array:
    if not _any(texts, r'[\x00-\x1f"\\]'):
        return texts
    rare = [(other, f"\\u{ord(other):04x}") for other in _OTHERS] if _any(texts, _RARE) else []
    for character, escape in [*_ESCAPES, *rare]:
        texts = pc.replace_substring(texts, character, escape)
    return texts


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())
