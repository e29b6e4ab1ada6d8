"""Everything that CI checks, one after the other; all of them run, so that one visit shows every fault."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from prepare import say

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("-m", "ruff", "check")),
    ("ruff format", ("-m", "ruff", "format", "--check")),
    ("mypy", ("-m", "mypy")),
    ("mypy installer", ("-m", "mypy", "installer")),
    ("lint-imports", ("-c", LINT_IMPORTS)),
    ("pytest", ("-m", "pytest")),
)
"""Name and the words for Python; pytest comes last, because its closing lines are what people read."""


def run_checks(python: Path, checkout: Path, words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run all checks in the checkout; returns 0 when all hold, else 1. `words` go to pytest."""
    failed = []
    for name, check in CHECKS:
        say(f"── {name}")
        started = time.monotonic()
        more = words if name == "pytest" else ()
        done = subprocess.run(
            [str(python), "-I", *check, *more], cwd=checkout, env=dict(environment), check=False
        )
        say(
            f"── {name}: {'合格' if done.returncode == 0 else '不合格'}（{time.monotonic() - started:.0f}秒）"
        )
        if done.returncode != 0:
            failed.append(name)
    say(f"不合格：{'、'.join(failed)}" if failed else "すべて合格しました。")
    return 1 if failed else 0
