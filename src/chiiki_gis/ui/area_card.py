"""The properties of one 重点地区 or 促進区域."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.edits import set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui import words
from chiiki_gis.ui.area_numbers import AreaNumbers
from chiiki_gis.ui.containment import buildings_in, held_by, holds
from chiiki_gis.ui.finding_plate import finding_plate
from chiiki_gis.ui.forms import NumberField, Rows, TextArea, TextField, empty, heading, is_missing
from chiiki_gis.ui.parts_note import PartsNote
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.core.houses import HouseCount
    from chiiki_gis.rules.area_summary import AreaSummary


class AreaCard(QWidget):
    """Shows the area `fid` of a layer and writes what is edited."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._layer: LayerId | None = None
        self._fid: Fid | None = None
        self._numbers_for: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.title = heading("")
        column.addWidget(self.title)
        rows = Rows()
        column.addWidget(rows)
        self.name = TextField(lambda v: self._set("name", v, "名称"))
        self.number = NumberField(lambda v: self._set("number", v, "番号"), "番", whole=True)
        self.description = TextArea(lambda v: self._set("description", v, "区域の説明"), lines=3)
        self.parts = PartsNote(session)
        self.note = TextField(lambda v: self._set("note", v, "備考"))
        rows.add("名称", self.name)
        rows.add("番号", self.number)
        self.area = rows.add_text("面積")
        self.perimeter = rows.add_text("周長")
        self.inside = rows.add_text("包含")
        self.facilities = rows.add_text("拠点施設")
        self.houses = rows.add_text("空き家")
        rows.add("説明文", self.description)
        rows.add("", self.parts)
        rows.add("備考", self.note)
        self.numbers = AreaNumbers()
        column.addWidget(self.numbers)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(4)
        column.addLayout(self._findings)
        column.addStretch(1)

    def show_area(self, layer: LayerId, fid: Fid) -> None:
        """Fill the card from the document."""
        document = self._session.document
        row: Any = document.layer(layer).rows.loc[fid]
        self._layer, self._fid = layer, fid
        name = "" if is_missing(row["name"]) else str(row["name"])
        self.title.setText(f"{Role(layer).japanese}　{name}")
        self.name.show_value(row["name"])
        self.number.show_value(row["number"])
        self.description.show_value(row["description"])
        self.parts.show_area(layer, fid, row)
        self.note.show_value(row["note"])
        self.area.setText(self._size(row.geometry))
        self.perimeter.setText(words.length(row.geometry.length))
        self.inside.setText(self._containment(row.geometry))
        self.facilities.setText(f"{buildings_in(self._session, row.geometry)} 件")
        self._ask_for_numbers()
        self.refresh_findings()

    def _ask_for_numbers(self) -> None:
        """What the area holds is worked out away from the window; the old numbers are pale meanwhile."""
        session, layer, fid = self._session, self._layer, self._fid
        if layer is None or fid is None:
            return
        asked = (session.document.layers, session.document.facts, layer, fid)
        if self._numbers_for == asked:
            return
        if self._numbers_for[2:] != asked[2:]:
            self.numbers.show_summary(None)
            self.houses.setText("…")
        self._numbers_for = asked
        self.numbers.setEnabled(False)

        def take(answer: tuple[AreaSummary, HouseCount | None]) -> None:
            if self._numbers_for == asked:
                summary, count = answer
                self.numbers.setEnabled(True)
                self.numbers.show_summary(summary)
                self.houses.setText(_houses(count))

        session.workers.submit(
            "area_numbers",
            session.snapshot(),
            Role(layer),
            int(fid),
            replaces="area_numbers",
            on_done=take,
            on_error=session.tell_error,
        )

    def show_trial(self, shape: Any, summary: AreaSummary | None = None, stale: bool = True) -> None:
        """While it is dragged: its size at once, and what it would hold, pale where of an older shape."""
        self.area.setText(self._size(shape))
        self.perimeter.setText(words.length(shape.length))
        self.numbers.setEnabled(not stale)
        if summary is not None:
            self.numbers.show_summary(summary)

    def end_trial(self) -> None:
        """What was shown last was of a shape that is not the plan's: ask anew."""
        self._numbers_for = (None, None, *self._numbers_for[2:])

    def _size(self, shape: Any) -> str:
        return f"{words.area(shape.area)}（{crs_label(self._session.document.header.epsg)}）"

    def refresh_findings(self) -> None:
        """List what the check says of this area."""
        empty(self._findings)
        mine = [
            f
            for f in self._session.findings
            if f.layer == self._layer and (not f.fids or self._fid in f.fids)
        ]
        if not mine:
            return
        self._findings.addWidget(heading("検査"))
        for finding in mine:
            self._findings.addWidget(finding_plate(finding))

    def _containment(self, shape: Any) -> str:
        if self._layer != Role.PROMOTION_AREA.value:
            return holds(shape, self._session.rows(Role.PROMOTION_AREA), Role.PROMOTION_AREA)
        return held_by(shape, self._session.rows(Role.PRIORITY_DISTRICT), Role.PRIORITY_DISTRICT)

    def _set(self, column: str, value: object, title: str) -> None:
        if self._layer is None or self._fid is None:
            return
        change = set_values(self._session.document, self._layer, self._fid, {column: value}, f"{title}を変更")
        self._session.apply(change)


def _houses(count: HouseCount | None) -> str:
    return "資料なし" if count is None else f"{count.houses:,} 件（同意あり {count.consented:,}）"
