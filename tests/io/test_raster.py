"""Raster files at the door: what they are taken for, where they lie, and what is refused."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
from affine import Affine
from pictures import CORNER, EPSG, imported, write_picture
from rasterio.shutil import copy

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.io.formats import read
from chiiki_gis.io.raster import read_header
from chiiki_gis.io.raster_import import raster_layer
from chiiki_gis.io.raster_ref import file_hash, file_stamp, raster_of

PHOTO = np.full((3, 20, 30), 120, "u1")
HILL = np.full((1, 20, 30), 80, "f4")
WORLD = "2\n0\n0\n-2\n1001\n4999\n"


def sentences(error: pytest.ExceptionInfo[BadInput]) -> list[str]:
    lines = str(error.value).splitlines()
    assert len(lines) == 3
    assert all(line.endswith("。") for line in lines)
    return lines


@pytest.mark.parametrize(
    ("bands", "name", "role"),
    [
        (PHOTO, "写真.tif", Role.RASTER),
        (PHOTO[:1], "図.tif", Role.RASTER),
        (HILL, "a.tif", Role.DEM),
        (HILL.astype("i2"), "a.tif", Role.DEM),
        (HILL.astype("u2"), "白黒.tif", Role.RASTER),
        (HILL.astype("u2"), "DEM10B.tif", Role.DEM),
        (np.concatenate([HILL, HILL]), "二つ.tif", Role.RASTER),
    ],
)
def test_a_raster_is_taken_for_heights_or_a_picture_by_its_content(
    bands: Any, name: str, role: Role, tmp_path: Path
) -> None:
    assert read_header(write_picture(tmp_path / name, bands)).role == role


def test_a_layer_knows_its_ground_without_the_library(tmp_path: Path) -> None:
    layer = imported(write_picture(tmp_path / "写真.tif", PHOTO))
    assert raster_of(layer).bounds == (1000, 4960, 1060, 5000)
    assert (layer.count, layer.columns, len(layer.get_frame())) == (0, (), 0)
    assert (layer.name, layer.source.file, layer.source.epsg) == ("写真", "写真.tif", EPSG)


def test_a_picture_with_world_file_and_prj_needs_no_question(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "図面.png", PHOTO, driver="PNG", crs=None, transform=None)
    path.with_suffix(".pgw").write_text(WORLD)
    path.with_suffix(".prj").write_text(pyproj.CRS.from_epsg(EPSG).to_wkt("WKT1_ESRI"))
    for left in tmp_path.glob("*.aux.xml"):
        left.unlink()
    layer = imported(path)
    assert raster_of(layer).bounds == (1000, 4960, 1060, 5000)
    assert read_header(path).crs_evidence == ".prj"


def test_a_picture_without_a_crs_is_refused_and_taken_once_it_is_named(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "図面.tif", PHOTO, crs=None)
    with pytest.raises(BadInput) as error:
        imported(path)
    assert "座標系" in sentences(error)[1]
    layer = imported(path, epsg=EPSG)
    assert (raster_of(layer).bounds, layer.source.epsg) == ((1000, 4960, 1060, 5000), EPSG)


def test_degrees_of_japan_without_a_crs_are_taken_as_jgd2011_and_said_so(tmp_path: Path) -> None:
    place = Affine(0.001, 0, 138.5, 0, -0.001, 36.2)
    path = write_picture(tmp_path / "図面.tif", PHOTO, crs=None, transform=place)
    layer, notes = raster_layer(path, ImportOptions(), EPSG, Quiet())
    assert layer.source.epsg == 6668
    assert any("JGD2011の緯度経度として読みました" in note for note in notes)
    assert any("に変換して表示します" in note for note in notes)


def test_a_picture_that_lies_nowhere_is_refused(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "写真.jpg", PHOTO, driver="JPEG", crs=None, transform=None)
    with pytest.raises(BadInput) as error:
        imported(path)
    assert "ワールドファイル" in sentences(error)[1]


@pytest.mark.parametrize("epsg", [4326, 32654])
def test_a_wrong_crs_that_puts_the_picture_off_the_map_is_refused(epsg: int, tmp_path: Path) -> None:
    far = Affine(2.0, 0.0, 4e7, 0.0, -2.0, 5000.0)
    with pytest.raises(BadInput) as error:
        imported(write_picture(tmp_path / "図面.tif", PHOTO, crs=None, transform=far), epsg=epsg)
    assert "座標系" in sentences(error)[2]


def test_an_unknown_crs_code_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        imported(write_picture(tmp_path / "図面.tif", PHOTO, crs=None), epsg=99999)
    assert "99999" in sentences(error)[0]


@pytest.mark.parametrize(
    ("bands", "role", "word"), [(PHOTO, Role.DEM, "3バンド"), (HILL, Role.ZONING, "図形が入っていません")]
)
def test_a_role_that_does_not_fit_is_refused(bands: Any, role: Role, word: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        imported(write_picture(tmp_path / "x.tif", bands), role=role)
    assert word in sentences(error)[1]


def test_heights_can_be_asked_for_as_a_picture(tmp_path: Path) -> None:
    assert imported(write_picture(tmp_path / "x.tif", HILL), role=Role.RASTER).role == Role.RASTER


@pytest.mark.parametrize("content", [b"", b"II*\0 no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_broken_picture_is_told_in_three_sentences(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "壊れた.tif"
    path.write_bytes(content)
    with pytest.raises(BadInput) as error:
        imported(path)
    assert "壊れた.tif" in sentences(error)[0]


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "波.tif", np.full((1, 8, 8), 1j, "c8"))
    with pytest.raises(BadInput) as error:
        imported(path)
    assert "複素数" in sentences(error)[1]


def test_a_picture_is_no_table_of_features(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        read(write_picture(tmp_path / "境界.tif", PHOTO))
    assert "図形が入っていません" in sentences(error)[1]


def test_pictures_inside_a_zip_are_named_and_left(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "資料.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(sample / "dem10.tif", "dem10.tif")
        archive.write(sample / "plan" / "拠点施設.geojson", "拠点施設.geojson")
    result = read(path)
    assert len(result.tables) == 1
    assert any("画像1件は読んでいません" in note for note in result.notes)


def test_the_hash_follows_the_picture_and_its_world_file(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "図面.png", PHOTO, driver="PNG", crs=None, transform=None)
    path.with_suffix(".pgw").write_text(WORLD)
    digest, stamp = file_hash(path), file_stamp(path)
    assert file_hash(path) == digest
    path.with_suffix(".pgw").write_text(WORLD.replace("1001", "2001"))
    assert file_hash(path) != digest
    assert file_stamp(path) != stamp


def test_a_turned_picture_covers_all_its_corners(tmp_path: Path) -> None:
    turned = CORNER @ Affine.rotation(30)
    layer = imported(write_picture(tmp_path / "図面.tif", PHOTO, transform=turned))
    corners = [turned @ (x, y) for x in (0, 30) for y in (0, 20)]
    west, south, east, north = raster_of(layer).bounds
    assert west == pytest.approx(min(x for x, _ in corners), abs=3)
    assert south == pytest.approx(min(y for _, y in corners), abs=3)
    assert east == pytest.approx(max(x for x, _ in corners), abs=3)
    assert north == pytest.approx(max(y for _, y in corners), abs=3)


def test_image_tiles_are_read_and_their_attribution_loses_its_markup(tmp_path: Path) -> None:
    web = Affine(4.777, 0, 15_390_000, 0, -4.777, 4_320_000)
    photo = write_picture(
        tmp_path / "web.tif", np.full((3, 300, 300), 90, "u1"), crs="EPSG:3857", transform=web
    )
    path = tmp_path / "地図.mbtiles"
    copy(photo, path, driver="MBTiles")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO metadata VALUES ('attribution', '<a href=\"x\">試験市</a>')")
    before = path.read_bytes()
    header = read_header(path)
    assert (header.epsg, header.role, header.rights) == (3857, Role.RASTER, "試験市")
    move = pyproj.Transformer.from_crs(3857, EPSG, always_xy=True)
    x, y = move.transform(15_390_700, 4_319_300)
    west, south, east, north = raster_of(imported(path)).bounds
    assert west < x < east
    assert south < y < north
    assert path.read_bytes() == before
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".mbtiles", ".tif"]
