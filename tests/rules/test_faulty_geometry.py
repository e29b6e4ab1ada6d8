"""Whatever is drawn, the check names it and does not fall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import geopandas
import pytest
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.rules.check import check_plan

Plan = Callable[[Mapping[str, Any]], Document]

SHAPES = {
    "none": None,
    "empty": "POLYGON EMPTY",
    "empty point": "POINT EMPTY",
    "point": "POINT (5 5)",
    "line": "LINESTRING (0 0, 50 50)",
    "no area": "POLYGON ((0 0, 100 0, 50 0, 0 0))",
    "crossing": "POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))",
    "touching hole": "POLYGON ((0 0, 90 0, 90 90, 0 90, 0 0), (0 0, 30 10, 10 30, 0 0))",
    "hole outside": "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 30 20, 30 30, 20 20))",
    "mixed": "GEOMETRYCOLLECTION (POINT (5 5), POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0)))",
    "overlapping": "MULTIPOLYGON (((0 0, 60 0, 60 60, 0 60, 0 0)), ((30 30, 90 30, 90 90, 30 90, 30 30)))",
    "far": "POLYGON ((1e9 1e9, 1.1e9 1e9, 1.1e9 1.1e9, 1e9 1e9))",
}
ROLES = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.SITE, Role.FACILITY, Role.ACCESS_LINK)
GROUND: dict[str, Any] = {
    "municipality": [{"name": "試験町", "code": "20999", "box": [0, 0, 1000, 1000]}],
    "zoning": [{"name": "第一種低層住居専用地域", "box": [0, 0, 100, 1000]}],
    "area_division": [{"name": "市街化調整区域", "box": [100, 0, 1000, 1000]}],
    "road": [{"class": "2", "shape": "LINESTRING (0 0, 500 0)"}],
    "hazard": [{"A33_002": 2, "box": [0, 0, 50, 50]}],
    "priority_district": [{"name": "中央", "box": [0, 0, 500, 500]}],
    "promotion_area": [{"name": "駅前", "box": [0, 0, 90, 90]}],
    "facility": [{"name": "館", "use_class": "office", "use_floor_m2": 80, "item": 3, "at": [5, 5]}],
}


def draw(document: Document, role: Role, shape: str | None) -> None:
    row = geopandas.GeoDataFrame(
        {"name": ["歪み"], "use_class": ["office"], "tag": ["related_infrastructure"], "site_fid": [99]},
        geometry=[None if shape is None else shapely.from_wkt(shape)],
        crs=document.header.epsg,
        index=[99],
    )
    document.apply(Change("描く", put={plan_layer_id(role): conform(row, role)}))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_check_outlives_any_shape_in_any_layer(plan_of: Plan, role: Role, shape: str) -> None:
    document = plan_of(GROUND)
    draw(document, role, SHAPES[shape])
    checked = check_plan(snapshot(document))
    assert checked.verdicts
    if role is Role.FACILITY:
        odd = next(v for v in checked.verdicts if 99 in v.fids)
        assert odd.verdict not in ("allowed", "conditional_ok")


@pytest.mark.parametrize("role", [Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA])
@pytest.mark.parametrize("shape", ["none", "empty", "point", "line", "no area", "crossing", "hole outside"])
def test_a_faulty_area_has_a_finding_of_its_own(plan_of: Plan, role: Role, shape: str) -> None:
    document = plan_of(GROUND)
    draw(document, role, SHAPES[shape])
    named = {f.rule for f in check_plan(snapshot(document)).findings if 99 in f.fids}
    assert named & {"area-without-shape", "area-invalid"}


@pytest.mark.parametrize("shape", ["none", "empty", "point", "line", "no area", "crossing"])
def test_a_faulty_site_has_a_finding_of_its_own(plan_of: Plan, shape: str) -> None:
    document = plan_of(GROUND)
    draw(document, Role.SITE, SHAPES[shape])
    named = {f.rule for f in check_plan(snapshot(document)).findings if 99 in f.fids}
    assert named & {"site-without-shape", "site-invalid"}


@pytest.mark.parametrize(
    "role", ["zoning", "area_division", "urban_planning_area", "ordinance_overlay", "hazard"]
)
@pytest.mark.parametrize("shape", [name for name in SHAPES if SHAPES[name] is not None])
def test_a_check_outlives_any_shape_in_a_reference_layer(plan_of: Plan, role: str, shape: str) -> None:
    more = [*GROUND.get(role, []), {"name": "商業地域", "shape": SHAPES[shape]}]
    checked = check_plan(snapshot(plan_of({**GROUND, role: more})))
    assert checked.verdicts[0].verdict not in ("allowed", "conditional_ok")
