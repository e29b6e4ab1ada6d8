"""The shapes of the command line's JSON, as docs/cli.md documents them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.crs import plane_epsg, zone_of_epsg
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.scenarios import scenarios_of
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io import project
from chiiki_gis.io.datasets import japanese_column, recognise
from chiiki_gis.io.datum import datum_of
from chiiki_gis.io.format_table import is_raster, require_file
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import Prepared, prepare
from chiiki_gis.io.plan_rows import plan_rows
from chiiki_gis.io.vector import Table
from chiiki_gis.tasks.plan import class_words, read_facts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.rules.model import Verdict


def inspection(path: Path) -> dict[str, Any]:
    """What a file is; on a project, its layers."""
    if project.is_project(path):
        return _project_inspection(path)
    if is_raster(path):
        return _raster_inspection(path)
    result = read(path)
    first = result.tables[0]
    return {
        "format": result.format,
        "encoding": first.encoding,
        "encoding_evidence": first.encoding_evidence,
        "layers": [_table_inspection(table, result.notes) for table in result.tables],
    }


def _raster_inspection(path: Path) -> dict[str, Any]:
    from chiiki_gis.io.raster import read_header

    known = require_file(path)
    file = read_header(path)
    layer = {
        "name": path.stem,
        "role": file.role.value,
        "features": 0,
        "geometry": f"画像 {file.width}×{file.height}（{file.kind}）",
        "epsg": file.epsg,
        "crs_evidence": file.crs_evidence,
        "columns": [],
        "edition": "",
        "source": file.rights,
        "notes": [],
        "size": [file.width, file.height],
        "bounds": list(file.bounds),
    }
    return {"format": known.id, "encoding": None, "encoding_evidence": "文字なし", "layers": [layer]}


def _table_inspection(table: Table, notes: Sequence[str]) -> dict[str, Any]:
    found = recognise(table.frame, table.name, table.plan_role)
    columns = [str(c) for c in table.frame.columns if c != table.frame.geometry.name]
    types = sorted({str(t) for t in table.frame.geometry.geom_type.dropna()})
    return {
        "name": table.name,
        "role": found.role.value,
        "features": len(table.frame),
        "geometry": "・".join(types) or "なし",
        "epsg": table.epsg,
        "crs_evidence": table.crs_evidence,
        "columns": columns,
        "column_names": {c: word for c in columns if (word := japanese_column(c)) is not None},
        "edition": found.edition,
        "source": found.licence,
        "notes": [*notes, *table.notes, *_worked_in(table.epsg)],
    }


def _worked_in(epsg: int | None) -> list[str]:
    """What a file is worked in where that is not its own CRS as it stands."""
    import pyproj

    if epsg is None:
        return ["座標系の情報がないため、取り込むときに市町村の範囲と照らして案を示します。"]
    notes = []
    if len(pyproj.CRS.from_epsg(epsg).axis_info) > 2:
        notes.append("高さを含む座標系です。水平の位置だけを使い、プロジェクトの平面直角座標系で扱います。")
    if datum_of(epsg) is not None:
        notes.append("古い測地系です。取り込むときにJGD2011へ変換し、ずれの目安を示します。")
    return notes


def _project_inspection(path: Path) -> dict[str, Any]:
    values = project.open_project(path).snapshot
    layers = [
        {
            "name": layer.name,
            "role": layer.role.value,
            "features": layer.count,
            "geometry": "",
            "epsg": values.epsg,
            "crs_evidence": "プロジェクト",
            "columns": list(layer.columns),
            "edition": layer.source.edition,
            "source": layer.source.licence,
            "notes": [],
        }
        for layer in values.layers
    ]
    found = {"format": "project", "encoding": "UTF-8", "encoding_evidence": "形式の定め", "layers": layers}
    return {**found, "scenarios": _scenarios(values)}


def _scenarios(values: Snapshot) -> list[dict[str, Any]]:
    """Every scenario (案) of a project with its number of features by plan role."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "title": one.title,
            "features": {role.value: len(replace(values, scenario=one.id).rows(role)) for role in PLAN_ROLES},
        }
        for one in scenarios_of(values)
    ]


def findings(found: Sequence[Finding]) -> dict[str, Any]:
    """The JSON of `check`."""
    rows = [
        {
            "rule": f.rule,
            "severity": f.severity,
            "layer": f.layer,
            "fids": [int(fid) for fid in f.fids],
            "message": f.message,
            "article": f.article,
            "fixable": f.fix is not None,
            "ignored": f.ignored,
            "reason": f.reason,
        }
        for f in found
    ]
    return {
        "findings": rows,
        "errors": sum(f.is_open_error for f in found),
        "warnings": sum(f.severity == "warning" and not f.ignored for f in found),
    }


def judgement(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The JSON of `judge`."""
    from chiiki_gis.rules.load import rule_table

    return {"rules_version": rule_table().rules_version, "verdicts": [v.to_json() for v in verdicts]}


def judge_files(layers: Sequence[tuple[Role, Path]], facts: Path | None) -> list[Verdict]:
    """Verdicts from loose files, in the first layer's plane CRS, else that of its centroid."""
    from chiiki_gis.rules.live import JUDGED_ROLES
    from chiiki_gis.rules.load import rule_table
    from chiiki_gis.rules.zoning import judge

    tables = [(role, table) for role, path in layers for table in read(path).tables]
    target = _plane_of(*tables[0])
    frames: dict[Role, GeoDataFrame] = {}
    cited: dict[Role, list[str]] = {}
    for role, table in tables:
        prepared = prepare(table, target, role)
        edition = f"（{prepared.recognition.edition}）" if prepared.recognition.edition else ""
        line = f"{prepared.recognition.licence or table.path.name}{edition}"
        cited.setdefault(role, []).append(line)
        frame = plan_rows(prepared, class_words())[0] if role.is_plan else prepared.frame
        frames[role] = _joined(frames.get(role), frame)
    if Role.FACILITY not in frames:
        raise BadInput(
            "判定する施設がありません。",
            "「facility=ファイル」の指定がないためです。",
            "拠点施設のファイルを指定してください。",
        )
    return judge(
        frames[Role.FACILITY],
        sites=frames.get(Role.SITE),
        reference={role: frame for role, frame in frames.items() if not role.is_plan},
        plan_areas={
            role: frames[role] for role in (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA) if role in frames
        },
        facts=read_facts(facts) if facts is not None else {},
        table=rule_table(),
        sources={role: "、".join(dict.fromkeys(cited[role])) for role in JUDGED_ROLES[1:] if role in cited},
    )


def _plane_of(role: Role, table: Table) -> int:
    if table.epsg is not None and (zone := zone_of_epsg(table.epsg)) is not None:
        return plane_epsg(zone)
    rough: Prepared = prepare(table, 6668, role)
    west, south, east, north = rough.frame.total_bounds
    return plane_epsg(_nearest_zone((west + east) / 2, (south + north) / 2))


_ORIGINS = {
    1: (129.5, 33.0), 2: (131.0, 33.0), 3: (132 + 1 / 6, 36.0), 4: (133.5, 33.0), 5: (134 + 1 / 3, 36.0),
    6: (136.0, 36.0), 7: (137 + 1 / 6, 36.0), 8: (138.5, 36.0), 9: (139 + 5 / 6, 36.0),
    10: (140 + 5 / 6, 40.0), 11: (140.25, 44.0), 12: (142.25, 44.0), 13: (144.25, 44.0), 14: (142.0, 26.0),
    15: (127.5, 26.0),
    16: (124.0, 26.0), 17: (131.0, 26.0), 18: (136.0, 20.0), 19: (154.0, 26.0),
}  # fmt: skip
"""Origins of the plane zones, longitude and latitude (平成14年国土交通省告示第9号)."""


def _nearest_zone(longitude: float, latitude: float) -> int:
    """The zone whose origin is nearest; without a municipality nothing better is known."""
    return min(_ORIGINS, key=lambda z: (_ORIGINS[z][0] - longitude) ** 2 + (_ORIGINS[z][1] - latitude) ** 2)


def _joined(first: GeoDataFrame | None, second: GeoDataFrame) -> GeoDataFrame:
    import pandas

    if first is None:
        return second
    joined = pandas.concat([first, second], ignore_index=True)
    joined.index = joined.index.astype("int64") + 1
    return joined
