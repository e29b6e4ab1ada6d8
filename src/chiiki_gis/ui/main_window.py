"""The window: where each panel stands, and which signal goes where. It decides nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from chiiki_gis.core.coordinates import PlaneXY
from chiiki_gis.core.desk import Bounds
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui import dialogs
from chiiki_gis.ui.access_actions import AccessActions
from chiiki_gis.ui.access_panel import AccessPanel
from chiiki_gis.ui.action_table import FILE, action_table
from chiiki_gis.ui.actions import enable, fill_menus, fill_toolbar, make_actions, mark_tool
from chiiki_gis.ui.banner import BannerStack
from chiiki_gis.ui.build_panel import BuildPanel
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.compare import CompareView
from chiiki_gis.ui.desk_panel import DeskPanel
from chiiki_gis.ui.facility_actions import facility_deeds
from chiiki_gis.ui.findings_panel import FindingsPanel
from chiiki_gis.ui.generations_window import GenerationsWindow
from chiiki_gis.ui.history_panel import HistoryPanel
from chiiki_gis.ui.improvement_actions import ImprovementActions
from chiiki_gis.ui.layers_panel import LayersPanel
from chiiki_gis.ui.live import LiveCards
from chiiki_gis.ui.live_link import LiveLink
from chiiki_gis.ui.looking import Looking
from chiiki_gis.ui.overlays import Highlight
from chiiki_gis.ui.programmes_panel import ProgrammesPanel
from chiiki_gis.ui.property_panel import PropertyPanel
from chiiki_gis.ui.recent_menu import add_recent_menu
from chiiki_gis.ui.scenario_actions import TAB
from chiiki_gis.ui.scenario_bar import ScenarioBar
from chiiki_gis.ui.scenario_hand import ScenarioHand
from chiiki_gis.ui.scenario_panel import ScenarioPanel
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.sketch_keeper import SketchKeeper
from chiiki_gis.ui.sources_panel import SourcesPanel
from chiiki_gis.ui.start_page import StartPage
from chiiki_gis.ui.status_bar import StatusBar
from chiiki_gis.ui.steps import OPEN_VERDICTS, WRONG_VERDICTS
from chiiki_gis.ui.steps_panel import StepsPanel
from chiiki_gis.ui.table_panel import TablePanel
from chiiki_gis.ui.tool_bar import ToolBar
from chiiki_gis.ui.view_actions import BOOKMARKS

_NARROWEST_PX = 200


class MainWindow(QMainWindow):
    """Left 手順 and レイヤ, middle the map, right the card, below the tables."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.selection = Selection()
        self.scene = Scene(session)
        self.canvas = Canvas(self.scene)
        self.commands = Commands(self, session, self.selection, self.scene, self.canvas)
        self.toolbox = self.commands.toolbox
        self._generations: GenerationsWindow | None = None
        self.setWindowTitle("地域GIS")
        self.resize(1600, 960)
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.compare = CompareView(session, self.scene, self.canvas)
        self.scenarios = ScenarioHand(self, self.commands, self.compare)
        self.compare.put_above(ScenarioBar(self.scenarios))
        self.setCentralWidget(self.compare)
        self.looking = Looking(self, self.commands)
        self._table = action_table(self.commands, self.looking, self)
        self.made = make_actions(self, self.canvas, self._table)
        self.made["snap"].setChecked(True)
        menus = fill_menus(self, self._table, self.made)
        self.looking.take_actions(self._table, self.made, menus[BOOKMARKS])
        self.recent = add_recent_menu(menus[FILE], self.made["sample"], self.commands.open_recent)
        self._add_toolbar()
        self._add_docks()
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        self.banners = BannerStack(self.canvas)
        first = [self.made[name] for name in ("new", "open", "sample")]
        commands = self.commands
        self.start = StartPage(
            self.canvas, first, commands.open_recent, commands.recover, session.left_picture
        )
        self.sketches = SketchKeeper(session, self.selection, self.toolbox)
        self.canvas.installEventFilter(self)
        cards = self.properties
        self.live = LiveCards(session, cards.area, cards.facility, cards.refresh)
        self.toolbox.tried.connect(self.live.show)
        self.build_panel = BuildPanel(self.canvas, session, self.selection, self.toolbox)
        self._connect()
        self.toolbox.choose("select")
        self._enable()

    def show_tab(self, name: str) -> None:
        """Bring a tab of the bottom dock to the front."""
        for index in range(self.tabs.count()):
            if self.tabs.tabText(index).split(" ")[0] == name:
                self.bottom.show()
                self.tabs.setCurrentIndex(index)

    def show_verdict(self) -> None:
        """Select the facility whose verdict matters most."""
        verdicts = sorted(
            self.session.verdicts,
            key=lambda v: (v.verdict not in WRONG_VERDICTS, v.verdict not in OPEN_VERDICTS),
        )
        if verdicts and verdicts[0].fids:
            self.selection.pick(LayerId(Role.FACILITY.value), (Fid(verdicts[0].fids[0]),))
            self.commands.zoom_to_selection()
        self.show_tab("検査")

    def show_shortcuts(self) -> None:
        """ショートカット一覧."""
        rows = [
            (entry.text.replace("...", ""), "　".join(entry.shortcuts))
            for entry in self._table
            if entry.shortcuts
        ]
        gestures = [
            ("描画の完了", "Enter・ダブルクリック・最初の点"), ("最後の頂点を戻す", "Backspace・Delete"),
            ("一つ戻る・道具をやめる", "Esc"), ("直角に描く", "Shift"),
            ("地図を動かす", "中ボタン・Space＋ドラッグ・矢印"), ("拡大・縮小", "ホイール・＋・－"),
            ("囲んだ範囲を拡大", "選択で Shift＋ドラッグ"),
            ("選択に追加・選択から外す", "Shift・Ctrl＋クリック"),
            ("属性表の行をコピー・貼り付け・下へコピー", "Ctrl+C・Ctrl+V・Ctrl+D"),
        ]  # fmt: skip
        dialogs.show_shortcuts(self, rows + gestures)

    def show_generations(self) -> None:
        """世代: a window of its own."""
        if self._generations is None:
            self._generations = GenerationsWindow(self, self.session, self.commands.zoom_to_house)
        self._generations.show()
        self._generations.raise_()
        self._generations.activateWindow()

    def show_all_layers(self, shown: bool) -> None:
        """すべてのレイヤを表示, すべてのレイヤを隠す."""
        self.layers.show_all(shown)

    def go_to_layers(self) -> None:
        """Give the layer list the keyboard."""
        self.layers.tree.setFocus()

    def toggle_compare(self) -> None:
        """2画面で比べる."""
        self.compare.toggle()

    def export_table(self) -> None:
        """表の書き出し."""
        self.show_tab("属性表")
        self.table.export()

    def toggle_full_screen(self) -> None:
        """全画面."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _add_toolbar(self) -> None:
        bar = ToolBar(self)
        fill_toolbar(bar, self._table, self.made)
        self.addToolBar(bar)

    def _add_docks(self) -> None:
        areas = Qt.DockWidgetArea
        self.steps = StepsPanel(self.session)
        self.layers = LayersPanel(self.session, self.scene)
        self.properties = PropertyPanel(
            self.session,
            self.selection,
            facility_deeds(self.commands),
            self.commands.zoom_to_hit,
            self.commands.rules,
        )
        self.programmes = ProgrammesPanel(self.session)
        self.findings = FindingsPanel(self.session)
        self.table = TablePanel(self.session, self.selection)
        self.access = AccessPanel(self.session)
        self.sources = SourcesPanel(self.session)
        self.history = HistoryPanel(self.session)
        for name in ("delete", "home"):  # what is picked in these tables is picked on the map
            self.findings.table.addAction(self.made[name])
            self.access.table.addAction(self.made[name])
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for name, panel in (
            ("検査", self.findings), ("属性表", self.table),
            ("アクセス", self.access), ("補助制度", self.programmes), ("出典", self.sources),
            (TAB, ScenarioPanel(self.scenarios)), ("操作履歴", self.history),
        ):  # fmt: skip
            self.tabs.addTab(panel, name)
        DeskPanel(self.session, self._show_bounds).stand_in(self.tabs)
        left = self._dock("手順", self.steps, areas.LeftDockWidgetArea)
        layers = self._dock("レイヤ", self.layers, areas.LeftDockWidgetArea)
        right = self._dock("属性と判定", self.properties, areas.RightDockWidgetArea)
        self.bottom = self._dock("表", self.tabs, areas.BottomDockWidgetArea)
        self.bottom.setTitleBarWidget(QWidget())
        self.resizeDocks([left, right], [285, 330], Qt.Orientation.Horizontal)
        self.resizeDocks([left, layers], [230, 600], Qt.Orientation.Vertical)
        self.resizeDocks([self.bottom], [190], Qt.Orientation.Vertical)

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(title)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        widget.setMinimumWidth(_NARROWEST_PX)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        session, canvas, status = self.session, self.canvas, self.status
        session.noticed.connect(self.banners.show_notice)
        session.opened.connect(self._show_opened)
        session.sketches_left.connect(self.sketches.restore)
        session.glimpsed.connect(self._show_glimpse)
        session.changed.connect(lambda _changed: self._show_selection())
        session.saved_state.connect(self._show_saved)
        self.selection.changed.connect(self._show_selection)
        self.commands.show_hits = self.properties.show_hits
        self.commands.show_identified = self.properties.show_identified
        self.toolbox.chosen.connect(self._show_tool)
        canvas.leave_tool_asked.connect(lambda: self.toolbox.choose("select"))
        canvas.view_changed.connect(lambda: status.show_scale(canvas.scale))
        canvas.pointed.connect(status.coordinates.show_position)
        status.coordinates.go_asked.connect(self.looking.go_to_coordinates)
        canvas.hint_changed.connect(self._show_hint)
        status.stop_pressed.connect(session.stop_work)
        status.scale_chosen.connect(canvas.set_scale)
        self.steps.chosen.connect(lambda name: self.made[name].trigger())
        self.layers.zoom_asked.connect(self.commands.zoom_to_layer)
        self.layers.table_asked.connect(self._open_table)
        self.layers.source_asked.connect(self._show_source)
        self.layers.style_asked.connect(self.commands.style_layer)
        self.findings.counted.connect(lambda n: self.tabs.setTabText(0, f"検査 ({n})"))
        self.findings.picked.connect(self.commands.pick_finding)
        self.findings.zoom_asked.connect(self.commands.zoom_to_finding)
        self.findings.page_asked.connect(self.commands.facts)
        self.findings.report_asked.connect(self.commands.report_check)
        self.table.zoom_asked.connect(self.commands.zoom_to_selection)
        self.programmes.picked.connect(lambda layer, fid: self.selection.pick(LayerId(layer), (Fid(fid),)))
        self.access.compute_asked.connect(self.commands.compute_access)
        actions = AccessActions(self, session, self.selection, canvas, self._show_place)
        self.access_actions = actions
        actions.attend(self.access)
        self.improvements = ImprovementActions(self, session, self.selection, canvas, self.toolbox)
        self.access.works_asked.connect(self.improvements.show)
        self.live_link = LiveLink(session, canvas)
        self.toolbox.tried.connect(self.live_link.show)
        self.access.picked.connect(
            lambda fid: self.selection.pick(LayerId(Role.ACCESS_LINK.value), (Fid(fid),))
        )

    def _show_bounds(self, bounds: Bounds, layer_id: LayerId | None, fids: tuple[Fid, ...]) -> None:
        if layer_id is not None:
            self.selection.pick(layer_id, fids)
        self.canvas.fit(bounds, closest=0.5)

    def _show_place(self, x: float, y: float) -> None:
        self.looking.go_to(PlaneXY(y, x))

    def _show_opened(self) -> None:
        self.start.hide()
        self.banners.clear()
        self.selection.clear()
        self.toolbox.start_over()
        self.status.show_crs(self.session.document.header.epsg)
        self.commands.home()
        self._enable()

    def _show_glimpse(self) -> None:
        """A project at start: its map is there before the plan can be read."""
        home = None if self.session.is_open else self.scene.glimpse_home()
        if home is not None:
            self.start.hide()
            self.canvas.fit(home)

    def _show_saved(self, text: str) -> None:
        self.status.saved.setText(text)
        self.status.saved.setToolTip(text)
        self.setWindowTitle(f"{self.session.title}[*] – 地域GIS")
        self.setWindowModified(self.session.has_unsaved)
        self._enable()

    def _show_selection(self) -> None:
        layer = self.selection.layer
        fids = self.selection.fids
        plan = self.scene.highlight(layer, fids) if layer is not None else Highlight()
        is_reference = layer is not None and self.scene.shapes(layer) is not None
        references: dict[LayerId, frozenset[int]] = {}
        if layer is not None and is_reference:
            references[layer] = frozenset(fids)
        self.canvas.show_selected(plan, references)
        self._enable()

    def _show_tool(self, tool_id: str) -> None:
        name = f"place_{self.toolbox.facility.kind}" if tool_id == "facility" else tool_id
        mark_tool(self.made, name)
        if tool_id != "select":
            self.banners.fold()
        self.steps.mark_current("place_coworking" if tool_id == "facility" else tool_id)
        self.canvas.take_tool(self.toolbox.current)
        self._enable()

    def _show_hint(self, text: str) -> None:
        self.status.show_hint(text)
        for name, can in (("undo", self._can_undo()), ("redo", self._can_redo())):
            self.made[name].setEnabled(can)

    def _can_undo(self) -> bool:
        is_open = self.session.is_open
        return is_open and (bool(self.session.history.undo_notes) or self.toolbox.can_undo)

    def _can_redo(self) -> bool:
        is_open = self.session.is_open
        return is_open and (bool(self.session.history.redo_notes) or self.toolbox.can_redo)

    def _open_table(self, layer_id: str) -> None:
        self.table.show_layer(LayerId(layer_id))
        self.show_tab("属性表")

    def _show_source(self, layer_id: str) -> None:
        self.show_tab("出典")
        self.sources.show_layer(LayerId(layer_id))

    def _enable(self) -> None:
        is_open = self.session.is_open
        enable(
            self._table,
            self.made,
            {
                "project": is_open,
                "undo": self._can_undo(),
                "redo": self._can_redo(),
                "selection": is_open and self.selection.layer is not None,
                "scenarios": len(self.scenarios.known) > 1,
            },
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what lies over the map in its place."""
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self.banners.place()
            self.start.place()
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A project opens; data are added to the plan."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.commands.take_files(files)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved edits; the journal keeps them in any case."""
        if self.session.is_open and self.session.has_unsaved:
            answer = dialogs.ask_about_unsaved(self)
            if answer == "save":
                self.commands.save(then=self.close)
            if answer != "leave":
                event.ignore()
                return
            self.session.note_leaving()
        self.sketches.flush()
        self.session.let_go()
        self.compare.close_right()
        self.canvas.stop()
        event.accept()
