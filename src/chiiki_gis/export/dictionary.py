"""The field dictionary: what every exported column is called, how wide it is, and what it means."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chiiki_gis.core.role import KINDS, LINK_STATUS, WORKS, ColumnType, Role
from chiiki_gis.export.cells import inert

SCHEMA_VERSION = "1"
"""Of the layers and columns below; a package of a higher one is not ours to read."""

WIDEST = 254
"""Bytes a text field of a dBASE table can hold."""


@dataclass(frozen=True)
class Field:
    """One exported column.

    name       column in the GeoPackage, English (design.md)
    japanese   property name in GeoJSON, and what people call it
    short      column in the Shapefile: at most 10 bytes in CP932, unique in its table; "" where it has none
    width      bytes of text, or digits of a number, in the Shapefile
    decimals   decimals kept in the Shapefile
    is_proper  True for names of persons, places and things, in which no character is ever replaced unasked
    can_split  True for text this program composes, which goes on in a second column where one is too narrow
    words      meaning of code values; the Shapefile and GeoJSON hold the words
    """

    name: str
    japanese: str
    short: str
    type: ColumnType
    width: int
    meaning: str
    decimals: int = 0
    is_proper: bool = False
    can_split: bool = False
    words: Mapping[str, str] | None = None


_FID = Field("fid", "地物番号", "地物番号", "integer", 18, "レイヤの中で変わらない番号")
_SCENARIO = Field("scenario", "案", "案", "text", 20, "案の名前", is_proper=True)
_NAME = Field("name", "名称", "名称", "text", 120, "名称", is_proper=True)
_NUMBER = Field("number", "番号", "番号", "integer", 9, "図面に記す番号")
_NOTE = Field("note", "備考", "備考", "text", 200, "備考")
_BUILDING = Field(
    "building_id", "建築物ID", "建築物ID", "text", 64, "一つの建築物に共通の記号", is_proper=True
)
_CODE = Field("code", "団体コード", "団体コード", "text", 6, "全国地方公共団体コード", is_proper=True)
_KIND = Field("kind", "種別", "種別", "text", 60, "区域の種別", is_proper=True)

_AREA = (
    _FID,
    _SCENARIO,
    _NAME,
    _NUMBER,
    Field("description", "区域の説明", "区域説明", "text", 254, "区域の範囲の説明", is_proper=True),
    Field("parts", "構成", "", "json", 0, "区域を構成する単位（JSON）"),
    Field("area_ha", "面積ha", "面積ha", "number", 14, "平面直角座標系で測った面積（ha、小数第4位まで）", 4),
    _NOTE,
)

FIELDS: dict[Role, tuple[Field, ...]] = {
    Role.PRIORITY_DISTRICT: _AREA,
    Role.PROMOTION_AREA: _AREA,
    Role.FACILITY: (
        _FID,
        _SCENARIO,
        _BUILDING,
        _NUMBER,
        _NAME,
        Field("kind", "種類", "種類", "text", 40, "拠点施設の種類", words=KINDS),
        Field("use_class", "用途の区分", "用途区分", "text", 120, "建築基準法別表第二に当てはめる用途の区分"),
        Field(
            "part_class", "兼用部分の区分", "兼用区分", "text", 120, "兼用住宅の住宅以外の部分の用途の区分"
        ),
        Field(
            "use_floor_m2",
            "用途の床面積",
            "用途面積",
            "number",
            16,
            "その用途に供する部分の床面積（平方メートル）",
            2,
        ),
        Field("total_floor_m2", "延べ面積", "延べ面積", "number", 16, "建築物の延べ面積（平方メートル）", 2),
        Field("top_storey", "最上階", "最上階", "integer", 4, "その用途に供する部分の最も高い階"),
        Field("works", "工事の種類", "工事種類", "text", 20, "新築か用途変更か", words=WORKS),
        Field(
            "item",
            "22条2項の号",
            "22条2項号",
            "integer",
            2,
            "広域的地域活性化のための基盤整備に関する法律22条2項の号",
        ),
        Field("site_fid", "敷地の番号", "敷地番号", "integer", 18, "敷地のレイヤの地物番号"),
        _NOTE,
        Field("verdict", "判定コード", "判定コード", "text", 24, "建築基準法48条についての判定の記号"),
        Field(
            "verdict_label",
            "判定",
            "判定",
            "text",
            120,
            "建築基準法48条についての判定（最終判断は特定行政庁が行います）",
            can_split=True,
        ),
        Field("zone", "用途地域", "用途地域", "text", 60, "敷地の用途地域（建築基準法91条）", is_proper=True),
        Field("articles", "根拠条文", "根拠条文", "text", 254, "判定の根拠とした条文", can_split=True),
        Field(
            "provisional", "仮判定", "仮判定", "flag", 1, "1は敷地の形がなく点で判定した仮の結果、0はそれ以外"
        ),
        Field(
            "needs_confirmation", "要確認", "要確認", "flag", 1, "1は境界に近いなど確認が必要、0はそれ以外"
        ),
        Field(
            "rules_version", "判定規則の版", "規則の版", "text", 60, "判定に使った規則の版", can_split=True
        ),
    ),
    Role.SITE: (_FID, _SCENARIO, _NAME),
    Role.ACCESS_LINK: (
        _FID,
        _SCENARIO,
        _BUILDING,
        Field(
            "interchange", "インターチェンジ", "IC名称", "text", 80, "結ぶインターチェンジ", is_proper=True
        ),
        Field("rank", "順位", "順位", "integer", 4, "近い順の番号"),
        Field("km", "距離km", "距離km", "number", 12, "道路に沿う距離（km）", 3),
        Field("minutes", "時間分", "時間分", "number", 12, "所要時間（分、仮定値の速度による）", 2),
        Field("status", "状態", "状態", "text", 20, "計算の状態", words=LINK_STATUS),
        Field("tag", "事業の区分", "事業区分", "text", 80, "関係する事業の区分"),
        Field("carried_out_by", "実施する者", "実施する者", "text", 40, "事業を実施する者"),
        Field("assumed", "仮定値", "仮定値", "json", 254, "計算に使った仮定値", can_split=True),
        Field("stale", "古い結果", "古い結果", "flag", 1, "1は計画を変えた後に計算し直していない、0は最新"),
        Field("reason", "理由", "理由", "text", 254, "計算できない理由、または確かめる点", can_split=True),
    ),
    Role.MUNICIPALITY: (_FID, _NAME, _CODE),
    Role.ZONING: (
        _FID,
        Field("name", "用途地域", "用途地域", "text", 60, "用途地域の名称", is_proper=True),
        Field("zone_id", "用途地域の記号", "用途記号", "text", 8, "用途地域の記号（UNKは不明）"),
    ),
    Role.URBAN_PLANNING_AREA: (_FID, _NAME, _KIND),
    Role.AREA_DIVISION: (
        _FID,
        Field("name", "区域区分", "区域区分", "text", 40, "市街化区域か市街化調整区域か", is_proper=True),
    ),
    Role.VACANT_HOUSE: (
        _FID,
        Field("match_level", "位置の精度", "位置精度", "text", 40, "住所から求めた位置の精度"),
        Field("consent", "同意", "同意", "text", 10, "提供についての本人の同意"),
    ),
}
"""Columns by role, in their order; the roles named here are all that can leave the program."""

HOUSE_COUNTS: tuple[Field, ...] = (
    _FID,
    Field(
        "name", "町丁目・区画", "町丁目区画", "text", 120, "数えた町丁目、または格子の区画", is_proper=True
    ),
    Field(
        "houses",
        "空き家の数",
        "空き家数",
        "integer",
        9,
        "空き家の数（3件未満の町丁目・区画は合わせて数える）",
    ),
    Field("note", "備考", "備考", "text", 200, "数え方"),
)
"""Vacant houses as numbers, from which no house without consent can be told (export.house_counts)."""

TOWN_FIELDS: tuple[Field, ...] = (
    Field("town_code", "市町村コード", "市町村CD", "text", 60, "提出した市町村の全国地方公共団体コード"),
    Field("town_name", "提出した市町村", "提出市町村", "text", 120, "提出した市町村の名称", is_proper=True),
)
"""Behind the columns of the plan where a prefecture's desk hands over its set."""

DICTIONARY_COLUMNS = ("ファイル", "レイヤ", "列名", "正式な列名", "英語名", "型", "幅", "小数桁", "意味")
SOURCE_COLUMNS = ("ファイル", "レイヤ", "出典", "座標系")

TYPE_WORDS: dict[ColumnType, str] = {
    "text": "文字",
    "number": "数値",
    "integer": "整数",
    "flag": "真偽（1・0）",
    "json": "文字（JSON）",
}


def meaning_of(field: Field) -> str:
    """What a column means, with its codes."""
    if not field.words:
        return field.meaning
    return f"{field.meaning}（{'、'.join(f'{code}={word}' for code, word in field.words.items())}）"


def words_of(field: Field) -> Mapping[str, str]:
    """Code → word of a column; empty where its values are no codes. Classes of use come from the rules."""
    if field.name in ("use_class", "part_class"):
        from chiiki_gis.rules.load import rule_table

        return {one.id: one.name for one in rule_table().classes.values()}
    return field.words or {}


def dictionary_rows(file: str, title: str, written: Iterable[tuple[str, Field, int, int]]) -> list[list[str]]:
    """Rows of the dictionary for one file.

    written   per column of the file: its name there, its field, its width and its decimals (0 where the
              format has none)
    """
    return [
        [
            file,
            title,
            column,
            field.japanese,
            field.name,
            TYPE_WORDS[field.type],
            str(width) if width else "",
            str(decimals) if decimals else "",
            meaning_of(field),
        ]
        for column, field, width, decimals in written
    ]


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV that Excel opens without 文字化け: UTF-8 with a mark, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def former_files(listing: Path) -> set[str]:
    """The data files that a dictionary written by an earlier export names; none where it is not ours."""
    if not listing.is_file():
        return set()
    try:
        rows = list(csv.reader(listing.read_text(encoding="utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        return set()
    if not rows or tuple(rows[0]) != DICTIONARY_COLUMNS:
        return set()
    return {row[0] for row in rows[1:] if row and Path(row[0]).name == row[0]}
