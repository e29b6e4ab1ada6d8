"""The prefecture's desk in the window: packages come in row by row, and the towns are listed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from chiiki_gis.core.change import Change
from chiiki_gis.core.merging import MergePlan, accepted
from chiiki_gis.core.submission import PackageKind, is_desk
from chiiki_gis.ui.actions import Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.desk_panel import TAB
from chiiki_gis.ui.notice import Notice

NO_DESK = (
    "市町村の提出一式は、ここには取り込めません。",
    "開いている計画は、都道府県の受け付けのプロジェクトではありません。",
    "「新規」で2桁の都道府県コードを入れて、受け付けのプロジェクトを作ってください。",
)
OF_TOWNS = (
    "都道府県の受け付けのプロジェクトからは、提案できません。",
    "提案は、市町村か支援法人がするものです。",
    "市町村のプロジェクトを開いて、もう一度選んでください。",
)


class DeskActions(QObject):
    """One method per action."""

    def __init__(self, commands: Commands, show_tab: Callable[[str], object]) -> None:
        super().__init__(commands)
        self._window = cast("QWidget", commands.parent())
        self._commands, self._session = commands, commands.session
        self._show_tab = show_tab
        commands.take_packages = self.compare

    def merge(self) -> None:
        """市町村の提出一式を取り込む."""
        if self._is_desk():
            paths = self._commands.files.open_many("市町村の提出一式を選ぶ", "提出一式 (*.zip)")
            if paths:
                self.compare(tuple(paths))

    def compare(self, paths: tuple[Path, ...]) -> None:
        """Have packages proven and compared, then ask which rows to take over; one undoable step."""
        session = self._session
        before = session.document.layers

        def take(plan: MergePlan) -> None:
            change = None if session.document.layers is not before else self.ask(plan)
            if session.document.layers is not before:
                self.compare(paths)  # the plan has changed meanwhile: others are its differences now
            elif change is not None:
                self.take(plan, change)

        session.ask("merge", session.snapshot(), paths, on_done=take)

    def ask(self, plan: MergePlan) -> Change | None:
        """Which of the differences to take over; None where there is none, or the planner turns back."""
        session = self._session
        if accepted(plan).is_empty:
            names = "・".join(town.name for town in plan.towns)
            session.tell(Notice(f"{names}の一式は、前に取り込んだものと同じです。", details=plan.notes))
            return None
        from chiiki_gis.ui.merge_dialog import MergeDialog

        dialog = MergeDialog(self._window, plan)
        return accepted(plan, dialog.chosen) if dialog.exec() else None

    def take(self, plan: MergePlan, change: Change) -> None:
        """Apply what was accepted."""
        session = self._session
        session.apply(change, plan.shapes)
        count = sum(map(len, (*change.put.values(), *change.drop.values())))
        session.tell(
            Notice(
                f"{change.note}：{count:,} 件の違いを取り込みました。",
                level="info" if plan.notes else "done",
                details=plan.notes,
                button="元に戻す",
                press=session.undo,
                other_button="市町村の一覧を見る",
                press_other=self.show_towns,
            )
        )
        self._commands.home()

    def show_towns(self) -> None:
        """市町村の一覧: the tab of the desk."""
        if self._is_desk():
            self._show_tab(TAB)

    def propose(self, kind: PackageKind) -> None:
        """都道府県への提案, 支援法人の提案: packages of their own."""
        from chiiki_gis.ui import proposal_dialog

        if not is_desk(self._session.document.header):
            proposal_dialog.leave(self._window, self._session, self._commands.files, kind)
        else:
            self._session.tell(Notice(*OF_TOWNS, "warning"))

    def _is_desk(self) -> bool:
        if is_desk(self._session.document.header):
            return True
        self._session.tell(Notice(*NO_DESK, "warning"))
        return False


def coming_action(desk: DeskActions, menu: str) -> Action:
    """How packages come in."""
    return Action(
        "take_packages",
        "市町村の提出一式を取り込む...",
        desk.merge,
        menu,
        3,
        tip="都道府県の受け付け：市町村の提出一式（zip）を照合し、前の提出との違いを選んで取り込みます",
    )


def proposal_actions(desk: DeskActions, menu: str) -> tuple[Action, ...]:
    """Packages that propose a plan."""
    kinds: tuple[PackageKind, ...] = ("proposal", "support")
    words = ("都道府県への提案一式（5条10項）...", "支援法人の提案一式（32条）...")
    return tuple(
        Action(
            f"export_{kind}",
            word,
            partial(desk.propose, kind),
            menu,
            2,
            tip="提案書と素案、図面、データを一つの zip にまとめます",
        )
        for kind, word in zip(kinds, words, strict=True)
    )


def towns_action(desk: DeskActions, menu: str) -> Action:
    """How they are looked at."""
    return Action(
        "show_towns",
        "市町村の一覧...",
        desk.show_towns,
        menu,
        3,
        tip="都道府県の受け付け：市町村ごとの数、境界の重なりとすき間、市町村をまたぐアクセス道路を表示します",
    )
