"""`--scenario`: every command acts on one scenario, says which, and mixes none."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas
import pyogrio
import pytest
import shapely

from chiiki_gis.__main__ import main
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_area, set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import copy_scenario
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import project as projects
from chiiki_gis.tasks import plan

_AREA = LayerId(Role.PROMOTION_AREA.value)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """案A with an area in its district; 案B「駅前」, in which it has another name and one more leaks out."""
    document = new_document(Header("scenarios", (Municipality("20999", "試験市"),), 6676))
    document.apply(add_area(document, Role.PRIORITY_DISTRICT, shapely.box(0, 0, 1000, 1000)))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(100, 100, 500, 500)))
    document.apply(set_values(document, _AREA, Fid(1), {"name": "甲の区域"}, "名前"))
    document.apply(copy_scenario(document, "A", "B", "駅前"))
    document.apply(set_values(document, _AREA, Fid(2), {"name": "乙の区域"}, "名前"))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(900, 900, 1200, 1200), "B"))
    path = tmp_path / "計画.gpkg"
    plan.save(snapshot(document), path, None)
    return path


def _opened(path: Path) -> Document:
    return projects.document_of(projects.open_project(path))


@pytest.mark.parametrize(("scenario", "errors"), [("A", 0), ("B", 1), ("案B", 1), ("駅前", 1)])
def test_a_check_speaks_of_the_scenario_asked_for(
    project: Path, capsys: pytest.CaptureFixture[str], scenario: str, errors: int
) -> None:
    assert main(["check", str(project), "--json", "--scenario", scenario]) == bool(errors)
    told = capsys.readouterr()
    assert json.loads(told.out)["errors"] == errors
    assert f"案{'B「駅前」' if errors else 'A'}について行います。" in told.err


def test_without_the_option_it_is_the_first_scenario(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(project), "--json"]) == 0
    assert "案Aについて行います。" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{}"),
        ("access", "{}"),
        ("roads", "{}"),
        ("reach", "{}", "--from", "x"),
        ("export", "{}", "out", "--format", "gpkg"),
        ("print", "{}", "out.pdf"),
        ("import", "{}", "none.geojson"),
    ],
)
def test_an_unknown_scenario_is_told_in_three_sentences_and_nothing_is_written(
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    before = project.read_bytes()
    assert main([*(word.format(project) for word in words), "--scenario", "Z"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 3
    assert all(line.endswith("。") for line in lines)
    assert project.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [project.name]


def test_an_export_holds_one_scenario_says_which_and_what_stayed(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", str(project), str(out), "--format", "gpkg"]) == 0
    assert "ほかの案（案B）の地物3件" in capsys.readouterr().err
    words = ["export", str(project), str(out), "--format", "gpkg", "--scenario", "B", "--reason", "協議用"]
    assert main(words) == 1
    assert {path.name for path in out.iterdir()} == {
        "submission_案A.gpkg",
        "submission_案B.gpkg",
        "未解決のエラー_案B.csv",
    }
    for letter, names in (("A", ["甲の区域"]), ("B", ["乙の区域", "特定居住促進区域2"])):
        frame = pyogrio.read_dataframe(out / f"submission_案{letter}.gpkg", layer="promotion_area")
        assert list(frame["name"]) == names
        assert set(frame["scenario"]) == {letter}


@pytest.mark.parametrize("kind", ["shapefile", "geojson", "csv", "kml", "xlsx", "html"])
def test_every_format_says_in_its_names_which_scenario_it_is(
    project: Path, tmp_path: Path, kind: str
) -> None:
    assert main(["export", str(project), str(tmp_path / "out"), "--format", kind]) == 0
    made = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")]
    assert made
    assert all("案A" in name for name in made)


def test_the_package_names_its_scenario_inside_and_outside(project: Path, tmp_path: Path) -> None:
    words = ["export", str(project), str(tmp_path / "out"), "--format", "package"]
    assert main([*words, "--scenario", "B", "--reason", "協議用"]) == 1
    with zipfile.ZipFile(tmp_path / "out" / "提出一式_案B.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        readme = archive.read("README.txt").decode("utf-8-sig")
        pages = [name for name in archive.namelist() if name.endswith(".geojson")]
        texts = "".join(archive.read(name).decode("utf-8") for name in pages)
    assert (manifest["scenario"], manifest["scenario_name"]) == ("B", "案B「駅前」")
    assert "（案B「駅前」）" in readme
    assert "乙の区域" in texts
    assert "甲の区域" not in texts


def test_a_plan_of_one_scenario_keeps_the_names_of_the_contract(project: Path, tmp_path: Path) -> None:
    from chiiki_gis.core.scenarios import delete_scenario

    document = _opened(project)
    document.apply(delete_scenario(document, "B"))
    plan.save(snapshot(document), project, None)
    assert main(["export", str(project), str(tmp_path / "out"), "--format", "gpkg"]) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["submission.gpkg"]


def test_inspect_lists_the_scenarios(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(project), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["scenarios"]
    assert [(one["id"], one["name"], one["title"]) for one in found] == [
        ("A", "案A", ""),
        ("B", "案B「駅前」", "駅前"),
    ]
    assert [one["features"]["promotion_area"] for one in found] == [1, 2]


def test_imported_rows_go_into_the_scenario_asked_for_unless_they_say_theirs(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = [shapely.box(600, 600, 700, 700), shapely.box(700, 600, 800, 700)]
    frame = geopandas.GeoDataFrame({"name": ["丙", "丁"], "scenario": [None, "C"]}, geometry=shapes, crs=6676)
    file = tmp_path / "区域.gpkg"
    frame.to_file(file, layer="kuiki", engine="pyogrio")
    words = ["import", str(project), str(file), "--as", "promotion_area", "--scenario", "B"]
    assert main(words) == 0
    assert "の1件は、ファイルの「案」の列のとおり案Cに入れました。" in capsys.readouterr().err
    rows = _opened(project).plan(Role.PROMOTION_AREA).set_index("name")["scenario"]
    assert (rows["丙"], rows["丁"]) == ("B", "C")
