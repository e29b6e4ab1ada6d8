"""GeoJSON for everybody else."""

from __future__ import annotations

import json

import pyogrio
import pytest
from pyproj import Transformer
from shapely.geometry import shape

from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.geojson import export_geojson


@pytest.fixture(scope="module")
def folder(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("geojson")
    export_geojson(snapshot(finished.document), finished.verdicts, folder)
    return folder


def features(folder, table):
    return json.loads((folder / f"{table}.geojson").read_text(encoding="utf-8"))["features"]


def test_coordinates_are_longitude_and_latitude_to_a_millimetre(folder):
    x, y = features(folder, "facility")[0]["geometry"]["coordinates"]
    east, north = Transformer.from_crs(6668, 6676, always_xy=True).transform(x, y)
    assert abs(east + 29_699.876543211) < 0.001
    assert abs(north + 459.5) < 0.001


def test_exterior_rings_run_counter_clockwise_and_holes_clockwise(folder):
    for part in shape(features(folder, "promotion_area")[0]["geometry"]).geoms:
        assert part.exterior.is_ccw
        assert not any(ring.is_ccw for ring in part.interiors)


def test_names_are_japanese_and_codes_are_words(folder):
    properties = features(folder, "facility")[0]["properties"]
    assert properties["種類"] == "お試し居住"
    assert properties["工事の種類"] == "新築"
    assert properties["要確認"] is True
    assert properties["敷地の番号"] is None


def test_no_crs_member_is_written_as_the_standard_asks(folder):
    assert "crs" not in json.loads((folder / "site.geojson").read_text(encoding="utf-8"))


def test_ids_are_fids_and_a_refused_link_has_no_geometry(folder):
    assert [(f["id"], f["geometry"] is None) for f in features(folder, "access_link")] == [
        (1, False),
        (2, True),
    ]


def test_gdal_reads_every_file(folder):
    for path in folder.glob("*.geojson"):
        assert pyogrio.read_info(path)["crs"] == "EPSG:4326"


def test_the_dictionary_explains_every_property(folder):
    text = (folder / "属性定義_GeoJSON.csv").read_text(encoding="utf-8-sig")
    for path in folder.glob("*.geojson"):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            assert all(f"{path.name}," in text and f",{name}," in text for name in feature["properties"])


def test_a_note_says_that_coordinates_were_transformed(plan, tmp_path):
    notes = export_geojson(snapshot(plan.document), plan.verdicts, tmp_path).notes
    assert any("JGD2011の経度・緯度" in note for note in notes)


def test_an_empty_layer_is_an_empty_collection(bare, tmp_path):
    export_geojson(snapshot(bare.document), [], tmp_path)
    assert features(tmp_path, "facility") == []


def test_a_file_of_a_former_export_does_not_stay(plan, bare, tmp_path):
    export_geojson(snapshot(plan.document), plan.verdicts, tmp_path)
    result = export_geojson(snapshot(bare.document), [], tmp_path)
    assert not (tmp_path / "zoning.geojson").exists()
    assert any("zoning.geojson" in note for note in result.notes)
