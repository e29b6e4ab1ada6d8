"""What the self-test says where a part of it does not come to an end."""

import subprocess

import pytest

from chiiki_gis.tasks import selftest


def test_a_window_that_does_not_come_is_told_as_one_that_was_not_painted(monkeypatch: pytest.MonkeyPatch):
    def never(*_words: object, timeout: float, **_options: object) -> None:
        raise subprocess.TimeoutExpired("window", timeout)

    monkeypatch.setattr(subprocess, "run", never)
    assert selftest.paint_window_ms() is None
