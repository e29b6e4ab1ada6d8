"""Everything that CI checks, one after the other; all of them run, so that one visit shows every fault."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from prepare import say

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("-m", "ruff", "check")),
    ("ruff format", ("-m", "ruff", "format", "--check")),
    ("mypy", ("-m", "mypy")),
    ("mypy installer", ("-m", "mypy", "installer")),
    ("lint-imports", ("-c", LINT_IMPORTS)),
)
"""Name and the words for Python."""
HALVES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pytest tests/ui", ("-m", "pytest", "tests/ui", "-p", "no:cacheprovider")),
    ("pytest", ("-m", "pytest", "tests", "--ignore=tests/ui")),
)
"""The tests of the window, and all others: about the same length, run side by side."""


def run_checks(python: Path, checkout: Path, words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run all checks in the checkout; returns 0 when all hold, else 1. `words` go to one run of pytest."""
    tests = (("pytest", ("-m", "pytest", *words)),) if words else HALVES
    failed = []
    for together in (*((check,) for check in CHECKS), tests):
        failed += _run_together(python, checkout, together, environment)
    say(f"不合格：{'、'.join(failed)}" if failed else "すべて合格しました。")
    return 1 if failed else 0


def _run_together(
    python: Path,
    checkout: Path,
    checks: Sequence[tuple[str, tuple[str, ...]]],
    environment: Mapping[str, str],
) -> list[str]:
    """Run checks at the same time, what they say one after the other; returns the names of those that fail.

    Of several the first speaks at once, the others when it has ended: the last one's closing lines come last.
    """
    started, failed = time.monotonic(), []
    runs = []
    with ExitStack() as stack:
        for number, (name, check) in enumerate(checks):
            said = stack.enter_context(tempfile.TemporaryFile()) if number else None
            run = subprocess.Popen(
                [str(python), "-I", *check],
                cwd=checkout,
                env=dict(environment),
                stdout=said,
                stderr=subprocess.STDOUT if said else None,
            )
            runs.append((name, said, run))
        for name, said, run in runs:
            say(f"── {name}")
            code = run.wait()
            if said is not None:
                said.seek(0)
                sys.stdout.flush()
                shutil.copyfileobj(said, sys.stdout.buffer)
                sys.stdout.buffer.flush()
            say(f"── {name}: {'合格' if code == 0 else '不合格'}（{time.monotonic() - started:.0f}秒）")
            if code != 0:
                failed.append(name)
    return failed
