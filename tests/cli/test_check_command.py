"""`check` with findings that were set aside, its report, and lists among the facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from chiiki_gis.__main__ import main
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.set_aside import set_aside
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.tasks import plan

RULE = "promotion-outside-priority"


@pytest.fixture
def leaking(tmp_path: Path) -> Callable[[str], Path]:
    """A project whose 促進区域 leaks out of its 重点地区, which may be set aside with a reason."""
    import shapely

    def make(reason: str = "") -> Path:
        document = new_document(Header("check", (Municipality("20999", "試験市"),), 6676))
        document.apply(add_area(document, Role.PRIORITY_DISTRICT, shapely.box(0, 0, 1000, 1000)))
        document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(500, 500, 1100, 900)))
        if reason:
            found = [f for f in plan.check(snapshot(document)).findings if f.rule == RULE]
            document.apply(set_aside(document.facts, found, "A", reason, "2026-11-24", found))
        path = tmp_path / "計画.gpkg"
        plan.save(snapshot(document), path, None)
        return path

    return make


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    main([*words])
    return capsys.readouterr().out


def test_a_finding_set_aside_is_kept_in_the_project_and_counts_no_more(
    leaking: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = leaking("原図で確認済み")
    assert main(["check", str(path)]) == 0
    report = json.loads(told(capsys, "check", str(path), "--json"))
    (found,) = [one for one in report["findings"] if one["rule"] == RULE]
    assert (found["ignored"], found["reason"], report["errors"]) == (True, "原図で確認済み", 0)
    text = told(capsys, "check", str(path))
    assert "エラー（対象外）" in text
    assert "理由：原図で確認済み" in text
    assert "対象外 1件" in text


def test_the_report_is_written_though_errors_are_open_and_the_exit_code_says_so(
    leaking: Callable[..., Path], tmp_path: Path
) -> None:
    path, report = leaking(), tmp_path / "報告書.xlsx"
    assert main(["check", str(path), "--xlsx", str(report)]) == 1
    rows = list(openpyxl.load_workbook(report)["検査結果"].iter_rows(min_row=2, values_only=True))
    assert rows[0][1:3] == ("エラー", "未対応")


def test_a_report_of_another_name_is_refused_in_three_sentences(
    leaking: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = leaking()
    capsys.readouterr()
    assert main(["check", str(path), "--xlsx", str(tmp_path / "報告書.pdf")]) == 2
    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 3
    assert not (tmp_path / "報告書.pdf").exists()


def test_an_export_names_the_errors_that_were_set_aside(
    leaking: Callable[[str], Path], tmp_path: Path
) -> None:
    path, folder = leaking("原図で確認済み"), tmp_path / "出力"
    assert main(["export", str(path), str(folder), "--format", "geojson"]) == 0
    assert "対象外：原図で確認済み" in (folder / "未解決のエラー.csv").read_text("utf-8-sig")


def test_lists_and_days_are_set_from_the_command_line(
    leaking: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(leaking())
    corporations = 'support_corporations=[{"name": "甲の会", "designated_on": "令和8年4月1日"}]'
    assert main(["facts", path, corporations, "prefecture_heard=R8.3.5"]) == 0
    text = told(capsys, "facts", path)
    assert '"designated_on": "2026-04-01"' in text
    assert 'prefecture_heard = "2026-03-05"' in text
    assert main(["facts", path, 'requirements=[{"zone": ["R1L"]}]']) == 2


def test_facts_that_another_program_has_bent_do_not_end_the_check(
    leaking: Callable[..., Path], tmp_path: Path
) -> None:
    from chiiki_gis.io import project

    path = leaking()
    read = project.open_project(path)
    document = project.document_of(read)
    bent = {
        "requirements": [7, {"zones": "R1L"}, {"name": 3}],
        "council.members": "x",
        "profile": ["core_city"],
        "prefecture_heard": "来週",
        "plan_published": "2026-10-01",
        "ignored_findings": [{"rule": RULE, "on": "きのう"}],
    }
    document.apply(Change("", facts=bent))  # type: ignore[arg-type]  # what it is about
    plan.save(snapshot(document), path, read.revision)
    assert main(["check", str(path), "--xlsx", str(tmp_path / "報告書.xlsx")]) == 1


def test_a_fact_of_a_wrong_type_is_told_when_the_project_is_opened_and_not_lost(
    leaking: Callable[..., Path],
) -> None:
    from chiiki_gis.io import project

    path = leaking()
    read = project.open_project(path)
    document = project.document_of(read)
    document.apply(Change("", facts={"profile": ["core_city"]}))
    plan.save(snapshot(document), path, read.revision)
    again = project.open_project(path)
    assert any("市町村の種類" in note for note in again.notes)
    assert dict(again.snapshot.facts) == {"unread.profile": ["core_city"]}


def test_facts_from_notepad_are_read_and_hostile_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "事実.toml"
    path.write_bytes(b"\xef\xbb\xbf" + 'period = "5年"\n'.encode())
    assert plan.read_facts(path) == {"period": "5年"}
    nested = "a = " + "[" * 3000 + "]" * 3000
    for text in (
        nested,
        "[" + "a." * 3000 + "a]\nb = 1",
        f"grant.t = {'9' * 5000}",
        f"grant.t = 1{'0' * 400}",
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(BadInput):
            plan.read_facts(path)


def test_a_requirement_for_an_unknown_use_is_refused_on_entry(leaking: Callable[..., Path]) -> None:
    path = str(leaking())
    assert main(["facts", path, 'requirements=[{"use_classes": ["ofice"], "zones": ["R1L"]}]']) == 2
    assert main(["facts", path, 'requirements=[{"use_classes": ["office"], "zones": ["R1X"]}]']) == 2
    assert main(["facts", path, 'requirements=[{"use_classes": ["office"], "zones": ["R1L"]}]']) == 0
