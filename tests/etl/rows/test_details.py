"""The JSON object of a row's other columns, built by columns, against the standard library's."""

import json

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.rows.details import details_from

pytestmark = pytest.mark.quick

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
ROWS = st.lists(TEXT, min_size=2, max_size=4, unique=True).flatmap(
    lambda keys: st.lists(st.fixed_dictionaries(dict.fromkeys(keys, TEXT)), min_size=1, max_size=4)
)


@given(ROWS)
@example([{'"': '"\\"', "\\": "".join(map(chr, range(160))), "☂": "\u2028é😀"}])
def test_it_is_what_json_dumps_makes_of_the_row(rows: list[dict[str, str]]) -> None:
    columns = {key: pa.array([row[key] for row in rows], pa.string()) for key in rows[0]}
    given_only = [{key: text for key, text in row.items() if text} for row in rows]
    assert details_from(columns, len(rows)).to_pylist() == [
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True) if row else "" for row in given_only
    ]


def test_what_is_empty_is_left_out() -> None:
    columns = {"plants": pa.array(["12", "", ""]), "basis": pa.array(["", "report", ""])}
    assert details_from(columns, 3).to_pylist() == ['{"plants":"12"}', '{"basis":"report"}', ""]


def test_without_columns_there_are_no_details() -> None:
    assert details_from({}, 2).to_pylist() == ["", ""]
    assert details_from({"plants": pa.array([], pa.string())}, 0).to_pylist() == []
