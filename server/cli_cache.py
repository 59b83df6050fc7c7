"""The commands for the shared cache."""

import re

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from server.settings import Settings

_ZOOMS = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)


def _zooms(_context: click.Context, _option: click.Parameter, text: str | None) -> range | None:
    if text is None:
        return None
    match = _ZOOMS.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if last < first:
        raise click.BadParameter(f"{text!r} is not a zoom such as 7, nor the first and the last such as 5-11.")
    return range(first, last + 1)


@click.group()
def cache() -> None:
    """The cache that servers share in Redis."""


@cache.command()
@click.option("--zoom", "zooms", callback=_zooms, help="One zoom, or the first and the last, as 5-11; all by default.")
@click.option(
    "--window", "windows", multiple=True, help="As 2022-03..2023-02; may be repeated; the last year by default."
)
@click.option("--baseline", help="The window to compare with; none by default.")
@click.option("--measures", help="Measures or themes, separated by commas; the primary ones by default.")
@click.option("--count", help="each or once.")
@click.pass_obj
def warm(settings: Settings, /, zooms: range | None, windows: tuple[str, ...], **asked: str | None) -> None:
    """Work out tiles and ranked sectors of the current snapshot before anybody asks for them."""
    from server.warming import warm as fill  # late: `harmgrid --help` need not wait a second for it

    rest = {name: value for name, value in asked.items() if value is not None}
    questions = [{"window": window} | rest for window in windows] or [rest]
    console = Console(stderr=True)
    columns = (TextColumn("warming"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("warming", total=None)
        outcomes = fill(
            settings, questions, zooms, progress=lambda done, of: progress.update(task, completed=done, total=of)
        )
    made = outcomes["miss"]
    click.echo(f"{made:,} answers worked out and kept, {outcomes.total() - made:,} were there already")
