"""手順: the job from the first file to the submission, each step a click."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from chiiki_gis.ui.later import Later
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.steps import Step, next_step, steps
from chiiki_gis.ui.theme import AMBER, FAINT, GREEN, INK, RED

_TONES = {"done": GREEN, "left": AMBER, "wrong": RED, "waiting": FAINT}
_ROW_PX = 22
"""Fixed: a tick is higher than other signs, and would shift the rows below it under the mouse."""
_TITLES = (
    "データを入れる", "重点地区", "促進区域", "拠点施設", "判定", "アクセス", "図面", "提出",
)  # fmt: skip


_BEGIN = Step(1, _TITLES[0], "まず「新規」", "left", "new", "新しい計画をつくります")
"""What the first step says while no plan is open."""


class StepsPanel(QWidget):
    """Eight rows. `chosen` carries the id of the action that goes there."""

    chosen = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.setSpacing(0)
        self.rows = [_Row() for _ in _TITLES]
        for number, (row, title) in enumerate(zip(self.rows, _TITLES, strict=True), 1):
            row.show_step(_BEGIN if number == 1 else Step(number, title, "—", "waiting", "", ""))
            row.clicked.connect(self.chosen)
            column.addWidget(row)
        self._later = Later(self, self.refresh)
        session.opened.connect(self._later.ask)
        session.checked.connect(self._later.ask)

    def refresh(self) -> None:
        """Say where the plan stands now."""
        session = self._session
        if not session.is_open:
            return
        found = steps(session.document, session.rows, session.findings, session.verdicts, session.is_checked)
        following = next_step(found)
        for row, step in zip(self.rows, found, strict=True):
            row.show_step(step, is_next=step is following)

    def mark_current(self, action: str) -> None:
        """Tint the step whose tool is in the hand."""
        for row in self.rows:
            row.set_current(bool(action) and row.step.goes_to == action)


class _Row(QFrame):
    """One step."""

    clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("step")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(_ROW_PX)
        self.step = Step(1, "", "", "waiting", "", "")
        self._title, self._state = QLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.addWidget(self._title, 1)
        row.addWidget(self._state)
        self.set_current(False)

    def show_step(self, step: Step, is_next: bool = False) -> None:
        """Write the step; the one to be done next is bold and has an arrow."""
        self.step = step
        self._title.setText(step.heading + ("　▶" if is_next else ""))
        self._title.setStyleSheet("font-weight: bold;" if is_next else "")
        self._state.setText(step.state)
        following = "。次にすることです" if is_next else ""
        self.setAccessibleName(f"{step.heading} {step.state}{following}")
        self._state.setStyleSheet(f"color: {_TONES[step.tone]};")
        self.setToolTip(step.tip)

    def set_current(self, current: bool) -> None:
        """Tint or untint."""
        ground = "#fdecec" if current else "transparent"
        self.setStyleSheet(
            f"#step {{ background: {ground}; border-radius: 5px; }}"
            f"#step:hover {{ background: {'#fdecec' if current else '#eef2f8'}; }}"
            f"#step:focus {{ border: 1px solid {INK}; }}"
            f"QLabel {{ color: {INK}; }}"
        )
        self._state.setStyleSheet(f"color: {_TONES[self.step.tone]};")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton and self.step.goes_to:
            self.clicked.emit(self.step.goes_to)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go there by Enter or space; up and down lead to the steps beside."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.step.goes_to:
            self.clicked.emit(self.step.goes_to)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
