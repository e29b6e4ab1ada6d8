"""The contents of every sheet of a plan: layers, legend, tables and sources from the project's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from chiiki_gis.core.building_rows import first_rows
from chiiki_gis.core.crs import zone_of_epsg
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.improvement_effects import effects_of
from chiiki_gis.core.jobs import Foreseen
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import name_of
from chiiki_gis.core.sheet import FIT_SCALE, OVERLAP_MM, SCALES, Extent, Sheet, fitting_scale, tiles
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.privacy import printable_style
from chiiki_gis.export.sheet_index import Place, index_outline
from chiiki_gis.export.sheet_subjects import Subject, drawable, layers_of, subjects_of, whole_of
from chiiki_gis.export.sheet_tables import area_notes, area_rows, facility_rows, link_rows
from chiiki_gis.export.sheet_works import access_notes, works_layers
from chiiki_gis.export.verdict_looks import judged_layer
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.render.furniture import SeriesIndex
from chiiki_gis.render.legend import legend_entries
from chiiki_gis.render.paint import MapLayer, raster_layer, with_common_heights
from chiiki_gis.render.sheet import SheetContent, frame_extent, frame_mm
from chiiki_gis.render.tables import FacilityRow
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Verdict

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.io.pyramid import Pyramid

MARGIN_MM = 5.0
"""Left free inside the frame on every side when the scale is chosen."""

FICTIONAL = "架空のまちの見本"
"""The mark of every sheet of the sample plan."""

WIDE_SCALES = (*SCALES, 150_000, 200_000, 300_000, 500_000)
"""Scales an overview of a large municipality or a prefecture may take by itself."""

MAX_PAGES = 200
"""Maps of one series; a hundred thousand would keep the printer and the reader for days."""

SITE_SCALE = 2_500
"""Scale of a 付近見取図, as of the 計画図 of 都市計画法施行規則9条."""


@dataclass(frozen=True, eq=False)
class _Plan:
    """What all sheets of one call share."""

    values: Snapshot
    sheet: Sheet
    created: date
    mark: str
    layers: tuple[MapLayer, ...]
    facilities: GeoDataFrame
    verdicts: Mapping[int, Verdict]


def sheet_contents(
    snapshot: Snapshot,
    shapes: Mapping[LayerId, Shapes],
    verdicts: Sequence[Verdict],
    sheet: Sheet,
    created: date,
    *,
    pyramids: Mapping[LayerId, Pyramid] | None = None,
) -> list[SheetContent]:
    """Every page of a kind of sheet: one map, or several where the ground is larger than the frame.

    shapes    of the reference layers; a layer without is not drawn. Those of plan layers are built here
    pyramids  of the raster layers; a layer without is not drawn
    verdicts  of `rules.check`; facilities without one are shown as 未判定
    sheet     its scale may be FIT_SCALE; a centre fixes the map and makes it one page
    Never reads or draws vacant houses. Raises BadInput where the plan has nothing to show.
    """
    facilities = first_rows(drawable(snapshot.rows(Role.FACILITY)))
    by_fid = {fid: verdict for verdict in verdicts for fid in verdict.fids}
    layers = _map_layers(snapshot, shapes, pyramids or {}, sheet, facilities, by_fid)
    plan = _Plan(
        snapshot,
        sheet,
        created,
        "　".join(filter(None, (sheet.mark, FICTIONAL if snapshot.header.is_fictional else ""))),
        layers,
        facilities,
        by_fid,
    )
    contents: list[SheetContent] = []
    subjects = subjects_of(snapshot, sheet.kind, sheet.name)
    if sheet.center is not None:
        subjects = [whole_of(subjects, sheet)]
    for subject in subjects:
        contents += _contents_of(plan, subject, MAX_PAGES - len(contents))
    total = len(contents)
    return [replace(content, position=(n, total)) for n, content in enumerate(contents, 1)]


def foresee(snapshot: Snapshot, sheet: Sheet) -> Foreseen:
    """How many maps `sheet_contents` would make, and at which scales, without making them.

    Raises BadInput where the plan has nothing to show, and for too many pages.
    """
    subjects = subjects_of(snapshot, sheet.kind, sheet.name)
    if sheet.center is not None:
        return Foreseen(1, (_scale(sheet, whole_of(subjects, sheet).extent),))
    maps, scales = 0, set()
    for subject in subjects:
        scaled = replace(sheet, scale=_scale(sheet, subject.extent))
        maps += len(_places(scaled, subject)[1])
        if maps > MAX_PAGES:
            raise _too_many_pages(scaled)
        scales.add(scaled.scale)
    return Foreseen(maps, tuple(sorted(scales)))


def _places(sheet: Sheet, subject: Subject) -> tuple[tuple[int, int], list[Place]]:
    """The rows and columns of the maps that cover a subject, and the maps that show some of it."""
    if _pages_around(sheet, subject.extent) > 20 * MAX_PAGES:
        raise _too_many_pages(sheet)  # before a grid of millions of tiles is made
    grid = tiles(subject.extent, sheet.scale, frame_mm(sheet), OVERLAP_MM)
    places = [
        (row, column, center)
        for row, line in enumerate(grid)
        for column, center in enumerate(line)
        if _shows(sheet, center, subject)
    ]
    return (len(grid), len(grid[0])), places


def _contents_of(plan: _Plan, subject: Subject, room: int) -> list[SheetContent]:
    """One subject's map pages. Raises BadInput for more than `room`."""
    sheet = replace(plan.sheet, title=subject.title)
    sheet = replace(sheet, scale=_scale(sheet, subject.extent))
    if sheet.center is not None:
        return [_content(plan, sheet, subject, sheet.center, None)]
    size, places = _places(sheet, subject)
    if len(places) > room:
        raise _too_many_pages(sheet)
    if len(places) == 1:
        return [_content(plan, sheet, subject, places[0][2], None)]
    numbers = tuple((row, column, n) for n, (row, column, _) in enumerate(places, 1))
    outline = index_outline(sheet, places[0], subject)
    return [
        _content(
            plan,
            replace(sheet, title=f"{subject.title}（{n}/{len(places)}）"),
            subject,
            center,
            SeriesIndex(*size, numbers, (row, column), outline),
        )
        for n, (row, column, center) in enumerate(places, 1)
    ]


def _pages_around(sheet: Sheet, extent: Extent) -> float:
    """About how many frames cover an extent."""
    width, height = (mm * sheet.scale / 1000 for mm in frame_mm(sheet))
    return (1 + (extent[2] - extent[0]) / width) * (1 + (extent[3] - extent[1]) / height)


class TooManyPages(BadInput):
    """A sheet that would take more pages than may be printed at once."""


def _too_many_pages(sheet: Sheet) -> TooManyPages:
    return TooManyPages(
        "図面を印刷できませんでした。",
        f"縮尺1:{sheet.scale:,}では、図面が{MAX_PAGES}ページを超えます。",
        "縮尺の分母を大きくするか、縮尺を省いて1枚に収めてください。",
    )


def _scale(sheet: Sheet, extent: Extent) -> int:
    """The sheet's scale, or the largest that shows an extent with a margin on one page."""
    if sheet.scale != FIT_SCALE:
        return sheet.scale
    if sheet.kind == "site":
        return SITE_SCALE
    width, height = frame_mm(sheet)
    room = (width - 2 * MARGIN_MM, height - 2 * MARGIN_MM)
    offered = WIDE_SCALES if sheet.kind == "overview" else SCALES
    return fitting_scale(extent, room, offered) or max(offered)


def _shows(sheet: Sheet, center: tuple[float, float], subject: Subject) -> bool:
    """Whether a tile contains any of its subject."""
    import shapely

    return bool(shapely.intersects(shapely.box(*frame_extent(sheet, center)), subject.shape))


def _content(
    plan: _Plan, sheet: Sheet, subject: Subject, center: tuple[float, float], index: SeriesIndex | None
) -> SheetContent:
    extent = frame_extent(sheet, center)
    drawn = [entry for entry in plan.layers if _touches(entry.extent, extent)]
    links = plan.values.rows(Role.ACCESS_LINK)
    effects = effects_of(plan.values.facts, plan.values.scenario)
    has_table = sheet.kind not in ("priority", "access")
    facilities = tuple(facility_rows(plan.facilities, plan.verdicts, extent)) if has_table else ()
    header = plan.values.header
    return SheetContent(
        sheet=sheet,
        plan_title=_plan_title(plan.values),
        author=header.title,
        created=plan.created,
        epsg=plan.values.epsg,
        center=center,
        layers=plan.layers,
        legend=legend_entries(plan.layers, extent),
        areas=tuple(area_rows(plan.values, subject)),
        facilities=facilities,
        links=tuple(link_rows(links, plan.facilities, plan.verdicts, effects))
        if sheet.kind == "access"
        else (),
        sources=tuple(_sources([entry.layer for entry in drawn])),
        unsourced=tuple(e.layer.name for e in drawn if not e.layer.is_plan and not e.layer.source.citation),
        notes=(
            *_told(plan.values, sheet, subject),
            *_notes(plan, sheet, [e.layer for e in drawn], facilities),
        ),
        north_deg=_true_north(center, plan.values.epsg),
        mark=plan.mark,
        index=index,
    )


def _map_layers(
    values: Snapshot,
    shapes: Mapping[LayerId, Shapes],
    pyramids: Mapping[LayerId, Pyramid],
    sheet: Sheet,
    facilities: GeoDataFrame,
    verdicts: Mapping[int, Verdict],
) -> tuple[MapLayer, ...]:
    """The layers to draw; plan layers hold the current scenario only, facilities one marker a building."""
    found = []
    for layer in layers_of(values, sheet.kind):
        if layer.role == Role.FACILITY:
            drawn = judged_layer(layer, facilities, verdicts)
            found.append(MapLayer(drawn, build_shapes(drawn.rows, drawn.style)))
        elif layer.is_plan:
            drawn = replace(layer, frame=drawable(values.rows(layer.role)))
            found.append(MapLayer(drawn, build_shapes(drawn.rows, drawn.style)))
        elif layer.id in pyramids:
            found.append(raster_layer(layer, pyramids[layer.id]))
        elif layer.id in shapes:
            drawn = replace(layer, style=printable_style(layer))
            found.append(MapLayer(drawn, shapes[layer.id]))
    if sheet.kind == "access":  # over the roads and links, below the facilities
        top = next((n for n, entry in enumerate(found) if entry.layer.role == Role.FACILITY), len(found))
        found[top:top] = works_layers(values)
    return with_common_heights(found)


def _sources(layers: Sequence[Layer]) -> list[str]:
    """One 出典 a reference layer, equal ones together; a missing one is said."""
    named: dict[str, list[str]] = {}
    for layer in layers:
        if not layer.is_plan:
            citation = layer.source.citation.replace("を加工して作成", "")  # said once for all
            named.setdefault(citation or "出典の記録なし", []).append(layer.name)
    return [f"{'・'.join(names)}＝{citation}" for citation, names in named.items()]


def _told(values: Snapshot, sheet: Sheet, subject: Subject) -> list[str]:
    """The descriptions of the areas that a sheet is about."""
    roles = {"priority": Role.PRIORITY_DISTRICT, "area": Role.PROMOTION_AREA}
    role = roles.get(sheet.kind)
    return [] if role is None else area_notes(values, subject, role)


def _notes(
    plan: _Plan, sheet: Sheet, layers: Sequence[Layer], facilities: Sequence[FacilityRow]
) -> list[str]:
    roles = {layer.role for layer in layers}
    notes = []
    if facilities and plan.verdicts:
        notes.append("用途制限の判定は参考です。最終判断は特定行政庁が行います。")
        notes.append(rule_table().law_date_words)
    if any("※" in row.verdict for row in facilities):
        notes.append("※は、敷地ではなく地点による仮の判定です。")
    if Role.ZONING in roles:
        notes.append("用途地域は参考であり、建築確認等の手続には都市計画図書を確かめてください。")
    if sheet.kind == "access":
        notes += access_notes(plan.values, plan.facilities)
    if Role.ACCESS_LINK in roles and len(drawable(plan.values.rows(Role.ACCESS_LINK))):
        notes.append("アクセス道路の距離と時間は、想定した速度による仮定値です。")
    analogy = {25_000: "総括図", 2_500: "計画図"}.get(sheet.scale)
    if analogy:
        notes.append(f"縮尺は、都市計画法施行規則9条の{analogy}に準じています。")
    return notes


def _plan_title(values: Snapshot) -> str:
    """The plan's name; a prefecture desk (two-digit code) makes the prefecture's plan."""
    is_prefecture = all(len(m.code) == 2 for m in values.header.municipalities)
    plan = "広域的地域活性化基盤整備計画" if is_prefecture else "特定居住促進計画"
    return f"{values.header.title}　{plan}（{name_of(values, values.scenario)}）"


def _true_north(center: tuple[float, float], epsg: int) -> float | None:
    """真北方向角: the direction of true north from grid north, clockwise, in degrees."""
    if zone_of_epsg(epsg) is None:
        return None
    import pyproj

    crs = pyproj.CRS.from_epsg(epsg)
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    longitude, latitude = to_degrees.transform(*center)
    return -float(pyproj.Proj(crs).get_factors(longitude, latitude).meridian_convergence)


def _touches(layer: Extent | None, extent: Extent) -> bool:
    return layer is not None and (
        layer[0] <= extent[2] and layer[2] >= extent[0] and layer[1] <= extent[3] and layer[3] >= extent[1]
    )
