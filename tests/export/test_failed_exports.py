"""When a plan cannot be written: the old files stay, and three sentences say why."""

from __future__ import annotations

import errno
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import EXPORTS, ExportOptions
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.project import save_project
from chiiki_gis.tasks import leaving, plan

OPTIONS = ExportOptions(reason="試験のため", stamp=date(2026, 4, 1))


@pytest.fixture(scope="module")
def values(finished):
    return snapshot(finished.document)


@pytest.fixture(scope="module")
def checked(values):
    return plan.check(values)


@pytest.fixture(scope="module")
def earlier(values, checked, tmp_path_factory):
    """Per format a folder of an earlier export, and what lies in it."""
    found = {}
    for kind in EXPORTS:
        folder = tmp_path_factory.mktemp(kind)
        leaving.export(values, kind, folder, checked=checked, options=OPTIONS)
        found[kind] = folder, content(folder)
    return found


def content(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fail(values, checked, kind, folder):
    with pytest.raises(BadInput) as caught:
        leaving.export(values, kind, folder, checked=checked, options=OPTIONS)
    sentences = str(caught.value).split("\n")
    assert len(sentences) == 3
    assert all(sentence.endswith("。") for sentence in sentences)
    return caught.value


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_file_open_elsewhere_keeps_all_old_files(values, checked, earlier, kind, monkeypatch):
    folder, before = earlier[kind]
    replace = Path.replace

    def refuse(self, target):
        if Path(target).parent == folder and Path(target).name == sorted(before)[-1]:
            raise PermissionError(errno.EACCES, "used by another process", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    told = fail(values, checked, kind, folder)
    assert "ほかのプログラムで開かれています" in told.why
    monkeypatch.undo()
    assert content(folder) == before


@pytest.mark.parametrize(
    ("kind", "number", "why"),
    [
        *((kind, errno.ENOSPC, "空き容量が足りません") for kind in EXPORTS if kind != "package"),
        ("gpkg", errno.EROFS, "書き込みのできない場所です"),
        ("package", errno.EROFS, "書き込みのできない場所です"),
    ],
)
def test_a_full_or_read_only_disk_is_named(values, checked, earlier, kind, number, why, monkeypatch):
    folder, before = earlier[kind]

    def refuse(*_args, **_options):
        raise OSError(number, "no", str(folder))

    monkeypatch.setattr("chiiki_gis.export.staging._flush", refuse)
    assert why in fail(values, checked, kind, folder).why
    monkeypatch.undo()
    assert content(folder) == before


_LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from chiiki_gis.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes")
@pytest.mark.parametrize("kind", ["gpkg", "shapefile", "kml", "xlsx"])
def test_a_disk_that_takes_only_a_part_of_a_file_keeps_the_old_ones(values, earlier, kind, tmp_path):
    folder, before = earlier[kind]
    save_project(values, tmp_path / "計画.gpkg")
    words = ["export", str(tmp_path / "計画.gpkg"), str(folder), "--format", kind, "--reason", "試験"]
    done = subprocess.run([sys.executable, "-c", _LIMITED, "512", *words], capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    told = done.stderr.split("Exception ignored in")[0]  # a library's own farewell
    lines = [line for line in told.splitlines() if not line.startswith("・")]
    assert len(lines) == 3, done.stderr
    assert "Traceback" not in told
    assert content(folder) == before


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_japanese_path_of_more_than_260_characters_is_written(values, checked, kind, tmp_path):
    folder = tmp_path / Path(*["特定居住促進計画の提出データ　企画課 担当"] * 14) / "出力"
    assert len(str(folder)) > 260
    assert leaving.export(values, kind, folder, checked=checked, options=OPTIONS).files
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_name_too_long_for_the_disk_is_told(values, checked, kind, tmp_path):
    told = fail(values, checked, kind, tmp_path / ("長" * 120))
    assert "長すぎます" in told.why
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_file_where_the_folder_should_be_stays(values, checked, kind, tmp_path):
    (tmp_path / "out").write_bytes(b"mine")
    fail(values, checked, kind, tmp_path / "out")
    assert content(tmp_path) == {"out": b"mine"}


def test_what_a_crashed_program_left_beside_a_geopackage_does_not_spoil_the_new_one(
    values, checked, tmp_path
):
    leaving.export(values, "gpkg", tmp_path, checked=checked, options=OPTIONS)
    clean = content(tmp_path)
    for end in ("-wal", "-shm", "-journal"):
        (tmp_path / f"submission.gpkg{end}").write_bytes(b"left over")
    leaving.export(values, "gpkg", tmp_path, checked=checked, options=OPTIONS)
    assert content(tmp_path) == clean
