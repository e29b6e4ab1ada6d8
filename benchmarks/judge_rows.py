"""Rows about verdicts: 100,000 facilities at once, and the one that the hand is moving."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks import data
from benchmarks.map_rows import OUT
from benchmarks.measure import median_ms

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.document import Document
    from chiiki_gis.core.role import Role

CLASSES = (
    "office",
    "dwelling",
    "library_like",
    "hotel",
    "retail_other",
    "assembly_hall",
    "senior_child_center",
)
MOVES = 200


@cache
def crowd() -> tuple[GeoDataFrame, dict[Role, GeoDataFrame | None]]:
    """100,000 facilities of seven classes with floor areas all different, and 20,000 zones, as imported."""
    import geopandas
    import pyogrio

    from chiiki_gis.core.role import Role
    from chiiki_gis.io.formats import read
    from chiiki_gis.io.imports import prepare

    table = read(data.table("zones", OUT)).tables[0]
    zones = prepare(table, data.EPSG, Role.ZONING).frame
    spots = pyogrio.read_dataframe(data.table("vacant_houses", OUT)).geometry
    random, count = np.random.default_rng(48), len(spots)
    columns = {
        "number": np.arange(1, count + 1),
        "name": [f"施設{number}" for number in range(1, count + 1)],
        "use_class": random.choice(CLASSES, count),
        "use_floor_m2": random.uniform(30, 4_000, count).round(1),
        "total_floor_m2": random.uniform(30, 9_000, count).round(1),
        "top_storey": random.integers(1, 6, count),
        "works": ["new"] * count,
        "item": [3] * count,
    }
    crowded = geopandas.GeoDataFrame(columns, geometry=spots.to_numpy(), crs=spots.crs)
    return crowded, {Role.ZONING: zones}


def judge_crowd(keep_ground: bool) -> float:
    """Verdicts of 100,000 facilities among 20,000 zones; the zones indexed before, or anew each time."""
    from chiiki_gis.rules.evidence import prepare_ground
    from chiiki_gis.rules.load import rule_table
    from chiiki_gis.rules.zoning import judge

    facilities, reference = crowd()
    ground = prepare_ground(reference)
    return median_ms(
        lambda: judge(
            facilities,
            sites=None,
            reference=reference,
            plan_areas={},
            facts={},
            table=rule_table(),
            ground=ground if keep_ground else None,
        ),
        3,
    )


def prefecture_document() -> Document:
    """A plan on the prefecture's zones and borders, its layers in the store as the window keeps them."""
    import geopandas

    from chiiki_gis.core.change import Change
    from chiiki_gis.core.document import Municipality, new_document
    from chiiki_gis.core.frames import conform
    from chiiki_gis.core.jobs import ImportOptions
    from chiiki_gis.core.layer import plan_layer_id
    from chiiki_gis.core.role import Role
    from chiiki_gis.io.project import new_header
    from chiiki_gis.io.store import keep_blob
    from chiiki_gis.tasks.plan import import_into

    document = new_document(new_header((Municipality("13101", "千代田区"),), data.EPSG))
    for name, role in (("municipalities", None), ("zones", None), ("facilities", Role.FACILITY)):
        options = ImportOptions(role=role)
        document.apply(import_into(document, data.table(name, OUT), options, keep_blob)[0])
    shape = document.plan(Role.FACILITY).geometry.iloc[0].buffer(1_500)
    for role, reach in ((Role.PRIORITY_DISTRICT, 500), (Role.PROMOTION_AREA, 0)):
        area = geopandas.GeoDataFrame({"name": ["中央"]}, geometry=[shape.buffer(reach)], crs=data.EPSG)
        area.index += 1
        document.apply(Change("描く", put={plan_layer_id(role): conform(area, role)}))
    return document


@contextmanager
def helper() -> Iterator[subprocess.Popen[bytes]]:
    """A helper process, spoken to as the window does."""
    command = [sys.executable, "-m", "chiiki_gis.worker"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ))
    with process:
        yield process
        if process.stdin is not None:
            process.stdin.close()


def ask(process: subprocess.Popen[bytes], *message: Any) -> Any:
    """The value that a job answers. Raises RuntimeError where it does not."""
    from chiiki_gis.core.pipe import packed, read_message

    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the helper has no pipes")
    process.stdin.write(packed(message))
    process.stdin.flush()
    while (answer := read_message(process.stdout)) is not None:
        if answer[0] == "done":
            return answer[2]
        if answer[0] in ("bug", "error"):
            raise RuntimeError(str(answer[2]))
    raise RuntimeError("the helper ended")


@cache
def moves() -> tuple[float, ...]:
    """Times (ms) from the request after a Change that moves a facility to its verdict and area card, warm."""
    from chiiki_gis.core.change import Change
    from chiiki_gis.core.layer import plan_layer_id
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.rules.live import question_about

    document = prefecture_document()
    layer, fid = plan_layer_id(Role.FACILITY), int(document.plan(Role.FACILITY).index[0])
    home = document.plan(Role.FACILITY).geometry.loc[fid]
    random, times, cards = np.random.default_rng(16), [], 0
    with helper() as process:
        for number in range(MOVES + 20):
            row = document.plan(Role.FACILITY).loc[[fid]].copy()
            east, north = random.uniform(-1_000, 1_000, 2)
            row = row.set_geometry([shapely.Point(home.x + east, home.y + north)], crs=data.EPSG)
            document.apply(Change("施設を動かす", put={layer: row}))
            began = time.perf_counter()
            values, question = question_about(snapshot(document), number, [fid])
            answer = ask(process, "do", number, "live", (values, question))
            times.append((time.perf_counter() - began) * 1_000)
            cards += len(answer.areas)
            if answer.number != number or len(answer.verdicts) != 1:
                raise RuntimeError("the answer is to another question")
    if cards == 0:
        raise RuntimeError("no area card was made")
    return tuple(times[20:])


def move_median() -> float:
    """The median of the moves."""
    return statistics.median(moves())


def move_p95() -> float:
    """The time that 95 of 100 moves keep."""
    return float(np.percentile(moves(), 95))
