"""The hand that is killed (benchmarks.crash): a session that edits, draws, undoes and saves for ever."""

from __future__ import annotations

import os
import random
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chiiki_gis import paths

paths.clean_environment()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from chiiki_gis.core.change import Change  # noqa: E402  # after the environment is clean
from chiiki_gis.core.edits import add_facility, drop_features, set_values  # noqa: E402
from chiiki_gis.core.layer import Fid, LayerId  # noqa: E402
from chiiki_gis.core.progress import Quiet  # noqa: E402
from chiiki_gis.core.role import Role  # noqa: E402
from chiiki_gis.io.journal import Journal  # noqa: E402
from chiiki_gis.ui import recovery  # noqa: E402
from chiiki_gis.ui import work as jobs  # noqa: E402
from chiiki_gis.ui.selection import Selection  # noqa: E402
from chiiki_gis.ui.session import Session  # noqa: E402
from chiiki_gis.ui.sketch_keeper import LOOK_MS, SketchKeeper  # noqa: E402
from chiiki_gis.ui.tools.toolbox import Toolbox  # noqa: E402
from chiiki_gis.worker import WarmFrames, perform  # noqa: E402

COUNT = "period"
"""The fact that counts the edits: an edit's number goes into the plan together with the edit."""
FACILITY = LayerId(Role.FACILITY.value)
TOOL = "draw_promotion"
STEPS = (*("edit",) * 12, *("vertex",) * 4, *("undo",) * 2, *("pause",) * 2, "save")
MOST_FACILITIES = 40


class _Here:
    """The helpers' jobs, done in this process: a kill in the middle of a save is one in the middle of it."""

    def submit(self, job: str, *args: Any, on_done: Any, **_options: Any) -> None:
        """Do a job at once. Nobody asks for verdicts."""
        if job not in ("check", "live", "left_picture"):
            progress: Any = Quiet()
            on_done(perform(job, args, progress, WarmFrames()))


class _Hand:
    """One child's work."""

    def __init__(self, tell: Connection, project: Path, number: int, seed: int) -> None:
        self.chance, self.number = random.Random(seed), number
        self.project, self._tell = project, tell
        here: Any = _Here()
        self.session = Session(here, Journal)
        surface: Any = SimpleNamespace(
            view=None, refresh=lambda: None, say=lambda _text: None, leave_tool=lambda: None
        )
        selection, picker = Selection(), SimpleNamespace(identify=None)
        self.toolbox = Toolbox(self.session, selection, surface, picker, tuple, lambda _layer: None)  # type: ignore[arg-type]
        self.keeper = SketchKeeper(self.session, selection, self.toolbox)
        self.session.sketches_left.connect(self.keeper.restore)

    def tell(self, kind: str, value: object = None) -> None:
        self._tell.send((kind, value))

    def begin(self, least: int) -> None:
        """Open, restore what was left, and see that nothing is missing."""
        jobs.open_project(self.session, self.project)
        was_there = max((len(s.sketch.vertices) for s in self.session.records.left_sketches), default=0)
        if self.session.left_over or was_there:
            recovery.restore(self.session)
        if self.count < least:
            self.tell("trouble", f"restoring came to edit {self.count}, {least} was there")
        if self.drawn < was_there:
            self.tell("trouble", f"restoring came to {self.drawn} vertices, {was_there} were there")
        if self.drawn:
            self.tell("vertex", self.drawn)

    @property
    def count(self) -> int:
        return int(str(self.session.document.facts.get(COUNT, "0")))

    @property
    def drawn(self) -> int:
        return len(self.toolbox.sketches[TOOL].sketch.vertices)

    def apply(self, change: Change) -> None:
        self.session.apply(replace(change, facts={COUNT: str(self.number)}))
        self.tell("edit", self.number)
        self.number += 1

    def edit(self) -> None:
        import shapely

        document = self.session.document
        fids = [int(fid) for fid in document.plan(Role.FACILITY).index]
        if not fids or (len(fids) < MOST_FACILITIES and self.chance.random() < 0.5):
            at = shapely.Point(self.chance.uniform(0, 9_000), self.chance.uniform(0, 9_000))
            self.apply(add_facility(document, "coworking", at))
            return
        fid = Fid(self.chance.choice(fids))
        if self.chance.random() < 0.3:
            self.apply(drop_features(FACILITY, (fid,)))
        else:
            self.apply(set_values(document, FACILITY, fid, {"name": f"施設{self.number}"}, "名称を直す"))

    def undo(self) -> None:
        """Take an edit back, and do another: the numbers in the plan grow."""
        undo, _ = self.session.history.stacks
        if undo and self.count:
            step = undo[-1] if isinstance(undo[-1], Change) else undo[-1].get()
            self.tell("undoing", int(str(step.facts.get(COUNT) or 0)))
            self.session.undo()
            self.edit()

    def vertex(self) -> None:
        """Draw one more vertex; an area of many is given up, so that it goes from the disk."""
        if self.drawn > 60:
            self.tell("finishing")
            self.toolbox.choose("select")
            self.keeper.look()
            return
        self.toolbox.choose(TOOL)
        self.toolbox.sketches[TOOL].put([(float(self.drawn), self.chance.uniform(0, 99))])
        self.tell("vertex", self.drawn)

    def save(self) -> None:
        """Save. Here it holds up the timers, which it does not in the window: so they run before."""
        self.wait(2 * LOOK_MS)
        self.tell("saving")
        jobs.save(self.session, self.project)
        self.tell("saved")

    def pause(self) -> None:
        """Let the window's timers run, as they do between two gestures."""
        self.wait(self.chance.randrange(1, 150))

    def wait(self, milliseconds: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()


def work(tell: Connection, project: Path, least: int, number: int, seed: int) -> None:
    """Open the project, restore, and edit until killed. Bugs are told, not swallowed."""
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    try:
        hand = _Hand(tell, project, number, seed)
        hand.tell("begun")
        hand.begin(least)
        hand.tell("ready")
        while True:
            getattr(hand, hand.chance.choice(STEPS))()
            application.processEvents()
    except Exception:  # the parent counts it
        tell.send(("trouble", traceback.format_exc()))
        raise
