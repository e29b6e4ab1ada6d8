"""The reference layers of a prefecture's desk: what all towns handed over, one layer a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chiiki_gis.core.class_styles import fitting
from chiiki_gis.core.layer import Layer, LayerId, Source
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import COUNTS_TABLE, REFERENCE_TABLES, received_layer_id
from chiiki_gis.io.imports import KeepFrame, stacked
from chiiki_gis.io.store import content_hash
from chiiki_gis.io.submission import Submission
from chiiki_gis.tasks.desk_looks import common_look

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TOWN = "town"
"""Column of these layers: the key of the town a row came from."""
_TITLES: Mapping[str, tuple[Role, str]] = {
    **{role.value: (role, f"{role.japanese}（市町村の提出）") for role in REFERENCE_TABLES},
    Role.VACANT_HOUSE.value: (Role.VACANT_HOUSE, "同意のある空き家（市町村の提出）"),
    COUNTS_TABLE: (Role.REFERENCE, "空き家の集計（市町村の提出）"),
}
Towns = Mapping[str, Submission]
"""What came, by the key of its town."""
_BETWEEN = "／"


def desk_layers(
    values: Snapshot, towns: Towns, keep: KeepFrame
) -> tuple[tuple[Layer, ...], tuple[LayerId, ...] | None]:
    """The layers that change, with the tables of the towns in them, and the order of all layers.

    A town's rows of a former package go; other towns' rows stay. Layers that stay equal are not among them.
    """
    known = {layer.id: layer for layer in values.layers}
    found = []
    for table in _TITLES:
        layer_id = received_layer_id(table)
        before = known.get(layer_id)
        old = before.get_frame() if before is not None else None
        frame = _merged(old, table, towns, values.epsg)
        if frame is None:
            continue
        source = _source(before, table, towns)
        if before is not None and content_hash(frame) == before.reference.content_hash:
            if source == before.source:
                continue
            frame = old if old is not None else frame
        role, title = _TITLES[table]
        look = common_look(towns.values(), table) if before is None else None
        style = reference_style(role, title) if look is None else fitting(look, list(frame.columns))
        fresh = Layer(layer_id, role, title, keep(frame), style, source)
        if before is not None:
            fresh = Layer(layer_id, role, before.name, fresh.frame, before.style, source, before.is_locked)
        found.append(fresh)
    new = [layer for layer in found if layer.id not in known]
    return tuple(found), stacked(values.layers, new) if new else None


def _source(before: Layer | None, table: str, towns: Towns) -> Source:
    """Where the towns have their data from: their own lines, as they must be named on every sheet."""
    lines = set() if before is None else set(before.source.licence.split(_BETWEEN))
    lines |= {one.sources.get(table, "") for one in towns.values()}
    return Source(file="市町村の提出一式", licence=_BETWEEN.join(sorted(lines - {""})))


def _merged(old: GeoDataFrame | None, table: str, towns: Towns, epsg: int) -> GeoDataFrame | None:
    """All towns' rows of one table in the desk's CRS, ordered by town; None where there are none."""
    import geopandas
    import pandas

    parts = []
    if old is not None:
        parts.append(old[~old[TOWN].isin(list(towns))])
    for key, one in sorted(towns.items()):
        frame = one.tables.get(table)
        if frame is not None and len(frame):
            moved = frame if frame.crs.to_epsg() == epsg else frame.to_crs(epsg)
            parts.append(moved.assign(**{TOWN: key}))
    parts = [part for part in parts if len(part)]
    if not parts:
        return None if old is None else old.iloc[:0]
    whole = geopandas.GeoDataFrame(pandas.concat(parts, ignore_index=True), geometry="geometry", crs=epsg)
    whole = whole.sort_values(TOWN, kind="stable", ignore_index=True)
    whole.index = pandas.Index(range(1, len(whole) + 1), dtype="int64", name="fid")
    columns = [c for c in whole.columns if c != "geometry"]
    return whole[[*columns, "geometry"]]
