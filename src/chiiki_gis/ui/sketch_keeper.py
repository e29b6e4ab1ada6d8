"""Keeps the sketch in the hand on disk while it is drawn, and puts back what an earlier run left."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.sketch import Sketch
from chiiki_gis.ui.tools.sketch_tool import SketchTool
from chiiki_gis.ui.tools.toolbox import Toolbox

if TYPE_CHECKING:
    from chiiki_gis.io.sketch_file import KeptSketch, LeftSketch

log = logging.getLogger(__name__)

LOOK_MS = 250
"""So often the hand is looked at: a vertex is on disk well within a second."""
RETRY_S = 5.0
_FLUSH_S = 2.0
_Write = Callable[[], None]


class SketchKeeper(QObject):
    """Looks at the tool in the hand; a thread of its own writes, so that no mouse move waits for the disk."""

    _refused = Signal(str)

    def __init__(self, session: Session, selection: Selection, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._session, self._selection, self._toolbox = session, selection, toolbox
        self._path: Path | None = None
        self._kept: tuple[Sketch, int] | None = None
        self._refused_at: float | None = None
        self._orders: queue.SimpleQueue[tuple[Path, _Write] | threading.Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._refused.connect(self._tell)
        session.opened.connect(self._begin)
        session.saved_state.connect(lambda _text: self.look())  # an edit may have been the end of the sketch

    def look(self) -> None:
        """Have the sketch written where it has changed, and taken away where there is none any more."""
        self._follow_plan()
        tool = self._toolbox.working
        drawn = tool.sketch if isinstance(tool, SketchTool) and tool.is_drawing else None
        if self._path is None:
            return
        if drawn is None:
            if self._kept is not None:
                self._kept, self._refused_at = None, None
                self._forget(self._path)
            return
        waited = self._refused_at is not None and time.monotonic() - self._refused_at > RETRY_S
        if self._kept is None or self._kept[0] is not drawn or self._kept[1] != drawn.version or waited:
            self._kept = (drawn, drawn.version)
            if waited:
                self._refused_at = time.monotonic()
            self._write(self._path, self._as_kept(tool.id, drawn))

    def flush(self) -> None:
        """Return when all that was drawn is on disk; it waits 2 s at most."""
        self.look()
        done = threading.Event()
        if self._thread is not None:
            self._orders.put(done)
            done.wait(_FLUSH_S)

    def restore(self, left: tuple[LeftSketch, ...]) -> None:
        """Put sketches into their tools, the newest into the hand; 元に戻す brings the others."""
        from chiiki_gis.io.sketch_file import forget_sketch

        for one in left:
            if self._take(one.sketch):
                self.flush()
                forget_sketch(one.path)

    def _take(self, kept: KeptSketch) -> bool:
        tool = self._toolbox.sketches.get(kept.tool)
        if tool is None:
            return False
        if tool is self._toolbox.working:
            tool.stop()  # what is in the hand can be brought back
        layers = {layer.id: layer for layer in self._session.document.layers}
        layer = layers.get(LayerId(kept.layer or ""))
        if layer is not None and layer.is_plan:
            there = set(map(int, layer.rows.index))
            self._selection.pick(layer.id, tuple(Fid(fid) for fid in kept.fids if fid in there))
        if kept.tool == "draw_site":
            self._toolbox.draw_site()
        else:
            self._toolbox.choose(kept.tool)
        if self._toolbox.working is not tool:
            return False  # its layer is locked: the toolbox has said so
        tool.restore(Sketch(list(kept.vertices), list(kept.taken_back), list(kept.steps)))
        return True

    def _begin(self) -> None:
        """Another plan is open. What was drawn in the one before stays on disk, to be offered there."""
        self._kept, self._path = None, None
        self._follow_plan()
        self._timer.start()

    def _follow_plan(self) -> None:
        """The sketch lies where the plan's journal does; saving under another name moves both."""
        from chiiki_gis.io.sketch_file import sketch_path

        session = self._session
        if not session.is_open:
            return
        path = sketch_path(session.document.header.uuid, session.path, session.read_only is None)
        if path == self._path:
            return
        if self._path is not None and self._kept is not None:
            self._forget(self._path)
            self._kept = None
        self._path = path

    def _as_kept(self, tool_id: str, drawn: Sketch) -> KeptSketch:
        from chiiki_gis.io.sketch_file import KeptSketch

        layer, fids = self._selection.layer, self._selection.fids
        return KeptSketch(
            tool_id, tuple(drawn.vertices), tuple(drawn.steps), tuple(drawn.taken_back), layer, tuple(fids)
        )

    def _write(self, path: Path, kept: KeptSketch) -> None:
        from chiiki_gis.io.sketch_file import put_sketch, sketch_text

        # The text is made here: a thread that makes many objects may have Python clear away dead widgets.
        text = sketch_text(kept, self._session.path, self._session.document.header.title)
        self._order(path, lambda: put_sketch(path, text))

    def _forget(self, path: Path) -> None:
        from chiiki_gis.io.sketch_file import forget_sketch

        self._order(path, lambda: forget_sketch(path))

    def _order(self, path: Path, write: _Write) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sketch", daemon=True)
            self._thread.start()
        self._orders.put((path, write))

    def _work(self) -> None:
        """The writing thread: orders one by one, in their order."""
        while True:
            order = self._orders.get()
            if isinstance(order, threading.Event):
                order.set()
                continue
            path, write = order
            try:
                write()
            except OSError:
                log.exception("the sketch could not be written")
                self._refused.emit(str(path))

    def _tell(self, path: str) -> None:
        """Say once that the disk refuses; it is tried again."""
        if self._refused_at is None and path == str(self._path):
            self._session.tell(
                Notice(
                    "描いている図形の控えを書けませんでした。",
                    "ディスクの空きがないか、書き込みが許されていません。",
                    "図形は画面に残っています。描き終えて「保存」を押してください。",
                    "error",
                )
            )
            self._refused_at = time.monotonic()
