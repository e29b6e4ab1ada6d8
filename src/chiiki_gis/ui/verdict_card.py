"""The verdict of 建築基準法48条 on one building: what, why, which articles, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGraphicsOpacityEffect, QVBoxLayout, QWidget

from chiiki_gis.ui import words
from chiiki_gis.ui.forms import Rows, empty, heading, plate, wrapped
from chiiki_gis.ui.notice import Level
from chiiki_gis.ui.shares_bar import SharesBar
from chiiki_gis.ui.steps import OPEN_VERDICTS, WRONG_VERDICTS
from chiiki_gis.ui.theme import AMBER, FAINT, GREEN

if TYPE_CHECKING:
    from chiiki_gis.rules.model import Condition24, Verdict


def level_of(verdict: Verdict) -> Level:
    """The colour of a verdict."""
    if verdict.verdict in WRONG_VERDICTS:
        return "error"
    if verdict.verdict in OPEN_VERDICTS or verdict.needs_confirmation:
        return "warning"
    return "info" if verdict.verdict == "outside_48" else "done"


class VerdictCard(QWidget):
    """Shows one verdict; pale while a newer one is being worked out."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._pale = QGraphicsOpacityEffect(self)
        self._pale.setOpacity(0.45)
        self._pale.setEnabled(False)
        self.setGraphicsEffect(self._pale)
        self._shown: Verdict | None = None

    @property
    def verdict(self) -> Verdict | None:
        """What is shown."""
        return self._shown

    @property
    def is_stale(self) -> bool:
        """True while the shown verdict may be out of date."""
        return self._pale.isEnabled()

    def set_stale(self, stale: bool) -> None:
        """Pale the card while a check is running."""
        self._pale.setEnabled(stale)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Write the card anew."""
        if verdict is self._shown and verdict is not None:
            return
        self._shown = verdict
        empty(self._column)
        if verdict is None:
            self._column.addWidget(wrapped("判定しています…", faint=True))
            return
        frame, inside = plate(level_of(verdict))
        title = wrapped(verdict.label, bold=True)
        inside.addWidget(title)
        for reason in verdict.reasons:
            inside.addWidget(wrapped(reason))
        self._column.addWidget(frame)
        self._column.addWidget(self._facts(verdict))
        if verdict.zone_shares:
            self._column.addWidget(heading("用途地域の内訳"))
            self._column.addWidget(SharesBar(verdict.zone_shares))
        if verdict.verdict in ("special24_candidate", "needs_48_permit") and verdict.conditions:
            self._add_conditions(verdict.conditions)
        if verdict.alternatives:
            self._column.addWidget(heading("ほかの方法"))
            for way in verdict.alternatives:
                label = wrapped(f"・{way.name}：{way.why}")
                label.setToolTip(way.article)
                self._column.addWidget(label)
        if verdict.next_steps:
            self._column.addWidget(heading("次にすること"))
            for step in verdict.next_steps:
                self._column.addWidget(wrapped(f"・{step}"))

    def _facts(self, verdict: Verdict) -> Rows:
        rows = Rows()
        rows.add_text(
            "用途地域", (verdict.zone or "資料なし") + ("（点による仮の判定）" if verdict.provisional else "")
        )
        if verdict.distance_to_zone_edge_m is not None:
            rows.add_text("境界まで", words.length(verdict.distance_to_zone_edge_m))
        if verdict.needs_confirmation:
            rows.add_text("要確認", "資料の境界に近いため、都市計画課で確認してください。")
        if verdict.missing:
            rows.add_text("未入力", "、".join(verdict.missing))
        if verdict.articles:
            rows.add_text("根拠", "、".join(verdict.articles))
        return rows

    def _add_conditions(self, conditions: tuple[Condition24, ...]) -> None:
        met = sum(1 for condition in conditions if condition.met)
        self._column.addWidget(heading(f"24条の候補になる条件　{met} / {len(conditions)}"))
        for condition in conditions:
            mark, color = (
                ("✓", GREEN) if condition.met else ("・", FAINT) if condition.met is None else ("×", AMBER)
            )
            label = wrapped(f"{mark} {condition.text}")
            label.setStyleSheet(f"color: {color};")
            label.setToolTip(f"{condition.source}\n{condition.basis}")
            self._column.addWidget(label)
            told = condition.basis + (condition.todo if not condition.met else "")
            if told and not condition.met:
                note = wrapped(told, faint=True)
                note.setContentsMargins(14, 0, 0, 0)
                self._column.addWidget(note)
