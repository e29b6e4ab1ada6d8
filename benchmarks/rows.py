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

from benchmarks import access_rows, data, import_rows, save_rows, scenario_rows, sheet_rows
from benchmarks.desk_rows import merge_all
from benchmarks.export_rows import package, roads_gpkg, roads_shapefile
from benchmarks.hand_rows import drag_long, draw_long, snap, trace
from benchmarks.judge_rows import judge_crowd, move_median, move_p95
from benchmarks.map_rows import (
    COUNTRY,
    COUNTRY_FULL,
    COUNTRY_MIDDLE,
    FULL,
    PREFECTURE,
    PREFECTURE_MIDDLE,
    REGION,
    STREET,
    TOWN,
    draw,
    figure,
    gap,
    points_on_top,
)  # fmt: skip
from benchmarks.measure import median_ms, peak_pss_mb

if TYPE_CHECKING:
    from chiiki_gis.core.snapshot import Snapshot
    from chiiki_gis.render.paint import MapLayer

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True)
class Row:
    """One row: how to measure it, what it must hold, and the peer's name for it.

    least_ratio   how many times faster than the peer it must be, where the peer is there
    """

    name: str
    measure: Callable[[], float]
    unit: str = "ms"
    bound: float | None = None
    peer: str | None = None
    least_ratio: float | None = None


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
    from chiiki_gis.tasks import leaving

    values = prefecture()
    keep = tuple(layer for layer in values.layers if layer.is_plan or layer.role.value == "zoning")
    small = replace(values, layers=keep)
    checked: Any = type("Checked", (), {"verdicts": (), "findings": ()})()
    with tempfile.TemporaryDirectory() as folder:
        return median_ms(lambda: leaving.export(small, kind, Path(folder), checked=checked), 3)


def sheet(scale: int) -> float:
    """An A3 sheet of the prefecture as vector PDF, finished and measured."""
    from chiiki_gis.core.sheet import Sheet
    from chiiki_gis.tasks import plan

    values = prefecture()
    spot = values.frame(next(layer.role for layer in values.layers if layer.role.value == "facility"))
    assert spot is not None
    first = spot.geometry.iloc[0]
    one = Sheet("overview", scale=scale, center=(first.x, first.y))
    shapes = {entry.layer.id: entry.shapes for entry in drawn()}
    checked: Any = type("Checked", (), {"verdicts": (), "findings": ()})()
    now = datetime(2026, 4, 1).astimezone()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        return median_ms(
            lambda: plan.print_sheet(values, one, path, checked=checked, created=now, shapes=shapes), 3
        )


LANDS = ("prefecture", "country")
IMPORTED = (("zones", "zones", 1_500), ("roads", "roads", 4_000), ("country", "country_polygons", 15_000))

ROWS = (
    Row("window", window, bound=500),
    Row("demo", demo_seconds, "s", 20),
    Row("demo_memory", demo_memory, "MB", 700),
    *(Row(f"import_{name}", import_rows.take_in(table, OUT), bound=bound) for name, table, bound in IMPORTED),
    *(Row(f"import_{name}_ogr2ogr", import_rows.ogr2ogr(table, OUT)) for name, table, _ in IMPORTED),
    *(Row(f"import_{name}_memory", import_rows.memory(table, OUT), "MB", 250) for name, table, _ in IMPORTED),
    Row(
        "draw_prefecture_aa",
        lambda: draw(PREFECTURE, FULL, PREFECTURE_MIDDLE),
        bound=140,
        peer="draw_prefecture_aa",
        least_ratio=10,
    ),
    Row("draw_town_aa", lambda: draw(PREFECTURE, TOWN), bound=70, peer="draw_town_aa", least_ratio=1.6),
    Row("draw_street", lambda: draw(PREFECTURE, STREET), bound=12, peer="draw_street"),
    Row(
        "draw_national_aa",
        lambda: draw(COUNTRY[:1], COUNTRY_FULL, COUNTRY_MIDDLE),
        bound=220,
        peer="draw_national_aa",
        least_ratio=5,
    ),
    Row("draw_points_1m", points_on_top, bound=40),
    Row(
        "draw_region_aa",
        lambda: draw(COUNTRY[:1], REGION, COUNTRY_MIDDLE),
        peer="draw_region_aa",
        least_ratio=1,
    ),
    Row("pan_p99", figure("open", "pan_p99", *LANDS), bound=20),
    Row("pan_max", figure("open", "pan_max", *LANDS), bound=33),
    Row(
        "open_prefecture",
        figure("open", "open", "prefecture"),
        bound=450,
        peer="open_prefecture",
        least_ratio=3,
    ),
    Row("open_exec", figure("open", "exec", "prefecture"), bound=800),
    Row("open_national", figure("open", "open", "country"), bound=1_000),
    Row("import_first", figure("load", "first", *LANDS), bound=200),
    Row("import_prefecture", figure("load", "preview", "prefecture"), bound=1_000),
    Row("import_national", figure("load", "preview", "country"), bound=1_600),
    Row("ui_gap", gap, bound=25),
    Row("memory_prefecture", figure("open", "memory", "prefecture"), "MB", 380),
    Row("memory_national", figure("open", "memory", "country"), "MB", 480),
    Row("identify", figure("open", "identify", *LANDS), bound=5),
    Row("network_build", access_rows.network_build, bound=600),
    Row("links", access_rows.links, bound=450, peer="links", least_ratio=60),
    Row("link_minutes", access_rows.link_minutes, bound=1_600),
    Row("link_moved", access_rows.link_moved, bound=50),
    Row("nearest_interchange", access_rows.nearest_interchange, bound=600),
    Row("reach_30", access_rows.reach_30, bound=250, peer="reach_30", least_ratio=100),
    Row("improved_network", access_rows.improved_network, bound=1_200),
    Row("new_road", access_rows.new_road, bound=3_000),
    Row("snap_full", lambda: snap(FULL), bound=16),
    Row("snap_street", lambda: snap(STREET), bound=16),
    Row("trace_town", lambda: trace(TOWN), bound=16),
    Row("trace_street", lambda: trace(STREET), bound=16),
    Row("drag_5000", lambda: drag_long(TOWN), bound=16),
    Row("draw_5000", lambda: draw_long(TOWN), bound=16),
    Row("save_prefecture", save_rows.save_prefecture, bound=1_000),
    Row("save_ui_gap", save_rows.save_gap, bound=25),
    Row("edit_on_disk", save_rows.edit_on_disk, bound=1_000),
    Row("sketch_on_disk", save_rows.sketch_on_disk, bound=1_000),
    Row("draw_move_5000", figure("hand", "draw_move", "prefecture"), bound=16),
    Row("trace_move_5000", figure("hand", "trace_move", "prefecture"), bound=16),
    Row("move_area_5000", figure("hand", "move_area", "prefecture"), bound=16),
    Row("edit_repaint", figure("hand", "edit", "prefecture"), bound=50),
    Row("undo_repaint", figure("hand", "undo", "prefecture"), bound=50),
    Row("verdicts", verdicts, bound=5_000),
    Row("judge_100k", lambda: judge_crowd(True), bound=1_500, peer="join_houses"),
    Row("judge_100k_first", lambda: judge_crowd(False)),
    Row("live_verdict", move_median, bound=16),
    Row("live_verdict_p95", move_p95, bound=16),
    Row("scenario_figures", scenario_rows.figures, bound=200),
    Row("join_houses", join_houses, peer="join_houses"),
    Row("export_gpkg", lambda: export("gpkg"), peer="export_gpkg"),
    Row("export_shapefile", lambda: export("shapefile"), peer="export_shapefile"),
    Row("export_roads_gpkg_write", roads_gpkg("write"), bound=1_300),
    Row("export_roads_gpkg", roads_gpkg("verified"), bound=5_000),
    Row("export_roads_shapefile_write", roads_shapefile("write"), bound=2_200),
    Row("export_roads_shapefile", roads_shapefile("verified"), bound=5_000),
    Row("package", package, bound=10_000),
    Row("merge_77", merge_all, bound=60_000),
    Row("sheet", lambda: sheet(25_000), bound=5_000, peer="sheet"),
    Row("sheet_a3_25000", sheet_rows.sheet_town, bound=200),
    Row(
        "sheet_prefecture",
        lambda: sheet(250_000),
        bound=2_500,
        peer="sheet_prefecture",
        least_ratio=2.5,
    ),
    Row("sheet_preview", sheet_rows.sheet_preview, bound=300),
    Row("sheet_series", sheet_rows.sheet_series, bound=12_000),
    Row("page_size", sheet_rows.page_kilobytes, "kB", 700),
)
