"""Tiny plans in metres for the tests of the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import Layer, LayerId, plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Verdict
from chiiki_gis.rules.zoning import judge

EPSG = 6676
R1L, R2L, CN, RA = "第一種低層住居専用地域", "第二種低層住居専用地域", "近隣商業地域", "田園住居地域"


@dataclass(frozen=True)
class HeldFrame:
    """A FrameRef that already holds its frame."""

    frame: geopandas.GeoDataFrame

    @property
    def content_hash(self) -> str:
        return f"held-{hash(self.frame.to_json())}"

    @property
    def count(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(c for c in self.frame.columns if c != "geometry")

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        return tuple(self.frame.total_bounds) if len(self.frame) else None

    def get(self) -> geopandas.GeoDataFrame:
        return self.frame


def shape_of(entry: Any) -> shapely.Geometry:
    if isinstance(entry, list | tuple):
        return shapely.box(*entry)
    if "shape" in entry:
        return shapely.from_wkt(entry["shape"])
    if "at" in entry:
        return shapely.Point(entry["at"])
    return shapely.box(*entry.get("box", entry.get("site")))


def frame_of(entries: list[Any]) -> geopandas.GeoDataFrame:
    """A frame from boxes or tables with box, at, site or shape; index from 1."""
    if not entries:
        return geopandas.GeoDataFrame({"name": []}, geometry=[], crs=EPSG)
    shapes = [shape_of(entry) for entry in entries]
    records = [
        {k: v for k, v in entry.items() if k not in ("box", "at", "site", "shape")}
        if isinstance(entry, Mapping)
        else {}
        for entry in entries
    ]
    frame = geopandas.GeoDataFrame(records, geometry=shapes, crs=EPSG)
    return frame.set_index(frame.index + 1)


REFERENCE = (
    Role.MUNICIPALITY, Role.ZONING, Role.URBAN_PLANNING_AREA, Role.QUASI_URBAN_PLANNING_AREA,
    Role.AREA_DIVISION, Role.ORDINANCE_OVERLAY, Role.HAZARD, Role.ROAD, Role.FARMLAND, Role.PROTECTED_AREA,
)  # fmt: skip
PLAN = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.FACILITY, Role.SITE, Role.ACCESS_LINK)


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own, where it may change rules."""
    monkeypatch.setenv("CHIIKI_GIS_STATE", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def plan_of() -> Callable[[Mapping[str, Any]], Document]:
    """A document from a tiny plan: lists of entries by role, and facts."""

    def make(plan: Mapping[str, Any]) -> Document:
        codes = plan.get("municipalities", ("20999",))
        towns = tuple(Municipality(code, {"20999": "試験町"}.get(code, "隣町")) for code in codes)
        document = new_document(Header("test", towns, EPSG))
        for role in PLAN:
            if plan.get(role.value):
                rows = conform(frame_of(plan[role.value]), role)
                document.apply(Change("入力", put={plan_layer_id(role): rows}))
        layers = [
            Layer(LayerId(role.value), role, role.japanese, HeldFrame(frame_of(plan[role.value])))
            for role in REFERENCE
            if role.value in plan
        ]
        document.apply(Change("資料", put_layers=tuple(layers), facts=dict(plan.get("facts", {}))))
        return document

    return make


@pytest.fixture(scope="session")
def verdicts_of() -> Callable[..., list[Verdict]]:
    """Verdicts straight from `judge`, by role names as keywords."""

    def make(
        facility: list[Any], facts: Mapping[str, Any] | None = None, **roles: list[Any]
    ) -> list[Verdict]:
        frames = {Role(name): frame_of(entries) for name, entries in roles.items()}
        return judge(
            frame_of(facility),
            sites=frames.get(Role.SITE),
            reference={role: frames.get(role) for role in REFERENCE},
            plan_areas={role: frames.get(role) for role in (Role.PROMOTION_AREA, Role.PRIORITY_DISTRICT)},
            facts=facts or {},
            table=rule_table(),
        )

    return make


@pytest.fixture(scope="session")
def all_done() -> dict[str, Any]:
    """The facts of a plan that has passed every step."""
    return {
        "prefecture_plan_received": True,
        "requirements_written": True,
        "requirements": [
            {
                "name": "拠点施設",
                "use_classes": ["office", "hotel", "retail_daily_eatery", "senior_child_center"],
                "zones": ["R1L", "R2L", "R1M", "R2M"],
            }
        ],
        "authority_consented": "2026-08-01",
        "prefecture_heard": True,
        "residents_reflected": True,
        "council_exists": False,
        "plan_published": "2026-10-01",
    }


@pytest.fixture(scope="session")
def all_covered() -> dict[str, Any]:
    """The facts of layers that cover the municipality."""
    return {
        "zoning_covers_municipality": True,
        "urban_planning_area_covers_municipality": True,
        "area_division_covers_municipality": True,
    }
