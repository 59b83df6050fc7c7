"""`python -m tools.bench`: all comparisons, or those that are named; with a date, into docs/benchmarks.md."""

import tempfile
from datetime import datetime
from pathlib import Path

import click

from tools.bench import country, load, postgis, publish, ranking, restart, scrub, serving, tile
from tools.bench.report import renewed, report, section
from tools.bench.timing import Setting

COMPARISONS = {
    "tile": tile.compare,
    "postgis": postgis.compare,
    "ranking": ranking.compare,
    "load": load.compare,
    "publish": publish.compare,
    "restart": restart.compare,
    "http": serving.compare,
    "country": country.compare,
    "scrub": scrub.compare,
}
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(COMPARISONS)))
@click.option("--short", is_flag=True, help="Small and fast, only to prove that it runs; its figures say nothing.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Writes the report, or the named sections of it anew.")
def main(names: tuple[str, ...], date: datetime | None, *, short: bool) -> None:
    """Measure. NAMES are comparisons; all of them if there are none."""
    if date and short:
        raise click.UsageError("--date writes the report, which holds every comparison in full.")
    done = []
    for name in names or COMPARISONS:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            done.append(COMPARISONS[name](Setting(short=short, scratch=Path(scratch))))
        click.echo(section(done[-1]))
    if date:
        day = date.date().isoformat()
        text = renewed(DOCUMENT.read_text(encoding="utf-8"), done, day) if names else report(done, day)
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
