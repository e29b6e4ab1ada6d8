"""CP932 Shapefiles that a prefecture's desk can open."""

from __future__ import annotations

import csv
import struct
from datetime import date

import fiona
import pyogrio
import pytest

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.dictionary import FIELDS
from chiiki_gis.export.shapefile import export_shapefile, foreign_characters
from chiiki_gis.export.verify import plain

DAY = date(2026, 4, 1)


def write(plan, folder, **options):
    return export_shapefile(snapshot(plan.document), plan.verdicts, folder, stamp=DAY, **options)


@pytest.fixture(scope="module")
def written(finished, tmp_path_factory):
    """The folder of an export, and its notes."""
    folder = tmp_path_factory.mktemp("shapefile")
    return folder, write(finished, folder).notes


def read(folder, stem):
    return pyogrio.read_dataframe(folder / f"{stem}.shp", encoding="CP932")


def test_short_names_fit_ten_bytes_are_unique_and_never_cut():
    for fields in FIELDS.values():
        shorts = [field.short for field in fields if field.short]
        continued = [f"{field.short}2" for field in fields if field.can_split]
        assert len(set(shorts + continued)) == len(shorts + continued)
        assert all(len(name.encode("cp932")) <= 10 for name in shorts + continued)
        assert all(name.encode("cp932").decode("cp932") == name for name in shorts)


def test_special_characters_of_the_office_come_back(written):
    folder, _ = written
    assert read(folder, "promotion_area")["名称"][0] == "第一号①髙﨑"
    with fiona.open(folder / "promotion_area.shp") as file:
        assert next(iter(file))["properties"]["名称"] == "第一号①髙﨑"


def test_the_language_id_and_the_side_files_say_cp932(written):
    folder, _ = written
    assert (folder / "site.dbf").read_bytes()[29] == 0x13
    assert (folder / "site.cpg").read_bytes() == b"CP932"
    assert (folder / "site.prj").read_text().startswith('PROJCS["JGD_2011_Japan_Zone_8"')


def test_fields_have_the_widths_of_the_dictionary(written):
    folder, _ = written
    raw = (folder / "facility_point.dbf").read_bytes()
    fields = {}
    for start in range(32, struct.unpack("<H", raw[8:10])[0] - 1, 32):
        name = raw[start : start + 11].split(b"\0")[0].decode("cp932")
        fields[name] = (chr(raw[start + 11]), raw[start + 16], raw[start + 17])
    assert fields["名称"] == ("C", 120, 0)
    assert fields["用途面積"] == ("N", 16, 2)
    assert fields["仮判定"] == ("N", 1, 0)
    with (folder / "属性定義.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ファイル"] == "facility_point.shp"]
    assert {row["列名"]: int(row["幅"]) for row in rows} == {
        name: width for name, (_, width, _) in fields.items()
    }


def test_facilities_become_a_file_of_points_and_one_of_sites(written):
    folder, _ = written
    points, sites = read(folder, "facility_point"), read(folder, "facility_polygon")
    assert list(points["名称"]) == ["お試し住宅 髙"]
    assert list(sites["地物番号"]) == [2]
    assert points["種類"][0] == "お試し居住"
    assert list(points["要確認"]) == [1]


def test_missing_numbers_stay_missing(written):
    folder, _ = written
    assert read(folder, "facility_polygon")["用途面積"].isna().all()
    with fiona.open(folder / "facility_polygon.shp") as file:
        assert next(iter(file))["properties"]["用途面積"] is None


def test_holes_and_parts_come_back_vertex_by_vertex(finished, written):
    folder, _ = written
    old = snapshot(finished.document).rows(Role.PROMOTION_AREA).geometry
    new = read(folder, "promotion_area").geometry
    assert [plain(shape) for shape in new] == [plain(shape) for shape in old]


def test_a_refused_link_keeps_its_row_without_a_line(written):
    folder, _ = written
    links = read(folder, "access_link")
    assert list(links["状態"]) == ["計算済み", "計算できない"]
    assert list(links.geometry.isna()) == [False, True]
    assert links["仮定値"][0] == "速度は仮定値です"


def test_rounding_and_replacing_are_told(written):
    _, notes = written
    assert any("用途の床面積」1件は、小数第2位" in note for note in notes)
    assert any("「約1km2 ～2 m3」" in note for note in notes)


def test_a_name_outside_cp932_is_refused_with_its_code_and_the_folder_stays(plan, tmp_path):
    write(plan, tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    plan.put(Role.SITE, [plan.document.plan(Role.SITE).geometry.iloc[0]], name=["𠮷野邸"])
    with pytest.raises(BadInput) as caught:
        write(plan, tmp_path)
    assert "𠮷野邸" in caught.value.what
    assert "U+20BB7" in caught.value.why
    assert "「𠮷」→「吉」" in caught.value.todo
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_replacement_the_planner_agreed_to_is_made_and_told(plan, tmp_path):
    plan.put(Role.SITE, [plan.document.plan(Role.SITE).geometry.iloc[0]], name=["𠮷野邸"])
    assert foreign_characters(snapshot(plan.document), plan.verdicts) == {"𠮷": "吉"}
    notes = write(plan, tmp_path, substitutions={"𠮷": "吉"}).notes
    assert list(read(tmp_path, "site")["名称"]) == ["旧小学校", "吉野邸"]
    assert any("「𠮷野邸」→「吉野邸」" in note for note in notes)


def test_two_hundred_kanji_are_refused_and_not_cut(plan, tmp_path):
    shape = plan.document.plan(Role.PROMOTION_AREA).geometry.iloc[1]
    plan.put(Role.PROMOTION_AREA, [shape], name=["長"], description=["湖" * 200])
    with pytest.raises(BadInput, match="400バイト"):
        write(plan, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_long_text_of_the_program_goes_on_in_a_second_column(plan, tmp_path):
    articles = tuple(f"建築基準法48条{n}項" for n in range(1, 15))
    plan.verdicts[0] = type(plan.verdicts[0])("b1", (1,), articles=articles)
    notes = write(plan, tmp_path).notes
    row = read(tmp_path, "facility_point").iloc[0]
    assert row["根拠条文"] + row["根拠条文2"] == "、".join(articles)
    assert any("2列に分けました" in note for note in notes)


def test_a_number_too_long_for_its_field_is_refused(plan, tmp_path):
    shape = plan.document.plan(Role.FACILITY).geometry.iloc[0]
    plan.put(Role.FACILITY, [shape], name=["大"], use_floor_m2=[1e15])
    with pytest.raises(BadInput, match="16桁まで"):
        write(plan, tmp_path)


def test_an_empty_layer_is_left_out_with_a_note(bare, tmp_path):
    result = write(bare, tmp_path)
    assert [p.name for p in result.files] == ["属性定義.csv", "出典.csv"]
    assert any("「拠点施設」は地物がない" in note for note in result.notes)


def test_stale_files_of_a_former_export_go_and_foreign_files_stay(plan, bare, tmp_path):
    write(plan, tmp_path)
    (tmp_path / "site.qix").write_bytes(b"old index")
    (tmp_path / "mine.shp").write_bytes(b"mine")
    result = write(bare, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.shp", "出典.csv", "属性定義.csv"]
    assert any("site.shp" in note for note in result.notes)


def test_a_cpg_left_by_another_program_does_no_harm(plan, tmp_path):
    (tmp_path / "site.cpg").write_bytes(b"Shift_JIS")
    write(plan, tmp_path)
    assert (tmp_path / "site.cpg").read_bytes() == b"CP932"


def test_equal_values_and_day_give_equal_bytes(plan, tmp_path):
    first, second = write(plan, tmp_path / "a"), write(plan, tmp_path / "b")
    assert [p.read_bytes() for p in first.files] == [p.read_bytes() for p in second.files]


def test_codes_and_flags_of_the_dictionary_open_in_a_spreadsheet(written):
    folder, _ = written
    assert (folder / "属性定義.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (folder / "出典.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["ファイル"]: row["出典"] for row in csv.DictReader(file)}
    assert rows["zoning.shp"] == "国土数値情報（国土交通省）（令和元年度）"
