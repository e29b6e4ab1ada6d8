"""The window's helper processes: requests go out, answers come back on the UI thread."""

from __future__ import annotations

import itertools
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal

from chiiki_gis import paths
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.jobs import JobName
from chiiki_gis.core.pipe import packed, read_message

log = logging.getLogger(__name__)
Lane = Literal["live", "import"]
LANES: tuple[Lane, ...] = ("live", "import")
NICE = 10
QUICK_DEATH_SECONDS = 10.0
"""A process that lives no longer cannot start on this computer; it is not started again and again."""


class HelperStopped(ChiikiError):
    """A helper process ended in the middle of a request."""


class HelperFailed(ChiikiError):
    """A bug in a job. The English details go to the log."""


STOPPED = (
    "処理の途中で止まりました。",
    "補助のプログラムが予期せず終わりました。",
    "計画は失われていません。もう一度お試しください。",
)
FAILED = (
    "処理を終えられませんでした。",
    "プログラムの中で思わぬことが起きました。",
    "計画は失われていません。別の方法を試すか、配布元に知らせてください。",
)


@dataclass
class _Request:
    number: int
    lane: Lane
    key: str | None
    on_done: Callable[[Any], None]
    on_error: Callable[[ChiikiError], None] | None
    on_progress: Callable[[int, int, str], None] | None
    on_glimpse: Callable[[Any], None] | None


@dataclass(frozen=True)
class Ticket:
    """A request under way."""

    number: int
    workers: Workers

    def cancel(self) -> None:
        """Stop it; neither callback will be called."""
        self.workers.forget(self.number)


class _Helper:
    """One process, the thread that reads its answers, and the thread that writes requests.

    A pipe holds 64 kB; a helper that is busy getting ready would otherwise hold up the window.
    """

    def __init__(self, lane: Lane, arrived: Callable[[Lane, Any], None]) -> None:
        command = [str(paths.interpreter()), "-I", "-m", "chiiki_gis.worker"]
        extra: dict[str, Any] = {}
        self._started = time.monotonic()
        if sys.platform == "win32":
            low = subprocess.BELOW_NORMAL_PRIORITY_CLASS if lane == "import" else 0
            extra["creationflags"] = subprocess.CREATE_NO_WINDOW | low
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ), **extra
        )
        if sys.platform != "win32" and lane == "import":
            os.setpriority(os.PRIO_PROCESS, self.process.pid, NICE)
        self._reader = threading.Thread(target=self._read, args=(lane, arrived), daemon=True)
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._reader.start()
        self._writer.start()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    def send(self, message: tuple[Any, ...]) -> bool:
        """Have a message written; False when the process is gone."""
        if self.process.poll() is not None:
            return False
        self._requests.put(packed(message))
        return True

    def stop(self) -> None:
        """Close its stdin, which ends it."""
        self._requests.put(None)
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._writer.join(timeout=2)
        self._reader.join(timeout=2)

    def _write(self) -> None:
        stream = self.process.stdin
        if stream is None:
            return
        with suppress(OSError), stream:  # gone already: the reader notices and tells
            while (data := self._requests.get()) is not None:
                stream.write(data)
                stream.flush()

    def _read(self, lane: Lane, arrived: Callable[[Lane, Any], None]) -> None:
        if self.process.stdout is not None:
            with self.process.stdout as stream:
                while (message := read_message(stream)) is not None:
                    arrived(lane, message)
        arrived(lane, ("gone", self.process.pid))


class Workers(QObject):
    """The two helper processes: "live" answers the hand, "import" does long work."""

    busy = Signal(str, int, int)
    idle = Signal()
    restarted = Signal(str)
    _arrived = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._helpers: dict[str, _Helper] = {}
        self._waiting: dict[int, _Request] = {}
        self._numbers = itertools.count(1)
        self._stopping = False
        self._arrived.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def start(self, *lanes: Lane) -> None:
        """Start processes, all without a name; they import their libraries at once."""
        for lane in lanes or LANES:
            self._helper(lane)

    def submit(
        self,
        job: JobName,
        *args: Any,
        lane: Lane = "live",
        replaces: str | None = None,
        on_done: Callable[[Any], None],
        on_error: Callable[[ChiikiError], None] | None = None,
        on_progress: Callable[[int, int, str], None] | None = None,
        on_glimpse: Callable[[Any], None] | None = None,
    ) -> Ticket:
        """Ask for a job. The callbacks run on the UI thread, at most one of done and error, once.

        replaces   an older request of that key that has not been answered is dropped
        """
        if replaces is not None:
            for number in [n for n, r in self._waiting.items() if r.key == replaces]:
                self.forget(number)
        number = next(self._numbers)
        self._waiting[number] = _Request(number, lane, replaces, on_done, on_error, on_progress, on_glimpse)
        if not self._helper(lane).send(("do", number, job, args)):
            self._restart(lane)
        return Ticket(number, self)

    def forget(self, number: int) -> None:
        """Drop a request: its job is told to stop and its answer will not be delivered."""
        request = self._waiting.pop(number, None)
        if request is not None:
            helper = self._helpers.get(request.lane)
            if helper is not None:
                helper.send(("cancel", number))
            self._tell_idle()

    def stop(self) -> None:
        """End both processes."""
        self._stopping = True
        for helper in self._helpers.values():
            helper.stop()
        self._helpers.clear()
        self._waiting.clear()

    def _helper(self, lane: Lane) -> _Helper:
        if lane not in self._helpers:
            self._helpers[lane] = _Helper(lane, self._arrived.emit)
        return self._helpers[lane]

    def _answer(self, lane: Lane, message: tuple[Any, ...]) -> None:
        kind = message[0]
        if kind == "gone":
            helper = self._helpers.get(lane)
            if not self._stopping and helper is not None and helper.process.pid == message[1]:
                self._restart(lane)
            return
        request = self._waiting.get(message[1])
        if request is None:
            return
        if kind == "progress":
            _, _, done, total, note = message
            self.busy.emit(note, done, total)
            if request.on_progress is not None:
                request.on_progress(done, total, note)
            return
        if kind == "glimpse":
            if request.on_glimpse is not None:
                request.on_glimpse(message[2])
            return
        del self._waiting[request.number]
        self._tell_idle()
        if kind == "done":
            request.on_done(message[2])
        elif kind == "error":
            self._fail(request, message[2])
        elif kind == "bug":
            log.error("job failed in the %s helper:\n%s", lane, message[2])
            self._fail(request, HelperFailed(*FAILED))

    def _restart(self, lane: Lane) -> None:
        """A process died: its requests fail, nothing else is lost.

        A new one takes its place at once; after a quick death only the next request starts one.
        """
        helper = self._helpers.pop(lane, None)
        if helper is not None:
            helper.stop()
        lost = [r for r in self._waiting.values() if r.lane == lane]
        for request in lost:
            del self._waiting[request.number]
        if helper is None or helper.age > QUICK_DEATH_SECONDS:
            self._helper(lane)
        self.restarted.emit("補助のプログラムを起動し直しました。計画は失われていません。")
        self._tell_idle()
        for request in lost:
            self._fail(request, HelperStopped(*STOPPED))

    def _tell_idle(self) -> None:
        if not self._waiting:
            self.idle.emit()

    @staticmethod
    def _fail(request: _Request, error: ChiikiError) -> None:
        if request.on_error is not None:
            request.on_error(error)
