"""Two fictional neighbours in 長野県 and the prefecture's desk that receives their packages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
from shapely.geometry import LineString, Point, box

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.frames import conform
from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.layer import Layer, LayerId, plan_layer_id
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks import leaving

DAY = date(2026, 4, 1)
EAST, WEST = Municipality("20214", "茅野市"), Municipality("20206", "諏訪市")
SIZE = 10_000.0
"""Each town is a square of this side; the common border is x = 0."""


@dataclass
class Town:
    """A plan under construction, in the plane zone VIII unless told otherwise."""

    document: Document
    epsg: int = 6676

    def put(self, role: Role, shapes: list[Any], **columns: list[Any]) -> None:
        """Add rows."""
        layer_id = plan_layer_id(role)
        first = self.document.next_fid(layer_id)
        frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=6676).to_crs(self.epsg)
        rows = conform(frame.set_axis(range(first, first + len(frame)), axis=0), role)
        self.document.apply(Change("入力", put={layer_id: rows}))

    def refer(self, role: Role, shapes: list[Any], **columns: list[Any]) -> None:
        """Add a reference layer."""
        frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=6676).to_crs(self.epsg)
        frame.index = frame.index.astype("int64") + 1
        frame.index.name = "fid"
        layer_id = LayerId(f"{role.value}_{len(self.document.layers)}")
        layer = Layer(layer_id, role, role.japanese, keep_blob(frame), reference_style(role))
        order = (layer_id, *(known.id for known in self.document.layers))
        self.document.apply(Change("取り込み", put_layers=(layer,), order=order))

    def pack(self, folder: Path, **options: Any) -> Path:
        """提出一式.zip of the plan."""
        said = ExportOptions(**{"stamp": DAY, "reason": "協議用", **options})
        return leaving.export(snapshot(self.document), "package", folder, options=said).files[0]


def ground(town: Municipality) -> Any:
    return box(0, 0, SIZE, SIZE) if town == EAST else box(-SIZE, 0, 0, SIZE)


def east(epsg: int = 6676) -> Town:
    """A whole plan: a district along the border, an area, a facility with its site, and a link across."""
    town = Town(new_document(Header("plan-east", (EAST,), epsg)), epsg)
    town.refer(Role.MUNICIPALITY, [ground(EAST)], name=[EAST.name], code=[EAST.code])
    town.refer(Role.ZONING, [box(100, 100, 900, 900)], name=["第一種低層住居専用地域"], zone_id=["R1L"])
    town.put(Role.PRIORITY_DISTRICT, [box(0, 0, 2000, 2000)], name=["ちの地区"], number=[1])
    town.put(
        Role.PROMOTION_AREA,
        [box(50, 50, 1000, 1000), box(1100, 1100, 1500, 1500)],
        name=["第一号①髙﨑", "𠮷野"],
        number=[1, 2],
        parts=[json.dumps(["本町"], ensure_ascii=False), None],
    )
    town.put(Role.SITE, [box(190, 190, 230, 230)], name=["旧校舎"])
    town.put(
        Role.FACILITY,
        [Point(200, 200), Point(400, 400)],
        building_id=["b1", None],
        number=[1, 2],
        name=["共同事務所", "交流館"],
        kind=["coworking", "exchange"],
        use_class=["office", None],
        total_floor_m2=[300.0, None],
        item=[3, 3],
        site_fid=[1, None],
    )
    town.put(
        Role.ACCESS_LINK,
        [LineString([(-3000, 200), (200, 200)]), None],
        building_id=["b1", "fid-2"],
        interchange=["諏訪", "諏訪"],
        rank=[1, 1],
        km=[3.2, None],
        minutes=[6.0, None],
        status=["ok", "refused"],
        stale=[False, None],
    )
    return town


def west() -> Town:
    """A neighbour whose district leaves a gap of 10 m along the border, but for an overlap in its south."""
    town = Town(new_document(Header("plan-west", (WEST,), 6676)))
    town.refer(Role.MUNICIPALITY, [ground(WEST)], name=[WEST.name], code=[WEST.code])
    town.put(
        Role.PRIORITY_DISTRICT,
        [box(-2000, 500, -10, 2000), box(-100, 0, 30, 100)],
        name=["湖南地区", "境の地区"],
        number=[1, 2],
    )
    town.put(Role.PROMOTION_AREA, [box(-1000, 1000, -500, 2100)], name=["湖南"], number=[1])
    town.put(Role.FACILITY, [Point(-700, 1500)], building_id=["b1"], name=["お試し住宅"], item=[3])
    return town


def desk() -> Document:
    """The desk of 長野県, with the borders of three towns."""
    document = new_document(Header("desk", (Municipality("20", "長野県"),), 6676))
    town = Town(document)
    town.refer(
        Role.MUNICIPALITY,
        [ground(EAST), ground(WEST), box(0, SIZE, SIZE, 2 * SIZE)],
        name=["茅野市", "諏訪市", "原村"],
        code=["20214", "20206", "20363"],
    )
    return document
