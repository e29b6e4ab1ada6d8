"""Kills a running edit again and again and looks for what was lost: crash.py [KILLS] [--seed N].

A child process works on one project as the window does, with the real Session, journal, history, saving and
sketch, and a scripted hand: it places, renames and deletes, draws areas, undoes and saves. It tells of each
edit when `apply` has returned. It is killed (SIGKILL) at a random moment, also while it opens, restores or
saves. Then the project and what was left are opened: every edit that was told must be there. The next child
restores what was left, goes on, and is killed in turn.

In a checkout: `python -m benchmarks.crash 300`. The tests kill it some times too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.crash_hand import COUNT, work

MOST_LIFE_S = 2.5
EARLY = 0.25
"""A child is killed at a random moment of so many seconds after it is ready to edit; one in four after it has
begun to open the project."""
START_S = 60.0
PRELOAD = [
    "geopandas",
    "pyogrio",
    "fiona",
    "benchmarks.crash_hand",
    "chiiki_gis.worker",
    "chiiki_gis.tasks.window",
]


@dataclass
class Outcome:
    """What came of the kills.

    edits         edits that were told
    while_saving  kills in the middle of a save
    lost, late    edits that had been told and were not there; those of them that were older than a second
    unopened      how often the project or a journal could not be opened
    sketches_lost how often a vertex older than a second was in no sketch
    """

    kills: int = 0
    edits: int = 0
    saves: int = 0
    while_saving: int = 0
    lost: int = 0
    late: int = 0
    unopened: int = 0
    sketches: int = 0
    sketches_lost: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing was lost, and everything could be opened."""
        return not (self.lost or self.unopened or self.sketches_lost or self.troubles)


@dataclass
class News:
    """What a child has told until it was killed.

    times     when it told of each edit, by the edit's number
    back      the number that an undo under way leads back to
    vertices  when it told of each vertex of its sketch, by their count
    """

    times: dict[int, float] = field(default_factory=dict)
    back: int | None = None
    vertices: dict[int, float] = field(default_factory=dict)
    saves: int = 0
    is_saving: bool = False
    trouble: str = ""
    killed_at: float = 0.0


def run(kills: int, seed: int, folder: Path) -> Outcome:
    """Kill so many times; everything lies in a folder of its own."""
    os.environ["CHIIKI_GIS_STATE"] = str(folder / "state")
    os.environ["CHIIKI_GIS_CACHE"] = str(folder / "cache")
    chance = random.Random(seed)
    project = folder / "plan.gpkg"
    _begin(project)
    context: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        context.set_forkserver_preload(PRELOAD)
    outcome, there, highest = Outcome(), 0, 0
    for _ in range(kills):
        ours, theirs = context.Pipe(duplex=False)
        words = (theirs, project, there, highest + 10, chance.randrange(1 << 30))
        child = context.Process(target=work, args=words)
        child.start()
        theirs.close()
        first = "begun" if chance.random() < EARLY else "ready"
        news = _follow(ours, child, first, chance.uniform(0.0, MOST_LIFE_S))
        child.join()
        outcome.kills += 1
        outcome.edits += len(news.times)
        outcome.saves += news.saves
        outcome.while_saving += news.is_saving
        highest = max(highest, *news.times, 0)
        there = _judge(project, there, news, outcome)
        if outcome.kills % 10 == 0:
            print(f"{outcome.kills} kills, {outcome.edits} edits, {outcome.lost} lost", flush=True)
    return outcome


def _follow(ours: Connection, child: Any, first: str, life_s: float) -> News:
    """Read what the child tells; kill it so long after it has told of `first`; read the rest."""
    news, end = News(), time.monotonic() + START_S
    while (left_s := end - time.monotonic()) > 0:
        try:
            if ours.poll(left_s) and _take(ours.recv(), news) == first:
                end = time.monotonic() + life_s
        except EOFError:
            news.trouble = news.trouble or "the child ended by itself"
            break
    child.kill()
    news.killed_at = time.monotonic()
    try:
        while ours.poll(0.2):
            _take(ours.recv(), news)
    except (EOFError, OSError):
        return news  # all is read
    return news


def _take(message: tuple[str, Any], news: News) -> str:
    kind, value = message
    if kind == "edit":
        news.times[value], news.back = time.monotonic(), None
    elif kind == "undoing":
        news.back = value
    elif kind == "saving":
        news.is_saving = True
    elif kind == "saved":
        news.is_saving, news.saves = False, news.saves + 1
    elif kind == "vertex":
        news.vertices[value] = time.monotonic()
    elif kind == "finishing":
        news.vertices.clear()
    elif kind == "trouble":
        news.trouble = value
    return kind


def _judge(project: Path, before: int, news: News, outcome: Outcome) -> int:
    """Open what lies there and count what is missing; returns the number of the last edit that is there."""
    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.io.journal import journals_at, read_left_over
    from chiiki_gis.io.project import open_project
    from chiiki_gis.tasks.left import restored

    if news.trouble:
        outcome.troubles.append(news.trouble)
    try:
        read = open_project(project)
    except ChiikiError as error:
        outcome.unopened += 1
        outcome.troubles.append(str(error))
        return before
    values = read.snapshot
    for path in journals_at(project, values.header.uuid):
        left = read_left_over(path, values, read.revision)
        if left is None or left.unread:
            outcome.unopened += 1
            outcome.troubles.append(f"{path.name} cannot be read")
        else:
            values, _ = restored(values, left)
    there = int(str(values.facts.get(COUNT, "0")))
    is_back = news.back is not None and there >= news.back
    missing = [] if is_back else [n for n in {before: 0.0, **news.times} if n > there]
    outcome.lost += len(missing)
    outcome.late += sum(news.killed_at - news.times.get(n, 0.0) > 1.0 for n in missing)
    _look_for_sketch(project, news, outcome)
    return there


def _look_for_sketch(project: Path, news: News, outcome: Outcome) -> None:
    """A vertex older than a second must be in a sketch that lies there."""
    from chiiki_gis.io.sketch_file import sketches_at

    old = [count for count, when in news.vertices.items() if news.killed_at - when > 1.0]
    if old:
        found = max((len(left.sketch.vertices) for left in sketches_at(project)), default=0)
        outcome.sketches += 1
        outcome.sketches_lost += found < max(old)


def _begin(project: Path) -> None:
    from chiiki_gis.core.document import Header, Municipality, new_document
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.project import save_project

    document = new_document(Header("crash", (Municipality("20999", "試験市"),), 6676))
    save_project(snapshot(document), project)


def main() -> int:
    """Kill, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kills", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chiiki-crash-") as folder:
        outcome = run(options.kills, options.seed, Path(folder))
    print(outcome)
    return 0 if outcome.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
