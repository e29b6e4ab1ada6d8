"""Layers, styles, facts and changes as JSON, for the project file and the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality
from chiiki_gis.core.frames import conform
from chiiki_gis.core.history import Step
from chiiki_gis.core.layer import Fid, Layer, LayerId, Source
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.style import style_from_json, style_to_json
from chiiki_gis.io.raster_ref import RasterRef
from chiiki_gis.io.store import TableRef

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def layer_to_json(layer: Layer) -> dict[str, Any]:
    """Everything of a layer but its rows."""
    data: dict[str, Any] = {
        "id": layer.id,
        "role": layer.role.value,
        "name": layer.name,
        "style": style_to_json(layer.style),
        "source": asdict(layer.source),
        "locked": layer.is_locked,
    }
    if not layer.is_plan:
        reference = layer.reference
        data |= {
            "hash": reference.content_hash,
            "count": reference.count,
            "columns": list(reference.columns),
            "bounds": reference.bounds,
        }
        if isinstance(reference, RasterRef):
            data |= {"path": reference.path.as_posix(), "stamp": reference.stamp}
    return data


def raster_layer_from_json(data: Mapping[str, Any], folder: Path, epsg: int) -> Layer:
    """A raster layer; a relative path is one from a folder."""
    path = (folder / data["path"]).resolve()
    reference = RasterRef(path, data["hash"], data["stamp"], epsg, cast("Any", tuple(data["bounds"])))
    return _layer(data, reference)


def reference_layer_from_json(data: Mapping[str, Any], path: Path, table: str) -> Layer:
    """A reference layer whose rows lie in a table."""
    bounds = tuple(data["bounds"]) if data["bounds"] else None
    reference = TableRef(
        path, table, data["hash"], data["count"], tuple(data["columns"]), cast("Any", bounds)
    )
    return _layer(data, reference)


def plan_layer_from_json(data: Mapping[str, Any], frame: GeoDataFrame) -> Layer:
    """A plan layer with its rows."""
    return _layer(data, frame)


def _layer(data: Mapping[str, Any], frame: Any) -> Layer:
    role, style, source = Role(data["role"]), style_from_json(data["style"]), Source(**data["source"])
    locked = bool(data.get("locked", False))
    return Layer(LayerId(data["id"]), role, data["name"], frame, style, source, locked)


def rows_to_json(rows: GeoDataFrame) -> list[dict[str, Any]]:
    """Rows with geometry as WKB hex, None where there is none; values keep every bit."""
    import pandas
    import shapely

    out: list[dict[str, Any]] = []
    if not len(rows):
        return out
    names = [str(c) for c in rows.columns if c != rows.geometry.name]
    written = shapely.to_wkb(rows.geometry.to_numpy())
    for fid, wkb, *values in zip(rows.index, written, *(rows[n] for n in names), strict=True):
        plain = {
            n: None if v is None or v is pandas.NA or v != v else v.item() if hasattr(v, "item") else v
            for n, v in zip(names, values, strict=True)
        }
        shape = None if wkb is None else wkb.hex().upper()  # a tenth of what GEOS takes for it
        out.append({"fid": int(fid), "wkb": shape, "values": plain})
    return out


def rows_from_json(data: list[dict[str, Any]], role: Role, epsg: int) -> GeoDataFrame:
    """The rows back, in the role's columns."""
    import geopandas
    import shapely

    columns = [row["values"] for row in data]
    written = [row["wkb"] if isinstance(row["wkb"], str) else None for row in data]  # NaN in older journals
    geometry = shapely.from_wkb(written)
    frame = geopandas.GeoDataFrame(columns, geometry=geometry, crs=epsg, index=[row["fid"] for row in data])
    return conform(frame, role)


def change_to_json(change: Change) -> dict[str, Any]:
    """A change with everything it needs but the rows of reference layers, which lie in blobs."""
    layers = [_whole_layer_to_json(layer) for layer in change.put_layers]
    return {
        "note": change.note,
        "put": {k: rows_to_json(v) for k, v in change.put.items()},
        "drop": {k: [int(f) for f in v] for k, v in change.drop.items()},
        "put_layers": layers,
        "drop_layers": list(change.drop_layers),
        "order": list(change.order) if change.order is not None else None,
        "facts": dict(change.facts),
    }


def change_from_json(data: Mapping[str, Any], epsg: int) -> Change:
    """The change back."""
    layers = [_whole_layer_from_json(item, epsg) for item in data["put_layers"]]
    return Change(
        note=data["note"],
        put={LayerId(k): rows_from_json(v, Role(k), epsg) for k, v in data["put"].items()},
        drop={LayerId(k): tuple(Fid(f) for f in v) for k, v in data["drop"].items()},
        put_layers=tuple(layers),
        drop_layers=tuple(LayerId(i) for i in data["drop_layers"]),
        order=tuple(LayerId(i) for i in data["order"]) if data["order"] is not None else None,
        facts=data["facts"],
    )


def snapshot_to_json(values: Snapshot) -> dict[str, Any]:
    """The values of a plan, like a change without the rows of reference layers."""
    header = values.header
    return {
        "uuid": header.uuid,
        "municipalities": [{"code": m.code, "name": m.name} for m in header.municipalities],
        "epsg": header.epsg,
        "layers": [_whole_layer_to_json(layer) for layer in values.layers],
        "facts": dict(values.facts),
        "next_fid": dict(values.next_fid),
    }


def snapshot_from_json(data: Mapping[str, Any]) -> Snapshot:
    """The values back."""
    towns = tuple(Municipality(m["code"], m["name"]) for m in data["municipalities"])
    epsg = int(data["epsg"])
    layers = tuple(_whole_layer_from_json(item, epsg) for item in data["layers"])
    fids = {LayerId(key): int(value) for key, value in data["next_fid"].items()}
    return Snapshot(Header(data["uuid"], towns, epsg), layers, data["facts"], fids)


def _whole_layer_to_json(layer: Layer) -> dict[str, Any]:
    data = layer_to_json(layer)
    if layer.is_plan:
        return data | {"rows": rows_to_json(layer.rows)}
    if layer.is_raster:
        return data
    reference = cast("TableRef", layer.reference)
    return data | {"path": str(reference.path), "table": reference.table}


def _whole_layer_from_json(data: Mapping[str, Any], epsg: int) -> Layer:
    if "rows" in data:
        return plan_layer_from_json(data, rows_from_json(data["rows"], Role(data["role"]), epsg))
    if Role(data["role"]).is_raster:
        return raster_layer_from_json(data, Path(), epsg)
    return reference_layer_from_json(data, Path(data["path"]), data["table"])


def dumps(value: Any) -> str:
    """Compact JSON with Japanese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class KeptStep:
    """A change as it lies on disk."""

    note: str
    body: str
    epsg: int

    def get(self) -> Change:
        """The change. Raises ValueError, KeyError or TypeError where it cannot be read."""
        return change_from_json(json.loads(self.body), self.epsg)


def kept_step(change: Change, epsg: int) -> KeptStep:
    """A change as it will lie on disk."""
    return KeptStep(change.note, dumps(change_to_json(change)), epsg)


def body_of(step: Step) -> str:
    """A change as a line of text without its end; one that lies on disk already is not read for it."""
    if isinstance(step, KeptStep):
        return step.body
    return dumps(change_to_json(step if isinstance(step, Change) else step.get()))
