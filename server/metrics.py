"""What the server counts, for Prometheus.

With one process the figures are in its memory. With several, each writes its own into the folder that
PROMETHEUS_MULTIPROC_DIR names (`harmgrid serve` makes one), and whichever is asked adds all of them up.
"""

import os
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from server.cache.interface import Key, Outcome
from server.parameters import read_parameters
from server.snapshots import Snapshots

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library reads it when it is imported; `server.serve` sets it
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

blueprint = Blueprint("metrics", __name__)

_registry = CollectorRegistry()
_requests = Counter(
    "harmgrid_cache_requests",
    "Answers: found (hit), made (miss), made by another request (joined), made since the cache failed (error).",
    ("layer", "zoom", "outcome"),
    registry=_registry,
)
_seconds = Histogram(
    "harmgrid_cache_seconds",
    "Time to find or to make an answer.",
    ("layer", "zoom", "outcome"),
    registry=_registry,
    buckets=_SECONDS,
)


class _PointerAge(Collector):
    """How long ago the shared pointer was seen. Not a figure of a process, so there is nothing to add up."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def collect(self) -> Iterator[Metric]:
        """The figure, where there is a shared pointer and it was ever seen."""
        age_s = self._snapshots.pointer_age_s()
        if age_s is not None:
            yield GaugeMetricFamily(
                "harmgrid_pointer_age_seconds", "Since this machine saw which snapshot is current.", value=age_s
            )


def count(key: Key, outcome: Outcome, seconds: float) -> None:
    """Count an answer. Whatever raised is not counted, so that nobody can invent a layer or a zoom."""
    labels = (key.layer, "" if key.zoom is None else str(key.zoom), outcome)
    _requests.labels(*labels).inc()
    _seconds.labels(*labels).observe(seconds)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Every figure, in the text format of Prometheus."""
    read_parameters(request)
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's
    else:
        registry.register(_registry)
    registry.register(_PointerAge(current_app.extensions["harmgrid_snapshots"]))
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.cache_control.no_store = True
    return response
