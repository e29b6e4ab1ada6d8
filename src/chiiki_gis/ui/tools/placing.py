"""Where a facility comes to stand: at the click, or exactly on a vacant house under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.linked_house import LinkedHouse, read_house
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.ui.tools.tool import Point
    from chiiki_gis.ui.under_cursor import Hit

_FACILITY = LayerId(Role.FACILITY.value)


def place_facility(
    session: Session, selection: Selection, kind: str, at: Point, under: Hit | None = None
) -> None:
    """Put a facility on the map and pick it; one change.

    under   the vacant house that it is made from: its exact place and number come along, and its address into
            備考 where the owner has agreed. Nothing else of the list is copied.
    """
    house = _read(session, under)
    place = shapely.Point(at) if house is None or house.place is None else house.place
    document = session.document
    fid = document.next_fid(_FACILITY)
    change = add_facility(document, kind, place, session.scenario, _values(house))
    session.apply(change)
    selection.pick(_FACILITY, (fid,))
    if house is not None:
        session.tell(_told(house))


def _read(session: Session, under: Hit | None) -> LinkedHouse | None:
    if under is None:
        return None
    try:
        return read_house(*under)
    except KeyError:
        return None
    except ChiikiError as error:
        session.tell_error(error)
        return None


def _values(house: LinkedHouse | None) -> dict[str, object]:
    if house is None:
        return {}
    values: dict[str, object] = {"vacant_house_fid": int(house.fid)}
    if house.has_consent and house.address:
        values["note"] = f"所在地：{house.address}"
    return values


def _told(house: LinkedHouse) -> Notice:
    what = "空き家の位置に施設を置きました。"
    if house.has_consent:
        taken = "所在地を備考に入れました。" if house.address else "一覧に所在地の列がありません。"
        return Notice(what, f"同意のある空き家です。{taken}", level="done")
    return Notice(
        what,
        f"この空き家の同意は「{house.consent}」です。一覧の内容は写していません。",
        "右の欄の「空き家」で確かめてください。",
        "warning",
    )
