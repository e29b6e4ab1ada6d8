"""What can be done with findings: set aside with a reason, taken back, written as a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from PySide6.QtWidgets import QWidget

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.set_aside import former_reason, set_aside, take_back
from chiiki_gis.ui import work
from chiiki_gis.ui.files import Files, plan_file_name
from chiiki_gis.ui.reason_dialog import SET_ASIDE_WORDS, ReasonDialog
from chiiki_gis.ui.session import Session

ReportJob: TypeAlias = Literal["check_report", "house_report"]
REPORT_WORDS: dict[ReportJob, str] = {"check_report": "検査の報告書", "house_report": "空き家集計"}


def ask_to_set_aside(parent: QWidget, session: Session, findings: Sequence[Finding]) -> None:
    """対象外にする: with a reason, as one undoable edit."""
    if not findings:
        return
    former = former_reason(session.document.facts, findings[0], session.scenario, session.findings)
    dialog = ReasonDialog(parent, findings, SET_ASIDE_WORDS, former)
    if dialog.exec():
        today = datetime.now().astimezone().date().isoformat()
        facts, scenario = session.document.facts, session.scenario
        session.apply(set_aside(facts, findings, scenario, dialog.reason, today, session.findings))


def count_again(session: Session, findings: Sequence[Finding]) -> None:
    """対象外を取り消す: one undoable edit."""
    if findings:
        session.apply(take_back(session.document.facts, findings, session.scenario))


def ask_report(
    session: Session, files: Files, ending: Literal["xlsx", "pdf"], job: ReportJob = "check_report"
) -> None:
    """Ask where a report of the plan as it is now goes, and write it there."""
    word = REPORT_WORDS[job]
    kind = "Excel (*.xlsx)" if ending == "xlsx" else "PDF (*.pdf)"
    name = plan_file_name(session, word, ending)
    path = files.save(f"{word}を書き出す", kind, name, ending)
    if path is not None:
        session.ask(
            job,
            session.snapshot(),
            path,
            on_done=lambda written: work.tell_written(session, written, word),
        )
