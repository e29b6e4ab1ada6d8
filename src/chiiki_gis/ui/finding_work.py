"""What can be done with findings: set aside with a reason, taken back, written as a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.set_aside import former_reason, set_aside, take_back
from chiiki_gis.ui import work
from chiiki_gis.ui.reason_dialog import SET_ASIDE_WORDS, ReasonDialog
from chiiki_gis.ui.session import Session


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


def write_report(session: Session, path: Path) -> None:
    """Write 検査の報告書 of the plan as it is now."""
    session.ask(
        "check_report",
        session.snapshot(),
        path,
        on_done=lambda written: work.tell_written(session, written, "検査の報告書"),
    )
