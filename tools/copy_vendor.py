"""Copies what the page needs from node_modules to static/vendor.

The page loads nothing from outside, so MapLibre and the typeface are served by harmgrid itself, each with its licence
beside it. Run by `make setup` after `npm ci`.
"""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
INTER = "@fontsource-variable/inter"


def copies() -> list[tuple[Path, Path]]:
    """Source and target of every file to copy."""
    maplibre = MODULES / "maplibre-gl"
    modules = [path for path in sorted(maplibre.glob("dist/*.mjs")) if not path.stem.endswith("-dev")]
    pairs = [(path, VENDOR / "maplibre-gl" / path.name) for path in (*modules, maplibre / "LICENSE.txt")]
    pairs.append((MODULES / INTER / "files" / "inter-latin-wght-normal.woff2", VENDOR / "inter" / "inter-latin.woff2"))
    pairs.append((MODULES / INTER / "LICENSE", VENDOR / "inter" / "LICENSE.txt"))
    return pairs


def main() -> None:
    """Fill static/vendor anew."""
    pairs = copies()
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in pairs:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    # The types stay in node_modules: only the check of the JavaScript reads them.
    (VENDOR / "maplibre-gl" / "maplibre-gl.d.mts").write_text('export * from "maplibre-gl";\n', encoding="utf-8")


if __name__ == "__main__":
    main()
