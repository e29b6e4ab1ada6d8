"""空き家集計: how many vacant houses lie where, never which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chiiki_gis.analysis.house_counts import PlaceCount, count_in_places
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.cells import Cell
from chiiki_gis.export.outgoing import plan_title
from chiiki_gis.export.privacy import CONSENT
from chiiki_gis.export.sheet_subjects import drawable
from chiiki_gis.export.workbook import SheetOut

if TYPE_CHECKING:
    import numpy as np
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

FEW = 3
"""A 町丁目 with fewer houses is not told by number: with two of them a neighbour knows which."""
FEW_WORDS = f"{FEW}件未満"
BASIS = "位置、所有者、所在地は含みません（広活法31条3項、空家法10条）。"


def house_tables(values: Snapshot) -> tuple[SheetOut, ...]:
    """The report's tables: all, by 特定居住促進区域, by 町丁目, by how exact the position is.

    Raises BadInput where the plan has no list of vacant houses.
    """
    houses = values.frame(Role.VACANT_HOUSE)
    if houses is None or not len(houses):
        raise BadInput(
            "空き家集計を作れませんでした。",
            "計画に空き家の一覧がありません。",
            "空き家の一覧（CSVなど）をデータとして追加してから、もう一度選んでください。",
        )
    placed = houses[~(houses.geometry.isna() | houses.geometry.is_empty)]
    return (
        _whole(values, houses, placed),
        _by_area(values, placed),
        _by_town(values, placed),
        _by_level(houses),
    )


def _whole(values: Snapshot, houses: GeoDataFrame, placed: GeoDataFrame) -> SheetOut:
    rows: list[Sequence[Cell]] = [
        ("計画", plan_title(values)),
        ("空き家（件）", len(houses)),
        ("本人の同意のある空き家（件）", int(_agreed(houses).sum())),
        ("地図上の位置が分からない空き家（件）", len(houses) - len(placed)),
        ("含まないもの", BASIS),
        ("資料", f"空き家の一覧{len(values.of(Role.VACANT_HOUSE))}件"),  # a list may be named for a person
    ]
    return SheetOut("空き家集計", ("項目", "内容"), (40, 90), rows)


def _by_area(values: Snapshot, placed: GeoDataFrame) -> SheetOut:
    """By promotion area; areas are large, and their counts stand on the area card too."""
    areas = drawable(values.rows(Role.PROMOTION_AREA))
    names = [str(name or f"区域{fid}") for fid, name in zip(areas.index, areas["name"], strict=True)]
    found = count_in_places(placed, _agreed(placed), areas, names) if len(areas) else []
    rows: list[Sequence[Cell]] = [(one.place, one.houses, one.agreed) for one in found]
    return SheetOut("特定居住促進区域ごと", ("区域", "空き家（件）", "同意あり（件）"), (60, 20, 20), rows)


def _by_town(values: Snapshot, placed: GeoDataFrame) -> SheetOut:
    towns = values.frame(Role.TOWN)
    rows: list[Sequence[Cell]] = []
    if towns is not None and len(towns):
        names = [str(name or "（名称なし）") for name in towns["name"]]
        found = count_in_places(placed, _agreed(placed), towns, names)
        rows = [_town(one) for one in found if one.houses]
    return SheetOut("町丁目ごと", ("町丁目", "空き家（件）", "同意あり（件）"), (60, 20, 20), rows)


def _town(one: PlaceCount) -> Sequence[Cell]:
    if one.houses < FEW:
        return one.place, FEW_WORDS, "―"
    if 0 < one.houses - one.agreed < FEW:  # the agreed ones may leave with their position: the others are few
        return one.place, f"{FEW}件以上", "―"
    return one.place, one.houses, one.agreed if one.agreed >= FEW or not one.agreed else FEW_WORDS


def _by_level(houses: GeoDataFrame) -> SheetOut:
    levels = houses["match_level"] if "match_level" in houses.columns else []
    counted = Counter(str(level) if isinstance(level, str) and level else "不明" for level in levels)
    rows: list[Sequence[Cell]] = [(level, count) for level, count in counted.most_common()]
    return SheetOut("位置の精度ごと", ("位置の精度", "空き家（件）"), (60, 20), rows)


def _agreed(houses: GeoDataFrame) -> NDArray[np.bool_]:
    """Whether the owner of each house has consented."""
    import numpy

    if "consent" not in houses.columns:
        return numpy.zeros(len(houses), dtype=bool)
    return numpy.asarray(houses["consent"] == CONSENT, dtype=bool)
