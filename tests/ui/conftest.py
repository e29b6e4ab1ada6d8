"""A window over real jobs: the stand-in for the helper processes calls the same functions at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from waiting import settle

from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.jobs import Glimpse, Opened
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.journal import Journal
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.zooming import at_metres_per_px
from chiiki_gis.worker import WarmFrames, perform

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication


class Shown(Quiet):
    """A progress that keeps glimpses, whichever thread has them."""

    def __init__(self) -> None:
        self.glimpses: list[Any] = []

    def show(self, glimpse: object) -> None:
        """Keep a glimpse."""
        self.glimpses.append(glimpse)


class DirectWorkers:
    """Runs a job where it is asked for, in this process."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._frames = WarmFrames()

    def submit(
        self,
        job: str,
        *args: Any,
        on_done: Callable[[Any], None],
        on_error: Callable[[ChiikiError], None] | None = None,
        on_glimpse: Callable[[Glimpse], None] | None = None,
        **_options: object,
    ) -> DirectWorkers:
        """Run the job and hand over what it showed, then its answer."""
        self.asked.append(job)
        progress = Shown()
        wrong: ChiikiError | None = None
        try:
            result = perform(job, args, progress, self._frames)  # type: ignore[arg-type]  # a Job that nobody watches
        except ChiikiError as error:
            wrong = error
        for glimpse in progress.glimpses if on_glimpse is not None else ():
            on_glimpse(glimpse)
        if wrong is None:
            on_done(result)
        elif on_error is not None:
            on_error(wrong)
        return self

    def cancel(self) -> None:
        """Nothing runs any more."""


@pytest.fixture
def session(qgui: QGuiApplication, tmp_path: Path) -> Session:
    """A session with an empty plan of a fictional town, plane zone VIII, never saved."""
    found = Session(DirectWorkers(), Journal)
    document = new_document(Header(tmp_path.name, (Municipality("20999", "試験市"),), 6676))
    found.open(Opened(snapshot(document), None, 0, {}))
    return found


@pytest.fixture
def window(session: Session) -> Iterator[MainWindow]:
    """A shown window, its map 1 m per pixel around (0, 0)."""
    made = MainWindow(session)
    made.resize(1200, 800)
    made.show()
    settle()
    session.open(Opened(session.snapshot(), None, 0, {}))
    settle()
    made.canvas.show_view(at_metres_per_px(made.canvas.view, 1.0))
    made.canvas.setFocus()
    settle()
    yield made
    made.canvas.stop()
    made.deleteLater()


class _Watch(QObject):
    """Keeps what kinds of windows are shown while it filters the events of the program."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt calls it so
        """Note a window that is shown."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.kinds.append(type(watched).__name__)
        return False


@pytest.fixture
def windows_shown(qgui: QGuiApplication) -> Iterator[list[str]]:
    """The kinds of windows that are shown from now on, those too that are gone at once.

    A widget that is shown before it stands in another one is a window: it flashes, and costs up to 2 s.
    """
    watch = _Watch()
    qgui.installEventFilter(watch)
    yield watch.kinds
    qgui.removeEventFilter(watch)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A place for a project file."""
    return tmp_path / "計画.gpkg"
