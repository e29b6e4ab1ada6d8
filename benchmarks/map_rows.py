"""The rows of the map: how long pictures take, and how a window feels with a prefecture and a country."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import data
from benchmarks.measure import median_ms

if TYPE_CHECKING:
    from chiiki_gis.core.role import Role
    from chiiki_gis.render.paint import MapLayer

OUT = Path(__file__).parent / "out"
PICTURE = 1_600, 900
FULL, TOWN, STREET = 68.0, 8.0, 1.0
"""Metres a pixel of the prefecture's views."""
COUNTRY_FULL, REGION = 1_700.0, 90.0
PREFECTURE_MIDDLE = data.WIDTH / 2, data.HEIGHT / 2
COUNTRY_MIDDLE = data.COUNTRY / 2, data.COUNTRY / 2
WINDOW_RUNS = 3
SCREEN = OUT / "screen.json"
_SCREEN = {
    "name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080,
    "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
}  # fmt: skip
"""Qt's own screen without a screen is 800 × 800."""
PREFECTURE = ("municipalities", "zones", "roads", "vacant_houses", "interchanges")
COUNTRY = ("country_polygons", "country_points")
_PLAN_LAYERS = 5


def draw(names: tuple[str, ...], metres_per_px: float, center: tuple[float, float] | None = None) -> float:
    """One antialiased picture with labels; the first run, which fills the path cache, is not counted."""
    return _picture_ms(layers_of(names), metres_per_px, center or _home())


def points_on_top() -> float:
    """What a million points add to the picture of the country."""
    polygons, points = layers_of(COUNTRY[:1]), layers_of(COUNTRY[1:])
    alone = _picture_ms(polygons, COUNTRY_FULL, COUNTRY_MIDDLE)
    return _picture_ms((*polygons, *points), COUNTRY_FULL, COUNTRY_MIDDLE) - alone


def _picture_ms(layers: tuple[MapLayer, ...], metres_per_px: float, center: tuple[float, float]) -> float:
    from PySide6.QtGui import QImage, QPainter

    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.render.paint import paint_map
    from chiiki_gis.render.paths import PathCache
    from chiiki_gis.render.view import SCREEN_PX_PER_MM, View

    painting_application()
    paths = PathCache()
    view = View.at_scale(center, metres_per_px * 1000 * SCREEN_PX_PER_MM, *PICTURE)

    def picture() -> None:
        image = QImage(*PICTURE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        paint_map(painter, layers, view, paths=paths)
        painter.end()

    return median_ms(picture)


def _home() -> tuple[float, float]:
    """A vacant house: a place in a town."""
    import pyogrio

    first = pyogrio.read_dataframe(data.table("vacant_houses", OUT), max_features=1).geometry.iloc[0]
    return first.x, first.y


@cache
def layers_of(names: tuple[str, ...]) -> tuple[MapLayer, ...]:
    """Tables as the canvas draws them."""
    from chiiki_gis.io.cache_build import build_shapes
    from chiiki_gis.io.project import open_project
    from chiiki_gis.render.paint import MapLayer

    read = open_project(project_of(names))
    layers = [layer for layer in read.snapshot.layers if not layer.is_plan]
    return tuple(MapLayer(layer, build_shapes(layer.get_frame(), layer.style)) for layer in layers)


def _role(name: str) -> Role | None:
    from chiiki_gis.core.role import Role

    plain = {"vacant_houses": Role.REFERENCE, "facilities": Role.FACILITY}
    return plain.get(name, Role.REFERENCE if name.startswith("country") else None)


def _project(name: str, tables: tuple[str, ...]) -> Path:
    """A saved project of some tables, made once."""
    from chiiki_gis.core.document import Municipality, new_document
    from chiiki_gis.core.jobs import ImportOptions
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.project import new_header, save_project
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks.plan import import_into

    path = OUT / f"project_{name}.gpkg"
    if not path.is_file():
        document = new_document(new_header((Municipality("13101", "千代田区"),), data.EPSG))
        for table in tables:
            options = ImportOptions(role=_role(table))
            document.apply(import_into(document, data.table(table, OUT), options, memory_ref)[0])
        save_project(snapshot(document), path)
    return path


def project_of(tables: tuple[str, ...]) -> Path:
    """A saved project of some tables, made once."""
    return _project("-".join(tables), tables)


@cache
def window_figures(scene: str, land: str) -> dict[str, float]:
    """Medians of a window's figures (benchmarks/window.py) on the prefecture or the country."""
    tables = (*PREFECTURE, "facilities") if land == "prefecture" else COUNTRY
    tiny = _project(f"tiny_{land}", ("interchanges",) if land == "prefecture" else ("country_corners",))
    if scene == "open":
        project = _project(land, tables)
        references = sum(name != "facilities" for name in tables)
        words = [str(project), str(tiny), str(references + _PLAN_LAYERS)]
    elif scene == "hand":
        project = _project(land, tables)
        words = [str(project), str(sum(name != "facilities" for name in tables) + _PLAN_LAYERS)]
    else:
        loaded = tables[:4] if land == "prefecture" else tables[:1]
        words = [str(tiny), *(str(data.table(name, OUT)) for name in loaded)]
    runs = [window_run(scene, words) for _ in range(WINDOW_RUNS + 1)][1:]
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def window_run(scene: str, words: list[str]) -> dict[str, float]:
    """One run of a scene of benchmarks/window.py."""
    shutil.rmtree(OUT / "state" / "journal", ignore_errors=True)  # the last run was ended, not closed
    environment = {
        **os.environ,
        "CHIIKI_GIS_STATE": str(OUT / "state"),
        "CHIIKI_GIS_CACHE": str(OUT / "cache"),
    }
    SCREEN.write_text(json.dumps({"screens": [_SCREEN]}), "utf-8")
    environment.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={SCREEN}")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.window", scene, *words],
        cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    figures: dict[str, float] = json.loads(lines[-1]) if lines else {"timeout": 1.0}
    if "timeout" in figures:
        raise RuntimeError(f"the window did not finish: {done.stderr[-300:]}")
    return figures


def figure(scene: str, name: str, *lands: str) -> Callable[[], float]:
    """The worst of one figure over some lands."""
    return lambda: max(window_figures(scene, land)[name] for land in lands)


def gap() -> float:
    """The longest time that the window did not answer while it opened or imported."""
    return max(window_figures(s, land)["gap"] for s in ("open", "load") for land in ("prefecture", "country"))
