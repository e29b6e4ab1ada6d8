"""計画の事実と手続: what the plan says, what has been done, beside the map."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from chiiki_gis.core.change import Changed
from chiiki_gis.ui.plan_pages import CoveragePage, GrantPage, ItemsPage, ProposalPage
from chiiki_gis.ui.procedure_page import ProcedurePage
from chiiki_gis.ui.record_editor import RecordEditor
from chiiki_gis.ui.session import Session

REQUIREMENTS_WORDS = (
    "要件は、第一種・第二種の低層または中高層住居専用地域だけに定められます（22条3項）。要件を定めて公表しても、"
    "建築物ごとに許可（公開による意見の聴取と建築審査会の同意）が必要です。様式は定められていないため、項目は目安です。"
)


class PlanWindow(QWidget):
    """A window of its own; every field is one undoable edit of the plan."""

    def __init__(self, parent: QWidget, session: Session, save: Callable[[], object]) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("計画の事実と手続 – 地域GIS")
        self.resize(940, 640)
        self._session = session
        self.items = ItemsPage(session)
        self.requirements = RecordEditor(session, "requirements", REQUIREMENTS_WORDS)
        self.procedure = ProcedurePage(session)
        self.members = RecordEditor(
            session, "council.members", "協議会を組織したときの構成員です（23条2項）。"
        )
        self.corporations = RecordEditor(
            session,
            "support_corporations",
            "市町村長が指定した特定居住支援法人の登録簿です（28条）。"
            "名称・住所・所在地は公示します。書き出すファイルには入りません。",
        )
        self.proposal, self.grant, self.coverage = (
            ProposalPage(session),
            GrantPage(session),
            CoveragePage(session),
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for title, page in (
            ("記載事項", self.items),
            ("手続", self.procedure),
            ("用途特例適用要件", self.requirements),
            ("協議会", self.members),
            ("支援法人", self.corporations),
            ("都道府県への提案", self.proposal),
            ("交付金", self.grant),
            ("資料の範囲", self.coverage),
        ):
            self.tabs.addTab(page, title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        keys = QKeySequence.StandardKey
        for key, call in (
            (keys.Undo, session.undo), (keys.Redo, session.redo), (keys.Save, save), (keys.Close, self.close),
        ):  # fmt: skip
            QShortcut(QKeySequence(key), self, call)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        session.changed.connect(self._follow)
        session.checked.connect(self._show_check)
        self.refresh()

    def refresh(self) -> None:
        """Show the plan as it is now on every page."""
        for page in (
            self.items, self.procedure, self.requirements, self.members, self.corporations, self.proposal,
            self.grant, self.coverage,
        ):  # fmt: skip
            page.refresh()

    def show_page(self, title: str) -> None:
        """Bring a page to the front."""
        for index in range(self.tabs.count()):
            if self.tabs.tabText(index) == title:
                self.tabs.setCurrentIndex(index)

    def let_go(self) -> None:
        """Go without handing anything over."""
        self._session.changed.disconnect(self._follow)
        self._session.checked.disconnect(self._show_check)
        self.hide()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hand over what is being typed before the window goes."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed while the window was closed."""
        self.refresh()
        super().showEvent(event)

    def _show_check(self) -> None:
        if self.isVisible():
            self.procedure.refresh()

    def _follow(self, changed: Changed) -> None:
        if changed.content and not changed.facts:
            self.grant.area = None  # the map has changed: what was measured no longer holds
        if self.isVisible() and (changed.content or changed.facts):
            self.refresh()
