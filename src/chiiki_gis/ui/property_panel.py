"""The right dock: the card of what is selected, and what reference data say at the clicked place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from chiiki_gis.core.building_rows import first_rows, mates
from chiiki_gis.core.change import Changed
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui import words
from chiiki_gis.ui.area_card import AreaCard
from chiiki_gis.ui.edition_strip import EditionStrip
from chiiki_gis.ui.facility_card import FacilityCard, FacilityDeeds
from chiiki_gis.ui.forms import heading, wrapped
from chiiki_gis.ui.house_work import record_consent
from chiiki_gis.ui.link_card import LinkCard
from chiiki_gis.ui.reference_card import ReferenceCard
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import PAPER
from chiiki_gis.ui.tools.deleting import delete_and_tell
from chiiki_gis.ui.under_cursor import Hit

_AREAS = (Role.PRIORITY_DISTRICT.value, Role.PROMOTION_AREA.value)


class PropertyPanel(QScrollArea):
    """Shows one card at a time, and the reference card below it."""

    def __init__(
        self,
        session: Session,
        selection: Selection,
        deeds: FacilityDeeds,
        zoom: Callable[[Layer, Fid], None],
        show_rules: Callable[[], object],
    ) -> None:
        super().__init__()
        self._session, self._selection = session, selection
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setObjectName("inside")
        inside.setStyleSheet(f"#inside {{ background: {PAPER}; }}")
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        self.edition = EditionStrip(inside, show_rules)
        column.addWidget(self.edition)
        self.area = AreaCard(session)
        self.facility = FacilityCard(session, deeds)
        self.link = LinkCard(session, self._delete)
        self.other = _OtherCard(self._delete)
        self.nothing = wrapped("地図の区域や施設をクリックすると、ここに内容が出ます。", faint=True)
        self.cards = (self.nothing, self.area, self.facility, self.link, self.other)
        for card in self.cards:
            column.addWidget(card)
        self.reference = ReferenceCard(
            zoom,
            lambda layer, fid: selection.pick(layer.id, (fid,)),
            lambda layer, fid, answer: record_consent(session, layer, (fid,), answer),
        )
        column.addWidget(self.reference)
        column.addStretch(1)
        self.setWidget(inside)
        self._show(self.nothing)
        selection.changed.connect(self.refresh)
        session.opened.connect(lambda: self.show_hits([]))
        session.opened.connect(self.refresh)
        session.opened.connect(lambda: self.reference.show_hits([]))
        session.changed.connect(self._follow)
        session.checked.connect(self._show_check)

    def show_hits(self, hits: list[Hit]) -> None:
        """Show what lies in reference layers under the click."""
        self.reference.show_hits(hits)

    def show_identified(self, hits: list[Hit], ground: float | None) -> None:
        """List all features under the click (unfolding one selects it) and the height of the ground."""
        self._selection.clear()
        self.nothing.hide()
        self.reference.show_hits(hits, f"この地点の地物（{len(hits)} 件）", selects=True, ground=ground)

    def refresh(self) -> None:
        """Show the card of the selection."""
        layer, fid = self._selection.layer, self._selection.single
        session = self._session
        if fid is None and layer == Role.FACILITY.value:
            fid = self._one_building()
        if not session.is_open or layer not in {known.id for known in session.document.layers}:
            layer = None
        if layer is None:
            self._show(self.nothing)
        elif fid is not None and layer == Role.FACILITY.value:
            self.facility.show_facility(fid)
            self._show(self.facility)
        elif fid is not None and layer == Role.ACCESS_LINK.value:
            self.link.show_link(fid)
            self._show(self.link)
        elif fid is not None and layer in _AREAS:
            self.area.show_area(layer, fid)
            self._show(self.area)
        else:
            self.other.show_selection(self._session, layer, self._selection.fids)
            self._show(self.other)

    def _one_building(self) -> Fid | None:
        """The first of the selected facility rows where all are uses of one building."""
        rows, fids = self._session.document.plan(Role.FACILITY), self._selection.fids
        known = [fid for fid in fids if fid in rows.index]
        return known[0] if known and set(known) <= set(mates(rows, known[0])) else None

    @property
    def shown(self) -> QWidget:
        """The card that is shown now."""
        return self._shown

    def _show(self, shown: QWidget) -> None:
        self._shown = shown
        for card in self.cards:
            card.setVisible(card is shown)

    def _follow(self, changed: Changed) -> None:
        self.reference.follow(self._session.document.layers, changed.layers)
        layer = self._selection.layer
        if layer is not None and (layer in changed.layers or changed.layer_list):
            self._let_go_of_missing(layer)
        if self._selection.layer in (*_AREAS, Role.FACILITY.value, Role.ACCESS_LINK.value):
            self.refresh()

    def _let_go_of_missing(self, layer_id: LayerId) -> None:
        layers = {layer.id: layer for layer in self._session.document.layers}
        found = layers.get(layer_id)
        if found is None:
            self._selection.clear()
        elif found.is_plan:
            left = tuple(fid for fid in self._selection.fids if fid in found.rows.index)
            self._selection.pick(layer_id, left)

    def _show_check(self) -> None:
        self.edition.refresh()
        if self._shown is self.link:
            self.link.refresh_check()
        elif self._shown is self.facility:
            self.facility.refresh_verdict()
        elif self._shown is self.area:
            self.area.refresh_findings()

    def _delete(self) -> None:
        layer = self._selection.layer
        if layer is not None:
            delete_and_tell(self._session, layer, self._selection.fids)


class _OtherCard(QWidget):
    """Several features, a site, or a link."""

    def __init__(self, delete: Callable[[], None]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._title, self._text = heading(""), wrapped()
        self._delete = QPushButton("削除")
        self._delete.clicked.connect(delete)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self._delete)
        column.addStretch(1)

    def show_selection(self, session: Session, layer_id: LayerId, fids: tuple[Fid, ...]) -> None:
        """Say what is selected."""
        layer = session.document.layer(layer_id)
        self._title.setText(f"{layer.name}　{len(fids)} 件を選択")
        self._delete.setVisible(layer.is_plan)
        if not layer.is_plan:
            self._text.setText("参照レイヤの地物です。内容は変えられません。")
            return
        rows = layer.rows.loc[list(fids)]
        kinds = set(rows.geometry.geom_type)
        if kinds <= {"Polygon", "MultiPolygon"}:
            once = first_rows(rows) if layer.role == Role.FACILITY else rows
            self._text.setText("面積の合計　" + words.area_both(float(once.geometry.area.sum())))
        elif kinds <= {"LineString", "MultiLineString"}:
            self._text.setText("長さの合計　" + words.length(float(rows.geometry.length.sum())))
        else:
            self._text.setText("")
