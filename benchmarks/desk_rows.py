"""A prefecture's desk: the packages of 77 fictional towns, proven, compared, taken over and saved."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import data
from benchmarks.measure import median_ms

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.document import Document

OUT = Path(__file__).parent / "out"
PREFECTURE = "13"
"""The made-up prefecture's towns have codes of 東京都."""
DAY = date(2026, 4, 1)
FACILITIES = 7
SHEETS_BYTES = 2_000_000
"""What stands for the PDF sheets of a package: bytes that no packing makes smaller."""


@cache
def packages() -> tuple[Path, ...]:
    """The packages, made once into benchmarks/out."""
    import geopandas

    folder = OUT / "packages"
    towns = geopandas.read_file(data.table("municipalities", OUT))
    zones = geopandas.read_file(data.table("zones", OUT))
    paths = tuple(folder / f"{code}.zip" for code in towns["N03_007"])
    if not all(path.is_file() for path in paths):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        homes = zones.sjoin(towns[["geometry"]], predicate="within")["index_right"]
        for (number, town), path in zip(towns.iterrows(), paths, strict=True):
            mine = zones.loc[homes.index[homes == number]]
            _pack(_plan(town["N03_007"], town["N03_004"], town.geometry, mine), path)
    return paths


def _plan(code: str, name: str, ground: Any, zones: GeoDataFrame) -> Document:
    """A town with a district to its border, three areas, some facilities and a link each."""
    import numpy as np
    import shapely

    from chiiki_gis.core.change import Change
    from chiiki_gis.core.document import Header, Municipality, new_document
    from chiiki_gis.core.role import Role

    document = new_document(Header(f"bench-{code}", (Municipality(code, name),), data.EPSG))
    middle = ground.representative_point()
    district = shapely.intersection(ground, middle.buffer(4_000)).simplify(1)
    spots = [shapely.Point(middle.x + 600.0 * n, middle.y) for n in (-1, 0, 1)]
    areas = [shapely.intersection(district, spot.buffer(250, quad_segs=64)) for spot in spots]
    random = np.random.default_rng(int(code))
    places = [
        shapely.Point(middle.x + dx, middle.y + dy) for dx, dy in random.uniform(-800, 800, (FACILITIES, 2))
    ]
    start = (middle.x - 9_000, middle.y - 9_000)
    lines = [shapely.segmentize(shapely.LineString([start, (p.x, p.y)]), 50) for p in places]
    ids = [f"b{n}" for n in range(1, FACILITIES + 1)]
    for role, shapes, columns in (
        (Role.PRIORITY_DISTRICT, [district], {"name": [f"{code}重点地区"]}),
        (Role.PROMOTION_AREA, areas, {"name": [f"{code}第{n}号" for n in range(1, 4)]}),
        (Role.FACILITY, places, {"name": ids, "building_id": ids, "use_class": ["office"] * FACILITIES}),
        (
            Role.ACCESS_LINK,
            lines,
            {"building_id": ids, "interchange": ["中央"] * FACILITIES, "status": ["ok"] * FACILITIES},
        ),
    ):
        document.apply(Change("入力", put={_id(role): _rows(role, shapes, columns)}))
    document.apply(Change("資料", put_layers=(_reference(Role.ZONING, zones),)))
    return document


def _id(role: Any) -> Any:
    from chiiki_gis.core.layer import plan_layer_id

    return plan_layer_id(role)


def _rows(role: Any, shapes: list[Any], columns: dict[str, list[Any]]) -> GeoDataFrame:
    import geopandas

    from chiiki_gis.core.frames import conform

    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=data.EPSG)
    return conform(frame.set_axis(range(1, len(frame) + 1), axis=0), role)


def _reference(role: Any, frame: GeoDataFrame) -> Any:
    from chiiki_gis.core.layer import Layer, LayerId
    from chiiki_gis.core.palette import reference_style
    from chiiki_gis.io.store import memory_ref

    columns = ["name", "code"] if "code" in frame.columns else ["name"]
    kept = frame.rename(columns={"A29_005": "name"})[[*columns, "geometry"]]
    kept = kept.set_axis(range(1, len(kept) + 1), axis=0).rename_axis("fid")
    return Layer(LayerId(f"{role.value}_1"), role, role.japanese, memory_ref(kept), reference_style(role))


def _pack(document: Document, path: Path) -> None:
    """A package with its GeoPackage and Shapefiles, and bytes in place of the sheets."""
    import numpy as np

    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.export.gpkg import export_gpkg
    from chiiki_gis.export.package import PackageFacts, seal
    from chiiki_gis.export.shapefile import export_shapefile

    values = snapshot(document)
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "package"
        for name in ("geopackage", "shapefile", "図面"):
            (inside / name).mkdir(parents=True)
        export_gpkg(values, [], inside / "geopackage", stamp=DAY)
        export_shapefile(values, [], inside / "shapefile", stamp=DAY)
        noise = np.random.default_rng(1).bytes(SHEETS_BYTES)
        (inside / "図面" / "01_総括図.pdf").write_bytes(noise)
        facts = PackageFacts(DAY, "", {}, (), (), ())
        seal(values, facts, inside, path, 0)


def merge_all() -> float:
    """All packages into an empty desk of the prefecture, until its file is written."""
    import geopandas

    from chiiki_gis.core.change import Change
    from chiiki_gis.core.document import Header, Municipality, new_document
    from chiiki_gis.core.merging import accepted
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks import plan
    from chiiki_gis.tasks.desk import desk_report
    from chiiki_gis.tasks.merge import compare

    paths = packages()
    towns = geopandas.read_file(data.table("municipalities", OUT))
    named = towns.rename(columns={"N03_007": "code", "N03_004": "name"})

    def once() -> None:
        header = Header("bench-desk", (Municipality(PREFECTURE, "東京都"),), data.EPSG)
        document = new_document(header)
        document.apply(Change("境界", put_layers=(_reference(Role.MUNICIPALITY, named),)))
        document.apply(accepted(compare(snapshot(document), paths, memory_ref)))
        with tempfile.TemporaryDirectory() as folder:
            plan.save(snapshot(document), Path(folder) / "受け付け.gpkg", None)
        report = desk_report(snapshot(document))
        if len(report.towns) != len(paths):
            raise RuntimeError("a town is missing")

    return median_ms(once, 3)
