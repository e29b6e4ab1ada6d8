"""The command line keeps its contract."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from chiiki_gis.__main__ import main
from chiiki_gis.io.lock import take_lock

SCALE = 111_000.0


def degrees(x: float, y: float) -> tuple[float, float]:
    return 138.2 + x / SCALE / 0.81, 36.0 + y / SCALE


def square(x: float, y: float, size: float) -> Polygon:
    west, south = degrees(x, y)
    east, north = degrees(x + size, y + size)
    return box(west, south, east, north)


def write(folder: Path, name: str, values: dict[str, list[object]], shapes: list[object]) -> Path:
    path = folder / name
    geopandas.GeoDataFrame(values, geometry=shapes, crs=6668).to_file(path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A square town of 10 km with two zones, one road and one interchange, and a plan for it."""
    folder = tmp_path_factory.mktemp("town")
    draw_town(folder)
    build(folder)
    return folder


@pytest.fixture
def town(made: Path, tmp_path: Path) -> Path:
    """A copy of the town that a test may change."""
    shutil.copytree(made, tmp_path / "town")
    return tmp_path / "town"


def draw_town(tmp_path: Path) -> None:
    write(
        tmp_path,
        "N03-20250101_20.geojson",
        {"N03_001": ["長野県"], "N03_003": [None], "N03_004": ["髙﨑町"], "N03_007": ["20999"]},
        [square(0, 0, 10_000)],
    )
    write(
        tmp_path,
        "A29-19_20999.geojson",
        {"A29_004": [1, 5], "A29_005": ["第一種低層住居専用地域", "第一種住居地域"]},
        [square(1000, 1000, 2000), square(3000, 1000, 2000)],
    )
    write(tmp_path, "20999_tokei.geojson", {"TokeiName": ["架空"]}, [square(500, 500, 9000)])
    write(
        tmp_path,
        "road_center_line.geojson",
        {"id": [1]},
        [LineString([degrees(0, 2000), degrees(10_000, 2000)])],
    )
    write(
        tmp_path,
        "N06.geojson",
        {"N06_014": [9999], "N06_018": ["架空"], "N06_019": [1]},
        [Point(*degrees(9000, 2050))],
    )
    write(tmp_path, "p.geojson", {"name": ["重点"]}, [square(600, 600, 6000)])
    write(tmp_path, "a.geojson", {"name": ["促進"]}, [square(900, 900, 4000)])
    write(
        tmp_path,
        "f.geojson",
        {
            "名称": ["仕事場", "住まい"], "種類": ["コワーキング", "お試し居住"],
            "用途の区分": ["事務所", "住宅"], "用途の床面積": [80, 100], "最上階": [1, 2],
            "22条2項の号": [3, 3],
        },
        [square(1500, 1950, 20), Point(*degrees(4000, 1950))],
    )  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    told = capsys.readouterr()
    return code, told.out, told.err


def build(town: Path) -> None:
    project, boundaries = str(town / "計画.gpkg"), str(town / "N03-20250101_20.geojson")
    assert main(["new", project, "--municipality", "20999", "--boundaries", boundaries]) == 0
    for name in ("A29-19_20999", "20999_tokei", "road_center_line", "N06"):
        assert main(["import", project, str(town / f"{name}.geojson")]) == 0
    for name, role in (("p", "特定居住重点地区"), ("a", "promotion_area"), ("f", "facility")):
        assert main(["import", project, str(town / f"{name}.geojson"), "--as", role]) == 0


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_plan_can_be_made_and_judged_without_a_window(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = town / "計画.gpkg"
    code, out, _ = run(capsys, "inspect", project, "--json")
    report = json.loads(out)
    assert code == 0
    assert {layer["role"]: layer["features"] for layer in report["layers"]}["facility"] == 2
    code, out, _ = run(capsys, "check", project, "--json")
    found = json.loads(out)
    assert (code, found["errors"]) == (0, 0)
    assert set(found["findings"][0]) == {
        "rule", "severity", "layer", "fids", "message", "article", "fixable", "ignored", "reason"
    }  # fmt: skip
    assert "許可が必要" in run(capsys, "check", project)[1]


def test_an_area_that_leaks_is_an_open_error_and_blocks_the_export(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = town / "計画.gpkg"
    write(town, "leak.geojson", {"name": ["はみ出し"]}, [square(6000, 6000, 2000)])
    assert run(capsys, "import", project, town / "leak.geojson", "--as", "promotion_area")[0] == 0
    code, out, _ = run(capsys, "check", project, "--json")
    assert code == 1
    assert json.loads(out)["errors"] >= 1
    code, out, err = run(capsys, "export", project, town / "out", "--format", "gpkg")
    assert (code, out) == (1, "")
    assert "書き出しませんでした" in err
    assert not (town / "out").exists()


def test_judge_needs_no_project(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = town / "facts.toml"
    facts.write_text(
        "zoning_covers_municipality = true\nurban_planning_area_covers_municipality = true\n", "utf-8"
    )
    layers = (f"facility={town / 'f.geojson'}", f"用途地域={town / 'A29-19_20999.geojson'}")
    words = [w for layer in layers for w in ("--layer", layer)]
    planning = ("--layer", f"urban_planning_area={town / '20999_tokei.geojson'}")
    code, out, _ = run(capsys, "judge", *words, *planning, "--facts", facts, "--json")
    verdicts = {v["facility"]: v for v in json.loads(out)["verdicts"]}
    assert code == 0
    assert verdicts["仕事場"]["verdict"] == "needs_48_permit"
    assert (verdicts["仕事場"]["zone_id"], verdicts["仕事場"]["provisional"]) == ("R1L", False)
    assert (verdicts["住まい"]["verdict"], verdicts["住まい"]["provisional"]) == ("allowed", True)
    assert set(verdicts["住まい"]) == {
        "facility", "verdict", "provisional", "needs_confirmation", "zone", "zone_id", "zone_shares",
        "distance_to_zone_edge_m", "uses", "articles", "reasons", "next_steps",
    }  # fmt: skip


def test_access_is_computed_stored_and_printed(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = town / "計画.gpkg"
    code, out, _ = run(capsys, "access", project, "--json")
    links = json.loads(out)["links"]
    assert code == 0
    assert set(links[0]) == {
        "facility", "interchange", "rank", "status", "km", "minutes", "snap_m", "assumed", "reason"
    }  # fmt: skip
    first = next(link for link in links if link["facility"] == "仕事場")
    assert 7.3 < first["km"] < 7.8
    assert json.loads(run(capsys, "inspect", project, "--json")[1])["layers"][-1]["features"] >= 2
    run(capsys, "access", project)
    assert json.loads(run(capsys, "inspect", project, "--json")[1])["layers"][-1]["features"] == 2


def test_facts_are_kept(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = town / "計画.gpkg"
    assert run(capsys, "facts", project, "requirements_written=true", "items.7=令和8年度から5年")[0] == 0
    out = run(capsys, "facts", project)[1]
    assert "requirements_written = true" in out
    assert "令和8年度から5年" in out
    assert run(capsys, "facts", project, "requirements_written=")[0] == 0
    assert "requirements_written = （未入力）" in run(capsys, "facts", project)[1]


@pytest.mark.parametrize(
    "words",
    [
        ("facts", "P", "requirement_writen=true"),
        ("facts", "P", "requirements_written=maybe"),
        ("facts", "P", "novalue"),
        ("import", "P", "missing.shp"),
        ("import", "P", "f.geojson", "--as", "nonsense"),
        ("import", "P", "p.geojson", "--as", "facility", "--layer", "x"),
        ("import", "P", "road_center_line.geojson", "--as", "promotion_area"),
        ("import", "P", "f.geojson", "--columns", "lat"),
        ("new", "P", "--municipality", "20999", "--boundaries", "a.geojson"),
        ("new", "q.gpkg", "--municipality", "99999", "--boundaries", "a.geojson"),
        ("new", "q.gpkg", "--municipality", "20201", "--boundaries", "N03-20250101_20.geojson"),
        ("check", "missing.gpkg"),
        ("check", "a.geojson"),
        ("judge", "--layer", "zoning"),
        ("judge", "--layer", "zoning=a.geojson"),
        ("judge", "--layer", "zoning=A29-19_20999.geojson"),
        ("print", "P", "x.pdf", "--scale", "0"),
        ("print", "P", "P"),
        ("print", "P", "x.pdf", "--scale", "100", "--sheet", "overview"),
        ("facts", "P", "authority=\udcff"),
        ("facts", "P", "council.members=\udcff"),
        ("facts", "P", "grant.c=nan"),
        ("facts", "P", "grant.c=inf"),
        ("facts", "P", "grant.t=-5"),
        ("new", "q", "--municipality", "20999", "--boundaries", "N03-20250101_20.geojson"),
        ("new", "q.gpkg", "--municipality", "²0999", "--boundaries", "N03-20250101_20.geojson"),
        ("new", "q.gpkg", "--municipality", "20999", "--boundaries", "null.geojson"),
        ("new", "q.gpkg", "--municipality", "20999", "--boundaries", "N06.geojson"),
        ("new", "x" * 245 + ".gpkg", "--municipality", "20999", "--boundaries", "N03-20250101_20.geojson"),
        ("demo", "a.geojson/x"),
        ("print", "P", "a.geojson"),
        ("print", "P", "x.pdf", "--template", "ない様式"),
        ("print", "P", "x.png", "--form", "png", "--dpi", "9000"),
        ("print", "P", "x.pdf", "--form", "png"),
        ("export", "P", "out", "--format", "html", "--generalise", "-1"),
        ("print", "P", "link.pdf"),
        ("demo", "."),
        ("inspect", "x" * 300),
        ("inspect", "a.geojson/b.csv"),
        ("check", "a\nb.gpkg"),
        ("facts", "P", "a\nb=1"),
        ("check", "--j\nson", "P"),
        ("import", "P", "f.geojson", "--as", "a\nb"),
        ("export", "P", "out"),
        ("export", "P", "out", "--format", "dwg"),
        ("nonsense",),
        ("inspect",),
    ],
)
def test_bad_input_is_told_in_three_sentences_and_changes_nothing(
    town: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = town / "計画.gpkg"
    monkeypatch.chdir(town)
    shutil.copyfile(project, "plan.gpkg")
    Path("link.pdf").symlink_to(project)
    Path("null.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
        '{"name":"x","code":"20999"},"geometry":null}]}'
    )
    rename_town(Path("plan.gpkg"))
    before = {path.name: digest(path) for path in town.iterdir()}
    code, out, err = run(capsys, *(project if word == "P" else word for word in words))
    lines = [line for line in err.splitlines() if not line.startswith("・")]
    assert (code, out) == (2, "")
    assert len(lines) == 3, err
    assert all(line.endswith("。") for line in lines)
    assert not re.search(r"Error|Traceback", err)
    assert {path.name: digest(path) for path in town.iterdir()} == before


def rename_town(path: Path) -> None:
    """Make the fictional town's plan one of a real municipality."""
    with closing(sqlite3.connect(path)) as connection, connection:
        town = '[{"code":"20214","name":"茅野市"}]'
        connection.execute("UPDATE chiiki_meta SET value = ? WHERE key = 'municipalities'", [town])


@pytest.mark.parametrize(
    "words",
    [("import", "P", "p.geojson", "--as", "priority_district"), ("facts", "P", "period=5"), ("access", "P")],
)
def test_a_project_that_a_window_holds_is_not_written(
    town: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = town / "計画.gpkg"
    monkeypatch.chdir(town)
    take_lock(project, os.getppid())
    before = digest(project)
    code, out, err = run(capsys, *(project if word == "P" else word for word in words))
    assert (code, out) == (2, "")
    assert "開いています。" in err.splitlines()[1]
    assert len(err.splitlines()) == 3
    assert digest(project) == before
    assert run(capsys, "facts", project)[0] == 0


def test_help_names_every_command_that_is_real(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    told = capsys.readouterr().out
    assert left.value.code == 0
    for name in (
        "demo",
        "new",
        "import",
        "inspect",
        "facts",
        "check",
        "judge",
        "access",
        "export",
        "merge",
        "print",
        "selftest",
    ):
        assert f"    {name}" in told
    assert "    recover" in told
    assert "    datapack" in told


def test_a_file_whose_name_is_no_text_is_imported_and_printed(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = town / "\udc8b\udcf3.csv"
    name.write_text("緯度,経度\n36.01,138.21\n", "utf-8")
    assert run(capsys, "import", town / "計画.gpkg", name)[0] == 0
    assert run(capsys, "inspect", town / "計画.gpkg", "--json")[0] == 0


def test_a_site_that_is_not_there_is_said(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(town, "g.geojson", {"name": ["x"], "site_fid": [99]}, [Point(*degrees(2000, 2000))])
    code, _, err = run(capsys, "import", town / "計画.gpkg", town / "g.geojson", "--as", "facility")
    assert code == 0
    assert "敷地がない施設が1件" in err


def test_a_raster_file_stays_beside_the_project_and_goes_on_the_sheet(
    town: Path, sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, picture = town / "計画.gpkg", town / "標高.tif"
    shutil.copyfile(sample / "dem10.tif", picture)
    code, out, _ = run(capsys, "inspect", picture, "--json")
    (found,) = json.loads(out)["layers"]
    assert (code, json.loads(out)["format"], found["role"], found["epsg"]) == (0, "geotiff", "dem", 6676)
    assert (found["size"], found["bounds"]) == ([1260, 940], [-24000, 12000, -11400, 21400])
    assert run(capsys, "import", project, picture, "--as", "zoning")[0] == 2
    code, _, err = run(capsys, "import", project, picture, "--as", "標高")
    assert code == 0
    assert "プロジェクトの外のファイル" in err
    layers = json.loads(run(capsys, "inspect", project, "--json")[1])["layers"]
    assert [x["features"] for x in layers if x["role"] == "dem"] == [0]
    picture.unlink()
    code, _, err = run(capsys, "print", project, town / "図.pdf", "--sheet", "overview")
    assert code == 0
    assert "「標高.tif」が見つかりません。この図面には描いていません。" in err


def test_a_scan_without_a_crs_needs_the_users_word(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import numpy as np
    from pictures import write_picture

    path = write_picture(tmp_path / "図面.tif", np.full((3, 20, 20), 90, "u1"), crs=None)
    code, out, err = run(capsys, "import", town / "計画.gpkg", path)
    assert (code, out, len(err.splitlines())) == (2, "", 3)
    assert run(capsys, "import", town / "計画.gpkg", path, "--crs", 6676)[0] == 0
