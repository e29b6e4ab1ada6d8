"""What the actions do: they ask the user where something is needed, then hand over to the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.io.journal import Orphan
from chiiki_gis.ui import dialogs, export_dialog, finding_work, import_work, recovery, work
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.house_windows import HouseWindows, bring
from chiiki_gis.ui.manual import ManualWindow
from chiiki_gis.ui.map_pick import MapPick
from chiiki_gis.ui.new_project_dialog import NewProjectDialog
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.print_dialog import print_sheets
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.simplify_dialog import SimplifyDialog
from chiiki_gis.ui.tools.tool import Point
from chiiki_gis.ui.tools.toolbox import Toolbox
from chiiki_gis.ui.typed_vertices import ask_vertices
from chiiki_gis.ui.under_cursor import Hit, features_at, ground_at

if TYPE_CHECKING:
    from chiiki_gis.ui.plan_window import PlanWindow
    from chiiki_gis.ui.rules_window import RulesWindow
    from chiiki_gis.ui.style_dialog import StyleDialog

PROJECT_FILTER = "地域GISのプロジェクト (*.gpkg)"


class Commands(QObject):
    """One method per action. Holds no state of its own but what the window is made of."""

    def __init__(
        self, window: QWidget, session: Session, selection: Selection, scene: Scene, canvas: Canvas
    ) -> None:
        super().__init__(window)
        self._window = window
        self.session, self.selection, self.scene, self.canvas = session, selection, scene, canvas
        self.toolbox = Toolbox(session, selection, canvas, self, lambda: scene.layers, scene.shapes)
        self.files = Files(window)
        self._style_dialog: StyleDialog | None = None
        self._manual: ManualWindow | None = None
        self._plan_window: PlanWindow | None = None
        self.picker = MapPick(canvas)
        self.houses = HouseWindows(window, session, self.picker, self.zoom_to_house, self.settings)
        self._rules_window: RulesWindow | None = None
        self.show_hits: Callable[[list[Hit]], object] = lambda _hits: None
        self.take_packages: Callable[[tuple[Path, ...]], object] = lambda _packages: None
        self.show_identified: Callable[[list[Hit], float | None], object] = lambda _hits, _ground: None
        session.discard_asked.connect(self.discard_left_over)
        session.opened.connect(self._forget_windows)

    # Project

    def new(self) -> None:
        """新規."""
        dialog = NewProjectDialog(self._window, partial(work.list_municipalities, self.session))
        if dialog.exec():
            codes, boundaries = dialog.code_list, dialog.boundaries
            self.leave_project(lambda: work.new_project(self.session, codes, boundaries, self.save_as))

    def open(self) -> None:
        """開く."""
        from chiiki_gis.io.format_table import dialog_filter

        path = self.files.open_one("開く", f"{PROJECT_FILTER};;{dialog_filter()}")
        if path is not None:
            self.take_files([path])

    def open_recent(self, path: Path) -> None:
        """最近使った計画."""
        self.leave_project(lambda: work.open_project(self.session, path))

    def recover(self, orphan: Orphan) -> None:
        """Open the plan that an earlier run left with unsaved edits; they are then offered."""
        if orphan.project is not None and orphan.project.is_file():
            self.open_recent(orphan.project)
        else:
            self.leave_project(lambda: work.recover(self.session, orphan.path))

    def open_sample(self) -> None:
        """見本の計画."""
        self.leave_project(lambda: work.open_sample(self.session))

    def save(self, then: Callable[[], object] | None = None) -> None:
        """保存. What comes `then` is done when the file is written; nothing where that fails."""
        if self.session.path is None or self.session.read_only is not None:
            self.save_as(then)
        else:
            self._save(self.session.path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """名前を付けて保存."""
        name = f"{self.session.document.header.title}_特定居住促進計画.gpkg"
        path = self.files.save("名前を付けて保存", PROJECT_FILTER, self.session.path or name, "gpkg")
        if path is not None:
            self._save(path, then)

    def _save(self, path: Path, then: Callable[[], object] | None) -> None:
        later = None if then is None else partial(QTimer.singleShot, 0, then)
        work.save(self.session, path, later, partial(self.save_as, then))

    def import_data(self) -> None:
        """データを追加."""
        from chiiki_gis.io.format_table import dialog_filter

        found = self.files.open_many("データを追加", dialog_filter(), of_data=True)
        if found:
            self._import(tuple(found))

    def import_packs(self) -> None:
        """データパックから追加."""
        from chiiki_gis.ui.datapack_dialog import add_from_packs

        add_from_packs(self._window, self.session, self.files, self._import)

    def _import(self, files: tuple[Path, ...]) -> None:
        import_work.add_files(
            self._window,
            self.session,
            lambda: self.scene.layers,
            files,
            self.canvas.view.metres_per_px,
            self.place_scan,
        )

    def take_files(self, files: list[Path]) -> None:
        """Files were dropped or chosen: a project opens, data are added to the plan."""
        from chiiki_gis.io.project import is_project
        from chiiki_gis.io.submission import packages_for

        projects = [path for path in files if is_project(path)]
        if projects:
            self.leave_project(lambda: work.open_project(self.session, projects[0]))
        elif self.session.is_open:
            packages = packages_for(self.session.document.header, files)
            if packages:
                self.take_packages(packages)
            if rest := tuple(path for path in files if path not in packages):
                self._import(rest)
        else:
            self.session.tell(
                Notice(
                    "データを追加できませんでした。",
                    "計画がまだ開かれていません。",
                    "先に「新規」で計画をつくるか、「開く」でプロジェクトを開いてください。",
                    "warning",
                )
            )

    def leave_project(self, then: Callable[[], object]) -> None:
        """Ask about unsaved edits, and go on unless the user stays."""
        if not (self.session.is_open and self.session.has_unsaved):
            then()
            return
        answer = dialogs.ask_about_unsaved(self._window)
        if answer == "leave":
            self.session.note_leaving()
            then()
        elif answer == "save":
            self.save(partial(self.leave_project, then))  # asks again about edits made while it was written

    def discard_left_over(self) -> None:
        """破棄する: throw away what an earlier run left, once the planner has said so twice."""
        if dialogs.ask_about_discarding(self._window):
            recovery.discard(self.session)
        else:
            recovery.offer(self.session)

    # Edit

    def undo(self) -> None:
        """元に戻す: first the vertex in the hand, then the plan."""
        if not self.toolbox.undo():
            self.session.undo()

    def redo(self) -> None:
        """やり直す."""
        if not self.toolbox.redo():
            self.session.redo()

    def delete(self) -> None:
        """削除: the last vertex while drawing, else what is selected."""
        working = self.toolbox.working
        if not working.delete() and working.id != "select":
            self.toolbox.tools["select"].delete()

    def select_all(self) -> None:
        """全選択: every feature of the layer that is selected, else all facilities."""
        layer_id = self.selection.layer or LayerId(Role.FACILITY.value)
        layer = self.session.document.layer(layer_id)
        if layer.is_plan and not layer.is_locked:
            self.selection.pick(layer_id, tuple(Fid(int(fid)) for fid in self.session.rows(layer.role).index))

    def facts(self, page: str = "") -> None:
        """計画の事実と手続: a window beside the map."""
        from chiiki_gis.ui.plan_window import PlanWindow

        if self._plan_window is None:
            self._plan_window = PlanWindow(self._window, self.session, self.save)
        self._plan_window.show_page(page)
        bring(self._plan_window)

    def zoom_to_house(self, layer_id: LayerId, fid: Fid) -> None:
        """Show one vacant house."""
        self.selection.pick(layer_id, (fid,))
        self._zoom(layer_id, (fid,))

    def choose_scan(self) -> None:
        """図面の位置合わせ."""
        path = self.files.open_one("位置を合わせる画像を選ぶ", "画像 (*.tif *.tiff *.png *.jpg *.jpeg)")
        if path is not None:
            self.place_scan(path)

    def place_scan(self, path: Path) -> None:
        """Put a scanned plan on the ground, in a window beside the map."""
        from chiiki_gis.ui.scan_window import ScanWindow

        bring(ScanWindow(self._window, self.session, self.canvas, self.picker, path))

    def settings(self) -> None:
        """設定."""
        from chiiki_gis.ui.settings_dialog import SettingsDialog

        SettingsDialog(self._window).exec()

    def rules(self) -> None:
        """規則の一覧: a window of its own; a change of a rule asks for a new check."""
        from chiiki_gis.ui.rules_window import RulesWindow

        if self._rules_window is None:
            self._rules_window = RulesWindow(self._window, self.session.check_now)
        else:
            self._rules_window.refresh()
        bring(self._rules_window)

    def _forget_windows(self) -> None:
        """Another plan is open: what was typed or shown for the one before must not stay."""
        if self._plan_window is not None:
            self._plan_window.let_go()
        self._plan_window = None

    def type_vertices(self) -> None:
        """座標で頂点を置く."""
        ask_vertices(self._window, self.session, self.toolbox)

    def simplify(self) -> None:
        """区域を単純化: a dialog beside the map."""
        found = self.toolbox.areas.target()
        if found is not None:
            SimplifyDialog(self._window, self.session, self.canvas, *found).show()

    # View

    def full_extent(self) -> None:
        """全域表示."""
        bounds = self.scene.everything()
        if bounds is not None:
            self.canvas.fit(bounds)

    def home(self) -> None:
        """計画の範囲を表示."""
        bounds = self.scene.home()
        if bounds is not None:
            self.canvas.fit(bounds)

    def reload(self) -> None:
        """再読み込み: draw the map again and check again."""
        self.scene.refresh()
        self.session.check_now()

    def zoom_to_selection(self) -> None:
        """選択部分にズーム."""
        if self.selection.layer is not None:
            self._zoom(self.selection.layer, self.selection.fids)

    def zoom_to_layer(self, layer_id: str) -> None:
        """レイヤの領域にズーム."""
        bounds = self.scene.bounds(self.session.document.layer(LayerId(layer_id)))
        if bounds is not None:
            self.canvas.fit(bounds)

    def zoom_to_hit(self, layer: Layer, fid: Fid) -> None:
        """Show one reference feature."""
        self.selection.pick(layer.id, (fid,))
        self._zoom(layer.id, (fid,))

    def zoom_to_finding(self, finding: Finding) -> None:
        """Show what a finding speaks of."""
        self.pick_finding(finding)
        if finding.layer is not None and finding.fids:
            self._zoom(finding.layer, finding.fids)

    def pick_finding(self, finding: Finding) -> None:
        """Select what a finding speaks of."""
        if finding.layer is not None and finding.fids:
            self.selection.pick(finding.layer, finding.fids)

    def style_layer(self, layer_id: str) -> None:
        """スタイル: one dialog beside the map; asking for another layer takes back what was tried."""
        from chiiki_gis.ui.style_dialog import StyleDialog  # numpy comes with it

        if self._style_dialog is not None:
            self._style_dialog.reject()
        self._style_dialog = StyleDialog(self._window, self.session, self.scene, LayerId(layer_id))
        self._style_dialog.finished.connect(self._forget_style_dialog)
        self._style_dialog.show()

    def _forget_style_dialog(self) -> None:
        if self._style_dialog is not None:
            self._style_dialog.deleteLater()
        self._style_dialog = None

    def _zoom(self, layer_id: LayerId, fids: tuple[Fid, ...]) -> None:
        bounds = self.scene.selected_bounds(layer_id, fids)
        if bounds is not None:
            self.canvas.fit(bounds, closest=0.5)

    # Map picking (tools.select.Picker)

    def plan_hits(self, at: Point, reach_m: float) -> list[tuple[LayerId, Fid]]:
        """Plan features at a place."""
        return self.scene.plan_hits(at, reach_m)

    def show_reference(self, at: Point, reach_m: float) -> None:
        """Show what reference layers say at a place."""
        hits = features_at(self.scene.layers, at, reach_m)
        self.show_hits([(layer, fid) for layer, fid in hits if not layer.is_plan])

    def identify(self, at: Point, reach_m: float) -> None:
        """List the features of all layers at a place."""
        if self.session.is_open:
            layers = self.scene.layers
            self.show_identified(features_at(layers, at, reach_m), ground_at(layers, at))

    # What leaves

    def compute_access(self) -> None:
        """アクセスを計算."""
        work.compute_access(self.session)

    def export(self, fmt: str) -> None:
        """書き出し; while errors are open only with a written reason."""
        export_dialog.leave(self._window, self.session, self.files, fmt)

    def report_check(self) -> None:
        """検査の報告書."""
        finding_work.ask_report(self.session, self.files, "xlsx")

    def report_check_pdf(self) -> None:
        """検査の報告書 as PDF."""
        finding_work.ask_report(self.session, self.files, "pdf")

    def report_houses(self) -> None:
        """空き家集計."""
        finding_work.ask_report(self.session, self.files, "pdf", "house_report")

    def choose_format(self) -> None:
        """形式を選んで書き出す: a small menu where the mouse is."""
        menu = QMenu(self._window)
        for fmt, word in work.FORMAT_WORDS.items():
            menu.addAction(f"{word}...", partial(self.export, fmt))
        menu.exec(QCursor.pos())

    def print(self) -> None:
        """図面."""
        print_sheets(self._window, self.session, self.canvas.view.center, self.files)

    def manual(self) -> None:
        """使い方."""
        if self._manual is None:
            self._manual = ManualWindow(self._window)
        bring(self._manual)

    def about(self) -> None:
        """この版について."""
        from chiiki_gis import __version__

        QMessageBox.about(
            self._window,
            "地域GIS",
            f"地域GIS {__version__}\n\n"
            "特定居住促進計画の地図をつくるためのソフトです。\nインターネットには接続しません。",
        )
