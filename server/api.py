"""Ranked sectors, places, classes and the snapshot itself, as JSON."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from harmgrid import grid
from harmgrid.cube import Sums
from harmgrid.explain import Place, describe_place
from harmgrid.published import HEXAGONS, LAYERS, Published
from harmgrid.snapshot import Snapshot
from harmgrid.types import Question, Sum, Window, month_text
from harmgrid.view import RankedSector, class_breaks, comparable, force_bounds, force_series, rank_sectors
from server.parameters import LEVELS, QUESTION, choice, default_window, question_from, read_parameters
from server.responses import cached
from server.snapshots import CURRENT, snapshot_of

blueprint = Blueprint("api", __name__, url_prefix="/api")

Json = dict[str, Any]


@blueprint.get("/snapshot")
def snapshot_() -> Response:
    """What the page needs to know before it asks anything else."""
    read_parameters(request)
    snapshot = snapshot_of(CURRENT)
    published = snapshot.contents
    whole = Question(window=published.months.window, measures=published.recipe.all)
    ranking = rank_sectors(published, whole)
    return _answer(
        {
            "snapshot": snapshot.version,
            "published": snapshot.published_at,
            "force": published.force,
            "synthetic": published.synthetic,
            "attribution": published.attribution,
            "bounds": force_bounds(published),
            "months": _series(published, force_series(published, whole)),
            "recipe": _recipe(published),
            "default_window": default_window(published).text,
            "layers": {layer: _layer(published, layer) for layer in LAYERS},
            "unplaced": {
                "no_location": ranking.no_location.count,
                "outside_sectors": ranking.outside_sectors.count,
            },
        }
    )


@blueprint.get("/sectors")
def sectors() -> Response:
    """The sectors ranked by harm, and the line for what is in none of them."""
    parameters = read_parameters(request, *QUESTION, "level")
    snapshot = snapshot_of(CURRENT)
    question = question_from(parameters, snapshot.contents)
    level = choice(parameters, "level", LEVELS)
    ranking = rank_sectors(snapshot.contents, question)
    unplaced = Sum(
        ranking.no_location.count + ranking.outside_sectors.count,
        ranking.no_location.harm + ranking.outside_sectors.harm,
    )
    return _answer(
        _asked(snapshot, question)
        | {
            "level": level,
            "sectors": [_ranked(sector) for sector in ranking.sectors],
            "in_sectors": _sum(ranking.in_sectors),
            "unplaced": _sum(unplaced)
            | {"no_location": _sum(ranking.no_location), "outside_sectors": _sum(ranking.outside_sectors)},
            "total": _sum(ranking.total),
        }
    )


@blueprint.get("/places/<place_id>")
def place(place_id: str) -> Response:
    """One hexagon or sector."""
    parameters = read_parameters(request, *QUESTION)
    snapshot = snapshot_of(CURRENT)
    question = question_from(parameters, snapshot.contents)
    found = describe_place(snapshot.contents, place_id, question)
    return _answer(_asked(snapshot, question) | _place(snapshot.contents, found))


@blueprint.get("/classes")
def classes() -> Response:
    """Class edges that hold still while a window of this length moves."""
    parameters = read_parameters(request, "window", "measures", "count", "whatif")
    snapshot = snapshot_of(CURRENT)
    question = question_from(parameters, snapshot.contents)
    hexagons, sector_breaks = class_breaks(snapshot.contents, question)
    return _answer(
        {
            "snapshot": snapshot.version,
            "method": "head/tail breaks",
            "unit": "harm points",
            "months": len(question.window.months),
            "hex": {str(resolution): breaks for resolution, breaks in hexagons.items()},
            "sectors": sector_breaks,
        }
    )


def _answer(body: Json) -> Response:
    return cached(jsonify(body), CURRENT)


def _asked(snapshot: Snapshot, question: Question) -> Json:
    """The question as it was understood, and what answers it."""
    published = snapshot.contents
    return {
        "snapshot": snapshot.version,
        "synthetic": published.synthetic,
        "recipe": {name: getattr(published.recipe, name) for name in ("id", "title", "release")},
        "window": _window(published, question.window),
        "baseline": _window(published, question.baseline) if question.baseline else None,
        "comparable": comparable(published, question),
        "measures": sorted(question.measures),
        "counting": question.counting,
        "whatif": dict(question.whatif) or None,
    }


def _window(published: Published, window: Window) -> Json:
    missing = published.months.missing(window)
    return {
        "text": window.text,
        "months": len(window.months),
        "delivered": len(window.months) - len(missing),
        "missing": [month_text(month) for month in missing],
    }


def _ranked(sector: RankedSector) -> Json:
    then = sector.baseline
    return {
        "id": sector.id,
        "name": sector.name,
        "rank": sector.rank,
        "rank_range": sector.rank_range,
        "tied": sector.tied,
        "count": sector.count,
        "harm": sector.harm,
        "share": sector.share,
        "standard_error": sector.standard_error,
        "baseline": _sum(then) | {"rank": sector.baseline_rank} if then else None,
        "movement": sector.movement,
        "change": sector.change,
    }


def _place(published: Published, found: Place) -> Json:
    measures = {measure.id: measure for measure in published.recipe.measures}
    return {
        "id": found.id,
        "kind": found.kind,
        "name": found.name,
        "resolution": found.resolution,
        "center": found.center,
        "bounds": found.bounds,
        "sector": {"id": found.sector.id, "name": found.sector.name} if found.sector else None,
        "rank": found.rank,
        "of": found.of,
        "count": found.count,
        "harm": found.harm,
        "share": found.share,
        "standard_error": found.standard_error,
        "interval": found.interval,
        "rank_range": found.rank_range,
        "largest": asdict(found.largest) if found.largest else None,
        "generated": {kind: asdict(part) for kind, part in found.generated.items()},
        "parts": [
            {"measure": name, "title": measures[name].title, "generated": measures[name].generated} | asdict(part)
            for name, part in found.parts.items()
        ],
        "baseline_values": _sum(found.baseline) if found.baseline else None,
        "series": _series(published, found.series),
    }


def _series(published: Published, sums: Sums) -> list[Json]:
    """One entry a month; a missing month has no figures."""
    return [
        {
            "month": month_text(month),
            "delivered": delivered,
            "count": int(count) if delivered else None,
            "harm": float(harm) if delivered else None,
        }
        for (month, delivered), count, harm in zip(published.months, sums.count, sums.harm, strict=True)
    ]


def _recipe(published: Published) -> Json:
    recipe = published.recipe
    return {
        "id": recipe.id,
        "title": recipe.title,
        "release": recipe.release,
        "unit": "harm points",
        "source": recipe.source,
        "notes": recipe.notes,
        "measures": [
            {
                "id": measure.id,
                "title": measure.title,
                "weight": measure.weight.points if measure.weight else None,
                "generated": measure.generated,
            }
            for measure in recipe.measures
        ],
        "themes": [{"id": theme.id, "title": theme.title, "measures": theme.measures} for theme in recipe.themes],
    }


def _layer(published: Published, layer: str) -> Json:
    zooms: Json = {"minzoom": grid.MIN_ZOOM, "maxzoom": grid.MAX_ZOOM}
    if layer == HEXAGONS:
        zooms["resolutions"] = {str(zoom): resolution for zoom, resolution in published.resolution_at_zoom.items()}
    return zooms


def _sum(value: Sum) -> Json:
    return {"count": value.count, "harm": value.harm}
