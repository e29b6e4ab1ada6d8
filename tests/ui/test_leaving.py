"""Files dropped on the window, and closing it with unsaved edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from dropping import asking
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLabel, QMessageBox
from waiting import settle

from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.ui import theme, work
from chiiki_gis.ui.main_window import MainWindow

GEOJSON = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"名称":"公園"},'
    '"geometry":{"type":"Point","coordinates":[138.5,36.0]}}]}'
)


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)


def answer(button: str) -> None:
    """Press a button of the question that is about to be asked."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if b.text() == button).click()

    QTimer.singleShot(0, press)


def test_a_dropped_data_file_becomes_a_layer_that_undo_removes(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "公園.geojson"
    path.write_text(GEOJSON, "utf-8")
    before = len(window.session.document.layers)
    drop(window, path)
    (dialog,) = asking(window)
    assert len(window.session.document.layers) == before
    dialog.take.click()
    assert len(window.session.document.layers) == before + 1
    window.made["undo"].trigger()
    assert len(window.session.document.layers) == before


def test_a_dropped_project_opens(window: MainWindow, saved: Path) -> None:
    work.save(window.session, saved)
    window.session.path = None
    drop(window, saved)
    assert window.session.path == saved


def test_a_file_that_cannot_be_read_is_told_in_three_sentences(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "壊れた.zip"
    path.write_bytes(b"no zip")
    drop(window, path)
    (dialog,) = asking(window)
    told = [label.text() for label in dialog.findChildren(QLabel) if label.text().endswith("。")]
    assert len([text for text in told if "壊れた.zip" in text]) == 1
    assert len(told) >= 3
    assert not dialog.take.isEnabled()
    dialog.reject()


@pytest.mark.parametrize(("button", "closes"), [("保存しない", True), ("キャンセル", False)])
def test_closing_with_unsaved_edits_asks(window: MainWindow, button: str, closes: bool) -> None:
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    answer(button)
    assert window.close() is closes
    assert session.has_unsaved


def test_closing_can_save_first(window: MainWindow, saved: Path) -> None:
    session = window.session
    work.save(session, saved)
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    answer("保存する")
    window.close()
    settle()
    assert not session.has_unsaved
    assert not window.isVisible()


def test_a_save_that_failed_closes_nothing_later(
    window: MainWindow, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    work.save(session, saved)
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    with monkeypatch.context() as broken:
        broken.setattr(session.workers, "submit", refuse_to_save(session.workers.submit))
        answer("保存する")
        window.close()
        settle()
    assert session.has_unsaved
    assert window.banners.notices[0].level == "error"
    window.made["save"].trigger()
    settle()
    assert not session.has_unsaved
    assert window.isVisible()


def refuse_to_save(submit: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(job: str, *args: Any, **options: Any) -> Any:
        if job != "save_project":
            return submit(job, *args, **options)
        options["on_error"](ChiikiError("保存できませんでした。", "空きがありません。", "空けてください。"))
        return None

    return refuse


def test_qts_own_dialogs_speak_japanese(window: MainWindow) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dress(app)
    dialog = QFileDialog(window)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    assert any("キャンセル" in button.text() for button in box.buttons())


@pytest.mark.parametrize("sign", ["−", "—", "_"])
def test_the_windows_font_draws_signs_that_are_one_thin_line(window: MainWindow, sign: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dress(app)
    label = QLabel(sign, window)
    label.setStyleSheet("color: black; background: white;")
    label.resize(40, 30)
    picture = label.grab().toImage()
    spots = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    assert min(picture.pixelColor(x, y).lightness() for x, y in spots) < 215
