"""座標系を選ぶ: the user says what a file does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QInputDialog, QWidget

from chiiki_gis.core.crs import crs_label, plane_epsg, zone_of_epsg
from chiiki_gis.core.errors import ChiikiError, CrsMissing, Proposal, Repairable
from chiiki_gis.ui.notice import Notice, of_error

_DATUMS = ((6668, 6668), (2442, 4612), (30160, 4301))
"""JGD2011, JGD2000, Tokyo Datum: what a plane zone's number is added to, and degrees."""


def crs_choices(project_epsg: int) -> tuple[int, ...]:
    """The CRSs a town hall's file may have, the likeliest first: the project's zone, degrees, other zones."""
    zone = zone_of_epsg(project_epsg)
    own = [base + zone for base, _ in _DATUMS] if zone is not None else []
    return (*own, *(degrees for _, degrees in _DATUMS), *(plane_epsg(z) for z in range(1, 20) if z != zone))


def choices_of(error: Repairable, project_epsg: int) -> dict[str, Proposal]:
    """What the user may choose, by its words: the proposals with their reasons, then every other CRS."""
    found = {f"{p.label}　― おすすめ：{p.why}": p for p in error.proposals}
    if isinstance(error, CrsMissing):
        proposed = {p.epsg for p in error.proposals if not p.swap_axes}
        others = (epsg for epsg in crs_choices(project_epsg) if epsg not in proposed)
        found |= {crs_label(epsg): Proposal(crs_label(epsg), "", epsg) for epsg in others}
    return found


def ask_repair(parent: QWidget | None, error: Repairable, project_epsg: int) -> Proposal | None:
    """Let the user choose a coordinate system or another repair; None when they cancel."""
    choices = choices_of(error, project_epsg)
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(_title(error))
    dialog.setLabelText(
        "ファイルの座標系（分からないときは、データの作成元に確かめてください）"
        if isinstance(error, CrsMissing)
        else "取り込み方"
    )
    dialog.setComboBoxItems(list(choices))
    dialog.setOkButtonText("取り込む")
    dialog.setCancelButtonText("キャンセル")
    return choices[dialog.textValue()] if dialog.exec() else None


def _title(error: Repairable) -> str:
    return "座標系を選ぶ" if isinstance(error, CrsMissing) else "直し方を選ぶ"


def crs_banner(error: ChiikiError, project_epsg: int, again: Callable[[Proposal], object]) -> Notice:
    """The banner of a file that could not be imported; with the repairs that there are to choose from."""
    if not isinstance(error, Repairable):
        return of_error(error)

    def ask() -> None:
        chosen = ask_repair(QApplication.activeWindow(), error, project_epsg)
        if chosen is not None:
            again(chosen)

    return replace(of_error(error), level="warning", button=_title(error), press=ask)
