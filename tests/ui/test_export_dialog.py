"""The choices before a plan leaves: coordinate system, houses with consent, characters outside CP932."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pyogrio
import pytest
import shapely
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from chiiki_gis.core.edits import add_feature
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.export_dialog import ExportDialog
from chiiki_gis.ui.main_window import MainWindow


@pytest.fixture
def ready(window: MainWindow, tmp_path: Path) -> MainWindow:
    """A plan without errors, whose exports go to the folder `out`."""
    session = window.session
    values = {"scenario": "A", "number": 1, "name": "𠮷野"}
    layer_id = LayerId(Role.PRIORITY_DISTRICT.value)
    session.apply(
        add_feature(session.document, layer_id, shapely.box(0, 0, 1000, 1000), values, "重点地区を描く")
    )
    session.check_now()
    window.commands.files.folder = lambda _title: tmp_path / "out"  # type: ignore[method-assign]
    return window


def in_dialog(act: Callable[[ExportDialog], object]) -> None:
    """Do something in the dialog that is about to open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        try:
            act(dialog)
        except BaseException:
            dialog.reject()  # else it would wait for somebody for ever
            raise

    QTimer.singleShot(0, look)


def verb(dialog: ExportDialog) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == "書き出す...")


def test_nothing_is_replaced_in_a_name_unless_it_is_ticked(ready: MainWindow, tmp_path: Path) -> None:
    in_dialog(lambda dialog: verb(dialog).click())
    ready.made["export_shapefile"].trigger()
    assert not (tmp_path / "out").exists()

    def agree(dialog: ExportDialog) -> None:
        box, text = dialog.agreed["𠮷"]
        assert (box.isChecked(), text.text()) == (False, "吉")
        box.setChecked(True)
        verb(dialog).click()

    in_dialog(agree)
    ready.made["export_shapefile"].trigger()
    read = pyogrio.read_dataframe(tmp_path / "out" / "priority_district.shp")
    assert read["名称"][0] == "吉野"


def test_a_replacement_that_does_not_fit_itself_cannot_be_chosen(ready: MainWindow, tmp_path: Path) -> None:
    def try_it(dialog: ExportDialog) -> None:
        box, text = dialog.agreed["𠮷"]
        box.setChecked(True)
        text.setText("𠮟")
        assert not verb(dialog).isEnabled()
        text.setText("叱")
        assert verb(dialog).isEnabled()
        dialog.reject()

    in_dialog(try_it)
    ready.made["export_shapefile"].trigger()
    assert not (tmp_path / "out").exists()


def test_longitude_and_latitude_can_be_chosen(ready: MainWindow, tmp_path: Path) -> None:
    def choose(dialog: ExportDialog) -> None:
        assert dialog.crs.itemText(0).startswith("平面直角座標系 第VIII系")
        dialog.crs.setCurrentIndex(1)
        verb(dialog).click()

    in_dialog(choose)
    ready.made["export_gpkg"].trigger()
    found = pyogrio.read_info(tmp_path / "out" / "submission.gpkg", layer="priority_district")
    assert found["crs"] == "EPSG:6668"


def test_the_package_is_in_the_menu_and_made(ready: MainWindow, tmp_path: Path) -> None:
    def agree(dialog: ExportDialog) -> None:
        dialog.agreed["𠮷"][0].setChecked(True)
        verb(dialog).click()

    in_dialog(agree)
    ready.made["export_package"].trigger()
    with zipfile.ZipFile(tmp_path / "out" / "提出一式.zip") as archive:
        assert "属性定義書.xlsx" in archive.namelist()


def test_a_format_without_choices_asks_for_the_folder_at_once(ready: MainWindow, tmp_path: Path) -> None:
    ready.made["export_kml"].trigger()
    assert (tmp_path / "out" / "plan.kml").is_file()


def test_the_page_for_residents_shows_rough_borders_only_where_they_are_asked_for(
    ready: MainWindow, tmp_path: Path
) -> None:
    def plain(dialog: ExportDialog) -> None:
        assert (dialog.options.generalise_m, dialog.options.base_image) == (0.0, False)
        assert not dialog.base.isVisible()  # the plan has no picture
        verb(dialog).click()

    in_dialog(plain)
    ready.made["export_html"].trigger()
    page = tmp_path / "out" / "map.html"
    assert "おおよその形" not in page.read_text("utf-8")

    def rough(dialog: ExportDialog) -> None:
        dialog.rough.setChecked(True)
        verb(dialog).click()

    in_dialog(rough)
    ready.made["export_html"].trigger()
    assert "おおよその形" in page.read_text("utf-8")


def test_the_documents_leave_without_a_question(ready: MainWindow, tmp_path: Path) -> None:
    ready.made["export_docx"].trigger()
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"特定居住促進計画.docx", "都道府県への提案.docx"}
