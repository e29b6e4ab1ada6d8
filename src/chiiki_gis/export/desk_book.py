"""市町村一覧.xlsx: what the towns have handed over to a prefecture's desk, in tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from chiiki_gis.core.desk import BORDER_WORDS, DeskReport
from chiiki_gis.core.eras import day_words, japanese_date
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import KINDS_OF_PACKAGE
from chiiki_gis.export.cells import Cell
from chiiki_gis.export.pinned import pin_workbook
from chiiki_gis.export.place import require_place
from chiiki_gis.export.staging import ExportResult, put_in_place, staging
from chiiki_gis.export.workbook import SheetOut, write_workbook

FILE_NAME = "市町村一覧.xlsx"
TOWN_HEAD = (
    "市町村コード", "市町村", "一式の種類", "作成日", "重点地区（区域）", "重点地区（㎡）",
    "促進区域（区域）", "促進区域（㎡）", "拠点施設（棟）", "アクセス道路（本）",
    "48条の許可が要る施設（棟）", "空き家（市町村の集計）", "残した検査のエラー（件）", "エラーを残した理由",
)  # fmt: skip
BORDER_HEAD = ("種類", "区域の種類", "市町村", "区域", "面積（㎡）")
LINK_HEAD = ("市町村", "施設", "インターチェンジ", "通る市町村と距離")


def write_desk_book(values: Snapshot, report: DeskReport, path: Path, stamp: date) -> ExportResult:
    """Write the tables. Raises BadInput for a name that is no .xlsx and where it cannot be written."""
    require_place(path, ".xlsx")
    with staging(path.parent) as stage:
        write_workbook(stage / path.name, desk_sheets(values, report, stamp))
        pin_workbook(stage / path.name, stamp)
        files = put_in_place(stage, [path.name], path.parent)
    return ExportResult(files, report.notes)


def desk_sheets(values: Snapshot, report: DeskReport, stamp: date) -> tuple[SheetOut, ...]:
    """概要, 市町村, 境界, またがるアクセス道路, 未提出."""
    about: list[Sequence[Cell]] = [
        ("都道府県", values.header.title),
        ("作成日", japanese_date(stamp)),
        ("提出した市町村（件）", len(report.towns)),
        ("提出していない市町村（件）", len(report.waiting)),
        *((f"県で描いた{role.japanese}（件）", count) for role, count in report.own.items()),
        (
            "面積",
            "それぞれの市町村の平面直角座標系で測った面積です。境界の面積は、県の座標系で測っています。",
        ),
        *(("注意", note) for note in report.notes),
    ]
    return (
        SheetOut("概要", ("項目", "内容"), (34, 80), about),
        SheetOut("市町村", TOWN_HEAD, (14, 18, 16, 16, *([14] * 9), 40), town_rows(report)),
        SheetOut("境界", BORDER_HEAD, (24, 22, 34, 40, 16), border_rows(report)),
        SheetOut("またがるアクセス道路", LINK_HEAD, (18, 30, 24, 70), link_rows(report)),
        SheetOut("未提出", ("市町村",), (30,), [(name,) for name in report.waiting]),
    )


def town_rows(report: DeskReport) -> list[tuple[Cell, ...]]:
    """One line per town, in the order of TOWN_HEAD."""
    return [
        (
            one.code,
            one.name,
            KINDS_OF_PACKAGE[one.kind].word,
            day_words(one.made),
            one.districts,
            round(one.districts_m2, 1),
            one.areas,
            round(one.areas_m2, 1),
            one.facilities,
            one.links,
            one.permits,
            "－" if one.houses is None else one.houses,
            one.errors,
            one.reason,
        )
        for one in report.towns
    ]


def border_rows(report: DeskReport) -> list[tuple[Cell, ...]]:
    """One line per piece, in the order of BORDER_HEAD."""
    return [
        (
            BORDER_WORDS[one.kind],
            one.role.japanese,
            "・".join(dict.fromkeys(one.towns)),
            "・".join(one.names),
            round(one.area_m2, 1),
        )
        for one in report.borders
    ]


def link_rows(report: DeskReport) -> list[tuple[Cell, ...]]:
    """One line per link, in the order of LINK_HEAD."""
    return [
        (
            one.town,
            one.facility,
            one.interchange,
            "、".join(f"{name} {km:,.1f} km" for name, km in one.through),
        )
        for one in report.links
    ]
