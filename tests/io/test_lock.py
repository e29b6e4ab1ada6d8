"""The lock beside a project: whose it is, and what a garbled one means."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.lock import Locked, beat, lock_path, take_lock
from chiiki_gis.io.process import birth, is_alive
from chiiki_gis.tasks.window import open_for_window


@pytest.mark.parametrize("pid", [2**40, 2**63, 0, -1])
def test_a_number_that_no_process_can_have_does_not_hold_a_project(pid: int, tmp_path: Path) -> None:
    project = tmp_path / "p.gpkg"
    lock_path(project).write_text(json.dumps({"pc": platform.node(), "pid": pid}))
    take_lock(project, os.getpid())
    assert beat(project, os.getpid())


def test_a_living_process_holds_its_project(tmp_path: Path) -> None:
    take_lock(tmp_path / "p.gpkg", os.getppid())
    with pytest.raises(Locked):
        take_lock(tmp_path / "p.gpkg", os.getpid())


def test_a_process_is_told_from_another_by_its_beginning() -> None:
    mine = birth(os.getpid())
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as later:
        assert is_alive(later.pid)
        assert None not in (mine, birth(later.pid))
        assert mine == birth(os.getpid()) != birth(later.pid)
    assert not is_alive(later.pid)
    assert birth(2**40) is None


@pytest.mark.parametrize("was_held", [True, False])
def test_opening_that_fails_lets_go_only_of_what_it_took(was_held: bool, tmp_path: Path) -> None:
    broken = tmp_path / "p.gpkg"
    broken.write_bytes(b"no project")
    if was_held:
        take_lock(broken, os.getpid())
    with pytest.raises(BadInput):
        open_for_window(broken, os.getpid())
    assert beat(broken, os.getpid()) == was_held
