"""The harmgrid command. The one place above both the server and the ETL."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

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
from server.settings import SETTINGS, Settings

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


@command.group()
def load() -> None:
    """Bring rows into the records. Loading the same file again changes nothing."""


@load.command("police-uk")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option(
    "--sectors", type=click.Path(path_type=Path), help="GeoJSON of the police sectors, in longitude and latitude."
)
@click.pass_obj
def load_police_uk_command(settings: Settings, archive: Path, sectors: Path | None) -> None:
    """Street crime from data.police.uk: its zip archive, or one CSV file of it."""
    _load(settings, archive, sectors)


@command.command()
@click.pass_obj
def publish(settings: Settings) -> None:
    """Turn the records into a snapshot, and serve that from now on."""
    _publish(settings)


@command.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Prove that records, cube, every H3 level and sectors + unplaced agree."""
    # Imported late, like the others below: `harmgrid --help` need not wait a second for them.
    from etl.check import check as check_snapshot
    from harmgrid.records import open_records
    from harmgrid.snapshot import Store

    with _steps() as progress:
        figures = check_snapshot(
            open_records(settings.database_url), Store(directory=settings.data_dir), progress=progress
        )
    for figure in figures:
        click.echo(f"{figure.where:30}{figure.count:>14,} events{figure.harm:>20,.2f} points")
    click.echo("All agree, month by month and measure by measure.")


@command.command()
@click.argument("place")
@click.option("--window", help="First and last month, as 2022-03..2023-02; the last twelve by default.")
@click.option("--measures", help="Measures or themes, separated by commas; all by default.")
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
    from etl.demo import build_demo

    files = build_demo(settings.data_dir / "demo-source")
    _load(settings, files.archive, files.sectors)
    _publish(settings)
    if and_serve:
        _serve(settings, host="127.0.0.1", port=port, workers=1, open_to_network=False)


def _load(settings: Settings, archive: Path, sectors: Path | None) -> None:
    from etl.boundaries import read_sector_file
    from etl.load import load_police_uk, require_unmixed, street_crime_files
    from harmgrid.records import open_records
    from harmgrid.records.boundaries import replace_sectors
    from server.receipt import receipt_lines

    street, _ = street_crime_files(archive)
    boundaries = read_sector_file(sectors, told=click.echo) if sectors else None
    records = open_records(settings.database_url)
    require_unmixed(records, street)
    if boundaries is not None:
        moved = replace_sectors(records, boundaries)
        click.echo(
            f"{len(boundaries)} sectors " + ("unchanged" if moved is None else f"taken in; {moved:,} events moved")
        )
    with _bar(sum(member.size for member in street), archive.name) as progress:
        receipt = load_police_uk(records, archive, now=_now, progress=progress)
    for line in receipt_lines(receipt):
        click.echo(line)


def _publish(settings: Settings) -> None:
    from etl.publish import publish as publish_records
    from harmgrid.records import open_records
    from harmgrid.snapshot import Store

    records = open_records(settings.database_url)
    with _steps() as progress:
        version = publish_records(records, Store(directory=settings.data_dir), now=_now(), progress=progress)
    click.echo(f"Published snapshot {version} in {settings.data_dir}.")


def _serve(settings: Settings, *, host: str, port: int, workers: int, open_to_network: bool) -> None:
    from harmgrid.snapshot import Store
    from server.serve import listening_address, require_free
    from server.serve import serve as serve_forever

    address = listening_address(host, open_to_network=open_to_network)
    Store(directory=settings.data_dir).current()  # an empty map is told now, not to the first officer who opens it
    require_free(address, port)
    click.echo(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl+C stops it)")
    serve_forever(settings, address=address, port=port, workers=workers)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _bar(total: int, name: str) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with _progress(*columns) as progress:
        task = progress.add_task(f"loading {name}", total=total)
        yield lambda done: progress.advance(task, done)


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
