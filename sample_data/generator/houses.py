"""The vacant-house ledger: CP932, personal columns, consent, two thirds with coordinates."""

from __future__ import annotations

import csv
import io

import numpy as np
from shapely.geometry import Point

from generator.areas import PREFECTURE, TOWN, borders, quarters
from generator.files import degrees
from generator.land import SEED
from generator.roads import MUNICIPAL, network

COUNT = 156
HEADER = (
    "物件番号",
    "所在地",
    "緯度",
    "経度",
    "建築年",
    "構造",
    "延床面積",
    "状態",
    "同意",
    "所有者氏名",
    "電話番号",
    "備考",
)
FAMILIES = ("架空", "見本", "例野", "仮山", "髙﨑", "試田", "無名", "想像")
GIVEN = ("太郎", "花子", "一郎", "次郎", "三代", "良子", "治", "実")
REMARKS = (
    "",
    "",
    "",
    "庭付き",
    "雨漏りあり\n屋根の修理が要る",
    "①②の2棟",
    "敷地約200㎡",
    "相続の手続き中",
    "薪ストーブあり",
)


def ledger() -> bytes:
    """The CSV as the town hall's spreadsheet saved it."""
    rng = np.random.default_rng(SEED + 21)
    main = borders()[0][0]
    places = quarters(main)
    streets = [road.line for road in network() if road.road_class == MUNICIPAL]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    number = 0
    while number < COUNT:
        street = streets[int(rng.integers(len(streets)))]
        side = street.parallel_offset(float(rng.uniform(9, 22)), "left" if rng.uniform() < 0.5 else "right")
        if side.is_empty or side.geom_type != "LineString":
            continue
        point = side.interpolate(float(rng.uniform(0.1, 0.9)), normalized=True)
        quarter = next((name for name, shape in places if shape.contains(point)), None)
        if quarter is None:
            continue
        number += 1
        writer.writerow(_row(number, point, quarter, rng))
    return out.getvalue().encode("cp932")


def _row(number: int, point: Point, quarter: str, rng: np.random.Generator) -> list[str]:
    spot = degrees(point)
    placed = rng.uniform() < 0.67
    lot, branch = int(rng.integers(1, 3000)), int(rng.integers(1, 30))
    address = f"{PREFECTURE}{TOWN}{quarter}{lot}番地{branch}"
    owner = FAMILIES[int(rng.integers(len(FAMILIES)))] + "　" + GIVEN[int(rng.integers(len(GIVEN)))]
    return [
        f"S{number:04d}",
        address,
        f"{spot.y:.7f}" if placed else "",
        f"{spot.x:.7f}" if placed else "",
        str(int(rng.integers(1948, 2008))),
        ("木造", "木造", "木造", "鉄骨造", "ＲＣ造")[int(rng.integers(5))],
        f"{rng.uniform(48, 210):.2f}",
        "ABCD"[int(rng.integers(4))],
        ("あり", "あり", "なし", "未確認")[int(rng.integers(4))],
        owner,
        f"0000-00-{number:04d}",
        REMARKS[int(rng.integers(len(REMARKS)))],
    ]
