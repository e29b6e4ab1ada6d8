"""Pyramids of raster files: the right colour at the right place, at every scale, and nothing half done."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from hypothesis import example, given
from hypothesis import strategies as st
from pictures import CORNER, EPSG, built, heights, imported, pixels, write_picture
from rasterio.enums import Resampling

from chiiki_gis.core.errors import BadInput, Cancelled
from chiiki_gis.core.heights import MOST_CLASSES, height_classes
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.io import raster_import
from chiiki_gis.io.array_file import CacheDamaged, packed
from chiiki_gis.io.pyramid import FORM, TILE, known_pyramid, open_pyramid, pyramid_path
from chiiki_gis.io.pyramid_build import ensure_pyramid
from chiiki_gis.io.relief import EXAGGERATION, FLAT, hillshade

RNG = np.random.default_rng(7)


def picture(rows: int, columns: int) -> Any:
    return RNG.integers(0, 255, (3, rows, columns)).astype("u1")


def test_a_picture_in_the_project_crs_keeps_every_pixel_across_tiles(tmp_path: Path) -> None:
    bands = picture(TILE + 90, 2 * TILE + 31)
    pyramid = built(imported(write_picture(tmp_path / "a.tif", bands)), tmp_path)
    assert (pixels(pyramid)[..., :3] == bands.transpose(1, 2, 0)).all()
    assert (pixels(pyramid)[..., 3] == 255).all()
    part = pyramid.window("color", 0, (200, 100, 300, 300))
    assert (part[..., [2, 1, 0]] == bands[:, 100:300, 200:300].transpose(1, 2, 0)).all()
    assert pyramid.extent == (1000, 5000 - 2 * (TILE + 90), 1000 + 2 * (2 * TILE + 31), 5000)


def test_every_level_has_half_the_pixels_and_the_same_ground(tmp_path: Path) -> None:
    bands = np.full((3, 700, 1100), 200, "u1")
    pyramid = built(imported(write_picture(tmp_path / "a.tif", bands)), tmp_path)
    assert pyramid.sizes == ((1100, 700), (550, 350), (275, 175), (138, 88))
    assert [pyramid.level_for(m) for m in (0.5, 2, 3.9, 4, 9, 1000)] == [0, 0, 0, 1, 2, 3]
    assert (pixels(pyramid, 2)[:175, :275] == 200)[..., :3].all()


def test_a_level_is_the_mean_of_the_finer_one(tmp_path: Path) -> None:
    bands = picture(512, 512)
    pyramid = built(imported(write_picture(tmp_path / "a.tif", bands)), tmp_path)
    mean = bands.reshape(3, 256, 2, 256, 2).mean(axis=(2, 4)).transpose(1, 2, 0)
    assert np.abs(pixels(pyramid, 1)[..., :3] - mean).max() <= 0.5


def test_a_palette_becomes_its_colours(tmp_path: Path) -> None:
    bands = np.array([[[0, 1], [2, 1]]], "u1")
    colors = {0: (255, 0, 0, 255), 1: (0, 255, 0, 255), 2: (10, 20, 30, 255)}
    path = write_picture(tmp_path / "a.tif", bands, photometric="palette", colormap=colors)
    found = pixels(built(imported(path), tmp_path))
    assert found[0, 0].tolist() == [255, 0, 0, 255]
    assert found[1, 0].tolist() == [10, 20, 30, 255]


def test_a_scan_of_one_bit_is_black_and_white(tmp_path: Path) -> None:
    bands = np.array([[[0, 1], [1, 0]]], "u1")
    found = pixels(built(imported(write_picture(tmp_path / "a.tif", bands, nbits=1)), tmp_path))
    assert found[..., 0].tolist() == [[0, 255], [255, 0]]


def test_only_pixels_that_are_empty_in_every_band_are_clear(tmp_path: Path) -> None:
    bands = np.full((3, 4, 4), 90, "u1")
    bands[:, 0, 0] = 0
    bands[0, 1, 1] = 0
    found = pixels(built(imported(write_picture(tmp_path / "a.tif", bands, nodata=0)), tmp_path))
    assert found[0, 0].tolist() == [0, 0, 0, 0]
    assert found[1, 1].tolist() == [0, 90, 90, 255]


def test_a_mask_and_a_band_of_opacity_are_kept(tmp_path: Path) -> None:
    mask = np.full((4, 4), 255, "u1")
    mask[2] = 0
    masked = write_picture(tmp_path / "m.tif", np.full((3, 4, 4), 90, "u1"), mask=mask)
    assert pixels(built(imported(masked), tmp_path))[:, 0, 3].tolist() == [255, 255, 0, 255]
    four = np.full((4, 4, 4), 200, "u1")
    four[3] = 128
    clear = write_picture(tmp_path / "o.tif", four, photometric="RGB", alpha="yes")
    assert pixels(built(imported(clear), tmp_path))[0, 0].tolist() == [100, 100, 100, 128]


def test_wide_values_are_spread_between_their_percentiles(tmp_path: Path) -> None:
    bands = np.linspace(1000, 3000, 100 * 100).reshape(1, 100, 100).astype("u2")
    bands[0, 0, 0] = 65535
    found = pixels(built(imported(write_picture(tmp_path / "a.tif", bands)), tmp_path))[..., 0]
    assert (found[0, 1], found[99, 99], found[0, 0]) == (0, 255, 255)
    assert abs(int(found[50, 0]) - 127) < 4


def test_a_moved_picture_lies_where_its_coordinates_say(tmp_path: Path) -> None:
    bands = np.zeros((3, 200, 200), "u1")
    bands[0, 120:124, 60:64] = 255
    place = Affine(0.0001, 0, 138.4, 0, -0.0001, 36.1)
    layer = imported(write_picture(tmp_path / "a.tif", bands, crs="EPSG:6668", transform=place))
    pyramid = built(layer, tmp_path)
    rows, columns = np.nonzero(pixels(pyramid)[..., 0] > 128)
    x, y = pyramid.step(0)
    found = pyramid.corner[0] + (columns.mean() + 0.5) * x, pyramid.corner[1] - (rows.mean() + 0.5) * y
    move = pyproj.Transformer.from_crs(6668, EPSG, always_xy=True)
    assert np.hypot(*np.subtract(found, move.transform(138.4 + 0.0062, 36.1 - 0.0122))) < x


def test_a_turned_picture_is_clear_around_its_corners(tmp_path: Path) -> None:
    bands = np.full((3, 100, 100), 90, "u1")
    path = write_picture(tmp_path / "a.tif", bands, transform=CORNER @ Affine.rotation(45))
    found = pixels(built(imported(path), tmp_path))
    assert found[0, 0].tolist() == [0, 0, 0, 0]
    middle = found[found.shape[0] // 2, found.shape[1] // 2]
    assert middle.tolist() == [90, 90, 90, 255]


def test_heights_are_metres_and_gaps_stay_gaps_at_every_level(tmp_path: Path) -> None:
    bands = np.full((1, 600, 600), 1234, "i2")
    bands[:, :100, :100] = -9999
    bands[:, 300, 301] = -9999
    layer = imported(write_picture(tmp_path / "a.tif", bands, nodata=-9999, scale=0.1))
    pyramid = built(layer, tmp_path)
    assert pyramid.heights == pytest.approx((123.4, 123.4))
    for level in (0, 1, 2):
        found = heights(pyramid, level)
        assert np.isnan(found[: 100 >> level, : 100 >> level]).all()
        assert np.nanmax(np.abs(found - 123.4)) < 1e-4
    assert np.isnan(heights(pyramid, 0)[300, 301])
    assert pyramid.height_at(1000.1, 4000.1) == pytest.approx(123.4)
    assert [pyramid.height_at(*at) for at in ((1603, 4399), (999.9, 4500), (1100, 4900))] == [None] * 3
    assert not np.isnan(heights(pyramid, 1)[150, 150])
    shade = pyramid.window("shade", 0, (0, 0, 600, 600))
    assert (shade[:100, :100] == 0).all()
    assert (shade[200:250, 200:250] == FLAT).all()


def test_a_mark_for_no_ground_that_the_file_does_not_declare_is_no_abyss(tmp_path: Path) -> None:
    bands = np.full((1, 50, 50), 300.0, "f4")
    bands[:, :10] = -9999
    pyramid = built(imported(write_picture(tmp_path / "a.tif", bands)), tmp_path)
    assert pyramid.heights == (300, 300)
    assert np.isnan(heights(pyramid)[:10]).all()
    assert (heights(pyramid)[10:] == 300).all()


def test_a_picture_with_too_many_pixels_is_thinned_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_import, "MOST_PIXELS", 10_000)
    path = write_picture(tmp_path / "a.tif", np.full((3, 400, 400), 90, "u1"))
    layer, notes = raster_import.raster_layer(path, ImportOptions(), EPSG, Quiet())
    assert any("間引いて表示します" in note for note in notes)
    pyramid = built(layer, tmp_path)
    assert pyramid.sizes[0] == (100, 100)
    assert pyramid.extent == pytest.approx((1000, 4200, 1800, 5000))
    assert (pixels(pyramid)[..., 0] == 90).all()


def test_a_thinned_picture_is_read_from_the_files_own_smaller_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripes = np.zeros((3, 400, 400), "u1")
    stripes[:, :, 1::2] = 200
    path = write_picture(tmp_path / "a.tif", stripes)
    monkeypatch.setattr(raster_import, "MOST_PIXELS", 10_000)
    assert (pixels(built(imported(path), tmp_path))[..., 0] == 100).all()
    with rasterio.open(path, "r+") as source:
        source.build_overviews([2, 4, 8], Resampling.nearest)
    found = pixels(built(imported(path), tmp_path))
    assert found.shape == (100, 100, 4)
    assert (found[..., 0] == found[0, 0, 0]).all()
    assert found[0, 0, 0] in (0, 200)


class Stop:
    """Presses 中止 at the second step of drawing."""

    def step(self, done: int, total: int, note: str = "") -> None:
        if "表示を用意" in note and (done, total > 1) == (1, True):
            raise Cancelled


def test_a_cancelled_pyramid_leaves_nothing_behind(tmp_path: Path) -> None:
    layer = imported(write_picture(tmp_path / "a.tif", picture(600, 600)))
    folder = tmp_path / "cache"
    with pytest.raises(Cancelled):
        ensure_pyramid(layer, folder, Stop())
    assert list(folder.iterdir()) == []


def test_a_pyramid_is_built_once_and_a_damaged_one_again(tmp_path: Path) -> None:
    layer = imported(write_picture(tmp_path / "a.tif", picture(300, 300)))
    path = ensure_pyramid(layer, tmp_path / "cache")
    made = path.stat().st_ino
    assert ensure_pyramid(layer, tmp_path / "cache") == path == known_pyramid(layer, tmp_path / "cache")
    assert path.stat().st_ino == made
    path.write_bytes(path.read_bytes()[:-100])
    assert known_pyramid(layer, tmp_path / "cache") is None
    assert ensure_pyramid(layer, tmp_path / "cache").stat().st_ino != made


@pytest.mark.parametrize("lost", ["step", "heights", "color.0"])
def test_a_pyramid_that_lacks_something_is_damaged(lost: str, tmp_path: Path) -> None:
    whole = built(imported(write_picture(tmp_path / "a.tif", picture(5, 5))), tmp_path)
    meta = {name: value for name, value in whole.meta.items() if name != lost}
    content = packed(FORM, meta, {name: array for name, array in whole.arrays.items() if name != lost})
    with (tmp_path / "part.rc").open("wb") as file:
        content.write_to(file)
        file.truncate(content.size)
    with pytest.raises(CacheDamaged):
        open_pyramid(tmp_path / "part.rc")


def test_a_file_that_is_gone_or_has_changed_is_told(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.tif", picture(30, 30))
    layer = imported(path)
    write_picture(path, picture(30, 30))
    with pytest.raises(BadInput, match="内容が違います"):
        ensure_pyramid(layer, tmp_path / "cache")
    path.unlink()
    with pytest.raises(BadInput, match="見つかりません"):
        ensure_pyramid(layer, tmp_path / "cache")


def test_a_file_that_is_broken_in_the_middle_is_told_and_leaves_nothing(sample: Path, tmp_path: Path) -> None:
    data = bytearray((sample / "dem10.tif").read_bytes())
    data[len(data) // 3 : len(data) // 3 + 4000] = b"U" * 4000
    (tmp_path / "a.tif").write_bytes(bytes(data))
    layer = imported(tmp_path / "a.tif")
    with pytest.raises(BadInput, match="壊れている"):
        ensure_pyramid(layer, tmp_path / "cache")
    assert not any((tmp_path / "cache").glob("*"))


def test_a_touched_file_is_not_a_changed_one(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.tif", picture(30, 30))
    layer = imported(path)
    os.utime(path, (1, 1))
    assert ensure_pyramid(layer, tmp_path / "cache").is_file()


def test_the_same_file_as_heights_and_as_a_picture_has_two_pyramids(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.tif", np.full((1, 20, 20), 5.0, "f4"))
    places = {pyramid_path(imported(path, role=role), tmp_path) for role in (Role.DEM, Role.RASTER)}
    assert len(places) == 2


def plane(east: float, north: float) -> Any:
    """A slope that rises by so many metres a metre, on cells of 10 m."""
    rows, columns = np.mgrid[0:7, 0:9]
    return (columns * 10 * east - rows * 10 * north).astype("f4")


def test_slopes_towards_the_north_west_are_bright_and_those_away_from_it_dark() -> None:
    towards = hillshade(plane(0.5, -0.5), 10, 10)
    away = hillshade(plane(-0.5, 0.5), 10, 10)
    across = hillshade(plane(0.5, 0.5), 10, 10)
    assert (hillshade(plane(0, 0), 10, 10) == FLAT).all()
    assert towards.min() > FLAT > across.max() > away.max()


def test_the_shade_of_a_plane_is_lamberts_law() -> None:
    east, north = 0.3 / EXAGGERATION, -0.2 / EXAGGERATION
    normal = np.array([-0.3, 0.2, 1]) / np.linalg.norm([-0.3, 0.2, 1])
    sun = np.array([-0.5, 0.5, np.sqrt(0.5)])
    assert (hillshade(plane(east, north), 10, 10) == round(1 + 254 * float(normal @ sun))).all()


def test_ground_beside_a_gap_has_a_shade_and_the_gap_none() -> None:
    ground = plane(0, 0)
    ground[3, 4] = np.nan
    shade = hillshade(ground, 10, 10)
    assert shade[2, 3] == 0
    assert (np.delete(shade.ravel(), 2 * 7 + 3) == FLAT).all()


metres = st.floats(-100, 3776).map(lambda value: round(value, 3))


@given(low=metres, span=metres.map(abs))
@example(low=127.25, span=1.35)  # 128.6 / 0.2 is a little less than 643
def test_classes_of_height_cover_the_ground_in_round_steps(low: float, span: float) -> None:
    classes = height_classes(low, low + span)
    assert 1 <= len(classes) <= MOST_CLASSES
    assert classes[0].low <= low
    assert low + span < classes[-1].high
    assert all(a.high == pytest.approx(b.low) for a, b in pairwise(classes))
    assert len({one.color for one in classes}) == len(classes)


@pytest.mark.real_data
def test_mount_fuji_stands_where_it_stands(real_data: Path, tmp_path: Path) -> None:
    pyramid = built(imported(real_data / "dem" / "fuji_5.tif"), tmp_path)
    found = heights(pyramid)
    row, column = np.unravel_index(np.nanargmax(found), found.shape)
    x, y = pyramid.step(0)
    top = pyramid.corner[0] + (column + 0.5) * x, pyramid.corner[1] - (row + 0.5) * y
    peak = pyproj.Transformer.from_crs(6668, EPSG, always_xy=True).transform(138.7274, 35.3606)
    assert 3_700 < np.nanmax(found) < 3_777
    assert np.hypot(*np.subtract(top, peak)) < 500
