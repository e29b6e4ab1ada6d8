"""What can be done with a raster layer only: how it looks, and where its file lies."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import RasterLook
from chiiki_gis.io.raster_ref import RELOCATE, FileMissing, raster_of
from chiiki_gis.ui import work
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.session import Session

_RELIEF = (
    ("陰影", RasterLook(hillshade=True, tints=False)),
    ("標高の色分け（段彩）", RasterLook(hillshade=False, tints=True)),
    ("陰影と色分け", RasterLook(hillshade=True, tints=True)),
)
_PICTURE = (
    ("なし", RasterLook(clear="none")),
    ("白（紙の地など）", RasterLook(clear="white")),
    ("黒（写真の余白など）", RasterLook(clear="black")),
)


def looks_of(layer: Layer) -> tuple[str, tuple[tuple[str, RasterLook], ...]]:
    """What may be chosen for a raster layer, and under which title."""
    return ("標高の表し方", _RELIEF) if layer.role == Role.DEM else ("透明にする色", _PICTURE)


def add_raster_entries(menu: QMenu, session: Session, layer: Layer) -> None:
    """Fill a layer's menu; every choice is one undoable step."""
    title, looks = looks_of(layer)
    inner = menu.addMenu(title)
    group = QActionGroup(inner)
    for text, look in looks:
        action = QAction(text, inner, checkable=True, checked=layer.style.raster == look)
        action.triggered.connect(lambda _on=False, look=look: _apply(session, layer, look, title))
        group.addAction(action)
        inner.addAction(action)
    parent = menu.parentWidget()
    menu.addAction(RELOCATE, lambda: choose_file(parent, session, layer))


def picture_banner(error: ChiikiError, session: Session, layer_id: LayerId) -> Notice:
    """The banner of a layer that cannot be drawn; for a missing file with a button that asks where it is."""
    if not isinstance(error, FileMissing):
        return of_error(error)

    def ask() -> None:
        if any(layer.id == layer_id for layer in session.document.layers):
            choose_file(QApplication.activeWindow(), session, session.document.layer(layer_id))

    return replace(of_error(error), level="warning", button="ファイルの場所を選ぶ", press=ask)


def choose_file(parent: QWidget | None, session: Session, layer: Layer) -> None:
    """Let the user show where a raster layer's file is now."""
    from chiiki_gis.io.format_table import raster_filter

    path = raster_of(layer).path
    start = path.parent if path.parent.is_dir() else None
    found = Files(parent).open_one(f"「{layer.name}」のファイルを選ぶ", raster_filter(), start)
    if found is not None:
        work.relocate(session, layer, found)


def _apply(session: Session, layer: Layer, look: RasterLook, title: str) -> None:
    if layer.style.raster != look:
        changed = replace(layer, style=replace(layer.style, raster=look))
        session.apply(Change(f"「{layer.name}」の{title}を変更", put_layers=(changed,)))
