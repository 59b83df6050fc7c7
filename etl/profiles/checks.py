"""From the tables of a TOML file to a profile; whatever has no meaning is refused, with the words that do have one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any, Literal, NoReturn, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyproj.exceptions import CRSError

from etl.fields.dates import format_parts
from etl.fields.places import FIELDS as FIELDS_OF_FORM
from etl.fields.places import Box, Form, Place, is_geographic, is_projected
from etl.profiles.profile import Delivery, Origin, Profile, Unknown
from etl.profiles.records import DAY_FIELDS, PLACE_FIELDS, RECORDS
from etl.reading import DELIMITERS, ENCODINGS, FORMATS, Reading
from harmgrid.errors import InvalidProfile

# The keys of each table. Those of the others are fields, columns or values.
KEYS: dict[str, tuple[str, ...]] = {
    "": (
        *("source", "title", "record", "kind", "read", "fields", "fixed", "optional", "required", "values"),
        *("details", "dates", "place", "unknown", "delivery"),
    ),
    "read": (*(field.name for field in fields_of(Reading)), "path"),
    "optional": ("columns",),
    "required": ("fields",),
    "dates": ("formats", "zone"),
    "place": ("form", "crs", "bounds"),
    "unknown": ("columns",),
    "delivery": ("months", "pattern", "complete"),
}
_ONLY_OF = {"encoding": "csv", "delimiter": "csv", "sheet": "xlsx", "layer": "gpkg", "query": "sql", "url_env": "sql"}
_Table = Mapping[str, Any]


class _Fault(ValueError):
    """What is wrong: what came, and what was expected."""


def profile_from(name: str, data: _Table) -> Profile:
    """The profile that a file of this name holds.

    Raises:
        InvalidProfile: a key that does not exist, a value that it cannot have, or two that contradict each other.
    """
    try:
        return _profile(data)
    except _Fault as fault:
        came, expected = fault.args
        raise InvalidProfile(
            came=f"the profile {name} with {came}",
            expected=expected,
            do="correct it; docs/sources.md describes every key",
        ) from fault


def _refuse(came: str, expected: str) -> NoReturn:
    raise _Fault(came[:400], expected)


def _profile(data: _Table) -> Profile:
    _known(data, "", "a key", KEYS[""])
    tables = {name: _table(data, name) for name in KEYS[""][4:]}
    for name, keys in KEYS.items():
        if name:
            _known(tables[name], name, "a key", keys)
    record = _one_of(data, "record", RECORDS)
    shape = RECORDS[record]
    fields = _origins(tables["fields"])
    if record == "area" or tables["place"].get("form") == "geometry":
        fields.setdefault("geometry", Origin(columns=("geometry",)))
    fixed = {field: _text(tables["fixed"], field, "fixed") for field in tables["fixed"]}
    _check_fields(record, fields, fixed)
    details = {entry: _text(tables["details"], entry, "details") for entry in tables["details"]}
    columns = {column for origin in fields.values() for column in origin.columns} | set(details.values())
    formats = _formats(tables["dates"], day_needed=bool({"date", *DAY_FIELDS} & fields.keys()))
    required = _texts(tables["required"], "fields", "required")
    _all_of(required, "required.fields", (*fields, *fixed))
    optional = _texts(tables["optional"], "columns", "optional")
    _all_of(optional, "optional.columns", columns)
    return Profile(
        source=_shaped(data, "source", r"[a-z0-9][a-z0-9-]{0,59}", "lower-case letters, digits and hyphens"),
        title=_text(data, "title"),
        record=record,
        kind=_kind(data, record),
        read=_reading({key: value for key, value in tables["read"].items() if key != "path"}),
        path=Path(_text(tables["read"], "path", "read")) if "path" in tables["read"] else None,
        fields=fields,
        fixed=fixed,
        optional=frozenset(optional),
        required=tuple(field for field in required if field not in shape.needed),
        values=_values(tables["values"], (*fields, *fixed)),
        details=details,
        formats=formats,
        zone=_zone(tables["dates"]),
        place=_place(tables["place"], record, fields),
        unknown=cast("Unknown", _one_of(tables["unknown"], "columns", get_args(Unknown), "keep")),
        delivery=_delivery(tables["delivery"], record),
    )


# ---- values of one key


def _known(table: _Table, where: str, what: str, known: Iterable[str]) -> None:
    strange = [key for key in table if key not in known]
    if strange:
        _refuse(f"{what} {where and where + '.'}{strange[0]}, which does not exist", f"one of {', '.join(known)}")


def _table(data: _Table, name: str) -> _Table:
    table = data.get(name, {})
    return table if isinstance(table, dict) else _refuse(f"{name} = {table!r}", f"a table, [{name}]")


def _text(table: _Table, key: str, where: str = "") -> str:
    value = table.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        name = f"{where and where + '.'}{key}"
        _refuse(f"no {name}" if value is None else f"{name} = {value!r}", "a text that is not empty")
    return value


def _texts(table: _Table, key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        _refuse(f"{where}.{key} = {value!r}", "a list of texts")
    return tuple(value)


def _one_of(table: _Table, key: str, known: Iterable[str], default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or value not in known:
        _refuse(f"{key} = {value!r}" if value is not None else f"no {key}", f"one of {', '.join(known)}")
    return value


def _shaped(table: _Table, key: str, pattern: str, words: str) -> str:
    text = _text(table, key)
    return text if re.fullmatch(pattern, text, re.ASCII) else _refuse(f"{key} = {text!r}", words)


def _all_of(names: Iterable[str], key: str, known: Iterable[str]) -> None:
    strange = [name for name in names if name not in known]
    if strange:
        _refuse(f"{key} that names {strange[0]!r}", f"names that stand in the profile: {', '.join(sorted(known))}")


# ---- tables


def _origins(table: _Table) -> dict[str, Origin]:
    origins = {}
    for field, value in table.items():
        alternatives = isinstance(value, dict) and list(value) == ["first"]
        columns = value["first"] if alternatives else value
        columns = [columns] if isinstance(columns, str) else columns
        if not isinstance(columns, list) or not columns or not all(isinstance(name, str) and name for name in columns):
            _refuse(f"fields.{field} = {value!r}", 'a column, a list of columns, or {first = ["one", "or another"]}')
        origins[field] = Origin(columns=tuple(columns), alternatives=alternatives)
    return origins


def _check_fields(record: str, fields: _Table, fixed: _Table) -> None:
    shape = RECORDS[record]
    _known(fields, "fields", "a field", shape.known)
    _known(fixed, "fixed", "a field", [field for field in shape.known if field not in PLACE_FIELDS])
    twice = sorted(fields.keys() & fixed.keys())
    if twice:
        _refuse(f"{twice[0]} in [fields] and in [fixed]", "each field once")
    named = {*fields, *fixed}
    missing = [field for field in shape.needed if field not in named]
    if missing:
        _refuse(f"nothing for the field {missing[0]}", f"for a record {record} at least {', '.join(shape.needed)}")
    if record == "event" and len(named & {"date", "month"}) != 1:
        _refuse("both date and month" if "date" in named else "neither date nor month", "one of them, for an event")


def _kind(data: _Table, record: str) -> str:
    if record == "event":
        return _shaped(data, "kind", "[a-z][a-z0-9_]{0,59}", "lower-case letters, digits and low lines, for an event")
    return _refuse(f"kind for a record {record}", "kind for events only") if "kind" in data else ""


def _reading(table: _Table) -> Reading:
    given = {key: _texts(table, key, "read") if key == "leave_out" else _text(table, key, "read") for key in table}
    form = _one_of(table, "format", FORMATS)
    for key in given:
        if key in _ONLY_OF and _ONLY_OF[key] != form:
            _refuse(f"read.{key} for the format {form}", f"it for {_ONLY_OF[key]} only")
    _one_of(table, "encoding", ENCODINGS, "utf-8")
    _one_of(table, "delimiter", DELIMITERS, ",")
    if form == "sql":
        _text(table, "query", "read")
        if not re.fullmatch("[A-Z][A-Z0-9_]*", _text(table, "url_env", "read")):  # it may hold a password: not repeated
            _refuse(
                "read.url_env that is no name", "the name of an environment variable, which holds the database's URL"
            )
    return Reading(**cast("Any", given))


def _values(table: _Table, fields: Iterable[str]) -> dict[str, dict[str, str]]:
    _all_of(table, "values", fields)
    _all_of(table, "values", [field for field in fields if field not in PLACE_FIELDS])
    values = {}
    for field, words in table.items():
        if not isinstance(words, dict):
            _refuse(f"values.{field} = {words!r}", f"a table, [values.{field}]")
        values[field] = {word: _word(words, word, field) for word in words}
    return values


def _word(words: _Table, word: str, field: str) -> str:
    return words[word] if words[word] == "" else _text(words, word, f"values.{field}")


def _formats(table: _Table, *, day_needed: bool) -> tuple[str, ...]:
    formats = _texts(table, "formats", "dates")
    needed = {"year", "month", "day"} if day_needed else {"year", "month"}
    for text in formats:
        try:
            parts = format_parts(text)
        except ValueError as error:
            _refuse(f"dates.formats {text!r} ({error})", "letters of strptime, as in %d/%m/%Y")
        if not needed <= parts:
            _refuse(f"dates.formats {text!r} without the {min(needed - parts)}", "a format that names all of a date")
    return formats


def _zone(table: _Table) -> str:
    if "zone" not in table:
        return Profile.zone
    try:
        return ZoneInfo(_text(table, "zone", "dates")).key
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:
        _refuse(f"dates.zone = {table['zone']!r} ({error})", "a time zone, as in Europe/London")


def _place(table: _Table, record: str, fields: Mapping[str, Origin]) -> Place | None:
    named = [field for field in fields if field in PLACE_FIELDS]
    if not named:
        return (
            _refuse("[place], but no fields of one", f"some of {', '.join(PLACE_FIELDS)} in [fields]")
            if table
            else None
        )
    forms = FIELDS_OF_FORM if RECORDS[record].placed else {"geometry": ("geometry",)}
    form = cast("Form", _one_of(table, "form", forms, "lonlat" if RECORDS[record].placed else "geometry"))
    if sorted(named) != sorted(forms[form]):
        _refuse(f"the fields {', '.join(named)} of a place", f"{' and '.join(forms[form])}, for place.form = {form}")
    return Place(form=form, crs=_crs(table, form), bounds=_bounds(table, record))


def _crs(table: _Table, form: Form) -> str:
    if "crs" not in table and form != "metres":
        return ""
    crs = _text(table, "crs", "place")
    wanted = {"lonlat": (is_geographic,), "metres": (is_projected,), "geometry": (is_geographic, is_projected)}
    try:
        if any(fits(crs) for fits in wanted.get(form, ())):
            return crs
    except CRSError:
        pass
    return _refuse(f"place.crs = {crs!r} for place.form = {form}", _CRS_WORDS[form])


_CRS_WORDS = {
    "lonlat": "a system of degrees, as in EPSG:4326",
    "metres": "a system of metres, as in EPSG:27700",
    "geometry": "a system of degrees or metres, as in EPSG:27700",
    "gridref": "none: British grid references have their own",
}


def _bounds(table: _Table, record: str) -> Box | Literal["sectors"] | None:
    value = table.get("bounds")
    if value is None or (value == "sectors" and record != "area"):
        return value
    if isinstance(value, list) and len(value) == 4 and all(type(edge) in {int, float} for edge in value):
        west, south, east, north = map(float, value)
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return west, south, east, north
    return _refuse(f"place.bounds = {value!r}", '"sectors", or [west, south, east, north] in degrees')


def _delivery(table: _Table, record: str) -> Delivery:
    if record != "event" and {"months", "pattern"} & table.keys():
        _refuse(f"delivery.months for a record {record}", "it for events only")
    complete = table.get("complete", False)
    if not isinstance(complete, bool):
        _refuse(f"delivery.complete = {complete!r}", "true or false")
    months = _one_of(table, "months", ("span", "file-name", "rows"), "span")
    if (months == "file-name") != ("pattern" in table):
        _refuse(
            f"delivery.months = {months} {'with' if 'pattern' in table else 'without'} a pattern",
            "a pattern for file-name",
        )
    pattern = _text(table, "pattern", "delivery") if "pattern" in table else ""
    try:
        if pattern and not re.compile(pattern).groups:
            raise re.error("it has no group")
    except re.error as error:
        _refuse(f"delivery.pattern {pattern!r} ({error})", "a regular expression whose first group is the month")
    return Delivery(months=cast("Any", months), pattern=pattern, complete=complete)
