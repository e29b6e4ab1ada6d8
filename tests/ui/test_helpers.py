"""The window's two helper processes: answers, stopping, and what happens when one dies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.project import new_header, save_project
from chiiki_gis.ui.jobs import HelperStopped, Workers


@pytest.fixture
def workers(qgui: object) -> Iterator[Workers]:
    found = Workers()
    yield found
    found.stop()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "計画.gpkg"
    save_project(snapshot(new_document(new_header((Municipality("20999", "澄原市"),), 6676))), path)
    return path


def until(holds: Callable[[], object]) -> None:
    """Run the event loop until something holds."""
    loop, look, limit = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: holds() and loop.quit())
    look.start(5)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    limit.start(30_000)
    loop.exec()
    assert holds()


def test_an_answer_arrives_where_it_was_asked_for(workers: Workers, project: Path) -> None:
    answers: list[object] = []
    workers.submit("open_project", project, on_done=answers.append)
    until(lambda: answers)
    assert answers[0].snapshot.header.title == "澄原市"  # type: ignore[attr-defined]  # an Opened


def test_a_newer_request_of_one_kind_drops_the_older(workers: Workers, project: Path) -> None:
    answers: list[str] = []
    for name in ("old", "new"):
        workers.submit(
            "open_project", project, replaces="look", on_done=lambda _, name=name: answers.append(name)
        )
    until(lambda: answers)
    assert answers == ["new"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not of Windows")
def test_a_killed_helper_fails_its_request_and_the_next_one_is_answered(
    workers: Workers, project: Path
) -> None:
    errors: list[ChiikiError] = []
    answers: list[object] = []
    notices: list[str] = []
    workers.restarted.connect(notices.append)
    workers.start()
    process = workers._helpers["live"].process
    os.kill(process.pid, signal.SIGSTOP)  # so that the answer cannot come first
    workers.submit("open_project", project, on_done=answers.append, on_error=errors.append)
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: errors)
    assert isinstance(errors[0], HelperStopped)
    assert len(notices) == 1
    workers.submit("open_project", project, on_done=answers.append)
    until(lambda: answers)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not of Windows")
def test_a_helper_that_cannot_start_is_not_started_again_and_again(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    notices: list[str] = []
    workers.restarted.connect(notices.append)
    workers.start()
    until(lambda: len(notices) == 2)
    assert workers._helpers == {}
