"""When packages cannot be taken in, and it is not their fault: the desk stays, three sentences say why."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chiiki_gis.__main__ import main
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.lock import release_lock, take_lock
from chiiki_gis.tasks import plan


@pytest.fixture
def project(new_desk, tmp_path):
    path = tmp_path / "受け付け.gpkg"
    plan.save(snapshot(new_desk()), path, None)
    return path


def told(err: str) -> list[str]:
    lines = [line for line in err.splitlines() if not line.startswith("・")]
    assert len(lines) == 3, err
    assert all(line.endswith("。") for line in lines)
    return lines


_LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from chiiki_gis.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes")
def test_a_disk_that_takes_only_a_part_of_the_project_keeps_the_old_one(project, packages):
    before = project.read_bytes()
    limit = str(len(before) - 4_096)
    words = ["merge", str(project), str(packages.east)]
    done = subprocess.run([sys.executable, "-c", _LIMITED, limit, *words], capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    told(done.stderr.split("Exception ignored in")[0])
    assert project.read_bytes() == before
    assert [p.name for p in project.parent.iterdir()] == [project.name]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_project_that_cannot_be_replaced_stays(project, packages, capsys, monkeypatch, number):
    before = project.read_bytes()
    replace = Path.replace

    def refuse(self, target):
        if Path(target) == project:
            raise OSError(number, "no", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert main(["merge", str(project), str(packages.east)]) == 2
    told(capsys.readouterr().err)
    monkeypatch.undo()
    assert project.read_bytes() == before


def test_a_desk_that_a_window_holds_is_refused(project, packages, capsys):
    take_lock(project, os.getppid())
    try:
        before = project.read_bytes()
        assert main(["merge", str(project), str(packages.east)]) == 2
        told(capsys.readouterr().err)
        assert project.read_bytes() == before
    finally:
        release_lock(project, os.getppid())


def test_a_package_in_a_japanese_path_of_more_than_260_characters_is_read(project, packages, tmp_path):
    folder = tmp_path / Path(*["特定居住促進計画の提出データ　企画課 担当"] * 14)
    folder.mkdir(parents=True)
    path = folder / "提出一式（茅野市）.zip"
    shutil.copyfile(packages.east, path)
    assert len(str(path)) > 260
    assert main(["merge", str(project), str(path)]) == 0


def test_a_list_that_cannot_be_written_is_refused_before_the_desk_changes(
    project, packages, tmp_path, capsys
):
    before = project.read_bytes()
    (tmp_path / "一覧.txt").write_text("別のもの", "utf-8")
    assert main(["merge", str(project), str(packages.east), "--xlsx", str(tmp_path / "一覧.txt")]) == 2
    told(capsys.readouterr().err)
    assert project.read_bytes() == before
    assert (tmp_path / "一覧.txt").read_text("utf-8") == "別のもの"


def test_a_project_that_is_not_there_is_told(packages, tmp_path, capsys):
    assert main(["merge", str(tmp_path / "ない.gpkg"), str(packages.east)]) == 2
    told(capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []
