"""The properties of one facility; each edited field is one change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from chiiki_gis.core.edits import set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import KINDS, WORKS, Role
from chiiki_gis.rules.completeness import SITE, Need, completeness
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.plan import row_name
from chiiki_gis.rules.subsidies import matches_of
from chiiki_gis.ui import words
from chiiki_gis.ui.completeness_meter import CompletenessMeter
from chiiki_gis.ui.containment import held_by
from chiiki_gis.ui.forms import ChoiceField, NumberField, Rows, TextField, heading, is_missing, wrapped
from chiiki_gis.ui.house_line import HouseLine
from chiiki_gis.ui.photo_strip import PhotoStrip
from chiiki_gis.ui.programme_card import ProgrammeCard
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.uses_strip import UsesStrip
from chiiki_gis.ui.verdict_card import VerdictCard

if TYPE_CHECKING:
    from chiiki_gis.rules.model import Verdict

_LAYER = LayerId(Role.FACILITY.value)
_ITEMS = ((3, "3号（拠点施設）"), (4, "4号（利便・就業施設）"))
COMBINED = "dwelling_combined"
"""Class id of a dwelling with another use in it (兼用住宅)."""


@dataclass(frozen=True)
class FacilityDeeds:
    """What the card asks of the rest of the window.

    pick           select another row of the building
    choose_photos  ask the planner for files
    """

    draw_site: Callable[[], object]
    pick_lot: Callable[[], object]
    pick: Callable[[Fid], object]
    choose_photos: Callable[[], Sequence[Path]]


class FacilityCard(QWidget):
    """Shows the facility of `fid` and writes what is edited."""

    def __init__(self, session: Session, deeds: FacilityDeeds) -> None:
        super().__init__()
        self._session = session
        self._pick = deeds.pick
        self._fid: Fid | None = None
        self._rows_of_building: tuple[Fid, ...] = ()
        self._kind_shown: object = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.title = heading("")
        column.addWidget(self.title)
        self.meter = CompletenessMeter(self.go_to)
        column.addWidget(self.meter)
        self.uses = UsesStrip(session, deeds.pick)
        column.addWidget(self.uses)
        self._rows = Rows()
        column.addWidget(self._rows)
        self.name = TextField(lambda v: self._set("name", v, "名称"))
        self.number = NumberField(lambda v: self._set("number", v, "番号"), "番", whole=True)
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
            ("名称", self.name), ("番号", self.number), ("種類", self.kind), ("用途の区分", self.use_class),
            ("候補の理由", self.class_hints),
            ("兼用の区分", self.part_class), ("用途の床面積", self.use_floor), ("延べ面積", self.total_floor),
            ("最上階", self.top_storey), ("工事の種類", self.works), ("22条2項", self.item),
        ):  # fmt: skip
            self._rows.add(title, widget)
        column.addLayout(self._site_rows(deeds))
        self._last = Rows()
        self.inside = self._last.add_text("区域")
        self.house = HouseLine(session)
        self._last.add("空き家", self.house)
        self._last.add("備考", self.note)
        column.addWidget(self._last)
        column.addWidget(heading("判定（建築基準法48条）"))
        self.verdict = VerdictCard()
        column.addWidget(self.verdict)
        self.photos = PhotoStrip(session, deeds.choose_photos)
        column.addWidget(self.photos)
        self.programmes = ProgrammeCard()
        column.addWidget(self.programmes)
        column.addStretch(1)
        self.kind.set_choices([list(KINDS.items())])
        self.works.set_choices([list(WORKS.items())])
        self.item.set_choices([_ITEMS])

    def _site_rows(self, deeds: FacilityDeeds) -> QHBoxLayout:
        """The row that tells of the site, and the buttons below it."""
        self._site_words = self._rows.add_text("敷地")
        self.lot_button = QPushButton("筆から選ぶ")
        self.lot_button.setToolTip("地図の筆をクリックして、その形を敷地にします。判定が仮でなくなります。")
        self.lot_button.clicked.connect(deeds.pick_lot)
        self.site_button = QPushButton("敷地を描く")
        self.site_button.setToolTip("施設の敷地を地図に描きます。判定が仮でなくなります。")
        self.site_button.clicked.connect(deeds.draw_site)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.lot_button)
        below.addWidget(self.site_button)
        return below

    def show_facility(self, fid: Fid) -> None:
        """Fill the fields from the document."""
        row: Any = self._session.document.plan(Role.FACILITY).loc[fid]
        self._fid = fid
        number = "" if is_missing(row["number"]) else words.circled(int(row["number"])) + " "
        name = "" if is_missing(row["name"]) else str(row["name"])
        self.title.setText(f"拠点施設　{number}{name}")
        self._offer_classes(row["kind"])
        for widget, column in (
            (self.name, "name"), (self.number, "number"), (self.kind, "kind"), (self.use_class, "use_class"),
            (self.part_class, "part_class"), (self.use_floor, "use_floor_m2"),
            (self.total_floor, "total_floor_m2"), (self.top_storey, "top_storey"), (self.works, "works"),
            (self.item, "item"), (self.note, "note"),
        ):  # fmt: skip
            value = row[column]
            widget.show_value(int(value) if column == "item" and not is_missing(value) else value)
        self._rows.set_row_visible(self.part_class, row["use_class"] == COMBINED)
        shape = row.geometry
        has_site = shape is not None and shape.geom_type in ("Polygon", "MultiPolygon")
        self._rows_of_building = self.uses.show_building(fid)
        self._tell_twin(row["number"])
        self._last.set_row_visible(self.house, self.house.show_row(fid, row))
        self.inside.setText(self._containment(shape))
        self.photos.show_facility(fid)
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
        self._measure(found)
        if session.is_checked:
            self.programmes.show_matches(matches_of(session.subsidies, "facility", int(self._fid or 0)))

    def go_to(self, need: Need) -> None:
        """Bring the field of something that is missing into sight, and give it the keyboard."""
        if need.fid != self._fid:
            self._pick(Fid(need.fid))
        fields: dict[str, QWidget] = {
            "name": self.name, "number": self.number, "kind": self.kind, "use_class": self.use_class,
            "part_class": self.part_class, "use_floor_m2": self.use_floor,
            "total_floor_m2": self.total_floor, "top_storey": self.top_storey, "works": self.works,
            "item": self.item, SITE: self.lot_button,
        }  # fmt: skip
        field = fields[need.column]
        holder = self.parent()
        while holder is not None and not isinstance(holder, QScrollArea):
            holder = holder.parent()
        if holder is not None:
            holder.ensureWidgetVisible(field)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_twin(self, number: object) -> None:
        """Say below the number that another building has it too."""
        rows = self._session.rows(Role.FACILITY)
        if is_missing(number):
            return
        same = rows.index[(rows["number"] == number).fillna(False).astype(bool)]
        twins = [fid for fid in same if fid not in self._rows_of_building]
        if twins:
            name = row_name(rows.at[twins[0], "name"], number, int(twins[0]))
            told = f"「{name}」と同じ番号です。「施設」の「番号を振り直す」で直せます。"
            self.number.complaint.setText(told)
            self.number.complaint.show()

    def _measure(self, verdict: Verdict | None) -> None:
        """Say how far the building is entered; what the verdict misses counts once it is known."""
        rows = self._session.document.plan(Role.FACILITY)
        known = [fid for fid in self._rows_of_building if fid in rows.index]
        if known:
            missing = verdict.missing if verdict is not None else ()
            self.meter.show_completeness(completeness(rows.loc[known], missing))

    def _containment(self, shape: Any) -> str:
        told = (
            held_by(shape, self._session.rows(role), role)
            for role in (Role.PROMOTION_AREA, Role.PRIORITY_DISTRICT)
        )
        return "" if shape is None else "\n".join(told)

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
