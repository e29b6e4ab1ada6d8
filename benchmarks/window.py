"""A real window, driven and timed: window.py SCENE ARGUMENT …  Prints one JSON object of ms and MB.

    open PROJECT TINY LAYERS
                        from process start to the finished picture of a project; then from the request, with
                        the program running; then 10 s of panning, clicks, and the window's peak memory
    hand PROJECT LAYERS a sketch and an area of 5,000 vertices over a project: moves, edits, undo
    load TINY FILE …    files dropped on a running window: the first features, the whole raw picture, the end
    save PROJECT        edits and saves of a project of its own: the longest time the window did not answer

The platform is the caller's (QT_QPA_PLATFORM). TINY is any small project.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QTimer

from chiiki_gis import paths

paths.clean_environment()

from benchmarks.hand_scene import hand_scene  # noqa: E402
from benchmarks.save_rows import renamed  # noqa: E402
from chiiki_gis import app  # noqa: E402  # after the environment is clean
from chiiki_gis.ui import work  # noqa: E402
from chiiki_gis.ui.main_window import MainWindow  # noqa: E402

TICK_MS = 16
PAN_SECONDS = 10.0
SAVES = 3
MOST_SECONDS = 300.0
"""Three saves of a prefecture, each with its check and generation, take two minutes on a busy machine."""
Figures = dict[str, float]
Steps = Generator[bool, None, None]
"""A scene: yields whether it may go on at the next tick."""


class Ticks:
    """A timer of 16 ms: how late its ticks come is how long the window could not answer."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = 0.0

    def mark(self) -> None:
        """A tick."""
        now = time.perf_counter()
        if self._last:
            self.gaps.append((now - self._last) * 1000)
        self._last = now

    def restart(self) -> None:
        """Forget the ticks so far."""
        self.gaps.clear()
        self._last = 0.0


def open_scene(window: MainWindow, figures: Figures, ticks: Ticks, words: list[str]) -> Steps:
    """Process start to picture, request to picture, panning, clicks."""
    project, tiny = Path(words[0]), Path(words[1])
    while not window.canvas.is_settled or len(window.scene.layers) < int(words[2]):
        yield False
    figures["exec"] = app.first_paint_ms()
    yield from _settled(window, project)
    figures["ready"] = app.first_paint_ms()
    yield from _quiet(window)
    work.open_project(window.session, tiny)
    yield from _settled(window, tiny)
    yield from _quiet(window)
    ticks.restart()
    began = time.perf_counter()
    work.open_project(window.session, project)
    yield from _settled(window, project)
    figures["open"] = (time.perf_counter() - began) * 1000
    yield from _quiet(window)
    figures["gap"] = max(ticks.gaps)
    ticks.restart()
    until = time.perf_counter() + PAN_SECONDS
    step = 0
    while time.perf_counter() < until:
        step += 1
        window.canvas.show_view(window.canvas.view.moved(6 if step % 200 < 100 else -6, 2 - step % 5))
        yield False
    ordered = sorted(ticks.gaps)
    figures["pan_p99"], figures["pan_max"] = ordered[int(len(ordered) * 0.99)], ordered[-1]
    figures["identify"] = _click_ms(window)
    figures["memory"] = _peak_mb()


def load_scene(window: MainWindow, figures: Figures, ticks: Ticks, words: list[str]) -> Steps:
    """Files dropped on a small plan."""
    tiny, files = Path(words[0]), tuple(Path(word) for word in words[1:])
    work.open_project(window.session, tiny)
    yield from _settled(window, tiny)
    yield from _quiet(window)
    extent = window.scene.home()
    ticks.restart()
    seen = len(window.session.glimpses)
    began = time.perf_counter()
    before = len(window.scene.layers)
    work.import_files(window.session, files, metres=window.canvas.view.metres_per_px)
    while len(window.scene.layers) == before:
        yield False
    figures["first"] = (time.perf_counter() - began) * 1000
    while len(window.session.document.layers) < before + len(files):
        if len(window.session.glimpses) > seen and window.canvas.is_settled:  # all that is known is painted
            seen = len(window.session.glimpses)
            figures["preview"] = (time.perf_counter() - began) * 1000
        yield False
    yield from _quiet(window)
    figures["done"] = (time.perf_counter() - began) * 1000
    figures["gap"] = max(ticks.gaps)
    figures["memory"] = _peak_mb()
    assert extent is not None


def save_scene(window: MainWindow, figures: Figures, ticks: Ticks, words: list[str]) -> Steps:
    """Some saves after an edit each, with the generation that is kept behind each of them."""
    project, session = Path(words[0]), window.session
    yield from _settled(window, project)
    yield from _quiet(window)
    gaps, times = [], []
    for turn in range(SAVES):
        session.apply(renamed(session.document, turn))
        yield from _quiet(window)
        ticks.restart()
        kept: list[bool] = []
        session.generation_kept.connect(lambda kept=kept: kept.append(True))
        began = time.perf_counter()
        work.save(session, project)
        while session.has_unsaved:
            yield False
        times.append((time.perf_counter() - began) * 1000)
        while not kept:
            yield False
        gaps.append(max(ticks.gaps))
    figures["saved"], figures["gap"] = statistics.median(times), max(gaps)


def hand(window: MainWindow, figures: Figures, _ticks: Ticks, words: list[str]) -> Steps:
    """Drawing, moving, editing and undo."""
    yield from hand_scene(window, figures, words)


def _settled(window: MainWindow, project: Path) -> Steps:
    """Until the project is open and its picture finished."""
    while window.session.path != project or not window.canvas.is_settled:
        yield False


def _quiet(window: MainWindow) -> Steps:
    """Until the helpers have nothing left to do, and a second more."""
    until = time.perf_counter() + 1.0
    while time.perf_counter() < until or not window.session.is_checked:
        yield False


def _click_ms(window: MainWindow) -> float:
    """What lies at a place in all layers, with the attributes of the topmost: the median of 200 places."""
    from chiiki_gis.ui.under_cursor import features_at, values_of

    rng = random.Random(7)
    west, south, east, north = window.canvas.view.extent
    times = []
    for _ in range(200):
        at = (rng.uniform(west, east), rng.uniform(south, north))
        began = time.perf_counter()
        for layer, fid in features_at(window.scene.layers, at, window.canvas.metres(4))[:1]:
            values_of(layer, fid)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main(words: list[str]) -> int:
    """Run one scene."""
    figures: Figures = {}
    ticks = Ticks()
    timer = QTimer()
    timer.setInterval(TICK_MS)
    started = time.perf_counter()

    def begin(window: MainWindow) -> None:
        scenes = {"open": open_scene, "load": load_scene, "hand": hand, "save": save_scene}
        scene = scenes[words[0]](window, figures, ticks, words[1:])

        def tick() -> None:
            ticks.mark()
            if time.perf_counter() - started > MOST_SECONDS:
                figures["timeout"] = 1.0
            elif next(scene, True) is False:
                return
            timer.stop()
            print(json.dumps(figures), flush=True)
            window.canvas.stop()
            window.session.workers.stop()  # type: ignore[attr-defined]  # the real Workers
            os._exit(0)  # closing would ask about the edits of the scene

        timer.timeout.connect(tick)
        timer.start()

    project = Path(words[1]) if words[0] in ("open", "hand", "save") else None
    return app.run(project, first_paint=begin)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
