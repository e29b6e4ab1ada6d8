"""The window's two helper processes: answers, stopping, and what happens when one dies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from waiting import until

from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.table import TableColumn, TableQuery
from chiiki_gis.io.project import new_header, save_project
from chiiki_gis.io.store import keep_blob
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


def test_an_answer_arrives_where_it_was_asked_for(workers: Workers, project: Path) -> None:
    answers: list[object] = []
    workers.submit("open_project", project, os.getpid(), on_done=answers.append)
    until(lambda: answers)
    assert answers[0].snapshot.header.title == "澄原市"  # type: ignore[attr-defined]  # an Opened


def test_a_newer_request_of_one_kind_drops_the_older(workers: Workers, project: Path) -> None:
    answers: list[str] = []
    for name in ("old", "new"):
        workers.submit(
            "open_project",
            project,
            os.getpid(),
            replaces="look",
            on_done=lambda _, name=name: answers.append(name),
        )
    until(lambda: answers)
    assert answers == ["new"]


def test_an_order_of_rows_and_its_sums_come_from_a_helper(workers: Workers) -> None:
    frame = geopandas.GeoDataFrame(
        {"面積": [2.5, None, 1.5]}, geometry=shapely.points([[0, 0]] * 3), crs=6676
    )
    reference = keep_blob(frame.set_axis(range(1, 4)))
    columns, query = (TableColumn("面積", "面積", "quantity"),), TableQuery(sort="面積")
    answers: list[Any] = []
    workers.submit("table_rows", reference, columns, query, on_done=answers.append)
    workers.submit("table_sums", reference, columns, query, np.array([1, 3]), on_done=answers.append)
    until(lambda: len(answers) == 2)
    assert answers[0].tolist() == [3, 1, 2]
    assert answers[1]["面積"].total == 4.0


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
    workers.submit("open_project", project, os.getpid(), on_done=answers.append, on_error=errors.append)
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: errors)
    assert isinstance(errors[0], HelperStopped)
    assert len(notices) == 1
    workers.submit("open_project", project, os.getpid(), on_done=answers.append)
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
