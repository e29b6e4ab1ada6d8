"""What of another scenario (案) is only seen on the map: the other one beneath, and what differs above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.layer import Layer, LayerId, NoRows
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Category, Style, Symbol

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.scenario_difference import LayerDifference
    from chiiki_gis.render.paint import MapLayer
    from chiiki_gis.ui.session import Session

_GREY = "#5b6570"
_GHOSTS: Mapping[Role, Symbol] = {
    Role.PRIORITY_DISTRICT: Symbol(fill=None, stroke=_GREY, stroke_mm=0.5, dash="dash_dot"),
    Role.PROMOTION_AREA: Symbol(fill="#9aa3ad", stroke=_GREY, stroke_mm=0.6, dash="dash"),
    Role.SITE: Symbol(fill=None, stroke=_GREY, stroke_mm=0.2, dash="dot"),
    Role.FACILITY: Symbol(fill="#9aa3ad", stroke="#ffffff", stroke_mm=0.3, size_mm=3.2),
    Role.ACCESS_LINK: Symbol(fill=None, stroke="#9aa3ad", stroke_mm=0.5, dash="dash"),
}
ADDED, REMOVED, MOVED = "#1a9850", "#7b3294", "#333333"
"""Green and violet: told apart by colour-blind eyes too, and unlike the plan's own red and blue."""
_DIFFERENCE = Style(
    Symbol(fill=None, stroke=MOVED, stroke_mm=0.4, dash="dash"),
    class_column="state",
    categories=(
        Category("removed", "なくなる", Symbol(fill=REMOVED, stroke=REMOVED, stroke_mm=0.6)),
        Category("added", "加わる", Symbol(fill=ADDED, stroke=ADDED, stroke_mm=0.6)),
        Category("moved", "移動", Symbol(fill=None, stroke=MOVED, stroke_mm=0.5, dash="dash")),
    ),
    opacity=0.5,
)
_SPOT_MM = 2.6


def ghost_layers(session: Session, scenario: str) -> tuple[MapLayer, ...]:
    """Another scenario in grey, bottom to top; nothing for no scenario. They cannot be picked."""
    if not scenario:
        return ()
    found = []
    for role, symbol in _GHOSTS.items():
        style = Style(symbol, opacity=0.55)
        found.append(_seen(f"ghost {role}", role.japanese, session.rows(role, scenario), style))
    return tuple(found)


def difference_layers(differences: Mapping[Role, LayerDifference] | None) -> tuple[MapLayer, ...]:
    """Ground and facilities that came, went or moved; sites would only lie on their facilities."""
    found = []
    for role, one in (differences or {}).items():
        if role is not Role.SITE and len(one.shapes):
            style = _DIFFERENCE if role is not Role.FACILITY else _spots(_DIFFERENCE)
            found.append(_seen(f"difference {role}", role.japanese, one.shapes, style))
    return tuple(found)


def _spots(style: Style) -> Style:
    categories = tuple(replace(c, symbol=replace(c.symbol, size_mm=_SPOT_MM)) for c in style.categories)
    return replace(style, categories=categories, opacity=0.9)


def _seen(layer_id: str, name: str, rows: GeoDataFrame, style: Style) -> MapLayer:
    from chiiki_gis.io.cache_build import build_shapes
    from chiiki_gis.render.paint import MapLayer

    layer = Layer(LayerId(layer_id), Role.REFERENCE, name, NoRows(), style)
    return MapLayer(layer, build_shapes(rows, style))
