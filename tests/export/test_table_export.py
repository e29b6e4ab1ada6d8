"""Rows of a table that leave: nothing personal, nothing that runs, nothing lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pandas
import pytest
import shapely

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import TableColumn, TableOut
from chiiki_gis.export.cells import inert, read_block, tab_separated
from chiiki_gis.export.tables import copied_rows, export_table
from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.store import keep_blob
from chiiki_gis.io.table_query import column_kinds


def layer_of(columns: dict[str, list[object]], role: Role = Role.REFERENCE, name: str = "資料") -> Layer:
    frame = pandas.DataFrame(columns)
    frame.index = pandas.RangeIndex(1, len(frame) + 1, name="fid").astype("int64")
    shapes = shapely.points(np.arange(len(frame)), 0.0)
    placed = geopandas.GeoDataFrame(frame, geometry=shapes, crs=6676)
    if role == Role.VACANT_HOUSE:
        placed, _ = vacant_houses(placed)
    return Layer(LayerId("x"), role, name, keep_blob(placed))


def everything(layer: Layer, *ticked: str) -> TableOut:
    kinds = column_kinds(layer.reference)  # type: ignore[arg-type]  # a TableRef
    columns = tuple(TableColumn(n, n, kinds[n]) for n in layer.columns if n != "personal")
    return TableOut(columns, np.arange(1, layer.count + 1), frozenset(ticked) or None)


@pytest.fixture
def houses() -> Layer:
    return layer_of(
        {
            "所在地": ["青町1", "緑町2", "赤町3"],
            "所有者氏名": ["山田花子", "佐藤次郎", "鈴木三郎"],
            "電話番号": ["090-1111-2222", "090-3333-4444", "090-5555-6666"],
            "備考": ["南向き", "-", "雨漏り"],
            "同意": ["あり", "なし", None],
        },
        Role.VACANT_HOUSE,
    )


SECRETS = ("山田花子", "佐藤次郎", "090", "緑町", "赤町")


def read_csv(path: Path, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+81-90", "'+81-90"),
        ("-中央", "'-中央"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝cmd", "'＝cmd"),
        ("\t=1", "'\t=1"),
        ("-5.25", "-5.25"),
        ("00123", "00123"),
        ("中央", "中央"),
    ],
)
def test_no_cell_runs_as_a_formula(text: str, safe: str) -> None:
    assert inert(text) == safe


def test_a_block_comes_back_from_the_clipboard_as_it_went_out() -> None:
    rows = [["名称", "面積"], ['改行\nと\tタブと「"」', 12.5], ["", 3], ["00123", None]]
    text = tab_separated(rows)
    assert read_block(text) == [
        ["名称", "面積"],
        ['改行\nと\tタブと「"」', "12.5"],
        ["", "3"],
        ["00123", ""],
    ]


def test_a_copy_has_its_header_numbers_without_separators_and_codes_as_text() -> None:
    layer = layer_of({"コード": ["00123", "=A1"], "面積": [12345.5, None]})
    copied = copied_rows(layer, everything(layer))
    assert copied.text == "コード\t面積\r\n00123\t12345.5\r\n'=A1\t\r\n"
    assert '.t{mso-number-format:"\\@";}' in copied.html
    assert "<td class=t>00123</td><td>12345.5</td>" in copied.html
    assert "<td class=t>&#x27;=A1</td>" in copied.html
    assert copied.count == 2


def test_a_copy_keeps_the_order_of_the_table() -> None:
    layer = layer_of({"名": ["い", "ろ", "は"]})
    out = TableOut((TableColumn("名", "名"),), np.array([3, 1]))
    assert copied_rows(layer, out).text == "名\r\nは\r\nい\r\n"


def test_owners_phones_and_houses_without_consent_are_not_copied(houses: Layer) -> None:
    copied = copied_rows(houses, everything(houses))
    assert copied.text == "match_level\tconsent\r\n座標\tあり\r\n"
    assert not [word for word in SECRETS if word in copied.text + copied.html]
    notes = "".join(copied.notes)
    assert "「所有者氏名」「電話番号」" in notes
    assert "「備考」" in notes
    assert "2 件" in notes


@pytest.mark.parametrize("fmt", ["xlsx", "csv", "csv_cp932"])
def test_ticking_gives_other_columns_but_never_personal_ones(houses: Layer, tmp_path: Path, fmt: str) -> None:
    path = tmp_path / "空き家"
    out = everything(houses, "所在地", "備考", "所有者氏名", "電話番号", "consent")
    result = export_table(houses, out, path, fmt)  # type: ignore[arg-type]
    if fmt == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
        table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    else:
        table = read_csv(path, "cp932" if fmt == "csv_cp932" else "utf-8-sig")
    assert table == [
        ["所在地", "備考", "consent"],
        ["青町1", "南向き", "あり"],
    ]
    assert any("所有者氏名" in note for note in result.notes)


def test_owners_of_lots_stay_unless_ticked() -> None:
    layer = layer_of({"地番": ["1-2"], "所有者": ["山田花子"]}, Role.LOT)
    assert "山田花子" not in copied_rows(layer, everything(layer)).text
    assert "山田花子" in copied_rows(layer, everything(layer, "所有者")).text


def test_excel_gets_numbers_as_numbers_and_text_as_text(tmp_path: Path) -> None:
    layer = layer_of(
        {
            "コード": ["00123", "=1+1", "\x07鐘"],
            "延床面積": ["12.5", "", "1200"],
            "人口": [5, 6, 7],
            "供用": [True, False, True],
        },
        name="表/裏:1",
    )
    path = tmp_path / "表.xlsx"
    result = export_table(layer, everything(layer), path, "xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["コード", "延床面積", "人口", "供用"],
        ["00123", 12.5, 5, "はい"],
        ["=1+1", None, 6, "いいえ"],
        ["\ufffd鐘", 1200, 7, "はい"],
    ]
    assert {sheet["A2"].data_type, sheet["A3"].data_type} == {"s"}
    assert sheet.title == "表・裏・1"
    assert sheet.freeze_panes == "A2"
    assert any("制御文字" in note for note in result.notes)


def test_csv_opens_in_excel_and_runs_nothing(tmp_path: Path) -> None:
    layer = layer_of({"名": ["=cmd|' /C calc'!A0", "髙﨑,町"], "面積": [1234567.25, -2.0]})
    path = tmp_path / "表.csv"
    export_table(layer, everything(layer), path, "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(path, "utf-8-sig") == [
        ["名", "面積"],
        ["'=cmd|' /C calc'!A0", "1234567.25"],
        ["髙﨑,町", "-2"],
    ]


def test_shift_jis_replaces_signs_and_says_so(tmp_path: Path) -> None:
    layer = layer_of({"名": ["①髙﨑〜−", "普通"]})
    path = tmp_path / "表.csv"
    result = export_table(layer, everything(layer), path, "csv_cp932")
    assert read_csv(path, "cp932") == [["名"], ["①髙﨑～－"], ["普通"]]
    assert any("〜" in note for note in result.notes)


def test_shift_jis_refuses_a_name_it_cannot_hold_and_leaves_the_old_file(tmp_path: Path) -> None:
    layer = layer_of({"名": ["𠮷野"]})
    path = tmp_path / "表.csv"
    path.write_text("前の表", "utf-8")
    with pytest.raises(BadInput, match="𠮷"):
        export_table(layer, everything(layer), path, "csv_cp932")
    assert path.read_text("utf-8") == "前の表"
    assert [p.name for p in tmp_path.iterdir()] == ["表.csv"]


def test_without_a_column_nothing_is_written(houses: Layer, tmp_path: Path) -> None:
    out = TableOut((TableColumn("所有者氏名", "所有者氏名"),), np.array([1]), frozenset({"所有者氏名"}))
    with pytest.raises(BadInput):
        export_table(houses, out, tmp_path / "表.csv", "csv")
    assert list(tmp_path.iterdir()) == []
