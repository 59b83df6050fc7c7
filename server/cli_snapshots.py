"""The commands for what was published: see it, and go back to it."""

from datetime import datetime

import click

from server.settings import Settings


@click.command()
@click.pass_obj
def snapshots(settings: Settings) -> None:
    """List the snapshots that are kept, the newest first."""
    from harmgrid.snapshot import Store  # late: `harmgrid --help` need not wait a second for it

    store = Store(directory=settings.data_dir)
    current = store.current()
    for kept in reversed(store.kept()):
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
    from harmgrid.snapshot import Store  # late, as above

    store = Store(directory=settings.data_dir)
    before = store.current()
    now = store.roll_back(version)
    click.echo(f"Snapshot {now} is served, as before." if now == before else f"Snapshot {now} is served, not {before}.")
