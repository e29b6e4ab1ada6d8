"""Does what leaves this computer come back? The fictional town through every format, in a scratch folder."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.jobs import EXPORTS
from chiiki_gis.core.layer import same_layer
from chiiki_gis.core.sheet import FIT_SCALE, Sheet
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io import project
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import leaving, plan
from chiiki_gis.tasks.sample import sample_document

if TYPE_CHECKING:
    from chiiki_gis.rules.check import CheckResult

log = logging.getLogger(__name__)

HARD_TEXT = "第一号①髙﨑"
"""Characters that the wrong encodings lose."""
FORMATS = tuple(kind for kind in EXPORTS if kind != "package")
"""Every writer reads its own files again and compares them with the plan."""


def round_trips() -> dict[str, bool]:
    """Each trip by its name, and whether all came back; a trip that fails is logged with its reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trips: dict[str, Callable[[], bool]] = {
            "project": lambda: _project(folder),
            "shapefile_cp932": lambda: _shapefile(folder),
            "geotiff": lambda: _geotiff(folder),
            "crs": _crs,
        }
        found = {trip: _held(trip, ride) for trip, ride in trips.items()}
        values = snapshot(sample_document(memory_ref, beside=folder)[0])
        checked = plan.check(values)
        for kind in FORMATS:
            found[kind] = _held(kind, partial(_export, values, checked, kind, folder / kind))
        found["pdf"] = _held("pdf", lambda: _pdf(values, folder / "総括図.pdf"))
    return found


def _held(trip: str, ride: Callable[[], bool]) -> bool:
    try:
        return ride()
    except Exception:
        log.exception("the round trip %s failed", trip)
        return False


def _export(values: Snapshot, checked: CheckResult, kind: str, folder: Path) -> bool:
    folder.mkdir()
    return bool(leaving.export(values, kind, folder, checked=checked).files)


def _project(folder: Path) -> bool:
    from shapely.geometry import Point

    document = new_document(project.new_header((Municipality("20999", HARD_TEXT),), 6676))
    document.apply(add_facility(document, "coworking", Point(0.1, 1 / 3)))
    path = folder / f"{HARD_TEXT}.gpkg"
    project.save_project(snapshot(document), path)
    back = project.open_project(path).snapshot
    same = all(map(same_layer, document.layers, back.layers))
    return bool(same and back.header == document.header)


def _shapefile(folder: Path) -> bool:
    import fiona
    import pyogrio

    schema = {"geometry": "Point", "properties": {"名称": "str:80"}}
    path = folder / "t.shp"
    with fiona.open(
        path, "w", driver="ESRI Shapefile", schema=schema, crs="EPSG:6676", encoding="LDID/19"
    ) as sink:
        point = {"type": "Point", "coordinates": (1, 2)}
        sink.write({"geometry": point, "properties": {"名称": HARD_TEXT}})
    path.with_suffix(".cpg").write_text("CP932")
    return str(pyogrio.read_dataframe(path).iloc[0]["名称"]) == HARD_TEXT


def _geotiff(folder: Path) -> bool:
    """A grid of heights in plane VIII, in a file whose name is Japanese."""
    import numpy
    import rasterio

    path, heights = folder / "標高.tif", numpy.arange(12, dtype="float32").reshape(3, 4)
    place = rasterio.transform.from_origin(-20_000, 5_000, 10, 10)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=4,
        height=3,
        count=1,
        dtype="float32",
        crs="EPSG:6676",
        transform=place,
    ) as sink:
        sink.write(heights, 1)
    with rasterio.open(path) as source:
        same = numpy.array_equal(source.read(1), heights) and source.transform == place
        return bool(same and source.crs.to_epsg() == 6676)


def _crs() -> bool:
    """Plane VIII and back; 1 mm on the origin's meridian."""
    from pyproj import Transformer

    there = Transformer.from_crs(6668, 6676, always_xy=True)
    x, y = there.transform(138.5, 36.0)
    return bool(abs(x) < 0.001 and abs(y) < 0.001)


def _pdf(values: Snapshot, path: Path) -> bool:
    """The overview of the town on A4, 297 mm wide, with words that can be found."""
    import pikepdf

    plan.print_sheet(values, Sheet("overview", "A4", scale=FIT_SCALE), path)
    with pikepdf.open(path) as pdf:
        box = [float(side) for side in pdf.pages[0].mediabox]
        has_font = any(isinstance(x, pikepdf.Dictionary) and x.get("/Type") == "/Font" for x in pdf.objects)
        return has_font and abs(max(box) / 72 * 25.4 - 297) < 0.1
