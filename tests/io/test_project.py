"""The project file: whole, atomic, never changed by reading."""

from __future__ import annotations

import hashlib
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point, box

from chiiki_gis.core import edits
from chiiki_gis.core.change import Change
from chiiki_gis.core.display_sets import display_sets, keep_set
from chiiki_gis.core.document import Document, Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Fid, Layer, LayerId, same_layer
from chiiki_gis.core.layer_edits import lock_layer
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.style import Category, Style, Symbol
from chiiki_gis.io import project
from chiiki_gis.io.journal import Journal
from chiiki_gis.io.store import content_hash, keep_blob, memory_ref


def reference(name: str = "道路", count: int = 3) -> geopandas.GeoDataFrame:
    frame = geopandas.GeoDataFrame(
        {"name": [f"{name}{n}" for n in range(count)], "幅員": [None, *[5.5] * (count - 1)]},
        geometry=[Point(n, 1 / 3) for n in range(count)],
        crs=6676,
    )
    frame.index = frame.index.astype("int64").rename("fid") + 1
    return frame


def small_plan(keep: object = memory_ref) -> Document:
    document = new_document(project.new_header((Municipality("20999", "髙﨑町①"),), 6676))
    document.apply(edits.add_area(document, Role.PROMOTION_AREA, box(0, 0, 1 / 3, 100)))
    document.apply(edits.add_facility(document, "coworking", Point(0.1, 0.2)))
    document.apply(edits.add_facility(document, "exchange", box(5, 5, 7, 7)))
    document.apply(
        edits.set_values(document, LayerId("facility"), Fid(1), {"use_floor_m2": 80.25, "top_storey": 2}, "")
    )
    layer = Layer(LayerId("road_1"), Role.ROAD, "道路", keep(reference()), reference_style(Role.ROAD))  # type: ignore[operator]  # memory_ref or keep_blob
    document.apply(Change("", put_layers=(layer,), facts={"requirements_written": True, "period": "5年"}))
    return document


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_everything_comes_back(tmp_path: Path) -> None:
    document, path = small_plan(), tmp_path / "計画.gpkg"
    project.save_project(snapshot(document), path)
    read = project.open_project(path)
    assert read.snapshot.header == document.header
    assert dict(read.snapshot.facts) == document.facts
    assert [x.id for x in read.snapshot.layers] == [x.id for x in document.layers]
    assert all(map(same_layer, document.layers, read.snapshot.layers))
    assert content_hash(read.snapshot.layers[-1].get_frame()) == content_hash(reference())
    assert read.revision == 1


def test_reading_never_changes_a_byte_and_leaves_no_side_files(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    project.save_project(snapshot(small_plan()), path)
    before = digest(path)
    for layer in project.open_project(path).snapshot.layers:
        layer.get_frame()
    assert digest(path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["p.gpkg"]
    assert path.read_bytes()[18:20] == b"\x01\x01"


def test_a_fid_is_not_used_again_after_reopening(tmp_path: Path) -> None:
    document, path = small_plan(), tmp_path / "p.gpkg"
    document.apply(edits.drop_features(LayerId("facility"), [Fid(2)]))
    project.save_project(snapshot(document), path)
    back = project.document_of(project.open_project(path))
    assert back.next_fid(LayerId("facility")) == 3


def test_saving_again_rewrites_only_what_changed(tmp_path: Path) -> None:
    document, path = small_plan(), tmp_path / "p.gpkg"
    project.save_project(snapshot(document), path)
    with sqlite3.connect(path) as connection:
        stamps = dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents"))
    document.apply(edits.set_values(document, LayerId("facility"), Fid(1), {"name": "改"}, ""))
    assert project.save_project(snapshot(document), path, 1) == 2
    with sqlite3.connect(path) as connection:
        after = dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents"))
    assert after["road_1"] == stamps["road_1"]
    assert after["facility"] != stamps["facility"]


def test_a_file_saved_by_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    document, path = small_plan(), tmp_path / "p.gpkg"
    project.save_project(snapshot(document), path)
    project.save_project(snapshot(document), path, 1)
    before = digest(path)
    with pytest.raises(BadInput, match="ほかの人"):
        project.save_project(snapshot(document), path, 1)
    assert digest(path) == before


def test_a_dropped_layer_is_kept_for_undo(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    project.save_project(snapshot(small_plan()), path)
    document = project.document_of(project.open_project(path))
    back = document.apply(Change("消す", drop_layers=(LayerId("road_1"),)))
    project.save_project(snapshot(document), path, 1)
    document.apply(back)
    assert len(document.layer(LayerId("road_1")).get_frame()) == 3


def test_a_table_edited_by_another_program_is_another_content(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    project.save_project(snapshot(small_plan()), path)
    first = project.open_project(path).snapshot.layers[-1].reference.content_hash
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE gpkg_contents SET last_change = '2030-01-01T00:00:00.000Z' WHERE table_name='road_1'"
        )
    assert project.open_project(path).snapshot.layers[-1].reference.content_hash != first


def test_two_layers_may_have_one_name(tmp_path: Path) -> None:
    document, path = small_plan(), tmp_path / "p.gpkg"
    twin = replace(document.layer(LayerId("road_1")), id=LayerId("road_2"))
    document.apply(Change("", put_layers=(twin,)))
    project.save_project(snapshot(document), path)
    assert [x.name for x in project.open_project(path).snapshot.layers][-2:] == ["道路", "道路"]


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, None])
def test_what_is_no_project_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "p.gpkg"
    if content is None:
        reference().to_file(path)
    else:
        path.write_bytes(content)
    with pytest.raises(BadInput):
        project.open_project(path)


def test_a_newer_version_is_refused_politely(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    project.save_project(snapshot(small_plan()), path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE chiiki_meta SET value = '99' WHERE key = 'version'")
    with pytest.raises(BadInput, match="新しい版"):
        project.open_project(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(BadInput, match="保存できません"):
        project.save_project(snapshot(small_plan()), blocked / "p.gpkg")


def test_a_hot_journal_of_another_program_is_rolled_back_in_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    project.save_project(snapshot(small_plan()), path)
    script = (
        "import sqlite3, os, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN')\n"
        "c.execute('UPDATE chiiki_meta SET value = value || zeroblob(200000)')\n"
        "c.execute('UPDATE gpkg_contents SET description = hex(zeroblob(100000))')\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    side = path.with_name("p.gpkg-journal")
    assert side.is_file()
    before = digest(path), digest(side)
    read = project.open_project(path)
    assert "途中で止まった" in read.notes[0]
    assert list(read.snapshot.rows(Role.FACILITY)["name"]) == ["コワーキング1", "交流施設2"]
    assert (digest(path), digest(side)) == before


SAVER = """
import sys
from pathlib import Path
from chiiki_gis.core import edits
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import project
path = Path(sys.argv[1])
read = project.open_project(path)
document, revision = project.document_of(read), read.revision
print("ready", flush=True)
number = 0
while True:
    number += 1
    document.apply(edits.set_values(document, LayerId("facility"), Fid(1), {"name": f"n{number}"}, ""))
    revision = project.save_project(snapshot(document), path, revision)
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not on Windows")
def test_a_project_killed_while_saving_opens_with_the_last_saved_state(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    project.save_project(snapshot(small_plan()), path)
    for lines in (1, 2, 4):
        run = subprocess.Popen([sys.executable, "-c", SAVER, str(path)], stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        for _ in range(lines + 1):
            last = run.stdout.readline().strip()
        run.send_signal(signal.SIGKILL)
        rest = run.stdout.read().split()
        run.wait()
        run.stdout.close()
        said = int(rest[-1] if rest else last)
        name = project.open_project(path).snapshot.rows(Role.FACILITY).iloc[0]["name"]
        assert int(str(name)[1:]) in (said, said + 1)


def test_the_journal_brings_back_every_change_since_the_save(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    project.save_project(snapshot(small_plan(keep_blob)), path)
    read = project.open_project(path)
    document, journal = project.document_of(read), Journal(read.snapshot, path, read.revision)
    for change in (
        edits.add_facility(document, "trial_house", Point(1 / 7, 2)),
        edits.drop_features(LayerId("facility"), [Fid(1)]),
        Change("消す", drop_layers=(LayerId("road_1"),)),
        Change("事実", facts={"period": None, "authority": "県"}),
        Change("入れる", put_layers=(replace(snapshot(document).layers[-1], name="改名"),)),
    ):
        document.apply(change)
        journal.append(change)
    with journal.path.open("a") as file:
        file.write('{"note": "cut by a cra')
    again = project.document_of(project.open_project(path))
    for change in Journal(read.snapshot, path, read.revision).read():
        again.apply(change)
    assert all(map(same_layer, document.layers, again.layers))
    assert again.facts == document.facts


def test_a_copy_of_a_project_does_not_find_its_journal(tmp_path: Path) -> None:
    document, path = small_plan(), tmp_path / "p.gpkg"
    project.save_project(snapshot(document), path)
    values = project.open_project(path).snapshot
    Journal(values, path, 1).append(edits.add_facility(document, "coworking", Point(0, 0)))
    assert len(Journal(values, path, 1).read()) == 1
    shutil.copy(path, tmp_path / "copy.gpkg")
    assert Journal(values, tmp_path / "copy.gpkg", 1).left_over() == []
    assert len(Journal(values, path, 2).left_over()) == 1


def test_a_lock_ranges_and_display_sets_come_back(tmp_path: Path) -> None:
    document, path = small_plan(), tmp_path / "p.gpkg"
    road = document.layer(LayerId("road_1"))
    ranges = (Category("0", "狭い", Symbol(), visible=False), Category("1", "広い", Symbol(fill="#000000")))
    style = Style(class_column="幅員", categories=ranges, breaks=(0.0, 4.0, 12.5), shows_others=False)
    document.apply(Change("", put_layers=(replace(road, style=style, is_locked=True),)))
    document.apply(keep_set(document.facts, "道路の図", document.layers))
    project.save_project(snapshot(document), path)
    back = project.open_project(path).snapshot
    assert all(map(same_layer, document.layers, back.layers))
    assert display_sets(back.facts) == display_sets(document.facts)


def test_the_journal_keeps_display_sets_and_locks(tmp_path: Path) -> None:
    document, path = small_plan(keep_blob), tmp_path / "p.gpkg"
    journal = Journal(snapshot(document), path, 1)
    journal.append(keep_set(document.facts, "道路の図", document.layers))
    journal.append(lock_layer(document.layer(LayerId("road_1")), True))
    for change in journal.read():
        document.apply(change)
    assert [found.name for found in display_sets(document.facts)] == ["道路の図"]
    assert document.layer(LayerId("road_1")).is_locked
