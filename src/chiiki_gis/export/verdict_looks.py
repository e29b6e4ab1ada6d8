"""How verdicts look: a few words for a table, a colour for the marker on screen and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chiiki_gis.core.layer import Layer
from chiiki_gis.core.style import Category
from chiiki_gis.rules.model import Verdict, VerdictWord

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class VerdictLook:
    """How a group of verdicts looks on a map."""

    id: str
    legend: str
    color: str


FITS = VerdictLook("fits", "拠点施設（用途制限に適合）", "#0b7a75")
PERMIT = VerdictLook("permit", "拠点施設（許可が必要）", "#c4161c")
CONFIRM = VerdictLook("confirm", "拠点施設（要確認）", "#b26a00")
OUTSIDE = VerdictLook("outside", "拠点施設（48条の対象外）", "#4a6785")
UNJUDGED = VerdictLook("unjudged", "拠点施設（未判定）", "#6b6b6b")
LOOK_COLUMN = "verdict_look"
LOOKS = (FITS, PERMIT, CONFIRM, OUTSIDE, UNJUDGED)

_WORDS: dict[VerdictWord, tuple[str, VerdictLook]] = {
    "allowed": ("制限なし", FITS),
    "conditional_ok": ("限度内", FITS),
    "conditional_unknown": ("要確認（未入力あり）", CONFIRM),
    "needs_48_permit": ("許可が必要（48条）", PERMIT),
    "special24_candidate": ("許可が必要（24条候補）", PERMIT),
    "dev_permit_needed": ("開発許可等が必要", PERMIT),
    "outside_48": ("48条の対象外", OUTSIDE),
    "check_ordinance": ("要確認（条例等）", CONFIRM),
    "unknown": ("判定できません", CONFIRM),
}
"""Short words for a table, and the marker's colour."""


def look_of(verdict: Verdict | None) -> tuple[str, VerdictLook]:
    """A verdict in few words, and the look of its marker. ※ marks a verdict by a point."""
    if verdict is None:
        return "未判定", UNJUDGED
    words, look = _WORDS[verdict.verdict]
    if verdict.needs_confirmation and look is not CONFIRM:
        words, look = f"{words}・要確認", CONFIRM
    return (f"{words}※" if verdict.provisional else words), look


def judged_layer(layer: Layer, rows: GeoDataFrame, verdicts: Mapping[int, Verdict]) -> Layer:
    """The facility layer with some of its rows and their markers coloured by verdict.

    verdicts   by fid; a row without one is shown as 未判定
    """
    looks = [look_of(verdicts.get(int(fid)))[1].id for fid in rows.index]
    symbol = layer.style.symbol
    categories = tuple(Category(x.id, x.legend, replace(symbol, fill=x.color)) for x in LOOKS)
    style = replace(layer.style, class_column=LOOK_COLUMN, categories=categories, breaks=())
    return replace(layer, frame=rows.assign(**{LOOK_COLUMN: looks}), style=style)
