"""What the buttons of 道路整備 do: roads picked on the map or drawn become works; works are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from chiiki_gis.core.access_answers import Stretch
from chiiki_gis.core.improvement_effects import Effects, keep_effects
from chiiki_gis.core.improvements import (
    RoadImprovement,
    RoadPart,
    drop_improvement,
    improvements_of,
    next_number,
    set_improvement,
    with_roads,
)
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.links import ground_of
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import still_there
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.render.view import View
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.improvement_dialog import ImprovementDialog
from chiiki_gis.ui.improvements_window import ImprovementsWindow
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.reference_card import CHOOSE_ROAD
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.road_pick import RoadPickTool
from chiiki_gis.ui.tools.toolbox import Toolbox
from chiiki_gis.ui.works_on_map import COLOR, PartLines, lengths_of, paint_works

if TYPE_CHECKING:
    from shapely import LineString

TOOL = "draw_new_road"
STRETCH_TOOL = "pick_stretch"


class ImprovementActions(QObject):
    """Opens the window of works and does what its buttons ask; new roads are drawn over the map."""

    def __init__(
        self, window: QWidget, session: Session, selection: Selection, canvas: Canvas, toolbox: Toolbox
    ) -> None:
        super().__init__(window)
        self._parent, self._session, self._selection = window, session, selection
        self._canvas, self._toolbox = canvas, toolbox
        self.window: ImprovementsWindow | None = None
        toolbox.add_line(TOOL, "新しい道路を描く", COLOR, self._take_line)
        toolbox.add_line(STRETCH_TOOL, "改良する区間を選ぶ（始点と終点）", COLOR, self._take_stretch)
        toolbox.add_road_picking(self.improve)
        self._stretch_of: int | None = None
        self._parts = PartLines()
        self._picked: int | None = None
        canvas.overlays.append(self.paint)
        session.changed.connect(lambda _changed: canvas.update())

    def show(self) -> None:
        """道路整備: the window beside the map."""
        if self.window is None:
            self.window = window = ImprovementsWindow(self._parent, self._session)
            window.improve_asked.connect(self.improve)
            window.pick_asked.connect(lambda: self._toolbox.choose(RoadPickTool.id))
            window.stretch_asked.connect(self.choose_stretch)
            window.draw_asked.connect(lambda: self._toolbox.choose(TOOL))
            window.add_roads_asked.connect(self.add_roads)
            window.change_asked.connect(self.edit)
            window.drop_asked.connect(self.drop)
            window.compare_asked.connect(self.compare)
            window.picked.connect(self.pick)
        self.window.refresh()
        self.window.show()
        self.window.raise_()

    def improve(self) -> None:
        """選んだ道路を改良."""
        roads = self._picked_roads()
        if roads:
            number = next_number(self._session.document.facts)
            self._ask(RoadImprovement(number, f"改良{number}", "", roads=roads))

    def add_roads(self, number: int) -> None:
        """選んだ道路を加える: to works that improve roads."""
        work, roads = self._work(number), self._picked_roads()
        if work is None or not roads:
            return
        self._add(work, roads)

    def _add(
        self, work: RoadImprovement, roads: tuple[tuple[str, int], ...], parts: tuple[RoadPart, ...] = ()
    ) -> None:
        if work.is_new_road:
            self._session.tell(
                Notice(
                    "新しい道路に、今の道路は加えられません。",
                    f"「{work.name}」は描いた線による新設です。",
                    "今の道路は「選んだ道路を改良」で別の道路整備にしてください。",
                    "warning",
                )
            )
            return
        more = with_roads(work, roads, parts)
        if more != work:
            self._ask_again_if_unlawful(more)

    def choose_stretch(self, number: int) -> None:
        """区間を改良 (0), or 区間を加える to works of a number: two places on the map."""
        self._stretch_of = number or None
        self._toolbox.choose(STRETCH_TOOL)

    def _take_stretch(self, line: LineString) -> str | None:
        """The places are chosen: the helper finds the roads between them."""
        number = self._stretch_of
        places = tuple((float(x), float(y)) for x, y in line.coords)

        def ask() -> None:
            asked = self._roads_now()

            def take(found: Stretch) -> None:
                if self._roads_now() != asked:
                    ask()
                else:
                    self._improve_stretch(number, found)

            self._session.ask("road_stretch", self._session.snapshot(), places, on_done=take, lane="live")

        ask()
        return None

    def _improve_stretch(self, number: int | None, found: Stretch) -> None:
        work = None if number is None else self._work(number)
        if work is not None:
            self._add(work, found.roads, found.parts)
            return
        new = next_number(self._session.document.facts)
        self._ask(RoadImprovement(new, f"改良{new}", "", roads=found.roads, parts=found.parts))

    def _roads_now(self) -> list[object]:
        layers = self._session.document.layers if self._session.is_open else ()
        return [(layer.id, layer.reference.content_hash) for layer in layers if layer.role == Role.ROAD]

    def edit(self, number: int) -> None:
        """変更."""
        work = self._work(number)
        if work is not None:
            self._ask(work)

    def drop(self, number: int) -> None:
        """削除."""
        self._session.apply(drop_improvement(self._session.document.facts, number))

    def compare(self, scenario: str = "") -> None:
        """整備の前後を計算 for a scenario, the current one unless said; the answer is kept with the plan."""
        session = self._session
        asked, ground = scenario or session.scenario, ground_of(session.document)

        def take(found: Effects) -> None:
            if still_there(session.document, asked) != asked:
                return
            if not ground.is_that_of(session.document):
                self.compare(asked)  # works, speeds, roads or facilities have changed meanwhile
                return
            session.apply(keep_effects(session.document.facts, found, asked))
            told = "整備の前後を比べました。" if found.rows else "整備の前後を比べられませんでした。"
            if not found.rows:
                session.tell(Notice(told, level="warning", details=found.notes))
            else:
                session.tell(Notice(told, level="info" if found.notes else "done", details=found.notes))

        session.ask("improvement_effects", snapshot(session.document, asked), on_done=take, lane="live")

    def pick(self, number: int) -> None:
        """Show the roads of works on the map; new roads and stretches are drawn there anyway."""
        work = self._work(number)
        self._picked = number
        self._canvas.update()
        known = {str(layer.id) for layer in self._session.document.layers}
        if work is not None and work.roads and work.roads[0][0] in known:
            layer = work.roads[0][0]
            fids = tuple(Fid(fid) for one, fid in work.roads if one == layer)
            self._selection.pick(LayerId(layer), fids)

    def lengths_by_class(self, work: RoadImprovement) -> Mapping[str, float]:
        """Metres of the roads of works by class."""
        return lengths_of(self._session.document, work)

    def _ask(self, work: RoadImprovement) -> bool:
        dialog = ImprovementDialog(self._parent, work, self._session.document.facts, self.lengths_by_class)
        if not dialog.exec():
            return False
        self._session.apply(dialog.change)
        return True

    def _ask_again_if_unlawful(self, work: RoadImprovement) -> None:
        """More roads may take a tag away: then the dialog shows why, else they are simply added."""
        from chiiki_gis.core.errors import BadInput
        from chiiki_gis.rules.road_works import judge_works, manager_of, require_tag

        try:
            judged = judge_works(self.lengths_by_class(work), manager_of(work.carried_out_by))
            require_tag(work.tag, judged)
        except BadInput:
            self._ask(work)
            return
        self._session.apply(set_improvement(self._session.document.facts, work))

    def _take_line(self, line: LineString) -> str | None:
        """The sketch of a new road is finished."""
        number = next_number(self._session.document.facts)
        vertices = tuple((float(x), float(y)) for x, y in line.coords)
        work = RoadImprovement(number, f"新しい道路{number}", "", line=vertices, road_class="3")
        return None if self._ask(work) else "新しい道路は、まだ計画に加えていません。"

    def _picked_roads(self) -> tuple[tuple[str, int], ...]:
        layer_id = self._selection.layer
        if layer_id is None or self._session.document.layer(layer_id).role != Role.ROAD:
            self._session.tell(
                Notice(
                    "道路が選ばれていません。",
                    "道路整備は、地図で選んだ道路について決めます。",
                    f"地図で道路をクリックして右の「{CHOOSE_ROAD}」を押すか、属性表で行を選んでください。",
                )
            )
            return ()
        return tuple((str(layer_id), int(fid)) for fid in self._selection.fids)

    def _work(self, number: int) -> RoadImprovement | None:
        works = improvements_of(self._session.document.facts)
        return next((work for work in works if work.number == number), None)

    def paint(self, painter: QPainter, view: View) -> None:
        """The new roads, dashed, and the stretches that are improved."""
        if not self._session.is_open:
            return
        document = self._session.document
        for work in improvements_of(document.facts):
            lines = [work.line] if work.is_new_road else self._parts.of(document, work.parts)
            if lines:
                paint_works(painter, view, lines, is_new=work.is_new_road, wide=work.number == self._picked)
