"""Verdicts of 建築基準法48条 for the facilities of a plan."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from chiiki_gis.analysis.overlay import is_inside
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.role import Role
from chiiki_gis.rules.building import compared_numbers, unique, zone_name
from chiiki_gis.rules.buildings import FacilityBuilding, FacilityRows, facility_name
from chiiki_gis.rules.evidence import Ground, prepare_ground
from chiiki_gis.rules.judged import LEAST_CONTROLLED, Judged, judge_at, with_permit
from chiiki_gis.rules.model import Alternative, Limit, RuleTable, Use, UseResult, Verdict
from chiiki_gis.rules.place import ACCURACY_M, Place, locate
from chiiki_gis.rules.procedure import procedure
from chiiki_gis.rules.special24 import TOLERANCE_M, Case24, alternatives, conditions
from chiiki_gis.rules.thresholds import Thresholds, thresholds

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Frames = Mapping[Role, "GeoDataFrame | None"]

_SETTLED = ("allowed", "conditional_ok", "needs_48_permit")
AUTHORITY = "最終判断は特定行政庁が行います。"


def judge(
    facilities: GeoDataFrame,
    *,
    sites: GeoDataFrame | None,
    reference: Frames,
    plan_areas: Frames,
    facts: Mapping[str, FactValue],
    table: RuleTable,
    accuracy_m: float = ACCURACY_M,
    sources: Mapping[Role, str] | None = None,
    ground: Ground | None = None,
    today: date | None = None,
) -> list[Verdict]:
    """One verdict per building, in the order of the buildings' first rows.

    facilities   rows of the facility layer (points or site polygons), index fid, project CRS
    sites        the site layer, or None; a row's site_fid points to its polygon
    reference    normalised frames of zoning, urban_planning_area, quasi_urban_planning_area, area_division,
                 ordinance_overlay and municipality; None or absent = no such layer; all in the project CRS
    plan_areas   promotion_area and priority_district
    facts        the plan's facts
    accuracy_m   positional accuracy of the layers; the fact zoning_accuracy_m may say more, and less than
                 2.5 m counts as 2.5 m
    sources      what to cite for a layer (name and edition), by role
    ground       `reference` as prepare_ground made it of the same frames, where it is kept between calls
    today        a step dated later is planned, not done; None takes the date of the computer
    Order of evaluation: data coverage, planning area, 調整区域, use zone by the site's majority (91条),
    別表第二, ordinances, 広活法24条. Empty in, empty out. Raises CrsMismatch, BadInput.
    """
    cited = tuple(f"{role.japanese}の資料：{text}。" for role, text in (sources or {}).items() if text)
    with collector_paused():
        return _judge(
            FacilityRows(facilities, sites),
            facilities.crs,
            ground or prepare_ground(reference),
            plan_areas,
            _Terms(facts, table, cited, today or date.today(), max(accuracy_m, _accuracy(facts))),
        )


def _accuracy(facts: Mapping[str, FactValue]) -> float:
    value = facts.get("zoning_accuracy_m")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


class _Terms(NamedTuple):
    """What holds for all buildings of one call."""

    facts: Mapping[str, FactValue]
    table: RuleTable
    cited: tuple[str, ...]
    today: date
    accuracy_m: float


def _judge(rows: FacilityRows, crs: Any, ground: Ground, plan_areas: Frames, terms: _Terms) -> list[Verdict]:
    import geopandas

    groups = rows.groups()
    shapes = geopandas.GeoSeries([rows.site(group) for group in groups], crs=crs)
    grounds = geopandas.GeoDataFrame(geometry=shapes)
    located = locate(grounds, ground, terms.facts, terms.accuracy_m)
    areas = plan_areas.get(Role.PROMOTION_AREA)
    in_area = _inside(grounds, areas)
    in_district = _inside(grounds, plan_areas.get(Role.PRIORITY_DISTRICT))
    names = _names_around(grounds, areas)
    spots = list(map(_Spot, located.places, in_area, in_district, names))
    return _Desk(rows, terms).write(groups, spots, located.distances)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without garbage collection, which would walk 100,000 new values again and again; none is in a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _inside(grounds: GeoDataFrame, areas: GeoDataFrame | None) -> list[bool | None]:
    """Whether each site lies wholly inside, slivers aside; None where no area or no site has been drawn."""
    import numpy
    import shapely

    from chiiki_gis.analysis.areas import AreaIndex
    from chiiki_gis.analysis.overlay import require_same_crs, valid_shapes

    if areas is None or areas.empty:
        return [None] * len(grounds)
    require_same_crs(grounds, areas)
    shapes = valid_shapes(grounds.geometry)
    index = AreaIndex(areas.geometry.to_numpy(), ["area"] * len(areas))
    inside = numpy.zeros(len(shapes), dtype=bool)
    found = index.shares(shapes)
    inside[found.rows[found.shares == 1.0]] = True
    doubtful = numpy.flatnonzero(~inside & index.within(shapes, TOLERANCE_M))
    if len(doubtful):
        inside[doubtful] = is_inside(grounds.iloc[doubtful], areas, TOLERANCE_M).to_numpy()
    drawn = shapely.get_dimensions(shapes) >= 0
    return [bool(value) if known else None for value, known in zip(inside, drawn, strict=True)]


def _names_around(grounds: GeoDataFrame, areas: GeoDataFrame | None) -> list[tuple[str, ...]]:
    """Names of the promotion areas that hold each site, slivers aside; polygons of one name are one area."""
    import numpy
    import shapely

    from chiiki_gis.analysis.overlay import valid_shapes

    names: list[tuple[str, ...]] = [()] * len(grounds)
    if areas is None or areas.empty or "name" not in areas.columns:
        return names
    sites, shapes = valid_shapes(grounds.geometry), valid_shapes(areas.geometry)
    words = areas["name"].to_numpy()
    rows, hits = areas.sindex.query(sites, predicate="intersects")
    shapely.prepare(shapes[numpy.unique(hits)])
    is_held = shapely.covers(shapes[hits], sites[rows])
    held = set(zip(rows[is_held].tolist(), words[hits[is_held]].tolist(), strict=True))
    rows, hits = rows[~is_held], hits[~is_held]
    for name in dict.fromkeys(words[hits].tolist()):
        doubtful = numpy.unique(rows[words[hits] == name])
        inside = is_inside(grounds.iloc[doubtful], areas[words == name], TOLERANCE_M).to_numpy()
        held |= {(row, name) for row in doubtful[inside].tolist()}
    for row, name in sorted((row, name) for row, name in held if isinstance(name, str)):
        names[row] = (*names[row], name)
    return names


class _Spot(NamedTuple):
    """A place and how it lies to the plan's areas."""

    place: Place
    in_area: bool | None
    in_district: bool | None
    area_names: tuple[str, ...]


class _Model(NamedTuple):
    """A verdict that others are written like.

    numbers   as in Outcome; limits those that the numbers are compared with
    """

    verdict: Verdict
    numbers: tuple[str, str, str] | None
    limits: tuple[Limit, ...]


class _Case(NamedTuple):
    """Buildings of one use that lie and are entered alike but for their numbers.

    limits   where a number changes the judgement; None where every number has to be looked at
    """

    limits: Thresholds | None
    models: dict[Hashable, _Model]


class _Desk:
    """Writes verdicts; buildings that differ in nothing but name and numbers share all they can."""

    def __init__(self, rows: FacilityRows, terms: _Terms) -> None:
        self._rows, self._terms, self._table = rows, terms, terms.table
        self._steps = {step.key: step for step in procedure(terms.facts, None, terms.today)}
        self._compares_all = isinstance(terms.facts.get("requirements"), list)

    def write(
        self, groups: Sequence[Sequence[int]], spots: Sequence[_Spot], distances: Sequence[float | None]
    ) -> list[Verdict]:
        """The verdicts of buildings; distances (m) to the nearest edge of a use zone."""
        rows, texts, wholes, areas = self._rows, self._rows.texts, self._rows.wholes, self._rows.areas
        entries = list(
            zip(texts["works"], wholes["item"], texts["use_class"], texts["part_class"], strict=True)
        )
        floors, totals, storeys = areas["use_floor_m2"], areas["total_floor_m2"], wholes["top_storey"]
        cases: dict[Hashable, _Case] = {}
        written = []
        for group, spot, distance in zip(groups, spots, distances, strict=True):
            row = group[0]
            if len(group) > 1:
                model = self._model(rows.building(group), spot)
                written.append(self._alike(model, group, distance))
                continue
            key = id(spot.place), spot[1:], entries[row]
            case = cases.get(key)
            if case is None:
                case = cases[key] = _Case(self._limits_of(spot.place, entries[row][2]), {})
            floor, total = floors[row], totals[row]
            where: Hashable = floor, storeys[row], total
            if case.limits is not None:
                where = case.limits.place(floor, storeys[row], total)
            found = case.models.get(where)
            if found is None:
                found = case.models[where] = self._model(rows.building(group), spot)
            written.append(self._alike(found, group, distance))
        return written

    def _limits_of(self, place: Place, word: str | None) -> Thresholds | None:
        """Where numbers change what is judged of one use; None for a 兼用住宅, whose parts hang together."""
        zones = tuple(zone for zone in (place.zone_id, *place.rivals) if zone is not None)
        if place.kind == "unknown" or (place.kind in ("outside", "controlled") and not zones):
            return Thresholds((), (), ())
        found = self._table.class_named(word)
        if place.kind not in ("zone", "outside") or self._compares_all or not zones:
            return None
        if found is None or found.id == "dwelling_combined":
            return None
        if self._table.changes:
            return None
        return thresholds(self._table, zones, found.id)

    def _model(self, building: FacilityBuilding, spot: _Spot) -> _Model:
        place, table = spot.place, self._table
        judged = judge_at(building, place, table)
        case = Case24(
            in_promotion_area=spot.in_area,
            in_priority_district=spot.in_district,
            area_names=spot.area_names,
            items=building.items,
            zone_id=place.zone_id,
            in_special_zone=place.kind == "zone" and place.zone_id in table.special24_zones,
            zone_doubt=_zone_doubt(place, table),
            forbidden=_uses(building, judged, table, lambda word: word == "needs_48_permit"),
            unsettled=_uses(building, judged, table, lambda word: word not in _SETTLED),
        )
        points = conditions(case, self._steps, self._terms.facts, self._terms.today)
        ways: tuple[Alternative, ...] = ()
        if judged.verdict == "needs_48_permit" and place.kind == "zone":
            judged = with_permit(judged, case, points, self._terms.facts)
            ways = alternatives(case.in_special_zone, points)
        reasons = [*place.reasons, *judged.reasons, *self._terms.cited, table.law_date_words, AUTHORITY]
        verdict = Verdict(
            building_id=building.building_id,
            fids=building.fids,
            facility=building.name,
            number=building.number,
            verdict=judged.verdict,
            provisional=place.is_point,
            needs_confirmation=place.needs_confirmation or judged.needs_confirmation,
            zone=None if place.zone_id is None else zone_name(place.zone_id),
            zone_id=place.zone_id,
            zone_shares=dict(place.shares or {}),
            distance_to_zone_edge_m=None,
            uses=judged.uses,
            articles=judged.articles,
            reasons=unique(reasons),
            next_steps=unique([*judged.next_steps, *place.next_steps]),
            conditions=points,
            rules_version=table.rules_version,
            missing=judged.missing,
            at_border=place.needs_confirmation,
            alternatives=ways,
        )
        return _Model(verdict, judged.numbers, self._limits(judged, place))

    def _limits(self, judged: Judged, place: Place) -> tuple[Limit, ...]:
        if judged.numbers is None or place.zone_id is None:
            return ()
        cell = self._table.classes[judged.uses[0].use_class or ""].cells[place.zone_id]
        return tuple(self._table.limits[name] for name in cell.limits)

    def _alike(self, model: _Model, group: Sequence[int], distance_m: float | None) -> Verdict:
        """The verdict of a building that is judged like the model's, with its own name and numbers."""
        rows, row = self._rows, group[0]
        own = vars(model.verdict).copy()
        own["building_id"] = rows.texts["building_id"][row]
        own["distance_to_zone_edge_m"] = distance_m
        if len(group) > 1:
            return _filled(Verdict, own)
        own["fids"] = (rows.fids[row],)
        own["number"] = number = rows.wholes["number"][row]
        own["facility"] = rows.texts["name"][row] or facility_name(number)
        use = vars(model.verdict.uses[0]).copy()
        use["use_floor_m2"] = floor = rows.areas["use_floor_m2"][row]
        use["top_storey"] = storey = rows.wholes["top_storey"][row]
        own["uses"] = (_filled(UseResult, use),)
        if model.numbers is not None and model.verdict.zone_id is not None:
            reason, before, after = model.numbers
            said, total = Use(use["use_class"], floor, storey), rows.areas["total_floor_m2"][row]
            text = compared_numbers(self._table, model.verdict.zone_id, said, model.limits, total)
            text = f"{before}{text}{after}"
            own["reasons"] = tuple([text if one == reason else one for one in model.verdict.reasons])
        return _filled(Verdict, own)


def _filled(kind: type[_Value], fields: dict[str, Any]) -> _Value:
    """A frozen value with all its fields, without the price of its constructor: there may be 100,000."""
    value = object.__new__(kind)
    object.__setattr__(value, "__dict__", fields)
    return value


_Value = TypeVar("_Value", Verdict, UseResult)


def _uses(
    building: FacilityBuilding, judged: Judged, table: RuleTable, wanted: Callable[[str], bool]
) -> tuple[Use, ...]:
    """The uses with one of the wanted results, their classes as ids."""
    found = []
    for use, said in zip(building.uses, judged.uses, strict=True):
        if wanted(said.result):
            part = table.class_named(use.part_class)
            found.append(replace(use, use_class=said.use_class, part_class=part.id if part else None))
    return tuple(found)


_RIVAL_WORDS = {"controlled": "市街化調整区域", "outside": "都市計画区域外", "unknown": "資料のない区域"}


def _zone_doubt(place: Place, table: RuleTable) -> str:
    """Why 24条 may not reach a site although the zone of its majority is one of the four; empty otherwise."""
    if place.controlled >= LEAST_CONTROLLED:
        return (
            f"敷地の{place.controlled:.0%}が市街化調整区域にかかり、"
            "開発許可または建築の許可も要るため、24条の特例だけでは決まりません。"
        )
    others = [zone_name(zone) for zone in place.rivals if zone not in table.special24_zones]
    others += [_RIVAL_WORDS[kind] for kind in place.rival_kinds if kind in _RIVAL_WORDS]
    if others:
        return f"24条の対象でない区域（{'・'.join(others)}）の規定が敷地に適用されることもあり得ます。"
    return ""
