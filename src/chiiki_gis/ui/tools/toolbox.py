"""The map's tools, the one in the hand, and how 元に戻す passes through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chiiki_gis.core.edits import add_area, add_facility, joined, set_geometries, set_geometry
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.linked_house import house_at
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.area_work import AreaWork, locked_notice
from chiiki_gis.ui.tools.box_tool import BoxTool
from chiiki_gis.ui.tools.facility import FacilityTool
from chiiki_gis.ui.tools.guide import Guide
from chiiki_gis.ui.tools.identify import IdentifyTool
from chiiki_gis.ui.tools.line_sketch import LineFinish, line_purpose
from chiiki_gis.ui.tools.lot_tool import NO_FACILITY, NO_LOTS, LotTool
from chiiki_gis.ui.tools.neighbours import with_common_vertices
from chiiki_gis.ui.tools.pan import PanTool
from chiiki_gis.ui.tools.pick_tool import Picks, PickTool
from chiiki_gis.ui.tools.road_pick import RoadPickTool
from chiiki_gis.ui.tools.select import Picker, SelectTool
from chiiki_gis.ui.tools.sketch import Sketch
from chiiki_gis.ui.tools.sketch_tool import Purpose, SketchTool
from chiiki_gis.ui.tools.snapper import Snapper
from chiiki_gis.ui.tools.tool import Point, Surface, Tool
from chiiki_gis.ui.tools.zoom_box import ZoomBoxTool
from chiiki_gis.ui.under_cursor import features_at

if TYPE_CHECKING:
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.render.paint import MapLayer
    from chiiki_gis.ui.under_cursor import Hit

_FACILITY = LayerId(Role.FACILITY.value)
_MAKES = {
    "draw_priority": Role.PRIORITY_DISTRICT,
    "draw_promotion": Role.PROMOTION_AREA,
    "draw_site": Role.FACILITY,
    "facility": Role.FACILITY,
    "pick_lot": Role.FACILITY,
}
"""What the tools put on the map."""
_AREA_TOOLS = ("draw_priority", "draw_promotion")
"""A rectangle is of the kind that was drawn last."""
_BOX_LOOKS = {Role.PRIORITY_DISTRICT: ("重点地区", "#1f4aa0"), Role.PROMOTION_AREA: ("促進区域", "#c0161d")}
HOUSE_REACH_PX = 12.0
"""A facility placed within this of a vacant house is placed on it."""
_REMEMBERED = 20
"""How many sketches that were given up can be brought back."""


@dataclass(frozen=True, eq=False)
class LeftSketch:
    """A sketch (or picked polygons) that was given up, and how many edits could be undone then."""

    tool: Tool
    restore: Callable[[], None]
    depth: int


class Toolbox(QObject):
    """Chooses tools and turns finished sketches into changes.

    tried   a tools.trial.Trial while something is dragged, None when it is put down or let go
    """

    chosen = Signal(str)
    tried = Signal(object)

    def __init__(
        self,
        session: Session,
        selection: Selection,
        surface: Surface,
        picker: Picker,
        shown: Callable[[], Sequence[MapLayer]],
        shapes_of: Callable[[LayerId], Shapes | None],
    ) -> None:
        super().__init__()
        self._session, self._selection, self._surface = session, selection, surface
        self.guide = Guide(Snapper(surface, shown))
        self.areas = AreaWork(session, selection, surface, shapes_of)
        self._shown = shown
        self.facility = FacilityTool(surface, self._place_facility, self._house_at)
        self.lot = LotTool(surface, session, selection, self._lot_at)
        sketches = (
            Purpose("draw_priority", "重点地区を描く", "#1f4aa0", True, self._finish_priority),
            Purpose("draw_promotion", "促進区域を描く", "#c0161d", True, self._finish_promotion),
            Purpose("draw_site", "敷地を描く", "#8a6d1d", True, self._finish_site),
            Purpose("split", "区域を分割", "#c0161d", False, self._ending(self.areas.split)),
            Purpose("reshape", "形を直す", "#c0161d", False, self._ending(self.areas.reshape)),
            Purpose("hole", "穴をあける", "#c0161d", True, self._ending(self.areas.hole)),
            Purpose("part", "飛び地を追加", "#c0161d", True, self._ending(self.areas.part)),
            Purpose("measure_distance", "線の長さを測る", "#7a3db8", False, lambda _v: None, keeps=True),
            Purpose("measure_area", "面積を測る", "#7a3db8", True, lambda _v: None, keeps=True),
        )
        self.sketches = {
            purpose.id: SketchTool(surface, purpose, self.guide, self._remember) for purpose in sketches
        }
        self._zoom_box = ZoomBoxTool(surface, self._give_back)
        self.box = BoxTool(surface, self.guide, self._finish_box, self._remember_corner)
        self._box_role = Role.PROMOTION_AREA
        self.picks = PickTool(surface, shown, self._remember_picks)
        select = SelectTool(
            surface, session, selection, picker, self.guide.snapper, self.areas.menu, self.tried.emit
        )
        tools: list[Tool] = [
            self.box,
            self.picks,
            select,
            PanTool(),
            IdentifyTool(surface, picker.identify),
            self._zoom_box,
            self.facility,
            self.lot,
        ]
        self.tools: dict[str, Tool] = {tool.id: tool for tool in (*tools, *self.sketches.values())}
        self.current: Tool = self.tools["select"]
        self._left: list[LeftSketch] = []
        self._site_of: Fid | None = None

    def add_line(self, tool_id: str, verb: str, color: str, finish: LineFinish) -> None:
        """A further tool that sketches a line; when it was taken, 選択 is in the hand again.

        verb    what the hint on the map calls it: 「新しい道路を描く」
        finish  given the line (project CRS, m); returns None when it was taken, else a sentence why not
        """
        purpose = line_purpose(tool_id, verb, color, finish)
        purpose = replace(purpose, finish=self._ending(purpose.finish))
        self.sketches[tool_id] = SketchTool(self._surface, purpose, self.guide, self._remember)
        self.tools[tool_id] = self.sketches[tool_id]

    def add_road_picking(self, done: Callable[[], object]) -> None:
        """道路を選ぶ; done is called when the planner goes on with the roads that are picked."""
        tool = RoadPickTool(self._surface, self._selection, self._shown, done)
        self.tools[tool.id] = tool

    def choose(self, tool_id: str) -> None:
        """Take a tool into the hand; an unfinished sketch of the old one can be brought back.

        A tool that would draw into a locked layer is not taken. 範囲を拡大 only interrupts the old tool,
        which goes on afterwards.
        """
        if tool_id in _AREA_TOOLS:
            self._box_role = _MAKES[tool_id]
        self.box.what, self.box.color = _BOX_LOOKS[self._box_role]
        wanted = self.tools[tool_id]
        refusal = self._locked(tool_id)
        if refusal is not None and wanted is not self.working:
            self._session.tell(refusal)
            self.chosen.emit(self.current.id)
            return
        if wanted is self._zoom_box and self.current is not wanted:
            self._zoom_box.interrupted = self.current
            self.current = wanted
        elif wanted is not self.working:
            self._drop_current()
            self.current = wanted
            wanted.start()
        elif wanted is not self.current:
            self._end_interruption()
        self.chosen.emit(tool_id)
        self._surface.refresh()

    def put_down(self) -> None:
        """選択 in the hand, holding nothing: what was dragged is let go, a sketch can be brought back."""
        self.choose("select")
        self.current.stop()

    def start_over(self) -> None:
        """Another plan is open: nothing that was in the hand, or can be brought back, is of it."""
        self.put_down()
        self._left.clear()

    def place(self, kind: str) -> None:
        """Take the facility tool with a kind."""
        self.facility.kind = kind
        self.choose("facility")

    def work_on_area(self, tool_id: str) -> None:
        """Take a tool that changes the selected area; without one, say so and stay."""
        if self.areas.target() is not None:
            self.choose(tool_id)
        else:
            self.chosen.emit(self.current.id)

    @property
    def working(self) -> Tool:
        """The tool in the hand, or the one that 範囲を拡大 has interrupted."""
        return self._zoom_box.interrupted or self.current

    @property
    def can_undo(self) -> bool:
        """True while there is a vertex or a cancelled sketch to bring back."""
        drawing = any(sketch.is_drawing for sketch in self.sketches.values())
        return bool(self._left) or drawing or self.picks.can_undo

    @property
    def can_redo(self) -> bool:
        """True while a vertex that was taken back can be put again."""
        return self.picks.can_redo or any(bool(s.sketch.taken_back) for s in self.sketches.values())

    def undo(self) -> bool:
        """Bring back what was stepped back from, take back a vertex, or bring a sketch back that was left.

        False where the plan's own history is next: edits made after a sketch was left come first.
        """
        working, last = self.working, self._left[-1] if self._left else None
        steps_back = isinstance(working, SketchTool) and working.is_stepping_back
        if not (steps_back and last is not None and last.tool is working):
            if working.undo():
                return True
            if last is None or last.depth < self._depth:
                return False
            if last.tool is not working:
                self.choose(last.tool.id)
                if self.working is not last.tool:
                    return False
        self._left.remove(last)
        last.restore()
        return True

    def redo(self) -> bool:
        """Put a vertex again; False when the tool has none."""
        return self.working.redo()

    def set_snapping(self, wanted: bool) -> None:
        """スナップ, also in the middle of drawing."""
        self.guide.snapper.is_on = wanted
        self._look_again()

    def set_tracing(self, wanted: bool) -> None:
        """境界に沿って描く, also in the middle of drawing."""
        self.guide.switch_tracing(wanted)
        self._look_again()

    def _look_again(self) -> None:
        if isinstance(self.working, SketchTool):
            self.working.look_again()

    def draw_site(self) -> None:
        """Draw the site of the selected facility, or of a new one when none is selected."""
        self._site_of = self._selection.single if self._selection.layer == _FACILITY else None
        self.choose("draw_site")

    def _locked(self, tool_id: str) -> Notice | None:
        """Why a tool cannot draw now: its layer is locked."""
        role = self._box_role if tool_id == self.box.id else _MAKES.get(tool_id)
        if role is None or not self._session.is_open:
            return None
        layer = self._session.document.layer(LayerId(role.value))
        if not layer.is_locked:
            return None
        return locked_notice(layer, "描けません")

    def _give_back(self) -> None:
        """範囲を拡大 is done: the interrupted tool goes on."""
        if self._zoom_box.interrupted is not None:
            self.choose(self._zoom_box.interrupted.id)

    def _end_interruption(self) -> None:
        if self._zoom_box.interrupted is not None:
            self._zoom_box.stop()
            self.current, self._zoom_box.interrupted = self._zoom_box.interrupted, None

    def _drop_current(self) -> None:
        self._end_interruption()
        self.current.stop()

    @property
    def _depth(self) -> int:
        return len(self._session.history.undo_notes) if self._session.is_open else 0

    def _remember(self, tool: SketchTool, sketch: Sketch) -> None:
        """A sketch is given up: 元に戻す brings it back once the edits made since are undone."""
        self._leave(tool, lambda: tool.restore(sketch))

    def _remember_corner(self, tool: BoxTool, corner: Point) -> None:
        self._leave(tool, lambda: tool.restore(corner))

    def _remember_picks(self, tool: PickTool, picks: Picks) -> None:
        self._leave(tool, lambda: tool.restore(picks))

    def _leave(self, tool: Tool, restore: Callable[[], None]) -> None:
        self._left.append(LeftSketch(tool, restore, self._depth))
        del self._left[:-_REMEMBERED]

    def _place_facility(self, kind: str, at: Point, under: Hit | None) -> None:
        from chiiki_gis.ui.tools.placing import place_facility

        if not self._session.is_open:
            self._surface.say("先に計画を開くか、新しく作ってください。")
            return
        refusal = self._locked("facility")
        if refusal is not None:
            self._session.tell(refusal)
            return
        place_facility(self._session, self._selection, kind, at, under)

    def _house_at(self, at: Point) -> Hit | None:
        if not self.guide.snapper.is_on:
            return None
        return house_at(self._shown(), at, self._surface.metres(HOUSE_REACH_PX))

    def _lot_at(self, at: Point) -> Hit | None:
        lots = [entry for entry in self._shown() if entry.layer.role == Role.LOT]
        return next(iter(features_at(lots, at, 0.0)), None)

    def pick_lot(self) -> None:
        """筆から敷地を選ぶ: for the facility that is selected."""
        fid = self._selection.single if self._selection.layer == _FACILITY else None
        has_lots = any(entry.layer.role == Role.LOT for entry in self._shown())
        refusal = NO_FACILITY if fid is None else None if has_lots else NO_LOTS
        if refusal is not None:
            self._session.tell(refusal)
            self.chosen.emit(self.current.id)
            return
        self.lot.target = fid
        self.choose("pick_lot")

    def _ending(self, finish: Callable[[list[Point]], str | None]) -> Callable[[list[Point]], str | None]:
        """Finishing that goes back to 選択 when it is done."""

        def end(vertices: list[Point]) -> str | None:
            refusal = finish(vertices)
            if refusal is None:
                self.choose("select")
            return refusal

        return end

    def _finish_priority(self, vertices: list[Point]) -> str | None:
        return self._finish_area(Role.PRIORITY_DISTRICT, vertices)

    def _finish_promotion(self, vertices: list[Point]) -> str | None:
        return self._finish_area(Role.PROMOTION_AREA, vertices)

    def _finish_box(self, corners: list[Point]) -> str | None:
        return self._finish_area(self._box_role, corners)

    def _finish_area(self, role: Role, vertices: list[Point]) -> str | None:
        import shapely

        polygon = shapely.Polygon(vertices)
        refusal = self._refusal(polygon, role)
        if refusal is not None:
            return refusal
        document = self._session.document
        layer_id = LayerId(role.value)
        fid = document.next_fid(layer_id)
        drawn = add_area(document, role, polygon, self._session.scenario)
        meeting = set_geometries(document, with_common_vertices(self._session, polygon), drawn.note)
        self._session.apply(joined(drawn.note, drawn, meeting))
        self._selection.pick(layer_id, (fid,))
        self.choose("select")
        self.areas.offer_cutting()
        return None

    def _finish_site(self, vertices: list[Point]) -> str | None:
        import shapely

        polygon = shapely.Polygon(vertices)
        refusal = self._refusal(polygon, Role.FACILITY)
        if refusal is not None:
            return refusal
        document, fid = self._session.document, self._site_of
        if fid is not None and fid in self._session.rows(Role.FACILITY).index:
            self._session.apply(set_geometry(document, _FACILITY, fid, polygon, "敷地を描く"))
        else:
            fid = document.next_fid(_FACILITY)
            change = add_facility(document, self.facility.kind, polygon, self._session.scenario)
            self._session.apply(change)
            self._session.tell(
                Notice(
                    "敷地の形で新しい施設を置きました。",
                    "施設を選ばずに敷地を描きました。",
                    "右の欄で種類を確かめてください。",
                )
            )
        self._selection.pick(_FACILITY, (fid,))
        self._site_of = None
        self.choose("select")
        return None

    def _refusal(self, polygon: object, role: Role) -> str | None:
        if not self._session.is_open:
            return "先に計画を開くか、新しく作ってください。"
        if self._session.document.layer(LayerId(role.value)).is_locked:
            return "レイヤに鍵がかかっています。「レイヤ」の鍵を外してから完了してください。"
        if not polygon.is_valid or polygon.area <= 0:  # type: ignore[attr-defined]  # shapely has no stubs
            return "線が重なっていて面になりません。Backspace で戻して描き直してください。"
        return None
