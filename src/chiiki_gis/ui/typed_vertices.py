"""Vertices given as numbers: X and Y, degrees, or a pasted table of them."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from chiiki_gis.core.coordinates import LatLon, Place, parse_places
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.geodetic import to_plane
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.place_dialogs import place_words
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT, GREEN
from chiiki_gis.ui.tools.facility import FacilityTool
from chiiki_gis.ui.tools.sketch_tool import SketchTool
from chiiki_gis.ui.tools.tool import Point
from chiiki_gis.ui.tools.toolbox import Toolbox

NOT_DRAWING = Notice(
    "座標を入力できません。",
    "いまの道具は、点を置く道具ではありません。",
    "区域・敷地を描く道具か、施設を置く道具を選んでから、もう一度選んでください。",
)
NOT_READY = Notice(
    "まだ緯度経度では入力できません。",
    "座標を変換する部品を読み込んでいるところです。",
    "数秒待ってから、もう一度お試しください。",
)


class VerticesDialog(QDialog):
    """One place per line; says below how they are understood."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("座標で頂点を置く")
        self.setMinimumWidth(460)
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.says = QLabel()
        self.says.setMinimumHeight(20)
        box = QDialogButtonBox()
        self.accept_button = box.addButton("頂点を置く", QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(
            wrapped(
                "1行に1点を入力します。X（北）・Y（東）のメートル、緯度と経度（度）、度分秒のどれでも読めます。\n"
                "座標の表を貼り付けることもできます。\n"
                "例　X 1204.5 Y -25310.8\n"
                "例　北緯35°59′12.3″ 東経138°09′45.6″"
            )
        )
        column.addWidget(self.edit)
        column.addWidget(self.says)
        column.addWidget(box)
        self.edit.textChanged.connect(self.look)
        self.look()

    @property
    def places(self) -> list[Place]:
        """The places, once all lines can be read."""
        return [place for place in parse_places(self.edit.toPlainText()) if place is not None]

    def look(self) -> None:
        """Count the points, or name the first line that is no place."""
        found = parse_places(self.edit.toPlainText())
        wrong = next((n for n, place in enumerate(found, 1) if place is None), None)
        self.accept_button.setEnabled(bool(found) and wrong is None)
        self.says.setStyleSheet(f"color: {GREEN if found and wrong is None else FAINT};")
        if wrong is not None:
            self.says.setText(f"{wrong} 点目を座標として読めません。")
        elif len(found) == 1:
            self.says.setText("".join(place_words(place) for place in self.places))
        else:
            self.says.setText(f"{len(found)} 点" if found else "")


def ask_vertices(parent: QWidget, session: Session, toolbox: Toolbox) -> None:
    """Ask for places and put them as vertices of the sketch, or as the facility's place."""
    if not isinstance(toolbox.working, SketchTool | FacilityTool):
        session.tell(NOT_DRAWING)
        return
    dialog = VerticesDialog(parent)
    if dialog.exec():
        put_places(session, toolbox, dialog.places)


def put_places(session: Session, toolbox: Toolbox, places: list[Place]) -> None:
    """Put places with the tool in the hand: one step of the sketch."""
    points: list[Point] = []
    for place in places:
        point = _on_plane(session, place)
        if point is None:
            session.tell(NOT_READY)
            return
        points.append(point)
    working = toolbox.working
    if isinstance(working, SketchTool):
        working.put(points)
    elif isinstance(working, FacilityTool):
        for point in points:
            working.put(point)


def _on_plane(session: Session, place: Place) -> Point | None:
    if isinstance(place, LatLon):
        return to_plane(session.document.header.epsg, place)
    return (place.y, place.x)
