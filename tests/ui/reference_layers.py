"""Reference layers for window tests, built as an import builds them."""

from __future__ import annotations

import geopandas
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.layer import Layer, LayerId, Source
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.window import cached_shapes
from chiiki_gis.ui.session import Session

ZONING, TOWN, ROAD = LayerId("zoning_1"), LayerId("town_1"), LayerId("road_1")


def add_references(session: Session) -> None:
    """Zoning below, then three towns with a number of people each, then a road."""
    squares = [shapely.box(n * 100 - 150, -50, n * 100 - 50, 50) for n in range(3)]
    frames = {
        TOWN: (
            Role.TOWN,
            {"name": ["東町", "中町", "西町"], "人口": [10.0, 250.0, None], "種": ["甲", "乙", "甲"]},
            squares,
        ),
        ZONING: (
            Role.ZONING,
            {"name": ["商業地域", "第一種低層住居専用地域", "商業地域"], "zone_id": ["C", "R1L", "C"]},
            squares,
        ),
        ROAD: (
            Role.ROAD,
            {"name": ["国道"], "class": ["1"], "車線": ["1"]},
            [shapely.LineString([(-200, 0), (200, 0)])],
        ),
    }
    layers = []
    for layer_id, (role, columns, shapes) in frames.items():
        frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=6676)
        frame.index = frame.index.astype("int64").rename("fid") + 1
        source = Source(f"{role.value}.zip", "2024年版", "試験の資料")
        layers.append(Layer(layer_id, role, role.japanese, keep_blob(frame), reference_style(role), source))
    plan = [layer.id for layer in session.document.layers]
    order = (ZONING, TOWN, ROAD, *plan)
    made = tuple(layers)
    session.apply(Change("取り込み", put_layers=made, order=order), cached_shapes(made))
