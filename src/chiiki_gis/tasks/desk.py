"""The prefecture's desk: the jobs of the window and of the command line about the towns' plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chiiki_gis.analysis.overlay import area_outside
from chiiki_gis.analysis.town_borders import LEAST_M2, Piece, gaps, overlaps
from chiiki_gis.core.desk import BorderLine, Bounds, DeskReport, LinkLine, TownLine
from chiiki_gis.core.jobs import Written
from chiiki_gis.core.layer import Fid
from chiiki_gis.core.links import building_of
from chiiki_gis.core.merging import MergePlan
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import ReceivedTown, received_towns, towns_by_fid
from chiiki_gis.rules.plan import TOLERANCE_M, row_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

QUIET = Quiet()
AREAS = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA)
LEAST_KM = 0.05
"""A link that is for less than this in a municipality does not count as running through it (a choice)."""


def perform(job: str, args: tuple[Any, ...], progress: Progress) -> object:
    """One of the jobs of core.jobs.JobName about the desk."""
    match job, args:
        case "merge", (values, paths):
            return merge_for_window(cast("Snapshot", values), paths, progress)
        case "desk_report", (values,):
            return desk_report(cast("Snapshot", values), progress)
        case "desk_book", (values, path):
            return write_book(cast("Snapshot", values), cast("Path", path), progress)
    raise ValueError(f"no job {job} with {len(args)} arguments")


def merge_for_window(values: Snapshot, paths: Sequence[Path], progress: Progress = QUIET) -> MergePlan:
    """Packages compared with the desk, with the render caches of the layers they bring."""
    from chiiki_gis.io.store import keep_blob
    from chiiki_gis.tasks.merge import compare
    from chiiki_gis.tasks.window import cached_shapes

    plan = compare(values, paths, keep_blob, progress)
    return replace(plan, shapes=cached_shapes(plan.put_layers, progress))


def write_book(values: Snapshot, path: Path, progress: Progress = QUIET) -> Written:
    """市町村一覧.xlsx. Raises BadInput where it cannot be written or the project is no desk."""
    from chiiki_gis.export.desk_book import write_desk_book

    result = write_desk_book(values, desk_report(values, progress), path, datetime.now().date())
    return Written(result.files, result.notes)


def desk_report(values: Snapshot, progress: Progress = QUIET) -> DeskReport:
    """The towns in numbers, what lies across their borders, and links that run through several.

    Raises BadInput for a project that is no desk, CrsMismatch.
    """
    from chiiki_gis.tasks.merge import require_desk

    require_desk(values)
    progress.step(0, 3, "市町村の区域を比べています")
    towns = received_towns(values.facts)
    borders = tuple(line for role in AREAS for line in _between(values, role))
    progress.step(1, 3, "区域の外の部分を調べています")
    borders += tuple(_outside(values))
    progress.step(2, 3, "アクセス道路の通る市町村を調べています")
    ground = values.frame(Role.MUNICIPALITY)
    known = {code for town in towns.values() for code in town.codes}
    waiting = (
        ()
        if ground is None or "code" not in ground.columns
        else tuple(
            str(row["name"]) for _, row in ground.sort_values("code").iterrows() if row["code"] not in known
        )
    )
    notes = () if ground is not None else ("市町村界がないため、市町村の外とまたがる道路を調べていません。",)
    own = {role: len(values.rows(role)) - len(_of_towns(values, role)) for role in PLAN_ROLES}
    lines = tuple(_town_line(values, town) for town in sorted(towns.values(), key=lambda t: t.key))
    links = () if ground is None else tuple(_crossing(values, ground))
    progress.step(3, 3)
    return DeskReport(lines, borders, links, waiting, {r: n for r, n in own.items() if n}, notes)


def _of_towns(values: Snapshot, role: Role) -> dict[int, ReceivedTown]:
    """The town of every row of the role that is there and came from one."""
    there = set(map(int, values.rows(role).index))
    return {fid: town for fid, town in towns_by_fid(values.facts, role).items() if fid in there}


def _town_line(values: Snapshot, town: ReceivedTown) -> TownLine:
    import shapely

    rows = {}
    for role in PLAN_ROLES:
        frame = values.rows(role)
        rows[role] = frame[frame.index.isin([row.fid for row in town.rows.get(role, {}).values()])]
    measured = {
        role: float(rows[role].to_crs(town.epsg).area.sum()) if len(rows[role]) else 0.0 for role in AREAS
    }
    shapes = [s for role in (*AREAS, Role.FACILITY) for s in rows[role].geometry if s is not None]
    links = rows[Role.ACCESS_LINK]
    return TownLine(
        town.code,
        town.name,
        town.kind,
        town.made,
        len(rows[Role.PRIORITY_DISTRICT]),
        measured[Role.PRIORITY_DISTRICT],
        len(rows[Role.PROMOTION_AREA]),
        measured[Role.PROMOTION_AREA],
        len(set(building_of(rows[Role.FACILITY]))),
        int((~links.geometry.isna()).sum()),
        town.numbers.get("permits"),
        town.numbers.get("houses"),
        town.open_errors,
        town.reason,
        _bounds(shapely.GeometryCollection(shapes)) if shapes else None,
    )


def _between(values: Snapshot, role: Role) -> Iterator[BorderLine]:
    """Overlaps and gaps between areas of different towns; those of the prefecture are a town of their own."""
    rows = values.rows(role)
    of_row = towns_by_fid(values.facts, role)
    names = {int(fid): of_row[int(fid)].name if int(fid) in of_row else "県" for fid in rows.index}
    keys = [names[int(fid)] for fid in rows.index]

    def line(kind: str, piece: Piece) -> BorderLine:
        fids = (piece.first, piece.second)
        return BorderLine(
            cast("Any", kind),
            role,
            tuple(names[fid] for fid in fids),
            tuple(_name(rows, fid) for fid in fids),
            tuple(Fid(fid) for fid in fids),
            piece.area_m2,
            _bounds(piece.shape),
        )

    for piece in overlaps(rows, keys):
        yield line("overlap", piece)
    for piece in gaps(rows, keys):
        yield line("gap", piece)


def _outside(values: Snapshot) -> Iterator[BorderLine]:
    """促進区域 outside every 重点地区, and areas outside the municipality that handed them over."""
    districts, areas = values.rows(Role.PRIORITY_DISTRICT), values.rows(Role.PROMOTION_AREA)
    if len(areas):
        names = _names_of(towns_by_fid(values.facts, Role.PROMOTION_AREA))
        yield from _beyond("outside_priority", Role.PROMOTION_AREA, areas, districts, names)
    ground = values.frame(Role.MUNICIPALITY)
    if ground is None or "code" not in ground.columns:
        return
    for role in AREAS:
        rows = values.rows(role)
        by_town: dict[str, list[int]] = {}
        towns: dict[str, ReceivedTown] = {}
        of_row = _of_towns(values, role)
        for fid, town in of_row.items():
            by_town.setdefault(town.key, []).append(fid)
            towns[town.key] = town
        for key, fids in by_town.items():
            own = ground[ground["code"].isin(towns[key].codes)]
            if len(own):
                yield from _beyond("outside_town", role, rows.loc[fids], own, _names_of(of_row))


def _names_of(towns: Mapping[int, ReceivedTown]) -> dict[int, str]:
    return {fid: town.name for fid, town in towns.items()}


def _beyond(
    kind: str, role: Role, rows: GeoDataFrame, container: GeoDataFrame, names: Mapping[int, str]
) -> Iterator[BorderLine]:
    outside = area_outside(rows, container, TOLERANCE_M)
    for fid, m2, shape in zip(outside.index, outside["area_outside_m2"], outside.geometry, strict=True):
        if m2 > LEAST_M2:
            town = names.get(int(fid), "県")
            yield BorderLine(
                cast("Any", kind), role, (town,), (_name(rows, int(fid)),), (Fid(int(fid)),), float(m2),
                _bounds(shape),
            )  # fmt: skip


def _crossing(values: Snapshot, ground: GeoDataFrame) -> Iterator[LinkLine]:
    """Links that run through two municipalities and more, with km in the plane zone of their town."""
    import shapely

    links, facilities = values.rows(Role.ACCESS_LINK), values.rows(Role.FACILITY)
    called = dict(zip(building_of(facilities), facilities["name"], strict=True))
    of_row = towns_by_fid(values.facts, Role.ACCESS_LINK)
    shapes = ground.geometry.to_numpy()
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)
    for fid, link in links.iterrows():
        line = link["geometry"]
        if line is None or line.is_empty:
            continue
        town = of_row.get(int(str(fid)))
        epsg = values.epsg if town is None else town.epsg
        through = []
        touched = sorted(tree.query(line).tolist())
        touched = [number for number in touched if shapely.intersects(shapes[number], line)]
        for number in touched if len(touched) > 1 else ():
            km = _length_m(shapely.intersection(line, shapes[number]), values.epsg, epsg) / 1000
            if km >= LEAST_KM:
                through.append((str(ground["name"].iloc[number]), km))
        if len(through) > 1:
            name, building = called.get(link["building_id"]), str(link["building_id"])
            yield LinkLine(
                Fid(int(str(fid))),
                "県" if town is None else town.name,
                str(name) if isinstance(name, str) else building,
                str(link["interchange"] or ""),
                tuple(through),
                _bounds(line),
            )


def _length_m(line: Any, epsg: int, zone: int) -> float:
    if epsg == zone:
        return float(line.length)
    import geopandas

    return float(geopandas.GeoSeries([line], crs=epsg).to_crs(zone).length.iloc[0])


def _name(rows: GeoDataFrame, fid: int) -> str:
    return row_name(rows.at[fid, "name"], rows.at[fid, "number"], fid)


def _bounds(shape: Any) -> Bounds:
    west, south, east, north = (float(v) for v in shape.bounds)
    return west, south, east, north
