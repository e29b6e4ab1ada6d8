"""The Debian packages that set-up asks for, and the tools that the tests need."""

import os
import re
import shutil
from pathlib import Path

import pytest

import system

TESTS = Path(__file__).resolve().parents[1]


def test_the_cure_is_one_line_to_copy():
    line = system.install_line(["libegl1", "libgl1"])
    assert "\n" not in line
    assert line.startswith("sudo apt-get update && sudo apt-get install -y")
    assert line.endswith(" libegl1 libgl1")


def test_every_tool_that_tests_look_for_is_installed_by_set_up():
    used = {
        name
        for path in TESTS.rglob("*.py")
        for name in re.findall(r"""which\(["']([\w.-]+)["']""", path.read_text("utf-8"))
    }
    assert used <= set(system.TEST_TOOLS)


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="only CI must have every tool")
def test_ci_skips_no_test_for_want_of_a_tool():
    assert [tool for tool in system.TEST_TOOLS if shutil.which(tool) is None] == []
    assert system.missing_packages(tests=True) == ()
