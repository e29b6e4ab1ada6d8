"""The photographs of a facility on its card: small pictures that open, and buttons to add and take away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from chiiki_gis.core.layer import Fid
from chiiki_gis.core.photos import COLUMN, Photo, Taken, add_photos, drop_photo, photos_of
from chiiki_gis.core.role import Role
from chiiki_gis.ui.forms import heading, wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session

FILTER = "写真 (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.gif)"
_THUMB_PX, _WINDOW_PX = 128, 2_560
_COLUMNS = 2
STAYS = "写真は計画のファイルの中に保存します。書き出しや図面には出ません。"


class PhotoStrip(QWidget):
    """Pictures come from a helper process; one that cannot be found says so."""

    def __init__(self, session: Session, choose: Callable[[], Sequence[Path]]) -> None:
        super().__init__()
        self._session, self._choose = session, choose
        self._fid: Fid | None = None
        self._shown: tuple[Photo, ...] | None = None
        self._small: dict[str, QPixmap] = {}
        self.pictures: dict[str, QToolButton] = {}
        self.drops: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._title = heading("写真")
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.add_button = QPushButton("写真を添付...")
        self.add_button.clicked.connect(self.add)
        column.addWidget(self._title)
        column.addWidget(self._grid_holder)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(wrapped(STAYS, faint=True))
        session.opened.connect(self._forget)

    def show_facility(self, fid: Fid) -> None:
        """Show the photographs of a facility."""
        photos = photos_of(self._session.document.plan(Role.FACILITY).at[fid, COLUMN])
        self._fid = fid
        if photos == self._shown:
            return
        self._shown = photos
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.pictures, self.drops = {}, {}
        self._title.setText(f"写真　{len(photos)} 枚" if photos else "写真")
        self._grid_holder.setVisible(bool(photos))
        for number, photo in enumerate(photos):
            self._grid.addWidget(self._cell(photo), number // _COLUMNS, number % _COLUMNS)

    def add(self) -> None:
        """Take pictures from files into the plan; one change."""
        files, fid = tuple(self._choose()), self._fid
        if not files or fid is None:
            return

        def take(taken: Taken) -> None:
            document = self._session.document
            if fid not in document.plan(Role.FACILITY).index:
                self._session.tell(
                    Notice(
                        "写真を添付しませんでした。",
                        "施設が消されています。",
                        "施設を選び直してください。",
                        "warning",
                    )
                )
                return
            change = add_photos(document, fid, taken.photos)
            self._session.apply(change)
            if change.is_empty:
                self._session.tell(
                    Notice("同じ写真がもう添付されています。", "".join(taken.notes), level="info")
                )
            elif taken.notes:
                self._session.tell(Notice(f"{change.note}しました。", "".join(taken.notes), level="done"))

        self._session.ask("take_photos", files, on_done=take)

    def drop(self, photo: Photo) -> None:
        """Take a photograph away; 元に戻す brings it back."""
        if self._fid is not None:
            change = drop_photo(self._session.document, self._fid, photo)
            self._session.apply(change)
            self._session.tell(
                Notice(f"{change.note}しました。", level="done", button="元に戻す", press=self._session.undo)
            )

    def open(self, photo: Photo) -> None:
        """Show a photograph large, in a window beside the map."""

        def take(data: bytes | None) -> None:
            pixmap = _pixmap(data)
            if pixmap is None:
                self._session.tell(_lost(photo))
            else:
                shown = PhotoWindow(self.window(), photo.name, pixmap)
                shown.show()
                shown.activateWindow()

        self._session.workers.submit(
            "photo_picture", photo, _WINDOW_PX, on_done=take, on_error=self._session.tell_error
        )

    def _cell(self, photo: Photo) -> QWidget:
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        picture = QToolButton()
        picture.setIconSize(QSize(_THUMB_PX, _THUMB_PX * 3 // 4))
        picture.setToolTip(f"{photo.name}\nクリックで大きく表示します")
        picture.setAccessibleName(f"写真 {photo.name}")
        picture.setText("…")
        picture.clicked.connect(lambda: self.open(photo))
        drop = QPushButton("外す")
        drop.setToolTip(f"「{photo.name}」を施設から外します")
        drop.clicked.connect(lambda: self.drop(photo))
        self.pictures[photo.hash], self.drops[photo.hash] = picture, drop
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(drop, 0, Qt.AlignmentFlag.AlignHCenter)
        self._fill(photo)
        return cell

    def _fill(self, photo: Photo) -> None:
        if photo.hash in self._small:
            self._put(photo, self._small[photo.hash])
            return

        def take(data: bytes | None) -> None:
            pixmap = _pixmap(data)
            if pixmap is not None:
                self._small[photo.hash] = pixmap
            self._put(photo, pixmap)

        self._session.workers.submit("photo_picture", photo, 2 * _THUMB_PX, on_done=take)

    def _put(self, photo: Photo, pixmap: QPixmap | None) -> None:
        picture = self.pictures.get(photo.hash)
        if picture is None:
            return  # another facility is shown by now
        if pixmap is None:
            picture.setText("写真が\n見つかりません")
        else:
            picture.setIcon(QIcon(pixmap))

    def _forget(self) -> None:
        self._small, self._shown = {}, None


class PhotoWindow(QDialog):
    """One photograph, as large as the window; a click or Esc closes it."""

    def __init__(self, parent: QWidget | None, name: str, pixmap: QPixmap) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{name} – 写真")
        self._pixmap = pixmap
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(200, 150)
        self.picture.setAccessibleName(name)
        self.picture.setToolTip("クリックか Esc で閉じます")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture)
        room = self.screen().availableSize() * 0.8
        self.resize(pixmap.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio).boundedTo(pixmap.size()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close."""
        self.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture."""
        super().resizeEvent(event)
        self.picture.setPixmap(
            self._pixmap.scaled(
                self.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )


def _pixmap(data: bytes | None) -> QPixmap | None:
    pixmap = QPixmap()
    return pixmap if data is not None and pixmap.loadFromData(data) else None


def _lost(photo: Photo) -> Notice:
    return Notice(
        f"「{photo.name}」を表示できません。",
        "写真の中身が、計画のファイルにもこの PC の控えにも見つかりません。",
        "元の写真をもう一度添付してください。",
        "warning",
    )
