"""Rows of the door: big files read, mended, moved to the plan's system, kept and drawn ready, beside ogr2ogr.

Each run is a process of its own with empty folders: what an earlier one has left would be found again.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from benchmarks import data
from benchmarks.measure import median_ms

PLAN_EPSG = 6676
"""The data are in 6677: every vertex is moved."""
RUNS = 3
MB = 1_000_000
_WORK = """
import json, resource, sys, time
from pathlib import Path
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.tasks.dropped import import_for_window
from chiiki_gis.worker import _preheat
_preheat()
document = new_document(Header("bench", (Municipality("13101", "千代田区"),), int(sys.argv[2])))
began = time.perf_counter()
made = import_for_window(snapshot(document), (Path(sys.argv[1]),), ImportOptions(), 60.0)
document.apply(made.change)
seconds = time.perf_counter() - began
assert sum(layer.count for layer in made.change.put_layers) > 0
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"ms": seconds * 1000, "bytes": peak}))
"""


def take_in(name: str, folder: Path) -> Callable[[], float]:
    """Milliseconds from the request to the applied change."""
    return lambda: _taken_in(data.table(name, folder))[0]


def memory(name: str, folder: Path) -> Callable[[], float]:
    """Peak resident memory of the process in MB, less three times the file."""

    def measure() -> float:
        path = data.table(name, folder)
        return (_taken_in(path)[1] - 3 * path.stat().st_size) / MB

    return measure


@cache
def _taken_in(path: Path) -> tuple[float, float]:
    """The median time in ms, and the largest peak in bytes."""
    found = [_run(path) for _ in range(RUNS)]
    return statistics.median(one["ms"] for one in found), max(one["bytes"] for one in found)


def _run(path: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "CHIIKI_GIS_STATE": f"{folder}/state",
            "CHIIKI_GIS_CACHE": f"{folder}/cache",
        }
        done = subprocess.run(
            [sys.executable, "-c", _WORK, str(path), str(PLAN_EPSG)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-300:])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def ogr2ogr(name: str, folder: Path) -> Callable[[], float]:
    """The same file made valid, moved and written as a GeoPackage by ogr2ogr, which does nothing else."""

    def measure() -> float:
        program = shutil.which("ogr2ogr")
        if program is None:
            raise RuntimeError("ogr2ogr がありません。")
        path = data.table(name, folder)
        with tempfile.TemporaryDirectory() as out:
            words = [program, "-overwrite", "-makevalid", "-t_srs", f"EPSG:{PLAN_EPSG}", "-f", "GPKG"]
            return median_ms(
                lambda: subprocess.run(
                    [*words, f"{out}/out.gpkg", str(path)], check=True, capture_output=True
                ),
                RUNS,
            )

    return measure
