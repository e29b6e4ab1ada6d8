"""The helper process: reads requests from stdin, does the work, writes answers to stdout.

Requests are ("do", number, job, args) and
("cancel", number); answers ("progress", number, done, total, note), ("glimpse", number, value),
("done", number, value), ("error", number, error), ("cancelled", number) and ("bug", number, traceback). The
process ends when its stdin does, so that it never outlives the window.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import traceback
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

from chiiki_gis import paths

paths.clean_environment()
os.environ.setdefault("OGR_GPKG_NUM_THREADS", "1")
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own keeps what was let go
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads spin while they wait

from chiiki_gis.core.errors import Cancelled, ChiikiError, disk_trouble  # noqa: E402  # after the environment is clean
from chiiki_gis.core.jobs import ExportOptions, ImportOptions  # noqa: E402
from chiiki_gis.core.layer import FrameRef  # noqa: E402
from chiiki_gis.core.pipe import packed, read_message  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from chiiki_gis.core.jobs import Glimpse
    from chiiki_gis.core.layer import Layer
    from chiiki_gis.core.looks import FileLook
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.sheet import PrintForm, Sheet
    from chiiki_gis.core.snapshot import Snapshot
    from chiiki_gis.io.left_over import LeftOver
    from chiiki_gis.rules.evidence import Ground
    from chiiki_gis.rules.live import LiveQuestion

log = logging.getLogger(__name__)
Warm: TypeAlias = "Callable[[object], Snapshot]"
"""Gives a snapshot whose frames are read at most once while they stay warm."""
WARM_BYTES = 300_000_000


class WarmFrames:
    """Recently used reference frames, up to a quota; the oldest leave first.

    grounds    the layers of the plan judged last, indexed, by live.ground_key
    networks   the road network of the plan, built last
    """

    def __init__(self, quota: int = WARM_BYTES) -> None:
        from chiiki_gis.tasks.access import Networks

        self._quota = quota
        self.networks = Networks()
        self._frames: OrderedDict[str, tuple[GeoDataFrame, int]] = OrderedDict()
        self.grounds: dict[str, Ground] = {}

    def get(self, reference: FrameRef) -> GeoDataFrame:
        """The frame of a reference, read at most once while it stays warm."""
        key = reference.content_hash
        if key in self._frames:
            self._frames.move_to_end(key)
            return self._frames[key][0]
        frame = reference.get()
        size = _size(frame)
        self._frames[key] = (frame, size)
        while len(self._frames) > 1 and sum(s for _, s in self._frames.values()) > self._quota:
            self._frames.popitem(last=False)
        return frame

    def warm(self, values: Snapshot) -> Snapshot:
        """The snapshot with its references answered from here."""
        layers = tuple(
            layer
            if layer.is_plan or layer.is_raster
            else replace(layer, frame=_WarmRef(layer.reference, self))
            for layer in values.layers
        )
        return replace(values, layers=layers)


@dataclass(frozen=True, eq=False)
class _WarmRef:
    reference: FrameRef
    frames: WarmFrames

    @property
    def content_hash(self) -> str:
        return self.reference.content_hash

    @property
    def count(self) -> int:
        return self.reference.count

    @property
    def columns(self) -> tuple[str, ...]:
        return self.reference.columns

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        return self.reference.bounds

    def get(self) -> GeoDataFrame:
        return self.frames.get(self.reference)


class Job:
    """The request under way: its progress goes home, its cancelling comes from there."""

    def __init__(self, number: int, answer: Answer, cancelled: set[int]) -> None:
        self._number = number
        self._answer = answer
        self._cancelled = cancelled

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report, and stop here when the user has pressed 中止."""
        if self._number in self._cancelled:
            raise Cancelled
        self._answer.send(("progress", self._number, done, total, note))

    def show(self, glimpse: Glimpse | FileLook) -> None:
        """Send a glimpse, unless the user has pressed 中止."""
        if self._number in self._cancelled:
            raise Cancelled
        self._answer.send(("glimpse", self._number, glimpse))


class Answer:
    """The way home; one message at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: tuple[Any, ...]) -> None:
        """Write one message."""
        data = packed(message)
        with self._lock:
            self._stream.write(data)
            self._stream.flush()


def perform(job: str, args: tuple[Any, ...], progress: Job, frames: WarmFrames) -> object:
    """Do one job of core.jobs.JobName."""
    from chiiki_gis.io.municipalities import municipalities_in
    from chiiki_gis.tasks import columns, dropped, window

    def warm(values: object) -> Snapshot:
        return frames.warm(cast("Snapshot", values))

    match job, args:
        case "open_project", (path, pid):
            return window.open_for_window(cast("Path", path), cast("int", pid), progress)
        case "recover", (path,):
            return window.recover_for_window(cast("Path", path), progress)
        case "beat", (path, pid):
            return window.hold(cast("Path", path), cast("int", pid))
        case "new_project", (codes, boundaries):
            return window.new_for_window(codes, boundaries, progress)
        case "municipalities_in", (path,):
            return municipalities_in(cast("Path", path))
        case "sample_plan", (pid,):
            return window.sample_for_window(cast("int", pid), progress)
        case "import_files", (values, files, options, metres):
            return dropped.import_for_window(values, files, cast("ImportOptions", options), metres, progress)
        case "shapes", (layer,):
            return window.layer_shapes(cast("Layer", layer), progress)
        case "relocate", (layer, path):
            return window.relocate_for_window(cast("Layer", layer), cast("Path", path), progress)
        case "column_summary", (layer, column):
            return columns.summarise(cast("Layer", layer), column)
        case "save_project", (values, path, revision, pid):
            return window.save_for_window(values, path, revision, cast("int", pid), progress)
        case (("export" | "foreign_characters" | "foresee_sheet" | "preview_sheet" | "print_sheet"), _):
            return _let_leave(job, args, warm, progress)
    return _work_on(job, args, warm, progress, frames)


def _work_on(job: str, args: tuple[Any, ...], warm: Warm, progress: Job, frames: WarmFrames) -> object:
    """What is looked up and kept beside the plan: rows, photographs, scans, generations, packages."""
    from chiiki_gis.io.datapack import data_packs
    from chiiki_gis.io.tables import read_names
    from chiiki_gis.tasks import desk, generations, house_places, houses, left, photos, scans, tables

    match job, args:
        case "data_packs", (folder,):
            return data_packs(cast("Path | None", folder))
        case "names", (reference, column):
            return read_names(cast("FrameRef", reference), str(column))
        case (("take_photos" | "photo_picture"), _):
            return photos.perform(job, args, progress)
        case "left_picture", (path,):
            return left.left_picture(cast("Path", path))
        case "restore_left", (values, found):
            return left.restore_for_window(
                cast("Snapshot", values), cast("tuple[LeftOver, ...]", found), progress
            )
        case (("keep_generation" | "compare_generation" | "see_generation" | "restore_generation"), _):
            return generations.perform(job, args, progress)
        case (("record_consent" | "view_for_support" | "give_to_support"), _):
            return houses.perform(job, args, warm, progress)
        case (("merge" | "desk_report" | "desk_book"), _):
            return desk.perform(job, args, progress)
        case (("house_addresses" | "match_houses" | "place_house"), _):
            return house_places.perform(job, args, progress)
        case (("look_at_scan" | "look_closer" | "place_scan"), _):
            return scans.perform(job, args, progress)
        case (("table_kinds" | "table_rows" | "table_sums" | "copy_rows" | "export_table"), _):
            return tables.perform(job, args, progress)
    return _answer_about(job, args, warm, progress, frames)


def _answer_about(job: str, args: tuple[Any, ...], warm: Warm, progress: Job, frames: WarmFrames) -> object:
    """What the rules, the areas and the roads say of a plan."""
    from chiiki_gis.tasks import access_jobs, area_build, areas, check_report, grant, plan, scenarios

    match job, args:
        case "indicators", (values,):
            return scenarios.indicators(warm(values), frames.grounds)
        case "scenario_differences", (values, base):
            return scenarios.differences(cast("Snapshot", values), str(base))
        case "check", (values,):
            return plan.check(warm(values), progress, frames.grounds)
        case "check_report", (values, path):
            return check_report.report_check(warm(values), cast("Path", path), progress, None, frames.grounds)
        case "house_report", (values, path):
            return check_report.report_houses(warm(values), cast("Path", path), progress)
        case "live", (values, question):
            return plan.live(warm(values), cast("LiveQuestion", question), frames.grounds)
        case "live_area", (values, row, districts, facts):
            return areas.live_area(warm(values), row, districts, facts, frames.grounds)
        case "area_numbers", (values, role, fid):
            return areas.area_numbers(warm(values), cast("Role", role), cast("int", fid), frames.grounds)
        case (("build_area" | "describe_area"), (values, *rest)):
            return area_build.perform(job, warm(values), rest)
        case "grant_area", (values,):
            return grant.grant_area(warm(values))
    return access_jobs.perform(job, args, warm, progress, frames.networks)


def _let_leave(job: str, args: tuple[Any, ...], warm: Warm, progress: Job) -> object:
    """What leaves the program, and what is told before."""
    from chiiki_gis.tasks import leaving, plan, printing

    match job, args:
        case "export", (values, kind, folder, options):
            return leaving.export(
                warm(values), kind, folder, progress, options=cast("ExportOptions", options)
            )
        case "foreign_characters", (values,):
            return leaving.foreign_characters(warm(values))
        case "foresee_sheet", (values, sheet):
            return plan.foresee_sheet(warm(values), cast("Sheet", sheet))
        case "preview_sheet", (values, sheet, verdicts, page, width):
            return printing.preview_sheet(warm(values), cast("Sheet", sheet), verdicts, page, width, progress)
        case "print_sheet", (values, sheet, form, path):
            asked = cast("PrintForm", form)
            return printing.print_for_window(warm(values), cast("Sheet", sheet), asked, path, progress)
    raise ValueError(f"no job {job} with {len(args)} arguments")


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the stream ends."""
    answer = Answer(answers)
    waiting: queue.Queue[tuple[Any, ...]] = queue.Queue()
    cancelled: set[int] = set()
    threading.Thread(target=_listen, args=(requests, waiting, cancelled), daemon=True).start()
    frames = WarmFrames()
    _preheat()
    while True:
        _, number, job, args = waiting.get()
        if number in cancelled:
            answer.send(("cancelled", number))
            continue
        try:
            answer.send(("done", number, perform(job, args, Job(number, answer, cancelled), frames)))
        except Cancelled:
            answer.send(("cancelled", number))
        except ChiikiError as error:
            answer.send(("error", number, error))
        except OSError as error:
            answer.send(("error", number, disk_trouble(error)))
        except Exception:  # noqa: BLE001  # the border of the process: a bug is told to the window, not lost
            answer.send(("bug", number, traceback.format_exc()))


def _listen(requests: BinaryIO, waiting: queue.Queue[tuple[Any, ...]], cancelled: set[int]) -> None:
    while (message := read_message(requests)) is not None:
        if message[0] == "cancel":
            cancelled.add(message[1])
        else:
            waiting.put(message)
    from chiiki_gis.io.cache_files import release_shared

    release_shared()
    os._exit(0)  # the window is gone, whatever the main thread is doing


def _preheat() -> None:
    import geopandas
    import pyogrio

    from chiiki_gis.io.allocator import keep_little
    from chiiki_gis.tasks import plan

    keep_little()
    log.debug(
        "ready: geopandas %s, pyogrio %s, %s", geopandas.__version__, pyogrio.__version__, plan.__name__
    )


def _size(frame: GeoDataFrame) -> int:
    import shapely

    points = int(shapely.get_num_coordinates(frame.geometry.values).sum())
    return int(frame.memory_usage().sum()) + 16 * points + 200 * len(frame)


def main() -> None:
    """Serve the process that started this one. Whatever a library prints goes to stderr.

    Libraries see no standard input: on Windows one that asks for the kind of that handle, as the C runtime of
    every DLL does when it is loaded, would wait until the thread that reads requests there has got one.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    serve(requests, answers)


if __name__ == "__main__":
    main()
