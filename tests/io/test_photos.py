"""Photographs in the project file: kept whole, moved with it, and gone when they are taken away."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from shapely.geometry import Point

from chiiki_gis import paths
from chiiki_gis.core.document import Document, Municipality, new_document
from chiiki_gis.core.edits import add_facility, delete_features
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.photos import COLUMN, MOST_BYTES, Photo, add_photos, drop_photo, photos_of
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import project
from chiiki_gis.io.photos import TABLE, photo_bytes
from chiiki_gis.render.photographs import painting_application, smaller
from chiiki_gis.tasks import photos as task
from chiiki_gis.tasks.photos import photo_picture, take_photos
from chiiki_gis.tasks.reports import inspection

FACILITY = LayerId("facility")
EXIF = (
    b"\xff\xe1\x00\x38Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x02"
    b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
    b"\x01\x31\x00\x02\x00\x00\x00\x0c\x00\x00\x00\x26"
    b"\x00\x00\x00\x00SECRETCAMERA\x00\x00\x00\x00"
)
"""An APP1 segment: turned a quarter to the right, taken with SECRETCAMERA."""


def picture(path: Path, size: tuple[int, int] = (400, 200), exif: bool = True, color: int = 0xCC8844) -> Path:
    painting_application()
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(color)
    assert image.save(str(path), "JPEG")
    if exif:
        data = path.read_bytes()
        path.write_bytes(data[:2] + EXIF[:2] + (len(EXIF) - 2).to_bytes(2, "big") + EXIF[4:] + data[2:])
    return path


def plan() -> Document:
    document = new_document(project.new_header((Municipality("20999", "試験市"),), 6676))
    document.apply(add_facility(document, "coworking", Point(0, 0)))
    return document


def with_photos(folder: Path, count: int = 1) -> Document:
    document = plan()
    files = [picture(folder / f"現地{n}.jpg", color=n * 999) for n in range(count)]
    document.apply(add_photos(document, Fid(1), take_photos(files, Quiet()).photos))
    return document


def kept(document: Document) -> tuple[Photo, ...]:
    return photos_of(document.plan(Role.FACILITY).at[1, COLUMN])


def stored(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute(f"SELECT hash FROM {TABLE}")}


def forget_state() -> None:
    """As on another PC: nothing of the photographs is in the state folder."""
    for file in (paths.state_folder() / "photos").iterdir():
        file.unlink()


def test_a_photograph_travels_in_the_project_file_byte_for_byte(tmp_path: Path) -> None:
    document = with_photos(tmp_path)
    project.save_project(snapshot(document), tmp_path / "p.gpkg")
    forget_state()
    again = project.document_of(project.open_project(tmp_path / "p.gpkg"))
    (photo,) = kept(again)
    assert photo.name == "現地0.jpg"
    assert photo_bytes(photo.hash) == (tmp_path / "現地0.jpg").read_bytes()


def test_saving_under_another_name_on_another_pc_takes_the_photographs_along(tmp_path: Path) -> None:
    project.save_project(snapshot(with_photos(tmp_path, 2)), tmp_path / "p.gpkg")
    forget_state()
    read = project.open_project(tmp_path / "p.gpkg")
    project.save_project(read.snapshot, tmp_path / "copy.gpkg")
    (tmp_path / "p.gpkg").unlink()
    assert len(stored(tmp_path / "copy.gpkg")) == 2
    assert all(photo_bytes(photo.hash) for photo in kept(project.document_of(read)))


def test_what_is_taken_away_is_gone_from_the_file_and_comes_back_with_undo(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    document = with_photos(tmp_path)
    project.save_project(snapshot(document), path)
    data = (tmp_path / "現地0.jpg").read_bytes()
    forget_state()
    document = project.document_of(project.open_project(path))
    back = document.apply(drop_photo(document, Fid(1), kept(document)[0]))
    project.save_project(snapshot(document), path)
    assert stored(path) == set()
    assert data[200:400] not in path.read_bytes()
    document.apply(back)
    project.save_project(snapshot(document), path)
    assert photo_bytes(kept(document)[0].hash) == data
    assert len(stored(path)) == 1


def test_a_deleted_facility_takes_its_photographs_out_of_the_file(tmp_path: Path) -> None:
    document = with_photos(tmp_path)
    project.save_project(snapshot(document), tmp_path / "p.gpkg")
    document.apply(delete_features(document, FACILITY, (Fid(1),)))
    project.save_project(snapshot(document), tmp_path / "p.gpkg")
    assert stored(tmp_path / "p.gpkg") == set()


def test_unchanged_photographs_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    document = with_photos(tmp_path)
    project.save_project(snapshot(document), path)
    forget_state()  # the bytes are in the file and nowhere else
    document.apply(add_facility(document, "exchange", Point(9, 9)))
    project.save_project(snapshot(document), path)
    assert photo_bytes(kept(document)[0].hash) == (tmp_path / "現地0.jpg").read_bytes()


def test_the_same_photograph_is_taken_once(tmp_path: Path) -> None:
    document = with_photos(tmp_path)
    again = take_photos([tmp_path / "現地0.jpg"], Quiet())
    assert add_photos(document, Fid(1), again.photos).is_empty


def test_a_photograph_that_is_nowhere_keeps_its_name_and_stops_no_save(tmp_path: Path) -> None:
    document = with_photos(tmp_path)
    forget_state()
    project.save_project(snapshot(document), tmp_path / "p.gpkg")
    again = project.document_of(project.open_project(tmp_path / "p.gpkg"))
    assert kept(again)[0].name == "現地0.jpg"
    assert photo_picture(kept(again)[0], 200) is None


def test_pictures_to_look_at_are_upright_and_carry_no_exif(tmp_path: Path) -> None:
    data = picture(tmp_path / "a.jpg").read_bytes()
    assert b"SECRETCAMERA" in data
    small = smaller(data, 100)
    assert small is not None
    assert b"SECRETCAMERA" not in small
    assert b"Exif" not in small
    image = QImage.fromData(small)
    assert (image.width(), image.height()) == (50, 100)


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\xff\xd8\xff\xe0 broken"])
def test_what_is_no_picture_is_refused_in_three_sentences(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "写真.jpg"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        take_photos([path], Quiet())
    assert str(refused.value).count("\n") == 2
    assert "写真.jpg" in refused.value.what


def test_a_picture_above_20_mb_is_taken_in_as_a_smaller_copy_and_said_so(tmp_path: Path) -> None:
    path = picture(tmp_path / "大きい.jpg", (800, 600), exif=False)
    path.write_bytes(path.read_bytes() + os.urandom(MOST_BYTES))
    taken = task.take_photos([path], Quiet())
    assert taken.photos[0].size < MOST_BYTES
    assert "縮小した写し" in taken.notes[0]
    assert path.stat().st_size > MOST_BYTES


def test_the_table_of_photographs_is_no_layer_of_the_project(tmp_path: Path) -> None:
    project.save_project(snapshot(with_photos(tmp_path)), tmp_path / "p.gpkg")
    with closing(sqlite3.connect(tmp_path / "p.gpkg")) as connection:
        query = "SELECT data_type FROM gpkg_contents WHERE table_name = ?"
        assert connection.execute(query, (TABLE,)).fetchone() == ("attributes",)
    assert TABLE not in str(inspection(tmp_path / "p.gpkg"))


def test_a_cell_that_is_no_list_of_photographs_counts_as_none() -> None:
    assert photos_of("x") == photos_of('[{"hash": 1}]') == photos_of(None) == photos_of("[3]") == ()
