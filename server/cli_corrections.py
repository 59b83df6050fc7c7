"""The commands that correct and remove: what was loaded, by reference or by person, and what was rejected."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.settings import Settings

if TYPE_CHECKING:  # see `remove` for why they are imported late
    from etl.correct import Retry
    from etl.profiles import Profile
    from harmgrid.records.changes import Note

_reason = click.option("--reason", required=True, help="Why. It is kept with the receipt, so it must not say who.")


@click.command()
@click.argument("source")
@click.argument("references", metavar="REFERENCE...", nargs=-1)
@click.option("--from", "path", type=click.Path(path_type=Path), help="A text file with a reference a line.")
@_reason
@click.pass_obj
def remove(settings: Settings, source: str, references: tuple[str, ...], *, path: Path | None, reason: str) -> None:
    """Delete rows of SOURCE by their references; of events, also who took part in them.

    A file that still holds such a row brings it back when it is loaded again.
    """
    # Imported late, like the others below: `harmgrid --help` need not wait a second for them.
    from harmgrid.records import open_records  # late
    from harmgrid.records.removing import remove_references  # late

    wanted = [*references, *(_lines(path) if path else ())]
    if not wanted:
        raise click.UsageError("Name references, or a file of them with --from.")
    removal = remove_references(open_records(settings.database_url), source, wanted, _note(reason))
    _counts("removed", removal.removed)
    click.echo(f"{removal.asked:>12,} asked for, {len(removal.not_found):,} of them not found")
    for reference in removal.not_found[:20]:
        click.echo(f"{'':>12} not found: {reference}")
    if any(removal.removed.values()):
        click.echo("The next snapshot counts without them: harmgrid publish")


@click.command()
@click.argument("nominal")
@click.option("--name", "names", multiple=True, help="Another name or spelling to look for; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@_reason
@click.pass_obj
def erase(settings: Settings, nominal: str, *, names: tuple[str, ...], dry_run: bool, reason: str) -> None:
    """Erase a person: NOMINAL, all that names them, and their traces in the database's free pages.

    Registers and rejects lose their rows, other texts what names them; events stay. It cannot be undone.
    """
    from harmgrid.records import open_records  # late
    from harmgrid.records.erasing import erase_nominal  # late

    if not nominal.strip():
        raise click.UsageError("NOMINAL is empty.")
    records = open_records(settings.database_url)
    erasure = erase_nominal(records, nominal.strip(), _note(reason), names=names, keep=not dry_run)
    _counts("removed", erasure.removed)
    _counts("cleared", erasure.cleared)
    _counts("left, for they name something else", erasure.left)
    if dry_run:
        click.echo("Nothing has been done.")
    else:
        click.echo("The database is written anew without them. The next snapshot counts without them: harmgrid publish")


@click.group()
def rejects() -> None:
    """Rows that were not loaded: see them, mend them, load them again."""


@rejects.command("list")
@click.argument("source", required=False)
@click.pass_obj
def list_rejects(settings: Settings, source: str | None) -> None:
    """How many rejects there are, by source, file and reasons."""
    from harmgrid.records import open_records  # late
    from harmgrid.records.changes import held_source  # late
    from harmgrid.records.mending import count_rejects  # late

    with open_records(settings.database_url).bulk() as bulk, bulk.reading():
        if source:
            held_source(bulk, source)
        found = [row for row in count_rejects(bulk).to_pylist() if source in {None, row["source"]}]
    for row in found:
        click.echo(f"{row['rows']:>12,} {row['source']} {row['file']}: {', '.join(row['reasons'].split())}")
    click.echo(f"{sum(row['rows'] for row in found):>12,} in all")


@rejects.command("export")
@click.argument("source")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.pass_obj
def export_rejects_command(settings: Settings, source: str, path: Path) -> None:
    """Write the rejects of SOURCE to a new CSV file, to be mended there and loaded with `harmgrid rejects load`."""
    from etl.mended import export_rejects  # late
    from harmgrid.records import open_records  # late

    written, damaged = export_rejects(open_records(settings.database_url), source, path)
    click.echo(f"{written:,} rejects written to {path}")
    _say_damaged(damaged)


@rejects.command("retry")
@click.argument("profile")
@click.pass_obj
def retry(settings: Settings, profile: str) -> None:
    """Judge the rejects of PROFILE's source again, by today's profile, recipe and sectors, and load what passes."""
    from etl.correct import retry_rejects  # late
    from etl.profiles import read_profile  # late
    from harmgrid.recipes import read_recipe  # late
    from harmgrid.records import open_records  # late

    found = read_profile(profile)
    records = open_records(settings.database_url)
    _say(found, retry_rejects(records, found, read_recipe(settings.recipe), note=_note("")))


@rejects.command("load")
@click.argument("profile")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.pass_obj
def load_rejects(settings: Settings, profile: str, path: Path) -> None:
    """Load a mended export in place of the rejects that it names."""
    from etl.correct import load_mended  # late
    from etl.profiles import read_profile  # late
    from harmgrid.recipes import read_recipe  # late
    from harmgrid.records import open_records  # late

    found = read_profile(profile)
    records = open_records(settings.database_url)
    _say(found, load_mended(records, found, path, read_recipe(settings.recipe), note=_note("")))


def _say(profile: "Profile", retry: "Retry") -> None:
    from etl.load import LoadReceipt  # late
    from server.receipt import receipt_lines  # late

    for line in receipt_lines(profile, LoadReceipt(files=retry.files, total=retry.total, left_out=[])):
        click.echo(line)
    _say_damaged(retry.damaged)
    if retry.strangers:
        click.echo(f"{retry.strangers:>12,} rows that are no rejects, or no more: left alone")


def _say_damaged(damaged: int) -> None:
    if damaged:
        click.echo(f"{damaged:>12,} damaged lines: mend them in their own file, and load that again")


def _counts(what: str, counts: dict[str, int]) -> None:
    for name, rows in counts.items():
        click.echo(f"{rows:>12,} {name} {what}")


def _note(reason: str) -> "Note":
    from harmgrid.records.changes import Note  # late

    return Note(reason=reason.strip(), now=datetime.now(UTC))


def _lines(path: Path) -> list[str]:
    """The lines of a text file that are not empty, their ends trimmed; a made reference starts with a space.

    Raises:
        UnreadableSource: not UTF-8.
    """
    from harmgrid.errors import UnreadableSource  # late

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            came=f"{path.name}, which is not UTF-8",
            expected="a text file with a reference a line",
            do="save it as that",
        ) from error
    return [line.rstrip() for line in text.splitlines() if line.strip()]
