"""手続: the checklist of 広活法22条5–13項 with its days."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from chiiki_gis.rules.procedure import STATE_WORDS, ProcedureStep, procedure
from chiiki_gis.ui.fact_form import FactFields, Page, add_row
from chiiki_gis.ui.forms import heading, wrapped
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import AMBER, BLUE, FAINT, GREEN, INK

_PREMISES = (
    ("profile", "市町村の種類（知事との協議の要否：22条11項）"),
    ("council_exists", "特定居住促進協議会がある（23条）"),
    ("requirements_written", "用途特例適用要件を計画に記載する（22条3項）"),
    ("housing_written", "機構等が実施する公的賃貸住宅等整備事業を記載する（22条4項）"),
    ("authority", "特定行政庁（建築基準法48条の許可の権限を持つ者）"),
)
_MARKS = {
    "done": ("✓", GREEN),
    "planned": ("→", BLUE),
    "not_done": ("×", AMBER),
    "unknown": ("・", INK),
    "not_needed": ("―", FAINT),
    "unclear": ("？", AMBER),
}
AGAIN = "計画を変更するときも、同じ手続が必要です（22条14項）。"


class ProcedurePage(Page):
    """What decides which steps are needed, then the steps."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.facts = FactFields(session)
        self.summary = wrapped(bold=True)
        self.column.addWidget(self.summary)
        self.column.addWidget(heading("手続の前提"))
        grid = self.add_grid()
        for key, text in _PREMISES:
            add_row(grid, text, self.facts.make(key))
        self.column.addWidget(heading("手続（済んだものは日付も入れてください）"))
        grid = self.add_grid()
        self._labels: dict[str, QLabel] = {}
        for step in procedure({}, None):
            self._labels[step.key] = add_row(grid, step.text, self.facts.make(step.key))
        self.column.addWidget(wrapped(AGAIN, faint=True))
        self.column.addStretch(1)

    @property
    def steps(self) -> tuple[ProcedureStep, ...]:
        """The checklist as the plan stands."""
        session = self._session
        if not session.is_open:
            return procedure({}, None)
        document = session.document
        controlled = session.controlled if session.is_checked or session.controlled else None
        return procedure(document.facts, controlled, municipalities=len(document.header.municipalities))

    def refresh(self) -> None:
        """Show the stored values, and what each step comes to."""
        self.facts.refresh()
        left = 0
        for step in self.steps:
            mark, color = _MARKS[step.state]
            label = self._labels[step.key]
            said = "：".join(part for part in (STATE_WORDS[step.state], step.why) if part)
            why = f"\n{said}" if step.why or step.state == "planned" else ""
            label.setText(f"{mark} {step.text}（{step.article}）{why}")
            label.setStyleSheet(f"color: {color};")
            left += step.is_left
        self.summary.setText(
            f"残っている手続　{left} 件" if left else "✓ 22条の手続は、すべて済みか不要です。"
        )
        self.summary.setStyleSheet(f"color: {INK if left else GREEN}; font-weight: bold;")
