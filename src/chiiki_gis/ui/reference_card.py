"""What reference layers say at the clicked place. Read only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.io.tables import read_row
from chiiki_gis.ui.forms import Rows, empty, heading, is_missing, wrapped
from chiiki_gis.ui.words import COLUMN_WORDS

Hit = tuple[Layer, Fid]


_INNER = frozenset({"zone_id", "personal"})


class ReferenceCard(QWidget):
    """One foldable part per feature under the click, topmost first."""

    def __init__(self, zoom: Callable[[Layer, Fid], None]) -> None:
        super().__init__()
        self._zoom = zoom
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_hits(self, hits: list[Hit]) -> None:
        """Write the card anew."""
        empty(self._column)
        if not hits:
            return
        self._column.addWidget(heading("この地点の資料"))
        for index, (layer, fid) in enumerate(hits):
            self._add(layer, fid, index == 0)

    def _add(self, layer: Layer, fid: Fid, is_open: bool) -> None:
        try:
            values = read_row(layer.reference, fid)
        except ChiikiError as error:
            self._column.addWidget(wrapped(f"{layer.name}：{error.what}{error.todo}"))
            return
        filled = {name: value for name, value in values.items() if not is_missing(value) and value != ""}
        first = str(filled.get("name") or filled.get("type") or f"番号 {fid}")
        title = QPushButton(f"{layer.name}　{first}")
        title.setStyleSheet("text-align: left; padding: 4px 8px;")
        title.setCheckable(True)
        title.setChecked(is_open)
        body = Rows()
        for name, value in filled.items():
            if name not in _INNER:
                body.add_text(COLUMN_WORDS.get(name, name), str(value))
        if layer.source.citation:
            body.add_text("出典", layer.source.citation)
        show = QPushButton("ここを表示")
        show.clicked.connect(lambda: self._zoom(layer, fid))
        body.add("", show)
        body.setVisible(is_open)
        title.toggled.connect(body.setVisible)
        self._column.addWidget(title)
        self._column.addWidget(body)
