"""世代: each save is kept, can be compared with now, and comes back as a file of its own."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import geopandas
import pytest
import shapely
from PySide6.QtWidgets import QFileDialog
from waiting import settle

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area, add_facility, drop_features, set_values
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Fid, Layer, LayerId, same_layer
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.photos import Photo, add_photos, drop_photo
from chiiki_gis.core.role import Role
from chiiki_gis.io import generations as kept
from chiiki_gis.io.generations import FIRST, generations, generations_at, read_generation, sweep_state
from chiiki_gis.io.history_log import history_path
from chiiki_gis.io.photos import keep_photo, photo_bytes
from chiiki_gis.io.project import open_project
from chiiki_gis.io.store import blob_path, keep_blob
from chiiki_gis.tasks.generations import restore_as_new
from chiiki_gis.ui import work
from chiiki_gis.ui.generations_window import GenerationsWindow
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.session import Session

FACILITY, AREA, ROAD = LayerId("facility"), LayerId("promotion_area"), LayerId("road_1")


def place(session: Session, x: float) -> None:
    session.apply(add_facility(session.document, "coworking", shapely.Point(x, 0)))


def road(y: float = 9.0) -> Layer:
    rows = geopandas.GeoDataFrame(
        {"class": ["市道"]}, geometry=[shapely.LineString([(0, 0), (9, y)])], index=[1], crs=6676
    )
    return Layer(ROAD, Role.ROAD, "道路", keep_blob(rows), reference_style(Role.ROAD))


def of(session: Session) -> tuple[kept.Generation, ...]:
    return generations(session.document.header.uuid)


def test_each_save_keeps_a_generation_with_what_was_done(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    place(session, 2)
    session.undo()
    place(session, 3)
    work.save(session, saved)
    newest, first = of(session)
    assert (first.count, newest.count, newest.revision) == (1, 3, 2)
    assert newest.notes[1].startswith("元に戻す：")
    assert list(read_generation(first.path).rows(Role.FACILITY).geometry.x) == [1]


def test_the_first_save_of_a_colleagues_file_keeps_what_was_there(session: Session, saved: Path) -> None:
    session.apply(Change("取り込む", put_layers=(road(),)))
    place(session, 1)
    work.save(session, saved)
    for one in of(session):  # another computer
        one.path.unlink()
    blob_path(session.document.layer(ROAD).reference.content_hash).unlink()
    place(session, 2)
    session.apply(Change("道路を削除", drop_layers=(ROAD,)))
    work.save(session, saved)
    newest, before = of(session)
    assert before.notes == (FIRST,)
    found = read_generation(before.path)
    assert list(found.rows(Role.FACILITY).geometry.x) == [1]
    assert len(found.layers[-1].get_frame()) == 1
    assert newest.count == 2


def test_saving_without_an_edit_keeps_no_second_generation(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    work.save(session, saved)
    assert len(of(session)) == 1


def test_only_the_newest_are_kept(session: Session, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.MOST == 20
    monkeypatch.setattr(kept, "MOST", 2)
    for x in range(4):
        place(session, x)
        work.save(session, saved)
    assert [one.number for one in of(session)] == [4, 3]


def test_a_generation_is_whole_though_the_project_is_gone(session: Session, saved: Path) -> None:
    session.apply(Change("取り込む", put_layers=(road(),), facts={"period": "五年"}))
    place(session, 1)
    work.save(session, saved)
    before = session.document.layers
    saved.unlink()
    found = read_generation(generations_at(saved)[0].path)
    assert all(map(same_layer, found.layers, before))
    assert len(found.layers[-1].get_frame()) == 1
    assert found.facts == {"period": "五年"}


def test_restoring_makes_a_project_of_its_own(session: Session, saved: Path, tmp_path: Path) -> None:
    session.apply(Change("取り込む", put_layers=(road(),)))
    place(session, 1)
    work.save(session, saved)
    place(session, 2)
    work.save(session, saved)
    written = saved.read_bytes()
    restore_as_new(of(session)[1].path, tmp_path / "前.gpkg")
    found = open_project(tmp_path / "前.gpkg").snapshot
    assert list(found.rows(Role.FACILITY).geometry.x) == [1]
    assert found.header.uuid != session.document.header.uuid
    assert saved.read_bytes() == written


def test_restoring_never_replaces_a_file(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    written = saved.read_bytes()
    with pytest.raises(BadInput):
        restore_as_new(of(session)[0].path, saved)
    assert saved.read_bytes() == written


def with_photo(session: Session, data: bytes) -> str:
    place(session, 1)
    digest = keep_photo(data)
    session.apply(add_photos(session.document, Fid(1), [Photo(digest, "現地.jpg", len(data))]))
    return digest


def forget_photos() -> None:
    """As on another computer, where the photographs are in the project file alone."""
    for path in (paths.state_folder() / "photos").glob("*.photo"):
        path.unlink()


def test_a_generation_has_its_photographs_though_the_project_is_gone(
    session: Session, saved: Path, tmp_path: Path
) -> None:
    digest = with_photo(session, b"a photograph")
    work.save(session, saved)
    forget_photos()
    session.apply(set_values(session.document, FACILITY, Fid(1), {"name": "駅舎"}, "名称を直す"))
    work.save(session, saved)
    newest = of(session)[0].path
    saved.unlink()
    restore_as_new(newest, tmp_path / "前.gpkg")
    forget_photos()
    open_project(tmp_path / "前.gpkg")
    assert photo_bytes(digest) == b"a photograph"


def test_photographs_live_while_a_record_names_them_and_no_longer(session: Session, saved: Path) -> None:
    digest = with_photo(session, b"one that is swept")
    photo = paths.state_folder() / "photos" / f"{digest}.photo"
    in_a_month = time.time() + timedelta(days=29).total_seconds()
    sweep_state(in_a_month)
    assert photo.is_file(), "the journal names it"
    work.save(session, saved)
    sweep_state(in_a_month)
    assert photo.is_file(), "the generation names it"
    session.apply(drop_photo(session.document, Fid(1), Photo(digest, "現地.jpg", 12)))
    work.save(session, saved)
    of(session)[1].path.unlink()
    sweep_state(in_a_month)
    assert photo.is_file(), "the history names it"
    history_path(session.document.header.uuid, saved).unlink()
    sweep_state(time.time())
    assert photo.is_file(), "it may just be attached"
    sweep_state(in_a_month)
    assert not photo.exists()


def test_photographs_count_where_all_take_too_much(
    session: Session, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = with_photo(session, bytes(100_000))
    work.save(session, saved)
    session.apply(drop_photo(session.document, Fid(1), Photo(digest, "現地.jpg", 100_000)))
    work.save(session, saved)
    assert len(of(session)) == 2
    monkeypatch.setattr(kept, "QUOTA_BYTES", 90_000)
    place(session, 9)
    work.save(session, saved)
    assert [one.revision for one in of(session)] == [3, 2]


def test_equal_tables_are_kept_once(session: Session, saved: Path) -> None:
    session.apply(Change("取り込む", put_layers=(road(),)))
    for x in range(3):
        place(session, x)
        work.save(session, saved)
    hashes = {
        layer.reference.content_hash for g in of(session) for layer in read_generation(g.path).layers[-1:]
    }
    assert len(hashes) == 1


def test_tables_live_while_history_or_a_generation_refers_to_them(session: Session, saved: Path) -> None:
    session.apply(Change("取り込む", put_layers=(road(7.25),)))
    blob = blob_path(session.document.layer(ROAD).reference.content_hash)
    session.apply(Change("削除", drop_layers=(ROAD,)))
    work.save(session, saved)
    in_a_month = time.time() + timedelta(days=29).total_seconds()
    sweep_state(in_a_month)
    assert blob.is_file()
    history_path(session.document.header.uuid, saved).unlink()
    sweep_state(time.time())
    assert blob.is_file()
    sweep_state(in_a_month)
    assert not blob.exists()


def test_the_oldest_go_when_all_take_too_much(
    session: Session, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for x in range(3):
        place(session, x)
        work.save(session, saved)
    monkeypatch.setattr(kept, "QUOTA_BYTES", 1)
    place(session, 9)
    work.save(session, saved)
    assert [one.revision for one in of(session)] == [4]


def test_a_full_disk_is_told_and_the_save_stands(
    session: Session, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space")

    told: list[str] = []
    session.noticed.connect(lambda notice: told.append(notice.what))
    monkeypatch.setattr(kept, "write_whole", full)
    place(session, 1)
    work.save(session, saved)
    assert told == ["保存はできましたが、世代を残せませんでした。"]
    assert not session.has_unsaved


@pytest.fixture
def opened(window: MainWindow, saved: Path) -> GenerationsWindow:
    session = window.session
    place(session, 1)
    place(session, 2)
    session.apply(Change("取り込む", put_layers=(road(),)))
    work.save(session, saved)
    document = session.document
    session.apply(set_values(document, FACILITY, Fid(1), {"name": "駅舎"}, "名称を直す"))
    session.apply(drop_features(FACILITY, (Fid(2),)))
    session.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(0, 0, 90, 90)))
    session.apply(Change("道路を削除", drop_layers=(ROAD,), facts={"period": "五年"}))
    window.made["generations"].trigger()
    settle()
    found = window._generations
    assert found is not None
    return found


def rows(window: GenerationsWindow) -> list[tuple[str, ...]]:
    table = window.table
    return [tuple(table.item(row, column).text() for column in range(4)) for row in range(table.rowCount())]


def test_the_window_lists_what_has_changed_since(opened: GenerationsWindow) -> None:
    found = rows(opened)
    assert ("拠点施設", "駅舎", "変更", "名称") in found
    assert [row[2] for row in found if row[0] == "拠点施設"] == ["変更", "削除"]
    assert [row[2] for row in found if row[0] == "特定居住促進区域"] == ["追加"]
    assert ("道路", "（レイヤ全体）", "削除", "") in found
    assert [row[2] for row in found if row[0] == "計画の事実と手続"] == ["追加"]
    assert "追加 2 件・変更 1 件・削除 2 件" in opened.says.text()


def test_a_row_is_shown_on_the_map(window: MainWindow, opened: GenerationsWindow) -> None:
    row = next(n for n, texts in enumerate(rows(opened)) if texts[1] == "駅舎")
    opened.table.itemClicked.emit(opened.table.item(row, 0))
    assert (window.selection.layer, window.selection.fids) == (FACILITY, (1,))


def test_a_generation_is_laid_over_the_map_while_it_is_wanted(
    window: MainWindow, opened: GenerationsWindow
) -> None:
    before = len(window.scene.layers)
    opened.over.setChecked(True)
    assert len(window.scene.layers) == before + 1
    opened.close()
    assert len(window.scene.layers) == before


def test_the_window_restores_as_a_new_file(
    window: MainWindow, opened: GenerationsWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: True)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _dialog: [str(tmp_path / "前.gpkg")])
    opened.button.click()
    assert len(open_project(tmp_path / "前.gpkg").snapshot.rows(Role.FACILITY)) == 2
    assert window.banners.notices[0].level == "done"


def test_the_window_follows_the_next_save(window: MainWindow, opened: GenerationsWindow) -> None:
    assert opened.list.rowCount() == 1
    window.made["save"].trigger()
    settle()
    assert opened.list.rowCount() == 2
