"""The rows of what is never only in memory: saving, and how soon an edit is on the disk."""

from __future__ import annotations

import gc
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import data
from benchmarks.map_rows import PREFECTURE, project_of, window_run

if TYPE_CHECKING:
    from chiiki_gis.core.change import Change
    from chiiki_gis.core.document import Document
    from chiiki_gis.core.snapshot import Snapshot

OUT = Path(__file__).parent / "out"
AREAS, FACILITIES = 20, 30
"""The plan that is saved over the prefecture's layers: 50 features."""
SAVES, EDITS, VERTICES = 5, 200, 5_000


@cache
def planned_prefecture() -> Path:
    """A saved project of the prefecture's layers and a plan of 50 features, made once."""
    import shapely

    from chiiki_gis.core.edits import add_area, add_facility
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.project import document_of, open_project, save_project

    path = OUT / "project_planned.gpkg"
    if not path.is_file():
        document = document_of(open_project(project_of(PREFECTURE)))
        chance = random.Random(3)
        for _ in range(AREAS):
            shape = shapely.Point(_spot(chance)).buffer(800, 64)
            document.apply(add_area(document, Role.PROMOTION_AREA, shape))
        for _ in range(FACILITIES):
            document.apply(add_facility(document, "coworking", shapely.Point(_spot(chance))))
        save_project(snapshot(document), path)
    return path


def save_prefecture() -> float:
    """Median of some saves after an edit each, as the window's helper does them: copy, check, replace."""
    from chiiki_gis.io.project import document_of, open_project
    from chiiki_gis.tasks.window import save_for_window

    with _own_state():
        path = _copy(planned_prefecture())
        read = open_project(path)
        document, revision = document_of(read), read.revision
        times = []
        for turn in range(SAVES + 1):
            document.apply(renamed(document, turn))
            began = time.perf_counter()
            revision = save_for_window(_values(document), path, revision, os.getpid()).revision
            times.append((time.perf_counter() - began) * 1000)
        return statistics.median(times[1:])


def save_gap() -> float:
    """The longest time that the window did not answer while it saved, and kept the generation."""
    with _own_state():
        return window_run("save", [str(_copy(planned_prefecture()))])["gap"]


def sketch_on_disk() -> float:
    """The slowest of 20 vertices of a long sketch: from the click until a file with it is flushed."""
    from types import SimpleNamespace

    from chiiki_gis.core.jobs import Opened
    from chiiki_gis.io.journal import Journal
    from chiiki_gis.io.project import open_project
    from chiiki_gis.io.sketch_file import sketch_path, sketches_at
    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.ui.selection import Selection
    from chiiki_gis.ui.session import Session
    from chiiki_gis.ui.sketch_keeper import SketchKeeper
    from chiiki_gis.ui.tools.toolbox import Toolbox

    application = painting_application()
    gc.collect()  # the sessions of other rows, here and not in the writing thread
    with _own_state():
        path = _copy(planned_prefecture())
        read = open_project(path)
        session, selection = Session(_Nobody(), Journal), Selection()
        surface: Any = SimpleNamespace(view=None, refresh=bool, say=bool, leave_tool=bool)
        picker: Any = SimpleNamespace(identify=None)
        toolbox = Toolbox(session, selection, surface, picker, tuple, lambda _layer: None)
        keeper = SketchKeeper(session, selection, toolbox)
        session.open(Opened(read.snapshot, path, read.revision, {}))
        toolbox.choose("draw_promotion")
        sketch = toolbox.sketches["draw_promotion"]
        sketch.put([(float(n), float(n % 7)) for n in range(VERTICES)])
        keeper.flush()
        file = sketch_path(read.snapshot.header.uuid, path, True)
        times = []
        for turn in range(20):
            began = time.perf_counter()
            sketch.put([(-1.0 - turn, 0.0)])
            before = _date_of(file)
            while _date_of(file) == before:
                application.processEvents()
                time.sleep(0.002)  # the writing thread needs the interpreter
            times.append((time.perf_counter() - began) * 1000)
            (left,) = sketches_at(path)
            assert len(left.sketch.vertices) == len(sketch.sketch.vertices)
        keeper.flush()
        return max(times[1:])


def _date_of(file: Path) -> int:
    return file.stat().st_mtime_ns if file.is_file() else 0


def edit_on_disk() -> float:
    """The slowest of 200 edits of that plan: from the gesture until it is in the journal and flushed."""
    from chiiki_gis.core.jobs import Opened
    from chiiki_gis.io.journal import Journal
    from chiiki_gis.io.project import open_project
    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.ui.session import Session

    application = painting_application()
    with _own_state():
        read = open_project(planned_prefecture())
        session = Session(_Nobody(), Journal)
        session.open(Opened(read.snapshot, None, 0, {}))
        times = []
        for turn in range(EDITS):
            change = renamed(session.document, turn)
            began = time.perf_counter()
            session.apply(change)
            times.append((time.perf_counter() - began) * 1000)
        del application
        return max(times[1:])


class _Nobody:
    """No helper process: its answers are no part of what is measured."""

    def submit(self, *_args: Any, **_options: Any) -> Any:
        """Nothing is done."""
        return None


def renamed(document: Document, turn: int) -> Change:
    """An edit of that plan: a facility gets another name."""
    from chiiki_gis.core.edits import set_values
    from chiiki_gis.core.layer import Fid, LayerId

    fid = Fid(1 + turn % FACILITIES)
    return set_values(document, LayerId("facility"), fid, {"name": f"施設{turn}"}, "名称を直す")


def _values(document: Document) -> Snapshot:
    from chiiki_gis.core.snapshot import snapshot

    return snapshot(document)


def _spot(chance: random.Random) -> tuple[float, float]:
    return chance.uniform(0.1, 0.9) * data.WIDTH, chance.uniform(0.1, 0.9) * data.HEIGHT


def _copy(path: Path) -> Path:
    import shutil

    copy = Path(os.environ["CHIIKI_GIS_STATE"]).parent / path.name
    shutil.copyfile(path, copy)
    return copy


@contextmanager
def _own_state() -> Iterator[None]:
    """User folders of its own, on the disk where the checkout lies."""
    OUT.mkdir(exist_ok=True)
    names = {"CHIIKI_GIS_STATE": "state", "CHIIKI_GIS_CACHE": "cache"}
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        os.environ.update({name: str(Path(folder) / part) for name, part in names.items()})
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
