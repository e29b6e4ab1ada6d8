"""One thread that paints the map; requests that come meanwhile are melted into the newest."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from chiiki_gis.core.layer import LayerId
from chiiki_gis.render.view import View
from chiiki_gis.ui.below import Below, below_plan

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer
    from chiiki_gis.render.paths import PathCache

GROUND = QColor("#f2f1ec")
SLOW_SECONDS = 0.2
"""A map that takes longer is first drawn roughly, so that it follows the hand."""
TURN_SECONDS, BREATH_SECONDS = 0.002, 0.00002
"""How long the painter works at a stretch, and how long it then stands aside."""
ASIDE_SECONDS = 0.1
"""So long at most the painter waits until the panels of the window have taken in layers that have come."""
ROUNDS = 8
"""So often the window's thread goes through its events: panels are filled, laid out, painted, scrolled."""
GLIMPSES_SECONDS = 0.4
"""At least so often a picture of glimpses is finished although newer ones have come."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished picture of what was asked for; the image carries its device pixel ratio.

    rough   painted with the tolerance of a moving map
    """

    image: QImage
    request: Request
    rough: bool = False

    @property
    def view(self) -> View:
        """What ground it shows."""
        return self.request.view


@dataclass(frozen=True, eq=False)
class Request:
    """What to paint.

    view       in logical pixels
    ratio      device pixels per logical pixel
    highlight  features to outline above everything
    labels     False for a picture too small for them
    """

    view: View
    layers: tuple[MapLayer, ...]
    ratio: float = 1.0
    highlight: Mapping[LayerId, frozenset[int]] = field(default_factory=dict)
    labels: bool = True


class RenderLoop(QObject):
    """Finishes the picture in hand, then paints the newest request; slow maps roughly first."""

    rendered = Signal(object)
    _finished = Signal(object)
    _stands_aside = Signal()

    def __init__(self, most_vertices: int = 3_000_000) -> None:
        """A loop that keeps the paths of so many vertices for its next picture (about 24 bytes each)."""
        super().__init__()
        self._most_vertices = most_vertices
        self._waiting: Request | None = None
        self._stopping = False
        self._is_slow = False
        self._known: set[LayerId] = set()
        self._is_idle = False
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._finished.connect(self.rendered, Qt.ConnectionType.QueuedConnection)
        self._stands_aside.connect(partial(self._go_on, ROUNDS), Qt.ConnectionType.QueuedConnection)

    def ask(self, request: Request) -> None:
        """Ask for a picture; an older request that has not been begun is dropped."""
        with self._wake:
            self._waiting = request
            self._wake.notify()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="render", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread after the picture in hand."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        from chiiki_gis.render.paths import PathCache  # numpy comes with it: not before the first paint

        paths, below, shown = PathCache(self._most_vertices), Below(), 0.0
        while (request := self._next()) is not None:
            glimpsed = any(entry.is_rough for entry in request.layers)
            is_quick = below.fits(_fine_view(request), request.layers[: below_plan(request.layers)])
            if is_quick and not glimpsed:
                self._finished.emit(paint_picture(request, "full", never, paths, below))
                continue
            if self._is_slow and not is_quick:
                self._finished.emit(paint_picture(request, "fast", self._takes_turns(never), paths))
            began = time.perf_counter()
            can_wait = self._is_slow or (glimpsed and began - shown < GLIMPSES_SECONDS)
            outdated = self._takes_turns(self._is_outdated if can_wait else never)
            picture = paint_picture(request, "full", outdated, paths, below)
            if can_wait and self._is_outdated():
                continue
            self._finished.emit(picture)
            shown = time.perf_counter()
            self._is_slow = shown - began - paths.making_seconds > SLOW_SECONDS

    def _next(self) -> Request | None:
        with self._wake:
            self._wake.wait_for(lambda: self._waiting is not None or self._stopping)
            if self._waiting is not None and brings_layers(self._waiting, self._known):
                self._stand_aside()
            request, self._waiting = self._waiting, None
            if request is not None:
                self._known |= _reference_layers(request)
            return None if self._stopping else request

    def _stand_aside(self) -> None:
        """Let the window's thread go first: side by side both work at half their pace."""
        self._is_idle = False
        self._stands_aside.emit()
        self._wake.wait_for(lambda: self._is_idle or self._stopping, ASIDE_SECONDS)

    def _go_on(self, rounds: int) -> None:
        """In the window's thread: let the painter go on once its events have been gone through."""
        if rounds:
            QTimer.singleShot(0, self, partial(self._go_on, rounds - 1))
            return
        with self._wake:
            self._is_idle = True
            self._wake.notify()

    def _is_outdated(self) -> bool:
        return self._waiting is not None or self._stopping

    @staticmethod
    def _takes_turns(outdated: Callable[[], bool]) -> Callable[[], bool]:
        """The same question, asked by a painter that now and then lets the window's thread have its turn.

        Painting gives the interpreter's lock back and takes it again many times a millisecond. Whoever waits
        for it is woken each time and comes too late each time, for up to 70 ms (measured), and the switch
        interval never applies. While the painter sleeps nobody is quicker.
        """
        rested = time.perf_counter()

        def ask() -> bool:
            nonlocal rested
            if time.perf_counter() - rested > TURN_SECONDS:
                time.sleep(BREATH_SECONDS)
                rested = time.perf_counter()
            return outdated()

        return ask


def brings_layers(request: Request, known: Set[LayerId]) -> bool:
    """Whether reference layers come that were not known; the first ones of all do not count."""
    return bool(known) and not _reference_layers(request) <= known


def _reference_layers(request: Request) -> set[LayerId]:
    """Without glimpses, which are painted at once."""
    return {one.layer.id for one in request.layers if not (one.is_rough or one.layer.is_plan)}


def never() -> bool:
    """A picture that is always finished."""
    return False


def paint_picture(
    request: Request,
    detail: Literal["full", "fast"] = "full",
    outdated: Callable[[], bool] = never,
    paths: PathCache | None = None,
    below: Below | None = None,
) -> Picture:
    """Paint what was asked for. Safe in any thread; left unfinished once `outdated` says so.

    paths, below   what earlier pictures of the same thread have left
    """
    from chiiki_gis.render.paint import paint_map  # numpy comes with it: not before the first paint

    fine, count = _fine_view(request), 0
    image = QImage(int(fine.width_px), int(fine.height_px), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(GROUND)
    if below is not None:
        count = below_plan(request.layers)
        under = request.layers[:count]
        if below.fits(fine, under):
            image = below.image.copy()
        elif count:
            _paint_below(image, request, count, outdated, paths)
            if not outdated():
                below.keep(fine, under, image)
    painter = QPainter(image)
    try:
        paint_map(
            painter,
            request.layers,
            fine,
            highlight=request.highlight,
            detail=detail,
            cancelled=outdated,
            labels=request.labels,
            paths=paths,
            painted=count,
        )
    finally:
        painter.end()  # a picture must not go while it is painted, whatever happened
    image.setDevicePixelRatio(request.ratio)
    return Picture(image, request, detail == "fast")


def _paint_below(
    image: QImage, request: Request, count: int, outdated: Callable[[], bool], paths: PathCache | None
) -> None:
    from chiiki_gis.render.paint import paint_map

    painter = QPainter(image)
    try:
        layers, view = request.layers[:count], _fine_view(request)
        paint_map(painter, layers, view, cancelled=outdated, labels=False, paths=paths)
    finally:
        painter.end()


def _fine_view(request: Request) -> View:
    """The view in device pixels."""
    view, ratio = request.view, request.ratio
    return View(
        view.west,
        view.north,
        view.metres_per_px / ratio,
        round(view.width_px * ratio),
        round(view.height_px * ratio),
        view.px_per_mm * ratio,
    )
