"""検査の報告書: nothing that was set aside is missing, every verdict with its grounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.set_aside import set_aside
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.export.check_report import write_check_report
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.areas import all_summaries
from chiiki_gis.tasks.sample import sample_document

NOW = datetime(2026, 11, 24, 9, 30).astimezone()


@pytest.fixture(scope="module")
def values() -> Snapshot:
    document, _ = sample_document(memory_ref)
    first = plan.check(snapshot(document)).findings[0]
    document.apply(set_aside(document.facts, [first], "A", "=原図で確認済み", "2026-11-20", [first]))
    gone = replace(first, message="前の文", rule="needs-48-permit")
    document.apply(set_aside(document.facts, [gone], "A", "前の理由", "2026-11-19", [gone]))
    return snapshot(document)


@pytest.fixture(scope="module")
def book(values: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("報告") / "検査の報告書.xlsx"
    write_check_report(values, plan.check(values), path, NOW, all_summaries(values))
    return openpyxl.load_workbook(path)


def rows_of(book: openpyxl.Workbook, title: str) -> list[tuple[object, ...]]:
    return list(book[title].iter_rows(min_row=2, values_only=True))


def test_every_finding_stands_in_the_report_with_the_reason_why_it_was_set_aside(
    book: openpyxl.Workbook, values: Snapshot
) -> None:
    found = plan.check(values).findings
    rows = rows_of(book, "検査結果")
    assert [row[3] for row in rows] == [f.message for f in found]
    aside = [row for row in rows if row[2] == "対象外"]
    assert [(row[6], row[7]) for row in aside] == [("=原図で確認済み", "令和8年11月20日")]
    cell = next(c for c in book["検査結果"]["G"] if c.value == "=原図で確認済み")
    assert cell.data_type == "s"
    assert [row[:2] for row in rows_of(book, "過去の対象外")] == [("前の文", "前の理由")]


def test_every_verdict_names_zone_share_data_article_version_and_who_decides(
    book: openpyxl.Workbook, values: Snapshot
) -> None:
    rows = rows_of(book, "判定")
    assert len(rows) == len(plan.check(values).verdicts)
    first = rows[0]
    assert first[4] == "第一種低層住居専用地域"
    assert "100.0%" in str(first[5])
    assert "建築基準法48条1項" in str(first[8])
    assert "2019年版" in str(first[11])
    assert first[12] == "2025-07"
    assert "最終判断は特定行政庁" in str(first[13])


def test_the_report_holds_the_checklist_and_when_the_articles_are_of(book: openpyxl.Workbook) -> None:
    steps = {row[1]: row[2:4] for row in rows_of(book, "手続")}
    assert steps["都道府県の意見を聴く"] == ("済", "令和8年3月5日")
    assert steps["計画を公表する"] == ("未", None)
    summary = {str(row[0]): row[1] for row in rows_of(book, "概要")}
    assert "2025年7月時点" in str(summary["条文の時点"])
    assert summary["対象外にした項目（件）"] == 1
    assert len(rows_of(book, "24条の条件")) == 9


def test_every_area_is_told_in_ha_with_its_zones(book: openpyxl.Workbook, values: Snapshot) -> None:
    rows = {row[1]: row for row in rows_of(book, "区域")}
    areas = values.rows(Role.PROMOTION_AREA)
    assert len(rows) == len(areas) + len(values.rows(Role.PRIORITY_DISTRICT))
    for name, shape in zip(areas["name"], areas.geometry, strict=True):
        assert rows[name][2] == pytest.approx(shape.area / 10_000, abs=0.006)
        assert "第一種低層住居専用地域" in str(rows[name][3])
    assert {row[9] for row in rows.values()} == {0}


def test_a_file_of_another_kind_is_never_replaced(values: Snapshot, tmp_path: Path) -> None:
    wrong = tmp_path / "報告.xlsx"
    wrong.write_bytes(b"not a workbook")
    checked = plan.check(values)
    with pytest.raises(BadInput, match="同じ名前"):
        write_check_report(values, checked, wrong, NOW)
    with pytest.raises(BadInput, match="xlsx"):
        write_check_report(values, checked, tmp_path / "報告.csv", NOW)
    assert wrong.read_bytes() == b"not a workbook"
