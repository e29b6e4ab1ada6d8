"""`recover`: what this computer holds of a project beside its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from chiiki_gis.cli import run_command
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.generations import keep_generation
from chiiki_gis.io.journal import Journal
from chiiki_gis.io.project import open_project, save_project
from chiiki_gis.io.sketch_file import KeptSketch, sketch_path, write_sketch


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """A saved project with a facility, and the journal of two more that were not saved."""
    document = new_document(Header(tmp_path.name, (Municipality("20999", "試験市"),), 6676))
    place(document, 1)
    path = tmp_path / "p.gpkg"
    save_project(snapshot(document), path)
    keep_generation(snapshot(document), path, 1, ("施設を置く",))
    journal = Journal(snapshot(document), path, 1)
    for x in (2, 3):
        journal.append(place(document, x))
    sketch = KeptSketch("draw_promotion", ((0, 0), (5, 5)), (1, 1))
    write_sketch(sketch_path(document.header.uuid, path, True), sketch, path, "試験市")
    return path


def place(document: Document, x: float) -> Any:
    change = add_facility(document, "coworking", shapely.Point(x, 0))
    document.apply(change)
    return change


def facilities(path: Path) -> list[float]:
    return list(open_project(path).snapshot.rows(Role.FACILITY).geometry.x)


def listed(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run_command(["recover", str(path), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_it_lists_edits_sketches_and_generations(crashed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(crashed, capsys)
    (left,) = found["left"]
    assert (left["ended"], left["changes"], left["unread"]) == ("crash", 2, 0)
    assert [sketch["vertices"] for sketch in found["sketches"]] == [2]
    assert [(one["number"], one["changes"]) for one in found["generations"]] == [(1, 1)]
    assert run_command(["recover", str(crashed)]) == 0
    assert "途中で終わりました" in capsys.readouterr().out


def test_listing_and_restoring_alter_neither_the_project_nor_the_journal(
    crashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = crashed.read_bytes()
    before = listed(crashed, capsys)
    assert run_command(["recover", str(crashed), "--to", str(tmp_path / "new.gpkg")]) == 0
    capsys.readouterr()
    assert crashed.read_bytes() == written
    assert listed(crashed, capsys) == before


def test_it_writes_the_plan_with_what_was_left_to_a_new_file(crashed: Path, tmp_path: Path) -> None:
    assert run_command(["recover", str(crashed), "--to", str(tmp_path / "new.gpkg")]) == 0
    assert facilities(tmp_path / "new.gpkg") == [1, 2, 3]
    assert facilities(crashed) == [1]


def test_it_writes_what_was_left_of_a_project_that_is_gone(
    crashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crashed.unlink()
    words = ["recover", str(crashed), "--to", str(tmp_path / "new.gpkg"), "--json"]
    assert run_command(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["restored"], told["refused"]) == (2, [])
    assert facilities(tmp_path / "new.gpkg") == [1, 2, 3]


def test_it_writes_a_generation_to_a_new_file(crashed: Path, tmp_path: Path) -> None:
    words = ["recover", str(crashed), "--generation", "1", "--to", str(tmp_path / "new.gpkg")]
    assert run_command(words) == 0
    assert facilities(tmp_path / "new.gpkg") == [1]


@pytest.mark.parametrize(
    "words",
    [
        ["{project}", "--to", "{project}"],
        ["{project}", "--to", "new.txt"],
        ["{project}", "--generation", "9", "--to", "{folder}/new.gpkg"],
        ["{project}", "--generation", "1"],
        ["{folder}/none.gpkg"],
    ],
)
def test_what_cannot_be_done_is_told_in_three_sentences(
    words: list[str], crashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = crashed.read_bytes()
    filled = [word.format(project=crashed, folder=tmp_path) for word in words]
    assert run_command(["recover", *filled]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 3
    assert all(line.endswith("。") for line in told.err.splitlines())
    assert crashed.read_bytes() == written
    assert not (tmp_path / "new.gpkg").exists()


def test_nothing_left_is_no_error_but_nothing_to_restore(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = new_document(Header(tmp_path.name, (Municipality("20999", "試験市"),), 6676))
    save_project(snapshot(document), tmp_path / "p.gpkg")
    assert listed(tmp_path / "p.gpkg", capsys) == {"left": [], "sketches": [], "generations": []}
    assert run_command(["recover", str(tmp_path / "p.gpkg"), "--to", str(tmp_path / "new.gpkg")]) == 2


def test_a_command_that_saves_keeps_a_generation(crashed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["facts", str(crashed), "council_exists=true"]) == 0
    capsys.readouterr()
    newest = listed(crashed, capsys)["generations"][0]
    assert (newest["number"], newest["notes"]) == (2, ["計画の事実を書き込む"])
