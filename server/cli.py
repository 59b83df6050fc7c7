"""The harmgrid command. The one place above both the server and the ETL."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from harmgrid.errors import HarmgridError
from harmgrid.types import Window
from server.cli_cache import cache
from server.cli_corrections import erase, rejects, remove
from server.cli_snapshots import rollback, share, snapshots
from server.cli_workers import worker_options
from server.settings import SETTINGS, Settings

if TYPE_CHECKING:  # see `check` for why they are imported late
    from etl.profiles import Profile
    from etl.reading import Member
    from harmgrid.sectors import Area

EPILOG = "Settings, from the environment: " + "; ".join(
    f"{name} ({setting.default}): {setting.meaning}" for name, setting in SETTINGS.items()
)


def main() -> None:
    """Run a command; an error is one line, and a status of 1."""
    try:
        command(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _stop("interrupted; run the command again to go on")
    except HarmgridError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename or 'the system'}: {error.strerror or error}")


def _stop(message: str) -> None:
    click.echo("harmgrid: " + " ".join(message.split()), err=True)
    sys.exit(1)


@click.group(epilog=EPILOG)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Instead of HARMGRID_DATA_DIR.")
@click.version_option(package_name="harmgrid")
@click.pass_context
def command(context: click.Context, data_dir: Path | None) -> None:
    """See, rank and change place-based harm."""
    if data_dir:
        os.environ["HARMGRID_DATA_DIR"] = str(data_dir)
    context.obj = Settings.from_environment(os.environ)


@command.command()
@click.argument("profile")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--sectors", type=click.Path(path_type=Path), help="Load these too, as the profile sectors does.")
@click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Of areas: the day from which they stand; those before end the day before. Without it they replace all.",
)
@click.option(
    "--covers",
    help="Of events: months that the files deliver, as 2022-03..2023-02; those without a row are zero.",
)
@worker_options
@click.pass_obj
def load(
    settings: Settings,
    profile: str,
    path: Path | None,
    *,
    sectors: Path | None,
    valid_from: datetime | None,
    covers: str | None,
    processes: int | None,
    dask: str | None,
) -> None:
    """Bring the rows of a source into the records.

    PROFILE is a shipped source profile, such as police-uk (`harmgrid sources list` has them all), or the path of a
    TOML file. PATH is a file, a folder of files or a zip archive; it may stand in the profile instead, and a database
    query needs none. Loading the same again changes nothing.
    """
    window = Window.from_text(covers) if covers else None
    done_by = (processes, dask)
    _load(settings, (profile, path), sectors=sectors, valid_from=valid_from, covers=window, done_by=done_by)


for _other in (remove, erase, rejects, cache, snapshots, rollback):
    command.add_command(_other)


@command.group()
def sources() -> None:
    """Source profiles: what is in a file, and how it becomes records."""


@sources.command("list")
def list_sources() -> None:
    """The shipped profiles."""
    from etl.profiles import read_profile, shipped_profiles

    for name in shipped_profiles():
        click.echo(f"{name:26}{read_profile(name).title}")


@sources.command("check")
@click.argument("profile")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check_source_command(settings: Settings, profile: str, path: Path | None) -> None:
    """Read a sample of PATH and show what would be loaded and what rejected. Nothing is."""
    from etl.check_source import check_source
    from etl.load import known_to
    from etl.profiles import read_profile
    from harmgrid.recipes import read_recipe
    from harmgrid.records import open_records
    from server.source_report import source_lines

    found = read_profile(profile)
    with open_records(settings.database_url).bulk() as bulk, bulk.reading():
        known = known_to(read_recipe(settings.recipe), found, bulk)
    for line in source_lines(check_source(_path_of(found, path), found, known)):
        click.echo(line)


@command.command()
@worker_options
@click.pass_obj
def publish(settings: Settings, processes: int | None, dask: str | None) -> None:
    """Turn the records into a snapshot, and serve that from now on."""
    _publish(settings, done_by=(processes, dask))


@command.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Prove that records, cube, every H3 level and sectors + unplaced agree."""
    # Imported late, like the others below: `harmgrid --help` need not wait a second for them.
    from etl.check import check as check_snapshot
    from harmgrid.recipes import read_recipe
    from harmgrid.records import open_records
    from harmgrid.snapshot import Store

    with _steps() as progress:
        figures = check_snapshot(
            open_records(settings.database_url),
            Store(directory=settings.data_dir),
            read_recipe(settings.recipe),
            progress=progress,
        )
    for figure in figures:
        click.echo(f"{figure.where:30}{figure.count:>14,} counted{figure.harm:>20,.2f} points")
    click.echo("All agree, month by month and measure by measure.")


@command.command()
@click.argument("place")
@click.option("--window", help="First and last month, as 2022-03..2023-02; the last twelve by default.")
@click.option("--measures", help="Measures or themes, separated by commas; the primary ones by default.")
@click.option("--count", help="each or once.")
@click.option("--whatif", help="Multipliers of weights, as burglary:2,drugs:0.5, for a look that is not the score.")
@click.pass_obj
def explain(settings: Settings, /, place: str, **asked: str | None) -> None:
    """Say what the score of PLACE is made of: a sector's id, or an H3 index."""
    from harmgrid.explain import describe_place
    from harmgrid.snapshot import Store
    from server.explanation import explanation_lines
    from server.parameters import question_from

    store = Store(directory=settings.data_dir)
    published = store.read(store.current()).contents
    question = question_from({name: value for name, value in asked.items() if value is not None}, published)
    for line in explanation_lines(published, question, describe_place(published, place, question)):
        click.echo(line)


@command.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--open-to-network",
    is_flag=True,
    help="Allow an address that other machines can reach, without a log-in. HARMGRID_TRUSTED_HOSTS names this host.",
)
@click.pass_obj
def serve(settings: Settings, host: str, port: int, workers: int, *, open_to_network: bool) -> None:
    """Serve the page, the tiles and the API."""
    _serve(settings, host=host, port=port, workers=workers, open_to_network=open_to_network)


@command.command()
@click.option("--serve", "and_serve", is_flag=True, help="Serve it afterwards.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_obj
def demo(settings: Settings, port: int, *, and_serve: bool) -> None:
    """Build a synthetic force, every name of it invented, and publish it."""
    from etl.estmere import build_demo
    from etl.load import require_synthetic
    from harmgrid.records import open_records

    require_synthetic(open_records(settings.database_url))
    files = build_demo(settings.data_dir / "demo-source")
    for profile, path in files.sources:
        _load(settings, (profile, path), brief=True)
    _publish(replace(settings, place_names=files.place_names))
    if and_serve:
        _serve(settings, host="127.0.0.1", port=port, workers=1, open_to_network=False)


def _load(
    settings: Settings,
    what: tuple[str, Path | None],
    *,
    sectors: Path | None = None,
    valid_from: datetime | None = None,
    covers: Window | None = None,
    brief: bool = False,
    done_by: tuple[int | None, str | None] = (None, None),
) -> None:
    from etl.boundaries import read_areas_file
    from etl.load import load_source
    from etl.profiles import read_profile
    from etl.workers import open_workers
    from harmgrid.recipes import read_recipe
    from harmgrid.records import open_records
    from server.receipt import receipt_line, receipt_lines

    name, path = what
    profile = read_profile(name)
    path = _path_of(profile, path)
    if valid_from and profile.record != "area":
        raise click.UsageError(f"--valid-from is for areas; {name} holds records of the kind {profile.record}.")
    if covers and profile.record != "event":
        raise click.UsageError(f"--covers is for events; {name} holds records of the kind {profile.record}.")
    if profile.record == "area":
        _replace_areas(settings, read_areas_file(path, profile, told=click.echo), valid_from)
        return
    areas = read_areas_file(sectors, read_profile("sectors"), told=click.echo) if sectors else None
    needed_first = profile.place is not None and profile.place.bounds == "sectors"
    if areas and needed_first:
        _replace_areas(settings, areas, None)
    with _bar(path.name) as progress, open_workers(*done_by) as workers:
        receipt = load_source(
            open_records(settings.database_url),
            profile,
            path,
            read_recipe(settings.recipe),
            now=_now,
            progress=progress,
            covers=covers,
            workers=workers,
        )
    if areas and not needed_first:  # last, so that a load that is refused has changed nothing
        _replace_areas(settings, areas, None)
    for line in [receipt_line(profile, receipt)] if brief else receipt_lines(profile, receipt):
        click.echo(line)


def _path_of(profile: "Profile", given: Path | None) -> Path:
    """Where the files of a source are; of a database query only its name."""
    path = given or profile.path
    if path is None and profile.read.format != "sql":
        raise click.UsageError(f"{profile.source} needs a PATH: a file, a folder or a zip archive.")
    return path or Path(profile.source)


def _replace_areas(settings: Settings, areas: list["Area"], valid_from: datetime | None) -> None:
    from harmgrid.records import open_records
    from harmgrid.records.boundaries import replace_areas
    from harmgrid.records.changes import Note

    day = (valid_from.date() - date(1970, 1, 1)).days if valid_from else None
    why = Note(reason=f"from {valid_from.date()}" if valid_from else "", now=_now())
    receipt = replace_areas(open_records(settings.database_url), areas[0].level, areas, valid_from=day, note=why)
    click.echo(
        f"{receipt.read} areas of the level {receipt.name}: {receipt.loaded} new, {receipt.updated} changed, "
        f"{receipt.unchanged} unchanged, {receipt.withdrawn} withdrawn"
    )


def _publish(settings: Settings, *, done_by: tuple[int | None, str | None] = (None, None)) -> None:
    from etl.publish import publish as publish_records
    from etl.publish.names import read_place_names
    from etl.workers import open_workers
    from harmgrid.recipes import read_recipe
    from harmgrid.records import open_records
    from harmgrid.snapshot import Store

    records = open_records(settings.database_url)
    recipe = read_recipe(settings.recipe)
    names = read_place_names(settings.place_names) if settings.place_names else ()
    shared = settings.snapshots_url
    with _steps() as progress, open_workers(*done_by) as workers:
        version = publish_records(
            records,
            Store(directory=settings.data_dir, follows=bool(shared)),
            recipe,
            now=_now(),
            progress=progress,
            workers=workers,
            hexagons=settings.hexagons,
            names=names,
        )
    if shared:
        click.echo(f"Wrote snapshot {version} in {settings.data_dir}.")
        share(settings, version)
    click.echo(f"Published snapshot {version} in {shared or settings.data_dir}.")


def _serve(settings: Settings, *, host: str, port: int, workers: int, open_to_network: bool) -> None:
    from harmgrid.remote import require_driver
    from harmgrid.snapshot import Store
    from server.serve import listening_address, require_free
    from server.serve import serve as serve_forever

    address = listening_address(host, open_to_network=open_to_network)
    if settings.snapshots_url:
        require_driver(settings.snapshots_url)  # a snapshot may come at any time
    else:
        Store(directory=settings.data_dir).current()  # an empty map is told now, not to the first officer who opens it
    require_free(address, port)
    click.echo(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl+C stops it)")
    serve_forever(settings, address=address, port=port, workers=workers, open_to_network=open_to_network)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _bar(name: str) -> Iterator[Callable[["Member", int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with _progress(*columns) as progress:
        task = progress.add_task(f"loading {name}", total=None)

        def told(member: "Member", done: int) -> None:
            progress.update(task, description=f"loading {member.name}", total=member.size, completed=done)

        yield told


@contextmanager
def _steps() -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with _progress(*columns) as progress:
        task = progress.add_task("starting", total=None)
        yield lambda step: progress.update(task, description=step)


def _progress(*columns: ProgressColumn) -> Progress:
    """Progress for a person who looks on; a log gets none of it."""
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
