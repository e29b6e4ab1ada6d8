"""The properties of one access link: what it is, which works it stands for, and what may support them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from chiiki_gis.core.edits import set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.links import REFUSED, building_of
from chiiki_gis.core.role import Role
from chiiki_gis.rules.road_works import MANAGERS, TAGS, manager_of, tag_of
from chiiki_gis.rules.subsidies import matches_of
from chiiki_gis.ui.finding_plate import finding_plate
from chiiki_gis.ui.forms import ChoiceField, Rows, empty, heading, is_missing, wrapped
from chiiki_gis.ui.programme_card import ProgrammeCard
from chiiki_gis.ui.session import Session

_LAYER = LayerId(Role.ACCESS_LINK.value)
ABOUT_TAGS = (
    "拠点施設関連基盤施設整備事業にできるのは、重点地区の拠点施設と一体で都道府県が実施する国道・都道府県道の"
    "事業だけです（2条3項）。市町村道などは、5条2項3号か22条2項5号の事業とします。"
)


class LinkCard(QWidget):
    """Shows the link `fid` and writes what kind of works it is tagged as."""

    def __init__(self, session: Session, delete: Callable[[], None]) -> None:
        super().__init__()
        self._session = session
        self._fid: Fid | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.title = heading("")
        column.addWidget(self.title)
        rows = Rows()
        column.addWidget(rows)
        self.length = rows.add_text("距離・時間")
        self.tag = ChoiceField(lambda tag: self._set("tag", tag, "事業の区分"))
        self.tag.set_choices([list(TAGS.items())])
        rows.add("事業の区分", self.tag)
        self.works_by = ChoiceField(lambda who: self._set("carried_out_by", who, "実施する者"))
        self.works_by.set_choices([list(MANAGERS.items())])
        rows.add("実施する者", self.works_by)
        column.addWidget(wrapped(ABOUT_TAGS, faint=True))
        self._findings = QVBoxLayout()
        column.addLayout(self._findings)
        self.programmes = ProgrammeCard()
        column.addWidget(self.programmes)
        remove = QPushButton("削除")
        remove.clicked.connect(delete)
        column.addWidget(remove)
        column.addStretch(1)

    def show_link(self, fid: Fid) -> None:
        """Fill the card from the document."""
        row: Any = self._session.document.plan(Role.ACCESS_LINK).loc[fid]
        self._fid = fid
        facilities = self._session.rows(Role.FACILITY)
        names = dict(zip(building_of(facilities), facilities["name"], strict=True))
        place, name = row["interchange"], names.get(str(row["building_id"]))
        ends = ("" if is_missing(place) else str(place), "" if is_missing(name) else str(name))
        self.title.setText("アクセス道路　" + " → ".join(end for end in ends if end))
        if row["status"] == REFUSED or is_missing(row["km"]):
            reason = "" if is_missing(row["reason"]) else f"（{row['reason']}）"
            self.length.setText(f"計算できません{reason}")
        else:
            old = "" if is_missing(row["stale"]) or not row["stale"] else "（古い）"
            word = "概算・仮定値" if row["status"] == "estimate" else "仮定値"
            self.length.setText(f"約 {row['km']:,.1f} km・約 {row['minutes']:,.0f} 分（{word}）{old}")
        self.tag.show_value(tag_of(row["tag"]) or row["tag"])
        self.works_by.show_value(manager_of(row["carried_out_by"]) or row["carried_out_by"])
        self.refresh_check()

    def refresh_check(self) -> None:
        """Show what the check says of the link; the old answer stays while a new one is being worked out."""
        if not self._session.is_checked or self._fid is None:
            return
        empty(self._findings)
        for finding in self._session.findings:
            if finding.layer == _LAYER and self._fid in finding.fids:
                self._findings.addWidget(finding_plate(finding))
        self.programmes.show_matches(matches_of(self._session.subsidies, "link", int(self._fid)))

    def _set(self, column: str, value: object, title: str) -> None:
        if self._fid is not None:
            document = self._session.document
            self._session.apply(set_values(document, _LAYER, self._fid, {column: value}, f"{title}を変更"))
