"""The outlines of the areas, for small maps."""

import shapely
from flask.testing import FlaskClient

from tests.server.answers import answered


def test_the_outlines_are_the_areas_with_their_places(client: FlaskClient) -> None:
    ranked = answered(client.get("/api/sectors"))["sectors"]
    found = answered(client.get("/api/outlines"))
    assert {feature["id"] for feature in found["features"]} == {sector["place"] for sector in ranked}
    for feature in found["features"]:
        place = answered(client.get(f"/api/places/{feature['id']}"))
        assert feature["properties"] == {"place": feature["id"], "name": place["name"]}
        west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
        assert max(abs(a - b) for a, b in zip((west, south, east, north), place["bounds"], strict=True)) < 0.01


def test_another_level_has_its_own_outlines(client: FlaskClient) -> None:
    (force,) = answered(client.get("/api/outlines?level=force"))["features"]
    sectors = answered(client.get("/api/outlines"))["features"]
    whole = shapely.union_all([shapely.geometry.shape(sector["geometry"]) for sector in sectors])
    assert force["id"] == "force:force"
    assert shapely.geometry.shape(force["geometry"]).symmetric_difference(whole).area < 0.01 * whole.area
