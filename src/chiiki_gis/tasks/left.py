"""What an earlier run left unsaved: a picture of it, and the plan it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.completed import completed
from chiiki_gis.core.document import Document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.replay import replay
from chiiki_gis.core.restored import DoneStep, OfJournal, Restored, net_change
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io.encode import kept_step
from chiiki_gis.io.history_log import contents_of
from chiiki_gis.io.journal import read_left_over
from chiiki_gis.io.left_over import LeftOver

if TYPE_CHECKING:
    from chiiki_gis.io.cache import Shapes

WIDTH_PX, HEIGHT_PX = 160, 104
QUIET = Quiet()
RESTORING = "前回の編集を復元しています"
RESTORED = "前回の編集の復元"


def left_picture(journal: Path) -> bytes:
    """A small picture (PNG) of the plan as a journal left it: what was planned, and the municipality.

    No house is on it, and nothing else of the reference layers. Empty where nothing can be drawn.
    """
    left = read_left_over(journal)
    if left is None:
        return b""
    return plan_picture(after(left))


def after(left: LeftOver) -> Snapshot:
    """The plan as its changes left it; what cannot be done is passed over."""
    values = left.base
    document = Document(values.header, values.layers, values.facts, values.next_fid)
    for change in left.changes:
        try:
            document.apply(change)
        except (KeyError, ValueError):
            continue
    return snapshot(document)


def restored(values: Snapshot, left: LeftOver) -> tuple[Snapshot, tuple[Change, ...]]:
    """A plan with the changes that still fit it, and those that do not."""
    base = left.base
    before = Document(base.header, base.layers, base.facts, base.next_fid)
    document = Document(values.header, values.layers, values.facts, values.next_fid)
    refused = replay(left.changes, before, document, document.apply)
    return snapshot(document), refused


def restore_for_window(values: Snapshot, found: Sequence[LeftOver], progress: Progress = QUIET) -> Restored:
    """What journals of earlier runs come to on the plan as it is, for the window to take at once.

    Each change is completed as an edit of the window is. Reports progress per change; stops at 中止.
    """
    document = Document(values.header, values.layers, values.facts, values.next_fid)
    steps: list[DoneStep] = []
    journals = []
    total = sum(len(left.records) for left in found)

    def apply(change: Change) -> None:
        whole = completed(document, change)
        inverse = document.apply(whole)
        kept = (kept_step(whole, values.epsg), kept_step(inverse, values.epsg))
        steps.append(DoneStep(*kept, tuple(contents_of(whole))))

    def watched(changes: Sequence[Change], before: int) -> Iterator[Change]:
        for number, change in enumerate(changes, before):
            progress.step(number, total, RESTORING)
            yield change

    seen = 0
    for left in found:
        refused: tuple[Change, ...] = ()
        progress.step(seen, total, RESTORING)
        if left.found_base is not None:
            base = left.base
            before = Document(base.header, base.layers, base.facts, base.next_fid)
            refused = replay(watched(left.changes, seen), before, document, apply)
        kept = tuple(kept_step(change, values.epsg) for change in refused)
        journals.append(OfJournal(left.path, len(left.changes) - len(refused), kept, left.unread))
        seen += len(left.records)
    net = net_change(RESTORED, values, snapshot(document))
    return Restored(net, document.next_fids(), tuple(steps), tuple(journals))


def plan_picture(values: Snapshot) -> bytes:
    """The same of any plan."""
    from chiiki_gis.tasks.plan import shapes_of

    shown = [layer for layer in values.layers if layer.is_plan or layer.role == Role.MUNICIPALITY]
    try:
        shapes = shapes_of(replace(values, layers=tuple(shown)))
    except BadInput:  # the municipality's table is gone
        shown = [layer for layer in shown if layer.is_plan]
        shapes = shapes_of(replace(values, layers=tuple(shown)))
    return _painted([(layer, shapes[layer.id]) for layer in shown])


def _painted(drawn: Sequence[tuple[Layer, Shapes]]) -> bytes:
    """A PNG; empty where there is no place to show."""
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter

    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.render.paint import MapLayer, paint_map
    from chiiki_gis.render.view import View

    plan = [shapes.extent for layer, shapes in drawn if layer.is_plan and shapes.extent]
    extents = plan or [shapes.extent for _, shapes in drawn if shapes.extent]
    if not extents:
        return b""
    painting_application()
    wests, souths, easts, norths = zip(*extents, strict=True)
    view = View.fit((min(wests), min(souths), max(easts), max(norths)), WIDTH_PX, HEIGHT_PX)
    image = QImage(WIDTH_PX, HEIGHT_PX, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    paint_map(painter, [MapLayer(layer, shapes) for layer, shapes in drawn], view, labels=False)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want text for the format
    return bytes(buffer.data().data())
