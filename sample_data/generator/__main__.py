"""Write every file of the fictional town: python -m generator [OUT]."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from shapely import make_valid
from shapely.affinity import rotate
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from generator import plan
from generator.areas import NEIGHBOUR, NEIGHBOUR_CODE, PREFECTURE, TOWN, TOWN_CODE, borders, quarters
from generator.files import meta, pack, shapefile
from generator.houses import ledger
from generator.land import SEED, place
from generator.rasters import write_basemap, write_dem
from generator.roads import expressway, joints, network
from generator.town import planned_resort, planned_town, river, urbanised, zones

ZONES = {
    1: ("第一種低層住居専用地域", 50, 80),
    2: ("第二種低層住居専用地域", 50, 80),
    3: ("第一種中高層住居専用地域", 60, 200),
    4: ("第二種中高層住居専用地域", 60, 200),
    5: ("第一種住居地域", 60, 200),
    6: ("第二種住居地域", 60, 200),
    7: ("準住居地域", 60, 200),
    8: ("近隣商業地域", 80, 200),
    9: ("商業地域", 80, 400),
    10: ("準工業地域", 60, 200),
    11: ("工業地域", 60, 200),
    12: ("工業専用地域", 50, 200),
    21: ("田園住居地域", 50, 80),
}
"""A29 code of each zone: name, coverage and floor area ratio in percent."""


def main(out: Path) -> None:
    """Write all files into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "plan").mkdir(exist_ok=True)
    for name, data in {**_reference(), **_plan()}.items():
        (out / name).write_bytes(data)
    write_dem(out / "dem10.tif")
    write_basemap(out / "basemap.tif")


def _reference() -> dict[str, bytes]:
    return {
        "N03-20250101_20_GML.zip": _n03(),
        "A29-19_20_GML.zip": _a29(),
        "20999_都市計画決定GIS.zip": _city_planning(),
        "r2ka20999.zip": _estat(),
        "N06-25_GML.zip": _n06(),
        "N13-24_5438_SHP.zip": _n13(),
        "A31-12_20_GML.zip": _a31(),
        "A33-24_20_GML.zip": _a33(),
        "空き家台帳.csv": ledger(),
    }


def _plan() -> dict[str, bytes]:
    main_part = borders()[0][0]
    district = [
        (plan.district(main_part), {"scenario": "A", "name": "澄原・湖畔地区", "number": 1, "note": "架空"})
    ]
    areas = [
        (shape, {"scenario": "A", "name": name, "number": n, "description": words, "note": "架空"})
        for n, (name, words, shape) in enumerate(plan.areas(), 1)
    ]
    return {
        "plan/特定居住重点地区.geojson": plan.geojson("特定居住重点地区", district),
        "plan/特定居住促進区域.geojson": plan.geojson("特定居住促進区域", areas),
        "plan/拠点施設.geojson": plan.geojson("拠点施設", plan.facilities()),
        "plan/facts.toml": plan.FACTS.encode(),
    }


def _n03() -> bytes:
    parts, neighbour = borders()
    fields = {
        "N03_001": "str:10",
        "N03_002": "str:20",
        "N03_003": "str:20",
        "N03_004": "str:20",
        "N03_005": "str:20",
        "N03_007": "str:5",
    }
    town = {"N03_001": PREFECTURE, "N03_004": TOWN, "N03_007": TOWN_CODE}
    other = {"N03_001": PREFECTURE, "N03_003": "架空郡", "N03_004": NEIGHBOUR, "N03_007": NEIGHBOUR_CODE}
    rows: list[tuple[BaseGeometry, dict[str, object]]] = [(p, dict(town)) for p in parts] + [
        (neighbour, dict(other))
    ]
    files = shapefile("N03-20250101_20", fields, rows, "Polygon")
    return pack(
        {**files, "KS-META-N03-20250101_20.xml": meta("行政区域", "N03-20250101_20")}, "N03-20250101_20_GML"
    )


def _a29() -> bytes:
    fields = {
        "A29_001": "str:5", "A29_002": "str:10", "A29_003": "str:20", "A29_004": "int:2", "A29_005": "str:40",
        "A29_006": "int:3", "A29_007": "int:4", "A29_008": "str:20", "A29_009": "int:4",
    }  # fmt: skip
    rows = [
        (
            shape,
            {
                "A29_001": TOWN_CODE, "A29_002": PREFECTURE, "A29_003": TOWN, "A29_004": code,
                "A29_005": ZONES[code][0], "A29_006": ZONES[code][1], "A29_007": ZONES[code][2],
                "A29_008": "架空", "A29_009": 2019,
            },
        )
        for code, shapes in zones().items()
        for shape in shapes
    ]  # fmt: skip
    files = shapefile("A29-19_20", fields, rows, "Polygon")
    return pack({**files, "KS-META-A29-19_20.xml": meta("用途地域", "A29-19_20")}, "A29-19_20_GML")


def _city_planning() -> bytes:
    common = {"Pref": "str:10", "Citycode": "str:5", "Cityname": "str:20"}
    dates = {
        "INDate": "str:10",
        "FNDate": "str:10",
        "INNumber": "str:10",
        "FNNumber": "str:10",
        "ValidType": "str:10",
        "Custodian": "str:20",
    }
    who = {
        "Pref": PREFECTURE, "Citycode": TOWN_CODE, "Cityname": TOWN, "INDate": "1972-05-01",
        "FNDate": "2019-04-01", "ValidType": "決定", "Custodian": "架空",
    }  # fmt: skip
    tokei = [
        (planned_town(), {**who, "TokeiName": "澄原都市計画区域", "TokeiType": "線引き", "TokeiCode": "1"}),
        (
            planned_resort(),
            {**who, "TokeiName": "澄原湖都市計画区域", "TokeiType": "非線引き", "TokeiCode": "2"},
        ),
    ]
    urban = urbanised()
    rest = make_valid(planned_town().difference(urban))
    senbiki = [
        (urban, {**who, "AreaType": "市街化区域", "AreaCode": "1", "AreaName": "澄原市街化区域"}),
        (rest, {**who, "AreaType": "市街化調整区域", "AreaCode": "2", "AreaName": "澄原市街化調整区域"}),
    ]
    files = shapefile(
        "20999_tokei",
        {**common, "TokeiName": "str:40", "TokeiType": "str:20", "TokeiCode": "str:4", **dates},
        tokei,
        "Polygon",
    )
    files |= shapefile(
        "20999_senbiki",
        {**common, "AreaType": "str:20", "AreaCode": "str:4", "AreaName": "str:40", **dates},
        senbiki,
        "Polygon",
    )
    return pack(files, "長野県/澄原市（架空）", cp932=True)


def _estat() -> bytes:
    fields = {
        "KEY_CODE": "str:11", "PREF": "str:2", "CITY": "str:3", "S_AREA": "str:6", "PREF_NAME": "str:12",
        "CITY_NAME": "str:14", "S_NAME": "str:96", "JINKO": "int:8", "SETAI": "int:8",
    }  # fmt: skip
    rng = np.random.default_rng(SEED + 8)
    rows = []
    for number, (name, shape) in enumerate(quarters(borders()[0][0]), 1):
        people = int(rng.integers(40, 1900))
        values = {
            "KEY_CODE": f"{TOWN_CODE}{number:06d}", "PREF": "20", "CITY": "999", "S_AREA": f"{number:06d}",
            "PREF_NAME": PREFECTURE, "CITY_NAME": TOWN, "S_NAME": name, "JINKO": people,
            "SETAI": int(people / 2.3),
        }  # fmt: skip
        rows.append((shape, values))
    return pack(shapefile("r2ka20999", fields, rows, "Polygon"))


def _n06() -> bytes:
    fields = {
        "N06_012": "int:4", "N06_013": "int:4", "N06_014": "int:4", "N06_015": "str:20", "N06_016": "int:4",
        "N06_017": "int:4", "N06_018": "str:40", "N06_019": "int:2",
    }  # fmt: skip
    rows = [
        (
            j.point,
            {
                "N06_012": 1990, "N06_013": 1990, "N06_014": j.closed, "N06_015": f"EJ{n:05d}",
                "N06_016": 9999, "N06_017": 9999, "N06_018": j.name, "N06_019": int(j.type),
            },
        )
        for n, j in enumerate(joints(), 1)
    ]  # fmt: skip
    section = {
        "N06_001": "int:4", "N06_002": "int:4", "N06_003": "int:4", "N06_004": "str:20", "N06_005": "int:4",
        "N06_006": "int:4", "N06_007": "str:40", "N06_008": "int:2", "N06_009": "int:2", "N06_010": "int:2",
    }  # fmt: skip
    line = {
        "N06_001": 1990, "N06_002": 1990, "N06_003": 9999, "N06_004": "EA00001", "N06_007": "架空自動車道",
        "N06_008": 1, "N06_009": 1, "N06_010": 4,
    }  # fmt: skip
    files = shapefile("N06-25_Joint", fields, rows, "Point")
    files |= shapefile("N06-25_HighwaySection", section, [(expressway(), line)], "LineString")
    return pack({**files, "KS-META-N06-25.xml": meta("高速道路時系列", "N06-25")}, "N06-25_GML")


def _n13() -> bytes:
    fields = {
        "N13_001": "str:8", "N13_002": "str:1", "N13_003": "str:1", "N13_004": "str:1", "N13_005": "int:2",
        "N13_006": "str:1", "N13_007": "str:1", "N13_008": "str:6",
    }  # fmt: skip
    rows = [
        (
            road.line,
            {
                "N13_001": "20240401", "N13_002": road.kind, "N13_003": road.road_class,
                "N13_004": road.state, "N13_005": road.level, "N13_006": road.width,
                "N13_007": "1" if road.road_class == "4" else "2", "N13_008": "543822",
            },
        )
        for road in network()
    ]  # fmt: skip
    return pack(shapefile("N13-24_5438", fields, rows, "LineString"))


def _a31() -> bytes:
    fields = {"A31_101": "int:2", "A31_102": "str:10", "A31_103": "str:20", "A31_104": "str:40"}
    line, rows, inner = river(), [], None
    for rank, reach in ((3, 70.0), (2, 130.0), (1, 210.0)):
        band = line.buffer(reach, quad_segs=6).simplify(1.5)
        shape = band if inner is None else band.difference(inner)
        inner = band
        values = {
            "A31_101": rank,
            "A31_102": "2012-03-31",
            "A31_103": "架空告示第1号",
            "A31_104": "おおむね100年に1回の雨（架空）",
        }
        rows.append((shape, values))
    files = shapefile("A31-12_20", fields, rows, "Polygon")
    return pack({**files, "KS-META-A31-12_20.xml": meta("洪水浸水想定区域", "A31-12_20")}, "A31-12_20_GML")


def _a33() -> bytes:
    fields = {
        "A33_001": "int:2",
        "A33_002": "int:2",
        "A33_003": "str:5",
        "A33_004": "str:20",
        "A33_005": "str:40",
        "A33_008": "int:2",
    }
    rng = np.random.default_rng(SEED + 14)
    rows = []
    for number in range(34):
        s, side = rng.uniform(2_000, 6_200), 1 if rng.uniform() < 0.6 else -1
        t = side * rng.uniform(1_230, 1_900) if side > 0 else rng.uniform(-1_900, -1_180)
        around = _fan(place(float(s), float(t))[0], rng)
        kind = int(rng.integers(1, 4))
        name = f"架空{number + 1:02d}"
        common = {"A33_001": kind, "A33_003": TOWN_CODE, "A33_004": TOWN, "A33_005": name, "A33_008": 2}
        rows.append((around, {**common, "A33_002": 1}))
        if number % 3 == 0:
            rows.append((_smaller(around), {**common, "A33_002": 2}))
    files = shapefile("A33-24_20", fields, rows, "Polygon")
    return pack({**files, "KS-META-A33-24_20.xml": meta("土砂災害警戒区域", "A33-24_20")}, "A33-24_20_GML")


def _fan(center: np.ndarray, rng: np.random.Generator) -> Polygon:
    """A fan at the foot of a slope."""
    angle = np.linspace(0, 2 * np.pi, 25)[:-1]
    size = rng.uniform(45, 110) * (1 + 0.25 * np.sin(3 * angle + rng.uniform(0, 6)))
    shape = Polygon(np.round(center + np.column_stack([np.cos(angle) * size, np.sin(angle) * size * 1.6]), 3))
    return rotate(shape, float(rng.uniform(-30, 30)))


def _smaller(shape: Polygon) -> Polygon:
    return shape.buffer(-18)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
