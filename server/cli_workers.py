"""How the commands that have much to do are told who does it."""

from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]


def worker_options(command: Command) -> Command:
    """The options `--processes` and `--dask`, which `etl.workers.open_workers` takes as they are."""
    processes = click.option(
        "--processes",
        type=click.IntRange(1, 256),
        help="How many work on it at once; by default one a processor.",
    )
    dask = click.option("--dask", help="Let a dask cluster work on it: the address of its scheduler, tcp://host:8786.")
    return processes(dask(command))
