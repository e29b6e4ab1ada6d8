"""The window is on screen before anything heavy is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import shapely

from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.lock import release_lock
from chiiki_gis.tasks.window import save_for_window

HEAVY = (
    "geopandas",
    "pandas",
    "shapely",
    "pyproj",
    "pyogrio",
    "fiona",
    "rasterio",
    "scipy",
    "folium",
    "pikepdf",
)


def test_no_geodata_library_is_imported_before_the_first_paint() -> None:
    code = f"import sys, chiiki_gis.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


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
