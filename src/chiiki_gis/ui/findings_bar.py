"""The row above the findings: what is shown, how the plan stands, and what can be done with the chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from chiiki_gis.core.finding import SEVERITY_WORDS, Finding
from chiiki_gis.ui.theme import AMBER, FAINT, GREEN, INK, LINE, SHADE
from chiiki_gis.ui.yielding import YieldingLabel

ASIDE = "aside"
KINDS = {**SEVERITY_WORDS, ASIDE: "対象外"}
"""What can be shown or hidden by itself."""


def kind_of(finding: Finding) -> str:
    """The switch that shows a finding."""
    return ASIDE if finding.ignored else finding.severity


class FindingsBar(QWidget):
    """Widgets only; the panel decides."""

    switched = Signal()
    zoom_pressed = Signal()
    aside_pressed = Signal()
    report_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        self.setStyleSheet(
            f"QToolButton:checked {{ background: {SHADE}; border: 1px solid {LINE}; color: {INK}; }}"
        )
        self.switches: dict[str, QToolButton] = {}
        for kind, word in KINDS.items():
            button = QToolButton()
            button.setText(word)
            button.setCheckable(True)
            button.setChecked(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolTip(f"「{word}」の項目を表示する・隠す")
            button.toggled.connect(lambda _on: self.switched.emit())
            self.switches[kind] = button
            row.addWidget(button)
        self.state = YieldingLabel()
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.state, 1)
        self.zoom = self._button(
            row, "ここを表示", "選んだ項目の場所を地図に大きく表示します（Enter）", self.zoom_pressed
        )
        self.aside = self._button(
            row, "対象外にする...", "理由を書いて、検査の対象外にします", self.aside_pressed
        )
        self.report = self._button(
            row, "報告書...", "検査の結果と判定を Excel のファイルに書き出します", self.report_pressed
        )

    def shows(self, finding: Finding) -> bool:
        """Whether the finding's switch is on."""
        return self.switches[kind_of(finding)].isChecked()

    def show_counts(self, findings: Sequence[Finding], is_checked: bool) -> None:
        """Write the numbers and how the plan stands; what is hidden is said."""
        counts = Counter(kind_of(finding) for finding in findings)
        for kind, word in KINDS.items():
            self.switches[kind].setText(f"{word} {counts[kind]}")
        hidden = sum(not self.shows(finding) for finding in findings)
        if not is_checked:
            self._say("検査しています…", FAINT)
        elif hidden:
            self._say(f"{hidden} 件を隠しています", AMBER)
        elif not findings:
            self._say("✓ 検査で見つかった問題はありません。", GREEN)
        elif counts[ASIDE] == len(findings):
            self._say(f"✓ 対象外にした {counts[ASIDE]} 件のほかに、問題はありません。", GREEN)
        elif not counts["error"] and not counts["warning"]:
            self._say("✓ エラー・注意なし", GREEN)
        else:
            self._say("", INK)

    def follow_choice(self, chosen: Sequence[Finding]) -> None:
        """Let only that be pressed which the chosen findings allow."""
        self.zoom.setEnabled(any(finding.fids for finding in chosen))
        self.aside.setEnabled(bool(chosen))
        back = bool(chosen) and all(finding.ignored for finding in chosen)
        self.aside.setText("対象外を取り消す" if back else "対象外にする...")

    def _say(self, text: str, color: str) -> None:
        self.state.setText(text)
        self.state.setToolTip(text)
        self.state.setStyleSheet(f"color: {color};" + ("font-weight: bold;" if color == GREEN else ""))

    def _button(self, row: QHBoxLayout, word: str, tip: str, signal: object) -> QPushButton:
        button = QPushButton(word)
        button.setToolTip(tip)
        button.clicked.connect(signal)
        row.addWidget(button)
        return button
