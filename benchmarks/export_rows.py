"""What leaves as data: 300,000 roads in two formats, written and verified, and a whole 提出一式."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from benchmarks import data
from benchmarks.measure import median_ms

if TYPE_CHECKING:
    from chiiki_gis.export.outgoing import Outgoing

OUT = Path(__file__).parent / "out"
DAY = date(2026, 4, 1)

Part = Literal["write", "verified"]


@cache
def roads() -> Outgoing:
    """The prefecture's roads as a table that leaves: two columns of text."""
    import geopandas

    from chiiki_gis.core.palette import reference_style
    from chiiki_gis.core.role import Role
    from chiiki_gis.export.outgoing import Outgoing

    frame = geopandas.read_file(data.table("roads", OUT))
    frame.index = frame.index.astype("int64") + 1
    columns = {"name": frame["N13_003"].astype(object), "zone_id": frame["N13_006"].astype(object)}
    shapes = frame.geometry.rename("geometry")
    table = geopandas.GeoDataFrame(columns, geometry=shapes, crs=data.EPSG).rename_axis("fid")
    return Outgoing("road", "道路", Role.ZONING, table, reference_style(Role.ROAD), "")


def roads_gpkg(part: Part) -> Callable[[], float]:
    """300,000 roads to GeoPackage: the write alone, or with the second reading."""

    def measure() -> float:
        from pyogrio import read_dataframe

        from chiiki_gis.export.gpkg import write_layer
        from chiiki_gis.export.verify import require_same

        layer = roads()

        def once() -> None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "a.gpkg"
                write_layer(layer, [layer], path)
                if part == "verified":
                    read = read_dataframe(path, layer=layer.table, fid_as_index=True)
                    require_same(layer.frame.reset_index(), read.reset_index(), layer.title)

        return median_ms(once, 3)

    return measure


def roads_shapefile(part: Part) -> Callable[[], float]:
    """300,000 roads to Shapefile: the write alone, or with the checks before and the second reading."""

    def measure() -> float:
        from chiiki_gis.export.dbf_table import require_writable
        from chiiki_gis.export.shapefile import tables_of
        from chiiki_gis.export.shapefile_table import verify_table, write_table

        layer = roads()
        (ready,) = tables_of(layer, {}, [])

        def once() -> None:
            with tempfile.TemporaryDirectory() as folder:
                if part == "write":
                    write_table(ready, Path(folder), DAY)
                    return
                require_writable([layer], {})
                (table,) = tables_of(layer, {}, [])
                write_table(table, Path(folder), DAY)
                verify_table(table, Path(folder))

        return median_ms(once, 3)

    return measure


def package() -> float:
    """提出一式 of the sample town (as large as 茅野市), checked, printed, verified and sealed."""
    from chiiki_gis.core.jobs import ExportOptions
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks import leaving
    from chiiki_gis.tasks.access import link
    from chiiki_gis.tasks.sample import sample_document

    with tempfile.TemporaryDirectory() as folder:
        document, _ = sample_document(memory_ref, beside=Path(folder))
        document.apply(link(snapshot(document)).change)
        values = snapshot(document)
        options = ExportOptions(reason="測定", stamp=DAY)
        return median_ms(lambda: leaving.export(values, "package", Path(folder), options=options), 3)
