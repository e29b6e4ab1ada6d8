"""A dropped file is shown before it is taken in: what it is, where it lies, what will be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from dropping import asking, drop, take_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from waiting import settle, until

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.jobs import ImportOptions, Opened
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.looks import HIDDEN
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.geocode import SETTING, remembered_files
from chiiki_gis.io.profiles import SETTING as PROFILES
from chiiki_gis.io.profiles import profile_of
from chiiki_gis.io.store import keep_blob
from chiiki_gis.render.view import View
from chiiki_gis.settings import keep_setting
from chiiki_gis.tasks.window import cached_shapes
from chiiki_gis.ui.import_dialog import ImportDialog
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.render_loop import GROUND

HOUSES = "物件,持ち主の氏名,緯度,経度,状況,連絡してよいか\nA,甲野,36,138,良,あり\nB,乙野,36.1,138,悪,なし\n"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    keep_setting(SETTING, [])
    keep_setting(PROFILES, {})


def write(path: Path, *shapes: shapely.Geometry, **columns: list[Any]) -> Path:
    frame = geopandas.GeoDataFrame(
        columns or {"n": list(range(len(shapes)))}, geometry=list(shapes), crs=6676
    )
    frame.to_file(path, layer=path.stem)
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return write(tmp_path / "線.gpkg", shapely.LineString([(0, 0), (90, 90)]))


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    path = tmp_path / "空き家.csv"
    path.write_text(HOUSES, "utf-8")
    return path


@pytest.fixture
def town(window: MainWindow) -> MainWindow:
    frame = geopandas.GeoDataFrame(
        {"name": ["試験市"], "code": ["20999"]}, geometry=[shapely.box(-5000, -5000, 5000, 5000)], crs=6676
    )
    frame.index = frame.index.astype("int64") + 1
    layer = Layer(LayerId("border"), Role.MUNICIPALITY, "市町村界", keep_blob(frame))
    window.session.apply(Change("境界", put_layers=(layer,)), cached_shapes((layer,)))
    settle()
    return window


def names(window: MainWindow) -> list[str]:
    return [layer.name for layer in window.session.document.layers if not layer.is_plan]


def choose(dialog: ImportDialog, field: str, value: object) -> None:
    box = getattr(dialog.form, field)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
    settle()


def told(dialog: ImportDialog) -> list[str]:
    return [dialog.notes.item(n).text() for n in range(dialog.notes.count())]


def test_a_dropped_file_changes_nothing_until_it_is_accepted_and_then_in_one_step(
    window: MainWindow, lines: Path
) -> None:
    steps = len(window.session.history.undo_notes)
    dialog = drop(window, lines)
    assert names(window) == []
    assert [entry.layer.name for entry in dialog.scene.layers] == ["線"]
    assert dialog.form.facts.text() == "線　線、1件"
    assert "見分けられない" in dialog.form.role_why.text()
    dialog.take.click()
    assert names(window) == ["線"]
    assert len(window.session.history.undo_notes) == steps + 1
    window.session.undo()
    assert names(window) == []


def test_stopping_leaves_the_plan_as_it_was(window: MainWindow, lines: Path) -> None:
    before = window.session.edits
    drop(window, lines).reject()
    assert window.session.edits == before
    assert asking(window) == []


def test_the_preview_shows_the_ground_that_the_file_covers(window: MainWindow, lines: Path) -> None:
    west, south, east, north = drop(window, lines).canvas.view.extent
    assert west < 0 < 90 < east
    assert south < 0 < 90 < north


def test_another_role_is_read_again_and_kept(window: MainWindow, tmp_path: Path) -> None:
    dialog = drop(window, write(tmp_path / "面.gpkg", shapely.box(0, 0, 9, 9)))
    choose(dialog, "role", Role.FARMLAND)
    assert dialog.form.role_why.text() == "根拠：指定"
    dialog.take.click()
    assert [x.role for x in window.session.document.layers if not x.is_plan] == [Role.FARMLAND]


def test_a_file_without_a_crs_offers_its_proposals_and_the_chosen_one_shows_the_file(
    town: MainWindow, tmp_path: Path
) -> None:
    path = write(tmp_path / "謎.shp", shapely.box(0, 0, 900, 900))
    path.with_suffix(".prj").unlink()
    dialog = drop(town, path)
    assert not dialog.take.isEnabled()
    assert dialog.form.crs.currentText() == "不明"
    offers = [b for b in dialog.findChildren(QPushButton) if "第VIII系" in b.text()]
    offers[0].click()
    settle()
    assert dialog.take.isEnabled()
    assert "謎" in [entry.layer.name for entry in dialog.scene.layers]
    dialog.take.click()
    assert "謎" in names(town)


def test_only_the_ticked_layers_of_a_container_come_in(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "多.gpkg"
    for name in ("甲", "乙"):
        frame = geopandas.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 9, 9)], crs=6676)
        frame.to_file(path, layer=name)
    dialog = drop(window, path)
    dialog.form.tables.item(0).setCheckState(Qt.CheckState.Unchecked)
    settle()
    assert [dialog.form.tables.item(n).checkState() for n in range(2)] == [
        Qt.CheckState.Unchecked,
        Qt.CheckState.Checked,
    ]
    dialog.take.click()
    assert names(window) == ["乙"]


def test_nothing_ticked_cannot_be_taken_in(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "多.gpkg"
    for name in ("甲", "乙"):
        frame = geopandas.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 9, 9)], crs=6676)
        frame.to_file(path, layer=name)
    dialog = drop(window, path)
    for n in range(2):
        dialog.form.tables.item(n).setCheckState(Qt.CheckState.Unchecked)
        settle()
    assert not dialog.take.isEnabled()
    dialog.form.tables.item(1).setCheckState(Qt.CheckState.Checked)
    settle()
    dialog.take.click()
    assert names(window) == ["乙"]


def test_cells_about_people_do_not_reach_the_window_before_the_import(
    window: MainWindow, houses: Path
) -> None:
    dialog = drop(window, houses)
    heads = [dialog.head.horizontalHeaderItem(n).text() for n in range(dialog.head.columnCount())]
    at = heads.index("持ち主の氏名〔個人情報〕")
    assert [dialog.head.item(row, at).text() for row in range(2)] == [HIDDEN, HIDDEN]
    assert dialog.look is not None
    assert "甲野" not in str(dialog.look)
    assert any("個人情報の列" in note for note in told(dialog))


def test_columns_may_be_named_and_are_remembered_only_when_the_list_is_taken_in(
    window: MainWindow, houses: Path
) -> None:
    dialog = drop(window, houses)
    assert dialog.form.columns["lat"].currentText() == "緯度"
    headings = HOUSES.split("\n")[0].split(",")
    field = dialog.form.columns["consent"]
    field.setCurrentIndex(field.findData("連絡してよいか"))
    field.activated.emit(field.currentIndex())
    settle()
    assert profile_of(headings) == {}
    dialog.take.click()
    assert profile_of(headings)["consent"] == "連絡してよいか"
    (layer,) = window.session.document.references(Role.VACANT_HOUSE)
    assert list(layer.get_frame()["consent"]) == ["あり", "なし"]


def test_a_list_of_addresses_is_remembered_only_when_it_is_taken_in(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "20999_2024.csv"
    path.write_text(
        "都道府県名,市区町村名,大字・町丁目名,小字・通称名,街区符号・地番,緯度,経度\n長野県,試験市,宮川,,1,36,138.1\n",
        "cp932",
    )
    dialog = drop(window, path)
    assert remembered_files() == ()
    dialog.take.click()
    assert remembered_files() == (path,)


def test_what_lies_far_from_the_town_can_be_left_out(town: MainWindow, tmp_path: Path) -> None:
    path = write(tmp_path / "広.gpkg", shapely.Point(0, 0), shapely.Point(99_000, 0))
    dialog = drop(town, path)
    choose(dialog, "margin", 500.0)
    assert any("500m" in note and "1件" in note for note in told(dialog))
    dialog.take.click()
    assert [x.count for x in town.session.document.layers if x.name == "広"] == [1]


def test_files_are_asked_about_one_after_the_other(window: MainWindow, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.gpkg", shapely.box(0, 0, 9, 9)) for n in ("甲", "乙", "丙")]
    dialog = drop(window, *files)
    dialog.skip.click()
    (dialog,) = asking(window)
    dialog.take.click()
    assert names(window) == ["乙"]
    (dialog,) = asking(window)
    dialog.reject()
    assert asking(window) == []
    assert names(window) == ["乙"]


def test_the_rest_may_be_taken_in_as_it_is_in_one_step(window: MainWindow, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.gpkg", shapely.box(0, 0, 9, 9)) for n in ("甲", "乙", "丙")]
    steps = len(window.session.history.undo_notes)
    drop(window, *files).rest.click()
    settle()
    assert sorted(names(window)) == sorted(["甲", "乙", "丙"])
    assert len(window.session.history.undo_notes) == steps + 2


def broken(path: Path) -> Path:
    path.write_bytes(b"SQLite format 3\0")
    return path


def test_of_the_rest_the_good_ones_come_in_and_the_bad_ones_stay_told(
    window: MainWindow, tmp_path: Path
) -> None:
    good = [write(tmp_path / f"{n}.gpkg", shapely.box(0, 0, 9, 9)) for n in ("甲", "乙", "丙")]
    drop(window, good[0], broken(tmp_path / "壊.gpkg"), *good[1:]).rest.click()
    settle()
    assert sorted(names(window)) == sorted(["甲", "乙", "丙"])
    (refusal,) = [n for n in window.banners.notices if n.level == "error"]
    assert refusal.what == "1個のファイルを取り込めませんでした。"
    assert "「壊.gpkg」" in refusal.why
    assert "壊れているか" in refusal.details[0]
    assert refusal.press is not None
    refusal.press()
    settle()
    (dialog,) = asking(window)
    assert "壊.gpkg" in dialog.windowTitle()
    dialog.reject()


def test_the_rest_may_be_taken_in_where_the_file_in_sight_is_refused(
    window: MainWindow, tmp_path: Path
) -> None:
    good = write(tmp_path / "乙.gpkg", shapely.box(0, 0, 9, 9))
    dialog = drop(window, broken(tmp_path / "壊.gpkg"), good)
    settle()
    assert dialog.scene.extent is None
    dialog.rest.click()
    settle()
    assert asking(window) == []
    assert names(window) == ["乙"]


def test_a_single_file_offers_nothing_for_others(window: MainWindow, lines: Path) -> None:
    dialog = drop(window, lines)
    assert not dialog.skip.isVisible()
    assert not dialog.rest.isVisible()


def test_the_parts_of_a_shapefile_that_are_dropped_together_are_one_file(
    window: MainWindow, tmp_path: Path
) -> None:
    path = write(tmp_path / "面.shp", shapely.box(0, 0, 9, 9))
    window.commands.take_files(sorted(path.parent.glob("面.*")))
    (dialog,) = asking(window)
    assert not dialog.rest.isVisible()
    dialog.take.click()
    assert names(window) == ["面"]


class HeldWorkers:
    """Keeps a request until it is let go."""

    def __init__(self, direct: Any) -> None:
        self.direct, self.held, self.stopped = direct, [], 0

    def submit(self, job: str, *args: Any, **options: Any) -> Any:
        if job != "import_files":
            return self.direct.submit(job, *args, **options)
        self.held.append(lambda: self.direct.submit(job, *args, **options))
        return self

    def cancel(self) -> None:
        self.stopped += 1


def test_enter_before_the_file_is_read_takes_it_in_as_soon_as_it_is(window: MainWindow, lines: Path) -> None:
    workers = HeldWorkers(window.session.workers)
    window.session.workers = workers
    dialog = drop(window, lines)
    dialog.take.click()
    settle()
    assert names(window) == []
    assert "読み終わりしだい" in dialog.state.text()
    answer: Callable[[], object] = workers.held.pop()
    answer()
    settle()
    assert names(window) == ["線"]
    assert asking(window) == []


def test_stopping_while_it_is_read_stops_the_helper(window: MainWindow, lines: Path) -> None:
    workers = HeldWorkers(window.session.workers)
    window.session.workers = workers
    drop(window, lines).reject()
    assert workers.stopped == 1


def test_a_broken_file_is_told_in_three_sentences_and_cannot_be_taken_in(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "壊.geojson"
    path.write_text("{")
    dialog = drop(window, path)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("壊.geojson" in text and text.endswith("。") for text in texts)
    assert not dialog.take.isEnabled()
    dialog.reject()


def test_an_import_without_asking_shows_no_look_of_the_file(window: MainWindow, lines: Path) -> None:
    from chiiki_gis.ui import work

    work.import_files(window.session, (lines,), ImportOptions())
    assert names(window) == ["線"]


def test_a_plan_role_comes_into_the_table_of_the_plan(window: MainWindow, tmp_path: Path) -> None:
    dialog = drop(window, write(tmp_path / "区域.gpkg", shapely.box(0, 0, 900, 900), name=["甲区域"]))
    choose(dialog, "role", Role.PROMOTION_AREA)
    assert dialog.scene.extent == pytest.approx((0, 0, 900, 900), abs=1)
    dialog.take.click()
    assert list(window.session.rows(Role.PROMOTION_AREA)["name"]) == ["甲区域"]


def test_several_files_are_taken_in_by_pressing_enter_for_each(window: MainWindow, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.gpkg", shapely.box(0, 0, 9, 9)) for n in ("甲", "乙")]
    take_in(window, *files)
    assert sorted(names(window)) == sorted(["甲", "乙"])


def test_where_nothing_has_a_place_the_municipality_is_shown(town: MainWindow, tmp_path: Path) -> None:
    dialog = drop(town, write(tmp_path / "遠.gpkg", shapely.Point(1e9, 1e9)))
    west, south, east, north = dialog.canvas.view.extent
    assert west < -5000 < 5000 < east
    assert south < -5000 < 5000 < north
    assert "表としては取り込めます" in dialog.state.text()


def test_a_map_that_jumps_is_not_darkened_by_the_picture_before(town: MainWindow) -> None:
    """All of the town was one dark pixel of it."""
    canvas = town.canvas
    whole = View.at_scale((0, 0), 40_000_000, canvas.width(), canvas.height())
    canvas.show_view(whole)
    until(lambda: canvas.is_settled)
    canvas.show_view(whole.with_scale(4_000))
    assert canvas.grab().toImage().pixelColor(canvas.width() // 2, canvas.height() // 2) == GROUND


def test_a_file_that_was_looked_at_never_goes_into_another_plan(window: MainWindow, lines: Path) -> None:
    dialog = drop(window, lines, lines)
    other = new_document(Header("別", (Municipality("13999", "別市"),), 6677))
    window.session.open(Opened(snapshot(other), None, 0, {}))
    settle()
    assert asking(window) == []
    assert dialog.result() == ImportDialog.DialogCode.Rejected
    assert names(window) == []
