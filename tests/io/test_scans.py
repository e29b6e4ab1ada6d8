"""A scanned plan is copied to where its control points say; the user's file stays as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from pictures import write_picture

from chiiki_gis.analysis.georeference import fit
from chiiki_gis.core.control_points import ControlPoint
from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.errors import BadInput, Cancelled, PlaceMissing
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import project
from chiiki_gis.io.raster import opened, read_header
from chiiki_gis.io.scans import look_at_scan, look_closer, write_placed
from chiiki_gis.tasks.scans import place_scan

POINTS = [
    ControlPoint(0, 0, 1_000, 5_000),
    ControlPoint(60, 0, 1_030, 5_000),
    ControlPoint(60, 40, 1_030, 4_980),
    ControlPoint(0, 40, 1_000, 4_980),
]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    values = np.zeros((3, 40, 60), "u1")
    values[0, :20] = 200
    return write_picture(tmp_path / "図面.png", values, driver="PNG", crs=None, transform=None)


def values_of_a_plan() -> object:
    return snapshot(new_document(project.new_header((Municipality("20999", "試験市"),), 6676)))


def test_a_picture_without_a_place_is_told_of_as_one_that_can_be_placed(scan: Path) -> None:
    with pytest.raises(PlaceMissing, match="位置合わせ"):
        read_header(scan)


def test_the_copy_lies_where_the_points_say_and_the_file_is_untouched(scan: Path, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    out = tmp_path / "図面_位置合わせ.tif"
    made = place_scan(values_of_a_plan(), scan, out, POINTS, "affine")  # type: ignore[arg-type]  # a Snapshot
    assert {n: (tmp_path / n).read_bytes() for n in before} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*before, out.name])
    (layer,) = made.change.put_layers
    assert layer.reference.bounds == pytest.approx((1_000, 4_980, 1_030, 5_000))
    assert layer.source.epsg == 6676
    with rasterio.open(out) as copy, opened(scan) as original:
        assert np.array_equal(copy.read(), original.read())
    assert "RMSE 0.00m" in made.notes[0]


def test_the_copy_remembers_its_points_so_that_they_can_be_mended(scan: Path, tmp_path: Path) -> None:
    out = tmp_path / "b.tif"
    write_placed(scan, out, POINTS, "similarity", fit(POINTS, "similarity"), 6676, Quiet())
    look = look_at_scan(out)
    assert (look.points, look.method, look.epsg) == (tuple(POINTS), "similarity", 6676)
    assert look_at_scan(scan).points == ()


def test_a_turned_plan_lies_turned(scan: Path, tmp_path: Path) -> None:
    turned = [ControlPoint(p.column, p.row, 2_000 + p.row, 7_000 + p.column) for p in POINTS]
    made = place_scan(values_of_a_plan(), scan, tmp_path / "b.tif", turned, "affine")  # type: ignore[arg-type]
    (layer,) = made.change.put_layers
    assert layer.reference.bounds == pytest.approx((2_000, 7_000, 2_040, 7_060), abs=1.5)


def test_the_users_own_file_is_never_written_over(scan: Path) -> None:
    before = scan.read_bytes()
    with pytest.raises(BadInput, match="別の名前"):
        write_placed(scan, scan, POINTS, "affine", fit(POINTS, "affine"), 6676, Quiet())
    assert scan.read_bytes() == before


class Stopped(Quiet):
    def step(self, *_: object, **__: object) -> None:
        raise Cancelled


def test_stopping_leaves_no_copy_behind(scan: Path, tmp_path: Path) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(Cancelled):
        write_placed(scan, tmp_path / "b.tif", POINTS, "affine", fit(POINTS, "affine"), 6676, Stopped())
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_folder_that_is_not_there_is_told(scan: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        write_placed(scan, tmp_path / "x" / "b.tif", POINTS, "affine", fit(POINTS, "affine"), 6676, Quiet())
    assert len(str(told.value).split("\n")) == 3


def test_a_large_scan_is_shown_smaller_and_closer_where_asked(tmp_path: Path) -> None:
    values = np.zeros((1, 3_000, 5_000), "u1")
    values[0, 1_000:1_100, 2_000:2_100] = 255
    look = look_at_scan(write_picture(tmp_path / "大.tif", values, crs=None))
    assert (look.width, look.height, look.size) == (5_000, 3_000, (2_000, 1_200))
    assert len(look.image) == 2_000 * 1_200 * 4
    image, size = look_closer(tmp_path / "大.tif", (2_000, 1_000, 100, 100), (500, 500))
    assert size == (100, 100)
    assert set(image) == {255}


def test_what_is_no_picture_cannot_be_placed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("緯度,経度\n36,138\n", "utf-8")
    with pytest.raises(BadInput, match="画像"):
        look_at_scan(tmp_path / "a.csv")


def test_a_scan_in_black_and_white_keeps_its_bits(tmp_path: Path) -> None:
    values = np.tile(np.array([0, 1], "u1"), (1, 40, 30))
    scan = write_picture(tmp_path / "白黒.tif", values, crs=None, nbits=1)
    write_placed(scan, tmp_path / "b.tif", POINTS, "affine", fit(POINTS, "affine"), 6676, Quiet())
    assert set(look_at_scan(tmp_path / "b.tif").image[:8]) == {0, 255}
    with rasterio.open(tmp_path / "b.tif") as copy:
        assert copy.tags(1, ns="IMAGE_STRUCTURE")["NBITS"] == "1"
