"""道路整備: the road works the plan counts on, beside the map, and what they would bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.change import Changed
from chiiki_gis.core.improvement_effects import BAND_MIN, Effects, KeptEffects, Way, effects_of
from chiiki_gis.core.improvements import RoadImprovement, improvements_of
from chiiki_gis.rules.road_works import MANAGERS, TAGS
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.later import Later

if TYPE_CHECKING:
    from chiiki_gis.ui.session import Session

ABOUT = (
    "道路整備は今のアクセス道路の計算には使わず、整備の前後を比べるために使います。案ごとではなく、計画に一組です。"
    "「拠点施設関連基盤施設整備事業」にできるのは、都道府県が実施する国道・都道府県道の事業だけです（2条3項）。"
)
_WORK_HEADS = ("名前", "区分", "道路", "整備後", "実施する者", "事業の区分")
_EDGE_PX = 60
_IN_FIRST_ROW = 4
"""Buttons that make works; those that change works stand below."""
_BAND = f"{BAND_MIN:g}分以内の"
_EFFECT_HEADS = ("施設", "整備前", "整備後", "短縮", f"{_BAND}道路", f"{_BAND}空き家")
_WORK_PX = (140, 50, 100, 180, 90)
_EFFECT_PX = (110, 160, 160, 60, 110)


class ImprovementsWindow(QDialog):
    """Lists the works; its buttons ask, and what they ask is done elsewhere."""

    improve_asked = Signal()
    pick_asked = Signal()
    stretch_asked = Signal(int)
    draw_asked = Signal()
    add_roads_asked = Signal(int)
    change_asked = Signal(int)
    drop_asked = Signal(int)
    compare_asked = Signal()
    picked = Signal(int)

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowTitle("道路整備")
        self.resize(740, 400)
        corner = parent.mapToGlobal(QPoint(_EDGE_PX, _EDGE_PX))
        self.move(corner)  # over the panels at the left, so that the map can be clicked
        self._session = session
        self._numbers: list[int] = []
        self.works = _table(_WORK_HEADS, _WORK_PX)
        self.works.itemSelectionChanged.connect(self._tell)
        self.effects = _table(_EFFECT_HEADS, _EFFECT_PX)
        self.summary = wrapped()
        column = QVBoxLayout(self)
        column.addWidget(wrapped(ABOUT, faint=True))
        column.addLayout(self._buttons())
        column.addWidget(self.works, 1)
        column.addWidget(QLabel("整備の前後"))
        column.addWidget(self.summary)
        column.addWidget(self.effects, 1)
        self._later = Later(self, self.refresh)
        session.changed.connect(self._follow)
        session.opened.connect(self._later.ask)
        self.refresh()

    @property
    def number(self) -> int | None:
        """The number of the works chosen in the table; None without a choice."""
        row = self.works.currentRow()
        is_chosen = bool(self.works.selectedItems()) and 0 <= row < len(self._numbers)
        return self._numbers[row] if is_chosen else None

    def refresh(self) -> None:
        """Write the works and what they would bring anew."""
        chosen = self.number
        facts = self._session.document.facts if self._session.is_open else {}
        works = improvements_of(facts)
        self._numbers = [work.number for work in works]
        _fill(self.works, [_work_cells(work) for work in works])
        if chosen in self._numbers:
            self.works.blockSignals(True)
            self.works.selectRow(self._numbers.index(chosen))
            self.works.blockSignals(False)
        kept = effects_of(facts, self._session.scenario) if works else None
        _fill(self.effects, [] if kept is None else _effect_cells(kept.effects))
        self.summary.setText(_summary(kept) if works else "道路整備がまだありません。")
        self._enable()

    def _buttons(self) -> QVBoxLayout:
        both = QVBoxLayout()
        self.for_one: list[QPushButton] = []
        entries: tuple[tuple[str, str, Callable[[], object], bool], ...] = (
            (
                "選んだ道路を改良...",
                "地図で選んだ道路の、整備後の幅員と速度を決めます",
                self.improve_asked.emit,
                False,
            ),
            ("道路を選ぶ", "地図で道路をクリックするか囲んで、何本でも選びます", self.pick_asked.emit, False),
            (
                "区間を改良...",
                "地図で道路の上の2点をクリックして Enter を押すと、そのあいだだけを改良します",
                lambda: self.stretch_asked.emit(0),
                False,
            ),
            ("新しい道路を描く", "地図に線を描いて、新しい道路を加えます", self.draw_asked.emit, False),
            ("選んだ道路を加える", "地図で選んだ道路を、表で選んだ改良に加えます", self._add_roads, True),
            ("区間を加える", "地図で選ぶ区間を、表で選んだ改良に加えます", self._add_stretch, True),
            ("変更...", "表で選んだ道路整備を変えます", self._change, True),
            ("削除", "表で選んだ道路整備を消します（元に戻せます）", self._drop, True),
            ("整備の前後を計算", "施設ごとに、整備の前と後を比べます", self.compare_asked.emit, False),
        )
        rows = (QHBoxLayout(), QHBoxLayout())
        for number, (text, tip, press, needs_one) in enumerate(entries):
            row = rows[number >= _IN_FIRST_ROW]
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked=False, do=press: do())
            row.addWidget(button)
            if needs_one:
                self.for_one.append(button)
        for row in rows:
            row.addStretch(1)
            both.addLayout(row)
        return both

    def _add_stretch(self) -> None:
        if self.number is not None:
            self.stretch_asked.emit(self.number)

    def _add_roads(self) -> None:
        if self.number is not None:
            self.add_roads_asked.emit(self.number)

    def _change(self) -> None:
        if self.number is not None:
            self.change_asked.emit(self.number)

    def _drop(self) -> None:
        if self.number is not None:
            self.drop_asked.emit(self.number)

    def _tell(self) -> None:
        self._enable()
        if self.number is not None:
            self.picked.emit(self.number)

    def _enable(self) -> None:
        for button in self.for_one:
            button.setEnabled(self.number is not None)

    def _follow(self, changed: Changed) -> None:
        if changed.content or changed.facts:
            self._later.ask()


def _effect_cells(found: Effects) -> list[tuple[str, ...]]:
    return [
        (
            effect.facility,
            way_words(effect.before),
            way_words(effect.after),
            "" if effect.saved_minutes is None else f"{effect.saved_minutes:,.1f} 分",
            _pair(effect.before.road_km, effect.after.road_km, "{:,.1f} km"),
            _pair(effect.before.houses, effect.after.houses, "{:,d} 件"),
        )
        for effect in found.rows
    ]


def _summary(kept: KeptEffects | None) -> str:
    if kept is None:
        return "「整備の前後を計算」を押すと、施設ごとに比べます。"
    old = "計画が変わったため、この比較は古くなっています。計算し直してください。" if kept.is_stale else ""
    costs = [
        f"「{row.name}」の費用 約{row.yen / 10_000:,.0f} 万円（単価の出典：{row.cost_source}）。"
        for row in kept.effects.works
        if row.yen is not None
    ]
    return "".join((old, *costs, *kept.effects.notes)) or "速度は仮定値を含みます。"


def way_words(way: Way) -> str:
    """A way as the table says it."""
    if way.km is None or way.minutes is None:
        return "計算できません"
    label = {"estimate": "・概算", "needs_confirmation": "・要確認"}.get(way.status, "")
    return f"{way.interchange}から約{way.km:,.1f} km・約{way.minutes:,.0f}分（仮定値{label}）"


def _work_cells(work: RoadImprovement) -> tuple[str, ...]:
    parts = [f"時速{work.kmh:g} km"] if work.kmh is not None else []
    parts += [f"幅員{work.width_m:g} m"] if work.width_m is not None else []
    words: Mapping[str, str] = {str(key): word for key, word in MANAGERS.items()}
    return (
        work.name,
        "新設" if work.is_new_road else "改良",
        _extent(work),
        f"{'・'.join(parts) or '想定速度による'}（{work.source}）",
        words.get(work.carried_out_by or "", "未定・不明"),
        TAGS.get(work.tag or "", ""),
    )


def _extent(work: RoadImprovement) -> str:
    if work.is_new_road:
        return "描いた線"
    words = [f"{len(work.roads)} 本"] if work.roads else []
    if work.parts:
        words.append(f"区間 {sum(part.length_m for part in work.parts):,.0f} m")
    return "と".join(words)


def _pair(before: float | None, after: float | None, form: str) -> str:
    ends = ["不明" if value is None else form.format(value) for value in (before, after)]
    return " → ".join(ends)


def _table(heads: tuple[str, ...], widths_px: tuple[int, ...]) -> QTableWidget:
    table = QTableWidget(0, len(heads))
    table.setHorizontalHeaderLabels(list(heads))
    table.verticalHeader().hide()
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
    for column, width in enumerate(widths_px):
        table.setColumnWidth(column, width)
    table.horizontalHeader().setSectionResizeMode(len(heads) - 1, QHeaderView.ResizeMode.Stretch)
    return table


def _fill(table: QTableWidget, rows: list[tuple[str, ...]]) -> None:
    table.blockSignals(True)
    table.clearSelection()
    table.setRowCount(len(rows))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(number, column, item)
    table.blockSignals(False)
