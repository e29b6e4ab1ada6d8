"""`export` of every format from the command line: choices, the package, and refusals."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pyogrio
import pytest
import shapely

from chiiki_gis.__main__ import main
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_feature
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.tasks import plan

PACKAGE = "提出一式.zip"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A plan of one district with a name that CP932 lacks, and an area that leaks out of it."""
    document = new_document(Header("export", (Municipality("20999", "試験市"),), 6676))
    for role, name, shape in (
        (Role.PRIORITY_DISTRICT, "𠮷野", shapely.box(0, 0, 1000, 1000)),
        (Role.PROMOTION_AREA, "第一号①髙﨑", shapely.box(500, 500, 1100, 900)),
    ):
        values = {"scenario": "A", "number": 1, "name": name}
        document.apply(add_feature(document, LayerId(role.value), shape, values, "描く"))
    path = tmp_path / "計画.gpkg"
    plan.save(snapshot(document), path, None)
    return path


def export(project: Path, folder: Path, kind: str, *more: str) -> int:
    return main(["export", str(project), str(folder), "--format", kind, *more])


def test_the_package_is_blocked_by_an_open_error_until_a_reason_is_given(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(project, tmp_path / "out", "package", "--substitute", "𠮷=吉") == 1
    assert "理由" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert export(project, tmp_path / "out", "package", "--substitute", "𠮷=吉", "--reason", "協議用") == 1
    assert capsys.readouterr().out.strip().endswith(PACKAGE)
    with zipfile.ZipFile(tmp_path / "out" / PACKAGE) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["reason"] == "協議用"
        for one in manifest["files"]:
            assert hashlib.sha256(archive.read(one["path"])).hexdigest() == one["sha256"]


def test_the_same_plan_gives_the_same_package_in_another_process(project: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    words = ["--format", "package", "--substitute", "𠮷=吉", "--reason", "協議用"]
    made = []
    for name in ("a", "b"):
        command = [sys.executable, "-m", "chiiki_gis", "export", str(project), str(tmp_path / name), *words]
        assert subprocess.run(command, capture_output=True).returncode == 1
        made.append((tmp_path / name / PACKAGE).read_bytes())
    assert made[0] == made[1]


def test_a_name_outside_cp932_is_told_with_the_way_out(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(project, tmp_path / "out", "shapefile", "--reason", "試験") == 2
    told = capsys.readouterr().err
    assert "U+20BB7" in told
    assert "「𠮷」→「吉」" in told
    assert "--substitute" not in told  # the window says the same words
    assert export(project, tmp_path / "out", "shapefile", "--reason", "試験", "--substitute", "𠮷=吉") == 1
    read = pyogrio.read_dataframe(tmp_path / "out" / "priority_district.shp")
    assert read["名称"][0] == "吉野"


def test_a_substitution_without_a_sign_between_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(project, tmp_path / "out", "shapefile", "--substitute", "𠮷") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 3


@pytest.mark.parametrize(("crs", "epsg"), [("plane", 6676), ("6668", 6668)])
def test_the_coordinate_system_can_be_chosen(project: Path, tmp_path: Path, crs: str, epsg: int) -> None:
    export(project, tmp_path / "out", "gpkg", "--reason", "試験", "--crs", crs)
    found = pyogrio.read_info(tmp_path / "out" / "submission.gpkg", layer="promotion_area")
    assert found["crs"] == f"EPSG:{epsg}"


@pytest.mark.parametrize(
    ("kind", "name"), [("kml", "plan.kml"), ("xlsx", "plan.xlsx"), ("csv", "promotion_area.csv")]
)
def test_the_other_formats_are_written(project: Path, tmp_path: Path, kind: str, name: str) -> None:
    assert export(project, tmp_path / "out", kind, "--reason", "試験") == 1
    assert (tmp_path / "out" / name).is_file()


def test_what_is_exported_can_be_imported_again_vertex_by_vertex(project: Path, tmp_path: Path) -> None:
    """gpkg → a new project: the same areas, names and numbers."""
    from chiiki_gis.io import project as projects

    export(project, tmp_path / "out", "gpkg", "--reason", "試験")
    document = new_document(Header("again", (Municipality("20999", "試験市"),), 6676))
    again = tmp_path / "again.gpkg"
    plan.save(snapshot(document), again, None)
    file = str(tmp_path / "out" / "submission.gpkg")
    for role in ("priority_district", "promotion_area"):
        assert main(["import", str(again), file, "--layer", role, "--as", role]) == 0
    old, new = (projects.open_project(path).snapshot for path in (project, again))
    for role in (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA):
        one, two = old.rows(role), new.rows(role)
        assert list(one["name"]) == list(two["name"])
        assert list(one["number"]) == list(two["number"])
        assert [a.normalize().wkb for a in one.geometry] == [
            (b.geoms[0] if b.geom_type == "MultiPolygon" else b).normalize().wkb for b in two.geometry
        ]
