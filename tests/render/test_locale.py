"""Printing says nothing of its own on stderr."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="locales of Linux")
def test_a_locale_without_utf8_brings_no_words_of_the_library() -> None:
    script = "from chiiki_gis.render.fonts import painting_application; painting_application()"
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**plain, "LC_ALL": "C", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
