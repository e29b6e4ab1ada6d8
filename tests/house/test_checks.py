"""./run test runs every check, the two halves of the tests side by side, and fails when anything fails."""

import sys
from pathlib import Path

import pytest

import checks

SAY = "import sys; print({0!r}); sys.exit({1})"
WAIT = """
import pathlib, time
sign, end = pathlib.Path({0!r}), time.monotonic() + 60
while not sign.exists() and time.monotonic() < end:
    pass
assert sign.exists()
"""


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *codes: str) -> int:
    monkeypatch.setattr(checks, "CHECKS", (("first", ("-c", codes[0])),))
    monkeypatch.setattr(checks, "HALVES", (("half", ("-c", codes[1])), ("other half", ("-c", codes[2]))))
    return checks.run_checks(Path(sys.executable), tmp_path, (), {})


def test_all_that_hold_is_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert run(tmp_path, monkeypatch, "", "", "") == 0


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_one_that_fails_is_failure_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], bad: int
):
    codes = ["", "", ""]
    codes[bad] = "raise SystemExit(1)"
    assert run(tmp_path, monkeypatch, *codes) == 1
    name = ("first", "half", "other half")[bad]
    assert f"不合格：{name}\n" in "".join(capfd.readouterr())


def test_the_halves_run_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sign = str(tmp_path / "sign")
    touch = f"import pathlib; pathlib.Path({sign!r}).touch()"
    assert run(tmp_path, monkeypatch, "", WAIT.format(sign), touch) == 0


def test_what_the_last_half_says_comes_last_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    run(tmp_path, monkeypatch, "", SAY.format("一つめ", 0), SAY.format("12 passed", 0))
    told = capfd.readouterr().out
    assert told.index("一つめ") < told.index("12 passed")
