"""A small plan of a fictional town, built in code."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import Layer, LayerId, Source, plan_layer_id
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

EPSG = 6676
ORIGIN = (-30_000.0, -500.0)
HOSTILE = (
    "{{7*7}}",
    "{% raw %}",
    "</script><script>document.title='x'</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)} `x` \"'\\",
)


@dataclass(frozen=True, eq=False)
class FrameInTest:
    """A reference that holds its frame."""

    frame: GeoDataFrame
    content_hash: str = "test"

    @property
    def count(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(str(c) for c in self.frame.columns if c != "geometry")

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        west, south, east, north = self.frame.total_bounds
        return (west, south, east, north)

    def get(self) -> GeoDataFrame:
        return self.frame


@dataclass(frozen=True)
class VerdictInTest:
    """What rules say of one building."""

    building_id: str | None
    fids: tuple[int, ...]
    verdict: str = "special24_candidate"
    label: str = "許可が必要（建築基準法48条・広活法24条の特例の候補）"
    zone: str | None = "第一種低層住居専用地域"
    articles: tuple[str, ...] = ("建築基準法48条1項", "広活法24条")
    provisional: bool = False
    needs_confirmation: bool = True
    rules_version: str = "2026-04"


@dataclass
class Plan:
    """A document under construction, and the verdicts on it."""

    document: Document
    verdicts: list[VerdictInTest] = field(default_factory=list)

    def put(self, role: Role, shapes: Sequence[Any], **columns: Sequence[Any]) -> None:
        """Add rows; fids go on from the last one."""
        layer_id = plan_layer_id(role)
        first = self.document.next_fid(layer_id)
        frame = geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=EPSG)
        rows = conform(frame.set_axis(range(first, first + len(frame)), axis=0), role)
        self.document.apply(Change("入力", put={layer_id: rows}))

    def refer(self, role: Role, title: str, shapes: Sequence[Any], **columns: Sequence[Any]) -> None:
        """Add a reference layer."""
        frame = geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=EPSG)
        frame.index = frame.index + 1
        layer_id = LayerId(f"layer-{len(self.document.layers)}")
        source = Source(f"{role.value}.zip", "令和元年度", "国土数値情報（国土交通省）")
        layer = Layer(layer_id, role, title, FrameInTest(frame), reference_style(role), source)
        self.document.apply(Change("取り込み", put_layers=(layer,)))


def square(x: float, y: float, size: float) -> Polygon:
    return box(ORIGIN[0] + x, ORIGIN[1] + y, ORIGIN[0] + x + size, ORIGIN[1] + y + size)


def bare_plan() -> Plan:
    header = Header("test", (Municipality("20214", "湖野市"),), EPSG)
    return Plan(new_document(header))


def full_plan() -> Plan:
    """Areas with holes and parts, point and polygon facilities, links with and without a line."""
    plan = bare_plan()
    ring = Polygon(
        square(0, 0, 900).exterior, [square(100, 100, 200).exterior, square(500, 500, 100).exterior]
    )
    area = MultiPolygon([ring, square(150, 150, 60), square(2000, 0, 333.333)])
    plan.put(Role.PRIORITY_DISTRICT, [square(-500, -500, 4000)], name=["重点地区"], number=[1])
    plan.put(
        Role.PROMOTION_AREA,
        [area, square(1200, 1200, 400)],
        name=["第一号①髙﨑", "北"],
        number=[1, 2],
        description=["湖畔", None],
        parts=[json.dumps(["本町", "一部"], ensure_ascii=False), None],
        note=[None, "約1㎢ 〜2 ㎥"],
    )
    plan.put(Role.SITE, [square(50, 50, 30)], name=["旧小学校"])
    plan.put(
        Role.FACILITY,
        [Point(ORIGIN[0] + 300.123456789, ORIGIN[1] + 40.5), square(50, 50, 30)],
        building_id=["b1", "b2"],
        number=[1, 2],
        name=["お試し住宅 髙", "交流館"],
        kind=["trial_house", "exchange"],
        use_class=[None, None],
        use_floor_m2=[123.456, None],
        total_floor_m2=[200.0, 1500.5],
        top_storey=[2, None],
        works=["new", "change_of_use"],
        item=[3, 4],
        site_fid=[None, 1],
        vacant_house_fid=[7, None],
    )
    start, end = (ORIGIN[0] + 300, ORIGIN[1] + 40), (ORIGIN[0] - 4000, ORIGIN[1] - 200)
    plan.put(
        Role.ACCESS_LINK,
        [LineString([start, (ORIGIN[0], ORIGIN[1]), end]), None],
        building_id=["b1", "b2"],
        interchange=["諏訪湖", "諏訪湖"],
        rank=[1, 1],
        km=[4.33333333333, None],
        minutes=[7.25, None],
        status=["ok", "refused"],
        assumed=[json.dumps(["速度は仮定値です"], ensure_ascii=False), None],
        stale=[False, None],
    )
    plan.refer(Role.MUNICIPALITY, "市町村界", [square(-5000, -5000, 12_000)], name=["湖野市"], code=["20214"])
    plan.refer(
        Role.ZONING,
        "用途地域",
        [square(0, 0, 500), square(500, 0, 500)],
        name=["第一種低層住居専用地域", "商業地域"],
        zone_id=["R1L", "C"],
        A29_004=["1", "9"],
    )
    plan.refer(
        Role.VACANT_HOUSE,
        "空き家台帳",
        [Point(ORIGIN[0] + 10, ORIGIN[1] + 10), Point(ORIGIN[0] + 20, ORIGIN[1] + 10)],
        所有者=["湖野太郎", "湖野花子"],
        所在地=["本町1", "本町2"],
        match_level=["座標", "座標"],
        consent=["あり", "未確認"],
        personal=[json.dumps(["所有者"], ensure_ascii=False)] * 2,
    )
    plan.refer(Role.ROAD, "道路", [LineString([start, end])], name=["国道"])
    plan.verdicts = [VerdictInTest("b1", (1,)), VerdictInTest("b2", (2,), provisional=True)]
    return plan


@pytest.fixture
def bare() -> Plan:
    return bare_plan()


@pytest.fixture
def plan() -> Plan:
    return full_plan()


@pytest.fixture(scope="session")
def new_bare() -> Callable[[], Plan]:
    """Makes the empty plan anew, for examples that each need their own."""
    return bare_plan


@pytest.fixture(scope="session")
def new_plan() -> Callable[[], Plan]:
    """Makes the full plan anew, for fixtures that live longer than one test."""
    return full_plan


@pytest.fixture(scope="session")
def finished() -> Plan:
    """The same plan, for tests that only read it."""
    return full_plan()
