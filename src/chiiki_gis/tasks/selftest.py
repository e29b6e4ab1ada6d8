"""Does the program work on this machine? Versions, drivers, fonts, round trips, a painted window, sockets."""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chiiki_gis import __version__, paths
from chiiki_gis.tasks.round_trips import round_trips

LIBRARIES = (
    "PySide6-Essentials", "geopandas", "shapely", "pyproj", "pyogrio", "fiona", "rasterio", "numpy", "pandas",
    "scipy", "folium", "pikepdf", "XStatic-Leaflet",
)  # fmt: skip
DRIVERS = ("GPKG", "ESRI Shapefile", "GeoJSON")
RASTER_DRIVERS = ("GTiff", "PNG", "JPEG", "MBTiles")
WINDOW_SECONDS = 180
INTERNET = (socket.AF_INET, socket.AF_INET6)


def run_selftest() -> dict[str, Any]:
    """The JSON of `selftest`; `ok` is True when everything the program needs is there."""
    opened: list[int] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.__new__" and arguments[1] in INTERNET:
            opened.append(arguments[1])

    sys.addaudithook(watch)
    drivers = _drivers()
    fonts = _fonts()
    trips = round_trips()
    window_ms = paint_window_ms()
    data = {
        "resources": _exists(paths.resources),
        "sample_data": _exists(paths.sample_data),
        **_library_data(),
    }
    ok = (
        all(drivers.values()) and bool(fonts) and all(trips.values()) and window_ms is not None
        and all(data.values()) and not opened
    )  # fmt: skip
    return {
        "ok": ok,
        "versions": {
            "chiiki-gis": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "drivers": drivers,
        "data": data,
        "fonts": fonts,
        "round_trips": trips,
        "window_painted": window_ms is not None,
        "window_painted_ms": window_ms,
        "sockets_opened": len(opened),
    }


def _drivers() -> dict[str, bool]:
    import pyogrio
    import rasterio

    found = pyogrio.list_drivers()
    with rasterio.Env() as env:
        known = env.drivers()
    vector = {name: "w" in found.get(name, "") for name in DRIVERS}
    return vector | {name: name in known for name in RASTER_DRIVERS}


def _library_data() -> dict[str, bool]:
    """Whether each library that carries tables of coordinate systems and formats finds its own."""
    import fiona
    import pyogrio
    import pyproj
    import rasterio.crs

    return {
        "proj of pyproj": Path(pyproj.datadir.get_data_dir(), "proj.db").is_file(),
        "proj of rasterio": rasterio.crs.CRS.from_epsg(6676).is_projected,
        "proj of fiona": fiona.crs.CRS.from_epsg(6676).is_projected,
        "gdal of pyogrio": pyogrio.get_gdal_data_path() is not None,
    }


def _exists(folder: Any) -> bool:
    try:
        return bool(folder().is_dir())
    except FileNotFoundError:
        return False


def _fonts() -> list[str]:
    from chiiki_gis.render.fonts import japanese_family, painting_application

    painting_application()
    family = japanese_family()
    return [family] if family else []


def _screen() -> dict[str, str]:
    """What a window needs on Linux without a display."""
    has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return {} if has_display or not sys.platform.startswith("linux") else {"QT_QPA_PLATFORM": "offscreen"}


def paint_window_ms() -> float | None:
    """Milliseconds from process start to the first painted window, in a process of its own.

    None where it shows none in WINDOW_SECONDS: a virus scanner may look at each file of a first start.
    """
    try:
        run = subprocess.run(
            [str(paths.interpreter()), "-m", "chiiki_gis"],
            env={**_screen(), **os.environ, "CHIIKI_GIS_EXIT_AFTER_PAINT": "1"},
            capture_output=True,
            text=True,
            timeout=WINDOW_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    found = re.search(r"(\d+(?:\.\d+)?)", run.stderr) if run.returncode == 0 else None
    return float(found.group(1)) if found else None
