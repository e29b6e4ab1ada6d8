"""What can be done with facilities beside placing them: sites from lots, photographs, numbers."""

from __future__ import annotations

from pathlib import Path

from chiiki_gis.core.building_rows import FACILITY, renumber
from chiiki_gis.core.role import Role
from chiiki_gis.ui.actions import Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.facility_card import FacilityDeeds
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.photo_strip import FILTER
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.area_work import locked_notice

_MENU = "施設"


def facility_deeds(c: Commands) -> FacilityDeeds:
    """What the card of a facility asks of the window."""

    def choose() -> list[Path]:
        return c.files.open_many("写真を添付", FILTER)

    return FacilityDeeds(
        c.toolbox.draw_site, c.toolbox.pick_lot, lambda fid: c.selection.pick(FACILITY, (fid,)), choose
    )


def facility_actions(c: Commands) -> tuple[Action, ...]:
    """The rest of the menu 施設."""
    return (
        Action(
            "pick_lot",
            "筆から敷地を選ぶ",
            c.toolbox.pick_lot,
            _MENU,
            2,
            tip="地図の筆をクリックして、選んだ施設の敷地にします",
            needs="selection",
            tool="pick_lot",
        ),
        Action(
            "renumber",
            "番号を振り直す",
            lambda: renumber_facilities(c.session),
            _MENU,
            3,
            tip="拠点施設の番号を、号・種類の順に 1 から振り直します",
        ),
    )


def renumber_facilities(session: Session) -> None:
    """番号を振り直す: one step, and a banner that says how many buildings have another number."""
    layer = session.document.layer(FACILITY)
    if layer.is_locked:
        session.tell(locked_notice(layer, "番号を振り直せません"))
        return
    before = session.rows(Role.FACILITY)["number"]
    change = renumber(session.document, session.scenario)
    if change.is_empty:
        session.tell(Notice("番号はもう順番どおりです。", "変えるものがありません。", level="done"))
        return
    session.apply(change)
    after = session.rows(Role.FACILITY)["number"]
    count = int((before.fillna(-1) != after.fillna(-1)).sum())
    session.tell(
        Notice(
            f"拠点施設の番号を振り直しました（{count} 行）。",
            "3号の施設、4号の施設の順に、種類ごとに並べました。",
            level="done",
            button="元に戻す",
            press=session.undo,
        )
    )
