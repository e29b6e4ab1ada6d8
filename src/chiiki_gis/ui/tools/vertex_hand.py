"""Changing the selected shape by hand: vertices and whole shapes are dragged, without a mode."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui import words
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.handles import Handle, Handles
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.neighbours import AREAS, Feature, areas
from chiiki_gis.ui.tools.reshaping import apply_shapes
from chiiki_gis.ui.tools.snapper import Snapped, Snapper
from chiiki_gis.ui.tools.strokes import MapLine, paint_line
from chiiki_gis.ui.tools.tool import MenuEntry, Point, Pointer, Surface
from chiiki_gis.ui.tools.trial import Trial, Tried

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_EDITED = (*AREAS, Role.SITE, Role.FACILITY, Role.ACCESS_LINK)
_COLOR = QColor("#d6007f")
DRAG_PX = 4.0
"""A shorter way is a click."""


@dataclass(frozen=True)
class _Grab:
    """What is held: a handle, or the whole shape where there is none.

    moved    the features that come along, with their shapes; a ghost is a vertex in them already
    """

    handle: Handle | None
    start: Pointer
    moved: dict[Feature, BaseGeometry] = field(default_factory=dict)
    to: Point | None = None
    snapped: Snapped | None = None


class VertexHand:
    """What 選択 does with the one feature that is selected, where it is an area, a site or a link."""

    def __init__(
        self, surface: Surface, session: Session, selection: Selection, snapper: Snapper, tried: Tried
    ) -> None:
        self._surface, self._session, self._selection, self._snapper = surface, session, selection, snapper
        self._tried = tried
        self._known: Handles | None = None
        self._hovered: Handle | None = None
        self._grab: _Grab | None = None
        self._held: BaseGeometry | None = None
        self._outline: tuple[Handles, tuple[MapLine, ...]] | None = None
        self.active: Point | None = None

    @property
    def handles(self) -> Handles | None:
        """The handles of the selected feature; None where it has none or may not be changed."""
        layer_id, fid = self._selection.layer, self._selection.single
        known, self._known = self._known, None
        if layer_id is None or fid is None or not self._session.is_open:
            return None
        layer = next((x for x in self._session.document.layers if x.id == layer_id), None)
        if layer is None or layer.role not in _EDITED or layer.is_locked or fid not in layer.rows.index:
            return None
        shape = layer.rows.geometry.loc[fid]
        if shape is None or shape.geom_type == "Point":
            return None
        if known is None or known.shape is not shape or (known.layer, known.fid) != (layer_id, fid):
            known = Handles(layer_id, fid, shape)
            self._hovered = self.active = None
        self._known = known
        return known

    @property
    def is_holding(self) -> bool:
        """True while something is held with the button down."""
        return self._grab is not None

    def hint(self) -> str:
        """What can be done; empty where nothing can."""
        if self.handles is None:
            return ""
        if self.active is not None:
            return "選んだ頂点：ドラッグで動かす　Delete で削除　Esc で選択をやめる"
        return "□ をドラッグで動かす　○ をドラッグで加える　□ をクリックして Delete で削除　Ctrl で隣と離す"

    def hover(self, pointer: Pointer) -> None:
        """Let the handle under the mouse grow."""
        handles = self.handles
        before = self._hovered
        self._hovered = handles.at(self._surface.view, pointer.pixel) if handles is not None else None
        if self._hovered != before:
            self._surface.refresh()

    def press(self, pointer: Pointer) -> None:
        """Take the handle under the mouse, or the whole shape."""
        import shapely

        handles = self.handles
        self._grab = None
        if handles is None or pointer.shift:
            return
        handle = handles.at(self._surface.view, pointer.pixel)
        inside = handles.shape.geom_type.endswith("Polygon") and handles.shape.intersects(
            shapely.Point(pointer.at)
        )
        if handle is not None or (inside and not pointer.ctrl):
            self._grab = _Grab(handle, pointer)

    def drag(self, pointer: Pointer) -> None:
        """Move what is held, snapped where something is near; neighbours come along unless Ctrl is held."""
        grab, handles = self._grab, self.handles
        if grab is None or handles is None:
            return
        if grab.to is None:
            if math.dist(pointer.pixel, grab.start.pixel) <= DRAG_PX:
                return
            grab = replace(grab, moved=self._moved(handles, grab.handle, alone=grab.start.ctrl))
        if grab.handle is None:
            dx, dy = pointer.at[0] - grab.start.at[0], pointer.at[1] - grab.start.at[1]
            self._grab = replace(grab, to=(dx, dy))
        else:
            found = self._snapper.find(pointer, without=grab.moved)
            self._grab = replace(
                grab, to=found[0].at if found else pointer.at, snapped=found[0] if found else None
            )
        self._try(handles)
        self._surface.refresh()

    def drop(self) -> bool:
        """Put down what was dragged, as one edit; a click on a vertex picks it. False for any other click."""
        grab, self._grab = self._grab, None
        if grab is None:
            return False
        if grab.to is None:
            is_vertex = grab.handle is not None and grab.handle.kind == "vertex" and not grab.start.ctrl
            if is_vertex and grab.handle is not None:
                self.active = grab.handle.at
            self._surface.refresh()
            return is_vertex
        self._hovered = self._held = None
        if grab.handle is None:
            self._put_whole(grab, grab.to)
        else:
            self._put_vertex(grab, grab.handle)
        self._tried(None)
        self._surface.refresh()
        return True

    def cancel(self) -> bool:
        """Let go of what is held, or of the picked vertex; False where there is neither."""
        had = self._grab is not None or self.active is not None
        self._grab = self.active = self._held = None
        self._tried(None)
        return had

    def delete(self) -> bool:
        """Take the picked vertex away, from neighbours that share it too; False where none is picked."""
        handles, at = self.handles, self.active
        if handles is None or at is None:
            return False
        return self._delete(handles, at)

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """頂点を削除, over a vertex."""
        handles = self.handles
        handle = handles.at(self._surface.view, pointer.pixel) if handles is not None else None
        if handles is None or handle is None or handle.kind != "vertex":
            return []
        at = handle.at
        return [("頂点を削除", lambda: self._delete(handles, at), True)]

    def paint(self, painter: QPainter) -> None:
        """The handles, or what is being dragged."""
        handles, grab = self.handles, self._grab
        if handles is None:
            return
        if grab is None or grab.to is None:
            handles.paint(painter, self._surface.view, self._hovered, self.active)
            return
        if grab.handle is None:
            self._paint_whole(painter, handles, grab.to)
        else:
            self._paint_vertex(painter, handles, grab, grab.to)

    def _try(self, handles: Handles) -> None:
        """Tell how the selected feature would be if it were let go now."""
        import shapely

        from chiiki_gis.analysis.vertices import moved_vertex

        grab = self._grab
        if grab is None or grab.to is None:
            return
        to, own = grab.to, grab.moved[handles.layer, handles.fid]
        if grab.handle is None:
            self._held = shapely.transform(own, lambda xy: xy + to)
        else:
            self._held = moved_vertex(own, grab.handle.at, to)
        self._tried(Trial(handles.layer, handles.fid, self._held))

    def _moved(self, handles: Handles, handle: Handle | None, alone: bool) -> dict[Feature, BaseGeometry]:
        """The selected feature, and the areas that share what is held; a ghost becomes a vertex in all."""
        from chiiki_gis.analysis.vertices import has_vertex, with_vertices

        own: Feature = (handles.layer, handles.fid)
        found = {own: handles.shape}
        if handle is None:
            return found
        if not alone and handles.layer in {role.value for role in AREAS}:
            held = [p for p in (handle.before, handle.after) if p is not None]
            held = [handle.at] if handle.kind == "vertex" else held
            for feature, shape in areas(self._session, without=(own,)):
                if all(has_vertex(shape, p) for p in held):
                    found[feature] = shape
        if handle.kind == "vertex":
            return found
        put = {feature: with_vertices(shape, [handle.at]) for feature, shape in found.items()}
        return {feature: shape for feature, shape in put.items() if shape is not found[feature]}

    def _put_vertex(self, grab: _Grab, handle: Handle) -> None:
        from chiiki_gis.analysis.vertices import moved_vertex

        to = self._snapper.exact(grab.snapped).at if grab.snapped is not None else grab.to
        if to is None:
            return
        shapes = {feature: moved_vertex(shape, handle.at, to) for feature, shape in grab.moved.items()}
        note = "頂点を動かす" if handle.kind == "vertex" else "頂点を加える"
        if apply_shapes(self._session, self._surface, shapes, note):
            self.active = None

    def _put_whole(self, grab: _Grab, by: Point) -> None:
        import shapely

        shapes = {f: shapely.transform(s, lambda xy: xy + by) for f, s in grab.moved.items()}
        ((layer_id, fid),) = shapes
        name = _name_of(self._session, layer_id, fid)
        if apply_shapes(self._session, self._surface, shapes, f"{name}を移動"):
            far = words.length(math.hypot(*by))
            self._session.tell(
                Notice(
                    f"{name}を {far} 移動しました。",
                    level="done",
                    button="元に戻す",
                    press=self._session.undo,
                )
            )

    def _delete(self, handles: Handles, at: Point) -> bool:
        from chiiki_gis.analysis.vertices import without_vertex

        vertex = Handle("vertex", at, None, None)
        shapes = {f: without_vertex(s, at) for f, s in self._moved(handles, vertex, alone=False).items()}
        if any(shape is None for shape in shapes.values()):
            self._surface.say("これより頂点を減らすと形がなくなるため、削除できません。")
            return False
        self.active = None
        return apply_shapes(self._session, self._surface, shapes, "頂点を削除")

    def _paint_vertex(self, painter: QPainter, handles: Handles, grab: _Grab, to: Point) -> None:
        handle = grab.handle
        if handle is None:
            return
        for (layer_id, fid), shape in grab.moved.items():
            mine = Handles(layer_id, fid, shape).vertex_at(handle.at)
            line = [p for p in (mine.before, to, mine.after) if p is not None]
            points = MapLine(line).on(self._surface.view)
            paint_line(painter, points, QColor(255, 255, 255, 200), 5.0)
            paint_line(painter, points, _COLOR, 2.2)
        at = QPointF(*self._surface.to_pixel(to))
        lines = [f"移動 {words.length(math.dist(handle.at, to))}"]
        if self._held is not None and self._held.area > 0:
            lines.append("面積 " + words.area_both(self._held.area))
        others = len(grab.moved) - 1
        if others:
            lines.append(f"隣の {others} つの区域も一緒に動きます（Ctrl で離す）")
        if grab.snapped is not None:
            lines.append(f"スナップ：{grab.snapped.words}")
            self._snapper.paint(painter, grab.snapped)
        draw_label(painter, at + QPointF(16, 16), lines, centered=False)

    def _paint_whole(self, painter: QPainter, handles: Handles, by: Point) -> None:
        known = self._outline
        if known is None or known[0] is not handles:
            known = self._outline = (handles, handles.outline())
        view = self._surface.view
        dx, dy = by[0] / view.metres_per_px, -by[1] / view.metres_per_px
        for line in known[1]:
            paint_line(painter, line.on(view).translated(dx, dy), _COLOR, 2.0)
        if self._grab is not None:
            at = QPointF(*self._grab.start.pixel) + QPointF(dx + 16, dy + 16)
            draw_label(painter, at, [f"移動 {words.length(math.hypot(*by))}"], centered=False)


def _name_of(session: Session, layer_id: LayerId, fid: Fid) -> str:
    layer = session.document.layer(layer_id)
    name = layer.rows["name"].get(fid) if "name" in layer.rows.columns else None
    return f"「{name}」" if isinstance(name, str) and name else layer.role.japanese
