"""Placing a scanned plan: what the window is shown, and the copy that becomes a layer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from chiiki_gis.analysis.georeference import fit
from chiiki_gis.core.control_points import ControlPoint, Method
from chiiki_gis.core.jobs import Imported, ImportOptions
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.scans import look_at_scan, look_closer, write_placed

QUIET = Quiet()


def perform(job: str, args: tuple[Any, ...], progress: Progress) -> object:
    """One of the jobs of core.jobs.JobName about scanned plans."""
    match job, args:
        case "look_at_scan", (path,):
            return look_at_scan(cast("Path", path))
        case "look_closer", (path, window, size):
            return look_closer(cast("Path", path), window, size)
        case "place_scan", (values, path, out, points, method):
            return place_scan(
                cast("Snapshot", values), cast("Path", path), cast("Path", out), points, method, progress
            )
    raise ValueError(f"no job {job} with {len(args)} arguments")


def place_scan(
    values: Snapshot,
    path: Path,
    out: Path,
    points: Sequence[ControlPoint],
    method: Method,
    progress: Progress = QUIET,
) -> Imported:
    """A copy of a picture that lies where its control points say, as one change that adds it to the plan.

    points   their ground is in the project CRS. Raises BadInput.
    """
    from chiiki_gis.tasks.dropped import import_for_window

    found = fit(points, method)
    write_placed(path, out, points, method, found, values.epsg, progress)
    made = import_for_window(values, (out,), ImportOptions(), 1.0, progress)
    used = sum(point.is_used for point in points)
    fitted = f"{used}個の点で位置を合わせました（RMSE {found.rmse_m:.2f}m）"
    note = f"「{out.name}」：{fitted}。元の画像は変えていません。"
    return Imported(made.change, made.shapes, (note, *made.notes))
