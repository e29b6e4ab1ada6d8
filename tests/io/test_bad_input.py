"""Files that cannot be read: three Japanese sentences, and nothing changes."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import GeometryCollection, LineString, Point, Polygon, box

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.role import Role
from chiiki_gis.io import containers
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import prepare
from chiiki_gis.io.plan_rows import plan_rows


def told(path: Path, options: ImportOptions | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        read(path, options or ImportOptions())
    lines = str(caught.value).split("\n")
    assert len(lines) == 3
    for line in lines:
        assert line.endswith("。")
        assert not re.search(r"[A-Za-z]+Error|Traceback|Exception", line)
    return str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "見つかりません" in told(tmp_path / "ない.shp")


def test_a_zip_that_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"this is no zip")
    assert "zip" in told(path)


def test_a_zip_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", '{"type": "FeatureCollection", "features": []}' * 500)
    path.write_bytes(path.read_bytes()[:-40])
    told(path)


def test_a_zip_that_climbs_out_of_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.geojson", "{}")
    assert "フォルダの外" in told(path)
    assert not (tmp_path.parent / "evil.geojson").exists()


def test_a_zip_whose_entries_do_not_decompress(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", bytes(range(256)) * 40)
    data = bytearray(path.read_bytes())
    data[45:60] = b"\xff" * 15
    path.write_bytes(bytes(data))
    told(path)


POINTS = "緯度,経度\n36.1,138.3\n"


def zipped(*entries: tuple[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_nested_zip_cannot_name_the_folder_it_unpacks_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "tmp"
    inner.mkdir()
    precious = tmp_path / "x.csv"
    precious.write_text("PRECIOUS")
    monkeypatch.setattr(tempfile, "tempdir", str(inner))
    path = tmp_path / "evil.zip"
    path.write_bytes(zipped(("...zip", zipped(("...zip", zipped(("x.csv", POINTS)))))))
    assert len(read(path).tables) == 1
    assert precious.read_text() == "PRECIOUS"
    assert {p.name for p in tmp_path.rglob("*")} == {"tmp", "x.csv", "evil.zip"}


def test_the_limit_counts_what_all_nested_zips_hold_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_BYTES", 1_000_000)
    leaf = zipped(("zeros.bin", bytes(400_000)))
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped(*((f"{n}.zip", leaf) for n in range(5))))
    assert "2GB" in told(path)


def damaged(method: int) -> bytes:
    data = bytearray(zipped(("x.csv", POINTS * 3000), method=method))
    for at in range(60, min(len(data) - 120, 200)):
        data[at] ^= 0x5A
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (zipped(("a", "x"), ("a/b.csv", POINTS)), "両方"),
        (zipped(("a/b.csv", POINTS), ("a", "x")), "両方"),
        (zipped(("あ" * 100 + ".csv", POINTS)), "長すぎる"),
        (damaged(zipfile.ZIP_BZIP2), "読めない"),
        (damaged(zipfile.ZIP_LZMA), "読めない"),
        (zipped(("いい.csv", POINTS)).replace("いい".encode(), b"\xff\xfe" * 3), "読めない"),
        (zipped(("x.csv", POINTS), ("in.zip", b"PK\x03\x04broken")), "読めない"),
    ],
)
def test_a_zip_that_cannot_be_unpacked(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert word in told(path)


@pytest.mark.parametrize("odd", [(".", "x"), ("in", "a plain file")])
def test_an_odd_entry_does_not_hide_the_good_ones(tmp_path: Path, odd: tuple[str, str]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(odd, ("in.zip", zipped(("a.csv", POINTS)))))
    assert [table.name for table in read(path).tables] == ["a"]


def test_names_of_files_never_break_the_three_lines(tmp_path: Path) -> None:
    assert "a�b" in told(tmp_path / "a\nb.csv")
    assert "�" in told(tmp_path / "\udc8b\u2028.csv")


def test_a_zip_without_map_data(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    told(path)


def test_a_shapefile_without_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "p.shp"
    geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(138, 36)], crs=6668).to_file(path)
    path.with_suffix(".dbf").unlink()
    assert "p.dbf" in told(path)


@pytest.mark.parametrize("which", ["", "f_road_lod2.shx", "f_road_lod2.shp"])
@pytest.mark.real_data
def test_the_broken_shapefile_of_chino(real_data: Path, which: str) -> None:
    assert "f_road_lod2.shp" in told(real_data / "chino" / "road_layers" / "f_road_lod2" / which)


def test_a_csv_without_coordinates_or_address(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("番号,備考\n1,あ\n", "utf-8")
    assert "住所" in told(path)


def test_a_csv_with_more_cells_than_headings(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("緯度,経度\n36,138\n36,138,1,2,3\n", "utf-8")
    told(path)


def test_a_csv_that_is_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe\x81")
    told(path)


def test_an_empty_csv(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("", "utf-8")
    told(path)
    path.write_text("緯度,経度\n", "utf-8")
    told(path)


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.shp", "x.docx"])
def test_garbage_under_any_ending(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"garbage" * 50)
    for end in (".shx", ".dbf"):
        path.with_suffix(end).write_bytes(b"garbage" * 50)
    told(path)


def test_a_layer_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(138, 36)], crs=6668).to_file(path, layer="点")
    assert "「点」" in told(path, ImportOptions(layer="線"))


@pytest.mark.parametrize("epsg", [0, -1, 99999, 10**22, 5773, 4978])
@pytest.mark.parametrize("ending", ["csv", "geojson"])
def test_a_coordinate_system_without_positions_is_refused(tmp_path: Path, epsg: int, ending: str) -> None:
    path = tmp_path / f"x.{ending}"
    path.write_text(POINTS if ending == "csv" else collection(point(138.3, 36.1)), "utf-8")
    assert "EPSG" in told(path, ImportOptions(epsg=epsg))


def test_a_file_that_names_a_vertical_system_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    crs = {"type": "name", "properties": {"name": "EPSG:5773"}}
    path.write_text(json.dumps({**json.loads(collection(point(1, 1))), "crs": crs}))
    assert "5773" in told(path)


@pytest.mark.parametrize("epsg", [4979, 6697, 6676])
def test_flat_spatial_and_compound_systems_are_taken(tmp_path: Path, epsg: int) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(collection(point(138.3, 36.1)))
    assert read(path, ImportOptions(epsg=epsg)).tables[0].epsg == epsg


@pytest.mark.parametrize("encoding", ["foo", "hex", "undefined", "ア", ""])
def test_an_encoding_that_is_none_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(POINTS, "utf-8")
    assert "文字コード" in told(path, ImportOptions(encoding=encoding))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("緯度,経度,名称\nS1,x,36.1,138.3,a\n", "多い行が1件"),
        ("緯度,経度,名称\n36.1,138.3,a,b\n36.2,138.3,b,\n", "多い行が1件"),
        ("緯度,経度,名称,名称 \n36.1,138.3,a,b\n", "「名称」"),
        ("緯度,経度," + ",".join(f"c{n}" for n in range(2100)) + "\n36,138\n", "2,102"),
    ],
)
def test_a_csv_whose_cells_have_no_heading_of_their_own(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, "utf-8")
    assert word in told(path)


def test_a_comma_at_the_end_of_every_row_shifts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("緯度,経度,名称\n36.1,138.3,甲,\n36.2,138.4,乙,\n", "utf-8")
    frame = read(path).tables[0].frame
    assert list(frame["名称"]) == ["甲", "乙"]
    assert frame.geometry.x.tolist() == [138.3, 138.4]


def shapes(path: Path, count: int) -> Path:
    points = [Point(138 + n / 100, 36) for n in range(count)]
    geopandas.GeoDataFrame({"名": ["あ"] * count}, geometry=points, crs=6668).to_file(path, encoding="CP932")
    return path


@pytest.mark.parametrize("ending", [".dbf", ".shx"])
def test_a_shapefile_whose_parts_count_differently_is_refused(tmp_path: Path, ending: str) -> None:
    path, other = shapes(tmp_path / "p.shp", 9), shapes(tmp_path / "q.shp", 5)
    shutil.copy(other.with_suffix(ending), path.with_suffix(ending))
    assert "9件" in told(path)
    assert "5件" in told(path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.6])
def test_a_shapefile_whose_attributes_were_cut_is_refused(tmp_path: Path, share: float) -> None:
    table = shapes(tmp_path / "p.shp", 50).with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[: int(table.stat().st_size * share)])
    assert "p.dbf" in told(tmp_path / "p.shp")


@pytest.mark.parametrize("share", [0.4, 0.99])
def test_a_shapefile_whose_shapes_were_cut_is_refused(tmp_path: Path, share: float) -> None:
    path = shapes(tmp_path / "p.shp", 50)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert "「p.shp」が見出しにある長さより短く" in told(path)
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for part in tmp_path.glob("p.[sdp]*"):
            archive.write(part, part.name)
    assert "「p.shp」が見出しにある長さより短く" in told(tmp_path / "p.zip")


def test_a_shapefile_of_whose_attributes_some_are_zeros_is_refused(tmp_path: Path) -> None:
    table = shapes(tmp_path / "p.shp", 50).with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    size = int.from_bytes(data[10:12], "little")
    middle = len(data) // 2
    data[middle : middle + 5 * size] = b"\0" * 5 * size
    table.write_bytes(bytes(data))
    assert "「p.dbf」の4件の行が0で埋まって" in told(tmp_path / "p.shp")


def test_shapes_that_no_index_names_are_counted(tmp_path: Path) -> None:
    path, other = shapes(tmp_path / "p.shp", 9), shapes(tmp_path / "q.shp", 5)
    for ending in (".dbf", ".shx"):
        shutil.copy(other.with_suffix(ending), path.with_suffix(ending))
    table = read(path).tables[0]
    assert len(table.frame) == 5
    assert "4件" in table.notes[0]


def test_a_cpg_with_an_unknown_word_gives_way_to_the_content(tmp_path: Path) -> None:
    path = shapes(tmp_path / "p.shp", 2)
    path.with_suffix(".cpg").write_text("FOO-99")
    table = read(path).tables[0]
    assert (table.encoding, list(table.frame.columns)) == ("CP932", ["名", "geometry"])
    assert ".cpg" in table.notes[0]


def point(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def collection(*shapes: dict[str, object], **values: object) -> str:
    rows = [{"type": "Feature", "properties": values, "geometry": shape} for shape in shapes]
    return json.dumps({"type": "FeatureCollection", "features": rows})


@pytest.mark.parametrize(
    "ring", [[(138.3, 36.1), (138.4, 36.1), (138.4, 36.2)], [(138.3, 36.1), (138.4, 36.1)]]
)
def test_a_ring_that_does_not_close(tmp_path: Path, ring: list[tuple[float, float]]) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(collection({"type": "Polygon", "coordinates": [ring]}))
    told(path)


def refused(path: Path, role: Role) -> str:
    with pytest.raises(BadInput) as caught:
        plan_rows(prepare(read(path).tables[0], 6676, role), {}) if role.is_plan else prepare(
            read(path).tables[0], 6676, role
        )
    return str(caught.value)


@pytest.mark.parametrize(
    ("place", "word"),
    [((36.1, 138.3), "入れ替わって"), ((1e9, 36), "座標の値"), ((2.3, 48.8), "日本"), ((-41.5, -36), "日本")],
)
def test_a_facility_outside_japan_is_refused(tmp_path: Path, place: tuple[float, float], word: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(collection(point(*place), name="x"))
    assert word in refused(path, Role.FACILITY)


def test_an_area_with_an_endless_side_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    area = Polygon([(0, 0), (1e300, 0), (1e300, 1e300), (0, 0)])
    geopandas.GeoDataFrame({"name": ["x"]}, geometry=[area], crs=6676).to_file(path)
    assert "日本" in refused(path, Role.PROMOTION_AREA)


@pytest.mark.parametrize("epsg", [6671, 6677, 2451])
@pytest.mark.parametrize("far", [(1e9, 0), (-4e8, 20_000), (0, 1e9)])
def test_an_area_far_beyond_its_plane_is_refused_whatever_the_plane(
    tmp_path: Path, epsg: int, far: tuple[float, float]
) -> None:
    path = tmp_path / "x.gpkg"
    areas = [box(0, 0, 9, 9), box(*far, far[0] + 9, far[1] + 9)]
    geopandas.GeoDataFrame({"name": ["x", "y"]}, geometry=areas, crs=epsg).to_file(path)
    assert "日本" in refused(path, Role.PROMOTION_AREA)


def test_odd_places_of_a_reference_layer_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    places = [Point(138.3, 36.1), Point(36.1, 138.3), Point(2, 48), Point(float("inf"), 0)]
    geopandas.GeoDataFrame({"n": [1, 2, 3, 4]}, geometry=places, crs=6668).to_file(path)
    prepared = prepare(read(path).tables[0], 6676)
    said = "".join(prepared.notes)
    assert "大きすぎる図形が2件" in said
    assert "日本の範囲にない図形が1件" in said
    assert prepared.frame.geometry.isna().tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("role", "shape"),
    [
        (Role.ZONING, Point(138.3, 36.1)),
        (Role.MUNICIPALITY, Point(138.3, 36.1)),
        (Role.ROAD, Point(138.3, 36.1)),
        (Role.PROMOTION_AREA, LineString([(138.3, 36.1), (138.4, 36.1)])),
        (Role.ROAD, GeometryCollection([Point(138.3, 36.1), box(138.3, 36.1, 138.4, 36.2)])),
    ],
)
def test_a_role_refuses_shapes_of_another_kind(tmp_path: Path, role: Role, shape: object) -> None:
    path = tmp_path / "x.gpkg"
    geopandas.GeoDataFrame({"name": ["商業地域"]}, geometry=[shape], crs=6668).to_file(path)
    assert "使えません" in refused(path, role)


def test_of_a_mixture_the_right_parts_are_taken_and_said_so(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    shape = GeometryCollection([Point(138.3, 36.1), box(138.3, 36.1, 138.4, 36.2)])
    geopandas.GeoDataFrame({"name": ["商業地域"]}, geometry=[shape], crs=6668).to_file(path)
    prepared = prepare(read(path).tables[0], 6676, Role.ZONING)
    assert list(prepared.frame.geom_type) == ["Polygon"]
    assert "面だけ" in "".join(prepared.notes)


@pytest.mark.parametrize(
    "values",
    [
        {"number": "inf"}, {"number": 1e30}, {"top_storey": 10**19}, {"top_storey": -10}, {"item": 9},
        {"use_floor_m2": -5}, {"total_floor_m2": "1e400"}, {"name": "a", "名称": "b"},
        {"number": 1, "番号": 2},
    ],
)  # fmt: skip
def test_a_facility_with_an_impossible_value_is_refused(tmp_path: Path, values: dict[str, object]) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(collection(point(138.3, 36.1), **values))
    refused(path, Role.FACILITY)
