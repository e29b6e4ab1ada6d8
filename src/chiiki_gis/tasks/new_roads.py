"""What a plan knows of the ground for estimates of new roads, and the layer of where they may lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.access_plan import new_road_of
from chiiki_gis.core.change import Change
from chiiki_gis.core.layer import Layer, LayerId, Source
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.style import Style, Symbol

if TYPE_CHECKING:
    from chiiki_gis.analysis.link_rows import Place
    from chiiki_gis.analysis.new_links import NewRoads
    from chiiki_gis.analysis.new_road import Ground, NewRoad
    from chiiki_gis.io.imports import KeepFrame

QUIET = Quiet()
CORRIDORS = LayerId("new_road_corridors")
_RIVER_WORDS = ("河川", "水系", "流路", "W05")


def new_roads_of(values: Snapshot, progress: Progress = QUIET) -> tuple[NewRoads | None, list[str]]:
    """How new roads are found in a plan, None where the planner has not asked for them; notes.

    Raises BadInput where the file of an elevation layer is missing.
    """
    from chiiki_gis.analysis.new_links import NewRoads
    from chiiki_gis.analysis.road_design import NewRoadRule
    from chiiki_gis.io.new_roads import own_designs

    choice = new_road_of(values.facts)
    if choice is None:
        return None, []
    designs = own_designs()
    rule = NewRoadRule(designs.get(choice.design), choice.is_exception)
    ground, notes = _ground(values)
    return NewRoads(ground, rule, designs, progress), notes


def _ground(values: Snapshot) -> tuple[Ground, list[str]]:
    import shapely

    from chiiki_gis.analysis.new_road import Ground, Obstacle
    from chiiki_gis.io.elevation import cell_m, heights_grid

    named = {
        "river": [layer for layer in values.of(Role.REFERENCE) if _is_river(layer)],
        "hazard": values.of(Role.HAZARD),
        "protected": values.of(Role.PROTECTED_AREA),
    }
    obstacles = []
    for kind, layers in named.items():
        for layer in layers:
            shapes = layer.get_frame().geometry.to_numpy()
            shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
            obstacles.append(Obstacle(kind, shapes))
    notes = []
    if not named["river"]:
        notes.append(
            "河川のデータがないため、新しい道の概算は河川を避けません"
            "（名前に「河川」を含む参考レイヤがあれば避けます）。"
        )
    heights = values.of(Role.DEM)
    if not heights:
        return Ground(None, 0.0, tuple(obstacles)), notes
    epsg = values.epsg
    return Ground(
        lambda bounds, step: heights_grid(heights, epsg, bounds, step), cell_m(heights), tuple(obstacles)
    ), notes


def _is_river(layer: Layer) -> bool:
    words = (layer.name, layer.source.file, *layer.columns)
    return any(mark in word for word in words for mark in _RIVER_WORDS)


def corridor_change(
    values: Snapshot, change: Change, found: Sequence[tuple[Place, NewRoad]], keep: KeepFrame
) -> Change:
    """The change, and with it the layer of where new roads may lie: put, replaced, or taken away."""
    import geopandas

    from chiiki_gis.tasks.access import order_with

    drawn = [(place, road) for place, road in found if road.corridor is not None]
    is_there = any(layer.id == CORRIDORS for layer in values.layers)
    if not drawn:
        return replace(change, drop_layers=(CORRIDORS,)) if is_there else change
    frame = geopandas.GeoDataFrame(
        {
            "name": [place.name for place, _ in drawn],
            "status": ["概算"] * len(drawn),
            "km": [road.length_m / 1000 for _, road in drawn],
            "mean_percent": [road.mean for _, road in drawn],
            "steepest_percent": [road.steepest for _, road in drawn],
            "rule": [road.rule.words for _, road in drawn],
        },
        geometry=[road.corridor for _, road in drawn],
        crs=values.epsg,
        index=range(1, len(drawn) + 1),
    )
    frame.index = frame.index.astype("int64").rename("fid")
    style = Style(Symbol(fill="#f4a582", stroke="#b2182b", stroke_mm=0.25), opacity=0.5)
    source = Source("地域GISの計算", "", "", values.epsg)
    name = "新しい道の概算（通る範囲）"
    layer = Layer(CORRIDORS, Role.REFERENCE, name, keep(frame), style, source)
    if is_there:
        return replace(change, put_layers=(layer,))
    return replace(change, put_layers=(layer,), order=order_with(values, layer))
