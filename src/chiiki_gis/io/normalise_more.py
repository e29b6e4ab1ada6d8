"""Normalised columns of further published data sets; the same contract as io/normalise.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from chiiki_gis.io.attributes import name_column, texts_of, with_columns
from chiiki_gis.io.normalise import Result

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_LAND_USE = {
    "1": "都市地域",
    "2": "市街化区域",
    "3": "市街化調整区域",
    "4": "その他の用途地域",
    "5": "農業地域",
    "6": "農用地区域",
    "7": "森林地域",
    "11": "自然公園地域",
    "12": "特別地域",
    "13": "特別保護地区",
}
"""LAYER_NO of 国土数値情報 A09, A10, A12, A13; others stay unnamed."""

_DEPTH = {
    "1": "0.5m未満",
    "2": "0.5m以上3m未満",
    "3": "3m以上5m未満",
    "4": "5m以上10m未満",
    "5": "10m以上20m未満",
    "6": "20m以上",
}
"""浸水深ランク of 国土数値情報 A31 (A31_101, A31_201) and A31a (A31a_205)."""


def land_use_plan(frame: GeoDataFrame) -> Result:
    """A09, A10, A12, A13: the kind by LAYER_NO. 農業地域 (5) is not 農用地区域 (6), and it is said so."""
    numbers = texts_of(frame, _column(frame, "layer_no"))
    names = [_LAND_USE.get(str(n)) for n in numbers]
    notes = []
    wide = names.count("農業地域")
    if wide:
        notes.append(
            f"農用地区域ではない農業地域の図形が{wide}件あります。種類は「name」の列で見分けてください。"
        )
    unknown = sum(name is None for name in names)
    if unknown:
        notes.append(f"種類の分からない図形（LAYER_NO）が{unknown}件あります。")
    return with_columns(frame, {"name": names}), notes


def flood_depth(frame: GeoDataFrame) -> Result:
    """A31: 浸水深 in words; the first rainfall case before the second."""
    for column in ("a31_101", "a31a_205", "a31_201"):
        found = _column(frame, column)
        if found is not None:
            return with_columns(frame, {"name": [_DEPTH.get(str(v)) for v in texts_of(frame, found)]}), []
    return frame, []


def landslide_words(frame: GeoDataFrame) -> Result:
    """PLATEAU 土砂災害: the kind from the words of the code list, 特別警戒区域 where a text says so."""
    columns = [str(c) for c in frame.columns if c != frame.geometry.name]
    rows = zip(*(texts_of(frame, c) for c in columns), strict=True)
    names = []
    for row in rows:
        text = " ".join(value for value in row if value)
        names.append(
            "土砂災害特別警戒区域"
            if "特別警戒" in text
            else "土砂災害警戒区域"
            if "警戒区域" in text
            else None
        )
    unknown = names.count(None)
    notes = [f"警戒区域と特別警戒区域のどちらか分からない図形が{unknown}件あります。"] if unknown else []
    return with_columns(frame, {"name": names}), notes


def _by(column: str, frame: GeoDataFrame) -> Result:
    found = _column(frame, column)
    return with_columns(frame, {"name": texts_of(frame, found or name_column(frame))}), []


def _overlay(kind: str, frame: GeoDataFrame) -> Result:
    found = _column(frame, "distname") or _column(frame, "areaname") or name_column(frame)
    return with_columns(frame, {"name": texts_of(frame, found), "kind": [kind] * len(frame)}), []


def _column(frame: GeoDataFrame, name: str) -> str | None:
    return next((str(c) for c in frame.columns if str(c).lower() == name), None)


_Normaliser = Callable[["GeoDataFrame"], Result]

special_use_district: _Normaliser = partial(_overlay, "特別用途地区")
special_use_restriction: _Normaliser = partial(_overlay, "特定用途制限地域")
district_plan: _Normaliser = partial(_overlay, "地区計画")
area_type: _Normaliser = partial(_by, "areatype")
emergency_road: _Normaliser = partial(_by, "n10_004")
expressway: _Normaliser = partial(_by, "route_name")
did: _Normaliser = partial(_by, "a16_003")
tsunami: _Normaliser = partial(_by, "a40_003")
rail: _Normaliser = partial(_by, "n02_003")
p11: _Normaliser = partial(_by, "p11_001")
p12: _Normaliser = partial(_by, "p12_002")
p14: _Normaliser = partial(_by, "p14_007")
p27: _Normaliser = partial(_by, "p27_005")
p28: _Normaliser = partial(_by, "p28_005")
p29: _Normaliser = partial(_by, "p29_005")
p33: _Normaliser = partial(_by, "p33_005")
p35: _Normaliser = partial(_by, "p35_006")
isj_block: _Normaliser = partial(_by, "大字・町丁目名")
isj_town: _Normaliser = partial(_by, "大字町丁目名")
geolonia: _Normaliser = partial(_by, "town")
