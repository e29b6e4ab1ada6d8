"""An editing run that is killed at random moments loses nothing that was told as done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
KILLS = 8
"""`python -m benchmarks.crash 300` is the long run."""


def test_no_edit_is_lost_when_the_program_is_killed() -> None:
    words = [sys.executable, "-m", "benchmarks.crash", str(KILLS), "--seed", "5"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(words, cwd=TOP, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"kills={KILLS}" in done.stdout
    assert "lost=0" in done.stdout
