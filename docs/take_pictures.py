"""Takes the pictures of the manual anew: はじめの計画, made in the real window from the sample data.

    QT_QPA_PLATFORM=offscreen .venv/bin/python docs/take_pictures.py [FOLDER]

Without FOLDER they go to resources/help/pictures. Nothing of the user's own settings or plans is touched.
Needs a Japanese font (./run installs one). Look at each picture afterwards.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

TOP = Path(__file__).resolve().parents[1]
_AWAY = tempfile.TemporaryDirectory(prefix="chiiki-gis-pictures-")
HOME = Path(_AWAY.name)
os.environ.update(
    {f"CHIIKI_GIS_{name}": str(HOME / name.lower()) for name in ("STATE", "CACHE", "DOCUMENTS")}
)
sys.path.insert(0, str(TOP / "tests" / "ui"))

from PIL import Image  # noqa: E402
from PySide6.QtCore import QPoint, Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402
from waiting import settle, until  # noqa: E402

from chiiki_gis import paths  # noqa: E402

paths.clean_environment()

from chiiki_gis.core.layer import Fid, LayerId  # noqa: E402
from chiiki_gis.core.role import Role  # noqa: E402
from chiiki_gis.io.journal import Journal  # noqa: E402
from chiiki_gis.ui import theme  # noqa: E402
from chiiki_gis.ui.forms import ChoiceField, NumberField  # noqa: E402
from chiiki_gis.ui.import_dialog import ImportDialog  # noqa: E402
from chiiki_gis.ui.jobs import Workers  # noqa: E402
from chiiki_gis.ui.main_window import MainWindow  # noqa: E402
from chiiki_gis.ui.new_project_dialog import NewProjectDialog  # noqa: E402
from chiiki_gis.ui.print_dialog import PrintDialog  # noqa: E402
from chiiki_gis.ui.session import Session  # noqa: E402

WIDTH_PX, COLOURS, MOST_KB = 900, 56, 80
SIZE = (1180, 720)
BOUNDARY = "N03-20250101_20_GML.zip"
DATA = (
    "A29-19_20_GML.zip",
    "20999_都市計画決定GIS.zip",
    "N13-24_5438_SHP.zip",
    "N06-25_GML.zip",
    "空き家台帳.csv",
)
TOWN = (-20600, 15700, -16700, 18500)
"""What the map shows while drawing: west, south, east, north in plane zone VIII (m), as all that follows."""
ROUTES = (-21600, 14600, -15600, 18600)
PRIORITY = (
    (-20400, 16200),
    (-20200, 17500),
    (-18700, 18200),
    (-17300, 18250),
    (-17100, 16400),
    (-18200, 15850),
)
PROMOTION = (
    (-19950, 16500),
    (-19800, 17400),
    (-18500, 17950),
    (-17600, 18000),
    (-17500, 16700),
    (-18500, 16250),
)
FACILITIES = (
    ("place_coworking", (-18330, 16980)),
    ("place_trial_house", (-19020, 17520)),
    ("place_exchange", (-18900, 16950)),
)
Dialog = TypeVar("Dialog", bound=QWidget)


class Album:
    """The pictures of one walk through the window."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window, self.folder = window, folder

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Keep what a window shows, as wide as a page of the manual and with few colours."""
        settle()
        until(lambda: self.window.canvas.is_settled or not self.window.session.is_open)
        raw = HOME / f"{name}.png"
        (widget or self.window).grab().save(str(raw))
        picture = Image.open(raw).convert("RGB")
        if picture.width > WIDTH_PX:
            picture = picture.resize(
                (WIDTH_PX, picture.height * WIDTH_PX // picture.width), Image.Resampling.HAMMING
            )
        file = self.folder / f"{name}.png"
        few = picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, kmeans=3, dither=Image.Dither.NONE)
        few.save(file, optimize=True)
        size = file.stat().st_size / 1000
        sys.stdout.write(f"{size:6.1f} kB  {picture.width} x {picture.height}  {file.name}\n")
        if size > MOST_KB:
            raise SystemExit(f"{file.name} is larger than {MOST_KB} kB")


def main(words: list[str]) -> None:
    """Make the plan, picture by picture."""
    folder = Path(words[0]).resolve() if words else paths.resources() / "help" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(paths.sample_data())  # no folder of this machine stands in the pictures
    app = QApplication(sys.argv[:1])
    theme.dress(app)
    workers = Workers()
    window = MainWindow(Session(workers, Journal))
    window.resize(*SIZE)
    window.show()
    album = Album(window, folder)
    try:
        begin(album)
        bring_data(album)
        draw(album)
        place(album)
        reach(album)
        lay_out_sheet(album)
    finally:
        window.canvas.stop()
        workers.stop()


def begin(album: Album) -> None:
    """新規: the boundary is chosen, the town is ticked."""
    window = album.window

    def fill(dialog: NewProjectDialog) -> None:
        dialog.file.setText(BOUNDARY)
        until(dialog.towns.count)
        towns = [dialog.towns.item(n) for n in range(dialog.towns.count())]
        next(item for item in towns if "20999" in item.text()).setCheckState(Qt.CheckState.Checked)
        album.take("first-1-new", dialog)
        dialog.make_plan.click()

    window.commands.files.save = lambda *_said: HOME / "澄原市.gpkg"  # type: ignore[method-assign]
    in_dialog(window, NewProjectDialog, fill, window.made["new"].trigger)
    until(lambda: window.session.is_open and window.session.path is not None)


def bring_data(album: Album) -> None:
    """データを追加: the first file is shown, then all are taken in."""
    window = album.window
    window.commands.take_files([Path(name) for name in DATA])
    dialog = asking(window)
    until(lambda: dialog.imported is not None and dialog.canvas.is_settled)
    album.take("first-2-data", dialog)
    dialog.rest.click()
    until(lambda: len(window.session.document.references(Role.VACANT_HOUSE)) > 0)


def draw(album: Album) -> None:
    """重点地区 is drawn, and 促進区域 half."""
    window = album.window
    window.canvas.fit(TOWN)
    until(lambda: window.canvas.is_settled)
    window.made["draw_priority"].trigger()
    click_along(window, PRIORITY)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    window.made["draw_promotion"].trigger()
    click_along(window, PROMOTION[:-1])
    album.take("first-3-draw")
    click_along(window, PROMOTION[-1:])
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    until(lambda: len(window.session.document.plan(Role.PROMOTION_AREA)) == 1)


def place(album: Album) -> None:
    """Three facilities; the first one's use and areas are told, and its verdict is there."""
    window = album.window
    for tool, at in FACILITIES:
        window.made[tool].trigger()
        click_along(window, [at])
        QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    window.selection.pick(LayerId(Role.FACILITY.value), (Fid(1),))
    settle()
    card = window.properties.facility
    choose(card.use_class, "office")
    for field, text in ((card.use_floor, "110"), (card.total_floor, "110"), (card.top_storey, "1")):
        type_in(field, text)
    choose(card.works, "change_of_use")
    until(lambda: window.session.is_checked and window.session.verdicts)
    window.banners.clear()
    settle()
    window.properties.verticalScrollBar().setValue(window.properties.verticalScrollBar().maximum())
    window.properties.ensureWidgetVisible(card.verdict)
    album.take("first-4-facility")


def reach(album: Album) -> None:
    """アクセス: routes on the map, times in the table."""
    window = album.window
    window.made["access"].trigger()
    until(lambda: len(window.session.document.plan(Role.ACCESS_LINK)) > 0)
    until(lambda: window.session.is_checked)
    window.banners.clear()
    window.show_tab("アクセス")
    window.canvas.fit(ROUTES)
    album.take("first-5-access")


def lay_out_sheet(album: Album) -> None:
    """図面: the page beside its settings."""
    window = album.window

    def look(dialog: PrintDialog) -> None:
        dialog.kind.setCurrentIndex(dialog.kind.findText("促進区域", Qt.MatchFlag.MatchContains))
        until(lambda: dialog.preview.count.text() and "促進" in dialog.kind.currentText())
        album.take("first-6-sheet", dialog)
        dialog.reject()

    in_dialog(window, PrintDialog, look, window.made["print"].trigger)


def in_dialog(
    window: MainWindow, kind: type[Dialog], then: Callable[[Dialog], object], opens: Callable[[], object]
) -> None:
    """Do something in the dialog that an action opens and waits for."""

    def found() -> None:
        (dialog,) = (each for each in window.findChildren(kind) if each.isVisible())
        then(dialog)

    QTimer.singleShot(0, found)
    opens()


def asking(window: MainWindow) -> ImportDialog:
    """The dialog that asks about a file."""
    settle()
    (dialog,) = (each for each in window.findChildren(ImportDialog) if each.isVisible())
    return dialog


def click_along(
    window: MainWindow, places: list[tuple[float, float]] | tuple[tuple[float, float], ...]
) -> None:
    """Click on the map at places of the ground."""
    for place in places:
        x, y = window.canvas.to_pixel(place)
        at = QPoint(round(x), round(y))
        QTest.mouseMove(window.canvas, at)
        QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        settle()


def choose(field: ChoiceField, value: str) -> None:
    """Choose from a list, as the mouse would."""
    field.setCurrentIndex(field.findData(value))
    field.activated.emit(field.currentIndex())
    settle()


def type_in(field: NumberField, text: str) -> None:
    """Type a number and press Enter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()


if __name__ == "__main__":
    main(sys.argv[1:])
