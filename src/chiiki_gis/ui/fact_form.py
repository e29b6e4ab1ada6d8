"""Fields for the plan's facts: each writes one fact as one change and follows undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FACT_KEYS, PROFILES, FactValue, holds
from chiiki_gis.ui.forms import ChoiceField, DateField, NumberField, TextArea, TextField, wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session

_STATES: tuple[tuple[object, str], ...] = ((True, "済"), (False, "未"))
_ANSWERS: tuple[tuple[object, str], ...] = ((True, "はい"), (False, "いいえ"))
_STATE_PX = 96
_LABEL_PX = 300


class StateField(QWidget):
    """済 (with its day where known) or 未; nothing is 未入力. A day that is entered means 済."""

    def __init__(self, commit: Callable[[FactValue | None], None], has_day: bool = True) -> None:
        super().__init__()
        self._commit = commit
        self.choice = ChoiceField(self._choose)
        self.choice.set_choices([_STATES if has_day else _ANSWERS])
        self.choice.setMinimumWidth(_STATE_PX)
        self.day = DateField(lambda day: self._commit(day or True))  # without its day a step is still done
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choice)
        row.addWidget(self.day, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.day.complaint)
        self.day.setVisible(has_day)  # once it stands in the field: before, it would be a window of its own
        if not has_day:
            row.addStretch(1)

    def is_typed(self) -> bool:
        """Whether a day has been altered and not handed over."""
        return self.day.is_typed()

    def show_value(self, value: object) -> None:
        """Show a stored value without calling `commit`."""
        self.choice.show_value(None if value is None else holds(value))
        self.day.show_value(value if isinstance(value, str) else None)

    def _choose(self, value: object) -> None:
        self._commit(value if isinstance(value, bool) else None)


Field = TextField | TextArea | NumberField | ChoiceField | StateField
QUESTIONS = frozenset(
    {
        "council_exists",
        "requirements_written",
        "housing_written",
        "zoning_covers_municipality",
        "urban_planning_area_covers_municipality",
        "area_division_covers_municipality",
        "proposal.accepted",
    }
)
"""Facts that are a yes or a no rather than something done on a day."""


class FactFields:
    """The fields of one page. `add` makes one; `refresh` shows what the plan says now."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.fields: dict[str, Field] = {}

    def make(self, key: str, lines: int = 1, hint: str = "", unit: str = "") -> Field:
        """A field for a fact, by its type."""
        fact = FACT_KEYS[key]

        def commit(value: object) -> None:
            self.commit(key, value)

        made: Field
        if fact.type == "flag_or_date":
            made = StateField(commit, key not in QUESTIONS)
        elif fact.type == "number":
            made = NumberField(commit, unit)
        elif fact.type == "choice":
            made = ChoiceField(commit)
            made.set_choices([list(PROFILES.items())])
        elif lines > 1:
            made = TextArea(commit, lines, hint)
        else:
            made = TextField(commit)
            made.setPlaceholderText(hint)
        made.setAccessibleName(fact.japanese)
        if isinstance(made, StateField):
            made.choice.setAccessibleName(fact.japanese)
            made.day.setAccessibleName(f"{fact.japanese}：日付")
        self.fields[key] = made
        return made

    def commit(self, key: str, value: Any) -> None:
        """Write one fact. The plan's term is one text in two places, unless somebody has made it two."""
        facts: dict[str, FactValue | None] = {key: value}
        stored = self._session.document.facts
        period = stored.get("period")
        is_other = key == "items.7" and bool(period) and period != stored.get(key, period)
        if key == "items.7" and not is_other:
            facts["period"] = value
        self._session.apply(Change(f"「{FACT_KEYS[key].japanese}」を変更", facts=facts))
        if is_other and period != value:
            self._session.tell(
                Notice(
                    f"「{FACT_KEYS[key].japanese}」だけを変更しました。",
                    f"計画期間（period）には、別の文「{period}」が入っているため、そのまま残しました。",
                    "同じ文にするときは、コマンドの facts で period を変更してください。",
                )
            )

    def refresh(self) -> None:
        """Show the stored values; what has been typed and not been taken stays."""
        facts: Mapping[str, object] = self._session.document.facts if self._session.is_open else {}
        for key, field in self.fields.items():
            if isinstance(field, ChoiceField) or not field.is_typed():
                value = facts.get(key)
                field.show_value(facts.get("period") if key == "items.7" and value is None else value)


class Page(QScrollArea):
    """A page that scrolls when the window is low; `column` takes its parts."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(8)
        self.setWidget(inside)

    def add_grid(self) -> QGridLayout:
        """A grid of labels and fields."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(0, _LABEL_PX)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 4)
        self.column.addLayout(grid)
        return grid


def add_row(grid: QGridLayout, text: str, field: QWidget) -> QLabel:
    """A label that wraps, and its field."""
    row, label = grid.rowCount(), wrapped(text)
    label.setContentsMargins(0, 3, 0, 0)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    grid.addWidget(label, row, 0)
    grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignTop)
    if isinstance(field, NumberField):
        grid.addWidget(field.complaint, row + 1, 1)
    return label
