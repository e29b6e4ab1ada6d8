"""The part of a facility's card that tells of the vacant house it is made from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from chiiki_gis.core.edits import set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import is_missing
from chiiki_gis.ui import words
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.linked_house import LinkedHouse, linked_house
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import AMBER, GREEN

_FACILITY = LayerId(Role.FACILITY.value)
_FAR_M = 1.0
STAYS = "一覧の内容は書き出しや図面に出ません。施設の位置は計画の内容として出ます。"


class HouseLine(QWidget):
    """Address and consent, read from the list each time; nothing where no house is linked."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._fid: Fid | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.consent, self.address, self.away = wrapped(bold=True), wrapped(), wrapped()
        self.away.setStyleSheet(f"color: {AMBER};")
        self.unlink_button = QPushButton("空き家との結び付きを外す")
        self.unlink_button.clicked.connect(self.unlink)
        for widget in (self.consent, self.address, self.away, wrapped(STAYS, faint=True)):
            column.addWidget(widget)
        column.addWidget(self.unlink_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_row(self, fid: Fid, row: Any) -> bool:
        """Show the house of a facility row; False where it has none."""
        self._fid = fid
        number = row["vacant_house_fid"]
        if is_missing(number):
            return False
        house = linked_house(self._session.document.layers, int(number), row.geometry)
        if house is None:
            self._say(f"空き家（番号 {int(number)}）が一覧に見つかりません", AMBER)
            self.address.hide()
            self.away.hide()
            return True
        self._say(f"番号 {house.fid}　同意：{house.consent}", GREEN if house.has_consent else AMBER)
        self.address.setText(house.address or "一覧に所在地の列がありません")
        flags = Qt.TextInteractionFlag
        may_copy = flags.TextSelectableByMouse if house.has_consent else flags.NoTextInteraction
        self.address.setTextInteractionFlags(may_copy)
        self.address.show()
        distance = _distance(house, row.geometry)
        self.away.setText(f"施設は空き家から {words.length(distance)} 離れています")
        self.away.setVisible(distance > _FAR_M)
        return True

    def unlink(self) -> None:
        """The facility is not made from this house; one change."""
        if self._fid is not None:
            document = self._session.document
            values = {"vacant_house_fid": None}
            self._session.apply(
                set_values(document, _FACILITY, self._fid, values, "空き家との結び付きを外す")
            )

    def _say(self, text: str, color: str) -> None:
        self.consent.setText(text)
        self.consent.setStyleSheet(f"color: {color}; font-weight: bold;")


def _distance(house: LinkedHouse, shape: Any) -> float:
    return 0.0 if house.place is None or shape is None else float(house.place.distance(shape))
