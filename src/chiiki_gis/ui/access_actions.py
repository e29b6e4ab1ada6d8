"""What the buttons of アクセス do beside computing links: speeds, roads, interchanges, reach, islands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from chiiki_gis.core.access_answers import ReachCompared, RouteProfile
from chiiki_gis.core.access_plan import add_interchange, figures_of, overrides_of
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.improvements import improvements_of
from chiiki_gis.core.jobs import Reached
from chiiki_gis.core.links import REFUSED, building_of
from chiiki_gis.core.rebase import rebased
from chiiki_gis.core.role import Role
from chiiki_gis.ui.access_reports import ProfileReport, ReachReport, RoadsReport
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.files import Files, plan_file_name
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.reference_card import CHOOSE_ROAD
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.spot_marks import SpotMarks
from chiiki_gis.ui.work import tell_written

if TYPE_CHECKING:
    from chiiki_gis.analysis.connectivity import Connectivity
    from chiiki_gis.ui.access_panel import AccessPanel
    from chiiki_gis.ui.access_settings import AddedWindow


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
        self.report: ReachReport | RoadsReport | ProfileReport | None = None
        self._added: AddedWindow | None = None
        self.marks = SpotMarks(canvas)

    def attend(self, panel: AccessPanel) -> None:
        """Do what the panel's buttons ask for."""
        panel.speeds_asked.connect(self.edit_speeds)
        panel.road_asked.connect(self.edit_road)
        panel.interchange_asked.connect(self.add_interchange)
        panel.added_asked.connect(self.show_added)
        panel.new_road_asked.connect(self.choose_new_road)
        panel.reach_asked.connect(self.reach)
        panel.roads_asked.connect(self.check_roads)
        panel.profile_asked.connect(self.show_profile)
        panel.export_asked.connect(self.export_links)

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
                    f"地図で道路をクリックし、右の「{CHOOSE_ROAD}」を押してください。",
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
        dialog = ReachDialog(self._window, names, bool(improvements_of(self._session.document.facts)))
        if not dialog.exec():
            return
        if len(dialog.wanted) == 1:
            self.compute_reach(dialog.wanted[0][0], dialog.bands)
        else:
            self.compare_reach(dialog.wanted, dialog.bands)

    def compare_reach(self, wanted: tuple[tuple[str, bool], ...], bands: tuple[float, ...]) -> None:
        """Ask what is reached from several places; a table and charts are shown, the plan stays as it is."""

        def take(found: ReachCompared) -> None:
            self._show(ReachReport(self._window, found, self._has_houses()))

        self._session.ask("compare_reach", self._session.snapshot(), wanted, bands, on_done=take, lane="live")

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
            self._show(ReachReport(self._window, found, self._has_houses()))

        self._session.ask("reach", self._session.snapshot(), origin, bands, on_done=take, lane="live")

    def _has_houses(self) -> bool:
        return any(layer.role == Role.VACANT_HOUSE for layer in self._session.document.layers)

    def show_added(self) -> None:
        """追加したICと道路の値: a window beside the map, where each can be taken away."""
        from chiiki_gis.ui.access_settings import AddedWindow

        if self._added is None:
            self._added = AddedWindow(self._window, self._session, self._selection, self._show_place)
        self._added.refresh()
        self._added.show()
        self._added.raise_()

    def choose_new_road(self) -> None:
        """新しい道の概算."""
        from chiiki_gis.io.new_roads import own_designs
        from chiiki_gis.ui.access_settings import NewRoadDialog

        document = self._session.document
        has_heights = any(layer.role == Role.DEM for layer in document.layers)
        dialog = NewRoadDialog(self._window, own_designs(), document.facts, has_heights)
        if dialog.exec() and not dialog.change.is_empty:
            self._session.apply(dialog.change)

    def show_profile(self, fid: int) -> None:
        """縦断図: of the link chosen in the table."""
        if fid < 0:
            self._session.tell(
                Notice(
                    "アクセス道路が選ばれていません。",
                    "縦断図は1本のアクセス道路について作ります。",
                    "「アクセス」の表で行を選んでから押してください。",
                )
            )
            return

        def take(found: RouteProfile) -> None:
            self._show(ProfileReport(self._window, found))

        self._session.ask("route_profile", self._session.snapshot(), fid, on_done=take, lane="live")

    def export_links(self) -> None:
        """書き出し: links and road works to an Excel file or a GeoPackage."""
        session = self._session
        name = plan_file_name(session, "アクセス道路", "xlsx")
        filters = "Excel (*.xlsx);;GeoPackage (*.gpkg)"
        path = Files(self._window).save("アクセス道路を書き出す", filters, name, "xlsx")
        if path is not None:
            session.ask(
                "export_links",
                session.snapshot(),
                path,
                on_done=lambda written: tell_written(session, written, "アクセス道路"),
            )

    def check_roads(self) -> None:
        """道路のつながり: the report, and rings on the map where road ends nearly meet."""

        def take(found: Connectivity) -> None:
            report = RoadsReport(self._window, found, self._show_place)
            self._show(report)
            self.marks.show(found.near)
            report.finished.connect(lambda _result: self.marks.show(()))

        self._session.ask("roads_report", self._session.snapshot(), on_done=take, lane="live")

    def _show(self, report: ReachReport | RoadsReport | ProfileReport) -> None:
        if self.report is not None:
            self.report.close()
        self.report = report
        report.show()
