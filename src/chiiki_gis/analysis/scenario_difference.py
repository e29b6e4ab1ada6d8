"""How one scenario (案) differs from another: what came, what went, what changed, in m² and counts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

State = Literal["added", "removed", "changed"]

LEAST_M2 = 0.005
"""Ground that rounds to nothing at 0.01 m²: the same border with other vertices."""
LEAST_M = 0.005
_OWN = frozenset({"scenario", "building_id", "site_fid", "geometry"})
"""Columns in which a copy differs from its original by being a copy."""


@dataclass(frozen=True)
class RowDifference:
    """One feature that is not the same in both.

    base_fid, fid        the feature in the scenario compared with, and in the one looked at
    added_m2, removed_m2 ground that it covers now and did not before, and the other way round; 0 for points
    moved_m              how far its middle has moved; None where it is in one of them only
    columns              columns whose values differ
    """

    state: State
    name: str
    base_fid: int | None
    fid: int | None
    added_m2: float
    removed_m2: float
    moved_m: float | None
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LayerDifference:
    """All rows of one layer that differ, and the ground by which the layers as a whole do.

    added_m2, removed_m2  by the union of all polygons: overlaps count once
    shapes   columns state ("added", "removed", "moved") and geometry, project CRS: for the map
    """

    rows: tuple[RowDifference, ...]
    added_m2: float
    removed_m2: float
    shapes: GeoDataFrame

    def count(self, state: State) -> int:
        """How many features are in that state."""
        return sum(row.state == state for row in self.rows)


def difference(base: GeoDataFrame, rows: GeoDataFrame) -> LayerDifference:
    """How `rows` differ from `base`: two frames of one plan role in one project CRS, index fid.

    Features are taken for the same where number, name and shape agree, else number and name, else the shape,
    else the name. Invalid polygons are made valid. Raises CrsMismatch.
    """
    from chiiki_gis.analysis.overlay import require_same_crs

    require_same_crs(base, rows)
    found = []
    for old, new in pairs(base, rows):
        one = _row(base, rows, old, new)
        if one is not None:
            found.append(one)
    before, after = _ground(base), _ground(rows)
    added, removed = after.difference(before), before.difference(after)
    shapes = _shapes(base, rows, found, added, removed)
    return LayerDifference(tuple(found), float(added.area), float(removed.area), shapes)


def pairs(base: GeoDataFrame, rows: GeoDataFrame) -> list[tuple[int | None, int | None]]:
    """The fids of what is the same feature in both; those of one side only last, None for the other."""
    left, right = _keys(base), _keys(rows)
    taken: dict[int, int] = {}
    for level in range(len(_LEVELS)):
        free: dict[Hashable, list[int]] = {}
        for fid, keys in left.items():
            if fid not in taken and keys[level] is not None:
                free.setdefault(keys[level], []).append(fid)
        used = set(taken.values())
        for fid, keys in right.items():
            waiting = free.get(keys[level]) if fid not in used else None
            if waiting:
                taken[waiting.pop(0)] = fid
    used = set(taken.values())
    both: list[tuple[int | None, int | None]] = sorted(taken.items())
    gone: list[tuple[int | None, int | None]] = [(fid, None) for fid in left if fid not in taken]
    return [*both, *gone, *((None, fid) for fid in right if fid not in used)]


_LEVELS = (("number", "name", "shape"), ("number", "name"), ("shape",), ("name",))
"""By what two features are taken for the same one, the surest first."""


def _keys(rows: GeoDataFrame) -> dict[int, tuple[Hashable, ...]]:
    """For each feature its key at every level; None where it has none. A second use has a key of its own."""
    shapes = rows.geometry.to_wkb()
    found: dict[int, tuple[Hashable, ...]] = {}
    for fid in rows.index:
        values: dict[str, Any] = {"shape": shapes.loc[fid]}
        for column in ("number", "name"):
            value = rows.at[fid, column] if column in rows.columns else None
            values[column] = None if _is_missing(value) else value
        keys = []
        for level in _LEVELS:
            key = tuple(values[part] for part in level)
            keys.append(None if all(part is None for part in key) else key)
        found[int(fid)] = tuple(keys)
    return found


def _row(base: GeoDataFrame, rows: GeoDataFrame, old: int | None, new: int | None) -> RowDifference | None:
    """What differs of one feature; None where nothing does."""
    before = None if old is None else base.geometry.loc[old]
    after = None if new is None else rows.geometry.loc[new]
    name = _name(rows, new) if new is not None else _name(base, old)
    if old is None or new is None:
        size = _area(after if old is None else before)
        state: State = "added" if old is None else "removed"
        sizes = (size, 0.0) if old is None else (0.0, size)
        return RowDifference(state, name, old, new, *sizes, None, ())
    columns = tuple(
        column
        for column in rows.columns
        if column not in _OWN and not _same(base.at[old, column], rows.at[new, column])
    )
    added, removed, moved = _shape_difference(before, after)
    if not columns and added < LEAST_M2 and removed < LEAST_M2 and moved < LEAST_M:
        return None
    return RowDifference("changed", name, old, new, added, removed, moved, columns)


def _shape_difference(before: Any, after: Any) -> tuple[float, float, float]:
    if before is None or after is None or before.is_empty or after.is_empty:
        return _area(after), _area(before), 0.0
    if before.equals_exact(after, 0.0):
        return 0.0, 0.0, 0.0
    left, right = _valid(before), _valid(after)
    moved = float(left.centroid.distance(right.centroid))
    return _area(right.difference(left)), _area(left.difference(right)), moved


def _ground(rows: GeoDataFrame) -> Any:
    """What the polygons of a layer cover, once."""
    import shapely

    from chiiki_gis.analysis.overlay import polygons_of, valid_shapes

    return shapely.union_all([polygons_of(shape) for shape in valid_shapes(rows.geometry)])


def _shapes(
    base: GeoDataFrame, rows: GeoDataFrame, found: Sequence[RowDifference], added: Any, removed: Any
) -> GeoDataFrame:
    """Ground that came and went; of points where they are, were, and the way between."""
    import geopandas
    import shapely

    parts = [("added", added), ("removed", removed)] if added.area + removed.area >= LEAST_M2 else []
    for one in found:
        before = None if one.base_fid is None else base.geometry.loc[one.base_fid]
        after = None if one.fid is None else rows.geometry.loc[one.fid]
        spots = [None if shape is None or _area(shape) else shape for shape in (before, after)]
        if one.state == "changed" and (one.moved_m or 0.0) < LEAST_M:
            continue
        if spots[0] is not None and spots[1] is not None:
            parts.append(("moved", shapely.LineString([spots[0].centroid, spots[1].centroid])))
        parts += [(word, spot) for word, spot in zip(("removed", "added"), spots, strict=True) if spot]
    kept = [(state, shape) for state, shape in parts if not shape.is_empty]
    return geopandas.GeoDataFrame(
        {"state": [state for state, _ in kept]},
        geometry=[shape for _, shape in kept],
        crs=rows.crs,
        index=range(1, len(kept) + 1),
    )


def _valid(shape: Any) -> Any:
    import shapely

    return shape if shape.is_valid else shapely.make_valid(shape)


def _area(shape: Any) -> float:
    return 0.0 if shape is None else float(shape.area)


def _name(rows: GeoDataFrame, fid: int | None) -> str:
    value = rows.at[fid, "name"] if "name" in rows.columns else None
    return "" if _is_missing(value) else str(value)


def _same(left: Any, right: Any) -> bool:
    if _is_missing(left) or _is_missing(right):
        return _is_missing(left) and _is_missing(right)
    return bool(left == right)


def _is_missing(value: Any) -> bool:
    import pandas

    return value is None or value is pandas.NA or bool(value != value)
