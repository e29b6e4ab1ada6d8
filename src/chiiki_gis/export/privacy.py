"""What must not leave: vacant houses without consent, and every column that could name a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chiiki_gis.core.role import Role
from chiiki_gis.export.dictionary import FIELDS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CONSENT = "あり"


def consented_houses(houses: GeoDataFrame) -> GeoDataFrame:
    """The houses whose owner has agreed, with no column of the original file.

    Only position, match_level and consent stay: a list of what may leave cannot miss a personal column, as a
    list of what may not could. A frame without the column `consent` gives no row. The input is not changed.
    Basis: 広活法31条3項, 空家法10条.
    """
    allowed = [f.name for f in FIELDS[Role.VACANT_HOUSE] if f.name in houses.columns]
    if "consent" not in houses.columns:
        return houses.iloc[:0][[*allowed, houses.geometry.name]]
    return houses.loc[houses["consent"] == CONSENT, [*allowed, houses.geometry.name]]
