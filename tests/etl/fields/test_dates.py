"""Days and months from text: ISO always, other formats as named, offsets to the local day, and no date that is none."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.fields.dates import days_from_text, format_parts, months_from_text, months_of_days
from harmgrid.types import month_from_text

pytestmark = pytest.mark.quick

LONDON = "Europe/London"


def day(text: str, *formats: str, zone: str = LONDON) -> str | None:
    """The day that a text names, in ISO."""
    (found,) = days_from_text(pa.array([text]), formats, zone).local.to_pylist()
    return None if found is None else (date(1970, 1, 1) + timedelta(days=found)).isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01", "1970-01-01"),
        ("2020-05-01T01:30:00", "2020-05-01"),
        ("2020-05-01 23:59", "2020-05-01"),
        ("2020-05-01T23:59:59.999", "2020-05-01"),
        ("2020-02-29", "2020-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("2099-12-31", "2099-12-31"),
        ("2020-05-31T23:10:00Z", "2020-06-01"),
        ("2020-05-31T23:10:00+00:00", "2020-06-01"),
        ("2020-05-31T22:59:59Z", "2020-05-31"),
        ("2020-12-31T23:10:00Z", "2020-12-31"),
        ("2021-01-01T00:10:00+01:00", "2020-12-31"),
        ("2021-01-01T04:59:59+0530", "2020-12-31"),
        ("2020-12-31T20:00:00-05", "2021-01-01"),
    ],
)
def test_iso_is_understood_and_a_time_with_an_offset_is_of_its_local_day(text: str, expected: str) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "2020-02-30", "2021-02-29", "1900-02-29", "2020-13-01", "2020-00-10", "2020-01-00", "2020-1-1"),
        *("1899-12-31", "2100-01-01", "0020-05-01", "2020-05-01T24:00:00", "2020-05-01T10:60", "01/05/2020"),
        *("2020-05-01x", "x2020-05-01", "2020-05-01\n", "２０２０-05-01", "44784"),  # noqa: RUF001 - digits of another width
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert day(text) is None


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("31/12/2021", "%d/%m/%Y", "2021-12-31"),
        ("1/5/2021", "%d/%m/%Y", "2021-05-01"),
        ("31.12.21", "%d.%m.%y", "2021-12-31"),
        ("31.12.69", "%d.%m.%y", "1969-12-31"),
        ("05-Nov-2021", "%d-%b-%Y", "2021-11-05"),
        ("5 november 2021", "%d %B %Y", "2021-11-05"),
        ("5 Sept 2021", "%d %b %Y", "2021-09-05"),
        ("20211105", "%Y%m%d", "2021-11-05"),
        ("05/11/2021 23:30", "%d/%m/%Y %H:%M", "2021-11-05"),
        ("05/11/2021 11:30 PM", "%d/%m/%Y %I:%M %p", "2021-11-05"),
        ("05/07/2021 23:30 +0000", "%d/%m/%Y %H:%M %z", "2021-07-06"),
        ("05/07/2021 11:30 PM Z", "%d/%m/%Y %I:%M %p %z", "2021-07-06"),
        ("05/07/2021 12:30 AM Z", "%d/%m/%Y %I:%M %p %z", "2021-07-05"),
        ("31/02/2021", "%d/%m/%Y", None),
        ("12/31/2021", "%d/%m/%Y", None),
        ("5 Brumaire 2021", "%d %B %Y", None),
        ("05/11/2021 13:30 PM", "%d/%m/%Y %I:%M %p", None),
        ("05/11/2021", "%d/%m/%Y %H:%M", None),
        ("05/11/21", "%d/%m/%Y", None),
        ("05.11x2021", "%d.%m.%Y", None),
    ],
)
def test_a_named_format_is_understood_and_no_other(text: str, form: str, expected: str | None) -> None:
    assert day(text, form) == expected


def test_the_first_format_that_fits_is_taken() -> None:
    assert day("04/05/2021", "%d/%m/%Y", "%m/%d/%Y") == "2021-05-04"
    assert day("04/15/2021", "%d/%m/%Y", "%m/%d/%Y") == "2021-04-15"


def test_a_day_as_written_is_kept_beside_the_local_one() -> None:
    days = days_from_text(pa.array(["2020-05-31T23:10:00Z", "2020-05-31"]), (), LONDON)
    assert months_of_days(days.local).to_pylist() == [month_from_text("2020-06"), month_from_text("2020-05")]
    assert months_of_days(days.written).to_pylist() == [month_from_text("2020-05")] * 2


@given(
    st.lists(
        st.integers(0, 2_145_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
        max_size=20,
    ),
    st.sampled_from([LONDON, "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe"]),
)
def test_local_days_are_those_of_the_standard_library(instants: list[datetime], zone: str) -> None:
    texts = pa.array([instant.isoformat(timespec="seconds") for instant in instants], pa.string())
    found = days_from_text(texts, (), zone).local.cast(pa.date32()).to_pylist()
    assert found == [instant.astimezone(ZoneInfo(zone)).date() for instant in instants]


@given(st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 31)), max_size=20))
def test_every_date_of_two_centuries_is_itself(dates: list[date]) -> None:
    texts = pa.array([f"{day.day}/{day.month}/{day.year}" for day in dates], pa.string())
    days = days_from_text(texts, ("%d/%m/%Y",), LONDON).local
    assert days.cast(pa.date32()).to_pylist() == dates
    assert months_of_days(days).to_pylist() == [day.year * 12 + day.month - 1 for day in dates]


def test_months_are_strict_unless_a_format_is_named() -> None:
    texts = pa.array(["2022-03", "2022-13", "2022-3", "2022-03-01", "Mar 2022", "", "2202-03"])
    assert months_from_text(texts, ()).to_pylist() == [24266, None, None, None, None, None, None]
    named = months_from_text(texts, ("%b %Y", "%Y-%m-%d"))
    assert named.to_pylist() == [24266, None, None, 24266, 24266, None, None]


@pytest.mark.parametrize(
    ("form", "why"),
    [("%d/%m/%q", "%q is none of %Y"), ("%d/%d/%Y", "the day twice"), ("%Y %y", "the year twice"), ("%", "% is none")],
)
def test_a_format_that_means_nothing_says_why(form: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        format_parts(form)
