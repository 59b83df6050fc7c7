"""What names a person, and what only looks like it."""

import pyarrow as pa
import pytest

from harmgrid.records.mentions import Mentions

pytestmark = pytest.mark.quick

WHO = Mentions.of(["Q-70431", 'Zoë "Red" Ablethorpe', " ", ""])


@pytest.mark.parametrize(
    "text",
    [
        "Q-70431",
        "seen with q-70431.",
        "C9|Q-70431|suspect",
        "Q-70431_photo.jpg",
        '{"note":"first\\nQ-70431"}',
        "caf\\xe9Q-70431",
        'Zoë "Red" Ablethorpe',
        'ZOË   "red"\tABLETHORPE',
        'Zoe\u0308 "Red" Ablethorpe',
        '{"note":"Zoë \\"Red\\" Ablethorpe, his sister"}',
        '12,"Zoë ""Red"" Ablethorpe",x',
    ],
)
def test_a_reference_or_a_name_is_found_as_a_word(text: str) -> None:
    assert WHO.within(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "Q-704310", "AQ-70431", "Q-7043", "Q.70431", 'Zoë "Red" Ablethorpes', "Zoë Ablethorpe", "éQ-70431"],
)
def test_another_word_that_holds_it_is_not_it(text: str) -> None:
    assert not WHO.within(text)


def test_a_reference_is_no_pattern() -> None:
    assert not Mentions.of([".*"]).within("anything")
    assert Mentions.of(["a.b(c"]).within("see a.b(c now")


def test_a_missing_text_names_nobody() -> None:
    texts = pa.chunked_array([pa.array(["Q-70431", None, "x"], pa.string())])
    assert WHO.among(texts).tolist() == [True, False, False]
    assert WHO.among(pa.chunked_array([], pa.string())).tolist() == []


@pytest.mark.parametrize(
    ("details", "left"),
    [
        ('{"a":"with Q-70431","b":"fïne"}', '{"b":"fïne"}'),
        ('{"Q-70431":"x","b":"y"}', '{"b":"y"}'),
        ('{"a":"Q-70431"}', ""),
        ('{"a":"x","b":"y"}', '{"a":"x","b":"y"}'),
        ("no JSON, Q-70431", ""),
        ('["Q-70431"]', ""),
    ],
)
def test_an_entry_that_names_them_goes_and_the_others_stay(details: str, left: str) -> None:
    assert WHO.left_out_of(details) == left
