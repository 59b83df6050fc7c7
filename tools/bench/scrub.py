"""Moving time on the page of the map: what a step of a dragged window takes a browser, and what it asks the server."""

import statistics
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from harmgrid import grid
from tools.bench.browsed import BARE, BARS, BESIDE, HEIGHT, SETTLE, Visit, chromium
from tools.bench.country import cells_around_tile
from tools.bench.filled import fill_records
from tools.bench.invented import sectors
from tools.bench.peers.installing import Missing
from tools.bench.peers.processes import free_port, get, serving
from tools.bench.publish import publish_once
from tools.bench.restart import PROGRAM, environment
from tools.bench.timing import Comparison, Disagreement, Line, Reach, Setting, Timing, seconds_text

TITLE = "Moving time on the page"
MONTHS = 72
EVENTS_EACH = 7  # of a hexagon: 9 % of the hexagon-months have some
# The finest hexagons at every zoom, so that all of them are in view at once.
ZOOMS = {"HARMGRID_ZOOMS": ",".join(f"{zoom}:9" for zoom in range(6, 13)), "HARMGRID_MAX_HEXAGONS": "40000"}
PAUSE_SECONDS = 0.1  # between steps
REST_SECONDS = 1  # after the last: what waits for a rest is part of the scrub
STEP_SECONDS, SETTLE_TIMES, MOST_BYTES, USABLE_SECONDS = 0.005, 1.3, 110_000, 2.0
NOTHING_SECONDS = 0.00005  # a step: a worker that wakes up once to collect its garbage has not worked


@dataclass(frozen=True, kw_only=True)
class Scrubbed:
    """What was seen of one force. Times are seconds, those of a step one for each scrub."""

    hexagons: int
    usable: float
    size: int  # bytes of the series tiles, gzip
    main: Timing
    workers: Timing
    requests: int  # of all scrubs
    redraws: float  # a step
    bare_main: Timing
    step: Timing
    bare: Timing


def compare(setting: Setting) -> Comparison:
    """A force of 5,000 hexagons and one of 20,000, one after the other."""
    steps, scrubs = setting.size(60, 6), setting.size(3, 1)
    try:
        with chromium() as open_page:
            found = []
            for hexagons in (setting.size(5_000, 300), setting.size(20_000, 400)):
                folder = setting.scratch / str(hexagons)
                folder.mkdir()
                with _served(folder, hexagons) as port:
                    found.append(_scrubbed(open_page(port), port, hexagons, steps=steps, scrubs=scrubs))
    except Missing as missing:
        return Comparison(title=TITLE, how=f"not measured: {missing}.", reaches=())
    return Comparison(
        title=TITLE,
        how=_how(steps, scrubs),
        lines=tuple(line for each in found for line in _lines(each)),
        reaches=(*(reach for each in found for reach in _reaches(each)), _bytes(found[0])),
    )


def _how(steps: int, scrubs: int) -> str:
    return (
        f"The page in headless Chromium of 1440 by 900 with software WebGL, all hexagons in view, {MONTHS} months, "
        f"35 sectors in the list, {EVENTS_EACH} events a hexagon. A window of 12 months is dragged by the mouse in "
        f"{steps} steps of a month, {PAUSE_SECONDS:g} s apart, there and back; {scrubs} times. Main thread and "
        "workers: what Linux says they had of a processor (`/proc/*/task/*/schedstat`), all of the page, the "
        "input and a second of rest at the end included, divided by the steps; where others use the processor "
        "too, caches are colder and this is up to twice as much. The map alone is what its redraw "
        "(`triggerRepaint`) takes the main thread, likewise. A step has settled when the map's pixels can be read "
        "and the page's frame is laid out and painted; a bare redraw likewise, turn by turn. Requests are all but "
        "those for the page's icon, at which Chromium looks by itself when the drag rests and the address "
        "follows. The page is usable when list and map are there, counted from the end of the server's answer to "
        "its address, with nothing in the cache. Bytes are of the series tiles in view, outlines and all months, "
        "gzip."
    )


def _served(folder: Path, hexagons: int) -> AbstractContextManager[int]:
    """The port of a server with a force of that size."""
    cells = cells_around_tile(hexagons)
    database = folder / "records.db"
    areas = sectors(grid.bounds(cells))
    fill_records(database, hexagons * EVENTS_EACH, cells, months=MONTHS, areas=areas)
    publish_once(database, folder / "data", **ZOOMS)
    port = free_port()
    return serving(
        [str(PROGRAM), "serve", "--port", str(port)],
        port=port,
        ready="/healthz",
        environment=environment(folder / "data"),
        folder=folder,
    )


def _scrubbed(visit: Visit, port: int, hexagons: int, *, steps: int, scrubs: int) -> Scrubbed:
    usable = visit.evaluate("window.usable") / 1000
    size = _size(port, [path for path in visit.asked if path.startswith("/series/")])
    places = _grab(visit, steps)
    y = visit.evaluate(HEIGHT)
    visit.asked.clear()
    before = visit.evaluate("window.redraws")
    taken = [_scrub(visit, places, y) for _ in range(scrubs)]
    redraws = visit.evaluate("window.redraws") - before
    asked = [path for path in visit.asked if path != BESIDE]
    bare_main = [_bare(visit, steps) for _ in range(scrubs)]
    settled = visit.evaluate(SETTLE, {"places": places, "pause": 1000 * PAUSE_SECONDS / 2})
    return Scrubbed(
        hexagons=hexagons,
        usable=usable,
        size=size,
        main=Timing(tuple(main for main, _ in taken)),
        workers=Timing(tuple(workers for _, workers in taken)),
        requests=len(asked),
        redraws=redraws / (steps * scrubs),
        bare_main=Timing(tuple(bare_main)),
        step=Timing(tuple(ms / 1000 for ms in settled["step"])),
        bare=Timing(tuple(ms / 1000 for ms in settled["bare"])),
    )


def _grab(visit: Visit, steps: int) -> list[float]:
    """Takes hold of the window by its bars; where the mouse goes in each step, half of them back in time."""
    bars = visit.evaluate(BARS)
    hold = next(index for index, bar in enumerate(bars) if bar["within"]) + 6
    away = list(range(1, steps // 2 + 1))
    places = [float(bars[hold - months]["x"]) for months in [*away, *reversed(away[:-1]), 0]]
    visit.page.mouse.move(bars[hold]["x"], visit.evaluate(HEIGHT))
    visit.page.mouse.down()
    for x in (places[0], places[-1]):  # the first step of a drag makes ready what the others find
        visit.page.mouse.move(x, visit.evaluate(HEIGHT))
        time.sleep(REST_SECONDS)
    return places


def _scrub(visit: Visit, places: Sequence[float], y: float) -> tuple[float, float]:
    """Seconds a step of the main thread and of the workers."""
    main, workers = visit.worked()
    for x in places:
        visit.page.mouse.move(x, y)
        time.sleep(PAUSE_SECONDS)
    time.sleep(REST_SECONDS)
    main_then, workers_then = visit.worked()
    return (main_then - main) / len(places), (workers_then - workers) / len(places)


def _bare(visit: Visit, times: int) -> float:
    """Seconds a redraw of the main thread; on a busy machine several asked for may become one."""
    before, (main, _) = visit.evaluate("window.redraws"), visit.worked()
    visit.evaluate(BARE, {"times": times, "pause": 1000 * PAUSE_SECONDS})
    taken = visit.worked()[0] - main
    return taken / int(visit.evaluate("window.redraws") - before)


def _size(port: int, paths: Sequence[str]) -> int:
    size = 0
    for path in sorted(set(paths)):
        status, body, encoding = get(port, path, headers={"Accept-Encoding": "gzip"})
        if status == HTTPStatus.OK and encoding != "gzip":
            raise Disagreement(f"{path} came without gzip")
        size += len(body)
    return size


def _lines(found: Scrubbed) -> list[Line]:
    number = f"{found.hexagons:,} hexagons"
    return [
        Line(what=f"{number}, main thread, a step of the whole page", timing=found.main),
        Line(what=f"{number}, main thread, the map alone", timing=found.bare_main),
        Line(what=f"{number}, a step until it is drawn", timing=found.step),
        Line(what=f"{number}, a bare redraw until it is drawn", timing=found.bare),
    ]


def _reaches(found: Scrubbed) -> list[Reach]:
    number = f"{found.hexagons:,} hexagons"
    main, alone = found.main.median, found.bare_main.median
    workers = statistics.median(found.workers.seconds)
    ratio = found.step.median / found.bare.median
    return [
        _reach(f"{number}, requests", "0", str(found.requests), met=found.requests == 0),
        _reach(f"{number}, workers, a step", "0", seconds_text(workers), met=workers < NOTHING_SECONDS),
        _reach(f"{number}, redraws, a step", "1", f"{found.redraws:.3g}", met=abs(found.redraws - 1) < 0.02),
        _reach(f"{number}, main thread, whole page", "at most 5 ms", seconds_text(main), met=main <= STEP_SECONDS),
        _reach(f"{number}, main thread, map alone", "at most 5 ms", seconds_text(alone), met=alone <= STEP_SECONDS),
        _reach(f"{number}, settled", "at most 1.3 bare redraws", f"{ratio:.2f}", met=ratio <= SETTLE_TIMES),
        _reach(f"{number}, usable", "under 2 s", seconds_text(found.usable), met=found.usable < USABLE_SECONDS),
    ]


def _bytes(found: Scrubbed) -> Reach:
    return _reach(
        f"{found.hexagons:,} hexagons, {MONTHS} months",
        "at most 110 kB",
        f"{found.size / 1000:.1f} kB",
        met=found.size <= MOST_BYTES,
    )


def _reach(what: str, wanted: str, found: str, *, met: bool) -> Reach:
    return Reach(what=what, wanted=wanted, found=found, met=met)
