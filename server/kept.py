"""The snapshots that this machine keeps, and what each contains: figures and months, nothing of a single record."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from harmgrid.manifest import NAME, opened
from harmgrid.measures import Measure
from harmgrid.published import Published
from harmgrid.snapshot import Snapshot, Store
from harmgrid.types import Question, Sum, month_text
from harmgrid.view import located, sum_of, sums_of
from server.cache.interface import Key
from server.parameters import read_parameters
from server.responses import answer, as_bytes, cached
from server.snapshots import CURRENT, snapshot_of

Json = dict[str, Any]

blueprint = Blueprint("kept", __name__, url_prefix="/api/snapshots")


@blueprint.get("")
def snapshots() -> Response:
    """Every snapshot that is here, the newest first."""
    read_parameters(request)
    store = _store()
    current = store.current()
    listed = [
        {
            "snapshot": kept.version,
            "published": kept.published_at or None,
            "current": kept.version == current,
            "bytes": kept.size,
        }
        for kept in reversed(store.kept())
    ]
    return cached(jsonify({"current": current, "snapshots": listed}), CURRENT)


@blueprint.get("/<version>")
def snapshot(version: str) -> Response:
    """What one of them contains."""
    read_parameters(request)
    found = snapshot_of(version)
    key = Key(snapshot=found.version, layer="/api/snapshots", question=found.published_at)  # the digest has it
    return answer(key, lambda: as_bytes(_contents(found)), version=version)


def _store() -> Store:
    return Store(directory=current_app.extensions["harmgrid_settings"].data_dir)


def _contents(found: Snapshot) -> Json:
    published = found.contents
    months = published.months
    whole = Question(window=months.window, measures=published.recipe.all, counting="once")
    return {
        "snapshot": found.version,
        **_files(found.version),
        "force": published.force,
        "synthetic": published.synthetic,
        "recipe": {name: getattr(published.recipe, name) for name in ("id", "title", "release")},
        "months": [month_text(month) for month in months.window.months],
        "missing": [month_text(month) for month in months.missing(months.window)],
        "events": _total(published, whole).count,
        "measures": [_measure(published, measure, whole) for measure in published.recipe.measures],
        "unfed": published.unfed,
        "areas": [{"level": level.id, "areas": len(level.sectors)} for level in published.levels],
        "population": published.population or None,
        "hexagons": [
            {"resolution": resolution, "hexagons": len(located(cube))}
            for resolution, cube in sorted(published.hex_cubes.items())
        ],
        "groups": len(published.groups),
    }


def _files(version: str) -> Json:
    """How many files it has, their bytes, and the SHA-256 by which its manifest can be told."""
    data = (_store().folder(version) / NAME).read_bytes()
    manifest = opened(data, version, f"{version}/{NAME}")
    sizes = [size for size, _ in manifest["files"].values()]
    return {"digest": manifest["sha256"], "files": len(sizes) + 1, "bytes": sum(sizes) + len(data)}


def _measure(published: Published, measure: Measure, whole: Question) -> Json:
    total = _total(published, replace(whole, measures=frozenset({measure.id})))
    return {
        "id": measure.id,
        "title": measure.title,
        "unit": measure.unit,
        "count": total.count,
        "people": total.people,
        "harm": total.harm,
        "lacking": [month_text(month) for month in published.lacking.get(measure.id, ())],
    }


def _total(published: Published, question: Question) -> Sum:
    """Everything that the question counts, wherever it is."""
    cube = published.sector_cube
    return sum_of(sums_of(published, cube, cube.everywhere, question=question))
