"""The uses of one building, as tabs above the fields of the one that is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from chiiki_gis.core.building_rows import FACILITY, add_use, drop_use, mates
from chiiki_gis.core.layer import Fid
from chiiki_gis.core.role import KINDS, Role
from chiiki_gis.core.table import is_missing
from chiiki_gis.ui.forms import empty, wrapped
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import BLUE
from chiiki_gis.ui.words import unmarked

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_IN_A_ROW = 2
_TAB = (
    f"QPushButton {{ text-align: left; }}"
    f"QPushButton:checked {{ background: #dde6f3; border-color: {BLUE}; font-weight: bold; }}"
)


class UsesStrip(QWidget):
    """One button a use, 用途を追加, and この用途を外す where there are several."""

    def __init__(self, session: Session, pick: Callable[[Fid], object]) -> None:
        super().__init__()
        self._session, self._pick = session, pick
        self._fid: Fid | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self._told = wrapped(faint=True)
        column.addWidget(self._told)
        self._tabs = QVBoxLayout()
        self._tabs.setSpacing(3)
        column.addLayout(self._tabs)
        self._group: QButtonGroup | None = None
        self.add_button = QPushButton("用途を追加")
        self.add_button.setToolTip("同じ建築物に用途を加えます。番号・判定・経路は建築物に一つです。")
        menu = QMenu(self.add_button)
        for kind, word in KINDS.items():
            menu.addAction(word).triggered.connect(lambda _on=False, kind=kind: self.add(kind))
        self.add_button.setMenu(menu)
        self.drop_button = QPushButton("この用途を外す")
        self.drop_button.clicked.connect(self.drop)
        below = QHBoxLayout()
        below.addWidget(self.add_button)
        below.addWidget(self.drop_button)
        below.addStretch(1)
        column.addLayout(below)

    @property
    def buttons(self) -> list[QPushButton]:
        """The tabs, in the order of the rows."""
        group = self._group
        return [b for b in group.buttons() if isinstance(b, QPushButton)] if group is not None else []

    def show_building(self, fid: Fid) -> tuple[Fid, ...]:
        """Show the uses of the building of a row; returns its rows."""
        rows = self._session.document.plan(Role.FACILITY)
        found = mates(rows, fid)
        self._fid = fid
        empty(self._tabs)
        self._group = None
        several = len(found) > 1
        self._told.setText(f"一つの建築物に用途が {len(found)} あります" if several else "")
        self._told.setVisible(several)
        self.drop_button.setVisible(several)
        if several:
            self._add_tabs(rows, found)
        return found

    def _add_tabs(self, rows: GeoDataFrame, fids: tuple[Fid, ...]) -> None:
        self._group = QButtonGroup(self)
        line: QHBoxLayout | None = None
        for number, fid in enumerate(fids):
            kind = rows.at[fid, "kind"]
            word = "種類なし" if is_missing(kind) else KINDS.get(str(kind), str(kind))
            button = QPushButton(unmarked(f"{number + 1} {word}"))
            button.setCheckable(True)
            button.setStyleSheet(_TAB)
            button.setChecked(fid == self._fid)
            button.clicked.connect(lambda _on=False, fid=fid: self._pick(fid))
            self._group.addButton(button)
            if line is None or number % _IN_A_ROW == 0:
                holder = QWidget()
                line = QHBoxLayout(holder)
                line.setContentsMargins(0, 0, 0, 0)
                self._tabs.addWidget(holder)
            line.addWidget(button)

    def add(self, kind: str) -> None:
        """One more use in this building; it is shown then."""
        if self._fid is not None and not self._is_locked():
            change, new = add_use(self._session.document, self._fid, kind)
            self._session.apply(change)
            self._pick(new)

    def drop(self) -> None:
        """Take the shown use out; another one of the building is shown then."""
        if self._fid is None or self._is_locked():
            return
        rows = self._session.document.plan(Role.FACILITY)
        left = [fid for fid in mates(rows, self._fid) if fid != self._fid]
        if left:
            change = drop_use(self._session.document, self._fid)
            self._pick(left[0])
            self._session.apply(change)

    def _is_locked(self) -> bool:
        from chiiki_gis.ui.tools.area_work import locked_notice

        layer = self._session.document.layer(FACILITY)
        if layer.is_locked:
            self._session.tell(locked_notice(layer, "変えられません"))
        return layer.is_locked
