"""Profiles: those that are shipped all read, and a file with a slip is refused with what was expected instead."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from etl.profiles import KEYS, RECORDS, Delivery, Origin, read_profile, shipped_profiles
from harmgrid.errors import InvalidProfile
from tests.etl.batches import write_profile

pytestmark = pytest.mark.quick

EVENT = """
source = "own-farms"
title = "Farms of our own"
record = "event"
kind = "farm"

[read]
format = "csv"

[fields]
reference = "Ref"
date = "Found"
lon = "Lon"
lat = "Lat"
"""
GROUP = (
    'source = "own"\ntitle = "Own"\nrecord = "group"\n[read]\nformat = "csv"\n[fields]\nreference = "G"\nkind = "K"\n'
)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InvalidProfile) as caught:
        write_profile(folder / "own.toml", text)
    return str(caught.value)


def test_every_shipped_profile_reads_and_is_named_as_its_source() -> None:
    assert len(shipped_profiles()) == 17
    assert [read_profile(name).source for name in shipped_profiles()] == list(shipped_profiles())
    assert {read_profile(name).record for name in shipped_profiles()} == set(RECORDS)


def test_a_profile_is_what_its_file_says(tmp_path: Path) -> None:
    text = EVENT + (
        'offence = ["Class", "Subclass"]\nincident = { first = ["Crime no", "Crime ref"] }\n'
        '[fixed]\nfalls_within = "Havenshire"\n[details]\nplants = "Plants"\n'
        '[optional]\ncolumns = ["Plants"]\n[required]\nfields = ["reference"]\n'
        '[values.offence]\n"n/a" = ""\n[dates]\nformats = ["%d/%m/%Y"]\nzone = "Europe/Dublin"\n'
        '[place]\nbounds = [2, 54, 4, 56.5]\n[unknown]\ncolumns = "ignore"\n'
        '[delivery]\nmonths = "rows"\ncomplete = true\n'
    )
    profile = write_profile(tmp_path / "own.toml", text)
    assert profile.fields["offence"] == Origin(columns=("Class", "Subclass"))
    assert profile.fields["incident"] == Origin(columns=("Crime no", "Crime ref"), alternatives=True)
    assert profile.fixed == {"falls_within": "Havenshire"}
    assert profile.columns == ("Ref", "Found", "Lon", "Lat", "Class", "Subclass", "Crime no", "Crime ref", "Plants")
    assert (profile.details, profile.required) == ({"plants": "Plants"}, ("reference",))
    assert profile.optional == frozenset({"Plants"})
    assert (profile.values, profile.formats, profile.zone) == ({"offence": {"n/a": ""}}, ("%d/%m/%Y",), "Europe/Dublin")
    assert profile.place is not None
    assert (profile.place.form, profile.place.bounds) == ("lonlat", (2.0, 54.0, 4.0, 56.5))
    assert (profile.unknown, profile.delivery) == ("ignore", Delivery(months="rows", complete=True))


def test_what_a_file_lacks_and_what_it_has_besides_is_told_by_its_header(tmp_path: Path) -> None:
    text = EVENT + 'incident = { first = ["Crime no", "Crime ref"] }\n[optional]\ncolumns = ["Lon", "Lat"]\n'
    profile = write_profile(tmp_path / "own.toml", text)
    assert profile.missing(("Ref", "Crime ref")) == ("Found",)
    assert profile.missing(("Ref", "Found")) == ("Crime no/Crime ref",)
    assert profile.strange(("Ref", "Plants", "geometry")) == ("Plants",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EVENT.replace("title", "titel"), "a key titel, which does not exist. Expected one of source, title, record"),
        (EVENT.replace("format =", "formt ="), "a key read.formt, which does not exist. Expected one of format, files"),
        (EVENT + '[place]\nfom = "lonlat"', "a key place.fom, which does not exist. Expected one of form, crs, bounds"),
        (
            EVENT.replace("lon =", "long ="),
            "a field fields.long, which does not exist. Expected one of reference, date",
        ),
        (EVENT.replace('title = "Farms of our own"', ""), "no title. Expected a text that is not empty"),
        (
            EVENT.replace("own-farms", "Own farms"),
            "source = 'Own farms'. Expected lower-case letters, digits and hyphens",
        ),
        (EVENT.replace('"event"', '"events"'), "record = 'events'. Expected one of event, nominal"),
        (EVENT.replace('kind = "farm"', ""), "no kind"),
        (GROUP.replace("[read]", 'kind = "ocg"\n[read]'), "kind for a record group. Expected kind for events only"),
        (EVENT.replace('"csv"', '"dbf"'), "format = 'dbf'. Expected one of csv, xlsx"),
        (EVENT.replace('"csv"', '"csv"\nsheet = "A"'), "read.sheet for the format csv. Expected it for xlsx only"),
        (EVENT.replace('"csv"', '"csv"\nencoding = "utf8"'), "encoding = 'utf8'. Expected one of utf-8, cp1252"),
        (EVENT.replace('"csv"', '"csv"\ndelimiter = ":"'), "delimiter = ':'. Expected one of"),
        (EVENT.replace('"csv"', '"sql"'), "no read.query"),
        (
            EVENT.replace('"csv"', '"sql"\nquery = "SELECT 1"\nurl_env = "postgresql://u:p@h/d"'),
            "the name of an environment",
        ),
        (EVENT.replace('lon = "Lon"', "lon = 3"), "fields.lon = 3. Expected a column, a list of columns, or {first"),
        (EVENT.replace('lon = "Lon"', "lon = []"), "fields.lon = []"),
        (EVENT.replace('lon = "Lon"', 'lon = {any = ["a"]}'), "fields.lon = {'any': ['a']}"),
        (EVENT.replace('date = "Found"', ""), "neither date nor month. Expected one of them, for an event"),
        (EVENT + 'month = "M"', "both date and month"),
        (
            GROUP.replace('kind = "K"', ""),
            "nothing for the field kind. Expected for a record group at least reference, kind",
        ),
        (EVENT.replace('lat = "Lat"', ""), "the fields lon of a place. Expected lon and lat, for place.form = lonlat"),
        (EVENT + '[place]\nform = "gridref"', "the fields lon, lat of a place. Expected gridref"),
        (EVENT + '[place]\nform = "metre"', "form = 'metre'. Expected one of lonlat, metres, gridref, geometry"),
        (GROUP + '[place]\nbounds = "sectors"', "[place], but no fields of one"),
        (
            EVENT + '[place]\ncrs = "EPSG:27700"',
            "place.crs = 'EPSG:27700' for place.form = lonlat. Expected a system of degrees",
        ),
        (EVENT + '[place]\ncrs = "EPSG:1"', "place.crs = 'EPSG:1' for place.form = lonlat"),
        (
            EVENT + '[place]\nbounds = "force"',
            "place.bounds = 'force'. Expected \"sectors\", or [west, south, east, north]",
        ),
        (EVENT + "[place]\nbounds = [4, 54, 2, 56]", "place.bounds = [4, 54, 2, 56]"),
        (EVENT + "[place]\nbounds = [2, 54, 4]", "place.bounds = [2, 54, 4]"),
        (EVENT + '[fixed]\nreference = "x"', "reference in [fields] and in [fixed]"),
        (EVENT + '[fixed]\nlon = "3"', "a field fixed.lon"),
        (EVENT + '[required]\nfields = ["offence"]', "required.fields that names 'offence'"),
        (EVENT + '[optional]\ncolumns = ["Plants"]', "optional.columns that names 'Plants'"),
        (EVENT + '[optional]\ncolumns = "Lon"', "optional.columns = 'Lon'. Expected a list of texts"),
        (EVENT + '[values.role]\na = "b"', "values that names 'role'"),
        (EVENT + '[values]\nreference = "b"', "values.reference = 'b'. Expected a table"),
        (EVENT + '[dates]\nformats = ["%d/%m"]', "dates.formats '%d/%m' without the year"),
        (EVENT + '[dates]\nformats = ["%m/%Y"]', "dates.formats '%m/%Y' without the day"),
        (EVENT + '[dates]\nformats = ["%Q"]', "dates.formats '%Q' (%Q is none of %Y"),
        (EVENT + '[dates]\nzone = "Europe/Londn"', "dates.zone = 'Europe/Londn'"),
        (EVENT + '[dates]\nzone = "../../etc/passwd"', "dates.zone = '../../etc/passwd'"),
        (EVENT + '[unknown]\ncolumns = "drop"', "columns = 'drop'. Expected one of keep, ignore, refuse"),
        (EVENT + '[delivery]\nmonths = "file-name"', "delivery.months = file-name without a pattern"),
        (EVENT + '[delivery]\npattern = "(x)"', "delivery.months = span with a pattern"),
        (EVENT + '[delivery]\nmonths = "file-name"\npattern = "x"', "delivery.pattern 'x' (it has no group)"),
        (EVENT + '[delivery]\nmonths = "file-name"\npattern = "(x"', "delivery.pattern '(x'"),
        (EVENT + '[delivery]\ncomplete = "yes"', "delivery.complete = 'yes'. Expected true or false"),
        (GROUP + '[delivery]\nmonths = "rows"', "delivery.months for a record group. Expected it for events only"),
        (EVENT.replace("[read]", "read = 3\n[fixed]"), "read = 3. Expected a table, [read]"),
        ("source = ", "which does not read"),
    ],
)
def test_a_slip_is_refused_with_what_was_expected(tmp_path: Path, text: str, expected: str) -> None:
    message = refused(tmp_path, text)
    assert message.startswith("the profile own.toml")
    assert expected in message


def test_a_url_in_a_profile_is_not_repeated(tmp_path: Path) -> None:
    text = EVENT.replace('"csv"', '"sql"\nquery = "SELECT 1"\nurl_env = "postgresql://u:secret@h/d"')
    assert "secret" not in refused(tmp_path, text)


def test_an_unknown_name_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidProfile, match=r"the profile 'police'. Expected one of cannabis-farms, .*trading-standards"
    ):
        read_profile("police")
    with pytest.raises(InvalidProfile, match="does not open"):
        read_profile(tmp_path / "absent.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidProfile, match="does not read"):
        read_profile(tmp_path / "bytes.toml")


def test_a_profile_of_that_name_in_the_current_folder_does_not_hide_a_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("police-uk").write_text("x", encoding="utf-8")
    assert read_profile("police-uk").title == "police.uk street crime"


DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def rows_of(heading: str) -> list[list[str]]:
    """The cells of every row of the table under a heading of the document."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def test_the_document_describes_every_key_and_no_other() -> None:
    said = {name for row in rows_of("Keys") for name in re.findall(r"`([^`]+)`", row[0])}
    tables = {"fields", "fixed", "details"}
    single = {f"{table and table + '.'}{key}" for table, keys in KEYS.items() for key in keys if key not in KEYS}
    assert said == (single - tables - {"values"}) | {f"{table}.…" for table in tables} | {"values.….…"}


def test_the_document_lists_the_fields_of_every_record_and_which_it_needs() -> None:
    for name, needed, others in rows_of("Records and their fields"):
        record = RECORDS[name.strip("`")]
        assert tuple(re.findall(r"`([^`]+)`", needed)) == record.needed, name
        assert {*re.findall(r"`([^`]+)`", others)} == {*record.fields} - {*record.needed}, name
        assert ("place" in others.replace("`", " ").split()) == record.placed, name
    assert [row[0].strip("`") for row in rows_of("Records and their fields")] == list(RECORDS)


def test_the_document_lists_every_shipped_profile_with_its_columns() -> None:
    rows = {row[0].strip("`"): row for row in rows_of("Shipped profiles")}
    assert sorted(rows) == list(shipped_profiles())
    for name, (_, record, columns, delivery) in rows.items():
        profile = read_profile(name)
        assert record.strip("`") == " ".join(filter(None, (profile.record, profile.kind))), name
        required = [f"{column}?" if column in profile.optional else column for column in profile.columns]
        assert columns.split(", ") == required, name
        words = ["complete"] * profile.delivery.complete or [profile.delivery.months] * (profile.record == "event")
        assert delivery == " ".join(words), name


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL))
def test_an_example_of_the_document_is_a_profile(tmp_path: Path, text: str) -> None:
    assert write_profile(tmp_path / "own.toml", text).title


def test_a_profile_says_where_its_file_is_from_its_own_folder(tmp_path: Path) -> None:
    shipped = (files("etl.profiles") / "groups.toml").read_text(encoding="utf-8")
    profile = tmp_path / "ours.toml"
    profile.write_text(shipped.replace("[read]\n", '[read]\npath = "exports/groups.csv"\n'), encoding="utf-8")
    assert read_profile(profile).path == tmp_path / "exports" / "groups.csv"
    assert read_profile("groups").path is None
