"""The published archive of Northumbria: every total against a count by Python's csv module, shapely and h3 alone."""

import json
import re
from collections import Counter

import h3
import numpy as np
import pytest
import shapely

from etl.check import check
from harmgrid.cube import Cube
from harmgrid.types import month_from_text, month_text
from tests.police_uk_builder import ASB, default_recipe, figures, load, table
from tests.real_force import Northumbria

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def where(northumbria: Northumbria) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Hexagon at resolution 9 and sector of each distinct point, one by one."""
    features = json.loads(northumbria.sectors.read_text())["features"]
    features.sort(key=lambda feature: feature["properties"]["sector_id"])
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    for shape in shapes:
        shapely.prepare(shape)
    ids = [feature["properties"]["sector_id"] for feature in features]
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    for lon, lat in {(row["Longitude"], row["Latitude"]) for row in northumbria.rows if row["Longitude"]}:
        point = shapely.Point(float(lon), float(lat))
        sector = next((name for name, shape in zip(ids, shapes, strict=True) if shape.intersects(point)), None)
        found[lon, lat] = (h3.latlng_to_cell(float(lat), float(lon), 9), sector)
    return found


def counted(cube: Cube) -> dict[int, int]:
    """Events of each place over all months."""
    last = cube.row_entry[1:] - 1
    return {
        place: int(cube.count[last[cube.place_row[at] : cube.place_row[at + 1]]].sum())
        for at, place in enumerate(cube.place.tolist())
    }


def test_the_receipt_accounts_for_every_row_of_every_file(northumbria: Northumbria) -> None:
    rows = Counter(row["Month"] for row in northumbria.rows)
    lines = re.findall(r"^(\S+)-northumbria-street\.csv +([\d, ]+)$", northumbria.load_text, re.MULTILINE)
    assert len(lines) == 33
    for month, numbers in lines:
        read, loaded, updated, unchanged, rejected = (int(number.replace(",", "")) for number in numbers.split())
        assert read == loaded + updated + unchanged + rejected == rows[month]
    (total,) = re.findall(r"^in all +([\d,]+)", northumbria.load_text, re.MULTILINE)
    assert int(total.replace(",", "")) == len(northumbria.rows)


def test_every_month_has_its_rows_and_one_was_never_delivered(northumbria: Northumbria) -> None:
    months = northumbria.store.read(northumbria.store.current()).contents.months
    delivered = [month_text(month) for month, there in months if there]
    rows = Counter(row["Month"] for row in northumbria.rows)
    found = table(northumbria.records, "SELECT month, count(*) FROM events GROUP BY month")
    assert {month_text(month): count for month, count in found} == rows
    assert delivered == sorted(rows)
    assert (len(delivered), delivered[0], delivered[-1]) == (33, "2020-05", "2023-02")
    assert [month_text(month) for month in months.missing(months.window)] == ["2022-01"]


def test_no_row_is_rejected_and_no_crime_id_comes_twice(northumbria: Northumbria) -> None:
    ids = [row["Crime ID"] for row in northumbria.rows if row["Crime ID"]]
    assert len(set(ids)) == len(ids)
    assert table(northumbria.records, "SELECT count(*) FROM rejects") == [(0,)]


def test_anti_social_behaviour_is_all_there_although_its_rows_look_alike(northumbria: Northumbria) -> None:
    rows = [row for row in northumbria.rows if row["Crime type"] == ASB]
    ((kept,),) = table(northumbria.records, f"SELECT count(*) FROM events WHERE category = '{ASB}'")  # noqa: S608 - ours
    assert kept == len(rows)
    assert not any(row["Crime ID"] for row in rows)
    alike = len(rows) - len({tuple(row.values()) for row in rows})
    assert alike > 50_000, "rows that look like another one"


def test_every_hexagon_holds_the_events_that_h3_itself_puts_there(
    northumbria: Northumbria, where: dict[tuple[str, str], tuple[str, str | None]]
) -> None:
    rows = northumbria.rows
    expected = Counter(
        h3.str_to_int(where[row["Longitude"], row["Latitude"]][0]) if row["Longitude"] else 0 for row in rows
    )
    snapshot = northumbria.store.read(northumbria.store.current()).contents
    assert counted(snapshot.hex_cubes[9]) == expected
    assert expected[0] == 670, "rows without a location"
    for level, cube in snapshot.hex_cubes.items():
        coarser: Counter[int] = Counter()
        for cell, count in expected.items():
            coarser[h3.str_to_int(h3.cell_to_parent(h3.int_to_str(cell), level)) if cell else 0] += count
        assert counted(cube) == coarser


def test_every_sector_holds_the_events_whose_points_lie_in_it(
    northumbria: Northumbria, where: dict[tuple[str, str], tuple[str, str | None]]
) -> None:
    rows = northumbria.rows
    expected = Counter(where[row["Longitude"], row["Latitude"]][1] for row in rows if row["Longitude"])
    snapshot = northumbria.store.read(northumbria.store.current()).contents
    found = counted(snapshot.sector_cube)
    assert found.pop(0) == 670
    assert found.pop(1) == expected.pop(None) == 389
    assert {snapshot.sectors[place - 2].id: count for place, count in found.items()} == expected
    assert len(snapshot.sectors) == 35


def test_harm_is_events_times_the_published_weight(northumbria: Northumbria) -> None:
    snapshot = northumbria.store.read(northumbria.store.current()).contents
    weights = {
        line.split(",")[0].casefold(): float(line.split(",")[3])
        for line in (northumbria.source / "css-weights" / "police_uk_category_mean_css2020.csv")
        .read_text()
        .splitlines()[1:]
    }
    found = table(northumbria.records, "SELECT category, count(*) FROM events GROUP BY category")
    expected = sum(count * weights[category.casefold()] for category, count in found if category != ASB)
    last = snapshot.sector_cube.row_entry[1:] - 1
    assert float(np.sum(snapshot.sector_cube.harm[last])) == pytest.approx(expected, rel=1e-12)


def test_the_check_finds_every_figure_the_same(northumbria: Northumbria) -> None:
    found = check(northumbria.records, northumbria.store, default_recipe(), progress=lambda _: None)
    wholes = {figure.count for figure in found if not figure.where.startswith("  ")}
    assert wholes == {len(northumbria.rows)}
    parts = [figure.count for figure in found if figure.where.startswith("  ")]
    assert sum(parts) in wholes
    assert parts[:2] == [670, 389]


def test_loading_the_real_archive_again_changes_no_row(northumbria: Northumbria) -> None:
    before = table(northumbria.records, "SELECT max(id), count(*), sum(row_number), sum(cell % 1000003) FROM events")
    receipt = load(northumbria.records, northumbria.archive)
    read, loaded, updated, unchanged, rejected, withdrawn = figures(receipt.total)
    assert (loaded, updated, withdrawn) == (0, 0, 0)
    assert read == unchanged + rejected == len(northumbria.rows)
    after = table(northumbria.records, "SELECT max(id), count(*), sum(row_number), sum(cell % 1000003) FROM events")
    assert after == before


def test_loading_and_publishing_take_less_than_a_minute(northumbria: Northumbria) -> None:
    assert northumbria.cpu_s < 60


def test_the_missing_month_is_no_month_of_zeros(northumbria: Northumbria) -> None:
    months = [month for (month,) in table(northumbria.records, "SELECT month FROM deliveries ORDER BY month")]
    assert len(months) == 33
    assert month_from_text("2022-01") not in months
