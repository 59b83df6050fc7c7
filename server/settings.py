"""Every setting, in one list, read once from the environment and handed down."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from harmgrid.recipes import DEFAULT_RECIPE

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Setting(NamedTuple):
    """One environment variable: its default in words, and what it is."""

    default: str
    meaning: str


SETTINGS = {
    "HARMGRID_DATA_DIR": Setting(
        "harmgrid-data", "The folder for snapshots, and for the records where no database is named."
    ),
    "HARMGRID_DATABASE_URL": Setting(
        "SQLite in the data folder",
        "Where the records are: sqlite:////path/to/file or postgresql://user:password@host/database.",
    ),
    "HARMGRID_RECIPE": Setting(
        DEFAULT_RECIPE, "What counts and what it weighs: the id of a shipped recipe, or the path of a .toml file."
    ),
    "HARMGRID_TRUSTED_HOSTS": Setting(
        "localhost,127.0.0.1,[::1]",
        "Host names that requests may be for, separated by commas; others are answered 400 (against DNS rebinding).",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says."""

    data_dir: Path
    database_url: str
    recipe: str
    trusted_hosts: tuple[str, ...]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in `HARMGRID_*`, defaults where there are none."""
        data_dir = Path(environment.get("HARMGRID_DATA_DIR") or "harmgrid-data").absolute()
        hosts = environment.get("HARMGRID_TRUSTED_HOSTS") or ",".join(LOOPBACK_NAMES)
        return cls(
            data_dir=data_dir,
            database_url=environment.get("HARMGRID_DATABASE_URL") or f"sqlite:///{data_dir / 'records.sqlite'}",
            recipe=environment.get("HARMGRID_RECIPE") or DEFAULT_RECIPE,
            trusted_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
        )
