"""Rows of a file that are one building: equal name and equal shape, or one 建築物ID."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
import shapely

from chiiki_gis.cli import run_command


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    border = geopandas.GeoDataFrame(
        {"N03_001": ["長野県"], "N03_004": ["茅野市"], "N03_007": ["20214"]},
        geometry=[shapely.box(138.1, 35.9, 138.4, 36.1)],
        crs=6668,
    )
    border.to_file(tmp_path / "border.geojson")
    path = tmp_path / "plan.gpkg"
    words = ["new", path, "--municipality", "20214", "--boundaries", tmp_path / "border.geojson"]
    assert run_command([str(word) for word in words]) == 0
    return path


def facilities(plan: Path, rows: dict[str, list[object]], shapes: list[object]) -> list[tuple[object, ...]]:
    """What the plan's table holds after an import: building, name, kind, photographs."""
    file = plan.with_name("施設.geojson")
    geopandas.GeoDataFrame(rows, geometry=shapes, crs=6668).to_file(file)
    assert run_command(["import", str(plan), str(file), "--as", "facility"]) == 0
    with closing(sqlite3.connect(plan)) as connection:
        query = "SELECT building_id, name, kind, photos FROM facility ORDER BY fid"
        return list(connection.execute(query))


def test_equal_name_and_shape_are_one_building_and_only_both_together(plan: Path) -> None:
    here, there = shapely.Point(138.2, 36.0), shapely.Point(138.21, 36.0)
    found = facilities(
        plan,
        {
            "名称": ["蓼科の家", "蓼科の家", "蓼科の家", "別の家"],
            "種類": ["コワーキング", "交流施設", "宿泊施設", "お試し居住"],
        },
        [here, here, there, here],
    )
    assert found[0][0] == found[1][0]
    assert len({row[0] for row in found}) == 3
    assert [row[2] for row in found[:2]] == ["coworking", "exchange"]


def test_a_given_building_id_holds_whatever_name_and_shape_say(plan: Path) -> None:
    found = facilities(
        plan,
        {"名称": ["本館", "別館"], "建築物ID": ["x1", "x1"]},
        [shapely.Point(138.2, 36.0), shapely.Point(138.21, 36.0)],
    )
    assert [row[0] for row in found] == ["x1", "x1"]


def test_a_column_of_pictures_is_not_taken_for_the_plans_own_photographs(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = facilities(
        plan, {"名称": ["甲"], "写真": ["https://example.jp/a.jpg"]}, [shapely.Point(138.2, 36.0)]
    )
    assert found[0][3] is None
    assert "列「写真」" in "".join(capsys.readouterr())
