"""The rows: each measures one thing a user waits for, in ms unless it says otherwise.

A row's `bound` is what the house promises on two cores; its `peer` is the same work in qgis_peer.py.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import data
from benchmarks.measure import median_ms, peak_pss_mb

if TYPE_CHECKING:
    from chiiki_gis.core.snapshot import Snapshot
    from chiiki_gis.render.paint import MapLayer

OUT = Path(__file__).parent / "out"
PICTURE = 1_600, 900


@dataclass(frozen=True)
class Row:
    """One row: how to measure it, what it must hold, and the peer's name for it."""

    name: str
    measure: Callable[[], float]
    unit: str = "ms"
    bound: float | None = None
    peer: str | None = None


def window() -> float:
    """From process start to the first painted window."""
    from chiiki_gis.tasks.selftest import paint_window_ms

    times = sorted(ms for ms in (paint_window_ms() for _ in range(5)) if ms is not None)
    if not times:
        raise RuntimeError("the window was not painted")
    return times[len(times) // 2]


def demo_seconds() -> float:
    """`demo OUT`, from start to end."""
    return sorted(_demo()[0] for _ in range(3))[1]


def demo_memory() -> float:
    """Peak memory (PSS) of all processes of `demo OUT`."""
    return _demo()[1]


def _demo() -> tuple[float, float]:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    with tempfile.TemporaryDirectory() as folder:
        return peak_pss_mb([sys.executable, "-m", "chiiki_gis", "demo", folder], environment)


def import_zones() -> float:
    """20,000 zones through the door: read, recognise, mend, normalise, as a layer."""
    from chiiki_gis.core.document import Municipality, new_document
    from chiiki_gis.core.jobs import ImportOptions
    from chiiki_gis.io.project import new_header
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks.plan import import_into

    document = new_document(new_header((Municipality("13101", "千代田区"),), data.EPSG))
    path = data.table("zones", OUT)
    return median_ms(lambda: import_into(document, path, ImportOptions(), memory_ref), 3)


@cache
def prefecture() -> Snapshot:
    """A plan with the prefecture's layers and 500 facilities."""
    from chiiki_gis.core.document import Municipality, new_document
    from chiiki_gis.core.jobs import ImportOptions
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.project import new_header
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks.plan import import_into

    document = new_document(new_header((Municipality("13101", "千代田区"),), data.EPSG))
    for name, role in (
        ("zones", None), ("roads", None), ("vacant_houses", Role.REFERENCE), ("interchanges", None),
        ("facilities", Role.FACILITY),
    ):  # fmt: skip
        options = ImportOptions(role=role)
        document.apply(import_into(document, data.table(name, OUT), options, memory_ref)[0])
    return snapshot(document)


@cache
def drawn() -> tuple[MapLayer, ...]:
    """The prefecture as the canvas draws it."""
    from chiiki_gis.io.cache_build import build_shapes
    from chiiki_gis.render.paint import MapLayer

    layers = [layer for layer in prefecture().layers if not layer.is_plan]
    return tuple(MapLayer(layer, build_shapes(layer.get_frame(), layer.style)) for layer in layers)


def paint(metres_per_px: float) -> float:
    """One picture of all layers with labels, everything but the first run warm."""
    from PySide6.QtGui import QImage, QPainter

    from chiiki_gis.core.role import Role
    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.render.paint import paint_map
    from chiiki_gis.render.paths import PathCache
    from chiiki_gis.render.view import SCREEN_PX_PER_MM, View

    painting_application()
    layers, paths = drawn(), PathCache()
    houses = prefecture().frame(Role.REFERENCE)
    assert houses is not None
    home = houses.geometry.iloc[0]
    center = (data.WIDTH / 2, data.HEIGHT / 2) if metres_per_px > 50 else (home.x, home.y)
    view = View.at_scale(center, metres_per_px * 1000 * SCREEN_PX_PER_MM, *PICTURE)

    def picture() -> None:
        image = QImage(*PICTURE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        paint_map(painter, layers, view, paths=paths)
        painter.end()

    return median_ms(picture)


def paint_country() -> float:
    """120,000 polygons on one picture."""
    import geopandas
    from PySide6.QtGui import QImage, QPainter

    from chiiki_gis.core.layer import Layer, LayerId, Source
    from chiiki_gis.core.palette import reference_style
    from chiiki_gis.core.role import Role
    from chiiki_gis.io.cache_build import build_shapes
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.render.paint import MapLayer, paint_map
    from chiiki_gis.render.paths import PathCache
    from chiiki_gis.render.view import SCREEN_PX_PER_MM, View

    painting_application()
    frame = geopandas.read_file(data.table("country_polygons", OUT), use_arrow=True)
    style = reference_style(Role.REFERENCE)
    layer = Layer(
        LayerId("country"), Role.REFERENCE, "全国", memory_ref(frame), style, Source("", "", "", None)
    )
    entry, paths = MapLayer(layer, build_shapes(frame, style)), PathCache()
    middle = (data.COUNTRY / 2, data.COUNTRY / 2)
    view = View.at_scale(middle, 1_700 * 1000 * SCREEN_PX_PER_MM, *PICTURE)

    def picture() -> None:
        image = QImage(*PICTURE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        paint_map(painter, [entry], view, paths=paths)
        painter.end()

    return median_ms(picture, 3)


def links() -> float:
    """Ways from the nearest of 40 interchanges to 500 facilities over 300,000 roads, with their lines."""
    import tomllib

    from chiiki_gis import paths
    from chiiki_gis.analysis.access import access_links
    from chiiki_gis.analysis.network import speed_profile
    from chiiki_gis.core.role import Role

    values = prefecture()
    profile = speed_profile(tomllib.loads((paths.resources() / "speeds.toml").read_text("utf-8")))
    gates, roads = values.frame(Role.INTERCHANGE), values.frame(Role.ROAD)
    assert gates is not None
    return median_ms(lambda: access_links(values.rows(Role.FACILITY), gates, roads, profile), 1)


def verdicts() -> float:
    """Verdicts of 500 facilities among 20,000 zones."""
    from chiiki_gis.core.role import Role
    from chiiki_gis.rules.load import rule_table
    from chiiki_gis.rules.zoning import judge

    values = prefecture()
    zones = values.frame(Role.ZONING)
    assert zones is not None
    return median_ms(
        lambda: judge(
            values.rows(Role.FACILITY),
            sites=None,
            reference={Role.ZONING: zones},
            plan_areas={},
            facts={},
            table=rule_table(),
        ),
        3,
    )


def join_houses() -> float:
    """The zone of each of 100,000 vacant houses."""
    import geopandas

    from chiiki_gis.core.role import Role

    values = prefecture()
    zones, houses = values.frame(Role.ZONING), values.frame(Role.REFERENCE)
    assert zones is not None
    assert houses is not None
    return median_ms(lambda: geopandas.sjoin(houses, zones[["name", "geometry"]], how="left"), 3)


def export(kind: str) -> float:
    """The zones and the facilities written, re-read and verified."""
    from chiiki_gis.tasks import plan

    values = prefecture()
    keep = tuple(layer for layer in values.layers if layer.is_plan or layer.role.value == "zoning")
    small = replace(values, layers=keep)
    checked: Any = type("Checked", (), {"verdicts": (), "findings": ()})()
    with tempfile.TemporaryDirectory() as folder:
        return median_ms(lambda: plan.export(small, kind, Path(folder), checked=checked), 3)


def sheet() -> float:
    """An A3 sheet at 1:25,000 as vector PDF, finished for archiving."""
    from chiiki_gis.core.sheet import Sheet
    from chiiki_gis.tasks import plan

    values = prefecture()
    spot = values.frame(next(layer.role for layer in values.layers if layer.role.value == "facility"))
    assert spot is not None
    first = spot.geometry.iloc[0]
    one = Sheet("overview", scale=25_000, center=(first.x, first.y))
    shapes = {entry.layer.id: entry.shapes for entry in drawn()}
    checked: Any = type("Checked", (), {"verdicts": (), "findings": ()})()
    now = datetime(2026, 4, 1).astimezone()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        return median_ms(
            lambda: plan.print_sheet(values, one, path, checked=checked, created=now, shapes=shapes), 3
        )


ROWS = (
    Row("window", window, bound=500),
    Row("demo", demo_seconds, "s", 20),
    Row("demo_memory", demo_memory, "MB", 700),
    Row("import_zones", import_zones),
    Row("paint_prefecture", lambda: paint(68), bound=500, peer="paint_prefecture"),
    Row("paint_town", lambda: paint(8), bound=250, peer="paint_town"),
    Row("paint_street", lambda: paint(1), bound=100, peer="paint_street"),
    Row("paint_country", paint_country, bound=1_000, peer="paint_country"),
    Row("links", links, bound=30_000, peer="links"),
    Row("verdicts", verdicts, bound=5_000),
    Row("join_houses", join_houses, peer="join_houses"),
    Row("export_gpkg", lambda: export("gpkg"), peer="export_gpkg"),
    Row("export_shapefile", lambda: export("shapefile"), peer="export_shapefile"),
    Row("sheet", sheet, bound=5_000, peer="sheet"),
)
