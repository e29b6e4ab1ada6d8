"""The main job on the published data of 茅野市: load, draw, place, judge, link, hand over, print."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from chiiki_gis.cli import run_command

pytestmark = pytest.mark.real_data

FACILITIES = (
    # zone as the town writes it, name, kind, legal class, floor m², storey, verdict by 別表第二
    ("第1種低層住居専用地域", "山の手ワーク", "coworking", "office", 80, 1, "needs_48_permit"),
    ("第2種中高層住居専用地域", "丘のオフィス", "coworking", "office", 1_400, 2, "conditional_ok"),
    ("第1種住居地域", "お試しの家", "trial_house", "dwelling", 110, 2, "allowed"),
    ("近隣商業地域", "まちの交流館", "exchange", "library_like", 600, 3, "allowed"),
    ("工業地域", "工場町の宿", "lodging", "hotel", 300, 2, "needs_48_permit"),
)


def command(*words: str | Path) -> int:
    return run_command([str(word) for word in words])


@pytest.fixture(scope="module")
def zones(real_data: Path) -> geopandas.GeoDataFrame:
    path = real_data / "chino" / "judgement_layers" / "use_districts" / "use_districts.shp"
    return geopandas.read_file(path, encoding="CP932").to_crs(6676)


@pytest.fixture(scope="module")
def drawn(zones: geopandas.GeoDataFrame, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the planner draws: the town's built-up land, its centre, and a site in each of five zones."""
    folder = tmp_path_factory.mktemp("drawn")
    town = geopandas.read_file(real_data / "chino" / "boundary_20214.geojson").set_crs(
        6668, allow_override=True
    )
    border = shapely.union_all(town.to_crs(6676).geometry.make_valid())
    district = shapely.union_all(zones.geometry.buffer(60)).buffer(-20).intersection(border.buffer(-5))
    district = max(shapely.get_parts(district), key=lambda part: part.area)
    area = shapely.Polygon(shapely.simplify(district.buffer(-15), 5).exterior).intersection(district)
    write(folder / "重点地区.geojson", [district], [{"name": "茅野地区"}])
    write(folder / "促進区域.geojson", [area.buffer(-5)], [{"name": "茅野市街地区域"}])
    sites = [site_in(zones[zones["youto"] == zone], area.buffer(-30)) for zone, *_ in FACILITIES]
    rows = [
        {
            "number": n, "name": name, "kind": kind, "use_class": use, "use_floor_m2": m2,
            "total_floor_m2": m2, "top_storey": storey, "works": "new", "item": 3,
        }
        for n, (_, name, kind, use, m2, storey, _) in enumerate(FACILITIES, 1)
    ]  # fmt: skip
    write(folder / "拠点施設.geojson", sites, rows)
    return folder


def site_in(zone: geopandas.GeoDataFrame, area: Any) -> Any:
    """A lot of 20 m by 20 m in the middle of the zone's roomiest block."""
    inner = shapely.union_all(zone.geometry).buffer(-25).intersection(area)
    point = max(shapely.get_parts(inner), key=lambda part: part.area).representative_point()
    return shapely.box(point.x - 10, point.y - 10, point.x + 10, point.y + 10)


def write(path: Path, shapes: list[Any], rows: list[dict[str, Any]]) -> None:
    geopandas.GeoDataFrame(rows, geometry=shapes, crs=6676).to_crs(6668).to_file(path)


@pytest.fixture(scope="module")
def project(real_data: Path, drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("茅野市") / "計画.gpkg"
    chino = real_data / "chino"
    assert (
        command("new", path, "--municipality", "20214", "--boundaries", chino / "boundary_20214.geojson") == 0
    )
    for file in (
        chino / "judgement_layers" / "use_districts" / "use_districts.shp",
        chino / "judgement_layers" / "city_planning" / "city_planning.shp",
        chino / "road_layers" / "f_road_center_line" / "f_road_center_line.shp",
        real_data / "expressway" / "n06_2025_joint_from_pmtiles.geojson",
    ):
        assert command("import", path, file) == 0
    for role, name in (
        ("priority_district", "重点地区"), ("promotion_area", "促進区域"), ("facility", "拠点施設")
    ):  # fmt: skip
        assert command("import", path, drawn / f"{name}.geojson", "--as", role) == 0
    facts = ("zoning_covers_municipality=true", "urban_planning_area_covers_municipality=true")
    assert command("facts", path, *facts) == 0
    return path


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Any:
    capsys.readouterr()
    command(*words, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_files_are_known_by_their_columns(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layers = told(capsys, "inspect", project)["layers"]
    assert {layer["role"] for layer in layers} >= {
        "municipality", "zoning", "urban_planning_area", "road", "interchange"
    }  # fmt: skip
    assert {layer["epsg"] for layer in layers} == {6676}


def test_the_numerals_of_the_zones_are_read_as_the_law_writes_them(project: Path) -> None:
    with sqlite3.connect(project) as base:
        (table,) = base.execute(
            "SELECT table_name FROM gpkg_contents WHERE table_name LIKE 'zoning%'"
        ).fetchone()
        names = {name for (name,) in base.execute(f'SELECT DISTINCT name FROM "{table}"')}
    assert "第一種低層住居専用地域" in names
    assert not any("1" in name or "2" in name for name in names)


def test_the_verdicts_are_those_of_the_law(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {row["rule"] for row in told(capsys, "check", project)["findings"] if row["severity"] == "error"}
    assert found == set()
    command("check", project)
    lines = capsys.readouterr().out.splitlines()
    words = {"allowed": "用途の制限なし", "conditional_ok": "限度内", "needs_48_permit": "許可が必要"}
    for zone, name, *_, verdict in FACILITIES:
        (line,) = [x for x in lines if x.startswith(f"{name}：")]
        official = zone.replace("第1種", "第一種").replace("第2種", "第二種")
        assert line.startswith(f"{name}：{official}：{words[verdict]}"), line


def test_each_facility_is_linked_or_refused_by_name(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = told(capsys, "access", project)["links"]
    assert {link["facility"] for link in links} == {name for _, name, *_ in FACILITIES}
    for link in links:
        if link["status"] == "refused":
            assert link["km"] is None
            assert str(link["reason"]).endswith("。")
        else:
            assert link["interchange"].endswith("IC")
            assert 0.5 < link["km"] < 40
            assert 1 < link["minutes"] < 120


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not installed")
def test_everything_is_handed_over_and_opens_elsewhere(project: Path, tmp_path: Path) -> None:
    for kind in ("gpkg", "shapefile", "geojson", "html"):
        assert command("export", project, tmp_path / kind, "--format", kind) == 0
    for path in (project, *tmp_path.glob("gpkg/*.gpkg"), *tmp_path.glob("shapefile/promotion_area.shp")):
        done = subprocess.run(
            ["ogrinfo", "-ro", "-al", "-so", path], capture_output=True, text=True, check=True
        )
        assert "promotion_area" in done.stdout
        assert "ERROR" not in done.stderr
    assert "茅野市街地区域" in (tmp_path / "html" / "map.html").read_text("utf-8")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("sheet", ["overview", "area"])
def test_the_annex_says_what_it_shows(project: Path, tmp_path: Path, sheet: str) -> None:
    assert command("print", project, tmp_path / "図.pdf", "--sheet", sheet) == 0
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "図.pdf", "-"], capture_output=True, text=True, check=True
    )
    for words in ("茅野市", "縮尺", "凡例", "出典", "茅野市街地区域", "山の手ワーク", "第VIII系"):
        assert words in done.stdout
    assert "架空" not in done.stdout
