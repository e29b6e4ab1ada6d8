"""What the sheet of access roads shows beside its table: sentences, what figures rest on, road works."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chiiki_gis.analysis.improved_roads import works_lines
from chiiki_gis.core.improvement_effects import effects_of
from chiiki_gis.core.improvements import improvements_of
from chiiki_gis.core.layer import Layer, LayerId, Source
from chiiki_gis.core.links import REFUSED, building_of
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.style import Category, Style, Symbol
from chiiki_gis.export.sheet_tables import link_notes
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render.paint import MapLayer

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_WORKS = LayerId("road_improvements")
_COLOR = "#b5179e"


def access_notes(values: Snapshot, facilities: GeoDataFrame) -> list[str]:
    """The notes of the sheet of access roads.

    facilities   one row a building
    """
    links = values.rows(Role.ACCESS_LINK)
    return [*link_notes(links, facilities), *link_sentences(links, facilities), *works_notes(values)]


def link_sentences(links: GeoDataFrame, facilities: GeoDataFrame) -> list[str]:
    """One sentence a link that was computed, quickest first, then every figure once with what it rests on."""
    names = dict(zip(building_of(facilities), facilities["name"], strict=True))
    done = links[(links["status"] != REFUSED) & links["building_id"].isin(names)]
    sentences: list[str] = []
    assumed: list[str] = []
    for _, link in done.sort_values(["building_id", "rank"], kind="stable").iterrows():
        state = {"estimate": "概算、", "needs_confirmation": "要確認、"}.get(str(link["status"]), "")
        sentences.append(
            f"「{names[link['building_id']] or '施設'}」は、{link['interchange']}から"
            f"約{link['km']:.1f} km・約{link['minutes']:.0f}分（{state}想定速度は次のとおり）。"
        )
        assumed += json.loads(link["assumed"]) if isinstance(link["assumed"], str) else []
        if link["status"] == "estimate" and isinstance(link["reason"], str):
            sentences.append(link["reason"])
    if assumed:
        sentences.append(f"想定速度と仮定値：{'、'.join(dict.fromkeys(map(str, assumed)))}。")
    return sentences


def works_notes(values: Snapshot) -> list[str]:
    """What the sheet says of the plan's road works; nothing where there are none."""
    if not improvements_of(values.facts):
        return []
    kept = effects_of(values.facts, values.scenario)
    if kept is None:
        return ["道路整備の前後は、まだ比べていません。"]
    notes = []
    for row in kept.effects.works:
        named = f"、{row.tag}" if row.tag else ""
        cost = (
            ""
            if row.yen is None
            else f"、費用 約{row.yen / 10_000:,.0f}万円（単価の出典：{row.cost_source}）"
        )
        notes.append(
            f"道路整備「{row.name}」（{row.kind}）：延長{row.length_m:,.0f} m、{row.after}{named}{cost}。"
        )
    notes.append("整備後の距離と時間は、道路整備がすべて終わったと想定した仮定値です。")
    if kept.is_stale:
        notes.append("整備の前後は、計画を変えた後に計算し直していません。")
    return notes


def works_layers(values: Snapshot) -> list[MapLayer]:
    """The plan's road works as one layer of the map: roads improved, and new ones; none without any."""
    works = improvements_of(values.facts)
    lines = works_lines(values) if works else {}
    drawn = [work for work in works if work.number in lines]
    if not drawn:
        return []
    import geopandas

    frame = geopandas.GeoDataFrame(
        {"name": [w.name for w in drawn], "kind": ["新設" if w.is_new_road else "改良" for w in drawn]},
        geometry=[lines[work.number] for work in drawn],
        crs=values.epsg,
        index=range(1, len(drawn) + 1),
    )
    frame.index = frame.index.astype("int64").rename("fid")
    improved = Symbol(fill=None, stroke=_COLOR, stroke_mm=1.0)
    new = Symbol(fill=None, stroke=_COLOR, stroke_mm=0.8, dash="dash")
    kinds = {str(kind) for kind in frame["kind"]}
    known = (Category("改良", "道路整備（改良）", improved), Category("新設", "道路整備（新設）", new))
    style = Style(improved, "kind", tuple(one for one in known if one.value in kinds))
    source = Source("計画で定めた道路整備", "", "", values.epsg)
    layer = Layer(_WORKS, Role.ROAD, "道路整備", memory_ref(frame), style, source)
    return [MapLayer(layer, build_shapes(frame, style))]
