"""The kinds of record that a source may hold, and the fields of each that a profile may fill."""

from dataclasses import dataclass

PLACE_FIELDS = ("lon", "lat", "easting", "northing", "gridref", "geometry")
DAY_FIELDS = ("first_day", "last_day")
NUMBER_FIELDS = ("residents", "year")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a record consists of.

    `fields` are what a profile may name, `needed` those that it has to, and that no row may leave empty.
    """

    fields: tuple[str, ...]
    needed: tuple[str, ...] = ()
    placed: bool = False  # whether it has a place as well, by some of `PLACE_FIELDS`

    @property
    def known(self) -> tuple[str, ...]:
        """Every field that a profile may name."""
        return self.fields + PLACE_FIELDS * self.placed


RECORDS: dict[str, Record] = {
    "event": Record(
        fields=(
            *("reference", "date", "month", "category", "offence", "incident", "status", "falls_within"),
            *("location", "lsoa_code", "lsoa_name", "outcome", "context", "reported_by"),
        ),
        placed=True,
    ),
    "nominal": Record(fields=("reference", "name", "falls_within"), needed=("reference",)),
    "home": Record(
        fields=("reference", "nominal", "first_day", "last_day", "falls_within"),
        needed=("reference", "nominal", "first_day"),
        placed=True,
    ),
    "group": Record(fields=("reference", "kind", "name", "falls_within"), needed=("reference", "kind")),
    "membership": Record(
        fields=("reference", "group_ref", "nominal", "role", "first_day", "last_day", "falls_within"),
        needed=("reference", "group_ref", "nominal", "first_day"),
    ),
    "priority": Record(
        fields=("reference", "nominal", "first_day", "last_day", "falls_within"),
        needed=("reference", "nominal", "first_day"),
    ),
    "involvement": Record(
        fields=("reference", "event_source", "event", "nominal", "role", "falls_within"),
        needed=("reference", "event_source", "event", "nominal"),
    ),
    "residents": Record(
        fields=("level", "area", "residents", "year", "falls_within"),
        needed=("level", "area", "residents", "year"),
    ),
    "area": Record(
        fields=(
            *("level", "id", "name", "parent_level", "parent", "parent_name"),
            *("geometry", "valid_from", "valid_to"),
        ),
        needed=("level", "id", "name", "geometry"),
    ),
}

FIELDS = tuple(dict.fromkeys(name for record in RECORDS.values() for name in record.known))
