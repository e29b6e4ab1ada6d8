"""What ./run and run.cmd do: set up when needed, then the window, a subcommand, or all checks.

    run                   the window on the sample plan; without a display, `demo out`
    run test [WORD …]     everything that CI checks; words go to pytest
    run SUBCOMMAND …      as `chiiki-gis SUBCOMMAND …`, with its exit code

Exit code 3 means that set-up failed; 0, 1 and 2 are the program's own (docs/cli.md).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from checks import run_checks
from prepare import WINDOWS, SetUpError, child_environment, prepare, say

CHECKOUT = Path(__file__).resolve().parents[1]
SET_UP_FAILED = 3
BAD_INPUT = 2

SAMPLE_WINDOW = """
import sys
from chiiki_gis import paths
paths.clean_environment()
from chiiki_gis.app import run
sys.exit(run(sample=True))
"""


def main(words: Sequence[str]) -> int:
    """Prepare and run; returns the exit code. On POSIX the program takes this process over instead."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    testing = list(words[:1]) == ["test"]
    try:
        python = prepare(CHECKOUT, dev=testing)
    except SetUpError as error:
        say(str(error))
        return SET_UP_FAILED
    environment = child_environment()
    if testing:
        return run_checks(python, CHECKOUT, words[1:], environment)
    if not has_display(os.environ):
        if is_window(words) and words:
            say("画面を開けませんでした。\nこのコンピューターには表示先がありません。")
            say(
                "表示先のあるコンピューターで開くか、サブコマンドを使ってください（「--help」で一覧を表示します）。"
            )
            return BAD_INPUT
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return _become([str(python), "-I", *program_words(words, os.environ, CHECKOUT / "out")], environment)


def program_words(words: Sequence[str], environment: Mapping[str, str], out: Path) -> list[str]:
    """What to give to Python for the words given to ./run."""
    program = ["-m", "chiiki_gis"]
    if words:
        return [*program, *words]
    if has_display(environment):
        return ["-c", SAMPLE_WINDOW]
    say(f"表示先がないので、画面の代わりに見本の計画を「{out}」に作ります。")
    return [*program, "demo", str(out)]


def is_window(words: Sequence[str]) -> bool:
    """True when the program would open a window: nothing, or one project (as __main__ reads it)."""
    return not words or (len(words) == 1 and words[0].lower().endswith(".gpkg"))


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """True where a window can be seen."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _become(command: list[str], environment: Mapping[str, str]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execve(command[0], command, dict(environment))
    return subprocess.run(command, env=dict(environment), check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("中止しました。")
        sys.exit(130)
