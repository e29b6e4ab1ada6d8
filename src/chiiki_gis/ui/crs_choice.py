"""座標系を選ぶ: the user says what a file does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QInputDialog, QWidget

from chiiki_gis.core.crs import crs_label, plane_epsg, zone_of_epsg
from chiiki_gis.core.errors import ChiikiError, CrsMissing
from chiiki_gis.ui.notice import Notice, of_error

_DATUMS = ((6668, 6668), (2442, 4612), (30160, 4301))
"""JGD2011, JGD2000, Tokyo Datum: what a plane zone's number is added to, and degrees."""


def crs_choices(project_epsg: int) -> tuple[int, ...]:
    """The CRSs a town hall's file may have, the likeliest first: the project's zone, degrees, other zones."""
    zone = zone_of_epsg(project_epsg)
    own = [base + zone for base, _ in _DATUMS] if zone is not None else []
    return (*own, *(degrees for _, degrees in _DATUMS), *(plane_epsg(z) for z in range(1, 20) if z != zone))


def ask_crs(parent: QWidget | None, project_epsg: int) -> int | None:
    """Let the user choose a CRS; None when they cancel."""
    choices = {crs_label(epsg): epsg for epsg in crs_choices(project_epsg)}
    dialog = QInputDialog(parent)
    dialog.setWindowTitle("座標系を選ぶ")
    dialog.setLabelText("ファイルの座標系（分からないときは、データの作成元に確かめてください）")
    dialog.setComboBoxItems(list(choices))
    dialog.setOkButtonText("取り込む")
    dialog.setCancelButtonText("キャンセル")
    return choices[dialog.textValue()] if dialog.exec() else None


def crs_banner(error: ChiikiError, project_epsg: int, again: Callable[[int], object]) -> Notice:
    """The banner of a file that could not be imported; with a way to give its CRS where that is missing."""
    if not isinstance(error, CrsMissing):
        return of_error(error)

    def ask() -> None:
        epsg = ask_crs(QApplication.activeWindow(), project_epsg)
        if epsg is not None:
            again(epsg)

    return replace(of_error(error), level="warning", button="座標系を選ぶ", press=ask)
