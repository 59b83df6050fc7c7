"""The force of `tests/data/handmere`, loaded through the shipped profiles; its README has the arithmetic."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from etl.boundaries import read_areas_file
from etl.load import load_source
from etl.profiles import read_profile
from etl.publish import publish
from etl.publish.cubes import Progress
from etl.workers import HERE, Workers
from harmgrid.published import Published
from harmgrid.recipes import DEFAULT_RECIPE, read_recipe
from harmgrid.records import Records
from harmgrid.records.boundaries import replace_areas
from harmgrid.snapshot import Store
from harmgrid.types import Receipt, Window

FOLDER = Path(__file__).parent / "data" / "handmere"
NOW = datetime(2023, 5, 1, tzinfo=UTC)
WHOLE = "2023-01..2023-04"
# By profile: which files, and whether they say themselves which months they cover.
SOURCES = {
    "residents": ("residents.csv", True),
    "groups": ("groups.csv", True),
    "nominals": ("nominals.csv", True),
    "memberships": ("memberships.csv", True),
    "homes": ("homes.csv", True),
    "priority-individuals": ("priority-individuals.csv", True),
    "recorded-crime": ("recorded-crime.csv", True),
    "involvements": ("involvements.csv", True),
    "firearms-discharges": ("firearms-discharges.csv", False),
    "cannabis-farms": ("cannabis-farms.csv", False),
    "drug-deaths": ("drug-deaths.csv", False),
    "firearms-intelligence": ("firearms-intelligence-2023-01.csv", False),
    "crimestoppers": ("crimestoppers-2023-*.csv", True),
}


def load_handmere(records: Records, profiles: Iterable[str] = tuple(SOURCES)) -> dict[str, Receipt]:
    """Load the force, its sources in this order; what became of the rows of each."""
    replace_areas(records, "sector", read_areas_file(FOLDER / "sectors.geojson", read_profile("sectors")))
    receipts: dict[str, Receipt] = {}
    for name in profiles:
        pattern, says_months = SOURCES[name]
        receipts[name] = Receipt(name=name)
        for path in sorted(FOLDER.glob(pattern)):
            covers = None if says_months else Window.from_text(WHOLE)
            receipts[name].add(load_file(records, name, path, covers))
    return receipts


def load_file(records: Records, profile: str, path: Path, covers: Window | None = None) -> Receipt:
    """Load one file by a profile."""
    return load_source(
        records,
        read_profile(profile),
        path,
        read_recipe(DEFAULT_RECIPE),
        now=lambda: NOW,
        progress=lambda *_: None,
        covers=covers,
    ).total


def publish_handmere(
    records: Records, folder: Path, workers: Workers = HERE, progress: Progress = lambda _: None
) -> Published:
    """Publish what is there, and read it again."""
    store = Store(directory=folder)
    version = publish(records, store, read_recipe(DEFAULT_RECIPE), now=NOW, progress=progress, workers=workers)
    return store.read(version, verify=True).contents
