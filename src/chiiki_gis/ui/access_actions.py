"""What the buttons of アクセス do beside computing links: speeds, roads, interchanges, reach, islands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from chiiki_gis.core.access_plan import add_interchange, figures_of, overrides_of
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import Reached
from chiiki_gis.core.links import REFUSED, building_of
from chiiki_gis.core.rebase import rebased
from chiiki_gis.core.role import Role
from chiiki_gis.ui.access_reports import ReachReport, RoadsReport
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.spot_marks import SpotMarks

if TYPE_CHECKING:
    from chiiki_gis.analysis.connectivity import Connectivity


class AccessActions(QObject):
    """One method per button.

    show_place   shows a place (x east, y north, project CRS) on the map
    """

    def __init__(
        self,
        window: QWidget,
        session: Session,
        selection: Selection,
        canvas: Canvas,
        show_place: Callable[[float, float], object],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._selection = window, session, selection
        self._canvas, self._show_place = canvas, show_place
        self.report: ReachReport | RoadsReport | None = None
        self.marks = SpotMarks(canvas)

    def edit_speeds(self) -> None:
        """想定速度."""
        from chiiki_gis.io.speeds import own_profile
        from chiiki_gis.ui.access_dialogs import SpeedsDialog

        facts = self._session.document.facts
        dialog = SpeedsDialog(self._window, own_profile(), figures_of(facts), facts)
        if dialog.exec() and not dialog.change.is_empty:
            self._session.apply(dialog.change)

    def edit_road(self) -> None:
        """道路の値: of the one road that is selected."""
        from chiiki_gis.ui.access_dialogs import RoadDialog

        layer_id, fid = self._selection.layer, self._selection.single
        document = self._session.document
        if layer_id is None or fid is None or document.layer(layer_id).role != Role.ROAD:
            self._session.tell(
                Notice(
                    "道路が選ばれていません。",
                    "値は1本の道路ごとに決めます。",
                    "地図で道路をクリックし、「情報」の一覧から1本を選んでください。",
                )
            )
            return
        here = (str(layer_id), int(fid))
        known = next((o for o in overrides_of(document.facts) if (o.layer_id, o.fid) == here), None)
        dialog = RoadDialog(self._window, known, *here, document.facts)
        if dialog.exec():
            self._session.apply(dialog.change)

    def add_interchange(self) -> None:
        """ICを追加."""
        from chiiki_gis.ui.access_dialogs import InterchangeDialog

        dialog = InterchangeDialog(self._window, self._canvas.view.center)
        if not dialog.exec():
            return
        try:
            change = add_interchange(self._session.document.facts, dialog.gate)
        except BadInput as error:
            self._session.tell(of_error(error))
            return
        self._session.apply(change)
        self._show_place(dialog.gate.x, dialog.gate.y)

    def reach(self) -> None:
        """到達圏."""
        from chiiki_gis.ui.access_dialogs import ReachDialog

        names = self.origins()
        if not names:
            self._session.tell(
                Notice(
                    "到達圏を計算できません。",
                    "出発する拠点施設もICもありません。",
                    "拠点施設を置くか、「アクセスを計算」でICを調べてください。",
                )
            )
            return
        dialog = ReachDialog(self._window, names)
        if dialog.exec():
            self.compute_reach(dialog.origin.currentText(), dialog.bands)

    def origins(self) -> list[str]:
        """Names of the facilities, and of the interchanges that links have found or the planner added."""
        from chiiki_gis.core.access_plan import interchanges_of

        session = self._session
        facilities, links = session.rows(Role.FACILITY), session.rows(Role.ACCESS_LINK)
        by_building = dict(zip(building_of(facilities), facilities["name"], strict=True))
        names = [str(name or building) for building, name in by_building.items()]
        names += [str(name) for name in links.loc[links["status"] != REFUSED, "interchange"]]
        names += [gate.name for gate in interchanges_of(session.document.facts)]
        return list(dict.fromkeys(names))

    def compute_reach(self, origin: str, bands: tuple[float, ...]) -> None:
        """Ask for the areas; they become a layer, and the table of them is shown."""

        def take(found: Reached) -> None:
            session = self._session
            session.apply(rebased(found.change, session.document), found.shapes)
            session.tell(
                Notice(
                    f"「{found.origin}」の到達圏を加えました。",
                    level="done",
                    details=found.notes,
                    button="元に戻す",
                    press=session.undo,
                )
            )
            self._show(ReachReport(self._window, found))

        self._session.ask("reach", self._session.snapshot(), origin, bands, on_done=take, lane="live")

    def check_roads(self) -> None:
        """道路のつながり: the report, and rings on the map where road ends nearly meet."""

        def take(found: Connectivity) -> None:
            report = RoadsReport(self._window, found, self._show_place)
            self._show(report)
            self.marks.show(found.near)
            report.finished.connect(lambda _result: self.marks.show(()))

        self._session.ask("roads_report", self._session.snapshot(), on_done=take, lane="live")

    def _show(self, report: ReachReport | RoadsReport) -> None:
        if self.report is not None:
            self.report.close()
        self.report = report
        report.show()
