"""Every format holds the use zones of a real town."""

from __future__ import annotations

import geopandas
import pytest

from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.zones import UNKNOWN_ID, UNKNOWN_NAME, zone_named
from chiiki_gis.export.geojson import export_geojson
from chiiki_gis.export.gpkg import export_gpkg
from chiiki_gis.export.shapefile import export_shapefile
from chiiki_gis.export.web import export_html

pytestmark = pytest.mark.real_data


@pytest.fixture
def town(bare, real_data):
    folder = real_data / "chino"
    zones = geopandas.read_file(
        folder / "judgement_layers" / "use_districts" / "use_districts.shp", encoding="CP932"
    ).to_crs(6676)
    found = [zone_named(text) for text in zones["youto"]]
    names = [zone.name if zone else UNKNOWN_NAME for zone in found]
    ids = [zone.id if zone else UNKNOWN_ID for zone in found]
    bare.refer(Role.ZONING, "用途地域", zones.geometry, name=names, zone_id=ids)
    border = geopandas.read_file(folder / "boundary_20214.geojson").to_crs(6676)
    count = len(border)
    bare.refer(
        Role.MUNICIPALITY, "市町村界", border.geometry, name=["茅野市"] * count, code=["20214"] * count
    )
    return snapshot(bare.document)


@pytest.mark.parametrize("export", [export_gpkg, export_shapefile, export_geojson])
def test_every_zone_and_vertex_passes_the_second_reading(town, tmp_path, export):
    assert export(town, [], tmp_path).files


def test_the_page_of_a_real_town_is_small(town, tmp_path):
    assert export_html(town, [], tmp_path).files[0].stat().st_size < 700_000
