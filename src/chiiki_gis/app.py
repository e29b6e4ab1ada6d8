"""Starts Qt and the window. Nothing heavy is imported before the first paint."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from chiiki_gis import paths
from chiiki_gis.core.jobs import Glimpse
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.process import began_at
from chiiki_gis.ui import errors, theme, work
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.jobs import Workers
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.ports import JournalLike
from chiiki_gis.ui.session import Session

log = logging.getLogger(__name__)

EXIT_AFTER_PAINT = "CHIIKI_GIS_EXIT_AFTER_PAINT"
"""Set to 1 by the benchmark: print the milliseconds to the first paint on stderr and end."""

SWITCH_SECONDS = 0.001
"""Qt paints with the interpreter's lock held; a short interval lets the mouse in between two strokes."""


MOST_FIRST_LOOK_MS = 2000
"""A project's map that takes longer does not hold up its opening."""


class _FirstLook(QObject):
    """Finds what a project's map showed last, and imports what painting takes, while the window is made."""

    _found = Signal()

    def __init__(self, project: Path) -> None:
        super().__init__()
        self.project = project
        self.seen: tuple[Glimpse, ...] = ()
        self._is_found = False
        self._told: Callable[[], object] = bool
        self._found.connect(self._take, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._look, name="first look", daemon=True).start()

    def tell(self, call: Callable[[], object]) -> None:
        """Call a function on this thread once it is known what there is to see, or now."""
        if self._is_found:
            call()
        self._told = call

    def _take(self) -> None:
        self._is_found = True
        self._told()

    def _look(self) -> None:
        from chiiki_gis.io.first_look import first_look

        try:
            importlib.import_module("chiiki_gis.render.paint")
            self.seen = first_look(self.project, paths.cache_folder())
        finally:
            self._found.emit()


def run(
    project: str | Path | None = None,
    *,
    sample: bool = False,
    first_paint: Callable[[MainWindow], object] | None = None,
) -> int:
    """Show the window and stay until it is closed; returns the exit code.

    project      opened after the first paint
    sample       opens the sample plan instead
    first_paint  called once, when the window has been painted
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("the Qt application has no widgets")
    app.setApplicationName("地域GIS")
    theme.dress(app)
    errors.install()
    workers = Workers()
    look = _FirstLook(Path(project)) if project is not None else None
    if look is not None:
        workers.start("import")  # it makes itself ready while the window is painted
    session = Session(workers, _open_journal)
    window = MainWindow(session)
    _connect(workers, window)

    def begin() -> None:
        window.canvas.painted.disconnect(begin)
        milliseconds = first_paint_ms()
        log.debug("first paint after %.0f ms", milliseconds)
        if os.environ.get(EXIT_AFTER_PAINT) == "1":
            sys.stderr.write(f"{milliseconds:.0f}\n")
            QTimer.singleShot(0, app.quit)
            return
        QTimer.singleShot(0, lambda: _continue(window, look, sample))
        if first_paint is not None:
            first_paint(window)

    window.canvas.painted.connect(begin)
    _show(window)
    code = app.exec()
    window.canvas.stop()
    workers.stop()
    return code


def _show(window: MainWindow) -> None:
    """Show the window, as large as there is room on a screen that is smaller than it (1366 × 768, say)."""
    room = window.screen().availableSize()
    if window.width() <= room.width() and window.height() <= room.height():
        window.show()
    else:
        window.resize(window.size().boundedTo(room))
        window.showMaximized()


def first_paint_ms() -> float:
    """Milliseconds since the system started this process; since Python began where it does not tell."""
    began = began_at(os.getpid())
    return (time.time() - (_IMPORTED if began is None else began)) * 1000


_IMPORTED = time.time()


def _continue(window: MainWindow, look: _FirstLook | None, sample: bool) -> None:
    """After the first paint: what the map showed last, helper processes, the geodata library, the plan.

    Importing what reading the plan takes would hold up the first picture.
    """
    workers = window.session.workers
    if look is not None:
        _show_first_look(window, look)
        return
    if isinstance(workers, Workers):
        workers.start()
    _import_geodata_library()
    if sample:
        work.open_sample(window.session)
    else:
        window.start.refresh()


def _show_first_look(window: MainWindow, look: _FirstLook) -> None:
    """Show what a project's map showed last, and open the project when that is painted."""
    session = window.session

    def show() -> None:
        session.glimpse(look.seen)
        if look.seen:
            _once_settled(window.canvas, open_project)
        else:
            open_project()

    def open_project() -> None:
        _import_geodata_library()
        work.open_project(session, look.project)

    look.tell(show)


def _once_settled(canvas: Canvas, then: Callable[[], object]) -> None:
    """Call a function when the map is finished, or after some time where it takes long."""
    limit = QTimer(canvas, singleShot=True, interval=MOST_FIRST_LOOK_MS)

    def see() -> None:
        if canvas.is_settled or not limit.isActive():
            canvas.painted.disconnect(see)
            limit.stop()
            QTimer.singleShot(0, then)

    canvas.painted.connect(see)
    limit.timeout.connect(see)
    limit.start()


def _import_geodata_library() -> None:
    threading.Thread(target=importlib.import_module, args=("geopandas",), daemon=True).start()


def _connect(workers: Workers, window: MainWindow) -> None:
    workers.busy.connect(window.status.show_busy)
    workers.idle.connect(window.status.show_idle)
    workers.restarted.connect(lambda text: window.session.tell(Notice(text, level="warning")))


def _open_journal(base: Snapshot, project: Path | None, revision: int, shared: bool) -> JournalLike:
    from chiiki_gis.io.journal import Journal

    return Journal(base, project, revision, shared)
