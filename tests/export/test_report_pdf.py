"""Reports on paper: every row is there, houses are counted and never shown."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from shapely.geometry import Point, box

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.house_report import FEW_WORDS, house_tables
from chiiki_gis.export.report_pdf import ReportFacts, write_report_pdf
from chiiki_gis.export.workbook import SheetOut
from chiiki_gis.tasks.check_report import report_check, report_houses

pytestmark = pytest.mark.usefixtures("qgui")
FACTS = ReportFacts(
    "湖野市　検査結果", "湖野市", datetime(2026, 4, 1, 9, 0, tzinfo=timezone(timedelta(hours=9)))
)
needs_text = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")


def _words(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return re.sub(r"\s", "", done.stdout.decode("utf-8"))


@needs_text
def test_every_row_is_on_some_page_under_its_head(tmp_path: Path) -> None:
    rows = [(number, f"行その{number}終") for number in range(300)]
    table = SheetOut("一覧", ("番号", "見出しの語"), (1, 9), rows)
    write_report_pdf([table], FACTS, tmp_path / "a.pdf")
    words = _words(tmp_path / "a.pdf")
    assert all(f"行その{number}終" in words for number in range(300))
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        pages = len(pdf.pages)
    assert pages > 1
    assert words.count("見出しの語") == pages


@needs_text
def test_a_cell_longer_than_a_page_goes_on_and_loses_nothing(tmp_path: Path) -> None:
    long = "".join(f"【{number}】とても長い説明の文。" for number in range(1500))
    write_report_pdf([SheetOut("長い", ("文", "短い"), (3, 1), [(long, "端")])], FACTS, tmp_path / "a.pdf")
    words = _words(tmp_path / "a.pdf")
    assert all(f"【{number}】" in words for number in range(1500))


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    table = SheetOut("一覧", ("番号", "語"), (1, 9), [(1, "語")])
    for name in ("a.pdf", "b.pdf"):
        write_report_pdf([table], FACTS, tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@needs_text
def test_the_check_leaves_as_pdf_with_what_the_workbook_says(
    new_plan: Callable[[], Any], tmp_path: Path
) -> None:
    report_check(snapshot(new_plan().document), tmp_path / "検査.pdf")
    words = _words(tmp_path / "検査.pdf")
    for word in ("検査結果", "判定", "手続", "最終判断は特定行政庁", "お試し住宅髙"):
        assert word in words


@pytest.fixture
def housed(bare: Any) -> Any:
    """Five houses in one 町丁目, one in another; two owners have agreed."""
    plan, x, y = bare, -29_900.0, -400.0
    plan.put(Role.PROMOTION_AREA, [box(x - 50, y - 50, x + 3.5, y + 50)], name=["北"], number=[1])
    places = [*(Point(x + n, y) for n in range(5)), Point(x + 5_000, y)]
    plan.refer(
        Role.VACANT_HOUSE, "秘密の台帳", places,
        所有者=["秘密太郎"] * 6, consent=["あり", "あり", "なし", "なし", None, "あり"],
        match_level=["街区"] * 5 + [None],
    )  # fmt: skip
    plan.refer(
        Role.TOWN, "町丁目",
        [box(x - 10, y - 10, x + 100, y + 10), box(x + 4_900, y - 10, x + 5_100, y + 10)],
        name=["本町一丁目", "山奥"],
    )  # fmt: skip
    return plan


def test_houses_are_counted_by_area_and_town_and_few_are_not_told(housed: Any) -> None:
    tables = {table.title: table.rows for table in house_tables(snapshot(housed.document))}
    assert ("空き家（件）", 6) in tables["空き家集計"]
    assert ("本人の同意のある空き家（件）", 3) in tables["空き家集計"]
    assert list(tables["町丁目ごと"]) == [("本町一丁目", 5, FEW_WORDS), ("山奥", FEW_WORDS, "―")]
    assert ("街区", 5) in tables["位置の精度ごと"]
    assert ("不明", 1) in tables["位置の精度ごと"]
    areas = {row[0]: row[1:] for row in tables["特定居住促進区域ごと"]}
    assert areas["北"] == (4, 2)


def test_a_few_houses_among_agreed_ones_are_not_told_either(bare: Any) -> None:
    """The agreed ones may leave with their position: what is left over would be one known household."""
    places = [Point(-29_900.0 + n, -400.0) for n in range(4)]
    consent = ["あり", "あり", "あり", "なし"]
    bare.refer(Role.VACANT_HOUSE, "台帳", places, consent=consent, match_level=["街区"] * 4)
    bare.refer(Role.TOWN, "町丁目", [box(-30_000, -500, -29_800, -300)], name=["本町"])
    tables = {table.title: table.rows for table in house_tables(snapshot(bare.document))}
    assert list(tables["町丁目ごと"]) == [("本町", "3件以上", "―")]


@needs_text
def test_the_report_of_houses_names_no_owner_and_no_place(housed: Any, tmp_path: Path) -> None:
    report_houses(snapshot(housed.document), tmp_path / "空き家.pdf")
    words = _words(tmp_path / "空き家.pdf")
    assert "本町一丁目" in words
    assert "秘密太郎" not in words
    assert "29,900" not in words.replace("29900", "29,900")


def test_without_a_list_of_houses_there_is_no_report_of_them(bare: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        report_houses(snapshot(bare.document), tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()
