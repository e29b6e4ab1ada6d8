"""Which rows of hazard layers are areas where building is most dangerous."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from chiiki_gis.rules.plan import plan_rules

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_RED = "土砂災害特別警戒区域"


def dangerous(frame: GeoDataFrame) -> GeoDataFrame:
    """The rows of 土砂災害特別警戒区域, 災害危険区域 and the like, with their kind in column `hazard`.

    frame   hazard layers, original columns; 国土数値情報 A33 is known by its code column, others by the words
            of any text column
    Source: 国土数値情報 A33_002 (2 指定済, 4 指定前); 都市計画法施行令29条の9 for the kinds.
    """
    rule = plan_rules()["promotion-hazard"]
    kinds = [""] * len(frame)
    for column, wanted in rule.codes.items():
        if column in frame.columns:
            for row, value in enumerate(frame[column]):
                if _code(value) in wanted:
                    kinds[row] = _RED
    for column in frame.columns:
        if column in ("geometry", "layer_id", "layer_fid") or frame[column].dtype.kind in "biufMm":
            continue
        known = {value: _named(value, rule.words) for value in set(_texts(frame[column]))}
        for row, value in enumerate(frame[column]):
            if not kinds[row] and isinstance(value, str):
                kinds[row] = known[value]
    named = frame.assign(hazard=kinds)
    return named[named["hazard"] != ""]


def _texts(values: Iterable[Any]) -> Iterable[str]:
    return (value for value in values if isinstance(value, str))


def _named(text: str, words: tuple[str, ...]) -> str:
    """The kind of hazard that a text names; empty for any other text."""
    if "以外" in text:
        return ""
    word = next((word for word in words if word in text), "")
    return text if word and len(text) <= 30 else word


def _code(value: Any) -> str:
    """A code as text, whether it was read as text, integer or float."""
    if isinstance(value, str):
        return value.strip()
    if value is None or value != value:
        return ""
    try:
        return str(int(value))
    except (TypeError, ValueError):
        return ""
