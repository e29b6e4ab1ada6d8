"""Raster layers in a project: outside the file, by relative path and hash."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from pictures import EPSG, imported, write_picture

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.layer import Layer, same_layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import project
from chiiki_gis.io.encode import change_from_json, change_to_json
from chiiki_gis.io.first_look import first_look
from chiiki_gis.io.raster_ref import raster_of
from chiiki_gis.tasks import leaving, plan, window
from chiiki_gis.worker import WarmFrames


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture in a folder beside the project's."""
    (tmp_path / "計画" / "画像").mkdir(parents=True)
    return write_picture(tmp_path / "計画" / "画像" / "航空写真.tif", np.full((3, 40, 40), 90, "u1"))


@pytest.fixture
def document(photo: Path) -> Document:
    """An empty plan with the picture."""
    made = new_document(Header("u", (Municipality("20999", "試験市"),), EPSG))
    made.apply(Change("取り込む", put_layers=(imported(photo),)))
    return made


@pytest.fixture
def saved(document: Document, tmp_path: Path) -> Path:
    path = tmp_path / "計画" / "計画.gpkg"
    project.save_project(snapshot(document), path)
    return path


def rasters(path: Path) -> list[Layer]:
    return project.open_project(path).snapshot.of(Role.RASTER, Role.DEM)


def stored(path: Path) -> dict[str, object]:
    """What the file says of its raster layer."""
    with closing(sqlite3.connect(path)) as connection:
        (text,) = connection.execute("SELECT value FROM chiiki_meta WHERE key = 'layers'").fetchone()
    return next(data for data in json.loads(text) if data["role"] == "raster")


def test_a_raster_layer_comes_back_and_has_no_table(document: Document, saved: Path, photo: Path) -> None:
    (back,) = rasters(saved)
    (layer,) = document.references(Role.RASTER)
    assert same_layer(back, layer)
    assert raster_of(back) == raster_of(layer)
    assert stored(saved)["path"] == "画像/航空写真.tif"
    with closing(sqlite3.connect(saved)) as connection:
        tables = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")}
    assert layer.id not in tables


def test_project_and_picture_can_move_together(saved: Path, tmp_path: Path) -> None:
    shutil.move(saved.parent, tmp_path / "別の場所")
    (back,) = rasters(tmp_path / "別の場所" / saved.name)
    assert raster_of(back).path == tmp_path / "別の場所" / "画像" / "航空写真.tif"
    assert raster_of(back).path.is_file()


def test_saving_elsewhere_finds_the_same_picture(saved: Path, photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "写し" / "深い" / "計画.gpkg"
    project.save_project(project.open_project(saved).snapshot, other)
    assert stored(other)["path"] == "../../計画/画像/航空写真.tif"
    assert raster_of(rasters(other)[0]).path == photo


def test_a_dropped_raster_layer_leaves_the_file_and_can_be_put_back(saved: Path) -> None:
    read = project.open_project(saved)
    document = project.document_of(read)
    back = document.apply(Change("", drop_layers=(rasters(saved)[0].id,)))
    project.save_project(snapshot(document), saved, read.revision)
    assert rasters(saved) == []
    document.apply(back)
    project.save_project(snapshot(document), saved, read.revision + 1)
    assert len(rasters(saved)) == 1


def test_a_change_with_a_raster_layer_survives_the_journal(document: Document) -> None:
    (layer,) = document.references(Role.RASTER)
    change = Change("取り込む", put_layers=(layer,))
    (back,) = change_from_json(json.loads(json.dumps(change_to_json(change))), EPSG).put_layers
    assert same_layer(back, layer)
    assert raster_of(back) == raster_of(layer)


def test_a_project_whose_picture_is_gone_opens_without_its_drawing_data(saved: Path, photo: Path) -> None:
    (layer,) = rasters(saved)
    assert layer.id not in window.open_for_window(saved, os.getpid()).shapes
    assert layer.id not in {seen.layer.id for seen in first_look(saved, paths.cache_folder())}
    window.layer_shapes(layer)
    assert layer.id in window.open_for_window(saved, os.getpid()).shapes
    assert layer.id in {seen.layer.id for seen in first_look(saved, paths.cache_folder())}
    photo.unlink()
    opened = window.open_for_window(saved, os.getpid())
    assert layer.id not in opened.shapes
    assert layer.id in {x.id for x in opened.snapshot.layers}


def test_a_replaced_picture_is_noticed_when_the_project_opens(saved: Path, photo: Path) -> None:
    write_picture(photo, np.full((3, 60, 60), 200, "u1"))
    opened = window.open_for_window(saved, os.getpid())
    (layer,) = opened.snapshot.of(Role.RASTER)
    assert any("保存したときと内容が違います" in note for note in opened.notes)
    assert raster_of(layer).bounds == (1000, 4880, 1120, 5000)
    window.layer_shapes(layer)


def test_a_copied_picture_with_another_date_is_the_same_one(saved: Path, photo: Path) -> None:
    content = photo.read_bytes()
    photo.unlink()
    photo.write_bytes(content)
    opened = window.open_for_window(saved, os.getpid())
    assert opened.notes == ()
    window.layer_shapes(opened.snapshot.of(Role.RASTER)[0])


def test_work_on_features_passes_raster_layers_by(document: Document, tmp_path: Path) -> None:
    values = WarmFrames().warm(snapshot(document))
    (layer,) = values.of(Role.RASTER)
    assert layer.id not in plan.shapes_of(values)
    assert layer.id in plan.pyramids_of(values)[0]
    assert plan.check(values).findings is not None
    assert leaving.export(values, "gpkg", tmp_path).files


def test_a_missing_picture_is_named_beside_the_sheet(document: Document, photo: Path) -> None:
    photo.unlink()
    pyramids, notes = plan.pyramids_of(snapshot(document))
    assert pyramids == {}
    assert len(notes) == 1
    assert "航空写真.tif" in notes[0]


def test_a_picture_chosen_anew_is_one_change_and_keeps_name_and_style(
    document: Document, photo: Path, tmp_path: Path
) -> None:
    (layer,) = document.references(Role.RASTER)
    moved = tmp_path / "移した.tif"
    photo.rename(moved)
    answer = window.relocate_for_window(layer, moved)
    assert answer.notes == ()
    back = document.apply(answer.change)
    (found,) = document.references(Role.RASTER)
    assert (raster_of(found).path, found.name, found.id) == (moved, layer.name, layer.id)
    document.apply(back)
    assert raster_of(document.references(Role.RASTER)[0]).path == photo


def test_another_picture_in_its_place_is_said_to_be_another(document: Document, tmp_path: Path) -> None:
    (layer,) = document.references(Role.RASTER)
    other = write_picture(tmp_path / "別.tif", np.full((3, 20, 20), 10, "u1"))
    assert "内容が違います" in window.relocate_for_window(layer, other).notes[0]
