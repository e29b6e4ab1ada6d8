"""The subcommands about roads and reach: what is reached, whether roads hang together, and the speeds."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

from chiiki_gis.core.errors import BadInput
from chiiki_gis.tasks.commands import DONE
from chiiki_gis.tasks.terminal import open_document, save_document, scenario_snapshot, tell_notes

if TYPE_CHECKING:
    from chiiki_gis.core.improvement_effects import Way
    from chiiki_gis.core.jobs import ReachRow


def reach(options: argparse.Namespace) -> int:
    """The areas reached from a facility or an interchange; kept in the project with --keep."""
    from chiiki_gis.io.lock import locked
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks.access import reach as reach_from

    bands = _bands(options.minutes)
    with locked(options.project) if options.keep else nullcontext():
        document, revision = open_document(options.project)
        found = reach_from(scenario_snapshot(document, options.scenario), options.origin, bands, memory_ref)
        if options.keep:
            document.apply(found.change)
            save_document(document, options.project, revision, found.change.note)
    if options.json:
        rows = [asdict(row) for row in found.rows]
        print(json.dumps({"origin": found.origin, "bands": rows}, ensure_ascii=False, allow_nan=False))
        return DONE
    tell_notes(found.notes)
    _print_bands(found.origin, found.rows)
    return DONE


def _print_bands(origin: str, rows: Sequence[ReachRow]) -> None:
    for row in rows:
        print(
            f"{origin}から{row.minutes:g}分以内：{row.area_km2:,.1f} km²　道路 {row.road_km:,.1f} km"
            f"　拠点施設 {row.facilities}　空き家（同意あり） {row.houses}"
        )


def _bands(text: str) -> list[float]:
    try:
        bands = [float(part) for part in text.split(",")]
    except ValueError:
        bands = []
    if not bands or not all(0 < band <= 600 for band in bands):
        raise BadInput(
            f"「{text}」は分として読めません。",
            "分は0より大きく600以下の数です。",
            "「10,20,30,60」のように書いてください。",
        )
    return bands


def works(options: argparse.Namespace) -> int:
    """What the plan's road works would bring to each facility: computes, stores, prints."""
    from chiiki_gis.core.improvement_effects import keep_effects
    from chiiki_gis.io.lock import locked
    from chiiki_gis.tasks.improvements import effects

    with locked(options.project):
        document, revision = open_document(options.project)
        values = scenario_snapshot(document, options.scenario)
        found = effects(values)
        change = keep_effects(document.facts, found, values.scenario)
        if found.works:
            document.apply(change)
            save_document(document, options.project, revision, change.note)
    if options.json:
        value = {
            "works": [asdict(row) for row in found.works],
            "effects": [{**asdict(row), "saved_minutes": row.saved_minutes} for row in found.rows],
        }
        print(json.dumps(value, ensure_ascii=False, allow_nan=False))
        return DONE
    tell_notes(found.notes)
    for work in found.works:
        print(
            f"{work.name}（{work.kind}）：延長{work.length_m:,.0f} m　{work.after}　{work.tag or '区分なし'}"
        )
    for effect in found.rows:
        print(f"{effect.facility}：整備前 {_way_words(effect.before)}　整備後 {_way_words(effect.after)}")
    return DONE


def _way_words(way: Way) -> str:
    if way.km is None or way.minutes is None:
        return "計算できません"
    label = "概算" if way.status == "estimate" else "仮定値"
    return f"{way.interchange}から約{way.km:.1f} km・{way.minutes:.1f}分（{label}）"


def links(options: argparse.Namespace) -> int:
    """Write the links and road works to an Excel file or a GeoPackage."""
    from chiiki_gis.tasks.access_jobs import export_links

    document, _ = open_document(options.project)
    written = export_links(scenario_snapshot(document, options.scenario), options.file)
    tell_notes(written.notes)
    for path in written.files:
        print(path)
    return DONE


def roads(options: argparse.Namespace) -> int:
    """Whether the roads hang together: the parts by name, and ends that nearly meet."""
    from chiiki_gis.tasks.access import roads_report

    document, _ = open_document(options.project)
    found = roads_report(scenario_snapshot(document, options.scenario))
    if options.json:
        parts = [asdict(part) for part in found.parts]
        value = {"parts": parts, "near_ends": [list(spot) for spot in found.near], "join_m": found.join_m}
        print(json.dumps(value, ensure_ascii=False, allow_nan=False))
        return DONE
    for part in found.parts:
        print(
            f"{part.name}：{part.roads:,}本　{part.km:,.1f} km　"
            f"拠点施設 {part.facilities}　IC {part.interchanges}"
        )
    print(f"許容差 {found.join_m:g} mではつながらない近くの端 {len(found.near)}か所")
    return DONE


def speeds(options: argparse.Namespace) -> int:
    """The numbers of the access calculation; set one with its source, or take it back."""
    from chiiki_gis.analysis.speed_profile import profile_rows
    from chiiki_gis.core.access_plan import SetFigure, figures_of, set_figures
    from chiiki_gis.core.links import with_true_links
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.lock import locked
    from chiiki_gis.io.speeds import own_profile
    from chiiki_gis.tasks.access import plan_profile

    with locked(options.project) if options.setting else nullcontext():
        document, revision = open_document(options.project)
        if options.setting:
            key, _, text = options.setting.partition("=")
            _require_known(key, [row[0] for row in profile_rows(own_profile())])
            figures = figures_of(document.facts)
            figures.pop(key, None)
            if text.strip():
                figures[key] = SetFigure(_number(text), options.source or "", not options.measured)
            change = with_true_links(document, set_figures(document.facts, figures))
            document.apply(change)
            save_document(document, options.project, revision, change.note)
    for key, unit, figure in profile_rows(plan_profile(snapshot(document))):
        print(f"{key} = {figure.value:g} {unit}　{figure.label}　{figure.basis}")
    return DONE


def _require_known(key: str, known: Sequence[str]) -> None:
    if key not in known:
        raise BadInput(
            f"「{key}」という値はありません。",
            "想定速度の表の名前と一致しませんでした。",
            f"使えるのは {'、'.join(known)} です。",
        )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(
            f"「{text}」は数として読めません。",
            "速度・係数・距離は半角の数字で書きます。",
            "「class.2=32.5」のように書いてください。",
        ) from None
