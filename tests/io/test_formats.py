"""The table of formats: what is opened, what is refused by name, and what the dialog and the pages say."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import geopandas
import openpyxl
import pyogrio
import pytest
from shapely.geometry import LineString, Point, box

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.io.datasets import recognise
from chiiki_gis.io.format_table import dialog_filter, formats, formats_page, readable
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import prepare
from chiiki_gis.io.normalise import openstreetmap

TOP = Path(__file__).resolve().parents[2]


def zones() -> geopandas.GeoDataFrame:
    names = ["商業地域", "近隣商業地域"]
    return geopandas.GeoDataFrame(
        {"A29_004": [9, 8], "A29_005": names}, geometry=[box(138, 36, 138.1, 36.1)] * 2, crs=6668
    )


def write(frame: geopandas.GeoDataFrame, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path, driver="LIBKML" if path.suffix == ".kml" else None)


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        ("a.shp", "shapefile", Role.ZONING),
        ("a.gpkg", "gpkg", Role.ZONING),
        ("a.geojson", "geojson", Role.ZONING),
        ("a.json", "geojson", Role.ZONING),
        ("a.fgb", "flatgeobuf", Role.ZONING),
        ("a.parquet", "geoparquet", Role.ZONING),
        ("a.gml", "gml", Role.ZONING),
        ("a.kml", "kml", Role.ZONING),
    ],
)
def test_every_vector_format_is_read_with_columns_crs_and_role(
    tmp_path: Path, name: str, kind: str, role: Role
) -> None:
    path = tmp_path / name
    write(zones(), path)
    result = read(path)
    table = result.tables[0]
    prepared = prepare(table, 6676)
    assert (result.format, table.format) == (kind, kind)
    assert (len(prepared.frame), prepared.recognition.role) == (2, role)
    assert list(prepared.frame["zone_id"]) == ["C", "CN"]
    assert prepared.frame.total_bounds == pytest.approx(zones().to_crs(6676).total_bounds, abs=0.01)


def test_a_kmz_is_a_zip_with_a_kml(tmp_path: Path) -> None:
    write(zones(), tmp_path / "doc.kml")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(tmp_path / "doc.kml", "doc.kml")
    result = read(tmp_path / "a.kmz")
    assert (result.format, len(result.tables[0].frame)) == ("kmz", 2)


def test_a_dxf_is_read_and_lacks_its_crs(tmp_path: Path) -> None:
    path = tmp_path / "図面.dxf"
    lines = geopandas.GeoDataFrame(geometry=[LineString([(-1000, 2000), (-900, 2100)])])
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.write_dataframe(lines, path, driver="DXF")
    table = read(path).tables[0]
    assert (table.name, len(table.frame), table.epsg) == ("図面", 1, None)


OSM = """<?xml version='1.0'?><osm version="0.6">
<node id="1" lat="36.0" lon="138.0" version="1"/><node id="2" lat="36.01" lon="138.0" version="1"/>
<way id="9" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/>
<tag k="oneway" v="yes"/></way>
<way id="8" version="1"><nd ref="1"/><nd ref="2"/><tag k="waterway" v="stream"/></way></osm>"""


def test_of_openstreetmap_only_roads_are_read_with_their_direction(tmp_path: Path) -> None:
    path = tmp_path / "chino.osm"
    path.write_text(OSM)
    prepared = prepare(read(path).tables[0], 6676)
    assert prepared.recognition.role == Role.ROAD
    assert list(prepared.frame["oneway"]) == [True]
    assert "OpenStreetMap" in prepared.recognition.licence


def workbook(path: Path, *sheets: tuple[str, list[list[object]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def test_a_workbook_is_read_below_its_title_and_sheets_without_places_are_told(tmp_path: Path) -> None:
    path = tmp_path / "空き家.xlsx"
    rows = [["空き家一覧"], [], ["物件番号", "緯度", "経度"], [1, 36.0, 138.2], [2, "３６．１", 138.3]]
    workbook(path, ("台帳", rows), ("凡例", [["記号", "意味"], ["A", "良い"]]))
    table = read(path).tables[0]
    assert list(table.frame["物件番号"]) == ["1", "2"]
    assert [round(p.y, 1) for p in table.frame.geometry] == [36.0, 36.1]
    assert "シートが1枚" in table.notes[-1]


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("a.tsv", "緯度\t経度\n36\t138\n", "utf-8"),
        ("a.csv", "緯度\t経度\n36\t138\n", "utf-16"),
        ("a.csv", "緯度;経度\n36;138\n", "utf-8-sig"),
        ("a.csv", "緯度,経度\n36,138\n", "cp932"),
    ],
)
def test_a_table_is_read_whatever_parts_its_cells(
    tmp_path: Path, name: str, text: str, encoding: str
) -> None:
    (tmp_path / name).write_text(text, encoding)
    assert read(tmp_path / name).tables[0].frame.geometry.iloc[0].equals(Point(138, 36))


def test_a_zip_in_a_zip_with_several_layers_is_read_whole(tmp_path: Path) -> None:
    write(zones(), tmp_path / "A29-19_20.geojson")
    joints = {"N06_014": [9999], "N06_018": ["架空"], "N06_019": [1]}
    write(geopandas.GeoDataFrame(joints, geometry=[Point(138, 36)], crs=6668), tmp_path / "N06.geojson")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(tmp_path / "A29-19_20.geojson", "A29-19_20.geojson")
        archive.writestr("readme.xml", "<x/>")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.write(tmp_path / "N06.geojson", "N06.geojson")
    roles = {recognise(t.frame, t.name).role for t in read(tmp_path / "all.zip").tables}
    assert roles == {Role.ZONING, Role.INTERCHANGE}


def test_a_broken_file_in_a_zip_is_told_and_the_good_one_is_read(tmp_path: Path) -> None:
    write(zones(), tmp_path / "a.geojson")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "a.geojson", "a.geojson")
        archive.writestr("b.geojson", "")
    result = read(tmp_path / "all.zip")
    assert len(result.tables) == 1
    assert "「b.geojson」" in result.notes[-1]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("図面.dwg", b"AC1032", "DXF"),
        ("台帳.xls", b"\xd0\xcf\x11\xe0", "xlsx"),
        ("計画.pdf", b"%PDF-1.7", "GeoTIFF"),
        ("x.lzh", b"-lh5-", "展開"),
        ("a.csv", b"PK\x03\x04 and so on", ".zip"),
        ("a.shp", b"SQLite format 3\0", ".gpkg"),
        ("a.xyz", b"SQLite format 3\0", ".gpkg"),
        ("a.geojson", b"<?xml version='1.0'?><kml/>", "XML"),
        ("a.gpkg", b"", "大きさが0"),
        ("a.xml", b"<?xml version='1.0'?><rss/>", "rss"),
        ("a.xml", b"<ksj:Dataset xmlns:ksj='x'/>", "JPGIS"),
        ("a.xml", b"<Dataset xmlns='http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema'/>", "基盤地図情報"),
        ("a.xml", b"<Dataset xmlns='http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema'><DEM/></Dataset>", "DEM"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=word):
        read(tmp_path / name)


def test_dialog_page_and_manual_follow_the_table() -> None:
    manual = (paths.resources() / "help" / "manual.md").read_text("utf-8")
    assert (TOP / "docs" / "formats.md").read_text("utf-8") == formats_page()
    for known in readable():
        assert f"{known.label} (*{known.extensions[0]}" in dialog_filter()
        assert known.label in manual
        assert all(ending in manual for ending in known.extensions)
    words = dialog_filter().replace(")", " ").split()
    assert not {f"*{e}" for f in formats() if f.reader == "refused" for e in f.extensions} & set(words)


def test_the_library_has_every_driver_that_the_table_needs() -> None:
    drivers = pyogrio.list_drivers(read=True)
    assert [f.id for f in formats() if f.driver is not None and f.driver not in drivers] == []


URF = """<?xml version="1.0"?><core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0"
 xmlns:gml="http://www.opengis.net/gml" xmlns:urf="https://www.geospatial.jp/iur/urf/3.1">
<gml:boundedBy>
<gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"/></gml:boundedBy>
<core:cityObjectMember><urf:UseDistrict gml:id="urf_1">
<urf:function codeSpace="../../codelists/Common_function.xml">1</urf:function>
<urf:buildingCoverageRate>0.5</urf:buildingCoverageRate>
<urf:lod1MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>
<gml:posList>36.0 138.0 0 36.0 138.1 0 36.1 138.1 0 36.0 138.0 0</gml:posList>
</gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></urf:lod1MultiSurface>
</urf:UseDistrict></core:cityObjectMember></core:CityModel>"""
CODES = """<gml:Dictionary xmlns:gml="http://www.opengis.net/gml"><gml:dictionaryEntry><gml:Definition>
<gml:description>第1種低層住居専用地域</gml:description><gml:name>1</gml:name>
</gml:Definition></gml:dictionaryEntry></gml:Dictionary>"""


def test_city_planning_of_plateau_is_zoning_with_its_codes_written_out(tmp_path: Path) -> None:
    path = tmp_path / "udx" / "urf" / "533834_urf_6668_op.gml"
    path.parent.mkdir(parents=True)
    path.write_text(URF)
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists" / "Common_function.xml").write_text(CODES)
    table = read(path).tables[0]
    prepared = prepare(table, 6676)
    assert table.epsg == 6697
    assert prepared.recognition.role == Role.ZONING
    assert list(prepared.frame["name"]) == ["第一種低層住居専用地域"]
    assert table.frame.total_bounds == pytest.approx([138.0, 36.0, 138.1, 36.1])
    flat = table.frame.set_crs(6668).to_crs(6676)
    assert prepared.frame.total_bounds == pytest.approx(flat.total_bounds, abs=0.001)


def test_buildings_of_plateau_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "bldg.gml"
    path.write_text(URF.replace("urf:UseDistrict", "urf:Building"))
    with pytest.raises(BadInput, match="立体"):
        read(path)


def test_a_way_that_runs_against_its_drawing_is_turned_round_and_said_so() -> None:
    lines = [LineString([(0, 0), (10, 0)]), LineString([(0, 5), (10, 5)])]
    frame = geopandas.GeoDataFrame(
        {"highway": ["residential"] * 2, "oneway": ["-1", "yes"]}, geometry=lines, crs=6676
    )
    turned, notes = openstreetmap(frame)
    assert list(turned["oneway"]) == [True, True]
    assert [line.coords[0] for line in turned.geometry] == [(10, 0), (0, 5)]
    assert notes == ["描かれた向きと逆の一方通行の道路1本は、線の向きを逆にしました。"]
    assert frame.geometry.iloc[0].coords[0] == (0, 0)
