"""The dialog of one piece of road works: what changes, who does it, what it may be called, its cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.improvements import RoadImprovement, set_improvement
from chiiki_gis.rules.road_works import (
    MANAGERS,
    ROAD_CLASSES,
    TAGS,
    RoadWork,
    judge_works,
    manager_of,
    require_tag,
)
from chiiki_gis.ui.access_dialogs import Asking, number_of
from chiiki_gis.ui.forms import wrapped

Lengths = Callable[[RoadImprovement], Mapping[str, float]]
"""Metres of the roads of works by class."""


class ImprovementDialog(Asking):
    """道路整備: the law's answer stands beside the choices and follows them.

    change   what to apply once the dialog is accepted
    """

    def __init__(
        self, parent: QWidget, work: RoadImprovement, facts: Mapping[str, FactValue], lengths: Lengths
    ) -> None:
        what = "新しい道路" if work.is_new_road else "道路の改良"
        super().__init__(parent, f"道路整備（{what}）", "決める")
        self.resize(520, 480)
        self._work, self._facts, self._lengths = work, facts, lengths
        self.change = Change("")
        self.name, self.source = QLineEdit(work.name), QLineEdit(work.source)
        self.kmh, self.breadth = QLineEdit(_text(work.kmh)), QLineEdit(_text(work.width_m))
        self.unit_cost, self.cost_source = QLineEdit(_text(work.yen_per_m)), QLineEdit(work.cost_source)
        self.road_class = _choice(ROAD_CLASSES, work.road_class, None)
        self.works_by = _choice(MANAGERS, work.carried_out_by, "（未定・不明）")
        self.tag = _choice(TAGS, work.tag, "（なし）")
        self.verdict = wrapped(faint=True)
        form = QFormLayout()
        form.addRow("名前", self.name)
        if work.is_new_road:
            form.addRow("道路の種別", self.road_class)
        form.addRow("整備後の速度（km/h）", self.kmh)
        form.addRow("整備後の幅員（m）", self.breadth)
        form.addRow("根拠", self.source)
        form.addRow("実施する者", self.works_by)
        form.addRow("事業の区分", self.tag)
        form.addRow("", self.verdict)
        form.addRow("費用の単価（円/m）", self.unit_cost)
        form.addRow("単価の出典", self.cost_source)
        for field in (self.kmh, self.breadth):
            field.setPlaceholderText(
                "空欄なら道路の種別と幅員の想定速度" if work.is_new_road else "空欄なら今のまま"
            )
        self.source.setPlaceholderText("計画や設計の名前。なければ「仮定値」")
        self.unit_cost.setPlaceholderText("空欄なら費用を示しません")
        self.column.addLayout(form)
        self.finish()
        for box in (self.road_class, self.works_by):
            box.currentIndexChanged.connect(self.judge)
        self.judge()

    def judge(self) -> RoadWork:
        """What the law says of the works as they stand in the fields."""
        said = self._said_by_choices()
        judged = judge_works(self._lengths(said), manager_of(said.carried_out_by))
        self.verdict.setText(judged.reason)
        return judged

    def take(self) -> None:
        """The works. Raises BadInput."""
        said = replace(
            self._said_by_choices(),
            name=self.name.text().strip(),
            source=self.source.text().strip(),
            kmh=_number(self.kmh),
            width_m=_number(self.breadth),
            yen_per_m=_number(self.unit_cost),
            cost_source=self.cost_source.text().strip(),
        )
        change = set_improvement(self._facts, said)
        require_tag(said.tag, self.judge())
        self.change = change

    def _said_by_choices(self) -> RoadImprovement:
        new_class = self.road_class.currentData() if self._work.is_new_road else None
        return replace(
            self._work,
            road_class=new_class,
            carried_out_by=self.works_by.currentData(),
            tag=self.tag.currentData(),
        )


def _choice(words: Mapping[str, str] | Mapping, chosen: str | None, nothing: str | None) -> QComboBox:  # type: ignore[type-arg]
    box = QComboBox()
    if nothing is not None:
        box.addItem(nothing, None)
    for key, word in words.items():
        box.addItem(word, key)
    box.setCurrentIndex(max(0, box.findData(chosen)) if chosen is not None else 0)
    return box


def _text(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _number(field: QLineEdit) -> float | None:
    return number_of(field.text()) if field.text().strip() else None
