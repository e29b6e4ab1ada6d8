"""Does the program work on this machine? Versions, drivers, fonts, round trips, a painted window, sockets."""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chiiki_gis import __version__, paths
from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.layer import same_layer
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import project

LIBRARIES = (
    "PySide6-Essentials", "geopandas", "shapely", "pyproj", "pyogrio", "fiona", "rasterio", "numpy", "pandas",
    "scipy", "folium", "pikepdf", "XStatic-Leaflet",
)  # fmt: skip
DRIVERS = ("GPKG", "ESRI Shapefile", "GeoJSON")
RASTER_DRIVERS = ("GTiff", "PNG", "JPEG", "MBTiles")
INTERNET = (socket.AF_INET, socket.AF_INET6)
HARD_TEXT = "第一号①髙﨑"
"""Characters that the wrong encodings lose."""


def run_selftest() -> dict[str, Any]:
    """The JSON of `selftest`; `ok` is True when everything the program needs is there."""
    opened: list[int] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.__new__" and arguments[1] in INTERNET:
            opened.append(arguments[1])

    sys.addaudithook(watch)
    drivers = _drivers()
    fonts = _fonts()
    trips = {
        "project": _project_trip(),
        "shapefile_cp932": _shapefile_trip(),
        "crs": _crs_trip(),
        "page": _page_trip(),
    }
    window_ms = paint_window_ms()
    data = {"resources": _exists(paths.resources), "sample_data": _exists(paths.sample_data)}
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


def _project_trip() -> bool:
    from shapely.geometry import Point

    document = new_document(project.new_header((Municipality("20999", HARD_TEXT),), 6676))
    document.apply(add_facility(document, "coworking", Point(0.1, 1 / 3)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{HARD_TEXT}.gpkg"
        project.save_project(snapshot(document), path)
        back = project.open_project(path).snapshot
    same = all(map(same_layer, document.layers, back.layers))
    return bool(same and back.header == document.header)


def _shapefile_trip() -> bool:
    import fiona
    import pyogrio

    schema = {"geometry": "Point", "properties": {"名称": "str:80"}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.shp"
        with fiona.open(
            path, "w", driver="ESRI Shapefile", schema=schema, crs="EPSG:6676", encoding="LDID/19"
        ) as sink:
            point = {"type": "Point", "coordinates": (1, 2)}
            sink.write({"geometry": point, "properties": {"名称": HARD_TEXT}})
        path.with_suffix(".cpg").write_text("CP932")
        return str(pyogrio.read_dataframe(path).iloc[0]["名称"]) == HARD_TEXT


def _page_trip() -> bool:
    """Folium makes an empty map that leads nowhere."""
    from chiiki_gis.export.web import empty_map

    page = empty_map()
    return "map_plan" in page and "://" not in page


def _crs_trip() -> bool:
    """Plane VIII and back; 1 mm on the origin's meridian."""
    from pyproj import Transformer

    there = Transformer.from_crs(6668, 6676, always_xy=True)
    x, y = there.transform(138.5, 36.0)
    return bool(abs(x) < 0.001 and abs(y) < 0.001)


def _screen() -> dict[str, str]:
    """What a window needs on Linux without a display."""
    has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return {} if has_display or not sys.platform.startswith("linux") else {"QT_QPA_PLATFORM": "offscreen"}


def paint_window_ms() -> float | None:
    """Milliseconds from process start to the first painted window, in a process of its own."""
    run = subprocess.run(
        [str(paths.interpreter()), "-m", "chiiki_gis"],
        env={**_screen(), **os.environ, "CHIIKI_GIS_EXIT_AFTER_PAINT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = re.search(r"(\d+(?:\.\d+)?)", run.stderr) if run.returncode == 0 else None
    return float(found.group(1)) if found else None
