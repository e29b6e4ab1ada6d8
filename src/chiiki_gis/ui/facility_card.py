"""The properties of one facility; each edited field is one change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from chiiki_gis.core.edits import set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import KINDS, WORKS, Role
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.subsidies import matches_of
from chiiki_gis.ui import words
from chiiki_gis.ui.forms import ChoiceField, NumberField, Rows, TextField, heading, is_missing, wrapped
from chiiki_gis.ui.programme_card import ProgrammeCard
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.verdict_card import VerdictCard

_LAYER = LayerId(Role.FACILITY.value)
_ITEMS = ((3, "3号（拠点施設）"), (4, "4号（利便・就業施設）"))
COMBINED = "dwelling_combined"
"""Class id of a dwelling with another use in it (兼用住宅)."""


class FacilityCard(QWidget):
    """Shows the facility of `fid` and writes what is edited."""

    def __init__(self, session: Session, draw_site: Callable[[], object]) -> None:
        super().__init__()
        self._session = session
        self._fid: Fid | None = None
        self._kind_shown: object = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.title = heading("")
        column.addWidget(self.title)
        self._rows = Rows()
        column.addWidget(self._rows)
        self.name = TextField(lambda v: self._set("name", v, "名称"))
        self.kind = ChoiceField(lambda v: self._set("kind", v, "種類"))
        self.use_class = ChoiceField(lambda v: self._set("use_class", v, "用途の区分"))
        self.part_class = ChoiceField(lambda v: self._set("part_class", v, "兼用部分の区分"))
        self.use_floor = NumberField(lambda v: self._set("use_floor_m2", v, "用途の床面積"), "m²")
        self.total_floor = NumberField(lambda v: self._set("total_floor_m2", v, "延べ面積"), "m²")
        self.top_storey = NumberField(lambda v: self._set("top_storey", v, "最上階"), "階", whole=True)
        self.works = ChoiceField(lambda v: self._set("works", v, "工事の種類"))
        self.item = ChoiceField(lambda v: self._set("item", v, "22条2項の号"))
        self.note = TextField(lambda v: self._set("note", v, "備考"))
        self.class_hints = wrapped(faint=True)
        for title, widget in (
            ("名称", self.name), ("種類", self.kind), ("用途の区分", self.use_class),
            ("候補の理由", self.class_hints),
            ("兼用の区分", self.part_class), ("用途の床面積", self.use_floor), ("延べ面積", self.total_floor),
            ("最上階", self.top_storey), ("工事の種類", self.works), ("22条2項", self.item),
        ):  # fmt: skip
            self._rows.add(title, widget)
        self.site_button = QPushButton("敷地を描く")
        self.site_button.setToolTip("施設の敷地を地図に描きます。判定が仮でなくなります。")
        self.site_button.clicked.connect(draw_site)
        self._site_words = self._rows.add_text("敷地")
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.site_button)
        column.addLayout(below)
        last = Rows()
        last.add("備考", self.note)
        column.addWidget(last)
        column.addWidget(heading("判定（建築基準法48条）"))
        self.verdict = VerdictCard()
        column.addWidget(self.verdict)
        self.programmes = ProgrammeCard()
        column.addWidget(self.programmes)
        column.addStretch(1)
        self.kind.set_choices([list(KINDS.items())])
        self.works.set_choices([list(WORKS.items())])
        self.item.set_choices([_ITEMS])

    def show_facility(self, fid: Fid) -> None:
        """Fill the fields from the document."""
        row: Any = self._session.document.plan(Role.FACILITY).loc[fid]
        self._fid = fid
        number = "" if is_missing(row["number"]) else words.circled(int(row["number"])) + " "
        name = "" if is_missing(row["name"]) else str(row["name"])
        self.title.setText(f"拠点施設　{number}{name}")
        self._offer_classes(row["kind"])
        for widget, column in (
            (self.name, "name"), (self.kind, "kind"), (self.use_class, "use_class"),
            (self.part_class, "part_class"), (self.use_floor, "use_floor_m2"),
            (self.total_floor, "total_floor_m2"), (self.top_storey, "top_storey"), (self.works, "works"),
            (self.item, "item"), (self.note, "note"),
        ):  # fmt: skip
            value = row[column]
            widget.show_value(int(value) if column == "item" and not is_missing(value) else value)
        self._rows.set_row_visible(self.part_class, row["use_class"] == COMBINED)
        shape = row.geometry
        has_site = shape is not None and shape.geom_type in ("Polygon", "MultiPolygon")
        self._site_words.setText(words.area_both(shape.area) if has_site else "点だけです（判定は仮です）")
        self.site_button.setText("敷地を描き直す" if has_site else "敷地を描く")
        self.refresh_verdict()

    def refresh_verdict(self) -> None:
        """Show the newest verdict; pale while one is being worked out."""
        session = self._session
        found = next((v for v in session.verdicts if self._fid in v.fids), None)
        if found is not None or session.is_checked:
            self.verdict.show_verdict(found)
        elif self.verdict.verdict is None or self._fid not in self.verdict.verdict.fids:
            self.verdict.show_verdict(None)
        self.verdict.set_stale(not session.is_checked)
        if session.is_checked:
            self.programmes.show_matches(matches_of(session.subsidies, "facility", int(self._fid or 0)))

    def _offer_classes(self, kind: object) -> None:
        if kind == self._kind_shown:
            return
        self._kind_shown = kind
        table = rule_table()
        self.part_class.set_choices([[(name, table.classes[name].name) for name in table.combined.parts]])
        offered = table.offers(KINDS.get(str(kind), str(kind)))
        names = {one.use_class.id for one in offered}
        rest = [(c.id, c.name) for c in table.classes.values() if c.id not in names and not c.part_only]
        self.use_class.set_choices([[(c.use_class.id, f"{c.use_class.name}（候補）") for c in offered], rest])
        for one in offered:
            place = self.use_class.findData(one.use_class.id)
            self.use_class.setItemData(place, one.reason, Qt.ItemDataRole.ToolTipRole)
        self.class_hints.setText("\n".join(f"・{one.use_class.name}：{one.reason}" for one in offered))
        self._rows.set_row_visible(self.class_hints, bool(offered))

    def _set(self, column: str, value: object, title: str) -> None:
        if self._fid is None:
            return
        change = set_values(self._session.document, _LAYER, self._fid, {column: value}, f"{title}を変更")
        self._session.apply(change)
