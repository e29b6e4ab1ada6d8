"""元に戻す goes on after saving and opening again, and only on the very file that was saved."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas
import shapely
from waiting import settle

from chiiki_gis.core import layer_edits
from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area, add_facility, set_values
from chiiki_gis.core.history import STEPS
from chiiki_gis.core.layer import Fid, Layer, LayerId, same_layer
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Symbol
from chiiki_gis.io.history_log import NO_HISTORY, OTHER_PLACE, OTHER_STATE, history_path
from chiiki_gis.io.journal import Journal
from chiiki_gis.io.store import blob_path, keep_blob
from chiiki_gis.ui import work
from chiiki_gis.ui.history_panel import HistoryPanel
from chiiki_gis.ui.session import Session

FACILITY, AREA, ROAD = LayerId("facility"), LayerId("promotion_area"), LayerId("road_1")


def place(session: Session, x: float) -> None:
    session.apply(add_facility(session.document, "coworking", shapely.Point(x, 0)))


def road() -> Layer:
    rows = geopandas.GeoDataFrame(
        {"class": ["市道"]}, geometry=[shapely.LineString([(0, 0), (9, 9)])], index=[1], crs=6676
    )
    return Layer(ROAD, Role.ROAD, "道路", keep_blob(rows), reference_style(Role.ROAD))


def later(session: Session, path: Path) -> Session:
    """Another run of the program, which opens the file."""
    session.let_go()
    found = Session(session.workers, Journal)
    work.open_project(found, path)
    return found


def state(session: Session) -> tuple[object, ...]:
    document = session.document
    return document.layers, document.facts


def same(left: tuple[object, ...], right: tuple[object, ...]) -> bool:
    (some, facts), (others, other_facts) = left, right
    is_same = len(some) == len(others) and all(map(same_layer, some, others))  # type: ignore[arg-type]
    return is_same and facts == other_facts


def edits(session: Session) -> list[Callable[[], object]]:
    document = session.document
    return [
        lambda: session.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(0, 0, 90, 90))),
        lambda: place(session, 3),
        lambda: session.apply(set_values(document, FACILITY, Fid(1), {"name": "駅舎"}, "名称を直す")),
        lambda: session.apply(Change("計画期間", facts={"period": "五年"})),
        lambda: session.apply(Change("道路を取り込む", put_layers=(road(),))),
        lambda: session.apply(
            layer_edits.show_layers([document.layer(AREA)], False)
        ),
        lambda: session.apply(
            Change("色", put_layers=(recoloured(document.layer(ROAD)),))
        ),
        lambda: session.apply(layer_edits.lock_layer(document.layer(AREA), True)),
        lambda: session.apply(Change("レイヤを削除", drop_layers=(ROAD,))),
    ]  # fmt: skip


def recoloured(layer: Layer) -> Layer:
    return replace(layer, style=replace(layer.style, symbol=Symbol(fill="#123456")))


def test_every_kind_of_edit_can_be_undone_and_redone_after_saving_and_opening(
    session: Session, saved: Path
) -> None:
    states = [state(session)]
    for edit in edits(session):
        edit()
        states.append(state(session))
    work.save(session, saved)
    again = later(session, saved)
    assert same(state(again), states[-1])
    for before in reversed(states[:-1]):
        assert again.undo()
        assert same(state(again), before)
    assert not again.undo()
    for after in states[1:]:
        assert again.redo()
        assert same(state(again), after)


def test_undone_steps_can_be_redone_after_opening_again(session: Session, saved: Path) -> None:
    place(session, 1)
    place(session, 2)
    session.undo()
    work.save(session, saved)
    again = later(session, saved)
    assert again.history.redo_notes == session.history.redo_notes
    assert again.redo()
    assert list(again.document.plan(Role.FACILITY).geometry.x) == [1, 2]


def test_the_history_goes_on_over_many_runs_and_keeps_200_steps(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    for run in range(3):
        session = later(session, saved)
        for step in range(70):
            session.apply(Change(f"{run}-{step}", facts={"period": f"{run}-{step}"}))
        work.save(session, saved)
    again = later(session, saved)
    assert len(again.history.undo_notes) == STEPS
    assert again.history.undo_notes[-1] == "2-69"
    again.go_to(0)
    assert again.document.facts["period"] == "0-9"


def test_a_layer_that_was_deleted_before_saving_comes_back_with_its_rows(
    session: Session, saved: Path
) -> None:
    session.apply(Change("取り込む", put_layers=(road(),)))
    work.save(session, saved)
    again = later(session, saved)
    blob = blob_path(again.document.layer(ROAD).reference.content_hash)
    blob.unlink()
    again.apply(Change("削除", drop_layers=(ROAD,)))
    work.save(again, saved)
    third = later(again, saved)
    assert third.undo()
    assert len(third.document.layer(ROAD).get_frame()) == 1


def test_a_replaced_table_is_found_again_under_its_own_content(session: Session, saved: Path) -> None:
    first = road()
    session.apply(Change("取り込む", put_layers=(first,)))
    work.save(session, saved)
    again = later(session, saved)
    held = again.document.layer(ROAD)
    blob_path(held.reference.content_hash).unlink()
    other = held.get_frame().set_geometry([shapely.LineString([(5, 5), (6, 6)])])
    again.apply(Change("差し替える", put_layers=(replace(held, frame=keep_blob(other)),)))
    work.save(again, saved)
    third = later(again, saved)
    assert third.undo()
    assert third.document.layer(ROAD).get_frame().geometry.iloc[0].length > 12


def test_edits_after_the_save_are_left_to_the_journal(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    place(session, 2)
    again = later(session, saved)
    assert len(again.history.undo_notes) == 1
    assert len(again.left_over[0].changes) == 1
    assert again.undo()
    assert len(again.document.plan(Role.FACILITY)) == 0


def test_an_edit_made_while_the_file_was_written_is_not_part_of_what_was_saved(
    session: Session, saved: Path
) -> None:
    place(session, 1)
    asked: list[Callable[[], object]] = []
    direct = session.workers

    class Late:
        def submit(self, job: str, *args: object, **options: object) -> object:
            if job != "save_project":
                return direct.submit(job, *args, **options)  # type: ignore[arg-type]
            asked.append(lambda: direct.submit(job, *args, **options))  # type: ignore[arg-type]
            return None

    session.workers = Late()  # type: ignore[assignment]
    work.save(session, saved)
    place(session, 2)
    asked.pop()()
    session.workers = direct
    again = later(session, saved)
    assert len(again.document.plan(Role.FACILITY)) == 1
    assert len(again.history.undo_notes) == 1


def test_a_copy_finds_no_history_and_says_so(session: Session, saved: Path, tmp_path: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    shutil.copyfile(saved, tmp_path / "写し.gpkg")
    again = later(session, tmp_path / "写し.gpkg")
    assert again.history.undo_notes == ()
    assert again.steps_before.why == OTHER_PLACE
    assert not again.undo()


def test_another_computer_finds_no_history_and_says_so(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    history_path(session.document.header.uuid, saved).unlink()
    assert later(session, saved).steps_before.why == NO_HISTORY


def test_a_plan_that_was_only_looked_at_here_is_not_said_to_be_rewritten(
    session: Session, saved: Path
) -> None:
    session.apply(Change("道路を取り込む", put_layers=(road(),)))
    work.save(session, saved)
    history_path(session.document.header.uuid, saved).unlink()
    seen = later(session, saved)
    assert history_path(session.document.header.uuid, saved).is_file()  # it keeps tables alive
    assert later(seen, saved).steps_before.why == NO_HISTORY


def test_edits_that_were_never_saved_here_do_not_make_the_file_a_rewritten_one(
    session: Session, saved: Path
) -> None:
    work.save(session, saved)
    history_path(session.document.header.uuid, saved).unlink(missing_ok=True)
    seen = later(session, saved)
    place(seen, 1)
    assert later(seen, saved).steps_before.why == NO_HISTORY


def test_nothing_is_undone_in_a_file_that_another_program_has_edited(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("PRAGMA writable_schema = 0")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE facility SET name = 'ほか'")
    again = later(session, saved)
    assert again.steps_before.why == OTHER_STATE
    assert again.history.undo_notes == ()


def test_nothing_is_undone_in_an_older_state_of_the_file(
    session: Session, saved: Path, tmp_path: Path
) -> None:
    place(session, 1)
    work.save(session, saved)
    shutil.copyfile(saved, tmp_path / "控え")
    place(session, 2)
    work.save(session, saved)
    place(session, 3)
    work.save(session, saved)
    (tmp_path / "控え").replace(saved)
    again = later(session, saved)
    assert [len(again.history.undo_notes), len(again.document.plan(Role.FACILITY))] == [1, 1]
    assert again.undo()
    assert len(again.document.plan(Role.FACILITY)) == 0


def test_saving_under_another_name_takes_the_history_along(
    session: Session, saved: Path, tmp_path: Path
) -> None:
    place(session, 1)
    work.save(session, saved)
    place(session, 2)
    work.save(session, tmp_path / "別.gpkg")
    assert len(later(session, tmp_path / "別.gpkg").history.undo_notes) == 2
    assert len(later(session, saved).history.undo_notes) == 1


def test_the_project_file_holds_no_history(session: Session, saved: Path) -> None:
    place(session, 1)
    session.apply(set_values(session.document, FACILITY, Fid(1), {"name": "もとの名"}, "名称"))
    session.apply(set_values(session.document, FACILITY, Fid(1), {"name": "あとの名"}, "名称"))
    work.save(session, saved)
    assert "もとの名".encode() not in saved.read_bytes()


def test_steps_before_a_damaged_line_are_not_offered(session: Session, saved: Path) -> None:
    for x in (1, 2, 3):
        place(session, x)
    work.save(session, saved)
    path = history_path(session.document.header.uuid, saved)
    lines = path.read_text("utf-8").split("\n")
    broken = next(n for n, line in enumerate(lines) if '"op":"do"' in line) + 1
    lines[broken] = lines[broken][:-9] + "x" * 9
    path.write_text("\n".join(lines), "utf-8")
    again = later(session, saved)
    assert len(again.history.undo_notes) == 1
    assert again.undo()
    assert list(again.document.plan(Role.FACILITY).geometry.x) == [1, 2]


def test_a_state_folder_that_cannot_be_written_costs_the_history_until_the_next_save(
    session: Session, saved: Path
) -> None:
    place(session, 1)
    work.save(session, saved)
    folder = history_path("x", None).parent
    away = folder.with_name("history away")
    folder.rename(away)
    folder.write_text("no folder")
    place(session, 2)
    folder.unlink()
    away.rename(folder)
    place(session, 3)
    work.save(session, saved)
    again = later(session, saved)
    assert len(again.history.undo_notes) == 3
    again.go_to(0)
    assert len(again.document.plan(Role.FACILITY)) == 0


def test_the_panel_shows_what_was_done_before_the_plan_was_opened(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    again = later(session, saved)
    panel = HistoryPanel(again)
    place(again, 2)
    settle()
    texts = [panel.list.item(n).text() for n in range(panel.list.count())]
    assert texts[0] == "最初"
    assert texts[1].startswith("前回まで：")
    assert not texts[2].startswith("前回まで：")
