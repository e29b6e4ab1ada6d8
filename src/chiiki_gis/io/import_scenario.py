"""Into which scenario (案) the rows of a file go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chiiki_gis.core.scenarios import label_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def in_scenario(rows: GeoDataFrame, scenario: str) -> GeoDataFrame:
    """The rows with a `scenario` each: what the file says, else the one given. The input is not changed."""
    if "scenario" not in rows.columns:
        return rows.assign(scenario=scenario)
    stated = [_stated(value) for value in rows["scenario"]]
    return rows.assign(scenario=[one or scenario for one in stated])


def scenario_notes(rows: GeoDataFrame, scenario: str, what: str) -> list[str]:
    """Which rows go into another scenario than the given one, since the file says so."""
    counts = rows.loc[rows["scenario"] != scenario, "scenario"].value_counts(sort=False)
    return [
        f"{what}の{count}件は、ファイルの「案」の列のとおり{label_of(str(one))}に入れました。"
        for one, count in counts.items()
    ]


def _stated(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()
