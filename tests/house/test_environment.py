"""The environment in the checkout: when it is used as it is, mended, or made again."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import prepare


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a finished environment, in a folder as planners name theirs."""
    top = tmp_path / "企画課 担当" / "chiiki-gis"
    for name in ("pyproject.toml", "constraints.txt", "src/chiiki_gis/__init__.py"):
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, "utf-8")
    venv = top / ".venv"
    (venv / "lib" / "python3.11" / "site-packages" / "numpy").mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(sys.executable)
    finish(top)
    return top


def finish(top: Path, *, dev: bool = False) -> None:
    venv = top / ".venv"
    stamp = prepare.Stamp(
        str(venv.resolve()),
        prepare.interpreter(venv),
        prepare.fingerprint(top),
        dev,
        prepare.contents(venv),
        (),
    )
    prepare.write_stamp(venv, stamp)


def test_a_finished_environment_leaves_nothing_to_do(checkout: Path):
    assert prepare.work_to_do(checkout, dev=False) == "nothing"


def test_a_checkout_reached_through_a_link_is_the_same_place(checkout: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(checkout)
    assert prepare.work_to_do(tmp_path / "link", dev=False) == "nothing"


def test_an_interrupted_set_up_is_not_taken_as_finished(checkout: Path):
    (checkout / ".venv" / "set-up.json").unlink()
    assert prepare.work_to_do(checkout, dev=False) == "everything"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"place": 1}', '{"contents": 3, "absent": []}'])
def test_a_stamp_that_cannot_be_read_is_none(checkout: Path, text: str):
    (checkout / ".venv" / "set-up.json").write_text(text, "utf-8")
    assert prepare.work_to_do(checkout, dev=False) == "everything"


def test_a_moved_checkout_gets_a_new_environment(checkout: Path):
    moved = checkout.rename(checkout.with_name("移動後"))
    assert prepare.work_to_do(moved, dev=False) == "everything"


def test_an_environment_whose_python_is_gone_is_made_again(checkout: Path):
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout / "removed")
    assert prepare.work_to_do(checkout, dev=False) == "everything"


def test_an_environment_whose_python_became_another_is_made_again(checkout: Path):
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text("another", "utf-8")
    assert prepare.work_to_do(checkout, dev=False) == "everything"


def test_an_environment_that_lost_a_package_is_made_again(checkout: Path):
    (checkout / ".venv" / "lib" / "python3.11" / "site-packages" / "numpy").rmdir()
    assert prepare.work_to_do(checkout, dev=False) == "everything"


def test_a_package_added_by_hand_does_no_harm(checkout: Path):
    (checkout / ".venv" / "lib" / "python3.11" / "site-packages" / "ipython").mkdir()
    assert prepare.work_to_do(checkout, dev=False) == "nothing"


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", "src/chiiki_gis/__init__.py"])
def test_new_pins_or_a_new_version_run_pip_again(checkout: Path, name: str):
    (checkout / name).write_text("changed", "utf-8")
    assert prepare.work_to_do(checkout, dev=False) == "packages"


def test_the_tools_for_tests_are_added_when_first_needed(checkout: Path):
    assert prepare.work_to_do(checkout, dev=True) == "packages"
    finish(checkout, dev=True)
    assert prepare.work_to_do(checkout, dev=True) == "nothing"
    assert prepare.work_to_do(checkout, dev=False) == "nothing"


def test_a_stamp_comes_back_as_it_was_written(checkout: Path):
    venv = checkout / ".venv"
    stamp = prepare.read_stamp(venv)
    assert stamp is not None
    other = replace(stamp, dev=True, absent=("libegl1",))
    prepare.write_stamp(venv, other)
    assert prepare.read_stamp(venv) == other


def test_windows_finds_its_python_through_pyvenv_cfg(tmp_path: Path):
    home = tmp_path / "Python311"
    venv = tmp_path / ".venv"
    (venv / "Scripts").mkdir(parents=True)
    (venv / "Scripts" / "python.exe").touch()
    (venv / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.11.9\n", "utf-8")
    assert prepare.interpreter(venv, windows=True) == ""
    home.mkdir()
    (home / "python.exe").touch()
    assert prepare.interpreter(venv, windows=True) == str(home / "python.exe")


def test_settings_of_other_python_programs_do_not_reach_ours(monkeypatch: pytest.MonkeyPatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET"):
        monkeypatch.setenv(name, "elsewhere")
    environment = prepare.child_environment()
    assert not {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"} & set(environment)
    assert environment["PIP_DISABLE_PIP_VERSION_CHECK"] == "1"


def test_a_failed_set_up_is_told_in_three_sentences():
    lines = str(prepare.SetUpError("理由です。", "対処です。")).splitlines()
    assert len(lines) == 3
    assert all(line.endswith("。") for line in lines)
