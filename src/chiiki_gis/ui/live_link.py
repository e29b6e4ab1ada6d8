"""The link of the facility in the hand: asked for while it is dragged, drawn over the map, never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from chiiki_gis.core.access_answers import LiveWay
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.render.view import View
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.trial import Trial

if TYPE_CHECKING:
    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.ui.tools.tool import Point

_FACILITY = LayerId(Role.FACILITY.value)
_FRESH, _OLD = "#0b7a75", "#9aa3a3"


class LiveLink(QObject):
    """Follows one drag. Only one question is under way; the newest place waits for its answer.

    A question has a number: an answer to a drag that is over, or to another facility, is not shown. Until the
    answer for a place is there the last one is drawn in grey.
    """

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._values: Snapshot | None = None
        self._asked: tuple[int, Point] | None = None
        self._drag = 0
        self.at: Point | None = None
        self.way: LiveWay | None = None
        self.is_fresh = False
        canvas.overlays.append(self.paint)

    def show(self, trial: Trial | None) -> None:
        """Follow what the hand tries; None shows the plan again."""
        if trial is None or trial.layer != _FACILITY:
            self.follow(Fid(0), None)
        else:
            spot = trial.shape.representative_point()
            self.follow(trial.fid, (spot.x, spot.y))

    def follow(self, fid: Fid, at: Point | None) -> None:
        """The facility is held over a place, or (None) has been let go."""
        if at is None:
            self._drag += 1
            self._values = self._asked = self.at = self.way = None
            self._canvas.update()
            return
        if self._values is None:
            if not self._can_ask():
                return
            self._values = self._session.snapshot()
        self.at, self.is_fresh = at, False
        if self._asked is None:
            self._ask(fid, at)

    def _can_ask(self) -> bool:
        """Whether links have been computed: without any, dragging shows none and costs nothing."""
        return len(self._session.rows(Role.ACCESS_LINK)) > 0

    def _ask(self, fid: Fid, at: Point) -> None:
        drag = self._drag
        self._asked = (drag, at)

        def over() -> bool:
            """Whether the answer is too late."""
            if drag != self._drag:
                return True
            self._asked = None
            return False

        def take(way: LiveWay) -> None:
            if over():
                return
            self.way, self.is_fresh = way, self.at == at
            self._canvas.update()
            if self.at is not None and self.at != at:
                self._ask(fid, self.at)

        def fail(_error: ChiikiError) -> None:
            if not over():
                self.way = None  # why is told when the links are computed, not under the moving mouse
                self._canvas.update()

        self._session.workers.submit(
            "live_way", self._values, int(fid), *at, replaces="live_way", on_done=take, on_error=fail
        )

    def paint(self, painter: QPainter, view: View) -> None:
        """The line, and its kilometres and minutes beside the facility."""
        if self.at is None or self.way is None:
            return
        color = QColor(_FRESH if self.is_fresh else _OLD)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.way.vertices:
            line = QPolygonF([QPointF(*view.to_px(x, y)) for x, y in self.way.vertices])
            painter.setPen(QPen(color, 3, Qt.PenStyle.SolidLine))
            painter.drawPolyline(line)
        spot = QPointF(*view.to_px(*self.at)) + QPointF(16, 16)
        draw_label(painter, spot, [live_words(self.way)], centered=False)
        painter.restore()


def live_words(way: LiveWay) -> str:
    """What the label says."""
    if way.km is None or way.minutes is None:
        return "ICからの経路なし"
    label = {"estimate": "概算", "needs_confirmation": "要確認"}.get(way.status, "仮定値")
    return f"{way.interchange}から約{way.km:,.1f} km・約{way.minutes:,.0f}分（{label}）"
