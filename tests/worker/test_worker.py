"""The helper process as the window sees it: messages over its pipes."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import Opened
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.project import new_header, save_project


class Helper:
    """One process, spoken to in whole messages."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PROJ_LIB": "/nowhere", "GDAL_DATA": "/nowhere"},
        )

    def send(self, *message: Any) -> None:
        data = pickle.dumps(message)
        assert self.process.stdin is not None
        self.process.stdin.write(len(data).to_bytes(4, "little") + data)
        self.process.stdin.flush()

    def answer(self) -> tuple[Any, ...]:
        """The next message that is not about progress."""
        while True:
            assert self.process.stdout is not None
            size = int.from_bytes(self.process.stdout.read(4), "little")
            message: tuple[Any, ...] = pickle.loads(self.process.stdout.read(size))
            if message[0] != "progress":
                return message

    def end(self) -> int:
        """Close its stdin, as the window does; returns its exit code."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        return code


@pytest.fixture
def helper() -> Iterator[Helper]:
    one = Helper("-m", "chiiki_gis.worker")
    yield one
    one.end()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "計画.gpkg"
    save_project(snapshot(new_document(new_header((Municipality("20999", "澄原市"),), 6676))), path)
    return path


def test_a_job_is_answered_under_its_number_whatever_the_users_environment(
    helper: Helper, project: Path
) -> None:
    helper.send("do", 7, "open_project", (project, os.getpid()))
    kind, number, value = helper.answer()
    assert (kind, number) == ("done", 7)
    assert isinstance(value, Opened)
    assert value.snapshot.header.title == "澄原市"


def test_bad_input_comes_back_as_the_error_with_its_three_sentences(helper: Helper, tmp_path: Path) -> None:
    helper.send("do", 1, "open_project", (tmp_path / "ありません.gpkg", os.getpid()))
    kind, number, error = helper.answer()
    assert (kind, number) == ("error", 1)
    assert isinstance(error, BadInput)
    assert len(str(error).splitlines()) == 3


def test_what_the_disk_refuses_comes_back_as_three_sentences(helper: Helper, tmp_path: Path) -> None:
    helper.send("do", 1, "open_project", (tmp_path / f"{'x' * 300}.gpkg", os.getpid()))
    kind, _, error = helper.answer()
    assert kind == "error"
    assert isinstance(error, BadInput)
    assert "長すぎます" in str(error)


def test_a_bug_is_told_and_the_process_lives_on(helper: Helper, project: Path) -> None:
    helper.send("do", 1, "no_such_job", ())
    assert helper.answer()[0] == "bug"
    helper.send("do", 2, "open_project", (project, os.getpid()))
    assert helper.answer()[:2] == ("done", 2)


def test_a_request_cancelled_before_its_turn_is_not_begun(helper: Helper) -> None:
    helper.send("cancel", 2)
    helper.send("do", 1, "no_such_job", ())
    helper.send("do", 2, "no_such_job", ())
    assert helper.answer()[:2] == ("bug", 1)
    assert helper.answer() == ("cancelled", 2)


def test_the_process_ends_with_its_window(helper: Helper, project: Path) -> None:
    helper.send("do", 1, "open_project", (project, os.getpid()))
    helper.answer()
    assert helper.end() == 0


def test_what_a_library_prints_does_not_spoil_the_messages() -> None:
    code = (
        "import os, sys, chiiki_gis.worker as w\n"
        "w.perform = lambda *a: (print('noise'), os.write(1, b'more noise'), 42)[2]\n"
        "w.main()"
    )
    one = Helper("-c", code)
    one.send("do", 5, "check", ())
    assert one.answer() == ("done", 5, 42)
    one.end()


def test_frames_that_arrive_while_the_helper_gets_ready_do_not_end_it(helper: Helper) -> None:
    values = snapshot(new_document(new_header((Municipality("20999", "澄原市"),), 6676)))
    helper.send("do", 1, "check", (values,))  # it has only just been started, and is importing geopandas
    assert helper.answer()[:2] == ("done", 1)
