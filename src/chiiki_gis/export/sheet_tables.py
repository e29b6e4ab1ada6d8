"""What the tables of a sheet say: sizes of areas, verdicts of buildings, roads to interchanges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.area_parts import state_of
from chiiki_gis.core.improvement_effects import KeptEffects
from chiiki_gis.core.links import REFUSED, building_of, count_links
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import Extent
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.zones import BY_NAME
from chiiki_gis.export.sheet_subjects import Subject, by_number, drawable
from chiiki_gis.export.verdict_looks import look_of
from chiiki_gis.render.tables import AreaRow, FacilityRow, LinkRow
from chiiki_gis.rules.model import Verdict

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series


_STATES = {"estimate": "（概算）", "needs_confirmation": "（要確認）"}


def facility_rows(
    facilities: GeoDataFrame, verdicts: Mapping[int, Verdict], extent: Extent
) -> list[FacilityRow]:
    """The buildings inside a map, by number."""
    import shapely

    inside = facilities[shapely.intersects(facilities.geometry.to_numpy(), shapely.box(*extent))]
    rows = []
    for fid, row in by_number(inside).iterrows():
        verdict = verdicts.get(int(str(fid)))
        words, look = look_of(verdict)
        rows.append(FacilityRow(_number(row), _name(row), _short(verdict), words, look.color))
    return rows


def link_rows(
    links: GeoDataFrame,
    facilities: GeoDataFrame,
    verdicts: Mapping[int, Verdict],
    effects: KeptEffects | None = None,
) -> list[LinkRow]:
    """Every stored road of the scenario by facility number and rank; one that was refused says so.

    effects   what the plan's road works would bring; stands beside the quickest road of each building
    """
    rows = []
    after = _after_words(effects)
    for fid, building in by_number(facilities).iterrows():
        color = look_of(verdicts.get(int(str(fid))))[1].color
        own = links[links["building_id"] == building_of(facilities.loc[[fid]])[0]].sort_values(
            "rank", kind="stable"
        )
        for _, link in own.iterrows():
            is_known = link["km"] == link["km"] and link["minutes"] == link["minutes"]
            distance = f"{link['km']:.1f} km" if is_known else "―"
            time = f"約{link['minutes']:.0f}分" if is_known else "算定できません"
            state = _STATES.get(link["status"], "")
            place = link["interchange"] or "―"
            later = after.get(str(link["building_id"]), "") if link["rank"] == 1 else ""
            number, name = _number(building), _name(building)
            rows.append(LinkRow(number, name, place, distance, time + state, color, later))
    return rows


def _after_words(kept: KeptEffects | None) -> dict[str, str]:
    """How quick each building's link becomes with the works done, by building."""
    found = {}
    for effect in () if kept is None else kept.effects.rows:
        way = effect.after
        if way.km is None or way.minutes is None:
            found[effect.building] = "算定できません"
        else:
            other = "" if way.interchange == effect.before.interchange else f"{way.interchange} "
            state = _STATES.get(way.status, "")
            found[effect.building] = f"{other}{way.km:.1f} km 約{way.minutes:.0f}分{state}"
    return found


def link_notes(links: GeoDataFrame, facilities: GeoDataFrame) -> list[str]:
    """What the sheet of access roads must say of roads that are not on it, and of those out of date.

    facilities   one row a building
    """
    if not len(links):
        return ["アクセス道路は、まだ計算していません。"]
    names = dict(zip(building_of(facilities), [_name(row) for _, row in facilities.iterrows()], strict=True))
    refused = links[links["status"] == REFUSED]
    notes = [
        f"「{names.get(building, building)}」は、アクセス道路を計算できません。{reason or ''}"
        for building, reason in zip(refused["building_id"], refused["reason"], strict=True)
    ]
    known = set(links["building_id"])
    missing = [name for building, name in names.items() if building not in known]
    if missing:
        notes.append(f"「{'」「'.join(missing)}」のアクセス道路は、まだ計算していません。")
    if count_links(links, facilities).stale:
        notes.append("計画を変えた後に計算し直していないアクセス道路があります。")
    return notes


def _number(row: Series[Any]) -> str:
    import pandas

    return "" if pandas.isna(row["number"]) else str(row["number"])


def _name(row: Series[Any]) -> str:
    return row["name"] or "（名称なし）"


def _short(verdict: Verdict | None) -> str:
    if verdict is None or verdict.zone is None:
        return "―"
    zone = BY_NAME.get(verdict.zone)
    return zone.short if zone else verdict.zone


def area_notes(values: Snapshot, subject: Subject, role: Role) -> list[str]:
    """What the descriptions of the areas on a sheet say of their extent; nothing of areas without one.

    An area whose shape was changed after its description is named with that warning.
    """
    notes = []
    for fid, row in drawable(values.rows(role)).iterrows():
        is_meant = role != Role.PROMOTION_AREA or subject.area_fids is None or fid in subject.area_fids
        if not is_meant or not row["description"]:
            continue
        later = "（この説明文の後で、区域の形を変えています）" if state_of(row) == "stale" else ""
        notes.append(f"{area_name(role, row['name'])}の範囲：{row['description']}{later}")
    return notes


def area_rows(values: Snapshot, subject: Subject) -> list[AreaRow]:
    """Districts and areas in ha by the plane CRS; with a total where there are several of a kind."""
    rows: list[AreaRow] = []
    for role in (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA):
        frame = drawable(values.rows(role))
        if role == Role.PROMOTION_AREA and subject.area_fids is not None:
            frame = frame.loc[list(subject.area_fids)]
        elif subject.area_fids is not None:
            frame = frame[frame.intersects(subject.shape)]
        hectares = frame.area / 10_000
        for name, size in zip(frame["name"], hectares, strict=True):
            rows.append(AreaRow(area_name(role, name), float(size)))
        if len(frame) > 1:
            rows.append(AreaRow(f"{role.japanese}　計", float(hectares.sum()), is_total=True))
    return rows


def area_name(role: Role, name: str | None) -> str:
    """What a table calls an area: the role, and its name where that is not said twice."""
    if not name or name == role.japanese:
        return role.japanese
    return name if role.japanese in name else f"{role.japanese}　{name}"
