"""./run and run.cmd: what they start for which words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import prepare
import start

TOP = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="./run is the POSIX script")


def test_without_words_the_sample_plan_is_shown(tmp_path: Path):
    assert start.program_words([], {"DISPLAY": ":0"}, tmp_path) == ["-c", start.SAMPLE_WINDOW]


def test_without_a_display_the_demo_is_made_and_stderr_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = start.program_words([], {}, tmp_path / "out")
    assert words == ["-m", "chiiki_gis", "demo", str(tmp_path / "out")]
    said = capsys.readouterr()
    assert "表示先がない" in said.err
    assert said.out == ""


def test_every_other_word_goes_to_the_program(tmp_path: Path):
    words = ["print", "計画 案.gpkg", "--scale", "2500"]
    assert start.program_words(words, {}, tmp_path) == ["-m", "chiiki_gis", *words]


def test_windows_and_macos_always_have_a_display():
    assert start.has_display({}, "win32")
    assert start.has_display({}, "darwin")
    assert not start.has_display({}, "linux")
    assert start.has_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")


def test_the_window_on_the_sample_plan_paints():
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CHIIKI_GIS_EXIT_AFTER_PAINT": "1"}
    done = subprocess.run(
        [sys.executable, "-I", "-c", start.SAMPLE_WINDOW],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@posix
def test_a_project_without_a_display_is_refused_in_three_sentences(tmp_path: Path):
    venv = tmp_path / ".venv"
    code = (
        "import sys; from pathlib import Path; import start;"
        f"start.prepare = lambda checkout, dev: Path({str(venv)!r});"
        "sys.exit(start.main(['計画.gpkg']))"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=TOP / "installer", env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 3


@posix
def test_a_computer_without_a_fit_python_is_told_so(tmp_path: Path):
    for tool in ("readlink", "cat"):
        (tmp_path / tool).symlink_to(_which(tool))
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", str(TOP / "run"), "demo", "out"],
        cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stdout == ""
    assert "Python 3.11以上" in done.stderr


def _which(tool: str) -> str:
    return next(path for folder in ("/usr/bin", "/bin") if Path(path := f"{folder}/{tool}").exists())


def test_both_scripts_hand_over_to_the_same_program():
    assert "/installer/start.py" in (TOP / "run").read_text("utf-8")
    command = (TOP / "run.cmd").read_bytes()
    assert rb"installer\start.py" in command
    assert command.count(b"\r\n") == command.count(b"\n")
    assert command.isascii()


@posix
def test_the_scripts_are_executable():
    assert os.access(TOP / "run", os.X_OK)
    assert os.access(TOP / ".ci" / "run", os.X_OK)


@posix
def test_two_starts_do_not_set_up_at_the_same_time(tmp_path: Path):
    with (tmp_path / "lock").open("a") as first, (tmp_path / "lock").open("a") as second:
        assert prepare.try_lock(first)
        assert not prepare.try_lock(second)
    with (tmp_path / "lock").open("a") as third:
        assert prepare.try_lock(third)
