"""Stops a wheel that would hold a page without its map.

`make setup` copies the front-end libraries to static/vendor; git ignores them. An editable install may come before
that, a wheel may not.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = ("static/vendor/maplibre-gl/maplibre-gl.mjs", "static/vendor/maplibre-gl/maplibre-gl-worker.mjs")


class VendorPresent(BuildHookInterface[Any]):
    """Refuses a wheel while static/vendor/maplibre-gl is missing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling hands both over
        """Ends the build with one sentence if a needed file is missing."""
        missing = [name for name in NEEDED if not (Path(self.root) / name).is_file()]
        if version != "editable" and missing:
            self.app.abort(f"No wheel: {missing[0]} is missing, so the page would have no map. Run `make setup` first.")
