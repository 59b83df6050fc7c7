"""Every setting, in one list, read once from the environment and handed down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from harmgrid import grid
from harmgrid.errors import InputError
from harmgrid.recipes import DEFAULT_RECIPE
from harmgrid.remote import is_address
from server.basemap import Basemap, read_basemap

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
CACHE_MEGABYTES = 128
SHORTEST_SECRET = 16
RESOLUTIONS = f"{grid.RESOLUTIONS[0]}-{grid.RESOLUTIONS[-1]}"
ZOOMS = ",".join(f"{zoom}:{resolution}" for zoom, resolution in grid.FINEST_AT_ZOOM.items())
LONGEST_MARKING = 60
LONGEST_LINK = 500
LINK_PLACEHOLDERS = ("reference", "source")  # of a row, for the force's own record system
LARGEST_ZOOM = 15  # beyond which a hexagon of the base is wider than a tile

_RESOLUTIONS = re.compile(r"([0-9])-([0-9])", re.ASCII)
_ZOOM = re.compile(r"([0-9]{1,2}):([0-9]{1,2})", re.ASCII)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?", re.ASCII)


class InvalidSetting(InputError):
    """A setting with a value that it cannot have."""

    code = "invalid_setting"


class Setting(NamedTuple):
    """One environment variable: its default in words, and what it is."""

    default: str
    meaning: str


SETTINGS = {
    "HARMGRID_DATA_DIR": Setting(
        "harmgrid-data", "The folder for snapshots, and for the records where no database is named."
    ),
    "HARMGRID_SNAPSHOTS_URL": Setting(
        "none",
        "Where machines share what was published: s3://bucket/prefix or file:///path. Servers follow it, each with its "
        "own copies in its data folder.",
    ),
    "HARMGRID_DATABASE_URL": Setting(
        "SQLite in the data folder",
        "Where the records are: sqlite:////path/to/file or postgresql://user:password@host/database.",
    ),
    "HARMGRID_RECIPE": Setting(
        DEFAULT_RECIPE, "What counts and what it weighs: the id of a shipped recipe, or the path of a .toml file."
    ),
    "HARMGRID_RESOLUTIONS": Setting(
        "3-9", "The H3 resolutions of a publish, the coarsest and the finest: none finer than 9."
    ),
    "HARMGRID_ZOOMS": Setting(
        ZOOMS, "The zooms of a publish, each with the finest resolution that it may show: 4:4,5:5 and so on."
    ),
    "HARMGRID_MAX_HEXAGONS": Setting(
        str(grid.MAX_HEXAGONS),
        "How many hexagons a tile may hold: a zoom with a fuller one shows a coarser resolution.",
    ),
    "HARMGRID_PLACE_NAMES": Setting(
        "none",
        "A CSV file with the force's own names of places, to find them by: name, and longitude and latitude, easting "
        "and northing, or grid reference. Read by each publish.",
    ),
    "HARMGRID_TRUSTED_HOSTS": Setting(
        "localhost,127.0.0.1,[::1]",
        "Host names that requests may be for, separated by commas; others are answered 400 (against DNS rebinding).",
    ),
    "HARMGRID_CORS_ORIGINS": Setting(
        "none", "Origins such as https://gis.example whose pages may read the answers, separated by commas."
    ),
    "HARMGRID_RECORDS": Setting(
        "on where harmgrid serve lets in this machine alone, otherwise off",
        "Whether the records behind the figures are shown, and names of people with them: on or off.",
    ),
    "HARMGRID_RECORD_LINK": Setting(
        "none",
        "Where a row is in the force's own record system, as "
        "https://records.example/view?ref={reference}&source={source}: the page links to it where records are shown.",
    ),
    "HARMGRID_MARKING": Setting(
        "none",
        f"The classification, such as OFFICIAL-SENSITIVE, at the top and bottom of every page and in every file of "
        f"records: at most {LONGEST_MARKING} characters.",
    ),
    "HARMGRID_BASEMAP": Setting(
        "none", "A PMTiles file, version 3, that the page draws beneath the harm: roads, water, woods, names."
    ),
    "HARMGRID_REDIS_URL": Setting(
        "none",
        "The cache that all processes share: redis://:password@host:6379/0 or unix:///path/to/socket. Without it each "
        "process keeps its own.",
    ),
    "HARMGRID_CACHE_SECRET": Setting(
        "made once, in the data folder",
        "What signs the values in Redis, at least 16 characters; the same for all who share it.",
    ),
    "HARMGRID_CACHE_MEGABYTES": Setting(
        str(CACHE_MEGABYTES), "How much each process keeps of what it worked out, where there is no Redis."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says."""

    data_dir: Path
    snapshots_url: str  # empty for none
    database_url: str
    recipe: str
    hexagons: grid.Levels
    trusted_hosts: tuple[str, ...]
    redis_url: str = field(repr=False)  # may hold a password
    cache_secret: str = field(repr=False)
    cache_megabytes: int
    cors_origins: tuple[str, ...]
    place_names: Path | None = None  # a file
    records: bool = False  # whether they are shown
    record_link: str = ""  # with placeholders; empty for none
    marking: str = ""  # empty for none
    basemap: Basemap | None = None

    @property
    def own_page_only(self) -> bool:
        """Whether only a page of this machine's own is answered: under names of loopback, and to no other origin."""
        return set(self.trusted_hosts) <= set(LOOPBACK_NAMES) and not self.cors_origins

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in `HARMGRID_*`, defaults where there are none.

        Raises:
            InvalidSetting: one has a value that it cannot have.
            UnusableBasemap: the base map is not one.
        """
        data_dir = Path(environment.get("HARMGRID_DATA_DIR") or "harmgrid-data").absolute()
        hosts = environment.get("HARMGRID_TRUSTED_HOSTS") or ",".join(LOOPBACK_NAMES)
        return cls(
            data_dir=data_dir,
            snapshots_url=_snapshots_url(environment.get("HARMGRID_SNAPSHOTS_URL") or ""),
            database_url=environment.get("HARMGRID_DATABASE_URL") or f"sqlite:///{data_dir / 'records.sqlite'}",
            recipe=environment.get("HARMGRID_RECIPE") or DEFAULT_RECIPE,
            hexagons=_levels(
                environment.get("HARMGRID_RESOLUTIONS") or RESOLUTIONS,
                environment.get("HARMGRID_ZOOMS") or ZOOMS,
                environment.get("HARMGRID_MAX_HEXAGONS") or str(grid.MAX_HEXAGONS),
            ),
            trusted_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
            redis_url=_redis_url(environment.get("HARMGRID_REDIS_URL") or ""),
            cache_secret=_secret(environment.get("HARMGRID_CACHE_SECRET") or ""),
            cache_megabytes=_megabytes(environment.get("HARMGRID_CACHE_MEGABYTES") or str(CACHE_MEGABYTES)),
            cors_origins=_origins(environment.get("HARMGRID_CORS_ORIGINS") or ""),
            place_names=Path(names) if (names := environment.get("HARMGRID_PLACE_NAMES")) else None,
            records=_switch("HARMGRID_RECORDS", environment.get("HARMGRID_RECORDS") or "off"),
            record_link=_record_link(environment.get("HARMGRID_RECORD_LINK") or ""),
            marking=_marking(environment.get("HARMGRID_MARKING") or ""),
            basemap=_basemap(environment.get("HARMGRID_BASEMAP") or ""),
        )


def _levels(resolutions: str, zooms: str, hexagons: str) -> grid.Levels:
    span = _RESOLUTIONS.fullmatch(resolutions)
    coarsest, finest = (int(span[1]), int(span[2])) if span else (1, 0)
    if coarsest > finest:
        raise InvalidSetting(
            came=f"HARMGRID_RESOLUTIONS={resolutions[:20]!r}",
            expected=f"the coarsest and the finest from 0 to {grid.BASE_RESOLUTION}, at which records are placed",
            do=f"write {RESOLUTIONS}",
        )
    rule = {int(zoom): int(level) for zoom, level in _ZOOM.findall(zooms)}
    spelt = ",".join(f"{zoom}:{level}" for zoom, level in rule.items()) == zooms
    if not spelt or list(rule) != list(range(min(rule), max(rule) + 1)) or max(rule) > LARGEST_ZOOM:
        raise InvalidSetting(
            came=f"HARMGRID_ZOOMS={zooms[:60]!r}",
            expected=f"zooms up to {LARGEST_ZOOM} one after the other, each with a resolution",
            do=f"write {ZOOMS}",
        )
    if min(rule.values()) < coarsest:
        raise InvalidSetting(
            came=f"HARMGRID_ZOOMS={zooms[:60]!r} with HARMGRID_RESOLUTIONS={resolutions}",
            expected="of each zoom a resolution that is published, or a finer one",
            do=f"let no zoom show a resolution below {coarsest}, or publish a coarser one",
        )
    if not (hexagons.isascii() and hexagons.isdigit() and 0 < int(hexagons) <= 1_000_000):
        raise InvalidSetting(
            came=f"HARMGRID_MAX_HEXAGONS={hexagons[:20]!r}",
            expected="a whole number from 1 to 1,000,000",
            do=f"write {grid.MAX_HEXAGONS}",
        )
    levels = tuple(range(coarsest, finest + 1))
    return grid.Levels(resolutions=levels, finest_at_zoom=rule, max_hexagons=int(hexagons))


def _basemap(text: str) -> Basemap | None:
    return read_basemap(Path(text).absolute()) if text else None


def _switch(name: str, text: str) -> bool:
    if text not in {"on", "off"}:
        raise InvalidSetting(came=f"{name}={text[:20]!r}", expected="on or off", do="write one of the two")
    return text == "on"


def _record_link(text: str) -> str:
    if text and not (len(text) <= LONGEST_LINK and _is_link(text)):
        raise InvalidSetting(
            came=f"HARMGRID_RECORD_LINK={text[:80]!r}",
            expected=f"at most {LONGEST_LINK} characters that begin with https:// or http:// and a host, "
            "have {reference} after it, perhaps {source}, and no other braces",
            do="write https://records.example/view?ref={reference}, with everything else percent-encoded",
        )
    return text


def _is_link(text: str) -> bool:
    try:
        url = urlsplit(text)
        named = bool(url.hostname) and url.port != 0
    except ValueError:
        return False
    places = _PLACEHOLDER.findall(text)
    rest = _PLACEHOLDER.sub("", text)
    plain = rest.isascii() and rest.isprintable() and not set(rest) & set(" {}\"'<>\\^`|")
    known = "reference" in places and set(places) <= set(LINK_PLACEHOLDERS)
    return named and plain and known and url.scheme in {"https", "http"} and not set(url.netloc) & set("{}@")


def _marking(text: str) -> str:
    if len(text) > LONGEST_MARKING or not text.isprintable():
        raise InvalidSetting(
            came=f"HARMGRID_MARKING={text[: LONGEST_MARKING + 1]!r}",
            expected=f"at most {LONGEST_MARKING} characters that can be printed, on one line",
            do="write the marking alone, such as OFFICIAL-SENSITIVE",
        )
    return text.strip()


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.strip() for origin in text.split(",") if origin.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise InvalidSetting(
                came=f"HARMGRID_CORS_ORIGINS with {origin[:80]!r}",
                expected="origins as a browser sends them: scheme, host, and the port if it is not the usual one",
                do="write https://gis.example,http://localhost:3000; there is no word for all of them",
            )
    return origins


def _redis_url(text: str) -> str:
    try:
        url = urlsplit(text)
        usable = not text or bool(url.path if url.scheme == "unix" else url.hostname and url.port != 0)
    except ValueError:
        usable = False
    if usable and (not text or url.scheme in {"redis", "rediss", "unix"}):
        return text
    raise InvalidSetting(  # without the value, which may hold a password
        came="a HARMGRID_REDIS_URL that names no Redis",
        expected="redis://, rediss:// or unix://",
        do="write redis://host:6379/0 or unix:///path/to/socket, with :password@ before the host if there is one",
    )


def _snapshots_url(text: str) -> str:
    if text and not is_address(text):
        raise InvalidSetting(  # without the value, which may hold a password
            came="a HARMGRID_SNAPSHOTS_URL that is neither s3:// nor file://, or holds more than a place",
            expected="s3://bucket/prefix in letters, digits, '.', '_', '-' and '=', or file:///path",
            do="write one of the two; keys and the address of an object store go into AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL, and anything else is mounted as a folder",
        )
    return text


def _secret(text: str) -> str:
    if text and len(text) < SHORTEST_SECRET:
        raise InvalidSetting(
            came=f"a HARMGRID_CACHE_SECRET of {len(text)} characters",
            expected=f"at least {SHORTEST_SECRET}, which nobody can guess",
            do="take 32 random ones, or leave it out: then one is made and kept in the data folder",
        )
    return text


def _megabytes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 1 << 20):
        raise InvalidSetting(
            came=f"HARMGRID_CACHE_MEGABYTES={text[:20]!r}", expected="a whole number", do="write 128, or 0 for none"
        )
    return int(text)
