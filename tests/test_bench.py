"""The bench runs, small and fast; that it is fast enough is no matter of a test."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.bench.peers import installing
from tools.bench.peers.agreeing import require_same_features
from tools.bench.peers.installing import Missing, find_tileserver, find_tipg
from tools.bench.report import renewed, section
from tools.bench.timing import Comparison, Disagreement, Load, Round, times_faster

ROOT = Path(__file__).resolve().parent.parent
TITLES = [
    "Cold hexagon tile",
    "Cold hexagon tile against PostGIS",
    "Ranked sectors",
    "Load into SQLite",
    "Publish",
    "Restart to first tile",
    "Month tiles over HTTP",
    "Country size",
    "Moving time on the page",
]


@pytest.mark.sweep
def test_the_short_bench_runs_every_comparison_and_writes_no_report() -> None:
    document = ROOT / "docs" / "benchmarks.md"
    before = document.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench", "--short"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.findall(r"^## (.+)$", done.stdout, re.MULTILINE) == TITLES
    assert document.read_bytes() == before


def test_the_report_has_every_comparison_and_names_no_machine_or_folder() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    there = [title for title in re.findall(r"^## (.+)$", text, re.MULTILINE) if title in TITLES]
    assert there == TITLES
    assert re.search(r"/(home|tmp|work|root|usr)/", text) is None


def hexagon(*, count: int = 3, west: int = 100) -> dict[str, Any]:
    ring = [(west, 100), (west + 50, 100), (west + 50, 150), (west, 100)]
    return {"properties": {"count": count}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.mark.quick
def test_a_peer_may_lack_only_what_reaches_into_the_buffer() -> None:
    ours = {"a": hexagon(), "b": hexagon(west=-60)}
    require_same_features(ours, {"a": hexagon()}, ("count",), "a tile")
    with pytest.raises(Disagreement, match="lacks the hexagon a"):
        require_same_features(ours, {"b": hexagon(west=-60)}, ("count",), "a tile")


@pytest.mark.quick
@pytest.mark.parametrize(
    ("peer", "said"),
    [
        ({"a": hexagon(count=4)}, r"has \[4\] in the peer's tile, \[3\] in ours"),
        ({"a": hexagon(west=102)}, "draws the hexagon a elsewhere"),
        ({"a": hexagon(), "c": hexagon()}, "1 hexagons are in the peer's tile and not in ours"),
    ],
)
def test_a_peer_with_another_tile_is_found_out(peer: dict[str, Any], said: str) -> None:
    with pytest.raises(Disagreement, match=said):
        require_same_features({"a": hexagon()}, peer, ("count",), "a tile")


@pytest.mark.quick
def test_a_peer_that_is_not_there_is_missing_and_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "FOLDER", tmp_path)
    with pytest.raises(Missing, match=r"^tipg==[0-9.]+ is not here$"):
        find_tipg(install=False)
    with pytest.raises(Missing, match=r"^tileserver-gl-light@[0-9.]+ is not here$"):
        find_tileserver(install=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.quick
def test_a_load_is_told_by_its_middle_round_and_all_rounds_by_their_spread() -> None:
    # 100 requests in 1, 2 and 4 seconds: 100, 50 and 25 a second; quartiles halfway between neighbours.
    rounds = tuple(
        Round(requests=100, seconds=seconds, median=0.002 * seconds, slowest=0.01 * seconds, size=500)
        for seconds in (1.0, 4.0, 2.0)
    )
    told = section(
        Comparison(
            title="Load",
            how="of three rounds.",
            loads=(Load(what="ours", rounds=rounds),),
            reaches=(times_faster("against none", 5, 20),),
        )
    )
    assert "| ours | 50 | 38 to 75 | 4 ms | 20 ms | 500 | 100 | 3 |" in told
    assert "| against none | at least 20 times | 5.0 times | **missed** |" in told
    assert "| minimum |" not in told, "there is no line of seconds"


@pytest.mark.quick
def test_a_section_is_renewed_in_its_place_and_says_when() -> None:
    old, new = (
        Comparison(title="Load", how=how, lines=(), reaches=(times_faster("against it", ratio, 2),))
        for how, ratio in (("as it was", 1.0), ("as it is", 3.0))
    )
    other = Comparison(title="Restart", how="another", lines=(), reaches=())
    text = "\n".join(["# Benchmarks\n", section(old), section(other)])
    found = renewed(text, [new], "2026-11-25")
    assert found == "\n".join(
        [
            "# Benchmarks\n",
            section(new).replace("## Load\n", "## Load\n\nThis section is of a run of its own, on 2026-11-25.\n"),
            section(other),
        ]
    )
    assert renewed(text, [other], "2026-11-25").count("## Restart") == 1
