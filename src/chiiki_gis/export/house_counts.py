"""Vacant houses as numbers per 町丁目 or square, in which nobody's house can be found."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.privacy import CONSENT

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FEWEST = 3
"""Fewer than this are never told of one place (a choice, no norm; 統計 hides fewer than 3 as well)."""
SQUARE_M = 500.0
"""Side of a square of the plane zone, where the plan has no 町丁目."""

_EXACT = ("座標", "街区")
_BY_TOWN = (*_EXACT, "町丁目")
_REST = "その他（3件未満の町丁目・区画と、位置の分からないもの）"


def house_counts(values: Snapshot) -> tuple[GeoDataFrame | None, tuple[str, ...]]:
    """Houses per 町丁目 (a square of 500 m where there are none), in the project CRS, and notes.

    Columns name, houses, note; index fid. A place is told only where it has at least FEWEST houses, and where
    the houses without consent are none or at least FEWEST: with the positions that consent lets out, nothing
    can be worked out of the others. All other houses are one row without a shape, under the same condition;
    else nothing is said of them, not even that there are some. None where the plan has no vacant houses.
    """
    houses = values.frame(Role.VACANT_HOUSE)
    if houses is None:
        return None, ()
    names, shapes, where = _places(values, houses)
    agreed = houses["consent"] == CONSENT if "consent" in houses.columns else houses.index < 0
    rows: list[tuple[str, int, Any, str]] = []
    rest = [n for n, place in enumerate(where) if place is None]
    for place, shape in enumerate(shapes):
        inside = [n for n, other in enumerate(where) if other == place]
        if _can_be_told(inside, agreed):
            rows.append((names[place], len(inside), shape, "同意の有無を問わず数えた数です"))
        else:
            rest += inside
    is_told = _can_be_told(rest, agreed)
    if is_told:
        rows.append((_REST, len(rest), None, f"{FEWEST}件未満のものを合わせた数です"))
    told = f"空き家は、{len(rows) - is_told}の町丁目・区画ごとの数だけを書き出しました。"
    how = "合わせて数え" if is_told else "数を示さず"
    hidden = f"{FEWEST}件未満の町丁目・区画は、{how}、家が特定されないようにしています。"
    return _frame(rows, values.epsg), (told + hidden,)


def _can_be_told(inside: list[int], agreed: Any) -> bool:
    others = len(inside) - int(
        sum(bool(agreed.iloc[n]) if hasattr(agreed, "iloc") else False for n in inside)
    )
    return len(inside) >= FEWEST and (others == 0 or others >= FEWEST)


def _places(values: Snapshot, houses: GeoDataFrame) -> tuple[list[str], list[Any], list[int | None]]:
    """The places houses are counted by, and the place of each house; None where it is not known."""
    towns = values.frame(Role.TOWN)
    has_towns = towns is not None and len(towns) and "name" in towns.columns
    levels = houses["match_level"] if "match_level" in houses.columns else ["なし"] * len(houses)
    wanted = _BY_TOWN if has_towns else _EXACT
    points = [
        shape.representative_point() if level in wanted and shape is not None and not shape.is_empty else None
        for level, shape in zip(levels, houses.geometry, strict=True)
    ]
    if has_towns and towns is not None:
        return _by_town(towns, points)
    return _by_square(points)


def _by_town(towns: GeoDataFrame, points: list[Any]) -> tuple[list[str], list[Any], list[int | None]]:
    """By 町丁目: rows of one name are one place, since they are one to a reader."""
    import shapely

    named = towns[towns["name"].notna() & towns.geometry.notna()]
    names = sorted(set(named["name"].astype(str)))
    number = {name: n for n, name in enumerate(names)}
    shapes = [shapely.union_all(named.geometry[named["name"].astype(str) == name]) for name in names]
    of_row = [number[str(name)] for name in named["name"]]
    tree = shapely.STRtree(named.geometry.to_numpy())
    where: list[int | None] = []
    for point in points:
        hits = [] if point is None else sorted(tree.query(point, predicate="intersects").tolist())
        where.append(of_row[hits[0]] if hits else None)
    return names, shapes, where


def _by_square(points: list[Any]) -> tuple[list[str], list[Any], list[int | None]]:
    import shapely

    squares = [
        None if point is None else (math.floor(point.x / SQUARE_M), math.floor(point.y / SQUARE_M))
        for point in points
    ]
    known = sorted({square for square in squares if square is not None})
    number = {square: n for n, square in enumerate(known)}
    names = [f"東{x * SQUARE_M:.0f}・北{y * SQUARE_M:.0f}の500m区画" for x, y in known]
    shapes = [
        shapely.box(x * SQUARE_M, y * SQUARE_M, (x + 1) * SQUARE_M, (y + 1) * SQUARE_M) for x, y in known
    ]
    return names, shapes, [None if square is None else number[square] for square in squares]


def _frame(rows: list[tuple[str, int, Any, str]], epsg: int) -> GeoDataFrame:
    import geopandas
    import pandas

    index = pandas.Index(range(1, len(rows) + 1), dtype="int64", name="fid")
    columns = {
        "name": pandas.Series([row[0] for row in rows], index=index, dtype=object),
        "houses": pandas.Series([row[1] for row in rows], index=index, dtype="Int64"),
        "note": pandas.Series([row[3] for row in rows], index=index, dtype=object),
    }
    shapes = geopandas.GeoSeries([row[2] for row in rows], index=index, crs=epsg)
    return geopandas.GeoDataFrame(columns, geometry=shapes, index=index)
