"""The window is on screen before anything heavy is imported."""

from __future__ import annotations

import os
import subprocess
import sys

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
