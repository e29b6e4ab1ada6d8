"""What the web page shows: the plan for residents, as plain values."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.classes import class_texts
from chiiki_gis.core.eras import japanese_date
from chiiki_gis.core.role import KINDS, LINK_STATUS, Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.style import NOTHING, Style, Symbol
from chiiki_gis.export.geojson import coordinates_of, plain_value, to_degrees
from chiiki_gis.export.outgoing import FINAL_WORD, Outgoing, families, plan_title
from chiiki_gis.export.web_lists import (
    AREA_WORD,
    COMMENT_NUMBER,
    DECIMALS,
    FACILITY_WORD,
    comment_number,
    listed,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.export.web_base import BaseImage

ROLES = (
    Role.MUNICIPALITY,
    Role.ZONING,
    Role.PRIORITY_DISTRICT,
    Role.PROMOTION_AREA,
    Role.ACCESS_LINK,
    Role.FACILITY,
)
"""What residents see, bottom to top. Floor areas, remarks, sites and vacant houses are not among it."""

SIMPLIFY_M = 1.0
"""How far a border of a reference layer may move; the plan's own areas are not touched."""

AREA_ROLES = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA)

_PIXELS_PER_MM = 96 / 25.4
_HATCHED_OPACITY = 0.12
"""A tint instead of a hatch; the colours of the zones below stay those of the legend."""
_CLASS = "class of the style"
"""A column that only lives here."""
_DASHES = {"solid": "", "dash": "8 5", "dot": "2 4", "dash_dot": "9 4 2 4"}

Row = Mapping[str, Any]


def page_data(
    values: Snapshot,
    layers: Sequence[Outgoing],
    stamp: date,
    *,
    generalise_m: float = 0.0,
    base: BaseImage | None = None,
) -> dict[str, Any]:
    """The page's JSON.

    layers         from `export_frames`; only ROLES are used, reference layers only near the plan's
                   municipalities
    generalise_m   how far borders of the plan's areas may move; 0 shows them as they are
    base           a picture below the map
    `bounds` is [[south, west], [north, east]] of the plan, else of everything; all of Japan where nothing is.
    """
    shown = [layer for role in ROLES for layer in layers if layer.role == role and len(layer.frame)]
    own = _own_ground(values, shown)
    shown = [_generalised(layer, generalise_m) for layer in shown]
    entries = [_entry(layer, _near(values, layer, own)) for layer in shown]
    sources = list(dict.fromkeys(layer.source for layer in shown if layer.source))
    if base is not None and base.citation:
        sources.append(base.citation)
    rough = generalise_m > 0 and any(layer.role in AREA_ROLES for layer in shown)
    return {
        "title": plan_title(values),
        "created": f"{japanese_date(stamp)}作成",
        "notices": [
            FINAL_WORD,
            "経路の時間は、仮定した速度による計算です。",
            *([f"区域の境界は、おおよその形です（{generalise_m:,.10g}m以内の違いがあります）。"] * rough),
        ],
        "sources": [f"出典：{'、'.join(sources)}をもとに作成"] if sources else [],
        "lists": listed(shown),
        "number_label": COMMENT_NUMBER,
        "base": None if base is None else _base(base),
        "bounds": _bounds(shown),
        "layers": [entry for entry in entries if entry["features"]],
    }


def _generalised(layer: Outgoing, metres: float) -> Outgoing:
    """An area layer with simpler borders; its size stays that of the true ones (column area_ha)."""
    if metres <= 0 or layer.role not in AREA_ROLES:
        return layer
    frame = layer.frame
    simpler = frame.geometry.simplify(metres, preserve_topology=True)
    return replace(layer, frame=frame.set_geometry(simpler, crs=frame.crs))


def _base(base: BaseImage) -> dict[str, Any]:
    picture = base64.b64encode(base.jpeg).decode("ascii")
    corners = [[round(degrees, DECIMALS) for degrees in corner] for corner in base.bounds]
    return {"title": "背景の画像", "image": f"data:image/jpeg;base64,{picture}", "bounds": corners}


def _entry(layer: Outgoing, frame: GeoDataFrame) -> dict[str, Any]:
    kind = families(layer)[0]
    frame = _classed(layer.style, frame)
    classes = _classes(layer.style, frame, layer.title if layer.role.is_plan else "その他")
    numbers = {value: number for number, (value, _, _) in enumerate(classes)}
    features = _facilities(frame) if layer.role == Role.FACILITY else _features(layer, frame)
    for feature in features:
        row = feature.pop("row")
        feature["class"] = numbers.get(row[_CLASS], len(classes) - 1) if _CLASS in row else 0
    return {
        "title": layer.title,
        "kind": "point" if layer.role == Role.FACILITY else kind,
        "classes": [{"label": label, "symbol": symbol} for _, label, symbol in classes],
        "features": features,
    }


def _classed(style: Style, frame: GeoDataFrame) -> GeoDataFrame:
    """The drawn rows with their class; all of them as they are where the style has no classes."""
    if style.class_column not in frame.columns or not style.categories:
        return frame
    texts = class_texts(frame[style.class_column], style)
    drawn = [symbol is not NOTHING for symbol in style.symbols_of(texts)]
    return frame.assign(**{_CLASS: texts}).iloc[[n for n, is_drawn in enumerate(drawn) if is_drawn]]


def _features(layer: Outgoing, frame: GeoDataFrame) -> list[dict[str, Any]]:
    describe = _ROWS[layer.role]
    return [
        {"geometry": coordinates_of(shape), "rows": _shown(describe(row)), "row": row}
        for row, shape in _rows(frame)
        if shape is not None and not shape.is_empty
    ]


def _facilities(frame: GeoDataFrame) -> list[dict[str, Any]]:
    """One feature per building, with a mark that carries its number; its uses are listed in the popup."""
    buildings: dict[object, list[tuple[Row, BaseGeometry]]] = {}
    for fid, (row, shape) in zip(frame.index, _rows(frame), strict=True):
        if shape is not None and not shape.is_empty:
            buildings.setdefault(row["building_id"] or fid, []).append((row, shape))
    features = []
    for rows in buildings.values():
        first, shape = rows[0]
        middle = shape.representative_point()
        several = [row for row, _ in rows]
        features.append(
            {
                "geometry": coordinates_of(shape),
                "at": [round(middle.y, DECIMALS), round(middle.x, DECIMALS)],
                "mark": "" if first["number"] is None else str(first["number"]),
                "rows": _shown(_facility_rows(several)),
                "row": first,
            }
        )
    return features


def _facility_rows(rows: Sequence[Row]) -> list[tuple[str, str | None]]:
    first = rows[0]
    doubts = [
        word
        for column, word in (("provisional", "仮判定"), ("needs_confirmation", "要確認"))
        if first[column]
    ]
    verdict = first["verdict_label"]
    if verdict and doubts:
        verdict = f"{verdict}（{'・'.join(doubts)}）"
    kinds = [KINDS.get(row["kind"], str(row["kind"])) for row in rows if row["kind"]]
    return [
        ("名称", "・".join(dict.fromkeys(row["name"] for row in rows if row["name"]))),
        (COMMENT_NUMBER, comment_number(FACILITY_WORD, first["number"])),
        ("種類", "・".join(dict.fromkeys(kinds))),
        ("用途地域", first["zone"]),
        ("用途規制", verdict),
        ("", "最終判断は特定行政庁が行います。" if verdict else None),
    ]


def _area_rows(title: str, word: str = "") -> Callable[[Row], list[tuple[str, str | None]]]:
    return lambda row: [
        (title, row["name"] or "（名称なし）"),
        (COMMENT_NUMBER, comment_number(word, row["number"]) if word else None),
        ("説明", row["description"]),
        ("面積", f"{row['area_ha']:,.2f} ha"),
    ]


def _link_rows(row: Row) -> list[tuple[str, str | None]]:
    return [
        ("インターチェンジ", row["interchange"]),
        ("距離", None if row["km"] is None else f"約{row['km']:.1f} km"),
        ("時間", None if row["minutes"] is None else f"約{row['minutes']:.0f}分（仮定した速度による）"),
        ("状態", LINK_STATUS.get(row["status"], row["status"]) if row["status"] != "ok" else None),
    ]


_ROWS: dict[Role, Callable[[Row], list[tuple[str, str | None]]]] = {
    Role.MUNICIPALITY: lambda row: [("市町村", row["name"])],
    Role.ZONING: lambda row: [("用途地域", row["name"])],
    Role.PRIORITY_DISTRICT: _area_rows(Role.PRIORITY_DISTRICT.japanese),
    Role.PROMOTION_AREA: _area_rows(Role.PROMOTION_AREA.japanese, AREA_WORD),
    Role.ACCESS_LINK: _link_rows,
}


def _shown(rows: Sequence[tuple[str, str | None]]) -> list[list[str]]:
    return [[label, text] for label, text in rows if text]


def _rows(frame: GeoDataFrame) -> list[tuple[Row, BaseGeometry | None]]:
    """Rows as plain values with their geometry in degrees."""
    moved = to_degrees(frame, DECIMALS)
    names = [str(c) for c in moved.columns if c != moved.geometry.name]
    cells = {name: [plain_value(value) for value in moved[name]] for name in names}
    return [
        ({name: cells[name][position] for name in names}, shape)
        for position, shape in enumerate(moved.geometry)
    ]


def _classes(style: Style, frame: GeoDataFrame, other: str) -> list[tuple[str | None, str, dict[str, Any]]]:
    """Value, legend text and symbol of every class that occurs; the plain symbol last, where it is needed."""
    if _CLASS not in frame.columns:
        return [(None, "", _symbol(style.symbol, style.opacity))]
    present = set(frame[_CLASS])
    found: list[tuple[str | None, str, dict[str, Any]]] = [
        (c.value, c.label, _symbol(c.symbol, style.opacity)) for c in style.categories if c.value in present
    ]
    if not present <= {value for value, _, _ in found}:
        found.append((None, other, _symbol(style.symbol, style.opacity)))
    return found


def _symbol(symbol: Symbol, opacity: float) -> dict[str, Any]:
    return {
        "fill": symbol.fill,
        "stroke": symbol.stroke,
        "width": round(max(symbol.stroke_mm * _PIXELS_PER_MM, 1.0), 2),
        "dash": _DASHES[symbol.dash],
        "opacity": opacity if symbol.hatch == "none" else min(opacity, _HATCHED_OPACITY),
    }


def _own_ground(values: Snapshot, layers: Sequence[Outgoing]) -> GeoDataFrame | None:
    """The borders of the plan's municipalities; None without a layer that names them."""
    codes = tuple(m.code for m in values.header.municipalities)
    for layer in layers:
        if layer.role == Role.MUNICIPALITY:
            named = [code is not None and str(code).startswith(codes) for code in layer.frame["code"]]
            if any(named):
                return layer.frame[named]
    return None


def _near(values: Snapshot, layer: Outgoing, own: GeoDataFrame | None) -> GeoDataFrame:
    """A plan layer as it is; of a reference layer what lies in the plan's municipalities, simplified."""
    if layer.role.is_plan:
        return layer.frame
    frame = layer.frame
    if own is not None:
        touching = layer.role == Role.MUNICIPALITY
        frame = own if touching else frame[frame.intersects(own.geometry.union_all().buffer(0))]
    return frame.set_geometry(frame.geometry.simplify(SIMPLIFY_M, preserve_topology=True), crs=values.epsg)


def _bounds(layers: Sequence[Outgoing]) -> list[list[float]]:
    plan = [x for x in layers if x.role.is_plan and x.frame.geometry.notna().any()] or list(layers)
    boxes = [to_degrees(layer.frame, DECIMALS).total_bounds for layer in plan]
    boxes = [box for box in boxes if not any(edge != edge for edge in box)]
    if not boxes:
        return [[24.0, 122.9], [45.6, 146.0]]
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    return [[float(south), float(west)], [float(north), float(east)]]
