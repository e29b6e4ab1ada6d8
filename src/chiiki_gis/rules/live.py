"""The question behind a moving hand: one building's verdict and its area in numbers, from warm layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.area_summary import AreaSummary, summarise_areas
from chiiki_gis.rules.evidence import Ground, prepare_ground
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Verdict
from chiiki_gis.rules.special24 import TOLERANCE_M
from chiiki_gis.rules.zoning import judge

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

JUDGED_ROLES = (
    Role.MUNICIPALITY,
    Role.ZONING,
    Role.URBAN_PLANNING_AREA,
    Role.QUASI_URBAN_PLANNING_AREA,
    Role.AREA_DIVISION,
    Role.ORDINANCE_OVERLAY,
)
"""The reference layers that a verdict looks at."""

GROUND_ROLES = (*JUDGED_ROLES, Role.HAZARD, Role.FARMLAND, Role.PROTECTED_AREA)
"""The reference layers that verdicts and area cards look at."""


@dataclass(frozen=True, eq=False)
class LiveQuestion:
    """One building and the areas around it, as they are drawn now.

    number      counts the questions; an answer to an older one is dropped
    facilities  the rows of the building; sites the site rows that they point to
    areas, districts   促進区域 and 重点地区 rows of the scenario
    """

    number: int
    facilities: GeoDataFrame
    sites: GeoDataFrame
    areas: GeoDataFrame
    districts: GeoDataFrame
    facts: Mapping[str, FactValue]


@dataclass(frozen=True)
class LiveAnswer:
    """The verdicts of the question's buildings, and the summaries of the areas that they touch."""

    number: int
    verdicts: tuple[Verdict, ...]
    areas: tuple[AreaSummary, ...]


def question_about(values: Snapshot, number: int, fids: Sequence[int]) -> tuple[Snapshot, LiveQuestion]:
    """The layers and the question to send for one building: no more of the plan than it touches.

    fids   the rows of the building
    """
    facilities = _rows(values, Role.FACILITY).loc[list(fids)]
    sites = _rows(values, Role.SITE)
    linked = [int(fid) for fid in facilities["site_fid"].dropna() if fid in sites.index]
    sites = sites.loc[linked]
    spots = [shape for shape in (*sites.geometry, *facilities.geometry) if shape is not None]
    areas = _around(_rows(values, Role.PROMOTION_AREA), spots)
    districts = _around(_rows(values, Role.PRIORITY_DISTRICT), [*spots, *areas.geometry])
    return ground_only(values), LiveQuestion(number, facilities, sites, areas, districts, values.facts)


def ground_only(values: Snapshot) -> Snapshot:
    """The reference layers that verdicts and area cards look at, without the plan."""
    return replace(values, layers=tuple(values.of(*GROUND_ROLES)), facts={}, next_fid={})


def _rows(values: Snapshot, role: Role) -> GeoDataFrame:
    """The rows of the scenario, without a copy where there is no other scenario."""
    frame = values.of(role)[0].rows
    return frame if bool((frame["scenario"] == values.scenario).all()) else values.rows(role)


def _around(areas: GeoDataFrame, shapes: Sequence[Any]) -> GeoDataFrame:
    """The areas near some shapes; one of the others where none is, so that being outside shows."""
    if areas.empty or not shapes:
        return areas.iloc[:1]
    hits = areas.sindex.query(shapes, predicate="dwithin", distance=2 * TOLERANCE_M)[1]
    return areas.iloc[sorted({int(hit) for hit in hits}) or [0]]


def ground_key(snapshot: Snapshot) -> str:
    """What the ground of a snapshot hangs on: the content of its layers and whose they are."""
    codes = ",".join(str(one.code) for one in snapshot.header.municipalities)
    layers = [f"{layer.role}:{layer.reference.content_hash}" for layer in snapshot.of(*GROUND_ROLES)]
    return "|".join([codes, *layers])


def read_reference(snapshot: Snapshot) -> dict[Role, GeoDataFrame | None]:
    """The frames that verdicts and area cards look at, the municipalities being the project's own."""
    reference = {role: snapshot.frame(role) for role in GROUND_ROLES}
    reference[Role.MUNICIPALITY] = own_municipalities(snapshot, reference[Role.MUNICIPALITY])
    return reference


def prepare(snapshot: Snapshot) -> Ground:
    """The ground of a snapshot; reads its layers. Raises CrsMismatch."""
    return prepare_ground(read_reference(snapshot))


def answer(question: LiveQuestion, ground: Ground, layers: tuple[Layer, ...]) -> LiveAnswer:
    """The answer from warm layers; verdicts cite `layers`. Raises BadInput, CrsMismatch."""
    verdicts = judge(
        question.facilities,
        sites=question.sites,
        reference={},
        plan_areas={Role.PROMOTION_AREA: question.areas, Role.PRIORITY_DISTRICT: question.districts},
        facts=question.facts,
        table=rule_table(),
        sources=citations(layers),
        ground=ground,
    )
    around = [*question.facilities.geometry, *question.sites.geometry]
    hits = question.areas.sindex.query(around, predicate="intersects")[1]
    touched = question.areas.iloc[sorted({int(hit) for hit in hits})]
    summaries = summarise_areas(touched, ground, question.facts, question.districts)
    return LiveAnswer(question.number, tuple(verdicts), tuple(summaries))


def own_municipalities(snapshot: Snapshot, frame: GeoDataFrame | None) -> GeoDataFrame | None:
    """The polygons of the project's own municipalities; all of them where the layer has no matching code."""
    if frame is None or "code" not in frame.columns:
        return frame
    codes = tuple(one.code for one in snapshot.header.municipalities if one.code)
    own = frame["code"].map(lambda code: isinstance(code, str) and code.startswith(codes)).astype(bool)
    return frame[own] if codes and own.any() else frame


def citations(layers: tuple[Layer, ...]) -> dict[Role, str]:
    """What verdicts cite: the source lines of the layers they look at."""
    cited: dict[Role, str] = {}
    for role in JUDGED_ROLES[1:]:
        lines = [layer.source.citation or layer.name for layer in layers if layer.role is role]
        if lines:
            cited[role] = "、".join(dict.fromkeys(lines))
    return cited
