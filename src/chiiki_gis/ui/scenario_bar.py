"""The tabs above the map: which scenario (案) is shown and edited. Only there where a plan has several."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QTabBar,
    QToolButton,
    QWidget,
)

from chiiki_gis.ui.later import Later
from chiiki_gis.ui.scenario_hand import ScenarioHand, tab_menu_entries
from chiiki_gis.ui.scenario_layers import ADDED, REMOVED
from chiiki_gis.ui.theme import FAINT
from chiiki_gis.ui.words import unmarked

_HEIGHT_PX = 34
_LONGEST_TAB_PX = 190


class _Tabs(QTabBar):
    """Tabs that elide long titles."""

    def tabSizeHint(self, index: int) -> QSize:
        """Not wider than a title needs to be told apart."""
        size = super().tabSizeHint(index)
        return QSize(min(size.width(), _LONGEST_TAB_PX), size.height())


class ScenarioBar(QWidget):
    """A tab a scenario, ＋ for one more, and what is laid over the map of another one."""

    def __init__(self, hand: ScenarioHand) -> None:
        super().__init__()
        self._hand = hand
        self.setFixedHeight(_HEIGHT_PX)
        self.tabs = _Tabs()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tabs.customContextMenuRequested.connect(self._open_menu)
        self.tabs.tabBarDoubleClicked.connect(self._rename)
        self.tabs.currentChanged.connect(self._choose)
        self.more = self._button("＋", "いまの案を複製します（Ctrl+Shift+D）", hand.copy)
        self.beneath = QComboBox()
        self.beneath.setToolTip("ほかの案を、地図の下に灰色で重ねます")
        self.beneath.activated.connect(lambda _n: hand.lay_beneath(str(self.beneath.currentData())))
        self.colors = QLabel(
            f'<span style="color:{ADDED}">■</span>加わる <span style="color:{REMOVED}">■</span>なくなる'
        )
        self.colors.hide()
        self.difference = self._button("差分", "比べる案との違いを地図に表示します", hand.toggle_difference)
        self.difference.setCheckable(True)
        self.beside = self._button("並べる", "比べる案を右の地図に表示します（F9）", hand.toggle_beside)
        under = QLabel("下に重ねる")
        under.setStyleSheet(f"color: {FAINT};")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(4)
        row.addWidget(self.tabs)
        row.addWidget(self.more)
        row.addStretch(1)
        for widget in (self.colors, under, self.beneath, self.difference, self.beside):
            row.addWidget(widget)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._later = Later(self, self.refresh)
        hand.looked.connect(self._later.ask)
        hand.comparison.changed.connect(self._later.ask)
        self.hide()

    def refresh(self) -> None:
        """Follow the plan and the hand."""
        known = self._hand.known
        self.setVisible(len(known) > 1)
        if len(known) < 2:
            return
        current = self._hand.session.scenario
        self.tabs.blockSignals(True)
        while self.tabs.count() > len(known):
            self.tabs.removeTab(self.tabs.count() - 1)
        for place, one in enumerate(known):
            if place == self.tabs.count():
                self.tabs.addTab("")
            self.tabs.setTabText(place, unmarked(one.name))
            self.tabs.setTabData(place, one.id)
            self.tabs.setTabToolTip(place, one.name)
            if one.id == current:
                self.tabs.setCurrentIndex(place)
        self.tabs.blockSignals(False)
        self.beneath.clear()
        self.beneath.addItem("なし", "")
        for one in known:
            if one.id != current:
                self.beneath.addItem(one.name, one.id)
        self.beneath.setCurrentIndex(max(self.beneath.findData(self._hand.ghost), 0))
        self.difference.setChecked(self._hand.shows_difference)
        self.colors.setVisible(self._hand.shows_difference)

    def _choose(self, place: int) -> None:
        if place >= 0:
            self._hand.show(str(self.tabs.tabData(place)))

    def _rename(self, place: int) -> None:
        if place >= 0:
            self._hand.rename(str(self.tabs.tabData(place)))

    def _open_menu(self, at: QPoint) -> None:
        place = self.tabs.tabAt(at)
        if place < 0:
            return
        menu = QMenu(self)
        for text, call in tab_menu_entries(self._hand, str(self.tabs.tabData(place))):
            menu.addAction(text, call)
        menu.exec(self.tabs.mapToGlobal(at))

    def _button(self, text: str, tip: str, call: object) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.clicked.connect(partial(_without_state, call))
        return button


def _without_state(call: object, _checked: bool = False) -> None:
    call()  # type: ignore[operator]  # one of the hand's methods
