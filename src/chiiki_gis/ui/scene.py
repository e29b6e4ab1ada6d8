"""What the map shows: every visible layer with its drawing data, kept in step with the document."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast
from weakref import WeakValueDictionary

from PySide6.QtCore import QObject, Signal

from chiiki_gis.core.building_rows import first_rows
from chiiki_gis.core.jobs import ShapesPlace
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style
from chiiki_gis.render.view import Extent
from chiiki_gis.ui.extents import bounds_of_rows, home_of, union
from chiiki_gis.ui.overlays import Highlight
from chiiki_gis.ui.pictures import Pictures, picture_at
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    import numpy as np
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from chiiki_gis.core.heights import HeightClass
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.render.legend import SymbolKind
    from chiiki_gis.render.paint import MapLayer
    from chiiki_gis.rules.model import Verdict


_PICK_ORDER = (
    Role.FACILITY, Role.SITE, Role.ACCESS_LINK, Role.PROMOTION_AREA, Role.PRIORITY_DISTRICT,
)  # fmt: skip


_AREAS = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA)


class Scene(QObject):
    """Draw data by layer; rebuilt only where a layer has changed.

    It shows the document's styles, or those of `show_styles` (表示セット), or the one being tried out in the
    style dialog; only the document's are part of the plan.
    """

    changed = Signal()
    shapes_came = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._plan: dict[LayerId, tuple[tuple[Any, ...], MapLayer]] = {}
        self._reference: dict[LayerId, tuple[ShapesPlace, Shapes]] = {}
        self._asked: dict[LayerId, tuple[Any, ...]] = {}
        self._pictures = Pictures(session, self._take_picture)
        self._places: dict[LayerId, ShapesPlace] = {}
        self._opened: WeakValueDictionary[ShapesPlace, Shapes] = WeakValueDictionary()
        self._before: dict[LayerId, tuple[ShapesPlace, Shapes]] = {}
        self._fitted: dict[LayerId, Style] = {}
        self._styles: Mapping[LayerId, Style] = {}
        self._tried: dict[LayerId, dict[object, Style]] = {}
        self._beside: tuple[str, Mapping[int, Verdict]] = ("", {})
        self._extra: dict[str, tuple[MapLayer, ...]] = {}
        self.layers: tuple[MapLayer, ...] = ()
        self._drawn: tuple[MapLayer, ...] = ()
        session.opened.connect(self._start_over)
        session.changed.connect(self._follow)
        session.checked.connect(self._recolor)
        session.glimpsed.connect(self._show)

    def close(self) -> None:
        """Follow nothing any more; answers that are still to come are dropped."""
        self._session.opened.disconnect(self._start_over)
        self._session.changed.disconnect(self._follow)
        self._session.checked.disconnect(self._recolor)
        self._session.glimpsed.disconnect(self._show)
        self._asked.clear()
        self._pictures.clear()

    def refresh(self) -> None:
        """Follow the document."""
        from chiiki_gis.render.paint import MapLayer, with_common_heights  # numpy: not before the first paint

        drawn: list[MapLayer] = []
        extra = dict(self._extra)
        for layer in self.shown_layers():
            if layer.is_plan:
                drawn.extend(extra.pop("below", ()))
                drawn.extend(() if layer.role in _AREAS else extra.pop("above", ()))
                drawn.append(self._plan_layer(layer))
            elif layer.is_raster:
                drawn.extend(self._pictures.of(layer))
            elif (shapes := self._reference_shapes(layer)) is not None:
                drawn.append(MapLayer(self._as_drawn(layer, shapes), shapes))
        self._drawn = with_common_heights([entry for entry in drawn if entry.layer.style.visible])
        self._show()

    def _show(self) -> None:
        """Everything visible, and above it the glimpses of files that are being imported."""
        from chiiki_gis.io.cache import CacheDamaged, Shapes
        from chiiki_gis.render.paint import MapLayer

        seen = []
        for glimpse in self._session.glimpses:
            with suppress(CacheDamaged):  # it will be seen when it is there
                if glimpse.layer.is_raster:
                    seen.append(picture_at(glimpse.layer, cast("ShapesPlace", glimpse.shapes)))
                    continue
                known = isinstance(glimpse.shapes, Shapes)
                shapes = glimpse.shapes if known else self._open(cast("ShapesPlace", glimpse.shapes))
                seen.append(MapLayer(glimpse.layer, cast("Shapes", shapes), is_rough=known))
        layers = (*self._drawn, *(entry for entry in seen if entry.layer.style.visible))
        if layers != self.layers:  # each is equal to itself only
            self.layers = layers
            self.changed.emit()

    def show_styles(self, styles: Mapping[LayerId, Style]) -> None:
        """Show some layers in other styles than the document's; an empty mapping shows the document."""
        self._styles = styles
        self.refresh()

    def show_scenario(self, scenario: str, verdicts: Mapping[int, Verdict]) -> None:
        """Show another scenario (案) than the current one, with its verdicts by fid; "" the current one."""
        if self._beside != (scenario, verdicts):
            self._beside = (scenario, verdicts)
            self._plan.clear()
            self.refresh()

    def show_extra(self, where: Literal["below", "above"], layers: tuple[MapLayer, ...]) -> None:
        """Show something that is only seen below all layers of the plan, or above its areas."""
        if self._extra.get(where, ()) != layers:
            self._extra[where] = layers
            self.refresh()

    def try_style(self, layer_id: LayerId, style: Style | None, by: object = None) -> None:
        """Show a layer as it would be in a style; None ends the trial.

        by   who tries: each ends its own trial only, and the one that was changed last is shown
        """
        trials = self._tried.setdefault(layer_id, {})
        before = trials.pop(by, None)
        if style is not None:
            trials[by] = style
        if not trials:
            del self._tried[layer_id]
        if before != style and self._session.is_open:
            self.refresh()

    def shown_layers(self) -> tuple[Layer, ...]:
        """The document's layers as they look here, bottom to top."""
        tried = {layer_id: tuple(trials.values())[-1] for layer_id, trials in self._tried.items()}
        styles = {**self._styles, **tried}
        return tuple(
            replace(layer, style=styles[layer.id]) if layer.id in styles else layer
            for layer in self._session.document.layers
        )

    def shapes(self, layer_id: LayerId) -> Shapes | None:
        """The drawing data of a reference layer, None while it is not there."""
        found = self._reference.get(layer_id)
        return found[1] if found else None

    def bounds(self, layer: Layer) -> Extent | None:
        """West, south, east, north of a layer in project CRS; None when it is empty."""
        if not layer.is_plan:
            return layer.reference.bounds
        return bounds_of_rows(self._rows(layer.role))

    def home(self) -> Extent | None:
        """What to show first: the plan, else the municipality, else everything."""
        return home_of(self._session.document.layers, self.bounds)

    def glimpse_home(self) -> Extent | None:
        """The same for a project that is still being opened."""
        seen = {entry.layer.id: entry for entry in self.layers}
        return home_of([entry.layer for entry in self.layers], lambda layer: seen[layer.id].shapes.extent)

    def everything(self) -> Extent | None:
        """All layers that are shown."""
        shown = [x for x in self.shown_layers() if x.style.visible]
        found = [b for b in (self.bounds(layer) for layer in shown) if b is not None]
        return union(found) if found else None

    def plan_hits(self, at: Point, reach_m: float) -> list[tuple[LayerId, Fid]]:
        """Plan features to be picked at a place, the likeliest first; small areas before large.

        Hidden and locked layers have none.
        """
        import shapely

        point = shapely.Point(at)
        hits: list[tuple[LayerId, Fid]] = []
        shown = {layer.role: layer for layer in self.shown_layers() if layer.is_plan}
        for role in _PICK_ORDER:
            layer = shown[role]
            if not layer.style.visible or layer.is_locked:
                continue
            rows: Any = self._rows(layer.role)
            near = rows[rows.geometry.distance(point) <= reach_m * (2 if role == Role.FACILITY else 1)]
            by_size = (
                near.geometry.area
                if len(near) and near.geometry.area.max() > 0
                else near.geometry.distance(point)
            )
            hits.extend((layer.id, Fid(int(fid))) for fid in by_size.sort_values().index)
        return hits

    def highlight(self, layer_id: LayerId, fids: tuple[Fid, ...]) -> Highlight:
        """The outlines of some plan features."""
        layer = next((x for x in self._session.document.layers if x.id == layer_id), None)
        if layer is None or not layer.is_plan:
            return Highlight()
        rows = layer.rows
        lines: list[NDArray[np.float64]] = []
        points: list[Point] = []
        for fid in fids:
            if fid in rows.index and rows.geometry.loc[fid] is not None:
                _collect(rows.geometry.loc[fid], lines, points)
        return Highlight(tuple(lines), tuple(points))

    def selected_bounds(self, layer_id: LayerId, fids: tuple[Fid, ...]) -> Extent | None:
        """The bounds of some features, read from the plan frame or from the drawing data."""
        layer = next((x for x in self._session.document.layers if x.id == layer_id), None)
        if layer is None:
            return None
        if layer.is_plan:
            return bounds_of_rows(layer.rows.loc[[f for f in fids if f in layer.rows.index]])
        shapes = self.shapes(layer.id)
        return shapes.bounds_of(tuple(fids)) if shapes is not None else None

    def class_counts(self, layer: Layer) -> Mapping[str, int]:
        """How many features each value of the class column has; empty when that is not known."""
        shapes = None if layer.is_plan else self.shapes(layer.id)
        return shapes.class_counts() if shapes is not None and shapes.fits(layer.style) else {}

    def is_drawn(self, layer: Layer) -> bool:
        """Whether a layer is on the map now."""
        return any(entry.layer.id == layer.id for entry in self.layers)

    def height_classes(self, layer: Layer) -> tuple[HeightClass, ...]:
        """The colours by height that a raster layer shows; none where it shows none or is not drawn."""
        from chiiki_gis.render.rasters import tints

        found = [entry.heights for entry in self.layers if entry.layer.id == layer.id]
        return tints(layer, found[0]) if found else ()

    def symbol_kind(self, layer: Layer) -> SymbolKind:
        """Whether a layer's symbol is that of points, lines or areas."""
        from chiiki_gis.render.legend import symbol_kind

        known = self._plan.get(layer.id) if layer.is_plan else None
        shapes = known[1].shapes if known else self.shapes(layer.id)
        if shapes is not None and shapes.kinds:
            return symbol_kind(layer, shapes)
        empty: dict[Role, SymbolKind] = {Role.FACILITY: "point", Role.ACCESS_LINK: "line"}
        return empty.get(layer.role, "area")

    def _start_over(self) -> None:
        self._plan.clear()
        self._reference.clear()
        self._asked.clear()
        self._pictures.clear()
        self._places.clear()
        self._before.clear()
        self._fitted.clear()
        self._styles, self._beside = {}, ("", {})
        self._extra.clear()
        self._tried.clear()
        self.refresh()

    def _take_picture(self) -> None:
        self.refresh()
        self.shapes_came.emit()

    def _follow(self, _changed: object) -> None:
        self.refresh()

    def _plan_layer(self, layer: Layer) -> MapLayer:
        from chiiki_gis.export.verdict_looks import judged_layer
        from chiiki_gis.io.cache_build import build_shapes
        from chiiki_gis.render.paint import MapLayer

        verdicts = self._session.verdicts if layer.role == Role.FACILITY else ()
        key = (layer.frame, layer.style, verdicts, self._session.scenario)
        known = self._plan.get(layer.id)
        if known is not None and all(a is b for a, b in zip(known[0], key, strict=True)):
            return known[1]
        rows = self._rows(layer.role)
        drawn = layer
        if layer.role == Role.FACILITY:
            rows = first_rows(rows, by_place=True)
            of_current = {fid: verdict for verdict in verdicts for fid in verdict.fids}
            drawn = judged_layer(layer, rows, self._beside[1] if self._beside[0] else of_current)
            rows = drawn.rows
        entry = MapLayer(drawn, build_shapes(rows, drawn.style))
        self._plan[layer.id] = (key, entry)
        return entry

    def _rows(self, role: Role) -> GeoDataFrame:
        return self._session.rows(role, self._beside[0])

    def _recolor(self) -> None:
        """Follow new verdicts."""
        if self._session.is_checked:
            self.refresh()

    def _reference_shapes(self, layer: Layer) -> Shapes | None:
        """The layer's drawing data; while better ones are being built the old ones, or None."""
        from chiiki_gis.io.cache import CacheDamaged

        place = self._places.get(layer.id) or self._session.shapes.get(layer.id)
        known = self._reference.get(layer.id)
        if place is not None and (known is None or known[0] != place):
            try:
                if known is not None:
                    self._before[layer.id] = known
                known = (place, self._open(place))
                self._reference[layer.id] = known
            except CacheDamaged:
                known = None
        if known is not None and not known[1].fits(layer.style):
            known = self._one_before(layer, known)
        if known is None or not known[1].fits(layer.style):
            self._ask_for_shapes(layer)
        return known[1] if known else None

    def _open(self, place: ShapesPlace) -> Shapes:
        """The drawing data of a place, the same object while anything shows them: their paths are known."""
        from chiiki_gis.io.cache import open_shapes

        shapes = self._opened.get(place)
        if shapes is None:
            shapes = self._opened[place] = open_shapes(place)
        return shapes

    def _one_before(self, layer: Layer, known: tuple[ShapesPlace, Shapes]) -> tuple[ShapesPlace, Shapes]:
        """The drawing data that were there before, where they fit: a style was tried and taken back."""
        before = self._before.get(layer.id)
        if before is None or not before[1].fits(layer.style):
            return known
        self._before[layer.id], self._reference[layer.id] = known, before
        self._places[layer.id] = before[0]
        self._asked.pop(layer.id, None)
        return before

    def _as_drawn(self, layer: Layer, shapes: Shapes) -> Layer:
        """The layer in its last style that the drawing data know, until they know the new one."""
        if shapes.fits(layer.style):
            self._fitted[layer.id] = layer.style
        elif layer.id in self._fitted:
            old, new = self._fitted[layer.id], layer.style
            return replace(layer, style=replace(old, visible=new.visible, opacity=new.opacity))
        return layer

    def _ask_for_shapes(self, layer: Layer) -> None:
        """Let a helper build the drawing data of a layer, once for each content and choice of columns."""
        wanted = (layer.reference.content_hash, *layer.style.drawing_key)
        if self._asked.get(layer.id) == wanted:
            return
        self._asked[layer.id] = wanted

        def take(place: ShapesPlace) -> None:
            if self._asked.get(layer.id) == wanted:
                self._places[layer.id] = place
                if layer.id not in self._styles and layer.id not in self._tried:
                    self._session.shapes[layer.id] = place
                self.refresh()
                self.shapes_came.emit()

        self._session.workers.submit(
            "shapes", layer, lane="import", on_done=take, on_error=self._session.tell_error
        )


def _collect(shape: Any, lines: list[NDArray[np.float64]], points: list[Point]) -> None:
    import shapely

    kind = shape.geom_type
    if kind == "Point":
        points.append((shape.x, shape.y))
    elif kind == "Polygon":
        lines.extend(shapely.get_coordinates(ring) for ring in (shape.exterior, *shape.interiors))
    elif kind in ("LineString", "LinearRing"):
        lines.append(shapely.get_coordinates(shape))
    else:
        for part in shape.geoms:
            _collect(part, lines, points)
