"""The window is on screen before anything heavy is imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import shapely

from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.lock import release_lock
from chiiki_gis.tasks.window import save_for_window

HEAVY = (
    "numpy", "geopandas", "pandas", "shapely", "pyproj", "pyogrio", "pyarrow", "fiona", "rasterio", "scipy",
    "folium", "pikepdf", "lxml", "openpyxl", "docx", "jinja2", "PIL",
    "PySide6.QtPrintSupport", "PySide6.QtSvg",
)  # fmt: skip


FIRST_PAINT = """
import json, sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from chiiki_gis import app

class Watch(QObject):
    shown = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False

def look(window):
    menus = [action.text() for action in window.menuBar().actions() if action.isVisible()]
    ready = window.isVisible() and window.made["open"].isEnabled()
    print(json.dumps({"shown": Watch.shown, "imported": list(sys.modules), "menus": menus, "ready": ready}))
    window.close()

program = QApplication([])
watch = Watch()
program.installEventFilter(watch)
sys.exit(app.run(first_paint=look))
"""


@pytest.fixture(scope="module")
def at_first_paint() -> dict[str, Any]:
    """What is so in a program of its own when its window has just been painted."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_no_geodata_library_is_imported_before_the_first_paint(at_first_paint: dict[str, Any]) -> None:
    assert [name for name in HEAVY if name in at_first_paint["imported"]] == []


def test_no_window_but_its_own_is_shown_at_start(at_first_paint: dict[str, Any]) -> None:
    """A part that shows itself before it stands in the window is one of its own for a moment."""
    assert at_first_paint["shown"] == ["MainWindow"]


def test_the_window_can_be_worked_with_from_its_first_paint(at_first_paint: dict[str, Any]) -> None:
    assert at_first_paint["ready"]
    assert {"プロジェクト", "図面・提出", "ヘルプ"} <= {
        re.sub(r"\(.*|&", "", m) for m in at_first_paint["menus"]
    }


def test_the_window_paints_itself_and_says_how_long_it_took() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CHIIKI_GIS_EXIT_AFTER_PAINT": "1"}
    code = "import sys; from chiiki_gis.app import run; sys.exit(run())"
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0
    milliseconds = [line for line in run.stderr.splitlines() if line.strip().isdigit()]
    assert 0 < int(milliseconds[-1]) < 10_000


SHOW_AND_LEAVE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from chiiki_gis import app

def look(window):
    timer = QTimer(window, interval=5)
    seen = []

    def see():
        if window.scene.layers and not window.session.is_open and not seen:
            seen.append(len(window.scene.layers))
        if window.session.path == Path(sys.argv[1]) and window.canvas.is_settled:
            timer.stop()
            print(*seen, len(window.scene.layers), flush=True)
            window.close()

    timer.timeout.connect(see)
    timer.start()

sys.exit(app.run(sys.argv[1], first_paint=look))
"""


def test_a_project_given_at_start_is_seen_before_it_is_open_and_then_opens(saved: Path) -> None:
    document = new_document(Header("a", (Municipality("20999", "試験市"),), 6676))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(0, 0, 300, 200)))
    save_for_window(snapshot(document), saved, None, os.getpid())
    release_lock(saved, os.getpid())
    done = subprocess.run(
        [sys.executable, "-c", SHOW_AND_LEAVE, str(saved)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["5", "5"]


FIT = """
import sys
from chiiki_gis import app

def look(window):
    print(window.width(), window.height(), flush=True)
    window.close()

sys.exit(app.run(first_paint=look))
"""


def test_on_a_small_screen_the_window_is_as_large_as_there_is_room() -> None:
    """Qt's own screen without a screen has 800 × 800 pixels."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", FIT], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert all(600 < int(side) <= 800 for side in done.stdout.split())
