"""Helper processes run under a Python, never under the installed program."""

from pathlib import Path

import pytest

from chiiki_gis import paths


def test_in_a_checkout_it_is_the_python_that_runs():
    assert paths.interpreter() == Path(paths.sys.executable)


def test_beside_the_installed_windows_program_it_is_python_exe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "python.exe").touch()
    monkeypatch.setattr(paths.sys, "platform", "win32")
    for program in ("ChiikiGIS.exe", "chiiki-gis.exe", "python.exe"):
        monkeypatch.setattr(paths.sys, "executable", str(tmp_path / program))
        assert paths.interpreter() == tmp_path / "python.exe"
    monkeypatch.setattr(paths.sys, "executable", str(tmp_path / "pythonw.exe"))
    assert paths.interpreter() == tmp_path / "pythonw.exe"
