"""The commands for what was published: see it, go back to it, and have all machines serve it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from server.settings import Settings

if TYPE_CHECKING:  # `harmgrid --help` need not wait a second for them
    from harmgrid.remote import Progress as Told
    from harmgrid.replica import Replica
    from harmgrid.snapshot import Store


@click.command()
@click.pass_obj
def snapshots(settings: Settings) -> None:
    """List the snapshots that are kept, the newest first."""
    found = replica_of(settings).remote if settings.snapshots_url else _store_of(settings)
    current = found.current()
    for kept in reversed(found.kept()):
        when = (
            f"{datetime.fromisoformat(kept.published_at):%Y-%m-%d %H:%M:%S} UTC" if kept.published_at else "unreadable"
        )
        mark = "  current" if kept.version == current else ""
        click.echo(f"{kept.version}  {when:23}{kept.size:>16,} bytes{mark}")


@click.command()
@click.argument("version", required=False)
@click.pass_obj
def rollback(settings: Settings, version: str | None) -> None:
    """Serve an older snapshot again: VERSION, or the one published before the current."""
    if settings.snapshots_url:
        replica = replica_of(settings)
        before = replica.remote.current()
        with _progress("verifying") as progress:
            now = replica.roll_back(version, progress)
    else:
        store = _store_of(settings)
        before = store.current()
        now = store.roll_back(version)
    click.echo(f"Snapshot {now} is served, as before." if now == before else f"Snapshot {now} is served, not {before}.")


def share(settings: Settings, version: str) -> None:
    """Have all machines serve a snapshot that was written here."""
    with _progress("uploading") as progress:
        replica_of(settings).share(version, progress)


def replica_of(settings: Settings) -> "Replica":
    """The store of this machine, and the shared one that the settings name."""
    from harmgrid.remote import Remote  # late: `harmgrid --help` need not wait a second for it
    from harmgrid.replica import Replica  # late, as above

    return Replica(store=_store_of(settings), remote=Remote(settings.snapshots_url))


def _store_of(settings: Settings) -> "Store":
    from harmgrid.snapshot import Store  # late, as above

    return Store(directory=settings.data_dir, follows=bool(settings.snapshots_url))


@contextmanager
def _progress(what: str) -> Iterator["Told"]:
    """Bytes done of all, for a person who looks on."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
