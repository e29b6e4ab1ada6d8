"""The fictional town: made again byte for byte, complete, and a plan without open errors."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import geopandas
import pytest

from chiiki_gis.core.document import Document
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.zones import ZONES
from chiiki_gis.io.formats import read
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.sample import sample_document

SOCKETS = """
import socket, sys
def watch(event, arguments):
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        raise RuntimeError("a socket was opened")
sys.addaudithook(watch)
from chiiki_gis.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def town() -> Document:
    return sample_document(memory_ref)[0]


def files_of(folder: Path) -> dict[str, bytes]:
    kinds = (".zip", ".csv", ".tif", ".geojson", ".toml")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in kinds]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_generator_makes_the_same_bytes_again(sample: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "generator", tmp_path], cwd=sample, check=True)
    made, kept = files_of(tmp_path), files_of(sample)
    assert [name for name in kept if made.get(name) != kept[name]] == []
    assert made.keys() == kept.keys()


def test_the_sample_is_small(sample: Path) -> None:
    assert sum(map(len, files_of(sample).values())) <= 6_000_000


def test_all_thirteen_zones_and_white_land_are_there(sample: Path) -> None:
    (table,) = read(sample / "A29-19_20_GML.zip").tables
    assert set(table.frame["A29_005"]) == {zone.name for zone in ZONES}
    planned = read(sample / "20999_都市計画決定GIS.zip").tables
    areas = next(t.frame for t in planned if "TokeiName" in t.frame.columns)
    white = areas.union_all().area - table.frame.union_all().area
    assert white > 0.3 * areas.union_all().area


def test_the_quarters_fill_the_towns_main_part_without_gap_or_overlap(town: Document) -> None:
    border = frame_of(town, Role.MUNICIPALITY)
    main = max(border.geometry.explode(), key=lambda part: part.area)
    quarters = frame_of(town, Role.TOWN)
    assert quarters.union_all().symmetric_difference(main).area < 1
    assert abs(quarters.area.sum() - main.area) < 1


def frame_of(document: Document, role: Role) -> geopandas.GeoDataFrame:
    frame = snapshot(document).frame(role)
    assert frame is not None
    return frame


def test_the_roads_hang_together_but_for_one_island(town: Document) -> None:
    from roads import profile

    from chiiki_gis.analysis.network import build_network

    network = build_network(frame_of(town, Role.ROAD), profile())
    sizes = sorted(network.component_extent(number)[0] for number in set(network.component.tolist()))
    assert len(sizes) == 2
    assert sizes[0] < 20 < 900 < sizes[1]


def test_the_list_of_vacant_houses_is_as_a_town_hall_saves_it(sample: Path) -> None:
    text = (sample / "空き家台帳.csv").read_bytes().decode("cp932")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    placed = [row for row in rows if row["緯度"]]
    assert 0.5 < len(placed) / len(rows) < 0.8
    assert all(row["所在地"] for row in rows)
    assert {row["同意"] for row in rows} == {"あり", "なし", "未確認"}


def test_the_sample_plan_has_no_open_errors_and_many_kinds_of_verdict(town: Document) -> None:
    checked = plan.check(snapshot(town))
    assert [f.message for f in checked.findings if f.is_open_error] == []
    assert {v.verdict for v in checked.verdicts} >= {
        "allowed", "conditional_ok", "needs_48_permit", "dev_permit_needed"
    }  # fmt: skip
    assert len({v.zone for v in checked.verdicts}) >= 5


def test_the_whole_job_opens_no_socket_and_bears_the_settings_of_other_programs(tmp_path: Path) -> None:
    environment = {
        **os.environ, "PROJ_LIB": "/usr/share/proj", "PROJ_DATA": "/nonexistent", "GDAL_DATA": "/nonexistent"
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SOCKETS, "demo", str(tmp_path / "できたもの")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = {path.suffix for path in (tmp_path / "できたもの").rglob("*")}
    assert {".gpkg", ".shp", ".geojson", ".html", ".pdf"} <= made
