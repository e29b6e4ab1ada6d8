"""属性定義書.xlsx: every layer and column of the submission, out of the table that the writers use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from chiiki_gis.core.role import Role
from chiiki_gis.core.submission import COUNTS_TABLE
from chiiki_gis.export.dictionary import (
    FIELDS,
    HOUSE_COUNTS,
    SCHEMA_VERSION,
    TOWN_FIELDS,
    TYPE_WORDS,
    WIDEST,
    Field,
    words_of,
)
from chiiki_gis.export.outgoing import FINAL_WORD, Outgoing
from chiiki_gis.export.pinned import pin_workbook
from chiiki_gis.export.workbook import SheetOut, write_workbook

FILE_NAME = "属性定義書.xlsx"
BookTable = tuple[str, str, tuple[Field, ...]]
"""Japanese title, name of the table, its columns."""
TABLES: tuple[BookTable, ...] = (
    *((role.japanese, role.value, fields) for role, fields in FIELDS.items()),
    ("空き家の集計", COUNTS_TABLE, HOUSE_COUNTS),
)
_SHAPES: Mapping[str, str] = {
    Role.FACILITY: "点または面（敷地の形）",
    Role.ACCESS_LINK: "線（計算できないものは図形なし）",
    Role.VACANT_HOUSE: "点（同意のあるものだけ）",
    COUNTS_TABLE: "面（合わせて数えたものは図形なし）",
}
_RULES = (
    ("GeoPackageの列名", "英語の名前です。表示名（日本語）は gpkg_data_columns と layer_styles にあります。"),
    ("Shapefileの列名", "CP932で10バイト以内の決まった名前です。値は途中で切りません。"),
    ("Shapefileの文字", "CP932（LDID 0x13、.cpg は CP932）です。入らない文字は、断りなく置き換えません。"),
    ("長い文字", f"{WIDEST}バイトを超える文字は、分けられる列だけ、末尾に2以降を付けた列へ続けます。"),
    (
        "書き出さない列",
        "アクセス道路の「内訳」（計算の途中の値）、拠点施設の「空き家の番号」と「写真」（内部利用）は、どの形式にも"
        "ありません。区域の「構成」（入れ子のJSON）は、長さに限りのあるShapefileにはありません。",
    ),
    (
        "見た目",
        "GeoPackageの layer_styles はQGISのもの、gpkg_metadata（urn:chiiki-gis:look:1）は地域GISのものです。",
    ),
    ("値なし", "空の値は、どの形式でも「値なし」です。"),
    ("コード", "GeoPackageはコード、ほかの形式は言葉で書きます。対応は「コード表」にあります。"),
    (
        "都道府県の一式",
        f"計画の表の末尾に「{'」「'.join(field.japanese for field in TOWN_FIELDS)}」の列があります。",
    ),
    ("注意", FINAL_WORD),
)


def write_field_book(path: Path, stamp: date) -> None:
    """Write the book. Equal program and stamp give equal bytes."""
    write_workbook(path, field_sheets())
    pin_workbook(path, stamp)


def field_sheets() -> tuple[SheetOut, ...]:
    """概要, レイヤ, 属性定義, コード表."""
    about = (("様式の版", SCHEMA_VERSION), *_RULES)
    return (
        SheetOut("概要", ("項目", "内容"), (22, 90), about),
        SheetOut("レイヤ", ("レイヤ", "表の名前", "図形", "列の数"), (28, 24, 34, 10), _layers()),
        field_sheet(TABLES),
        SheetOut("コード表", ("レイヤ", "列", "コード", "言葉"), (28, 18, 28, 60), _codes()),
    )


def field_sheet(tables: Sequence[BookTable]) -> SheetOut:
    """One line per column of some tables."""
    head = (
        "レイヤ", "表の名前", "正式な列名", "GeoPackageの列名", "Shapefileの列名", "型", "幅（バイト・桁）",
        "小数桁", "意味", "CP932にない文字",
    )  # fmt: skip
    rows = [_line(title, table, field) for title, table, fields in tables for field in fields]
    return SheetOut("属性定義", head, (26, 22, 18, 20, 16, 14, 10, 8, 60, 22), rows)


def book_tables(layers: Sequence[Outgoing]) -> tuple[BookTable, ...]:
    """What the book tells of tables that leave; those of one role and the same columns are told once."""
    found: dict[tuple[str, str], BookTable] = {}
    for layer in layers:
        is_role = layer.table.startswith(layer.role.value) and layer.own != HOUSE_COUNTS
        title, table = (layer.role.japanese, layer.role.value) if is_role else (layer.title, layer.table)
        found.setdefault((title, table), (title, table, layer.fields))
    return tuple(found.values())


def _line(title: str, table: str, field: Field) -> tuple[str | int | None, ...]:
    is_text = field.type in ("text", "json")
    rule = "" if not is_text else "同意なしには行わない" if field.is_proper else "記号は近い形に置き換える"
    return (
        title, table, field.japanese, field.name, field.short or "（なし）",
        TYPE_WORDS[field.type], field.width or None, field.decimals or None, field.meaning, rule,
    )  # fmt: skip


def _layers() -> list[tuple[str | int, ...]]:
    return [(title, table, _SHAPES.get(table, "面"), len(fields)) for title, table, fields in TABLES]


def _codes() -> list[tuple[str, ...]]:
    return [
        (role.japanese, field.japanese, code, word)
        for role, fields in FIELDS.items()
        for field in fields
        for code, word in words_of(field).items()
    ]
