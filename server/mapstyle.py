"""The layers of a MapLibre style in the colours of the page: what `static/map/mapstyle.js` draws, for other pages.

A test holds the colours against `static/base/colours.js`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from harmgrid.published import HEXAGONS, SECTORS

Json = dict[str, Any]

RAMP = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
GROUND = ("#eef0f1", "#dde1e5", "#c6cdd4", "#aab4be", "#8a97a5")  # of sectors, beneath hexagons
LAND, EDGE, OUTLINE, LOWEST = "#fbfaf7", "#8d98a3", "#5b6875", "#a3812e"

_CLEAR = "rgba(0, 0, 0, 0)"


def map_layers(hexagons: Mapping[int, Sequence[float]], sectors: Sequence[float]) -> list[Json]:
    """Every layer, lowest first, with these class edges: of hexagons by resolution, and of the sectors."""
    lowest_edge = {len(breaks): (LOWEST, *[LAND] * len(breaks)) for breaks in hexagons.values()}
    fills = {level: _stepped(breaks, spread(RAMP, len(breaks) + 1), _CLEAR) for level, breaks in hexagons.items()}
    edges = {level: _stepped(breaks, lowest_edge[len(breaks)], _CLEAR) for level, breaks in hexagons.items()}
    return [
        _line("force-outline", SECTORS, OUTLINE, (6, 2.5, 12, 5)),
        _fill("land", SECTORS, LAND),
        _fill("sectors-fill", SECTORS, _stepped(sectors, spread(GROUND, len(sectors) + 1), LAND)),
        _fill("hex-fill", HEXAGONS, _by_resolution(fills)),
        _line("hex-edge", HEXAGONS, _by_resolution(edges), (6, 0.3, 9, 0.6, 13, 1)),
        _line("sectors-edge", SECTORS, EDGE, (6, 0.6, 12, 1.6)),
    ]


def spread(ramp: Sequence[str], classes: int) -> list[str]:
    """The colours of so many classes, spread over a ramp; the highest always has the strongest.

    >>> spread(RAMP, 2)
    ['#ffffd4', '#993404']
    """
    last = len(ramp) - 1
    return [ramp[last if classes == 1 else int(i * last / (classes - 1) + 0.5)] for i in range(classes)]


def _stepped(breaks: Sequence[float], colours: Sequence[str], none: str) -> list[Any]:
    """Colour by class; no harm is no class."""
    classed: Any = colours[0]
    if breaks:
        steps = [part for edge, colour in zip(breaks, colours[1:], strict=True) for part in (edge, colour)]
        classed = ["step", ["get", "harm"], colours[0], *steps]
    return ["case", ["<=", ["get", "harm"], 0], none, classed]


def _by_resolution(colours: Mapping[int, list[Any]]) -> list[Any] | str:
    """Colour by the breaks of a hexagon's own resolution, the second digit of its index."""
    cases = [part for level, colour in sorted(colours.items()) for part in (f"{level:x}", colour)]
    return ["match", ["slice", ["get", "h3"], 1, 2], *cases, _CLEAR] if cases else _CLEAR


def _fill(name: str, source: str, colour: Any) -> Json:
    return {"id": name, "type": "fill", "source": source, "source-layer": source, "paint": {"fill-color": colour}}


def _line(name: str, source: str, colour: Any, widths: Sequence[float]) -> Json:
    return {
        "id": name,
        "type": "line",
        "source": source,
        "source-layer": source,
        "layout": {"line-join": "round"},
        "paint": {"line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], *widths]},
    }
