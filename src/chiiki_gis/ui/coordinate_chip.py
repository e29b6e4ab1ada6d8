"""The coordinates under the mouse: X・Y or degrees by a click, copied by its menu."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from chiiki_gis.core.coordinates import LatLon, degrees_text, dms_text
from chiiki_gis.settings import keep_setting, setting
from chiiki_gis.ui import words
from chiiki_gis.ui.geodetic import to_degrees
from chiiki_gis.ui.tools.tool import Point

_SETTING = "coordinates_in_degrees"
_WIDTH_PX = 284
"""Fixed, so that the bar does not jump with the digits."""


class CoordinateChip(QToolButton):
    """A click changes between X(北) Y(東) and 緯度経度; the arrow opens the menu."""

    go_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._epsg = 0
        self._at: Point | None = None
        self._in_degrees = setting(_SETTING, False)
        self.setFixedWidth(_WIDTH_PX)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(self)
        menu.addAction("座標をコピー", lambda: self.copy(self.text()))
        self._copy_dms = menu.addAction("度分秒でコピー", lambda: self.copy(self._dms()))
        menu.addSeparator()
        menu.addAction("座標へ移動...", self.go_asked.emit)
        menu.aboutToShow.connect(lambda: self._copy_dms.setEnabled(bool(self._dms())))
        self.setMenu(menu)
        self.clicked.connect(self.switch)
        self._write()

    def show_position(self, x: float, y: float) -> None:
        """The place under the mouse in project CRS: x is east, y is north."""
        self._at = (x, y)
        self._write()

    def show_crs(self, epsg: int) -> None:
        """The working CRS; the old place is of another one."""
        self._epsg, self._at = epsg, None
        self._write()

    def switch(self) -> None:
        """X・Y ⇄ 緯度経度; remembered."""
        self._in_degrees = not self._in_degrees
        keep_setting(_SETTING, self._in_degrees)
        self._write()

    def copy(self, text: str) -> None:
        """Put the text on the clipboard with a plain minus and plain spaces."""
        QApplication.clipboard().setText(text.replace("−", "-").replace("\u3000", " "))

    def _write(self) -> None:
        self.setText(self._words())
        dms = self._dms()
        self.setToolTip(
            "クリックで X・Y と緯度経度を切り替えます。▼ でコピーと座標への移動ができます。"
            + (f"\n{dms}（JGD2011）" if dms else "")
        )

    def _words(self) -> str:
        if not self._in_degrees:
            if self._at is None:
                return "X(北) —　Y(東) —"
            return f"X(北) {words.coordinate(self._at[1])}　Y(東) {words.coordinate(self._at[0])}"
        place = self._in_jgd()
        return degrees_text(place) if place else "緯度 —　経度 —"

    def _dms(self) -> str:
        place = self._in_jgd()
        return dms_text(place) if place else ""

    def _in_jgd(self) -> LatLon | None:
        """The place in degrees; None too over the first look at a project whose CRS is not known yet."""
        return to_degrees(self._epsg, self._at) if self._at and self._epsg else None
