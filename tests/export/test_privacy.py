"""A plan full of planted secrets: no format, page, table, record or log tells one of them."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
import struct
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy
import pytest
from shapely.geometry import LineString, Point, box

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.jobs import EXPORTS, ExportOptions
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.merging import accepted
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import FIT_SCALE, TITLES, Sheet
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.table import TableColumn, TableOut
from chiiki_gis.export.gate import RECORD, held_back
from chiiki_gis.export.outgoing import export_frames
from chiiki_gis.export.tables import copied_rows, export_table
from chiiki_gis.io.photos import keep_photo
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import check_report, leaving, plan
from chiiki_gis.tasks.access_jobs import export_links
from chiiki_gis.tasks.desk import write_book
from chiiki_gis.tasks.merge import compare

SECRETS = (
    "秘密太郎", "090-1111-2222", "秘密町9-9-9", "秘密の備考", "秘密の台帳", "himitsu-file",
    "秘密のブックマーク", "秘密の表示", "秘密委員", "秘密法人の住所", "秘密の筆主", "秘密の別案",
    "秘密の路線メモ", "秘密の古い列", "秘密の写真",
)  # fmt: skip
HIDDEN_AT = (-29_987.654321, -487.123457)
AGREED_AT = (-29_903.171717, -407.373737)
OPTIONS = ExportOptions(reason="試験のため", stamp=date(2026, 4, 1))
HOUSE_COLUMNS = ("所有者", "電話番号", "所在地", "備考", "match_level", "consent", "personal")


@pytest.fixture(scope="module")
def planted(new_plan):
    """The full plan with a secret in every place that must stay."""
    made = new_plan()
    made.refer(
        Role.VACANT_HOUSE, "秘密の台帳", [Point(HIDDEN_AT), Point(AGREED_AT)],
        所有者=["秘密太郎"] * 2, 電話番号=["090-1111-2222"] * 2, 所在地=["秘密町9-9-9"] * 2,
        備考=["秘密の備考"] * 2, match_level=["座標"] * 2, consent=["なし", "あり"],
        personal=[json.dumps(["所有者"], ensure_ascii=False)] * 2,
    )  # fmt: skip
    made.refer(Role.LOT, "筆", [box(-30_100, -600, -29_800, -300)], 所有者=["秘密の筆主"], name=["1番"])
    made.refer(
        Role.ROAD,
        "道",
        [LineString([(-31_000, -900), (-29_000, -100)])],
        name=["町道"],
        memo=["秘密の路線メモ"],
    )
    zoning = next(x for x in made.document.layers if x.role == Role.ZONING)
    frame = zoning.reference.get().assign(old=["秘密の古い列"] * 2)
    changed = [replace(zoning, frame=replace(zoning.frame, frame=frame))]
    for layer in made.document.layers:
        if layer.role == Role.LOT:
            changed.append(
                replace(layer, style=replace(layer.style, label_column="所有者", label_size_mm=3.0))
            )
        if layer.name == "秘密の台帳":
            changed.append(replace(layer, source=replace(layer.source, file="himitsu-file.csv", licence="")))
    made.document.apply(Change("変える", put_layers=tuple(changed)))
    photo = json.dumps([{"hash": "0" * 32, "name": "秘密の写真.jpg", "size": 5}], ensure_ascii=False)
    rows = made.document.plan(Role.FACILITY).loc[[1]]
    note = "所在地：秘密町9-9-9"  # copied while the owner agreed; house 1 has no consent any more
    made.document.apply(
        Change(
            "写真",
            put={plan_layer_id(Role.FACILITY): rows.assign(photos=photo, note=note, vacant_house_fid=1)},
        )
    )
    made.put(Role.PROMOTION_AREA, [box(0, 0, 9, 9)], name=["秘密の別案"], scenario=["B"])
    made.document.apply(
        Change(
            "事実",
            facts={
                "bookmarks": [{"name": "秘密のブックマーク", "center": [0, 0], "scale": 1000}],
                "display_sets": [{"name": "秘密の表示", "looks": {}}],
                "council.members": [{"name": "秘密委員", "kind": "resident"}],
                "support_corporations": [{"name": "甲法人", "address": "秘密法人の住所"}],
            },
        )
    )
    return snapshot(made.document)


@pytest.fixture(scope="module")
def checked(planted):
    return plan.check(planted)


def wordings(text):
    """A text as the formats spell it."""
    yield text.encode("utf-8")
    yield text.encode("cp932")
    yield text.encode("utf-16-le")
    yield json.dumps(text).strip('"').encode()
    yield "".join(f"&#{ord(c)};" for c in text).encode()


def opened(name, data):
    """The bytes of a file, of what is packed in it, and of the words on its pages."""
    yield name, data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield f"{name}/{inner}", inner.encode()
                yield from opened(f"{name}/{inner}", archive.read(inner))
    elif data.startswith(b"%PDF"):
        import pikepdf

        with pikepdf.open(io.BytesIO(data)) as pages:
            for number, thing in enumerate(pages.objects):
                if isinstance(thing, pikepdf.Stream):
                    yield f"{name}#{number}", thing.read_bytes(pikepdf.StreamDecodeLevel.generalized)
        if shutil.which("pdftotext"):
            done = subprocess.run(
                ["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True
            )
            yield f"{name}:words", re.sub(rb"\s", b"", done.stdout)


def lies_in(point, data):
    """Whether a position is there as numbers or as doubles, in the plane or in degrees."""
    from pyproj import Transformer

    moved = Transformer.from_crs(6676, 6668, always_xy=True).transform(*point)
    return any(
        struct.pack("<2d", x, y) in data or (f"{x:.5f}".encode() in data and f"{y:.5f}".encode() in data)
        for x, y in (point, moved)
    )


def leaks(folder, hidden=(HIDDEN_AT, AGREED_AT)):
    """What of the secrets can be found in the files of a folder, or in their names."""
    found = []
    for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        for name, data in opened(path.name, path.read_bytes()):
            found += [(name, s) for s in SECRETS if s in name or any(w in data for w in wordings(s))]
            found += [(name, at) for at in hidden if lies_in(at, data)]
    return found


def test_the_search_finds_what_is_there(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("b.txt", "電話は090-1111-2222、" + "秘密太郎")
        archive.writestr("c.bin", struct.pack("<2d", *HIDDEN_AT))
    assert {secret for _, secret in leaks(tmp_path)} == {"090-1111-2222", "秘密太郎", HIDDEN_AT}


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("with_houses", [False, True])
def test_no_format_carries_a_secret(planted, checked, kind, with_houses, tmp_path):
    options = replace(OPTIONS, with_consented_houses=with_houses)
    leaving.export(planted, kind, tmp_path, checked=checked, options=options)
    assert leaks(tmp_path, (HIDDEN_AT,) if with_houses else (HIDDEN_AT, AGREED_AT)) == []


@pytest.mark.parametrize("kind", TITLES)
def test_no_page_shows_a_secret(planted, checked, kind, tmp_path):
    plan.print_sheet(planted, Sheet(kind, scale=FIT_SCALE), tmp_path / "a.pdf", checked=checked)
    assert leaks(tmp_path) == []


def test_no_report_of_a_check_tells_a_secret(planted, checked, tmp_path):
    check_report.report_check(planted, tmp_path / "a.xlsx", checked=checked)
    assert leaks(tmp_path) == []


def test_no_report_as_pdf_tells_a_secret(planted, checked, tmp_path):
    check_report.report_check(planted, tmp_path / "a.pdf", checked=checked)
    check_report.report_houses(planted, tmp_path / "b.pdf")
    assert leaks(tmp_path) == []


@pytest.mark.parametrize("kind", ["proposal", "support"])
def test_no_proposal_carries_a_secret_beyond_what_its_paper_must_name(planted, checked, kind, tmp_path):
    options = replace(OPTIONS, kind=kind)
    leaving.export(planted, "package", tmp_path, checked=checked, options=options)
    asked = {"support": {"秘密法人の住所"}}.get(kind, set())  # 施行規則19条: 主たる事務所の所在地
    assert {secret for _, secret in leaks(tmp_path)} <= asked


@pytest.mark.parametrize("name", ["links.xlsx", "links.gpkg"])
def test_no_file_of_links_carries_a_secret(planted, name, tmp_path):
    export_links(planted, tmp_path / name)
    assert leaks(tmp_path) == []


def test_a_desk_hands_on_no_secret_that_a_town_has_kept(planted, checked, tmp_path):
    leaving.export(planted, "package", tmp_path / "town", checked=checked, options=OPTIONS)
    desk = new_document(Header("desk", (Municipality("20", "長野県"),), 6676))
    desk.apply(accepted(compare(snapshot(desk), list((tmp_path / "town").glob("*.zip")), memory_ref)))
    write_book(snapshot(desk), tmp_path / "desk" / "市町村一覧.xlsx")
    leaving.export(snapshot(desk), "package", tmp_path / "desk", options=OPTIONS)
    assert len(list((tmp_path / "desk").iterdir())) == 2
    assert leaks(tmp_path / "desk") == []


@pytest.mark.parametrize("kind", EXPORTS)
def test_the_place_and_camera_in_a_photograph_stay_with_the_project(planted, checked, kind, tmp_path):
    exif = b"Exif\x00\x00HIMITSU-CAMERA 35.1234N138.4321E"
    data = b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + b"\xff\xd9"
    photo = [{"hash": keep_photo(data), "name": "秘密の写真.jpg", "size": len(data)}]
    layer_id = plan_layer_id(Role.FACILITY)
    layers = tuple(
        replace(x, frame=x.rows.assign(photos=json.dumps(photo))) if x.id == layer_id else x
        for x in planted.layers
    )
    leaving.export(replace(planted, layers=layers), kind, tmp_path, checked=checked, options=OPTIONS)
    assert leaks(tmp_path) == []
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        for name, inner in opened(path.name, path.read_bytes()):
            assert b"HIMITSU" not in inner, name
            assert photo[0]["hash"].encode() not in inner, name


@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_no_table_of_houses_carries_a_personal_column_or_a_house_without_consent(planted, fmt, tmp_path):
    layer = next(x for x in planted.layers if x.name == "秘密の台帳")
    columns = tuple(
        TableColumn(name, name, "text") for name in ("match_level", "consent", *HOUSE_COLUMNS[:4])
    )
    rows = [tuple(row) for row in layer.reference.get().drop(columns="geometry").itertuples()]
    held = {int(row[0]): row[1:] for row in rows}

    import chiiki_gis.export.tables as tables

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "read_rows", lambda _reference, fids: {fid: held[fid] for fid in fids})
        patch.setattr(tables, "values_in", lambda _reference, _column: {row[-1] for row in held.values()})
        out = TableOut(columns, numpy.array(sorted(held)), None)
        export_table(layer, out, tmp_path / f"a.{fmt}", fmt)
        text = copied_rows(layer, out).text
    assert leaks(tmp_path) == []
    assert not any(secret in text for secret in SECRETS)


def test_logs_and_the_record_tell_counts_only(planted, checked, tmp_path, caplog):
    with caplog.at_level(logging.DEBUG):
        for kind in EXPORTS:
            leaving.export(planted, kind, tmp_path / kind, checked=checked, options=OPTIONS)
    assert not any(secret in caplog.text for secret in SECRETS)
    assert leaks(paths.state_folder()) == []
    record = (paths.state_folder() / RECORD).read_text("utf-8-sig")
    assert "同意のない空き家,2," in record
    assert str(tmp_path) not in record
    assert (paths.state_folder() / RECORD).stat().st_mode & 0o077 == 0


def test_the_notes_say_what_was_held_back(planted, checked, tmp_path):
    notes = leaving.export(planted, "gpkg", tmp_path, checked=checked, options=OPTIONS).notes
    told = next(note for note in notes if note.startswith("含めなかったもの："))
    for words in ("同意のない空き家2件", "空き家の元の列", "ほかの案（案B）の地物1件", "内部の記録4件"):
        assert words in told


def test_the_record_grows_and_a_folder_that_takes_none_stops_nobody(planted, monkeypatch, tmp_path):
    from chiiki_gis.export.gate import HeldBack, record

    monkeypatch.setenv("CHIIKI_GIS_STATE", str(tmp_path))
    for count in (1, 2):
        record("gpkg", "u", [HeldBack("空き家", count, "同意なし")], datetime(2026, 4, 1))
    lines = (tmp_path / RECORD).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[4] for line in lines] == ["件数", "1", "2"]
    (tmp_path / RECORD).unlink()
    (tmp_path / RECORD).mkdir()
    record("gpkg", "u", [], datetime(2026, 4, 1))


def test_only_the_gate_reads_whole_layers_in_this_room():
    """A format that reads a layer by itself would pass the gate by."""
    room = Path(leaving.__file__).parents[1] / "export"
    readers = {p.name for p in room.glob("*.py") if ".get_frame()" in p.read_text("utf-8")}
    assert readers == {"outgoing.py", "gate.py", "support.py"}


def test_pages_and_tables_are_recorded_too(planted, checked, monkeypatch, tmp_path):
    monkeypatch.setenv("CHIIKI_GIS_STATE", str(tmp_path / "state"))
    plan.print_sheet(planted, Sheet("area", scale=FIT_SCALE), tmp_path / "a.pdf", checked=checked)
    layer = next(x for x in planted.layers if x.id == Role.FACILITY.value)
    copied_rows(layer, TableOut((TableColumn("name", "名称", "text"),), numpy.array([1]), None))
    record = (tmp_path / "state" / RECORD).read_text("utf-8-sig")
    assert ",print,空き家,4," in record
    assert ",clipboard,なし,0," in record


def test_a_facility_of_an_unconsented_house_leaves_without_the_words_of_the_list_and_says_so(planted):
    tables, notes = export_frames(planted, ())
    row = next(t for t in tables if t.table == "facility").frame.loc[1]
    assert row["note"] is None
    assert any("同意が「あり」でない空き家と結び付いています" in note for note in notes)
    assert any("備考は、空き家の一覧の内容を含むため" in note for note in notes)


def test_photographs_are_counted_as_held_back(planted):
    told = {one.what: one.count for one in held_back(planted)}
    assert told["拠点施設の写真（撮影の情報を含む）"] == 1
