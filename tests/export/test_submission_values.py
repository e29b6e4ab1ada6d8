"""The names and values that have spoilt other people's files, through every format and back."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import geopandas
import pyogrio
import pytest
from openpyxl import load_workbook
from shapely.geometry import Point, box

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.cp932 import byte_length
from chiiki_gis.export.geojson import export_geojson
from chiiki_gis.export.gpkg import export_gpkg
from chiiki_gis.export.kml import export_kml
from chiiki_gis.export.shapefile import export_shapefile, foreign_characters
from chiiki_gis.export.shapefile_table import BULK
from chiiki_gis.export.spreadsheets import export_csv, export_xlsx

DAY = date(2026, 4, 1)
NAMES = ("第一号①髙﨑", "𠮷野é〜−", "=1+1", "", None, "+81-266", "@SUM(A1)", "「改行\nあり」")
LONGEST = "あ" * 127
HUGE_M2 = 1e12
AGREED = {"𠮷": "吉", "é": "e", "〜": "～", "−": "－"}


@pytest.fixture
def hard(bare):
    """A plan of hard names, an area of 10^12 m², flags, empty and missing values."""
    shapes = [box(-30_000 + 100 * n, 0, -29_950 + 100 * n, 50) for n in range(len(NAMES))]
    shapes[0] = box(-500_000, -500_000, 500_000, 500_000)
    bare.put(
        Role.PROMOTION_AREA,
        shapes,
        name=list(NAMES),
        number=[1, 2, 3, None, None, 6, 7, 8],
        description=[LONGEST, *[None] * 7],
    )
    bare.put(
        Role.FACILITY,
        [Point(-30_000, 0), Point(-30_001, 0), Point(-30_002, 0)],
        building_id=["b1", "b2", "b3"],
        name=["甲", "乙", "丙"],
        use_floor_m2=[12_345_678.9, 0.0, None],
        total_floor_m2=[HUGE_M2, None, 0.01],
        top_storey=[0, None, 60],
    )
    return bare


def names_in(values):
    return [None if gone else text for text, gone in zip(values, values.isna(), strict=True)]


EMPTY_IS_NOTHING = [name or None for name in NAMES]


@pytest.mark.parametrize("degrees", [False, True])
def test_geopackage_gives_every_name_and_number_back(hard, tmp_path, degrees):
    values = snapshot(hard.document)
    path = export_gpkg(values, hard.verdicts, tmp_path, stamp=DAY, degrees=degrees).files[0]
    areas = pyogrio.read_dataframe(path, layer="promotion_area")
    assert names_in(areas["name"]) == EMPTY_IS_NOTHING
    assert areas["area_ha"][0] == HUGE_M2 / 10_000
    assert areas["description"][0] == LONGEST
    facilities = pyogrio.read_dataframe(path, layer="facility")
    assert list(facilities["use_floor_m2"].isna()) == [False, False, True]
    assert facilities["total_floor_m2"][0] == HUGE_M2
    assert areas.crs.to_epsg() == (6668 if degrees else 6676)
    moved = areas.to_crs(6676).geometry
    for old, new in zip(values.rows(Role.PROMOTION_AREA).geometry[1:], moved[1:], strict=True):
        assert old.hausdorff_distance(new) <= 0.001


@pytest.mark.parametrize("degrees", [False, True])
def test_shapefile_gives_them_back_once_replacements_are_agreed(hard, tmp_path, degrees):
    values = snapshot(hard.document)
    with pytest.raises(BadInput, match="「𠮷」→「吉」"):
        export_shapefile(values, hard.verdicts, tmp_path, stamp=DAY)
    assert foreign_characters(values, hard.verdicts) == AGREED
    export_shapefile(values, hard.verdicts, tmp_path, stamp=DAY, substitutions=AGREED, degrees=degrees)
    areas = pyogrio.read_dataframe(tmp_path / "promotion_area.shp")
    wanted = ["吉野e～－" if name == NAMES[1] else name for name in EMPTY_IS_NOTHING]
    assert names_in(areas["名称"]) == wanted
    assert areas["区域説明"][0] == LONGEST
    assert areas["面積ha"][0] == HUGE_M2 / 10_000
    assert areas.crs.to_epsg() == (6668 if degrees else 6676)
    facilities = pyogrio.read_dataframe(tmp_path / "facility_point.shp")
    assert facilities["用途面積"][0] == 12_345_678.9
    assert facilities["延べ面積"][0] == HUGE_M2


def test_a_text_of_255_bytes_is_refused_by_the_shapefile_and_kept_by_the_others(hard, tmp_path):
    text = "あ" * 127 + "a"
    assert byte_length(text) == 255
    hard.put(Role.PROMOTION_AREA, [box(0, 0, 1, 1)], name=["長"], description=[text])
    values = snapshot(hard.document)
    with pytest.raises(BadInput, match="255バイト"):
        export_shapefile(values, hard.verdicts, tmp_path / "s", stamp=DAY, substitutions=AGREED)
    path = export_gpkg(values, hard.verdicts, tmp_path, stamp=DAY).files[0]
    assert text in set(pyogrio.read_dataframe(path, layer="promotion_area")["description"])


def test_geojson_and_kml_give_every_name_back(hard, tmp_path):
    values = snapshot(hard.document)
    export_geojson(values, hard.verdicts, tmp_path)
    found = json.loads((tmp_path / "promotion_area.geojson").read_text("utf-8"))["features"]
    assert [f["properties"]["名称"] for f in found] == EMPTY_IS_NOTHING
    path = export_kml(values, hard.verdicts, tmp_path).files[0]
    read = geopandas.read_file(path, layer="特定居住促進区域")
    assert list(read["Name"])[:3] == list(NAMES[:3])
    assert path.read_text("utf-8").count("<Placemark") == len(NAMES) + 3
    again = read.set_crs(6668, allow_override=True).to_crs(6676).geometry
    old = values.rows(Role.PROMOTION_AREA).geometry
    assert all(a.hausdorff_distance(b) <= 0.002 for a, b in zip(old[1:], again[1:], strict=True))


def test_no_cell_of_a_spreadsheet_is_a_formula(hard, tmp_path):
    values = snapshot(hard.document)
    path = export_xlsx(values, hard.verdicts, tmp_path, stamp=DAY).files[0]
    book = load_workbook(path)
    sheet = book["特定居住促進区域"]
    assert [cell.value for cell in sheet["C"][1:]] == EMPTY_IS_NOTHING
    assert "f" not in {cell.data_type for one in book for row in one.iter_rows() for cell in row}
    export_csv(values, hard.verdicts, tmp_path)
    with (tmp_path / "promotion_area.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row["名称"] for row in csv.DictReader(file)]
    assert cells[2] == "'=1+1"
    assert cells[5:7] == ["'+81-266", "'@SUM(A1)"]
    assert cells[0] == NAMES[0]


def test_flags_leave_as_one_and_zero_and_missing_ones_as_nothing(finished, tmp_path):
    export_csv(snapshot(finished.document), finished.verdicts[:1], tmp_path)
    with (tmp_path / "facility.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["要確認"] for row in rows] == ["1", ""]
    assert rows[0]["種類"] == "お試し居住"
    assert rows[0]["経度"].startswith("138.1")


def test_the_same_plan_gives_the_same_excel_and_kml_bytes(hard, tmp_path):
    values = snapshot(hard.document)
    for write in (
        lambda to: export_xlsx(values, hard.verdicts, to, stamp=DAY),
        lambda to: export_kml(values, [], to),
    ):
        first, second = write(tmp_path / "a"), write(tmp_path / "b")
        assert first.files[0].read_bytes() == second.files[0].read_bytes()


def test_numbers_of_excel_have_the_digits_that_excel_keeps(finished, tmp_path):
    path = export_xlsx(snapshot(finished.document), finished.verdicts, tmp_path, stamp=DAY).files[0]
    sheet = load_workbook(path)["アクセス道路"]
    titles = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, titles.index("距離km") + 1).value == 4.33333333333


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not installed")
def test_another_gdal_reads_the_names_of_every_format(hard, tmp_path):
    values = snapshot(hard.document)
    export_shapefile(values, hard.verdicts, tmp_path / "s", stamp=DAY, substitutions=AGREED)
    files = [
        export_gpkg(values, hard.verdicts, tmp_path, stamp=DAY).files[0],
        export_kml(values, hard.verdicts, tmp_path).files[0],
        tmp_path / "s" / "promotion_area.shp",
    ]
    for path in files:
        done = subprocess.run(["ogrinfo", "-ro", "-al", path], capture_output=True, text=True, check=True)
        assert "第一号①髙﨑" in done.stdout, path
        assert "ERROR" not in done.stderr


def test_pyshp_reads_the_names_and_the_language_id(hard, tmp_path):
    shapefile = pytest.importorskip("shapefile")
    export_shapefile(snapshot(hard.document), hard.verdicts, tmp_path, stamp=DAY, substitutions=AGREED)
    with shapefile.Reader(str(tmp_path / "promotion_area"), encoding="cp932") as reader:
        assert reader.record(0)["名称"] == NAMES[0]


_QGIS = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
told = {}
for name in ("zoning", "promotion_area", "facility"):
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    symbol = layer.renderer().symbols(__import__("qgis.core").core.QgsRenderContext())[0]
    told[name] = [layer.isValid(), layer.renderer().type(), symbol.color().name(), layer.attributeAlias(2)]
layer = QgsVectorLayer(sys.argv[2], "s", "ogr")
first = next(layer.getFeatures())
told["shapefile"] = [layer.dataProvider().encoding(), first["名称"], layer.crs().authid()]
print(json.dumps(told))
"""


def test_a_long_layer_is_written_in_bulk_and_says_the_same(bare, tmp_path):
    count = BULK + 1
    shapes = [box(n % 200, n // 200, n % 200 + 0.5, n // 200 + 0.5) for n in range(count)]
    names = ["第一号①髙﨑" if n % 2 else "商業地域" for n in range(count)]
    bare.refer(Role.ZONING, "用途地域", shapes, name=names, zone_id=["C", None] * (count // 2) + ["C"])
    values = snapshot(bare.document)
    export_shapefile(values, [], tmp_path, stamp=DAY)
    raw = (tmp_path / "zoning.dbf").read_bytes()
    assert raw[29] == 0x13
    assert (tmp_path / "zoning.cpg").read_bytes() == b"CP932"
    read = pyogrio.read_dataframe(tmp_path / "zoning.shp")
    assert list(read["用途地域"]) == names
    assert list(read["地物番号"]) == list(range(1, count + 1))
    with (tmp_path / "属性定義.csv").open(encoding="utf-8-sig", newline="") as file:
        widths = {
            row["列名"]: int(row["幅"]) for row in csv.DictReader(file) if row["ファイル"] == "zoning.shp"
        }
    assert widths["用途地域"] == raw[32 + 32 + 16]
    path = export_gpkg(values, [], tmp_path, stamp=DAY).files[0]
    assert pyogrio.read_info(path, layer="zoning")["geometry_type"] == "Polygon"
    bare.refer(Role.ZONING, "外字", shapes, name=["𠮷"] * count, zone_id=["C"] * count)
    with pytest.raises(BadInput, match=r"ほか19981件"):
        export_shapefile(snapshot(bare.document), [], tmp_path, stamp=DAY)
    assert (tmp_path / "zoning.dbf").read_bytes() == raw


def has_qgis():
    python = Path("/usr/bin/python3")
    return (
        python.exists()
        and subprocess.run([python, "-I", "-c", "import qgis.core"], check=False).returncode == 0
    )


@pytest.mark.skipif(not has_qgis(), reason="QGIS is not installed")
def test_qgis_opens_the_files_with_their_colours_titles_and_names(finished, tmp_path):
    values = snapshot(finished.document)
    path = export_gpkg(values, finished.verdicts, tmp_path, stamp=DAY).files[0]
    export_shapefile(values, finished.verdicts, tmp_path / "s", stamp=DAY)
    environment = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["/usr/bin/python3", "-I", "-c", _QGIS, path, tmp_path / "s" / "promotion_area.shp"],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    style = next(x for x in values.layers if x.role == Role.PROMOTION_AREA).style
    assert told["zoning"][:3] == [True, "categorizedSymbol", "#00ff99"]
    assert told["promotion_area"] == [True, "singleSymbol", style.symbol.fill, "名称"]
    assert told["facility"][0]
    assert told["shapefile"] == ["Shift_JIS", "第一号①髙﨑", "EPSG:6676"]
