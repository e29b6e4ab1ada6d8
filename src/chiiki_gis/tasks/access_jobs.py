"""What the window asks about access: links, reach, roads, road works, single ways, and their files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from chiiki_gis.core.access_answers import ReachCompared, ReachSeries
from chiiki_gis.core.jobs import Linked, Written
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks import access, improvements, stretches, ways
from chiiki_gis.tasks.access import Networks

QUIET = Quiet()


def perform(
    job: str,
    args: tuple[Any, ...],
    warm: Callable[[object], Snapshot],
    progress: Progress,
    networks: Networks,
) -> object:
    """One of the jobs of core.jobs.JobName about access.

    warm   the snapshot with its frames from memory where they are
    """
    from chiiki_gis.tasks.window import reach_for_window

    match job, args:
        case "access", (values,):
            return link_for_window(warm(values), progress, networks)
        case "reach", (values, origin, bands):
            return reach_for_window(warm(values), str(origin), bands, networks, progress)
        case "compare_reach", (values, wanted, bands):
            return compare_reach(warm(values), wanted, bands, progress, networks)
        case "roads_report", (values,):
            return access.roads_report(warm(values), networks)
        case "improvement_effects", (values,):
            return improvements.effects(warm(values), progress, networks)
        case "live_way", (values, fid, x, y):
            return ways.live_way(warm(values), cast("int", fid), float(x), float(y), networks)
        case "route_profile", (values, fid):
            return ways.route_profile(warm(values), cast("int", fid))
        case "road_stretch", (values, places):
            return stretches.stretch(warm(values), places, networks)
        case "export_links", (values, path):
            return export_links(warm(values), cast("Path", path), progress, networks)
    raise ValueError(f"no job {job} with {len(args)} arguments")


def link_for_window(values: Snapshot, progress: Progress, networks: Networks) -> Linked:
    """The links, with the render cache of the layer of new roads' corridors."""
    from chiiki_gis.tasks.window import cached_shapes

    found = access.link(values, progress, networks, keep_blob)
    return replace(found, shapes=cached_shapes(found.change.put_layers, progress))


def compare_reach(
    values: Snapshot,
    wanted: Sequence[tuple[str, bool]],
    bands: Sequence[float],
    progress: Progress = QUIET,
    networks: Networks | None = None,
) -> ReachCompared:
    """What is reached from several places.

    wanted   names of facilities or interchanges, each with whether the road works count as done
    Raises BadInput as access.reach.
    """
    networks = networks or Networks()
    series: list[ReachSeries] = []
    notes: list[str] = []
    for step, (origin, is_after) in enumerate(wanted):
        progress.step(step, len(wanted), f"「{origin}」からの到達圏を計算しています")
        of = networks.after if is_after else networks
        rows, said, _, _ = access.reached(values, origin, sorted(set(bands)), of)
        series.append(ReachSeries(origin, is_after, rows))
        notes += said
    return ReachCompared(tuple(series), tuple(dict.fromkeys(notes)))


def export_links(
    values: Snapshot, path: Path, progress: Progress = QUIET, networks: Networks | None = None
) -> Written:
    """Write links and road works to an Excel file or a GeoPackage. Raises BadInput where it cannot be."""
    from chiiki_gis.analysis.improved_roads import works_lines
    from chiiki_gis.core.improvements import improvements_of
    from chiiki_gis.export.access_files import write_links

    found = improvements.effects(values, progress, networks)
    has_works = bool(improvements_of(values.facts))
    lines = works_lines(values)
    kept = found if has_works else replace(found, notes=())
    result = write_links(values, path, kept, lines, datetime.now().astimezone())
    return Written(result.files, result.notes)
