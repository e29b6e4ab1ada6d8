"""The GeoPackage for the prefecture."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from xml.etree import ElementTree

import pyogrio
import pytest

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.dictionary import FIELDS
from chiiki_gis.export.gpkg import FILE_NAME, export_gpkg
from chiiki_gis.export.qgis_style import qml
from chiiki_gis.io.project import save_project

DAY = date(2026, 4, 1)


@pytest.fixture(scope="module")
def written(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpkg")
    return export_gpkg(snapshot(finished.document), finished.verdicts, folder, stamp=DAY).files[0]


def ask(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_it_is_one_clean_file_that_is_not_in_wal_mode(written):
    assert [p.name for p in written.parent.iterdir()] == [FILE_NAME]
    assert written.read_bytes()[18:20] == b"\x01\x01"


def test_tables_are_named_by_role_and_titled_in_japanese(written):
    titles = dict(ask(written, "SELECT table_name, identifier FROM gpkg_contents"))
    assert titles["promotion_area"] == "特定居住促進区域"
    assert titles["facility"] == "拠点施設"
    assert titles["field_dictionary"] == "列の説明"


def test_fids_and_values_are_those_of_the_plan(finished, written):
    frame = pyogrio.read_dataframe(written, layer="facility", fid_as_index=True)
    assert list(frame.index) == [1, 2]
    assert list(frame["name"]) == ["お試し住宅 髙", "交流館"]
    assert frame.geometry.iloc[0].equals(snapshot(finished.document).rows(Role.FACILITY).geometry.iloc[0])
    assert frame.crs.to_epsg() == 6676


def test_facilities_of_points_and_sites_stay_in_one_table(written):
    assert pyogrio.read_info(written, layer="facility")["geometry_type"] == "Unknown"
    assert pyogrio.read_info(written, layer="promotion_area")["geometry_type"] == "MultiPolygon"


def test_every_layer_has_a_style_of_its_geometry(written):
    rows = ask(written, "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1")
    assert len(rows) == 7
    kinds = {name: ElementTree.fromstring(text).findtext("layerGeometryType") for name, text in rows}
    assert kinds["facility"] == "0"
    assert kinds["access_link"] == "1"
    assert kinds["zoning"] == "2"


def test_the_style_of_zoning_names_every_zone_with_its_colour():
    root = ElementTree.fromstring(qml(reference_style(Role.ZONING), "polygon", FIELDS[Role.ZONING]))
    values = [category.get("value") for category in root.iter("category")]
    assert values[0] == "第一種低層住居専用地域"
    assert len(values) == 15
    first = root.find("renderer-v2/symbols/symbol/layer/prop[@k='color']")
    assert first is not None
    assert first.get("v") == "0,255,153,255"


def test_sources_and_the_meaning_of_every_column_go_with_it(written):
    sources = dict(ask(written, "SELECT table_name, source FROM source"))
    assert sources["zoning"] == "国土数値情報（国土交通省）（令和元年度）"
    assert sources["facility"] == "湖野市作成"
    named = {
        r[0] for r in ask(written, "SELECT column_name FROM field_dictionary WHERE table_name = 'facility'")
    }
    assert named == {field.name for field in FIELDS[Role.FACILITY]}


def test_no_personal_word_is_anywhere_in_the_file(written):
    content = written.read_bytes()
    assert "湖野太郎".encode() not in content
    assert "所有者".encode() not in content


def test_equal_values_and_day_give_equal_bytes(plan, written, tmp_path):
    again = export_gpkg(snapshot(plan.document), plan.verdicts, tmp_path / "b", stamp=DAY).files[0]
    assert again.read_bytes() == written.read_bytes()


def test_an_empty_plan_can_be_written(bare, tmp_path):
    path = export_gpkg(snapshot(bare.document), [], tmp_path / "leer.gpkg").files[0]
    assert path.name == "leer.gpkg"
    assert pyogrio.read_info(path, layer="facility")["features"] == 0


def test_a_project_is_never_overwritten(plan, tmp_path):
    path = tmp_path / FILE_NAME
    save_project(snapshot(plan.document), path)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="同じ名前のプロジェクト"):
        export_gpkg(snapshot(plan.document), plan.verdicts, tmp_path)
    assert path.read_bytes() == before


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not installed")
def test_another_gdal_opens_it_without_a_warning(written):
    done = subprocess.run(
        ["ogrinfo", "-ro", "-al", "-so", written], capture_output=True, text=True, check=True
    )
    assert "Warning" not in done.stdout + done.stderr
    assert "Feature Count: 2" in done.stdout
