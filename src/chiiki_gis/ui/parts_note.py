"""Below the description of an area: whether it follows from what the area was built from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from chiiki_gis.core.area_parts import AreaParts, BuiltArea, read_parts, state_of
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.area_build import described_area, slim_snapshot
from chiiki_gis.ui.forms import is_missing, wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT, RED

if TYPE_CHECKING:
    from collections.abc import Mapping

_AGAIN, _BACK, _TOWNS = "説明文を作り直す", "構成から作った文に戻す", "町丁目から説明文を作る"


class PartsNote(QWidget):
    """One sentence and one button; nothing where there is nothing to say."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._area: tuple[LayerId, Fid] | None = None
        self._parts: AreaParts | None = None
        self._shape: Any = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.text = wrapped(faint=True)
        self.button = QPushButton()
        self.button.clicked.connect(self._press)
        column.addWidget(self.text)
        column.addWidget(self.button)

    def show_area(self, layer: LayerId, fid: Fid, row: Mapping[str, Any]) -> None:
        """Say how the description and the parts of an area stand to each other."""
        self._area, self._shape = (layer, fid), row["geometry"]
        self._parts = read_parts(row["parts"])
        text, button, is_wrong = self._words(row)
        self.text.setText(text)
        self.text.setStyleSheet(f"color: {RED if is_wrong else FAINT};")
        self.text.setVisible(bool(text))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.button.setEnabled(not self._session.document.layer(layer).is_locked)
        self.setVisible(bool(text or button))

    def _words(self, row: Mapping[str, Any]) -> tuple[str, str, bool]:
        state, has_text = state_of(row), not is_missing(row["description"])
        if self._parts is None or state == "none":
            towns = self._session.document.references(Role.TOWN)
            return "", (_TOWNS if towns and not has_text else ""), False
        if state == "stale":
            kept = "説明文が今の形に合うか確かめてください。" if has_text else "前の説明文は外しました。"
            return f"区域の形が、構成を記録した後で変わりました。{kept}", _AGAIN, True
        if state == "untold":
            return "元の区画の外の部分があるため、構成から説明文を作れません。", "", True
        if state == "edited":
            return f"構成から作った文と違います：{self._parts.sentence}", _BACK, False
        layers = "、".join(dict.fromkeys(unit.layer for unit in self._parts.units))
        return f"構成（{layers}の{len(self._parts.units)}区画）から作った文です。", "", False

    def _press(self) -> None:
        """Work the parts of the shape out anew, away from the window; then one edit."""
        session, area, shape = self._session, self._area, self._shape
        if area is None or shape is None:
            return
        self.button.setEnabled(False)

        def take(built: BuiltArea) -> None:
            self.button.setEnabled(True)
            layer_id, fid = area
            rows = session.document.layer(layer_id).rows
            if fid not in rows.index or rows.geometry.loc[fid] is not shape:
                return  # it has been changed meanwhile; the card says so
            session.apply(described_area(session, layer_id, fid, built.parts))
            if built.notes:
                session.tell(Notice("説明文を確かめてください。", "　".join(built.notes), level="warning"))

        towns = session.document.references(Role.TOWN) if self._parts is None else ()
        values = slim_snapshot(session, (), self._parts, towns)
        session.ask("describe_area", values, shape, self._parts, on_done=take, lane="live")
