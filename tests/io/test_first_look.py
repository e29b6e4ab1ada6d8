"""What a project's map showed last, seen from the cache folder alone."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
import shapely

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.cache import open_shapes
from chiiki_gis.io.first_look import first_look
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import window

EPSG = 6676


@pytest.fixture
def document(tmp_path: Path) -> Document:
    made = new_document(Header(tmp_path.name, (Municipality("20999", "澄原市"),), EPSG))
    made.apply(add_area(made, Role.PROMOTION_AREA, shapely.box(0, 0, 300, 200)))
    roads = geopandas.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (500, 500)])], crs=EPSG)
    roads.index.name = "fid"
    layer = Layer(LayerId("ref1"), Role.ROAD, "道路", memory_ref(roads), reference_style(Role.ROAD))
    made.apply(Change("取り込む", put_layers=(layer,)))
    return made


@pytest.fixture
def saved(document: Document, tmp_path: Path) -> Path:
    """Saved and opened once, as a window does."""
    path = tmp_path / "計画.gpkg"
    window.save_for_window(snapshot(document), path, None, os.getpid())
    window.open_for_window(path, os.getpid())
    return path


def seen(path: Path) -> dict[str, int]:
    """How many features of each layer are seen, bottom to top."""
    found = first_look(path, paths.cache_folder())
    return {x.layer.id: open_shapes(x.shapes).count for x in found}  # type: ignore[arg-type]  # vector layers lie in files


def test_every_layer_of_a_saved_project_is_seen_in_its_order(saved: Path, document: Document) -> None:
    look = seen(saved)
    assert list(look) == [layer.id for layer in document.layers]
    assert look["ref1"] == 1
    assert look["promotion_area"] == 1
    assert look["facility"] == 0


def test_a_saved_edit_is_seen(saved: Path, document: Document) -> None:
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(400, 0, 500, 200)))
    window.save_for_window(snapshot(document), saved, 1, os.getpid())
    assert seen(saved)["promotion_area"] == 2


def test_it_takes_no_library_for_geodata(saved: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from chiiki_gis import paths;"
        "from chiiki_gis.io.first_look import first_look;"
        f"print(len(first_look(Path({str(saved)!r}), paths.cache_folder())),"
        "*sorted({'geopandas', 'pandas', 'pyogrio', 'fiona', 'rasterio', 'shapely'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["6"]


def test_what_another_program_has_edited_is_not_seen_as_it_was(saved: Path) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("CREATE TABLE another (key TEXT)")
    look = seen(saved)
    assert "promotion_area" not in look
    assert look["ref1"] == 1


def test_a_file_that_somebody_is_writing_is_not_looked_at(saved: Path) -> None:
    saved.with_name(f"{saved.name}-journal").write_bytes(b"unfinished")
    assert seen(saved) == {}


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(2000)])
def test_a_file_that_is_no_project_shows_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "何か.gpkg"
    path.write_bytes(content)
    assert seen(path) == {}
    assert seen(tmp_path / "ない.gpkg") == {}


def test_without_drawing_data_only_the_rest_is_seen(saved: Path) -> None:
    for place in first_look(saved, paths.cache_folder()):
        if place.layer.id == "ref1":
            Path(str(place.shapes)).unlink()
    assert "ref1" not in seen(saved)
    assert "promotion_area" in seen(saved)
