"""図面の位置合わせ: the same places on a scanned plan and on the map, until the plan lies right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPointF, QSignalBlocker, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPen, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.control_points import LEAST, METHODS, ControlPoint, Fit, Method, ScanLook
from chiiki_gis.core.coordinates import LatLon, parse_place
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import Imported
from chiiki_gis.render.view import View
from chiiki_gis.ui import words, work
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.geodetic import to_plane
from chiiki_gis.ui.map_pick import MapPick
from chiiki_gis.ui.scan_view import ScanView
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT, GREEN, RED
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.tool import Point

HEADS = ("使う", "画像 列", "画像 行", "X（北）", "Y（東）", "ずれ m")
USED, NORTH, EAST = 0, 3, 4
ABOUT = (
    "画像の場所をクリックし、続けて地図の同じ場所をクリックします（座標を打ち込むこともできます）。"
    "図面の四隅の近くに4点以上置くと、ずれで確かめられます。ホイールで拡大、ドラッグで移動します。"
)
PICK_WORDS = "画像で選んだ場所を、地図でクリックしてください　Esc でやめます"
_TABLE_PX = 190


class ScanWindow(QWidget):
    """A window of its own beside the map. Points can be taken back one by one with Ctrl+Z."""

    def __init__(
        self, parent: QWidget, session: Session, canvas: Canvas, picker: MapPick, path: Path
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(f"図面の位置合わせ – {path.name}")
        self.resize(760, 700)
        self._session, self._canvas, self._picker, self._path = session, canvas, picker, path
        self._is_gone = False
        self.points: tuple[ControlPoint, ...] = ()
        self.fit: Fit | None = None
        self._before: list[tuple[ControlPoint, ...]] = []
        self.picture = ScanView(self._ask_closer)
        self.picture.clicked.connect(self._take_picture_place)
        self.table = QTableWidget(0, len(HEADS))
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.setTabKeyNavigation(False)
        self.table.itemChanged.connect(self._take_cell)
        self.table.itemSelectionChanged.connect(self._show_point)
        self.method = QComboBox()
        for method, word in METHODS.items():
            self.method.addItem(f"{word}　{LEAST[method]}点以上", method)
        self.method.setCurrentIndex(self.method.findData("affine"))
        self.method.activated.connect(lambda _n: self._work_out())
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("地図の代わりに座標で：X 1204.5 Y -25310.8、または緯度・経度")
        self.typed.returnPressed.connect(self._take_typed)
        self.says = wrapped()
        self._build()
        canvas.overlays.append(self._paint)
        session.opened.connect(self.close)
        self._work_out()
        session.ask("look_at_scan", path, on_done=self._take_look)

    @property
    def chosen_method(self) -> Method:
        """How the picture is laid on the ground."""
        found: Method = self.method.currentData()
        return found

    def drop_point(self) -> None:
        """Take the marked point away."""
        row = self.table.currentRow()
        if 0 <= row < len(self.points):
            self._set(self.points[:row] + self.points[row + 1 :])

    def undo(self) -> None:
        """Take the last step with points back."""
        if self.picture.waiting is not None:
            self._wait(None)
        elif self._before:
            self.points = self._before.pop()
            self._work_out()

    def finish(self) -> None:
        """Write the copy and add it to the plan: one step that can be undone."""
        name = self._path.with_name(f"{self._path.stem.removesuffix('_位置合わせ')}_位置合わせ.tif")
        out = Files(self).save("位置を合わせた写しを保存", "GeoTIFF (*.tif)", name, "tif")
        if out is None or self.fit is None:
            return

        def take(made: Imported) -> None:
            work.take_imported(self._session, made)
            if not self._is_gone:
                self.close()

        method = self.chosen_method
        self._session.ask(
            "place_scan", self._session.snapshot(), self._path, out, self.points, method, on_done=take
        )

    def closeEvent(self, event: object) -> None:
        """The map shows no points any more."""
        if not self._is_gone:
            self._is_gone = True
            self._canvas.overlays.remove(self._paint)
            self._session.opened.disconnect(self.close)
            if self._picker.is_waiting:
                self._picker.stop()
            self._canvas.update()
            self.deleteLater()
        super().closeEvent(event)  # type: ignore[arg-type]  # a QCloseEvent

    def _build(self) -> None:
        below = QWidget()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.typed)
        inside.addWidget(self.table, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.picture)
        parts.addWidget(below)
        parts.setSizes([700 - _TABLE_PX, _TABLE_PX])
        row = QHBoxLayout()
        self.drop, whole = QPushButton("点を消す"), QPushButton("画像の全体")
        self.done = QPushButton("写しを保存して地図に加える...")
        calls: tuple[tuple[QPushButton, Callable[[], object]], ...] = (
            (self.drop, self.drop_point), (whole, self.picture.fit), (self.done, self.finish),
        )  # fmt: skip
        for button, press in calls:
            button.clicked.connect(lambda _on=False, press=press: press())
        row.addWidget(self.method)
        row.addWidget(self.drop)
        row.addWidget(whole)
        row.addStretch(1)
        row.addWidget(self.done)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(ABOUT, faint=True))
        column.addWidget(parts, 1)
        column.addWidget(self.says)
        column.addLayout(row)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.undo)

    # Points

    def _take_look(self, look: ScanLook) -> None:
        if self._is_gone:
            return
        self.picture.show_look(look)
        if look.points and look.epsg == self._session.document.header.epsg:
            self.method.setCurrentIndex(self.method.findData(look.method))
            self._set(look.points)

    def _ask_closer(self, window: tuple[float, float, float, float], size: tuple[int, int]) -> None:
        def take(found: tuple[bytes, tuple[int, int]]) -> None:
            if not self._is_gone:
                self.picture.show_closer(window, *found)

        self._session.workers.submit(
            "look_closer", self._path, window, size, replaces="look closer at a scan", on_done=take
        )

    def _take_picture_place(self, column: float, row: float) -> None:
        self._wait((column, row))
        self._picker.ask(PICK_WORDS, self._take_ground)

    def _wait(self, place: Point | None) -> None:
        self.picture.waiting = place
        if place is None and self._picker.is_waiting:
            self._picker.stop()
        self._show()

    def _take_typed(self) -> None:
        place = parse_place(self.typed.text())
        if place is None or self.picture.waiting is None:
            self._say("先に画像をクリックし、X・Yか緯度・経度を入れて Enter を押してください。", FAINT)
            return
        epsg = self._session.document.header.epsg
        ground = to_plane(epsg, place) if isinstance(place, LatLon) else (place.y, place.x)
        if ground is not None:
            self.typed.clear()
            self._picker.stop()
            self._take_ground(ground)

    def _take_ground(self, at: Point) -> None:
        place = self.picture.waiting
        if place is not None:
            self.picture.waiting = None
            self._set((*self.points, ControlPoint(*place, *at)))
        self.activateWindow()

    def _take_cell(self, item: QTableWidgetItem) -> None:
        point = self.points[item.row()]
        if item.column() == USED:
            point = replace(point, is_used=item.checkState() == Qt.CheckState.Checked)
        else:
            try:
                metres = float(item.text().replace(",", ""))
            except ValueError:
                self._show()
                return
            point = replace(point, north=metres) if item.column() == NORTH else replace(point, east=metres)
        if point != self.points[item.row()]:
            self._set((*self.points[: item.row()], point, *self.points[item.row() + 1 :]))

    def _set(self, points: tuple[ControlPoint, ...]) -> None:
        self._before.append(self.points)
        self.points = points
        self._work_out()

    def _work_out(self) -> None:
        from chiiki_gis.analysis.georeference import fit

        try:
            self.fit = fit(self.points, self.chosen_method)
        except BadInput as error:
            self.fit = None
            self._say(f"{error.why}{error.todo}", FAINT)
        else:
            self._tell_fit(self.fit)
        self.done.setEnabled(self.fit is not None)
        self._show()

    def _tell_fit(self, found: Fit) -> None:
        used = sum(point.is_used for point in self.points)
        if used == LEAST[self.chosen_method]:
            self._say("点がちょうどの数なので、ずれは必ず0です。点を足すと確かめられます。", FAINT)
        elif found.worst is not None:
            text = (
                f"RMSE {found.rmse_m:.2f} m（{used}点）。{found.worst + 1}番の点が合っていないようです。"
                f"外すと {found.rmse_without_m:.2f} m になります。"
            )
            self._say(text, RED)
        else:
            self._say(f"RMSE {found.rmse_m:.2f} m（{used}点）", GREEN)

    def _say(self, text: str, color: str) -> None:
        self.says.setText(text)
        self.says.setStyleSheet(f"color: {color};")

    # What is shown

    def _show(self) -> None:
        worst = self.fit.worst if self.fit is not None else None
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(self.points))
            for number, point in enumerate(self.points):
                self._write(number, point, is_suspect=number == worst)
        marks = [((p.column, p.row), str(n + 1), p.is_used, n == worst) for n, p in enumerate(self.points)]
        self.picture.show_marks(marks, self.picture.waiting)
        self.drop.setEnabled(bool(self.points))
        self._canvas.update()

    def _write(self, number: int, point: ControlPoint, *, is_suspect: bool) -> None:
        left = "" if self.fit is None else f"{self.fit.residuals_m[number]:.2f}"
        texts = (
            "", f"{point.column:.1f}", f"{point.row:.1f}", words.coordinate(point.north),
            words.coordinate(point.east), left,
        )  # fmt: skip
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            if column == USED:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
                item.setCheckState(Qt.CheckState.Checked if point.is_used else Qt.CheckState.Unchecked)
            elif column in (NORTH, EAST):
                flags |= Qt.ItemFlag.ItemIsEditable
            item.setFlags(flags)
            if is_suspect:
                item.setForeground(QColor(RED))
            self.table.setItem(number, column, item)

    def _show_point(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.points) and self.table.selectedItems():
            self.picture.centre((self.points[row].column, self.points[row].row))

    def _paint(self, painter: QPainter, view: View) -> None:
        """On the map: where each point is, and a stroke to where the picture would put it."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, point in enumerate(self.points):
            at = QPointF(*view.to_px(point.east, point.north))
            put = at
            if self.fit is not None:
                put = QPointF(*view.to_px(*self.fit.to_ground(point.column, point.row)))
            for color, width in (("#ffffff", 4.0), (RED, 1.8)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawLine(at, put)
                painter.drawEllipse(at, 5.0, 5.0)
            draw_label(painter, at + QPointF(10, -24), [str(number + 1)], centered=False)
        painter.restore()
