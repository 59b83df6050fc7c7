"""Ranked sectors, places, classes and the snapshot itself, as JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from flask import Blueprint, Response, current_app, request

from harmgrid.cube import Sums
from harmgrid.explain import Place, describe_place
from harmgrid.measures import Measure
from harmgrid.neighbours import neighbours_of
from harmgrid.published import HEXAGONS, Level, Published
from harmgrid.sectors import FIRST_SECTOR, NO_LOCATION, OUTSIDE
from harmgrid.series import monthly_columns
from harmgrid.snapshot import Snapshot
from harmgrid.tileview import zooms_of
from harmgrid.types import Figure, Question, Sum, Window, month_text
from harmgrid.view import (
    RankedSector,
    Totals,
    change_breaks,
    class_breaks,
    comparable,
    force_bounds,
    force_series,
    rank_groups,
    rank_sectors,
)
from server.cache.interface import Key
from server.parameters import (
    QUESTION,
    choice,
    default_window,
    figure_from,
    query_from,
    question_from,
    read_parameters,
)
from server.responses import answer, as_bytes
from server.settings import Settings
from server.snapshots import CURRENT, snapshot_of

blueprint = Blueprint("api", __name__, url_prefix="/api")

Json = dict[str, Any]

UNITS: dict[Figure, str] = {
    "harm": "harm points",
    "count": "events",
    "per_km2": "harm points per km²",
    "per_1000_residents": "harm points per 1,000 residents",
}

# Events and their harm, people at the end of a month and theirs; the latter where the measures have people.
MONTHLY = ("count", "harm", "people", "harm_of_people")


@blueprint.get("/snapshot")
def snapshot_() -> Response:
    """What the page needs to know before it asks anything else."""
    read_parameters(request)
    snapshot = snapshot_of(CURRENT)
    served = _served(current_app.extensions["harmgrid_settings"])
    # The same contents may have been published at another time elsewhere, or be served by a server with other settings.
    key = _key(snapshot, "/api/snapshot", f"{snapshot.published_at} {json.dumps(served)}")
    return _answer(key, lambda: _snapshot(snapshot) | served)


@blueprint.get("/sectors")
def sectors() -> Response:
    """The sectors ranked by harm, and the line for what is in none of them."""
    parameters = read_parameters(request, *QUESTION, "level")
    snapshot = snapshot_of(CURRENT)
    question = question_from(parameters, snapshot.contents)
    level = choice(parameters, "level", tuple(level.id for level in snapshot.contents.levels))
    return _answer(sectors_key(snapshot, question, level), lambda: ranked_sectors(snapshot, question, level))


@blueprint.get("/series")
def series() -> Response:
    """The areas of a level with every month at once, so that a page can rank any window by itself."""
    parameters = read_parameters(request, "measures", "count", "level")
    snapshot = snapshot_of(CURRENT)
    published = snapshot.contents
    question = question_from({"window": published.months.window.text} | parameters, published)
    level = published.level(choice(parameters, "level", tuple(level.id for level in published.levels)))
    key = _key(snapshot, "/api/series", f"{level.id}?{query_from(question, published)}")
    return _answer(key, lambda: asked(snapshot, question) | _months_of_areas(published, level, question))


@blueprint.get("/groups")
def groups() -> Response:
    """The groups by the harm of what they are linked to. Each event once a group, whatever measures it has."""
    parameters = read_parameters(request, "window", "measures")
    snapshot = snapshot_of(CURRENT)
    published = snapshot.contents
    question = replace(
        question_from({"measures": ",".join(published.recipe.all)} | parameters, published), counting="once"
    )
    key = _key(snapshot, "/api/groups", query_from(question, published))
    return _answer(key, lambda: _groups(snapshot, question))


@blueprint.get("/places/<place_id>")
def place(place_id: str) -> Response:
    """One hexagon or sector."""
    parameters = read_parameters(request, *QUESTION)
    snapshot = snapshot_of(CURRENT)
    published = snapshot.contents
    question = question_from(parameters, published)
    key = _key(snapshot, "/api/places", f"{place_id}?{query_from(question, published)}")
    return _answer(
        key,
        lambda: asked(snapshot, question) | _place(published, describe_place(published, place_id, question), question),
    )


@blueprint.get("/classes")
def classes() -> Response:
    """Class edges that hold still while a window of this length moves."""
    parameters = read_parameters(request, *QUESTION, "figure")
    snapshot = snapshot_of(CURRENT)
    question = question_from(parameters, snapshot.contents)
    figure = figure_from(parameters)
    key = _key(snapshot, "/api/classes", f"{figure}?{query_from(question, snapshot.contents)}")
    return _answer(key, lambda: _classes(snapshot, question, figure))


def sectors_key(snapshot: Snapshot, question: Question, level: str) -> Key:
    """What the ranked sectors depend on."""
    return _key(snapshot, "/api/sectors", f"{level}?{query_from(question, snapshot.contents)}")


def ranked_sectors(snapshot: Snapshot, question: Question, level: str) -> Json:
    """The sectors of a level ranked by harm, and the line for what is in none of them."""
    ranking = rank_sectors(snapshot.contents, question, level)
    return (
        asked(snapshot, question)
        | {
            "level": level,
            "population": snapshot.contents.population or None,
            "sectors": [_ranked(sector) for sector in ranking.sectors],
        }
        | _totals(ranking)
        | {"baseline_totals": _totals(ranking.baseline) if ranking.baseline else None}
    )


def _key(snapshot: Snapshot, address: str, question: str) -> Key:
    return Key(snapshot=snapshot.version, layer=address, question=question)


def _answer(key: Key, make: Callable[[], Json]) -> Response:
    return answer(key, lambda: as_bytes(make()), version=CURRENT)


def _served(settings: Settings) -> Json:
    """What this server's settings add to a snapshot."""
    return {
        "records": settings.records,
        "record_link": settings.record_link or None if settings.records else None,
        "marking": settings.marking or None,
        "basemap": settings.basemap.told if settings.basemap else None,
    }


def _snapshot(snapshot: Snapshot) -> Json:
    published = snapshot.contents
    whole = Question(window=published.months.window, measures=published.recipe.all)
    ranking = rank_sectors(published, whole)
    return {
        "snapshot": snapshot.version,
        "published": snapshot.published_at,
        "force": published.force,
        "synthetic": published.synthetic,
        "attribution": published.attribution,
        "bounds": force_bounds(published),
        "months": _series(published, force_series(published, whole), whole),
        "recipe": _recipe(published),
        "unfed": published.unfed,
        "default_window": default_window(published).text,
        "default_measures": sorted(published.recipe.default),
        "layers": {layer: _layer(published, layer) for layer in published.layers},
        "levels": [{"id": level.id, "layer": level.layer, "areas": len(level.sectors)} for level in published.levels],
        "population": published.population or None,
        "groups": len(published.groups),
        "unplaced": {
            "no_location": ranking.no_location.count,
            "outside_sectors": ranking.outside_sectors.count,
        },
    }


def _groups(snapshot: Snapshot, question: Question) -> Json:
    lines, once = rank_groups(snapshot.contents, question)
    return asked(snapshot, question) | {
        "note": "An event that is linked to two groups counts once in the total and once for each group.",
        "groups": [{"id": group.id, "kind": group.kind} | sum_json(found) for group, found in lines],
        "linked": sum_json(once),
    }


def _months_of_areas(published: Published, level: Level, question: Question) -> Json:
    geography = np.arange(FIRST_SECTOR + len(level.sectors), dtype=np.uint64)
    columns = monthly_columns(published, level.cube, level.cube.positions(geography), question)

    def months(place: int) -> Json:
        return dict(zip(MONTHLY, (column[place].tolist() for column in columns), strict=False))

    areas = [
        {"place": level.place_id(area), "km2": area.area_km2} | months(FIRST_SECTOR + i)
        for i, area in enumerate(level.sectors)
    ]
    unplaced = {"no_location": months(NO_LOCATION), "outside_sectors": months(OUTSIDE)}
    return {"level": level.id, "unplaced": unplaced, "areas": areas}


def _classes(snapshot: Snapshot, question: Question, figure: Figure) -> Json:
    change = change_breaks(snapshot.contents, question)
    return {
        "snapshot": snapshot.version,
        "method": "head/tail breaks",
        "figure": figure,
        "unit": UNITS[figure],
        "months": len(question.window.months),
        **_breaks_by_layer(*class_breaks(snapshot.contents, question, figure)),
        "change": _breaks_by_layer(*change) if change else None,
    }


def _breaks_by_layer(hexagons: dict[int, list[float]], areas: dict[str, list[float]]) -> Json:
    return {HEXAGONS: {str(resolution): breaks for resolution, breaks in hexagons.items()}, **areas}


def asked(snapshot: Snapshot, question: Question) -> Json:
    """The question as it was understood, and what answers it."""
    published = snapshot.contents
    return {
        "snapshot": snapshot.version,
        "synthetic": published.synthetic,
        "recipe": {name: getattr(published.recipe, name) for name in ("id", "title", "release")},
        "window": _window(published, question.window, question),
        "baseline": _window(published, question.baseline, question) if question.baseline else None,
        "comparable": comparable(published, question),
        "measures": sorted(question.measures),
        "counting": question.counting,
        "whatif": dict(question.whatif) or None,
    }


def _window(published: Published, window: Window, question: Question) -> Json:
    missing = published.missing(window, question.measures)
    partly = published.partly_missing(window, question.measures)
    return {
        "text": window.text,
        "months": len(window.months),
        "delivered": len(window.months) - len(missing),
        "missing": [month_text(month) for month in missing],
        "partly_missing": {measure: [month_text(month) for month in months] for measure, months in partly.items()},
    }


def _ranked(sector: RankedSector) -> Json:
    then = sector.baseline
    return {
        "id": sector.id,
        "place": sector.place,
        "name": sector.name,
        "parent": sector.parent or None,
        "rank": sector.rank,
        "rank_range": sector.rank_range,
        "tied": sector.tied,
        "count": sector.count,
        "people": sector.people,
        "harm": sector.harm,
        "share": sector.share,
        "standard_error": sector.standard_error,
        "baseline": sum_json(then) | {"rank": sector.baseline_rank} if then else None,
        "movement": sector.movement,
        "change": sector.change,
        **asdict(sector.rates),
    }


def _totals(totals: Totals) -> Json:
    nowhere, outside = totals.no_location, totals.outside_sectors
    unplaced = Sum(nowhere.count + outside.count, nowhere.harm + outside.harm, nowhere.people + outside.people)
    return {
        "in_sectors": sum_json(totals.in_sectors),
        "unplaced": sum_json(unplaced) | {"no_location": sum_json(nowhere), "outside_sectors": sum_json(outside)},
        "total": sum_json(totals.total),
    }


def _place(published: Published, found: Place, question: Question) -> Json:
    measures = {measure.id: measure for measure in published.recipe.measures}
    return {
        "id": found.id,
        "kind": found.kind,
        "level": found.level,
        "name": found.name,
        "resolution": found.resolution,
        "center": found.center,
        "bounds": found.bounds,
        "sector": {"id": found.sector.id, "name": found.sector.name} if found.sector else None,
        "rank": found.rank,
        "of": found.of,
        "count": found.count,
        "people": found.people,
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
        "baseline_values": sum_json(found.baseline) if found.baseline else None,
        "neighbours": [asdict(near) for near in neighbours_of(published, found.id, question)],
        "series": _series(published, found.series, question),
    }


def _series(published: Published, sums: Sums, question: Question) -> list[Json]:
    """One entry a month; a missing month has no figures, and one that only some measures lack names them."""
    window = published.months.window
    missing = set(published.missing(window, question.measures))
    partly = published.partly_missing(window, question.measures)
    return [
        {
            "month": month_text(month),
            "delivered": month not in missing,
            "lacking": sorted(measure for measure, months in partly.items() if month in months),
            "count": None if month in missing else int(sums.count[i]),
            "people": None if month in missing else float(sums.people[i]),
            "harm": None if month in missing else float(sums.harm[i]),
        }
        for i, month in enumerate(window.months)
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
        "measures": [_measure(measure) for measure in recipe.measures],
        "themes": [{"id": theme.id, "title": theme.title, "measures": theme.measures} for theme in recipe.themes],
    }


def _measure(measure: Measure) -> Json:
    return {
        "id": measure.id,
        "title": measure.title,
        "unit": measure.unit,
        "weight": measure.points,
        "weighed": measure.weighed,
        "local": asdict(measure.local) if measure.local else None,
        "linked": measure.linked,
        "generated": measure.generated,
        "primary": measure.primary,
    }


def _layer(published: Published, layer: str) -> Json:
    found = zooms_of(published, layer)
    zooms: Json = {"minzoom": found[0], "maxzoom": found[-1]}
    if layer == HEXAGONS:
        zooms["resolutions"] = {str(zoom): resolution for zoom, resolution in published.resolution_at_zoom.items()}
    return zooms


def sum_json(value: Sum) -> Json:
    """Events, people and harm points."""
    return {"count": value.count, "people": value.people, "harm": value.harm}
