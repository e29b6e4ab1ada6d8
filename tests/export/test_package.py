"""提出一式: what lies in it, that it proves itself, and that it never leaves with untold errors."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
import shapely
from openpyxl import load_workbook

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.dictionary import FIELDS, HOUSE_COUNTS
from chiiki_gis.tasks import leaving, package

DAY = date(2026, 4, 1)
NAME = "提出一式.zip"
REASON = "協議用の素案のため"


def write(plan, folder, **options):
    said = ExportOptions(**{"stamp": DAY, "reason": REASON, **options})
    return leaving.export(snapshot(plan.document), "package", folder, options=said)


@pytest.fixture(scope="module")
def sealed(finished, tmp_path_factory):
    """The folder of a finished package and what was written."""
    folder = tmp_path_factory.mktemp("package")
    return folder, write(finished, folder)


@pytest.fixture(scope="module")
def archive(sealed):
    with zipfile.ZipFile(sealed[0] / NAME) as opened:
        yield opened


def book(archive, name):
    return load_workbook(io.BytesIO(archive.read(name)))


def test_one_archive_is_all_that_is_written(sealed):
    folder, written = sealed
    assert [p.name for p in folder.iterdir()] == [NAME]
    assert written.files == (folder / NAME,)


def test_it_holds_every_format_the_sheets_and_the_papers(archive):
    names = set(archive.namelist())
    assert {
        "README.txt", "manifest.json", "SHA256SUMS.txt", "属性定義書.xlsx", "検査結果.xlsx", "出典一覧.csv",
        "geopackage/submission.gpkg", "shapefile/promotion_area.shp", "geojson/facility.geojson",
        "kml/plan.kml", "excel/plan.xlsx", "csv/facility.csv", "図面/01_総括図.pdf",
        "検査結果.pdf", "空き家集計.pdf", "文書/特定居住促進計画.docx",
    } <= names  # fmt: skip
    assert sum(name.startswith("図面/") for name in names) == 6


def test_the_documents_are_pages_and_words_of_this_plan(archive):
    import docx
    import pikepdf

    words = [p.text for p in docx.Document(io.BytesIO(archive.read("文書/特定居住促進計画.docx"))).paragraphs]
    assert "作成：令和8年4月1日　案A" in words
    for name in ("検査結果.pdf", "空き家集計.pdf"):
        with pikepdf.open(io.BytesIO(archive.read(name))) as pages:
            assert len(pages.pages) >= 1
            assert str(pages.docinfo["/CreationDate"]).startswith("D:20260401000000")
    readme = archive.read("README.txt").decode("utf-8-sig")
    assert all(told in readme for told in ("検査結果.pdf", "空き家集計.pdf", "・文書　"))


def test_a_program_without_the_word_writer_says_so_and_packs_the_rest(bare, tmp_path, monkeypatch):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "docx" else found(name))
    notes = write(bare, tmp_path).notes
    assert any("文書（Word）は含めていません" in note for note in notes)
    with zipfile.ZipFile(tmp_path / NAME) as opened:
        assert not [name for name in opened.namelist() if name.endswith(".docx")]


def test_the_manifest_names_every_file_with_its_hash(archive):
    manifest = json.loads(archive.read("manifest.json"))
    told = {one["path"]: (one["bytes"], one["sha256"]) for one in manifest["files"]}
    found = {
        name: (len(archive.read(name)), hashlib.sha256(archive.read(name)).hexdigest())
        for name in archive.namelist()
        if name not in ("manifest.json", "SHA256SUMS.txt")
    }
    assert told == found
    assert manifest["municipalities"] == [{"code": "20214", "name": "湖野市"}]
    assert (manifest["epsg"], manifest["format"], manifest["version"]) == (6676, "chiiki-gis-submission", 1)


def test_the_sums_are_lines_that_sha256sum_takes(archive):
    lines = archive.read("SHA256SUMS.txt").decode("utf-8").splitlines()
    told = dict(line.split("  ", 1)[::-1] for line in lines)
    assert told == {
        name: hashlib.sha256(archive.read(name)).hexdigest()
        for name in archive.namelist()
        if name not in ("manifest.json", "SHA256SUMS.txt")
    }


def test_the_same_plan_gives_the_same_bytes(finished, sealed, tmp_path):
    write(finished, tmp_path)
    assert (tmp_path / NAME).read_bytes() == (sealed[0] / NAME).read_bytes()


def test_entries_carry_nothing_of_this_computer(archive):
    assert {one.date_time for one in archive.infolist()} == {(2026, 4, 1, 0, 0, 0)}
    assert {one.create_system for one in archive.infolist()} == {3}
    assert {one.external_attr >> 16 for one in archive.infolist()} == {0o644}


def test_the_book_of_columns_is_the_table_of_the_writers(archive):
    sheet = book(archive, "属性定義書.xlsx")["属性定義"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [(r[1], r[2], r[3], r[4]) for r in rows] == [
        (table, f.japanese, f.name, f.short or "（なし）")
        for table, fields in ((*FIELDS.items(), ("vacant_house_counts", HOUSE_COUNTS)))
        for f in fields
    ]
    assert all(len(str(r[4]).encode("cp932")) <= 10 for r in rows)


def test_the_check_tells_the_comparison_and_what_stayed(archive):
    found = book(archive, "検査結果.xlsx")
    compared = list(found["読み直しの照合"].iter_rows(min_row=2, values_only=True))
    assert ("geopackage/submission.gpkg", "拠点施設", 2) in [row[:3] for row in compared]
    assert all("一致しました" in row[3] for row in compared)
    stayed = {row[0]: row[1] for row in found["含めなかったもの"].iter_rows(min_row=2, values_only=True)}
    assert stayed["同意のない空き家"] == 1
    assert stayed["同意のある空き家"] == 1
    assert stayed["参考にした資料の地物"] == 1


def test_sources_name_the_data_and_no_list_of_houses(archive):
    text = archive.read("出典一覧.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {"市町村界", "用途地域", "道路"} == {row["資料"] for row in rows}
    assert "空き家" not in text


def test_open_errors_hold_it_back_until_a_reason_is_written_which_goes_along(bare, tmp_path):
    bare.put(Role.PRIORITY_DISTRICT, [shapely.box(0, 0, 1000, 1000)], name=["重点"])
    bare.put(Role.PROMOTION_AREA, [shapely.box(500, 500, 1100, 900)], name=["はみ出し"])
    (tmp_path / NAME).write_bytes(b"old")
    with pytest.raises(BadInput, match="検査のエラーが1件残っています"):
        write(bare, tmp_path, reason=" ")
    assert (tmp_path / NAME).read_bytes() == b"old"
    write(bare, tmp_path)
    with zipfile.ZipFile(tmp_path / NAME) as opened:
        rows = list(book(opened, "検査結果.xlsx")["提出の理由"].iter_rows(min_row=2, values_only=True))
        assert [row[2] for row in rows] == [REASON]
        assert REASON in opened.read("README.txt").decode("utf-8-sig")
        assert json.loads(opened.read("manifest.json"))["reason"] == REASON


def test_a_plan_without_errors_carries_no_reason(archive):
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["open_errors"], manifest["reason"]) == (0, "")
    assert "提出の理由" not in book(archive, "検査結果.xlsx").sheetnames


def test_an_empty_plan_can_be_handed_over_and_says_what_is_missing(bare, tmp_path):
    notes = write(bare, tmp_path).notes
    assert any("図面に載せるものがない" in note for note in notes)
    with zipfile.ZipFile(tmp_path / NAME) as opened:
        assert [name for name in opened.namelist() if name.endswith(".pdf")] == ["検査結果.pdf"]


def test_many_facilities_leave_without_a_page_each(bare, tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MOST_SITES", 1)
    bare.put(
        Role.FACILITY, [shapely.Point(0, 0), shapely.Point(500, 0)], name=["甲", "乙"], building_id=["1", "2"]
    )
    notes = write(bare, tmp_path).notes
    assert any("付近見取図は、施設が2件" in note for note in notes)


def test_longitude_and_latitude_can_be_asked_for(finished, tmp_path):
    write(finished, tmp_path, degrees=True)
    with zipfile.ZipFile(tmp_path / NAME) as opened:
        assert opened.read("shapefile/facility_point.prj").startswith(b'GEOGCS["GCS_JGD_2011"')
